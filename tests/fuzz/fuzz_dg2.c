/*
 * DG2: what is read with ISO/IEC 19794-5 must be built as the same bytes;
 * the encoding has one form only.
 */
#include <stdlib.h>

#include "perso/lds.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct perso_dg2 v;
	PERSO_BUF(a, 1 << 24);

	if (perso_dg2_parse(perso_span(p, n), &v) != PERSO_OK ||
	    v.bit.constructed)
		return 0;
	if (perso_dg2_build(&v, &a) != PERSO_OK ||
	    !perso_span_equal(perso_buf_span(&a), perso_span(p, n)))
		abort();
	return 0;
}
