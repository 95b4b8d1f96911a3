/*
 * Portrait and fingers on the chip against those of the order, in either
 * standard; one thing wrong at a time.
 */
#include <string.h>

#include <criterion/criterion.h>

#include "perso/file.h"
#include "perso/lds.h"
#include "perso/record.h"
#include "verify/verify_int.h"

#define FINGERS "tests/data/fingers/"

static const struct {
	const char *path;
	unsigned position, compression;
	unsigned width; /* raw */
} images[] = {
	{ FINGERS "right-thumb.raw", 1, PERSO_FINGER_RAW, 64 },
	{ FINGERS "right-index.wsq", 2, PERSO_FINGER_WSQ, 0 },
	{ FINGERS "left-thumb.jp2", 6, PERSO_FINGER_JPEG2000, 0 },
	{ FINGERS "left-index.png", 7, PERSO_FINGER_PNG, 0 },
};
#define COUNT (sizeof(images) / sizeof(images[0]))

struct fix {
	struct perso_doc_profile profile;
	struct perso_record record;
	struct perso_inspection what;
	struct perso_verify_input in;
	struct perso_report report;
	struct perso_lds_image files;
	struct verify *v;
};

#define OK(call)                                                  \
	do {                                                      \
		char t_[512];                                     \
		perso_rc rc_ = (call);                            \
		perso_trail_text(t_, sizeof(t_));                 \
		cr_assert_eq(rc_, PERSO_OK, "%s: %s", #call, t_); \
	} while (0)

static void
open_fix(struct fix *f, bool now)
{
	memset(f, 0, sizeof(*f));
	perso_record_init(&f->record);
	perso_lds_image_init(&f->files);
	f->profile.biometrics =
	    now ? PERSO_BIOMETRICS_39794 : PERSO_BIOMETRICS_19794;
	f->record.sex = 'F';
	PERSO_BUF(b, PERSO_IMAGE_MAX);
	OK(perso_file_read("tests/data/orders/portrait.jp2", &b));
	OK(perso_record_image_take(&f->record.portrait, &b));
	for (size_t i = 0; i < COUNT; i++) {
		struct perso_record_finger_facts facts = { .width =
							       images[i].width,
			.height = images[i].width != 0 ? 80 : 0,
			.quality = 70 };

		OK(perso_file_read(images[i].path, &b));
		OK(perso_record_finger_take(
		    &f->record.fingers[images[i].position - 1], &facts, &b));
	}
	f->what.record = &f->record;
	f->what.profile = &f->profile;
	f->in.expect = &f->what;
	f->v = calloc(1, sizeof(*f->v));
	f->v->in = &f->in;
	f->v->r = &f->report;
	f->v->files = &f->files;
}

static void
close_fix(struct fix *f)
{
	perso_record_done(&f->record);
	perso_lds_image_done(&f->files);
	free(f->v);
}

static struct perso_buf *
file(struct fix *f, int dg)
{
	struct perso_buf *b = NULL;

	perso_lds_image_remove(&f->files, perso_lds_by_dg(dg));
	OK(perso_lds_image_add(&f->files, perso_lds_by_dg(dg), &b));
	return b;
}

static void
put_dg2(struct fix *f, bool now, uint8_t gender)
{
	struct perso_dg2 *d = calloc(1, sizeof(*d));
	const struct perso_record_image *p = &f->record.portrait;

	if (now) {
		d->bit.owner = PERSO_BIO_OWNER;
		d->bit.format = PERSO_BIO_39794_5;
	}
	d->face.count = 1;
	d->face.faces[0] = (struct perso_face){ .gender = gender,
		.jpeg2000 = true,
		.width = (uint16_t)p->info.width,
		.height = (uint16_t)p->info.height,
		.image = perso_buf_span(&p->bytes) };
	OK(perso_dg2_build(d, file(f, 2)));
	free(d);
}

/* The fingers from..COUNT - 1 as the order has them, then altered. */
static void
put_dg3(struct fix *f, bool now, size_t from,
    void (*alter)(struct perso_finger_record *r))
{
	struct perso_finger_record *r = calloc(COUNT, sizeof(*r));
	struct perso_dg3_images d = {
		.iso39794 = now, .count = COUNT - from, .fingers = r
	};

	for (size_t i = from; i < COUNT; i++) {
		const struct perso_record_finger *g =
		    &f->record.fingers[images[i].position - 1];

		perso_finger_record_init(
		    &r[i - from], 500, images[i].compression);
		r[i - from].count = 1;
		r[i - from].views[0] =
		    (struct perso_finger_view){ .position =
						    (uint8_t)images[i].position,
			    .views = 1,
			    .view = 1,
			    .quality = 70,
			    .width = (uint16_t)g->info.width,
			    .height = (uint16_t)g->info.height,
			    .image = perso_buf_span(&g->bytes) };
	}
	if (alter != NULL)
		alter(r);
	OK(perso_dg3_build_images(&d, file(f, 3)));
	free(r);
}

static const struct perso_check *
judge(struct fix *f, const char *id)
{
	memset(&f->report, 0, sizeof(f->report));
	verify_pictures(f->v);
	for (size_t i = 0; i < f->report.count; i++)
		if (strcmp(f->report.checks[i].id, id) == 0)
			return &f->report.checks[i];
	cr_assert_fail("no check %s", id);
	return NULL;
}

#define PASSES(f, id)                                                        \
	do {                                                                 \
		const struct perso_check *c_ = judge(f, id);                 \
		cr_assert_eq(c_->state, PERSO_CHECK_PASSED, "%s", c_->text); \
	} while (0)
#define FAILS(f, id, says)                                               \
	do {                                                             \
		const struct perso_check *c_ = judge(f, id);             \
		cr_assert_eq(c_->state, PERSO_CHECK_FAILED, "%s", says); \
		cr_assert_not_null(                                      \
		    strstr(c_->text, says), "%s: %s", says, c_->text);   \
	} while (0)

Test(pictures, of_the_order_pass_in_both_standards)
{
	for (int now = 0; now < 2; now++) {
		struct fix f;

		open_fix(&f, now);
		put_dg2(&f, now, PERSO_GENDER_FEMALE);
		put_dg3(&f, now, 0, NULL);
		PASSES(&f, "dg2-order");
		PASSES(&f, "dg3-order");
		close_fix(&f);
	}
}

Test(pictures, of_another_standard_fail)
{
	for (int now = 0; now < 2; now++) {
		struct fix f;

		open_fix(&f, now);
		put_dg2(&f, !now, PERSO_GENDER_FEMALE);
		put_dg3(&f, !now, 0, NULL);
		FAILS(&f, "dg2-order", "standard");
		FAILS(&f, "dg3-order", "standard");
		close_fix(&f);
	}
}

static void
other_finger(struct perso_finger_record *r)
{
	r[1].views[0].position = 3;
}

static void
swapped(struct perso_finger_record *r)
{
	uint8_t p = r[1].views[0].position;

	r[1].views[0].position = r[2].views[0].position;
	r[2].views[0].position = p;
}

static void
other_resolution(struct perso_finger_record *r)
{
	r[1].image_x = r[1].image_y = 1000;
}

static void
other_unit(struct perso_finger_record *r)
{
	r[1].units = PERSO_FINGER_PPCM;
}

static void
other_quality(struct perso_finger_record *r)
{
	r[3].views[0].quality = 71;
}

Test(pictures, of_fingers_that_are_not_the_orders_fail)
{
	static const struct {
		void (*alter)(struct perso_finger_record *r);
		const char *says;
		bool only_19794;
	} table[] = {
		{ other_finger, "the order has not", false },
		{ swapped, "not the order's image", false },
		{ other_resolution, "another resolution", false },
		{ other_unit, "another resolution", false },
		{ other_quality, "another quality", true },
	};

	for (int now = 0; now < 2; now++)
		for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
			struct fix f;

			open_fix(&f, now);
			put_dg3(&f, now, 0, table[i].alter);
			if (now && table[i].only_19794)
				PASSES(&f, "dg3-order");
			else
				FAILS(&f, "dg3-order", table[i].says);
			close_fix(&f);
		}
}

Test(pictures, that_are_too_few_or_changed_fail)
{
	struct fix f;
	struct perso_buf *b;

	open_fix(&f, true);
	put_dg3(&f, true, 1, NULL);
	FAILS(&f, "dg3-order", "3 templates, the order has 4");
	put_dg3(&f, true, 0, NULL);
	f.record.fingers[0].bytes.p[100] ^= 1;
	FAILS(&f, "dg3-order", "not the order's image");
	f.record.fingers[0].bytes.p[100] ^= 1;
	put_dg2(&f, true, PERSO_GENDER_MALE);
	FAILS(&f, "dg2-order", "another sex");
	put_dg2(&f, true, PERSO_GENDER_FEMALE);
	f.record.portrait.bytes.p[f.record.portrait.bytes.n - 5] ^= 1;
	FAILS(&f, "dg2-order", "not the order's portrait");
	b = file(&f, 5);
	{
		struct perso_dg7 d = { .count = 1 };

		d.images[0] = perso_buf_span(&f.record.portrait.bytes);
		OK(perso_dg5_build(&d, b));
	}
	PASSES(&f, "dg5-order");
	f.record.portrait.bytes.p[f.record.portrait.bytes.n - 5] ^= 1;
	FAILS(&f, "dg5-order", "not the order's image");
	close_fix(&f);
}

/* The order has a group of records; the chip has it as it is or converted. */
Test(pictures, of_a_group_pass_as_they_are_and_converted)
{
	for (int now = 0; now < 2; now++) {
		struct fix f;
		struct perso_dg_bio d = { .count = 0 };
		PERSO_BUF(group, PERSO_IMAGE_MAX);
		PERSO_BUF(keep, PERSO_IMAGE_MAX);
		PERSO_BUF(made, PERSO_IMAGE_MAX);

		open_fix(&f, now);
		for (size_t i = 0; i < PERSO_FINGERS; i++)
			perso_buf_done(&f.record.fingers[i].bytes);
		OK(perso_file_read("tests/data/orders/fingers.dg3", &group));
		OK(perso_buf_set(&keep, perso_buf_span(&group)));
		OK(perso_record_bio_take(&f.record.dg3, 3, &group));
		OK(perso_bit_convert(perso_buf_span(&keep), now, &made));
		d.group = perso_buf_span(&made);
		OK(perso_dg3_build(&d, file(&f, 3)));
		PASSES(&f, "dg3-order");
		d.group = perso_buf_span(&keep);
		f.record.dg3.bytes.p[200] ^= 1;
		FAILS(&f, "dg3-order", now ? "not" : "not the order's record");
		close_fix(&f);
	}
}
