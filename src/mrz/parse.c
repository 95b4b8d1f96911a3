/*
 * Lines to fields: Doc 9303-4, -5, -6 and -7, 4.2.2. What is accepted here
 * compose makes again, byte for byte.
 */
#include <stdio.h>
#include <string.h>

#include "mrz_int.h"
#include "perso/rd.h"

struct zone {
	enum perso_mrz_format format;
	const struct mrz_layout *l;
	char text[PERSO_MRZ_TEXT_MAX + 1]; /* all lines joined */
};

/* The characters of a text and how its line ends divide them. */
struct raw {
	char text[PERSO_MRZ_TEXT_MAX + 1];
	size_t n;			  /* may exceed what text keeps */
	size_t line[PERSO_MRZ_LINES + 1]; /* characters of each */
	size_t lines;			  /* may exceed what line keeps */
};

/* --- Reading the text --------------------------------------------------- */

static void
add_character(struct raw *r, uint8_t c)
{
	if (r->n < PERSO_MRZ_TEXT_MAX)
		r->text[r->n] = (char)c;
	r->n++;
	if (r->lines < PERSO_MRZ_LINES)
		r->line[r->lines]++;
}

static perso_rc
split(struct perso_span text, struct raw *r)
{
	struct perso_rd rd = perso_rd(text);
	uint8_t c = 0, next = 0;
	bool open = false;

	while (perso_rd_left(&rd) > 0) {
		PERSO_TRY(perso_rd_u8(&rd, &c));
		if (c == '\r' && perso_rd_left(&rd) > 0) {
			PERSO_TRY(perso_rd_peek(&rd, &next));
			if (next == '\n')
				PERSO_TRY(perso_rd_u8(&rd, &c));
		}
		if (c == '\n')
			r->lines++;
		else
			add_character(r, c);
		open = c != '\n';
	}
	if (open)
		r->lines++;
	return PERSO_OK;
}

/* The format of these lines, or of one line that joins them; visas apart. */
static perso_rc
find_format(const struct raw *r, enum perso_mrz_format *ret)
{
	static const enum perso_mrz_format f[] = { PERSO_MRZ_TD1, PERSO_MRZ_TD2,
		PERSO_MRZ_TD3 };
	size_t lines = r->lines, n = r->n, width = r->line[0];

	for (size_t i = 0; i < 3; i++) {
		const struct mrz_layout *l = &mrz_layouts[f[i]];

		if (lines == 1 ? n != (size_t)l->lines * l->length
			       : lines != l->lines || width != l->length)
			continue;
		for (size_t k = 1; k < lines; k++)
			if (r->line[k] != width)
				PERSO_FAIL(r->line[k] < width
					       ? PERSO_E_TRUNCATED
					       : PERSO_E_TRAILING,
				    "line %zu has %zu characters, not %zu",
				    k + 1, r->line[k], width);
		*ret = f[i];
		return PERSO_OK;
	}
	if (lines > PERSO_MRZ_LINES)
		PERSO_FAIL(PERSO_E_TRAILING, "more than 3 lines");
	if (lines > 1)
		PERSO_FAIL(width < (lines == 3 ? 30u : 44u) ? PERSO_E_TRUNCATED
							    : PERSO_E_TRAILING,
		    "line 1 of %zu has %zu characters, not %s", lines, width,
		    lines == 3 ? "30" : "36 or 44");
	PERSO_FAIL(
	    n > PERSO_MRZ_TEXT_MAX ? PERSO_E_TRAILING : PERSO_E_TRUNCATED,
	    "%zu characters, not 72, 88 or 90", n);
}

static perso_rc
read_zone(struct perso_span text, struct zone *z)
{
	struct raw r = { 0 };

	PERSO_TRY(split(text, &r));
	PERSO_TRY(find_format(&r, &z->format));
	if (r.text[0] == 'V' && z->format == PERSO_MRZ_TD2)
		z->format = PERSO_MRZ_MRVB;
	if (r.text[0] == 'V' && z->format == PERSO_MRZ_TD3)
		z->format = PERSO_MRZ_MRVA;
	z->l = &mrz_layouts[z->format];
	for (size_t i = 0; i < r.n; i++) {
		z->text[i] = r.text[i];
		if (mrz_value((uint8_t)r.text[i]) < 0)
			PERSO_FAIL(PERSO_E_DATA,
			    "line %zu, column %zu: not a character of the MRZ",
			    i / z->l->length + 1, i % z->l->length + 1);
	}
	return PERSO_OK;
}

static const char *
at(const struct zone *z, const struct mrz_place *p)
{
	return z->text + p->line * z->l->length + p->at;
}

/* Field names the place, position counts from 1 in it. */
static perso_rc
bad(const struct mrz_place *p, const char *field, unsigned position)
{
	PERSO_FAIL(PERSO_E_DATA, "line %u, column %u: wrong in %s",
	    p->line + 1u, p->at + position, field);
}

/* --- Check digits ------------------------------------------------------- */

/* Characters that a long document number has in the optional data, without
 * its check digit; 0 if the number is not a long one. */
static size_t
rest_of_number(const struct zone *z)
{
	const char *number = at(z, &z->l->number);
	const char *opt = at(z, &z->l->optional1);
	size_t n = 0;

	if (z->format != PERSO_MRZ_TD1 && z->format != PERSO_MRZ_TD2)
		return 0;
	for (size_t i = 0; i <= z->l->number.n; i++)
		if ((number[i] == '<') != (i == z->l->number.n))
			return 0;
	while (n < z->l->optional1.n && opt[n] != '<')
		n++;
	return n < 2 || n == z->l->optional1.n ? 0 : n - 1;
}

static struct perso_mrz_digit
digit_after(const struct zone *z, const struct mrz_place *p, const char *name)
{
	struct perso_mrz_digit d = { .name = name,
		.line = p->line + 1u,
		.column = p->at + p->n + 1u,
		.found = at(z, p)[p->n],
		.expected = mrz_digit(at(z, p), p->n) };

	d.is_right = d.found == d.expected;
	return d;
}

static struct perso_mrz_digit
number_digit(const struct zone *z)
{
	size_t rest = rest_of_number(z);
	struct mrz_place opt = z->l->optional1;
	struct perso_mrz_digit d;
	char all[PERSO_MRZ_NUMBER_MAX + 1];
	size_t n = 0;

	if (rest == 0)
		return digit_after(z, &z->l->number, "document number");
	for (size_t i = 0; i < z->l->number.n; i++)
		all[n++] = at(z, &z->l->number)[i];
	for (size_t i = 0; i < rest; i++)
		all[n++] = at(z, &opt)[i];
	opt.n = (uint8_t)rest;
	d = digit_after(z, &opt, "document number");
	d.expected = mrz_digit(all, n);
	d.is_right = d.found == d.expected;
	return d;
}

static struct perso_mrz_digit
optional_digit(const struct zone *z)
{
	const struct mrz_place *p = &z->l->optional1;
	struct perso_mrz_digit d = digit_after(z, p, "optional data");
	bool empty = true;

	for (size_t i = 0; i < p->n; i++)
		empty = empty && at(z, p)[i] == '<';
	if (empty && d.found == '<')
		d.is_right = true;
	return d;
}

static struct perso_mrz_digit
composite_digit(const struct zone *z)
{
	struct mrz_place line = { z->l->composite_line, 0,
		(uint8_t)(z->l->length - 1u) };
	struct perso_mrz_digit d = digit_after(z, &line, "composite");

	d.expected = mrz_composite(z->l, z->text);
	d.is_right = d.found == d.expected;
	return d;
}

static size_t
find_digits(const struct zone *z, struct perso_mrz_digit *ret)
{
	size_t n = 0;

	ret[n++] = number_digit(z);
	ret[n++] = digit_after(z, &z->l->birth, "date of birth");
	ret[n++] = digit_after(z, &z->l->expiry, "date of expiry");
	if (z->l->has_optional_cd)
		ret[n++] = optional_digit(z);
	if (z->l->composite[0].n != 0)
		ret[n++] = composite_digit(z);
	return n;
}

static perso_rc
check_digits(const struct zone *z)
{
	struct perso_mrz_digit d[PERSO_MRZ_DIGITS];
	size_t n = find_digits(z, d);
	char text[PERSO_TRAIL_LEN] = "";
	int used = 0;

	for (size_t i = 0; i < n; i++) {
		if (d[i].is_right)
			continue;
		used += snprintf(text + used, sizeof(text) - (size_t)used,
		    "%s%s (line %u, column %u)", used > 0 ? ", " : "",
		    d[i].name, d[i].line, d[i].column);
	}
	if (used > 0)
		PERSO_FAIL(PERSO_E_DATA, "wrong check digit of %s", text);
	return PERSO_OK;
}

/* see perso/mrz.h */
perso_rc
perso_mrz_digits(struct perso_span text,
    struct perso_mrz_digit ret[PERSO_MRZ_DIGITS], size_t *ret_n)
{
	struct zone z = { 0 };

	PERSO_TRY_CTX(read_zone(text, &z), "MRZ");
	*ret_n = find_digits(&z, ret);
	return PERSO_OK;
}

/* --- Fields ------------------------------------------------------------- */

/* Copies without the fillers at the end; returns the length. */
static size_t
strip(const struct zone *z, const struct mrz_place *p, char *ret)
{
	const char *s = at(z, p);
	size_t n = p->n;

	while (n > 0 && s[n - 1] == '<')
		n--;
	for (size_t i = 0; i < n; i++)
		ret[i] = s[i];
	ret[n] = '\0';
	return n;
}

static perso_rc
get(const struct zone *z, const struct mrz_place *p, const char *field,
    unsigned (*wrong)(const char *, size_t), char *ret)
{
	size_t n = strip(z, p, ret);
	unsigned position = wrong(ret, n);

	return position == 0 ? PERSO_OK : bad(p, field, position);
}

static perso_rc
get_name(const struct zone *z, struct perso_mrz *m)
{
	struct mrz_place second = z->l->name_field, first = second;
	const char *s = at(z, &first);
	size_t n = 0;

	while (n < first.n &&
	       !(s[n] == '<' && (n + 1 == first.n || s[n + 1] == '<')))
		n++;
	first.n = (uint8_t)n;
	PERSO_TRY(
	    get(z, &first, "primary identifier", mrz_bad_name, m->primary));
	n = n + 2 < second.n ? n + 2 : second.n;
	second.at = (uint8_t)(second.at + n);
	second.n = (uint8_t)(second.n - n);
	if (strip(z, &second, m->secondary) == 0)
		return PERSO_OK;
	return get(
	    z, &second, "secondary identifier", mrz_bad_name, m->secondary);
}

static perso_rc
get_number(const struct zone *z, struct perso_mrz *m)
{
	struct mrz_place opt = z->l->optional1;
	size_t rest = rest_of_number(z), n;

	PERSO_TRY(get(
	    z, &z->l->number, "document number", mrz_bad_number, m->number));
	n = strlen(m->number);
	for (size_t i = 0; i < rest; i++)
		m->number[n++] = at(z, &opt)[i];
	m->number[n] = '\0';
	if (rest > 0) {
		opt.at = (uint8_t)(opt.at + rest + 2);
		opt.n = (uint8_t)(opt.n - rest - 2);
	}
	strip(z, &opt, m->optional1);
	strip(z, &z->l->optional2, m->optional2);
	if (z->l->has_optional_cd)
		m->optional_filler = at(z, &opt)[opt.n] == '<';
	return PERSO_OK;
}

/* Two digits, or -1 for two fillers. */
static perso_rc
get_pair(const struct zone *z, const struct mrz_place *p, unsigned pair,
    const char *field, int *ret)
{
	const char *s = at(z, p) + 2 * pair;

	if (s[0] == '<' && s[1] == '<') {
		*ret = -1;
		return PERSO_OK;
	}
	for (unsigned i = 0; i < 2; i++)
		if (s[i] < '0' || s[i] > '9')
			return bad(p, field, 2 * pair + i + 1);
	*ret = (s[0] - '0') * 10 + s[1] - '0';
	return PERSO_OK;
}

/* Parts that are unknown are 0, the year has two digits or is -1. */
static perso_rc
get_date(const struct zone *z, const struct mrz_place *p, const char *field,
    struct perso_date *ret)
{
	int part[3];

	for (unsigned i = 0; i < 3; i++) {
		PERSO_TRY(get_pair(z, p, i, field, &part[i]));
		if (i > 0 && part[i] == 0)
			return bad(p, field, 2 * i + 1);
	}
	ret->year = part[0];
	ret->month = part[1] < 0 ? 0 : part[1];
	ret->day = part[2] < 0 ? 0 : part[2];
	return PERSO_OK;
}

/* Known parts compare as if the unknown ones were equal. */
static bool
is_after(struct perso_date d, struct perso_date today)
{
	if (d.year != today.year)
		return d.year > today.year;
	if (d.month == 0 || d.month != today.month)
		return d.month > today.month;
	return d.day > today.day;
}

static perso_rc
get_birth(const struct zone *z, struct perso_date today, struct perso_date *ret)
{
	const struct mrz_place *p = &z->l->birth;
	struct perso_date d = { 0 }, full;

	PERSO_TRY(get_date(z, p, "date of birth", &d));
	if (d.year < 0) {
		d.year = 0;
	} else {
		d.year += today.year - today.year % 100;
		if (is_after(d, today))
			d.year -= 100;
	}
	full = (struct perso_date){ d.year != 0 ? d.year : 2000,
		d.month != 0 ? d.month : 1, d.day != 0 ? d.day : 1 };
	if (!perso_date_is_valid(full))
		return bad(p, "date of birth", full.month > 12 ? 3 : 5);
	*ret = d;
	return PERSO_OK;
}

static perso_rc
get_expiry(
    const struct zone *z, struct perso_date today, struct perso_date *ret)
{
	const struct mrz_place *p = &z->l->expiry;
	struct perso_date d = { 0 };
	int low = today.year - 50;

	PERSO_TRY(get_date(z, p, "date of expiry", &d));
	if (d.year < 0)
		return bad(p, "date of expiry", 1);
	d.year += low - low % 100;
	if (d.year < low)
		d.year += 100;
	if (!perso_date_is_valid(d))
		return bad(
		    p, "date of expiry", d.month < 1 || d.month > 12 ? 3 : 5);
	*ret = d;
	return PERSO_OK;
}

static perso_rc
get_sex(const struct zone *z, enum perso_sex *ret)
{
	switch (*at(z, &z->l->sex)) {
	case '<':
		*ret = PERSO_SEX_UNSPECIFIED;
		return PERSO_OK;
	case 'M':
		*ret = PERSO_SEX_MALE;
		return PERSO_OK;
	case 'F':
		*ret = PERSO_SEX_FEMALE;
		return PERSO_OK;
	default:
		return bad(&z->l->sex, "sex", 1);
	}
}

static perso_rc
get_fields(const struct zone *z, struct perso_date today, struct perso_mrz *m)
{
	const struct mrz_layout *l = z->l;

	m->format = z->format;
	PERSO_TRY(
	    get(z, &l->code, "document code", mrz_bad_code, m->document_code));
	if (m->document_code[0] == 'V' && z->format == PERSO_MRZ_TD1)
		return bad(&l->code, "document code", 1);
	PERSO_TRY(get(z, &l->issuer, "issuer", mrz_bad_code, m->issuer));
	PERSO_TRY(get_number(z, m));
	PERSO_TRY(get_name(z, m));
	PERSO_TRY(get(
	    z, &l->nationality, "nationality", mrz_bad_code, m->nationality));
	PERSO_TRY(get_birth(z, today, &m->birth));
	PERSO_TRY(get_sex(z, &m->sex));
	return get_expiry(z, today, &m->expiry);
}

/* see perso/mrz.h */
perso_rc
perso_mrz_parse(
    struct perso_span text, struct perso_date today, struct perso_mrz *ret)
{
	struct zone z = { 0 };
	struct perso_mrz m = { 0 };

	if (!perso_date_is_valid(today) || today.year < 200)
		PERSO_FAIL(PERSO_E_ARG, "today is not a date");
	PERSO_TRY_CTX(read_zone(text, &z), "MRZ");
	PERSO_TRY_CTX(check_digits(&z), "MRZ");
	PERSO_TRY_CTX(get_fields(&z, today, &m), "MRZ");
	*ret = m;
	return PERSO_OK;
}
