/*
 * The pattern language of document and national numbers.
 */
#include "perso/profile.h"

#define LONGEST_MAX 128

/* One atom: the characters it takes, and how often. */
struct atom {
	bool set[128];
	unsigned min;
	unsigned max;
};

static bool
is_plain(char c)
{
	return c > ' ' && c < 0x7F && !strchr("[]{}?*+.()|\\^$", c);
}

/* [A-Z0-9], at the opening bracket. */
static bool
read_class(const char **at, struct atom *a)
{
	const char *p = *at + 1;

	while (*p != ']') {
		char from = *p;
		if (!is_plain(from) || from == '-')
			return false;
		char to = from;
		if (p[1] == '-') {
			to = p[2];
			if (!is_plain(to) || to < from)
				return false;
			p += 2;
		}
		for (int c = from; c <= to; c++)
			a->set[c] = true;
		p++;
	}
	if (p == *at + 1)
		return false;
	*at = p + 1;
	return true;
}

static bool
read_count(const char **at, struct atom *a)
{
	const char *p = *at;
	unsigned n = 0;

	if (*p == '?') {
		a->min = 0;
		*at = p + 1;
		return true;
	}
	if (*p != '{')
		return true;
	for (p++; *p >= '0' && *p <= '9' && n < 100; p++)
		n = n * 10 + (unsigned)(*p - '0');
	if (*p != '}' || n < 1 || n > 99)
		return false;
	a->min = a->max = n;
	*at = p + 1;
	return true;
}

static bool
read_atom(const char **at, struct atom *ret)
{
	*ret = (struct atom){ .min = 1, .max = 1 };
	if (**at == '[') {
		if (!read_class(at, ret))
			return false;
	} else if (is_plain(**at)) {
		ret->set[(int)**at] = true;
		(*at)++;
	} else {
		return false;
	}
	return read_count(at, ret);
}

/* see perso/profile.h */
bool
perso_pattern_is_valid(const char *pattern)
{
	struct atom a;

	if (*pattern == '\0' || strlen(pattern) > PERSO_PATTERN_MAX)
		return false;
	while (*pattern != '\0')
		if (!read_atom(&pattern, &a))
			return false;
	return true;
}

/* see perso/profile.h */
bool
perso_pattern_matches(const char *pattern, struct perso_span text)
{
	struct atom a;
	size_t at = 0;

	if (!perso_pattern_is_valid(pattern))
		return false;
	while (*pattern != '\0') {
		unsigned n = 0;
		if (!read_atom(&pattern, &a))
			return false;
		while (n < a.max && at < text.n && text.p[at] < 128 &&
		       a.set[text.p[at]]) {
			n++;
			at++;
		}
		if (n < a.min)
			return false;
	}
	return at == text.n;
}

/* In most fonts W is the widest of all, and every figure as wide as another. */
static char
widest(const struct atom *a)
{
	static const char wide[] = "WMGDNHU0";
	char c = 0;

	for (const char *w = wide; *w != '\0'; w++)
		if (a->set[(int)*w])
			return *w;
	while (c < 127 && !a->set[(int)c])
		c++;
	return c;
}

/* see perso/profile.h */
perso_rc
perso_pattern_longest(const char *pattern, char *dst, size_t cap)
{
	char text[LONGEST_MAX];
	struct atom a;
	size_t n = 0;

	if (!perso_pattern_is_valid(pattern))
		PERSO_FAIL(PERSO_E_ARG, "not a pattern");
	while (*pattern != '\0' && read_atom(&pattern, &a))
		for (unsigned i = 0; i < a.max; i++) {
			if (n + 1 >= sizeof(text) || n + 1 >= cap)
				PERSO_FAIL(PERSO_E_RANGE,
				    "the pattern takes more than %zu "
				    "characters",
				    n);
			text[n++] = widest(&a);
		}
	text[n] = '\0';
	return perso_span_copy(dst, cap, perso_span(text, n + 1));
}
