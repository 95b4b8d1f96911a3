#include "mrz_int.h"

static const unsigned weight[] = { 7, 3, 1 };

/* Doc 9303-3, 4.9 */
int
mrz_value(uint8_t c)
{
	if (c == '<')
		return 0;
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'Z')
		return c - 'A' + 10;
	return -1;
}

/* see mrz_int.h */
char
mrz_digit(const char *s, size_t n)
{
	unsigned sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += (unsigned)mrz_value((uint8_t)s[i]) * weight[i % 3];
	return (char)('0' + sum % 10);
}

/* see mrz_int.h */
char
mrz_composite(const struct mrz_layout *l, const char *text)
{
	unsigned sum = 0, k = 0;

	for (size_t i = 0; i < 4; i++) {
		const struct mrz_place *p = &l->composite[i];
		const char *s = text + p->line * l->length + p->at;

		for (size_t j = 0; j < p->n; j++)
			sum += (unsigned)mrz_value((uint8_t)s[j]) *
			       weight[k++ % 3];
	}
	return (char)('0' + sum % 10);
}

/* see perso/mrz.h */
perso_rc
perso_mrz_check_digit(struct perso_span s, char *ret)
{
	unsigned sum = 0;

	for (size_t i = 0; i < s.n; i++) {
		int v = mrz_value(s.p[i]);

		if (v < 0)
			PERSO_FAIL(PERSO_E_DATA,
			    "column %zu is not of the MRZ's characters", i + 1);
		sum += (unsigned)v * weight[i % 3];
	}
	*ret = (char)('0' + sum % 10);
	return PERSO_OK;
}

/* see mrz_int.h */
unsigned
mrz_bad_code(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (s[i] < 'A' || s[i] > 'Z')
			return (unsigned)i + 1;
	return n == 0;
}

/* see mrz_int.h */
unsigned
mrz_bad_number(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (mrz_value((uint8_t)s[i]) < 0)
			return (unsigned)i + 1;
	if (n == 0 || s[0] == '<')
		return 1;
	return s[n - 1] == '<' ? (unsigned)n : 0;
}

/* see mrz_int.h */
unsigned
mrz_bad_name(const char *s, size_t n)
{
	bool filler = true; /* none at the beginning */

	for (size_t i = 0; i < n; i++) {
		if (s[i] == '<' ? filler : s[i] < 'A' || s[i] > 'Z')
			return (unsigned)i + 1;
		filler = s[i] == '<';
	}
	return filler ? (n == 0 ? 1 : (unsigned)n) : 0;
}
