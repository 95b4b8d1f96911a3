/*
 * C40, Doc 9303-13 2.6: three characters of a 40-character set in two bytes.
 *
 *	1600 u1 + 40 u2 + u3 + 1	big-endian
 *
 * Two characters left over are filled up with 0 (shift 1); one is written as
 * FE and its ASCII value plus one.
 */
#include "seal_int.h"

#define SINGLE 0xFE
#define SHIFT1 0

/* 0 for what has no value; SHIFT1 never stands for a character. */
static unsigned
value_of(uint8_t c)
{
	if (c == '<' || c == SEAL_SPACE)
		return 3;
	if (c >= '0' && c <= '9')
		return 4u + (unsigned)(c - '0');
	if (c >= 'A' && c <= 'Z')
		return 14u + (unsigned)(c - 'A');
	return 0;
}

/* see perso/seal.h */
perso_rc
perso_c40_encode(struct perso_span text, struct perso_buf *ret)
{
	struct perso_rd rd = perso_rd(text);
	PERSO_BUF(out, PERSO_SEAL_MAX);

	while (perso_rd_left(&rd) != 0) {
		unsigned u[3] = { SHIFT1, SHIFT1, SHIFT1 }, v, n = 0;
		uint8_t c = 0;

		for (; n < 3 && perso_rd_left(&rd) != 0; n++) {
			PERSO_TRY(perso_rd_u8(&rd, &c));
			u[n] = value_of(c);
			if (u[n] == 0)
				PERSO_FAIL(PERSO_E_DATA,
				    "character %zu is none of A-Z, 0-9, < and "
				    "space",
				    rd.at);
		}
		v = 1600 * u[0] + 40 * u[1] + u[2] + 1;
		if (n == 1)
			v = (unsigned)SINGLE << 8 |
			    ((c == '<' ? SEAL_SPACE : c) + 1u);
		PERSO_TRY(perso_buf_append_u8(&out, (uint8_t)(v >> 8)));
		PERSO_TRY(perso_buf_append_u8(&out, (uint8_t)v));
	}
	return perso_buf_append(ret, perso_buf_span(&out));
}

/* The character of a value from 3 to 39. */
static uint8_t
char_of(unsigned u)
{
	static const char set[] = " 0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

	return (uint8_t)set[u - 3];
}

static perso_rc
decode_single(unsigned v, size_t at, bool last, struct perso_buf *out)
{
	uint8_t c = (uint8_t)((v & 0xFF) - 1);

	if (!last || (v & 0xFF) == 0 || c == '<' || value_of(c) == 0)
		PERSO_FAIL(PERSO_E_DATA,
		    "C40: offset %zu is no single character at the end", at);
	return perso_buf_append_u8(out, c);
}

static perso_rc
decode_pair(unsigned v, size_t at, bool last, struct perso_buf *out)
{
	unsigned u[3];

	if (v >> 8 == SINGLE)
		return decode_single(v, at, last, out);
	if (v == 0 || v > 64000)
		PERSO_FAIL(PERSO_E_DATA, "C40: offset %zu is no triple", at);
	u[0] = (v - 1) / 1600;
	u[1] = (v - 1) % 1600 / 40;
	u[2] = (v - 1) % 40;
	for (unsigned i = 0; i < 3; i++) {
		if (i == 2 && u[2] == SHIFT1 && last)
			break;
		if (u[i] < 3)
			PERSO_FAIL(PERSO_E_DATA,
			    "C40: offset %zu shifts to another set", at);
		PERSO_TRY(perso_buf_append_u8(out, char_of(u[i])));
	}
	return PERSO_OK;
}

/* see perso/seal.h */
perso_rc
perso_c40_decode(struct perso_span bytes, struct perso_buf *ret)
{
	struct perso_rd rd = perso_rd(bytes);
	PERSO_BUF(out, 2 * PERSO_SEAL_MAX);

	while (perso_rd_left(&rd) != 0) {
		size_t at = rd.at;
		uint16_t v = 0;

		PERSO_TRY_CTX(perso_rd_u16(&rd, &v), "C40");
		PERSO_TRY(decode_pair(v, at, perso_rd_left(&rd) == 0, &out));
	}
	return perso_buf_append(ret, perso_buf_span(&out));
}
