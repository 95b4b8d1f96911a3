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

static void
luma_row(const uint8_t *rgb, uint8_t *y, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++, rgb += 3)
		y[i] =
		    (uint8_t)((77 * rgb[0] + 150 * rgb[1] + 29 * rgb[2]) >> 8);
}

static uint32_t
coloured_in_row(const uint8_t *rgb, uint32_t n)
{
	uint32_t coloured = 0;

	for (uint32_t i = 0; i < n; i++, rgb += 3)
		coloured +=
		    (unsigned)(portrait_apart(rgb[0], rgb[1]) > COLOURED) |
		    (unsigned)(portrait_apart(rgb[1], rgb[2]) > COLOURED) |
		    (unsigned)(portrait_apart(rgb[0], rgb[2]) > COLOURED);
	return coloured;
}

static perso_rc
luma_of_colour(struct portrait *p)
{
	const struct perso_pixels *in = p->picture;
	uint32_t step = portrait_row_step(in->height);
	uint64_t coloured = 0, n = 0;

	PERSO_TRY(
	    perso_buf_resize(&p->luma.data, (size_t)in->width * in->height));
	for (uint32_t y = 0; y < in->height; y++) {
		const uint8_t *row = perso_pixels_row(in, y);

		luma_row(
		    row, p->luma.data.p + (size_t)y * in->width, in->width);
		if (y % step != 0)
			continue;
		coloured += coloured_in_row(row, in->width);
		n += in->width;
	}
	portrait_put(
	    p, PERSO_PORTRAIT_COLOURED, (int64_t)(coloured * 1000 / n));
	return PERSO_OK;
}

/* see portrait_int.h */
perso_rc
portrait_luma(struct portrait *p)
{
	p->luma.width = p->picture->width;
	p->luma.height = p->picture->height;
	if (p->picture->channels == 3)
		return luma_of_colour(p);
	portrait_put(p, PERSO_PORTRAIT_COLOURED, 0);
	return perso_buf_set(&p->luma.data, perso_buf_span(&p->picture->data));
}

/* ------------------------------------------------------------- border */

/* Lines of the picture as seen from one of its edges. */
struct lines {
	const uint8_t *first; /* of the outermost line */
	ptrdiff_t line;	      /* from one line to the next inner one */
	ptrdiff_t pixel;      /* from one to the next that is looked at */
	uint32_t length;      /* how many that are */
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
	uint32_t x = portrait_row_step(w), y = portrait_row_step(h);
	ptrdiff_t along = x, row = w, rows = (ptrdiff_t)w * y;
	const struct lines sides[4] = { { a, 1, rows, (h - 1) / y + 1, w / 4 },
		{ a, row, along, (w - 1) / x + 1, h / 4 },
		{ last, -1, -rows, (h - 1) / y + 1, w / 4 },
		{ last, -row, -along, (w - 1) / x + 1, h / 4 } };
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

/* Columns that are summed at once; a multiple of 16 for the compiler. */
#define COLUMNS 512

static inline void
add_16(const uint8_t *row, uint16_t *sums)
{
	uint8_t v[16]; /* has no alias: one vector */

	for (size_t i = 0; i < 16; i++)
		v[i] = row[i];
	for (size_t i = 0; i < 16; i++)
		sums[i] = (uint16_t)(sums[i] + v[i]);
}

static void
add_columns(const uint8_t *row, uint16_t *sums, uint32_t n)
{
	uint32_t x = 0;

	for (; x + 16 <= n; x += 16)
		add_16(row + x, sums + x);
	for (; x < n; x++)
		sums[x] = (uint16_t)(sums[x] + row[x]);
}

/* From n columns and k rows to n / k means; k is below 256. */
static void
shrink_part(const struct portrait *p, struct portrait_box from, uint32_t k,
    uint8_t *out)
{
	uint16_t sums[COLUMNS] = { 0 };
	uint32_t n = from.x1 - from.x0, parts = (UINT32_C(1) << 24) / (k * k);

	for (uint32_t y = from.y0; y < from.y1; y++)
		add_columns(portrait_row(&p->luma, y) + from.x0, sums, n);
	for (uint32_t x = 0; x + k <= n; x += k) {
		uint64_t sum = k * k / 2;

		for (uint32_t i = 0; i < k; i++)
			sum += sums[x + i];
		*out++ = (uint8_t)(sum * parts >> 24);
	}
}

static void
shrink_row(const struct portrait *p, uint32_t y, uint32_t k,
    struct portrait_plane *ret)
{
	uint8_t *out = ret->data.p + (size_t)y * ret->width;
	uint32_t at_once = COLUMNS / k;

	for (uint32_t x = 0; x < ret->width; x += at_once) {
		uint32_t n =
		    ret->width - x < at_once ? ret->width - x : at_once;
		uint32_t x0 = p->inner.x0 + x * k, y0 = p->inner.y0 + y * k;

		shrink_part(p,
		    (struct portrait_box){ x0, y0, x0 + n * k, y0 + k }, k,
		    out + x);
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
	uint32_t every = portrait_row_step(p->height);

	for (uint32_t y = y_margin; y + y_margin < p->height; y += every) {
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
