/*
 * Fields and texts in their frames: the caption on top, the value beneath.
 */
#include "render_int.h"

/* Line height of a caption, in its size. */
#define CAPTION_LEADING 1.3

static void
join_captions(const struct perso_layout_element *e, char *dst, size_t cap)
{
	size_t n = 0;

	dst[0] = '\0';
	for (size_t i = 0; i < e->caption_count && n < cap; i++)
		n += (size_t)snprintf(
		    dst + n, cap - n, "%s%s", i ? " / " : "", e->caption[i]);
}

perso_rc
render_caption(struct perso_render *r, cairo_t *cr,
    const struct perso_layout_element *e, double *ret_height)
{
	char text[sizeof(e->caption) + 16];
	struct render_text t = { .what = "caption",
		.text = text,
		.family = "",
		.size = r->layout->caption_size,
		.min_size = r->layout->caption_size > 350
				? 350
				: r->layout->caption_size,
		.rows = 1,
		.align = e->align,
		.colour = r->layout->caption_colour,
		.x = pt_of_mm(e->x),
		.y = pt_of_mm(e->y),
		.width = pt_of_mm(e->width) };

	*ret_height = 0;
	if (e->caption_count == 0)
		return PERSO_OK;
	join_captions(e, text, sizeof(text));
	t.height = t.size / 100.0 * CAPTION_LEADING;
	PERSO_TRY(render_text_draw(r, cr, &t));
	*ret_height = t.height;
	return PERSO_OK;
}

/* In OCR-B, whose pitch follows from the size; it does not shrink. */
static perso_rc
draw_ocr(struct perso_render *r, cairo_t *cr,
    const struct perso_layout_element *e, const struct render_text *t)
{
	struct render_ocr at = { .em = e->size / 100.0,
		.middle = t->y + t->height / 2 };
	const double width =
	    (double)strlen(t->text) * RENDER_OCR_ADVANCE * at.em;

	if (width > t->width || at.em * 0.8 > t->height)
		PERSO_FAIL(
		    PERSO_E_RANGE, "%s: does not fit its frame", t->what);
	at.x = t->x;
	if (e->align == PERSO_ALIGN_RIGHT)
		at.x += t->width - width;
	else if (e->align == PERSO_ALIGN_CENTER)
		at.x += (t->width - width) / 2;
	return render_ocr_show(r, cr, t->what, t->text, &at);
}

perso_rc
render_written(struct perso_render *r, cairo_t *cr,
    const struct perso_layout_element *e, const char *value)
{
	double above = 0;
	struct render_text t = { .what = perso_layout_word(e),
		.text = value,
		.family = e->family,
		.size = e->size,
		.min_size = e->min_size,
		.rows = e->rows ? e->rows : 1,
		.align = e->align,
		.bold = e->bold,
		.middle = e->caption_count == 0,
		.colour = e->colour,
		.x = pt_of_mm(e->x),
		.width = pt_of_mm(e->width) };

	PERSO_TRY(render_caption(r, cr, e, &above));
	t.y = pt_of_mm(e->y) + above;
	t.height = pt_of_mm(e->height) - above;
	if (strcmp(e->family, "OCR B") == 0)
		return draw_ocr(r, cr, e, &t);
	return render_text_draw(r, cr, &t);
}
