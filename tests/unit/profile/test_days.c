/*
 * Dated rules, terms, policy, reasons' needs.
 */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <string.h>

#include "perso/profile.h"

#define OK(call) cr_assert(eq(int, (call), PERSO_OK))

static struct perso_profiles *set;

static void
setup(void)
{
	OK(perso_profile_load_dir("profiles", &set));
}

static void
teardown(void)
{
	perso_profiles_free(&set);
}

TestSuite(profile_days, .init = setup, .fini = teardown);

Test(profile_days, set_code_and_records_one_after_the_other)
{
	static const struct {
		struct perso_date day;
		const char *code;
		enum perso_biometrics records;
	} t[] = { { { 2026, 12, 31 }, "I", PERSO_BIOMETRICS_19794 },
		{ { 2027, 1, 1 }, "IU", PERSO_BIOMETRICS_19794 },
		{ { 2028, 12, 31 }, "IU", PERSO_BIOMETRICS_19794 },
		{ { 2029, 1, 1 }, "IU", PERSO_BIOMETRICS_39794 },
		{ { 2040, 1, 1 }, "IU", PERSO_BIOMETRICS_39794 } };
	const struct perso_doc_profile *p = perso_profiles_doc(set, "uto-eid");
	struct perso_doc_profile on;

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		perso_doc_profile_on(p, t[i].day, &on);
		cr_expect(
		    eq(str, on.document_code, (char *)t[i].code), "%zu", i);
		cr_expect(eq(str, (char *)perso_doc_profile_code(p, t[i].day),
		    (char *)t[i].code));
		cr_expect(eq(int, on.biometrics, t[i].records), "%zu", i);
		cr_expect(eq(uint, on.access, PERSO_ACCESS_PACE));
		OK(perso_doc_profile_check(&on));
	}
}

Test(profile_days, keep_documents_without_a_chip_without_one)
{
	const struct perso_date day = { 2030, 1, 1 };
	struct perso_doc_profile on;

	perso_doc_profile_on(
	    perso_profiles_doc(set, "lv-temporary-document"), day, &on);
	cr_assert(perso_doc_profile_is_chipless(&on));
	cr_assert(eq(u32, on.data_groups, 0));
	OK(perso_doc_profile_check(&on));
}

Test(profile_days, terms_end_on_a_day_that_exists)
{
	static const struct {
		struct perso_term term;
		struct perso_date from, to;
	} t[] = {
		{ { 10, 0, 0 }, { 2026, 11, 28 }, { 2036, 11, 28 } },
		{ { 2, 0, 0 }, { 2028, 2, 29 }, { 2030, 2, 28 } },
		{ { 0, 1, 0 }, { 2026, 1, 31 }, { 2026, 2, 28 } },
		{ { 0, 1, 0 }, { 2028, 1, 31 }, { 2028, 2, 29 } },
		{ { 0, 30, 0 }, { 2026, 11, 30 }, { 2029, 5, 30 } },
		{ { 0, 13, 0 }, { 2026, 12, 15 }, { 2028, 1, 15 } },
		{ { 0, 0, 15 }, { 2026, 12, 20 }, { 2027, 1, 4 } },
		{ { 0, 0, 0 }, { 2026, 12, 20 }, { 2026, 12, 20 } },
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		cr_expect(
		    eq(int,
			perso_date_compare(
			    perso_term_end(t[i].term, t[i].from), t[i].to),
			0),
		    "%zu", i);
}

Test(profile_days, terms_read_well)
{
	char text[24];

	perso_term_text((struct perso_term){ .years = 1 }, text);
	cr_expect(eq(str, text, "1 year"));
	perso_term_text((struct perso_term){ .months = 30 }, text);
	cr_expect(eq(str, text, "30 months"));
	perso_term_text((struct perso_term){ .days = 15 }, text);
	cr_expect(eq(str, text, "15 days"));
	perso_term_text((struct perso_term){ 0 }, text);
	cr_expect(eq(str, text, ""));
}

Test(profile_days, the_longest_validity_is_that_of_a_step)
{
	cr_expect(eq(uint,
	    perso_doc_profile_longest(perso_profiles_doc(set, "uto-eid")).years,
	    8));
	cr_expect(eq(uint,
	    perso_doc_profile_longest(perso_profiles_doc(set, "uto-visa")).days,
	    90));
	cr_expect(eq(uint,
	    perso_doc_profile_longest(
		perso_profiles_doc(set, "lv-service-passport"))
		.years,
	    10));
	cr_expect(eq(uint,
	    perso_doc_profile_term(perso_profiles_doc(set, "uto-eid"), 15)
		.months,
	    30));
}

Test(profile_days, a_reason_needs_its_fields)
{
	const struct perso_doc_profile *p = perso_profiles_doc(set, "uto-eid");

	cr_expect(eq(uint, perso_doc_profile_needs(p, PERSO_REASON_CHANGE_NAME),
	    PERSO_FIELD_REPLACES | PERSO_FIELD_OTHER_NAMES));
	cr_expect(eq(uint, perso_doc_profile_needs(p, PERSO_REASON_RENEWAL),
	    PERSO_FIELD_REPLACES));
	cr_expect(eq(uint, perso_doc_profile_needs(p, PERSO_REASON_LOST), 0));
}

Test(profile_days, reasons_have_names)
{
	unsigned n = 0;

	for (unsigned bit = 1; perso_reason_name(bit); bit <<= 1, n++)
		cr_expect(eq(
		    uint, perso_reason_from_name(perso_reason_name(bit)), bit));
	cr_expect(eq(uint, n, 11));
	cr_expect(eq(uint, perso_reason_from_name("repatriation"),
	    PERSO_REASON_REPATRIATION));
}

/* ------------------------------------------------------------- policy */

static perso_rc
policy(const char *text, struct perso_policy *ret)
{
	return perso_policy_parse(perso_span_str(text), "p", ret);
}

Test(profile_days, the_policy_says_what_is_broken)
{
	const struct perso_policy *p = perso_profiles_policy(set);
	struct perso_doc_profile on = { .chip_count = 1,
		.access = PERSO_ACCESS_BAC };

	cr_assert(p != NULL);
	cr_assert(eq(sz, p->count, 3));
	cr_expect(eq(str, (char *)perso_policy_breach(&p->rules[0], &on),
	    "has no PACE"));
	cr_expect(
	    eq(str, (char *)perso_policy_breach(&p->rules[1], &on), "has BAC"));
	cr_expect(eq(str, (char *)perso_policy_breach(&p->rules[2], &on),
	    "has ISO/IEC 19794 records"));
	on.access = PERSO_ACCESS_PACE;
	on.biometrics = PERSO_BIOMETRICS_39794;
	for (size_t i = 0; i < 3; i++)
		cr_expect(perso_policy_breach(&p->rules[i], &on) == NULL);
	on.chip_count = 0;
	on.access = 0;
	for (size_t i = 0; i < 3; i++)
		cr_expect(perso_policy_breach(&p->rules[i], &on) == NULL);
}

Test(profile_days, a_policy_is_strict)
{
	static const char *const bad[] = { "", "notice-days: 1\n",
		"notice-days: 0\nrules:\n  - {from: 2027-01-01, needs: [bac], "
		"source: s}\n",
		"notice-days: 1\nrules:\n  - {from: 2027-01-01, source: s}\n",
		"notice-days: 1\nrules:\n  - {from: 2027-01-01, needs: "
		"[bac]}\n",
		"notice-days: 1\nrules:\n  - {from: 2027-02-30, needs: [bac], "
		"source: s}\n",
		"notice-days: 1\nrules:\n  - {from: 2027-01-01, needs: [bac], "
		"forbids: [bac], source: s}\n",
		"notice-days: 1\nrules:\n  - {from: 2027-01-01, needs: [eac], "
		"source: s}\n",
		"notice-days: 1\nrules:\n  - {from: 2027-01-02, needs: [bac], "
		"source: s}\n  - {from: 2027-01-01, needs: [bac], source: "
		"s}\n" };
	struct perso_policy p = { .notice_days = 7 };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		cr_expect(
		    eq(int, policy(bad[i], &p), PERSO_E_CONFIG), "%zu", i);
	cr_assert(eq(uint, p.notice_days, 7));
}
