/*
 * DG3 and DG4: a group with templates comes back as the same bytes, one
 * without when it has its random bytes.
 */
#include <stdlib.h>

#include "perso/lds.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct perso_dg_bio v;
	struct perso_span s = perso_span(p, n);
	PERSO_BUF(a, 1 << 24);
	bool is_dg3 = perso_dg3_parse(s, &v) == PERSO_OK;

	if (!is_dg3 && perso_dg4_parse(s, &v) != PERSO_OK)
		return 0;
	if (v.count == 0 && v.random.n < PERSO_DG_RANDOM_MIN)
		return 0;
	if ((is_dg3 ? perso_dg3_build(&v, &a) : perso_dg4_build(&v, &a)) !=
		PERSO_OK ||
	    !perso_span_equal(perso_buf_span(&a), s))
		abort();
	return 0;
}
