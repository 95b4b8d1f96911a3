/*
 * DG2 and DG3 of ISO/IEC 39794, DG3 from images, DG5.
 */
#include "lds_test.h"

#include "perso/hex.h"
#include "perso/tlv.h"
#include "perso/wr.h"

#define FINGERS "tests/data/fingers/"

static const struct {
	const char *path;
	uint8_t position;
	unsigned compression;
} images[] = {
	{ FINGERS "right-thumb.raw", 1, PERSO_FINGER_RAW },
	{ FINGERS "right-index.wsq", 2, PERSO_FINGER_WSQ },
	{ FINGERS "left-thumb.jp2", 6, PERSO_FINGER_JPEG2000 },
	{ FINGERS "left-index.png", 7, PERSO_FINGER_PNG },
	{ FINGERS "left-middle.jp2", 8, PERSO_FINGER_JPEG2000 },
};
#define COUNT (sizeof(images) / sizeof(images[0]))

static void
fingers(struct perso_finger_record r[COUNT], struct perso_buf bytes[COUNT])
{
	for (size_t i = 0; i < COUNT; i++) {
		perso_buf_init(&bytes[i], 1 << 16);
		lds_load(images[i].path, &bytes[i]);
		perso_finger_record_init(&r[i], 500, images[i].compression);
		r[i].count = 1;
		r[i].views[0] = (struct perso_finger_view){
			.position = images[i].position,
			.views = 1,
			.view = 1,
			.quality = 90,
			.width = 64,
			.height = 80,
			.image = perso_buf_span(&bytes[i]),
		};
	}
}

static void
drop(struct perso_buf bytes[COUNT])
{
	for (size_t i = 0; i < COUNT; i++)
		perso_buf_done(&bytes[i]);
}

Test(bio, dg3_has_a_template_for_each_finger)
{
	struct perso_finger_record r[COUNT];
	struct perso_buf bytes[COUNT];

	fingers(r, bytes);
	for (int now = 0; now < 2; now++) {
		struct perso_dg3_images v = { now, COUNT, r };
		struct perso_dg_bio d;
		struct perso_bit_group g;
		PERSO_BUF(out, 1 << 18);
		PERSO_BUF(again, 1 << 18);

		cr_assert_eq(perso_dg3_build_images(&v, &out), PERSO_OK, "%s",
		    lds_trail());
		cr_assert_eq(
		    perso_dg3_parse(perso_buf_span(&out), &d), PERSO_OK);
		cr_assert_eq(perso_bit_parse(d.group, &g), PERSO_OK);
		cr_assert_eq(
		    perso_bit_check_group(&g), PERSO_OK, "%s", lds_trail());
		cr_assert_eq(g.count, COUNT);
		for (size_t i = 0; i < COUNT; i++) {
			cr_assert_eq(g.bits[i].subtype.p[0],
			    perso_finger_subtype(images[i].position));
			cr_assert_eq(g.bits[i].format,
			    now ? PERSO_BIO_39794_4 : PERSO_BIO_19794_4);
			cr_assert_eq(g.bits[i].constructed, now);
		}
		/* The same bytes by the general way. */
		cr_assert_eq(perso_dg3_build(&d, &again), PERSO_OK);
		cr_assert(perso_span_equal(
		    perso_buf_span(&out), perso_buf_span(&again)));
	}
	drop(bytes);
}

/* The sample's header in front of our record: published bytes. */
Test(bio, dg3_begins_as_the_reference_data_set)
{
	struct perso_finger_record r[COUNT];
	struct perso_buf bytes[COUNT];
	struct perso_dg3_images v = { false, 1, r + 1 };
	PERSO_BUF(out, 1 << 18);
	PERSO_BUF(want, 64);

	fingers(r, bytes);
	cr_assert_eq(perso_dg3_build_images(&v, &out), PERSO_OK);
	lds_hex("A1128002010181010882010987020101880200075F2E", &want);
	cr_assert(
	    perso_span_equal(perso_span_sub(perso_buf_span(&out), 17, want.n),
		perso_buf_span(&want)));
	drop(bytes);
}

Test(bio, dg3_of_wrong_fingers_is_not_built)
{
	struct perso_finger_record r[COUNT];
	struct perso_buf bytes[COUNT];
	struct perso_dg3_images v = { true, 0, r };
	PERSO_BUF(out, 1 << 18);

	fingers(r, bytes);
	cr_assert_eq(perso_buf_append_u8(&out, 0x55), PERSO_OK);
	for (int now = 0; now < 2; now++) {
		v.iso39794 = now;
		v.count = 0;
		cr_assert_eq(perso_dg3_build_images(&v, &out), PERSO_E_ARG);
		v.count = PERSO_BITS + 1;
		cr_assert_eq(perso_dg3_build_images(&v, &out), PERSO_E_ARG);
		v.count = 2;
		r[1].views[0].position = 1;
		cr_assert_eq(perso_dg3_build_images(&v, &out), PERSO_E_ARG);
		r[1].views[0].position = 13;
		cr_assert_eq(perso_dg3_build_images(&v, &out), PERSO_E_ARG);
		r[1].views[0].position = 2;
		r[1].views[0].width = 65;
		cr_assert_eq(
		    perso_dg3_build_images(&v, &out), PERSO_E_MISMATCH);
		r[1].views[0].width = 64;
		r[1].count = 2;
		cr_assert_eq(perso_dg3_build_images(&v, &out), PERSO_E_ARG);
		r[1].count = 1;
		cr_assert_eq(out.n, 1);
	}
	drop(bytes);
}

/* DG2 in 39794: the bytes around the image are ICAO's. */
Test(bio, dg2_of_39794_comes_back)
{
	PERSO_BUF(file, 1 << 20);
	PERSO_BUF(out, 1 << 20);
	PERSO_BUF(again, 1 << 20);
	struct perso_dg2 *v = calloc(1, sizeof(*v)), *p = calloc(1, sizeof(*p));

	lds_load(TD3 "EF.DG2.bin", &file);
	cr_assert_eq(perso_dg2_parse(perso_buf_span(&file), v), PERSO_OK);
	v->bit.format = PERSO_BIO_39794_5;
	cr_assert_eq(perso_dg2_build(v, &out), PERSO_OK, "%s", lds_trail());
	cr_assert_eq(perso_dg2_parse(perso_buf_span(&out), p), PERSO_OK, "%s",
	    lds_trail());
	cr_assert(p->bit.constructed);
	cr_assert_eq(p->others, 0);
	cr_assert_eq(p->face.count, 1);
	cr_assert(
	    perso_span_equal(p->face.faces[0].image, v->face.faces[0].image));
	cr_assert_eq(
	    p->face.faces[0].point_count, v->face.faces[0].point_count);
	cr_assert_eq(perso_dg2_build(p, &again), PERSO_OK);
	cr_assert(
	    perso_span_equal(perso_buf_span(&out), perso_buf_span(&again)));
	cr_assert_lt((double)out.n, 1.05 * (double)file.n);
	v->face.count = 2;
	v->face.faces[1] = v->face.faces[0];
	cr_assert_eq(perso_dg2_build(v, &again), PERSO_E_ARG);
	v->face.count = 1;
	v->bit.format = PERSO_BIO_39794_4;
	cr_assert_eq(perso_dg2_build(v, &again), PERSO_E_ARG);
	cr_assert_eq(again.n, out.n);
	/* Nothing but A1 in 7F2E. */
	for (size_t n = 0; n < out.n; n += n < 200 || n > out.n - 50 ? 1 : 77)
		cr_assert_neq(
		    perso_dg2_parse(
			perso_span_sub(perso_buf_span(&out), 0, n), p),
		    PERSO_OK);
	free(v);
	free(p);
}

Test(bio, dg5_holds_the_displayed_portrait)
{
	PERSO_BUF(image, 1 << 20);
	PERSO_BUF(out, 1 << 20);
	PERSO_BUF(wsq, 1 << 16);
	struct perso_dg7 v = { .count = 1 }, p = { .count = 77 };

	lds_load(SYN "images/portrait_413x531.jpg", &image);
	v.images[0] = perso_buf_span(&image);
	cr_assert_eq(perso_dg5_build(&v, &out), PERSO_OK, "%s", lds_trail());
	cr_assert_eq(out.p[0], 0x65);
	cr_assert_eq(perso_dg7_parse(perso_buf_span(&out), &p), PERSO_E_DATA);
	cr_assert_eq(p.count, 77);
	cr_assert_eq(perso_dg5_parse(perso_buf_span(&out), &p), PERSO_OK);
	cr_assert_eq(p.count, 1);
	cr_assert(perso_span_equal(p.images[0], v.images[0]));
	lds_load(FINGERS "right-index.wsq", &wsq);
	v.images[0] = perso_buf_span(&wsq);
	cr_assert_eq(perso_dg5_build(&v, &out), PERSO_E_UNSUPPORTED);
	v.count = 0;
	cr_assert_eq(perso_dg5_build(&v, &out), PERSO_E_ARG);
}

/* EF.DG2 with this template and once more the same one. */
static void
twice(struct perso_span file, struct perso_buf *ret)
{
	struct perso_wr w = perso_wr(ret);
	struct perso_bit_group g;
	struct perso_tlv t;
	size_t mark;
	PERSO_BUF(group, 1 << 18);

	cr_assert_eq(perso_tlv_only(file, 0x75, &t), PERSO_OK);
	cr_assert_eq(perso_bit_parse(t.val, &g), PERSO_OK);
	g.bits[g.count++] = g.bits[0];
	cr_assert_eq(perso_bit_build(&g, &group), PERSO_OK);
	mark = perso_wr_open(&w, 0x75);
	perso_wr_bytes(&w, perso_buf_span(&group));
	perso_wr_close(&w, mark);
	cr_assert_eq(perso_wr_end(&w), PERSO_OK);
}

Test(bio, dg2_may_have_several_templates_of_which_the_first_is_the_face)
{
	struct perso_dg2 *one = calloc(1, sizeof(*one));
	struct perso_dg2 *two = calloc(1, sizeof(*two));
	PERSO_BUF(file, 1 << 18);
	PERSO_BUF(both, 1 << 18);

	lds_load("tests/data/synthetic/emrtd-td3/EF.DG2.bin", &file);
	twice(perso_buf_span(&file), &both);
	cr_assert_eq(perso_dg2_parse(perso_buf_span(&file), one), PERSO_OK);
	cr_assert_eq(perso_dg2_parse(perso_buf_span(&both), two), PERSO_OK);
	cr_assert_eq(one->templates, 1);
	cr_assert_eq(two->templates, 2);
	cr_assert(perso_span_equal(
	    one->face.faces[0].image, two->face.faces[0].image));
	/* a fault of the second is found, and which it is */
	both.p[both.n - two->face.faces[0].image.n] ^= 0xFF;
	cr_assert_neq(perso_dg2_parse(perso_buf_span(&both), two), PERSO_OK);
	cr_assert_str_eq(
	    perso_trail_get(perso_trail_count() - 2), "template 1");
	free(one);
	free(two);
}
