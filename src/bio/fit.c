/*
 * Pictures into a frame and a budget of bytes.
 */
#include "picture_int.h"

#include <math.h>

#define NEAR 97		 /* percent of the budget that JPEG 2000 must reach */
#define MODEL_SCALE 1.15 /* of portraits, before the first encode */
#define JPEG_HEAD 450.0	 /* bytes of a JPEG's headers, about */

/* The whole picture, in its own size. */
static bool
is_same(const struct perso_pixels *in, const struct perso_picture_fit *fit,
    const struct bio_placing *at)
{
	return in->width == fit->width && in->height == fit->height &&
	       at->turned == 0 && at->crop.width == in->width &&
	       at->crop.height == in->height;
}

static void
tell_placing(const struct perso_picture_fit *fit, const struct bio_placing *at,
    struct perso_picture_info *info)
{
	info->crop = at->crop;
	info->turned = at->turned * 180 / M_PI;
	info->scale = fit->width / at->crop.width;
}

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
	}
	if (is_same(in, fit, &at))
		PERSO_TRY(perso_span_copy(
		    px.data.p, px.data.n, perso_buf_span(&in->data)));
	else
		PERSO_TRY(
		    bio_resample(at.turned != 0 ? &turned : in, &crop, &px));
	if (info != NULL)
		tell_placing(fit, &at, info);
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
 * is nearly always the only one. When it stays well below, it is asked for more
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

/* What encodes have told of the size over quality. */
struct course {
	struct bio_jpeg_model *model;
	unsigned fits, exceeds;	 /* best and worst quality known to */
	double scale_f, scale_e; /* real over modelled size there; 0: none */
	unsigned last;		 /* the encode before on the same side */
	double scale_l;		 /* 0: none */
};

/* Real over modelled size at a quality: between the two sides, else along
 * the last two encodes of the one side, else as at the only one. */
static double
scale_at(const struct course *c, unsigned q)
{
	unsigned from = c->scale_f > 0 ? c->fits : c->exceeds;
	double scale = c->scale_f > 0 ? c->scale_f : c->scale_e;
	double d = (double)q - from;

	if (scale == 0)
		return MODEL_SCALE;
	if (c->scale_f > 0 && c->scale_e > 0)
		return scale + (c->scale_e - scale) * d / (c->exceeds - from);
	if (c->scale_l > 0)
		return scale * (1 + (scale / c->scale_l - 1) * d /
					((double)from - c->last));
	return scale;
}

/* Bytes at a quality. */
static double
expect(const struct course *c, unsigned q)
{
	return JPEG_HEAD + scale_at(c, q) * bio_jpeg_model_bytes(c->model, q);
}

/* The highest quality between the known ones that should fit. */
static unsigned
guess(const struct course *c, double budget)
{
	unsigned low = c->fits + 1, high = c->exceeds - 1;

	while (low < high) {
		unsigned q = (low + high + 1) / 2;

		if (expect(c, q) <= budget)
			low = q;
		else
			high = q - 1;
	}
	return low;
}

static perso_rc
try_quality(struct search *s, struct course *c, unsigned q)
{
	double scale;
	size_t bytes = 0;
	PERSO_BUF(made, s->max);

	PERSO_TRY(bio_encode_jpeg(s->px, q, &made, &bytes));
	s->encodes++;
	scale = ((double)bytes - JPEG_HEAD) / bio_jpeg_model_bytes(c->model, q);
	scale = scale < 0.05 ? 0.05 : scale;
	if (made.n > 0) {
		keep(s, &made, q);
		c->last = c->fits;
		c->scale_l = c->scale_f;
		c->fits = q;
		c->scale_f = scale;
	} else {
		c->last = c->exceeds;
		c->scale_l = c->scale_e;
		c->exceeds = q;
		c->scale_e = scale;
	}
	return PERSO_OK;
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
	BIO_JPEG_MODEL(m);
	struct course c = { .model = &m, .exceeds = 101 };

	PERSO_TRY(bio_jpeg_model_init(s->px, &m));
	while (s->encodes < PERSO_PICTURE_ENCODES && c.fits + 1 < c.exceeds) {
		unsigned left = PERSO_PICTURE_ENCODES - s->encodes;
		bool low = c.fits == 0 && left == 2;
		double budget = (double)s->max * (low ? 0.9 : 1);

		PERSO_TRY(try_quality(
		    s, &c, c.fits == 0 && left == 1 ? 1 : guess(&c, budget)));
	}
	s->is_best = c.fits + 1 == c.exceeds;
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
	struct bio_placing at = { .turned = 0 };
	PERSO_PIXELS(frame);

	PERSO_TRY(bio_place(in, fit, &at));
	tell_placing(fit, &at, &got);
	if (!is_same(in, fit, &at)) {
		PERSO_TRY(perso_picture_scale(in, fit, &frame, NULL));
		in = &frame;
	}
	PERSO_TRY(perso_picture_encode(in, fit, ret, &got));
	if (info != NULL)
		*info = got;
	return PERSO_OK;
}
