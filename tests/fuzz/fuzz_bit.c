/*
 * CBEFF templates: what is read is built as the same bytes, up to DO 53 of
 * a group without templates.
 */
#include <stdlib.h>

#include "perso/bio.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct perso_bit_group g;
	PERSO_BUF(a, 1 << 24);

	if (perso_bit_parse(perso_span(p, n), &g) != PERSO_OK)
		return 0;
	if (perso_bit_build(&g, &a) != PERSO_OK ||
	    !perso_span_equal(perso_buf_span(&a),
		perso_span(p, g.count == 0 && a.n < n ? a.n : n)))
		abort();
	return 0;
}
