/*
 * Command APDUs: what decodes must encode to the same bytes, or to a
 * shorter form of the same command. The same bytes as an ATR and as
 * EF.ATR/INFO.
 */
#include <stdlib.h>

#include "perso/card.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
use_command(const struct perso_apdu *a, bool extended, struct perso_span in)
{
	PERSO_BUF(out, PERSO_APDU_MAX);

	if (perso_apdu_encode(a, extended, &out) != PERSO_OK)
		abort();
	if (!perso_span_equal(perso_buf_span(&out), in))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct perso_card_limits limits = { 255, 256, false, false };
	struct perso_apdu a = { .cla = 0xEE };
	bool extended = false;

	if (perso_apdu_decode(perso_span(p, n), &a, &extended) == PERSO_OK)
		use_command(&a, extended, perso_span(p, n));
	else if (a.cla != 0xEE)
		abort();
	(void)perso_card_limits_from_atr(perso_span(p, n), &limits);
	perso_card_limits_from_info(perso_span(p, n), &limits);
	if (limits.max_command < 255 || limits.max_response < 256)
		abort();
	return 0;
}
