/*
 * DG3 and DG4: from the images of fingers, from records that the order has,
 * or empty.
 */
#include <stdlib.h>

#include "line_int.h"

static const char *
standard(enum perso_biometrics b)
{
	return b == PERSO_BIOMETRICS_39794 ? "ISO/IEC 39794" : "ISO/IEC 19794";
}

/* ---- records ----------------------------------------------------------- */

/* The records in the standard of the document's day: converted if they are
 * not. Fills bytes then, and *ret borrows from it. */
static perso_rc
in_standard(const struct perso_image_values *v, struct perso_span group,
    struct perso_buf *bytes, struct perso_span *ret)
{
	bool now = v->profile->biometrics == PERSO_BIOMETRICS_39794;
	struct perso_bit_group g = { .count = 0 };
	bool same = true;

	PERSO_TRY(perso_bit_parse(group, &g));
	for (size_t i = 0; i < g.count; i++)
		same = same && perso_bit_is_39794(&g.bits[i]) == now;
	*ret = group;
	if (same)
		return PERSO_OK;
	PERSO_TRY_CTX(perso_bit_convert(group, now, bytes),
	    "the order's records become %s", standard(v->profile->biometrics));
	*ret = perso_buf_span(bytes);
	return PERSO_OK;
}

/* Without a record the group is empty: Doc 9303-10, 4.7.3. */
static perso_rc
build_records(const struct perso_image_values *v,
    const struct perso_record_bio *r, int file, struct perso_buf *ret)
{
	static const uint8_t empty[] = { 0x7F, 0x61, 0x03, 0x02, 0x01, 0x00 };
	struct perso_dg_bio dg = { .group = perso_buf_span(&r->bytes) };
	PERSO_BUF(bytes, 2 * PERSO_IMAGE_MAX);

	if (dg.group.n == 0)
		dg.group = perso_span_of(empty);
	if (r->count == 0) {
		if (v->bio_random.n != PERSO_BIO_RANDOM)
			PERSO_FAIL(PERSO_E_MISSING, "random bytes");
		dg.random = v->bio_random;
	} else {
		PERSO_TRY(in_standard(v, dg.group, &bytes, &dg.group));
	}
	return file == 3 ? perso_dg3_build(&dg, ret)
			 : perso_dg4_build(&dg, ret);
}

/* ---- images ------------------------------------------------------------ */

static unsigned
compression(enum perso_image_format f)
{
	switch (f) {
	case PERSO_IMAGE_WSQ:
		return PERSO_FINGER_WSQ;
	case PERSO_IMAGE_JP2:
	case PERSO_IMAGE_J2K:
		return PERSO_FINGER_JPEG2000;
	case PERSO_IMAGE_PNG:
		return PERSO_FINGER_PNG;
	default:
		return PERSO_FINGER_RAW;
	}
}

/* A record of one view, as from a flat finger on a sensor. */
static void
finger_record(const struct perso_record_finger *f, unsigned position,
    struct perso_finger_record *ret)
{
	perso_finger_record_init(ret, f->ppi, compression(f->info.format));
	ret->count = 1;
	ret->views[0] =
	    (struct perso_finger_view){ .position = (uint8_t)position,
		    .views = 1,
		    .view = 1,
		    .quality = f->quality,
		    .width = (uint16_t)f->info.width,
		    .height = (uint16_t)f->info.height,
		    .image = perso_buf_span(&f->bytes),
		    .probed = &f->info };
}

static perso_rc
build_fingers(const struct perso_image_values *v, struct perso_buf *ret)
{
	struct perso_finger_record *fingers =
	    calloc(PERSO_FINGERS, sizeof(*fingers));
	struct perso_dg3_images dg = { .iso39794 = v->profile->biometrics ==
						   PERSO_BIOMETRICS_39794,
		.fingers = fingers };
	perso_rc rc;

	if (fingers == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for finger records");
	for (unsigned i = 0; i < PERSO_FINGERS; i++)
		if (v->record->fingers[i].bytes.n != 0)
			finger_record(&v->record->fingers[i], i + 1,
			    &fingers[dg.count++]);
	rc = perso_dg3_build_images(&dg, ret);
	free(fingers);
	return rc;
}

/* see line_int.h */
perso_rc
perso_image_dg3(const struct perso_image_values *v, struct perso_buf *ret)
{
	if (perso_record_finger_count(v->record) != 0)
		return build_fingers(v, ret);
	return build_records(v, &v->record->dg3, 3, ret);
}

/* see line_int.h */
perso_rc
perso_image_dg4(const struct perso_image_values *v, struct perso_buf *ret)
{
	return build_records(v, &v->record->dg4, 4, ret);
}

/* see perso/image_build.h */
bool
perso_image_needs_random(
    const struct perso_doc_profile *profile, const struct perso_record *r)
{
	return (perso_doc_profile_has_dg(profile, 3) && r->dg3.count == 0 &&
		   perso_record_finger_count(r) == 0) ||
	       (perso_doc_profile_has_dg(profile, 4) && r->dg4.count == 0);
}
