#include "perso/hex.h"

#include <string.h>

static const char digits[] = "0123456789ABCDEF";

/* see perso/hex.h */
perso_rc
perso_hex_encode(struct perso_span s, struct perso_buf *b)
{
	size_t at = b->n;

	if (s.n > (b->max - b->n) / 2)
		PERSO_FAIL(PERSO_E_NOMEM, "hex text exceeds its maximum");
	PERSO_TRY(perso_buf_resize(b, b->n + 2 * s.n));
	for (size_t i = 0; i < s.n; i++) {
		b->p[at++] = (uint8_t)digits[s.p[i] >> 4];
		b->p[at++] = (uint8_t)digits[s.p[i] & 15];
	}
	return PERSO_OK;
}

/* see perso/hex.h */
void
perso_hex_str(struct perso_span s, char *dst, size_t cap)
{
	size_t at = 0;

	if (cap == 0)
		return;
	for (size_t i = 0; i < s.n && at + 2 < cap; i++) {
		dst[at++] = digits[s.p[i] >> 4];
		dst[at++] = digits[s.p[i] & 15];
	}
	dst[at] = '\0';
}

static int
hex_value(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

static perso_rc
hex_into(struct perso_span text, struct perso_buf *b)
{
	for (size_t i = 0; i < text.n; i++) {
		int hi, lo;

		if (strchr(" :\r\n\t", text.p[i]) != NULL && text.p[i] != 0)
			continue;
		hi = hex_value(text.p[i]);
		lo = i + 1 < text.n ? hex_value(text.p[i + 1]) : -1;
		if (hi < 0 || lo < 0)
			PERSO_FAIL(
			    PERSO_E_DATA, "no hex byte at offset %zu", i);
		PERSO_TRY(perso_buf_append_u8(b, (uint8_t)(hi << 4 | lo)));
		i++;
	}
	return PERSO_OK;
}

/* see perso/hex.h */
perso_rc
perso_hex_decode(struct perso_span text, struct perso_buf *b)
{
	size_t n = b->n;
	perso_rc rc = hex_into(text, b);

	if (rc != PERSO_OK)
		perso_buf_remove(b, n, b->n - n);
	return rc;
}
