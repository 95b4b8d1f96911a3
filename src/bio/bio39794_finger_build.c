#include <stdio.h>

#include "bio39794_int.h"

enum { PGM_HEAD = 24 };

static size_t
tlv_size(size_t n)
{
	size_t len = 1;

	if (n >= 0x80)
		for (size_t v = n; v > 0; v >>= 8)
			len++;
	return 1 + len + n;
}

/* What part 4 has no form for. */
static perso_rc
suits(const struct perso_finger_record *r)
{
	const struct perso_finger_view *v = &r->views[0];

	if (r->count != 1)
		PERSO_FAIL(PERSO_E_UNSUPPORTED,
		    "%zu views where one is allowed", r->count);
	if (r->compression == PERSO_FINGER_JPEG ||
	    r->compression == PERSO_FINGER_PACKED ||
	    (r->compression == PERSO_FINGER_RAW && r->depth != 8))
		PERSO_FAIL(PERSO_E_UNSUPPORTED, "%s image of %u bits",
		    perso_finger_compression_name(r->compression), r->depth);
	if (r->image_x != r->image_y)
		PERSO_FAIL(PERSO_E_UNSUPPORTED, "resolutions %u and %u",
		    r->image_x, r->image_y);
	if (v->position > 15)
		PERSO_FAIL(
		    PERSO_E_UNSUPPORTED, "finger position %u", v->position);
	return PERSO_OK;
}

static uint8_t
format_of(const struct perso_finger_record *r)
{
	switch (r->compression) {
	case PERSO_FINGER_RAW:
		return 0;
	case PERSO_FINGER_WSQ:
		return 1;
	case PERSO_FINGER_JPEG2000:
		return perso_image_is_reversible(r->views[0].image) ? 3 : 2;
	default:
		return 4;
	}
}

/* Plain and rolled, from a sensor or from paper; latent, swipe; else
 * unknown. */
static uint8_t
impression_of(uint8_t old)
{
	static const uint8_t now[] = { 0, 1, 0, 1, 4, 29, 29, 29, 8 };

	return old < sizeof(now) ? now[old] : 29;
}

/* tag { 80 code } */
static void
put_code(struct perso_wr *w, uint32_t tag, uint8_t code)
{
	perso_wr_head(w, tag, 3);
	perso_wr_tlv(w, 0x80, perso_span(&code, 1));
}

/* spatialSamplingRateBlock: inch 0, cm 1. */
static void
put_sampling(struct perso_wr *w, const struct perso_finger_record *r)
{
	uint8_t unit = r->units == PERSO_FINGER_PPI ? 0 : 1;
	uint8_t rate[] = { 0, (uint8_t)(r->image_x >> 8), (uint8_t)r->image_x };
	size_t at = perso_wr_open(w, 0xA7), skip = 0;

	while (skip < 2 && rate[skip] == 0 && rate[skip + 1] < 0x80)
		skip++;
	perso_wr_tlv(w, 0x80, perso_span(rate + skip, 3 - skip));
	perso_wr_tlv(w, 0x81, perso_span(&unit, 1));
	perso_wr_close(w, at);
}

/* The heads from 64 to the image; pgm is the beginning of the image. */
static void
put_head(struct perso_wr *w, const struct perso_finger_record *r,
    const char *pgm, size_t tail)
{
	static const uint8_t version[] = { 0xA0, 7, 0x80, 1, 3, 0x81, 2, 0x07,
		0xE3 };
	const struct perso_finger_view *v = &r->views[0];
	struct perso_span start = perso_span_str(pgm);
	size_t image = start.n + v->image.n;
	size_t rep = 15 + tlv_size(image) + tail;

	perso_wr_head(w, 0x64, sizeof(version) + tlv_size(tlv_size(rep)));
	perso_wr_bytes(w, perso_span_of(version));
	perso_wr_head(w, 0xA1, tlv_size(rep));
	perso_wr_head(w, 0x30, rep);
	put_code(w, 0xA0, v->position);
	put_code(w, 0xA1, impression_of(v->impression));
	put_code(w, 0xA2, format_of(r));
	perso_wr_head(w, 0x83, image);
	perso_wr_bytes(w, start);
}

static perso_rc
encode(const struct perso_finger_record *r, struct perso_39794 *ret)
{
	struct perso_wr tail = perso_wr(&ret->tail);
	struct perso_wr head = perso_wr(&ret->head);
	const struct perso_finger_view *v = &r->views[0];
	char pgm[PGM_HEAD] = "";

	PERSO_TRY(perso_finger_check(r));
	PERSO_TRY(suits(r));
	if (r->compression == PERSO_FINGER_RAW)
		snprintf(
		    pgm, sizeof(pgm), "P5\n%u %u\n255\n", v->width, v->height);
	PERSO_TRY(perso_buf_reserve(&ret->head, 96));
	PERSO_TRY(perso_buf_reserve(&ret->tail, 32));
	put_sampling(&tail, r);
	PERSO_TRY(perso_wr_end(&tail));
	put_head(&head, r, pgm, ret->tail.n);
	ret->image = v->image;
	return perso_wr_end(&head);
}

/* see perso/bio39794.h */
perso_rc
perso_finger_39794_encode(
    const struct perso_finger_record *r, struct perso_39794 *ret)
{
	PERSO_TRY_CTX(encode(r, ret), "finger record");
	return PERSO_OK;
}
