/*
 * EF.CVCA: what is read must be built again as the same bytes.
 */
#include <stdlib.h>

#include "perso/lds.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct perso_cvca v;
	struct perso_span s = perso_span(p, n);
	PERSO_BUF(a, 256);

	if (perso_cvca_parse(s, &v) != PERSO_OK)
		return 0;
	if (perso_cvca_build(&v, &a) != PERSO_OK ||
	    !perso_span_equal(perso_buf_span(&a), s))
		abort();
	return 0;
}
