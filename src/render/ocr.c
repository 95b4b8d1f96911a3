/*
 * OCR-B, each character placed by itself.
 *
 * The font's outlines are taken once, at a large size. Pixels are filled
 * from them at their exact place. In a PDF they are a font of cairo's "user"
 * kind (Type 3): cairo 1.16 writes a broken file when it subsets this font's
 * CFF table itself.
 */
#include "render_int.h"

#define SCALE 1000.0 /* outlines are of this size */

static const cairo_user_data_key_t outlines_key;

static perso_rc
take_outline(cairo_t *cr, char c, cairo_path_t **ret)
{
	const char text[2] = { c, '\0' };
	cairo_glyph_t *glyphs = NULL;
	int count = 0;

	cairo_status_t status =
	    cairo_scaled_font_text_to_glyphs(cairo_get_scaled_font(cr), 0, 0,
		text, 1, &glyphs, &count, NULL, NULL, NULL);
	bool ok = status == CAIRO_STATUS_SUCCESS && count == 1 &&
		  glyphs[0].index != 0;
	if (ok) {
		cairo_new_path(cr);
		cairo_glyph_path(cr, glyphs, 1);
		*ret = cairo_copy_path(cr);
		ok = (*ret)->status == CAIRO_STATUS_SUCCESS;
	}
	cairo_glyph_free(glyphs);
	if (!ok)
		PERSO_FAIL(PERSO_E_CONFIG, "OCR-B has no glyph for %c", c);
	return PERSO_OK;
}

static perso_rc
take_outlines(cairo_t *cr, cairo_font_face_t *face,
    const cairo_font_options_t *options, cairo_path_t **outlines)
{
	cairo_set_font_face(cr, face);
	cairo_set_font_options(cr, options);
	cairo_set_font_size(cr, SCALE);
	for (const char *s = perso_script_letters(PERSO_SCRIPT_OCR); *s; s++)
		PERSO_TRY(take_outline(cr, *s, &outlines[(unsigned char)*s]));
	return PERSO_OK;
}

static cairo_status_t
draw_glyph(cairo_scaled_font_t *font, unsigned long glyph, cairo_t *cr,
    cairo_text_extents_t *extents)
{
	cairo_path_t *const *outlines = cairo_font_face_get_user_data(
	    cairo_scaled_font_get_font_face(font), &outlines_key);

	extents->x_advance = RENDER_OCR_ADVANCE;
	if (glyph >= RENDER_OCR_CODES || outlines[glyph] == NULL)
		return CAIRO_STATUS_SUCCESS;
	cairo_scale(cr, 1 / SCALE, 1 / SCALE);
	cairo_append_path(cr, outlines[glyph]);
	cairo_fill(cr);
	return CAIRO_STATUS_SUCCESS;
}

static cairo_status_t
glyph_of(
    cairo_scaled_font_t *font, unsigned long unicode, unsigned long *ret_glyph)
{
	(void)font;
	*ret_glyph = unicode < RENDER_OCR_CODES ? unicode : 0;
	return CAIRO_STATUS_SUCCESS;
}

perso_rc
render_ocr_open(struct perso_render *r, cairo_font_face_t *face)
{
	cairo_surface_t *s = cairo_image_surface_create(CAIRO_FORMAT_A8, 1, 1);
	cairo_t *cr = cairo_create(s);

	perso_rc rc = take_outlines(cr, face, r->options, r->outlines);
	cairo_destroy(cr);
	cairo_surface_destroy(s);
	PERSO_TRY(rc);
	r->ocr = cairo_user_font_face_create();
	cairo_user_font_face_set_render_glyph_func(r->ocr, draw_glyph);
	cairo_user_font_face_set_unicode_to_glyph_func(r->ocr, glyph_of);
	if (cairo_font_face_set_user_data(r->ocr, &outlines_key, r->outlines,
		NULL) != CAIRO_STATUS_SUCCESS)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for fonts");
	return PERSO_OK;
}

void
render_ocr_close(struct perso_render *r)
{
	if (r->ocr != NULL)
		cairo_font_face_destroy(r->ocr);
	for (size_t i = 0; i < RENDER_OCR_CODES; i++)
		if (r->outlines[i] != NULL)
			cairo_path_destroy(r->outlines[i]);
}

static void
show_glyph(
    struct perso_render *r, cairo_t *cr, char c, double em, double x, double y)
{
	const cairo_glyph_t g = { (unsigned char)c, x, y };
	const cairo_text_cluster_t one = { 1, 1 };

	if (cairo_surface_get_type(cairo_get_target(cr)) ==
	    CAIRO_SURFACE_TYPE_PDF) {
		cairo_set_font_face(cr, r->ocr);
		cairo_set_font_size(cr, em);
		cairo_show_text_glyphs(cr, &c, 1, &g, 1, &one, 1, 0);
		return;
	}
	cairo_save(cr);
	cairo_translate(cr, x, y);
	cairo_scale(cr, em / SCALE, em / SCALE);
	cairo_append_path(cr, r->outlines[(unsigned char)c]);
	cairo_fill(cr);
	cairo_restore(cr);
}

perso_rc
render_ocr_show(struct perso_render *r, cairo_t *cr, const char *what,
    const char *text, const struct render_ocr *at)
{
	const double y = at->middle + RENDER_OCR_CENTRE * at->em;

	for (size_t i = 0; text[i] != '\0'; i++) {
		unsigned char c = (unsigned char)text[i];
		if (c >= RENDER_OCR_CODES || r->outlines[c] == NULL)
			PERSO_FAIL(PERSO_E_UNSUPPORTED,
			    "%s: OCR-B is for A-Z, 0-9 and <; not so position "
			    "%zu",
			    what, i + 1);
	}
	if (cr == NULL)
		return PERSO_OK;
	cairo_save(cr);
	render_colour(cr, 0);
	for (size_t i = 0; text[i] != '\0'; i++)
		show_glyph(r, cr, text[i], at->em,
		    at->x + (double)i * RENDER_OCR_ADVANCE * at->em, y);
	cairo_restore(cr);
	return PERSO_OK;
}
