/*
 * Biometric records that are carried as they are, and images of fingers.
 */
#include "perso/bio39794.h"
#include "perso/tlv.h"

#include "record_int.h"

static perso_rc
check(struct perso_span group, uint8_t type, size_t *ret_count)
{
	struct perso_bit_group g = { 0 };
	struct perso_tlv t = { 0 };

	PERSO_TRY(perso_bit_parse(group, &g));
	for (size_t i = 0; i < g.count; i++)
		if (g.bits[i].type.n != 0 &&
		    (g.bits[i].type.n != 1 || g.bits[i].type.p[0] != type))
			PERSO_FAIL(PERSO_E_MISMATCH,
			    "template %zu is not of type %02X", i, type);
	if (perso_tlv_only(group, 0x7F61, &t) != PERSO_OK) {
		perso_trail_add("more than one group");
		return PERSO_E_UNSUPPORTED;
	}
	PERSO_TRY(perso_bit_check_group(&g));
	*ret_count = g.count;
	return PERSO_OK;
}

/* see perso/record.h */
perso_rc
perso_record_bio_take(
    struct perso_record_bio *bio, int dg, struct perso_buf *from)
{
	uint8_t type = dg == 3 ? PERSO_BIO_FINGER : PERSO_BIO_IRIS;
	size_t count = 0;

	if (dg != 3 && dg != 4)
		PERSO_FAIL(PERSO_E_ARG, "DG%d is not made of records", dg);
	PERSO_TRY(check(perso_buf_span(from), type, &count));
	perso_buf_move(&bio->bytes, from);
	bio->count = count;
	return PERSO_OK;
}

/* Raw samples: the order says their size. */
static perso_rc
raw(const struct perso_record_finger_facts *f, size_t n,
    struct perso_image_info *ret)
{
	if ((uint64_t)f->width * f->height != n)
		PERSO_FAIL(PERSO_E_MISMATCH,
		    "finger: %u x %u samples, the image has %zu bytes",
		    f->width, f->height, n);
	*ret = (struct perso_image_info){ PERSO_IMAGE_NONE, f->width, f->height,
		1, 8 };
	return PERSO_OK;
}

/* Begins as one of the kinds with headers: not raw. Raw samples of that
 * beginning are told apart by the size that the order gives. */
static perso_rc
probe(const struct perso_record_finger_facts *f, struct perso_span s,
    struct perso_image_info *ret)
{
	if (f->width != 0 && f->height != 0)
		return raw(f, s.n, ret);
	if (f->width != 0 || f->height != 0)
		PERSO_FAIL(
		    PERSO_E_MISSING, "finger: width and height go together");
	PERSO_TRY_CTX(
	    perso_image_probe(s, ret), "finger without width and height");
	if (ret->format == PERSO_IMAGE_JPEG)
		PERSO_FAIL(PERSO_E_UNSUPPORTED,
		    "finger: a JPEG image; WSQ, JPEG 2000, PNG or raw are "
		    "allowed");
	if (ret->components != 1 || ret->bits != 8)
		PERSO_FAIL(PERSO_E_UNSUPPORTED,
		    "finger: %u components of %u bits, grey of 8 bits is "
		    "allowed",
		    ret->components, ret->bits);
	if (ret->width > UINT16_MAX || ret->height > UINT16_MAX)
		PERSO_FAIL(PERSO_E_RANGE, "finger: image is too large");
	return PERSO_OK;
}

static perso_rc
resolution(const struct perso_record_finger_facts *f, struct perso_span s,
    const struct perso_image_info *info, uint16_t *ret)
{
	struct perso_wsq_info wsq = { .ppi = 0 };

	if (info->format == PERSO_IMAGE_WSQ)
		PERSO_TRY(perso_wsq_probe(s, &wsq));
	if (wsq.ppi > UINT16_MAX ||
	    (wsq.ppi != 0 && f->ppi != 0 && wsq.ppi != f->ppi))
		PERSO_FAIL(PERSO_E_MISMATCH,
		    "finger: the image says %u pixels per inch, the order %u",
		    wsq.ppi, f->ppi);
	*ret = (uint16_t)(f->ppi != 0 ? f->ppi : wsq.ppi != 0 ? wsq.ppi : 500);
	return PERSO_OK;
}

/* see perso/record.h */
perso_rc
perso_record_finger_take(struct perso_record_finger *to,
    const struct perso_record_finger_facts *f, struct perso_buf *from)
{
	struct perso_image_info info = { .format = PERSO_IMAGE_NONE };
	uint16_t ppi = 0;

	PERSO_TRY(probe(f, perso_buf_span(from), &info));
	PERSO_TRY(resolution(f, perso_buf_span(from), &info, &ppi));
	perso_buf_move(&to->bytes, from);
	to->info = info;
	to->ppi = ppi;
	to->quality = (uint8_t)f->quality;
	return PERSO_OK;
}

/* see perso/record.h */
size_t
perso_record_finger_count(const struct perso_record *r)
{
	size_t n = 0;

	for (size_t i = 0; i < PERSO_FINGERS; i++)
		n += r->fingers[i].bytes.n != 0;
	return n;
}
