#include "bio_int.h"
#include "perso/finger.h"

static perso_rc
zero(struct perso_rd *rd, size_t n)
{
	size_t at = rd->at;
	uint8_t b = 0;

	for (size_t i = 0; i < n; i++) {
		PERSO_TRY(perso_rd_u8(rd, &b));
		if (b != 0)
			PERSO_FAIL(PERSO_E_RANGE,
			    "reserved bytes at offset %zu are not zero", at);
	}
	return PERSO_OK;
}

static perso_rc
read_sizes(struct perso_rd *rd, struct perso_finger_record *r)
{
	PERSO_TRY(perso_rd_u8(rd, &r->units));
	PERSO_TRY(perso_rd_u16(rd, &r->scan_x));
	PERSO_TRY(perso_rd_u16(rd, &r->scan_y));
	PERSO_TRY(perso_rd_u16(rd, &r->image_x));
	PERSO_TRY(perso_rd_u16(rd, &r->image_y));
	PERSO_TRY(perso_rd_u8(rd, &r->depth));
	PERSO_TRY(perso_rd_u8(rd, &r->compression));
	return zero(rd, 2);
}

/* ISO/IEC 19794-4:2005, 7.1 */
static perso_rc
read_head(
    struct perso_rd *rd, struct perso_finger_record *r, uint8_t *ret_fingers)
{
	uint16_t high = 0;
	uint32_t len = 0;

	PERSO_TRY_CTX(
	    perso_rd_expect(rd, perso_span("FIR\0", 4)), "format identifier");
	PERSO_TRY_CTX(perso_rd_expect(rd, perso_span("010\0", 4)), "version");
	PERSO_TRY_CTX(perso_rd_u16(rd, &high), "record length");
	PERSO_TRY_CTX(perso_rd_u32(rd, &len), "record length");
	if (high != 0 || len != rd->s.n)
		PERSO_FAIL(PERSO_E_MISMATCH,
		    "record length at offset 8 is %" PRIu64
		    ", the record has %zu bytes",
		    (uint64_t)high << 32 | len, rd->s.n);
	PERSO_TRY_CTX(perso_rd_u16(rd, &r->device), "record header");
	PERSO_TRY_CTX(perso_rd_u16(rd, &r->level), "record header");
	PERSO_TRY_CTX(perso_rd_u8(rd, ret_fingers), "record header");
	if (*ret_fingers == 0)
		PERSO_FAIL(PERSO_E_RANGE, "no finger at offset 18");
	if (*ret_fingers > PERSO_FINGER_VIEWS)
		PERSO_FAIL(PERSO_E_UNSUPPORTED, "%u fingers at offset 18",
		    *ret_fingers);
	PERSO_TRY_CTX(read_sizes(rd, r), "record header");
	return bio_finger_head(r);
}

/* 7.2, behind the length; the image is the rest. */
static perso_rc
read_fields(struct perso_rd *rd, struct perso_finger_view *v)
{
	PERSO_TRY(perso_rd_u8(rd, &v->position));
	PERSO_TRY(perso_rd_u8(rd, &v->views));
	PERSO_TRY(perso_rd_u8(rd, &v->view));
	PERSO_TRY(perso_rd_u8(rd, &v->quality));
	PERSO_TRY(perso_rd_u8(rd, &v->impression));
	PERSO_TRY(perso_rd_u16(rd, &v->width));
	PERSO_TRY(perso_rd_u16(rd, &v->height));
	PERSO_TRY(zero(rd, 1));
	v->image = perso_rd_rest(rd);
	return PERSO_OK;
}

static perso_rc
read_view(struct perso_rd *rd, const struct perso_finger_record *r,
    struct perso_finger_view *v)
{
	size_t at = rd->at;
	struct perso_rd in;

	PERSO_TRY(bio_19794_part(rd, "length", 14, &in));
	PERSO_TRY(read_fields(&in, v));
	PERSO_TRY_CTX(bio_finger_view(r, v), "at offset %zu", at);
	return PERSO_OK;
}

/* The number in the header: of views, or of fingers that they show. */
static perso_rc
count(const struct perso_finger_record *r, uint8_t fingers)
{
	size_t different = 0;

	for (size_t i = 0; i < r->count; i++)
		if (r->views[i].view == 1)
			different++;
	if (fingers != r->count && fingers != different)
		PERSO_FAIL(PERSO_E_MISMATCH,
		    "%u fingers at offset 18, the record has %zu views",
		    fingers, r->count);
	return PERSO_OK;
}

static perso_rc
read_record(struct perso_rd *rd, struct perso_finger_record *r)
{
	uint8_t fingers = 0;

	PERSO_TRY(read_head(rd, r, &fingers));
	while (perso_rd_left(rd) > 0) {
		if (r->count == PERSO_FINGER_VIEWS)
			PERSO_FAIL(PERSO_E_UNSUPPORTED,
			    "more than %d views at offset %zu",
			    PERSO_FINGER_VIEWS, rd->at);
		PERSO_TRY_CTX(read_view(rd, r, &r->views[r->count]), "view %zu",
		    r->count);
		r->count++;
	}
	PERSO_TRY(count(r, fingers));
	return bio_finger_views(r);
}

/* see perso/finger.h */
perso_rc
perso_finger_parse(struct perso_span rec, struct perso_finger_record *ret)
{
	struct perso_finger_record r = { 0 };
	struct perso_rd rd = perso_rd(rec);

	PERSO_TRY_CTX(read_record(&rd, &r), "finger record");
	*ret = r;
	return PERSO_OK;
}
