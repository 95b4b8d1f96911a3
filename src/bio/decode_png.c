/*
 * PNG to pixels (libpng). Chunks are counted and refused before libpng sees
 * the file; its own limits are set all the same.
 */
#include "picture_int.h"

#include <math.h>
#include <png.h>
#include <setjmp.h>
#include <string.h>

enum {
	CHUNK_ACTL = 0x6163544C,
	CHUNK_IDAT = 0x49444154,
	CHUNK_EXIF = 0x65584966,
	CHUNK_MAX = 8 << 20 /* bytes of a chunk that is not IDAT */
};

struct reader {
	png_structp png;
	png_infop info;
	struct perso_rd rd;
	struct perso_pixels *px;
	struct perso_buf row;
	struct bio_colour colour;
	struct perso_buf icc;
	unsigned samples; /* a pixel, with alpha */
	int passes;
	char why[120];
	char warning[120];
};

static void
reader_done(struct reader *r)
{
	png_destroy_read_struct(&r->png, &r->info, NULL);
	perso_buf_done(&r->row);
	perso_buf_done(&r->icc);
}

static void
on_error(png_structp png, png_const_charp text)
{
	struct reader *r = png_get_error_ptr(png);

	snprintf(r->why, sizeof(r->why), "%s", text);
	png_longjmp(png, 1);
}

static void
on_warning(png_structp png, png_const_charp text)
{
	struct reader *r = png_get_error_ptr(png);

	if (r->warning[0] == '\0')
		snprintf(r->warning, sizeof(r->warning), "%s", text);
}

static void
on_read(png_structp png, png_bytep dst, size_t n)
{
	struct reader *r = png_get_io_ptr(png);
	struct perso_span s = { NULL, 0 };

	if (perso_rd_take(&r->rd, n, &s) != PERSO_OK ||
	    perso_span_copy(dst, n, s) != PERSO_OK)
		png_error(png, "ends too early");
}

/* eXIf: as in APP1 of a JPEG, without its name. */
static perso_rc
take_exif(struct perso_rd *rd, uint32_t len, struct bio_exif *ret)
{
	struct perso_span s = { NULL, 0 };
	size_t at = rd->at;
	struct perso_rd body;

	PERSO_TRY(perso_rd_take(rd, len, &s));
	body = perso_rd(s);
	PERSO_TRY_CTX(bio_exif(&body, ret), "EXIF at offset %zu", at);
	return perso_rd_skip(rd, 4);
}

/* What is refused by its chunks, before libpng inflates any. */
static perso_rc
check_chunks(struct perso_span file, struct bio_exif *exif)
{
	struct perso_rd rd = perso_rd(file);
	uint32_t len = 0, type = 0;
	unsigned others = 0;

	PERSO_TRY(perso_rd_skip(&rd, 8));
	while (perso_rd_left(&rd) > 0) {
		size_t at = rd.at;

		PERSO_TRY(perso_rd_u32(&rd, &len));
		PERSO_TRY(perso_rd_u32(&rd, &type));
		if (type == CHUNK_ACTL)
			PERSO_FAIL(PERSO_E_UNSUPPORTED,
			    "animated (acTL at offset %zu): which frame is the "
			    "picture?",
			    at);
		if (type != CHUNK_IDAT && len > CHUNK_MAX)
			PERSO_FAIL(PERSO_E_RANGE,
			    "chunk of %" PRIu32 " bytes at offset %zu", len,
			    at);
		if (type != CHUNK_IDAT && ++others > PERSO_PICTURE_CHUNKS)
			PERSO_FAIL(PERSO_E_RANGE,
			    "more than %d chunks at offset %zu",
			    PERSO_PICTURE_CHUNKS, at);
		if (type == CHUNK_EXIF)
			PERSO_TRY(take_exif(&rd, len, exif));
		else
			PERSO_TRY(perso_rd_skip(&rd, (size_t)len + 4));
	}
	return PERSO_OK;
}

/* Eight bits, grey or RGB, perhaps with alpha. */
static void
set_transforms(struct reader *r)
{
	png_set_expand(r->png);
	png_set_scale_16(r->png);
	r->passes = png_set_interlace_handling(r->png);
	png_read_update_info(r->png, r->info);
	r->samples = png_get_channels(r->png, r->info);
}

/* iCCP before sRGB before gAMA and cHRM; PNG specification 12.13. */
static void
read_colour(struct reader *r)
{
	png_charp name;
	png_bytep icc;
	png_uint_32 n;
	int type, intent;
	double *xy = r->colour.xy, gamma = 0;

	if (png_get_iCCP(r->png, r->info, &name, &type, &icc, &n) != 0) {
		if (perso_buf_set(&r->icc, perso_span(icc, n)) != PERSO_OK)
			png_error(r->png, "ICC profile too long");
		r->colour.space = BIO_SPACE_ICC;
		r->colour.icc = perso_buf_span(&r->icc);
		return;
	}
	if (png_get_sRGB(r->png, r->info, &intent) != 0 ||
	    png_get_gAMA(r->png, r->info, &gamma) == 0)
		return;
	if (png_get_cHRM(r->png, r->info, &xy[0], &xy[1], &xy[2], &xy[3],
		&xy[4], &xy[5], &xy[6], &xy[7]) == 0) {
		static const double srgb[8] = { 0.3127, 0.3290, 0.64, 0.33,
			0.30, 0.60, 0.15, 0.06 };

		for (int i = 0; i < 8; i++)
			xy[i] = srgb[i];
		if (fabs(gamma - 0.45455) < 0.0005)
			return; /* means sRGB: its curve fits better */
	}
	if (!(gamma > 0.05 && gamma < 10))
		png_error(r->png, "gAMA out of range");
	r->colour.space = BIO_SPACE_MEASURED;
	r->colour.gamma = 1 / gamma;
}

/* libpng leaves by longjmp to here. */
static perso_rc
read_head(struct reader *r)
{
	static const png_byte unwanted[] = "tEXt\0zTXt\0iTXt\0eXIf";

	if (setjmp(png_jmpbuf(r->png)) != 0)
		PERSO_FAIL(PERSO_E_DATA, "libpng: %s", r->why);
	png_set_read_fn(r->png, r, on_read);
	png_set_user_limits(r->png, PERSO_PIXELS_SIDE, PERSO_PIXELS_SIDE);
	png_set_chunk_cache_max(r->png, PERSO_PICTURE_CHUNKS);
	png_set_chunk_malloc_max(r->png, CHUNK_MAX);
	png_set_benign_errors(r->png, 1);
	/* not even inflated: somebody's text */
	png_set_keep_unknown_chunks(
	    r->png, PNG_HANDLE_CHUNK_NEVER, unwanted, 4);
	png_set_crc_action(r->png, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
	png_read_info(r->png, r->info);
	read_colour(r);
	set_transforms(r);
	return PERSO_OK;
}

static perso_rc
read_rows(struct reader *r)
{
	size_t stride = (size_t)r->px->width * r->samples;

	if (setjmp(png_jmpbuf(r->png)) != 0)
		PERSO_FAIL(PERSO_E_DATA, "libpng: %s", r->why);
	for (int pass = 0; pass < r->passes; pass++)
		for (uint32_t y = 0; y < r->px->height; y++)
			png_read_row(r->png, r->row.p + y * stride, NULL);
	png_read_end(r->png, NULL);
	return PERSO_OK;
}

/* The colours without alpha; alpha stays in r->row. */
static void
part(struct reader *r)
{
	unsigned c = r->px->channels;
	size_t n = (size_t)r->px->width * r->px->height;

	for (size_t i = 0; i < n; i++)
		for (unsigned k = 0; k < c; k++)
			r->px->data.p[i * c + k] = r->row.p[i * (c + 1) + k];
}

/* Over white, in the encoded values, as viewers do it. */
static void
compose(struct reader *r)
{
	unsigned c = r->px->channels;
	size_t n = (size_t)r->px->width * r->px->height;

	for (size_t i = 0; i < n; i++) {
		unsigned a = r->row.p[i * (c + 1) + c];

		for (unsigned k = 0; k < c; k++) {
			uint8_t *p = &r->px->data.p[i * c + k];

			*p = (uint8_t)((*p * a + 255 * (255 - a) + 127) / 255);
		}
	}
}

static perso_rc
read_pixels(struct reader *r, const struct perso_image_info *head)
{
	unsigned channels = r->samples <= 2 ? 1 : 3;
	bool alpha = r->samples != channels;

	PERSO_TRY(
	    perso_pixels_init(r->px, head->width, head->height, channels));
	if (!alpha) {
		perso_buf_move(&r->row, &r->px->data);
		PERSO_TRY(read_rows(r));
		perso_buf_move(&r->px->data, &r->row);
		return bio_colour(r->px, &r->colour);
	}
	PERSO_TRY(perso_buf_resize(
	    &r->row, (size_t)head->width * head->height * r->samples));
	PERSO_TRY(read_rows(r));
	part(r);
	PERSO_TRY(bio_colour(r->px, &r->colour));
	compose(r);
	return PERSO_OK;
}

static perso_rc
read_png(struct reader *r, const struct perso_image_info *head)
{
	r->png = png_create_read_struct(
	    PNG_LIBPNG_VER_STRING, r, on_error, on_warning);
	if (r->png != NULL)
		r->info = png_create_info_struct(r->png);
	if (r->info == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "libpng");
	PERSO_TRY(read_head(r));
	return read_pixels(r, head);
}

/* see picture_int.h */
perso_rc
bio_decode_png(struct perso_span file, const struct perso_image_info *head,
    struct perso_pixels *ret)
{
	struct bio_exif exif = { 1, false };
	PERSO_PIXELS(px);
	__attribute__((cleanup(reader_done))) struct reader r = {
		.rd = perso_rd(file),
		.px = &px,
		.row = { .max = PERSO_PIXELS_MAX * 4 },
		.icc = { .max = PERSO_PICTURE_ICC },
	};
	perso_rc rc;

	PERSO_TRY(check_chunks(file, &exif));
	rc = read_png(&r, head);
	if (rc != PERSO_OK) {
		if (r.warning[0] != '\0')
			perso_trail_add("libpng warned before: %s", r.warning);
		return rc;
	}
	PERSO_TRY(bio_orient(&px, exif.orientation));
	*ret = px;
	px = (struct perso_pixels){ .width = 0 };
	return PERSO_OK;
}
