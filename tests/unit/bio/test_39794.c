#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

#include "perso/bio39794.h"
#include "perso/file.h"
#include "perso/hex.h"

#define IMAGES "tests/data/synthetic/images/"
#define FINGERS "tests/data/fingers/"

static void
load(const char *path, struct perso_buf *b)
{
	cr_assert_eq(perso_file_read(path, b), PERSO_OK, "%s", path);
}

static void
joined(const struct perso_39794 *e, struct perso_buf *ret)
{
	struct perso_wr w = perso_wr(ret);

	perso_39794_write(&w, e);
	cr_assert_eq(perso_wr_end(&w), PERSO_OK);
	cr_assert_eq(ret->n, perso_39794_size(e));
}

static void
encode(const struct perso_face *f, struct perso_buf *ret)
{
	PERSO_39794(e);

	cr_assert_eq(perso_face_39794_encode(f, false, &e), PERSO_OK, "%s",
	    perso_trail_get(0));
	joined(&e, ret);
}

static struct perso_face
full_face(struct perso_span image)
{
	return (struct perso_face){ .gender = PERSO_GENDER_FEMALE,
		.eye = 5,
		.hair = 2,
		.properties = 0x000203,
		.expression = 1,
		.pose = { 1, 6, 180 },
		.pose_uncertainty = { 4, 0, 6 },
		.point_count = 3,
		.points = { { PERSO_POINT_LEFT_EYE, 266, 231 },
		    { PERSO_POINT_RIGHT_EYE, 146, 231 }, { 0x9F, 100, 40 } },
		.image_type = PERSO_FACE_FRONTAL,
		.jpeg2000 = true,
		.width = 413,
		.height = 531,
		.colour_space = 1,
		.source = 2,
		.image = image };
}

Test(face39794, everything_that_19794_says_comes_back)
{
	PERSO_BUF(jp2, 1 << 20);
	PERSO_BUF(rec, 1 << 20);
	struct perso_face_39794 p;
	struct perso_face f, *g = &p.face;

	load(IMAGES "portrait_413x531.jp2", &jp2);
	f = full_face(perso_buf_span(&jp2));
	encode(&f, &rec);
	cr_assert_eq(perso_face_39794_parse(perso_buf_span(&rec), &p), PERSO_OK,
	    "%s", perso_trail_get(0));
	cr_assert_eq(p.generation, 3);
	cr_assert_eq(p.year, 2019);
	cr_assert_eq(p.others, 0);
	cr_assert_eq(g->gender, f.gender);
	cr_assert_eq(g->eye, f.eye);
	cr_assert_eq(g->hair, f.hair);
	cr_assert_eq(g->properties, f.properties);
	cr_assert_eq(g->expression, f.expression);
	for (int i = 0; i < 3; i++) {
		cr_assert_eq(g->pose[i], f.pose[i]);
		cr_assert_eq(g->pose_uncertainty[i], f.pose_uncertainty[i]);
		cr_assert_eq(g->points[i].code, f.points[i].code);
		cr_assert_eq(g->points[i].x, f.points[i].x);
		cr_assert_eq(g->points[i].y, f.points[i].y);
	}
	cr_assert_eq(g->point_count, 3);
	cr_assert_eq(g->image_type, PERSO_FACE_FRONTAL);
	cr_assert(g->jpeg2000);
	cr_assert_eq(g->width, 413);
	cr_assert_eq(g->height, 531);
	cr_assert_eq(g->colour_space, 1);
	cr_assert_eq(g->source, 2);
	cr_assert(perso_span_equal(g->image, perso_buf_span(&jp2)));
}

/* All codes of 19794 that 39794 has. */
Test(face39794, every_colour_and_pose_comes_back)
{
	PERSO_BUF(jpg, 1 << 20);
	struct perso_face f;

	load(IMAGES "portrait_413x531.jpg", &jpg);
	f = full_face(perso_buf_span(&jpg));
	f.jpeg2000 = false;
	for (unsigned i = 0; i <= 181; i++) {
		PERSO_BUF(rec, 1 << 20);
		struct perso_face_39794 p;

		f.pose[0] = (uint8_t)i;
		f.pose_uncertainty[0] = (uint8_t)(i == 0 ? 0 : i);
		f.eye = (uint8_t)(i % 9 == 8 ? 0xFF : i % 9);
		f.hair = (uint8_t)(i % 10 == 9 ? 0xFF : i % 10);
		f.colour_space = (uint8_t)(i % 5);
		f.source = (uint8_t)(i % 8);
		f.expression = (uint16_t)(i % 8 == 3 ? 2 : i % 8);
		f.gender = (uint8_t)(i % 3);
		encode(&f, &rec);
		cr_assert_eq(perso_face_39794_parse(perso_buf_span(&rec), &p),
		    PERSO_OK, "%u: %s", i, perso_trail_get(0));
		cr_assert_eq(p.face.pose[0], i == 181 ? 1 : i, "%u", i);
		cr_assert_eq(p.face.pose_uncertainty[0], f.pose_uncertainty[0]);
		cr_assert_eq(p.face.eye, f.eye);
		cr_assert_eq(p.face.hair, f.hair == 9 ? 8 : f.hair);
		cr_assert_eq(p.face.colour_space, f.colour_space);
		cr_assert_eq(p.face.source, f.source);
		cr_assert_eq(p.face.expression, f.expression, "%u", i);
		cr_assert_eq(p.face.gender, f.gender);
	}
}

Test(face39794, every_feature_point_has_its_code)
{
	static const uint8_t counts[] = { 14, 14, 6, 4, 4, 1, 10, 15, 10, 6,
		4 };
	PERSO_BUF(jp2, 1 << 20);
	PERSO_BUF(rec, 1 << 20);
	struct perso_face_39794 p;
	struct perso_face f;

	load(IMAGES "portrait_413x531.jp2", &jp2);
	f = full_face(perso_buf_span(&jp2));
	f.point_count = 0;
	for (unsigned major = 0; major < 11; major++)
		for (unsigned minor = 1; minor <= counts[major]; minor++)
			f.points[f.point_count++].code =
			    (uint8_t)((major + 2) << 4 | minor);
	cr_assert_eq(f.point_count, 88);
	encode(&f, &rec);
	cr_assert_eq(
	    perso_face_39794_parse(perso_buf_span(&rec), &p), PERSO_OK);
	for (size_t i = 0; i < 88; i++)
		cr_assert_eq(p.face.points[i].code, f.points[i].code);
	for (unsigned code = 0; code < 256; code++) {
		unsigned major = code >> 4, minor = code & 15;
		bool known = major >= 2 && major <= 12 && minor != 0 &&
			     minor <= counts[major - 2];
		PERSO_39794(e);

		f.point_count = 1;
		f.points[0].code = (uint8_t)code;
		cr_assert_eq(perso_face_39794_encode(&f, false, &e),
		    known ? PERSO_OK : PERSO_E_UNSUPPORTED, "%02X", code);
	}
}

Test(face39794, lossless_is_said_of_what_can_be)
{
	static const struct {
		const char *path;
		bool lossy;
		uint8_t format;
	} table[] = {
		{ IMAGES "portrait_413x531.jpg", false, 2 },
		{ IMAGES "portrait_413x531_lossless.jp2", false, 4 },
		{ IMAGES "portrait_413x531_lossless.jp2", true, 3 },
	};

	for (size_t i = 0; i < 3; i++) {
		PERSO_BUF(image, 1 << 20);
		PERSO_BUF(rec, 1 << 20);
		struct perso_face_39794 p;
		struct perso_face f;
		PERSO_39794(e);

		load(table[i].path, &image);
		f = full_face(perso_buf_span(&image));
		f.jpeg2000 = table[i].format != 2;
		cr_assert_eq(
		    perso_face_39794_encode(&f, table[i].lossy, &e), PERSO_OK);
		joined(&e, &rec);
		cr_assert_eq(
		    perso_face_39794_parse(perso_buf_span(&rec), &p), PERSO_OK);
		cr_assert_eq(p.format, table[i].format, "%zu", i);
	}
}

/* A small record, for mutations: JPEG of 413 x 531 without anything else. */
static void
small(struct perso_buf *jpg, struct perso_buf *rec)
{
	struct perso_face f;

	load(IMAGES "portrait_413x531.jpg", jpg);
	f = full_face(perso_buf_span(jpg));
	f.jpeg2000 = false;
	encode(&f, rec);
}

Test(face39794, every_cut_is_refused)
{
	PERSO_BUF(jpg, 1 << 20);
	PERSO_BUF(rec, 1 << 20);
	struct perso_face_39794 p = { .others = 77 };

	small(&jpg, &rec);
	for (size_t n = 0; n < rec.n; n += n < 100 || n > rec.n - 300 ? 1 : 97)
		cr_assert_neq(
		    perso_face_39794_parse(
			perso_span_sub(perso_buf_span(&rec), 0, n), &p),
		    PERSO_OK, "cut to %zu", n);
	cr_assert_eq(perso_buf_append_u8(&rec, 0), PERSO_OK);
	cr_assert_eq(
	    perso_face_39794_parse(perso_buf_span(&rec), &p), PERSO_E_TRAILING);
	cr_assert_eq(p.others, 77);
}

/* Every single byte outside the image, every value: nothing may be read in
 * two ways, so what is accepted differs from the original in a value. */
Test(face39794, no_byte_outside_the_image_is_without_meaning)
{
	PERSO_BUF(jpg, 1 << 20);
	PERSO_BUF(rec, 1 << 20);
	struct perso_face_39794 want, p;
	size_t first, last, accepted = 0;

	small(&jpg, &rec);
	cr_assert_eq(
	    perso_face_39794_parse(perso_buf_span(&rec), &want), PERSO_OK);
	first = (size_t)(want.face.image.p - rec.p);
	last = first + want.face.image.n;
	for (size_t at = 0; at < rec.n; at++) {
		uint8_t was = rec.p[at];

		if (at == first)
			at = last;
		was = rec.p[at];
		for (int v = 0; v < 256; v++) {
			rec.p[at] = (uint8_t)v;
			if (v == was ||
			    perso_face_39794_parse(perso_buf_span(&rec), &p) !=
				PERSO_OK)
				continue;
			accepted++;
			p.face.image = want.face.image;
			/* The id of the representation is not kept. */
			cr_assert(memcmp(&p, &want, sizeof(p)) != 0 || was == 0,
			    "byte %zu as %02X", at, v);
		}
		rec.p[at] = was;
	}
	cr_assert_gt(accepted, 100);
}

/* 65 { A0 .., A1 { 30 { 80 id, A1 .. 80 image A1 information, rest } } } */
static void
around(const char *version, const char *rep_tag, const char *information,
    const char *rest, struct perso_span image, struct perso_buf *ret)
{
	struct perso_wr w = perso_wr(ret);
	PERSO_BUF(b, 4096);
	size_t all, reps, rep, choice, base, block;

#define HEX(s)                                                          \
	do {                                                            \
		perso_buf_clear(&b);                                    \
		cr_assert_eq(                                           \
		    perso_hex_decode(perso_span_str(s), &b), PERSO_OK); \
		perso_wr_bytes(&w, perso_buf_span(&b));                 \
	} while (0)
	all = perso_wr_open(&w, 0x65);
	HEX(version);
	reps = perso_wr_open(&w, 0xA1);
	for (const char *r = rep_tag; *r != '\0'; r++) {
		rep = perso_wr_open(&w, 0x30);
		perso_wr_tlv(&w, 0x80, perso_span("\0", 1));
		choice = perso_wr_open(&w, 0xA1);
		base = perso_wr_open(&w, *r == 'x' ? 0xA1 : 0xA0);
		block = perso_wr_open(&w, 0xA0);
		perso_wr_tlv(&w, 0x80, image);
		HEX(information);
		perso_wr_close(&w, block);
		perso_wr_close(&w, base);
		perso_wr_close(&w, choice);
		HEX(rest);
		perso_wr_close(&w, rep);
	}
	perso_wr_close(&w, reps);
	perso_wr_close(&w, all);
	cr_assert_eq(perso_wr_end(&w), PERSO_OK);
}

#define VERSION "A007800103810207E3"
#define INFO "A105A003800102"

static const struct {
	const char *name, *version, *reps, *information, *rest;
	perso_rc rc;
	size_t others;
} forms[] = {
	{ "mandatory", VERSION, "r", INFO, "", PERSO_OK, 0 },
	{ "two representations", VERSION, "rr", INFO, "", PERSO_E_UNSUPPORTED,
	    0 },
	{ "no representation", VERSION, "", INFO, "", PERSO_E_MISSING, 0 },
	{ "another kind of representation", VERSION, "x", INFO, "",
	    PERSO_E_UNSUPPORTED, 0 },
	{ "generation 2", "A007800102810207E3", "r", INFO, "", PERSO_E_RANGE,
	    0 },
	{ "year 2018", "A007800103810207E2", "r", INFO, "", PERSO_E_RANGE, 0 },
	{ "no year", "A003800103", "r", INFO, "", PERSO_E_MISSING, 0 },
	{ "no version", "", "r", INFO, "", PERSO_E_MISSING, 0 },
	{ "a version that goes on", "A00A800103810207E3820100", "r", INFO, "",
	    PERSO_OK, 1 },
	{ "year before generation", "A007810207E3800103", "r", INFO, "",
	    PERSO_E_DATA, 0 },
	{ "an integer too long",
	    "A008800200038102"
	    "07E3",
	    "r", INFO, "", PERSO_E_RANGE, 0 },
	{ "no information", VERSION, "r", "", "", PERSO_E_MISSING, 0 },
	{ "a format by fallback", VERSION, "r", "A107A005A103800102", "",
	    PERSO_OK, 0 },
	{ "another format", VERSION, "r", "A105A003800105", "",
	    PERSO_E_UNSUPPORTED, 0 },
	{ "not that format", VERSION, "r", "A105A003800103", "",
	    PERSO_E_MISMATCH, 0 },
	{ "another size", VERSION, "r", "A10FA003800102A7088002019D81020214",
	    "", PERSO_E_MISMATCH, 0 },
	{ "its size", VERSION, "r", "A10FA003800102A7088002019D81020213", "",
	    PERSO_OK, 0 },
	{ "a gender", VERSION, "r", INFO, "A807A005A103800103", PERSO_OK, 0 },
	{ "a gender in the base form", VERSION, "r", INFO, "A805A003800103",
	    PERSO_OK, 0 },
	{ "gender 4", VERSION, "r", INFO, "A807A005A103800104", PERSO_E_RANGE,
	    0 },
	{ "a gender that goes on", VERSION, "r", INFO,
	    "A80AA008A106800103810100", PERSO_OK, 1 },
	{ "hazel eyes", VERSION, "r", INFO, "A807A105A103800107", PERSO_OK, 1 },
	{ "a height", VERSION, "r", INFO, "A804830200AA", PERSO_OK, 1 },
	{ "a BOOLEAN of 1", VERSION, "r", INFO, "A805A403800101", PERSO_E_DATA,
	    0 },
	{ "a date and a quality", VERSION, "r", INFO,
	    "A204800207E9A311300FA006800101810101A105A103800100", PERSO_OK, 2 },
	{ "an extension", VERSION, "r", INFO, "AA03800101", PERSO_OK, 1 },
	{ "an extension that is no DER", VERSION, "r", INFO, "AA03800201",
	    PERSO_E_TRUNCATED, 0 },
	{ "a long length", VERSION, "r", INFO, "AA8103800101", PERSO_E_DATA,
	    0 },
	{ "an indefinite length", VERSION, "r", INFO, "AA808001010000",
	    PERSO_E_DATA, 0 },
	{ "out of order", VERSION, "r", INFO, "A900A807A005A103800103",
	    PERSO_E_DATA, 0 },
	{ "metadata twice", VERSION, "r", INFO, "A800A800", PERSO_E_DATA, 0 },
	{ "a universal tag", VERSION, "r", INFO, "0400", PERSO_E_DATA, 0 },
	{ "an angle of 181", VERSION, "r", INFO, "A808A606A004800200B5",
	    PERSO_E_RANGE, 0 },
	{ "an angle of -180", VERSION, "r", INFO, "A808A606A0048002FF4C",
	    PERSO_OK, 0 },
	{ "an angle padded", VERSION, "r", INFO, "A808A606A00480020001",
	    PERSO_E_RANGE, 0 },
	{ "an eye", VERSION, "r", INFO,
	    "A9193017A009A007A005A103800154A10AA008A006800110810120", PERSO_OK,
	    0 },
	{ "an eye outside", VERSION, "r", INFO,
	    "A91A3018A009A007A005A103800154A10BA009A007800207D0810120",
	    PERSO_E_RANGE, 0 },
	{ "a point of anthropometry", VERSION, "r", INFO,
	    "A90D300BA009A007A105A003800101", PERSO_OK, 1 },
	{ "point 88", VERSION, "r", INFO, "A90D300BA009A007A005A103800158",
	    PERSO_E_RANGE, 0 },
};

Test(face39794, the_form_is_checked)
{
	PERSO_BUF(jpg, 1 << 20);

	load(IMAGES "portrait_413x531.jpg", &jpg);
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		PERSO_BUF(rec, 1 << 20);
		struct perso_face_39794 p = { .others = 77 };

		around(forms[i].version, forms[i].reps, forms[i].information,
		    forms[i].rest, perso_buf_span(&jpg), &rec);
		cr_assert_eq(perso_face_39794_parse(perso_buf_span(&rec), &p),
		    forms[i].rc, "%s: %s", forms[i].name, perso_trail_get(0));
		cr_assert_eq(p.others,
		    forms[i].rc == PERSO_OK ? forms[i].others : 77, "%s: %zu",
		    forms[i].name, p.others);
	}
}

/* The bytes around the image in ICAO's sample with the mandatory fields, whose
 * image has 15000 bytes. */
Test(face39794, the_mandatory_form_is_that_of_icaos_sample)
{
	PERSO_BUF(image, 1 << 14);
	PERSO_BUF(rec, 1 << 15);
	PERSO_BUF(b, 64);

	cr_assert_eq(perso_buf_resize(&image, 15000), PERSO_OK);
	around(
	    VERSION, "r", "A105A003800103", "", perso_buf_span(&image), &rec);
	cr_assert_eq(
	    perso_hex_decode(
		perso_span_str(
		    "65823AC3A007800103810207E3A1823AB630823AB2800100A1823AAB"
		    "A0823AA7A0823AA380823A98"),
		&b),
	    PERSO_OK);
	cr_assert_eq(rec.n, b.n + 15000 + 7);
	cr_assert(perso_span_equal(
	    perso_span_sub(perso_buf_span(&rec), 0, b.n), perso_buf_span(&b)));
}

Test(face39794, templates_that_nest_without_end_are_refused)
{
	PERSO_BUF(jpg, 1 << 20);
	char deep[200] = "";
	size_t n = 40;

	load(IMAGES "portrait_413x531.jpg", &jpg);
	for (size_t i = 0; i < n; i++)
		snprintf(
		    deep + 4 * i, 5, "AA%02X", (unsigned)(2 * (n - 1 - i)));
	PERSO_BUF(rec, 1 << 20);
	struct perso_face_39794 p;

	around(VERSION, "r", INFO, deep, perso_buf_span(&jpg), &rec);
	cr_assert_eq(perso_face_39794_parse(perso_buf_span(&rec), &p),
	    PERSO_E_UNSUPPORTED);
}

/* ---- fingers ----------------------------------------------------------- */

static const struct {
	const char *path;
	unsigned compression;
	uint8_t position, format;
} fingers[] = {
	{ FINGERS "right-thumb.raw", PERSO_FINGER_RAW, 1, 0 },
	{ FINGERS "right-index.wsq", PERSO_FINGER_WSQ, 2, 1 },
	{ FINGERS "left-thumb.jp2", PERSO_FINGER_JPEG2000, 6, 2 },
	{ FINGERS "left-index.png", PERSO_FINGER_PNG, 7, 4 },
	{ FINGERS "left-middle.jp2", PERSO_FINGER_JPEG2000, 8, 3 },
};
#define COUNT (sizeof(fingers) / sizeof(fingers[0]))

static void
finger(size_t i, struct perso_buf *image, struct perso_finger_record *r)
{
	perso_buf_clear(image);
	load(fingers[i].path, image);
	perso_finger_record_init(r, 500, fingers[i].compression);
	r->count = 1;
	r->views[0] =
	    (struct perso_finger_view){ .position = fingers[i].position,
		    .views = 1,
		    .view = 1,
		    .quality = PERSO_FINGER_NO_QUALITY,
		    .width = 64,
		    .height = 80,
		    .image = perso_buf_span(image) };
}

Test(finger39794, every_kind_comes_back)
{
	for (size_t i = 0; i < COUNT; i++) {
		PERSO_BUF(image, 1 << 16);
		PERSO_BUF(rec, 1 << 16);
		struct perso_finger_record r;
		struct perso_finger_39794 p;
		PERSO_39794(e);

		finger(i, &image, &r);
		cr_assert_eq(perso_finger_39794_encode(&r, &e), PERSO_OK, "%s",
		    perso_trail_get(0));
		joined(&e, &rec);
		cr_assert_eq(perso_finger_39794_parse(perso_buf_span(&rec), &p),
		    PERSO_OK, "%zu: %s", i, perso_trail_get(0));
		cr_assert_eq(p.format, fingers[i].format);
		cr_assert_eq(p.others, 0);
		cr_assert_eq(p.record.compression, r.compression);
		cr_assert_eq(p.record.units, PERSO_FINGER_PPI);
		cr_assert_eq(p.record.image_x, 500);
		cr_assert_eq(p.record.level, 31);
		cr_assert_eq(p.record.views[0].position, fingers[i].position);
		cr_assert_eq(p.record.views[0].width, 64);
		cr_assert_eq(p.record.views[0].height, 80);
		cr_assert(perso_span_equal(
		    p.record.views[0].image, perso_buf_span(&image)));
		for (size_t n = 0; n < rec.n; n++)
			cr_assert_neq(
			    perso_finger_39794_parse(
				perso_span_sub(perso_buf_span(&rec), 0, n), &p),
			    PERSO_OK);
	}
}

Test(finger39794, what_part_4_has_no_form_for_is_refused)
{
	PERSO_BUF(image, 1 << 16);
	struct perso_finger_record r;
	PERSO_39794(e);

	finger(0, &image, &r);
	r.image_y = 400;
	cr_assert_eq(perso_finger_39794_encode(&r, &e), PERSO_E_UNSUPPORTED);
	finger(0, &image, &r);
	r.views[0].position = 21;
	cr_assert_eq(perso_finger_39794_encode(&r, &e), PERSO_E_UNSUPPORTED);
	finger(0, &image, &r);
	r.compression = PERSO_FINGER_PACKED;
	cr_assert_eq(perso_finger_39794_encode(&r, &e), PERSO_E_UNSUPPORTED);
	finger(0, &image, &r);
	r.count = 2;
	r.views[1] = r.views[0];
	r.views[1].position = 3;
	cr_assert_eq(perso_finger_39794_encode(&r, &e), PERSO_E_UNSUPPORTED);
	cr_assert_eq(e.head.n, 0);
}

static const struct {
	const char *name, *head, *image, *tail;
	perso_rc rc;
	size_t others;
} finger_forms[] = {
	{ "base form", "A003800102A103800100A203800100", "P5\n2 2\n255\nabcd",
	    "", PERSO_OK, 0 },
	{ "extension form", "A005A103800102A105A103800100A205A103800100",
	    "P5 2 2 255 abcd", "", PERSO_OK, 0 },
	{ "no position", "A103800100A203800100", "P5 2 2 255 abcd", "",
	    PERSO_E_MISSING, 0 },
	{ "a palm", "A003800115A103800100A203800100", "P5 2 2 255 abcd", "",
	    PERSO_E_UNSUPPORTED, 0 },
	{ "another position", "A004800203E7A103800100A203800100",
	    "P5 2 2 255 abcd", "", PERSO_E_UNSUPPORTED, 0 },
	{ "format 5", "A003800102A103800100A203800105", "P5 2 2 255 abcd", "",
	    PERSO_E_UNSUPPORTED, 0 },
	{ "no PGM", "A003800102A103800100A203800100", "P6 2 2 255 abcd", "",
	    PERSO_E_DATA, 0 },
	{ "too few samples", "A003800102A103800100A203800100", "P5 2 2 255 abc",
	    "", PERSO_E_MISMATCH, 0 },
	{ "too many samples", "A003800102A103800100A203800100",
	    "P5 2 2 255 abcde", "", PERSO_E_MISMATCH, 0 },
	{ "no width", "A003800102A103800100A203800100", "P5 0 2 255 ", "",
	    PERSO_E_RANGE, 0 },
	{ "a giant", "A003800102A103800100A203800100", "P5 65536 2 255 a", "",
	    PERSO_E_RANGE, 0 },
	{ "16 bits", "A003800102A103800100A203800100", "P5 1 2 65535 abcd", "",
	    PERSO_E_UNSUPPORTED, 0 },
	{ "a comment", "A003800102A103800100A203800100", "P5 # 2 2 255 abcd",
	    "", PERSO_E_DATA, 0 },
	{ "a sampling rate", "A003800102A103800100A203800100",
	    "P5 2 2 255 abcd", "A706800164810101", PERSO_OK, 0 },
	{ "unit 2", "A003800102A103800100A203800100", "P5 2 2 255 abcd",
	    "A706800164810102", PERSO_E_RANGE, 0 },
	{ "a rotation and comments", "A003800102A103800100A203800100",
	    "P5 2 2 255 abcd", "890123AF021A00", PERSO_OK, 2 },
	{ "an extension", "A003800102A103800100A203800100", "P5 2 2 255 abcd",
	    "B103800101", PERSO_OK, 1 },
	{ "contactless", "A003800102A103800118A203800100", "P5 2 2 255 abcd",
	    "", PERSO_OK, 1 },
};

Test(finger39794, the_form_is_checked)
{
	for (size_t i = 0; i < sizeof(finger_forms) / sizeof(finger_forms[0]);
	     i++) {
		PERSO_BUF(rec, 4096);
		PERSO_BUF(b, 4096);
		struct perso_wr w = perso_wr(&rec);
		struct perso_finger_39794 p = { .others = 77 };
		size_t all, reps, rep;

		all = perso_wr_open(&w, 0x64);
		HEX(VERSION);
		reps = perso_wr_open(&w, 0xA1);
		rep = perso_wr_open(&w, 0x30);
		HEX(finger_forms[i].head);
		perso_wr_tlv(&w, 0x83, perso_span_str(finger_forms[i].image));
		HEX(finger_forms[i].tail);
		perso_wr_close(&w, rep);
		perso_wr_close(&w, reps);
		perso_wr_close(&w, all);
		cr_assert_eq(perso_wr_end(&w), PERSO_OK);
		cr_assert_eq(perso_finger_39794_parse(perso_buf_span(&rec), &p),
		    finger_forms[i].rc, "%s: %s", finger_forms[i].name,
		    perso_trail_get(0));
		cr_assert_eq(p.others,
		    finger_forms[i].rc == PERSO_OK ? finger_forms[i].others
						   : 77,
		    "%s", finger_forms[i].name);
	}
}

/* ---- groups ------------------------------------------------------------ */

Test(convert, a_group_becomes_39794_and_19794_again)
{
	PERSO_BUF(file, 1 << 20);
	PERSO_BUF(now, 1 << 20);
	PERSO_BUF(old, 1 << 20);
	PERSO_BUF(same, 1 << 20);
	struct perso_bit_group a, b;

	load("tests/data/orders/fingers.dg3", &file);
	cr_assert_eq(perso_bit_convert(perso_buf_span(&file), true, &now),
	    PERSO_OK, "%s", perso_trail_get(0));
	cr_assert_eq(perso_bit_parse(perso_buf_span(&file), &a), PERSO_OK);
	cr_assert_eq(perso_bit_parse(perso_buf_span(&now), &b), PERSO_OK);
	cr_assert_eq(
	    perso_bit_check_group(&b), PERSO_OK, "%s", perso_trail_get(0));
	cr_assert_eq(b.count, a.count);
	for (size_t i = 0; i < b.count; i++) {
		struct perso_finger_record r;
		struct perso_finger_39794 p;
		struct perso_span rec;

		cr_assert_eq(b.bits[i].format, PERSO_BIO_39794_4);
		cr_assert(b.bits[i].constructed);
		cr_assert(
		    perso_span_equal(a.bits[i].subtype, b.bits[i].subtype));
		cr_assert_eq(perso_finger_parse(a.bits[i].data, &r), PERSO_OK);
		cr_assert_eq(perso_39794_open(b.bits[i].data, &rec), PERSO_OK);
		cr_assert_eq(perso_finger_39794_parse(rec, &p), PERSO_OK);
		cr_assert(perso_span_equal(
		    r.views[0].image, p.record.views[0].image));
	}
	cr_assert_eq(
	    perso_bit_convert(perso_buf_span(&now), true, &same), PERSO_OK);
	cr_assert(
	    perso_span_equal(perso_buf_span(&now), perso_buf_span(&same)));
	/* Back: the same but for the quality, which 39794 does not carry. */
	cr_assert_eq(perso_bit_convert(perso_buf_span(&now), false, &old),
	    PERSO_OK, "%s", perso_trail_get(0));
	cr_assert_eq(old.n, file.n);
}

Test(convert, irises_and_what_would_be_lost_are_refused)
{
	PERSO_BUF(in, 256);
	PERSO_BUF(out, 4096);
	struct perso_bit_group g;

	cr_assert_eq(perso_hex_decode(
			 perso_span_str("7F61220201017F601CA10B810110870201018"
					"80200095F2E0C4949520030313000"
					"0000000C"),
			 &in),
	    PERSO_OK);
	cr_assert_eq(perso_bit_parse(perso_buf_span(&in), &g), PERSO_OK, "%s",
	    perso_trail_get(0));
	cr_assert_eq(
	    perso_bit_check_group(&g), PERSO_OK, "%s", perso_trail_get(0));
	cr_assert_eq(perso_bit_convert(perso_buf_span(&in), true, &out),
	    PERSO_E_UNSUPPORTED);
	in.p[in.n - 1] = 0x0D;
	cr_assert_eq(perso_bit_check_group(&g), PERSO_E_MISMATCH);
	cr_assert_eq(out.n, 0);
}
