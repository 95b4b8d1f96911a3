/*
 * What a chip announces about the lengths it can take.
 */
#include "perso/card.h"

#include "perso/rd.h"
#include "perso/tlv.h"

/* What readers and their services pass in practice: of commands, and of
 * answers, which with their status word are to fit into 16 bits of length. */
#define COMMAND_MAX 65000
#define RESPONSE_MAX 65533
#define CAP_CHAINING 0x80
#define CAP_EXTENDED 0x40

/* The historical bytes of an ATR: ISO/IEC 7816-3, 8.2. */
static perso_rc
find_historical(struct perso_span atr, struct perso_span *ret)
{
	struct perso_rd rd = perso_rd(atr);
	uint8_t t0 = 0, y;

	PERSO_TRY(perso_rd_skip(&rd, 1));
	PERSO_TRY(perso_rd_u8(&rd, &t0));
	y = t0 >> 4;
	while (y != 0) {
		uint8_t td = 0;

		for (unsigned bit = 1; bit < 8; bit <<= 1)
			if (y & bit)
				PERSO_TRY(perso_rd_skip(&rd, 1));
		if (y & 8)
			PERSO_TRY(perso_rd_u8(&rd, &td));
		y = td >> 4;
	}
	return perso_rd_take(&rd, t0 & 0x0F, ret);
}

/* The third byte of the card capabilities, compact tag 7. */
static perso_rc
find_capability(struct perso_span historical, uint8_t *ret)
{
	struct perso_rd rd = perso_rd(historical);
	uint8_t category = 0, head = 0;
	struct perso_span v = PERSO_SPAN_EMPTY;

	PERSO_TRY(perso_rd_u8(&rd, &category));
	if (category != 0x80 && category != 0x00)
		return PERSO_E_MISSING;
	while (perso_rd_left(&rd) > 0) {
		PERSO_TRY(perso_rd_u8(&rd, &head));
		PERSO_TRY(perso_rd_take(&rd, head & 0x0F, &v));
		if (head >> 4 == 7 && v.n >= 3) {
			*ret = v.p[2];
			return PERSO_OK;
		}
	}
	return PERSO_E_MISSING;
}

/* see perso/card.h */
bool
perso_card_limits_from_atr(
    struct perso_span atr, struct perso_card_limits *limits)
{
	struct perso_span historical = PERSO_SPAN_EMPTY;
	uint8_t cap = 0;

	if (find_historical(atr, &historical) != PERSO_OK ||
	    find_capability(historical, &cap) != PERSO_OK) {
		perso_trail_reset();
		return false;
	}
	if (cap & CAP_CHAINING)
		limits->chaining = true;
	if (cap & CAP_EXTENDED) {
		limits->extended = true;
		limits->max_command = COMMAND_MAX;
		limits->max_response = RESPONSE_MAX;
	}
	return true;
}

/* An INTEGER of one to four bytes; taken as unsigned, as chips write it. */
static perso_rc
read_number(struct perso_rd *rd, uint32_t *ret)
{
	struct perso_tlv v = { 0 };
	uint32_t n = 0;

	PERSO_TRY(perso_tlv_expect(rd, 0x02, &v));
	if (v.val.n == 0 || v.val.n > 4)
		return PERSO_E_DATA;
	for (size_t i = 0; i < v.val.n; i++)
		n = n << 8 | v.val.p[i];
	*ret = n;
	return PERSO_OK;
}

static perso_rc
read_length_info(
    struct perso_span info, uint32_t *ret_command, uint32_t *ret_response)
{
	struct perso_tlv t = { 0 };
	struct perso_rd rd;
	uint32_t command = 0, response = 0;

	PERSO_TRY(perso_tlv_find(info, 0x7F66, &t));
	rd = perso_rd(t.val);
	PERSO_TRY(read_number(&rd, &command));
	PERSO_TRY(read_number(&rd, &response));
	*ret_command = command;
	*ret_response = response;
	return PERSO_OK;
}

/* Bytes of data between these bounds. */
struct bounds {
	size_t least, most;
};

/* A length of a whole APDU, less what is not data. */
static size_t
data_part(uint32_t apdu, size_t other, struct bounds b)
{
	size_t n = apdu > other ? apdu - other : 0;

	if (n < b.least)
		return b.least;
	return n > b.most ? b.most : n;
}

/* see perso/card.h */
void
perso_card_limits_from_info(
    struct perso_span ef_atr_info, struct perso_card_limits *limits)
{
	uint32_t command = 0, response = 0;

	if (read_length_info(ef_atr_info, &command, &response) != PERSO_OK) {
		perso_trail_reset();
		return;
	}
	/* header, extended Lc and Le: 9 bytes; status word: 2 */
	limits->max_command = data_part(
	    command, 9, (struct bounds){ PERSO_LC_SHORT, COMMAND_MAX });
	limits->max_response = data_part(
	    response, 2, (struct bounds){ PERSO_LE_SHORT, RESPONSE_MAX });
	limits->extended = true;
}
