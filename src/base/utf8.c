#include "perso/hex.h"

#include <string.h>

/* Length of the code point in front, 0 if there is none. */
static size_t
decode(struct perso_span s, uint32_t *ret)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	uint32_t v = s.p[0];
	size_t n = v >> 5 == 6 ? 2 : v >> 4 == 14 ? 3 : v >> 3 == 30 ? 4 : 0;

	if (v < 0x80) {
		*ret = v;
		return 1;
	}
	if (n == 0 || n > s.n)
		return 0;
	v &= 0x7Fu >> n;
	for (size_t k = 1; k < n; k++) {
		if ((s.p[k] & 0xC0) != 0x80)
			return 0;
		v = v << 6 | (s.p[k] & 0x3F);
	}
	if (v < least[n] || v > 0x10FFFF || (v >= 0xD800 && v <= 0xDFFF))
		return 0;
	*ret = v;
	return n;
}

/* see perso/hex.h */
perso_rc
perso_utf8_next(struct perso_span text, size_t *at, uint32_t *ret)
{
	size_t n;

	if (*at >= text.n)
		PERSO_FAIL(PERSO_E_TRUNCATED, "text ends at offset %zu", *at);
	if (text.p[*at] < 0x80) {
		*ret = text.p[(*at)++];
		return PERSO_OK;
	}
	n = decode(perso_span_sub(text, *at, text.n - *at), ret);
	if (n == 0)
		PERSO_FAIL(PERSO_E_DATA, "no UTF-8 at offset %zu", *at);
	*at += n;
	return PERSO_OK;
}

/* see perso/hex.h */
void
perso_utf8_clean(char *text, const char *keep)
{
	struct perso_span s = perso_span_str(text);

	for (size_t at = 0, n; at < s.n; at += n) {
		uint32_t cp = 0;
		bool bad;

		n = decode(perso_span_sub(s, at, s.n - at), &cp);
		bad = n == 0 || cp < 0x20 || (cp >= 0x7F && cp < 0xA0);
		n = n == 0 ? 1 : n;
		if (bad &&
		    (cp == 0 || cp > 0x7F || strchr(keep, (int)cp) == NULL))
			for (size_t i = at; i < at + n; i++)
				text[i] = '?';
	}
}

/* see perso/hex.h */
perso_rc
perso_utf8_append(struct perso_buf *b, uint32_t cp)
{
	uint8_t u[4];
	size_t n = cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;

	if (cp > 0x10FFFF || (cp >= 0xD800 && cp <= 0xDFFF))
		PERSO_FAIL(PERSO_E_ARG, "no code point");
	for (size_t i = n; i-- > 1; cp >>= 6)
		u[i] = (uint8_t)(0x80 | (cp & 0x3F));
	u[0] = n == 1 ? (uint8_t)(cp & 0x7F)
		      : (uint8_t)((0xF00u >> n | cp) & 0xFF);
	return perso_buf_append(b, perso_span(u, n));
}

/* see perso/hex.h */
perso_rc
perso_utf8_count(struct perso_span text, size_t *ret)
{
	size_t at = 0, n = 0;
	uint32_t cp = 0;

	while (at < text.n) {
		PERSO_TRY(perso_utf8_next(text, &at, &cp));
		n++;
	}
	*ret = n;
	return PERSO_OK;
}
