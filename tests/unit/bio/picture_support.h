/*
 * Pictures for tests: painted, and written in all the ways that the decoders
 * must meet.
 */
#ifndef PICTURE_SUPPORT_H
#define PICTURE_SUPPORT_H

#include "bio/picture_int.h"
#include "perso/picture.h"

#define IMAGES "tests/data/synthetic/images/"
#define FILE_MAX ((size_t)4 << 20)

/* Smooth colours with an edge and some texture, always the same. */
void paint(struct perso_pixels *ret, uint32_t w, uint32_t h, unsigned channels);
/* A file of tests/data. */
void load(const char *path, struct perso_buf *ret);
/* The invented portrait, 413 x 531. */
void portrait(struct perso_pixels *ret);
/* The same picture repeated to n times its sides, smoothed. */
void enlarge(
    const struct perso_pixels *in, uint32_t n, struct perso_pixels *ret);
void one_channel(const struct perso_pixels *in, struct perso_pixels *ret);

struct png_spec {
	int colour, bits; /* PNG_COLOR_TYPE_..., 1..16 */
	bool interlaced;
	double gamma; /* 0: none */
	bool srgb;
	struct perso_span icc;
	int key; /* tRNS: this grey level or palette entry; < 0: none */
};
/* px in another colour type; alpha rises from left to right; a palette has
 * the 216 colours of 6 levels. */
void make_png(const struct perso_pixels *px, const struct png_spec *spec,
    struct perso_buf *ret);
/* Puts a chunk with its checksum behind IHDR. */
void insert_chunk(
    struct perso_buf *png, const char *type, struct perso_span body);

struct jpeg_spec {
	int quality;
	int space; /* JCS_...; 0: as px */
	bool progressive, arithmetic;
	int halved;		/* 2: chroma halved both ways */
	struct perso_span exif; /* behind "Exif\0\0" */
	struct perso_span icc;
	const char *comment;
};
void make_jpeg(const struct perso_pixels *px, const struct jpeg_spec *spec,
    struct perso_buf *ret);

struct j2k_spec {
	unsigned components, bits;
	bool is_signed, ycc;
	unsigned step; /* subsampling of components 1 and 2 */
	unsigned tile; /* 0: one */
	bool comment;
	uint32_t space; /* 16, 17, 18: boxes around it; 0: bare */
	struct perso_span icc;
};
void make_j2k(const struct perso_pixels *px, const struct j2k_spec *spec,
    struct perso_buf *ret);

/* ICC profiles: Adobe RGB, and grey of gamma 1.8. */
void make_icc(bool grey, struct perso_buf *ret);

double psnr(const struct perso_pixels *a, const struct perso_pixels *b);
/* Decodes or fails the test. */
void decode(const struct perso_buf *file, struct perso_pixels *ret);
/* Decoding fails with this code, and the trail has these words. */
void refuse(const struct perso_buf *file, perso_rc rc, const char *words);

#endif
