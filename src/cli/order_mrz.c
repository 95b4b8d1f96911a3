/* perso order mrz: the zone that the document of an order will have. */
#include "cli_int.h"
#include "perso/hooks.h"
#include "perso/order.h"

/* see cli_int.h */
perso_rc
cli_load_order(struct cli *c, const struct perso_profiles *profiles, time_t now,
    struct perso_order **ret, bool *ret_ok)
{
	struct perso_order_input in = {
		.profiles = profiles, .now = now, .imported = true
	};
	perso_rc rc;

	*ret = perso_order_new();
	if (*ret == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for an order");
	rc = perso_order_check_file(c->argv[0], in, *ret);
	*ret_ok = rc == PERSO_OK;
	if (rc != PERSO_OK && (*ret)->findings.count > 0) {
		c->exit = cli_exit_code(rc);
		return cli_print_refusal(c, c->argv[0], &(*ret)->findings, rc);
	}
	PERSO_TRY_CTX(rc, "%s", c->argv[0]);
	return PERSO_OK;
}

/* see cli_int.h */
perso_rc
cli_bind_number(const struct cli *c, struct perso_record *r)
{
	const char *number = cli_value(c, "number");

	if (r->number[0] != '\0' && number == NULL)
		return PERSO_OK;
	if (r->number[0] != '\0')
		PERSO_FAIL(PERSO_E_ARG, "the order has a document number; "
					"--number is for numbers of blanks and "
					"ranges");
	if (number == NULL)
		PERSO_FAIL(PERSO_E_ARG,
		    "the document number of a %s comes from its blank or a "
		    "range: give one with --number",
		    r->profile->id);
	PERSO_TRY_CTX(perso_record_bind(r, number), "--number");
	return PERSO_OK;
}

static perso_rc
print_zone(struct cli *c, const struct perso_mrz *m)
{
	struct perso_mrz_text t;
	json_t *lines;

	PERSO_TRY(perso_mrz_compose(m, &t));
	lines = json_array();
	for (unsigned i = 0; i < t.lines; i++) {
		json_array_append_new(lines, json_string(t.line[i]));
		if (!c->json)
			cli_print("%s\n", t.line[i]);
	}
	if (c->json)
		return cli_json(json_pack(
		    "{s:o, s:o}", "lines", lines, "fields", cli_mrz_json(m)));
	json_decref(lines);
	return PERSO_OK;
}

/* see cli_int.h */
perso_rc
cli_run_order_mrz(struct cli *c)
{
	struct cli_config cfg;
	struct perso_mrz m;
	bool ok = false;
	CLI_PROFILES(profiles);
	__attribute__((cleanup(perso_order_free))) struct perso_order *o = NULL;

	PERSO_TRY(cli_config_load(c, &cfg));
	PERSO_TRY(cli_open_profiles(&cfg, &profiles));
	PERSO_TRY(cli_load_order(c, profiles, perso_now(), &o, &ok));
	if (!ok)
		return PERSO_OK;
	PERSO_TRY(cli_bind_number(c, &o->record));
	PERSO_TRY(perso_record_mrz(&o->record, &m));
	PERSO_TRY(perso_mrz_check(&m, o->record.issue));
	return print_zone(c, &m);
}
