/*
 * What reasons need, former numbers, validity within bounds, the code of the
 * day, the longest names.
 */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <string.h>

#include "perso/file.h"
#include "perso/record.h"

#define NOW 1795348800 /* 2026-11-22T12:00:00Z */
#define OK(call) cr_assert(eq(int, (call), PERSO_OK))
#define LET(call)                       \
	do {                            \
		perso_rc let_ = (call); \
		(void)let_;             \
	} while (0)

static struct perso_profiles *set;
static struct perso_record rec;
static struct perso_findings f;

static void
setup(void)
{
	PERSO_BUF(image, PERSO_IMAGE_MAX);

	OK(perso_profile_load_dir("profiles", &set));
	perso_record_init(&rec);
	rec.profile = perso_profiles_doc(set, "lv-passport-eac");
	rec.reason = PERSO_REASON_FIRST;
	strcpy(rec.surname, "Paraudziņa");
	strcpy(rec.given_names, "Zane Līga");
	rec.birth = (struct perso_date){ 1985, 3, 7 };
	rec.has_birth = true;
	rec.sex = 'F';
	strcpy(rec.personal_number, "329876-54321");
	strcpy(rec.birth_place, "Rīga");
	OK(perso_file_read("tests/data/orders/portrait.jp2", &image));
	OK(perso_record_image_take(&rec.portrait, &image));
}

static void
teardown(void)
{
	perso_record_done(&rec);
	perso_profiles_free(&set);
}

TestSuite(record_rules, .init = setup, .fini = teardown);

/* "CODE path", "" for none, "several". */
static const char *
judge(void)
{
	static char text[120];
	struct perso_date none = { 0 };

	f = (struct perso_findings){ 0 };
	perso_record_complete(&rec, NOW);
	perso_rc rc = perso_record_validate(&rec, NOW, &f);
	cr_assert(eq(int, rc == PERSO_OK, f.count == 0));
	snprintf(text, sizeof(text), "%s %s", f.v[0].code, f.v[0].path);
	rec.issue = none;
	return f.count == 0 ? "" : f.count == 1 ? text : "several";
}

#define FORMER "E-ORDER-PERSONAL-NUMBER $.holder.former-personal-number"

Test(record_rules, a_former_number_is_the_holders)
{
	static const struct {
		const char *number, *finding;
	} t[] = {
		{ "070385-11204", "" },
		{ "070385-11205", FORMER }, /* check digit */
		{ "080385-11203", FORMER },
		{ "290602-20507", FORMER }, /* somebody else's */
		{ "329876-54321", FORMER }, /* the same */
		{ "329876-54322", "" },
		{ "12345", FORMER },
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		strcpy(rec.former_number, t[i].number);
		cr_expect(eq(str, (char *)judge(), (char *)t[i].finding), "%s",
		    t[i].number);
		for (size_t k = 0; k < f.count; k++)
			cr_expect(strstr(f.v[k].text, t[i].number) == NULL);
	}
}

Test(record_rules, a_former_number_is_not_for_every_document)
{
	rec.profile = perso_profiles_doc(set, "lv-temporary-document");
	rec.personal_number[0] = rec.birth_place[0] = '\0';
	cr_assert(eq(str, (char *)judge(), ""));
	rec.given |= PERSO_FIELD_FORMER_NUMBER;
	cr_assert(eq(str, (char *)judge(),
	    "E-ORDER-FIELD $.holder.former-personal-number"));
}

Test(record_rules, a_former_number_is_not_in_the_mrz)
{
	struct perso_mrz m = { 0 };

	strcpy(rec.former_number, "070385-11204");
	perso_record_complete(&rec, NOW);
	OK(perso_record_bind(&rec, "LV7654321"));
	OK(perso_record_mrz(&rec, &m));
	cr_assert(eq(str, m.optional1, "32987654321"));
	cr_assert(eq(str, m.optional2, ""));
}

Test(record_rules, reasons_need_the_replaced_document)
{
	static const struct {
		enum perso_reason reason;
		bool needs;
	} t[] = { { PERSO_REASON_FIRST, false }, { PERSO_REASON_RENEWAL, true },
		{ PERSO_REASON_LOST, false }, { PERSO_REASON_STOLEN, false },
		{ PERSO_REASON_DAMAGED, true },
		{ PERSO_REASON_CHANGE_NAME, true },
		{ PERSO_REASON_CHANGE_SEX, true },
		{ PERSO_REASON_CHANGE_STATUS, true },
		{ PERSO_REASON_NATURALISATION, false },
		{ PERSO_REASON_REPATRIATION, false } };

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		rec.reason = t[i].reason;
		rec.replaces[0] = '\0';
		cr_expect(eq(str, (char *)judge(),
			      t[i].needs ? "E-ORDER-MISSING $.replaces" : ""),
		    "%s", perso_reason_name(t[i].reason));
		strcpy(rec.replaces, "LV1234567");
		cr_expect(eq(str, (char *)judge(),
			      t[i].reason == PERSO_REASON_FIRST
				  ? "E-ORDER-REASON $.replaces"
				  : ""),
		    "%s", perso_reason_name(t[i].reason));
	}
	rec.reason = PERSO_REASON_CHANGE;
	cr_assert(eq(str, (char *)judge(), "E-ORDER-REASON $.reason"));
}

Test(record_rules, reasons_need_other_fields)
{
	rec.profile = perso_profiles_doc(set, "uto-eid");
	strcpy(rec.personal_number, "403118776");
	strcpy(rec.birth_place, "");
	perso_buf_clear(&rec.portrait.bytes);
	PERSO_BUF(image, PERSO_IMAGE_MAX);
	OK(perso_file_read("tests/data/orders/portrait.jpg", &image));
	OK(perso_record_image_take(&rec.portrait, &image));
	cr_assert(eq(str, (char *)judge(), ""));
	rec.reason = PERSO_REASON_CHANGE_NAME;
	strcpy(rec.replaces, "U0000000001");
	cr_assert(
	    eq(str, (char *)judge(), "E-ORDER-MISSING $.holder.other-names"));
	cr_assert(
	    eq(str, f.v[0].text, "other-names is required for change-name"));
	strcpy(rec.other_names[0].surname, "Zane Beispiel");
	rec.other_name_count = 1;
	cr_assert(eq(str, (char *)judge(), ""));
}

Test(record_rules, an_expiry_date_lies_within_its_bounds)
{
	static const struct {
		struct perso_date expiry;
		const char *finding;
	} t[] = {
		{ { 2028, 11, 21 },
		    "E-ORDER-VALIDITY $.document-data.expiry-date" },
		{ { 2028, 11, 22 }, "" },
		{ { 2036, 11, 22 }, "" },
		{ { 2036, 11, 23 },
		    "E-ORDER-VALIDITY $.document-data.expiry-date" },
	};

	rec.profile = perso_profiles_doc(set, "lv-service-passport");
	cr_assert(eq(str, (char *)judge(),
	    "E-ORDER-MISSING $.document-data.expiry-date"));
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		rec.expiry = t[i].expiry;
		cr_expect(
		    eq(str, (char *)judge(), (char *)t[i].finding), "%zu", i);
	}
	rec.expiry = t[0].expiry;
	judge();
	cr_assert(
	    eq(str, f.v[0].text, "less than 2 years after the issue date"));
}

/* The day on which it ends. */
static void
ends(const char *profile, struct perso_date want)
{
	rec.profile = perso_profiles_doc(set, profile);
	rec.issue = rec.expiry = (struct perso_date){ 0 };
	perso_record_complete(&rec, NOW);
	cr_expect(eq(int, perso_date_compare(rec.expiry, want), 0), "%s: %d-%d",
	    profile, rec.expiry.year, rec.expiry.month);
}

Test(record_rules, validity_is_in_years_months_or_days)
{
	ends("lv-passport-eac", (struct perso_date){ 2036, 11, 22 });
	ends("lv-stateless-document", (struct perso_date){ 2028, 11, 22 });
	ends("lv-refugee-document", (struct perso_date){ 2031, 11, 22 });
	ends("lv-temporary-document", (struct perso_date){ 2026, 12, 7 });
	ends("uto-visa", (struct perso_date){ 2027, 2, 20 });
	ends("uto-eid", (struct perso_date){ 2034, 11, 22 });
	rec.birth = (struct perso_date){ 2015, 1, 1 };
	ends("uto-eid", (struct perso_date){ 2029, 5, 22 });
	ends("lv-passport-eac", (struct perso_date){ 2031, 11, 22 });
}

Test(record_rules, the_code_in_the_mrz_is_that_of_the_day_of_issue)
{
	struct perso_mrz m = { 0 };

	rec.profile = perso_profiles_doc(set, "uto-passport");
	OK(perso_record_bind(&rec, "L898902C3"));
	rec.issue = (struct perso_date){ 2027, 12, 31 };
	perso_record_complete(&rec, NOW);
	OK(perso_record_mrz(&rec, &m));
	cr_assert(eq(str, m.document_code, "P"));
	OK(perso_mrz_check(&m, rec.issue));
	rec.issue = (struct perso_date){ 2028, 1, 1 };
	OK(perso_record_mrz(&rec, &m));
	cr_assert(eq(str, m.document_code, "PP"));
}

/* ------------------------------------------------------- longest names */

/* n letters, two bytes each, in components of seven. */
static void
long_name(char *dst, unsigned n, const char *letter)
{
	dst[0] = '\0';
	for (unsigned i = 0; i < n; i++)
		strcat(dst, i % 8 == 7 && i + 1 < n ? " " : letter);
}

static void
check_name(const struct perso_doc_profile *p, const struct perso_mrz *m)
{
	char primary[PERSO_MRZ_LETTERS_MAX + 1];
	char secondary[PERSO_MRZ_LETTERS_MAX + 1];
	unsigned width = perso_mrz_name_width(m->format);
	char field[PERSO_MRZ_NAME_MAX + 1];
	struct perso_mrz_text t;

	OK(perso_mrz_transliterate(
	    perso_span_str(rec.surname), NULL, primary, sizeof(primary)));
	OK(perso_mrz_transliterate(perso_span_str(rec.given_names), NULL,
	    secondary, sizeof(secondary)));
	OK(perso_mrz_compose(m, &t));
	memcpy(field, m->format == PERSO_MRZ_TD1 ? t.line[2] : t.line[0] + 5,
	    width);
	field[width] = '\0';
	cr_expect(perso_mrz_name_is_valid_truncation(
		      primary, secondary, perso_span_str(field)),
	    "%s: %s", p->id, field);
	cr_expect(field[width - 1] != '<', "%s: %s", p->id, field);
}

Test(record_rules, the_longest_names_go_through_every_profile)
{
	for (size_t i = 0; i < perso_profiles_doc_count(set); i++) {
		const struct perso_doc_profile *p =
		    perso_profiles_doc_at(set, i);
		struct perso_mrz m = { 0 };

		rec.profile = p;
		rec.number[0] = '\0';
		rec.issue = rec.expiry = (struct perso_date){ 0 };
		long_name(rec.surname, p->surname_max, "Š");
		long_name(rec.given_names, p->given_names_max, "ņ");
		rec.personal_number[0] = '\0';
		if (rec.nationality[0] == '\0')
			strcpy(rec.nationality, "UTO");
		perso_record_complete(&rec, NOW);
		if (rec.expiry.year == 0)
			rec.expiry = (struct perso_date){ 2030, 1, 1 };
		f = (struct perso_findings){ 0 };
		LET(perso_record_validate(&rec, NOW, &f));
		for (size_t k = 0; k < f.count; k++)
			cr_expect(
			    strcmp(f.v[k].path, "$.holder.surname") &&
				strcmp(f.v[k].path, "$.holder.given-names"),
			    "%s: %s", p->id, f.v[k].text);
		strcpy(rec.number, "LV1234567");
		OK(perso_record_mrz(&rec, &m));
		check_name(p, &m);
		/* one letter more is refused */
		strcat(rec.surname, "Š");
		f = (struct perso_findings){ 0 };
		LET(perso_record_validate(&rec, NOW, &f));
		bool found = false;
		for (size_t k = 0; k < f.count; k++)
			found |= strcmp(f.v[k].code, "E-ORDER-LENGTH") == 0;
		cr_expect(found, "%s", p->id);
	}
}

Test(record_rules, who_is_naturalised_gets_a_citizens_document)
{
	static const struct {
		const char *profile;
		unsigned reasons;
	} t[] = {
		{ "lv-passport-eac",
		    PERSO_REASON_NATURALISATION | PERSO_REASON_REPATRIATION },
		{ "lv-eid-eac",
		    PERSO_REASON_NATURALISATION | PERSO_REASON_REPATRIATION },
		{ "lv-noncitizen-passport", PERSO_REASON_REPATRIATION },
		{ "lv-eid-noncitizen", PERSO_REASON_REPATRIATION },
		{ "lv-stateless-document", 0 },
		{ "lv-refugee-document", 0 },
		{ "lv-alternative-document", 0 },
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		const struct perso_doc_profile *p =
		    perso_profiles_doc(set, t[i].profile);

		cr_expect(eq(uint,
			      p->reasons & (PERSO_REASON_NATURALISATION |
					       PERSO_REASON_REPATRIATION),
			      t[i].reasons),
		    "%s", t[i].profile);
		cr_expect(ne(uint, p->reasons & PERSO_REASON_CHANGE_STATUS, 0),
		    "%s", t[i].profile);
	}
}
