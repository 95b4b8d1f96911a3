/*
 * Reports, reading, the line's inspector, and links that tear.
 */
#include <jansson.h>
#include <stdio.h>

#include "rig.h"
#include "perso/hooks.h"
#include "perso/link_fault.h"

static const struct rig_plan passport = { .order = "uto-passport" };

Test(report, is_text_and_json_without_personal_data)
{
	static const char *const personal[] = { "ERIKSSON", "Eriksson",
		"740812", "1974", "ZE184226B", "Zenith" };
	struct rig r;
	json_t *j;
	PERSO_BUF(text, 65536);
	PERSO_BUF(json, 65536);

	rig_make(&r, &passport);
	rig_inspect(&r);
	cr_assert_eq(perso_report_text(&r.report, &text), PERSO_OK);
	cr_assert_eq(perso_report_json(&r.report, &json), PERSO_OK);
	j = json_loadb((const char *)json.p, json.n, 0, NULL);
	cr_assert_not_null(j);
	cr_expect(json_is_true(json_object_get(j, "ok")));
	cr_expect_eq(
	    json_array_size(json_object_get(j, "checks")), r.report.count);
	json_decref(j);
	cr_assert_eq(perso_buf_append_u8(&text, 0), PERSO_OK);
	cr_assert_eq(perso_buf_append_u8(&json, 0), PERSO_OK);
	cr_expect_not_null(strstr((char *)text.p, "GOOD: "));
	for (size_t i = 0; i < sizeof(personal) / sizeof(personal[0]); i++) {
		cr_expect_null(strstr((char *)text.p, personal[i]));
		cr_expect_null(strstr((char *)json.p, personal[i]));
	}
	cr_expect_null(strstr((char *)text.p, r.order->record.number));
	rig_done(&r);
}

Test(report, text_of_a_bad_document_says_so)
{
	struct rig r;
	PERSO_BUF(text, 65536);

	rig_make(&r, &passport);
	r.order->record.sex = 'M';
	rig_inspect(&r);
	cr_assert_eq(perso_report_text(&r.report, &text), PERSO_OK);
	cr_assert_eq(perso_buf_append_u8(&text, 0), PERSO_OK);
	cr_expect_not_null(strstr((char *)text.p, "FAILED   dg1-mrz"));
	cr_expect_not_null(strstr((char *)text.p, "\nBAD: "));
	rig_done(&r);
}

Test(report, names_its_states)
{
	cr_expect_str_eq(perso_check_state_name(PERSO_CHECK_PASSED), "passed");
	cr_expect_str_eq(perso_check_state_name(PERSO_CHECK_FAILED), "FAILED");
	cr_expect_str_eq(
	    perso_check_state_name(PERSO_CHECK_SKIPPED), "skipped");
}

Test(read, gives_the_files_that_were_written)
{
	struct rig r;
	PERSO_LDS_IMAGE(files);

	rig_make(&r, &passport);
	cr_assert_eq(
	    perso_verify_read(r.link, perso_span_str(r.mrz), &files), PERSO_OK);
	cr_expect_eq(files.count, r.files.count);
	for (size_t i = 0; i < r.files.count; i++)
		cr_expect(perso_span_equal(
		    perso_lds_image_find(&files, r.files.files[i].file),
		    perso_buf_span(&r.files.files[i].data)));
	rig_done(&r);
}

static const char too_long[] =
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"
    "L898902C36UTO7408122F1204159ZE184226B<<<<<10<<<";

Test(read, refuses_texts_that_are_no_mrz)
{
	static const char *const texts[] = { "", "ABC",
		"l898902c3674081223604159", "L898902C36 7408122 36041",
		too_long };
	struct rig r;
	PERSO_LDS_IMAGE(files);

	rig_make(&r, &passport);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		uint64_t before = r.link->commands;

		cr_expect_eq(
		    perso_verify_read(r.link, perso_span_str(texts[i]), &files),
		    PERSO_E_ARG, "%s", texts[i]);
		cr_expect_eq(r.link->commands, before);
		cr_expect_eq(files.count, 0);
	}
	rig_done(&r);
}

Test(read, of_a_chip_with_another_key_gives_nothing)
{
	struct rig r;
	PERSO_LDS_IMAGE(files);

	rig_make(&r, &passport);
	cr_expect_eq(perso_verify_read(r.link,
			 perso_span_str("L898902C3674081223604159"), &files),
	    PERSO_E_CARD_AUTH);
	cr_expect_eq(files.count, 0);
	rig_done(&r);
}

static unsigned reported;

static void
on_report(void *ctx, const struct perso_inspection *what,
    const struct perso_report *r)
{
	cr_expect_eq(ctx, &reported);
	cr_expect_str_eq(what->order, "V-000001");
	cr_expect_gt(r->count, 10);
	reported++;
}

static unsigned seen;

static void
on_seen(void *ctx, const struct perso_inspection *what,
    const struct perso_report *r, const struct perso_lds_image *files)
{
	cr_expect_eq(ctx, &reported);
	cr_expect_str_eq(what->order, "V-000001");
	cr_expect_gt(perso_lds_image_find(files, perso_lds_by_dg(1)).n, 88);
	cr_expect_gt(perso_lds_image_find(files, perso_lds_by_dg(2)).n, 88);
	cr_expect_eq(perso_lds_image_size(files), r->bytes_read);
	seen++;
}

static time_t
pinned(void *ctx)
{
	(void)ctx;
	return RIG_NOW;
}

Test(inspector, gives_the_line_a_verdict)
{
	struct rig r;
	struct perso_verify_inspector v = {
		.reported = on_report, .seen = on_seen, .ctx = &reported
	};
	struct perso_inspector in;
	struct perso_inspection x;
	struct perso_verdict verdict = { 0 };

	perso_clock_set(pinned, NULL);
	rig_make(&r, &passport);
	v.trust = r.trust;
	in = perso_verify_inspector(&v);
	cr_expect_str_eq(in.name, "verify");
	x = rig_inspection(&r);
	reported = 0;
	cr_assert_eq(in.inspect(in.ctx, r.link, &x, &verdict), PERSO_OK);
	cr_expect(verdict.ok, "%s", verdict.text);
	cr_expect_eq(reported, 1);
	r.hashes[0].hash.p[0] ^= 1;
	cr_assert_eq(perso_link_reset(r.link), PERSO_OK);
	cr_assert_eq(in.inspect(in.ctx, r.link, &x, &verdict), PERSO_OK);
	cr_expect_not(verdict.ok);
	cr_expect_not_null(strstr(verdict.text, "first written"));
	cr_expect_eq(reported, 2);
	cr_expect_eq(seen, 2); /* of a bad one, too */
	perso_clock_set(NULL, NULL);
	rig_done(&r);
}

static bool
says(const struct perso_report *r, const char *id, enum perso_check_state state)
{
	for (size_t i = 0; i < r->count; i++)
		if (strcmp(r->checks[i].id, id) == 0 &&
		    r->checks[i].state == state)
			return true;
	return false;
}

/* Whoever kept one hash compares one file, and says so; the line's list is
 * the whole one. */
Test(inspector, compares_part_of_the_files_only_if_asked_to)
{
	struct rig r;
	struct perso_inspection x;
	struct perso_verify_input in;
	static struct perso_report report;

	rig_make(&r, &passport);
	x = rig_inspection(&r);
	in = (struct perso_verify_input){
		.link = r.link, .trust = r.trust, .now = RIG_NOW, .expect = &x
	};
	x.file_count = 1;
	cr_assert_eq(perso_verify(&in, &report, NULL), PERSO_OK);
	cr_expect(says(&report, "written", PERSO_CHECK_FAILED));
	cr_expect_not(report.ok);
	x.partial = true;
	cr_assert_eq(perso_link_reset(r.link), PERSO_OK);
	cr_assert_eq(perso_verify(&in, &report, NULL), PERSO_OK);
	cr_expect(says(&report, "written", PERSO_CHECK_PASSED));
	cr_expect(report.ok);
	r.hashes[0].hash.p[0] ^= 1;
	cr_assert_eq(perso_link_reset(r.link), PERSO_OK);
	cr_assert_eq(perso_verify(&in, &report, NULL), PERSO_OK);
	cr_expect(says(&report, "written", PERSO_CHECK_FAILED));
	cr_expect_not(report.ok);
	rig_done(&r);
}

/* A link that tears at any command gives no verdict, never a good one. */
Test(inspector, gives_no_verdict_when_the_link_tears)
{
	struct rig r;
	struct perso_verify_inspector v = { 0 };
	struct perso_inspector in;
	struct perso_inspection x;
	struct perso_link *link = NULL;
	uint64_t total;

	perso_clock_set(pinned, NULL);
	rig_make(&r, &passport);
	v.trust = r.trust;
	in = perso_verify_inspector(&v);
	x = rig_inspection(&r);
	total = r.link->commands;
	rig_inspect(&r);
	total = r.link->commands - total;
	cr_assert_gt(total, 20);
	cr_assert_eq(perso_link_fault_open(
			 r.link, (struct perso_fault_plan){ 0 }, &link),
	    PERSO_OK);
	r.link = link;
	for (int fault = PERSO_FAULT_BEFORE; fault <= PERSO_FAULT_TIMEOUT;
	     fault++) {
		for (uint64_t at = 1; at <= total; at++) {
			struct perso_verdict verdict = { 0 };
			perso_rc rc;

			cr_assert_eq(perso_link_reset(link), PERSO_OK);
			perso_link_fault_plan(
			    link, (struct perso_fault_plan){
				      (enum perso_fault)fault, at, false });
			rc = in.inspect(in.ctx, link, &x, &verdict);
			cr_expect_eq(perso_rc_category(rc), PERSO_CAT_LINK,
			    "fault %d at %d: %s", fault, (int)at,
			    perso_rc_name(rc));
			cr_expect_not(verdict.ok);
		}
	}
	cr_assert_eq(perso_link_reset(link), PERSO_OK);
	rig_inspect(&r);
	cr_expect(r.report.ok);
	perso_clock_set(NULL, NULL);
	rig_done(&r);
}
