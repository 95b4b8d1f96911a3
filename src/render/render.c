/*
 * Opening a layout's fonts; a side as pixels and as PNG.
 */
#include "render_int.h"

/* What stands on every document of this layout can be drawn. */
static perso_rc
check_element(struct perso_render *r, const struct perso_layout_element *e)
{
	double above = 0;
	perso_rc rc = render_caption(r, NULL, e, &above);

	if (rc == PERSO_OK && e->kind == PERSO_LAYOUT_TEXT)
		rc = render_written(r, NULL, e, e->text);
	if (rc == PERSO_OK && above >= pt_of_mm(e->height) && above > 0)
		return perso_layout_fail(r->layout, e,
		    "no room for %s under its caption", perso_layout_word(e));
	if (rc == PERSO_E_RANGE || rc == PERSO_E_UNSUPPORTED) {
		char why[PERSO_TRAIL_LEN];
		perso_trail_text(why, sizeof(why));
		return perso_layout_fail(
		    r->layout, e, "%s: %s", perso_layout_word(e), why);
	}
	return rc;
}

static perso_rc
open_all(struct perso_render *r)
{
	const struct perso_layout *l = r->layout;

	PERSO_TRY(render_fonts_open(r));
	for (size_t side = 0; side < l->side_count; side++)
		for (size_t i = 0; i < l->sides[side].count; i++)
			PERSO_TRY(check_element(r, &l->sides[side].v[i]));
	return PERSO_OK;
}

/* see perso/render.h */
perso_rc
perso_render_open(const struct perso_layout *layout, struct perso_render **ret)
{
	struct perso_render *r = calloc(1, sizeof(*r));

	if (r == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for fonts");
	r->layout = layout;
	perso_rc rc = open_all(r);
	if (rc != PERSO_OK) {
		perso_render_close(&r);
		return rc;
	}
	*ret = r;
	return PERSO_OK;
}

/* see perso/render.h */
void
perso_render_close(struct perso_render **r)
{
	if (r == NULL || *r == NULL)
		return;
	render_fonts_close(*r);
	free(*r);
	*r = NULL;
}

/* ------------------------------------------------------------- pixels */

static int
pixels_of(uint32_t hundredths, unsigned dpi)
{
	return (int)((hundredths * (uint64_t)dpi + 1270) / 2540);
}

static perso_rc
check_side(const struct perso_render *r, size_t side, unsigned dpi)
{
	if (side >= r->layout->side_count)
		PERSO_FAIL(
		    PERSO_E_ARG, "%s has no side %zu", r->layout->id, side);
	if (dpi != 300 && dpi != 600)
		PERSO_FAIL(PERSO_E_ARG, "300 or 600 dpi, not %u", dpi);
	return PERSO_OK;
}

static bool
is_grey(const uint32_t *row, uint32_t width)
{
	uint32_t differ = 0;

	for (uint32_t x = 0; x < width; x++)
		differ |= (row[x] ^ row[x] >> 8) & 0xFFFF;
	return differ == 0;
}

static const uint32_t *
row_of(cairo_surface_t *s, uint32_t y)
{
	const void *row = cairo_image_surface_get_data(s) +
			  (size_t)y * (size_t)cairo_image_surface_get_stride(s);

	return row;
}

static void
take_row(const uint32_t *s, uint32_t width, unsigned channels, uint8_t *dst)
{
	if (channels == 1)
		for (uint32_t x = 0; x < width; x++)
			dst[x] = (uint8_t)s[x];
	else
		for (uint32_t x = 0; x < width; x++, dst += 3) {
			dst[0] = (uint8_t)(s[x] >> 16);
			dst[1] = (uint8_t)(s[x] >> 8);
			dst[2] = (uint8_t)s[x];
		}
}

static unsigned
channels_of(cairo_surface_t *s)
{
	uint32_t width = (uint32_t)cairo_image_surface_get_width(s);
	uint32_t height = (uint32_t)cairo_image_surface_get_height(s);

	for (uint32_t y = 0; y < height; y++)
		if (!is_grey(row_of(s, y), width))
			return 3;
	return 1;
}

static perso_rc
draw(struct perso_render *r, cairo_surface_t *s, size_t side, unsigned dpi,
    const struct perso_render_input *in)
{
	cairo_t *cr = cairo_create(s);

	cairo_scale(cr, dpi / 72.0, dpi / 72.0);
	perso_rc rc = render_page(r, cr, side, in);
	cairo_destroy(cr);
	cairo_surface_flush(s);
	return rc;
}

void
render_surface_drop(cairo_surface_t **s)
{
	if (*s == NULL)
		return;
	explicit_bzero(cairo_image_surface_get_data(*s),
	    (size_t)cairo_image_surface_get_stride(*s) *
		(size_t)cairo_image_surface_get_height(*s));
	cairo_surface_destroy(*s);
}

#define AUTO_SURFACE(name)                                                    \
	__attribute__((cleanup(render_surface_drop))) cairo_surface_t *name = \
	    NULL

/* A side on a surface of its own; the caller drops it. */
static perso_rc
draw_side(struct perso_render *r, size_t side, unsigned dpi,
    const struct perso_render_input *in, cairo_surface_t **ret)
{
	PERSO_TRY(check_side(r, side, dpi));
	const struct perso_page *p = perso_page_of(r->layout->page);
	cairo_surface_t *s = cairo_image_surface_create(CAIRO_FORMAT_RGB24,
	    pixels_of(p->width, dpi), pixels_of(p->height, dpi));

	if (cairo_surface_status(s) != CAIRO_STATUS_SUCCESS) {
		cairo_surface_destroy(s);
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for a page");
	}
	*ret = s;
	return draw(r, s, side, dpi, in);
}

/* see perso/render.h */
perso_rc
perso_render_pixels(struct perso_render *r, size_t side, unsigned dpi,
    const struct perso_render_input *in, struct perso_pixels *ret)
{
	AUTO_SURFACE(s);

	PERSO_TRY(draw_side(r, side, dpi, in, &s));
	PERSO_TRY(
	    perso_pixels_init(ret, (uint32_t)cairo_image_surface_get_width(s),
		(uint32_t)cairo_image_surface_get_height(s), channels_of(s)));
	for (uint32_t y = 0; y < ret->height; y++)
		take_row(row_of(s, y), ret->width, ret->channels,
		    perso_pixels_row(ret, y));
	return PERSO_OK;
}

struct surface_rows {
	cairo_surface_t *surface;
	uint32_t width;
	unsigned channels;
};

static const uint8_t *
surface_row(const void *ctx, uint32_t y, uint8_t *scratch)
{
	const struct surface_rows *s = ctx;

	take_row(row_of(s->surface, y), s->width, s->channels, scratch);
	return scratch;
}

perso_rc
render_surface_png(cairo_surface_t *s, unsigned dpi, struct perso_buf *ret)
{
	const struct surface_rows from = { s,
		(uint32_t)cairo_image_surface_get_width(s), channels_of(s) };
	const struct render_rows rows = { from.width,
		(uint32_t)cairo_image_surface_get_height(s), from.channels, dpi,
		surface_row, &from };

	return render_png_write(&rows, ret);
}

/* see perso/render.h */
perso_rc
perso_render_png(struct perso_render *r, size_t side, unsigned dpi,
    const struct perso_render_input *in, struct perso_buf *ret)
{
	AUTO_SURFACE(s);

	PERSO_TRY(draw_side(r, side, dpi, in, &s));
	return render_surface_png(s, dpi, ret);
}
