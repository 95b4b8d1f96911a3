/* perso mrz make|check. */
#include "cli_int.h"
#include "perso/hooks.h"
#include "perso/mrz.h"

static const char *const digits_title = "check digits";

static perso_rc
read_input(const struct cli *c, struct perso_buf *text)
{
	for (int i = 0; i < c->argc; i++) {
		PERSO_TRY(perso_buf_append(text, perso_span_str(c->argv[i])));
		PERSO_TRY(perso_buf_append_u8(text, '\n'));
	}
	if (c->argc > 0)
		return PERSO_OK;
	for (int ch = getchar(); ch != EOF; ch = getchar())
		PERSO_TRY(perso_buf_append_u8(text, (uint8_t)ch));
	return PERSO_OK;
}

static char
sex_letter(enum perso_sex s)
{
	return s == PERSO_SEX_MALE ? 'M' : s == PERSO_SEX_FEMALE ? 'F' : 'X';
}

static void
date_text(struct perso_date d, char dst[40])
{
	snprintf(dst, 40, "XXXX-XX-XX");
	if (d.year != 0)
		snprintf(dst, 40, "%04d-XX-XX", d.year);
	if (d.year != 0 && d.month != 0)
		snprintf(dst, 40, "%04d-%02d-XX", d.year, d.month);
	if (d.year != 0 && d.month != 0 && d.day != 0)
		snprintf(dst, 40, "%04d-%02d-%02d", d.year, d.month, d.day);
}

/* see cli_int.h */
json_t *
cli_mrz_json(const struct perso_mrz *m)
{
	char birth[40], expiry[40], sex[2] = { sex_letter(m->sex), '\0' };

	date_text(m->birth, birth);
	date_text(m->expiry, expiry);
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, "
			 "s:s, s:s}",
	    "format", perso_mrz_format_name(m->format), "document-code",
	    m->document_code, "issuer", m->issuer, "number", m->number,
	    "primary", m->primary, "secondary", m->secondary, "nationality",
	    m->nationality, "birth-date", birth, "sex", sex, "expiry-date",
	    expiry, "optional-1", m->optional1, "optional-2", m->optional2);
}

static perso_rc
print_mrz(struct cli *c, const struct perso_mrz *m)
{
	json_t *j = cli_mrz_json(m), *value;
	const char *key;

	if (c->json)
		return cli_json(j);
	json_object_foreach(j, key, value)
	{
		if (json_string_length(value) > 0)
			cli_print("%-14s %s\n", key, json_string_value(value));
	}
	cli_print("%-14s right\n", digits_title);
	json_decref(j);
	return PERSO_OK;
}

/* Which digits are wrong, before the parser refuses them as a whole. */
static perso_rc
print_wrong_digits(struct cli *c, struct perso_span text)
{
	struct perso_mrz_digit d[PERSO_MRZ_DIGITS];
	json_t *wrong;
	size_t n = 0;

	PERSO_TRY(perso_mrz_digits(text, d, &n));
	wrong = json_array();
	for (size_t i = 0; i < n; i++) {
		char found[2] = { d[i].found, '\0' };
		char right[2] = { d[i].expected, '\0' };

		if (d[i].is_right)
			continue;
		c->exit = CLI_EXIT_CHECK;
		json_array_append_new(wrong,
		    json_pack("{s:s, s:i, s:i, s:s, s:s}", "field", d[i].name,
			"line", (int)d[i].line, "column", (int)d[i].column,
			"found", found, "expected", right));
		if (!c->json)
			cli_print("wrong check digit of %s: line %u, column "
				  "%u is %s, should be %s\n",
			    d[i].name, d[i].line, d[i].column, found, right);
	}
	if (c->json && c->exit == CLI_EXIT_CHECK)
		return cli_json(json_pack("{s:o}", "wrong", wrong));
	json_decref(wrong);
	return PERSO_OK;
}

/* see cli_int.h */
perso_rc
cli_run_mrz_check(struct cli *c)
{
	struct perso_mrz m;
	PERSO_BUF(text, 1024);

	PERSO_TRY(read_input(c, &text));
	PERSO_TRY(print_wrong_digits(c, perso_buf_span(&text)));
	if (c->exit != CLI_EXIT_OK)
		return PERSO_OK;
	PERSO_TRY(perso_mrz_parse(
	    perso_buf_span(&text), perso_date_of(perso_now()), &m));
	return print_mrz(c, &m);
}

static const char *
or_empty(const struct cli *c, const char *name)
{
	const char *v = cli_value(c, name);

	return v != NULL ? v : "";
}

static perso_rc
copy_field(const struct cli *c, const char *name, char *dst, size_t cap)
{
	const char *v = or_empty(c, name);

	if (strlen(v) >= cap)
		PERSO_FAIL(PERSO_E_DATA,
		    "--%s has %zu characters, at most %zu are possible", name,
		    strlen(v), cap - 1);
	return perso_span_copy(dst, cap, perso_span(v, strlen(v) + 1));
}

/* "1985-XX-XX" leaves parts unknown. */
static perso_rc
birth_field(const struct cli *c, struct perso_date *ret)
{
	const char *v = or_empty(c, "birth");
	char full[11];

	if (strlen(v) != 10)
		PERSO_FAIL(PERSO_E_ARG, "--birth is YYYY-MM-DD, XX for what is "
					"not known");
	snprintf(full, sizeof(full), "%s", v);
	if (strncmp(full, "XXXX", 4) == 0)
		PERSO_TRY(perso_span_copy(full, 4, perso_span("2000", 4)));
	for (int i = 5; i < 10; i += 3)
		if (full[i] == 'X' && full[i + 1] == 'X')
			PERSO_TRY(
			    perso_span_copy(full + i, 2, perso_span("01", 2)));
	PERSO_TRY_CTX(perso_date_parse(perso_span(full, 10), ret), "--birth");
	ret->year = v[0] == 'X' ? 0 : ret->year;
	ret->month = v[5] == 'X' ? 0 : ret->month;
	ret->day = v[8] == 'X' ? 0 : ret->day;
	return PERSO_OK;
}

static perso_rc
fill_mrz(const struct cli *c, struct perso_mrz *m)
{
	struct perso_mrz_name name;
	const char *sex = or_empty(c, "sex");

	if (perso_mrz_format_parse(
		perso_span_str(or_empty(c, "format")), &m->format) != PERSO_OK)
		PERSO_FAIL(
		    PERSO_E_ARG, "--format is TD1, TD2, TD3, MRV-A or MRV-B");
	PERSO_TRY(
	    copy_field(c, "code", m->document_code, sizeof(m->document_code)));
	PERSO_TRY(copy_field(c, "issuer", m->issuer, sizeof(m->issuer)));
	PERSO_TRY(copy_field(c, "number", m->number, sizeof(m->number)));
	PERSO_TRY(copy_field(
	    c, "nationality", m->nationality, sizeof(m->nationality)));
	PERSO_TRY(
	    copy_field(c, "optional", m->optional1, sizeof(m->optional1)));
	PERSO_TRY(
	    copy_field(c, "optional2", m->optional2, sizeof(m->optional2)));
	if (sex[0] != '\0' && (strchr("MFX", sex[0]) == NULL || sex[1] != '\0'))
		PERSO_FAIL(PERSO_E_ARG, "--sex is M, F or X");
	PERSO_TRY(birth_field(c, &m->birth));
	PERSO_TRY_CTX(
	    perso_date_parse(perso_span_str(or_empty(c, "expiry")), &m->expiry),
	    "--expiry");
	m->sex = sex[0] == 'M'	 ? PERSO_SEX_MALE
		 : sex[0] == 'F' ? PERSO_SEX_FEMALE
				 : PERSO_SEX_UNSPECIFIED;
	PERSO_TRY_CTX(perso_mrz_name(perso_span_str(or_empty(c, "surname")),
			  perso_span_str(or_empty(c, "given-names")),
			  perso_mrz_name_width(m->format), NULL, &name),
	    "name");
	PERSO_TRY(perso_span_copy(
	    m->primary, sizeof(m->primary), perso_span_of(name.primary)));
	return perso_span_copy(
	    m->secondary, sizeof(m->secondary), perso_span_of(name.secondary));
}

/* see cli_int.h */
perso_rc
cli_run_mrz_make(struct cli *c)
{
	struct perso_mrz m = { 0 };
	struct perso_mrz_text t;
	json_t *lines;

	PERSO_TRY(fill_mrz(c, &m));
	PERSO_TRY(perso_mrz_compose(&m, &t));
	lines = json_array();
	for (unsigned i = 0; i < t.lines; i++) {
		json_array_append_new(lines, json_string(t.line[i]));
		if (!c->json)
			cli_print("%s\n", t.line[i]);
	}
	if (c->json)
		return cli_json(json_pack("{s:o}", "lines", lines));
	json_decref(lines);
	return PERSO_OK;
}
