/*
 * JPEG 2000 codestreams to bytes (openjpeg). Runs in the helper process, and
 * in the fuzzer's.
 */
#include "picture_int.h"

#include <openjpeg.h>
#include <stdio.h>
#include <string.h>

/* ISO/IEC 15444-1 A.5.1: Xsiz, XOsiz, XTsiz, XTOsiz and so for Y. */
static perso_rc
check_tiles(const uint32_t x[8])
{
	uint64_t n = 1;

	for (int i = 0; i < 2; i++) {
		uint64_t size = x[i], at = x[2 + i], tile = x[4 + i],
			 tile_at = x[6 + i];

		if (tile == 0 || tile_at > at || tile_at + tile <= at ||
		    size <= at)
			PERSO_FAIL(PERSO_E_RANGE, "tiles in SIZ");
		n *= (size - tile_at + tile - 1) / tile;
	}
	if (n > PERSO_PICTURE_TILES)
		PERSO_FAIL(PERSO_E_RANGE, "%" PRIu64 " tiles, at most %d", n,
		    PERSO_PICTURE_TILES);
	return PERSO_OK;
}

static perso_rc
read_component(struct perso_rd *rd, struct bio_j2k *h, unsigned i)
{
	uint8_t depth = 0, dx = 0, dy = 0;

	PERSO_TRY(perso_rd_u8(rd, &depth));
	PERSO_TRY(perso_rd_u8(rd, &dx));
	PERSO_TRY(perso_rd_u8(rd, &dy));
	h->c[i].bits = (depth & 0x7Fu) + 1;
	h->c[i].is_signed = (depth & 0x80) != 0;
	h->c[i].dx = dx;
	h->c[i].dy = dy;
	if (h->c[i].bits > 16)
		PERSO_FAIL(PERSO_E_UNSUPPORTED,
		    "component %u of %u bits, at most 16", i, h->c[i].bits);
	if ((dx != 1 && dx != 2 && dx != 4) || (dy != 1 && dy != 2 && dy != 4))
		PERSO_FAIL(PERSO_E_UNSUPPORTED,
		    "component %u subsampled %u x %u", i, dx, dy);
	return PERSO_OK;
}

/* see picture_int.h */
perso_rc
bio_j2k_head(struct perso_span codestream, struct bio_j2k *ret)
{
	struct perso_rd rd = perso_rd(codestream);
	struct bio_j2k h = { 0 };
	uint32_t x[8] = { 0 };
	uint16_t n = 0;

	PERSO_TRY(perso_rd_skip(&rd, 8)); /* SOC, SIZ, length, capabilities */
	for (int i = 0; i < 8; i++)
		PERSO_TRY(perso_rd_u32(&rd, &x[i]));
	PERSO_TRY(check_tiles(x));
	PERSO_TRY(perso_rd_u16(&rd, &n));
	if (n != 1 && n != 3)
		PERSO_FAIL(PERSO_E_UNSUPPORTED,
		    "%u components, not 1 or 3: alpha channels and CMYK are "
		    "not handled",
		    n);
	h.width = x[0] - x[2];
	h.height = x[1] - x[3];
	h.components = n;
	for (unsigned i = 0; i < n; i++)
		PERSO_TRY(read_component(&rd, &h, i));
	*ret = h;
	return PERSO_OK;
}

struct decoder {
	struct perso_rd rd;
	opj_codec_t *codec;
	opj_stream_t *stream;
	opj_image_t *image;
	char why[120];
};

static void
decoder_done(struct decoder *d)
{
	if (d->image != NULL)
		opj_image_destroy(d->image);
	if (d->codec != NULL)
		opj_destroy_codec(d->codec);
	if (d->stream != NULL)
		opj_stream_destroy(d->stream);
}

/* The first error is the cause; openjpeg ends its words with a newline. */
static void
on_error(const char *text, void *ctx)
{
	struct decoder *d = ctx;

	if (d->why[0] != '\0')
		return;
	snprintf(d->why, sizeof(d->why), "%s", text);
	d->why[strcspn(d->why, "\r\n")] = '\0';
}

static OPJ_SIZE_T
on_read(void *dst, OPJ_SIZE_T n, void *ctx)
{
	struct decoder *d = ctx;
	struct perso_span s = { NULL, 0 };
	size_t left = perso_rd_left(&d->rd);

	n = n < left ? n : left;
	if (n == 0 || perso_rd_take(&d->rd, n, &s) != PERSO_OK ||
	    perso_span_copy(dst, n, s) != PERSO_OK)
		return (OPJ_SIZE_T)-1;
	return n;
}

static OPJ_OFF_T
on_skip(OPJ_OFF_T n, void *ctx)
{
	struct decoder *d = ctx;

	if (n < 0 || perso_rd_skip(&d->rd, (size_t)n) != PERSO_OK)
		return -1;
	return n;
}

static OPJ_BOOL
on_seek(OPJ_OFF_T at, void *ctx)
{
	struct decoder *d = ctx;

	if (at < 0 || (uint64_t)at > d->rd.s.n)
		return OPJ_FALSE;
	d->rd.at = (size_t)at;
	return OPJ_TRUE;
}

static perso_rc
open_decoder(struct decoder *d)
{
	opj_dparameters_t p;

	opj_set_default_decoder_parameters(&p);
	d->codec = opj_create_decompress(OPJ_CODEC_J2K);
	d->stream = opj_stream_create(65536, OPJ_TRUE);
	if (d->codec == NULL || d->stream == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "openjpeg: no memory");
	opj_set_error_handler(d->codec, on_error, d);
	opj_stream_set_read_function(d->stream, on_read);
	opj_stream_set_skip_function(d->stream, on_skip);
	opj_stream_set_seek_function(d->stream, on_seek);
	opj_stream_set_user_data(d->stream, d, NULL);
	opj_stream_set_user_data_length(d->stream, d->rd.s.n);
	if (!opj_setup_decoder(d->codec, &p))
		PERSO_FAIL(PERSO_E_NOMEM, "openjpeg: %s", d->why);
	return PERSO_OK;
}

/* openjpeg's picture is the one whose header was checked. */
static perso_rc
check_image(const opj_image_t *image, const struct bio_j2k *h)
{
	if (image->x1 - image->x0 != h->width ||
	    image->y1 - image->y0 != h->height ||
	    image->numcomps != h->components)
		PERSO_FAIL(PERSO_E_MISMATCH, "two sizes");
	for (unsigned i = 0; i < h->components; i++) {
		const opj_image_comp_t *c = &image->comps[i];

		if (c->data == NULL || c->w == 0 || c->h == 0 ||
		    c->dx != h->c[i].dx || c->dy != h->c[i].dy ||
		    c->prec != h->c[i].bits)
			PERSO_FAIL(
			    PERSO_E_DATA, "component %u was not decoded", i);
	}
	return PERSO_OK;
}

/* Index of the sample that covers the pixel at a place on the reference grid;
 * b is the first pixel's place. */
static size_t
covering(uint32_t b, uint32_t i, uint32_t step, uint32_t n)
{
	uint64_t first = ((uint64_t)b + step - 1) / step;
	uint64_t at = ((uint64_t)b + i) / step;

	at = at > first ? at - first : 0;
	return at < n ? (size_t)at : n - 1;
}

static uint8_t
to_byte(const opj_image_comp_t *c, OPJ_INT32 v)
{
	int64_t top = ((int64_t)1 << c->prec) - 1;
	int64_t x = (int64_t)v + (c->sgnd ? (int64_t)1 << (c->prec - 1) : 0);

	x = x < 0 ? 0 : x > top ? top : x;
	return (uint8_t)((x * 255 + top / 2) / top);
}

static void
write_samples(const opj_image_t *image, const struct bio_j2k *h, uint8_t *dst)
{
	for (unsigned i = 0; i < h->components; i++) {
		const opj_image_comp_t *c = &image->comps[i];

		for (uint32_t y = 0; y < h->height; y++) {
			const OPJ_INT32 *row =
			    c->data +
			    covering(image->y0, y, c->dy, c->h) * c->w;
			uint8_t *to =
			    dst + (size_t)y * h->width * h->components + i;

			for (uint32_t x = 0; x < h->width; x++)
				to[(size_t)x * h->components] = to_byte(c,
				    row[covering(image->x0, x, c->dx, c->w)]);
		}
	}
}

/* see picture_int.h */
perso_rc
bio_j2k_decode(
    struct perso_span codestream, const struct bio_j2k *head, uint8_t *dst)
{
	__attribute__((cleanup(
	    decoder_done))) struct decoder d = { .rd = perso_rd(codestream) };

	PERSO_TRY(open_decoder(&d));
	if (!opj_read_header(d.stream, d.codec, &d.image) ||
	    !opj_decode(d.codec, d.stream, d.image) ||
	    !opj_end_decompress(d.codec, d.stream))
		PERSO_FAIL(PERSO_E_DATA, "openjpeg: %s",
		    d.why[0] != '\0' ? d.why : "refused");
	PERSO_TRY(check_image(d.image, head));
	write_samples(d.image, head, dst);
	return PERSO_OK;
}
