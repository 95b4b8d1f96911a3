/*
 * Luma of the picture, its frame, and how sharp it is.
 */
#include "portrait_int.h"

/* A frame's line: this part of its pixels (in 64ths) is this near to its
 * colour; it ends where this part is further away. */
#define NEAR 8
#define LIKE_64 62
#define STEP 12
#define STEP_64 48
/* A step may be soft: it is looked for in this many lines. */
#define SOFT 3

/* Levels and pixels of the gradients of which sharpness is the ratio. */
#define SHORT 1
#define LONG 4
/* They are compared where one pixel in this many is steeper. */
#define STEEPEST 200

static size_t
luma_colour(const uint8_t *rgb, uint8_t *y, size_t n)
{
	size_t coloured = 0;

	for (size_t i = 0; i < n; i++, rgb += 3) {
		int r = rgb[0], g = rgb[1], b = rgb[2];

		y[i] = (uint8_t)((77 * r + 150 * g + 29 * b) >> 8);
		coloured += (unsigned)(portrait_apart(r, g) > COLOURED) |
			    (unsigned)(portrait_apart(g, b) > COLOURED) |
			    (unsigned)(portrait_apart(r, b) > COLOURED);
	}
	return coloured;
}

/* see portrait_int.h */
perso_rc
portrait_luma(struct portrait *p)
{
	const struct perso_pixels *in = p->picture;
	size_t n = (size_t)in->width * in->height, coloured = 0;

	p->luma.width = in->width;
	p->luma.height = in->height;
	if (in->channels == 1) {
		PERSO_TRY(
		    perso_buf_set(&p->luma.data, perso_buf_span(&in->data)));
	} else {
		PERSO_TRY(perso_buf_resize(&p->luma.data, n));
		coloured = luma_colour(in->data.p, p->luma.data.p, n);
	}
	portrait_put(
	    p, PERSO_PORTRAIT_COLOURED, (int64_t)(coloured * 1000 / n));
	return PERSO_OK;
}

/* ------------------------------------------------------------- border */

/* Lines of the picture as seen from one of its edges. */
struct lines {
	const uint8_t *first; /* of the outermost line */
	ptrdiff_t line;	      /* from one line to the next inner one */
	ptrdiff_t pixel;      /* along a line */
	uint32_t length;      /* pixels of a line */
	uint32_t count;	      /* how far to look */
};

static int
line_mean(const struct lines *l, uint32_t i)
{
	const uint8_t *at = l->first + (ptrdiff_t)i * l->line;
	uint64_t sum = 0;

	for (uint32_t k = 0; k < l->length; k++, at += l->pixel)
		sum += *at;
	return (int)((sum + l->length / 2) / l->length);
}

/* Pixels of a line that are further than far from a level, in 64ths. */
static unsigned
line_off(const struct lines *l, uint32_t i, int level, int far)
{
	const uint8_t *at = l->first + (ptrdiff_t)i * l->line;
	uint64_t off = 0;

	for (uint32_t k = 0; k < l->length; k++, at += l->pixel)
		off += portrait_apart(*at, level) > far;
	return (unsigned)(off * 64 / l->length);
}

/* Lines from i on of one colour that end in a step; 0: there are none. */
static uint32_t
run_of_frame(const struct lines *l, uint32_t i)
{
	int level = line_mean(l, i);
	uint32_t end = i;

	while (end < l->count && line_off(l, end, level, NEAR) <= 64 - LIKE_64)
		end++;
	if (end == i)
		return 0;
	for (uint32_t k = end; k < end + SOFT && k < l->count; k++)
		if (line_off(l, k, level, STEP) >= STEP_64)
			return k - i;
	return 0;
}

static uint32_t
frame_lines(const struct lines *l)
{
	uint32_t at = 0, run = 1;

	while (at < l->count && run > 0) {
		run = run_of_frame(l, at);
		at += run;
	}
	return at;
}

/* see portrait_int.h */
void
portrait_border(struct portrait *p)
{
	const uint8_t *a = p->luma.data.p;
	uint32_t w = p->luma.width, h = p->luma.height, widest = 0;
	const uint8_t *last = a + (size_t)w * h - 1;
	const struct lines sides[4] = { { a, 1, w, h, w / 4 },
		{ a, w, 1, w, h / 4 }, { last, -1, -(ptrdiff_t)w, h, w / 4 },
		{ last, -(ptrdiff_t)w, -1, w, h / 4 } };
	uint32_t off[4];

	for (size_t i = 0; i < 4; i++) {
		off[i] = frame_lines(&sides[i]);
		widest = off[i] > widest ? off[i] : widest;
	}
	p->inner =
	    (struct portrait_box){ off[0], off[1], w - off[2], h - off[3] };
	portrait_put(p, PERSO_PORTRAIT_BORDER, widest);
}

/* ---------------------------------------------------------- sharpness */

static void
shrink_row(const struct portrait *p, uint32_t y, uint32_t k,
    struct portrait_plane *ret)
{
	uint8_t *out = ret->data.p + (size_t)y * ret->width;

	for (uint32_t x = 0; x < ret->width; x++) {
		uint32_t sum = k * k / 2;

		for (uint32_t dy = 0; dy < k; dy++) {
			const uint8_t *at =
			    portrait_row(&p->luma, p->inner.y0 + y * k + dy) +
			    p->inner.x0 + (size_t)x * k;
			for (uint32_t dx = 0; dx < k; dx++)
				sum += at[dx];
		}
		out[x] = (uint8_t)(sum / (k * k));
	}
}

/* The inner box, k times smaller. */
static perso_rc
shrink(const struct portrait *p, uint32_t k, struct portrait_plane *ret)
{
	ret->width = (p->inner.x1 - p->inner.x0) / k;
	ret->height = (p->inner.y1 - p->inner.y0) / k;
	if (ret->width == 0 || ret->height == 0)
		return PERSO_OK;
	PERSO_TRY(
	    perso_buf_resize(&ret->data, (size_t)ret->width * ret->height));
	for (uint32_t y = 0; y < ret->height; y++)
		shrink_row(p, y, k, ret);
	return PERSO_OK;
}

struct gradients {
	uint32_t near[256];
	uint32_t far[256];
	uint32_t count;
};

/* Between pixels of one direction, step bytes apart. */
static void
count_gradients(const struct portrait_plane *p, uint32_t x_margin,
    uint32_t y_margin, size_t step, struct gradients *g)
{
	for (uint32_t y = y_margin; y + y_margin < p->height; y++) {
		const uint8_t *at = portrait_row(p, y);

		for (uint32_t x = x_margin; x + x_margin < p->width; x++) {
			const uint8_t *c = at + x;

			g->near[portrait_apart(
			    c[SHORT * step], c[-(ptrdiff_t)(SHORT * step)])]++;
			g->far[portrait_apart(
			    c[LONG * step], c[-(ptrdiff_t)(LONG * step)])]++;
			g->count++;
		}
	}
}

/* The level that one gradient in STEEPEST reaches. */
static uint32_t
steepest(const uint32_t histogram[256], uint32_t count)
{
	uint32_t left = count / STEEPEST + 1, i = 255;

	while (i > 0 && histogram[i] < left) {
		left -= histogram[i];
		i--;
	}
	return i;
}

/* In %; 0 where nothing stands out. */
static uint32_t
ratio(const struct gradients *g)
{
	uint32_t far = steepest(g->far, g->count);

	if (far == 0)
		return 0;
	return steepest(g->near, g->count) * 100 / far;
}

static void
compare_gradients(struct portrait *p, const struct portrait_plane *s)
{
	struct gradients across = { .count = 0 }, down = { .count = 0 };
	uint32_t a, d;

	if (s->width <= 2 * LONG || s->height <= 2 * LONG)
		return;
	count_gradients(s, LONG, 0, 1, &across);
	count_gradients(s, 0, LONG, s->width, &down);
	a = ratio(&across);
	d = ratio(&down);
	portrait_put(p, PERSO_PORTRAIT_SHARPNESS, a < d ? a : d);
}

/* see portrait_int.h */
perso_rc
portrait_sharpness(struct portrait *p)
{
	struct portrait_plane small = { .data = { .max = PERSO_PIXELS_MAX } };
	uint32_t k = (p->inner.x1 - p->inner.x0) / SCALE;
	perso_rc rc = shrink(p, k > 0 ? k : 1, &small);

	if (rc == PERSO_OK)
		compare_gradients(p, &small);
	perso_buf_done(&small.data);
	return rc;
}
