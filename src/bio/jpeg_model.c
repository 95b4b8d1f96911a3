/*
 * How large a JPEG will be at each quality, before it is made. Some blocks of
 * the picture are transformed as the encoder would; for each quality their
 * coefficients are divided as its tables do, and what a Huffman code would
 * spend on them is counted. The absolute number is rough; its course over the
 * qualities is good, and one real encode scales it (see fit.c).
 */
#include "picture_int.h"

#include <math.h>

enum { BLOCK = 8, CELLS = 64, SAMPLES = 128 };

/* ISO/IEC 10918-1 K.1, row by row. */
static const uint8_t luminance[CELLS] = { 16, 11, 10, 16, 24, 40, 51, 61, 12,
	12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22,
	29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64,
	81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98,
	112, 100, 103, 99 };
static const uint8_t chrominance[CELLS] = { 17, 18, 24, 47, 99, 99, 99, 99, 18,
	21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99,
	99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
	99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
	99 };

struct block {
	float v[CELLS]; /* samples, then coefficients */
	bool chroma;
};

static float
sample(const struct perso_pixels *px, uint32_t x, uint32_t y, unsigned kind)
{
	const uint8_t *p;

	x = x < px->width ? x : px->width - 1;
	y = y < px->height ? y : px->height - 1;
	p = perso_pixels_row(px, y) + (size_t)x * px->channels;
	if (px->channels == 1)
		return (float)p[0] - 128;
	if (kind == 0)
		return 0.299F * p[0] + 0.587F * p[1] + 0.114F * p[2] - 128;
	if (kind == 1)
		return -0.1687F * p[0] - 0.3313F * p[1] + 0.5F * p[2];
	return 0.5F * p[0] - 0.4187F * p[1] - 0.0813F * p[2];
}

/* kind 0 luminance, 1 and 2 chrominance, halved both ways. */
static void
load(const struct perso_pixels *px, uint32_t x, uint32_t y, unsigned kind,
    struct block *ret)
{
	uint32_t n = kind == 0 ? 1 : 2;

	ret->chroma = kind != 0;
	for (uint32_t i = 0; i < CELLS; i++) {
		uint32_t u = x + (i % BLOCK) * n, v = y + (i / BLOCK) * n;

		ret->v[i] = n == 1 ? sample(px, u, v, kind)
				   : (sample(px, u, v, kind) +
					 sample(px, u + 1, v, kind) +
					 sample(px, u, v + 1, kind) +
					 sample(px, u + 1, v + 1, kind)) /
					 4;
	}
}

/* A.3.3, once along each axis; the inner loops are independent sums, which
 * compilers make wide. */
static void
transform(struct block *b, float table[BLOCK][BLOCK])
{
	float half[CELLS] = { 0 }, full[CELLS] = { 0 };

	for (int r = 0; r < BLOCK; r++)
		for (int i = 0; i < BLOCK; i++)
			for (int k = 0; k < BLOCK; k++)
				half[r * BLOCK + k] +=
				    table[i][k] * b->v[r * BLOCK + i];
	for (int k = 0; k < BLOCK; k++)
		for (int i = 0; i < BLOCK; i++)
			for (int c = 0; c < BLOCK; c++)
				full[k * BLOCK + c] +=
				    table[i][k] * half[i * BLOCK + c];
	for (int i = 0; i < CELLS; i++)
		b->v[i] = full[i] < 0 ? -full[i] : full[i];
}

/* By sample, then by frequency. */
static void
make_table(float ret[BLOCK][BLOCK])
{
	for (int k = 0; k < BLOCK; k++)
		for (int i = 0; i < BLOCK; i++)
			ret[i][k] = (float)(cos((2 * i + 1) * k * M_PI / 16) *
					    (k == 0 ? sqrt(0.125) : 0.5));
}

/* One over libjpeg's steps at a quality. */
static void
make_steps(unsigned quality, float ret[2][CELLS])
{
	int scale = quality < 50 ? 5000 / (int)quality : 200 - 2 * (int)quality;

	for (int t = 0; t < 2; t++)
		for (int i = 0; i < CELLS; i++) {
			int base = t == 0 ? luminance[i] : chrominance[i];
			int step = (base * scale + 50) / 100;

			step = step < 1 ? 1 : step > 255 ? 255 : step;
			ret[t][i] = 1 / (float)step;
		}
}

/* Bits of a block: each coefficient its magnitude and some three bits of
 * Huffman code; two for the first coefficient, two for the end, which are
 * hardly more than one each in a block without others. */
static unsigned
bits_of(const struct block *b, const float step[CELLS])
{
	unsigned bits = 0;

	for (int i = 1; i < CELLS; i++) {
		unsigned v = (unsigned)(b->v[i] * step[i] + 0.5F);

		if (v > 0)
			bits += 3u + 32u - (unsigned)__builtin_clz(v);
	}
	return bits + (bits > 0 ? 4 : 2);
}

/* see picture_int.h */
void
bio_jpeg_model_done(struct bio_jpeg_model *m)
{
	perso_buf_done(&m->blocks);
}

/* see picture_int.h */
perso_rc
bio_jpeg_model_init(const struct perso_pixels *px, struct bio_jpeg_model *ret)
{
	unsigned kinds = px->channels == 1 ? 1 : 3;
	uint32_t w = (px->width + 15) / 16, h = (px->height + 15) / 16;
	uint32_t n = w * h, stride = n / SAMPLES | 1;
	float table[BLOCK][BLOCK];
	struct block *b;

	ret->part = (double)n / ((n + stride - 1) / stride);
	PERSO_TRY(perso_buf_resize(&ret->blocks,
	    (size_t)((n + stride - 1) / stride) * 3 * sizeof(struct block)));
	make_table(table);
	b = (struct block *)(void *)ret->blocks.p;
	for (uint32_t i = 0; i * stride < n; i++) {
		uint32_t at = i * stride, x = at % w * 16, y = at / w * 16;

		/* one of the four of luminance; of chrominance as seldom */
		for (unsigned k = 0; k < (i % 4 == 0 ? kinds : 1); k++) {
			load(px, k == 0 ? x + at % 2 * 8 : x, y, k, b);
			transform(b, table);
			b++;
			ret->count++;
		}
	}
	return PERSO_OK;
}

/* see picture_int.h */
double
bio_jpeg_model_bytes(struct bio_jpeg_model *m, unsigned quality)
{
	const struct block *b = (const struct block *)(void *)m->blocks.p;
	float steps[2][CELLS];
	double sum = 0;

	if (m->known[quality] > 0)
		return m->known[quality];
	make_steps(quality, steps);
	for (size_t i = 0; i < m->count; i++)
		sum += bits_of(&b[i], steps[b[i].chroma]);
	/* each stands for four */
	m->known[quality] = sum * m->part * 4 / 8;
	return m->known[quality];
}
