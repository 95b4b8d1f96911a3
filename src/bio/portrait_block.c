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

static int
excess(int a, int b, int c, int d)
{
	int over = 2 * portrait_apart(b, c) - portrait_apart(a, b) -
		   portrait_apart(c, d);

	return over < 0 ? 0 : over > 2 * EDGE ? 2 * EDGE : over;
}

/* Twice the excess between a pixel and the next, for each x, summed. */
static void
add_across(const uint8_t *row, uint32_t *sums, uint32_t width)
{
	for (uint32_t x = 1; x + 2 < width; x++)
		sums[x] += (uint32_t)excess(
		    row[x - 1], row[x], row[x + 1], row[x + 2]);
}

static uint32_t
sum_down(const uint8_t *row, uint32_t from, uint32_t to, size_t width)
{
	const uint8_t *above = row - width, *next = row + width;
	uint32_t sum = 0;

	for (uint32_t x = from; x < to; x++)
		sum += (uint32_t)excess(
		    above[x], row[x], next[x], next[x + width]);
	return sum;
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
	return (int64_t)(sum * 50 / ((uint64_t)n * pixels));
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

static int64_t
blocking_both(const struct portrait *p, uint32_t *across, uint32_t *down,
    uint32_t *scratch)
{
	struct portrait_box in = p->inner;
	uint32_t w = in.x1 - in.x0, h = in.y1 - in.y0;

	for (uint32_t y = 0; y < h; y++) {
		const uint8_t *row = portrait_row(&p->luma, in.y0 + y);

		add_across(row + in.x0, across, w);
		if (y >= 1 && y + 2 < h)
			down[y] = sum_down(row, in.x0, in.x1, p->luma.width);
	}
	return (blocking(across + 1, w - 3, h, scratch) +
		   blocking(down + 1, h - 3, w, scratch)) /
	       2;
}

/* see portrait_int.h */
perso_rc
portrait_blocking(struct portrait *p)
{
	uint32_t w = p->inner.x1 - p->inner.x0, h = p->inner.y1 - p->inner.y0;
	uint32_t *sums;

	if (w < FEWEST * GRID || h < FEWEST * GRID)
		return PERSO_OK;
	sums = calloc((size_t)w + h + (w > h ? w : h), sizeof(sums[0]));
	if (sums == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for a portrait's checks");
	portrait_put(p, PERSO_PORTRAIT_BLOCKING,
	    blocking_both(p, sums, sums + w, sums + w + h));
	perso_wipe(sums, ((size_t)w + h + (w > h ? w : h)) * sizeof(sums[0]));
	free(sums);
	return PERSO_OK;
}
