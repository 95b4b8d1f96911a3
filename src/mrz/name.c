/*
 * The name field, cut where it must be: Doc 9303-4 to -7, 4.2.3.
 */
#include <string.h>

#include "mrz_int.h"

/* With more components than this not even their initials fit. */
#define COMPONENTS ((PERSO_MRZ_NAME_MAX + 1) / 2)

/* An identifier as components; of more than COMPONENTS the first ones. */
struct list {
	const char *at[COMPONENTS];
	size_t len[COMPONENTS];
	size_t keep[COMPONENTS]; /* characters that stay; used of them count */
	size_t n;
	size_t used;
	size_t full; /* of all components, with the fillers between */
};

static void
split(const char *s, struct list *l)
{
	*l = (struct list){ .full = strlen(s) };
	while (*s != '\0' && l->n < COMPONENTS) {
		l->at[l->n] = s;
		l->len[l->n] = strcspn(s, "<");
		s += l->len[l->n];
		s += *s == '<';
		l->n++;
	}
}

/* What the first n components take when nothing is cut. */
static size_t
length_of(const struct list *l, size_t n)
{
	size_t sum = n - 1;

	for (size_t i = 0; i < n; i++)
		sum += l->len[i];
	return sum;
}

static void
shorten_last(struct list *l, size_t excess)
{
	for (size_t i = l->used; i-- > 0 && excess > 0;) {
		size_t cut = l->keep[i] - 1;

		cut = cut < excess ? cut : excess;
		l->keep[i] -= cut;
		excess -= cut;
	}
}

static void
shorten_longest(struct list *l, size_t excess)
{
	while (excess-- > 0) {
		size_t longest = 0;

		for (size_t i = 1; i < l->used; i++)
			if (l->keep[i] >= l->keep[longest])
				longest = i;
		l->keep[longest]--;
	}
}

/* Makes the identifier exactly room characters long, as many components as
 * possible with one letter at least; false if that cannot be. */
static bool
fit(struct list *l, size_t room, enum perso_mrz_cut cut)
{
	size_t n = (room + 1) / 2, max;

	if (room == 0 || room > l->full)
		return false;
	n = n < l->n ? n : l->n;
	max = length_of(l, n);
	if (max < room)
		return false;
	l->used = n;
	for (size_t i = 0; i < n; i++)
		l->keep[i] = l->len[i];
	if (cut == PERSO_MRZ_CUT_EQUAL)
		shorten_longest(l, max - room);
	else
		shorten_last(l, max - room);
	return true;
}

/* The last components become initials until room suffices; returns the
 * length reached, 0 if the first component would have to be cut. */
static size_t
make_initials(struct list *l, size_t room)
{
	size_t sum = l->full;

	if (length_of(l, l->n) != l->full)
		return 0;
	l->used = l->n;
	for (size_t i = 0; i < l->n; i++)
		l->keep[i] = l->len[i];
	for (size_t i = l->n; i-- > 1 && sum > room;) {
		sum -= l->keep[i] - 1;
		l->keep[i] = 1;
	}
	return sum <= room ? sum : 0;
}

/* Both identifiers into width, which they exceed. */
static bool
fit_both(struct list *p, struct list *s, size_t width,
    const struct perso_mrz_options *opt)
{
	size_t keep = opt->keep > 0 ? opt->keep : 1, want;

	keep = keep < width - 3 ? keep : width - 3;
	keep = keep < s->full ? keep : s->full;
	want = p->full + keep + 2 <= width ? width - 2 - p->full : keep;
	if (opt->cut == PERSO_MRZ_CUT_INITIALS && want == keep) {
		size_t length = make_initials(p, width - 2 - keep);

		if (length > 0 && fit(s, width - 2 - length, PERSO_MRZ_CUT_END))
			return true;
		if (length > 0 && width - 2 - length > s->full)
			want = s->full;
	}
	/* The nearest division in which both come out exactly. */
	for (size_t d = 0; d < width; d++) {
		if (want + d < width - 2 &&
		    fit(s, want + d, PERSO_MRZ_CUT_END) &&
		    fit(p, width - 2 - want - d, opt->cut))
			return true;
		if (d < want && fit(s, want - d, PERSO_MRZ_CUT_END) &&
		    fit(p, width - 2 - want + d, opt->cut))
			return true;
	}
	return false;
}

static void
join(const struct list *l, char *ret)
{
	size_t n = 0;

	for (size_t i = 0; i < l->used; i++) {
		if (i > 0)
			ret[n++] = '<';
		for (size_t k = 0; k < l->keep[i]; k++)
			ret[n++] = l->at[i][k];
	}
	ret[n] = '\0';
}

static void
keep_all(struct list *l)
{
	l->used = l->n;
	for (size_t i = 0; i < l->n; i++)
		l->keep[i] = l->len[i];
}

static void
fill_field(struct perso_mrz_name *name, size_t width)
{
	const char *part[] = { name->primary, name->secondary };
	size_t n = 0;

	for (size_t i = 0; i < 2; i++) {
		n += i > 0 ? 2u : 0u;
		for (const char *s = part[i]; *s != '\0'; s++)
			name->field[n++] = *s;
		if (i == 0)
			for (size_t k = n; k < width; k++)
				name->field[k] = '<';
	}
}

/* Room that the whole name needs. */
static size_t
whole_length(size_t primary, size_t secondary)
{
	return primary + (secondary > 0 ? secondary + 2 : 0);
}

/* see perso/mrz.h */
perso_rc
perso_mrz_name(struct perso_span primary, struct perso_span secondary,
    unsigned width, const struct perso_mrz_options *opt,
    struct perso_mrz_name *ret)
{
	static const struct perso_mrz_options none = { 0 };
	char text[2][PERSO_MRZ_LETTERS_MAX + 1];
	struct perso_mrz_name name = { 0 };
	struct list p, s;
	bool fits = true;

	if (opt == NULL)
		opt = &none;
	if (width < 8 || width > PERSO_MRZ_NAME_MAX)
		PERSO_FAIL(PERSO_E_ARG, "no such width of a name field");
	PERSO_TRY_CTX(
	    perso_mrz_transliterate(primary, opt, text[0], sizeof(text[0])),
	    "primary identifier");
	PERSO_TRY_CTX(
	    perso_mrz_transliterate(secondary, opt, text[1], sizeof(text[1])),
	    "secondary identifier");
	if (text[0][0] == '\0')
		PERSO_FAIL(PERSO_E_MISSING, "primary identifier is missing");
	split(text[0], &p);
	split(text[1], &s);
	name.is_truncated = whole_length(p.full, s.full) > width;
	if (!name.is_truncated) {
		keep_all(&p);
		keep_all(&s);
	} else {
		fits = s.n == 0 ? fit(&p, width, opt->cut)
				: fit_both(&p, &s, width, opt);
	}
	if (!fits)
		PERSO_FAIL(PERSO_E_RANGE,
		    "name cannot be cut so that a letter comes last");
	join(&p, name.primary);
	join(&s, name.secondary);
	fill_field(&name, width);
	*ret = name;
	return PERSO_OK;
}

/* --- Judging ------------------------------------------------------------ */

/* Components of part (n characters, '<' between) are prefixes of those of
 * full, in order. */
static bool
are_prefixes(const char *part, size_t n, const char *full)
{
	if (mrz_bad_name(part, n) != 0)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (part[i] != '<') {
			if (part[i] != *full)
				return false;
			full++;
			continue;
		}
		full += strcspn(full, "<");
		if (*full++ == '\0')
			return false;
	}
	return true;
}

/* see perso/mrz.h */
bool
perso_mrz_name_is_valid_truncation(
    const char *primary, const char *secondary, struct perso_span field)
{
	size_t np = strlen(primary), ns = strlen(secondary), at = 0;
	char text[PERSO_MRZ_NAME_MAX + 1] = "";
	struct perso_mrz_name name = { 0 };

	if (field.n > PERSO_MRZ_NAME_MAX || field.n == 0 || np == 0 ||
	    perso_span_copy(text, sizeof(text), field) != PERSO_OK)
		return false;
	if (whole_length(np, ns) <= field.n) {
		for (size_t i = 0; i < np; i++)
			name.primary[i] = primary[i];
		for (size_t i = 0; i < ns; i++)
			name.secondary[i] = secondary[i];
		fill_field(&name, field.n);
		return strcmp(name.field, text) == 0;
	}
	if (text[field.n - 1] < 'A' || text[field.n - 1] > 'Z')
		return false;
	while (at < field.n && !(text[at] == '<' && text[at + 1] == '<'))
		at++;
	if (at == field.n)
		return ns == 0 && are_prefixes(text, at, primary);
	return ns > 0 && are_prefixes(text, at, primary) &&
	       are_prefixes(text + at + 2, field.n - at - 2, secondary);
}

/* see perso/mrz.h */
perso_rc
perso_mrz_cut_parse(struct perso_span name, enum perso_mrz_cut *ret)
{
	static const char *const names[] = { [PERSO_MRZ_CUT_END] = "end",
		[PERSO_MRZ_CUT_INITIALS] = "initials",
		[PERSO_MRZ_CUT_EQUAL] = "equal" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!perso_span_equal(name, perso_span_str(names[i])))
			continue;
		*ret = (enum perso_mrz_cut)i;
		return PERSO_OK;
	}
	PERSO_FAIL(PERSO_E_NOT_FOUND, "no such way to cut a name");
}
