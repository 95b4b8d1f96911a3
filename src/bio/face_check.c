#include "bio_int.h"

perso_rc
bio_in_range(bool ok, const char *field, unsigned value)
{
	if (!ok)
		PERSO_FAIL(PERSO_E_RANGE, "%s is %u", field, value);
	return PERSO_OK;
}

/* Codes 0..max, or 128..255 of the vendor. */
static bool
coded(uint8_t v, uint8_t max)
{
	return v <= max || v >= 0x80;
}

static perso_rc
angles(const uint8_t v[3], const char *what)
{
	for (int i = 0; i < 3; i++)
		PERSO_TRY(bio_in_range(v[i] <= 181, what, v[i]));
	return PERSO_OK;
}

static perso_rc
points(const struct perso_face *f)
{
	if (f->point_count > PERSO_FACE_POINTS)
		PERSO_FAIL(
		    PERSO_E_UNSUPPORTED, "%zu feature points", f->point_count);
	for (size_t i = 0; i < f->point_count; i++)
		if (f->points[i].x >= f->width || f->points[i].y >= f->height)
			PERSO_FAIL(PERSO_E_RANGE,
			    "feature point %zu is outside the image", i);
	return PERSO_OK;
}

/* ISO/IEC 19794-5:2005, 5.5 to 5.7 */
perso_rc
bio_face_fields(const struct perso_face *f)
{
	PERSO_TRY(bio_in_range(f->gender <= PERSO_GENDER_FEMALE ||
				   f->gender == PERSO_GENDER_UNKNOWN,
	    "gender", f->gender));
	PERSO_TRY(
	    bio_in_range(f->eye <= 7 || f->eye == 0xFF, "eye colour", f->eye));
	PERSO_TRY(bio_in_range(
	    f->hair <= 9 || f->hair == 0xFF, "hair colour", f->hair));
	PERSO_TRY(bio_in_range(
	    f->properties <= 0xFFFFFF, "properties", f->properties));
	PERSO_TRY(angles(f->pose, "pose angle"));
	PERSO_TRY(angles(f->pose_uncertainty, "pose uncertainty"));
	PERSO_TRY(bio_in_range(
	    f->image_type <= PERSO_FACE_TOKEN, "image type", f->image_type));
	PERSO_TRY(bio_in_range(
	    coded(f->colour_space, 4), "colour space", f->colour_space));
	PERSO_TRY(bio_in_range(coded(f->source, 7), "source", f->source));
	return points(f);
}

perso_rc
bio_face_image(const struct perso_face *f)
{
	struct perso_image_info info = { 0 };
	bool jpeg2000;

	if (f->probed != NULL)
		info = *f->probed;
	else
		PERSO_TRY(perso_image_probe(f->image, &info));
	jpeg2000 =
	    info.format == PERSO_IMAGE_JP2 || info.format == PERSO_IMAGE_J2K;
	if (!jpeg2000 && info.format != PERSO_IMAGE_JPEG)
		PERSO_FAIL(PERSO_E_UNSUPPORTED, "a %s image",
		    perso_image_format_name(info.format));
	if (jpeg2000 != f->jpeg2000)
		PERSO_FAIL(PERSO_E_MISMATCH,
		    "image is declared as %s and is %s",
		    f->jpeg2000 ? "JPEG 2000" : "JPEG",
		    perso_image_format_name(info.format));
	if (info.width != f->width || info.height != f->height)
		PERSO_FAIL(PERSO_E_MISMATCH,
		    "image is declared as %u x %u and is %" PRIu32
		    " x %" PRIu32,
		    f->width, f->height, info.width, info.height);
	return PERSO_OK;
}

/* see perso/bio.h */
perso_rc
perso_face_check(const struct perso_face_record *r)
{
	if (r->count == 0 || r->count > PERSO_FACES)
		PERSO_FAIL(PERSO_E_ARG, "%zu faces in a face record", r->count);
	for (size_t i = 0; i < r->count; i++) {
		PERSO_TRY_CTX(bio_face_fields(&r->faces[i]), "face %zu", i);
		PERSO_TRY_CTX(bio_face_image(&r->faces[i]), "face %zu", i);
	}
	if (perso_face_size(r) > UINT32_MAX)
		PERSO_FAIL(PERSO_E_RANGE, "face record is too long");
	return PERSO_OK;
}
