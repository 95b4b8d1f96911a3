/*
 * Pictures in another size, and turned.
 *
 * A cubic of Catmull and Rom, as wide as the picture is reduced, along rows
 * and then along columns, on amounts of light: in encoded values thin bright
 * hair and dark lashes would both come out too dark. It is sharper than an
 * average over areas and rings less than a Lanczos window, whose halo around
 * the head costs bytes and spoils the background.
 */
#include "picture_int.h"

#include <math.h>

#define REACH 2.0 /* of the cubic */

/* see picture_int.h */
void
bio_light(struct bio_light *ret)
{
	size_t at = 0;

	for (int i = 0; i < 256; i++) {
		double v = i / 255.0, edge = (i + 0.5) / 255.0;
		double end;

		ret->of[i] =
		    (float)(v <= 0.04045 ? v / 12.92
					 : pow((v + 0.055) / 1.055, 2.4));
		end = edge <= 0.04045 ? edge / 12.92
				      : pow((edge + 0.055) / 1.055, 2.4);
		while (at < 65536 && ((double)at / 65535 < end || i == 255))
			ret->to[at++] = (uint8_t)i;
	}
}

/* see picture_int.h */
uint8_t
bio_light_byte(const struct bio_light *l, float v)
{
	float x = v * 65535 + 0.5F;

	return l->to[x <= 0 ? 0 : x >= 65535 ? 65535 : (unsigned)x];
}

static double
cubic(double x)
{
	x = fabs(x);
	if (x < 1)
		return 1.5 * x * x * x - 2.5 * x * x + 1;
	if (x < 2)
		return -0.5 * x * x * x + 2.5 * x * x - 4 * x + 2;
	return 0;
}

/* For each output sample: the first of its inputs and their weights. */
struct taps {
	uint32_t n;		/* weights of a sample, some may be 0 */
	struct perso_buf first; /* uint32_t each */
	struct perso_buf w;	/* n floats each */
};

static void
taps_done(struct taps *t)
{
	perso_buf_done(&t->first);
	perso_buf_done(&t->w);
}

static uint32_t *
first_of(const struct taps *t)
{
	return (uint32_t *)(void *)t->first.p;
}

static float *
weights_of(const struct taps *t, uint32_t i)
{
	return (float *)(void *)t->w.p + (size_t)i * t->n;
}

/* Weights of inputs first.. around a centre; they sum to one. */
static void
weigh(double centre, double width, uint32_t first, uint32_t n, float *ret)
{
	double sum = 0;

	for (uint32_t k = 0; k < n; k++)
		sum += cubic((first + k + 0.5 - centre) / width);
	for (uint32_t k = 0; k < n; k++)
		ret[k] =
		    (float)(cubic((first + k + 0.5 - centre) / width) / sum);
}

/* count samples of length from at, of an input of size samples. */
static perso_rc
make_taps(
    double at, double length, uint32_t count, uint32_t size, struct taps *ret)
{
	double step = length / count, width = step > 1 ? step : 1;

	ret->n = (uint32_t)ceil(2 * REACH * width) + 1;
	if (ret->n > size)
		ret->n = size;
	perso_buf_init(&ret->first, (size_t)1 << 20);
	perso_buf_init(&ret->w, (size_t)1 << 30);
	PERSO_TRY(perso_buf_resize(&ret->first, count * sizeof(uint32_t)));
	PERSO_TRY(
	    perso_buf_resize(&ret->w, (size_t)count * ret->n * sizeof(float)));
	for (uint32_t i = 0; i < count; i++) {
		double centre = at + (i + 0.5) * step;
		double low = floor(centre - REACH * width);
		uint32_t last = size - ret->n, first;

		first = low < 0 ? 0 : low > last ? last : (uint32_t)low;
		first_of(ret)[i] = first;
		weigh(centre, width, first, ret->n, weights_of(ret, i));
	}
	return PERSO_OK;
}

struct scaler {
	const struct perso_pixels *in;
	struct perso_pixels *out;
	struct taps across, down;
	struct perso_buf ring; /* down.n rows of light, of the output's width */
	uint32_t next;	       /* input row that comes into the ring next */
	struct perso_buf line; /* an input row as light */
	struct bio_light light;
};

static void
scaler_done(struct scaler *s)
{
	taps_done(&s->across);
	taps_done(&s->down);
	perso_buf_done(&s->ring);
	perso_buf_done(&s->line);
}

/* Four samples at once. */
typedef float four __attribute__((vector_size(16)));

static inline four
load4(const float *p)
{
	four v;

	__builtin_memcpy(&v, p, sizeof(v));
	return v;
}

/* Floats of a row of the ring: whole fours. */
static size_t
row_length(const struct scaler *s)
{
	return ((size_t)s->out->width * s->out->channels + 3) / 4 * 4;
}

static float *
ring_row(const struct scaler *s, uint32_t y)
{
	return (float *)(void *)s->ring.p + y % s->down.n * row_length(s);
}

static void
sum_grey(const float *w, const float *p, uint32_t n, float *to)
{
	float sum = 0;

	for (uint32_t i = 0; i < n; i++)
		sum += w[i] * p[i];
	*to = sum;
}

/* Two pixels of the output, so that one's sum need not wait for the other's. A
 * four is R, G, B and what follows, which comes to nothing; there is a float
 * behind the last of the input. */
static void
sum_rgb(const float *w[2], const float *p[2], uint32_t n, float *to[2])
{
	four a = { 0 }, b = { 0 };

	for (size_t i = 0; i < n; i++) {
		a += w[0][i] * load4(p[0] + 3 * i);
		b += w[1][i] * load4(p[1] + 3 * i);
	}
	for (int k = 0; k < 3; k++) {
		to[0][k] = a[k];
		to[1][k] = b[k];
	}
}

/* An odd last one is done twice. */
static void
across_rgb(const struct scaler *s, const float *line, float *to)
{
	const uint32_t *first = first_of(&s->across);
	uint32_t last = s->out->width - 1;

	for (uint32_t x = 0; x <= last; x += 2) {
		uint32_t y = x < last ? x + 1 : x;
		const float *w[2] = { weights_of(&s->across, x),
			weights_of(&s->across, y) };
		const float *p[2] = { line + (size_t)first[x] * 3,
			line + (size_t)first[y] * 3 };
		float *both[2] = { to + (size_t)x * 3, to + (size_t)y * 3 };

		sum_rgb(w, p, s->across.n, both);
	}
}

static void
scale_across(struct scaler *s, uint32_t y)
{
	unsigned c = s->in->channels;
	const uint8_t *from = perso_pixels_row(s->in, y);
	float *line = (float *)(void *)s->line.p, *to = ring_row(s, y);

	for (size_t i = 0; i < (size_t)s->in->width * c; i++)
		line[i] = s->light.of[from[i]];
	if (c == 3) {
		across_rgb(s, line, to);
		return;
	}
	for (uint32_t x = 0; x < s->out->width; x++)
		sum_grey(weights_of(&s->across, x),
		    line + first_of(&s->across)[x], s->across.n, &to[x]);
}

static void
add_row(float w, const float *row, size_t fours, float *sum)
{
	for (size_t i = 0; i < fours; i++, row += 4, sum += 4) {
		four v = load4(sum) + w * load4(row);

		__builtin_memcpy(sum, &v, sizeof(v));
	}
}

static void
scale_down(struct scaler *s, uint32_t y)
{
	size_t n = (size_t)s->out->width * s->out->channels;
	size_t fours = row_length(s) / 4;
	uint32_t first = first_of(&s->down)[y];
	const float *w = weights_of(&s->down, y);
	float *sum = (float *)(void *)s->line.p;
	uint8_t *to = perso_pixels_row(s->out, y);

	while (s->next < first + s->down.n) {
		if (s->next >= first)
			scale_across(s, s->next);
		s->next++;
	}
	for (size_t i = 0; i < 4 * fours; i++)
		sum[i] = 0;
	for (uint32_t k = 0; k < s->down.n; k++)
		add_row(w[k], ring_row(s, first + k), fours, sum);
	for (size_t i = 0; i < n; i++)
		to[i] = bio_light_byte(&s->light, sum[i]);
}

/* see picture_int.h */
perso_rc
bio_resample(const struct perso_pixels *in,
    const struct perso_picture_rect *crop, struct perso_pixels *ret)
{
	__attribute__((cleanup(scaler_done))) struct scaler s = {
		.in = in,
		.out = ret,
		.ring = { .max = (size_t)1 << 30 },
		.line = { .max = (size_t)1 << 24 },
	};
	uint32_t wide = in->width > ret->width ? in->width : ret->width;

	bio_light(&s.light);
	PERSO_TRY(
	    make_taps(crop->x, crop->width, ret->width, in->width, &s.across));
	PERSO_TRY(
	    make_taps(crop->y, crop->height, ret->height, in->height, &s.down));
	PERSO_TRY(perso_buf_resize(
	    &s.ring, s.down.n * row_length(&s) * sizeof(float)));
	PERSO_TRY(perso_buf_resize(
	    &s.line, ((size_t)wide * ret->channels + 4) * sizeof(float)));
	for (uint32_t y = 0; y < ret->height; y++)
		scale_down(&s, y);
	return PERSO_OK;
}

/* Light at a place between pixels; beyond the edge as at the edge. */
static void
light_at(const struct perso_pixels *in, const struct bio_light *l, double x,
    double y, float ret[3])
{
	double fx = floor(x - 0.5), fy = floor(y - 0.5);
	double wx[4], wy[4];

	for (int k = 0; k < 4; k++) {
		wx[k] = cubic(fx + k - 1 + 0.5 - x);
		wy[k] = cubic(fy + k - 1 + 0.5 - y);
	}
	for (unsigned c = 0; c < in->channels; c++)
		ret[c] = 0;
	for (int i = 0; i < 16; i++) {
		double u = fx + i % 4 - 1, v = fy + i / 4 - 1;
		float w = (float)(wx[i % 4] * wy[i / 4]);
		const uint8_t *p;

		u = u < 0 ? 0 : u > in->width - 1.0 ? in->width - 1.0 : u;
		v = v < 0 ? 0 : v > in->height - 1.0 ? in->height - 1.0 : v;
		p = perso_pixels_row(in, (uint32_t)v) +
		    (size_t)u * in->channels;
		for (unsigned c = 0; c < in->channels; c++)
			ret[c] += w * l->of[p[c]];
	}
}

/* see picture_int.h */
perso_rc
bio_turn(const struct perso_pixels *in, const struct bio_placing *at,
    struct perso_pixels *ret)
{
	uint32_t w = (uint32_t)ceil(at->crop.width);
	uint32_t h = (uint32_t)ceil(at->crop.height);
	double mx = at->crop.x + at->crop.width / 2;
	double my = at->crop.y + at->crop.height / 2;
	double c = cos(at->turned), s = sin(at->turned);
	struct bio_light light;
	PERSO_PIXELS(px);

	bio_light(&light);
	PERSO_TRY(perso_pixels_init(&px, w, h, in->channels));
	for (uint32_t y = 0; y < h; y++) {
		uint8_t *to = perso_pixels_row(&px, y);

		for (uint32_t x = 0; x < w; x++) {
			double u = x + 0.5 - at->crop.width / 2;
			double v = y + 0.5 - at->crop.height / 2;
			float lit[3];

			light_at(in, &light, mx + u * c - v * s,
			    my + u * s + v * c, lit);
			for (unsigned k = 0; k < in->channels; k++)
				*to++ = bio_light_byte(&light, lit[k]);
		}
	}
	*ret = px;
	px = (struct perso_pixels){ .width = 0 };
	return PERSO_OK;
}
