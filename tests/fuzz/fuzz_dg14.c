/*
 * DG14 and EF.CardAccess: what is read must be built; if it was in order,
 * as the same bytes.
 */
#include <stdlib.h>

#include "perso/lds.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct perso_lds_infos v;
	struct perso_span s = perso_span(p, n);
	PERSO_BUF(a, 1 << 24);

	if (perso_dg14_parse(s, &v) == PERSO_OK) {
		if (perso_dg14_build(&v, &a) != PERSO_OK)
			abort();
	} else if (perso_card_access_parse(s, &v) == PERSO_OK) {
		if (perso_card_access_build(&v, &a) != PERSO_OK)
			abort();
	} else {
		return 0;
	}
	if (a.n != n || (v.sorted && !perso_span_equal(perso_buf_span(&a), s)))
		abort();
	return 0;
}
