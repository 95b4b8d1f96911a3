/*
 * Private to render: one page being drawn, in points from its upper left
 * corner, on whatever cairo draws on.
 */
#ifndef PERSO_RENDER_INT_H
#define PERSO_RENDER_INT_H

#include "libs.h"
#include "perso/render.h"

#define RENDER_TEXT_MAX 1024 /* bytes of a value */
#define RENDER_OCR_CODES 128

struct perso_render {
	const struct perso_layout *layout;
	struct render_fonts *fonts; /* fonts.c; borrowed from its list */
	PangoContext *context;
	cairo_font_options_t *options;
	cairo_font_face_t *ocr; /* OCR-B for PDF, from the outlines */
	cairo_path_t *outlines[RENDER_OCR_CODES]; /* by ASCII code */
};

/* Of OCR-B, in its em: the advance, and the height of the middle of figures
 * and fillers above the base line, which goes onto the reference centre
 * line. At the size where the advance is the pitch, figures are 2.76 mm high
 * and strokes 0.35 mm thick: size 1. */
#define RENDER_OCR_ADVANCE 0.723
#define RENDER_OCR_CENTRE 0.380
#define RENDER_OCR_PITCH 254.0 /* 1/100 mm: ten to the inch */

/* A row of characters, in points. */
struct render_ocr {
	double em;
	double x;      /* left edge of the first cell */
	double middle; /* reference centre line, from the top */
};

/* Hundredths of a millimetre, of a point. */
static inline double
pt_of_mm(double hundredths)
{
	return hundredths * 72.0 / 2540.0;
}

/* A text to be set: into this box, in points. */
struct render_text {
	const char *what;	 /* the field, for messages */
	const char *text;	 /* UTF-8, terminated */
	const char *family;	 /* "": the layout's */
	uint32_t size, min_size; /* 1/100 pt */
	unsigned rows;
	enum perso_layout_align align;
	bool bold;
	bool middle; /* ink in the middle of the height, else at the top */
	uint32_t colour;
	double x, y, width, height;
};

/* fonts.c */
PERSO_MUST perso_rc render_fonts_open(struct perso_render *r);
void render_fonts_close(struct perso_render *r);
/* A font of the layout has the letter. */
bool render_fonts_have(const struct perso_render *r, uint32_t letter);

/* text.c: draws it, or with cr NULL only sees whether it could be.
 * PERSO_E_RANGE, PERSO_E_UNSUPPORTED. */
PERSO_MUST perso_rc render_text_draw(
    struct perso_render *r, cairo_t *cr, const struct render_text *t);

void render_no_hyphens(PangoLayout *l);

/* values.c: what a field says, "" for nothing. The text is personal. */
PERSO_MUST perso_rc render_value(const struct perso_layout_element *e,
    const struct perso_render_input *in, char ret[RENDER_TEXT_MAX]);

/* element.c: a field, a static text, the caption of a signature. */
PERSO_MUST perso_rc render_written(struct perso_render *r, cairo_t *cr,
    const struct perso_layout_element *e, const char *value);
PERSO_MUST perso_rc render_caption(struct perso_render *r, cairo_t *cr,
    const struct perso_layout_element *e, double *ret_height);

/* ocr.c: the outlines of a face; a row of characters, with cr NULL only
 * looked at. PERSO_E_UNSUPPORTED for others than A-Z, 0-9, <. */
PERSO_MUST perso_rc render_ocr_open(
    struct perso_render *r, cairo_font_face_t *face);
void render_ocr_close(struct perso_render *r);
PERSO_MUST perso_rc render_ocr_show(struct perso_render *r, cairo_t *cr,
    const char *what, const char *text, const struct render_ocr *at);

/* mrz.c; cr NULL as above. */
PERSO_MUST perso_rc render_mrz(
    struct perso_render *r, cairo_t *cr, const struct perso_record *record);

/* pictures.c: into the frame without distortion. */
PERSO_MUST perso_rc render_picture(cairo_t *cr,
    const struct perso_layout_element *e, const struct perso_pixels *p,
    double top);
PERSO_MUST perso_rc render_symbol(cairo_t *cr,
    const struct perso_layout_element *e, const struct perso_render_symbol *s);

/* png.c: rows of an image surface (RGB24). grey: one channel is enough. */
struct render_rows {
	uint32_t width, height;
	unsigned channels; /* of what is written */
	unsigned dpi;
	/* Row y in that many channels; may use the scratch of 3 * width. */
	const uint8_t *(*row)(const void *ctx, uint32_t y, uint8_t *scratch);
	const void *ctx;
};
PERSO_MUST perso_rc render_png_write(
    const struct render_rows *rows, struct perso_buf *ret);

/* render.c: a surface (RGB24) as PNG; wiped and freed. */
PERSO_MUST perso_rc render_surface_png(
    cairo_surface_t *s, unsigned dpi, struct perso_buf *ret);
void render_surface_drop(cairo_surface_t **s);

/* pdf.c: pages of that size, in points; draw shows each page. */
struct render_drawing {
	double width, height;
	perso_rc (*draw)(void *ctx, cairo_t *cr);
	void *ctx;
};
PERSO_MUST perso_rc render_pdf_write(
    const struct render_drawing *d, struct perso_buf *ret);

/* page.c */
PERSO_MUST perso_rc render_page(struct perso_render *r, cairo_t *cr,
    size_t side, const struct perso_render_input *in);
void render_colour(cairo_t *cr, uint32_t rgb);

#endif
