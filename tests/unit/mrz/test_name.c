#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "perso/mrz.h"
#include "vectors.h"

static struct perso_span
str(const char *s)
{
	return perso_span_str(s);
}

static const char *
trail(void)
{
	static char text[PERSO_TRAIL_MAX * PERSO_TRAIL_LEN];

	perso_trail_text(text, sizeof(text));
	return text;
}

/* "equal:10" */
static void
set_cut(const char *how, struct perso_mrz_options *opt)
{
	size_t n = strcspn(how, ":");

	cr_assert_eq(
	    perso_mrz_cut_parse(perso_span(how, n), &opt->cut), PERSO_OK);
	opt->keep =
	    how[n] == ':' ? (unsigned)strtoul(how + n + 1, NULL, 10) : 0;
}

static void
check_valid(
    struct perso_span primary, struct perso_span secondary, const char *field)
{
	char full[2][PERSO_MRZ_LETTERS_MAX + 1];

	cr_assert_eq(
	    perso_mrz_transliterate(primary, NULL, full[0], sizeof(full[0])),
	    PERSO_OK);
	cr_assert_eq(
	    perso_mrz_transliterate(secondary, NULL, full[1], sizeof(full[1])),
	    PERSO_OK);
	cr_assert(
	    perso_mrz_name_is_valid_truncation(full[0], full[1], str(field)),
	    "%s", field);
}

static void
check_name(char *const *word, size_t n)
{
	struct perso_mrz_options opt = { 0 };
	struct perso_mrz_name name;
	unsigned width = (unsigned)strtoul(word[0], NULL, 10);
	const char *comma = strstr(word[3], ", ");
	struct perso_span primary = str(word[3]), secondary = str("");
	bool by_hand = strcmp(word[1], "hand") == 0;

	cr_assert_eq(n, 4);
	cr_assert_eq(strlen(word[2]), width);
	if (comma != NULL) {
		primary.n = (size_t)(comma - word[3]);
		secondary = str(comma + 2);
	}
	if (!by_hand && strcmp(word[1], "whole") != 0)
		set_cut(word[1], &opt);
	cr_assert_eq(perso_mrz_name(primary, secondary, width, &opt, &name),
	    PERSO_OK, "%s", trail());
	cr_assert_eq(name.is_truncated, strcmp(word[1], "whole") != 0);
	if (!by_hand)
		cr_assert_str_eq(name.field, word[2]);
	check_valid(primary, secondary, name.field);
	check_valid(primary, secondary, word[2]);
}

Test(mrz_name, published_names_come_out_as_printed)
{
	each_vector("name", check_name);
}

static void
check_arabic(char *const *word, size_t n)
{
	char text[128];

	cr_assert_eq(n, 2);
	cr_assert_eq(
	    perso_mrz_transliterate(str(word[0]), NULL, text, sizeof(text)),
	    PERSO_OK, "%s", trail());
	cr_assert_str_eq(text, word[1]);
}

Test(mrz_name, published_arabic_names)
{
	each_vector("arabic", check_arabic);
}

static const struct perso_mrz_choice german[] = { { 0xC4, "A" }, { 0xD6, "O" },
	{ 0xDC, "UXX" } };

static const struct {
	const char *utf8;
	const char *mrz;
	enum perso_mrz_language language;
	bool is_chosen;
} letters[] = {
	{ "", "", 0, false },
	{ "Anna", "ANNA", 0, false },
	{ "  Anna -  Maria ", "ANNA<MARIA", 0, false },
	{ "-'.", "", 0, false },
	{ "O'Connor", "OCONNOR", 0, false },
	{ "O\u2019Connor", "OCONNOR", 0, false },
	{ "O\u02BCConnor", "OCONNOR", 0, false },
	{ "Smith, Jr.", "SMITH<JR", 0, false },
	{ "d\u2019Arc\u2010Lys", "DARC<LYS", 0, false },
	{ "J. R. R.", "J<R<R", 0, false },
	{ "Bērziņš Žubīte Ķēniņa Ģirts Ļūda", /* Latvian letters */
	    "BERZINS<ZUBITE<KENINA<GIRTS<LUDA", 0, false },
	{ "Müller Jäger Öz", "MUELLER<JAEGER<OEZ", 0, false },
	{ "Müller Jäger Öz", "MUXXLLER<JAGER<OZ", 0, true },
	{ "Weiß STRAẞE", "WEISS<STRASSE", 0, false },
	{ "Åse Ñuño Þór Æsa Øl Œuf Ĳs", "AASE<NUNO<THOR<AESA<OEL<OEUF<IJS", 0,
	    false },
	{ "Ilkın İnci ÿ Ÿ", "ILKIN<INCI<Y<Y", 0, false },
	{ "Ștefan Țîru ș ț", "STEFAN<TIRU<S<T", 0, false },
	/* The same letters, decomposed. */
	{ "Be\u0304rzin\u0327s\u030C", "BERZINS", 0, false },
	{ "Mu\u0308ller A\u030Ase S\u0326t I\u0307", "MUELLER<AASE<ST<I", 0,
	    false },
	{ "Mu\u0308ller", "MUXXLLER", 0, true },
	{ "Юрій Їжак Єва Йосип Гнат Ія", "IURII<IZHAK<IEVA<IOSIP<GNAT<IIA", 0,
	    false },
	{ "Юрій Їжак Єва Йосип Гнат Ія", "YURII<YIZHAK<YEVA<YOSYP<HNAT<IIA",
	    PERSO_MRZ_LANG_UKRAINIAN, false },
	{ "Василь-Юрій", "VASYL<YURII", PERSO_MRZ_LANG_UKRAINIAN, false },
	{ "Ёлка Горы", "ELKA<GORY", 0, false },
	{ "Ёлка Горы", "IOLKA<HORY", PERSO_MRZ_LANG_BELARUSIAN, false },
	{ "Жгхцчш", "ZHGKHTSCHSH", 0, false },
	{ "Жгхцчш", "ZHHCCS", PERSO_MRZ_LANG_SERBIAN, false },
	{ "Ќхцџғ", "KJHCDJGJ", PERSO_MRZ_LANG_MACEDONIAN, false },
	{ "К\u0301џғ", "KDZG", 0, false },
	{ "Щъ", "SHCHIE", 0, false },
	{ "Щъ", "SHTIE", PERSO_MRZ_LANG_BULGARIAN, false },
	{ "И\u0306ван", "YVAN", PERSO_MRZ_LANG_UKRAINIAN, false },
	/* Shadda doubles, also with a vowel mark before it. */
	{ "عزّ", "EZZ", 0, false },
	{ "عزَّ", "EZZ", 0, false },
	{ "شدّة", "XSHDDXAH", 0, false },
	{ "شّ", "XSHXSH", 0, false },
	/* Teh marbuta inside, at the end, and before a mark at the end. */
	{ "ةب", "XTAB", 0, false },
	{ "بة بةٌ بة-", "BXAH<BXAH<BXAH", 0, false },
	{ "ا\u0654 ا\u0653 و\u0654", "XAE<XAA<U", 0, false },
	{ "ب\u0640ب\u064E", "BB", 0, false },
};

Test(mrz_name, letters_become_what_the_tables_say)
{
	for (size_t i = 0; i < sizeof(letters) / sizeof(letters[0]); i++) {
		struct perso_mrz_options opt = { .language =
						     letters[i].language };
		char text[PERSO_MRZ_LETTERS_MAX + 1] = "x";
		const char *want = letters[i].mrz;

		if (letters[i].is_chosen) {
			opt.choice = german;
			opt.choices = 3;
		}
		cr_assert_eq(perso_mrz_transliterate(str(letters[i].utf8), &opt,
				 text, sizeof(text)),
		    PERSO_OK, "%s: %s", letters[i].utf8, trail());
		cr_assert_str_eq(text, want, "%s: %s", letters[i].utf8, text);
	}
}

static const struct {
	const char *bytes;
	perso_rc rc;
	const char *text;
} refusals[] = {
	{ "Anna2", PERSO_E_UNSUPPORTED,
	    "U+0032 at position 5 has no transliteration" },
	{ "Ēr\u4E2D", PERSO_E_UNSUPPORTED,
	    "U+4E2D at position 3 has no transliteration" },
	{ "Nguy\u1EC5n", PERSO_E_UNSUPPORTED,
	    "U+1EC5 at position 5 has no transliteration" },
	{ "x\u0301", PERSO_E_UNSUPPORTED,
	    "U+0301 at position 2 has no transliteration" },
	{ "e\u0323\u0302", PERSO_E_UNSUPPORTED,
	    "U+0323 at position 2 has no transliteration" },
	{ "\u0651ب", PERSO_E_UNSUPPORTED,
	    "U+0651 at position 1 has no transliteration" },
	{ "ب \u0651ب", PERSO_E_UNSUPPORTED,
	    "U+0651 at position 3 has no transliteration" },
	{ "A<B", PERSO_E_UNSUPPORTED,
	    "U+003C at position 2 has no transliteration" },
	{ "A\nB", PERSO_E_UNSUPPORTED,
	    "U+000A at position 2 has no transliteration" },
	{ "a\u202Eb", PERSO_E_UNSUPPORTED,
	    "U+202E at position 2 has no transliteration" },
	{ "\U0001F600", PERSO_E_UNSUPPORTED,
	    "U+1F600 at position 1 has no transliteration" },
	{ "ab\xC4", PERSO_E_DATA, "no UTF-8 at offset 2" },
	{ "ab\xC0\x80", PERSO_E_DATA, "no UTF-8 at offset 2" },
	{ "ab\xED\xA0\x80", PERSO_E_DATA, "no UTF-8 at offset 2" },
};

Test(mrz_name, refusals_name_the_character_and_its_position)
{
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		char text[64] = "untouched";

		cr_assert_eq(perso_mrz_transliterate(str(refusals[i].bytes),
				 NULL, text, sizeof(text)),
		    refusals[i].rc, "%zu", i);
		cr_assert_str_eq(trail(), refusals[i].text);
		cr_assert_str_eq(text, "untouched");
	}
}

Test(mrz_name, refusals_say_which_identifier)
{
	struct perso_mrz_name name = { .field = "untouched" };

	cr_assert_eq(perso_mrz_name(str("Anna2"), str("B"), 39, NULL, &name),
	    PERSO_E_UNSUPPORTED);
	cr_assert_str_eq(trail(), "primary identifier: U+0032 at position 5 "
				  "has no transliteration");
	cr_assert_eq(perso_mrz_name(str("B"), str("2"), 39, NULL, &name),
	    PERSO_E_UNSUPPORTED);
	cr_assert_str_eq(trail(), "secondary identifier: U+0032 at position 1 "
				  "has no transliteration");
	cr_assert_eq(perso_mrz_name(str("-"), str("Anna"), 39, NULL, &name),
	    PERSO_E_MISSING);
	cr_assert_eq(
	    perso_mrz_name(str("A"), str("B"), 40, NULL, &name), PERSO_E_ARG);
	cr_assert_str_eq(name.field, "untouched");
}

Test(mrz_name, choices_must_be_in_the_table)
{
	static const struct perso_mrz_choice wrong[] = { { 0xDC, "UX" },
		{ 0xDC, "UE|UXX" }, { 0xFC, "UE" }, { 'A', "B" },
		{ 0x651, "" } };
	char text[64] = "untouched";

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct perso_mrz_options opt = { .choice = &wrong[i],
			.choices = 1 };

		cr_assert_eq(
		    perso_mrz_transliterate(str("A"), &opt, text, sizeof(text)),
		    PERSO_E_CONFIG, "%zu", i);
	}
	cr_assert_str_eq(text, "untouched");
}

Test(mrz_name, limits_are_kept)
{
	char in[PERSO_MRZ_UTF8_MAX + 2];
	char out[PERSO_MRZ_LETTERS_MAX + 1], small[5] = "keep";

	memset(in, 'a', sizeof(in));
	cr_assert_eq(
	    perso_mrz_transliterate(
		perso_span(in, PERSO_MRZ_UTF8_MAX + 1), NULL, out, sizeof(out)),
	    PERSO_E_RANGE);
	cr_assert_eq(perso_mrz_transliterate(
			 perso_span(in, 5), NULL, small, sizeof(small)),
	    PERSO_E_RANGE);
	cr_assert_str_eq(small, "keep");
	/* What grows most: two bytes become SHCH. */
	for (size_t i = 0; i < PERSO_MRZ_UTF8_MAX; i += 2) {
		in[i] = '\xD0';
		in[i + 1] = '\xA9';
	}
	cr_assert_eq(perso_mrz_transliterate(perso_span(in, PERSO_MRZ_UTF8_MAX),
			 NULL, out, sizeof(out)),
	    PERSO_OK, "%s", trail());
	cr_assert_eq(strlen(out), PERSO_MRZ_LETTERS_MAX);
}

/* Names of all shapes, in all ways of cutting: the judge agrees. */
Test(mrz_name, every_cut_keeps_the_rules)
{
	static const char *const part[] = { "A", "BC", "DEF", "GHIJKLMNO",
		"PQRSTUVWXYZABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLMNOPQRS" };
	static const unsigned width[] = { 30, 31, 39 };
	unsigned seed = 1, cut = 0;

	for (int i = 0; i < 30000; i++) {
		char id[2][512] = { "", "" };
		struct perso_mrz_options opt;
		struct perso_mrz_name name;
		unsigned w;
		perso_rc rc;

		for (int k = 0; k < 2; k++) {
			seed = seed * 1103515245 + 12345;
			for (unsigned n = k == 0 ? 1 + (seed >> 16) % 6
						 : (seed >> 16) % 6;
			     n > 0; n--) {
				seed = seed * 1103515245 + 12345;
				strcat(id[k], part[(seed >> 16) % 5]);
				strcat(id[k], n > 1 ? " " : "");
			}
		}
		seed = seed * 1103515245 + 12345;
		w = width[(seed >> 16) % 3];
		opt = (struct perso_mrz_options){ .cut = (seed >> 20) % 3,
			.keep = (seed >> 24) % 12 };
		rc = perso_mrz_name(str(id[0]), str(id[1]), w, &opt, &name);
		cr_assert_eq(rc, PERSO_OK, "%s, %s", id[0], id[1]);
		cr_assert_eq(strlen(name.field), w);
		check_valid(str(id[0]), str(id[1]), name.field);
		cut += name.is_truncated;
	}
	cr_assert_gt(cut, 10000);
}

Test(mrz_name, single_letters_that_cannot_end_the_field_are_refused)
{
	struct perso_mrz_name name;
	const char *ten = "A B C D E F G H I J";

	cr_assert_eq(
	    perso_mrz_name(str(ten), str(ten), 39, NULL, &name), PERSO_E_RANGE);
	cr_assert_eq(
	    perso_mrz_name(str(ten), str(ten), 30, NULL, &name), PERSO_OK);
	cr_assert_eq(strlen(name.field), 30);
	cr_assert_neq(name.field[29], '<');
	cr_assert_eq(perso_mrz_name(str("A B C D E F G H I J K L M N O P Q R S "
					"T U V W X Y Z"),
			 str(""), 39, NULL, &name),
	    PERSO_OK);
	cr_assert_str_eq(name.field, "A<B<C<D<E<F<G<H<I<J<K<L<M<N<O<P<Q<R<S<T");
}

Test(mrz_name, the_judge_refuses_what_breaks_a_rule)
{
	static const struct {
		const char *primary, *secondary, *field;
		bool is_valid;
	} t[] = {
		{ "ABCDEF", "GH", "ABCDEF<<GH", true },
		{ "ABCDEF", "GH", "ABCDEF<<GH<<", true },
		{ "ABCDEF", "GH", "ABCDE<<GH<<<", false }, /* it would fit */
		{ "ABCDEF", "GHI", "ABCDEF<<GH", true },
		{ "ABCDEF", "GHI", "ABCDEF<<G<", false }, /* no letter last */
		{ "ABCDEF", "GHI", "ABCDE<<GHI", true },
		{ "ABCDEF", "GHI", "ABCDX<<GHI", false },
		{ "ABCDEF", "GHI", "BCDEF<<GHI", false },
		{ "ABCDEFGHIJ", "K", "ABCDEFGHIJ", false }, /* no secondary */
		{ "ABCDEFGHIJK", "", "ABCDEFGHIJ", true },
		{ "ABCDEFGHIJK", "", "ABCDEFG<<A", false },
		{ "ABC<DEF", "GHI", "AB<DE<<GHI", true },
		{ "ABC<DEF", "GHI", "AB<DE<<GHJ", false },
		{ "ABC<DEF", "GHI", "ABCDEF<<GH", false },
		{ "ABC<DEF<X", "GH", "ABC<DE<<GH", true }, /* one left out */
		{ "ABC<DEF<X", "GH", "DEF<XX<<GH", false },
		{ "ABC<DEF", "GHIJK", "ABC<DEF<<<", false },
		{ "ABC", "DEF<GHI", "ABC<<DEF<G", true },
		{ "ABC", "DEF<GHI", "ABC<<GHI<D", false },
		{ "ABCD", "DEF<GHI", "ABCD<<DE<G", true },
		{ "ABCD", "DEF<GHI", "ABCD<<D<GH", true },
		{ "ABCD", "DEF<GHI", "ABCD<DE<GH", false },
		{ "ABCD", "DEF<GHI", "ABCD<<DEFG", false },
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		cr_assert_eq(perso_mrz_name_is_valid_truncation(
				 t[i].primary, t[i].secondary, str(t[i].field)),
		    t[i].is_valid, "%zu", i);
}

Test(mrz_name, languages_and_cuts_have_names)
{
	enum perso_mrz_language l = PERSO_MRZ_LANG_SERBIAN;
	enum perso_mrz_cut c = PERSO_MRZ_CUT_EQUAL;

	cr_assert_eq(perso_mrz_language_parse(str("ukrainian"), &l), PERSO_OK);
	cr_assert_eq(l, PERSO_MRZ_LANG_UKRAINIAN);
	cr_assert_eq(
	    perso_mrz_language_parse(str("Ukrainian"), &l), PERSO_E_NOT_FOUND);
	cr_assert_eq(l, PERSO_MRZ_LANG_UKRAINIAN);
	cr_assert_eq(perso_mrz_cut_parse(str("middle"), &c), PERSO_E_NOT_FOUND);
	cr_assert_eq(c, PERSO_MRZ_CUT_EQUAL);
}
