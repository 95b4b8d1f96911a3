/*
 * What is printed: data page or both faces of a card, from the record and a
 * layout, by cairo and pango; PNG for ink-jet and laser units, PDF at 1:1.
 *
 * The same input gives the same bytes: no time, no random identifier, no
 * font but those of the layout (fontconfig is given their files and nothing
 * else). Other versions of cairo, pango, FreeType or the fonts may give
 * others.
 *
 * Text that no font of the layout has a glyph for is refused, never drawn as
 * a box; text that does not fit at its least size is refused, never cut.
 * Messages name the field and at most one character with its position.
 */
#ifndef PERSO_RENDER_H
#define PERSO_RENDER_H

#include "perso/layout.h"
#include "perso/pixels.h"
#include "perso/record.h"

#define PERSO_RENDER_MAX ((size_t)64 << 20) /* bytes of a file */

/* Fonts of a layout, opened. Used by one thread at a time. */
struct perso_render;

/* The layout is borrowed and outlives the result. PERSO_E_CONFIG with the
 * layout's line: a font's file is missing, has no letters of a script that a
 * field must carry, a caption or text does not fit or cannot be drawn. */
PERSO_MUST perso_rc perso_render_open(
    const struct perso_layout *layout, struct perso_render **ret);
void perso_render_close(struct perso_render **r);
#define PERSO_RENDER(name) \
	__attribute__((    \
	    cleanup(perso_render_close))) struct perso_render *name = NULL

/* A symbol as rows of modules from the top, one byte each: 1 is dark. */
struct perso_render_symbol {
	unsigned width, height; /* modules, without quiet zone */
	unsigned quiet; /* light modules to leave on each side, in the frame:
			 * 4 for QR, 1 for Data Matrix */
	const uint8_t *modules; /* width * height */
};

/* What goes onto the pages; all borrowed. The document number is bound. */
struct perso_render_input {
	const struct perso_record *record;
	const char *can;       /* NULL: none */
	const char *pin, *puk; /* of a letter; NULL: none */
	const char *envelope;
	const struct perso_pixels *portrait; /* NULL: left empty */
	const struct perso_pixels *signature;
	const struct perso_render_symbol *symbol;
};

/* One side at 300 or 600 dots per inch as a PNG with its resolution, grey if
 * nothing on it has a colour; appended. PERSO_E_RANGE: a field does not fit;
 * PERSO_E_UNSUPPORTED: a character without a glyph, as U+XXXX with its
 * position in the field; PERSO_E_MISMATCH: the MRZ is not of this page;
 * codes of perso_record_mrz(). */
PERSO_MUST perso_rc perso_render_png(struct perso_render *r, size_t side,
    unsigned dpi, const struct perso_render_input *in, struct perso_buf *ret);

/* The same, not encoded. *ret is empty before. */
PERSO_MUST perso_rc perso_render_pixels(struct perso_render *r, size_t side,
    unsigned dpi, const struct perso_render_input *in,
    struct perso_pixels *ret);

/* All sides as pages of one PDF of the document's size; appended. */
PERSO_MUST perso_rc perso_render_pdf(struct perso_render *r,
    const struct perso_render_input *in, struct perso_buf *ret);

/* Whether all sides could be drawn: every text is set, nothing is drawn.
 * Pictures are not looked at. Codes of perso_render_png(). */
PERSO_MUST perso_rc perso_render_check(
    struct perso_render *r, const struct perso_render_input *in);

/* From now on all memory that the process gives back is overwritten. */
void perso_render_wipe_memory(void);

/* How perso_render_png() encodes; for any finished picture. */
#define PERSO_PNG_LEVEL 3
PERSO_MUST perso_rc perso_render_encode(
    const struct perso_pixels *p, unsigned dpi, struct perso_buf *ret);

#endif
