/*
 * The machine readable zone off a picture: each cell, where Doc 9303 has it,
 * is compared with the 37 glyphs; the best one is it if it is good enough
 * and clearly better than the second.
 */
#include <math.h>
#include <stdlib.h>

#include "page_int.h"

#define STEP 4	     /* points, of the first look */
#define GOOD 0.75    /* correlation of a character that is believed */
#define AHEAD 0.03   /* of the second best */
#define CANDIDATES 5 /* that are looked at closely */
#define WINDOW_W (PAGE_CELL_W + 2 * PAGE_REACH)
#define WINDOW_H (PAGE_CELL_H + 2 * PAGE_REACH)
#define LEAST_INK 4.0 /* deviation; below, the cell is empty */

/* see page_int.h */
const struct page_form *
page_form_at(size_t i)
{
	static const struct page_form forms[] = {
		{ PERSO_DOC_TD2, 105, 74, 4, 2, 36, { 15.75, 9.4, 0 } },
		{ PERSO_DOC_MRVA, 120, 80, 4, 2, 44, { 15.75, 9.4, 0 } },
		{ PERSO_DOC_MRVB, 105, 74, 4, 2, 36, { 15.75, 9.4, 0 } },
		{ PERSO_DOC_TD3, 125, 88, 6, 2, 44, { 15.75, 9.4, 0 } },
	};

	return i < sizeof(forms) / sizeof(forms[0]) ? &forms[i] : NULL;
}

/* Ink (0..255) of the picture's part between these edges, in its pixels. */
static float
ink_of(const struct perso_pixels *p, double x0, double y0, double x1, double y1)
{
	long left = lround(floor(x0)), right = lround(ceil(x1));
	long top = lround(floor(y0)), bottom = lround(ceil(y1));
	double sum = 0, area = 0;

	for (long y = top; y < bottom; y++)
		for (long x = left; x < right; x++) {
			double w =
			    fmin(x1, (double)x + 1) - fmax(x0, (double)x);
			double h =
			    fmin(y1, (double)y + 1) - fmax(y0, (double)y);
			double ink = 0;

			if (x >= 0 && y >= 0 && x < (long)p->width &&
			    y < (long)p->height)
				ink = 255 - perso_pixels_row(p, (uint32_t)y)[x];
			sum += ink * w * h;
			area += w * h;
		}
	return area > 0 ? (float)(sum / area) : 0;
}

/* The cell with PAGE_REACH around it, at the scale of the glyphs. */
static void
take_window(const struct perso_pixels *p, const struct page_form *form,
    double left, double centre, float *window)
{
	double sx = p->width / form->width, sy = p->height / form->height;
	double x0 = left - (double)PAGE_REACH / PAGE_SCALE;
	double y0 = form->height - centre - WINDOW_H / 2.0 / PAGE_SCALE;

	for (unsigned y = 0; y < WINDOW_H; y++)
		for (unsigned x = 0; x < WINDOW_W; x++)
			window[y * WINDOW_W + x] =
			    ink_of(p, (x0 + (double)x / PAGE_SCALE) * sx,
				(y0 + (double)y / PAGE_SCALE) * sy,
				(x0 + (double)(x + 1) / PAGE_SCALE) * sx,
				(y0 + (double)(y + 1) / PAGE_SCALE) * sy);
}

/* The part of a window at an offset, without its mean, of length 1; false if
 * there is no ink in it. */
static bool
cut(const float *window, unsigned dx, unsigned dy, float *cell)
{
	double mean = 0, square = 0;

	for (unsigned y = 0; y < PAGE_CELL_H; y++)
		for (unsigned x = 0; x < PAGE_CELL_W; x++) {
			float v = window[(y + dy) * WINDOW_W + x + dx];

			cell[y * PAGE_CELL_W + x] = v;
			mean += (double)v / PAGE_CELL;
		}
	for (size_t i = 0; i < PAGE_CELL; i++) {
		double d = (double)cell[i] - mean;

		cell[i] = (float)d;
		square += d * d;
	}
	if (square < LEAST_INK * LEAST_INK * PAGE_CELL)
		return false;
	for (size_t i = 0; i < PAGE_CELL; i++)
		cell[i] = (float)((double)cell[i] / sqrt(square));
	return true;
}

static float
product(const float *a, const float *b)
{
	float sum = 0;

	for (size_t i = 0; i < PAGE_CELL; i++)
		sum += a[i] * b[i];
	return sum;
}

/* How well each glyph fits, and where. */
struct fit {
	float best[PAGE_GLYPHS];
	int dx[PAGE_GLYPHS], dy[PAGE_GLYPHS]; /* points from its place */
};

static void
fit_at(const float *window, int dx, int dy, const struct page_glyphs *g,
    const bool *wanted, struct fit *f)
{
	float cell[PAGE_CELL];

	if (abs(dx) > PAGE_REACH || abs(dy) > PAGE_REACH ||
	    !cut(window, (unsigned)(dx + PAGE_REACH),
		(unsigned)(dy + PAGE_REACH), cell))
		return;
	for (size_t i = 0; i < PAGE_GLYPHS; i++) {
		float c = wanted[i] ? product(cell, g->ink[i]) : -1;

		if (c <= f->best[i])
			continue;
		f->best[i] = c;
		f->dx[i] = dx;
		f->dy[i] = dy;
	}
}

static size_t
best_of(const struct fit *f, const bool *among)
{
	size_t best = PAGE_GLYPHS;

	for (size_t i = 0; i < PAGE_GLYPHS; i++)
		if (among[i] &&
		    (best == PAGE_GLYPHS || f->best[i] > f->best[best]))
			best = i;
	return best;
}

/* The best ones of the first look, each around where it fitted. */
static void
look_closely(const float *window, const struct page_glyphs *g, struct fit *f)
{
	bool left[PAGE_GLYPHS];

	for (size_t i = 0; i < PAGE_GLYPHS; i++)
		left[i] = true;
	for (int n = 0; n < CANDIDATES; n++) {
		size_t one = best_of(f, left);
		bool only[PAGE_GLYPHS] = { false };
		int dx = f->dx[one], dy = f->dy[one];

		only[one] = true;
		left[one] = false;
		for (int y = dy - STEP + 1; y < dy + STEP; y++)
			for (int x = dx - STEP + 1; x < dx + STEP; x++)
				fit_at(window, x, y, g, only, f);
	}
}

/* One character into the zone. */
static void
read_cell(const float *window, const struct page_glyphs *g, unsigned line,
    unsigned column, struct page_zone *z, char *ret)
{
	struct fit f = { .best = { 0 } };
	bool all[PAGE_GLYPHS];
	size_t first, second;
	double ahead;

	for (size_t i = 0; i < PAGE_GLYPHS; i++) {
		all[i] = true;
		f.best[i] = -1;
	}
	for (int y = -PAGE_REACH; y <= PAGE_REACH; y += STEP)
		for (int x = -PAGE_REACH; x <= PAGE_REACH; x += STEP)
			fit_at(window, x, y, g, all, &f);
	look_closely(window, g, &f);
	first = best_of(&f, all);
	all[first] = false;
	second = best_of(&f, all);
	ahead = (double)(f.best[first] - f.best[second]);
	*ret = g->letter[first];
	z->sum += (double)f.best[first];
	z->worst = fmin(z->worst, (double)f.best[first]);
	z->margin = fmin(z->margin, ahead);
	if ((double)f.best[first] < GOOD || ahead < AHEAD) {
		*ret = '?';
		if (z->doubts++ == 0) {
			z->doubt_line = line + 1;
			z->doubt_column = column + 1;
		}
		return;
	}
	z->displaced =
	    fmax(z->displaced, hypot(f.dx[first], f.dy[first]) / PAGE_SCALE);
}

/* see page_int.h */
perso_rc
page_zone_read(const struct perso_pixels *grey, const struct page_form *form,
    const struct page_glyphs *g, struct page_zone *ret)
{
	float *window = calloc((size_t)WINDOW_W * WINDOW_H, sizeof(*window));
	struct page_zone z = { .worst = 1, .margin = 1 };
	size_t n = 0;

	if (window == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for a zone");
	for (unsigned i = 0; i < form->lines; i++)
		for (unsigned k = 0; k < form->length; k++) {
			take_window(grey, form, form->left + k * 2.54,
			    form->centre[i], window);
			read_cell(window, g, i, k, &z, &z.text[n++]);
		}
	free(window);
	*ret = z;
	return PERSO_OK;
}
