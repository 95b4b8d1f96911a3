/*
 * Pictures into a frame and a budget of bytes.
 */
#include "jpeg_int.h"

#include <math.h>

#define NEAR 97	    /* percent of the budget that JPEG 2000 must reach */
#define SAMPLE 200  /* blocks of which one tells of JPEG's sizes */
#define UNTRIED 1.1 /* encodes over estimates, before the first */
#define DOUBT 1.04 /* what was counted of some blocks may be wrong by so much */
#define NEXT_DOUBT 1.25 /* the next quality is tried, but for that */

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

/* What is known of the size over quality. */
struct course {
	struct jpeg_blocks blocks; /* some, or all */
	struct jpeg_count count;
	double counted[JPEG_QUALITIES + 1]; /* 0: not yet */
	size_t bytes[JPEG_QUALITIES + 1];   /* of encodes; 0: not tried */
};

static void
course_done(struct course *c)
{
	jpeg_count_done(&c->count);
	jpeg_blocks_done(&c->blocks);
}

#define COURSE(name)                                                   \
	__attribute__((cleanup(course_done))) struct course name = {   \
		.blocks = JPEG_BLOCKS_EMPTY, .count = JPEG_COUNT_EMPTY \
	}

static bool
is_exact(const struct course *c)
{
	return c->blocks.share <= 1;
}

static double
counted(struct course *c, unsigned q)
{
	if (c->counted[q] > 0)
		return c->counted[q];
	c->counted[q] = is_exact(c) ? (double)jpeg_count_bytes(&c->count, q)
				    : jpeg_count_estimate(&c->count, q);
	return c->counted[q];
}

/* How encodes are to what was counted: between two of them, or as at the only
 * one. */
static double
scale_at(struct course *c, unsigned q)
{
	unsigned low = q, high = q;
	double l, h;

	while (low > 0 && c->bytes[low] == 0)
		low--;
	while (high <= JPEG_QUALITIES && c->bytes[high] == 0)
		high++;
	if (low == 0 && high > JPEG_QUALITIES)
		return UNTRIED;
	if (low == 0)
		low = high;
	if (high > JPEG_QUALITIES)
		high = low;
	l = (double)c->bytes[low] / counted(c, low);
	h = (double)c->bytes[high] / counted(c, high);
	return low == high ? l : l + (h - l) * (q - low) / (high - low);
}

static double
expected(struct course *c, unsigned q)
{
	return counted(c, q) * scale_at(c, q);
}

/* It was not tried and may fit: what was counted of some blocks may be wrong by
 * a part, what was counted of all is not, and no file is smaller. */
static bool
is_open(struct course *c, unsigned q, double max, double doubt)
{
	if (c->bytes[q] != 0)
		return false;
	return is_exact(c) ? counted(c, q) <= max
			   : expected(c, q) <= max * doubt;
}

/* The next to be tried, 0 for none: of the qualities above the best so far the
 * highest that should fit; when none should, the nearest of those that are
 * open. */
static unsigned
next_quality(const struct search *s, struct course *c, unsigned *ret_open)
{
	double max = (double)s->max, least = HUGE_VAL;
	unsigned next = 0;

	*ret_open = 0;
	for (unsigned q = JPEG_QUALITIES; q > s->quality; q--) {
		double bytes = expected(c, q);

		if (!is_open(
			c, q, max, q == s->quality + 1 ? NEXT_DOUBT : DOUBT))
			continue;
		++*ret_open;
		if (bytes <= max)
			return q;
		if (bytes < least) {
			least = bytes;
			next = q;
		}
	}
	return next == 0 && s->quality == 0 && c->bytes[1] == 0 ? 1 : next;
}

/* With nothing that fits, the last encode must: what is stuffed is hardly ever
 * more than half a percent; where it was more, it is taken to be again. */
static unsigned
sure_quality(const struct search *s, struct course *c)
{
	double stuffed = 1;
	unsigned least = 1;

	for (unsigned q = 1; q <= JPEG_QUALITIES; q++)
		if (c->bytes[q] != 0)
			stuffed =
			    fmax(stuffed, (double)c->bytes[q] / counted(c, q));
	stuffed += 1 / 64.0;
	for (unsigned q = JPEG_QUALITIES; q > 0; q--) {
		if (c->bytes[q] != 0)
			continue;
		if (counted(c, q) * stuffed <= (double)s->max)
			return q;
		if (c->bytes[least] != 0 || counted(c, q) < counted(c, least))
			least = q;
	}
	return least;
}

static perso_rc
try_quality(struct search *s, struct course *c, unsigned q)
{
	PERSO_BUF(made, s->max);

	PERSO_TRY(bio_encode_jpeg(s->px, q, &made, &c->bytes[q]));
	s->encodes++;
	if (made.n > 0 && q > s->quality)
		keep(s, &made, q);
	return PERSO_OK;
}

/* From now on all blocks are counted. */
static perso_rc
count_all(const struct search *s, struct course *c)
{
	PERSO_TRY(jpeg_blocks_init(s->px, JPEG_ALL, &c->blocks));
	PERSO_TRY(jpeg_count_init(&c->blocks, &c->count));
	for (unsigned q = 1; q <= JPEG_QUALITIES; q++)
		c->counted[q] = 0;
	return PERSO_OK;
}

/* Whether what is left of the encodes is too little to find the best one by
 * trying. */
static bool
is_close(const struct search *s, unsigned left, unsigned open)
{
	return s->quality == 0 ? left <= 2 : left == 1 && open > 1;
}

/*
 * Sizes are estimated from some of the blocks; each encode corrects that. They
 * need not rise with quality (a step of quantization more or less can suit a
 * texture), so all better ones are looked at. Where encodes become few, all
 * blocks are counted; only what is stuffed is not known then.
 */
static perso_rc
search_jpeg(struct search *s)
{
	COURSE(c);
	unsigned q, open;

	PERSO_TRY(jpeg_blocks_init(s->px, SAMPLE, &c.blocks));
	PERSO_TRY(jpeg_count_init(&c.blocks, &c.count));
	while (s->encodes < PERSO_PICTURE_ENCODES &&
	       (q = next_quality(s, &c, &open)) != 0) {
		unsigned left = PERSO_PICTURE_ENCODES - s->encodes;

		if (!is_exact(&c) && is_close(s, left, open)) {
			PERSO_TRY(count_all(s, &c));
			continue;
		}
		if (left == 1 && s->quality == 0)
			q = sure_quality(s, &c);
		PERSO_TRY(try_quality(s, &c, q));
	}
	s->is_best = true;
	for (q = s->quality + 1; q <= JPEG_QUALITIES; q++)
		s->is_best =
		    s->is_best && !is_open(&c, q, (double)s->max, DOUBT);
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
