/*
 * Command APDUs of ISO/IEC 7816-4, 5.2 (card): all four cases, short and
 * extended.
 *
 *	case 1   CLA INS P1 P2
 *	case 2S  CLA INS P1 P2 Le(1)
 *	case 3S  CLA INS P1 P2 Lc(1) data
 *	case 4S  CLA INS P1 P2 Lc(1) data Le(1)
 *	case 2E  CLA INS P1 P2 00 Le(2)
 *	case 3E  CLA INS P1 P2 00 Lc(2) data
 *	case 4E  CLA INS P1 P2 00 Lc(2) data Le(2)
 */
#ifndef PERSO_APDU_H
#define PERSO_APDU_H

#include "perso/buf.h"

#define PERSO_LE_SHORT 256U /* the largest Le of a short command */
#define PERSO_LE_MAX 65536U /* the largest Le of an extended command */
#define PERSO_LC_SHORT 255U
#define PERSO_LC_MAX 65535U
#define PERSO_APDU_MAX 65544U /* the longest command, encoded */

struct perso_apdu {
	uint8_t cla;
	uint8_t ins;
	uint8_t p1;
	uint8_t p2;
	struct perso_span data; /* 0..65535 bytes, borrowed */
	uint32_t le;		/* 0: no answer data expected;
					 * 1..65536 bytes at most */
};

/* Data and Le fit a short command. */
bool perso_apdu_is_short(const struct perso_apdu *a);

/* Appends the command: short where it fits, extended otherwise; extended
 * also where it would fit if extended is true and there is data or an Le.
 * PERSO_E_ARG if data or Le are beyond their maximum. */
PERSO_MUST perso_rc perso_apdu_encode(
    const struct perso_apdu *a, bool extended, struct perso_buf *ret);

/* Strict: every byte is accounted for, an extended Lc is not 0. ret->data
 * points into cmd. *ret_extended says which form it was. PERSO_E_TRUNCATED,
 * PERSO_E_TRAILING, PERSO_E_DATA; then nothing has changed. */
PERSO_MUST perso_rc perso_apdu_decode(
    struct perso_span cmd, struct perso_apdu *ret, bool *ret_extended);

/* What a status word means, in a few words: "file not found". Static; ""
 * for one that is not known. */
const char *perso_sw_text(uint16_t sw);

#endif
