/*
 * Pictures: what is decoded at all, and by whom.
 */
#include "picture_int.h"

#include <math.h>

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

static perso_rc
decode(struct perso_span file, const struct perso_image_info *info,
    struct perso_pixels *ret)
{
	switch (info->format) {
	case PERSO_IMAGE_PNG:
		return bio_decode_png(file, info, ret);
	case PERSO_IMAGE_JPEG:
		return bio_decode_jpeg(file, info, ret);
	case PERSO_IMAGE_JP2:
	case PERSO_IMAGE_J2K:
		return bio_decode_jp2(file, info, ret);
	case PERSO_IMAGE_WSQ:
	case PERSO_IMAGE_NONE:
		break;
	}
	PERSO_FAIL(PERSO_E_UNSUPPORTED, "no picture");
}

/* see perso/picture.h */
perso_rc
perso_picture_decode(struct perso_span file,
    const struct perso_picture_limits *limits, struct perso_pixels *ret)
{
	const struct perso_picture_limits *l =
	    limits != NULL ? limits : &perso_picture_limits;
	struct perso_image_info info = { 0 };
	PERSO_PIXELS(px);

	if (file.n > l->bytes)
		PERSO_FAIL(PERSO_E_RANGE, "image of %zu bytes, at most %zu",
		    file.n, l->bytes);
	PERSO_TRY(perso_image_probe(file, &info));
	PERSO_TRY_CTX(check_size(&info, l), "%s image",
	    perso_image_format_name(info.format));
	PERSO_TRY_CTX(decode(file, &info, &px), "%s image",
	    perso_image_format_name(info.format));
	*ret = px;
	px = (struct perso_pixels){ .width = 0 };
	return PERSO_OK;
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
