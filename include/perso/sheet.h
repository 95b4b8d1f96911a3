/*
 * The contact sheet: one document on one page of A4, for the eye of whoever
 * judges it: the printed faces, the pictures and data that its chip or seal
 * gave, the checks and the verdict side by side.
 *
 * It takes plain values and knows neither line nor verify. Nothing is issued
 * here: a text that is too long is cut with an ellipsis, a character that no
 * font has (or that could turn the text around) becomes a question mark, and
 * a face that cannot be drawn leaves the reason in its place. Long lists
 * take more and narrower columns; what does not fit even then is counted.
 *
 * A sheet is personal data. The same values give the same bytes.
 */
#ifndef PERSO_SHEET_H
#define PERSO_SHEET_H

#include "perso/render.h"

enum perso_sheet_state {
	PERSO_SHEET_PASSED,
	PERSO_SHEET_FAILED, /* stand first, up to four lines each */
	PERSO_SHEET_SKIPPED
};

/* All texts are UTF-8, terminated, and may be anything. */
struct perso_sheet_row {
	const char *key;
	const char *value; /* NULL: key is a heading */
};

struct perso_sheet_check {
	const char *id;
	const char *text;
	enum perso_sheet_state state;
};

struct perso_sheet_picture {
	const char *caption;
	const struct perso_pixels *pixels; /* NULL: only the caption */
};

#define PERSO_SHEET_LINES 3    /* beneath the title; of an MRZ */
#define PERSO_SHEET_PICTURES 3 /* portrait, signature, .. */

/* One document. All borrowed; what is 0 or NULL is left out. */
struct perso_sheet {
	const char *title; /* the order's number */
	const char *lines[PERSO_SHEET_LINES];
	bool good;	     /* GOOD or BAD, large */
	const char *summary; /* "27 checks, 0 failed" */
	/* The printed faces, in life size if there is room for it. */
	struct perso_render *page;
	const struct perso_render_input *input;
	const char *no_page; /* without page: why */
	/* The zone as the chip has it, beneath the printed one, in the same
	 * type: A-Z, 0-9, < or it is left out. */
	const char *mrz[PERSO_SHEET_LINES];
	size_t picture_count;
	struct perso_sheet_picture pictures[PERSO_SHEET_PICTURES];
	size_t row_count;
	const struct perso_sheet_row *rows;
	size_t check_count;
	const struct perso_sheet_check *checks;
};

/* The fonts of sheets, opened; not thread-safe. */
struct perso_sheet_maker;

/* PERSO_E_CONFIG: a font's file is missing; PERSO_E_NOMEM. */
PERSO_MUST perso_rc perso_sheet_open(struct perso_sheet_maker **ret);
void perso_sheet_close(struct perso_sheet_maker **m);
#define PERSO_SHEET_MAKER(name) \
	__attribute__((         \
	    cleanup(perso_sheet_close))) struct perso_sheet_maker *name = NULL

#define PERSO_SHEET_DPI 150
#define PERSO_SHEET_WIDTH 29700 /* 1/100 mm */
#define PERSO_SHEET_HEIGHT 21000

/* 1754 x 1240 pixels; appended. PERSO_E_NOMEM. */
PERSO_MUST perso_rc perso_sheet_png(struct perso_sheet_maker *m,
    const struct perso_sheet *s, struct perso_buf *ret);
/* One page of A4 at 1:1; appended. PERSO_E_NOMEM. */
PERSO_MUST perso_rc perso_sheet_pdf(struct perso_sheet_maker *m,
    const struct perso_sheet *s, struct perso_buf *ret);

#endif
