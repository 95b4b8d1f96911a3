#include "bio39794_int.h"

#define ROWS(a) (sizeof(a) / sizeof((a)[0]))

enum { PGM = 0, WSQ = 1, JP2_LOSSY = 2, JP2_LOSSLESS = 3, PNG = 4 };

struct finger {
	struct perso_finger_39794 *r;
	uint32_t samples, unit;
};

static perso_rc
read_position(void *ctx, struct perso_rd *in)
{
	struct finger *f = ctx;
	uint32_t v = 0;
	size_t at = in->at;

	PERSO_TRY(bio_code(in, 65535, &v, &f->r->others));
	if (v > 15 || v == 11 || v == 12)
		PERSO_FAIL(PERSO_E_UNSUPPORTED,
		    "position %" PRIu32 " at offset %zu is no finger", v, at);
	f->r->record.views[0].position = (uint8_t)v;
	return PERSO_OK;
}

/* 19794's numbers; 15 is its unknown. */
static perso_rc
read_impression(void *ctx, struct perso_rd *in)
{
	struct finger *f = ctx;
	uint32_t v = 0;
	bool same;

	PERSO_TRY(bio_code(in, 255, &v, &f->r->others));
	same = v <= 1 || v == 4 || v == 8;
	f->r->record.views[0].impression = same ? (uint8_t)v : 15;
	f->r->others += !same;
	return PERSO_OK;
}

static perso_rc
read_format(void *ctx, struct perso_rd *in)
{
	static const uint8_t old[] = { PERSO_FINGER_RAW, PERSO_FINGER_WSQ,
		PERSO_FINGER_JPEG2000, PERSO_FINGER_JPEG2000,
		PERSO_FINGER_PNG };
	struct finger *f = ctx;
	uint32_t v = 0;
	size_t at = in->at;

	PERSO_TRY(bio_code(in, 65535, &v, &f->r->others));
	if (v > PNG)
		PERSO_FAIL(PERSO_E_UNSUPPORTED,
		    "image format %" PRIu32 " at offset %zu", v, at);
	f->r->format = (uint8_t)v;
	f->r->record.compression = old[v];
	return PERSO_OK;
}

static perso_rc
read_image(void *ctx, struct perso_rd *in)
{
	struct finger *f = ctx;

	f->r->record.views[0].image = perso_rd_rest(in);
	return PERSO_OK;
}

static perso_rc
read_samples(void *ctx, struct perso_rd *in)
{
	return bio_uint(in, 0, 65535, &((struct finger *)ctx)->samples);
}

static perso_rc
read_unit(void *ctx, struct perso_rd *in)
{
	return bio_uint(in, 0, 1, &((struct finger *)ctx)->unit);
}

static perso_rc
read_sampling(void *ctx, struct perso_rd *in)
{
	static const struct bio_member rows[] = {
		{ 0x80, true, "samples", read_samples },
		{ 0x81, true, "unit", read_unit },
	};
	struct finger *f = ctx;
	struct perso_finger_record head;
	struct perso_finger_record *r = &f->r->record;
	uint32_t ppi;

	PERSO_TRY(bio_members(in, rows, ROWS(rows), f, &f->r->others));
	ppi = f->unit == 0 ? f->samples : (f->samples * 254 + 50) / 100;
	perso_finger_record_init(
	    &head, (uint16_t)(ppi > UINT16_MAX ? UINT16_MAX : ppi), 0);
	r->level = head.level;
	r->units = f->unit == 0 ? PERSO_FINGER_PPI : PERSO_FINGER_PPCM;
	r->scan_x = r->scan_y = r->image_x = r->image_y = (uint16_t)f->samples;
	return PERSO_OK;
}

static perso_rc
read_version(void *ctx, struct perso_rd *in)
{
	struct finger *f = ctx;
	struct bio_version v = { 0 };

	PERSO_TRY(bio_version(in, &v));
	f->r->generation = (uint16_t)v.generation;
	f->r->year = (uint16_t)v.year;
	f->r->others += v.others;
	return PERSO_OK;
}

static perso_rc
read_representation(void *ctx, struct perso_rd *in)
{
	static const struct bio_member rows[] = {
		{ 0xA0, true, "position", read_position },
		{ 0xA1, true, "impression", read_impression },
		{ 0xA2, true, "image format", read_format },
		{ 0x83, true, "image", read_image },
		{ 0xA4, false, "capture date", NULL },
		{ 0xA5, false, "capture device", NULL },
		{ 0xA6, false, "quality", NULL },
		{ 0xA7, false, "sampling rate", read_sampling },
		{ 0x88, false, "position computed", NULL },
		{ 0x89, false, "rotation", NULL },
		{ 0x8A, false, "rotated", NULL },
		{ 0x8B, false, "lossily compressed", NULL },
		{ 0xAC, false, "segmentation", NULL },
		{ 0xAD, false, "annotation", NULL },
		{ 0xAE, false, "attack detection", NULL },
		{ 0xAF, false, "comments", NULL },
		{ 0xB0, false, "vendor's data", NULL },
	};
	struct finger *f = ctx;
	struct perso_rd one;

	PERSO_TRY(bio_one_representation(in, &one));
	return bio_members(&one, rows, ROWS(rows), f, &f->r->others);
}

/* A number of a PGM's head and the white space behind it. */
static perso_rc
pgm_number(struct perso_rd *rd, uint32_t max, uint32_t *ret)
{
	size_t at = rd->at;
	uint32_t v = 0;
	uint8_t c = 0;

	for (int digits = 0;; digits++) {
		PERSO_TRY_CTX(perso_rd_u8(rd, &c), "PGM head");
		if (digits > 0 && (c == ' ' || c == '\n' || c == '\t'))
			break;
		if (c < '0' || c > '9' || digits == 6)
			PERSO_FAIL(PERSO_E_DATA,
			    "PGM head: no number at offset %zu", at);
		v = v * 10 + (uint32_t)(c - '0');
	}
	if (v == 0 || v > max)
		PERSO_FAIL(PERSO_E_RANGE, "PGM head: %" PRIu32 " at offset %zu",
		    v, at);
	*ret = v;
	return PERSO_OK;
}

/* Without comments; 8 bits. */
perso_rc
bio_pgm(struct perso_span image, uint16_t *ret_width, uint16_t *ret_height,
    struct perso_span *ret_samples)
{
	struct perso_rd rd = perso_rd(image);
	uint32_t width = 0, height = 0, max = 0;
	uint8_t blank = 0;

	PERSO_TRY_CTX(perso_rd_expect(&rd, perso_span("P5", 2)), "PGM head");
	PERSO_TRY_CTX(perso_rd_u8(&rd, &blank), "PGM head");
	if (blank != ' ' && blank != '\n' && blank != '\t')
		PERSO_FAIL(PERSO_E_DATA, "PGM head: no blank at offset 2");
	PERSO_TRY(pgm_number(&rd, UINT16_MAX, &width));
	PERSO_TRY(pgm_number(&rd, UINT16_MAX, &height));
	PERSO_TRY(pgm_number(&rd, 65535, &max));
	if (max != 255)
		PERSO_FAIL(
		    PERSO_E_UNSUPPORTED, "PGM of %" PRIu32 " levels", max + 1);
	*ret_width = (uint16_t)width;
	*ret_height = (uint16_t)height;
	*ret_samples = perso_rd_rest(&rd);
	return PERSO_OK;
}

/* Size and depth are the image's own. */
static perso_rc
take_size(struct perso_finger_39794 *f)
{
	struct perso_finger_view *v = &f->record.views[0];
	struct perso_image_info info = { 0 };

	f->record.depth = 8;
	if (f->format == PGM)
		return bio_pgm(v->image, &v->width, &v->height, &v->image);
	PERSO_TRY(perso_image_probe(v->image, &info));
	if (info.width > UINT16_MAX || info.height > UINT16_MAX)
		PERSO_FAIL(PERSO_E_RANGE, "image is too large");
	v->width = (uint16_t)info.width;
	v->height = (uint16_t)info.height;
	f->record.depth = (uint8_t)info.bits;
	return PERSO_OK;
}

static perso_rc
check(struct perso_finger_39794 *f)
{
	struct perso_finger_view *v = &f->record.views[0];

	f->record.count = 1;
	v->views = v->view = 1;
	v->quality = PERSO_FINGER_NO_QUALITY;
	PERSO_TRY_CTX(take_size(f), "image");
	PERSO_TRY_CTX(bio_finger_image(&f->record, v), "image");
	if (f->format == JP2_LOSSLESS && !perso_image_is_reversible(v->image))
		PERSO_FAIL(PERSO_E_MISMATCH,
		    "image is declared as lossless and its transformation is "
		    "not reversible");
	return PERSO_OK;
}

static perso_rc
read_record(struct perso_span rec, struct finger *f)
{
	static const struct bio_member rows[] = {
		{ 0xA0, true, "version", read_version },
		{ 0xA1, true, "representations", read_representation },
	};
	struct perso_rd rd = perso_rd(rec), in;

	PERSO_TRY(bio_open(&rd, 0x64, &in));
	PERSO_TRY(perso_rd_finish(&rd));
	PERSO_TRY(bio_members(&in, rows, ROWS(rows), f, &f->r->others));
	return check(f->r);
}

/* see perso/bio39794.h */
perso_rc
perso_finger_39794_parse(struct perso_span rec, struct perso_finger_39794 *ret)
{
	struct perso_finger_39794 r = { .others = 0 };
	struct finger f = { .r = &r };

	PERSO_TRY_CTX(read_record(rec, &f), "ISO/IEC 39794-4 record");
	*ret = r;
	return PERSO_OK;
}
