#include "bio_int.h"
#include "perso/finger.h"

/* ISO/IEC 19794-4:2005, 7.1 */
perso_rc
bio_finger_head(const struct perso_finger_record *r)
{
	PERSO_TRY(bio_in_range(
	    r->units == PERSO_FINGER_PPI || r->units == PERSO_FINGER_PPCM,
	    "scale units", r->units));
	PERSO_TRY(bio_in_range(
	    r->scan_x != 0 && r->scan_y != 0, "scan resolution", 0));
	PERSO_TRY(bio_in_range(
	    r->image_x != 0 && r->image_y != 0, "image resolution", 0));
	PERSO_TRY(bio_in_range(
	    r->depth >= 1 && r->depth <= 16, "pixel depth", r->depth));
	return bio_in_range(r->compression <= PERSO_FINGER_PNG,
	    "image compression", r->compression);
}

/* 7.2 */
static perso_rc
fields(const struct perso_finger_view *v)
{
	PERSO_TRY(bio_in_range(v->position <= 10 ||
				   (v->position >= 13 && v->position <= 15) ||
				   (v->position >= 20 && v->position <= 36),
	    "finger position", v->position));
	PERSO_TRY(bio_in_range(
	    v->view >= 1 && v->view <= v->views, "view number", v->view));
	PERSO_TRY(bio_in_range(
	    v->quality <= 100 || v->quality >= PERSO_FINGER_NO_QUALITY,
	    "quality", v->quality));
	PERSO_TRY(
	    bio_in_range(v->impression <= 15, "impression", v->impression));
	PERSO_TRY(bio_in_range(v->width != 0, "width", v->width));
	return bio_in_range(v->height != 0, "height", v->height);
}

/* Samples without headers: as many bytes as they take. */
static perso_rc
raw(const struct perso_finger_record *r, const struct perso_finger_view *v)
{
	uint64_t pixels = (uint64_t)v->width * v->height, want;

	if (r->compression == PERSO_FINGER_PACKED)
		want = (pixels * r->depth + 7) / 8;
	else
		want = pixels * ((r->depth + 7u) / 8);
	if (v->image.n != want)
		PERSO_FAIL(PERSO_E_MISMATCH,
		    "%u x %u pixels of %u bits are %" PRIu64
		    " bytes, the image has %zu",
		    v->width, v->height, r->depth, want, v->image.n);
	return PERSO_OK;
}

static bool
is_kind(unsigned compression, enum perso_image_format f)
{
	switch (compression) {
	case PERSO_FINGER_WSQ:
		return f == PERSO_IMAGE_WSQ;
	case PERSO_FINGER_JPEG:
		return f == PERSO_IMAGE_JPEG;
	case PERSO_FINGER_JPEG2000:
		return f == PERSO_IMAGE_JP2 || f == PERSO_IMAGE_J2K;
	default:
		return f == PERSO_IMAGE_PNG;
	}
}

perso_rc
bio_finger_image(
    const struct perso_finger_record *r, const struct perso_finger_view *v)
{
	struct perso_image_info info = { 0 };

	if (r->compression <= PERSO_FINGER_PACKED)
		return raw(r, v);
	if (v->probed != NULL)
		info = *v->probed;
	else
		PERSO_TRY(perso_image_probe(v->image, &info));
	if (!is_kind(r->compression, info.format))
		PERSO_FAIL(PERSO_E_MISMATCH,
		    "image is declared as %s and is %s",
		    perso_finger_compression_name(r->compression),
		    perso_image_format_name(info.format));
	if (info.width != v->width || info.height != v->height)
		PERSO_FAIL(PERSO_E_MISMATCH,
		    "image is declared as %u x %u and is %" PRIu32
		    " x %" PRIu32,
		    v->width, v->height, info.width, info.height);
	if (info.components != 1 || info.bits != r->depth)
		PERSO_FAIL(PERSO_E_MISMATCH,
		    "image is declared as grey of %u bits and has %u "
		    "components of %u",
		    r->depth, info.components, info.bits);
	return PERSO_OK;
}

/* Views of one finger: as many as each of them says, each number once. */
perso_rc
bio_finger_views(const struct perso_finger_record *r)
{
	for (size_t i = 0; i < r->count; i++) {
		const struct perso_finger_view *v = &r->views[i];
		size_t n = 0;

		for (size_t k = 0; k < r->count; k++) {
			if (r->views[k].position != v->position)
				continue;
			n++;
			if (k != i && r->views[k].view == v->view)
				PERSO_FAIL(PERSO_E_MISMATCH,
				    "views %zu and %zu of finger %u have one "
				    "number",
				    i < k ? i : k, i < k ? k : i, v->position);
		}
		if (n != v->views)
			PERSO_FAIL(PERSO_E_MISMATCH,
			    "finger %u has %zu views, view %zu says %u",
			    v->position, n, i, v->views);
	}
	return PERSO_OK;
}

perso_rc
bio_finger_view(
    const struct perso_finger_record *r, const struct perso_finger_view *v)
{
	PERSO_TRY(fields(v));
	return bio_finger_image(r, v);
}

/* see perso/finger.h */
perso_rc
perso_finger_check(const struct perso_finger_record *r)
{
	if (r->count == 0 || r->count > PERSO_FINGER_VIEWS)
		PERSO_FAIL(
		    PERSO_E_ARG, "%zu views in a finger record", r->count);
	PERSO_TRY(bio_finger_head(r));
	for (size_t i = 0; i < r->count; i++)
		PERSO_TRY_CTX(bio_finger_view(r, &r->views[i]), "view %zu", i);
	PERSO_TRY(bio_finger_views(r));
	if (perso_finger_size(r) > UINT32_MAX)
		PERSO_FAIL(PERSO_E_RANGE, "finger record is too long");
	return PERSO_OK;
}
