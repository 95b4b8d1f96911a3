#include "portrait_draw.h"

#include <criterion/criterion.h>
#include <math.h>

#define PI 3.14159265358979323846
#define FINE 3 /* samples a pixel, both ways */

const struct draw_scene draw_usual = {
	.width = 413, .height = 531, .x = 206, .y = 231, .scale = 1
};

struct ellipse {
	double x, y, rx, ry; /* from between the eyes */
	double colour[3];
};

/* From back to front. */
static const struct ellipse parts[] = {
	{ 0, 330, 205, 190, { 46, 64, 104 } },	/* shoulders */
	{ 0, 130, 48, 90, { 204, 160, 130 } },	/* neck */
	{ 0, -45, 122, 138, { 66, 42, 30 } },	/* hair */
	{ 0, 25, 104, 126, { 226, 182, 150 } }, /* face */
	{ -60, -30, 30, 5, { 60, 40, 30 } },	/* brows */
	{ 60, -30, 30, 5, { 60, 40, 30 } },
	{ -60, 0, 25, 13, { 248, 248, 246 } }, /* eyes */
	{ 60, 0, 25, 13, { 248, 248, 246 } },
	{ -60, 0, 12, 12, { 70, 110, 80 } }, { 60, 0, 12, 12, { 70, 110, 80 } },
	{ -60, 0, 5, 5, { 8, 8, 8 } }, { 60, 0, 5, 5, { 8, 8, 8 } },
	{ 0, 62, 14, 4, { 170, 120, 100 } }, /* nose */
	{ 0, 97, 40, 9, { 180, 80, 80 } },   /* mouth */
};

static void
background(const struct draw_scene *s, double x, double y, double *rgb)
{
	double light = 222;

	if (s->back == BACK_GRADIENT)
		light -= 70 * x / s->width;
	if (s->back == BACK_PATTERN)
		light += 40 * sin((x + 1.5) * PI / 6) * sin((y + 1.5) * PI / 6);
	rgb[0] = light;
	rgb[1] = light + 2;
	rgb[2] = light + 6;
	if (s->back == BACK_HALVES) {
		rgb[0] += x < s->width / 2.0 ? 26 : -26;
		rgb[1] -= x < s->width / 2.0 ? 13 : -13;
	}
}

static void
sample(const struct draw_scene *s, double x, double y, double *sum)
{
	double a = s->roll * PI / 180, rgb[3];
	double u = ((x - s->x) * cos(a) + (y - s->y) * sin(a)) / s->scale;
	double v = ((y - s->y) * cos(a) - (x - s->x) * sin(a)) / s->scale;

	background(s, x, y, rgb);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		const struct ellipse *e = &parts[i];
		double du = (u - e->x) / e->rx, dv = (v - e->y) / e->ry;

		for (size_t c = 0; c < 3 && du * du + dv * dv < 1; c++)
			rgb[c] = e->colour[c];
	}
	for (size_t c = 0; c < 3; c++)
		sum[c] += rgb[c];
}

static uint8_t
level(double v)
{
	return v < 0 ? 0 : v > 255 ? 255 : (uint8_t)(v + 0.5);
}

/* A camera's grain: one of -2..2. */
static double
grain(uint32_t *state)
{
	*state = *state * 1664525 + 1013904223;
	return (double)(*state >> 24) / 64 - 2;
}

static void
make(struct perso_pixels *p, uint32_t w, uint32_t h, unsigned channels)
{
	cr_assert_eq(perso_pixels_init(p, w, h, channels), PERSO_OK);
}

void
draw(const struct draw_scene *s, struct perso_pixels *ret)
{
	uint32_t state = 1;

	make(ret, s->width, s->height, 3);
	for (uint32_t y = 0; y < s->height; y++)
		for (uint32_t x = 0; x < s->width; x++) {
			double sum[3] = { 0 }, g = grain(&state);

			for (int i = 0; i < FINE * FINE; i++)
				sample(s, x + (i % FINE - 1) / (double)FINE,
				    y + (i / FINE - 1) / (double)FINE, sum);
			for (int c = 0; c < 3; c++)
				perso_pixels_row(ret, y)[x * 3 + c] =
				    level(sum[c] / (FINE * FINE) + g);
		}
}

void
draw_eyes(const struct draw_scene *s, struct perso_portrait_eyes *ret)
{
	double a = s->roll * PI / 180, r = 60 * s->scale;

	ret->left_x = (uint32_t)lround(s->x + r * cos(a));
	ret->left_y = (uint32_t)lround(s->y + r * sin(a));
	ret->right_x = (uint32_t)lround(s->x - r * cos(a));
	ret->right_y = (uint32_t)lround(s->y - r * sin(a));
}

/* A mean over 2 radius + 1 pixels that are step bytes apart. */
static void
blur_line(uint8_t *at, size_t step, uint32_t n, int radius)
{
	uint8_t out[4096];

	cr_assert_leq(n, sizeof(out));
	for (int i = 0; i < (int)n; i++) {
		unsigned sum = 0, count = 0;

		for (int k = i - radius; k <= i + radius; k++) {
			if (k < 0 || k >= (int)n)
				continue;
			sum += at[(size_t)k * step];
			count++;
		}
		out[i] = (uint8_t)((sum + count / 2) / count);
	}
	for (uint32_t i = 0; i < n; i++)
		at[i * step] = out[i];
}

void
draw_blur_across(struct perso_pixels *p, unsigned radius)
{
	for (uint32_t y = 0; y < p->height; y++)
		for (unsigned c = 0; c < p->channels; c++)
			blur_line(perso_pixels_row(p, y) + c, p->channels,
			    p->width, (int)radius);
}

void
draw_blur(struct perso_pixels *p, unsigned radius)
{
	size_t line = (size_t)p->width * p->channels;

	draw_blur_across(p, radius);
	for (size_t i = 0; i < line; i++)
		blur_line(p->data.p + i, line, p->height, (int)radius);
}

void
draw_tone(struct perso_pixels *p, double from, const double gain[3], double to)
{
	for (size_t i = 0; i < p->data.n; i++)
		p->data.p[i] =
		    level((p->data.p[i] - from) * gain[i % p->channels] + to);
}

void
draw_frame(struct perso_pixels *p, uint32_t across, uint32_t down, uint8_t v)
{
	for (uint32_t y = 0; y < p->height; y++)
		for (uint32_t x = 0; x < p->width; x++)
			if (x < across || x >= p->width - across || y < down ||
			    y >= p->height - down)
				for (unsigned c = 0; c < p->channels; c++)
					perso_pixels_row(
					    p, y)[x * p->channels + c] = v;
}

void
draw_grey(struct perso_pixels *p)
{
	for (size_t i = 0; i < p->data.n; i += 3) {
		uint8_t *at = p->data.p + i;

		at[0] = at[1] = at[2] =
		    (uint8_t)((at[0] + 2 * at[1] + at[2]) / 4);
	}
}

/* Value at t of the base function of frequency f. */
static double
base_of(int f, int t)
{
	static double table[8][8];

	for (int i = 63; i >= 0 && table[0][0] == 0; i--)
		table[i / 8][i % 8] =
		    (i < 8 ? sqrt(0.125) : 0.5) *
		    cos((2 * (i % 8) + 1) * (i / 8) * PI / 16);
	return table[f][t];
}

/* ISO/IEC 10918-1, A.3.3, forwards or backwards, both ways. */
static void
dct(double v[8][8], bool forwards)
{
	double out[8][8];

	for (int pass = 0; pass < 2; pass++) {
		for (int i = 0; i < 8; i++)
			for (int k = 0; k < 8; k++) {
				double sum = 0;

				for (int n = 0; n < 8; n++)
					sum += v[i][n] *
					       (forwards ? base_of(k, n)
							 : base_of(n, k));
				out[k][i] = sum;
			}
		for (int i = 0; i < 64; i++)
			v[i / 8][i % 8] = out[i / 8][i % 8];
	}
}

static void
round_block(uint8_t *at, size_t line, size_t step, unsigned quantum)
{
	double v[8][8];

	for (size_t i = 0; i < 64; i++)
		v[i / 8][i % 8] = at[i / 8 * line + i % 8 * step] - 128.0;
	dct(v, true);
	for (size_t i = 0; i < 64; i++) {
		double q = quantum * (2.0 + i / 8 + i % 8) / 2;

		v[i / 8][i % 8] = round(v[i / 8][i % 8] / q) * q;
	}
	dct(v, false);
	for (size_t i = 0; i < 64; i++)
		at[i / 8 * line + i % 8 * step] = level(v[i / 8][i % 8] + 128);
}

void
draw_blocks(struct perso_pixels *p, unsigned step, uint32_t off)
{
	for (uint32_t y = off; y + 8 <= p->height; y += 8)
		for (uint32_t x = off; x + 8 <= p->width; x += 8)
			for (unsigned c = 0; c < p->channels; c++)
				round_block(perso_pixels_row(p, y) +
						x * p->channels + c,
				    (size_t)p->width * p->channels, p->channels,
				    step);
}

void
draw_part(const struct perso_pixels *p, uint32_t width, uint32_t height,
    struct perso_pixels *ret)
{
	make(ret, width, height, p->channels);
	for (uint32_t y = 0; y < height; y++)
		for (uint32_t i = 0; i < width * p->channels; i++)
			perso_pixels_row(ret, y)[i] = perso_pixels_row(p, y)[i];
}

void
draw_half(const struct perso_pixels *p, struct perso_pixels *ret)
{
	make(ret, p->width / 2, p->height / 2, 3);
	for (uint32_t y = 0; y < ret->height; y++)
		for (uint32_t i = 0; i < ret->width * 3; i++) {
			const uint8_t *a =
			    perso_pixels_row(p, 2 * y) + i / 3 * 6 + i % 3;
			const uint8_t *b = a + (size_t)p->width * 3;

			perso_pixels_row(ret, y)[i] =
			    (uint8_t)((a[0] + a[3] + b[0] + b[3] + 2) / 4);
		}
}

void
draw_one_channel(const struct perso_pixels *p, struct perso_pixels *ret)
{
	make(ret, p->width, p->height, 1);
	for (size_t i = 0; i < ret->data.n; i++)
		ret->data.p[i] = p->data.p[i * 3 + 1];
}
