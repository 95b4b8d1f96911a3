/* A PNG from outside as gray pixels: limits before anything is decoded. */
#include <png.h>
#include <setjmp.h>
#include <stdlib.h>

#include "symbol_int.h"

struct source {
	struct perso_span left;
};

static void
take_bytes(png_structp png, png_bytep data, png_size_t n)
{
	struct source *s = png_get_io_ptr(png);

	if (perso_span_copy(data, n, perso_span_sub(s->left, 0, n)) !=
		PERSO_OK ||
	    n > s->left.n)
		png_error(png, "ends too early");
	s->left = perso_span_sub(s->left, n, s->left.n);
}

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

/* see symbol_int.h */
void
symbol_image_done(struct symbol_image *im)
{
	perso_buf_done(&im->gray);
}

static perso_rc
read_size(png_structp png, png_infop info, struct symbol_image *im)
{
	if (setjmp(png_jmpbuf(png)))
		PERSO_FAIL(PERSO_E_DATA, "no PNG, or its head is damaged");
	png_read_info(png, info);
	im->width = png_get_image_width(png, info);
	im->height = png_get_image_height(png, info);
	if (im->width > PERSO_SYMBOL_PIXELS_SIDE ||
	    im->height > PERSO_SYMBOL_PIXELS_SIDE ||
	    (uint64_t)im->width * im->height > PERSO_SYMBOL_PIXELS)
		PERSO_FAIL(PERSO_E_RANGE,
		    "image of %u x %u pixels is too large", im->width,
		    im->height);
	return PERSO_OK;
}

static void
set_gray(png_structp png, png_infop info)
{
	static const png_color_16 white = {
		.red = 255, .green = 255, .blue = 255, .gray = 255
	};
	png_byte type = png_get_color_type(png, info);

	png_set_scale_16(png);
	png_set_expand(png);
	if ((type & PNG_COLOR_MASK_ALPHA) != 0 ||
	    png_get_valid(png, info, PNG_INFO_tRNS) != 0)
		png_set_background(
		    png, &white, PNG_BACKGROUND_GAMMA_SCREEN, 0, 1.0);
	if ((type & PNG_COLOR_MASK_COLOR) != 0)
		png_set_rgb_to_gray(png, PNG_ERROR_ACTION_NONE,
		    PNG_RGB_TO_GRAY_DEFAULT, PNG_RGB_TO_GRAY_DEFAULT);
	png_set_strip_alpha(png);
	(void)png_set_interlace_handling(png);
	png_read_update_info(png, info);
}

/* rows: room for a pointer to each row. */
static perso_rc
read_pixels(
    png_structp png, png_infop info, struct symbol_image *im, png_bytep *rows)
{
	if (setjmp(png_jmpbuf(png)))
		PERSO_FAIL(PERSO_E_DATA, "PNG is damaged");
	set_gray(png, info);
	if (png_get_rowbytes(png, info) != im->width)
		PERSO_FAIL(PERSO_E_UNSUPPORTED, "PNG of an unknown kind");
	for (size_t y = 0; y < im->height; y++)
		rows[y] = im->gray.p + y * im->width;
	png_read_image(png, rows);
	png_read_end(png, NULL);
	return PERSO_OK;
}

static perso_rc
read_image(png_structp png, png_infop info, struct symbol_image *im)
{
	png_bytep *rows;
	perso_rc rc;

	PERSO_TRY(read_size(png, info, im));
	PERSO_TRY(perso_buf_resize(&im->gray, (size_t)im->width * im->height));
	rows = calloc(im->height, sizeof(*rows));
	if (rows == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for an image");
	rc = read_pixels(png, info, im, rows);
	free(rows);
	return rc;
}

/* see symbol_int.h */
perso_rc
symbol_image_read(struct perso_span png, struct symbol_image *ret)
{
	struct source src = { png };
	png_structp p;
	png_infop info;
	perso_rc rc;

	if (png.n > PERSO_SYMBOL_FILE_MAX)
		PERSO_FAIL(PERSO_E_RANGE, "image of more than %d bytes",
		    PERSO_SYMBOL_FILE_MAX);
	p = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, fail, warn);
	info = p != NULL ? png_create_info_struct(p) : NULL;
	if (info == NULL) {
		png_destroy_read_struct(&p, NULL, NULL);
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for an image");
	}
	perso_buf_init(&ret->gray, PERSO_SYMBOL_PIXELS);
	png_set_read_fn(p, &src, take_bytes);
	png_set_user_limits(
	    p, PERSO_SYMBOL_PIXELS_SIDE, PERSO_SYMBOL_PIXELS_SIDE);
	png_set_chunk_cache_max(p, 64);
	png_set_chunk_malloc_max(p, 1 << 20);
	rc = read_image(p, info, ret);
	png_destroy_read_struct(&p, &info, NULL);
	if (rc != PERSO_OK)
		symbol_image_done(ret);
	return rc;
}
