#include "perso/hex.h"

/* see perso/hex.h */
perso_rc
perso_utf8_next(struct perso_span text, size_t *at, uint32_t *ret)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t i = *at, n;
	uint32_t v;

	if (i >= text.n)
		PERSO_FAIL(PERSO_E_TRUNCATED, "text ends at offset %zu", i);
	v = text.p[i];
	n = v < 0x80	   ? 1
	    : v >> 5 == 6  ? 2
	    : v >> 4 == 14 ? 3
	    : v >> 3 == 30 ? 4
			   : 0;
	if (n == 0 || n > text.n - i)
		PERSO_FAIL(PERSO_E_DATA, "no UTF-8 at offset %zu", i);
	if (n > 1)
		v &= 0x7Fu >> n;
	for (size_t k = 1; k < n; k++) {
		if ((text.p[i + k] & 0xC0) != 0x80)
			PERSO_FAIL(PERSO_E_DATA, "no UTF-8 at offset %zu", i);
		v = v << 6 | (text.p[i + k] & 0x3F);
	}
	if (v < least[n] || v > 0x10FFFF || (v >= 0xD800 && v <= 0xDFFF))
		PERSO_FAIL(PERSO_E_DATA, "no UTF-8 at offset %zu", i);
	*at = i + n;
	*ret = v;
	return PERSO_OK;
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
