#include "picture_int.h"

enum {
	BOX_FTYP = 0x66747970,
	BOX_JP2H = 0x6A703268,
	BOX_IHDR = 0x69686472,
	BOX_JP2C = 0x6A703263,
	BRAND_JP2 = 0x6A703220,
	BOXES_MAX = 256
};

/* ISO/IEC 15444-1 I.4: length, type, perhaps a long length; length 0 runs
 * to the end. */
perso_rc
bio_jp2_box(struct perso_rd *rd, struct bio_box *ret)
{
	struct bio_box b = { .at = rd->at };
	uint32_t len = 0, high = 0;
	size_t head = 8, left = perso_rd_left(rd);

	PERSO_TRY_CTX(perso_rd_u32(rd, &len), "box");
	PERSO_TRY_CTX(perso_rd_u32(rd, &b.type), "box");
	if (len == 1) {
		head = 16;
		PERSO_TRY_CTX(perso_rd_u32(rd, &high), "box");
		PERSO_TRY_CTX(perso_rd_u32(rd, &len), "box");
	} else if (len == 0 && left <= UINT32_MAX) {
		len = (uint32_t)left;
	}
	if (high != 0 || len < head)
		PERSO_FAIL(
		    PERSO_E_DATA, "length of the box at offset %zu", b.at);
	PERSO_TRY_CTX(perso_rd_skip(rd, len - head), "box at offset %zu", b.at);
	b.rd = bio_into(rd, len - head);
	*ret = b;
	return PERSO_OK;
}

/* I.5.2 */
static perso_rc
file_type(struct perso_rd *rd)
{
	struct bio_box b = { 0 };
	uint32_t brand = 0, compatible = 0;
	bool jp2;

	PERSO_TRY(bio_jp2_box(rd, &b));
	if (b.type != BOX_FTYP)
		PERSO_FAIL(PERSO_E_DATA, "no ftyp box at offset %zu", b.at);
	PERSO_TRY_CTX(perso_rd_u32(&b.rd, &brand), "ftyp box");
	PERSO_TRY_CTX(perso_rd_skip(&b.rd, 4), "ftyp box");
	jp2 = brand == BRAND_JP2;
	while (perso_rd_left(&b.rd) > 0) {
		PERSO_TRY_CTX(perso_rd_u32(&b.rd, &compatible), "ftyp box");
		jp2 = jp2 || compatible == BRAND_JP2;
	}
	if (!jp2)
		PERSO_FAIL(PERSO_E_UNSUPPORTED,
		    "ftyp box at offset %zu does not name jp2", b.at);
	return PERSO_OK;
}

/* I.5.3.1; bits 0 when components differ. */
static perso_rc
image_header(struct perso_rd *rd, struct perso_image_info *ret)
{
	struct bio_box b = { 0 };
	uint32_t width = 0, height = 0;
	uint16_t components = 0;
	uint8_t bits = 0;

	PERSO_TRY_CTX(bio_jp2_box(rd, &b), "jp2h box");
	if (b.type != BOX_IHDR)
		PERSO_FAIL(PERSO_E_DATA, "no ihdr box at offset %zu", b.at);
	PERSO_TRY_CTX(perso_rd_u32(&b.rd, &height), "ihdr box");
	PERSO_TRY_CTX(perso_rd_u32(&b.rd, &width), "ihdr box");
	PERSO_TRY_CTX(perso_rd_u16(&b.rd, &components), "ihdr box");
	PERSO_TRY_CTX(perso_rd_u8(&b.rd, &bits), "ihdr box");
	PERSO_TRY_CTX(perso_rd_skip(&b.rd, 3), "ihdr box");
	PERSO_TRY_CTX(perso_rd_finish(&b.rd), "ihdr box");
	*ret = (struct perso_image_info){ PERSO_IMAGE_JP2, width, height,
		components, bits == 0xFF ? 0 : (bits & 0x7Fu) + 1 };
	return PERSO_OK;
}

static perso_rc
codestream(struct bio_box *b, const struct perso_image_info *head,
    struct perso_image_info *ret)
{
	struct perso_image_info siz = { 0 };

	if (head->format == PERSO_IMAGE_NONE)
		PERSO_FAIL(PERSO_E_MISSING,
		    "no jp2h box before the jp2c box at offset %zu", b->at);
	PERSO_TRY_CTX(bio_codestream(&b->rd, &siz), "jp2c box");
	PERSO_TRY_CTX(perso_rd_finish(&b->rd), "jp2c box");
	if (siz.width != head->width || siz.height != head->height ||
	    siz.components != head->components ||
	    (head->bits != 0 && siz.bits != head->bits))
		PERSO_FAIL(PERSO_E_MISMATCH,
		    "ihdr box says %" PRIu32 " x %" PRIu32 ", the codestream "
		    "in the box at offset %zu %" PRIu32 " x %" PRIu32
		    " or other components",
		    head->width, head->height, b->at, siz.width, siz.height);
	*ret = siz;
	ret->format = PERSO_IMAGE_JP2;
	return PERSO_OK;
}

/* The boxes after ftyp. */
static perso_rc
box(struct bio_box *b, struct perso_image_info *head,
    struct perso_image_info *info)
{
	if (b->type == BOX_JP2H) {
		if (head->format != PERSO_IMAGE_NONE)
			PERSO_FAIL(PERSO_E_DATA,
			    "a second jp2h box at offset %zu", b->at);
		return image_header(&b->rd, head);
	}
	if (b->type == BOX_JP2C && info->format == PERSO_IMAGE_NONE)
		return codestream(b, head, info);
	return PERSO_OK;
}

perso_rc
bio_probe_jp2(struct perso_span image, struct perso_image_info *ret)
{
	struct perso_rd rd = perso_rd(image);
	struct perso_image_info head = { 0 }, info = { 0 };
	struct bio_box b = { 0 };

	PERSO_TRY(perso_rd_skip(&rd, 12));
	PERSO_TRY(file_type(&rd));
	for (int i = 0; perso_rd_left(&rd) > 0; i++) {
		if (i == BOXES_MAX)
			PERSO_FAIL(PERSO_E_UNSUPPORTED,
			    "more than %d boxes at offset %zu", BOXES_MAX,
			    rd.at);
		PERSO_TRY(bio_jp2_box(&rd, &b));
		PERSO_TRY(box(&b, &head, &info));
	}
	if (info.format == PERSO_IMAGE_NONE)
		PERSO_FAIL(
		    PERSO_E_MISSING, "no jp2c box up to offset %zu", rd.at);
	*ret = info;
	return PERSO_OK;
}

perso_rc
bio_jp2_codestream(struct perso_span image, struct perso_rd *ret)
{
	struct perso_rd rd = perso_rd(image);
	struct bio_box b = { 0 };

	for (int i = 0; i < BOXES_MAX && perso_rd_left(&rd) > 0; i++) {
		PERSO_TRY(bio_jp2_box(&rd, &b));
		if (b.type == BOX_JP2C) {
			*ret = b.rd;
			return PERSO_OK;
		}
	}
	PERSO_FAIL(PERSO_E_MISSING, "no jp2c box");
}
