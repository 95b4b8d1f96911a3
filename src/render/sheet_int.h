/*
 * Private to the contact sheet. Lengths are points from the upper left
 * corner.
 */
#ifndef PERSO_SHEET_INT_H
#define PERSO_SHEET_INT_H

#include "perso/sheet.h"
#include "render_int.h"

#define SHEET_TEXT_MAX 4096 /* bytes of a text that are looked at */

struct perso_sheet_maker {
	struct perso_layout layout; /* of no document: fonts only */
	struct perso_render *render;
	char families[33 * PERSO_LAYOUT_FONTS];
};

struct sheet_box {
	double x, y, width, height;
};

/* sheet_text.c: a text of at most that many lines, set; the caller unrefs. */
struct sheet_text {
	const char *text;
	double size, width;
	int lines;
	bool bold;
	PangoAlignment align;
	uint32_t colour;
};
PERSO_MUST perso_rc sheet_text_set(
    struct perso_sheet_maker *m, const struct sheet_text *t, PangoLayout **ret);
double sheet_text_height(PangoLayout *l);
/* Into the box; nothing of it outside. */
void sheet_text_show(
    cairo_t *cr, PangoLayout *l, uint32_t colour, const struct sheet_box *box);
/* All of the above: at the top of the box, as many lines as are asked for. */
PERSO_MUST perso_rc sheet_text_draw(struct perso_sheet_maker *m, cairo_t *cr,
    const struct sheet_text *t, double x, double y);

/* sheet_list.c */
struct sheet_item {
	enum { SHEET_HEADING, SHEET_PAIR, SHEET_CHECK } kind;
	const char *key, *value;
	enum perso_sheet_state state; /* of a check */
};

/* Two lists side by side in one area, each in columns of its own. */
struct sheet_lists {
	struct sheet_box area;
	const struct sheet_item *items[2];
	size_t count[2];
	/* Told where each row stands; NULL: nobody. For tests. */
	void (*placed)(void *ctx, const struct sheet_box *row);
	void *ctx;
};
PERSO_MUST perso_rc sheet_lists_draw(
    struct perso_sheet_maker *m, cairo_t *cr, const struct sheet_lists *l);

/* sheet_faces.c: printed faces, zone and pictures of the chip. */
PERSO_MUST perso_rc sheet_faces_draw(struct perso_sheet_maker *m, cairo_t *cr,
    const struct perso_sheet *s, const struct sheet_box *area);

#define SHEET_BLACK 0x1A1A1Au
#define SHEET_GREY 0x6B7280u
#define SHEET_RULE 0xC8CCD2u
#define SHEET_GREEN 0x15803Du
#define SHEET_RED 0xB91C1Cu

#endif
