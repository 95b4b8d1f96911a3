#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <string.h>

#include "perso/profile.h"

static const struct {
	const char *pattern;
	bool is_valid;
} forms[] = { { "[A-Z]{2}[0-9]{7}", true }, { "LV[0-9]", true },
	{ "[A-Z0-9]{9}", true }, { "A-?B", true }, { "[AEIOU]", true },
	{ "", false }, { "[", false }, { "[]", false }, { "[A", false },
	{ "[A-]", false }, { "[Z-A]", false }, { "[-A]", false },
	{ "A{0}", false }, { "A{}", false }, { "A{100}", false },
	{ "A{2", false }, { "{2}", false }, { "?", false }, { "A*", false },
	{ "A+", false }, { "(A)", false }, { "A|B", false }, { ".", false },
	{ "^A$", false }, { "\\d", false }, { "A B", false },
	{ "\xC4\x80", false } };

Test(pattern, knows_its_language)
{
	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++)
		cr_expect(eq(int, perso_pattern_is_valid(forms[i].pattern),
			      forms[i].is_valid),
		    "%s", forms[i].pattern);
}

static const struct {
	const char *pattern;
	const char *text;
	bool matches;
} matches[] = { { "[A-Z]{2}[0-9]{7}", "LV1234567", true },
	{ "[A-Z]{2}[0-9]{7}", "LV123456", false },
	{ "[A-Z]{2}[0-9]{7}", "LV12345678", false },
	{ "[A-Z]{2}[0-9]{7}", "L11234567", false },
	{ "[A-Z]{2}[0-9]{7}", "lv1234567", false },
	{ "[A-Z]{2}[0-9]{7}", "", false }, { "A-?B", "AB", true },
	{ "A-?B", "A-B", true }, { "A-?B", "A--B", false },
	{ "[0-9]", "\xC4\x80", false }, { "[", "[", false } };

Test(pattern, covers_the_whole_text)
{
	for (size_t i = 0; i < sizeof(matches) / sizeof(*matches); i++)
		cr_expect(eq(int,
			      perso_pattern_matches(matches[i].pattern,
				  perso_span_str(matches[i].text)),
			      matches[i].matches),
		    "%s %s", matches[i].pattern, matches[i].text);
}

/* The rules of the shipped profile. */
static struct perso_doc_profile
shipped(const char *id)
{
	struct perso_profiles *p = NULL;

	cr_assert(eq(int, perso_profile_load_dir("profiles", &p), PERSO_OK));
	struct perso_doc_profile d = *perso_profiles_doc(p, id);
	perso_profiles_free(&p);
	return d;
}

/* Public test codes: python-stdnum, and test identities of a Smart-ID
 * provider. */
static const struct {
	const char *code;
	perso_rc with_date; /* by the rule with the birth date */
	perso_rc without_date;
	int year, month, day;
} codes[] = {
	{ "161175-19997", PERSO_OK, PERSO_E_DATA, 1975, 11, 16 },
	{ "030303-10012", PERSO_OK, PERSO_E_DATA, 1903, 3, 3 },
	{ "030303-10215", PERSO_OK, PERSO_E_DATA, 1903, 3, 3 },
	{ "010101-10006", PERSO_OK, PERSO_E_DATA, 1901, 1, 1 },
	{ "050405-10009", PERSO_OK, PERSO_E_DATA, 1905, 4, 5 },
	{ "161175-19990", PERSO_E_MISMATCH, PERSO_E_DATA, 0, 0, 0 },
	{ "161375-19997", PERSO_E_RANGE, PERSO_E_DATA, 0, 0, 0 },
	{ "328673-00679", PERSO_E_DATA, PERSO_OK, 0, 0, 0 },
	{ "328673-00677", PERSO_E_DATA, PERSO_OK, 0, 0, 0 },
	{ "310000-00000", PERSO_E_RANGE, PERSO_E_DATA, 0, 0, 0 },
	{ "16117519997", PERSO_E_DATA, PERSO_E_DATA, 0, 0, 0 },
	{ "161175-39997", PERSO_E_DATA, PERSO_E_DATA, 0, 0, 0 },
	{ "161175-1999", PERSO_E_DATA, PERSO_E_DATA, 0, 0, 0 },
};

Test(number_rule, decides_about_published_codes)
{
	const struct perso_doc_profile d = shipped("lv-passport");

	cr_assert(eq(sz, d.rule_count, 2));
	for (size_t i = 0; i < sizeof(codes) / sizeof(*codes); i++) {
		struct perso_date date = { 0 };
		struct perso_span s = perso_span_str(codes[i].code);
		cr_expect(
		    eq(int, perso_number_rule_check(&d.rules[0], s, &date),
			codes[i].with_date),
		    "%s", codes[i].code);
		cr_expect(eq(int, date.year, codes[i].year));
		cr_expect(eq(int, date.month, codes[i].month));
		cr_expect(eq(int, date.day, codes[i].day));
		cr_expect(
		    eq(int, perso_number_rule_check(&d.rules[1], s, &date),
			codes[i].without_date),
		    "%s", codes[i].code);
	}
}

Test(number_rule, refuses_a_remainder_that_is_not_issued)
{
	const struct perso_doc_profile d = shipped("lv-passport");
	struct perso_date date = { 0 };
	unsigned refused = 0;
	char text[16];

	for (unsigned n = 0; n < 100; n++) {
		snprintf(text, sizeof(text), "070385-11%02u0", n);
		refused += perso_number_rule_check(&d.rules[0],
			       perso_span_str(text), &date) == PERSO_E_RANGE;
	}
	cr_assert(gt(uint, refused, 5));
	cr_assert(lt(uint, refused, 15));
}

Test(number_range, writes_numbers_with_their_zeros)
{
	struct perso_number_source s = { .kind = PERSO_NUMBER_RANGE,
		.prefix = "PA",
		.first = 7,
		.last = 12,
		.digits = 7 };
	char text[PERSO_DOCNUM_MAX + 1] = "untouched";

	cr_assert(eq(int, perso_number_format(&s, 6, text), PERSO_E_RANGE));
	cr_assert(eq(int, perso_number_format(&s, 13, text), PERSO_E_RANGE));
	cr_assert(eq(str, text, "untouched"));
	cr_assert(eq(int, perso_number_format(&s, 7, text), PERSO_OK));
	cr_assert(eq(str, text, "PA0000007"));
	cr_assert(eq(int, perso_number_format(&s, 12, text), PERSO_OK));
	cr_assert(eq(str, text, "PA0000012"));
	s.kind = PERSO_NUMBER_BLANK;
	cr_assert(eq(int, perso_number_format(&s, 7, text), PERSO_E_ARG));
}

Test(pattern, longest_is_as_long_as_it_gets_and_matches)
{
	static const struct {
		const char *pattern, *text;
	} all[] = { { "LV[0-9]{7}", "LV0000000" }, { "[A-Z]{2}[0-9]?", "WW0" },
		{ "[a-c]-?x", "a-x" }, { "[0-9A-F]{3}", "DDD" } };
	char text[40] = "untouched";

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		cr_assert_eq(
		    perso_pattern_longest(all[i].pattern, text, sizeof(text)),
		    PERSO_OK);
		cr_assert_str_eq(text, all[i].text);
		cr_assert(perso_pattern_matches(
		    all[i].pattern, perso_span_str(text)));
	}
	cr_assert_eq(perso_pattern_longest("[0-9]{9}", text, 9), PERSO_E_RANGE);
	cr_assert_eq(
	    perso_pattern_longest("[0-9]{99}[0-9]{99}", text, sizeof(text)),
	    PERSO_E_RANGE);
	cr_assert_eq(
	    perso_pattern_longest("(a)", text, sizeof(text)), PERSO_E_ARG);
	cr_assert_str_eq(text, "DDD");
}
