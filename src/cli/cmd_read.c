/* perso read and perso verify: a finished document, as a terminal. */
#include "cli_int.h"
#include "perso/hooks.h"
#include "reader.h"
#include "perso/secret.h"
#include "perso/verify.h"
#include "secret_arg.h"
#include "sheet.h"
#include "terminal.h"

#define SECRET_TEXT_MAX 256

struct document {
	struct cli_config cfg;
	bool has_config;
	struct perso_link *link;
	bool stdin_used;
	struct perso_buf mrz, can, pin;
	struct cli_terminal terminal;
	struct perso_verify_input in; /* points into the above */
};

static void
close_document(struct document *d)
{
	perso_link_free(&d->link);
	perso_buf_done(&d->mrz);
	perso_buf_done(&d->can);
	perso_buf_done(&d->pin);
	cli_terminal_close(&d->terminal);
}

#define AUTO_DOCUMENT(name)                                               \
	__attribute__((cleanup(close_document))) struct document name = { \
		.mrz = { .max = SECRET_TEXT_MAX },                        \
		.can = { .max = SECRET_TEXT_MAX },                        \
		.pin = { .max = SECRET_TEXT_MAX }                         \
	}

/* The CAN is six digits, but some issuers have longer ones. */
static perso_rc
check_can(struct perso_span can)
{
	for (size_t i = 0; i < can.n; i++)
		if (can.p[i] < '0' || can.p[i] > '9')
			PERSO_FAIL(PERSO_E_ARG,
			    "--can: character %zu is no digit", i + 1);
	return PERSO_OK;
}

static perso_rc
get_secrets(const struct cli *c, struct document *d)
{
	PERSO_TRY(cli_secret(c, "mrz", &d->stdin_used, &d->mrz));
	PERSO_TRY(cli_secret(c, "can", &d->stdin_used, &d->can));
	PERSO_TRY(cli_secret(c, "pin", &d->stdin_used, &d->pin));
	PERSO_TRY(check_can(perso_buf_span(&d->can)));
	if (d->can.n > PERSO_SECRET_MAX || d->pin.n > PERSO_SECRET_MAX)
		PERSO_FAIL(PERSO_E_ARG, "CAN or PIN is too long");
	if (d->mrz.n == 0 && d->can.n == 0 && d->pin.n == 0)
		PERSO_FAIL(PERSO_E_ARG,
		    "--mrz, --can or --pin opens the chip: the printed MRZ, "
		    "the card access number, or the holder's PIN; - reads it "
		    "from standard input");
	d->in.mrz = perso_buf_span(&d->mrz);
	d->in.can = perso_buf_span(&d->can);
	d->in.pin = perso_buf_span(&d->pin);
	return PERSO_OK;
}

static perso_rc
get_protocol(const struct cli *c, struct document *d)
{
	static const char *const names[] = { "auto", "pace", "bac" };
	const char *name = cli_value(c, "protocol");

	for (unsigned i = 0; i < 3; i++) {
		if (name == NULL || strcmp(name, names[i]) == 0) {
			d->in.protocol = (enum perso_verify_protocol)i;
			return PERSO_OK;
		}
	}
	PERSO_FAIL(PERSO_E_ARG, "--protocol is auto, pace or bac");
}

static perso_rc
get_terminal(const struct cli *c, struct document *d)
{
	const char *key = cli_value(c, "terminal-key");
	const char *chain = cli_value(c, "terminal-chain");

	if (key == NULL && chain == NULL)
		return PERSO_OK;
	if (key == NULL || chain == NULL)
		PERSO_FAIL(PERSO_E_ARG,
		    "--terminal-key and --terminal-chain go together");
	PERSO_TRY(cli_terminal_open(key, chain, &d->terminal));
	d->in.terminal = &d->terminal.t;
	return PERSO_OK;
}

/* A configuration is used if there is one; it must be right then. */
static perso_rc
open_document(struct cli *c, struct document *d)
{
	d->has_config = cli_has_config(c);
	if (d->has_config)
		PERSO_TRY(cli_config_load(c, &d->cfg));
	PERSO_TRY(get_protocol(c, d));
	PERSO_TRY(get_secrets(c, d));
	PERSO_TRY(get_terminal(c, d));
	PERSO_TRY(
	    cli_open_link(c, d->has_config ? d->cfg.reader : "", &d->link));
	d->in.link = d->link;
	return PERSO_OK;
}

/* see cli_int.h */
perso_rc
cli_run_read(struct cli *c)
{
	const char *out = cli_value(c, "out");
	AUTO_DOCUMENT(d);
	PERSO_LDS_IMAGE(files);

	PERSO_TRY(open_document(c, &d));
	PERSO_TRY(perso_verify_files(&d.in, &files));
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

/* Without an order: no printed faces. */
static perso_rc
write_sheet(const struct cli *c, const struct perso_report *r,
    const struct perso_lds_image *files)
{
	const char *path = cli_value(c, "sheet");
	const struct cli_sheet_values v = { .report = r, .files = files };
	struct cli_sheet sheet = { 0 };

	if (path == NULL)
		return PERSO_OK;
	perso_rc rc = cli_sheet_file(&sheet, &v, path);
	cli_sheet_done(&sheet);
	PERSO_TRY_CTX(rc, "--sheet");
	return PERSO_OK;
}

/* see cli_int.h */
perso_rc
cli_run_verify(struct cli *c)
{
	__attribute__((cleanup(free_trust))) struct perso_trust *trust = NULL;
	struct perso_report *r;
	perso_rc rc, printed = PERSO_OK;
	const char *sheet = cli_value(c, "sheet");
	bool is_pdf;
	AUTO_DOCUMENT(d);
	PERSO_LDS_IMAGE(files);

	if (cli_value(c, "page") != NULL)
		return cli_run_verify_page(c);
	if (sheet != NULL)
		PERSO_TRY(cli_sheet_check_path(sheet, &is_pdf));
	PERSO_TRY(open_document(c, &d));
	PERSO_TRY(open_trust(c, &d, &trust));
	r = calloc(1, sizeof(*r));
	if (r == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for a report");
	d.in.now = perso_now();
	d.in.trust = trust;
	rc = perso_verify(&d.in, r, &files);
	if (r->count > 0)
		printed = print_report(c, r);
	if (r->count > 0 && printed == PERSO_OK)
		printed = write_sheet(c, r, &files);
	if (rc == PERSO_OK && !r->ok)
		c->exit = CLI_EXIT_CHECK;
	free(r);
	return rc != PERSO_OK ? rc : printed;
}
