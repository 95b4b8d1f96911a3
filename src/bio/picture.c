/*
 * Pictures: what is decoded at all, and by whom.
 */
#include "picture_int.h"

#include <math.h>
#include <stdlib.h>

/* see perso/picture.h */
const struct perso_picture_limits perso_picture_limits = {
	.bytes = PERSO_PICTURE_BYTES,
	.width = PERSO_PIXELS_SIDE,
	.height = PERSO_PIXELS_SIDE,
	.pixels = (size_t)40 << 20,
};

static perso_rc
check_size(
    const struct perso_image_info *i, const struct perso_picture_limits *l)
{
	if (i->width > l->width || i->height > l->height ||
	    (uint64_t)i->width * i->height > l->pixels)
		PERSO_FAIL(PERSO_E_RANGE,
		    "%" PRIu32 " x %" PRIu32 " pixels, at most %" PRIu32
		    " x %" PRIu32 " and %zu in all",
		    i->width, i->height, l->width, l->height, l->pixels);
	return PERSO_OK;
}

struct perso_picture_decoding {
	struct perso_image_info info;
	struct bio_jp2_decoding *jp2; /* NULL: px is finished */
	struct perso_pixels px;
};

static perso_rc
begin(struct perso_picture_decoding *d, struct perso_span file)
{
	switch (d->info.format) {
	case PERSO_IMAGE_PNG:
		return bio_decode_png(file, &d->info, &d->px);
	case PERSO_IMAGE_JPEG:
		return bio_decode_jpeg(file, &d->info, &d->px);
	case PERSO_IMAGE_JP2:
	case PERSO_IMAGE_J2K:
		return bio_decode_jp2_begin(file, &d->info, &d->jp2);
	case PERSO_IMAGE_WSQ:
	case PERSO_IMAGE_NONE:
		break;
	}
	PERSO_FAIL(PERSO_E_UNSUPPORTED, "no picture");
}

static perso_rc
probe(struct perso_span file, const struct perso_picture_limits *l,
    struct perso_image_info *ret)
{
	if (file.n > l->bytes)
		PERSO_FAIL(PERSO_E_RANGE, "image of %zu bytes, at most %zu",
		    file.n, l->bytes);
	PERSO_TRY(perso_image_probe(file, ret));
	PERSO_TRY_CTX(check_size(ret, l), "%s image",
	    perso_image_format_name(ret->format));
	return PERSO_OK;
}

/* see perso/picture.h */
void
perso_picture_decode_drop(struct perso_picture_decoding **d)
{
	if (d == NULL || *d == NULL)
		return;
	bio_decode_jp2_drop(&(*d)->jp2);
	perso_pixels_done(&(*d)->px);
	free(*d);
	*d = NULL;
}

/* see perso/picture.h */
perso_rc
perso_picture_decode_begin(struct perso_span file,
    const struct perso_picture_limits *limits,
    struct perso_picture_decoding **ret)
{
	PERSO_PICTURE_DECODING(d);

	d = calloc(1, sizeof(*d));
	if (d == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for a picture");
	PERSO_TRY(probe(
	    file, limits != NULL ? limits : &perso_picture_limits, &d->info));
	PERSO_TRY_CTX(begin(d, file), "%s image",
	    perso_image_format_name(d->info.format));
	*ret = d;
	d = NULL;
	return PERSO_OK;
}

/* see perso/picture.h */
perso_rc
perso_picture_decode_end(
    struct perso_picture_decoding **d, struct perso_pixels *ret)
{
	struct perso_picture_decoding *p = *d;
	perso_rc rc = PERSO_OK;

	if (p->jp2 != NULL)
		rc = bio_decode_jp2_end(p->jp2, &p->px);
	if (rc != PERSO_OK)
		perso_trail_add(
		    "%s image", perso_image_format_name(p->info.format));
	if (rc == PERSO_OK) {
		*ret = p->px;
		p->px = (struct perso_pixels){ .width = 0 };
	}
	perso_picture_decode_drop(d);
	return rc;
}

/* see perso/picture.h */
perso_rc
perso_picture_decode(struct perso_span file,
    const struct perso_picture_limits *limits, struct perso_pixels *ret)
{
	struct perso_picture_decoding *d = NULL;

	PERSO_TRY(perso_picture_decode_begin(file, limits, &d));
	return perso_picture_decode_end(&d, ret);
}

/* see perso/picture.h */
perso_rc
perso_picture_psnr(
    const struct perso_pixels *a, const struct perso_pixels *b, double *ret)
{
	double sum = 0;

	if (a->width != b->width || a->height != b->height ||
	    a->channels != b->channels || a->data.n == 0)
		PERSO_FAIL(PERSO_E_MISMATCH, "pictures of different sizes");
	for (size_t i = 0; i < a->data.n; i++) {
		int d = a->data.p[i] - b->data.p[i];

		sum += d * d;
	}
	*ret =
	    sum == 0 ? 99 : 10 * log10(255.0 * 255.0 * (double)a->data.n / sum);
	*ret = *ret > 99 ? 99 : *ret;
	return PERSO_OK;
}
