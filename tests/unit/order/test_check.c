#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <string.h>

#include "order_test.h"

static struct perso_profiles *profiles;
static struct desk desk;

static void
setup(void)
{
	profiles = test_profiles();
	test_desk(&desk, TYPES, NOW - 100 * DAY, NOW + 100 * DAY);
}

static void
teardown(void)
{
	perso_profiles_free(&profiles);
	test_desk_done(&desk);
}

TestSuite(order_check, .init = setup, .fini = teardown);

#define OK(call) cr_assert(eq(int, (call), PERSO_OK))

static perso_rc
check(struct perso_span json, time_t signed_at, struct perso_order *o)
{
	PERSO_BUF(cms, PERSO_ORDER_CMS_MAX);

	PERSO_TRY(perso_order_sign(
	    json, desk.key, perso_buf_span(&desk.cert), signed_at, &cms));
	struct perso_order_input in = { .json = json,
		.cms = perso_buf_span(&cms),
		.dir = ORDERS,
		.profiles = profiles,
		.approvers = desk.approvers,
		.now = NOW };
	return perso_order_check(&in, o);
}

static void
assert_ok(perso_rc rc, const struct perso_order *o)
{
	PERSO_BUF(text, 65536);

	test_findings(o, &text);
	cr_assert(eq(int, rc, PERSO_OK), "%s", (const char *)text.p);
}

Test(order_check, takes_the_example_and_fills_the_record)
{
	PERSO_BUF(json, PERSO_ORDER_MAX);
	PERSO_ORDER(o);
	struct perso_md md;

	test_read("example.json", &json);
	assert_ok(check(perso_buf_span(&json), NOW - 60, o), o);
	const struct perso_record *r = &o->record;
	cr_assert(eq(str, (char *)r->order_id, "EX-2026-000001"));
	cr_assert(eq(str, (char *)r->profile->id, "uto-passport"));
	cr_assert(eq(str, (char *)r->surname, "Eriksson"));
	cr_assert(eq(str, (char *)r->given_names, "Anna Maria"));
	cr_assert(eq(sz, r->other_name_count, 2));
	cr_assert(eq(str, (char *)r->other_names[1].surname, "Smith-Jones"));
	cr_assert(eq(str, (char *)r->other_names[1].given_names, "Anne Mary"));
	cr_assert(eq(str, (char *)r->other_names[0].surname, "Stevenson"));
	cr_assert(eq(str, (char *)r->native_name.given_names, "Анна Мария"));
	cr_assert(eq(sz, r->other_document_count, 2));
	cr_assert(eq(sz, r->notify_count, 2));
	cr_assert(eq(str, (char *)r->notify[0].address[1], "Zenith"));
	cr_assert(eq(int, r->notify[0].recorded.month, 11));
	cr_assert(eq(int, r->notify[1].recorded.year, 0));
	cr_assert(eq(str, (char *)r->other_persons[0].surname, "Eriksson"));
	cr_assert(eq(sz, r->issuer_data_n, 4));
	cr_assert(eq(int, r->issuer_data[1], 0xFF));
	cr_assert(eq(sz, r->rear.bytes.n, 2938));
	cr_assert(eq(sz, r->address_count, 2));
	cr_assert(eq(int, r->birth.year, 1974));
	cr_assert(eq(int, r->expiry.year, 2036));
	cr_assert(eq(uint, r->height_cm, 165));
	cr_assert(eq(str, (char *)r->number, "L898902C3"));
	cr_assert(eq(int, r->reason, PERSO_REASON_RENEWAL));
	cr_assert(eq(sz, r->portrait.bytes.n, 8238));
	cr_assert(eq(int, r->portrait.info.format, PERSO_IMAGE_JP2));
	cr_assert(r->portrait.has_eyes);
	cr_assert(eq(uint, r->portrait.eyes.left_x, 266));
	cr_assert(eq(uint, r->portrait.eyes.left_y, 232));
	cr_assert(eq(uint, r->portrait.eyes.right_x, 146));
	cr_assert(eq(uint, r->portrait.eyes.right_y, 231));
	cr_assert(eq(long, o->approved_at, NOW - 60));
	cr_assert(o->approver_serial[0] != '\0');
	cr_assert(eq(sz, o->image_count, 4));
	cr_assert(eq(str, o->images[0].file, "portrait.jp2"));
	cr_assert(eq(int,
	    perso_digest(PERSO_SHA256, perso_buf_span(&json), &md), PERSO_OK));
	cr_assert(
	    perso_span_equal(perso_md_span(&md), perso_md_span(&o->sha256)));
}

static const char *const templates[] = { "lv-passport-adult.json",
	"lv-passport-child.json", "lv-eid.json", "lv-residence-permit.json",
	"uto-passport.json", "uto-passport-unknown-birth.json",
	"uto-passport-dh.json", "uto-passport-full.json", "lv-eid-pace.json",
	"lv-passport-eac.json", "lv-passport-eac-child.json" };

Test(order_check, takes_every_template_once_it_is_numbered)
{
	for (size_t i = 0; i < sizeof(templates) / sizeof(*templates); i++) {
		PERSO_BUF(json, PERSO_ORDER_MAX);
		PERSO_BUF(full, PERSO_ORDER_MAX);
		PERSO_ORDER(o);
		test_read(templates[i], &json);
		cr_assert(eq(int,
		    perso_order_fill(
			perso_buf_span(&json), "DEMO-000123", &full),
		    PERSO_OK));
		assert_ok(check(perso_buf_span(&full), NOW, o), o);
		cr_assert(eq(str, o->record.order_id, "DEMO-000123"));
	}
}

/* lv-passport-eac.json with these bytes, inline, as its record for role. */
static void
fill_record(const char *hex, const char *role, struct perso_buf *ret)
{
	PERSO_BUF(json, PERSO_ORDER_MAX);
	PERSO_BUF(full, PERSO_ORDER_MAX);
	PERSO_BUF(bytes, 4096);
	PERSO_BUF(text, 8192);
	struct perso_md md;
	char sum[65];
	char *at, *role_at;

	OK(perso_hex_decode(perso_span_str(hex), &bytes));
	OK(perso_digest(PERSO_SHA256, perso_buf_span(&bytes), &md));
	perso_hex_str(perso_md_span(&md), sum, sizeof(sum));
	OK(perso_base64_encode(perso_buf_span(&bytes), &text));
	OK(perso_buf_append_u8(&text, 0));
	test_read("lv-passport-eac.json", &json);
	OK(perso_order_fill(perso_buf_span(&json), "T-1", &full));
	OK(perso_buf_append_u8(&full, 0));
	role_at = strstr((char *)full.p, "\"dg3\"");
	cr_assert(role_at != NULL);
	at = role_at;
	while (*at != '{')
		at--;
	char image[9000];
	snprintf(image, sizeof(image),
	    "{\"role\": \"%s\", \"data\": \"%s\", \"sha256\": \"%s\"}", role,
	    (char *)text.p, sum);
	OK(perso_buf_append(
	    ret, perso_span(full.p, (size_t)((uint8_t *)at - full.p))));
	OK(perso_buf_append(ret, perso_span_str(image)));
	OK(perso_buf_append(ret, perso_span_str(strchr(role_at, '}') + 1)));
}

Test(order_check, takes_a_biometric_record_as_it_is)
{
	PERSO_BUF(json, PERSO_ORDER_MAX);
	PERSO_BUF(full, PERSO_ORDER_MAX);
	PERSO_ORDER(o);

	test_read("lv-passport-eac.json", &json);
	OK(perso_order_fill(perso_buf_span(&json), "T-1", &full));
	assert_ok(check(perso_buf_span(&full), NOW, o), o);
	cr_assert(eq(sz, o->record.dg3.count, 2));
	cr_assert(eq(sz, o->record.dg3.index, 1));
	cr_assert(eq(sz, o->record.dg3.bytes.n, 25761));
	cr_assert(ne(uint, o->record.given & PERSO_FIELD_DG3, 0));
	cr_assert(eq(sz, o->record.dg4.bytes.n, 0));
	cr_assert(eq(str, o->images[1].role, "dg3"));
}

Test(order_check, refuses_what_is_no_biometric_record)
{
	static const struct {
		const char *name, *role, *hex, *code;
	} table[] = {
		{ "an empty group", "dg3", "7F6103020100", NULL },
		{ "fingers", "dg3",
		    "7F614F0201017F6049A10E8101088201098702010188"
		    "0200075F2E3646495200303130000000000000360000"
		    "001F010101F401F401F401F408000000000000160201"
		    "01500000040002000001020304050607",
		    NULL },
		{ "irises", "dg3",
		    "7F614F0201017F6049A10E8101108201098702010188"
		    "0200075F2E3646495200303130000000000000360000"
		    "001F010101F401F401F401F408000000000000160201"
		    "01500000040002000001020304050607",
		    "E-IMAGE-FORMAT" },
		{ "a length that lies", "dg3",
		    "7F614F0201017F6049A10E8101088201098702010188"
		    "0200075F2E3646495200303130000000000000370000"
		    "001F010101F401F401F401F408000000000000160201"
		    "01500000040002000001020304050607",
		    "E-IMAGE-FORMAT" },
		{ "another finger than named", "dg3",
		    "7F614F0201017F6049A10E81010882010A8702010188"
		    "0200075F2E3646495200303130000000000000360000"
		    "001F010101F401F401F401F408000000000000160201"
		    "01500000040002000001020304050607",
		    "E-IMAGE-FORMAT" },
		{ "DO 53 behind", "dg3", "7F610302010053080102030405060708",
		    "E-IMAGE-FORMAT" },
		{ "a picture", "dg3", "FFD8FFE000104A464946",
		    "E-IMAGE-FORMAT" },
		{ "cut", "dg3", "7F61030201", "E-IMAGE-FORMAT" },
		{ "two in one", "dg3", "7F61030201007F6103020100",
		    "E-IMAGE-FORMAT" },
		{ "not for this document", "dg4", "7F6103020100",
		    "E-ORDER-FIELD" },
		{ "another role", "dg5", "7F6103020100", "E-ORDER-VALUE" },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		PERSO_BUF(json, PERSO_ORDER_MAX);
		PERSO_ORDER(o);
		perso_rc rc;

		fill_record(table[i].hex, table[i].role, &json);
		rc = check(perso_buf_span(&json), NOW, o);
		if (!table[i].code) {
			assert_ok(rc, o);
			continue;
		}
		cr_expect(eq(int, rc, PERSO_E_DATA), "%s", table[i].name);
		cr_expect(eq(str, o->findings.v[0].code, (char *)table[i].code),
		    "%s", table[i].name);
		cr_expect(
		    eq(sz, o->record.dg3.bytes.n, 0), "%s", table[i].name);
	}
}

Test(order_check, binds_the_number_of_a_template_to_its_order)
{
	PERSO_BUF(json, PERSO_ORDER_MAX);
	PERSO_BUF(full, PERSO_ORDER_MAX);
	PERSO_ORDER(o);

	test_read("uto-passport.json", &json);
	cr_assert(eq(int,
	    perso_order_fill(perso_buf_span(&json), "D2-0000-0042", &full),
	    PERSO_OK));
	assert_ok(check(perso_buf_span(&full), NOW, o), o);
	cr_assert(eq(str, o->record.number, "L000042C3"));
	cr_assert(eq(int, perso_order_fill(perso_buf_span(&full), "X", &json),
	    PERSO_E_DATA));
}

Test(order_check, computes_the_validity_by_age)
{
	static const struct {
		const char *name;
		int year;
	} table[] = { { "lv-passport-adult.json", 2036 },
		{ "lv-passport-child.json", 2028 }, { "lv-eid.json", 2036 },
		{ "lv-residence-permit.json", 2030 } };

	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		PERSO_BUF(json, PERSO_ORDER_MAX);
		PERSO_BUF(full, PERSO_ORDER_MAX);
		PERSO_ORDER(o);
		test_read(table[i].name, &json);
		cr_assert(eq(int,
		    perso_order_fill(perso_buf_span(&json), "A-1", &full),
		    PERSO_OK));
		assert_ok(check(perso_buf_span(&full), NOW, o), o);
		cr_assert(eq(int, o->record.expiry.year, table[i].year));
	}
}

/* Replaces the first occurrence of what by with. */
static void
replace(struct perso_buf *b, const char *what, const char *with)
{
	uint8_t *at = memmem(b->p, b->n, what, strlen(what));

	cr_assert(at != NULL, "%s", what);
	size_t off = (size_t)(at - b->p);
	perso_buf_remove(b, off, strlen(what));
	cr_assert(
	    eq(int, perso_buf_insert(b, off, perso_span_str(with)), PERSO_OK));
}

Test(order_check, reports_all_reasons_at_once)
{
	PERSO_BUF(json, PERSO_ORDER_MAX);
	PERSO_ORDER(o);

	test_read("example.json", &json);
	replace(&json, "\"birth-date\": \"1974-08-12\"",
	    "\"birth-date\": \"1974-02-30\"");
	replace(&json, "\"sex\": \"F\"", "\"sex\": \"W\"");
	replace(&json, "\"nationality\": \"UTO\"",
	    "\"nationality\": \"QQQ\", \"shoe-size\": 38");
	replace(&json, "\"height\": 165", "\"height\": \"165\"");
	replace(&json, "portrait.jp2", "portrait.jpg");
	cr_assert(
	    eq(int, check(perso_buf_span(&json), NOW + DAY, o), PERSO_E_DATA));
	cr_assert(test_has(o, "E-ORDER-DATE", "$.holder.birth-date"));
	cr_assert(test_has(o, "E-ORDER-VALUE", "$.holder.sex"));
	cr_assert(test_has(o, "E-ORDER-STATE", "$.holder.nationality"));
	cr_assert(test_has(o, "E-ORDER-UNKNOWN", "$.holder.shoe-size"));
	cr_assert(test_has(o, "E-ORDER-TYPE", "$.holder.height"));
	cr_assert(test_has(o, "E-IMAGE-DIGEST", "$.images[0]"));
	cr_assert(test_has(o, "E-APPROVAL-EXPIRED", "$"));
	cr_assert(eq(sz, o->findings.count, 7));
}

Test(order_check, refuses_one_changed_byte)
{
	PERSO_BUF(json, PERSO_ORDER_MAX);
	PERSO_BUF(cms, PERSO_ORDER_CMS_MAX);
	PERSO_ORDER(o);

	test_read("example.json", &json);
	cr_assert(eq(int,
	    perso_order_sign(perso_buf_span(&json), desk.key,
		perso_buf_span(&desk.cert), NOW, &cms),
	    PERSO_OK));
	replace(&json, "\"height\": 165", "\"height\": 166");
	struct perso_order_input in = { .json = perso_buf_span(&json),
		.cms = perso_buf_span(&cms),
		.dir = ORDERS,
		.profiles = profiles,
		.approvers = desk.approvers,
		.now = NOW };
	cr_assert(eq(int, perso_order_check(&in, o), PERSO_E_TRUST));
	cr_assert(eq(sz, o->findings.count, 1));
	cr_assert(test_has(o, "E-APPROVAL-SIGNATURE", "$"));
}

static perso_rc
check_cms(struct perso_span cms, const struct perso_approvers *a, time_t now,
    struct perso_order *o)
{
	PERSO_BUF(json, PERSO_ORDER_MAX);

	test_read("example.json", &json);
	struct perso_order_input in = { .json = perso_buf_span(&json),
		.cms = cms,
		.dir = ORDERS,
		.profiles = profiles,
		.approvers = a,
		.now = now };
	return perso_order_check(&in, o);
}

static void
sign_example(const struct desk *d, struct perso_buf *cms)
{
	PERSO_BUF(json, PERSO_ORDER_MAX);

	test_read("example.json", &json);
	cr_assert(eq(int,
	    perso_order_sign(perso_buf_span(&json), d->key,
		perso_buf_span(&d->cert), NOW, cms),
	    PERSO_OK));
}

Test(order_check, refuses_an_order_without_approval)
{
	PERSO_ORDER(o);

	cr_assert(eq(int, check_cms(PERSO_SPAN_EMPTY, desk.approvers, NOW, o),
	    PERSO_E_TRUST));
	cr_assert(test_has(o, "E-APPROVAL-MISSING", "$"));
}

Test(order_check, refuses_what_is_no_signature)
{
	PERSO_ORDER(o);

	cr_assert(eq(int,
	    check_cms(perso_span_str("0\x80junk"), desk.approvers, NOW, o),
	    PERSO_E_TRUST));
	cr_assert(test_has(o, "E-APPROVAL-FORMAT", "$"));
}

Test(order_check, refuses_a_signature_that_carries_content)
{
	PERSO_ORDER(o);
	PERSO_BUF(json, PERSO_ORDER_MAX);
	PERSO_BUF(cms, PERSO_ORDER_CMS_MAX);

	test_read("example.json", &json);
	struct perso_cms_values v = { .content_type = "1.2.840.113549.1.7.1",
		.content = perso_buf_span(&json),
		.cert = perso_buf_span(&desk.cert),
		.alg = { PERSO_SIG_ECDSA, PERSO_SHA256, 0 },
		.has_signing_time = true,
		.signing_time = NOW };
	cr_assert(eq(int, perso_cms_build(&v, desk.key, &cms), PERSO_OK));
	cr_assert(
	    eq(int, check_cms(perso_buf_span(&cms), desk.approvers, NOW, o),
		PERSO_E_TRUST));
	cr_assert(test_has(o, "E-APPROVAL-FORMAT", "$"));
}

Test(order_check, refuses_a_signature_without_time)
{
	PERSO_ORDER(o);
	PERSO_BUF(json, PERSO_ORDER_MAX);
	PERSO_BUF(cms, PERSO_ORDER_CMS_MAX);

	test_read("example.json", &json);
	struct perso_cms_values v = { .content_type = "1.2.840.113549.1.7.1",
		.detached = true,
		.content = perso_buf_span(&json),
		.cert = perso_buf_span(&desk.cert),
		.alg = { PERSO_SIG_ECDSA, PERSO_SHA256, 0 } };
	cr_assert(eq(int, perso_cms_build(&v, desk.key, &cms), PERSO_OK));
	cr_assert(
	    eq(int, check_cms(perso_buf_span(&cms), desk.approvers, NOW, o),
		PERSO_E_TRUST));
	cr_assert(test_has(o, "E-APPROVAL-TIME", "$"));
}

Test(order_check, refuses_an_unknown_approver)
{
	struct desk other;
	PERSO_ORDER(o);
	PERSO_BUF(cms, PERSO_ORDER_CMS_MAX);

	test_desk(&other, TYPES, NOW - DAY, NOW + DAY);
	sign_example(&other, &cms);
	cr_assert(
	    eq(int, check_cms(perso_buf_span(&cms), desk.approvers, NOW, o),
		PERSO_E_TRUST));
	cr_assert(test_has(o, "E-APPROVAL-UNKNOWN", "$"));
	test_desk_done(&other);
}

Test(order_check, refuses_an_approver_of_other_documents)
{
	static const char *const types[] = { "lv-eid lv-passport", "" };

	for (size_t i = 0; i < 2; i++) {
		struct desk other;
		PERSO_ORDER(o);
		PERSO_BUF(cms, PERSO_ORDER_CMS_MAX);
		test_desk(&other, types[i], NOW - DAY, NOW + DAY);
		sign_example(&other, &cms);
		cr_assert(eq(int,
		    check_cms(perso_buf_span(&cms), other.approvers, NOW, o),
		    PERSO_E_TRUST));
		cr_assert(test_has(o, "E-APPROVAL-ROLE", "$"));
		test_desk_done(&other);
	}
}

Test(order_check, refuses_an_approver_who_has_expired_since)
{
	PERSO_ORDER(o);
	PERSO_BUF(cms, PERSO_ORDER_CMS_MAX);

	sign_example(&desk, &cms);
	cr_assert(eq(int,
	    check_cms(perso_buf_span(&cms), desk.approvers, NOW + 101 * DAY, o),
	    PERSO_E_TRUST));
	cr_assert(test_has(o, "E-APPROVAL-EXPIRED", "$"));
}

Test(order_check, takes_an_imported_order_without_asking_again)
{
	PERSO_ORDER(o);
	PERSO_BUF(json, PERSO_ORDER_MAX);

	test_read("example.json", &json);
	struct perso_order_input in = { .json = perso_buf_span(&json),
		.dir = ORDERS,
		.profiles = profiles,
		.now = NOW,
		.imported = true };
	assert_ok(perso_order_check(&in, o), o);
	cr_assert(eq(sz, o->sha256.n, 32));
	cr_assert(eq(str, o->approver_serial, ""));
}

Test(order_check, takes_images_inside_the_order)
{
	PERSO_ORDER(o);
	PERSO_BUF(json, PERSO_ORDER_MAX);
	PERSO_BUF(image, PERSO_IMAGE_MAX);
	PERSO_BUF(text, PERSO_ORDER_MAX);

	test_read("example.json", &json);
	test_read("portrait.jp2", &image);
	cr_assert(eq(
	    int, perso_base64_encode(perso_buf_span(&image), &text), PERSO_OK));
	cr_assert(eq(int, perso_buf_append_u8(&text, 0), PERSO_OK));
	replace(&json, "\"file\": \"portrait.jp2\"", "\"data\": \"@\"");
	replace(&json, "@", (const char *)text.p);
	assert_ok(check(perso_buf_span(&json), NOW, o), o);
	cr_assert(eq(sz, o->record.portrait.bytes.n, image.n));
	cr_assert(eq(str, o->images[0].file, ""));
}

Test(order_check, does_not_follow_links_or_dots)
{
	static const char *const names[] = { "../orders/portrait.jp2",
		"/etc/passwd", ".portrait.jp2", "none.jp2" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		PERSO_ORDER(o);
		PERSO_BUF(json, PERSO_ORDER_MAX);
		test_read("example.json", &json);
		replace(&json, "portrait.jp2", names[i]);
		cr_assert(eq(
		    int, check(perso_buf_span(&json), NOW, o), PERSO_E_DATA));
		cr_assert(eq(sz, o->findings.count, 1), "%s", names[i]);
	}
}

Test(order_check, never_repeats_what_stands_in_a_field)
{
	PERSO_ORDER(o);
	PERSO_BUF(json, PERSO_ORDER_MAX);

	test_read("example.json", &json);
	replace(&json, "\"surname\": \"Eriksson\"",
	    "\"surname\": \"Sekretz7\\u0007\", \"Sekretz\": 1");
	replace(&json, "ZE184226B", "Sekretz");
	replace(&json, "\"Dr.\"", "\"Sekretz<\"");
	cr_assert(eq(int, check(perso_buf_span(&json), NOW, o), PERSO_E_DATA));
	for (size_t i = 0; i < o->findings.count; i++)
		cr_assert(strstr(o->findings.v[i].text, "Sekretz") == NULL);
}

Test(order_check, refuses_senseless_calls)
{
	struct perso_order_input in = { .now = NOW };
	PERSO_ORDER(o);

	cr_assert(eq(int, perso_order_check(&in, o), PERSO_E_ARG));
}
