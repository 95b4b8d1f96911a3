/*
 * Text on a contact sheet: cut with an ellipsis, never over its box, whatever
 * it says.
 */
#include "perso/hex.h"
#include "sheet_int.h"

/* What may be seen as it is. */
static bool
is_plain(const struct perso_sheet_maker *m, uint32_t cp)
{
	if (cp == '<' || (cp >= ' ' && cp < 0x7F))
		return true;
	return perso_text_fault(cp) == NULL && render_fonts_have(m->render, cp);
}

static perso_rc
clean(
    const struct perso_sheet_maker *m, const char *text, struct perso_buf *ret)
{
	const struct perso_span s =
	    perso_span(text, strnlen(text, SHEET_TEXT_MAX - 4));
	size_t at = 0;

	while (at < s.n) {
		uint32_t cp = '?';
		size_t next = at;

		if (perso_utf8_next(s, &next, &cp) != PERSO_OK) {
			perso_trail_reset();
			next = at + 1;
			cp = '?';
		} else if (!is_plain(m, cp)) {
			cp = cp == '\n' || cp == '\t' ? ' ' : '?';
		}
		at = next;
		PERSO_TRY(perso_utf8_append(ret, cp));
	}
	return perso_buf_append_u8(ret, 0);
}

static void
describe(const struct perso_sheet_maker *m, const struct sheet_text *t,
    PangoLayout *l)
{
	PangoFontDescription *d = pango_font_description_new();

	pango_font_description_set_family_static(d, m->families);
	pango_font_description_set_weight(
	    d, t->bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
	pango_font_description_set_absolute_size(d, t->size * PANGO_SCALE);
	pango_layout_set_font_description(l, d);
	pango_font_description_free(d);
}

perso_rc
sheet_text_set(
    struct perso_sheet_maker *m, const struct sheet_text *t, PangoLayout **ret)
{
	PERSO_BUF(text, 4 * SHEET_TEXT_MAX);

	PERSO_TRY(clean(m, t->text, &text));
	PangoLayout *l = pango_layout_new(m->render->context);
	describe(m, t, l);
	pango_layout_set_auto_dir(l, TRUE);
	pango_layout_set_single_paragraph_mode(l, TRUE);
	pango_layout_set_alignment(l, t->align);
	pango_layout_set_width(l, (int)(t->width * PANGO_SCALE));
	pango_layout_set_wrap(l, PANGO_WRAP_WORD_CHAR);
	pango_layout_set_ellipsize(l, PANGO_ELLIPSIZE_END);
	pango_layout_set_height(l, -t->lines);
	pango_layout_set_text(l, (const char *)text.p, -1);
	render_no_hyphens(l);
	*ret = l;
	return PERSO_OK;
}

double
sheet_text_height(PangoLayout *l)
{
	PangoRectangle box;

	pango_layout_get_extents(l, NULL, &box);
	return (double)box.height / PANGO_SCALE;
}

void
sheet_text_show(
    cairo_t *cr, PangoLayout *l, uint32_t colour, const struct sheet_box *box)
{
	cairo_save(cr);
	cairo_rectangle(cr, box->x, box->y, box->width, box->height);
	cairo_clip(cr);
	render_colour(cr, colour);
	cairo_move_to(cr, box->x, box->y);
	pango_cairo_show_layout(cr, l);
	cairo_restore(cr);
}

perso_rc
sheet_text_draw(struct perso_sheet_maker *m, cairo_t *cr,
    const struct sheet_text *t, double x, double y)
{
	PangoLayout *l = NULL;

	PERSO_TRY(sheet_text_set(m, t, &l));
	sheet_text_show(cr, l, t->colour,
	    &(struct sheet_box){ x, y, t->width, sheet_text_height(l) });
	g_object_unref(l);
	return PERSO_OK;
}
