/*
 * Text into a box: as large as asked for, smaller by steps of a quarter
 * point until it fits, never below its least size and never over an edge.
 */
#include <inttypes.h>

#include "render_int.h"

#define STEP 25 /* 1/100 pt */

/* The text set at some size, and where its ink and lines are. Units of
 * pango. */
struct set_text {
	PangoLayout *layout;
	PangoRectangle ink, box;
	int rows;
};

static void
describe(const struct perso_render *r, const struct render_text *t,
    uint32_t size, PangoLayout *layout)
{
	char families[33 * (PERSO_LAYOUT_FONTS + 1)] = "";
	size_t n = 0;
	PangoFontDescription *d = pango_font_description_new();

	if (t->family[0] != '\0')
		n += (size_t)snprintf(families, sizeof(families), "%s%s",
		    t->family, r->layout->font_count ? "," : "");
	for (size_t i = 0; i < r->layout->font_count; i++)
		n += (size_t)snprintf(families + n, sizeof(families) - n,
		    "%s%s", i ? "," : "", r->layout->fonts[i]);
	pango_font_description_set_family(d, families);
	pango_font_description_set_weight(
	    d, t->bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
	pango_font_description_set_absolute_size(
	    d, (double)size * PANGO_SCALE / 100.0);
	pango_layout_set_font_description(layout, d);
	pango_font_description_free(d);
}

/* A character that no font has: which and where. */
static perso_rc
fail_glyph(const struct render_text *t, int byte)
{
	const char *at = t->text + byte;

	PERSO_FAIL(PERSO_E_UNSUPPORTED,
	    "%s: no font has a glyph for U+%04" PRIX32 " at position %ld",
	    t->what, (uint32_t)g_utf8_get_char(at),
	    g_utf8_pointer_to_offset(t->text, at) + 1);
}

/* The earliest of a run's glyphs that is a box. */
static void
find_unknown(const PangoGlyphItem *run, int *first)
{
	const PangoGlyphString *g = run->glyphs;

	for (int i = 0; i < g->num_glyphs; i++) {
		int at = run->item->offset + g->log_clusters[i];
		if ((g->glyphs[i].glyph & PANGO_GLYPH_UNKNOWN_FLAG) != 0 &&
		    g->glyphs[i].glyph != PANGO_GLYPH_EMPTY &&
		    (*first < 0 || at < *first))
			*first = at;
	}
}

static perso_rc
check_glyphs(const struct render_text *t, PangoLayout *layout)
{
	int first = -1;

	if (pango_layout_get_unknown_glyphs_count(layout) == 0)
		return PERSO_OK;
	PangoLayoutIter *i = pango_layout_get_iter(layout);
	do {
		const PangoGlyphItem *run =
		    pango_layout_iter_get_run_readonly(i);
		if (run != NULL)
			find_unknown(run, &first);
	} while (pango_layout_iter_next_run(i));
	pango_layout_iter_free(i);
	return fail_glyph(t, first < 0 ? 0 : first);
}

static PangoAlignment
alignment(enum perso_layout_align a)
{
	return a == PERSO_ALIGN_RIGHT	 ? PANGO_ALIGN_RIGHT
	       : a == PERSO_ALIGN_CENTER ? PANGO_ALIGN_CENTER
					 : PANGO_ALIGN_LEFT;
}

/* A name is never given a hyphen that is not its own. */
void
render_no_hyphens(PangoLayout *l)
{
	PangoAttrList *list = pango_attr_list_new();

	pango_attr_list_insert(list, pango_attr_insert_hyphens_new(FALSE));
	pango_layout_set_attributes(l, list);
	pango_attr_list_unref(list);
}

static PangoLayout *
new_layout(struct perso_render *r, const struct render_text *t)
{
	PangoLayout *l = pango_layout_new(r->context);

	pango_layout_set_auto_dir(l, TRUE);
	pango_layout_set_single_paragraph_mode(l, TRUE);
	/* Right-to-left text begins at the right of its frame. */
	pango_layout_set_alignment(l, alignment(t->align));
	pango_layout_set_width(l, (int)(t->width * PANGO_SCALE));
	pango_layout_set_line_spacing(l, 0.95F);
	pango_layout_set_text(l, t->text, -1);
	render_no_hyphens(l);
	return l;
}

static bool
fits(const struct render_text *t, struct set_text *s)
{
	int width = (int)(t->width * PANGO_SCALE);
	int height = (int)(t->height * PANGO_SCALE);

	pango_layout_get_extents(s->layout, &s->ink, &s->box);
	s->rows = pango_layout_get_line_count(s->layout);
	return (unsigned)s->rows <= t->rows && s->box.width <= width &&
	       s->ink.width <= width && s->ink.height <= height;
}

/* Largest size at which it fits. */
static bool
shrink(struct perso_render *r, const struct render_text *t, PangoWrapMode wrap,
    struct set_text *s)
{
	uint32_t size = t->size;

	pango_layout_set_wrap(s->layout, wrap);
	for (;;) {
		describe(r, t, size, s->layout);
		if (fits(t, s))
			return true;
		if (size == t->min_size)
			return false;
		size = size > t->min_size + STEP ? size - STEP : t->min_size;
	}
}

/* A word is only parted between two rows if it is too long for one. */
static perso_rc
set_text(
    struct perso_render *r, const struct render_text *t, struct set_text *s)
{
	describe(r, t, t->size, s->layout);
	PERSO_TRY(check_glyphs(t, s->layout));
	if (shrink(r, t, PANGO_WRAP_WORD, s) ||
	    (t->rows > 1 && shrink(r, t, PANGO_WRAP_CHAR, s)))
		return PERSO_OK;
	PERSO_FAIL(PERSO_E_RANGE,
	    "%s: does not fit its frame at %" PRIu32 ".%02" PRIu32 " points",
	    t->what, t->min_size / 100, t->min_size % 100);
}

/* Moves a stretch of ink into 0..room. */
static double
into(int ink, int length, double room)
{
	double from = (double)ink / PANGO_SCALE;
	double to = (double)(ink + length) / PANGO_SCALE;

	if (to > room)
		return room - to;
	return from < 0 ? -from : 0;
}

static void
show(cairo_t *cr, const struct render_text *t, const struct set_text *s)
{
	double dx = into(s->ink.x, s->ink.width, t->width);
	double dy = into(s->ink.y, s->ink.height, t->height);

	if (t->middle)
		dy = (t->height - (double)s->ink.height / PANGO_SCALE) / 2 -
		     (double)s->ink.y / PANGO_SCALE;

	render_colour(cr, t->colour);
	cairo_move_to(cr, t->x + dx, t->y + dy);
	pango_cairo_show_layout(cr, s->layout);
}

perso_rc
render_text_draw(
    struct perso_render *r, cairo_t *cr, const struct render_text *t)
{
	struct set_text s = { .layout = new_layout(r, t) };

	perso_rc rc = set_text(r, t, &s);
	if (rc == PERSO_OK && cr != NULL)
		show(cr, t, &s);
	g_object_unref(s.layout);
	return rc;
}
