/*
 * DG2: what is read with ISO/IEC 19794-5 must be built as the same bytes;
 * the encoding has one form only. What is read with 39794-5 is built, if it can
 * be, into a file that is read.
 */
#include <stdlib.h>

#include "perso/lds.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
again(const struct perso_dg2 *v)
{
	struct perso_dg2 back;
	PERSO_BUF(a, 1 << 24);

	if (perso_dg2_build(v, &a) != PERSO_OK)
		return;
	if (perso_dg2_parse(perso_buf_span(&a), &back) != PERSO_OK ||
	    back.others != 0 ||
	    !perso_span_equal(back.face.faces[0].image, v->face.faces[0].image))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct perso_dg2 v;
	PERSO_BUF(a, 1 << 24);

	if (perso_dg2_parse(perso_span(p, n), &v) != PERSO_OK)
		return 0;
	if (v.bit.constructed) {
		again(&v);
		return 0;
	}
	if (perso_dg2_build(&v, &a) != PERSO_OK ||
	    !perso_span_equal(perso_buf_span(&a), perso_span(p, n)))
		abort();
	return 0;
}
