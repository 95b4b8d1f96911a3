/*
 * ISO/IEC 39794-5 and -4 records: what is read and can be written again is
 * read as the same; then it is written as the same bytes. Groups are
 * converted there and back.
 */
#include <stdlib.h>

#include "perso/bio39794.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
write_out(const struct perso_39794 *e, struct perso_buf *ret)
{
	struct perso_wr w = perso_wr(ret);

	perso_39794_write(&w, e);
	if (perso_wr_end(&w) != PERSO_OK)
		abort();
}

static void
face(const struct perso_face_39794 *f)
{
	struct perso_face_39794 back;
	PERSO_BUF(a, 1 << 24);
	PERSO_BUF(b, 1 << 24);
	PERSO_39794(one);
	PERSO_39794(two);

	if (perso_face_39794_encode(&f->face, f->format == 3, &one) != PERSO_OK)
		return;
	write_out(&one, &a);
	if (perso_face_39794_parse(perso_buf_span(&a), &back) != PERSO_OK ||
	    back.format != f->format || back.others != 0 ||
	    !perso_span_equal(back.face.image, f->face.image))
		abort();
	if (perso_face_39794_encode(&back.face, back.format == 3, &two) !=
	    PERSO_OK)
		abort();
	write_out(&two, &b);
	if (!perso_span_equal(perso_buf_span(&a), perso_buf_span(&b)))
		abort();
}

static void
finger(const struct perso_finger_39794 *f)
{
	struct perso_finger_39794 back;
	PERSO_BUF(a, 1 << 24);
	PERSO_39794(e);

	if (perso_finger_39794_encode(&f->record, &e) != PERSO_OK)
		return;
	write_out(&e, &a);
	if (perso_finger_39794_parse(perso_buf_span(&a), &back) != PERSO_OK ||
	    !perso_span_equal(
		back.record.views[0].image, f->record.views[0].image))
		abort();
}

static void
group(struct perso_span s)
{
	struct perso_bit_group g;
	PERSO_BUF(now, 1 << 24);
	PERSO_BUF(old, 1 << 24);

	if (perso_bit_parse(s, &g) != PERSO_OK ||
	    perso_bit_check_group(&g) != PERSO_OK ||
	    perso_bit_convert(s, true, &now) != PERSO_OK)
		return;
	if (perso_bit_parse(perso_buf_span(&now), &g) != PERSO_OK ||
	    perso_bit_check_group(&g) != PERSO_OK)
		abort();
	(void)!perso_bit_convert(perso_buf_span(&now), false, &old);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct perso_face_39794 f;
	struct perso_finger_39794 g;
	struct perso_span s = perso_span(p, n);

	if (perso_face_39794_parse(s, &f) == PERSO_OK)
		face(&f);
	if (perso_finger_39794_parse(s, &g) == PERSO_OK)
		finger(&g);
	group(s);
	return 0;
}
