/*
 * ISO/IEC 19794-4 records: what is read is built as the same bytes, but for
 * the number of fingers, which may count fingers or views; and a record that
 * 39794-4 has a form for comes back from there with the same image.
 */
#include <stdlib.h>

#include "perso/bio39794.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
through_39794(const struct perso_finger_record *r)
{
	struct perso_finger_39794 back;
	PERSO_BUF(b, 1 << 24);
	struct perso_wr w = perso_wr(&b);
	PERSO_39794(e);

	if (perso_finger_39794_encode(r, &e) != PERSO_OK)
		return;
	perso_39794_write(&w, &e);
	if (perso_wr_end(&w) != PERSO_OK ||
	    perso_finger_39794_parse(perso_buf_span(&b), &back) != PERSO_OK)
		abort();
	if (!perso_span_equal(back.record.views[0].image, r->views[0].image) ||
	    back.record.image_x != r->image_x)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct perso_finger_record r;
	PERSO_BUF(a, 1 << 24);

	if (perso_finger_parse(perso_span(p, n), &r) != PERSO_OK)
		return 0;
	if (perso_finger_build(&r, &a) != PERSO_OK || a.n != n)
		abort();
	a.p[18] = p[18];
	if (!perso_span_equal(perso_buf_span(&a), perso_span(p, n)))
		abort();
	through_39794(&r);
	return 0;
}
