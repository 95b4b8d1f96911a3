#include "perso/apdu.h"

#include <inttypes.h>

#include "perso/rd.h"
#include "perso/wr.h"

#define HEAD_MAX 7 /* CLA INS P1 P2, extended Lc */

/* see perso/apdu.h */
bool
perso_apdu_is_short(const struct perso_apdu *a)
{
	return a->data.n <= PERSO_LC_SHORT && a->le <= PERSO_LE_SHORT;
}

/* n as a length field; the maximum is written as zero. */
static size_t
put_length(uint8_t *p, bool extended, size_t n)
{
	if (extended)
		*p++ = (uint8_t)(n >> 8);
	*p = (uint8_t)n;
	return extended ? 2 : 1;
}

/* see perso/apdu.h */
perso_rc
perso_apdu_encode(
    const struct perso_apdu *a, bool extended, struct perso_buf *ret)
{
	uint8_t head[HEAD_MAX] = { a->cla, a->ins, a->p1, a->p2 }, le[2];
	size_t before = ret->n, head_n = 4, le_n = 0;
	struct perso_wr w = perso_wr(ret);
	perso_rc rc;

	if (a->data.n > PERSO_LC_MAX || a->le > PERSO_LE_MAX)
		PERSO_FAIL(PERSO_E_ARG, "command data or Le too long");
	if (!perso_apdu_is_short(a))
		extended = true;
	if (extended && (a->data.n > 0 || a->le > 0))
		head[head_n++] = 0;
	if (a->data.n > 0)
		head_n += put_length(head + head_n, extended, a->data.n);
	if (a->le > 0)
		le_n = put_length(le, extended, a->le);
	perso_wr_bytes(&w, perso_span(head, head_n));
	perso_wr_bytes(&w, a->data);
	perso_wr_bytes(&w, perso_span(le, le_n));
	rc = perso_wr_end(&w);
	if (rc != PERSO_OK)
		perso_buf_remove(ret, before, ret->n - before);
	return rc;
}

/* Everything after a first length byte that was not zero. */
static perso_rc
read_short(struct perso_rd *rd, uint8_t first, struct perso_apdu *a)
{
	uint8_t le = 0;

	if (perso_rd_left(rd) == 0) {
		a->le = first;
		return PERSO_OK;
	}
	PERSO_TRY_CTX(perso_rd_take(rd, first, &a->data), "Lc");
	if (perso_rd_left(rd) > 0) {
		PERSO_TRY(perso_rd_u8(rd, &le));
		a->le = le == 0 ? PERSO_LE_SHORT : le;
	}
	return PERSO_OK;
}

/* Everything after the zero byte that announces extended length. */
static perso_rc
read_extended(struct perso_rd *rd, struct perso_apdu *a)
{
	uint16_t v = 0;

	PERSO_TRY_CTX(perso_rd_u16(rd, &v), "extended length");
	if (perso_rd_left(rd) == 0) {
		a->le = v == 0 ? PERSO_LE_MAX : v;
		return PERSO_OK;
	}
	if (v == 0)
		PERSO_FAIL(PERSO_E_DATA, "extended Lc is 0");
	PERSO_TRY_CTX(perso_rd_take(rd, v, &a->data), "Lc");
	if (perso_rd_left(rd) > 0) {
		PERSO_TRY_CTX(perso_rd_u16(rd, &v), "extended Le");
		a->le = v == 0 ? PERSO_LE_MAX : v;
	}
	return PERSO_OK;
}

/* see perso/apdu.h */
perso_rc
perso_apdu_decode(
    struct perso_span cmd, struct perso_apdu *ret, bool *ret_extended)
{
	struct perso_rd rd = perso_rd(cmd);
	struct perso_apdu a = { 0 };
	bool extended = false;
	uint8_t first = 0;

	PERSO_TRY_CTX(perso_rd_u8(&rd, &a.cla), "CLA");
	PERSO_TRY_CTX(perso_rd_u8(&rd, &a.ins), "INS");
	PERSO_TRY_CTX(perso_rd_u8(&rd, &a.p1), "P1");
	PERSO_TRY_CTX(perso_rd_u8(&rd, &a.p2), "P2");
	if (perso_rd_left(&rd) > 0) {
		PERSO_TRY(perso_rd_u8(&rd, &first));
		if (first != 0) {
			PERSO_TRY(read_short(&rd, first, &a));
		} else if (perso_rd_left(&rd) == 0) {
			a.le = PERSO_LE_SHORT;
		} else {
			PERSO_TRY(read_extended(&rd, &a));
			extended = true;
		}
	}
	PERSO_TRY_CTX(perso_rd_finish(&rd), "command");
	*ret = a;
	*ret_extended = extended;
	return PERSO_OK;
}

/* ISO/IEC 7816-4, 5.6, and what the specifications above it add. */
static const struct {
	uint16_t sw;
	const char *text;
} sw_texts[] = {
	{ 0x6281, "data may be corrupted" },
	{ 0x6282, "end of file reached" },
	{ 0x6283, "file deactivated" },
	{ 0x6300, "authentication failed" },
	{ 0x6400, "execution error" },
	{ 0x6581, "memory failure" },
	{ 0x6700, "wrong length" },
	{ 0x6882, "secure messaging not supported" },
	{ 0x6883, "last command of the chain expected" },
	{ 0x6884, "command chaining not supported" },
	{ 0x6982, "security status not satisfied" },
	{ 0x6983, "authentication method blocked" },
	{ 0x6984, "reference data not usable" },
	{ 0x6985, "conditions of use not satisfied" },
	{ 0x6986, "no current file" },
	{ 0x6987, "secure messaging objects missing" },
	{ 0x6988, "secure messaging objects incorrect" },
	{ 0x6A80, "incorrect data" },
	{ 0x6A81, "function not supported" },
	{ 0x6A82, "file or application not found" },
	{ 0x6A84, "not enough memory" },
	{ 0x6A86, "incorrect P1 or P2" },
	{ 0x6A88, "referenced data not found" },
	{ 0x6A89, "file already exists" },
	{ 0x6A8A, "name already exists" },
	{ 0x6B00, "offset outside the file" },
	{ 0x6D00, "instruction not supported" },
	{ 0x6E00, "class not supported" },
	{ 0x6F00, "no precise diagnosis" },
	{ 0x9000, "ok" },
};

/* see perso/apdu.h */
const char *
perso_sw_text(uint16_t sw)
{
	for (size_t i = 0; i < sizeof(sw_texts) / sizeof(*sw_texts); i++)
		if (sw_texts[i].sw == sw)
			return sw_texts[i].text;
	return "";
}
