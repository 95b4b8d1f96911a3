/* perso verify --page: a printed page of a document without a chip. */
#include "perso/hooks.h"
#include "perso/order.h"
#include "perso/verify.h"
#include "seal_int.h"

#define PAGE_FILE_MAX ((size_t)32 << 20)

struct checking {
	struct cli *c;
	struct perso_profiles *profiles;
	struct perso_trust *trust;
	struct perso_order *order;
	struct perso_doc_profile on;
	struct perso_page_inspection expect;
	struct perso_verify_page_input in;
	struct perso_buf png;
};

static void
close_checking(struct checking *k)
{
	perso_order_free(&k->order);
	perso_trust_free(&k->trust);
	perso_profiles_free(&k->profiles);
	perso_buf_done(&k->png);
}

static perso_rc
open_trust(struct checking *k)
{
	const char *dir = cli_value(k->c, "trust");
	struct cli_config cfg;

	if (dir == NULL && !cli_has_config(k->c))
		PERSO_FAIL(PERSO_E_CONFIG, "no configuration says which CSCAs "
					   "are trusted: name their folder "
					   "with --trust");
	if (dir == NULL) {
		PERSO_TRY(cli_config_load(k->c, &cfg));
		dir = cfg.trust;
	}
	PERSO_TRY_CTX(perso_trust_open(dir, &k->trust), "trust");
	k->in.trust = k->trust;
	return PERSO_OK;
}

static perso_rc
find_signer(void *ctx, const struct perso_seal *s, struct perso_cert *ret,
    bool *ret_found)
{
	const struct checking *k = ctx;

	return seal_signer_find(k->c, s, ret, ret_found);
}

/* The order that the page should be of: its file, and the number that was
 * bound. */
static perso_rc
read_order(struct checking *k, bool *ret_ok)
{
	const char *path = cli_value(k->c, "order");
	struct perso_order_input in = {
		.profiles = k->profiles, .now = perso_now(), .imported = true
	};
	struct perso_record *r;
	perso_rc rc;

	k->order = perso_order_new();
	if (k->order == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for an order");
	rc = perso_order_check_file(path, in, k->order);
	*ret_ok = rc == PERSO_OK;
	if (rc != PERSO_OK && k->order->findings.count > 0) {
		k->c->exit = cli_exit_code(rc);
		return cli_print_refusal(k->c, path, &k->order->findings, rc);
	}
	PERSO_TRY_CTX(rc, "%s", path);
	r = &k->order->record;
	if (cli_value(k->c, "number") != NULL)
		PERSO_TRY_CTX(perso_record_bind(r, cli_value(k->c, "number")),
		    "--number");
	if (r->number[0] == '\0')
		PERSO_FAIL(PERSO_E_ARG,
		    "the document number of a %s is not in its order: give "
		    "it with --number",
		    r->profile->id);
	perso_doc_profile_on(r->profile, r->issue, &k->on);
	k->expect = (struct perso_page_inspection){ .record = r,
		.profile = &k->on,
		.number = r->number,
		.order = r->order_id };
	k->in.expect = &k->expect;
	return PERSO_OK;
}

static perso_rc
find_profile(struct checking *k)
{
	const char *id = cli_value(k->c, "document");

	if (id == NULL)
		return PERSO_OK;
	k->in.profile = perso_profiles_doc(k->profiles, id);
	if (k->in.profile == NULL)
		PERSO_FAIL(PERSO_E_ARG, "there is no document profile %s", id);
	return PERSO_OK;
}

static perso_rc
print_report(struct cli *c, const struct perso_report *r)
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
	c->exit = r->ok ? CLI_EXIT_OK : CLI_EXIT_CHECK;
	return PERSO_OK;
}

static perso_rc
verify(struct checking *k)
{
	struct perso_report *r = calloc(1, sizeof(*r));
	perso_rc rc;

	if (r == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for a report");
	k->in.png = perso_buf_span(&k->png);
	k->in.profiles = k->profiles;
	k->in.signer = find_signer;
	k->in.ctx = k;
	k->in.now = perso_now();
	rc = perso_verify_page(&k->in, r);
	if (rc == PERSO_OK)
		rc = print_report(k->c, r);
	free(r);
	return rc;
}

/* see cli_int.h */
perso_rc
cli_run_verify_page(struct cli *c)
{
	__attribute__((cleanup(close_checking))) struct checking k = { .c = c,
		.png = { .max = PAGE_FILE_MAX } };
	bool ok = true;

	PERSO_TRY(perso_file_read(cli_value(c, "page"), &k.png));
	PERSO_TRY(seal_profiles(c, &k.profiles));
	if (k.profiles == NULL)
		PERSO_FAIL(PERSO_E_CONFIG,
		    "no profiles: name their folder with --profiles, or make "
		    "a configuration");
	PERSO_TRY(open_trust(&k));
	PERSO_TRY(find_profile(&k));
	if (cli_value(c, "order") != NULL)
		PERSO_TRY(read_order(&k, &ok));
	return ok ? verify(&k) : PERSO_OK;
}
