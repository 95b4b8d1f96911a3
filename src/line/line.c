/* The line itself, and names. */
#include "perso/devpki.h"
#include "line_int.h"

static const char *const steps[PERSO_LINE_STEPS] = { "check", "open", "begin",
	"keys", "sign", "write", "compare", "lock", "inspect", "pages",
	"finish" };
static const char *const outcomes[] = { "nothing", "refused", "failed", "good",
	"spoiled", "unfinished", "unprinted" };

/* see perso/line.h */
const char *
perso_line_step_name(enum perso_line_step step)
{
	return (unsigned)step < PERSO_LINE_STEPS ? steps[step] : "?";
}

/* see perso/line.h */
const char *
perso_line_outcome_name(enum perso_line_outcome o)
{
	return (unsigned)o < sizeof(outcomes) / sizeof(outcomes[0])
		   ? outcomes[o]
		   : "?";
}

/* see perso/line.h */
perso_rc
perso_line_new(const struct perso_line_config *cfg, struct perso_line **ret)
{
	struct perso_line *l;

	if (cfg->store == NULL || cfg->profiles == NULL || cfg->keys == NULL ||
	    cfg->inspector.inspect == NULL || cfg->signer == NULL)
		PERSO_FAIL(PERSO_E_ARG, "the line lacks a part");
	if (cfg->printer != NULL && cfg->print_dpi != 0 &&
	    cfg->print_dpi != 300 && cfg->print_dpi != 600)
		PERSO_FAIL(
		    PERSO_E_ARG, "300 or 600 dpi, not %u", cfg->print_dpi);
	if (cfg->lds_dir != NULL &&
	    (cfg->pki_dir == NULL || !perso_devpki_is(cfg->pki_dir)))
		PERSO_FAIL(PERSO_E_TRUST,
		    "files of documents are written out only with a "
		    "development PKI");
	PERSO_TRY(perso_store_lock_line(cfg->store));
	l = calloc(1, sizeof(*l));
	if (l == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for a line");
	l->cfg = *cfg;
	*ret = l;
	return PERSO_OK;
}

/* see perso/line.h */
void
perso_line_free(struct perso_line **line)
{
	if (line == NULL || *line == NULL)
		return;
	perso_line_renders_close(*line);
	free(*line);
	*line = NULL;
}
