#include <criterion/criterion.h>

#include "perso/bio.h"
#include "perso/file.h"
#include "perso/tlv.h"

#define IMAGES "tests/data/synthetic/images/"

static void
load(const char *path, struct perso_buf *b)
{
	cr_assert_eq(perso_file_read(path, b), PERSO_OK, "%s", path);
}

static const struct {
	const char *path;
	enum perso_image_format format;
	unsigned components;
} images[] = {
	{ IMAGES "portrait_413x531.jpg", PERSO_IMAGE_JPEG, 3 },
	{ IMAGES "portrait_413x531.jp2", PERSO_IMAGE_JP2, 3 },
	{ IMAGES "portrait_413x531_lossless.jp2", PERSO_IMAGE_JP2, 3 },
	{ IMAGES "portrait_413x531.png", PERSO_IMAGE_PNG, 3 },
};

Test(probe, images_say_what_they_are)
{
	for (size_t i = 0; i < 4; i++) {
		PERSO_BUF(b, 1 << 20);
		struct perso_image_info info;

		load(images[i].path, &b);
		cr_assert_eq(perso_image_probe(perso_buf_span(&b), &info),
		    PERSO_OK, "%s: %s", images[i].path, perso_trail_get(0));
		cr_assert_eq(info.format, images[i].format);
		cr_assert_eq(info.width, 413);
		cr_assert_eq(info.height, 531);
		cr_assert_eq(info.components, images[i].components);
		cr_assert_eq(info.bits, 8);
	}
}

Test(probe, a_bare_codestream_is_probed)
{
	PERSO_BUF(b, 1 << 20);
	struct perso_image_info info;
	size_t at = 0;

	load(IMAGES "portrait_413x531.jp2", &b);
	while (b.p[at] != 0xFF || b.p[at + 1] != 0x4F)
		at++;
	cr_assert_eq(
	    perso_image_probe(
		perso_span_sub(perso_buf_span(&b), at, b.n - at), &info),
	    PERSO_OK, "%s", perso_trail_get(0));
	cr_assert_eq(info.format, PERSO_IMAGE_J2K);
	cr_assert_eq(info.width, 413);
}

Test(probe, every_cut_image_is_refused)
{
	for (size_t i = 0; i < 4; i++) {
		PERSO_BUF(b, 1 << 20);
		struct perso_image_info info = { .width = 77 };

		load(images[i].path, &b);
		for (size_t n = 0; n < b.n; n += 1 + n / 100)
			cr_assert_neq(
			    perso_image_probe(perso_span(b.p, n), &info),
			    PERSO_OK, "%s cut to %zu", images[i].path, n);
		cr_assert_neq(
		    perso_image_probe(perso_span(b.p, b.n - 1), &info),
		    PERSO_OK);
		cr_assert_eq(perso_buf_append_u8(&b, 0), PERSO_OK);
		cr_assert_neq(
		    perso_image_probe(perso_buf_span(&b), &info), PERSO_OK);
		cr_assert_eq(info.width, 77);
	}
}

/* A record of two faces, one with two feature points. */
static void
two_faces(
    struct perso_face_record *r, struct perso_span jpg, struct perso_span jp2)
{
	*r = (struct perso_face_record){ .count = 2 };
	r->faces[0] = (struct perso_face){ .gender = PERSO_GENDER_FEMALE,
		.eye = 5,
		.hair = 2,
		.properties = 0x010203,
		.expression = 1,
		.pose = { 1, 2, 3 },
		.pose_uncertainty = { 4, 5, 6 },
		.point_count = 2,
		.points = { { PERSO_POINT_LEFT_EYE, 266, 231 },
		    { PERSO_POINT_RIGHT_EYE, 146, 231 } },
		.image_type = PERSO_FACE_FRONTAL,
		.width = 413,
		.height = 531,
		.colour_space = 1,
		.source = 2,
		.device = 3,
		.quality = 4,
		.image = jpg };
	r->faces[1] = (struct perso_face){
		.jpeg2000 = true, .width = 413, .height = 531, .image = jp2
	};
}

Test(face, a_record_with_several_faces_comes_back)
{
	PERSO_BUF(jpg, 1 << 20);
	PERSO_BUF(jp2, 1 << 20);
	PERSO_BUF(built, 1 << 20);
	PERSO_BUF(again, 1 << 20);
	struct perso_face_record r, p;

	load(images[0].path, &jpg);
	load(images[1].path, &jp2);
	two_faces(&r, perso_buf_span(&jpg), perso_buf_span(&jp2));
	cr_assert_eq(
	    perso_face_build(&r, &built), PERSO_OK, "%s", perso_trail_get(0));
	cr_assert_eq(built.n, perso_face_size(&r));
	cr_assert_eq(perso_face_parse(perso_buf_span(&built), &p), PERSO_OK,
	    "%s", perso_trail_get(0));
	cr_assert_eq(p.count, 2);
	cr_assert_eq(p.faces[0].point_count, 2);
	cr_assert_eq(p.faces[0].points[1].x, 146);
	cr_assert_eq(p.faces[0].properties, 0x010203);
	cr_assert_eq(p.faces[0].pose_uncertainty[2], 6);
	cr_assert(p.faces[1].jpeg2000);
	cr_assert_eq(perso_face_build(&p, &again), PERSO_OK);
	cr_assert(
	    perso_span_equal(perso_buf_span(&built), perso_buf_span(&again)));
}

Test(face, what_the_image_does_not_say_is_not_built)
{
	PERSO_BUF(jpg, 1 << 20);
	PERSO_BUF(jp2, 1 << 20);
	PERSO_BUF(out, 1 << 20);
	struct perso_face_record r;

	load(images[0].path, &jpg);
	load(images[1].path, &jp2);
	two_faces(&r, perso_buf_span(&jpg), perso_buf_span(&jp2));
	r.faces[0].width = 412;
	cr_assert_eq(perso_face_build(&r, &out), PERSO_E_MISMATCH);
	r.faces[0].width = 413;
	r.faces[0].jpeg2000 = true;
	cr_assert_eq(perso_face_build(&r, &out), PERSO_E_MISMATCH);
	r.faces[0].jpeg2000 = false;
	r.faces[0].gender = 9;
	cr_assert_eq(perso_face_build(&r, &out), PERSO_E_RANGE);
	r.faces[0].gender = 0;
	r.faces[0].points[0].y = 531;
	cr_assert_eq(perso_face_build(&r, &out), PERSO_E_RANGE);
	r.faces[0].point_count = 0;
	r.faces[1].image = perso_span_sub(r.faces[1].image, 0, 500);
	cr_assert_eq(perso_face_build(&r, &out), PERSO_E_TRUNCATED);
	r.count = 0;
	cr_assert_eq(perso_face_build(&r, &out), PERSO_E_ARG);
	r.count = PERSO_FACES + 1;
	cr_assert_eq(perso_face_build(&r, &out), PERSO_E_ARG);
	cr_assert_eq(out.n, 0);
}

Test(face, an_image_probed_before_is_held_to_what_was_found)
{
	PERSO_BUF(jpg, 1 << 20);
	PERSO_BUF(out, 1 << 20);
	struct perso_image_info info;
	struct perso_face_record r;

	load(images[0].path, &jpg);
	two_faces(&r, perso_buf_span(&jpg), perso_buf_span(&jpg));
	r.count = 1;
	cr_assert_eq(perso_image_probe(perso_buf_span(&jpg), &info), PERSO_OK);
	r.faces[0].probed = &info;
	cr_assert_eq(perso_face_build(&r, &out), PERSO_OK);
	perso_buf_clear(&out);
	info.width++;
	cr_assert_eq(perso_face_build(&r, &out), PERSO_E_MISMATCH);
	info.width--;
	info.format = PERSO_IMAGE_JP2;
	cr_assert_eq(perso_face_build(&r, &out), PERSO_E_MISMATCH);
	cr_assert_eq(out.n, 0);
}

Test(bit, one_template_in_place_equals_a_built_group)
{
	static const uint8_t type = PERSO_BIO_FACE;
	struct perso_bit_group g = { .count = 1 };
	PERSO_BUF(data, 70000);
	PERSO_BUF(built, 80000);
	PERSO_BUF(inplace, 80000);

	for (size_t n = 1; n < 70000; n = n * 3 + 1) {
		struct perso_wr w = perso_wr(&inplace);

		cr_assert_eq(perso_buf_resize(&data, n), PERSO_OK);
		g.bits[0] = (struct perso_bit){ .type = { &type, 1 },
			.owner = PERSO_BIO_OWNER,
			.format = PERSO_BIO_19794_5,
			.data = perso_buf_span(&data) };
		perso_buf_clear(&built);
		perso_buf_clear(&inplace);
		cr_assert_eq(perso_bit_build(&g, &built), PERSO_OK);
		perso_bit_head(&w, &g.bits[0], n);
		perso_wr_bytes(&w, perso_buf_span(&data));
		cr_assert_eq(perso_wr_end(&w), PERSO_OK);
		cr_assert(perso_span_equal(
			      perso_buf_span(&built), perso_buf_span(&inplace)),
		    "%zu", n);
		cr_assert_eq(perso_bit_size(&g.bits[0], n), built.n);
	}
}

Test(bit, header_elements_of_wrong_length_are_not_built)
{
	struct perso_bit_group g = { .count = 1,
		.bits = { { .owner = 1, .format = 1 } } };
	PERSO_BUF(out, 256);

	cr_assert_eq(perso_bit_build(&g, &out), PERSO_E_ARG);
	g.bits[0].data = perso_span_str("x");
	g.bits[0].created = perso_span_str("x");
	cr_assert_eq(perso_bit_build(&g, &out), PERSO_E_ARG);
	g.count = PERSO_BITS + 1;
	cr_assert_eq(perso_bit_build(&g, &out), PERSO_E_ARG);
	cr_assert_eq(out.n, 0);
}
