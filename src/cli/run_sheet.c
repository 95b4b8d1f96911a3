/* Contact sheets of `perso run`. */
#include "perso/symbol.h"
#include "run_int.h"
#include "seal_int.h"

static void
write_sheet(struct cli_run *r, const struct cli_sheet_values *v)
{
	const char *dir = cli_value(r->cli, "sheet");
	char why[PERSO_REASON_MAX];

	r->sheet.profiles = r->profiles;
	if (cli_sheet_write(&r->sheet, v, dir) == PERSO_OK)
		return;
	perso_trail_text(why, sizeof(why));
	perso_trail_reset();
	cli_note(r->cli, "  sheet not written: %s\n", why);
}

/* see run_int.h */
void
cli_run_seen(void *ctx, const struct perso_inspection *what,
    const struct perso_report *report, const struct perso_lds_image *files)
{
	struct cli_run *r = ctx;
	const struct cli_sheet_values v = { .report = report,
		.files = files,
		.record = what->record,
		.order = what->order,
		.number = what->number,
		.blank = what->blank,
		.can = what->can };

	if (cli_value(r->cli, "sheet") != NULL)
		write_sheet(r, &v);
}

/* ---- Documents without a chip. ---- */

static perso_rc
add_text(struct cli_sheet_rows *rows, const char *key, const json_t *value)
{
	char number[24];

	if (json_is_integer(value)) {
		snprintf(number, sizeof(number), "%lld",
		    (long long)json_integer_value(value));
		return cli_sheet_rows_add(rows, key, number);
	}
	return json_is_string(value)
		   ? cli_sheet_rows_add(rows, key, json_string_value(value))
		   : PERSO_OK;
}

static perso_rc
add_seal(struct cli_sheet_rows *rows, const json_t *seal)
{
	static const char *const members[] = { "title", "code",
		"header-version", "country", "signer", "certificate", "issued",
		"signed" };
	const json_t *m;
	size_t i;

	PERSO_TRY(cli_sheet_rows_add(rows, "Visible digital seal", NULL));
	for (i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		PERSO_TRY(add_text(
		    rows, members[i], json_object_get(seal, members[i])));
	json_array_foreach(json_object_get(seal, "messages"), i, m)
	{
		const char *name =
		    json_string_value(json_object_get(m, "name"));

		PERSO_TRY(add_text(rows, name != NULL ? name : "message",
		    json_object_get(m, "value")));
	}
	return add_text(rows, "signature", json_object_get(seal, "signature"));
}

static perso_rc
take_seal(const struct cli_run *r, const struct perso_page_inspection *what,
    struct cli_sheet_rows *rows)
{
	struct perso_seal *s = calloc(1, sizeof(*s));
	json_t *j = NULL;
	perso_rc rc;

	if (s == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for a seal");
	rc = perso_seal_parse(what->seal, s);
	if (rc == PERSO_OK)
		rc = seal_json(s,
		    perso_profiles_seal_by_code(
			r->profiles, s->definition, s->category),
		    &j);
	if (rc == PERSO_OK)
		rc = add_seal(rows, j);
	json_decref(j);
	free(s);
	return rc;
}

static perso_rc
make_symbol(const struct perso_page_inspection *what, struct perso_symbol *ret)
{
	const struct perso_seal_profile *p = &what->profile->seal;
	const struct perso_symbol_spec spec = {
		.kind = (enum perso_symbol_kind)p->symbol,
		.level = (enum perso_symbol_level)p->level
	};

	return perso_symbol_make(&spec, what->seal, ret);
}

/* see run_int.h */
void
cli_run_page_seen(struct cli_run *r, const struct perso_page_inspection *what,
    const struct perso_report *report)
{
	struct cli_sheet_rows *rows;
	PERSO_SYMBOL(symbol);

	if (cli_value(r->cli, "sheet") == NULL)
		return;
	rows = calloc(1, sizeof(*rows));
	if (rows == NULL || take_seal(r, what, rows) != PERSO_OK ||
	    make_symbol(what, &symbol) != PERSO_OK)
		perso_trail_reset(); /* the checks say what is wrong with it */
	const struct perso_render_symbol drawn = { symbol.side, symbol.side,
		symbol.kind == PERSO_SYMBOL_QR ? 4 : 1, symbol.modules.p };
	const struct cli_sheet_values v = { .report = report,
		.record = what->record,
		.order = what->order,
		.number = what->number,
		.blank = what->blank,
		.symbol = symbol.side > 0 ? &drawn : NULL,
		.seal = rows != NULL ? rows->row : NULL,
		.seal_count = rows != NULL ? rows->count : 0 };

	write_sheet(r, &v);
	if (rows != NULL)
		cli_sheet_rows_done(rows);
	free(rows);
}
