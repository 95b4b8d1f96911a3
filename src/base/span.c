#include "perso/span.h"

#include <string.h>

/* see perso/span.h */
struct perso_span
perso_span_str(const char *s)
{
	return perso_span(s, s == NULL ? 0 : strlen(s));
}

/* see perso/span.h */
bool
perso_span_equal(struct perso_span a, struct perso_span b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

/* see perso/span.h */
struct perso_span
perso_span_sub(struct perso_span s, size_t off, size_t n)
{
	if (off >= s.n)
		return PERSO_SPAN_EMPTY;
	return perso_span(s.p + off, n < s.n - off ? n : s.n - off);
}

/* see perso/span.h */
perso_rc
perso_span_copy(void *dst, size_t cap, struct perso_span s)
{
	if (s.n > cap)
		PERSO_FAIL(
		    PERSO_E_RANGE, "%zu bytes do not fit into %zu", s.n, cap);
	if (s.n > 0)
		memmove(dst, s.p, s.n);
	return PERSO_OK;
}
