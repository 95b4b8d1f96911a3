#include "bio_int.h"

static perso_rc
read_three(struct perso_rd *rd, uint8_t dst[3])
{
	for (int i = 0; i < 3; i++)
		PERSO_TRY(perso_rd_u8(rd, &dst[i]));
	return PERSO_OK;
}

/* ISO/IEC 19794-5:2005, 5.5, behind the face's length */
static perso_rc
read_info(struct perso_rd *rd, struct perso_face *f)
{
	uint16_t n = 0;

	PERSO_TRY(perso_rd_u16(rd, &n));
	if (n > PERSO_FACE_POINTS)
		PERSO_FAIL(PERSO_E_UNSUPPORTED,
		    "%u feature points at offset %zu", n, rd->at - 2);
	f->point_count = n;
	PERSO_TRY(perso_rd_u8(rd, &f->gender));
	PERSO_TRY(perso_rd_u8(rd, &f->eye));
	PERSO_TRY(perso_rd_u8(rd, &f->hair));
	PERSO_TRY(perso_rd_u24(rd, &f->properties));
	PERSO_TRY(perso_rd_u16(rd, &f->expression));
	PERSO_TRY(read_three(rd, f->pose));
	return read_three(rd, f->pose_uncertainty);
}

/* 5.6 */
static perso_rc
read_point(struct perso_rd *rd, struct perso_face_point *p)
{
	size_t at = rd->at;
	uint8_t type = 0;
	uint16_t reserved = 0;

	PERSO_TRY(perso_rd_u8(rd, &type));
	PERSO_TRY(perso_rd_u8(rd, &p->code));
	PERSO_TRY(perso_rd_u16(rd, &p->x));
	PERSO_TRY(perso_rd_u16(rd, &p->y));
	PERSO_TRY(perso_rd_u16(rd, &reserved));
	if (type != 1 || reserved != 0)
		PERSO_FAIL(PERSO_E_RANGE,
		    "feature point at offset %zu is of type %u or its "
		    "reserved bytes are not zero",
		    at, type);
	return PERSO_OK;
}

/* 5.7 and the image, which is the rest */
static perso_rc
read_image(struct perso_rd *rd, struct perso_face *f)
{
	uint8_t data = 0;

	PERSO_TRY(perso_rd_u8(rd, &f->image_type));
	PERSO_TRY(perso_rd_u8(rd, &data));
	if (data > 1)
		PERSO_FAIL(PERSO_E_RANGE, "image data type %u at offset %zu",
		    data, rd->at - 1);
	f->jpeg2000 = data == 1;
	PERSO_TRY(perso_rd_u16(rd, &f->width));
	PERSO_TRY(perso_rd_u16(rd, &f->height));
	PERSO_TRY(perso_rd_u8(rd, &f->colour_space));
	PERSO_TRY(perso_rd_u8(rd, &f->source));
	PERSO_TRY(perso_rd_u16(rd, &f->device));
	PERSO_TRY(perso_rd_u16(rd, &f->quality));
	f->image = perso_rd_rest(rd);
	return PERSO_OK;
}

static perso_rc
read_face(struct perso_rd *rd, struct perso_face *f)
{
	size_t at = rd->at;
	struct perso_rd in;

	PERSO_TRY(bio_19794_part(rd, "face length", 32, &in));
	PERSO_TRY(read_info(&in, f));
	for (size_t i = 0; i < f->point_count; i++)
		PERSO_TRY(read_point(&in, &f->points[i]));
	PERSO_TRY(read_image(&in, f));
	PERSO_TRY_CTX(bio_face_fields(f), "at offset %zu", at);
	PERSO_TRY_CTX(
	    bio_face_image(f), "image at offset %zu", in.s.n - f->image.n);
	return PERSO_OK;
}

/* 5.4 */
static perso_rc
read_head(struct perso_rd *rd, uint16_t *ret_count)
{
	uint16_t count = 0;

	PERSO_TRY_CTX(
	    perso_rd_expect(rd, perso_span("FAC\0", 4)), "format identifier");
	PERSO_TRY_CTX(perso_rd_expect(rd, perso_span("010\0", 4)), "version");
	PERSO_TRY(bio_19794_length(rd));
	PERSO_TRY_CTX(perso_rd_u16(rd, &count), "number of faces");
	if (count == 0)
		PERSO_FAIL(PERSO_E_RANGE, "no face at offset 12");
	if (count > PERSO_FACES)
		PERSO_FAIL(PERSO_E_UNSUPPORTED, "%u faces at offset 12", count);
	*ret_count = count;
	return PERSO_OK;
}

static perso_rc
read_record(struct perso_rd *rd, struct perso_face_record *r)
{
	uint16_t count = 0;

	PERSO_TRY(read_head(rd, &count));
	r->count = count;
	for (size_t i = 0; i < r->count; i++)
		PERSO_TRY_CTX(read_face(rd, &r->faces[i]), "face %zu", i);
	return perso_rd_finish(rd);
}

/* see perso/bio.h */
perso_rc
perso_face_parse(struct perso_span rec, struct perso_face_record *ret)
{
	struct perso_face_record r = { 0 };
	struct perso_rd rd = perso_rd(rec);

	PERSO_TRY_CTX(read_record(&rd, &r), "face record");
	*ret = r;
	return PERSO_OK;
}
