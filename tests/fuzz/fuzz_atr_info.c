/*
 * EF.ATR/INFO and EF.DIR: what is read must be built.
 */
#include <stdlib.h>

#include "perso/lds.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct perso_atr_info v;
	struct perso_dir d;
	struct perso_span s = perso_span(p, n);
	PERSO_BUF(a, 1 << 24);

	if (perso_atr_info_parse(s, &v) == PERSO_OK &&
	    (v.has_service || v.has_capabilities || v.has_limits) &&
	    perso_atr_info_build(&v, &a) != PERSO_OK)
		abort();
	perso_buf_clear(&a);
	if (perso_dir_parse(s, &d) != PERSO_OK)
		return 0;
	if (perso_dir_build(&d, &a) != PERSO_OK ||
	    !perso_span_equal(perso_buf_span(&a), s))
		abort();
	return 0;
}
