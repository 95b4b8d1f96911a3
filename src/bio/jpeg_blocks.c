/*
 * Pixels to coefficients, digit for digit as libjpeg has them: Y'CbCr in 16
 * bits of fraction, chrominance halved both ways, and its accurate transform
 * (Loeffler, Ligtenberg and Moschytz, 1989) in 13. So what is counted here is
 * what the encoder will write. It takes its time; usually one block of many is
 * wanted.
 */
#include "jpeg_int.h"

enum { BLOCK = 8, MCU = 16 };

/* ISO/IEC 10918-1 figure A.6: where in a block the sequence goes. */
static const uint8_t natural[JPEG_CELLS] = { 0, 1, 8, 16, 9, 2, 3, 10, 17, 24,
	32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7,
	14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44,
	51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63 };

/* K.1, row by row. */
static const uint8_t steps[2][JPEG_CELLS] = {
	{ 16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14,
	    13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62, 18, 22,
	    37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64,
	    78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99 },
	{ 17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24,
	    26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99, 99, 99, 99, 99, 99, 99,
	    99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
	    99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99 }
};

/* see jpeg_int.h */
unsigned
jpeg_step(unsigned quality, bool is_chroma, unsigned k)
{
	unsigned scale = quality < 50 ? 5000 / quality : 200 - 2 * quality;
	unsigned step = (steps[is_chroma][natural[k]] * scale + 50) / 100;

	return step < 1 ? 1 : step > 255 ? 255 : step;
}

/* ---- samples ---------------------------------------------------------------- */

/* JFIF's weights of R, G and B, times 2^16; a half, less one for chrominance,
 * and the 128 about which it lies. */
struct weights {
	int32_t r, g, b, offset;
};
static const struct weights weights[3] = { { 19595, 38470, 7471, 32768 },
	{ -11059, -21709, 32768, (128 << 16) + 32767 },
	{ 32768, -27439, -5329, (128 << 16) + 32767 } };

/* A block of a component. */
struct at {
	uint32_t column, row;
};

static inline int32_t
weigh(const uint8_t *p, unsigned channels, const struct weights *w)
{
	if (channels == 1)
		return p[0];
	return (w->r * p[0] + w->g * p[1] + w->b * p[2] + w->offset) >> 16;
}

static uint32_t
up_to(uint32_t v, uint32_t max)
{
	return v < max ? v : max;
}

/* Where in their rows the pixels from x on are; beyond the edge the last is
 * repeated. */
static void
columns(const struct perso_pixels *px, uint32_t x, unsigned n, size_t *ret)
{
	for (unsigned i = 0; i < n; i++)
		ret[i] = (size_t)up_to(x + i, px->width - 1) * px->channels;
}

static void
load_luma(const struct perso_pixels *px, uint32_t x, uint32_t y,
    int32_t ret[JPEG_CELLS])
{
	size_t at[BLOCK];

	columns(px, x, BLOCK, at);
	for (uint32_t i = 0; i < JPEG_CELLS; i++) {
		const uint8_t *row =
		    perso_pixels_row(px, up_to(y + i / BLOCK, px->height - 1));

		ret[i] =
		    weigh(row + at[i % BLOCK], px->channels, &weights[0]) - 128;
	}
}

/* Four to one; of halves every other is rounded up. What is repeated below
 * the edge are rows of these. */
static void
load_chroma(const struct perso_pixels *px, uint32_t x, uint32_t y,
    const struct weights *w, int32_t ret[JPEG_CELLS])
{
	size_t at[MCU];

	columns(px, x, MCU, at);
	for (uint32_t i = 0; i < JPEG_CELLS; i++) {
		uint32_t pair = up_to(y / 2 + i / BLOCK, (px->height - 1) / 2);
		const uint8_t *a = perso_pixels_row(px, pair * 2);
		const uint8_t *b =
		    perso_pixels_row(px, up_to(pair * 2 + 1, px->height - 1));
		size_t left = at[i % BLOCK * 2], right = at[i % BLOCK * 2 + 1];

		ret[i] = ((weigh(a + left, 3, w) + weigh(a + right, 3, w) +
			      weigh(b + left, 3, w) + weigh(b + right, 3, w) +
			      1 + (int32_t)(i & 1)) >>
			     2) -
			 128;
	}
}

static void
load(const struct perso_pixels *px, struct at at, unsigned plane,
    int32_t ret[JPEG_CELLS])
{
	if (plane == 0)
		load_luma(px, at.column * BLOCK, at.row * BLOCK, ret);
	else
		load_chroma(
		    px, at.column * MCU, at.row * MCU, &weights[plane], ret);
}

/* The first coefficient of a block is the sum of its samples; about that, by a
 * quarter of them. */
static int16_t
sum_of(const struct perso_pixels *px, struct at at, unsigned plane)
{
	uint32_t n = plane == 0 ? BLOCK : MCU;
	int32_t sum = 0;

	for (uint32_t i = 0; i < JPEG_CELLS / 4; i++) {
		uint32_t x = at.column * n + i % 4 * n / 4;
		uint32_t y = at.row * n + i / 4 * n / 4;
		const uint8_t *row =
		    perso_pixels_row(px, up_to(y, px->height - 1));

		sum +=
		    weigh(row + (size_t)up_to(x, px->width - 1) * px->channels,
			px->channels, &weights[plane]) -
		    128;
	}
	return (int16_t)(sum * 4);
}

/* ---- the transform ------------------------------------------------------------ */

#define FRACTION 13 /* bits of the constants */
#define EXTRA 2	    /* bits kept between the two passes */

static int32_t
rounded(int32_t v, int shift)
{
	return (v + (1 << (shift - 1))) >> shift;
}

/* Eight values, so many apart, in place. up: the even ones' shift to the left,
 * down: to the right; the odd ones' is FRACTION less or more. */
static void
transform8(int32_t *v, size_t apart, int up, int down)
{
	int32_t s0 = v[0] + v[7 * apart], d0 = v[0] - v[7 * apart];
	int32_t s1 = v[apart] + v[6 * apart], d1 = v[apart] - v[6 * apart];
	int32_t s2 = v[2 * apart] + v[5 * apart];
	int32_t d2 = v[2 * apart] - v[5 * apart];
	int32_t s3 = v[3 * apart] + v[4 * apart];
	int32_t d3 = v[3 * apart] - v[4 * apart];
	int32_t even = s0 + s3, cross = s0 - s3, inner = s1 + s2,
		turn = s1 - s2;
	int32_t z1 = (turn + cross) * 4433, z2, z3, z4, z5;
	int shift = FRACTION + down - up;

	v[0] =
	    down > 0 ? rounded(even + inner, down) : (even + inner) * (1 << up);
	v[4 * apart] =
	    down > 0 ? rounded(even - inner, down) : (even - inner) * (1 << up);
	v[2 * apart] = rounded(z1 + cross * 6270, shift);
	v[6 * apart] = rounded(z1 - turn * 15137, shift);

	z1 = (d3 + d0) * -7373;
	z2 = (d2 + d1) * -20995;
	z3 = d3 + d1;
	z4 = d2 + d0;
	z5 = (z3 + z4) * 9633;
	z3 = z3 * -16069 + z5;
	z4 = z4 * -3196 + z5;
	v[7 * apart] = rounded(d3 * 2446 + z1 + z3, shift);
	v[5 * apart] = rounded(d2 * 16819 + z2 + z4, shift);
	v[3 * apart] = rounded(d1 * 25172 + z2 + z3, shift);
	v[apart] = rounded(d0 * 12299 + z1 + z4, shift);
}

static void
transform(int32_t v[JPEG_CELLS], int16_t ret[JPEG_CELLS])
{
	for (int i = 0; i < BLOCK; i++)
		transform8(v + (size_t)i * BLOCK, 1, EXTRA, 0);
	for (int i = 0; i < BLOCK; i++)
		transform8(v + i, BLOCK, 0, EXTRA);
	for (int k = 0; k < JPEG_CELLS; k++)
		ret[k] = (int16_t)v[natural[k]];
}

/* ---- blocks --------------------------------------------------------------------- */

static uint32_t
blocks_of(uint32_t pixels, uint32_t each)
{
	return (pixels + each - 1) / each;
}

/* Columns and rows of a component's blocks. */
struct grid {
	uint32_t wide, high, side; /* side: of what an MCU has of them */
};

static struct grid
grid_of(const struct perso_pixels *px, unsigned plane)
{
	uint32_t each = plane == 0 ? BLOCK : MCU;

	return (struct grid){ blocks_of(px->width, each),
		blocks_of(px->height, each),
		plane == 0 && px->channels == 3 ? 2 : 1 };
}

/* Which blocks are taken: those whose place in the golden sequence is low, so
 * that no pattern of the picture meets them. */
static bool
is_taken(size_t n, uint32_t below)
{
	return (uint32_t)n * UINT32_C(0x9E3779B1) <= below;
}

/* In the order of MCUs. */
static void
fill(const struct perso_pixels *px, unsigned plane, uint32_t below,
    struct jpeg_blocks *b)
{
	struct jpeg_plane *p = &b->plane[plane];
	struct grid g = grid_of(px, plane);
	uint32_t wide = blocks_of(g.wide, g.side), each = g.side * g.side;
	struct at last = { 0, 0 };
	int32_t v[JPEG_CELLS];
	size_t n = 0;

	for (uint32_t m = 0; m < wide * blocks_of(g.high, g.side) * each; m++) {
		struct at at = { m / each % wide * g.side + m % each % g.side,
			m / each / wide * g.side + m % each / g.side };

		if (at.column >= g.wide || at.row >= g.high)
			continue;
		if (is_taken(n, below)) {
			struct jpeg_block *to = &p->blocks[p->count++];

			load(px, at, plane, v);
			transform(v, to->v);
			to->before = n == 0 ? 0
				     : below == UINT32_MAX
					 ? to[-1].v[0]
					 : sum_of(px, last, plane);
		}
		last = at;
		n++;
	}
}

/* see jpeg_int.h */
void
jpeg_blocks_done(struct jpeg_blocks *b)
{
	perso_buf_done(&b->memory);
}

static size_t
count_taken(size_t n, uint32_t below)
{
	size_t taken = 0;

	for (size_t i = 0; i < n; i++)
		taken += is_taken(i, below);
	return taken;
}

/* see jpeg_int.h */
perso_rc
jpeg_blocks_init(
    const struct perso_pixels *px, size_t about, struct jpeg_blocks *ret)
{
	struct grid g = grid_of(px, 0);
	size_t all = 0, taken = 0, part[3] = { 0 };
	struct jpeg_block *block;
	uint32_t below;

	ret->planes = px->channels == 1 ? 1 : 3;
	ret->fillers = blocks_of(g.wide, g.side) * g.side *
			   blocks_of(g.high, g.side) * g.side -
		       g.wide * g.high;
	for (unsigned i = 0; i < ret->planes; i++) {
		g = grid_of(px, i);
		all += part[i] = (size_t)g.wide * g.high;
	}
	below = about >= all ? UINT32_MAX
			     : (uint32_t)((uint64_t)about * UINT32_MAX / all);
	for (unsigned i = 0; i < ret->planes; i++)
		taken += count_taken(part[i], below);
	ret->share = (double)all / (double)taken;
	PERSO_TRY(perso_buf_resize(&ret->memory, taken * sizeof(*block)));
	block = (struct jpeg_block *)(void *)ret->memory.p;
	for (unsigned i = 0; i < ret->planes; i++) {
		ret->plane[i].blocks = block;
		ret->plane[i].count = 0;
		ret->plane[i].is_chroma = i != 0;
		fill(px, i, below, ret);
		block += ret->plane[i].count;
	}
	return PERSO_OK;
}
