/*
 * Pictures into a frame and a budget of bytes.
 */
#include "picture_int.h"

#include <math.h>

#define NEAR 97		/* percent of the budget that JPEG 2000 must reach */
#define JPEG_HEAD 450.0 /* bytes of a JPEG's headers, about */

/* see perso/picture.h */
perso_rc
perso_picture_scale(const struct perso_pixels *in,
    const struct perso_picture_fit *fit, struct perso_pixels *ret,
    struct perso_picture_info *info)
{
	struct bio_placing at = { .turned = 0 };
	struct perso_picture_rect crop;
	PERSO_PIXELS(turned);
	PERSO_PIXELS(px);

	PERSO_TRY(bio_place(in, fit, &at));
	PERSO_TRY(
	    perso_pixels_init(&px, fit->width, fit->height, in->channels));
	crop = at.crop;
	if (at.turned != 0) {
		PERSO_TRY(bio_turn(in, &at, &turned));
		crop.x = crop.y = 0;
		in = &turned;
	}
	if (crop.width == fit->width && crop.height == fit->height &&
	    in->width == fit->width && in->height == fit->height)
		PERSO_TRY(perso_span_copy(
		    px.data.p, px.data.n, perso_buf_span(&in->data)));
	else
		PERSO_TRY(bio_resample(in, &crop, &px));
	if (info != NULL) {
		info->crop = at.crop;
		info->turned = at.turned * 180 / M_PI;
		info->scale = fit->width / at.crop.width;
	}
	*ret = px;
	px = (struct perso_pixels){ .width = 0 };
	return PERSO_OK;
}

/* What the encodes of one picture have come to. */
struct search {
	const struct perso_pixels *px;
	size_t max;
	unsigned encodes;
	struct perso_buf best; /* the largest that fits */
	unsigned quality;
	bool is_best;
};

static void
search_done(struct search *s)
{
	perso_buf_done(&s->best);
}

static void
keep(struct search *s, struct perso_buf *made, unsigned quality)
{
	perso_buf_move(&s->best, made);
	s->quality = quality;
}

/*
 * openjpeg cuts the codestream where the budget ends, so the first encode
 * is nearly always the last. When it stays well below, it is asked for more
 * by what was missing; when that changes nothing, all was coded.
 */
static perso_rc
search_jp2(struct search *s)
{
	size_t target = s->max, last = 0;

	while (s->encodes < PERSO_PICTURE_ENCODES && !s->is_best &&
	       target >= PERSO_PICTURE_BUDGET_MIN) {
		size_t bytes = 0;
		PERSO_BUF(made, s->max);

		PERSO_TRY(bio_encode_jp2(s->px, target, &made, &bytes));
		s->encodes++;
		s->is_best = bytes == last ||
			     (bytes <= s->max && bytes * 100 >= s->max * NEAR);
		if (made.n > s->best.n)
			keep(s, &made, 0);
		target = bytes > s->max ? target - (bytes - s->max) - 16
					: target + (s->max - bytes) * 9 / 10;
		last = bytes;
	}
	return PERSO_OK;
}

/* The highest quality between two that the model, scaled, sees within the
 * budget. */
static unsigned
guess(struct bio_jpeg_model *m, double scale, double budget, unsigned low,
    unsigned high)
{
	while (low < high) {
		unsigned q = (low + high + 1) / 2;

		if (JPEG_HEAD + scale * bio_jpeg_model_bytes(m, q) <= budget)
			low = q;
		else
			high = q - 1;
	}
	return low;
}

/*
 * A model of size over quality says where to begin; each encode scales it,
 * so that the second one is next to the answer and the third proves it. fits
 * and exceeds close in on each other; if nothing fitted so far, the last but
 * one encode aims lower and the last is the worst quality there is.
 */
static perso_rc
search_jpeg(struct search *s)
{
	unsigned fits = 0, exceeds = 101;
	double scale = 1;
	BIO_JPEG_MODEL(m);

	PERSO_TRY(bio_jpeg_model_init(s->px, &m));
	while (s->encodes < PERSO_PICTURE_ENCODES && fits + 1 < exceeds) {
		unsigned left = PERSO_PICTURE_ENCODES - s->encodes;
		bool low = fits == 0 && left <= 2;
		double budget = (double)s->max * (low ? 0.9 : 1);
		unsigned q =
		    fits == 0 && left == 1
			? 1
			: guess(&m, scale, budget, fits + 1, exceeds - 1);
		size_t bytes = 0;
		PERSO_BUF(made, s->max);

		PERSO_TRY(bio_encode_jpeg(s->px, q, &made, &bytes));
		s->encodes++;
		if (made.n > 0) {
			keep(s, &made, q);
			fits = q;
		} else {
			exceeds = q;
		}
		scale =
		    ((double)bytes - JPEG_HEAD) / bio_jpeg_model_bytes(&m, q);
		scale = scale < 0.05 ? 0.05 : scale;
	}
	s->is_best = fits + 1 == exceeds;
	return PERSO_OK;
}

static perso_rc
check(const struct perso_pixels *frame, const struct perso_picture_fit *fit)
{
	if (fit->format != PERSO_IMAGE_JPEG && fit->format != PERSO_IMAGE_JP2)
		PERSO_FAIL(PERSO_E_ARG, "%s is not encoded",
		    perso_image_format_name(fit->format));
	if (fit->max_bytes < PERSO_PICTURE_BUDGET_MIN ||
	    fit->max_bytes > PERSO_PICTURE_BYTES)
		PERSO_FAIL(PERSO_E_ARG, "budget of %zu bytes", fit->max_bytes);
	if (frame->width != fit->width || frame->height != fit->height)
		PERSO_FAIL(PERSO_E_RANGE,
		    "picture of %" PRIu32 " x %" PRIu32
		    " pixels, the frame has %" PRIu32 " x %" PRIu32,
		    frame->width, frame->height, fit->width, fit->height);
	return PERSO_OK;
}

static void
tell(const struct search *s, struct perso_picture_info *info)
{
	double pixels = (double)s->px->width * s->px->height;

	info->encodes = s->encodes;
	info->quality = s->quality;
	info->bytes = s->best.n;
	info->rate = 8.0 * (double)s->best.n / pixels;
	info->is_best = s->is_best;
}

/* see perso/picture.h */
perso_rc
perso_picture_encode(const struct perso_pixels *frame,
    const struct perso_picture_fit *fit, struct perso_buf *ret,
    struct perso_picture_info *info)
{
	__attribute__((cleanup(search_done))) struct search s = { .px = frame,
		.max = fit->max_bytes,
		.best = { .max = fit->max_bytes } };
	const char *name = perso_image_format_name(fit->format);

	PERSO_TRY(check(frame, fit));
	PERSO_TRY_CTX(
	    fit->format == PERSO_IMAGE_JP2 ? search_jp2(&s) : search_jpeg(&s),
	    "%s in %zu bytes", name, fit->max_bytes);
	if (s.best.n == 0)
		PERSO_FAIL(PERSO_E_RANGE,
		    "%zu bytes are too few for %" PRIu32 " x %" PRIu32
		    " pixels as %s",
		    fit->max_bytes, frame->width, frame->height, name);
	PERSO_TRY(perso_buf_append(ret, perso_buf_span(&s.best)));
	if (info != NULL)
		tell(&s, info);
	return PERSO_OK;
}

/* see perso/picture.h */
perso_rc
perso_picture_fit(const struct perso_pixels *in,
    const struct perso_picture_fit *fit, struct perso_buf *ret,
    struct perso_picture_info *info)
{
	struct perso_picture_info got = { .scale = 0 };
	PERSO_PIXELS(frame);

	PERSO_TRY(perso_picture_scale(in, fit, &frame, &got));
	PERSO_TRY(perso_picture_encode(&frame, fit, ret, &got));
	if (info != NULL)
		*info = got;
	return PERSO_OK;
}
