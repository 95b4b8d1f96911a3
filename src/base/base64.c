#include "perso/hex.h"

static const char alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static int
sextet(uint8_t c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* Four characters to pad 0..2 fewer than three bytes; unused bits zero. */
static perso_rc
group(const uint8_t *p, size_t off, size_t pad, uint8_t *dst)
{
	uint32_t v = 0;

	for (size_t i = 0; i < 4; i++) {
		int s = i < 4 - pad ? sextet(p[i]) : 0;

		if (s < 0)
			PERSO_FAIL(
			    PERSO_E_DATA, "no base64 at offset %zu", off + i);
		v = v << 6 | (uint32_t)s;
	}
	if ((pad == 1 && (v & 0xFF) != 0) || (pad == 2 && (v & 0xFFFF) != 0))
		PERSO_FAIL(
		    PERSO_E_DATA, "loose bits in base64 at offset %zu", off);
	dst[0] = (uint8_t)(v >> 16);
	if (pad < 2)
		dst[1] = (uint8_t)(v >> 8);
	if (pad < 1)
		dst[2] = (uint8_t)v;
	return PERSO_OK;
}

/* see perso/hex.h */
perso_rc
perso_base64_decode(struct perso_span text, struct perso_buf *b)
{
	size_t start = b->n, at = start, pad = 0, n = text.n / 4 * 3;
	perso_rc rc = PERSO_OK;

	if (text.n == 0)
		return PERSO_OK;
	if (text.n % 4 != 0)
		PERSO_FAIL(PERSO_E_DATA, "base64 of %zu characters", text.n);
	if (text.p[text.n - 1] == '=')
		pad = text.p[text.n - 2] == '=' ? 2 : 1;
	if (n - pad > b->max - b->n)
		PERSO_FAIL(PERSO_E_NOMEM, "base64 exceeds its maximum");
	PERSO_TRY(perso_buf_resize(b, start + n - pad));
	for (size_t i = 0; i < text.n && rc == PERSO_OK; i += 4, at += 3)
		rc = group(text.p + i, i, i + 4 == text.n ? pad : 0, b->p + at);
	if (rc != PERSO_OK)
		perso_buf_remove(b, start, b->n - start);
	return rc;
}

/* see perso/hex.h */
perso_rc
perso_base64_encode(struct perso_span s, struct perso_buf *b)
{
	size_t at = b->n;

	if (s.n / 3 > (b->max - b->n) / 4)
		PERSO_FAIL(PERSO_E_NOMEM, "base64 exceeds its maximum");
	PERSO_TRY(perso_buf_resize(b, b->n + (s.n + 2) / 3 * 4));
	for (size_t i = 0; i < s.n; i += 3, at += 4) {
		size_t left = s.n - i;
		uint32_t v = (uint32_t)s.p[i] << 16 |
			     (uint32_t)(left > 1 ? s.p[i + 1] : 0) << 8 |
			     (uint32_t)(left > 2 ? s.p[i + 2] : 0);

		b->p[at] = (uint8_t)alphabet[v >> 18];
		b->p[at + 1] = (uint8_t)alphabet[v >> 12 & 63];
		b->p[at + 2] = left > 1 ? (uint8_t)alphabet[v >> 6 & 63] : '=';
		b->p[at + 3] = left > 2 ? (uint8_t)alphabet[v & 63] : '=';
	}
	return PERSO_OK;
}
