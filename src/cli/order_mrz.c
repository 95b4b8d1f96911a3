/* perso order mrz: the zone that the document of an order will have. */
#include "cli_int.h"
#include "perso/hooks.h"
#include "perso/order.h"

#define AUTO_ORDER(name)                                                      \
	__attribute__((cleanup(perso_order_free))) struct perso_order *name = \
	    NULL

/* see cli_int.h */
perso_rc
cli_load_order(struct cli *c, const char *path,
    const struct perso_profiles *profiles, time_t now, struct perso_order **ret)
{
	struct perso_order_input in = {
		.profiles = profiles, .now = now, .imported = true
	};
	AUTO_ORDER(o);
	perso_rc rc;

	o = perso_order_new();
	if (o == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for an order");
	rc = perso_order_check_file(path, in, o);
	if (rc != PERSO_OK && o->findings.count > 0) {
		c->exit = cli_exit_code(rc);
		return cli_print_refusal(c, path, &o->findings, rc);
	}
	PERSO_TRY_CTX(rc, "%s", path);
	*ret = o;
	o = NULL;
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
	CLI_PROFILES(profiles);
	AUTO_ORDER(o);

	PERSO_TRY(cli_config_load(c, &cfg));
	PERSO_TRY(cli_open_profiles(&cfg, &profiles));
	PERSO_TRY(cli_load_order(c, c->argv[0], profiles, perso_now(), &o));
	if (o == NULL)
		return PERSO_OK;
	PERSO_TRY(cli_bind_number(c, &o->record));
	PERSO_TRY(perso_record_mrz(&o->record, &m));
	PERSO_TRY(perso_mrz_check(&m, o->record.issue));
	return print_zone(c, &m);
}
