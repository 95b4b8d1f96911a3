#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "perso/mrz.h"
#include "vectors.h"

#define TD3                                            \
	"PPUTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<" \
	"L898902C36UTO7408122F1204159ZE184226B<<<<<10"
#define TD1                              \
	"I<UTOD231458907<<<<<<<<<<<<<<<" \
	"7408122F1204159UTO<<<<<<<<<<<6" \
	"ERIKSSON<<ANNA<MARIA<<<<<<<<<<"

static struct perso_span
str(const char *s)
{
	return perso_span_str(s);
}

static perso_rc
parse(const char *s, struct perso_mrz *m)
{
	return perso_mrz_parse(str(s), today, m);
}

static const char *
trail(void)
{
	static char text[PERSO_TRAIL_MAX * PERSO_TRAIL_LEN];

	perso_trail_text(text, sizeof(text));
	return text;
}

/* The position of the composite digit in the joined lines. */
static size_t
composite_at(const struct perso_mrz *m)
{
	return (size_t)perso_mrz_length(m->format) * 2 - 1;
}

static void
check_zone(char *const *word, size_t n)
{
	enum perso_mrz_format f;
	struct perso_mrz m;
	struct perso_mrz_text t;
	char text[256] = "", lines[256] = "", expected[64];

	cr_assert_eq(perso_mrz_format_parse(str(word[0]), &f), PERSO_OK);
	cr_assert_eq(n, 2 + perso_mrz_lines(f));
	for (size_t i = 2; i < n; i++) {
		cr_assert_eq(strlen(word[i]), perso_mrz_length(f));
		strcat(text, word[i]);
	}
	if (*word[1] != '-') {
		m.format = f;
		snprintf(expected, sizeof(expected),
		    "composite (line 2, column %u)", perso_mrz_length(f));
		cr_assert_eq(parse(text, &m), PERSO_E_DATA);
		cr_assert_not_null(strstr(trail(), expected), "%s", trail());
		text[composite_at(&m)] = *word[1];
	}
	cr_assert_eq(parse(text, &m), PERSO_OK, "%s: %s", text, trail());
	cr_assert_eq(m.format, f);
	cr_assert_eq(perso_mrz_compose(&m, &t), PERSO_OK, "%s", trail());
	cr_assert_str_eq(t.text, text);
	cr_assert_eq(t.lines, n - 2);
	for (size_t i = 0; i < t.lines; i++) {
		cr_assert_eq(strlen(t.line[i]), t.length);
		strcat(lines, t.line[i]);
	}
	cr_assert_str_eq(lines, text);
}

Test(mrz, published_zones_come_back_byte_for_byte)
{
	each_vector("zone", check_zone);
}

static void
check_digit(char *const *word, size_t n)
{
	char c = 0;

	cr_assert_eq(n, 2);
	cr_assert_eq(perso_mrz_check_digit(str(word[0]), &c), PERSO_OK);
	cr_assert_eq(c, *word[1], "%s", word[0]);
}

Test(mrz, published_check_digits)
{
	char c = 'x';

	each_vector("digit", check_digit);
	cr_assert_eq(perso_mrz_check_digit(str("AB c"), &c), PERSO_E_DATA);
	cr_assert_eq(c, 'x');
	cr_assert_str_eq(trail(), "column 3 is not of the MRZ's characters");
}

static void
check_information(char *const *word, size_t n)
{
	struct perso_mrz m;
	char text[256] = "", info[PERSO_MRZ_INFORMATION_MAX + 1];
	struct perso_mrz_digit d[PERSO_MRZ_DIGITS];
	size_t nd = 0;

	for (size_t i = 0; i + 1 < n; i++)
		strcat(text, word[i]);
	cr_assert_eq(perso_mrz_digits(str(text), d, &nd), PERSO_OK);
	m.format = n == 4 ? PERSO_MRZ_TD1 : PERSO_MRZ_TD2;
	text[composite_at(&m)] = d[nd - 1].expected;
	cr_assert_eq(parse(text, &m), PERSO_OK, "%s", trail());
	cr_assert_eq(perso_mrz_information(&m, info), PERSO_OK);
	cr_assert_str_eq(info, word[n - 1]);
}

Test(mrz, information_for_access_as_published)
{
	each_vector("information", check_information);
}

Test(mrz, information_needs_only_number_and_dates)
{
	struct perso_mrz m = { .format = PERSO_MRZ_TD3,
		.number = "L898902C3",
		.birth = { 1974, 8, 12 },
		.expiry = { 2012, 4, 15 } };
	char info[PERSO_MRZ_INFORMATION_MAX + 1] = "x";

	cr_assert_eq(perso_mrz_information(&m, info), PERSO_OK);
	cr_assert_str_eq(info, "L898902C3674081221204159");
	m.birth = (struct perso_date){ 0 };
	cr_assert_eq(perso_mrz_information(&m, info), PERSO_OK);
	cr_assert_str_eq(info, "L898902C36<<<<<<01204159");
	strcpy(m.number, "L898902C3X");
	cr_assert_eq(perso_mrz_information(&m, info), PERSO_E_RANGE);
	cr_assert_str_eq(info, "L898902C36<<<<<<01204159");
	m.format = PERSO_MRZ_TD1;
	m.expiry.month = 0;
	cr_assert_eq(perso_mrz_information(&m, info), PERSO_E_DATA);
}

Test(mrz, fields_are_what_the_figure_says)
{
	struct perso_mrz m;

	cr_assert_eq(parse(TD3, &m), PERSO_OK, "%s", trail());
	cr_assert_eq(m.format, PERSO_MRZ_TD3);
	cr_assert_str_eq(m.document_code, "PP");
	cr_assert_str_eq(m.issuer, "UTO");
	cr_assert_str_eq(m.number, "L898902C3");
	cr_assert_str_eq(m.primary, "ERIKSSON");
	cr_assert_str_eq(m.secondary, "ANNA<MARIA");
	cr_assert_str_eq(m.nationality, "UTO");
	cr_assert_eq(m.birth.year, 1974);
	cr_assert_eq(m.birth.month, 8);
	cr_assert_eq(m.birth.day, 12);
	cr_assert_eq(m.sex, PERSO_SEX_FEMALE);
	cr_assert_eq(m.expiry.year, 2012);
	cr_assert_str_eq(m.optional1, "ZE184226B");
	cr_assert_str_eq(m.optional2, "");
	cr_assert_not(m.optional_filler);
}

Test(mrz, line_ends_may_be_there_or_not)
{
	static const char *const td1[] = {
		"I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6"
		"\nERIKSSON<<ANNA<MARIA<<<<<<<<<<",
		"I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6"
		"\nERIKSSON<<ANNA<MARIA<<<<<<<<<<\n",
		"I<UTOD231458907<<<<<<<<<<<<<<<\r\n"
		"7408122F1204159UTO<<<<<<<<<<<6\r\n"
		"ERIKSSON<<ANNA<MARIA<<<<<<<<<<\r\n",
		TD1 "\n",
		TD1 "\r\n",
	};
	struct perso_mrz m;
	struct perso_mrz_text t;

	for (size_t i = 0; i < sizeof(td1) / sizeof(td1[0]); i++) {
		cr_assert_eq(parse(td1[i], &m), PERSO_OK, "%zu %s", i, trail());
		cr_assert_eq(perso_mrz_compose(&m, &t), PERSO_OK);
		cr_assert_str_eq(t.text, TD1);
	}
}

static void
change(char *text, size_t at, char c)
{
	cr_assert_lt(at, strlen(text));
	text[at] = c;
}

Test(mrz, each_wrong_digit_is_named_with_its_position)
{
	static const struct {
		size_t at;
		const char *expected;
	} wrong[] = {
		{ 44 + 9, "document number (line 2, column 10), composite" },
		{ 44 + 19, "date of birth (line 2, column 20), composite" },
		{ 44 + 27, "date of expiry (line 2, column 28), composite" },
		{ 44 + 42, "optional data (line 2, column 43), composite" },
		{ 44 + 43, "of composite (line 2, column 44)" },
	};
	struct perso_mrz m = { .number = "untouched" };
	char text[] = TD3;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		char before = text[wrong[i].at];

		change(text, wrong[i].at, before == '9' ? '8' : '9');
		cr_assert_eq(parse(text, &m), PERSO_E_DATA);
		cr_assert_not_null(
		    strstr(trail(), wrong[i].expected), "%s", trail());
		change(text, wrong[i].at, before);
	}
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		change(text, wrong[i].at, '<');
	cr_assert_eq(parse(text, &m), PERSO_E_DATA);
	cr_assert_str_eq(trail(),
	    "MRZ: wrong check digit of document number (line 2, column 10), "
	    "date of birth (line 2, column 20), date of expiry (line 2, column "
	    "28), optional data (line 2, column 43), composite (line 2, column "
	    "44)");
	cr_assert_str_eq(m.number, "untouched");
}

Test(mrz, any_changed_character_of_line_2_is_noticed)
{
	struct perso_mrz m;
	char text[] = TD3;

	for (size_t i = 44; i < 88; i++) {
		char before = text[i];

		if (i >= 54 && i < 57) /* nationality has no digit */
			continue;
		for (const char *c = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<";
		     *c != '\0'; c++) {
			int gap;

			if (*c == before)
				continue;
			/* Digits are modulo 10: 0, A, K, U and < are alike. */
			gap = (*c == '<'     ? 0
				  : *c > '9' ? *c - 'A'
					     : *c - '0') -
			      (before == '<'	 ? 0
				  : before > '9' ? before - 'A'
						 : before - '0');
			if (gap % 10 == 0 || i == 64)
				continue;
			text[i] = *c;
			cr_expect_eq(
			    parse(text, &m), PERSO_E_DATA, "%zu %c", i, *c);
		}
		text[i] = before;
	}
}

Test(mrz, digits_for_reports)
{
	struct perso_mrz_digit d[PERSO_MRZ_DIGITS];
	char text[] = TD3;
	size_t n = 0;

	text[44 + 19] = '7';
	cr_assert_eq(perso_mrz_digits(str(text), d, &n), PERSO_OK);
	cr_assert_eq(n, 5);
	cr_assert_str_eq(d[1].name, "date of birth");
	cr_assert_eq(d[1].line, 2);
	cr_assert_eq(d[1].column, 20);
	cr_assert_eq(d[1].found, '7');
	cr_assert_eq(d[1].expected, '2');
	cr_assert_not(d[1].is_right);
	cr_assert(d[0].is_right);
	cr_assert_not(d[4].is_right);
	n = 77;
	cr_assert_eq(perso_mrz_digits(str("X"), d, &n), PERSO_E_TRUNCATED);
	cr_assert_eq(n, 77);
}

Test(mrz, centuries_follow_from_today)
{
	struct perso_mrz m;
	struct perso_mrz_text t;
	static const struct {
		struct perso_date birth;
		int year;
	} born[] = {
		{ { 1926, 11, 22 }, 2026 }, /* a hundred today */
		{ { 1926, 11, 23 }, 1926 },
		{ { 2026, 11, 22 }, 2026 },
		{ { 1999, 12, 31 }, 1999 },
		{ { 2000, 2, 29 }, 2000 },
		{ { 1927, 0, 0 }, 1927 },
		{ { 2026, 0, 0 }, 2026 },
		{ { 1926, 12, 0 }, 1926 },
		{ { 2026, 11, 0 }, 2026 },
		{ { 0, 5, 6 }, 0 },
		{ { 0, 2, 29 }, 0 },
		{ { 0, 0, 31 }, 0 },
		{ { 0, 0, 0 }, 0 },
	};
	static const int expiry[] = { 1976, 1999, 2026, 2075 };

	cr_assert_eq(parse(TD3, &m), PERSO_OK);
	for (size_t i = 0; i < sizeof(born) / sizeof(born[0]); i++) {
		m.birth = born[i].birth;
		cr_assert_eq(perso_mrz_compose(&m, &t), PERSO_OK);
		cr_assert_eq(parse(t.text, &m), PERSO_OK, "%zu %s", i, trail());
		cr_assert_eq(m.birth.year, born[i].year, "%zu", i);
		cr_assert_eq(m.birth.month, born[i].birth.month);
		cr_assert_eq(m.birth.day, born[i].birth.day);
	}
	for (size_t i = 0; i < sizeof(expiry) / sizeof(expiry[0]); i++) {
		m.expiry.year = expiry[i];
		cr_assert_eq(perso_mrz_compose(&m, &t), PERSO_OK);
		cr_assert_eq(parse(t.text, &m), PERSO_OK);
		cr_assert_eq(m.expiry.year, expiry[i]);
	}
	cr_assert_eq(perso_mrz_parse(str(TD3), (struct perso_date){ 0 }, &m),
	    PERSO_E_ARG);
}

Test(mrz, unknown_parts_of_a_birth_date_are_fillers)
{
	struct perso_mrz m;
	struct perso_mrz_text t;

	cr_assert_eq(parse(TD3, &m), PERSO_OK);
	m.birth = (struct perso_date){ 1974, 0, 0 };
	cr_assert_eq(perso_mrz_compose(&m, &t), PERSO_OK);
	/* 7*7 + 4*3 = 61 */
	cr_assert_eq(strncmp(t.line[1] + 13, "74<<<<1F", 8), 0);
	m.birth = (struct perso_date){ 0 };
	cr_assert_eq(perso_mrz_compose(&m, &t), PERSO_OK);
	cr_assert_eq(strncmp(t.line[1] + 13, "<<<<<<0F", 8), 0);
}

Test(mrz, long_numbers_go_on_in_the_optional_data)
{
	static const struct {
		enum perso_mrz_format f;
		const char *number;
		const char *optional;
		perso_rc rc;
	} t[] = {
		{ PERSO_MRZ_TD1, "ABCDEFGHI0", "", PERSO_OK },
		{ PERSO_MRZ_TD1, "ABCDEFGHI0", "123456789012", PERSO_OK },
		{ PERSO_MRZ_TD1, "ABCDEFGHI0", "<<3456789012", PERSO_OK },
		{ PERSO_MRZ_TD1, "ABCDEFGHI0", "1234567890123", PERSO_E_RANGE },
		{ PERSO_MRZ_TD1, "ABCDEFGHI0123456789012", "", PERSO_OK },
		{ PERSO_MRZ_TD1, "ABCDEFGHI0123456789012", "1", PERSO_E_RANGE },
		{ PERSO_MRZ_TD1, "ABCDEFGHI<1", "", PERSO_E_DATA },
		{ PERSO_MRZ_TD1, "ABC<EFGHI01", "", PERSO_E_DATA },
		{ PERSO_MRZ_TD2, "ABCDEFGHI01234", "", PERSO_OK },
		{ PERSO_MRZ_TD2, "ABCDEFGHI0", "1234", PERSO_OK },
		{ PERSO_MRZ_TD2, "ABCDEFGHI012345", "", PERSO_E_RANGE },
		{ PERSO_MRZ_TD3, "ABCDEFGHI0", "", PERSO_E_RANGE },
		{ PERSO_MRZ_TD3, "ABC<EFGHI", "", PERSO_OK },
		{ PERSO_MRZ_MRVA, "ABCDEFGHI0", "", PERSO_E_RANGE },
		{ PERSO_MRZ_MRVB, "ABCDEFGHI0", "", PERSO_E_RANGE },
	};
	struct perso_mrz m, back;
	struct perso_mrz_text z;

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		cr_assert_eq(parse(TD1, &m), PERSO_OK);
		m.format = t[i].f;
		strcpy(m.document_code, t[i].f >= PERSO_MRZ_MRVA ? "V" : "I");
		strcpy(m.number, t[i].number);
		strcpy(m.optional1, t[i].optional);
		z.lines = 7;
		cr_assert_eq(perso_mrz_compose(&m, &z), t[i].rc, "%zu", i);
		if (t[i].rc != PERSO_OK) {
			cr_assert_eq(z.lines, 7);
			continue;
		}
		cr_assert_eq(
		    parse(z.text, &back), PERSO_OK, "%zu %s", i, trail());
		cr_assert_str_eq(back.number, t[i].number);
		cr_assert_str_eq(back.optional1, t[i].optional);
	}
}

Test(mrz, empty_optional_data_has_zero_or_filler_as_digit)
{
	struct perso_mrz m;
	struct perso_mrz_text z;

	cr_assert_eq(parse(TD3, &m), PERSO_OK);
	m.optional1[0] = '\0';
	cr_assert_eq(perso_mrz_compose(&m, &z), PERSO_OK);
	cr_assert_eq(z.line[1][42], '0');
	m.optional_filler = true;
	cr_assert_eq(perso_mrz_compose(&m, &z), PERSO_OK);
	cr_assert_eq(z.line[1][42], '<');
	cr_assert_eq(parse(z.text, &m), PERSO_OK);
	cr_assert(m.optional_filler);
	strcpy(m.optional1, "1");
	cr_assert_eq(perso_mrz_compose(&m, &z), PERSO_E_DATA);
}

static void
compose_refuses(
    void (*spoil)(struct perso_mrz *), perso_rc rc, const char *text)
{
	struct perso_mrz m;
	struct perso_mrz_text z = { .lines = 9 };

	cr_assert_eq(parse(TD3, &m), PERSO_OK);
	spoil(&m);
	cr_assert_eq(perso_mrz_compose(&m, &z), rc, "%s", text);
	cr_assert_str_eq(trail(), text);
	cr_assert_eq(z.lines, 9);
}

#define SPOIL(name, statement)                \
	static void name(struct perso_mrz *m) \
	{                                     \
		statement;                    \
	}
SPOIL(no_code, m->document_code[0] = '\0')
SPOIL(visa_code, m->document_code[0] = 'V')
SPOIL(no_issuer, m->issuer[0] = '\0')
SPOIL(lower_issuer, m->issuer[1] = 'u')
SPOIL(no_number, m->number[0] = '\0')
SPOIL(filler_first, m->number[0] = '<')
SPOIL(no_primary, m->primary[0] = '\0')
SPOIL(digit_in_name, m->primary[3] = '1')
SPOIL(double_filler, strcpy(m->secondary, "ANNA<<M"))
SPOIL(name_too_wide,
    strcpy(m->secondary, "ABCDEFGHIJABCDEFGHIJABCDEFGHIJABCDEFGH"))
SPOIL(primary_too_wide,
    strcpy(m->primary, "ABCDEFGHIJABCDEFGHIJABCDEFGHIJABCDEFGH"))
SPOIL(no_nationality, m->nationality[0] = '\0')
SPOIL(no_such_birth, m->birth.month = 13)
SPOIL(no_such_day, m->birth = ((struct perso_date){ 2023, 2, 29 }))
SPOIL(no_such_expiry, m->expiry.day = 0)
SPOIL(optional_too_long, strcpy(m->optional1, "123456789012345"))
SPOIL(optional_ends_wrong, strcpy(m->optional1, "12<"))
SPOIL(optional_lower, strcpy(m->optional1, "1a"))
SPOIL(second_optional, strcpy(m->optional2, "1"))

Test(mrz, compose_refuses_what_does_not_belong_in_a_field)
{
	compose_refuses(
	    no_code, PERSO_E_MISSING, "MRZ: document code is missing");
	compose_refuses(visa_code, PERSO_E_DATA,
	    "MRZ: document code: position 1 is not allowed in TD3");
	compose_refuses(no_issuer, PERSO_E_MISSING, "MRZ: issuer is missing");
	compose_refuses(lower_issuer, PERSO_E_DATA,
	    "MRZ: issuer: position 2 is not allowed");
	compose_refuses(
	    no_number, PERSO_E_MISSING, "MRZ: document number is missing");
	compose_refuses(filler_first, PERSO_E_DATA,
	    "MRZ: document number: position 1 is not allowed");
	compose_refuses(
	    no_primary, PERSO_E_MISSING, "MRZ: primary identifier is missing");
	compose_refuses(digit_in_name, PERSO_E_DATA,
	    "MRZ: primary identifier: position 4 is not allowed");
	compose_refuses(double_filler, PERSO_E_DATA,
	    "MRZ: secondary identifier: position 6 is not allowed");
	compose_refuses(name_too_wide, PERSO_E_RANGE,
	    "MRZ: secondary identifier is longer than 29 characters");
	compose_refuses(primary_too_wide, PERSO_E_RANGE,
	    "MRZ: primary identifier leaves no room for the secondary one");
	compose_refuses(
	    no_nationality, PERSO_E_MISSING, "MRZ: nationality is missing");
	compose_refuses(
	    no_such_birth, PERSO_E_DATA, "MRZ: date of birth does not exist");
	compose_refuses(
	    no_such_day, PERSO_E_DATA, "MRZ: date of birth does not exist");
	compose_refuses(
	    no_such_expiry, PERSO_E_DATA, "MRZ: date of expiry does not exist");
	compose_refuses(optional_too_long, PERSO_E_RANGE,
	    "MRZ: optional data is longer than 14 characters");
	compose_refuses(optional_ends_wrong, PERSO_E_DATA,
	    "MRZ: optional data: position 3 is not allowed");
	compose_refuses(optional_lower, PERSO_E_DATA,
	    "MRZ: optional data: position 2 is not allowed");
	compose_refuses(second_optional, PERSO_E_RANGE,
	    "MRZ: optional data of line 2 is longer than 0 characters");
}

Test(mrz, formats_have_names_and_sizes)
{
	static const char *const name[] = { "TD1", "TD2", "TD3", "MRV-A",
		"MRV-B" };
	enum perso_mrz_format f = PERSO_MRZ_TD1;

	for (unsigned i = 0; i < PERSO_MRZ_FORMATS; i++) {
		cr_assert_eq(
		    perso_mrz_format_parse(str(name[i]), &f), PERSO_OK);
		cr_assert_eq(f, i);
		cr_assert_str_eq(perso_mrz_format_name(f), name[i]);
	}
	cr_assert_eq(perso_mrz_format_parse(str("TD4"), &f), PERSO_E_NOT_FOUND);
	cr_assert_eq(perso_mrz_name_width(PERSO_MRZ_TD1), 30);
	cr_assert_eq(perso_mrz_name_width(PERSO_MRZ_TD2), 31);
	cr_assert_eq(perso_mrz_name_width(PERSO_MRZ_TD3), 39);
	cr_assert_eq(perso_mrz_optional_width(PERSO_MRZ_TD1, 2), 11);
	cr_assert_eq(perso_mrz_optional_width(PERSO_MRZ_TD1, 1), 15);
	cr_assert_eq(perso_mrz_optional_width(PERSO_MRZ_MRVA, 1), 16);
	cr_assert_eq(perso_mrz_optional_width(PERSO_MRZ_TD3, 2), 0);
}
