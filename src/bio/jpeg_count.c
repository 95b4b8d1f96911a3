/*
 * How many bits a picture takes at each quality, without an encode of any.
 *
 * With rising quality the steps of quantization only fall. So a coefficient
 * is nothing up to some quality and grows from there, and the symbols that it
 * gives the Huffman code (F.1.2.2: how many zeros before it, how many bits it
 * has) change at few qualities: where itself gets longer, and where a
 * coefficient between it and the one before comes up. Each stretch of
 * qualities in which the symbol stays the same is noted at both ends, and sums
 * over the qualities give how often each symbol comes at each: one pass over
 * the coefficients for all qualities.
 *
 * A file of these symbols is as long as they are in the best code for them,
 * and longer by the zeros that are stuffed behind FF.
 */
#include "jpeg_int.h"

#include <stdlib.h>

enum {
	EOB = 0x00,
	ZRL = 0xF0,
	RUN = 16,
	SIZES = 16, /* bits of a magnitude, 0..15 */
	ROWS = JPEG_QUALITIES + 2,
	NEVER = JPEG_QUALITIES + 1
};

/* How often each symbol comes; a row for each quality, up to NEVER. */
typedef uint32_t row[JPEG_SYMBOLS];

static row *
rows(const struct jpeg_count *c, bool is_chroma)
{
	row *all = (row *)(void *)c->often.p;

	return all + (is_chroma ? ROWS : 0);
}

/* What the qualities do to one kind of plane. */
struct scheme {
	/* From which quality on a step is at most so large, or NEVER. */
	uint8_t from[JPEG_CELLS][256];
	row *often;
};

static void
make_scheme(const struct jpeg_count *c, bool is_chroma, struct scheme *ret)
{
	ret->often = rows(c, is_chroma);
	for (unsigned k = 0; k < JPEG_CELLS; k++) {
		unsigned x = 0;

		for (unsigned q = NEVER; q > 0; q--)
			for (unsigned end =
				 q > 1 ? jpeg_step(q - 1, is_chroma, k) : 256;
			     x < end; x++)
				ret->from[k][x] = (uint8_t)q;
	}
}

/* A coefficient that is something at some quality. */
struct active {
	uint8_t k, from;
	uint16_t quarter; /* its magnitude over 4 */
};

/*
 * v eighths are at least n bits long at a step s where
 * v >= 8 s 2^(n-1) - 4 s, so where s <= v / 4 / (2^n - 1).
 */
static unsigned
from_of(const struct scheme *s, const struct active *c, unsigned bits)
{
	unsigned x = c->quarter / ((1U << bits) - 1);

	return s->from[c->k][x < 255 ? x : 255];
}

static unsigned
find_active(const struct jpeg_block *b, const struct scheme *s,
    struct active ret[JPEG_CELLS])
{
	unsigned n = 0;

	for (unsigned k = 1; k < JPEG_CELLS; k++) {
		ret[n].k = (uint8_t)k;
		ret[n].quarter = (uint16_t)(abs(b->v[k]) / 4);
		ret[n].from = (uint8_t)from_of(s, &ret[n], 1);
		n += ret[n].from < NEVER;
	}
	return n;
}

/* Symbols of one coefficient from quality a to before b, after a run. */
static void
note(row *often, const struct scheme *s, const struct active *c, unsigned run,
    unsigned a, unsigned b)
{
	unsigned bits = 1, next;

	if (run >= RUN) {
		often[a][ZRL] += run / RUN;
		often[b][ZRL] -= run / RUN;
		run %= RUN;
	}
	while (a < b) {
		while ((next = from_of(s, c, bits + 1)) <= a)
			bits++;
		next = next < b ? next : b;
		often[a][run << 4 | bits]++;
		often[next][run << 4 | bits]--;
		a = next;
	}
}

/* Looking back from each: the nearer ones that come up later end the stretch
 * of those farther away. */
static void
count_block(const struct scheme *s, const struct jpeg_block *b)
{
	struct active act[JPEG_CELLS];
	unsigned n = find_active(b, s, act), end = NEVER;

	for (unsigned i = 0; i < n; i++) {
		const struct active *c = &act[i];
		unsigned until = NEVER;

		for (unsigned p = i; p-- > 0 && until > c->from;) {
			unsigned from =
			    act[p].from > c->from ? act[p].from : c->from;

			if (from >= until)
				continue;
			note(s->often, s, c, c->k - act[p].k - 1U, from, until);
			until = from;
		}
		if (until > c->from)
			note(s->often, s, c, c->k - 1U, c->from, until);
	}
	if (n > 0 && act[n - 1].k == JPEG_CELLS - 1)
		end = act[n - 1].from;
	s->often[1][EOB]++;
	s->often[end][EOB]--;
}

static void
count_ac(const struct jpeg_count *c, bool is_chroma)
{
	const struct jpeg_blocks *b = c->blocks;
	struct scheme s;

	make_scheme(c, is_chroma, &s);
	for (unsigned i = 0; i < b->planes; i++)
		for (size_t n = 0; n < b->plane[i].count; n++)
			if (b->plane[i].is_chroma == is_chroma)
				count_block(&s, &b->plane[i].blocks[n]);
	for (unsigned q = 1; q < JPEG_QUALITIES; q++)
		for (unsigned i = 0; i < JPEG_SYMBOLS; i++)
			s.often[q + 1][i] += s.often[q][i];
}

static uint32_t
fillers(const struct jpeg_blocks *b)
{
	return (uint32_t)(b->fillers / b->share);
}

static unsigned
kinds(const struct jpeg_blocks *b)
{
	return b->planes == 1 ? 1 : 2;
}

/* see jpeg_int.h */
void
jpeg_count_done(struct jpeg_count *c)
{
	perso_buf_done(&c->often);
}

/* see jpeg_int.h */
perso_rc
jpeg_count_init(const struct jpeg_blocks *b, struct jpeg_count *ret)
{
	perso_buf_clear(&ret->often);
	PERSO_TRY(perso_buf_resize(&ret->often, kinds(b) * ROWS * sizeof(row)));
	ret->blocks = b;
	for (unsigned k = 0; k < kinds(b); k++)
		count_ac(ret, k == 1);
	for (unsigned q = 1; q <= JPEG_QUALITIES; q++)
		rows(ret, false)[q][EOB] += fillers(b);
	return PERSO_OK;
}

/* ---- what they come to ---------------------------------------------------- */

static unsigned
bit_length(unsigned v)
{
	return v == 0 ? 0 : 32U - (unsigned)__builtin_clz(v);
}

/* To the nearest; |v| <= 8192 and step <= 255, so the product is exact. */
static int
quantized(int v, unsigned step, uint64_t reciprocal)
{
	uint64_t m = (unsigned)abs(v) + 4 * step;
	int q = (int)(m * reciprocal >> 32);

	return v < 0 ? -q : q;
}

/* F.1.2.1: the bits of differences. */
static void
count_dc(const struct jpeg_blocks *b, unsigned step, bool is_chroma,
    uint32_t ret[JPEG_SYMBOLS])
{
	uint64_t reciprocal = UINT32_MAX / (8 * step) + 1;

	for (unsigned i = 0; i < JPEG_SYMBOLS; i++)
		ret[i] = 0;
	for (unsigned i = is_chroma ? 1 : 0; i < (is_chroma ? b->planes : 1);
	     i++)
		for (size_t n = 0; n < b->plane[i].count; n++) {
			const struct jpeg_block *x = &b->plane[i].blocks[n];
			int d = quantized(x->v[0], step, reciprocal) -
				quantized(x->before, step, reciprocal);

			ret[bit_length((unsigned)abs(d))]++;
		}
	if (!is_chroma)
		ret[0] += fillers(b);
}

/* SOI, APP0, SOF0, SOS, EOI, with a DQT for each kind of plane. */
static size_t
head_bytes(const struct jpeg_blocks *b)
{
	return 2 + 18 + (10 + 3 * b->planes) + (8 + 2 * b->planes) + 2 +
	       69 * kinds(b);
}

#define DHT_BYTES 21 /* and one for each symbol */

/* Bits that follow the codes. */
static uint64_t
magnitudes(const uint32_t often[JPEG_SYMBOLS])
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < JPEG_SYMBOLS; i++)
		sum += (uint64_t)often[i] * (i % SIZES);
	return sum;
}

/* see jpeg_int.h */
size_t
jpeg_count_bytes(const struct jpeg_count *c, unsigned quality)
{
	size_t bytes = head_bytes(c->blocks);
	uint32_t dc[JPEG_SYMBOLS];
	uint64_t bits = 0;
	unsigned n = 0;

	for (unsigned k = 0; k < kinds(c->blocks); k++) {
		const uint32_t *ac = rows(c, k == 1)[quality];

		count_dc(c->blocks, jpeg_step(quality, k == 1, 0), k == 1, dc);
		bits += jpeg_huffman_bits(dc, &n) + magnitudes(dc);
		bytes += DHT_BYTES + n;
		bits += jpeg_huffman_bits(ac, &n) + magnitudes(ac);
		bytes += DHT_BYTES + n;
	}
	return bytes + (bits + 7) / 8;
}

/* Bytes of what so many blocks stand for, and of the code. */
static double
estimate(const uint32_t often[JPEG_SYMBOLS], double share)
{
	unsigned n = 0;
	double bits = jpeg_entropy_bits(often, &n);

	return (bits + (double)magnitudes(often)) * share / 8 + DHT_BYTES + n;
}

/* see jpeg_int.h */
double
jpeg_count_estimate(const struct jpeg_count *c, unsigned quality)
{
	const struct jpeg_blocks *b = c->blocks;
	double bytes = (double)head_bytes(b);
	uint32_t dc[JPEG_SYMBOLS];

	for (unsigned k = 0; k < kinds(b); k++) {
		count_dc(b, jpeg_step(quality, k == 1, 0), k == 1, dc);
		bytes += estimate(dc, b->share) +
			 estimate(rows(c, k == 1)[quality], b->share);
	}
	return bytes;
}
