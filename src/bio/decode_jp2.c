/*
 * JPEG 2000 to pixels: boxes are read here, the codestream is decoded in a
 * helper process.
 */
#include "picture_int.h"

#include <stdlib.h>

#define BOXES_MAX 64
#define CPU_SECONDS 20
#define TIMEOUT_MS 30000
#define MEMORY_BASE ((size_t)64 << 20)
#define MEMORY_PER_SAMPLE 16 /* bytes: image, tile, code-blocks */

enum {
	BOX_JP2H = 0x6A703268,
	BOX_JP2C = 0x6A703263,
	BOX_COLR = 0x636F6C72,
	BOX_PCLR = 0x70636C72,
	BOX_CMAP = 0x636D6170,
	BOX_CDEF = 0x63646566,
	ENUM_SRGB = 16,
	ENUM_GREY = 17,
	ENUM_SYCC = 18
};

struct jp2 {
	const struct perso_image_info *head;
	struct perso_span codestream;
	struct bio_colour colour;
	bool has_colour;
};

static perso_rc
enumerated(struct jp2 *j, struct perso_rd *rd, size_t at)
{
	uint32_t space = 0;
	unsigned want = 3;

	PERSO_TRY(perso_rd_u32(rd, &space));
	if (space == ENUM_SYCC)
		j->colour.space = BIO_SPACE_SYCC;
	else if (space == ENUM_SRGB || space == ENUM_GREY)
		j->colour.space = BIO_SPACE_SRGB;
	else
		PERSO_FAIL(PERSO_E_UNSUPPORTED,
		    "colour space %" PRIu32 " at offset %zu is neither sRGB, "
		    "grey nor sYCC",
		    space, at);
	want = space == ENUM_GREY ? 1 : 3;
	if (j->head->components != want)
		PERSO_FAIL(PERSO_E_MISMATCH,
		    "colour space %" PRIu32 " at offset %zu for %u components",
		    space, at, j->head->components);
	return PERSO_OK;
}

/* ISO/IEC 15444-1 I.5.3.3; of several the first that is understood. */
static perso_rc
take_colr(struct jp2 *j, struct bio_box *b)
{
	uint8_t method = 0;

	PERSO_TRY(perso_rd_u8(&b->rd, &method));
	PERSO_TRY(perso_rd_skip(&b->rd, 2));
	if (j->has_colour || method == 0 || method > 3)
		return PERSO_OK;
	j->has_colour = true;
	if (method == 1)
		return enumerated(j, &b->rd, b->at);
	j->colour.space = BIO_SPACE_ICC;
	j->colour.icc = perso_rd_rest(&b->rd);
	return PERSO_OK;
}

/* I.5.3.6: no more than the order that is the rule anyway. */
static perso_rc
check_cdef(const struct jp2 *j, struct bio_box *b)
{
	uint16_t n = 0, channel = 0, type = 0, of = 0;

	PERSO_TRY(perso_rd_u16(&b->rd, &n));
	for (unsigned i = 0; i < n; i++) {
		PERSO_TRY(perso_rd_u16(&b->rd, &channel));
		PERSO_TRY(perso_rd_u16(&b->rd, &type));
		PERSO_TRY(perso_rd_u16(&b->rd, &of));
		if (channel >= j->head->components || type != 0 ||
		    (of != channel + 1 && !(of == 0 && n == 1)))
			PERSO_FAIL(PERSO_E_UNSUPPORTED,
			    "channels of another order or meaning in the cdef "
			    "box at offset %zu",
			    b->at);
	}
	return perso_rd_finish(&b->rd);
}

static perso_rc
take_header(struct jp2 *j, struct perso_rd *rd)
{
	struct bio_box b = { 0 };

	for (int i = 0; perso_rd_left(rd) > 0; i++) {
		if (i == BOXES_MAX)
			PERSO_FAIL(PERSO_E_RANGE,
			    "more than %d boxes at offset %zu", BOXES_MAX,
			    rd->at);
		PERSO_TRY(bio_jp2_box(rd, &b));
		if (b.type == BOX_PCLR || b.type == BOX_CMAP)
			PERSO_FAIL(PERSO_E_UNSUPPORTED,
			    "a palette at offset %zu", b.at);
		if (b.type == BOX_COLR)
			PERSO_TRY_CTX(take_colr(j, &b), "colr box");
		if (b.type == BOX_CDEF)
			PERSO_TRY_CTX(check_cdef(j, &b), "cdef box");
	}
	return PERSO_OK;
}

/* The probe has seen that the boxes are there and in order. */
static perso_rc
take_boxes(struct jp2 *j, struct perso_span file)
{
	struct perso_rd rd = perso_rd(file);
	struct bio_box b = { 0 };

	while (perso_rd_left(&rd) > 0) {
		PERSO_TRY(bio_jp2_box(&rd, &b));
		if (b.type == BOX_JP2H)
			PERSO_TRY_CTX(take_header(j, &b.rd), "jp2h box");
		if (b.type == BOX_JP2C && j->codestream.n == 0)
			j->codestream = perso_rd_rest(&b.rd);
	}
	if (!j->has_colour)
		PERSO_FAIL(PERSO_E_MISSING, "no colr box that is understood");
	return PERSO_OK;
}

/* see picture_int.h */
perso_rc
bio_jp2_open(struct perso_span file, const struct perso_image_info *head,
    struct perso_span *ret_codestream, struct bio_colour *ret_colour)
{
	struct jp2 j = { .head = head, .codestream = PERSO_SPAN_EMPTY };

	if (head->format == PERSO_IMAGE_J2K)
		j.codestream = file;
	else
		PERSO_TRY(take_boxes(&j, file));
	*ret_codestream = j.codestream;
	*ret_colour = j.colour;
	return PERSO_OK;
}

struct job {
	struct perso_span codestream;
	struct bio_j2k head;
	struct bio_colour colour;
	struct perso_pixels px;
};

static perso_rc
prepare(
    struct perso_span file, const struct perso_image_info *head, struct job *j)
{
	PERSO_TRY(bio_jp2_open(file, head, &j->codestream, &j->colour));
	PERSO_TRY(bio_j2k_head(j->codestream, &j->head));
	return perso_pixels_init(
	    &j->px, j->head.width, j->head.height, j->head.components);
}

static perso_rc
finish(struct job *j, struct perso_pixels *ret)
{
	PERSO_TRY(bio_colour(&j->px, &j->colour));
	*ret = j->px;
	j->px = (struct perso_pixels){ .width = 0 };
	return PERSO_OK;
}

struct bio_jp2_decoding {
	struct job job;
	struct bio_sandbox sandbox;
	struct bio_sandbox_child child;
};

/* In the child. */
static perso_rc
work(void *ctx, uint8_t *result)
{
	const struct job *j = ctx;

	return bio_j2k_decode(j->codestream, &j->head, result);
}

/* see picture_int.h */
void
bio_decode_jp2_drop(struct bio_jp2_decoding **d)
{
	if (*d == NULL)
		return;
	bio_sandbox_drop(&(*d)->child);
	perso_pixels_done(&(*d)->job.px);
	free(*d);
	*d = NULL;
}

static perso_rc
begin(struct bio_jp2_decoding *d, struct perso_span file,
    const struct perso_image_info *head)
{
	PERSO_TRY(prepare(file, head, &d->job));
	d->sandbox = (struct bio_sandbox){ .cpu_s = CPU_SECONDS,
		.timeout_ms = TIMEOUT_MS,
		.memory = MEMORY_BASE + d->job.px.data.n * MEMORY_PER_SAMPLE +
			  file.n * 4,
		.result = d->job.px.data.n,
		.work = work,
		.ctx = &d->job };
	return bio_sandbox_begin(&d->sandbox, &d->child);
}

/* see picture_int.h */
perso_rc
bio_decode_jp2_begin(struct perso_span file,
    const struct perso_image_info *head, struct bio_jp2_decoding **ret)
{
	struct bio_jp2_decoding *d = calloc(1, sizeof(*d));
	perso_rc rc;

	if (d == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for a picture");
	rc = begin(d, file, head);
	if (rc != PERSO_OK)
		bio_decode_jp2_drop(&d);
	*ret = d;
	return rc;
}

/* see picture_int.h */
perso_rc
bio_decode_jp2_end(struct bio_jp2_decoding *d, struct perso_pixels *ret)
{
	struct perso_span result;

	PERSO_TRY(bio_sandbox_end(&d->sandbox, &d->child, &result));
	PERSO_TRY(perso_span_copy(d->job.px.data.p, d->job.px.data.n, result));
	return finish(&d->job, ret);
}

static void
job_done(struct job *j)
{
	perso_pixels_done(&j->px);
}

/* see picture_int.h */
perso_rc
bio_decode_jp2_here(struct perso_span file, const struct perso_image_info *head,
    struct perso_pixels *ret)
{
	__attribute__((cleanup(
	    job_done))) struct job j = { .codestream = PERSO_SPAN_EMPTY };

	PERSO_TRY(prepare(file, head, &j));
	PERSO_TRY(bio_j2k_decode(j.codestream, &j.head, j.px.data.p));
	return finish(&j, ret);
}
