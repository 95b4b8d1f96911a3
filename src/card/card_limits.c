/*
 * What a chip announces about the lengths it can take.
 */
#include "perso/card.h"

#include "perso/rd.h"
#include "perso/tlv.h"

/* What readers and their services pass in practice. */
#define EXTENDED_MAX 65000
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
		limits->max_command = EXTENDED_MAX;
		limits->max_response = EXTENDED_MAX;
	}
	return true;
}

static perso_rc
read_length_info(
    struct perso_span info, uint16_t *ret_command, uint16_t *ret_response)
{
	struct perso_tlv t = { 0 }, v = { 0 };
	struct perso_rd rd, num;
	uint16_t command = 0, response = 0;

	PERSO_TRY(perso_tlv_find(info, 0x7F66, &t));
	rd = perso_rd(t.val);
	PERSO_TRY(perso_tlv_expect(&rd, 0x02, &v));
	num = perso_rd(v.val);
	if (v.val.n == 3) /* INTEGER with a leading zero */
		PERSO_TRY(perso_rd_skip(&num, 1));
	PERSO_TRY(perso_rd_u16(&num, &command));
	PERSO_TRY(perso_tlv_expect(&rd, 0x02, &v));
	num = perso_rd(v.val);
	if (v.val.n == 3)
		PERSO_TRY(perso_rd_skip(&num, 1));
	PERSO_TRY(perso_rd_u16(&num, &response));
	*ret_command = command;
	*ret_response = response;
	return PERSO_OK;
}

/* A length of a whole APDU, less what is not data. */
static size_t
data_part(uint16_t apdu, size_t other, size_t least)
{
	size_t n = apdu;

	n = n > other ? n - other : 0;
	if (n < least)
		return least;
	return n > EXTENDED_MAX ? EXTENDED_MAX : n;
}

/* see perso/card.h */
void
perso_card_limits_from_info(
    struct perso_span ef_atr_info, struct perso_card_limits *limits)
{
	uint16_t command = 0, response = 0;

	if (read_length_info(ef_atr_info, &command, &response) != PERSO_OK) {
		perso_trail_reset();
		return;
	}
	/* header, extended Lc and Le: 9 bytes; status word: 2 */
	limits->max_command = data_part(command, 9, PERSO_LC_SHORT);
	limits->max_response = data_part(response, 2, PERSO_LE_SHORT);
	limits->extended = true;
}
