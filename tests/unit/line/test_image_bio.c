/* Pictures, fingers and irises on the way to the chip. */
#include <stdio.h>
#include <stdlib.h>

#include "image_fix.h"
#include "perso/bio39794.h"
#include "perso/file.h"

static void
take_finger(struct perso_record *r, unsigned position, const char *name)
{
	struct perso_record_finger_facts facts = {
		.quality = PERSO_FINGER_NO_QUALITY
	};
	char path[96];
	PERSO_BUF(b, PERSO_IMAGE_MAX);

	snprintf(path, sizeof(path), "tests/data/fingers/%s", name);
	OK(perso_file_read(path, &b));
	OK(perso_record_finger_take(&r->fingers[position - 1], &facts, &b));
}

/* A document with EF.DG3 and EF.DG5 of a day on which this standard holds. */
static void
biometric(struct fix *f, struct perso_doc_profile *p, bool now)
{
	fix_open(f, "lv-eid", "PA1000001");
	*p = *f->v.profile;
	p->data_groups |= 1u << 3 | 1u << 5;
	p->biometrics = now ? PERSO_BIOMETRICS_39794 : PERSO_BIOMETRICS_19794;
	f->v.profile = p;
}

static void
check_group(struct perso_span dg3, bool now, size_t count)
{
	struct perso_bit_group g;
	struct perso_dg_bio d;

	OK(perso_dg3_parse(dg3, &d));
	OK(perso_bit_parse(d.group, &g));
	OK(perso_bit_check_group(&g));
	cr_assert_eq(g.count, count);
	for (size_t i = 0; i < count; i++) {
		cr_assert_eq(g.bits[i].format,
		    now ? PERSO_BIO_39794_4 : PERSO_BIO_19794_4);
		cr_assert_eq(g.bits[i].subtype.n, 1);
	}
}

Test(image_bio, makes_faces_and_fingers_in_the_standard_of_the_day)
{
	for (int now = 0; now < 2; now++) {
		PERSO_LDS_IMAGE(img);
		struct perso_doc_profile p;
		struct perso_dg2 *dg2 = calloc(1, sizeof(*dg2));
		struct perso_dg7 dg5;
		struct fix f;

		biometric(&f, &p, now);
		take_finger(&f.order->record, 2, "right-index.wsq");
		take_finger(&f.order->record, 7, "left-index.png");
		take_finger(&f.order->record, 6, "left-thumb.jp2");
		cr_assert_not(perso_image_needs_random(&p, &f.order->record));
		OK(perso_image_try(&f.v));
		OK(perso_image_build(&f.v, &img));
		OK(perso_dg2_parse(fix_file(&img, "EF.DG2"), dg2));
		cr_assert_eq(perso_bit_is_39794(&dg2->bit), now);
		cr_assert_eq(dg2->face.faces[0].gender,
		    f.order->record.sex == 'M' ? PERSO_GENDER_MALE
					       : PERSO_GENDER_FEMALE);
		cr_assert_eq(dg2->face.faces[0].image_type, PERSO_FACE_FRONTAL);
		check_group(fix_file(&img, "EF.DG3"), now, 3);
		OK(perso_dg5_parse(fix_file(&img, "EF.DG5"), &dg5));
		cr_assert_eq(dg5.count, 1);
		cr_assert(perso_span_equal(dg5.images[0],
		    perso_buf_span(&f.order->record.portrait.bytes)));
		free(dg2);
		fix_close(&f);
	}
}

Test(image_bio, converts_the_orders_records_to_the_standard_of_the_day)
{
	PERSO_BUF(old, PERSO_IMAGE_MAX);
	PERSO_BUF(made, PERSO_IMAGE_MAX);

	OK(perso_file_read("tests/data/orders/fingers.dg3", &old));
	OK(perso_bit_convert(perso_buf_span(&old), true, &made));
	for (int given = 0; given < 2; given++)
		for (int now = 0; now < 2; now++) {
			PERSO_LDS_IMAGE(img);
			PERSO_BUF(b, PERSO_IMAGE_MAX);
			struct perso_doc_profile p;
			struct fix f;

			biometric(&f, &p, now);
			OK(perso_buf_set(
			    &b, perso_buf_span(given ? &made : &old)));
			OK(perso_record_bio_take(&f.order->record.dg3, 3, &b));
			OK(perso_image_build(&f.v, &img));
			check_group(fix_file(&img, "EF.DG3"), now, 2);
			fix_close(&f);
		}
}

Test(image_bio, refuses_irises_of_a_standard_that_is_not_issued)
{
	static const uint8_t iris[] = { 0x7F, 0x61, 0x22, 0x02, 0x01, 0x01,
		0x7F, 0x60, 0x1C, 0xA1, 0x0B, 0x81, 0x01, 0x10, 0x87, 0x02,
		0x01, 0x01, 0x88, 0x02, 0x00, 0x09, 0x5F, 0x2E, 0x0C, 'I', 'I',
		'R', 0, '0', '1', '0', 0, 0, 0, 0, 12 };
	PERSO_LDS_IMAGE(img);
	PERSO_BUF(b, 4096);
	struct perso_doc_profile p;
	struct fix f;

	biometric(&f, &p, true);
	p.data_groups = (p.data_groups & ~(1u << 3)) | 1u << 4;
	OK(perso_buf_set(&b, perso_span_of(iris)));
	OK(perso_record_bio_take(&f.order->record.dg4, 4, &b));
	RC(perso_image_try(&f.v), PERSO_E_UNSUPPORTED);
	RC(perso_image_build(&f.v, &img), PERSO_E_UNSUPPORTED);
	p.biometrics = PERSO_BIOMETRICS_19794;
	OK(perso_image_build(&f.v, &img));
	fix_close(&f);
}
