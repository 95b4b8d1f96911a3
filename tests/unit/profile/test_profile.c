#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <string.h>

#include "perso/file.h"
#include "perso/profile.h"

#define GOLDEN "tests/golden/profile"

static struct perso_profiles *set;

static void
setup(void)
{
	cr_assert(eq(int, perso_profile_load_dir("profiles", &set), PERSO_OK));
}

static void
teardown(void)
{
	perso_profiles_free(&set);
}

TestSuite(profiles, .init = setup, .fini = teardown);

Test(profiles, ship_their_documents_and_a_chip)
{
	cr_assert(eq(sz, perso_profiles_doc_count(set), 21));
	cr_assert(eq(sz, perso_profiles_chip_count(set), 1));
	cr_assert(perso_profiles_doc(set, "lv-passport") != NULL);
	cr_assert(perso_profiles_doc(set, "lv-eid") != NULL);
	cr_assert(perso_profiles_doc(set, "lv-residence-permit") != NULL);
	cr_assert(perso_profiles_doc(set, "uto-passport") != NULL);
	cr_assert(perso_profiles_doc(set, "lv-passport-eac") != NULL);
	cr_assert(perso_profiles_doc(set, "lv-eid-pace") != NULL);
	cr_assert(perso_profiles_doc(set, "uto-passport-dh") != NULL);
	cr_assert(perso_profiles_chip(set, "perso-sim") != NULL);
	cr_assert(perso_profiles_doc(set, "none") == NULL);
	cr_assert(perso_profiles_chip(set, "none") == NULL);
	cr_assert(perso_profiles_doc_at(set, 21) == NULL);
	cr_assert(perso_profiles_chip_at(set, 1) == NULL);
}

Test(profiles, use_each_source_of_numbers)
{
	bool seen[4] = { false };

	for (size_t i = 0; i < 21; i++)
		seen[perso_profiles_doc_at(set, i)->number.kind] = true;
	cr_assert(seen[PERSO_NUMBER_BLANK]);
	cr_assert(seen[PERSO_NUMBER_RANGE]);
	cr_assert(seen[PERSO_NUMBER_ORDER]);
}

Test(profiles, say_what_the_file_says)
{
	const struct perso_doc_profile *p =
	    perso_profiles_doc(set, "lv-passport");

	cr_assert(eq(str, (char *)p->document_code, "PP"));
	cr_assert(eq(int, p->format, PERSO_DOC_TD3));
	cr_assert(eq(str, (char *)p->issuer, "LVA"));
	cr_assert(eq(str, (char *)p->country, "LV"));
	cr_assert(eq(uint, p->surname_max, 32));
	cr_assert(eq(uint, p->given_names_max, 36));
	cr_assert(p->com);
	cr_assert(perso_doc_profile_has_dg(p, 15));
	cr_assert(eq(int, perso_doc_profile_has_dg(p, 7), 0));
	cr_assert(eq(int, perso_doc_profile_has_dg(p, 17), 0));
	cr_assert(eq(u32, p->data_groups,
	    1U << 1 | 1U << 2 | 1U << 11 | 1U << 14 | 1U << 15));
	cr_assert(eq(int, p->aa.kind, PERSO_AA_ECDSA));
	cr_assert(eq(int, p->aa.curve, 12));
	cr_assert(eq(int, p->aa.origin, PERSO_AA_CHIP));
	cr_assert(eq(str, (char *)p->hash, "SHA-256"));
	cr_assert(eq(uint, p->access, PERSO_ACCESS_BAC));
	cr_assert(eq(int, p->rules[0].born_until.year, 2017));
	cr_assert(eq(u16, p->rules[0].centuries[2], 2000));
	cr_assert(eq(uint, p->portrait.max_bytes, 32768));
	cr_assert(perso_doc_profile_has_chip(p, "perso-sim"));
	cr_assert(eq(int, perso_doc_profile_has_chip(p, "other"), 0));
	cr_assert(eq(int, perso_doc_profile_check(p), PERSO_OK));
}

Test(profiles, give_the_years_by_age)
{
	static const struct {
		unsigned age, years;
	} table[] = { { 0, 2 }, { 4, 2 }, { 5, 5 }, { 19, 5 }, { 20, 10 },
		{ 100, 10 } };
	const struct perso_doc_profile *p =
	    perso_profiles_doc(set, "lv-passport");

	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++)
		cr_expect(
		    eq(uint, perso_doc_profile_term(p, table[i].age).years,
			table[i].years));
	cr_expect(eq(uint,
	    perso_doc_profile_term(
		perso_profiles_doc(set, "lv-residence-permit"), 30)
		.years,
	    0));
}

Test(profiles, describe_the_simulated_chip)
{
	const struct perso_chip_profile *c =
	    perso_profiles_chip(set, "perso-sim");
	static const uint8_t aid[] = { 0xA0, 0, 0, 2, 0x47, 0x10, 1 };

	cr_assert(eq(str, (char *)c->family, "iso7816"));
	cr_assert(perso_span_equal(
	    perso_span(c->aid, c->aid_len), perso_span_of(aid)));
	cr_assert(eq(u8, c->scp03_kvn, 0x30));
	cr_assert(eq(u8, c->scp03_level, 0x33));
	cr_assert(c->extended);
	cr_assert(c->reads_before_lock);
	cr_assert(eq(int, c->lock, PERSO_LOCK_ACTIVATE_FILE));
	cr_assert(eq(u32, c->keygen_curves >> 12 & 1, 1));
	for (size_t i = 0; i < 21; i++) {
		const struct perso_doc_profile *d =
		    perso_profiles_doc_at(set, i);

		if (!perso_doc_profile_is_chipless(d))
			cr_expect(
			    eq(int, perso_chip_profile_suits(c, d), PERSO_OK));
	}
}

Test(profiles, recognise_a_chip_by_its_atr)
{
	static const uint8_t good[] = { 0x3B, 0x85, 0x80, 0x01, 1, 2, 3 };
	static const uint8_t other[] = { 0x3B, 0x95, 0x80, 0x01, 1, 2, 3 };
	const struct perso_chip_profile *c =
	    perso_profiles_chip(set, "perso-sim");

	cr_assert(perso_chip_profile_matches(c, perso_span_of(good)));
	cr_assert(perso_chip_profile_matches(c, perso_span(good, 4)));
	cr_assert(
	    eq(int, perso_chip_profile_matches(c, perso_span(good, 3)), 0));
	cr_assert(
	    eq(int, perso_chip_profile_matches(c, perso_span_of(other)), 0));
	struct perso_chip_profile closed = *c;
	closed.atr_open = false;
	cr_assert(eq(
	    int, perso_chip_profile_matches(&closed, perso_span_of(good)), 0));
	cr_assert(perso_chip_profile_matches(&closed, perso_span(good, 4)));
}

Test(profiles, say_why_a_chip_does_not_suit)
{
	const struct perso_doc_profile *d = perso_profiles_doc(set, "lv-eid");
	struct perso_chip_profile c = *perso_profiles_chip(set, "perso-sim");
	struct perso_chip_profile x = c;

	strcpy(x.id, "other");
	cr_expect(eq(int, perso_chip_profile_suits(&x, d), PERSO_E_CONFIG));
	x = c;
	x.mf_files = 0;
	cr_expect(eq(int, perso_chip_profile_suits(&x, d), PERSO_E_CONFIG));
	x = c;
	x.aa_origins = 1U << PERSO_AA_LOADED;
	cr_expect(eq(int, perso_chip_profile_suits(&x, d), PERSO_E_CONFIG));
	x = c;
	x.keygen_curves = 0;
	cr_expect(eq(int, perso_chip_profile_suits(&x, d), PERSO_E_CONFIG));
	x = c;
	x.keygen_rsa_count = 1;
	cr_expect(eq(int,
	    perso_chip_profile_suits(
		&x, perso_profiles_doc(set, "uto-passport")),
	    PERSO_E_CONFIG));
}

Test(profiles, say_what_a_chip_must_protect)
{
	const struct perso_doc_profile *p =
	    perso_profiles_doc(set, "lv-passport-eac");

	cr_assert(eq(uint, p->access, PERSO_ACCESS_BAC | PERSO_ACCESS_PACE));
	cr_assert(
	    eq(uint, p->pace.mappings, PERSO_MAPPING_GM | PERSO_MAPPING_CAM));
	cr_assert(eq(uint, p->pace.parameters, 13));
	cr_assert(eq(int, p->pace.cipher, PERSO_PROTOCOL_AES128));
	cr_assert(eq(
	    uint, p->pace.passwords, PERSO_PASSWORD_MRZ | PERSO_PASSWORD_CAN));
	cr_assert(eq(uint, p->ca.parameters, 13));
	cr_assert(p->ca.has_key_id);
	cr_assert(eq(u32, p->ca.key_id, 13));
	cr_assert(eq(int, p->ca.origin, PERSO_KEY_CHIP));
	cr_assert(eq(u32, p->ta.data_groups, 1U << 3));
	cr_assert(eq(str, (char *)p->ta.trust_point, "cvca.cvcert"));
	cr_assert(p->cvca);
	cr_assert(p->anti_cloning);
	cr_assert(eq(
	    str, (char *)perso_profile_parameters_name(13), "brainpoolP256r1"));
	cr_assert(perso_profile_parameters_name(8) == NULL);
}

/* uto-passport-dh: BAC, from 2027 both, from 2028 PACE only. */
Test(profiles, hold_by_the_day_of_issue)
{
	static const struct {
		struct perso_date day;
		unsigned access;
	} days[] = {
		{ { 2026, 12, 31 }, PERSO_ACCESS_BAC },
		{ { 2027, 1, 1 }, PERSO_ACCESS_BAC | PERSO_ACCESS_PACE },
		{ { 2027, 12, 31 }, PERSO_ACCESS_BAC | PERSO_ACCESS_PACE },
		{ { 2028, 1, 1 }, PERSO_ACCESS_PACE },
		{ { 2040, 6, 1 }, PERSO_ACCESS_PACE },
	};
	const struct perso_doc_profile *p =
	    perso_profiles_doc(set, "uto-passport-dh");
	struct perso_doc_profile on;

	for (size_t i = 0; i < sizeof(days) / sizeof(*days); i++) {
		bool pace = (days[i].access & PERSO_ACCESS_PACE) != 0;

		perso_doc_profile_on(p, days[i].day, &on);
		cr_expect(eq(uint, on.access, days[i].access));
		cr_expect(eq(sz, on.day_count, 0));
		cr_expect(eq(int, on.pace.mappings != 0, pace));
		cr_expect(
		    eq(int, (on.mf_files & PERSO_MF_CARD_ACCESS) != 0, pace));
		cr_expect(perso_doc_profile_has_dg(&on, 14));
		cr_expect(eq(int, perso_doc_profile_check(&on), PERSO_OK));
	}
}

/* Doc 9303-11, 4.2: PACE in all that is issued from 2027, no BAC from
 * 2028. */
Test(profiles, all_keep_the_days_of_doc_9303)
{
	struct perso_date pace = { 2027, 1, 1 }, no_bac = { 2028, 1, 1 };
	struct perso_doc_profile on;

	for (size_t i = 0; i < perso_profiles_doc_count(set); i++) {
		const struct perso_doc_profile *p =
		    perso_profiles_doc_at(set, i);

		if (perso_doc_profile_is_chipless(p))
			continue;
		perso_doc_profile_on(p, pace, &on);
		cr_expect(
		    ne(uint, on.access & PERSO_ACCESS_PACE, 0), "%s", p->id);
		perso_doc_profile_on(p, no_bac, &on);
		cr_expect(eq(uint, on.access, PERSO_ACCESS_PACE), "%s", p->id);
	}
}

Test(profiles, leave_out_dg14_while_nothing_is_in_it)
{
	struct perso_doc_profile p =
	    *perso_profiles_doc(set, "uto-passport-dh");
	struct perso_doc_profile on;
	struct perso_date before = { 2026, 12, 31 }, after = { 2027, 1, 1 };

	p.ca = (struct perso_ca_profile){ .cipher = 0 };
	p.anti_cloning = false;
	cr_assert(eq(int, perso_doc_profile_check(&p), PERSO_OK));
	perso_doc_profile_on(&p, before, &on);
	cr_assert(eq(int, perso_doc_profile_has_dg(&on, 14), 0));
	cr_assert(eq(int, perso_doc_profile_check(&on), PERSO_OK));
	perso_doc_profile_on(&p, after, &on);
	cr_assert(perso_doc_profile_has_dg(&on, 14));
}

Test(profiles, may_say_everything_at_once)
{
	struct perso_doc_profile p;
	PERSO_BUF(text, PERSO_PROFILE_FILE_MAX);

	cr_assert(eq(int, perso_file_read("tests/data/profile-eac.yaml", &text),
	    PERSO_OK));
	cr_assert(
	    eq(int, perso_doc_profile_parse(perso_buf_span(&text), "eac", &p),
		PERSO_OK));
	cr_assert(eq(u32, p.ta.data_groups, 1U << 3 | 1U << 4));
}

Test(profiles, say_why_a_chip_has_not_the_protocols)
{
	const struct perso_doc_profile *d =
	    perso_profiles_doc(set, "lv-passport-eac");
	const struct perso_chip_profile c =
	    *perso_profiles_chip(set, "perso-sim");
	struct perso_chip_profile x[9];

	for (size_t i = 0; i < 9; i++)
		x[i] = c;
	x[0].pace_mappings = PERSO_MAPPING_GM;
	x[1].pace_parameters &= ~(1U << 13);
	x[2].pace_ciphers = 1U << PERSO_PROTOCOL_3DES;
	x[3].pace_passwords = PERSO_PASSWORD_MRZ;
	x[4].ca_origins = 1U << PERSO_KEY_LOADED;
	x[5].ca_parameters &= ~(1U << 13);
	x[6].ca_ciphers = 1U << PERSO_PROTOCOL_3DES;
	x[7].trust_points = false;
	x[8].mf_files &= ~(unsigned)PERSO_MF_CARD_SECURITY;
	cr_assert(eq(int, perso_chip_profile_suits(&c, d), PERSO_OK));
	for (size_t i = 0; i < 9; i++)
		cr_expect(
		    eq(int, perso_chip_profile_suits(&x[i], d), PERSO_E_CONFIG),
		    "%zu", i);
}

Test(profiles, check_a_profile_that_was_not_parsed)
{
	struct perso_doc_profile p = *perso_profiles_doc(set, "lv-passport");

	p.aa = (struct perso_aa_profile){ .kind = PERSO_AA_NONE };
	cr_assert(eq(int, perso_doc_profile_check(&p), PERSO_E_CONFIG));
	cr_assert(eq(str, (char *)perso_trail_get(0),
	    "lds.files: 15 without active authentication"));
}

Test(profiles, name_fields_and_reasons)
{
	cr_assert(eq(str, (char *)perso_doc_field_name(PERSO_FIELD_SIGNATURE),
	    "signature"));
	cr_assert(perso_doc_field_name(3) == NULL);
	cr_assert(perso_doc_field_name(1U << 25) == NULL);
	cr_assert(
	    eq(str, (char *)perso_reason_name(PERSO_REASON_CHANGE), "change"));
	cr_assert(eq(uint, perso_reason_from_name("lost"), PERSO_REASON_LOST));
	cr_assert(eq(uint, perso_reason_from_name("LOST"), 0));
}

Test(profile_folder, must_be_there)
{
	struct perso_profiles *p = NULL;

	cr_assert(ne(int, perso_profile_load_dir("tests/none", &p), PERSO_OK));
	cr_assert(p == NULL);
	perso_profiles_free(&p);
	perso_profiles_free(NULL);
}

/* ---------------------------------------------------- golden refusals */

static size_t seen;

static void
judge(const char *name, char *ret, size_t cap)
{
	char path[200], trail[1000];
	PERSO_BUF(text, PERSO_PROFILE_FILE_MAX + 1);
	struct perso_doc_profile d = { .id = "untouched" };
	struct perso_chip_profile c = { .id = "untouched" };
	bool is_chip = strncmp(name, "chip-", 5) == 0;

	snprintf(path, sizeof(path), GOLDEN "/%s", name);
	cr_assert(eq(int, perso_file_read(path, &text), PERSO_OK));
	perso_rc rc =
	    is_chip ? perso_chip_profile_parse(perso_buf_span(&text), name, &c)
		    : perso_doc_profile_parse(perso_buf_span(&text), name, &d);
	perso_trail_text(trail, sizeof(trail));
	snprintf(ret, cap, "%s\n%s\n", perso_rc_name(rc), trail);
	cr_expect(eq(str, d.id, "untouched"), "%s", name);
	cr_expect(eq(str, c.id, "untouched"), "%s", name);
}

static perso_rc
compare(void *ctx, const char *name)
{
	char path[200], got[1200];
	size_t n = strlen(name);
	PERSO_BUF(want, 65536);

	(void)ctx;
	if (n < 5 || strcmp(name + n - 5, ".yaml") != 0)
		return PERSO_OK;
	judge(name, got, sizeof(got));
	snprintf(path, sizeof(path), GOLDEN "/%.*s.expect", (int)n - 5, name);
	cr_assert(eq(int, perso_file_read(path, &want), PERSO_OK));
	cr_expect(perso_span_equal(perso_span_str(got), perso_buf_span(&want)),
	    "%s: %s", name, got);
	seen++;
	return PERSO_OK;
}

Test(profile_golden, every_refusal_reads_as_written_down)
{
	cr_assert(eq(int, perso_dir_each(GOLDEN, compare, NULL), PERSO_OK));
	cr_assert(ge(sz, seen, 178));
}
