/*
 * PNG with fixed settings: no time, no comment, the resolution as pHYs.
 */
#include <png.h>
#include <setjmp.h>

#include "render_int.h"

/* Filter Up at a low level: pages are mostly white rows that repeat. */
#define FILTER PNG_FILTER_UP

struct sink {
	struct perso_buf *out;
	perso_rc rc;
};

static void
on_write(png_structp png, png_bytep bytes, size_t n)
{
	struct sink *s = png_get_io_ptr(png);

	s->rc = perso_buf_append(s->out, perso_span(bytes, n));
	if (s->rc != PERSO_OK)
		png_error(png, "buffer");
}

static void
on_flush(png_structp png)
{
	(void)png;
}

static void
on_error(png_structp png, png_const_charp text)
{
	struct sink *s = png_get_error_ptr(png);

	if (s->rc == PERSO_OK) {
		perso_trail_reset();
		perso_trail_add("libpng: %s", text);
		s->rc = PERSO_E_NOMEM;
	}
	png_longjmp(png, 1);
}

static void
on_warning(png_structp png, png_const_charp text)
{
	(void)png;
	(void)text;
}

static void
write_all(png_structp png, png_infop info, const struct render_rows *r,
    uint8_t *scratch)
{
	const uint32_t per_metre = (r->dpi * 10000U + 127) / 254;

	png_set_IHDR(png, info, r->width, r->height, 8,
	    r->channels == 1 ? PNG_COLOR_TYPE_GRAY : PNG_COLOR_TYPE_RGB,
	    PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_BASE,
	    PNG_FILTER_TYPE_BASE);
	png_set_pHYs(png, info, per_metre, per_metre, PNG_RESOLUTION_METER);
	png_set_compression_level(png, PERSO_PNG_LEVEL);
	png_set_filter(png, PNG_FILTER_TYPE_BASE, FILTER);
	png_write_info(png, info);
	for (uint32_t y = 0; y < r->height; y++)
		png_write_row(png, r->row(r->ctx, y, scratch));
	png_write_end(png, info);
}

/* Alone with setjmp: no variable of the caller is at risk. */
static void
run(png_structp png, png_infop info, const struct render_rows *r,
    uint8_t *scratch)
{
	if (setjmp(png_jmpbuf(png)) == 0)
		write_all(png, info, r, scratch);
}

perso_rc
render_png_write(const struct render_rows *r, struct perso_buf *ret)
{
	PERSO_BUF(scratch, (size_t)PERSO_PIXELS_SIDE * 3);
	struct sink s = { ret, PERSO_OK };
	const size_t before = ret->n;

	PERSO_TRY(perso_buf_resize(&scratch, (size_t)r->width * 3));
	PERSO_TRY(perso_buf_reserve(
	    ret, before + (size_t)r->width * r->height / 4 + 4096));
	png_structp png = png_create_write_struct(
	    PNG_LIBPNG_VER_STRING, &s, on_error, on_warning);
	png_infop info = png != NULL ? png_create_info_struct(png) : NULL;
	if (info == NULL) {
		png_destroy_write_struct(&png, NULL);
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for a PNG");
	}
	png_set_write_fn(png, &s, on_write, on_flush);
	run(png, info, r, scratch.p);
	png_destroy_write_struct(&png, &info);
	/* Shrinking does not fail. */
	if (s.rc != PERSO_OK && perso_buf_resize(ret, before) != PERSO_OK)
		perso_buf_clear(ret);
	return s.rc;
}

static const uint8_t *
pixels_row(const void *ctx, uint32_t y, uint8_t *scratch)
{
	(void)scratch;
	return perso_pixels_row(ctx, y);
}

/* see perso/render.h */
perso_rc
perso_render_encode(
    const struct perso_pixels *p, unsigned dpi, struct perso_buf *ret)
{
	const struct render_rows rows = { p->width, p->height, p->channels, dpi,
		pixels_row, p };

	return render_png_write(&rows, ret);
}
