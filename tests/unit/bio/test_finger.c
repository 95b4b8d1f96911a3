#include <criterion/criterion.h>

#include "perso/bio39794.h"
#include "perso/file.h"
#include "perso/hex.h"

#define FINGERS "tests/data/fingers/"

static void
load(const char *path, struct perso_buf *b)
{
	cr_assert_eq(perso_file_read(path, b), PERSO_OK, "%s", path);
}

/* Every kind of image that stands in FINGERS. */
static const struct {
	const char *path;
	unsigned compression, position;
} images[] = {
	{ FINGERS "right-thumb.raw", PERSO_FINGER_RAW, 1 },
	{ FINGERS "right-index.wsq", PERSO_FINGER_WSQ, 2 },
	{ FINGERS "left-thumb.jp2", PERSO_FINGER_JPEG2000, 6 },
	{ FINGERS "left-index.png", PERSO_FINGER_PNG, 7 },
	{ FINGERS "left-middle.jp2", PERSO_FINGER_JPEG2000, 8 },
};
#define IMAGES (sizeof(images) / sizeof(images[0]))

static void
one(size_t i, struct perso_span image, struct perso_finger_record *r)
{
	perso_finger_record_init(r, 500, images[i].compression);
	r->count = 1;
	r->views[0] = (struct perso_finger_view){
		.position = (uint8_t)images[i].position,
		.views = 1,
		.view = 1,
		.quality = 80,
		.width = 64,
		.height = 80,
		.image = image,
	};
}

Test(finger, positions_have_names_and_subtypes_of_doc_9303)
{
	static const uint8_t subtypes[] = { 0x05, 0x09, 0x0D, 0x11, 0x15, 0x06,
		0x0A, 0x0E, 0x12, 0x16 };

	for (unsigned i = 1; i <= PERSO_FINGERS; i++) {
		cr_assert_eq(perso_finger_subtype(i), subtypes[i - 1]);
		cr_assert_eq(perso_finger_of_subtype(subtypes[i - 1]), i);
		cr_assert_eq(perso_finger_from_name(perso_finger_name(i)), i);
	}
	cr_assert_str_eq(perso_finger_name(2), "right-index");
	cr_assert_null(perso_finger_name(0));
	cr_assert_null(perso_finger_name(11));
	cr_assert_eq(perso_finger_subtype(0), 0);
	cr_assert_eq(perso_finger_subtype(13), 0);
	cr_assert_eq(perso_finger_of_subtype(0), 0);
	cr_assert_eq(perso_finger_from_name("right-toe"), 0);
}

Test(finger, records_of_every_kind_come_back_byte_for_byte)
{
	for (size_t i = 0; i < IMAGES; i++) {
		PERSO_BUF(image, 1 << 16);
		PERSO_BUF(built, 1 << 16);
		PERSO_BUF(again, 1 << 16);
		struct perso_finger_record r, p;

		load(images[i].path, &image);
		one(i, perso_buf_span(&image), &r);
		cr_assert_eq(perso_finger_build(&r, &built), PERSO_OK, "%s: %s",
		    images[i].path, perso_trail_get(0));
		cr_assert_eq(built.n, 32 + 14 + image.n);
		cr_assert_eq(perso_finger_parse(perso_buf_span(&built), &p),
		    PERSO_OK, "%s", perso_trail_get(0));
		cr_assert_eq(p.count, 1);
		cr_assert_eq(p.views[0].position, images[i].position);
		cr_assert_eq(p.views[0].quality, 80);
		cr_assert_eq(p.level, 31);
		cr_assert(
		    perso_span_equal(p.views[0].image, perso_buf_span(&image)));
		cr_assert_eq(perso_finger_build(&p, &again), PERSO_OK);
		cr_assert(perso_span_equal(
		    perso_buf_span(&built), perso_buf_span(&again)));
	}
}

/* The leading bytes of the record in the BSI's reference data set. */
Test(finger, the_header_is_that_of_the_reference_data_set)
{
	PERSO_BUF(want, 64);
	PERSO_BUF(image, 620 * 620);
	PERSO_BUF(built, 1 << 20);
	struct perso_finger_record r;

	cr_assert_eq(perso_hex_decode(
			 perso_span_str(
			     "464952003031300000000005DDBE0000001F010101F401F4"
			     "01F401F4080000000005DD9E0201016400026C026C00"),
			 &want),
	    PERSO_OK);
	cr_assert_eq(perso_buf_resize(&image, 620 * 620), PERSO_OK);
	perso_finger_record_init(&r, 500, PERSO_FINGER_RAW);
	r.count = 1;
	r.views[0] = (struct perso_finger_view){ .position = 2,
		.views = 1,
		.view = 1,
		.quality = 100,
		.width = 620,
		.height = 620,
		.image = perso_buf_span(&image) };
	cr_assert_eq(
	    perso_finger_build(&r, &built), PERSO_OK, "%s", perso_trail_get(0));
	cr_assert(
	    perso_span_equal(perso_span_sub(perso_buf_span(&built), 0, want.n),
		perso_buf_span(&want)));
}

static void
two_views(struct perso_span raw, struct perso_finger_record *r)
{
	one(0, raw, r);
	r->count = 3;
	r->views[1] = r->views[0];
	r->views[2] = r->views[0];
	r->views[0].views = r->views[1].views = 2;
	r->views[1].view = 2;
	r->views[2].position = 4;
}

Test(finger, several_views_are_counted)
{
	PERSO_BUF(raw, 1 << 16);
	PERSO_BUF(built, 1 << 16);
	struct perso_finger_record r, p = { .count = 77 };

	load(images[0].path, &raw);
	two_views(perso_buf_span(&raw), &r);
	cr_assert_eq(
	    perso_finger_build(&r, &built), PERSO_OK, "%s", perso_trail_get(0));
	cr_assert_eq(perso_finger_parse(perso_buf_span(&built), &p), PERSO_OK);
	cr_assert_eq(p.count, 3);
	cr_assert_eq(built.p[18], 3);
	/* A header that counts fingers instead of views is read too. */
	built.p[18] = 2;
	cr_assert_eq(perso_finger_parse(perso_buf_span(&built), &p), PERSO_OK);
	p.count = 77;
	for (int n = 0; n < 256; n++) {
		perso_rc rc;

		built.p[18] = (uint8_t)n;
		if (n == 2 || n == 3)
			continue;
		rc = perso_finger_parse(perso_buf_span(&built), &p);
		cr_assert_eq(rc,
		    n == 0		     ? PERSO_E_RANGE
		    : n > PERSO_FINGER_VIEWS ? PERSO_E_UNSUPPORTED
					     : PERSO_E_MISMATCH,
		    "%d: %s", n, perso_trail_get(0));
		cr_assert_eq(p.count, 77);
	}
}

Test(finger, what_contradicts_itself_is_not_built)
{
	PERSO_BUF(raw, 1 << 16);
	PERSO_BUF(wsq, 1 << 16);
	PERSO_BUF(out, 1 << 18);
	struct perso_finger_record r;

#define REFUSED(code)                                                      \
	do {                                                               \
		cr_assert_eq(perso_finger_build(&r, &out), code, "%d: %s", \
		    __LINE__, perso_trail_get(0));                         \
		cr_assert_eq(out.n, 0);                                    \
	} while (0)
	load(images[0].path, &raw);
	load(images[1].path, &wsq);
	two_views(perso_buf_span(&raw), &r);
	r.views[1].view = 1;
	REFUSED(PERSO_E_MISMATCH);
	r.views[1].view = 3;
	REFUSED(PERSO_E_RANGE);
	r.views[1].view = 2;
	r.views[2].views = 2;
	REFUSED(PERSO_E_MISMATCH);
	one(0, perso_span_sub(perso_buf_span(&raw), 0, raw.n - 1), &r);
	REFUSED(PERSO_E_MISMATCH);
	r.depth = 4;
	r.compression = PERSO_FINGER_PACKED;
	REFUSED(PERSO_E_MISMATCH);
	one(0, perso_buf_span(&raw), &r);
	r.depth = 0;
	REFUSED(PERSO_E_RANGE);
	one(0, perso_buf_span(&raw), &r);
	r.image_y = 0;
	REFUSED(PERSO_E_RANGE);
	one(0, perso_buf_span(&raw), &r);
	r.views[0].quality = 101;
	REFUSED(PERSO_E_RANGE);
	one(0, perso_buf_span(&raw), &r);
	r.views[0].position = 11;
	REFUSED(PERSO_E_RANGE);
	one(1, perso_buf_span(&wsq), &r);
	r.views[0].width = 65;
	REFUSED(PERSO_E_MISMATCH);
	one(1, perso_buf_span(&wsq), &r);
	r.compression = PERSO_FINGER_PNG;
	REFUSED(PERSO_E_MISMATCH);
	one(1, perso_buf_span(&raw), &r);
	REFUSED(PERSO_E_UNSUPPORTED);
	r.count = 0;
	REFUSED(PERSO_E_ARG);
	r.count = PERSO_FINGER_VIEWS + 1;
	REFUSED(PERSO_E_ARG);
#undef REFUSED
}

Test(finger, packed_samples_take_the_bits_they_have)
{
	uint8_t samples[] = { 1, 2, 3, 4, 5, 6, 7, 8 };
	PERSO_BUF(out, 1 << 10);
	struct perso_finger_record r, p;

	one(0, perso_span_of(samples), &r);
	r.compression = PERSO_FINGER_PACKED;
	r.depth = 4;
	r.views[0].width = 3;
	r.views[0].height = 5;
	cr_assert_eq(
	    perso_finger_build(&r, &out), PERSO_OK, "%s", perso_trail_get(0));
	cr_assert_eq(perso_finger_parse(perso_buf_span(&out), &p), PERSO_OK);
}

/* Every length in a record, one byte more and less; every cut. */
Test(finger, lengths_that_lie_are_refused)
{
	static const size_t at[] = { 13, 35, 8, 9, 10, 32 };
	PERSO_BUF(wsq, 1 << 16);
	PERSO_BUF(built, 1 << 16);
	struct perso_finger_record r, p = { .count = 77 };

	load(images[1].path, &wsq);
	one(1, perso_buf_span(&wsq), &r);
	cr_assert_eq(perso_finger_build(&r, &built), PERSO_OK);
	for (size_t i = 0; i < sizeof(at) / sizeof(at[0]); i++)
		for (int d = -1; d <= 1; d += 2) {
			built.p[at[i]] = (uint8_t)(built.p[at[i]] + d);
			cr_assert_neq(
			    perso_finger_parse(perso_buf_span(&built), &p),
			    PERSO_OK, "byte %zu", at[i]);
			built.p[at[i]] = (uint8_t)(built.p[at[i]] - d);
		}
	for (size_t n = 0; n < built.n; n++)
		cr_assert_neq(
		    perso_finger_parse(
			perso_span_sub(perso_buf_span(&built), 0, n), &p),
		    PERSO_OK, "cut to %zu", n);
	cr_assert_eq(perso_buf_append_u8(&built, 0), PERSO_OK);
	cr_assert_neq(perso_finger_parse(perso_buf_span(&built), &p), PERSO_OK);
	cr_assert_eq(p.count, 77);
}
