/*
 * One side: what lies beneath, then everything else in the layout's order.
 */
#include "render_int.h"

void
render_colour(cairo_t *cr, uint32_t rgb)
{
	cairo_set_source_rgb(cr, (rgb >> 16 & 0xFF) / 255.0,
	    (rgb >> 8 & 0xFF) / 255.0, (rgb & 0xFF) / 255.0);
}

static void
draw_box(cairo_t *cr, const struct perso_layout_element *e)
{
	render_colour(cr, e->colour);
	cairo_rectangle(cr, pt_of_mm(e->x), pt_of_mm(e->y), pt_of_mm(e->width),
	    pt_of_mm(e->height));
	cairo_fill(cr);
}

static perso_rc
draw_written(struct perso_render *r, cairo_t *cr,
    const struct perso_layout_element *e, const struct perso_render_input *in)
{
	char value[RENDER_TEXT_MAX];

	PERSO_TRY(render_value(e, in, value));
	/* Nothing to say: no caption either. */
	perso_rc rc =
	    value[0] == '\0' ? PERSO_OK : render_written(r, cr, e, value);
	explicit_bzero(value, sizeof(value));
	return rc;
}

static perso_rc
draw_picture(struct perso_render *r, cairo_t *cr,
    const struct perso_layout_element *e, const struct perso_pixels *p)
{
	double above = 0;

	if (p == NULL)
		return PERSO_OK;
	PERSO_TRY(render_caption(r, cr, e, &above));
	PERSO_TRY_CTX(
	    render_picture(cr, e, p, above), "%s", perso_layout_word(e));
	return PERSO_OK;
}

static perso_rc
draw_element(struct perso_render *r, cairo_t *cr,
    const struct perso_layout_element *e, const struct perso_render_input *in)
{
	switch (e->kind) {
	case PERSO_LAYOUT_FIELD:
	case PERSO_LAYOUT_TEXT:
		return draw_written(r, cr, e, in);
	case PERSO_LAYOUT_PORTRAIT:
	case PERSO_LAYOUT_GHOST:
		return draw_picture(r, cr, e, in->portrait);
	case PERSO_LAYOUT_SIGNATURE:
		return draw_picture(r, cr, e, in->signature);
	case PERSO_LAYOUT_SYMBOL:
		return in->symbol != NULL ? render_symbol(cr, e, in->symbol)
					  : PERSO_OK;
	case PERSO_LAYOUT_MRZ:
		return render_mrz(r, cr, in->record);
	case PERSO_LAYOUT_BOX:
	case PERSO_LAYOUT_LINE:
		break;
	}
	return PERSO_OK;
}

perso_rc
render_page(struct perso_render *r, cairo_t *cr, size_t side,
    const struct perso_render_input *in)
{
	const struct perso_layout_side *s = &r->layout->sides[side];

	render_colour(cr, 0xFFFFFF);
	cairo_paint(cr);
	for (size_t i = 0; i < s->count; i++)
		if (s->v[i].kind == PERSO_LAYOUT_BOX ||
		    s->v[i].kind == PERSO_LAYOUT_LINE)
			draw_box(cr, &s->v[i]);
	for (size_t i = 0; i < s->count; i++)
		PERSO_TRY_CTX(draw_element(r, cr, &s->v[i], in), "%s, %s",
		    r->layout->id, s->name);
	if (cairo_status(cr) != CAIRO_STATUS_SUCCESS)
		PERSO_FAIL(PERSO_E_NOMEM, "cairo: %s",
		    cairo_status_to_string(cairo_status(cr)));
	return PERSO_OK;
}

static perso_rc
check_element(struct perso_render *r, const struct perso_layout_element *e,
    const struct perso_render_input *in)
{
	if (e->kind == PERSO_LAYOUT_FIELD || e->kind == PERSO_LAYOUT_TEXT)
		return draw_written(r, NULL, e, in);
	return e->kind == PERSO_LAYOUT_MRZ ? render_mrz(r, NULL, in->record)
					   : PERSO_OK;
}

/* see perso/render.h */
perso_rc
perso_render_check(struct perso_render *r, const struct perso_render_input *in)
{
	for (size_t i = 0; i < r->layout->side_count; i++) {
		const struct perso_layout_side *s = &r->layout->sides[i];

		for (size_t k = 0; k < s->count; k++)
			PERSO_TRY_CTX(check_element(r, &s->v[k], in), "%s, %s",
			    r->layout->id, s->name);
	}
	return PERSO_OK;
}
