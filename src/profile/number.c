/*
 * Numbers that follow rules given as data: ranges of document numbers,
 * national numbers with dates and check digits.
 */
#include <ctype.h>
#include <inttypes.h>

#include "perso/profile.h"

/* see perso/profile.h */
perso_rc
perso_number_format(const struct perso_number_source *s, uint64_t n,
    char ret[PERSO_DOCNUM_MAX + 1])
{
	char text[PERSO_DOCNUM_MAX + 1];

	if (s->kind != PERSO_NUMBER_RANGE)
		PERSO_FAIL(PERSO_E_ARG, "document numbers are not a range");
	if (n < s->first || n > s->last)
		PERSO_FAIL(PERSO_E_RANGE, "document number outside its range");
	int len = snprintf(
	    text, sizeof(text), "%s%0*" PRIu64, s->prefix, (int)s->digits, n);
	if (len < 0 || (size_t)len >= sizeof(text))
		PERSO_FAIL(PERSO_E_RANGE, "document number is too long");
	return perso_span_copy(
	    ret, PERSO_DOCNUM_MAX + 1, perso_span(text, (size_t)len + 1));
}

/* The letters and digits of a number, separators dropped. */
struct compact {
	char c[PERSO_WEIGHTS_MAX + 1];
	size_t n;
};

static perso_rc
compact_number(struct perso_span number, struct compact *ret)
{
	struct compact k = { .n = 0 };

	for (size_t i = 0; i < number.n; i++) {
		if (!isalnum(number.p[i]))
			continue;
		if (k.n == PERSO_WEIGHTS_MAX)
			PERSO_FAIL(PERSO_E_RANGE, "number is too long");
		k.c[k.n++] = (char)number.p[i];
	}
	*ret = k;
	return PERSO_OK;
}

/* The digit at a position that counts from 1. */
static perso_rc
digit_at(const struct compact *k, size_t at, unsigned *ret)
{
	if (at < 1 || at > k->n || !isdigit((unsigned char)k->c[at - 1]))
		PERSO_FAIL(PERSO_E_DATA, "no digit at position %zu", at);
	*ret = (unsigned)(k->c[at - 1] - '0');
	return PERSO_OK;
}

static perso_rc
check_digit(const struct perso_number_rule *r, const struct compact *k)
{
	unsigned sum = r->offset, d = 0, have = 0;

	for (size_t i = 0; i < r->weight_count; i++) {
		if (r->weights[i] == 0)
			continue;
		PERSO_TRY(digit_at(k, i + 1, &d));
		sum += d * r->weights[i];
	}
	unsigned rest = sum % r->modulus;
	for (size_t i = 0; i < r->forbidden_count; i++)
		if (rest == r->forbidden[i])
			PERSO_FAIL(PERSO_E_RANGE,
			    "check remainder is one that is not issued");
	PERSO_TRY(digit_at(k, r->check_at, &have));
	if (have != rest % 10)
		PERSO_FAIL(PERSO_E_MISMATCH, "check digit at position %u",
		    r->check_at);
	return PERSO_OK;
}

static perso_rc
two_digits(const struct compact *k, size_t at, int *ret)
{
	unsigned a = 0, b = 0;

	PERSO_TRY(digit_at(k, at, &a));
	PERSO_TRY(digit_at(k, at + 1, &b));
	*ret = (int)(a * 10 + b);
	return PERSO_OK;
}

static perso_rc
read_date(const struct perso_number_rule *r, const struct compact *k,
    struct perso_date *ret)
{
	struct perso_date d = { 0 };
	unsigned century = 0;

	PERSO_TRY(two_digits(k, r->date_at, &d.day));
	PERSO_TRY(two_digits(k, r->date_at + 2, &d.month));
	PERSO_TRY(two_digits(k, r->date_at + 4, &d.year));
	PERSO_TRY(digit_at(k, r->century_at, &century));
	if (r->centuries[century] == 0)
		PERSO_FAIL(
		    PERSO_E_RANGE, "century at position %u", r->century_at);
	d.year += r->centuries[century];
	if (!perso_date_is_valid(d))
		PERSO_FAIL(
		    PERSO_E_RANGE, "no such date at position %u", r->date_at);
	*ret = d;
	return PERSO_OK;
}

/* see perso/profile.h */
perso_rc
perso_number_rule_check(const struct perso_number_rule *r,
    struct perso_span number, struct perso_date *ret_date)
{
	struct compact k;
	struct perso_date date = { 0 };

	if (!perso_pattern_matches(r->pattern, number))
		PERSO_FAIL(PERSO_E_DATA, "not of the form of rule %s", r->id);
	PERSO_TRY_CTX(compact_number(number, &k), "rule %s", r->id);
	if (r->date_at != 0)
		PERSO_TRY_CTX(read_date(r, &k, &date), "rule %s", r->id);
	if (r->weight_count != 0)
		PERSO_TRY_CTX(check_digit(r, &k), "rule %s", r->id);
	*ret_date = date;
	return PERSO_OK;
}
