/*
 * Pixels to JP2 (openjpeg). openjpeg makes the codestream; the boxes are
 * written here, so that nothing gets into them but size and colour.
 */
#include "picture_int.h"

#include <openjpeg.h>
#include <stdio.h>
#include <string.h>

enum {
	BOX_JP2H = 0x6A703268,
	BOX_IHDR = 0x69686472,
	BOX_COLR = 0x636F6C72,
	BOX_FTYP = 0x66747970,
	BOX_JP2C = 0x6A703263,
	BRAND_JP2 = 0x6A703220,
	ENUM_SRGB = 16,
	ENUM_GREY = 17,
	BOXES_LEN = 12 + 20 + 8 + 22 + 15 + 8, /* all but the codestream */
	COM = 0xFF64,
	COM_LEN = 6, /* openjpeg's, when the comment is empty */
	SOT = 0xFF90,
	FORGOTTEN = 16, /* SOT, SOD and EOC: openjpeg does not count them */
	LEVELS = 6	/* resolutions, as openjpeg's own default */
};

struct encoder {
	opj_codec_t *codec;
	opj_stream_t *stream;
	opj_image_t *image;
	struct perso_buf code; /* grows up to its maximum */
	size_t at, total;
	char why[120];
};

static void
encoder_done(struct encoder *e)
{
	if (e->image != NULL) {
		for (unsigned i = 0; i < e->image->numcomps; i++)
			if (e->image->comps[i].data != NULL)
				explicit_bzero(e->image->comps[i].data,
				    sizeof(OPJ_INT32) * e->image->comps[i].w *
					e->image->comps[i].h);
		opj_image_destroy(e->image);
	}
	if (e->codec != NULL)
		opj_destroy_codec(e->codec);
	if (e->stream != NULL)
		opj_stream_destroy(e->stream);
	perso_buf_done(&e->code);
}

static void
on_error(const char *text, void *ctx)
{
	struct encoder *e = ctx;

	if (e->why[0] != '\0')
		return;
	snprintf(e->why, sizeof(e->why), "%s", text);
	e->why[strcspn(e->why, "\r\n")] = '\0';
}

/* What goes beyond the maximum is counted and dropped. */
static OPJ_SIZE_T
on_write(void *from, OPJ_SIZE_T n, void *ctx)
{
	struct encoder *e = ctx;
	size_t end = e->at + n;

	if (end <= e->code.max) {
		if ((end > e->code.n &&
			perso_buf_resize(&e->code, end) != PERSO_OK) ||
		    perso_span_copy(
			e->code.p + e->at, n, perso_span(from, n)) != PERSO_OK)
			return (OPJ_SIZE_T)-1;
	}
	e->at = end;
	e->total = end > e->total ? end : e->total;
	return n;
}

static OPJ_BOOL
on_seek(OPJ_OFF_T at, void *ctx)
{
	struct encoder *e = ctx;

	if (at < 0 || (uint64_t)at > e->total)
		return OPJ_FALSE;
	e->at = (size_t)at;
	return OPJ_TRUE;
}

static OPJ_OFF_T
on_skip(OPJ_OFF_T n, void *ctx)
{
	struct encoder *e = ctx;

	if (n < 0 || !on_seek((OPJ_OFF_T)e->at + n, ctx))
		return -1;
	return n;
}

static perso_rc
make_image(const struct perso_pixels *px, opj_image_t **ret)
{
	opj_image_cmptparm_t parm[3] = { { 0 } };
	opj_image_t *image;

	for (unsigned i = 0; i < px->channels; i++)
		parm[i] = (opj_image_cmptparm_t){ .dx = 1,
			.dy = 1,
			.w = px->width,
			.h = px->height,
			.prec = 8 };
	image = opj_image_create(px->channels, parm,
	    px->channels == 1 ? OPJ_CLRSPC_GRAY : OPJ_CLRSPC_SRGB);
	if (image == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "openjpeg: no memory");
	image->x1 = px->width;
	image->y1 = px->height;
	for (unsigned c = 0; c < px->channels; c++) {
		const uint8_t *from = px->data.p + c;
		OPJ_INT32 *to = image->comps[c].data;
		size_t n = (size_t)px->width * px->height;

		for (size_t i = 0; i < n; i++)
			to[i] = from[i * px->channels];
	}
	*ret = image;
	return PERSO_OK;
}

/* One tile, one layer, irreversible transforms, no text. */
static void
set_parameters(
    const struct perso_pixels *px, size_t target, opj_cparameters_t *p)
{
	static char no_comment[1] = "";
	double raw = (double)px->data.n;
	uint32_t side = px->width < px->height ? px->width : px->height;
	double code = (double)target - BOXES_LEN + COM_LEN - FORGOTTEN;

	opj_set_default_encoder_parameters(p);
	p->cp_comment = no_comment;
	p->irreversible = 1;
	p->tcp_mct = px->channels == 3;
	p->tcp_numlayers = 1;
	p->cp_disto_alloc = 1;
	/* 0: everything there is */
	p->tcp_rates[0] = raw > code ? (float)(raw / code) : 0;
	p->numresolution = 1;
	while (p->numresolution < LEVELS && side >> p->numresolution > 0)
		p->numresolution++;
}

static perso_rc
run(struct encoder *e, const struct perso_pixels *px, size_t target)
{
	opj_cparameters_t p;

	set_parameters(px, target, &p);
	PERSO_TRY(make_image(px, &e->image));
	e->codec = opj_create_compress(OPJ_CODEC_J2K);
	e->stream = opj_stream_create(65536, OPJ_FALSE);
	if (e->codec == NULL || e->stream == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "openjpeg: no memory");
	opj_set_error_handler(e->codec, on_error, e);
	opj_stream_set_write_function(e->stream, on_write);
	opj_stream_set_skip_function(e->stream, on_skip);
	opj_stream_set_seek_function(e->stream, on_seek);
	opj_stream_set_user_data(e->stream, e, NULL);
	if (!opj_setup_encoder(e->codec, &p, e->image) ||
	    !opj_codec_set_threads(e->codec, 0) ||
	    !opj_start_compress(e->codec, e->image, e->stream) ||
	    !opj_encode(e->codec, e->stream) ||
	    !opj_end_compress(e->codec, e->stream))
		PERSO_FAIL(PERSO_E_RANGE, "openjpeg: %s", e->why);
	return PERSO_OK;
}

/* The codestream without COM in its main header. */
static perso_rc
drop_comment(struct perso_buf *code)
{
	struct perso_rd rd = perso_rd(perso_buf_span(code));
	uint16_t marker = 0, len = 0;

	PERSO_TRY(perso_rd_skip(&rd, 2));
	for (;;) {
		size_t at = rd.at;

		PERSO_TRY(perso_rd_u16(&rd, &marker));
		PERSO_TRY(perso_rd_u16(&rd, &len));
		if (marker == SOT)
			return PERSO_OK;
		if (marker == COM) {
			perso_buf_remove(code, at, (size_t)len + 2);
			rd = (struct perso_rd){ perso_buf_span(code), at };
			continue;
		}
		PERSO_TRY(perso_rd_skip(&rd, len - 2u));
	}
}

/* ISO/IEC 15444-1 I.5 */
static void
write_boxes(
    struct perso_wr *w, const struct perso_pixels *px, struct perso_span code)
{
	perso_wr_bytes(w, perso_span("\0\0\0\014jP  \r\n\x87\n", 12));
	perso_wr_u32(w, 20);
	perso_wr_u32(w, BOX_FTYP);
	perso_wr_u32(w, BRAND_JP2);
	perso_wr_u32(w, 0);
	perso_wr_u32(w, BRAND_JP2);
	perso_wr_u32(w, 8 + 22 + 15);
	perso_wr_u32(w, BOX_JP2H);
	perso_wr_u32(w, 22);
	perso_wr_u32(w, BOX_IHDR);
	perso_wr_u32(w, px->height);
	perso_wr_u32(w, px->width);
	perso_wr_u16(w, (uint16_t)px->channels);
	perso_wr_u8(w, 7); /* 8 bits, unsigned */
	perso_wr_u8(w, 7); /* the only compression */
	perso_wr_u8(w, 0); /* colour is known */
	perso_wr_u8(w, 0); /* no rights */
	perso_wr_u32(w, 15);
	perso_wr_u32(w, BOX_COLR);
	perso_wr_u8(w, 1);
	perso_wr_u16(w, 0);
	perso_wr_u32(w, px->channels == 1 ? ENUM_GREY : ENUM_SRGB);
	perso_wr_u32(w, (uint32_t)(8 + code.n));
	perso_wr_u32(w, BOX_JP2C);
	perso_wr_bytes(w, code);
}

/* see picture_int.h */
perso_rc
bio_encode_jp2(const struct perso_pixels *px, size_t target,
    struct perso_buf *ret, size_t *bytes)
{
	struct perso_wr w = perso_wr(ret);
	__attribute__((cleanup(encoder_done))) struct encoder e = {
		.code = { .max = ret->max + COM_LEN - BOXES_LEN }
	};

	if (ret->max < PERSO_PICTURE_BUDGET_MIN ||
	    target < PERSO_PICTURE_BUDGET_MIN)
		PERSO_FAIL(PERSO_E_ARG, "budget of %zu bytes", ret->max);
	PERSO_TRY(run(&e, px, target));
	*bytes = e.total + BOXES_LEN - COM_LEN;
	if (e.total > e.code.max)
		return PERSO_OK;
	PERSO_TRY(drop_comment(&e.code));
	PERSO_TRY(perso_buf_reserve(ret, BOXES_LEN + e.code.n));
	write_boxes(&w, px, perso_buf_span(&e.code));
	PERSO_TRY(perso_wr_end(&w));
	*bytes = ret->n;
	return PERSO_OK;
}
