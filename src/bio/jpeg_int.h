/*
 * Private to bio: how large a JPEG (ISO/IEC 10918-1, baseline, as libjpeg makes
 * it) is at each quality, without an encode of any.
 *
 *	pixels --blocks--> coefficients --count--> symbols --> bytes
 *
 * Quality is a number from 1 to 100 and means the quantization tables that
 * libjpeg gives it. Indices of coefficients are those of the zig-zag sequence.
 */
#ifndef PERSO_JPEG_INT_H
#define PERSO_JPEG_INT_H

#include "picture_int.h"

#define JPEG_CELLS 64
#define JPEG_QUALITIES 100
#define JPEG_SYMBOLS 256

/* ---- coefficients, jpeg_blocks.c ------------------------------------------ */

struct jpeg_block {
	int16_t v[JPEG_CELLS]; /* eighths, as libjpeg's accurate transform has
				* them */
	int16_t before;	       /* the first of the block before */
};

/* Blocks of one component in the order of MCUs, or a part of them. */
struct jpeg_plane {
	struct jpeg_block *blocks;
	size_t count;
	bool is_chroma; /* second quantization table, second codes */
};

/* Luminance, and without grey two of chrominance, halved both ways. */
struct jpeg_blocks {
	unsigned planes;
	struct jpeg_plane plane[3];
	uint32_t fillers; /* blocks that fill up the last MCUs */
	double share;	  /* blocks of the picture for each of these; 1: all */
	struct perso_buf memory;
};
#define JPEG_BLOCKS_EMPTY                                \
	{                                                \
		.memory = {.max = PERSO_PIXELS_MAX * 4 } \
	}
#define JPEG_BLOCKS(name)                                                    \
	__attribute__((cleanup(jpeg_blocks_done))) struct jpeg_blocks name = \
	    JPEG_BLOCKS_EMPTY
/* About so many blocks, spread over the picture, or all; ret is empty or was
 * used before. */
#define JPEG_ALL SIZE_MAX
PERSO_MUST perso_rc jpeg_blocks_init(
    const struct perso_pixels *px, size_t about, struct jpeg_blocks *ret);
void jpeg_blocks_done(struct jpeg_blocks *b);

/* Step of quantization, 1..255. */
unsigned jpeg_step(unsigned quality, bool is_chroma, unsigned k);

/* ---- codes, jpeg_huffman.c ---------------------------------------------- */

/* Bits and symbols of the code that libjpeg would make (Annex K.2). */
uint64_t jpeg_huffman_bits(
    const uint32_t often[JPEG_SYMBOLS], unsigned *ret_symbols);
/* No code needs fewer bits: entropy; much faster. */
double jpeg_entropy_bits(
    const uint32_t often[JPEG_SYMBOLS], unsigned *ret_symbols);

/* ---- bytes over quality, jpeg_count.c ------------------------------------- */

/* How often each symbol comes, for each quality. */
struct jpeg_count {
	const struct jpeg_blocks *blocks; /* borrowed */
	struct perso_buf often; /* of AC; DC is counted when it is asked for */
};
#define JPEG_COUNT_EMPTY                           \
	{                                          \
		.often = {.max = (size_t)1 << 20 } \
	}
#define JPEG_COUNT(name)                                                   \
	__attribute__((cleanup(jpeg_count_done))) struct jpeg_count name = \
	    JPEG_COUNT_EMPTY
/* ret is empty or was used before. */
PERSO_MUST perso_rc jpeg_count_init(
    const struct jpeg_blocks *b, struct jpeg_count *ret);
void jpeg_count_done(struct jpeg_count *c);
/* Bytes of the file, less those that are stuffed behind FF (B.1.1.5): all
 * blocks were counted. */
size_t jpeg_count_bytes(const struct jpeg_count *c, unsigned quality);
/* About that, fast, also from some of the blocks. */
double jpeg_count_estimate(const struct jpeg_count *c, unsigned quality);

#endif
