#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "perso/mrz.h"

static const struct perso_date day2025 = { 2025, 12, 31 };
static const struct perso_date day2026 = { 2026, 1, 1 };
static const struct perso_date day2027 = { 2027, 12, 31 };
static const struct perso_date day2028 = { 2028, 1, 1 };
static const struct perso_date end2037 = { 2037, 12, 31 };
static const struct perso_date end2038 = { 2038, 1, 1 };

Test(mrz_codes, states_are_found_by_either_code)
{
	static const struct {
		const char *code, *alpha2;
		unsigned flags;
	} t[] = {
		{ "LVA", "LV", 3 },
		{ "D", "DE", 3 },
		{ "D<<", "DE", 3 },
		{ "DEU", "DE", 0 },
		{ "GBR", "GB", 3 },
		{ "GBD", NULL, PERSO_STATE_NATIONALITY },
		{ "GBN", NULL, PERSO_STATE_NATIONALITY },
		{ "GBO", NULL, PERSO_STATE_NATIONALITY },
		{ "GBP", NULL, PERSO_STATE_NATIONALITY },
		{ "GBS", NULL, PERSO_STATE_NATIONALITY },
		{ "RKS", "KS", 3 },
		{ "EUE", "EU", 3 },
		{ "UNO", "UN", 3 },
		{ "UNA", "UN", 3 },
		{ "UNK", NULL, 3 },
		{ "XBA", NULL, 3 },
		{ "XDC", NULL, 3 },
		{ "XOM", NULL, 3 },
		{ "XXA", NULL, PERSO_STATE_NATIONALITY },
		{ "XXB", NULL, PERSO_STATE_NATIONALITY },
		{ "XXC", NULL, PERSO_STATE_NATIONALITY },
		{ "XXX", NULL, PERSO_STATE_NATIONALITY },
		{ "UTO", "UT", 3 | PERSO_STATE_SPECIMEN },
		{ "IAO", "IA", 0 },
		{ "ANT", "AN", 3 | PERSO_STATE_DEPRECATED },
		{ "NTZ", "NT", 3 | PERSO_STATE_DEPRECATED },
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		const struct perso_state *s = perso_state_find(t[i].code);
		const char *two = perso_state_alpha2(t[i].code);

		cr_assert_not_null(s, "%s", t[i].code);
		cr_assert_eq(s->flags, t[i].flags, "%s", t[i].code);
		cr_assert_eq(two == NULL, t[i].alpha2 == NULL);
		if (two != NULL)
			cr_assert_str_eq(two, t[i].alpha2);
	}
	cr_assert_null(perso_state_find("YTO"));
	cr_assert_null(perso_state_find(""));
	cr_assert_null(perso_state_find("<<<"));
	cr_assert_null(perso_state_find("LVAA"));
	cr_assert_null(perso_state_find("lva"));
	cr_assert_null(perso_state_alpha2("QQQ"));
	cr_assert_str_eq(perso_state_find_alpha2("de")->code, "D");
	cr_assert_str_eq(perso_state_find_alpha2("LV")->code, "LVA");
	cr_assert_null(perso_state_find_alpha2("QQ"));
	cr_assert_null(perso_state_find_alpha2("L"));
	cr_assert_null(perso_state_find_alpha2(""));
}

Test(mrz_codes, all_states_are_sorted_and_found)
{
	size_t n = 0, iso = 0;
	const struct perso_state *s = perso_state_all(&n);

	for (size_t i = 0; i < n; i++) {
		cr_assert(i == 0 || strcmp(s[i - 1].code, s[i].code) < 0);
		cr_assert_eq(perso_state_find(s[i].code), &s[i]);
		if (s[i].alpha2[0] != '\0')
			cr_assert_not_null(
			    perso_state_find_alpha2(s[i].alpha2));
		iso += s[i].alpha2[0] != '\0' && strlen(s[i].code) == 3;
	}
	cr_assert_geq(iso, 249);
}

Test(mrz_codes, document_codes_follow_the_table_and_its_dates)
{
	static const struct {
		enum perso_mrz_format f;
		const char *code;
		bool is_crew;
		const struct perso_date *issue, *expiry;
		perso_rc rc;
	} t[] = {
		{ PERSO_MRZ_TD3, "PP", 0, &day2026, &end2038, PERSO_OK },
		{ PERSO_MRZ_TD3, "PD", 0, &day2026, &end2038, PERSO_OK },
		{ PERSO_MRZ_TD3, "PE", 0, &day2026, &end2038, PERSO_OK },
		{ PERSO_MRZ_TD3, "PO", 0, &day2026, &end2038, PERSO_OK },
		{ PERSO_MRZ_TD3, "PR", 0, &day2026, &end2038, PERSO_OK },
		{ PERSO_MRZ_TD3, "PT", 0, &day2026, &end2038, PERSO_OK },
		{ PERSO_MRZ_TD3, "PS", 0, &day2026, &end2038, PERSO_OK },
		{ PERSO_MRZ_TD3, "PL", 0, &day2026, &end2038, PERSO_OK },
		{ PERSO_MRZ_TD3, "PM", 0, &day2026, &end2038, PERSO_OK },
		{ PERSO_MRZ_TD2, "PU", 0, &day2026, &end2038, PERSO_OK },
		{ PERSO_MRZ_TD2, "PP", 0, &day2026, &end2038, PERSO_E_RANGE },
		{ PERSO_MRZ_TD1, "PP", 0, &day2026, &end2038, PERSO_E_RANGE },
		{ PERSO_MRZ_TD3, "PN", 0, &day2025, &end2038, PERSO_OK },
		{ PERSO_MRZ_TD3, "PN", 0, &day2026, &end2037, PERSO_E_RANGE },
		{ PERSO_MRZ_TD3, "P", 0, &day2027, &end2037, PERSO_OK },
		{ PERSO_MRZ_TD3, "P", 0, &day2027, &end2038, PERSO_E_RANGE },
		{ PERSO_MRZ_TD3, "P", 0, &day2028, &end2037, PERSO_E_RANGE },
		{ PERSO_MRZ_TD3, "I", 0, &day2026, &end2037, PERSO_E_RANGE },
		{ PERSO_MRZ_TD1, "I", 0, &day2028, &end2038, PERSO_OK },
		{ PERSO_MRZ_TD1, "IR", 0, &day2028, &end2038, PERSO_OK },
		{ PERSO_MRZ_TD1, "IV", 0, &day2028, &end2038, PERSO_E_RANGE },
		{ PERSO_MRZ_TD1, "AV", 0, &day2028, &end2038, PERSO_E_RANGE },
		{ PERSO_MRZ_TD1, "CV", 0, &day2028, &end2038, PERSO_E_RANGE },
		{ PERSO_MRZ_TD1, "AI", 0, &day2028, &end2038, PERSO_E_RANGE },
		{ PERSO_MRZ_TD1, "CI", 0, &day2028, &end2038, PERSO_OK },
		{ PERSO_MRZ_TD1, "AC", 0, &day2028, &end2038, PERSO_E_RANGE },
		{ PERSO_MRZ_TD1, "AC", 1, &day2028, &end2038, PERSO_OK },
		{ PERSO_MRZ_MRVA, "V", 0, &day2028, &end2038, PERSO_OK },
		{ PERSO_MRZ_MRVB, "VC", 0, &day2028, &end2038, PERSO_OK },
		{ PERSO_MRZ_TD2, "VC", 0, &day2028, &end2038, PERSO_E_RANGE },
		{ PERSO_MRZ_TD3, "", 0, &day2028, &end2038, PERSO_E_RANGE },
		{ PERSO_MRZ_TD3, "PPP", 0, &day2028, &end2038, PERSO_E_RANGE },
		{ PERSO_MRZ_TD3, "P<", 0, &day2026, &end2037, PERSO_E_RANGE },
		{ PERSO_MRZ_TD3, "p", 0, &day2026, &end2037, PERSO_E_RANGE },
	};
	struct perso_date none = { 0 };

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		cr_assert_eq(perso_mrz_document_check(t[i].f, t[i].code,
				 t[i].is_crew, *t[i].issue, *t[i].expiry),
		    t[i].rc, "%zu %s", i, t[i].code);
	cr_assert_eq(
	    perso_mrz_document_check(PERSO_MRZ_TD3, "PP", false, none, end2037),
	    PERSO_E_ARG);
}

Test(mrz_codes, codes_with_a_meaning_have_a_name)
{
	const struct perso_mrz_document *d = perso_mrz_document_find("PD");

	cr_assert_not_null(d);
	cr_assert_str_eq(d->name, "passport: diplomatic");
	cr_assert_eq(d->formats, 1u << PERSO_MRZ_TD3);
	cr_assert_not(d->is_crew);
	cr_assert(perso_mrz_document_find("AC")->is_crew);
	cr_assert_null(perso_mrz_document_find("P"));
	cr_assert_null(perso_mrz_document_find("IX"));
}

Test(mrz_codes, a_zone_to_be_issued_has_codes_in_use)
{
	struct perso_mrz m = { .format = PERSO_MRZ_TD3,
		.document_code = "PP",
		.issuer = "UTO",
		.nationality = "XXA",
		.expiry = end2037 };
	char text[256];

	cr_assert_eq(perso_mrz_check(&m, day2026), PERSO_OK);
	strcpy(m.issuer, "XXA");
	cr_assert_eq(perso_mrz_check(&m, day2026), PERSO_E_RANGE);
	perso_trail_text(text, sizeof(text));
	cr_assert_str_eq(text, "issuer is a code of another use");
	strcpy(m.issuer, "ANT");
	cr_assert_eq(perso_mrz_check(&m, day2026), PERSO_E_RANGE);
	perso_trail_text(text, sizeof(text));
	cr_assert_str_eq(text, "issuer is a deprecated code");
	strcpy(m.issuer, "DEU");
	cr_assert_eq(perso_mrz_check(&m, day2026), PERSO_E_RANGE);
	strcpy(m.issuer, "D");
	cr_assert_eq(perso_mrz_check(&m, day2026), PERSO_OK);
	strcpy(m.nationality, "QQQ");
	cr_assert_eq(perso_mrz_check(&m, day2026), PERSO_E_RANGE);
	perso_trail_text(text, sizeof(text));
	cr_assert_str_eq(text, "nationality is not a known code");
	strcpy(m.nationality, "D");
	strcpy(m.document_code, "PN");
	cr_assert_eq(perso_mrz_check(&m, day2026), PERSO_E_RANGE);
}
