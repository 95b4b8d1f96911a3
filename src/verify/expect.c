/*
 * What the document should say, worked out from the order's record: written
 * apart from the line's own mapping, so that an error there shows here.
 */
#include <string.h>

#include "perso/mrz.h"
#include "perso/secret.h"
#include "verify_int.h"

/* Doc 9303-3 4.9: weights 7, 3, 1. */
static char
check_digit(const char *s, size_t n)
{
	static const unsigned weights[] = { 7, 3, 1 };
	unsigned sum = 0;

	for (size_t i = 0; i < n; i++) {
		unsigned value =
		    s[i] >= '0' && s[i] <= '9'	 ? (unsigned)(s[i] - '0')
		    : s[i] >= 'A' && s[i] <= 'Z' ? (unsigned)(s[i] - 'A') + 10
						 : 0;

		sum += value * weights[i % 3];
	}
	return (char)('0' + sum % 10);
}

/* Fields are put into a zone that was filled with '<'. */
static perso_rc
put(char *at, size_t width, const char *value)
{
	size_t n = strlen(value);

	if (n > width)
		PERSO_FAIL(PERSO_E_RANGE, "value does not fit its MRZ field");
	for (size_t i = 0; i < n; i++)
		at[i] = value[i];
	return PERSO_OK;
}

static void
put_two(char *at, int v, bool known)
{
	at[0] = known ? (char)('0' + v / 10 % 10) : '<';
	at[1] = known ? (char)('0' + v % 10) : '<';
}

/* YYMMDD and its check digit: seven characters. */
static void
put_date(char *at, struct perso_date d)
{
	put_two(at, d.year % 100, d.year != 0);
	put_two(at + 2, d.month, d.month != 0);
	put_two(at + 4, d.day, d.day != 0);
	at[6] = check_digit(at, 6);
}

/* The personal number as the profile wants it in the optional data. */
static perso_rc
personal_number(const struct perso_inspection *what, char dst[24])
{
	bool filler = what->profile->mrz_separator == PERSO_SEPARATOR_FILLER;
	const char *s = what->record->personal_number;
	size_t n = 0;

	if (what->profile->number_in_mrz) {
		for (; *s != '\0' && n < 22; s++) {
			if ((*s >= '0' && *s <= '9') ||
			    (*s >= 'A' && *s <= 'Z'))
				dst[n++] = *s;
			else if (filler)
				dst[n++] = '<';
		}
	}
	dst[n] = '\0';
	return PERSO_OK;
}

static perso_rc
name_field(const struct perso_inspection *what, unsigned width, char *at)
{
	const struct perso_doc_profile *p = what->profile;
	struct perso_mrz_choice choices[PERSO_TRANSLIT_MAX];
	struct perso_mrz_options opt = { .choice = choices,
		.keep = p->translit.keep };
	struct perso_mrz_name name;

	for (size_t i = 0; i < p->translit.count; i++)
		choices[opt.choices++] =
		    (struct perso_mrz_choice){ p->translit.letters[i].letter,
			    p->translit.letters[i].as };
	if (p->translit.language[0] != '\0')
		PERSO_TRY(perso_mrz_language_parse(
		    perso_span_str(p->translit.language), &opt.language));
	if (p->translit.cut[0] != '\0')
		PERSO_TRY(perso_mrz_cut_parse(
		    perso_span_str(p->translit.cut), &opt.cut));
	PERSO_TRY(perso_mrz_name(perso_span_str(what->record->surname),
	    perso_span_str(what->record->given_names), width, &opt, &name));
	return put(at, width, name.field);
}

static char
sex_of(const struct perso_record *r)
{
	return r->sex == 'M' || r->sex == 'F' ? r->sex : '<';
}

#define NO_LONG_NUMBER 14 /* the width that TD3 has */

/* Number, filler to nine, check digit: ten characters. A longer number (TD1
 * and TD2: Doc 9303-5, 4.2.2.2; 9303-6) has a filler for the digit and goes on
 * in the optional data with its rest, the digit and a filler: *ret_used of
 * its width. */
static perso_rc
put_number(char *at, const char *number, char *optional, size_t width,
    size_t *ret_used)
{
	size_t n = strlen(number);

	*ret_used = 0;
	if (n <= 9 || width == NO_LONG_NUMBER) {
		PERSO_TRY(put(at, 9, number));
		at[9] = check_digit(at, 9);
		return PERSO_OK;
	}
	if (n - 9 + 1 > width)
		PERSO_FAIL(PERSO_E_RANGE, "value does not fit its MRZ field");
	for (size_t i = 0; i < n; i++)
		*(i < 9 ? at + i : optional + i - 9) = number[i];
	optional[n - 9] = check_digit(number, n);
	*ret_used = n - 9 + 2 < width ? n - 9 + 2 : width;
	return PERSO_OK;
}

/* The document code that the profile has for the day of issue: the last of
 * its rules that begins by then. */
static const char *
code_on_day(const struct perso_inspection *what)
{
	const struct perso_doc_profile *p = what->profile;
	const char *code = p->document_code;

	for (size_t i = 0; i < p->day_count; i++)
		if (p->days[i].document_code[0] != '\0' &&
		    perso_date_compare(p->days[i].from, what->record->issue) <=
			0)
			code = p->days[i].document_code;
	return code;
}

/* Doc 9303-4, 4.2.2 (TD3), Doc 9303-6, 4.2.2 (TD2), Doc 9303-7, 4.2.2 and
 * 5.2.2 (visas, without a digit at the end): line 2 differs in its end
 * only. */
static perso_rc
compose_two(const struct perso_inspection *what, char *z, size_t width)
{
	const struct perso_record *r = what->record;
	bool is_visa = what->profile->format == PERSO_DOC_MRVA ||
		       what->profile->format == PERSO_DOC_MRVB;
	char optional[24], *l = z + width, joined[44];
	size_t end = width == 44 ? 43 : 35, n = 0, used = 0;
	size_t room = is_visa ? width - 28 : width == 44 ? 14 : 7;

	PERSO_TRY(put(z, 2, code_on_day(what)));
	PERSO_TRY(put(z + 2, 3, what->profile->issuer));
	PERSO_TRY(name_field(what, (unsigned)width - 5, z + 5));
	PERSO_TRY(put_number(
	    l, what->number, l + 28, is_visa ? NO_LONG_NUMBER : room, &used));
	PERSO_TRY(put(l + 10, 3, r->nationality));
	put_date(l + 13, r->birth);
	l[20] = sex_of(r);
	put_date(l + 21, r->expiry);
	PERSO_TRY(personal_number(what, optional));
	PERSO_TRY(put(l + 28 + used, room - used, optional));
	if (is_visa)
		return PERSO_OK;
	if (width == 44)
		l[42] = optional[0] != '\0' ? check_digit(l + 28, 14) : '0';
	for (size_t i = 0; i < end; i++)
		if (i < 10 || (i >= 13 && i < 20) || i >= 21)
			joined[n++] = l[i];
	l[end] = check_digit(joined, n);
	return PERSO_OK;
}

/* Doc 9303-5, 4.2.2 */
static perso_rc
compose_td1(const struct perso_inspection *what, char *z)
{
	const struct perso_record *r = what->record;
	char optional[24], *b = z + 30, joined[60];
	size_t n = 0, used = 0;

	PERSO_TRY(put(z, 2, code_on_day(what)));
	PERSO_TRY(put(z + 2, 3, what->profile->issuer));
	PERSO_TRY(put_number(z + 5, what->number, z + 15, 15, &used));
	PERSO_TRY(personal_number(what, optional));
	PERSO_TRY(put(z + 15 + used, 15 - used, optional));
	put_date(b, r->birth);
	b[7] = sex_of(r);
	put_date(b + 8, r->expiry);
	PERSO_TRY(put(b + 15, 3, r->nationality));
	for (size_t i = 5; i < 59; i++)
		if (i < 30 || i < 37 || (i >= 38 && i < 45) || i >= 48)
			joined[n++] = z[i];
	b[29] = check_digit(joined, n);
	return name_field(what, 30, z + 60);
}

/* see perso/verify.h */
perso_rc
perso_verify_expected_mrz(const struct perso_inspection *what, char ret[91])
{
	char z[91];
	enum perso_doc_format f = what->profile->format;
	size_t n = f == PERSO_DOC_TD1			       ? 90
		   : f == PERSO_DOC_TD2 || f == PERSO_DOC_MRVB ? 72
							       : 88;

	perso_rc rc;

	memset(z, '<', n);
	z[n] = '\0';
	rc = n == 90 ? compose_td1(what, z) : compose_two(what, z, n / 2);
	if (rc == PERSO_OK)
		rc = perso_span_copy(ret, 91, perso_span(z, n + 1));
	perso_wipe(z, sizeof(z));
	return rc;
}

/* Where number, birth and expiry with their digits stand in a zone. */
static void
key_of_zone(const char *z, size_t n, char key[40])
{
	const char *number = n == 90 ? z + 5 : z + n / 2;
	const char *birth = n == 90 ? z + 30 : number + 13;
	const char *expiry = n == 90 ? birth + 8 : number + 21;
	const char *rest = n == 90 ? z + 15 : number + 28;
	size_t k = 0, len = n == 90 ? 15 : 7;

	for (size_t i = 0; i < 9; i++)
		key[k++] = number[i];
	if (n != 88 && number[9] == '<') {
		/* a long number goes on in the optional data, then its digit */
		for (size_t i = 0; i < len && rest[i] != '<'; i++)
			key[k++] = rest[i];
	} else {
		key[k++] = number[9];
	}
	for (size_t i = 0; i < 7; i++)
		key[k++] = birth[i];
	for (size_t i = 0; i < 7; i++)
		key[k++] = expiry[i];
	key[k] = '\0';
}

/* The characters of the zone, line ends and blanks left out, terminated. */
static perso_rc
join_lines(struct perso_span mrz, char z[91], size_t *ret_n)
{
	size_t n = 0;

	for (size_t i = 0; i < mrz.n; i++) {
		uint8_t c = mrz.p[i];

		if (c == '\n' || c == '\r' || c == ' ')
			continue;
		if (n == 90)
			PERSO_FAIL(PERSO_E_ARG, "MRZ is too long");
		if (c != '<' && (c < '0' || c > '9') && (c < 'A' || c > 'Z'))
			PERSO_FAIL(PERSO_E_ARG,
			    "MRZ: no MRZ character at "
			    "position %zu",
			    n + 1);
		z[n++] = (char)c;
	}
	z[n] = '\0';
	*ret_n = n;
	return PERSO_OK;
}

/* see verify_int.h */
perso_rc
verify_access_key(struct perso_span mrz, char key[40], char expected[91])
{
	char z[91];
	size_t n = 0;
	perso_rc rc = PERSO_OK;

	PERSO_TRY(join_lines(mrz, z, &n));
	expected[0] = '\0';
	if (n == 90 || n == 72 || n == 88) {
		key_of_zone(z, n, key);
		rc = perso_span_copy(expected, 91, perso_span(z, n + 1));
	} else if (n >= 24 && n <= 37) {
		rc = perso_span_copy(key, 40, perso_span(z, n + 1));
	} else {
		perso_wipe(z, sizeof(z));
		PERSO_FAIL(PERSO_E_ARG,
		    "MRZ of %zu characters: all lines, or "
		    "number, birth and expiry with their check digits",
		    n);
	}
	perso_wipe(z, sizeof(z));
	return rc;
}
