/* A symbol as a black and white PNG. */
#include <png.h>
#include <setjmp.h>

#include "perso/symbol.h"

struct sink {
	struct perso_buf out;
	perso_rc rc;
};

static void
put_bytes(png_structp png, png_bytep data, png_size_t n)
{
	struct sink *s = png_get_io_ptr(png);

	s->rc = perso_buf_append(&s->out, perso_span(data, n));
	if (s->rc != PERSO_OK)
		png_error(png, "no room");
}

static void
flush_nothing(png_structp png)
{
	(void)png;
}

/* Silent: what failed is reported by who calls. */
static void
fail(png_structp png, png_const_charp text)
{
	(void)text;
	png_longjmp(png, 1);
}

static void
warn(png_structp png, png_const_charp text)
{
	(void)png;
	(void)text;
}

/* One row of modules as bits, 1 is white; y is above the symbol or below it
 * in the quiet zone. */
static void
fill_row(const struct perso_symbol *s, const struct perso_symbol_print *how,
    unsigned y, struct perso_buf *row)
{
	size_t x = (size_t)how->quiet * how->module;

	for (size_t i = 0; i < row->n; i++)
		row->p[i] = 0xFF;
	for (unsigned m = 0; m < s->side; m++)
		for (unsigned i = 0; i < how->module; i++, x++)
			if (perso_symbol_is_dark(s, m, y))
				row->p[x / 8] &= (uint8_t) ~(0x80u >> x % 8);
}

/* libpng leaves by longjmp: nothing here changes after setjmp. */
static perso_rc
write_all(png_structp png, png_infop info, const struct perso_symbol *s,
    const struct perso_symbol_print *how, struct perso_buf *row)
{
	unsigned side = (s->side + 2 * how->quiet) * how->module;

	if (setjmp(png_jmpbuf(png)))
		PERSO_FAIL(PERSO_E_NOMEM, "PNG of the symbol cannot be made");
	png_set_IHDR(png, info, side, side, 1, PNG_COLOR_TYPE_GRAY,
	    PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
	    PNG_FILTER_TYPE_DEFAULT);
	if (how->dpi != 0)
		png_set_pHYs(png, info, (how->dpi * 10000u + 127u) / 254u,
		    (how->dpi * 10000u + 127u) / 254u, PNG_RESOLUTION_METER);
	png_set_filter(png, 0, PNG_FILTER_NONE);
	png_write_info(png, info);
	for (unsigned y = 0; y < s->side + 2 * how->quiet; y++) {
		/* below the quiet zone's first rows y - quiet wraps: light */
		fill_row(s, how, y - how->quiet, row);
		for (unsigned i = 0; i < how->module; i++)
			png_write_row(png, row->p);
	}
	png_write_end(png, info);
	return PERSO_OK;
}

static perso_rc
write_png(const struct perso_symbol *s, const struct perso_symbol_print *how,
    struct sink *sink, struct perso_buf *row)
{
	png_structp png =
	    png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, fail, warn);
	png_infop info = png != NULL ? png_create_info_struct(png) : NULL;
	perso_rc rc;

	if (info == NULL) {
		png_destroy_write_struct(&png, NULL);
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for a PNG");
	}
	png_set_write_fn(png, sink, put_bytes, flush_nothing);
	rc = write_all(png, info, s, how, row);
	png_destroy_write_struct(&png, &info);
	return rc;
}

/* see perso/symbol.h */
perso_rc
perso_symbol_png(const struct perso_symbol *s,
    const struct perso_symbol_print *how, struct perso_buf *ret)
{
	struct sink sink = { .out = { .max = PERSO_SYMBOL_PNG_MAX } };
	size_t side = ((size_t)s->side + 2 * (size_t)how->quiet) * how->module;
	perso_rc rc;
	PERSO_BUF(row, (PERSO_SYMBOL_SIDE_MAX + 128) * 64);

	if (s->side == 0 || how->module < 1 || how->module > 64 ||
	    how->quiet > 64 || how->dpi > 10000)
		PERSO_FAIL(PERSO_E_ARG,
		    "modules have 1 to 64 pixels, the quiet zone up to 64 "
		    "modules");
	PERSO_TRY(perso_buf_resize(&row, (side + 7) / 8));
	rc = write_png(s, how, &sink, &row);
	if (rc == PERSO_OK)
		rc = perso_buf_append(ret, perso_buf_span(&sink.out));
	perso_buf_done(&sink.out);
	return rc;
}
