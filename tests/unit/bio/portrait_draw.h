/*
 * Portraits that are drawn: head and shoulders before a background, and what
 * can go wrong with them.
 */
#ifndef PORTRAIT_DRAW_H
#define PORTRAIT_DRAW_H

#include "perso/portrait.h"

enum draw_back {
	BACK_PLAIN,
	BACK_GRADIENT, /* from side to side */
	BACK_PATTERN,  /* of a wall paper */
	BACK_HALVES    /* two colours of one lightness */
};

struct draw_scene {
	uint32_t width, height;
	double x, y;  /* between the eyes */
	double scale; /* 1: the eyes are 120 pixels apart */
	double roll;  /* degrees, clockwise */
	enum draw_back back;
};

/* 413 x 531, upright, in the middle. */
extern const struct draw_scene draw_usual;

void draw(const struct draw_scene *s, struct perso_pixels *ret);
void draw_eyes(const struct draw_scene *s, struct perso_portrait_eyes *ret);

/* In place. */
void draw_blur(struct perso_pixels *p, unsigned radius);
void draw_blur_across(struct perso_pixels *p, unsigned radius);
/* v becomes (v - from) * gain + to, for each channel, clipped. */
void draw_tone(
    struct perso_pixels *p, double from, const double gain[3], double to);
void draw_frame(
    struct perso_pixels *p, uint32_t across, uint32_t down, uint8_t level);
void draw_grey(struct perso_pixels *p); /* three equal channels */
/* Rounds the coefficients of blocks of 8 x 8 to multiples of step, higher ones
 * more; the grid begins at off, off. */
void draw_blocks(struct perso_pixels *p, unsigned step, uint32_t off);

/* Into ret: a part; half the size; one channel. */
void draw_part(const struct perso_pixels *p, uint32_t width, uint32_t height,
    struct perso_pixels *ret);
void draw_half(const struct perso_pixels *p, struct perso_pixels *ret);
void draw_one_channel(const struct perso_pixels *p, struct perso_pixels *ret);

#endif
