/*
 * Decoded pictures (bio): what every image codec gives and takes.
 *
 * Eight bits a channel, sRGB or grey of its tone curve, rows from the top
 * without padding. The samples are personal data: perso_pixels_done() wipes
 * them.
 */
#ifndef PERSO_PIXELS_H
#define PERSO_PIXELS_H

#include "perso/buf.h"

/* Limits of what is decoded at all. */
#define PERSO_PIXELS_SIDE 16384		    /* pixels of a side */
#define PERSO_PIXELS_MAX ((size_t)64 << 20) /* pixels of a picture */

struct perso_pixels {
	uint32_t width;	       /* pixels, 1.. */
	uint32_t height;       /* pixels, 1.. */
	unsigned channels;     /* 1 grey, 3 R G B */
	struct perso_buf data; /* width * height * channels bytes */
};

/* Black, of that size: PERSO_E_RANGE beyond the limits, PERSO_E_ARG for
 * channels other than 1 and 3. *ret is empty before (all 0). */
PERSO_MUST perso_rc perso_pixels_init(struct perso_pixels *ret, uint32_t width,
    uint32_t height, unsigned channels);
/* Wipes and frees; all 0 again. */
void perso_pixels_done(struct perso_pixels *p);

#define PERSO_PIXELS(name)      \
	__attribute__((cleanup( \
	    perso_pixels_done))) struct perso_pixels name = { .width = 0 }

/* First sample of a row, y < height. */
static inline uint8_t *
perso_pixels_row(const struct perso_pixels *p, uint32_t y)
{
	return p->data.p + (size_t)y * p->width * p->channels;
}

#endif
