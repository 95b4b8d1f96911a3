/*
 * DG16: what is read must be built, and what is built must be read and built
 * again as the same bytes.
 */
#include <stdlib.h>

#include "perso/lds.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct perso_dg16 v, w;
	PERSO_BUF(a, 1 << 24);
	PERSO_BUF(b, 1 << 24);

	if (perso_dg16_parse(perso_span(p, n), &v) != PERSO_OK)
		return 0;
	if (perso_dg16_build(&v, &a) != PERSO_OK ||
	    perso_dg16_parse(perso_buf_span(&a), &w) != PERSO_OK ||
	    perso_dg16_build(&w, &b) != PERSO_OK ||
	    !perso_span_equal(perso_buf_span(&a), perso_buf_span(&b)))
		abort();
	return 0;
}
