/*
 * Fields to lines: Doc 9303-4, -5, -6 and -7, 4.2.2.
 */
#include <string.h>

#include "mrz_int.h"

/* Principal characters of a document number; what is longer goes on in the
 * optional data. */
#define PRINCIPAL 9

/* The zone being filled, all lines joined; starts as fillers. */
struct zone {
	const struct mrz_layout *l;
	char *text;
};

static char *
at(struct zone *z, const struct mrz_place *p)
{
	return z->text + p->line * z->l->length + p->at;
}

static void
put(struct zone *z, const struct mrz_place *p, const char *s, size_t n)
{
	char *to = at(z, p);

	for (size_t i = 0; i < n && i < p->n; i++)
		to[i] = s[i];
}

/* The field and the check digit after it. */
static void
put_checked(struct zone *z, const struct mrz_place *p, const char *s, size_t n)
{
	put(z, p, s, n);
	at(z, p)[p->n] = mrz_digit(at(z, p), p->n);
}

static perso_rc
check(const char *field, const char *s, size_t max,
    unsigned (*bad)(const char *, size_t))
{
	size_t n = strlen(s);
	unsigned wrong;

	if (n == 0)
		PERSO_FAIL(PERSO_E_MISSING, "%s is missing", field);
	if (n > max)
		PERSO_FAIL(PERSO_E_RANGE, "%s is longer than %zu characters",
		    field, max);
	wrong = bad(s, n);
	if (wrong != 0)
		PERSO_FAIL(PERSO_E_DATA, "%s: position %u is not allowed",
		    field, wrong);
	return PERSO_OK;
}

/* "YYMMDD", fillers for what is not known. */
static void
date_text(struct perso_date d, char ret[6])
{
	const int part[] = { d.year, d.month, d.day };

	for (size_t i = 0; i < 3; i++) {
		int v = part[i] % 100;

		ret[2 * i] = part[i] == 0 ? '<' : (char)('0' + v / 10);
		ret[2 * i + 1] = part[i] == 0 ? '<' : (char)('0' + v % 10);
	}
}

/* Whether the known parts can stand together in some calendar day. */
static bool
is_birth(struct perso_date d)
{
	struct perso_date full = d;

	if (d.year < 0 || d.month < 0 || d.day < 0)
		return false;
	full.year = d.year != 0 ? d.year : 2000;
	full.month = d.month != 0 ? d.month : 1;
	full.day = d.day != 0 ? d.day : 1;
	return perso_date_is_valid(full);
}

/* How many characters of optional data a long number takes: the rest of the
 * number, its check digit, a filler. Doc 9303-5 and -6, 4.2.2.1 note j. */
static size_t
number_overflow(const struct perso_mrz *m)
{
	size_t n = strlen(m->number);

	return n > PRINCIPAL ? n - PRINCIPAL + 2 : 0;
}

static perso_rc
check_number(const struct perso_mrz *m)
{
	size_t max = PRINCIPAL;

	if (m->format == PERSO_MRZ_TD1 || m->format == PERSO_MRZ_TD2)
		max += mrz_layouts[m->format].optional1.n - 2u;
	PERSO_TRY(check("document number", m->number, max, mrz_bad_number));
	for (size_t i = 0; strlen(m->number) > PRINCIPAL && m->number[i]; i++)
		if (m->number[i] == '<')
			PERSO_FAIL(PERSO_E_DATA,
			    "document number: a long one "
			    "has no filler, as at position %zu",
			    i + 1);
	return PERSO_OK;
}

static perso_rc
check_optional(const char *field, const char *s, size_t room)
{
	size_t n = strlen(s);

	if (n > room)
		PERSO_FAIL(PERSO_E_RANGE, "%s is longer than %zu characters",
		    field, room);
	for (size_t i = 0; i < n; i++)
		if (mrz_value((uint8_t)s[i]) < 0)
			PERSO_FAIL(PERSO_E_DATA,
			    "%s: position %zu is not allowed", field, i + 1);
	if (n > 0 && s[n - 1] == '<')
		PERSO_FAIL(
		    PERSO_E_DATA, "%s: position %zu is not allowed", field, n);
	return PERSO_OK;
}

static perso_rc
check_names(const struct perso_mrz *m, size_t width)
{
	size_t n = strlen(m->primary);

	PERSO_TRY(check("primary identifier", m->primary, width, mrz_bad_name));
	if (m->secondary[0] == '\0')
		return PERSO_OK;
	if (n + 3 > width)
		PERSO_FAIL(PERSO_E_RANGE,
		    "primary identifier leaves no room for the secondary one");
	return check(
	    "secondary identifier", m->secondary, width - n - 2, mrz_bad_name);
}

static perso_rc
check_fields(const struct perso_mrz *m, const struct mrz_layout *l)
{
	bool visa = m->format == PERSO_MRZ_MRVA || m->format == PERSO_MRZ_MRVB;

	PERSO_TRY(check("document code", m->document_code, 2, mrz_bad_code));
	if ((m->document_code[0] == 'V') != visa)
		PERSO_FAIL(PERSO_E_DATA,
		    "document code: position 1 is not allowed in %s", l->name);
	PERSO_TRY(check("issuer", m->issuer, 3, mrz_bad_code));
	PERSO_TRY(check_number(m));
	PERSO_TRY(check_names(m, l->name_field.n));
	PERSO_TRY(check("nationality", m->nationality, 3, mrz_bad_code));
	if (!is_birth(m->birth))
		PERSO_FAIL(PERSO_E_DATA, "date of birth does not exist");
	if (!perso_date_is_valid(m->expiry))
		PERSO_FAIL(PERSO_E_DATA, "date of expiry does not exist");
	if (m->sex > PERSO_SEX_FEMALE)
		PERSO_FAIL(PERSO_E_DATA, "sex is none of the three values");
	PERSO_TRY(check_optional("optional data", m->optional1,
	    l->optional1.n - number_overflow(m)));
	PERSO_TRY(check_optional(
	    "optional data of line 2", m->optional2, l->optional2.n));
	if (m->optional_filler &&
	    (!l->has_optional_cd || m->optional1[0] != '\0'))
		PERSO_FAIL(PERSO_E_DATA,
		    "optional data: its check digit cannot be a filler");
	return PERSO_OK;
}

/* Number and what shares the optional data with it. */
static void
put_number(struct zone *z, const struct perso_mrz *m)
{
	size_t n = strlen(m->number), over = number_overflow(m);
	struct mrz_place opt = z->l->optional1;

	if (over == 0) {
		put_checked(z, &z->l->number, m->number, n);
	} else {
		char rest[PERSO_MRZ_NUMBER_MAX + 1] = "";

		put(z, &z->l->number, m->number, PRINCIPAL);
		for (size_t i = PRINCIPAL; i < n; i++)
			rest[i - PRINCIPAL] = m->number[i];
		rest[n - PRINCIPAL] = mrz_digit(m->number, n);
		put(z, &opt, rest, n - PRINCIPAL + 1);
		opt.at = (uint8_t)(opt.at + over);
		opt.n = (uint8_t)(opt.n - over);
	}
	if (z->l->has_optional_cd)
		put_checked(z, &opt, m->optional1, strlen(m->optional1));
	else
		put(z, &opt, m->optional1, strlen(m->optional1));
	if (m->optional_filler)
		at(z, &opt)[opt.n] = '<';
}

static void
put_fields(struct zone *z, const struct perso_mrz *m)
{
	static const char sex[] = { '<', 'M', 'F' };
	const struct mrz_layout *l = z->l;
	struct mrz_place second = l->name_field;
	char d[6];

	put(z, &l->code, m->document_code, strlen(m->document_code));
	put(z, &l->issuer, m->issuer, strlen(m->issuer));
	put_number(z, m);
	put(z, &l->name_field, m->primary, strlen(m->primary));
	if (m->secondary[0] != '\0') {
		second.at = (uint8_t)(second.at + strlen(m->primary) + 2);
		put(z, &second, m->secondary, strlen(m->secondary));
	}
	put(z, &l->nationality, m->nationality, strlen(m->nationality));
	date_text(m->birth, d);
	put_checked(z, &l->birth, d, sizeof(d));
	put(z, &l->sex, &sex[m->sex], 1);
	date_text(m->expiry, d);
	put_checked(z, &l->expiry, d, sizeof(d));
	put(z, &l->optional2, m->optional2, strlen(m->optional2));
	if (l->composite[0].n != 0)
		z->text[(l->composite_line + 1) * l->length - 1] =
		    mrz_composite(l, z->text);
}

/* see perso/mrz.h */
perso_rc
perso_mrz_compose(const struct perso_mrz *m, struct perso_mrz_text *ret)
{
	struct perso_mrz_text t = { 0 };
	struct zone z = { .text = t.text };
	size_t n = 0;

	if ((unsigned)m->format >= PERSO_MRZ_FORMATS)
		PERSO_FAIL(PERSO_E_ARG, "no such MRZ format");
	z.l = &mrz_layouts[m->format];
	PERSO_TRY_CTX(check_fields(m, z.l), "MRZ");
	t.lines = z.l->lines;
	t.length = z.l->length;
	memset(t.text, '<', (size_t)t.lines * t.length);
	put_fields(&z, m);
	for (size_t i = 0; i < t.lines; i++)
		for (size_t k = 0; k < t.length; k++)
			t.line[i][k] = t.text[n++];
	*ret = t;
	return PERSO_OK;
}

static size_t
append(char *to, size_t n, const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		to[n + i] = s[i];
	to[n + len] = mrz_digit(s, len);
	return n + len + 1;
}

/* see perso/mrz.h */
perso_rc
perso_mrz_information(
    const struct perso_mrz *m, char ret[PERSO_MRZ_INFORMATION_MAX + 1])
{
	char number[PERSO_MRZ_NUMBER_MAX + 1] = "<<<<<<<<<";
	char d[6];
	size_t n = 0, len;

	if ((unsigned)m->format >= PERSO_MRZ_FORMATS)
		PERSO_FAIL(PERSO_E_ARG, "no such MRZ format");
	PERSO_TRY_CTX(check_number(m), "MRZ information");
	if (!is_birth(m->birth) || !perso_date_is_valid(m->expiry))
		PERSO_FAIL(PERSO_E_DATA,
		    "MRZ information: date of birth or expiry does not exist");
	for (len = 0; m->number[len] != '\0'; len++)
		number[len] = m->number[len];
	n = append(ret, n, number, len > PRINCIPAL ? len : PRINCIPAL);
	date_text(m->birth, d);
	n = append(ret, n, d, sizeof(d));
	date_text(m->expiry, d);
	n = append(ret, n, d, sizeof(d));
	ret[n] = '\0';
	return PERSO_OK;
}
