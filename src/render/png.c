/*
 * PNG with fixed settings: no time, no comment, the resolution as pHYs.
 */
#include <png.h>
#include <setjmp.h>

#include "perso/render.h"

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
write_all(
    png_structp png, png_infop info, const struct perso_pixels *p, unsigned dpi)
{
	const uint32_t per_metre = (dpi * 10000U + 127) / 254;

	png_set_IHDR(png, info, p->width, p->height, 8,
	    p->channels == 1 ? PNG_COLOR_TYPE_GRAY : PNG_COLOR_TYPE_RGB,
	    PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_BASE,
	    PNG_FILTER_TYPE_BASE);
	png_set_pHYs(png, info, per_metre, per_metre, PNG_RESOLUTION_METER);
	png_set_compression_level(png, PERSO_PNG_LEVEL);
	png_set_filter(png, PNG_FILTER_TYPE_BASE, FILTER);
	png_write_info(png, info);
	for (uint32_t y = 0; y < p->height; y++)
		png_write_row(png, perso_pixels_row(p, y));
	png_write_end(png, info);
}

/* Alone with setjmp: no variable of the caller is at risk. */
static void
run(png_structp png, png_infop info, const struct perso_pixels *p, unsigned dpi)
{
	if (setjmp(png_jmpbuf(png)) == 0)
		write_all(png, info, p, dpi);
}

/* see perso/render.h */
perso_rc
perso_render_encode(
    const struct perso_pixels *p, unsigned dpi, struct perso_buf *ret)
{
	PERSO_BUF(out, PERSO_RENDER_MAX);
	struct sink s = { &out, PERSO_OK };

	PERSO_TRY(perso_buf_reserve(&out, p->data.n / 8 + 4096));
	png_structp png = png_create_write_struct(
	    PNG_LIBPNG_VER_STRING, &s, on_error, on_warning);
	png_infop info = png != NULL ? png_create_info_struct(png) : NULL;
	if (info == NULL) {
		png_destroy_write_struct(&png, NULL);
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for a PNG");
	}
	png_set_write_fn(png, &s, on_write, on_flush);
	run(png, info, p, dpi);
	png_destroy_write_struct(&png, &info);
	PERSO_TRY(s.rc);
	return perso_buf_append(ret, perso_buf_span(&out));
}
