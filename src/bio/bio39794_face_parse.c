#include "bio39794_int.h"

#define ROWS(a) (sizeof(a) / sizeof((a)[0]))

/* What is read into; members of the standard that perso_face has no place
 * for are counted in r->others. */
struct face {
	struct perso_face_39794 *r;
	bool has_size, has_image;
	uint32_t x, y; /* of the point in hand */
	bool has_point, has_place;
	int angle;
	uint32_t uncertainty;
	bool has_uncertainty;
	bool flag[12];
};

static perso_rc
code(struct face *f, struct perso_rd *in, uint32_t max, uint32_t *ret)
{
	return bio_code(in, max, ret, &f->r->others);
}

/* ---- the image -------------------------------------------------------- */

static perso_rc
read_format(void *ctx, struct perso_rd *in)
{
	struct face *f = ctx;
	uint32_t v = 0;
	size_t at = in->at;

	PERSO_TRY(code(f, in, 7, &v));
	if (v < 2 || v > 4)
		PERSO_FAIL(PERSO_E_UNSUPPORTED,
		    "image format %" PRIu32 " at offset %zu", v, at);
	f->r->format = (uint8_t)v;
	f->r->face.jpeg2000 = v != 2;
	return PERSO_OK;
}

static perso_rc
read_kind(void *ctx, struct perso_rd *in)
{
	struct face *f = ctx;
	uint32_t v = 0;

	PERSO_TRY(code(f, in, 255, &v));
	f->r->face.image_type = v == 0 ? PERSO_FACE_FRONTAL : PERSO_FACE_BASIC;
	f->r->others += v != 0;
	return PERSO_OK;
}

static perso_rc
read_width(void *ctx, struct perso_rd *in)
{
	struct face *f = ctx;

	return bio_uint(in, 0, 65535, &f->x);
}

static perso_rc
read_height(void *ctx, struct perso_rd *in)
{
	struct face *f = ctx;

	return bio_uint(in, 0, 65535, &f->y);
}

static perso_rc
read_size(void *ctx, struct perso_rd *in)
{
	static const struct bio_member rows[] = {
		{ 0x80, true, "width", read_width },
		{ 0x81, true, "height", read_height },
	};
	struct face *f = ctx;

	PERSO_TRY(bio_members(in, rows, ROWS(rows), f, &f->r->others));
	f->r->face.width = (uint16_t)f->x;
	f->r->face.height = (uint16_t)f->y;
	f->has_size = true;
	return PERSO_OK;
}

static perso_rc
read_space(void *ctx, struct perso_rd *in)
{
	struct face *f = ctx;
	uint32_t v = 0;
	int old;

	PERSO_TRY(code(f, in, 255, &v));
	old = bio_code_old(bio_space_codes, v);
	f->r->face.colour_space = old == 0xFF ? 0 : (uint8_t)old;
	f->r->others += old == 0xFF && v != 0;
	return PERSO_OK;
}

static perso_rc
read_information(void *ctx, struct perso_rd *in)
{
	static const struct bio_member rows[] = {
		{ 0xA0, true, "image format", read_format },
		{ 0xA1, false, "image kind", read_kind },
		{ 0xA2, false, "processing", NULL },
		{ 0xA3, false, "lossy attempts", NULL },
		{ 0x84, false, "camera distance", NULL },
		{ 0x85, false, "sensor diagonal", NULL },
		{ 0x86, false, "focal length", NULL },
		{ 0xA7, false, "image size", read_size },
		{ 0xA8, false, "face measurements", NULL },
		{ 0xA9, false, "colour space", read_space },
		{ 0xAA, false, "colour mapping", NULL },
	};
	struct face *f = ctx;

	return bio_members(in, rows, ROWS(rows), f, &f->r->others);
}

static perso_rc
read_technology(void *ctx, struct perso_rd *in)
{
	struct face *f = ctx;
	uint32_t v = 0;

	PERSO_TRY(code(f, in, 255, &v));
	f->r->face.source = v == 0 ? 7 : v <= 6 ? (uint8_t)v : 0;
	f->r->others += v > 6;
	return PERSO_OK;
}

static perso_rc
read_device(void *ctx, struct perso_rd *in)
{
	static const struct bio_member rows[] = {
		{ 0xA0, false, "spectrum", NULL },
		{ 0xA1, false, "technology", read_technology },
	};
	struct face *f = ctx;

	return bio_members(in, rows, ROWS(rows), f, &f->r->others);
}

static perso_rc
read_data(void *ctx, struct perso_rd *in)
{
	struct face *f = ctx;

	f->r->face.image = perso_rd_rest(in);
	return PERSO_OK;
}

/* CHOICE { base [0] CHOICE { 2D [0] SEQUENCE } } */
static perso_rc
read_image(void *ctx, struct perso_rd *in)
{
	static const struct bio_member rows[] = {
		{ 0x80, true, "image", read_data },
		{ 0xA1, true, "image information", read_information },
		{ 0xA2, false, "capture device", read_device },
	};
	struct face *f = ctx;
	struct perso_rd base, block;
	uint8_t tag = 0;

	PERSO_TRY(perso_rd_peek(in, &tag));
	if (tag == 0xA1)
		PERSO_FAIL(PERSO_E_UNSUPPORTED,
		    "another kind of representation at offset %zu", in->at);
	PERSO_TRY(bio_open(in, 0xA0, &base));
	PERSO_TRY_CTX(
	    bio_open(&base, 0xA0, &block), "two-dimensional representation");
	PERSO_TRY(bio_members(&block, rows, ROWS(rows), f, &f->r->others));
	return perso_rd_finish(&base);
}

/* ---- the person ------------------------------------------------------- */

static perso_rc
read_gender(void *ctx, struct perso_rd *in)
{
	static const uint8_t old[] = { PERSO_GENDER_UNSPECIFIED,
		PERSO_GENDER_UNKNOWN, PERSO_GENDER_MALE, PERSO_GENDER_FEMALE };
	struct face *f = ctx;
	uint32_t v = 0;

	PERSO_TRY(code(f, in, 3, &v));
	f->r->face.gender = old[v];
	return PERSO_OK;
}

static perso_rc
read_eye(void *ctx, struct perso_rd *in)
{
	struct face *f = ctx;
	uint32_t v = 0;

	PERSO_TRY(code(f, in, 255, &v));
	f->r->face.eye = (uint8_t)bio_code_old(bio_eye_codes, v);
	f->r->others += f->r->face.eye == 0xFF && v != 0;
	return PERSO_OK;
}

static perso_rc
read_hair(void *ctx, struct perso_rd *in)
{
	struct face *f = ctx;
	uint32_t v = 0;

	PERSO_TRY(code(f, in, 255, &v));
	f->r->face.hair = (uint8_t)bio_code_old(bio_hair_codes, v);
	f->r->others += (f->r->face.hair == 0xFF && v != 0) || v == 9;
	return PERSO_OK;
}

static perso_rc
read_flags(struct face *f, struct perso_rd *in, unsigned known)
{
	struct perso_tlv t = { 0 };
	int64_t last = -1;

	for (size_t i = 0; i < ROWS(f->flag); i++)
		f->flag[i] = false;
	while (perso_rd_left(in) > 0) {
		size_t at = in->at;
		struct perso_rd v;

		PERSO_TRY(perso_tlv_next(in, &t));
		if (!t.minimal || t.tag < 0x80 || t.tag > 0x9E ||
		    (int64_t)t.tag <= last)
			PERSO_FAIL(PERSO_E_DATA,
			    "tag %" PRIX32 " out of place at offset %zu", t.tag,
			    at);
		last = t.tag;
		if (t.tag - 0x80 >= known) {
			f->r->others++;
			continue;
		}
		v = bio_into(in, t.val.n);
		PERSO_TRY(bio_boolean(&v, &f->flag[t.tag - 0x80]));
	}
	return PERSO_OK;
}

/* Glasses, .. dark glasses are 19794's bits 1 to 9. */
static perso_rc
read_properties(void *ctx, struct perso_rd *in)
{
	struct face *f = ctx;

	PERSO_TRY(read_flags(f, in, 11));
	f->r->face.properties = 1;
	for (unsigned i = 0; i < 9; i++)
		if (f->flag[i])
			f->r->face.properties |= UINT32_C(2) << i;
	f->r->others += f->flag[9] + f->flag[10];
	return PERSO_OK;
}

/* 19794 has one of them. */
static perso_rc
read_expression(void *ctx, struct perso_rd *in)
{
	static const uint8_t old[] = { 1, 2, 4, 5, 6, 7 };
	struct face *f = ctx;
	unsigned count = 0;

	PERSO_TRY(read_flags(f, in, 6));
	for (unsigned i = 0; i < 6; i++) {
		if (!f->flag[i])
			continue;
		f->r->face.expression = old[i];
		count++;
	}
	if (count > 1) {
		f->r->face.expression = 0;
		f->r->others++;
	}
	return PERSO_OK;
}

static perso_rc
read_angle_value(void *ctx, struct perso_rd *in)
{
	return bio_angle(in, &((struct face *)ctx)->angle);
}

static perso_rc
read_uncertainty(void *ctx, struct perso_rd *in)
{
	struct face *f = ctx;

	f->has_uncertainty = true;
	return bio_uint(in, 0, 180, &f->uncertainty);
}

/* 19794 has steps of two degrees. */
static perso_rc
read_angle(struct face *f, struct perso_rd *in, unsigned i)
{
	static const struct bio_member rows[] = {
		{ 0x80, true, "angle", read_angle_value },
		{ 0x81, false, "uncertainty", read_uncertainty },
	};
	struct perso_face *face = &f->r->face;

	f->has_uncertainty = false;
	PERSO_TRY(bio_members(in, rows, ROWS(rows), f, &f->r->others));
	f->r->others += f->angle % 2 != 0;
	face->pose[i] =
	    (uint8_t)(f->angle >= 0 ? f->angle / 2 + 1 : f->angle / 2 + 181);
	if (f->has_uncertainty)
		face->pose_uncertainty[i] = (uint8_t)(f->uncertainty + 1);
	return PERSO_OK;
}

static perso_rc
read_yaw(void *ctx, struct perso_rd *in)
{
	return read_angle(ctx, in, 0);
}

static perso_rc
read_pitch(void *ctx, struct perso_rd *in)
{
	return read_angle(ctx, in, 1);
}

static perso_rc
read_roll(void *ctx, struct perso_rd *in)
{
	return read_angle(ctx, in, 2);
}

static perso_rc
read_pose(void *ctx, struct perso_rd *in)
{
	static const struct bio_member rows[] = {
		{ 0xA0, false, "yaw", read_yaw },
		{ 0xA1, false, "pitch", read_pitch },
		{ 0xA2, false, "roll", read_roll },
	};
	struct face *f = ctx;

	return bio_members(in, rows, ROWS(rows), f, &f->r->others);
}

static perso_rc
read_identity(void *ctx, struct perso_rd *in)
{
	static const struct bio_member rows[] = {
		{ 0xA0, false, "gender", read_gender },
		{ 0xA1, false, "eye colour", read_eye },
		{ 0xA2, false, "hair colour", read_hair },
		{ 0x83, false, "height", NULL },
		{ 0xA4, false, "properties", read_properties },
		{ 0xA5, false, "expression", read_expression },
		{ 0xA6, false, "pose", read_pose },
	};
	struct face *f = ctx;

	return bio_members(in, rows, ROWS(rows), f, &f->r->others);
}

/* ---- landmarks -------------------------------------------------------- */

/* CHOICE { base [0] CHOICE { mpeg4FeaturePoint [0] code, .. } }; other kinds
 * are left alone. */
static perso_rc
read_point_kind(void *ctx, struct perso_rd *in)
{
	struct face *f = ctx;
	struct perso_rd base, point;
	uint32_t v = 0;
	uint8_t tag = 0;

	f->has_point = false;
	PERSO_TRY(perso_rd_peek(in, &tag));
	if (tag != 0xA0)
		return bio_der(in);
	PERSO_TRY(bio_open(in, 0xA0, &base));
	PERSO_TRY(perso_rd_peek(&base, &tag));
	if (tag != 0xA0)
		return bio_der(&base);
	PERSO_TRY(bio_open(&base, 0xA0, &point));
	PERSO_TRY(code(f, &point, 87, &v));
	PERSO_TRY(perso_rd_finish(&point));
	f->r->face.points[f->r->face.point_count].code = bio_point_of_code(v);
	f->has_point = true;
	return perso_rd_finish(&base);
}

static perso_rc
read_place(void *ctx, struct perso_rd *in)
{
	static const struct bio_member rows[] = {
		{ 0x80, true, "x", read_width },
		{ 0x81, true, "y", read_height },
	};
	struct face *f = ctx;
	struct perso_rd base, place;
	uint8_t tag = 0;

	f->has_place = false;
	PERSO_TRY(perso_rd_peek(in, &tag));
	if (tag != 0xA0)
		return bio_der(in);
	PERSO_TRY(bio_open(in, 0xA0, &base));
	PERSO_TRY(perso_rd_peek(&base, &tag));
	if (tag != 0xA0)
		return bio_der(&base);
	PERSO_TRY(bio_open(&base, 0xA0, &place));
	PERSO_TRY(bio_members(&place, rows, ROWS(rows), f, &f->r->others));
	f->has_place = true;
	return perso_rd_finish(&base);
}

static perso_rc
read_landmark(struct face *f, struct perso_rd *in)
{
	static const struct bio_member rows[] = {
		{ 0xA0, true, "kind", read_point_kind },
		{ 0xA1, false, "coordinates", read_place },
	};
	struct perso_face *face = &f->r->face;

	f->has_place = false;
	PERSO_TRY(bio_members(in, rows, ROWS(rows), f, &f->r->others));
	if (!f->has_point || !f->has_place) {
		f->r->others++;
		return PERSO_OK;
	}
	face->points[face->point_count].x = (uint16_t)f->x;
	face->points[face->point_count].y = (uint16_t)f->y;
	face->point_count++;
	return PERSO_OK;
}

static perso_rc
read_landmarks(void *ctx, struct perso_rd *in)
{
	struct face *f = ctx;

	while (perso_rd_left(in) > 0) {
		struct perso_rd one;

		if (f->r->face.point_count == PERSO_FACE_POINTS)
			PERSO_FAIL(PERSO_E_UNSUPPORTED,
			    "more than %d landmarks at offset %zu",
			    PERSO_FACE_POINTS, in->at);
		PERSO_TRY(bio_open(in, 0x30, &one));
		PERSO_TRY_CTX(read_landmark(f, &one), "landmark %zu",
		    f->r->face.point_count);
	}
	return PERSO_OK;
}

/* ---- all of it -------------------------------------------------------- */

static perso_rc
read_id(void *ctx, struct perso_rd *in)
{
	uint32_t id = 0;

	(void)ctx;
	return bio_uint(in, 0, UINT32_MAX, &id);
}

static perso_rc
read_version(void *ctx, struct perso_rd *in)
{
	struct face *f = ctx;
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
		{ 0x80, true, "id", read_id },
		{ 0xA1, true, "image representation", read_image },
		{ 0xA2, false, "capture date", NULL },
		{ 0xA3, false, "quality", NULL },
		{ 0xA4, false, "attack detection", NULL },
		{ 0x85, false, "session", NULL },
		{ 0x86, false, "origin", NULL },
		{ 0xA7, false, "capture device", NULL },
		{ 0xA8, false, "identity metadata", read_identity },
		{ 0xA9, false, "landmarks", read_landmarks },
	};
	struct face *f = ctx;
	struct perso_rd one;

	PERSO_TRY(bio_one_representation(in, &one));
	return bio_members(&one, rows, ROWS(rows), f, &f->r->others);
}

/* The image says what size it is; the record may, and then the same. */
static perso_rc
check(struct face *f)
{
	struct perso_face *face = &f->r->face;
	struct perso_image_info info = { 0 };

	PERSO_TRY_CTX(perso_image_probe(face->image, &info), "image");
	if (info.width > UINT16_MAX || info.height > UINT16_MAX)
		PERSO_FAIL(PERSO_E_RANGE, "image is too large");
	if (!f->has_size) {
		face->width = (uint16_t)info.width;
		face->height = (uint16_t)info.height;
	}
	PERSO_TRY(bio_face_fields(face));
	face->probed = &info;
	PERSO_TRY(bio_face_image(face));
	face->probed = NULL;
	if (f->r->format == 4 && !perso_image_is_reversible(face->image))
		PERSO_FAIL(PERSO_E_MISMATCH,
		    "image is declared as lossless and its transformation is "
		    "not reversible");
	return PERSO_OK;
}

static perso_rc
read_record(struct perso_span rec, struct face *f)
{
	static const struct bio_member rows[] = {
		{ 0xA0, true, "version", read_version },
		{ 0xA1, true, "representations", read_representation },
	};
	struct perso_rd rd = perso_rd(rec), in;

	PERSO_TRY(bio_open(&rd, 0x65, &in));
	PERSO_TRY(perso_rd_finish(&rd));
	PERSO_TRY(bio_members(&in, rows, ROWS(rows), f, &f->r->others));
	return check(f);
}

/* see perso/bio39794.h */
perso_rc
perso_face_39794_parse(struct perso_span rec, struct perso_face_39794 *ret)
{
	struct perso_face_39794 r = { .others = 0 };
	struct face f = { .r = &r };

	PERSO_TRY_CTX(read_record(rec, &f), "ISO/IEC 39794-5 record");
	*ret = r;
	return PERSO_OK;
}
