/*
 * Portrait, ghost image, signature and symbols.
 */
#include "render_int.h"

#define GHOST 40 /* per cent of the portrait's ink */

/* As cairo wants it; the ghost is mixed with white. */
static void
copy_row(const struct perso_pixels *p, uint32_t y, unsigned ink, uint32_t *dst)
{
	const uint8_t *s = perso_pixels_row(p, y);
	uint8_t tone[256];

	for (unsigned v = 0; v < 256; v++)
		tone[v] = (uint8_t)(255 - (255 - v) * ink / 100);
	if (p->channels == 1)
		for (uint32_t x = 0; x < p->width; x++)
			dst[x] = 0x010101U * tone[s[x]];
	else
		for (uint32_t x = 0; x < p->width; x++, s += 3)
			dst[x] = (uint32_t)tone[s[0]] << 16 |
				 (uint32_t)tone[s[1]] << 8 | tone[s[2]];
}

static perso_rc
surface_of(const struct perso_pixels *p, unsigned ink, cairo_surface_t **ret)
{
	cairo_surface_t *s = cairo_image_surface_create(
	    CAIRO_FORMAT_RGB24, (int)p->width, (int)p->height);

	if (cairo_surface_status(s) != CAIRO_STATUS_SUCCESS) {
		cairo_surface_destroy(s);
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for a picture");
	}
	unsigned char *data = cairo_image_surface_get_data(s);
	int stride = cairo_image_surface_get_stride(s);
	for (uint32_t y = 0; y < p->height; y++)
		copy_row(
		    p, y, ink, (void *)(data + (size_t)y * (size_t)stride));
	cairo_surface_mark_dirty(s);
	*ret = s;
	return PERSO_OK;
}

/* Wipes what was drawn from. PDF surfaces keep a copy of their own until
 * they are finished. */
static void
drop_surface(cairo_surface_t *s)
{
	explicit_bzero(cairo_image_surface_get_data(s),
	    (size_t)cairo_image_surface_get_stride(s) *
		(size_t)cairo_image_surface_get_height(s));
	cairo_surface_destroy(s);
}

/* A PDF surface takes the picture's bytes when its page is shown, so there
 * they must stay as they are until then. */
static void
release(cairo_t *cr, cairo_surface_t *s)
{
	if (cairo_surface_get_type(cairo_get_target(cr)) ==
	    CAIRO_SURFACE_TYPE_IMAGE)
		drop_surface(s);
	else
		cairo_surface_destroy(s);
}

perso_rc
render_picture(cairo_t *cr, const struct perso_layout_element *e,
    const struct perso_pixels *p, double top)
{
	const double room_w = pt_of_mm(e->width);
	const double room_h = pt_of_mm(e->height) - top;
	const double by_w = room_w / p->width, by_h = room_h / p->height;
	const double scale = by_w < by_h ? by_w : by_h;
	cairo_surface_t *s = NULL;

	PERSO_TRY(
	    surface_of(p, e->kind == PERSO_LAYOUT_GHOST ? GHOST : 100, &s));
	cairo_save(cr);
	cairo_translate(cr, pt_of_mm(e->x) + (room_w - scale * p->width) / 2,
	    pt_of_mm(e->y) + top + (room_h - scale * p->height) / 2);
	cairo_scale(cr, scale, scale);
	cairo_rectangle(cr, 0, 0, p->width, p->height);
	cairo_set_source_surface(cr, s, 0, 0);
	cairo_pattern_set_extend(cairo_get_source(cr), CAIRO_EXTEND_PAD);
	cairo_pattern_set_filter(cairo_get_source(cr), CAIRO_FILTER_GOOD);
	cairo_fill(cr);
	cairo_restore(cr);
	release(cr, s);
	return PERSO_OK;
}

/* Modules as rectangles, joined along a row: exact at any resolution. */
perso_rc
render_symbol(cairo_t *cr, const struct perso_layout_element *e,
    const struct perso_render_symbol *s)
{
	const double w = pt_of_mm(e->width), h = pt_of_mm(e->height);

	if (s->width == 0 || s->height == 0)
		PERSO_FAIL(PERSO_E_ARG, "a symbol without modules");
	const double by_w = w / (s->width + 2.0 * s->quiet);
	const double by_h = h / (s->height + 2.0 * s->quiet);
	const double m = by_w < by_h ? by_w : by_h;
	const double x0 = pt_of_mm(e->x) + (w - m * s->width) / 2;
	const double y0 = pt_of_mm(e->y) + (h - m * s->height) / 2;

	cairo_save(cr);
	cairo_set_antialias(cr, CAIRO_ANTIALIAS_NONE);
	render_colour(cr, 0);
	for (unsigned y = 0; y < s->height; y++)
		for (unsigned x = 0, from = 0; x <= s->width; x++) {
			const uint8_t *row = s->modules + (size_t)y * s->width;
			if (x < s->width && row[x] != 0)
				continue;
			if (x > from)
				cairo_rectangle(cr, x0 + from * m, y0 + y * m,
				    (x - from) * m, m);
			from = x + 1;
		}
	cairo_fill(cr);
	cairo_restore(cr);
	return PERSO_OK;
}
