/*
 * Blocks of eight pixels that a JPEG encoder left behind.
 *
 * Across a boundary of blocks the step between two pixels is larger than
 * the steps on both sides of it. What it is larger is summed for each
 * column (and row) of the picture; the columns fall into eight phases, of
 * which one is the grid, wherever the picture was cropped. One column that
 * is an edge of something drawn weighs little: the upper quarter of each
 * phase's columns is left out.
 */
#include <stdlib.h>

#include "perso/secret.h"
#include "portrait_int.h"

#define GRID 8
/* A larger excess counts as this: it is an edge. */
#define EDGE 24
/* Blocks of a line below which nothing is said. */
#define FEWEST 6
/* 100ths of a level that are nothing yet. */
#define LEAST 30

static inline uint8_t
apart(uint8_t a, uint8_t b)
{
	return (uint8_t)(a > b ? a - b : b - a);
}

/* What the step from b to c has beyond the mean of those beside it. */
static inline uint8_t
excess(uint8_t a, uint8_t b, uint8_t c, uint8_t d)
{
	uint8_t step = apart(b, c);
	uint8_t beside = (uint8_t)((apart(a, b) + apart(c, d) + 1) >> 1);
	uint8_t over = step > beside ? (uint8_t)(step - beside) : 0;

	return over < EDGE ? over : EDGE;
}

/* Sixteen at a time and without aliases, so that compilers make vectors of
 * them. */
static inline void
add_16(const uint8_t *a, const uint8_t *b, const uint8_t *c, const uint8_t *d,
    uint16_t *sums)
{
	uint8_t over[16];

	for (size_t i = 0; i < 16; i++)
		over[i] = excess(a[i], b[i], c[i], d[i]);
	for (size_t i = 0; i < 16; i++)
		sums[i] = (uint16_t)(sums[i] + over[i]);
}

/* The excess between each pixel and the next. */
static void
add_across(const uint8_t *row, uint16_t *sums, uint32_t width)
{
	uint32_t x = 0, n = width - 3;

	for (; x + 16 <= n; x += 16)
		add_16(
		    row + x, row + x + 1, row + x + 2, row + x + 3, sums + x);
	for (; x < n; x++)
		sums[x] = (uint16_t)(sums[x] + excess(row[x], row[x + 1],
						   row[x + 2], row[x + 3]));
}

/* Between the second and the third of four rows; 1024 times 16 pixels at
 * most. What is left at the right edge is not looked at. */
static uint32_t
sum_down(const uint8_t *row, uint32_t width, size_t line)
{
	uint16_t sums[16] = { 0 };
	uint32_t sum = 0;

	for (uint32_t x = 0; x + 16 <= width; x += 16)
		add_16(row + x, row + x + line, row + x + 2 * line,
		    row + x + 3 * line, sums);
	for (size_t i = 0; i < 16; i++)
		sum += sums[i];
	return sum;
}

/* Sums of 16 bits hold this many rows. */
#define ROWS_AT_ONCE (UINT16_MAX / EDGE)

static void
flush(uint16_t *part, uint32_t *sums, uint32_t n)
{
	for (uint32_t x = 0; x < n; x++) {
		sums[x] += part[x];
		part[x] = 0;
	}
}

static int
compare(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* The mean of every eighth sum from first on, without the upper quarter;
 * 100ths of a level. */
static int64_t
phase_mean(const uint32_t *sums, uint32_t first, uint32_t count,
    uint32_t pixels, uint32_t *scratch)
{
	uint32_t n = 0;
	uint64_t sum = 0;

	for (uint32_t i = first; i < count; i += GRID)
		scratch[n++] = sums[i];
	qsort(scratch, n, sizeof(scratch[0]), compare);
	n -= n / 4;
	for (uint32_t i = 0; i < n; i++)
		sum += scratch[i];
	return (int64_t)(sum * 100 / ((uint64_t)n * pixels));
}

/* What the strongest phase has beyond the mean of the others, in % of what
 * both have: a picture full of detail steps everywhere. */
static int64_t
blocking(
    const uint32_t *sums, uint32_t count, uint32_t pixels, uint32_t *scratch)
{
	int64_t max = 0, others = 0;

	for (uint32_t i = 0; i < GRID; i++) {
		int64_t m = phase_mean(sums, i, count, pixels, scratch);

		others += m;
		max = m > max ? m : max;
	}
	others = (others - max) / (GRID - 1);
	return (max - others) * 100 / (max + others + LEAST);
}

/* For each boundary of columns and of rows. */
static void
sum_all(
    const struct portrait *p, uint32_t *across, uint32_t *down, uint16_t *part)
{
	struct portrait_box in = p->inner;
	uint32_t w = in.x1 - in.x0, h = in.y1 - in.y0;

	for (uint32_t y = 0; y < h; y++) {
		const uint8_t *row = portrait_row(&p->luma, in.y0 + y) + in.x0;

		add_across(row, part, w);
		if ((y + 1) % ROWS_AT_ONCE == 0)
			flush(part, across, w - 3);
		if (y + 3 < h)
			down[y] = sum_down(row, w, p->luma.width);
	}
	flush(part, across, w - 3);
}

/* see portrait_int.h */
perso_rc
portrait_blocking(struct portrait *p)
{
	uint32_t w = p->inner.x1 - p->inner.x0, h = p->inner.y1 - p->inner.y0;
	size_t longer = w > h ? w : h, n = (size_t)w + h + longer;
	uint32_t *sums;

	if (w < FEWEST * GRID || h < FEWEST * GRID)
		return PERSO_OK;
	sums = calloc(n, sizeof(sums[0]));
	if (sums == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for a portrait's checks");
	/* The last part is room for 16 bit sums first, for sorting then. */
	sum_all(p, sums, sums + w, (uint16_t *)(void *)(sums + w + h));
	portrait_put(p, PERSO_PORTRAIT_BLOCKING,
	    (blocking(sums, w - 3, h, sums + w + h) +
		blocking(sums + w, h - 3, w / 16 * 16, sums + w + h)) /
		2);
	perso_wipe(sums, n * sizeof(sums[0]));
	free(sums);
	return PERSO_OK;
}
