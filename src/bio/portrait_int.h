/*
 * Between the files of the portrait checks: the picture as they see it, and
 * where each puts its numbers.
 */
#ifndef PERSO_PORTRAIT_INT_H
#define PERSO_PORTRAIT_INT_H

#include "perso/portrait.h"

/* Pixels whose channels are further apart are coloured. */
#define COLOURED 12
/* The scale for sharpness: 35 mm at 300 dots an inch. */
#define SCALE 413

/* One byte a pixel. */
struct portrait_plane {
	uint32_t width;
	uint32_t height;
	struct perso_buf data;
};

struct portrait_box {
	uint32_t x0, y0; /* the first pixel */
	uint32_t x1, y1; /* behind the last one */
};

struct portrait {
	const struct perso_pixels *picture;
	const struct perso_portrait_eyes *eyes; /* or NULL */
	struct portrait_plane luma;
	struct portrait_box inner; /* without border; never empty */
	struct perso_portrait_report *report;
};

static inline const uint8_t *
portrait_row(const struct portrait_plane *p, uint32_t y)
{
	return p->data.p + (size_t)y * p->width;
}

/* In areas of many rows one in this many stands for all. */
static inline uint32_t
portrait_row_step(uint32_t rows)
{
	return rows / 160 + 1;
}

static inline int
portrait_apart(int a, int b)
{
	return a < b ? b - a : a - b;
}

/* A measured value; what is not put is not measured. */
void portrait_put(
    struct portrait *p, enum perso_portrait_measure m, int64_t value);

/* Luma of the picture, and how much of it is coloured. */
PERSO_MUST perso_rc portrait_luma(struct portrait *p);
/* The border's width, and the inner box. */
void portrait_border(struct portrait *p);
PERSO_MUST perso_rc portrait_sharpness(struct portrait *p);
void portrait_face(struct portrait *p);
void portrait_background(struct portrait *p);
PERSO_MUST perso_rc portrait_blocking(struct portrait *p);
void portrait_geometry(struct portrait *p);

#endif
