/*
 * Letters of names to the letters of the zone: Doc 9303-3, 4.6 and 6.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "mrz_int.h"
#include "perso/hex.h"

#define FIRST_MARK 0x0300 /* combining marks have no lower code points */

/* One identifier as code points, and where we are. */
struct source {
	uint32_t cp[PERSO_MRZ_UTF8_MAX];
	size_t n;
	const struct perso_mrz_options *opt;
};

struct sink {
	char *p;
	size_t n;
	size_t cap;
	bool is_pending; /* a separator before the next letter */
	size_t last;	 /* where the last letter's characters begin */
	bool has_last;	 /* in this component */
};

static int
compare_u32(uint32_t a, uint32_t b)
{
	return a < b ? -1 : a > b;
}

static int
compare_letter(const void *key, const void *element)
{
	const uint32_t *k = key;
	const struct mrz_letter *l = element;

	return compare_u32(*k, l->cp);
}

static int
compare_lower(const void *key, const void *element)
{
	const uint32_t *k = key;
	const struct mrz_lower *l = element;

	return compare_u32(*k, l->lower);
}

static int
compare_pair(const void *key, const void *element)
{
	const struct mrz_pair *k = key, *p = element;
	int d = compare_u32(k->base, p->base);

	return d != 0 ? d : compare_u32(k->mark, p->mark);
}

static const struct mrz_letter *
find_letter(uint32_t cp)
{
	return bsearch(&cp, mrz_letters, mrz_letters_n, sizeof(mrz_letters[0]),
	    compare_letter);
}

static uint32_t
to_upper(uint32_t cp)
{
	const struct mrz_lower *l;

	if (cp >= 'a' && cp <= 'z')
		return cp - 'a' + 'A';
	if (cp < 0x80)
		return cp;
	l = bsearch(&cp, mrz_lowers, mrz_lowers_n, sizeof(mrz_lowers[0]),
	    compare_lower);
	return l != NULL ? l->upper : cp;
}

/* The letter at *at in upper case, composed with the mark after it if they
 * are one letter; *at then points to the next. */
static uint32_t
next_letter(const struct source *src, size_t *at)
{
	struct mrz_pair key = { to_upper(src->cp[*at]), 0, 0 };
	const struct mrz_pair *p = NULL;

	(*at)++;
	if (*at < src->n && src->cp[*at] >= FIRST_MARK) {
		key.mark = src->cp[*at];
		p = bsearch(&key, mrz_pairs, mrz_pairs_n, sizeof(mrz_pairs[0]),
		    compare_pair);
	}
	if (p == NULL)
		return key.base;
	(*at)++;
	return p->cp;
}

/* --- Which of several forms --------------------------------------------- */

/* Whether s is one of the alternatives joined by '|'. */
static bool
is_alternative(const char *list, const char *s)
{
	size_t len = strlen(s);

	for (;;) {
		size_t n = strcspn(list, "|");

		if (n == len && strncmp(list, s, n) == 0)
			return true;
		if (list[n] == '\0')
			return false;
		list += n + 1;
	}
}

static perso_rc
check_choices(const struct perso_mrz_options *opt)
{
	for (size_t i = 0; i < opt->choices; i++) {
		const struct perso_mrz_choice *c = &opt->choice[i];
		const struct mrz_letter *l = find_letter(c->letter);

		if (l == NULL || l->kind != MRZ_LETTER ||
		    !is_alternative(l->mrz, c->mrz))
			PERSO_FAIL(PERSO_E_CONFIG,
			    "U+%04" PRIX32 " has no such transliteration",
			    c->letter);
	}
	return PERSO_OK;
}

static const char *
find_variant(uint32_t cp, enum perso_mrz_language language, bool is_first)
{
	for (size_t i = 0; i < mrz_variants_n; i++) {
		const struct mrz_variant *v = &mrz_variants[i];

		if (v->cp == cp && v->language == language &&
		    (is_first || !v->is_first))
			return v->mrz;
	}
	return NULL;
}

/* No letter follows in the component; marks that are left out may. */
static bool
is_last(const struct source *src, size_t at)
{
	while (at < src->n) {
		uint32_t cp = next_letter(src, &at);
		const struct mrz_letter *l = find_letter(cp);

		if (l == NULL || l->kind == MRZ_LETTER)
			return false;
		if (l->kind == MRZ_SEPARATOR)
			return true;
	}
	return true;
}

/* The form of a letter that ends before `next`; *ret_n characters of it. */
static const char *
choose(const struct source *src, const struct mrz_letter *l, size_t next,
    bool is_first, size_t *ret_n)
{
	const struct perso_mrz_options *opt = src->opt;
	const char *s = NULL;

	if (opt->language != PERSO_MRZ_LANG_DEFAULT)
		s = find_variant(l->cp, opt->language, is_first);
	for (size_t i = 0; s == NULL && i < opt->choices; i++)
		if (opt->choice[i].letter == l->cp)
			s = opt->choice[i].mrz;
	if (s == NULL && l->last != NULL && is_last(src, next))
		s = l->last;
	if (s == NULL)
		s = l->mrz;
	*ret_n = strcspn(s, "|");
	return s;
}

/* --- Writing ------------------------------------------------------------ */

static perso_rc
emit(struct sink *out, const char *s, size_t n)
{
	bool part = out->is_pending && out->n > 0;

	if (out->cap - out->n <= n + part)
		PERSO_FAIL(
		    PERSO_E_RANGE, "more than %zu characters", out->cap - 1);
	if (part)
		out->p[out->n++] = '<';
	out->is_pending = false;
	out->last = out->n;
	out->has_last = true;
	for (size_t i = 0; i < n; i++)
		out->p[out->n++] = s[i];
	return PERSO_OK;
}

static perso_rc
refuse(uint32_t cp, size_t position)
{
	PERSO_FAIL(PERSO_E_UNSUPPORTED,
	    "U+%04" PRIX32 " at position %zu has no transliteration", cp,
	    position);
}

static perso_rc
convert_listed(const struct source *src, const struct mrz_letter *l,
    size_t start, size_t next, struct sink *out)
{
	const char *s;
	size_t n;

	switch (l->kind) {
	case MRZ_OMIT:
		return PERSO_OK;
	case MRZ_SEPARATOR:
		out->is_pending = true;
		out->has_last = false;
		return PERSO_OK;
	case MRZ_DOUBLE:
		if (!out->has_last)
			return refuse(src->cp[start], start + 1);
		s = out->p + out->last;
		return emit(out, s, out->n - out->last);
	case MRZ_LETTER:
		break;
	}
	s = choose(src, l, next, out->n == 0 || out->is_pending, &n);
	return emit(out, s, n);
}

static perso_rc
convert(const struct source *src, struct sink *out)
{
	size_t at = 0;

	while (at < src->n) {
		size_t start = at;
		uint32_t cp = next_letter(src, &at);
		char ascii = (char)(cp & 0x7F);
		const struct mrz_letter *l;

		if (cp >= 'A' && cp <= 'Z') {
			PERSO_TRY(emit(out, &ascii, 1));
			continue;
		}
		l = find_letter(cp);
		if (l == NULL)
			return refuse(src->cp[start], start + 1);
		PERSO_TRY(convert_listed(src, l, start, at, out));
	}
	return PERSO_OK;
}

/* see perso/mrz.h */
perso_rc
perso_mrz_transliterate(struct perso_span utf8,
    const struct perso_mrz_options *opt, char *ret, size_t cap)
{
	static const struct perso_mrz_options none = { 0 };
	struct source src; /* what is beyond n is not read */
	char text[PERSO_MRZ_LETTERS_MAX + 1];
	struct sink out = { .p = text, .cap = sizeof(text) };
	size_t at = 0;

	if (utf8.n > PERSO_MRZ_UTF8_MAX)
		PERSO_FAIL(
		    PERSO_E_RANGE, "more than %d bytes", PERSO_MRZ_UTF8_MAX);
	src.opt = opt != NULL ? opt : &none;
	src.n = 0;
	PERSO_TRY(check_choices(src.opt));
	while (at < utf8.n) {
		PERSO_TRY(perso_utf8_next(utf8, &at, &src.cp[src.n]));
		src.n++;
	}
	PERSO_TRY(convert(&src, &out));
	text[out.n++] = '\0';
	return perso_span_copy(ret, cap, perso_span(text, out.n));
}

/* see perso/mrz.h */
perso_rc
perso_mrz_language_parse(struct perso_span name, enum perso_mrz_language *ret)
{
	static const struct {
		const char *name;
		enum perso_mrz_language language;
	} l[] = { { "default", PERSO_MRZ_LANG_DEFAULT },
		{ "belarusian", PERSO_MRZ_LANG_BELARUSIAN },
		{ "bulgarian", PERSO_MRZ_LANG_BULGARIAN },
		{ "macedonian", PERSO_MRZ_LANG_MACEDONIAN },
		{ "serbian", PERSO_MRZ_LANG_SERBIAN },
		{ "ukrainian", PERSO_MRZ_LANG_UKRAINIAN } };

	for (size_t i = 0; i < sizeof(l) / sizeof(l[0]); i++) {
		if (!perso_span_equal(name, perso_span_str(l[i].name)))
			continue;
		*ret = l[i].language;
		return PERSO_OK;
	}
	PERSO_FAIL(PERSO_E_NOT_FOUND, "no such language of transliteration");
}
