#include "bio39794_int.h"

/* What is not said. */
#define NONE UINT32_MAX

/* What is read into; members of the standard that perso_face has no place
 * for are counted in base.others. */
struct face {
	struct bio_39794 base;
	struct perso_face_39794 *r;
	uint32_t id;		/* only its range counts */
	uint32_t width, height; /* NONE, or both */
	uint32_t x, y;		/* of the point in hand */
	bool has_point, has_place;
	int angle; /* that in hand */
	uint32_t uncertainty;
	bool flag[12];
};

/* ---- the image -------------------------------------------------------- */

static perso_rc
read_format(void *to, struct perso_rd *in)
{
	struct face *f = to;
	uint32_t v = 0;
	size_t at = in->at;

	PERSO_TRY(bio_code(in, 7, &v, &f->base.others));
	if (v < 2 || v > 4)
		PERSO_FAIL(PERSO_E_UNSUPPORTED,
		    "image format %" PRIu32 " at offset %zu", v, at);
	f->r->format = (uint8_t)v;
	f->r->face.jpeg2000 = v != 2;
	return PERSO_OK;
}

static void
take_kind(void *to, uint32_t v)
{
	struct face *f = to;

	f->r->face.image_type = v == 0 ? PERSO_FACE_FRONTAL : PERSO_FACE_BASIC;
	f->base.others += v != 0;
}

static void
take_space(void *to, uint32_t v)
{
	struct face *f = to;
	int old = bio_code_old(bio_space_codes, v);

	f->r->face.colour_space = old == 0xFF ? 0 : (uint8_t)old;
	f->base.others += old == 0xFF && v != 0;
}

static const struct bio_member size[] = {
	{ 0x80, true, "width", M_NUMBER(0, 65535, struct face, width) },
	{ 0x81, true, "height", M_NUMBER(0, 65535, struct face, height) },
};

static const struct bio_member information[] = {
	{ 0xA0, true, "image format", M_OWN(read_format) },
	{ 0xA1, false, "image kind", M_CODE(255, take_kind) },
	{ 0xA2, false, "processing", M_DER },
	{ 0xA3, false, "lossy attempts", M_DER },
	{ 0x84, false, "camera distance", M_DER },
	{ 0x85, false, "sensor diagonal", M_DER },
	{ 0x86, false, "focal length", M_DER },
	{ 0xA7, false, "image size", M_SEQUENCE(size) },
	{ 0xA8, false, "face measurements", M_DER },
	{ 0xA9, false, "colour space", M_CODE(255, take_space) },
	{ 0xAA, false, "colour mapping", M_DER },
};

static void
take_technology(void *to, uint32_t v)
{
	struct face *f = to;

	f->r->face.source = v == 0 ? 7 : v <= 6 ? (uint8_t)v : 0;
	f->base.others += v > 6;
}

static const struct bio_member device[] = {
	{ 0xA0, false, "spectrum", M_DER },
	{ 0xA1, false, "technology", M_CODE(255, take_technology) },
};

static perso_rc
read_data(void *to, struct perso_rd *in)
{
	struct face *f = to;

	f->r->face.image = perso_rd_rest(in);
	return PERSO_OK;
}

static const struct bio_member image[] = {
	{ 0x80, true, "image", M_OWN(read_data) },
	{ 0xA1, true, "image information", M_SEQUENCE(information) },
	{ 0xA2, false, "capture device", M_SEQUENCE(device) },
};

/* CHOICE { base [0] CHOICE { 2D [0] SEQUENCE } } */
static perso_rc
read_image(void *to, struct perso_rd *in)
{
	struct perso_rd base, block;
	uint8_t tag = 0;

	PERSO_TRY(perso_rd_peek(in, &tag));
	if (tag == 0xA1)
		PERSO_FAIL(PERSO_E_UNSUPPORTED,
		    "another kind of representation at offset %zu", in->at);
	PERSO_TRY(bio_open(in, 0xA0, &base));
	PERSO_TRY_CTX(
	    bio_open(&base, 0xA0, &block), "two-dimensional representation");
	PERSO_TRY(bio_members(&block, image, ROWS(image), to));
	return perso_rd_finish(&base);
}

/* ---- the person ------------------------------------------------------- */

static void
take_gender(void *to, uint32_t v)
{
	static const uint8_t old[] = { PERSO_GENDER_UNSPECIFIED,
		PERSO_GENDER_UNKNOWN, PERSO_GENDER_MALE, PERSO_GENDER_FEMALE };
	struct face *f = to;

	f->r->face.gender = old[v];
}

static void
take_eye(void *to, uint32_t v)
{
	struct face *f = to;

	f->r->face.eye = (uint8_t)bio_code_old(bio_eye_codes, v);
	f->base.others += f->r->face.eye == 0xFF && v != 0;
}

static void
take_hair(void *to, uint32_t v)
{
	struct face *f = to;

	f->r->face.hair = (uint8_t)bio_code_old(bio_hair_codes, v);
	f->base.others += (f->r->face.hair == 0xFF && v != 0) || v == 9;
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
			f->base.others++;
			continue;
		}
		v = bio_into(in, t.val.n);
		PERSO_TRY(bio_boolean(&v, &f->flag[t.tag - 0x80]));
	}
	return PERSO_OK;
}

/* Glasses, .. dark glasses are 19794's bits 1 to 9. */
static perso_rc
read_properties(void *to, struct perso_rd *in)
{
	struct face *f = to;

	PERSO_TRY(read_flags(f, in, 11));
	f->r->face.properties = 1;
	for (unsigned i = 0; i < 9; i++)
		if (f->flag[i])
			f->r->face.properties |= UINT32_C(2) << i;
	f->base.others += f->flag[9] + f->flag[10];
	return PERSO_OK;
}

/* 19794 has one of them. */
static perso_rc
read_expression(void *to, struct perso_rd *in)
{
	static const uint8_t old[] = { 1, 2, 4, 5, 6, 7 };
	struct face *f = to;
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
		f->base.others++;
	}
	return PERSO_OK;
}

static perso_rc
read_angle_value(void *to, struct perso_rd *in)
{
	return bio_angle(in, &((struct face *)to)->angle);
}

/* 19794 has steps of two degrees. */
static perso_rc
read_angle(struct face *f, struct perso_rd *in, unsigned i)
{
	static const struct bio_member rows[] = {
		{ 0x80, true, "angle", M_OWN(read_angle_value) },
		{ 0x81, false, "uncertainty",
		    M_NUMBER(0, 180, struct face, uncertainty) },
	};
	struct perso_face *face = &f->r->face;

	f->uncertainty = NONE;
	PERSO_TRY(bio_members(in, rows, ROWS(rows), f));
	f->base.others += f->angle % 2 != 0;
	face->pose[i] =
	    (uint8_t)(f->angle >= 0 ? f->angle / 2 + 1 : f->angle / 2 + 181);
	if (f->uncertainty != NONE)
		face->pose_uncertainty[i] = (uint8_t)(f->uncertainty + 1);
	return PERSO_OK;
}

static perso_rc
read_yaw(void *to, struct perso_rd *in)
{
	return read_angle(to, in, 0);
}

static perso_rc
read_pitch(void *to, struct perso_rd *in)
{
	return read_angle(to, in, 1);
}

static perso_rc
read_roll(void *to, struct perso_rd *in)
{
	return read_angle(to, in, 2);
}

static const struct bio_member pose[] = {
	{ 0xA0, false, "yaw", M_OWN(read_yaw) },
	{ 0xA1, false, "pitch", M_OWN(read_pitch) },
	{ 0xA2, false, "roll", M_OWN(read_roll) },
};

static const struct bio_member identity[] = {
	{ 0xA0, false, "gender", M_CODE(3, take_gender) },
	{ 0xA1, false, "eye colour", M_CODE(255, take_eye) },
	{ 0xA2, false, "hair colour", M_CODE(255, take_hair) },
	{ 0x83, false, "height", M_DER },
	{ 0xA4, false, "properties", M_OWN(read_properties) },
	{ 0xA5, false, "expression", M_OWN(read_expression) },
	{ 0xA6, false, "pose", M_SEQUENCE(pose) },
};

/* ---- landmarks -------------------------------------------------------- */

/* CHOICE { base [0] CHOICE { read's [0], .. } }; other kinds are left
 * alone. */
static perso_rc
read_base(struct perso_rd *in, struct face *f,
    perso_rc (*read)(struct face *f, struct perso_rd *in), bool *ret)
{
	struct perso_rd base, known;
	uint8_t tag = 0;

	*ret = false;
	PERSO_TRY(perso_rd_peek(in, &tag));
	if (tag != 0xA0)
		return bio_der(in);
	PERSO_TRY(bio_open(in, 0xA0, &base));
	PERSO_TRY(perso_rd_peek(&base, &tag));
	if (tag != 0xA0)
		return bio_der(&base);
	PERSO_TRY(bio_open(&base, 0xA0, &known));
	PERSO_TRY(read(f, &known));
	*ret = true;
	return perso_rd_finish(&base);
}

/* mpeg4FeaturePoint */
static perso_rc
read_feature(struct face *f, struct perso_rd *in)
{
	struct perso_face *face = &f->r->face;
	uint32_t v = 0;

	PERSO_TRY(bio_code(in, 87, &v, &f->base.others));
	PERSO_TRY(perso_rd_finish(in));
	face->points[face->point_count].code = bio_point_of_code(v);
	return PERSO_OK;
}

static perso_rc
read_kind(void *to, struct perso_rd *in)
{
	struct face *f = to;

	return read_base(in, f, read_feature, &f->has_point);
}

static perso_rc
read_xy(struct face *f, struct perso_rd *in)
{
	static const struct bio_member rows[] = {
		{ 0x80, true, "x", M_NUMBER(0, 65535, struct face, x) },
		{ 0x81, true, "y", M_NUMBER(0, 65535, struct face, y) },
	};

	return bio_members(in, rows, ROWS(rows), f);
}

static perso_rc
read_place(void *to, struct perso_rd *in)
{
	struct face *f = to;

	return read_base(in, f, read_xy, &f->has_place);
}

static perso_rc
read_landmark(struct face *f, struct perso_rd *in)
{
	static const struct bio_member rows[] = {
		{ 0xA0, true, "kind", M_OWN(read_kind) },
		{ 0xA1, false, "coordinates", M_OWN(read_place) },
	};
	struct perso_face *face = &f->r->face;

	f->has_place = false;
	PERSO_TRY(bio_members(in, rows, ROWS(rows), f));
	if (!f->has_point || !f->has_place) {
		f->base.others++;
		return PERSO_OK;
	}
	face->points[face->point_count].x = (uint16_t)f->x;
	face->points[face->point_count].y = (uint16_t)f->y;
	face->point_count++;
	return PERSO_OK;
}

static perso_rc
read_landmarks(void *to, struct perso_rd *in)
{
	struct face *f = to;

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

static const struct bio_member representation[] = {
	{ 0x80, true, "id", M_NUMBER(0, UINT32_MAX, struct face, id) },
	{ 0xA1, true, "image representation", M_OWN(read_image) },
	{ 0xA2, false, "capture date", M_DER },
	{ 0xA3, false, "quality", M_DER },
	{ 0xA4, false, "attack detection", M_DER },
	{ 0x85, false, "session", M_DER },
	{ 0x86, false, "origin", M_DER },
	{ 0xA7, false, "capture device", M_DER },
	{ 0xA8, false, "identity metadata", M_SEQUENCE(identity) },
	{ 0xA9, false, "landmarks", M_OWN(read_landmarks) },
};

/* The image says what size it is; the record may, and then the same. */
static perso_rc
check(struct face *f)
{
	struct perso_face *face = &f->r->face;
	struct perso_image_info info = { 0 };

	PERSO_TRY_CTX(perso_image_probe(face->image, &info), "image");
	if (info.width > UINT16_MAX || info.height > UINT16_MAX)
		PERSO_FAIL(PERSO_E_RANGE, "image is too large");
	face->width = (uint16_t)(f->width == NONE ? info.width : f->width);
	face->height = (uint16_t)(f->height == NONE ? info.height : f->height);
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
	PERSO_TRY(
	    bio_record(rec, 0x65, representation, ROWS(representation), f));
	f->r->generation = (uint16_t)f->base.generation;
	f->r->year = (uint16_t)f->base.year;
	f->r->others = f->base.others;
	return check(f);
}

/* see perso/bio39794.h */
perso_rc
perso_face_39794_parse(struct perso_span rec, struct perso_face_39794 *ret)
{
	struct perso_face_39794 r = { .others = 0 };
	struct face f = { .r = &r, .width = NONE, .height = NONE };

	PERSO_TRY_CTX(read_record(rec, &f), "ISO/IEC 39794-5 record");
	*ret = r;
	return PERSO_OK;
}
