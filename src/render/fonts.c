/*
 * The layout's fonts and no others, for pango and for the MRZ.
 *
 * pango looks for fonts in a thread of its own, which may still read what
 * belongs to a font map when that is freed (1.50: a division by zero in a hash
 * table that is gone). So a map that was made is never freed: whoever closes
 * gives it back, and the next who needs the same fonts takes it.
 */
#include <pthread.h>

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
add_file(const struct perso_render *r, FcConfig *config,
    const struct perso_font *f, const char *file)
{
	if (file == NULL)
		return PERSO_OK;
	if (!FcConfigAppFontAddFile(config, (const FcChar8 *)file))
		PERSO_FAIL(PERSO_E_CONFIG,
		    "%s: font %s: there is no %s (package missing?)",
		    r->layout->file, f->family, file);
	return PERSO_OK;
}

/* ---- sets of fonts ------------------------------------------------------ */

/* Used by one at a time. */
struct render_fonts {
	struct render_fonts *next; /* while nobody uses it */
	uint64_t families;	   /* bits: rows of perso_font_at() */
	FcConfig *config;
	PangoFontMap *map;
};

static struct render_fonts *unused;
static pthread_mutex_t unused_lock = PTHREAD_MUTEX_INITIALIZER;

static uint64_t
families_of(const struct perso_layout *l)
{
	const struct perso_font *f;
	uint64_t set = 0;

	for (size_t i = 0; (f = perso_font_at(i)) != NULL; i++)
		set |= uses(l, f->family) ? UINT64_C(1) << i : 0;
	return set;
}

static struct render_fonts *
take_unused(uint64_t families)
{
	struct render_fonts **at, *found;

	pthread_mutex_lock(&unused_lock);
	for (at = &unused; *at != NULL && (*at)->families != families;)
		at = &(*at)->next;
	found = *at;
	if (found != NULL)
		*at = found->next;
	pthread_mutex_unlock(&unused_lock);
	return found;
}

static void
give_back(struct render_fonts *f)
{
	pthread_mutex_lock(&unused_lock);
	f->next = unused;
	unused = f;
	pthread_mutex_unlock(&unused_lock);
}

static perso_rc
add_fonts(const struct perso_render *r, struct render_fonts *ret)
{
	const struct perso_font *f;

	ret->config = FcConfigCreate();
	if (ret->config == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for fonts");
	for (size_t i = 0; (f = perso_font_at(i)) != NULL; i++) {
		if (!(ret->families >> i & 1))
			continue;
		PERSO_TRY(add_file(r, ret->config, f, f->regular));
		PERSO_TRY(add_file(r, ret->config, f, f->bold));
	}
	ret->map = pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT);
	if (ret->map == NULL)
		PERSO_FAIL(PERSO_E_CONFIG, "pango has no FreeType fonts");
	pango_fc_font_map_set_config(PANGO_FC_FONT_MAP(ret->map), ret->config);
	return PERSO_OK;
}

static perso_rc
take_fonts(struct perso_render *r)
{
	uint64_t families = families_of(r->layout);
	struct render_fonts *f = take_unused(families);
	perso_rc rc = PERSO_OK;

	if (f == NULL) {
		f = calloc(1, sizeof(*f));
		if (f == NULL)
			PERSO_FAIL(PERSO_E_NOMEM, "no memory for fonts");
		f->families = families;
		rc = add_fonts(r, f);
	}
	if (rc != PERSO_OK) { /* no font was looked for */
		if (f->config != NULL)
			FcConfigDestroy(f->config);
		free(f);
		return rc;
	}
	r->fonts = f;
	return PERSO_OK;
}

/* ---- letters ------------------------------------------------------------ */

/* A font of that family has the letter. */
static bool
has_letter(const struct perso_render *r, const char *family, uint32_t letter)
{
	const FcFontSet *set =
	    FcConfigGetFonts(r->fonts->config, FcSetApplication);

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
static void
open_context(struct perso_render *r)
{
	r->options = cairo_font_options_create();
	cairo_font_options_set_antialias(r->options, CAIRO_ANTIALIAS_GRAY);
	cairo_font_options_set_hint_style(r->options, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(r->options, CAIRO_HINT_METRICS_OFF);
	r->context = pango_font_map_create_context(r->fonts->map);
	pango_cairo_context_set_font_options(r->context, r->options);
	pango_cairo_context_set_resolution(r->context, 72);
	pango_context_set_round_glyph_positions(r->context, FALSE);
	pango_context_set_language(
	    r->context, pango_language_from_string("und"));
}

perso_rc
render_fonts_open(struct perso_render *r)
{
	PERSO_TRY(take_fonts(r));
	PERSO_TRY(check_elements(r));
	open_context(r);
	return open_ocr(r);
}

void
render_fonts_close(struct perso_render *r)
{
	render_ocr_close(r);
	g_clear_object(&r->context);
	if (r->options != NULL)
		cairo_font_options_destroy(r->options);
	if (r->fonts != NULL)
		give_back(r->fonts);
	r->fonts = NULL;
}
