/* perso read and perso verify: a finished document, as a terminal. */
#include "cli_int.h"
#include "link_sim.h"
#include "perso/hooks.h"
#include "perso/link_pcsc.h"
#include "perso/secret.h"
#include "perso/verify.h"

#define LIST_MS 10000
#define MRZ_TEXT_MAX 256

struct document {
	struct cli_config cfg;
	bool has_config;
	struct perso_link *link;
	struct perso_buf mrz;
};

static void
close_document(struct document *d)
{
	perso_link_free(&d->link);
	perso_buf_done(&d->mrz);
}

#define AUTO_DOCUMENT(name)                                               \
	__attribute__((cleanup(close_document))) struct document name = { \
		.mrz = { .max = MRZ_TEXT_MAX }                            \
	}

static perso_rc
first_with_card(char name[PERSO_READER_NAME])
{
	struct perso_readers readers = { 0 };

	PERSO_TRY(perso_link_pcsc_list(LIST_MS, &readers));
	for (size_t i = 0; i < readers.count; i++)
		if (readers.list[i].has_card && !readers.list[i].in_use)
			return perso_span_copy(name, PERSO_READER_NAME,
			    perso_span(readers.list[i].name,
				strlen(readers.list[i].name) + 1));
	if (readers.count == 0)
		PERSO_FAIL(PERSO_E_NO_READER, "no reader; perso readers lists "
					      "them");
	PERSO_FAIL(PERSO_E_NO_CARD, "no reader has a free card in it");
}

static perso_rc
open_link(const struct cli *c, struct document *d)
{
	const char *sim = cli_value(c, "sim"), *reader = cli_value(c, "reader");
	struct perso_pcsc_params p = { .reader = reader };
	char name[PERSO_READER_NAME];

	if (sim != NULL && reader != NULL)
		PERSO_FAIL(PERSO_E_ARG, "--sim or --reader, not both");
	if (sim != NULL)
		return perso_link_sim_open(sim, &d->link);
	if (reader == NULL && d->has_config && d->cfg.reader[0] != '\0')
		p.reader = d->cfg.reader;
	if (p.reader == NULL) {
		PERSO_TRY(first_with_card(name));
		p.reader = name;
	}
	PERSO_TRY_CTX(perso_link_pcsc_open(&p, &d->link), "%s", p.reader);
	return PERSO_OK;
}

/* --mrz TEXT, or - for standard input: other users see command lines. */
static perso_rc
get_mrz(const struct cli *c, struct document *d)
{
	const char *mrz = cli_value(c, "mrz");

	if (mrz == NULL)
		PERSO_FAIL(PERSO_E_ARG,
		    "--mrz opens the chip: the printed MRZ, "
		    "or - to read it from standard input");
	if (strcmp(mrz, "-") != 0)
		return perso_buf_append(&d->mrz, perso_span_str(mrz));
	for (int ch = getchar(); ch != EOF; ch = getchar())
		PERSO_TRY(perso_buf_append_u8(&d->mrz, (uint8_t)ch));
	return PERSO_OK;
}

/* A configuration is used if there is one; it must be right then. */
static perso_rc
open_document(struct cli *c, struct document *d)
{
	d->has_config = cli_has_config(c);
	if (d->has_config)
		PERSO_TRY(cli_config_load(c, &d->cfg));
	PERSO_TRY(get_mrz(c, d));
	return open_link(c, d);
}

/* see cli_int.h */
perso_rc
cli_run_read(struct cli *c)
{
	const char *out = cli_value(c, "out");
	AUTO_DOCUMENT(d);
	PERSO_LDS_IMAGE(files);

	PERSO_TRY(open_document(c, &d));
	PERSO_TRY(perso_verify_read(d.link, perso_buf_span(&d.mrz), &files));
	if (out != NULL)
		PERSO_TRY(cli_image_write(out, &files));
	return cli_image_list(c, &files);
}

static void
free_trust(struct perso_trust **t)
{
	perso_trust_free(t);
}

static perso_rc
open_trust(
    const struct cli *c, const struct document *d, struct perso_trust **ret)
{
	const char *dir = cli_value(c, "trust");

	if (dir == NULL && !d->has_config)
		PERSO_FAIL(PERSO_E_CONFIG, "no configuration says which CSCAs "
					   "are trusted: name their folder "
					   "with --trust");
	if (dir == NULL)
		dir = d->cfg.trust;
	PERSO_TRY_CTX(perso_trust_open(dir, ret), "trust");
	for (size_t i = 0; i < perso_trust_bad_count(*ret); i++)
		cli_note(c, "not trusted: %s\n", perso_trust_bad(*ret, i));
	return PERSO_OK;
}

static perso_rc
print_report(const struct cli *c, const struct perso_report *r)
{
	const char *path = cli_value(c, "report");
	PERSO_BUF(text, 1 << 20);
	PERSO_BUF(json, 1 << 20);

	PERSO_TRY(perso_report_json(r, &json));
	PERSO_TRY(perso_report_text(r, &text));
	if (path != NULL)
		PERSO_TRY(perso_file_write(path, perso_buf_span(&json), 0644));
	if (c->json)
		cli_print("%.*s", (int)json.n, (const char *)json.p);
	else
		cli_print("%.*s", (int)text.n, (const char *)text.p);
	return PERSO_OK;
}

/* see cli_int.h */
perso_rc
cli_run_verify(struct cli *c)
{
	__attribute__((cleanup(free_trust))) struct perso_trust *trust = NULL;
	struct perso_verify_input in = { .now = perso_now() };
	struct perso_report *r;
	perso_rc rc, printed = PERSO_OK;
	AUTO_DOCUMENT(d);

	PERSO_TRY(open_document(c, &d));
	PERSO_TRY(open_trust(c, &d, &trust));
	r = calloc(1, sizeof(*r));
	if (r == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for a report");
	in.link = d.link;
	in.mrz = perso_buf_span(&d.mrz);
	in.trust = trust;
	rc = perso_verify(&in, r, NULL);
	if (r->count > 0)
		printed = print_report(c, r);
	if (rc == PERSO_OK && !r->ok)
		c->exit = CLI_EXIT_CHECK;
	free(r);
	return rc != PERSO_OK ? rc : printed;
}
