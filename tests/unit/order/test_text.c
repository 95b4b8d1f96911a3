/* Names and texts in several scripts, and what no text may have. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <string.h>

#include "order_test.h"

#define PORTRAIT                                                   \
	"1601a27aabc1e0fadd4c542c3de5141575d658eaf2b6188bdcaa5965" \
	"cf47af2c"

/* An order with this surname and native surname; each is the JSON text
 * between the quotes. */
static perso_rc
judge(const char *surname, const char *native, struct perso_order *o)
{
	static struct perso_profiles *profiles;
	PERSO_BUF(json, 16384);
	const char *const parts[] = {
		"{\"perso-order\":1,\"order\":\"T-1\",\"document\":"
		"\"uto-passport\",\"reason\":\"first\",\"holder\":{"
		"\"birth-date\":\"1974-08-12\",\"sex\":\"F\",\"surname\":\"",
		surname, "\",\"native-name\":{\"surname\":\"", native,
		"\"}},\"document-data\":{\"number\":\"L898902C3\"},\"images\":"
		"[{\"role\":\"portrait\",\"file\":\"portrait.jp2\",\"sha256\":"
		"\"" PORTRAIT "\"}]}"
	};

	if (profiles == NULL)
		profiles = test_profiles();
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		cr_assert(
		    eq(int, perso_buf_append(&json, perso_span_str(parts[i])),
			PERSO_OK));
	struct perso_order_input in = { .json = perso_buf_span(&json),
		.dir = ORDERS,
		.profiles = profiles,
		.now = NOW,
		.imported = true };
	return perso_order_check(&in, o);
}

/* One letter each, and its name in five scripts as a whole. */
static const struct {
	const char *letter, *name, *mrz;
} scripts[] = {
	{ "ķ", "Ķirķis Žēļčānova-Wū", "KIRKIS<ZELCANOVA<WU" },
	{ "щ", "Щукина Цой", "SHCHUKINA<TSOI" },
	{ "ش", "شمس", "XSHMS" },
	{ "ש", "שלום לוי", NULL },
	{ "Ω", "Ωμέγα", NULL },
	{ "क", "क्षत्रिय", NULL },
};
#define SCRIPTS (sizeof(scripts) / sizeof(scripts[0]))

Test(order_text, takes_names_of_any_script_as_they_are)
{
	for (size_t i = 0; i < SCRIPTS; i++) {
		PERSO_ORDER(o);

		cr_assert(eq(int, judge("Plain", scripts[i].name, o), PERSO_OK),
		    "%s", scripts[i].name);
		cr_assert(eq(str, o->record.native_name.surname,
		    (char *)scripts[i].name));
	}
}

/* Doc 9303-3 has Latin, Cyrillic and Arabic letters; others have to be
 * written in Latin ones for the MRZ. */
Test(order_text, a_surname_is_transliterated_or_refused)
{
	struct perso_mrz m;

	for (size_t i = 0; i < SCRIPTS; i++) {
		PERSO_ORDER(o);
		perso_rc rc = judge(scripts[i].name, "x", o);

		if (scripts[i].mrz == NULL) {
			cr_assert(eq(int, rc, PERSO_E_DATA));
			cr_assert(
			    test_has(o, "E-ORDER-NAME", "$.holder.surname"));
			continue;
		}
		cr_assert(eq(int, rc, PERSO_OK), "%s", scripts[i].name);
		cr_assert(eq(int, perso_record_mrz(&o->record, &m), PERSO_OK));
		cr_assert(eq(str, m.primary, (char *)scripts[i].mrz));
	}
}

Test(order_text, two_hundred_letters_are_too_many_in_any_script)
{
	char name[1024];

	for (size_t i = 0; i < SCRIPTS; i++) {
		PERSO_ORDER(o);
		size_t n = strlen(scripts[i].letter);

		for (size_t k = 0; k < 200; k++)
			for (size_t b = 0; b < n; b++)
				name[k * n + b] = scripts[i].letter[b];
		name[200 * n] = '\0';
		cr_assert(eq(int, judge(name, name, o), PERSO_E_DATA));
		cr_assert(test_has(o, "E-ORDER-LENGTH", "$.holder.surname"));
		cr_assert(test_has(
		    o, "E-ORDER-LENGTH", "$.holder.native-name.surname"));
		cr_assert(eq(str, o->findings.v[0].text,
		    "200 characters, 1 to 60 are allowed"));
		name[60 * n] = '\0';
		cr_assert(eq(int, judge("Plain", name, o), PERSO_OK));
		name[39 * n] = '\0';
		if (scripts[i].mrz != NULL)
			cr_assert(eq(int, judge(name, "x", o), PERSO_OK));
	}
}

/* A letter in its two forms: alike in the MRZ, each as it was given in the
 * record and so in DG11. */
Test(order_text, combining_marks_are_composed_for_the_mrz_alone)
{
	static const char *const forms[] = { "Kalni\xC5\x86\xC5\xA1",
		"Kalnin\xCC\xA7s\xCC\x8C" };
	struct perso_mrz m;

	for (size_t i = 0; i < 2; i++) {
		PERSO_ORDER(o);

		cr_assert(eq(int, judge(forms[i], forms[i], o), PERSO_OK));
		cr_assert(eq(int, perso_record_mrz(&o->record, &m), PERSO_OK));
		cr_assert(eq(str, m.primary, "KALNINS"));
		cr_assert(
		    eq(str, o->record.native_name.surname, (char *)forms[i]));
	}
}

Test(order_text, a_mark_that_makes_no_known_letter_is_refused_by_name)
{
	PERSO_ORDER(o);

	cr_assert(
	    eq(int, judge("Q\xCC\x81uo", "Q\xCC\x81uo", o), PERSO_E_DATA));
	cr_assert(eq(sz, o->findings.count, 1));
	cr_assert(eq(str, o->findings.v[0].code, "E-ORDER-NAME"));
	cr_assert(strstr(o->findings.v[0].text, "U+0301 at position 2") != NULL,
	    "%s", o->findings.v[0].text);
}

static const struct {
	const char *text; /* as in JSON: \u is for the parser there */
	const char *says;
} bad[] = {
	{ "A\\u0001b", "character 2 is not allowed: a control character" },
	{ "Ab\\u007F", "character 3 is not allowed: a control character" },
	{ "\\u0085b", "character 1 is not allowed: a control character" },
	{ "Щу\\u202Eк", "character 3 is not allowed: it turns text around" },
	{ "של\\u2066ום", "character 3 is not allowed: it turns text around" },
	{ "ab\\u2069", "character 3 is not allowed: it turns text around" },
	{ "שם\\u200F", "character 3 is not allowed: it turns text around" },
	{ "شم\\u061C", "character 3 is not allowed: it turns text around" },
	{ "A\\u200Bb", "character 2 is not allowed: it is invisible" },
	{ "شم\\u200Dس", "character 3 is not allowed: it is invisible" },
	{ "\\uFEFFA", "character 1 is not allowed: it is invisible" },
	{ "A\\u00ADb", "character 2 is not allowed: it is invisible" },
	{ "A\\uFE0Fb", "character 2 is not allowed: it is invisible" },
	{ "A\\uDB40\\uDC41", "character 2 is not allowed: it is invisible" },
	{ "A\\uE000b", "character 2 is not allowed: for private use" },
	{ "A\\uDBFF\\uDFFD", "character 2 is not allowed: for private use" },
	{ "A\xF0\x9F\x98\x80",
	    "character 2 is not allowed: an emoji, another symbol or "
	    "unassigned" },
	{ "A\\u2764", "character 2 is not allowed: an emoji, another symbol or "
		      "unassigned" },
	{ "A\xF0\x9F\x87\xB1\xF0\x9F\x87\xBB",
	    "character 2 is not allowed: an emoji, another symbol or "
	    "unassigned" },
	{ "A\\u0378b",
	    "character 2 is not allowed: an emoji, another symbol or "
	    "unassigned" },
	{ "A\\uFDD0b",
	    "character 2 is not allowed: an emoji, another symbol or "
	    "unassigned" },
	{ "A\\u00A0b",
	    "character 2 is not allowed: an emoji, another symbol or "
	    "unassigned" },
	{ "Ab<c", "character 3 is not allowed: a filler" },
	{ "\\u0301A", "character 1 is not allowed: a mark without a letter" },
	{ "A \\u0301B", "character 3 is not allowed: a mark without a letter" },
	{ "Z\\u0301\\u0302\\u0303\\u0304\\u0305\\u0306\\u0307",
	    "character 8 is not allowed: too many marks on a letter" },
	{ "A  B", "character 3 is not allowed: a second space" },
	{ " AB", "begins or ends with a space" },
	{ "AB ", "begins or ends with a space" },
};

Test(order_text, what_no_text_may_have_is_refused_with_its_position)
{
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		PERSO_ORDER(o);

		cr_assert(eq(int, judge("Plain", bad[i].text, o), PERSO_E_DATA),
		    "%zu", i);
		cr_assert(test_has(
		    o, "E-ORDER-TEXT", "$.holder.native-name.surname"));
		cr_assert(eq(sz, o->findings.count, 1), "%zu", i);
		cr_assert(eq(str, o->findings.v[0].text, (char *)bad[i].says),
		    "%zu", i);
	}
}

/* Not even JSON: the whole order is refused. */
Test(order_text, what_is_no_utf8_is_no_order)
{
	static const char *const texts[] = { "\xC0\xBC", "\xED\xA0\x80",
		"\\uD800", "\\uDC00\\uD800", "\xF5\x80\x80\x80", "\xE2\x80",
		"\xFF", "a\\u0000b" };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		PERSO_ORDER(o);

		cr_assert(eq(int, judge("Plain", texts[i], o), PERSO_E_DATA),
		    "%zu", i);
		cr_assert(test_has(o, "E-ORDER-JSON", "$"), "%zu", i);
	}
}
