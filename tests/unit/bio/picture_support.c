#include "picture_support.h"

#include <criterion/criterion.h>
#include <lcms2.h>
#include <math.h>
#include <openjpeg.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

#include "perso/file.h"
#include "perso/wr.h"

void
paint(struct perso_pixels *ret, uint32_t w, uint32_t h, unsigned channels)
{
	cr_assert_eq(perso_pixels_init(ret, w, h, channels), PERSO_OK);
	for (uint32_t y = 0; y < h; y++)
		for (uint32_t x = 0; x < w; x++)
			for (unsigned c = 0; c < channels; c++) {
				double u = (double)x / w, v = (double)y / h;
				double z = 110 + 70 * sin(3 * u + c) +
					   50 * cos(4 * v - c) +
					   (hypot(u - .5, v - .5) < .3) * 20;

				perso_pixels_row(ret, y)[x * channels + c] =
				    (uint8_t)(z + (x * 7 + y * 13) % 5);
			}
}

void
load(const char *path, struct perso_buf *ret)
{
	cr_assert_eq(perso_file_read(path, ret), PERSO_OK, "%s", path);
}

void
portrait(struct perso_pixels *ret)
{
	PERSO_BUF(b, FILE_MAX);

	load(IMAGES "portrait_413x531.png", &b);
	decode(&b, ret);
}

void
enlarge(const struct perso_pixels *in, uint32_t n, struct perso_pixels *ret)
{
	struct perso_picture_rect all = { 0, 0, in->width, in->height };

	cr_assert_eq(
	    perso_pixels_init(ret, in->width * n, in->height * n, in->channels),
	    PERSO_OK);
	cr_assert_eq(bio_resample(in, &all, ret), PERSO_OK);
}

void
one_channel(const struct perso_pixels *in, struct perso_pixels *ret)
{
	cr_assert_eq(
	    perso_pixels_init(ret, in->width, in->height, 1), PERSO_OK);
	for (size_t i = 0; i < ret->data.n; i++)
		ret->data.p[i] = in->data.p[i * in->channels];
}

/* ---- PNG ----------------------------------------------------------------- */

static void
png_out(png_structp png, png_bytep p, size_t n)
{
	cr_assert_eq(
	    perso_buf_append(png_get_io_ptr(png), perso_span(p, n)), PERSO_OK);
}

static void
png_flush_nothing(png_structp png)
{
	(void)png;
}

static unsigned
at(const struct perso_pixels *px, uint32_t x, uint32_t y, unsigned c)
{
	return perso_pixels_row(px, y)[x * px->channels + c % px->channels];
}

static void
put_bits(uint8_t *row, size_t i, int bits, unsigned v)
{
	size_t bit = i * (size_t)bits;

	if (bits == 16) {
		row[i * 2] = row[i * 2 + 1] = (uint8_t)v;
		return;
	}
	row[bit / 8] |= (uint8_t)(v << (8 - bits - (int)(bit % 8)));
}

static void
png_row(const struct perso_pixels *px, const struct png_spec *s, uint32_t y,
    uint8_t *row)
{
	unsigned colours = s->colour & PNG_COLOR_MASK_COLOR ? 3 : 1;
	bool alpha = (s->colour & PNG_COLOR_MASK_ALPHA) != 0;
	int bits = s->bits;
	size_t i = 0;

	for (uint32_t x = 0; x < px->width; x++) {
		if (s->colour == PNG_COLOR_TYPE_PALETTE) {
			put_bits(row, i++, bits,
			    at(px, x, y, 0) / 51 * 36 +
				at(px, x, y, 1) / 51 * 6 +
				at(px, x, y, 2) / 51);
			continue;
		}
		for (unsigned c = 0; c < colours; c++)
			put_bits(row, i++, bits,
			    bits < 8 ? at(px, x, y, c) >> (8 - bits)
				     : at(px, x, y, c));
		if (alpha)
			put_bits(row, i++, bits, x * 255 / (px->width - 1));
	}
}

static void
png_head(png_structp png, png_infop info, const struct perso_pixels *px,
    const struct png_spec *s)
{
	png_color palette[216];
	png_byte trans[216];
	png_color_16 key = { .gray = (png_uint_16)s->key };

	png_set_IHDR(png, info, px->width, px->height, s->bits, s->colour,
	    s->interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE, 0, 0);
	for (int i = 0; i < 216; i++) {
		palette[i] = (png_color){ (png_byte)(i / 36 * 51),
			(png_byte)(i / 6 % 6 * 51), (png_byte)(i % 6 * 51) };
		trans[i] = i == s->key ? 0 : 255;
	}
	if (s->colour == PNG_COLOR_TYPE_PALETTE)
		png_set_PLTE(png, info, palette, 216);
	if (s->key >= 0)
		png_set_tRNS(png, info, trans,
		    s->colour == PNG_COLOR_TYPE_PALETTE ? 216 : 0, &key);
	if (s->gamma > 0)
		png_set_gAMA(png, info, s->gamma);
	if (s->srgb)
		png_set_sRGB(png, info, PNG_sRGB_INTENT_PERCEPTUAL);
	if (s->icc.n > 0)
		png_set_iCCP(
		    png, info, "test", 0, s->icc.p, (png_uint_32)s->icc.n);
}

void
make_png(const struct perso_pixels *px, const struct png_spec *spec,
    struct perso_buf *ret)
{
	png_structp png =
	    png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
	png_infop info = png_create_info_struct(png);
	int passes;

	png_set_write_fn(png, ret, png_out, png_flush_nothing);
	png_head(png, info, px, spec);
	png_write_info(png, info);
	passes = spec->interlaced ? png_set_interlace_handling(png) : 1;
	for (int p = 0; p < passes; p++)
		for (uint32_t y = 0; y < px->height; y++) {
			uint8_t *row = calloc(px->width, 8);

			png_row(px, spec, y, row);
			png_write_row(png, row);
			free(row);
		}
	png_write_end(png, NULL);
	png_destroy_write_struct(&png, &info);
}

static uint32_t
crc32_of(struct perso_span s)
{
	uint32_t crc = 0xFFFFFFFF;

	for (size_t i = 0; i < s.n; i++) {
		crc ^= s.p[i];
		for (int k = 0; k < 8; k++)
			crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320 : 0);
	}
	return ~crc;
}

void
insert_chunk(struct perso_buf *png, const char *type, struct perso_span body)
{
	PERSO_BUF(chunk, FILE_MAX);
	struct perso_wr w = perso_wr(&chunk);

	perso_wr_u32(&w, (uint32_t)body.n);
	perso_wr_str(&w, type);
	perso_wr_bytes(&w, body);
	perso_wr_u32(
	    &w, crc32_of(perso_span_sub(perso_buf_span(&chunk), 4, FILE_MAX)));
	cr_assert_eq(perso_wr_end(&w), PERSO_OK);
	cr_assert_eq(
	    perso_buf_insert(png, 33, perso_buf_span(&chunk)), PERSO_OK);
}

/* ---- JPEG ---------------------------------------------------------------- */

static void
jpeg_segments(struct jpeg_compress_struct *c, const struct jpeg_spec *s)
{
	PERSO_BUF(b, 65536);
	struct perso_wr w = perso_wr(&b);

	if (s->exif.n > 0) {
		perso_wr_bytes(&w, perso_span("Exif\0\0", 6));
		perso_wr_bytes(&w, s->exif);
		jpeg_write_marker(c, JPEG_APP0 + 1, b.p, (unsigned)b.n);
	}
	if (s->icc.n > 0)
		jpeg_write_icc_profile(c, s->icc.p, (unsigned)s->icc.n);
	if (s->comment != NULL)
		jpeg_write_marker(c, JPEG_COM, (const JOCTET *)s->comment,
		    (unsigned)strlen(s->comment));
}

static void
jpeg_set(struct jpeg_compress_struct *c, const struct perso_pixels *px,
    const struct jpeg_spec *s)
{
	bool four = s->space == JCS_CMYK || s->space == JCS_YCCK;

	c->image_width = px->width;
	c->image_height = px->height;
	c->input_components = four ? 4 : (int)px->channels;
	c->in_color_space = four		? JCS_CMYK
			    : px->channels == 1 ? JCS_GRAYSCALE
						: JCS_RGB;
	jpeg_set_defaults(c);
	if (s->space != 0)
		jpeg_set_colorspace(c, s->space);
	jpeg_set_quality(c, s->quality, TRUE);
	c->arith_code = s->arithmetic;
	for (int i = 0; i < c->num_components && s->halved != 2; i++)
		c->comp_info[i].h_samp_factor = c->comp_info[i].v_samp_factor =
		    1;
	if (s->progressive)
		jpeg_simple_progression(c);
}

void
make_jpeg(const struct perso_pixels *px, const struct jpeg_spec *spec,
    struct perso_buf *ret)
{
	struct jpeg_compress_struct c;
	struct jpeg_error_mgr err;
	unsigned char *out = NULL;
	unsigned long n = 0;
	uint8_t *row = malloc((size_t)px->width * 4);

	c.err = jpeg_std_error(&err);
	jpeg_create_compress(&c);
	jpeg_mem_dest(&c, &out, &n);
	jpeg_set(&c, px, spec);
	jpeg_start_compress(&c, TRUE);
	jpeg_segments(&c, spec);
	for (uint32_t y = 0; y < px->height; y++) {
		JSAMPROW rows[1] = { row };

		for (uint32_t x = 0; x < px->width; x++)
			for (int k = 0; k < c.input_components; k++)
				row[x * (uint32_t)c.input_components +
				    (uint32_t)k] =
				    (uint8_t)at(px, x, y, (unsigned)k);
		jpeg_write_scanlines(&c, rows, 1);
	}
	jpeg_finish_compress(&c);
	jpeg_destroy_compress(&c);
	cr_assert_eq(perso_buf_set(ret, perso_span(out, n)), PERSO_OK);
	free(out);
	free(row);
}

/* ---- JPEG 2000 ------------------------------------------------------------ */

static OPJ_SIZE_T
j2k_out(void *p, OPJ_SIZE_T n, void *ctx)
{
	return perso_buf_append(ctx, perso_span(p, n)) == PERSO_OK
		   ? n
		   : (OPJ_SIZE_T)-1;
}

/* sYCC of a pixel. */
static double
ycc(const struct perso_pixels *px, uint32_t x, uint32_t y, unsigned c)
{
	double r = at(px, x, y, 0), g = at(px, x, y, 1), b = at(px, x, y, 2);

	if (c == 0)
		return 0.299 * r + 0.587 * g + 0.114 * b;
	if (c == 1)
		return -0.168736 * r - 0.331264 * g + 0.5 * b + 128;
	return 0.5 * r - 0.418688 * g - 0.081312 * b + 128;
}

static opj_image_t *
j2k_image(const struct perso_pixels *px, const struct j2k_spec *s)
{
	opj_image_cmptparm_t parm[4] = { { 0 } };
	opj_image_t *image;
	double top = (double)((1u << s->bits) - 1);

	for (unsigned c = 0; c < s->components; c++) {
		unsigned step = c > 0 && s->step > 1 ? s->step : 1;

		parm[c].dx = parm[c].dy = step;
		parm[c].w = (px->width + step - 1) / step;
		parm[c].h = (px->height + step - 1) / step;
		parm[c].prec = s->bits;
		parm[c].sgnd = s->is_signed;
	}
	image = opj_image_create(s->components, parm, OPJ_CLRSPC_UNSPECIFIED);
	image->x1 = px->width;
	image->y1 = px->height;
	for (unsigned c = 0; c < s->components; c++)
		for (uint32_t i = 0; i < parm[c].w * parm[c].h; i++) {
			uint32_t x = i % parm[c].w * parm[c].dx;
			uint32_t y = i / parm[c].w * parm[c].dy;
			double v = s->ycc ? ycc(px, x, y, c) : at(px, x, y, c);

			image->comps[c].data[i] =
			    (OPJ_INT32)(v * top / 255 + .5) -
			    (s->is_signed ? 1 << (s->bits - 1) : 0);
		}
	return image;
}

static void
put_boxes(const struct perso_pixels *px, const struct j2k_spec *s,
    struct perso_buf *b)
{
	PERSO_BUF(code, FILE_MAX);
	struct perso_wr w = perso_wr(b);
	size_t colr = s->icc.n > 0 ? 11 + s->icc.n : 15;

	perso_buf_move(&code, b);
	perso_wr_bytes(&w, perso_span("\0\0\0\014jP  \r\n\x87\n", 12));
	perso_wr_bytes(&w, perso_span("\0\0\0\024ftypjp2 \0\0\0\0jp2 ", 20));
	perso_wr_u32(&w, (uint32_t)(8 + 22 + colr));
	perso_wr_str(&w, "jp2h");
	perso_wr_u32(&w, 22);
	perso_wr_str(&w, "ihdr");
	perso_wr_u32(&w, px->height);
	perso_wr_u32(&w, px->width);
	perso_wr_u16(&w, (uint16_t)s->components);
	perso_wr_u8(&w, (uint8_t)((s->bits - 1) | (s->is_signed ? 0x80 : 0)));
	perso_wr_bytes(&w, perso_span("\7\0\0", 3));
	perso_wr_u32(&w, (uint32_t)colr);
	perso_wr_str(&w, "colr");
	perso_wr_bytes(&w, perso_span(s->icc.n > 0 ? "\2\0\0" : "\1\0\0", 3));
	if (s->icc.n > 0)
		perso_wr_bytes(&w, s->icc);
	else
		perso_wr_u32(&w, s->space);
	perso_wr_u32(&w, (uint32_t)(8 + code.n));
	perso_wr_str(&w, "jp2c");
	perso_wr_bytes(&w, perso_buf_span(&code));
	cr_assert_eq(perso_wr_end(&w), PERSO_OK);
}

void
make_j2k(const struct perso_pixels *px, const struct j2k_spec *spec,
    struct perso_buf *ret)
{
	static char text[] = "somebody's name";
	opj_cparameters_t p;
	opj_codec_t *codec = opj_create_compress(OPJ_CODEC_J2K);
	opj_stream_t *out = opj_stream_default_create(OPJ_FALSE);
	opj_image_t *image = j2k_image(px, spec);

	opj_set_default_encoder_parameters(&p);
	p.numresolution = 3;
	p.tcp_numlayers = 1;
	p.cp_disto_alloc = 1;
	p.tile_size_on = spec->tile > 0;
	p.cp_tdx = p.cp_tdy = (int)spec->tile;
	p.cp_comment = spec->comment ? text : NULL;
	opj_stream_set_write_function(out, j2k_out);
	opj_stream_set_user_data(out, ret, NULL);
	cr_assert(opj_setup_encoder(codec, &p, image));
	cr_assert(opj_start_compress(codec, image, out));
	cr_assert(opj_encode(codec, out) && opj_end_compress(codec, out));
	opj_stream_destroy(out);
	opj_destroy_codec(codec);
	opj_image_destroy(image);
	if (spec->space > 0 || spec->icc.n > 0)
		put_boxes(px, spec, ret);
}

/* ---- the rest ------------------------------------------------------------- */

void
make_icc(bool grey, struct perso_buf *ret)
{
	cmsCIExyY d65 = { 0.3127, 0.3290, 1 };
	cmsCIExyYTRIPLE adobe = { { 0.64, 0.33, 1 }, { 0.21, 0.71, 1 },
		{ 0.15, 0.06, 1 } };
	cmsToneCurve *curve = cmsBuildGamma(NULL, grey ? 1.8 : 563.0 / 256);
	cmsToneCurve *three[3] = { curve, curve, curve };
	cmsHPROFILE p = grey ? cmsCreateGrayProfile(cmsD50_xyY(), curve)
			     : cmsCreateRGBProfile(&d65, &adobe, three);
	cmsUInt32Number n = 0;

	cr_assert(cmsSaveProfileToMem(p, NULL, &n));
	cr_assert_eq(perso_buf_resize(ret, n), PERSO_OK);
	cr_assert(cmsSaveProfileToMem(p, ret->p, &n));
	cmsCloseProfile(p);
	cmsFreeToneCurve(curve);
}

double
psnr(const struct perso_pixels *a, const struct perso_pixels *b)
{
	double v = 0;

	cr_assert_eq(perso_picture_psnr(a, b, &v), PERSO_OK);
	return v;
}

void
decode(const struct perso_buf *file, struct perso_pixels *ret)
{
	char text[400];

	if (perso_picture_decode(perso_buf_span(file), NULL, ret) == PERSO_OK)
		return;
	perso_trail_text(text, sizeof(text));
	cr_assert_fail("%s", text);
}

void
refuse(const struct perso_buf *file, perso_rc rc, const char *words)
{
	PERSO_PIXELS(px);
	char text[400];
	perso_rc got = perso_picture_decode(perso_buf_span(file), NULL, &px);

	perso_trail_text(text, sizeof(text));
	cr_assert_eq(got, rc, "%s: %s, not %s: %s", words, perso_rc_name(got),
	    perso_rc_name(rc), text);
	cr_assert_not_null(strstr(text, words), "%s: %s", words, text);
	cr_assert_null(px.data.p);
}
