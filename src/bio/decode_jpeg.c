/*
 * JPEG to pixels (libjpeg-turbo). Segments are walked first: kinds, counts,
 * EXIF and ICC; libjpeg then sees a file within bounds and has to take it
 * without a warning.
 */
#include "picture_int.h"

#include <setjmp.h>
#include <stdio.h>

#include <jpeglib.h>

enum { EOI = 0xD9, SOS = 0xDA, APP1 = 0xE1, APP2 = 0xE2 };

/* What the segments say. */
struct segments {
	unsigned segments, scans;
	struct bio_exif exif;
	bool has_exif;
	unsigned icc_count, icc_next; /* chunks; the next number */
	struct perso_buf icc;
};

static void
segments_done(struct segments *s)
{
	perso_buf_done(&s->icc);
}

/* The contents begin with these characters and a zero; taken. */
static bool
take_name(struct perso_rd *rd, const char *name, size_t n)
{
	struct perso_span s =
	    perso_span_sub(rd->s, rd->at, perso_rd_left(rd) < n ? 0 : n);

	return perso_span_equal(s, perso_span(name, n)) &&
	       perso_rd_skip(rd, n) == PERSO_OK;
}

/* ICC.1 B.4: chunks numbered from 1, here as all write them, in order. */
static perso_rc
take_icc(struct segments *s, struct perso_rd *rd)
{
	size_t at = rd->at;
	uint8_t number = 0, count = 0;

	PERSO_TRY(perso_rd_u8(rd, &number));
	PERSO_TRY(perso_rd_u8(rd, &count));
	if (s->icc_next == 0) {
		s->icc_next = 1;
		s->icc_count = count;
	}
	if (number != s->icc_next || count != s->icc_count || number > count)
		PERSO_FAIL(PERSO_E_DATA, "chunk %u of %u at offset %zu", number,
		    count, at);
	if (s->icc.n + perso_rd_left(rd) > PERSO_PICTURE_ICC)
		PERSO_FAIL(
		    PERSO_E_RANGE, "longer than %zu bytes", PERSO_PICTURE_ICC);
	s->icc_next++;
	return perso_buf_append(&s->icc, perso_rd_rest(rd));
}

static perso_rc
take_segment(struct segments *s, uint8_t code, struct perso_rd *rd)
{
	size_t at = rd->at;

	if (code == APP1 && !s->has_exif && take_name(rd, "Exif\0\0", 6)) {
		PERSO_TRY_CTX(bio_exif(rd, &s->exif), "EXIF at offset %zu", at);
		s->has_exif = true;
	}
	if (code == APP2 && take_name(rd, "ICC_PROFILE\0", 12))
		PERSO_TRY_CTX(take_icc(s, rd), "ICC profile");
	return PERSO_OK;
}

static perso_rc
walk(struct segments *s, struct perso_rd *rd)
{
	struct perso_rd body = { 0 };
	uint8_t code = 0;

	PERSO_TRY(perso_rd_skip(rd, 2));
	for (;;) {
		PERSO_TRY(bio_jpeg_marker(rd, &code));
		if (code == EOI)
			break;
		if (++s->segments > PERSO_PICTURE_CHUNKS)
			PERSO_FAIL(PERSO_E_RANGE,
			    "more than %d segments at offset %zu",
			    PERSO_PICTURE_CHUNKS, rd->at);
		PERSO_TRY(bio_jpeg_segment(rd, code, &body));
		PERSO_TRY(take_segment(s, code, &body));
		if (code != SOS)
			continue;
		if (++s->scans > PERSO_PICTURE_SCANS)
			PERSO_FAIL(PERSO_E_RANGE,
			    "more than %d scans at offset %zu",
			    PERSO_PICTURE_SCANS, rd->at);
		PERSO_TRY(bio_jpeg_skip_scan(rd));
	}
	if (s->icc_next != 0 && s->icc_next != s->icc_count + 1)
		PERSO_FAIL(PERSO_E_MISSING, "ICC profile: %u of %u chunks",
		    s->icc_next - 1, s->icc_count);
	return PERSO_OK;
}

struct reader {
	struct jpeg_decompress_struct c;
	struct jpeg_error_mgr err;
	jmp_buf out;
	struct perso_span file;
	const struct perso_image_info *head;
	struct perso_pixels *px;
	char why[JMSG_LENGTH_MAX];
	perso_rc rc;
};

static void
on_error(j_common_ptr c)
{
	struct reader *r = c->client_data;

	c->err->format_message(c, r->why);
	longjmp(r->out, 1);
}

/* Warnings are of damaged data: no picture for a document. */
static void
on_message(j_common_ptr c, int level)
{
	if (level < 0)
		on_error(c);
}

/* Pixels are allocated when the header is read; libjpeg agrees with the
 * probe on the size. */
static perso_rc
start(struct reader *r)
{
	unsigned channels = r->head->components == 1 ? 1 : 3;

	jpeg_mem_src(&r->c, r->file.p, r->file.n);
	(void)jpeg_read_header(&r->c, TRUE);
	if (r->c.image_width != r->head->width ||
	    r->c.image_height != r->head->height)
		PERSO_FAIL(PERSO_E_MISMATCH, "two sizes");
	r->c.out_color_space = channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
	r->c.dct_method = JDCT_ISLOW;
	PERSO_TRY(perso_pixels_init(
	    r->px, r->head->width, r->head->height, channels));
	(void)jpeg_start_decompress(&r->c);
	if (r->c.output_components != (int)channels)
		PERSO_FAIL(PERSO_E_DATA, "components");
	return PERSO_OK;
}

static perso_rc
read_jpeg(struct reader *r)
{
	r->c.err = jpeg_std_error(&r->err);
	r->err.error_exit = on_error;
	r->err.emit_message = on_message;
	r->c.client_data = r;
	if (setjmp(r->out) != 0)
		PERSO_FAIL(PERSO_E_DATA, "libjpeg: %s", r->why);
	jpeg_create_decompress(&r->c);
	PERSO_TRY(start(r));
	while (r->c.output_scanline < r->c.output_height) {
		JSAMPROW row = perso_pixels_row(r->px, r->c.output_scanline);

		(void)jpeg_read_scanlines(&r->c, &row, 1);
	}
	(void)jpeg_finish_decompress(&r->c);
	return PERSO_OK;
}

static perso_rc
decode(struct perso_span file, const struct perso_image_info *head,
    struct perso_pixels *px)
{
	struct reader r = { .file = file, .head = head, .px = px };
	perso_rc rc = read_jpeg(&r);

	jpeg_destroy_decompress(&r.c);
	return rc;
}

static perso_rc
check_kind(const struct perso_image_info *head)
{
	if (head->bits != 8)
		PERSO_FAIL(PERSO_E_UNSUPPORTED, "%u bits a component, not 8",
		    head->bits);
	if (head->components == 4)
		PERSO_FAIL(PERSO_E_UNSUPPORTED,
		    "four components (CMYK or YCCK): the colours of a press; "
		    "sRGB is wanted");
	if (head->components != 1 && head->components != 3)
		PERSO_FAIL(PERSO_E_UNSUPPORTED, "%u components, not 1 or 3",
		    head->components);
	return PERSO_OK;
}

/* see picture_int.h */
perso_rc
bio_decode_jpeg(struct perso_span file, const struct perso_image_info *head,
    struct perso_pixels *ret)
{
	__attribute__((cleanup(segments_done))) struct segments s = {
		.exif = { 1, false }, .icc = { .max = PERSO_PICTURE_ICC }
	};
	struct perso_rd rd = perso_rd(file);
	struct bio_colour colour = { .space = BIO_SPACE_SRGB };
	PERSO_PIXELS(px);

	PERSO_TRY(check_kind(head));
	PERSO_TRY(walk(&s, &rd));
	PERSO_TRY(decode(file, head, &px));
	if (s.icc_next != 0) {
		colour.space = BIO_SPACE_ICC;
		colour.icc = perso_buf_span(&s.icc);
	} else if (s.exif.is_adobe_rgb && px.channels == 3) {
		colour.space = BIO_SPACE_ADOBE;
	}
	PERSO_TRY(bio_colour(&px, &colour));
	PERSO_TRY(bio_orient(&px, s.exif.orientation));
	*ret = px;
	px = (struct perso_pixels){ .width = 0 };
	return PERSO_OK;
}
