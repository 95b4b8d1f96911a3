/*
 * Looking ahead: changes and breaches on their days.
 */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <string.h>

#include "perso/outlook.h"

#define OK(call) cr_assert(eq(int, (call), PERSO_OK))

static struct perso_profiles *set;
static struct perso_doc_profile doc;
static struct perso_outlook o;
static const struct perso_date today = { 2026, 11, 28 };
static const struct perso_date far = { 2041, 11, 28 };

static void
setup(void)
{
	OK(perso_profile_load_dir("profiles", &set));
	doc = *perso_profiles_doc(set, "uto-passport");
}

static void
teardown(void)
{
	perso_profiles_free(&set);
}

TestSuite(outlook, .init = setup, .fini = teardown);

/* "2027-01-01 access bac -> bac, pace; ..." with ! before a breach. */
static const char *
look(struct perso_date from)
{
	static char text[2000];

	text[0] = '\0';
	perso_outlook(perso_profiles_policy(set), &doc, from, far, &o);
	for (size_t i = 0; i < o.count; i++) {
		const struct perso_outlook_row *r = &o.v[i];
		size_t n = strlen(text);

		snprintf(text + n, sizeof(text) - n, "%s%s%04d-%02d-%02d %s",
		    i ? "; " : "", r->kind == PERSO_OUTLOOK_BREACH ? "!" : "",
		    r->day.year, r->day.month, r->day.day, r->text);
	}
	return text;
}

Test(outlook, says_what_changes)
{
	cr_assert(eq(str, (char *)look(today),
	    "2027-01-01 access bac -> bac, pace; "
	    "2028-01-01 access bac, pace -> pace; "
	    "2028-01-01 document code P -> PP; "
	    "2030-01-01 biometric records iso19794 -> iso39794"));
	cr_assert(eq(str, (char *)look((struct perso_date){ 2028, 1, 1 }),
	    "2030-01-01 biometric records iso19794 -> iso39794"));
	cr_assert(eq(str, (char *)look((struct perso_date){ 2030, 1, 1 }), ""));
}

Test(outlook, says_from_which_day_a_rule_is_broken)
{
	doc.day_count = 0;
	cr_assert(eq(str, (char *)look(today),
	    "!2027-01-01 has no PACE, against Doc 9303-11, 4.2; "
	    "!2028-01-01 has BAC, against Doc 9303-11, 4.2; "
	    "!2028-01-01 document code has no second letter, which is "
	    "required at the date of issue: P; "
	    "!2030-01-01 has ISO/IEC 19794 records, against Doc 9303-9, 3"));
	cr_assert(eq(uint, (unsigned)perso_trail_count(), 0));
}

Test(outlook, what_is_broken_already_stands_on_the_first_day)
{
	doc.day_count = 0;
	look((struct perso_date){ 2029, 5, 5 });
	cr_assert(eq(sz, o.count, 4));
	for (size_t i = 0; i < 3; i++) {
		cr_assert(eq(int, o.v[i].kind, PERSO_OUTLOOK_BREACH));
		cr_assert(eq(int, o.v[i].day.year, 2029));
	}
}

/* A rule of the profile that comes too late. */
Test(outlook, a_breach_ends_and_begins_again)
{
	doc.days[1].from = (struct perso_date){ 2028, 3, 1 };
	cr_assert(strstr(look(today), "!2028-01-01 has BAC") != NULL);
	cr_assert(
	    strstr(look(today), "2028-03-01 access bac, pace -> pace") != NULL);
	doc.days[2] = (struct perso_day_rule){ .from = { 2031, 1, 1 },
		.access = PERSO_ACCESS_BAC | PERSO_ACCESS_PACE };
	doc.day_count = 3;
	cr_assert(strstr(look(today), "!2031-01-01 has BAC") != NULL);
}

Test(outlook, a_second_letter_must_be_of_the_table)
{
	strcpy(doc.document_code, "PX");
	doc.day_count = 0;
	cr_assert(
	    strstr(look(today), "!2026-11-28 document code: the second "
				"letter is not of the table: PX") != NULL);
}

/* Doc 9303-4, 4.4: documents without a second letter end before 2038. */
Test(outlook, a_long_validity_meets_the_end_of_one_letter_codes)
{
	doc.days[1].document_code[0] = '\0';
	doc.steps[1].term.years = 12;
	doc.max_validity.years = 12;
	look((struct perso_date){ 2025, 6, 1 });
	cr_assert(eq(int, o.v[0].kind, PERSO_OUTLOOK_BREACH));
	cr_assert(eq(int, o.v[0].day.year, 2026));
	cr_assert(eq(int, o.v[0].day.month, 1));
	cr_assert(eq(int, o.v[0].day.day, 1));
}

Test(outlook, documents_without_a_chip_have_codes_only)
{
	doc = *perso_profiles_doc(set, "lv-visa");
	cr_assert(eq(str, (char *)look(today), ""));
}

Test(outlook, nothing_shipped_breaks_a_rule_on_any_day)
{
	for (size_t i = 0; i < perso_profiles_doc_count(set); i++) {
		doc = *perso_profiles_doc_at(set, i);
		cr_expect(strchr(look(today), '!') == NULL, "%s: %s", doc.id,
		    look(today));
	}
}

/* ---------------------------------------------------------------- view */

static const char *
value(const struct perso_profile_view *v, const char *key)
{
	for (size_t i = 0; i < v->count; i++)
		if (strcmp(v->v[i].key, key) == 0)
			return v->v[i].value;
	return "";
}

Test(outlook, a_view_is_of_its_day)
{
	static struct perso_profile_view v;

	perso_profile_view(&doc, today, &v);
	cr_expect(eq(str, (char *)value(&v, "document-code"), "P"));
	cr_expect(eq(str, (char *)value(&v, "access"), "bac"));
	cr_expect(eq(str, (char *)value(&v, "pace.mappings"), ""));
	cr_expect(eq(str, (char *)value(&v, "lds.biometrics"), "iso19794"));
	perso_profile_view(&doc, (struct perso_date){ 2030, 1, 1 }, &v);
	cr_expect(eq(str, (char *)value(&v, "document-code"), "PP"));
	cr_expect(eq(str, (char *)value(&v, "access"), "pace"));
	cr_expect(eq(str, (char *)value(&v, "pace.mappings"), "gm"));
	cr_expect(eq(str, (char *)value(&v, "lds.biometrics"), "iso39794"));
	cr_expect(eq(str, (char *)value(&v, "needs.renewal"), "replaces"));
}

Test(outlook, a_view_is_complete)
{
	static struct perso_profile_view v;

	perso_profile_view(perso_profiles_doc(set, "lv-eid-eu"), today, &v);
	cr_expect(eq(str, (char *)value(&v, "nationality"),
	    "AUT, BEL, BGR, HRV, CYP, CZE, DNK, EST, FIN, FRA, D, GRC, HUN, "
	    "IRL, ITA, LTU, LUX, MLT, NLD, POL, PRT, ROU, SVK, SVN, ESP, SWE, "
	    "ISL, LIE, NOR, CHE"));
	cr_expect(ne(str, (char *)value(&v, "images.portrait.checks"), ""));
	cr_expect(eq(str, (char *)value(&v, "layout"), "td1-card"));
	cr_expect(eq(str, (char *)value(&v, "anti-cloning"), "due"));
	cr_expect(eq(str, (char *)value(&v, "document-number.range"),
	    "PE and 7 digits, 1000001 to 9999999"));
	perso_profile_view(perso_profiles_doc(set, "uto-passport"), today, &v);
	cr_expect(eq(str, (char *)value(&v, "images.scan"),
	    "50x20 to 2000x2000 pixels, up to 65536 bytes"));
	cr_expect(eq(str, (char *)value(&v, "names.letters"),
	    "U+00C4 as AE, U+00D6 as OE"));
	cr_expect(eq(str, (char *)value(&v, "names.cut"), "end"));
	cr_expect(
	    eq(str, (char *)value(&v, "lds.system-serial"), "UTO-PERSO-01"));
}

Test(outlook, every_profile_fits_into_a_view)
{
	static struct perso_profile_view v;

	for (size_t i = 0; i < perso_profiles_doc_count(set); i++) {
		perso_profile_view(perso_profiles_doc_at(set, i), today, &v);
		cr_expect(lt(sz, v.count, PERSO_PROFILE_LINES));
		for (size_t k = 0; k < v.count; k++)
			cr_expect(lt(sz, strlen(v.v[k].value),
			    sizeof(v.v[k].value) - 1));
	}
}
