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

Test(profiles, ship_four_documents_and_a_chip)
{
	cr_assert(eq(sz, perso_profiles_doc_count(set), 4));
	cr_assert(eq(sz, perso_profiles_chip_count(set), 1));
	cr_assert(perso_profiles_doc(set, "lv-passport") != NULL);
	cr_assert(perso_profiles_doc(set, "lv-eid") != NULL);
	cr_assert(perso_profiles_doc(set, "lv-residence-permit") != NULL);
	cr_assert(perso_profiles_doc(set, "uto-passport") != NULL);
	cr_assert(perso_profiles_chip(set, "perso-sim") != NULL);
	cr_assert(perso_profiles_doc(set, "none") == NULL);
	cr_assert(perso_profiles_chip(set, "none") == NULL);
	cr_assert(perso_profiles_doc_at(set, 4) == NULL);
	cr_assert(perso_profiles_chip_at(set, 1) == NULL);
}

Test(profiles, use_each_source_of_numbers)
{
	bool seen[4] = { false };

	for (size_t i = 0; i < 4; i++)
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
		cr_expect(eq(uint, perso_doc_profile_years(p, table[i].age),
		    table[i].years));
	cr_expect(eq(uint,
	    perso_doc_profile_years(
		perso_profiles_doc(set, "lv-residence-permit"), 30),
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
	for (size_t i = 0; i < 4; i++)
		cr_expect(eq(int,
		    perso_chip_profile_suits(c, perso_profiles_doc_at(set, i)),
		    PERSO_OK));
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
	cr_assert(perso_doc_field_name(1U << 22) == NULL);
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
	cr_assert(ge(sz, seen, 60));
}
