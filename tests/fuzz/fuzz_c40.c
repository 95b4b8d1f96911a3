/*
 * C40: what is read is written as the same bytes; what is written is read as
 * the same text with spaces for fillers.
 */
#include <stdlib.h>

#include "perso/seal.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct perso_span s = perso_span(p, n);
	PERSO_BUF(text, 2 * PERSO_SEAL_MAX);
	PERSO_BUF(bytes, PERSO_SEAL_MAX);
	PERSO_BUF(again, PERSO_SEAL_MAX);

	if (perso_c40_decode(s, &text) == PERSO_OK &&
	    (perso_c40_encode(perso_buf_span(&text), &bytes) != PERSO_OK ||
		!perso_span_equal(perso_buf_span(&bytes), s)))
		abort();
	perso_buf_clear(&text);
	perso_buf_clear(&bytes);
	if (perso_c40_encode(s, &bytes) == PERSO_OK &&
	    (perso_c40_decode(perso_buf_span(&bytes), &text) != PERSO_OK ||
		text.n != n ||
		perso_c40_encode(perso_buf_span(&text), &again) != PERSO_OK ||
		!perso_span_equal(
		    perso_buf_span(&bytes), perso_buf_span(&again))))
		abort();
	return 0;
}
