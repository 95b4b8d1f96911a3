/*
 * ISO/IEC 19794-5 records: one form only, so what is read is built as the
 * same bytes.
 */
#include <stdlib.h>

#include "perso/bio.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct perso_face_record r;
	PERSO_BUF(a, 1 << 24);

	if (perso_face_parse(perso_span(p, n), &r) != PERSO_OK)
		return 0;
	if (perso_face_build(&r, &a) != PERSO_OK ||
	    !perso_span_equal(perso_buf_span(&a), perso_span(p, n)))
		abort();
	return 0;
}
