/*
 * Whole documents: good ones, and ones with a single thing wrong each.
 */
#include <stdio.h>

#include "rig.h"

static const struct rig_plan passport = { .order = "uto-passport" };

static const struct rig_plan all[] = {
	{ .order = "lv-passport-adult", .number = "LV0000001" },
	{ .order = "lv-passport-child", .number = "LV0000002" },
	{ .order = "lv-eid", .number = "PA1000001" },
	{ .order = "lv-residence-permit", .number = "AR1000001" },
	{ .order = "uto-passport" },
	{ .order = "uto-passport-unknown-birth" },
};

Test(document, is_good_when_nothing_is_wrong)
{
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		struct rig r;

		rig_make(&r, &all[i]);
		rig_verify(&r);
		cr_expect(r.report.ok, "%s", all[i].order);
		cr_expect_eq(r.report.failed, 0);
		cr_expect(rig_has(&r, "sod-signature", PERSO_CHECK_PASSED));
		cr_expect(rig_has(&r, "ds-chain", PERSO_CHECK_PASSED));
		cr_expect(rig_has(&r, "dg1-mrz", PERSO_CHECK_PASSED));
		cr_expect(rig_has(&r, "access-control", PERSO_CHECK_PASSED));
		cr_expect_str_eq(r.report.access, "BAC");
		rig_inspect(&r);
		cr_expect(r.report.ok, "%s, by the line", all[i].order);
		cr_expect(rig_has(&r, "written", PERSO_CHECK_PASSED));
		rig_done(&r);
	}
}

Test(document, mrz_expected_is_what_record_and_composer_say)
{
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		struct rig r;
		struct perso_inspection x;
		char mrz[91];

		rig_order(&r, &all[i]);
		x = rig_inspection(&r);
		cr_assert_eq(perso_verify_expected_mrz(&x, mrz), PERSO_OK);
		cr_expect_str_eq(mrz, r.mrz, "%s", all[i].order);
		rig_done(&r);
	}
}

/* Document numbers beyond nine characters: Doc 9303-5 and -6. */
Test(document, mrz_expected_has_long_numbers)
{
	static const char *const numbers[] = { "AR1000001", "D23145890734",
		"D2314589", "1234567890", "ABCDEFGHIJKLMNOPQRSTUV" };

	for (size_t i = 0; i < 5; i++) {
		struct rig r;
		struct perso_doc_profile p;
		struct perso_mrz m;
		struct perso_mrz_text text;
		struct perso_inspection x;
		char mrz[91];

		rig_order(&r, &all[3]);
		p = *r.order->record.profile;
		p.number_in_mrz = false;
		p.format = PERSO_DOC_TD1;
		r.order->record.profile = &p;
		snprintf(r.order->record.number, sizeof(r.order->record.number),
		    "%s", numbers[i]);
		x = rig_inspection(&r);
		cr_assert_eq(perso_record_mrz(&r.order->record, &m), PERSO_OK);
		cr_assert_eq(perso_mrz_compose(&m, &text), PERSO_OK);
		cr_assert_eq(perso_verify_expected_mrz(&x, mrz), PERSO_OK);
		cr_expect_str_eq(mrz, text.text, "%s", numbers[i]);
		r.order->record.profile = NULL;
		rig_done(&r);
	}
}

static void
one_fault(const struct rig_plan *plan, const char *failed)
{
	struct rig r;

	rig_make(&r, plan);
	rig_verify(&r);
	rig_only_failed(&r, failed);
	rig_done(&r);
}

static void
flip_dg2(struct perso_lds_image *img)
{
	struct perso_buf *b = rig_file(img, "EF.DG2");

	b->p[b->n - 1] ^= 1; /* the portrait's last byte */
}

Test(document, with_one_bit_of_a_portrait_flipped_is_bad)
{
	struct rig r;

	rig_make(&r,
	    &(struct rig_plan){ .order = "uto-passport", .alter = flip_dg2 });
	rig_verify(&r);
	cr_expect_not(r.report.ok);
	cr_expect(rig_has(&r, "hash-dg2", PERSO_CHECK_FAILED));
	cr_expect(rig_has(&r, "hash-dg1", PERSO_CHECK_PASSED));
	cr_expect(rig_has(&r, "sod-signature", PERSO_CHECK_PASSED));
	rig_done(&r);
}

static void
flip_dg15(struct perso_lds_image *img)
{
	struct perso_buf *b = rig_file(img, "EF.DG15");

	b->p[b->n - 20] ^= 1; /* in the modulus */
}

Test(document, whose_aa_key_was_changed_after_signing_is_bad)
{
	one_fault(
	    &(struct rig_plan){ .order = "uto-passport", .alter = flip_dg15 },
	    "hash-dg15 active-auth");
}

Test(document, copied_to_another_chip_is_bad)
{
	one_fault(
	    &(struct rig_plan){ .order = "uto-passport", .other_key = true },
	    "active-auth");
	one_fault(
	    &(struct rig_plan){
		.order = "lv-eid", .number = "PA1000001", .other_key = true },
	    "active-auth");
}

static void
flip_sod(struct perso_lds_image *img)
{
	struct perso_buf *b = rig_file(img, "EF.SOD");

	b->p[b->n - 3] ^= 1; /* in the signature's s */
}

Test(document, with_a_broken_signature_is_bad)
{
	one_fault(
	    &(struct rig_plan){ .order = "uto-passport", .alter = flip_sod },
	    "sod-signature");
}

static void
drop_sod(struct perso_lds_image *img)
{
	/* The chip is not locked without an EF.SOD. */
	cr_assert_eq(perso_buf_set(rig_file(img, "EF.SOD"),
			 perso_span("\x77\x02\x05\x00", 4)),
	    PERSO_OK);
}

Test(document, without_a_security_object_is_bad)
{
	struct rig r;

	rig_make(&r,
	    &(struct rig_plan){ .order = "uto-passport", .alter = drop_sod });
	rig_verify(&r);
	cr_expect_not(r.report.ok);
	cr_expect(rig_has(&r, "sod", PERSO_CHECK_FAILED));
	cr_expect(rig_has(&r, "active-auth", PERSO_CHECK_FAILED));
	rig_done(&r);
}

static void
com_lists_dg16(struct perso_lds_image *img)
{
	struct perso_buf *b = rig_file(img, "EF.COM");
	struct perso_com com;

	cr_assert_eq(perso_com_parse(perso_buf_span(b), &com), PERSO_OK);
	com.dgs[com.dg_count++] = 16;
	perso_buf_clear(b);
	cr_assert_eq(perso_com_build(&com, b), PERSO_OK);
}

static void
com_forgets_dg11(struct perso_lds_image *img)
{
	struct perso_buf *b = rig_file(img, "EF.COM");
	struct perso_com com;
	size_t n = 0;

	cr_assert_eq(perso_com_parse(perso_buf_span(b), &com), PERSO_OK);
	for (size_t i = 0; i < com.dg_count; i++)
		if (com.dgs[i] != 11)
			com.dgs[n++] = com.dgs[i];
	com.dg_count = n;
	perso_buf_clear(b);
	cr_assert_eq(perso_com_build(&com, b), PERSO_OK);
}

Test(document, whose_list_of_data_groups_is_not_the_signed_one_is_bad)
{
	one_fault(&(struct rig_plan){ .order = "uto-passport",
		      .alter = com_lists_dg16 },
	    "com-sod");
	one_fault(&(struct rig_plan){ .order = "uto-passport",
		      .alter = com_forgets_dg11 },
	    "com-sod");
}

static void
drop_com(struct perso_lds_image *img)
{
	perso_lds_image_remove(img, perso_lds_by_name("EF.COM"));
}

static void
drop_dg12(struct perso_lds_image *img)
{
	perso_lds_image_remove(img, perso_lds_by_dg(12));
}

Test(document, with_a_missing_file_is_bad)
{
	one_fault(
	    &(struct rig_plan){ .order = "uto-passport", .alter = drop_com },
	    "com-sod");
	one_fault(
	    &(struct rig_plan){ .order = "uto-passport", .alter = drop_dg12 },
	    "hash-dg12");
}

static void
add_dg13(struct perso_lds_image *img)
{
	struct perso_buf *b = NULL;

	cr_assert_eq(
	    perso_lds_image_add(img, perso_lds_by_dg(13), &b), PERSO_OK);
	cr_assert_eq(
	    perso_buf_append(b, perso_span("\x6D\x02\x01\x02", 4)), PERSO_OK);
}

Test(document, with_a_file_that_nothing_vouches_for_is_bad)
{
	one_fault(
	    &(struct rig_plan){ .order = "uto-passport", .alter = add_dg13 },
	    "extra");
}

static void
swap_dg1(struct perso_lds_image *img)
{
	struct perso_buf *b = rig_file(img, "EF.DG1");

	b->p[b->n - 88 + 5] = 'X'; /* the name's first letter */
}

Test(document, of_another_name_is_bad)
{
	struct rig r;

	rig_make(&r,
	    &(struct rig_plan){ .order = "uto-passport", .alter = swap_dg1 });
	rig_verify(&r);
	cr_expect(rig_has(&r, "hash-dg1", PERSO_CHECK_FAILED));
	cr_expect(rig_has(&r, "dg1-mrz", PERSO_CHECK_FAILED));
	rig_inspect(&r);
	cr_expect(rig_has(&r, "dg1-mrz", PERSO_CHECK_FAILED));
	rig_done(&r);
}

Test(document, does_not_open_with_the_mrz_of_another)
{
	struct rig r;

	rig_make(&r, &passport);
	snprintf(r.mrz, sizeof(r.mrz),
	    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"
	    "L898902C36UTO7408122F1204159ZE184226B<<<<<10");
	rig_verify(&r);
	rig_only_failed(&r, "bac");
	cr_expect_eq(r.report.bytes_read, 0);
	rig_done(&r);
}

Test(document, that_has_expired_is_bad)
{
	struct rig r;
	struct perso_verify_input in;

	rig_make(&r, &passport);
	in = (struct perso_verify_input){ .link = r.link,
		.mrz = perso_span_str(r.mrz),
		.trust = r.trust,
		.now = perso_date_time((struct perso_date){ 2036, 11, 25 }) };
	cr_assert_eq(perso_link_reset(r.link), PERSO_OK);
	cr_assert_eq(perso_verify(&in, &r.report, NULL), PERSO_OK);
	rig_only_failed(&r, "expiry");
	rig_done(&r);
}

static void
verify_with_trust(struct rig *r, const char *dir)
{
	struct perso_trust *trust = NULL;
	struct perso_verify_input in = {
		.link = r->link, .mrz = perso_span_str(r->mrz), .now = RIG_NOW
	};

	if (dir != NULL)
		cr_assert_eq(perso_trust_open(dir, &trust), PERSO_OK);
	in.trust = trust;
	cr_assert_eq(perso_link_reset(r->link), PERSO_OK);
	cr_assert_eq(perso_verify(&in, &r->report, NULL), PERSO_OK);
	rig_only_failed(r, "ds-chain");
	perso_trust_free(&trust);
}

Test(document, signed_by_nobody_we_trust_is_bad)
{
	struct rig r;
	char dir[100];

	rig_make(&r, &passport);
	snprintf(dir, sizeof(dir), "%s/trust", rig_other_pki());
	verify_with_trust(&r, dir);
	verify_with_trust(&r, "src"); /* no certificate in it */
	verify_with_trust(&r, NULL);
	rig_done(&r);
}

Test(document, that_is_not_what_the_line_wrote_is_bad)
{
	struct rig r;

	rig_make(&r, &passport);
	r.hashes[r.hash_count - 1].hash.p[0] ^= 1;
	rig_inspect(&r);
	rig_only_failed(&r, "written");
	r.hashes[r.hash_count - 1].hash.p[0] ^= 1;
	r.hashes[r.hash_count] = r.hashes[0];
	r.hashes[r.hash_count++].fid = 0x0110; /* DG16, not there */
	rig_inspect(&r);
	rig_only_failed(&r, "written");
	r.hash_count -= 2;
	rig_inspect(&r); /* more is there than was written */
	rig_only_failed(&r, "written");
	rig_done(&r);
}

Test(document, that_is_not_the_order_is_bad)
{
	struct rig r;

	rig_make(&r, &passport);
	r.order->record.sex = 'M';
	rig_inspect(&r);
	rig_only_failed(&r, "dg1-mrz dg2-order");
	rig_done(&r);
}

Test(document, access_key_alone_is_enough_and_compared)
{
	struct rig r;
	char key[40];

	rig_make(&r, &passport);
	snprintf(key, sizeof(key), "%.10s%.7s%.7s", r.mrz + 44, r.mrz + 57,
	    r.mrz + 65);
	snprintf(r.mrz, sizeof(r.mrz), "%s", key);
	rig_verify(&r);
	cr_expect(r.report.ok);
	cr_expect(rig_has(&r, "dg1-mrz", PERSO_CHECK_SKIPPED));
	rig_done(&r);
}

static void
other_person_in_dg1(struct perso_lds_image *img)
{
	struct perso_buf *b = rig_file(img, "EF.DG1");
	static const char zone[] =
	    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"
	    "L898902C36UTO7408122F3204159ZE184226B<<<<<";
	size_t n = sizeof(zone) - 1;
	char digit;
	char joined[44];
	size_t k = 0;

	memcpy(b->p + b->n - 88, zone, n);
	b->p[b->n - 2] = '1'; /* of the optional data */
	for (size_t i = 44; i < 87; i++)
		if (i < 54 || (i >= 57 && i < 64) || i >= 65)
			joined[k++] = (char)b->p[b->n - 88 + i];
	cr_assert_eq(
	    perso_mrz_check_digit(perso_span(joined, k), &digit), PERSO_OK);
	b->p[b->n - 1] = (uint8_t)digit;
}

Test(document, whose_dg1_is_not_of_its_access_key_is_bad)
{
	struct rig r;
	char key[40];

	rig_make(&r, &(struct rig_plan){ .order = "uto-passport",
			 .alter = other_person_in_dg1 });
	snprintf(key, sizeof(key), "%.10s%.7s%.7s", r.mrz + 44, r.mrz + 57,
	    r.mrz + 65);
	snprintf(r.mrz, sizeof(r.mrz), "%s", key);
	rig_verify(&r);
	cr_expect_not(r.report.ok);
	cr_expect(rig_has(&r, "dg1-mrz", PERSO_CHECK_FAILED) ||
		  rig_has(&r, "dg1", PERSO_CHECK_FAILED));
	cr_expect(rig_has(&r, "hash-dg1", PERSO_CHECK_FAILED));
	rig_done(&r);
}
