#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <string.h>

#include "perso/file.h"
#include "perso/record.h"

#define NOW 1795348800 /* 2026-11-22T12:00:00Z */

static struct perso_profiles *set;
static struct perso_record rec;

#define OK(call) cr_assert(eq(int, (call), PERSO_OK))

/* A passport holder whom every rule accepts. */
static void
setup(void)
{
	PERSO_BUF(image, PERSO_IMAGE_MAX);

	cr_assert(eq(int, perso_profile_load_dir("profiles", &set), PERSO_OK));
	perso_record_init(&rec);
	rec.profile = perso_profiles_doc(set, "lv-passport");
	rec.reason = PERSO_REASON_FIRST;
	strcpy(rec.surname, "Paraudziņa");
	strcpy(rec.given_names, "Zane Līga");
	rec.birth = (struct perso_date){ 1985, 3, 7 };
	rec.has_birth = true;
	rec.sex = 'F';
	strcpy(rec.personal_number, "070385-11204");
	strcpy(rec.birth_place, "Rīga");
	cr_assert(
	    eq(int, perso_file_read("tests/data/orders/portrait.jp2", &image),
		PERSO_OK));
	cr_assert(
	    eq(int, perso_record_image_take(&rec.portrait, &image), PERSO_OK));
	cr_assert(eq(sz, image.n, 0));
}

static void
teardown(void)
{
	perso_record_done(&rec);
	perso_profiles_free(&set);
}

TestSuite(record, .init = setup, .fini = teardown);

/* The only finding, or "". */
static const char *
only(const struct perso_findings *f)
{
	if (f->count > 1)
		cr_log_error("%s %s", f->v[1].code, f->v[1].path);
	return f->count == 0 ? "" : f->count == 1 ? f->v[0].code : "several";
}

static const char *
judge(time_t now)
{
	static struct perso_findings f;

	f = (struct perso_findings){ 0 };
	perso_record_complete(&rec, now);
	perso_rc rc = perso_record_validate(&rec, now, &f);
	cr_assert(eq(int, rc, f.count ? PERSO_E_DATA : PERSO_OK));
	return only(&f);
}

Test(record, is_good_when_complete)
{
	cr_assert(eq(str, (char *)judge(NOW), ""));
	cr_assert(eq(str, rec.nationality, "LVA"));
	cr_assert(eq(int, rec.issue.year, 2026));
	cr_assert(eq(int, rec.issue.day, 22));
	cr_assert(eq(int, rec.expiry.year, 2036));
	cr_assert(rec.authority[0] != '\0');
}

Test(record, completion_keeps_what_is_given)
{
	rec.expiry = (struct perso_date){ 2028, 1, 1 };
	strcpy(rec.authority, "Consulate");
	cr_assert(eq(str, (char *)judge(NOW), ""));
	cr_assert(eq(int, rec.expiry.year, 2028));
	cr_assert(eq(str, rec.authority, "Consulate"));
}

static const struct {
	struct perso_date birth, at;
	unsigned age;
} ages[] = {
	{ { 2006, 11, 22 }, { 2026, 11, 22 }, 20 },
	{ { 2006, 11, 23 }, { 2026, 11, 22 }, 19 },
	{ { 2006, 11, 0 }, { 2026, 11, 22 }, 19 },
	{ { 2006, 0, 0 }, { 2026, 11, 22 }, 19 },
	{ { 2006, 0, 0 }, { 2026, 12, 31 }, 20 },
	{ { 2004, 2, 29 }, { 2024, 2, 28 }, 19 },
	{ { 0, 0, 0 }, { 2026, 11, 22 }, 0 },
	{ { 2027, 1, 1 }, { 2026, 11, 22 }, 0 },
};

Test(record, counts_complete_years)
{
	for (size_t i = 0; i < sizeof(ages) / sizeof(*ages); i++)
		cr_expect(eq(uint, perso_record_age(ages[i].birth, ages[i].at),
			      ages[i].age),
		    "%zu", i);
}

Test(record, expires_by_the_age_at_issue)
{
	rec.birth = (struct perso_date){ 2022, 1, 1 };
	strcpy(rec.personal_number, "329876-54321");
	cr_assert(eq(str, (char *)judge(NOW), ""));
	cr_assert(eq(int, rec.expiry.year, 2028));
}

Test(record, leap_day_of_issue_expires_on_the_28th)
{
	rec.issue = (struct perso_date){ 2028, 2, 29 };
	cr_assert(eq(str, (char *)judge(1835524800), ""));
	cr_assert(eq(int, rec.expiry.year, 2038));
	cr_assert(eq(int, rec.expiry.month, 2));
	cr_assert(eq(int, rec.expiry.day, 28));
}

Test(record, old_form_of_the_personal_number_is_not_for_the_young)
{
	rec.birth = (struct perso_date){ 2018, 3, 7 };
	strcpy(rec.personal_number, "070318-20002");
	for (char d = '0'; d <= '9'; d++) {
		rec.personal_number[11] = d;
		rec.expiry = (struct perso_date){ 0 };
		cr_expect(
		    eq(str, (char *)judge(NOW), "E-ORDER-PERSONAL-NUMBER"));
	}
}

Test(record, unknown_parts_of_a_birth_date_contradict_nothing)
{
	rec.birth = (struct perso_date){ 1985, 0, 0 };
	cr_assert(eq(str, (char *)judge(NOW), ""));
	rec.birth = (struct perso_date){ 0, 0, 0 };
	rec.expiry = (struct perso_date){ 2027, 1, 1 };
	cr_assert(eq(str, (char *)judge(NOW), ""));
	rec.birth = (struct perso_date){ 1986, 0, 0 };
	cr_assert(eq(str, (char *)judge(NOW), "E-ORDER-PERSONAL-NUMBER"));
}

#define SPOILS(name, code, change)                            \
	Test(record, name)                                    \
	{                                                     \
		change;                                       \
		cr_assert(eq(str, (char *)judge(NOW), code)); \
	}

SPOILS(needs_a_surname, "E-ORDER-MISSING", rec.surname[0] = '\0')
SPOILS(needs_a_reason, "E-ORDER-MISSING", rec.reason = 0)
SPOILS(needs_a_place_of_birth, "E-ORDER-MISSING", rec.birth_place[0] = '\0')
SPOILS(
    needs_a_portrait, "E-ORDER-MISSING", perso_buf_clear(&rec.portrait.bytes))
SPOILS(needs_the_replaced_document, "E-ORDER-MISSING",
    rec.reason = PERSO_REASON_RENEWAL)
SPOILS(needs_a_date_of_birth, "E-ORDER-MISSING", rec.has_birth = false)
SPOILS(has_no_field_of_another_document, "E-ORDER-FIELD",
    rec.given |= PERSO_FIELD_PROFESSION)
SPOILS(has_a_reason_of_its_profile, "E-ORDER-REASON", rec.reason = 1 << 11)
SPOILS(
    has_a_long_surname_refused, "E-ORDER-LENGTH", memset(rec.surname, 'A', 33))
SPOILS(
    has_letters_only_in_names, "E-ORDER-NAME", strcpy(rec.surname, "Agent 7"))
SPOILS(has_utf8_only_in_names, "E-ORDER-TEXT", strcpy(rec.surname, "A\xFF"))
SPOILS(has_a_sex_of_its_profile, "E-ORDER-VALUE", rec.sex = 'X')
SPOILS(has_a_nationality_of_its_profile, "E-ORDER-STATE",
    strcpy(rec.nationality, "EST"))
SPOILS(has_a_number_of_its_pattern, "E-ORDER-NUMBER",
    strcpy(rec.number, "XX1234567"))
SPOILS(expires_after_its_issue, "E-ORDER-VALIDITY",
    rec.expiry = ((struct perso_date){ 2026, 11, 22 }))
SPOILS(expires_within_the_limit, "E-ORDER-VALIDITY",
    rec.expiry = ((struct perso_date){ 2036, 11, 23 }))
SPOILS(expires_on_an_existing_day, "E-ORDER-DATE",
    rec.expiry = ((struct perso_date){ 2030, 2, 30 }))
SPOILS(is_not_issued_in_the_far_past, "E-ORDER-DATE",
    rec.issue = ((struct perso_date){ 2025, 11, 21 }))

Test(record, is_not_issued_expired)
{
	rec.issue = (struct perso_date){ 2026, 1, 1 };
	rec.expiry = (struct perso_date){ 2026, 11, 21 };
	cr_assert(eq(str, (char *)judge(NOW), "E-ORDER-VALIDITY"));
}

Test(record, one_letter_codes_end_in_time)
{
	struct perso_doc_profile p = *rec.profile;

	strcpy(p.document_code, "P");
	rec.profile = &p;
	cr_assert(eq(str, (char *)judge(NOW), ""));
	rec.issue = rec.expiry = (struct perso_date){ 0 };
	cr_assert(eq(str, (char *)judge(1835524800), "E-ORDER-CODE"));
}

Test(record, has_images_within_their_limits)
{
	struct perso_doc_profile p = *rec.profile;

	rec.profile = &p;
	rec.portrait.index = 3;
	p.portrait.max_bytes = 8237;
	cr_assert(eq(str, (char *)judge(NOW), "E-IMAGE-SIZE"));
	p.portrait.max_bytes = 8238;
	cr_assert(eq(str, (char *)judge(NOW), ""));
	p.portrait.max_width = 412;
	cr_assert(eq(str, (char *)judge(NOW), "E-IMAGE-SIZE"));
	p.portrait.max_width = 413;
	p.portrait.formats = PERSO_IMAGE_KIND_JPEG;
	cr_assert(eq(str, (char *)judge(NOW), "E-IMAGE-FORMAT"));
}

Test(record, takes_only_what_is_an_image)
{
	PERSO_BUF(b, 64);

	cr_assert(
	    eq(int, perso_buf_set(&b, perso_span_str("no image")), PERSO_OK));
	cr_assert(
	    ne(int, perso_record_image_take(&rec.portrait, &b), PERSO_OK));
	cr_assert(eq(sz, b.n, 8));
	cr_assert(eq(sz, rec.portrait.bytes.n, 8238));
}

Test(record, binds_one_number_only)
{
	cr_assert(eq(int, perso_record_bind(&rec, "XX1"), PERSO_E_RANGE));
	cr_assert(eq(str, rec.number, ""));
	cr_assert(eq(int, perso_record_bind(&rec, "LV7654321"), PERSO_OK));
	cr_assert(eq(int, perso_record_bind(&rec, "LV7654321"), PERSO_OK));
	cr_assert(eq(int, perso_record_bind(&rec, "LV7654322"), PERSO_E_STATE));
	cr_assert(eq(str, rec.number, "LV7654321"));
}

Test(record, becomes_an_mrz_once_its_number_is_bound)
{
	struct perso_mrz m = { 0 };
	struct perso_mrz_text t;

	perso_record_complete(&rec, NOW);
	cr_assert(eq(int, perso_record_mrz(&rec, &m), PERSO_E_STATE));
	cr_assert(eq(int, perso_record_bind(&rec, "LV7654321"), PERSO_OK));
	cr_assert(eq(int, perso_record_mrz(&rec, &m), PERSO_OK));
	cr_assert(eq(int, perso_mrz_compose(&m, &t), PERSO_OK));
	cr_assert(
	    eq(str, t.line[0], "PPLVAPARAUDZINA<<ZANE<LIGA<<<<<<<<<<<<<<<<<<"));
	cr_assert(eq(int, strncmp(t.line[1], "LV7654321", 9), 0));
	cr_assert(eq(str, m.optional1, "07038511204"));
}

Test(record, puts_a_filler_for_the_separator_where_the_profile_says_so)
{
	struct perso_mrz m = { 0 };
	struct perso_mrz_text t;

	rec.profile = perso_profiles_doc(set, "lv-eid");
	perso_record_complete(&rec, NOW);
	cr_assert(eq(int, perso_record_bind(&rec, "PA1000001"), PERSO_OK));
	cr_assert(eq(int, perso_record_mrz(&rec, &m), PERSO_OK));
	cr_assert(eq(int, perso_mrz_compose(&m, &t), PERSO_OK));
	cr_assert(eq(str, m.optional1, "070385<11204"));
	cr_assert(eq(int, m.format, PERSO_MRZ_TD1));
}

Test(record, transliterates_as_the_profile_says)
{
	struct perso_mrz m = { 0 };

	rec.profile = perso_profiles_doc(set, "uto-passport");
	strcpy(rec.surname, "Jäger");
	strcpy(rec.given_names, "Óli");
	perso_record_complete(&rec, NOW);
	cr_assert(eq(int, perso_record_bind(&rec, "L898902C3"), PERSO_OK));
	cr_assert(eq(int, perso_record_mrz(&rec, &m), PERSO_OK));
	cr_assert(eq(str, m.primary, "JAEGER"));
	cr_assert(eq(str, m.secondary, "OLI"));
}

Test(record, refuses_translit_options_that_do_not_exist)
{
	struct perso_doc_profile p = *rec.profile;

	rec.profile = &p;
	strcpy(p.translit.cut, "random");
	cr_assert(eq(str, (char *)judge(NOW), "E-ORDER-PROFILE"));
}

Test(record, leaves_nothing_behind)
{
	perso_record_done(&rec);
	cr_assert(eq(str, rec.surname, ""));
	cr_assert(eq(sz, rec.portrait.bytes.n, 0));
	cr_assert(rec.profile == NULL);
	cr_assert(eq(uint, perso_record_fields(&rec), 0));
}

Test(findings, are_bounded_and_counted)
{
	struct perso_findings f = { 0 };
	PERSO_BUF(text, 32768);
	PERSO_BUF(small, 16);

	for (int i = 0; i < PERSO_FINDINGS_MAX + 3; i++)
		perso_findings_add(&f, "E-TEST", "$.x", "%d", i);
	cr_assert(eq(sz, f.count, PERSO_FINDINGS_MAX));
	cr_assert(eq(sz, f.dropped, 3));
	cr_assert(eq(int, perso_findings_text(&f, &text), PERSO_OK));
	cr_assert(eq(int, memcmp(text.p, "E-TEST $.x: 0\n", 14), 0));
	cr_assert(eq(int, memcmp(text.p + text.n - 11, "and 3 more\n", 11), 0));
	cr_assert(eq(int, perso_findings_text(&f, &small), PERSO_E_NOMEM));
	cr_assert(eq(sz, small.n, 0));
}

/* ------------------------------------------------- biometric records */

Test(record_bio, takes_a_group_and_leaves_a_refused_one_alone)
{
	static const uint8_t empty[] = { 0x7F, 0x61, 0x03, 0x02, 0x01, 0x00 };
	struct perso_record_bio bio = { .bytes = { .max = 4096 } };
	PERSO_BUF(from, 4096);

	OK(perso_buf_append(&from, perso_span_of(empty)));
	cr_assert(eq(int, perso_record_bio_take(&bio, 2, &from), PERSO_E_ARG));
	OK(perso_buf_append_u8(&from, 0));
	cr_assert(ne(int, perso_record_bio_take(&bio, 3, &from), PERSO_OK));
	cr_assert(eq(sz, from.n, 7));
	cr_assert(eq(sz, bio.bytes.n, 0));
	OK(perso_buf_resize(&from, 6));
	OK(perso_record_bio_take(&bio, 3, &from));
	cr_assert(eq(sz, from.n, 0));
	cr_assert(eq(sz, bio.bytes.n, 6));
	cr_assert(eq(sz, bio.count, 0));
	perso_buf_done(&bio.bytes);
}

Test(record_bio, knows_which_data_group_fingers_belong_to)
{
	struct perso_record_bio bio = { .bytes = { .max = PERSO_IMAGE_MAX } };
	PERSO_BUF(from, PERSO_IMAGE_MAX);

	OK(perso_file_read("tests/data/orders/fingers.dg3", &from));
	cr_assert(
	    eq(int, perso_record_bio_take(&bio, 4, &from), PERSO_E_MISMATCH));
	OK(perso_record_bio_take(&bio, 3, &from));
	cr_assert(eq(sz, bio.count, 2));
	perso_buf_done(&bio.bytes);
}
