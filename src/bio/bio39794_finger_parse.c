#include "bio39794_int.h"

enum { PGM = 0, WSQ = 1, JP2_LOSSY = 2, JP2_LOSSLESS = 3, PNG = 4 };

/* What is read into. */
struct finger {
	struct bio_39794 base;
	struct perso_finger_39794 *r;
	uint32_t samples, unit;
};

static perso_rc
read_position(void *to, struct perso_rd *in)
{
	struct finger *f = to;
	uint32_t v = 0;
	size_t at = in->at;

	PERSO_TRY(bio_code(in, 65535, &v, &f->base.others));
	if (v > 15 || v == 11 || v == 12)
		PERSO_FAIL(PERSO_E_UNSUPPORTED,
		    "position %" PRIu32 " at offset %zu is no finger", v, at);
	f->r->record.views[0].position = (uint8_t)v;
	return PERSO_OK;
}

/* 19794's numbers; 15 is its unknown. */
static void
take_impression(void *to, uint32_t v)
{
	struct finger *f = to;
	bool same = v <= 1 || v == 4 || v == 8;

	f->r->record.views[0].impression = same ? (uint8_t)v : 15;
	f->base.others += !same;
}

static perso_rc
read_format(void *to, struct perso_rd *in)
{
	static const uint8_t old[] = { PERSO_FINGER_RAW, PERSO_FINGER_WSQ,
		PERSO_FINGER_JPEG2000, PERSO_FINGER_JPEG2000,
		PERSO_FINGER_PNG };
	struct finger *f = to;
	uint32_t v = 0;
	size_t at = in->at;

	PERSO_TRY(bio_code(in, 65535, &v, &f->base.others));
	if (v > PNG)
		PERSO_FAIL(PERSO_E_UNSUPPORTED,
		    "image format %" PRIu32 " at offset %zu", v, at);
	f->r->format = (uint8_t)v;
	f->r->record.compression = old[v];
	return PERSO_OK;
}

static perso_rc
read_image(void *to, struct perso_rd *in)
{
	struct finger *f = to;

	f->r->record.views[0].image = perso_rd_rest(in);
	return PERSO_OK;
}

static perso_rc
read_sampling(void *to, struct perso_rd *in)
{
	static const struct bio_member rows[] = {
		{ 0x80, true, "samples",
		    M_NUMBER(0, 65535, struct finger, samples) },
		{ 0x81, true, "unit", M_NUMBER(0, 1, struct finger, unit) },
	};
	struct finger *f = to;
	struct perso_finger_record head;
	struct perso_finger_record *r = &f->r->record;
	uint32_t ppi;

	PERSO_TRY(bio_members(in, rows, ROWS(rows), f));
	ppi = f->unit == 0 ? f->samples : (f->samples * 254 + 50) / 100;
	perso_finger_record_init(
	    &head, (uint16_t)(ppi > UINT16_MAX ? UINT16_MAX : ppi), 0);
	r->level = head.level;
	r->units = f->unit == 0 ? PERSO_FINGER_PPI : PERSO_FINGER_PPCM;
	r->scan_x = r->scan_y = r->image_x = r->image_y = (uint16_t)f->samples;
	return PERSO_OK;
}

static const struct bio_member representation[] = {
	{ 0xA0, true, "position", M_OWN(read_position) },
	{ 0xA1, true, "impression", M_CODE(255, take_impression) },
	{ 0xA2, true, "image format", M_OWN(read_format) },
	{ 0x83, true, "image", M_OWN(read_image) },
	{ 0xA4, false, "capture date", M_DER },
	{ 0xA5, false, "capture device", M_DER },
	{ 0xA6, false, "quality", M_DER },
	{ 0xA7, false, "sampling rate", M_OWN(read_sampling) },
	{ 0x88, false, "position computed", M_DER },
	{ 0x89, false, "rotation", M_DER },
	{ 0x8A, false, "rotated", M_DER },
	{ 0x8B, false, "lossily compressed", M_DER },
	{ 0xAC, false, "segmentation", M_DER },
	{ 0xAD, false, "annotation", M_DER },
	{ 0xAE, false, "attack detection", M_DER },
	{ 0xAF, false, "comments", M_DER },
	{ 0xB0, false, "vendor's data", M_DER },
};

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
	PERSO_TRY(
	    bio_record(rec, 0x64, representation, ROWS(representation), f));
	f->r->generation = (uint16_t)f->base.generation;
	f->r->year = (uint16_t)f->base.year;
	f->r->others = f->base.others;
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
