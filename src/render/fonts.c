/*
 * The layout's fonts and no others, for pango and for the MRZ.
 */
#include "perso/hex.h"
#include "render_int.h"

static const struct perso_font *
find_font(const char *family)
{
	const struct perso_font *f;

	for (size_t i = 0; (f = perso_font_at(i)) != NULL; i++)
		if (strcmp(f->family, family) == 0)
			return f;
	return NULL;
}

static bool
uses(const struct perso_layout *l, const char *family)
{
	for (size_t i = 0; i < l->font_count; i++)
		if (strcmp(l->fonts[i], family) == 0)
			return true;
	for (size_t side = 0; side < l->side_count; side++)
		for (size_t i = 0; i < l->sides[side].count; i++)
			if (strcmp(l->sides[side].v[i].family, family) == 0)
				return true;
	return false;
}

static perso_rc
add_file(struct perso_render *r, const struct perso_font *f, const char *file)
{
	if (file == NULL)
		return PERSO_OK;
	if (!FcConfigAppFontAddFile(r->config, (const FcChar8 *)file))
		PERSO_FAIL(PERSO_E_CONFIG,
		    "%s: font %s: there is no %s (package missing?)",
		    r->layout->file, f->family, file);
	return PERSO_OK;
}

static perso_rc
add_fonts(struct perso_render *r)
{
	const struct perso_font *f;

	for (size_t i = 0; (f = perso_font_at(i)) != NULL; i++) {
		if (!uses(r->layout, f->family))
			continue;
		PERSO_TRY(add_file(r, f, f->regular));
		PERSO_TRY(add_file(r, f, f->bold));
	}
	return PERSO_OK;
}

/* A font of that family has the letter. */
static bool
has_letter(const struct perso_render *r, const char *family, uint32_t letter)
{
	const FcFontSet *set = FcConfigGetFonts(r->config, FcSetApplication);

	for (int i = 0; set != NULL && i < set->nfont; i++) {
		FcChar8 *name = NULL;
		FcCharSet *letters = NULL;
		if (FcPatternGetString(set->fonts[i], FC_FAMILY, 0, &name) ==
			FcResultMatch &&
		    strcmp((const char *)name, family) == 0 &&
		    FcPatternGetCharSet(set->fonts[i], FC_CHARSET, 0,
			&letters) == FcResultMatch &&
		    FcCharSetHasChar(letters, letter))
			return true;
	}
	return false;
}

bool
render_fonts_have(const struct perso_render *r, uint32_t letter)
{
	for (size_t i = 0; i < r->layout->font_count; i++)
		if (has_letter(r, r->layout->fonts[i], letter))
			return true;
	return false;
}

static bool
carries(const struct perso_render *r, const char *family, unsigned script)
{
	const struct perso_font *f = find_font(family);
	struct perso_span s = perso_span_str(perso_script_letters(script));
	uint32_t letter = 0;
	size_t at = 0;

	if (f == NULL || !(f->scripts & script))
		return false;
	while (at < s.n)
		if (perso_utf8_next(s, &at, &letter) != PERSO_OK ||
		    !has_letter(r, family, letter))
			return false;
	return true;
}

/* The files that are installed have what the layout relies on. */
static perso_rc
check_scripts(
    const struct perso_render *r, const struct perso_layout_element *e)
{
	const struct perso_layout *l = r->layout;

	for (unsigned bit = 1; bit < 1U << PERSO_SCRIPTS; bit <<= 1) {
		bool ok = !(e->scripts & bit) ||
			  (e->family[0] && carries(r, e->family, bit));
		for (size_t i = 0; i < l->font_count && !ok; i++)
			ok = carries(r, l->fonts[i], bit);
		if (!ok)
			return perso_layout_fail(l, e,
			    "the installed fonts have not all letters of %s "
			    "for field %s",
			    perso_script_name(bit), perso_layout_word(e));
	}
	return PERSO_OK;
}

static perso_rc
check_elements(const struct perso_render *r)
{
	const struct perso_layout *l = r->layout;

	for (size_t side = 0; side < l->side_count; side++)
		for (size_t i = 0; i < l->sides[side].count; i++)
			PERSO_TRY(check_scripts(r, &l->sides[side].v[i]));
	return PERSO_OK;
}

static perso_rc
open_ocr(struct perso_render *r)
{
	const char *file = find_font("OCR B")->regular;
	FcPattern *p = FcPatternBuild(NULL, FC_FILE, FcTypeString, file,
	    FC_INDEX, FcTypeInteger, 0, FC_HINTING, FcTypeBool, FcFalse,
	    FC_AUTOHINT, FcTypeBool, FcFalse, (char *)NULL);

	if (p == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for fonts");
	cairo_font_face_t *face = cairo_ft_font_face_create_for_pattern(p);
	FcPatternDestroy(p);
	perso_rc rc = render_ocr_open(r, face);
	cairo_font_face_destroy(face);
	PERSO_TRY_CTX(rc, "%s: font OCR B: %s", r->layout->file, file);
	return PERSO_OK;
}

/* Outlines as they are drawn, without a screen's corrections: the same
 * lengths in pixels and in PDF. */
static perso_rc
open_context(struct perso_render *r)
{
	r->options = cairo_font_options_create();
	cairo_font_options_set_antialias(r->options, CAIRO_ANTIALIAS_GRAY);
	cairo_font_options_set_hint_style(r->options, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(r->options, CAIRO_HINT_METRICS_OFF);
	r->map = pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT);
	if (r->map == NULL)
		PERSO_FAIL(PERSO_E_CONFIG, "pango has no FreeType fonts");
	pango_fc_font_map_set_config(PANGO_FC_FONT_MAP(r->map), r->config);
	r->context = pango_font_map_create_context(r->map);
	pango_cairo_context_set_font_options(r->context, r->options);
	pango_cairo_context_set_resolution(r->context, 72);
	pango_context_set_round_glyph_positions(r->context, FALSE);
	pango_context_set_language(
	    r->context, pango_language_from_string("und"));
	return PERSO_OK;
}

perso_rc
render_fonts_open(struct perso_render *r)
{
	r->config = FcConfigCreate();
	if (r->config == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for fonts");
	PERSO_TRY(add_fonts(r));
	PERSO_TRY(check_elements(r));
	PERSO_TRY(open_context(r));
	return open_ocr(r);
}

void
render_fonts_close(struct perso_render *r)
{
	render_ocr_close(r);
	/* pango 1.50 does not let go of the configuration by itself. */
	if (r->map != NULL) {
		pango_fc_font_map_set_config(PANGO_FC_FONT_MAP(r->map), NULL);
		pango_fc_font_map_shutdown(PANGO_FC_FONT_MAP(r->map));
	}
	g_clear_object(&r->context);
	g_clear_object(&r->map);
	if (r->options != NULL)
		cairo_font_options_destroy(r->options);
	if (r->config != NULL)
		FcConfigDestroy(r->config);
}
