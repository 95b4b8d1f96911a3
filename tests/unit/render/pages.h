/*
 * What the tests of render share: a holder of any profile, pictures that are
 * made, and where the ink of a page is.
 */
#ifndef PERSO_TEST_PAGES_H
#define PERSO_TEST_PAGES_H

#include "perso/render.h"

struct pages {
	struct perso_profiles *set;
	const struct perso_layout *layout;
	struct perso_render *render;
	struct perso_record record;
	struct perso_pixels portrait, signature;
	struct perso_render_symbol symbol;
	struct perso_render_input in;
};

/* Short values in every field; a profile by its place in the set. */
void pages_open(struct pages *p, size_t profile);
/* The same on the page of a layout that no profile names. */
void pages_open_layout(struct pages *p, const char *layout);
void pages_close(struct pages *p);

/* A side at 300 dpi. */
void pages_draw(struct pages *p, size_t side, struct perso_pixels *ret);

/* text, repeated to that many characters, the last ones cut. */
void pages_repeat(char *dst, size_t cap, const char *text, size_t count);

/* Pixels that differ between two pages: how many inside the frame, how many
 * outside it and outside the MRZ. */
void pages_compare(const struct perso_layout *l, size_t side,
    const struct perso_layout_element *e, const struct perso_pixels *a,
    const struct perso_pixels *b, size_t *ret_inside, size_t *ret_outside);

#endif
