/* What a careless caller or a hostile file does to base. */
#include <criterion/criterion.h>

#include "perso/date.h"
#include "perso/tlv.h"

/* sim and others hand a part of a buffer back to it. */
Test(buf, can_be_set_to_a_part_of_itself)
{
	static const struct {
		size_t off, n;
		const char *want;
	} rows[] = { { 0, 8, "abcdefgh" }, { 0, 3, "abc" }, { 4, 4, "efgh" },
		{ 2, 6, "cdefgh" }, { 7, 1, "h" }, { 3, 0, "" } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		PERSO_BUF(b, 8);

		cr_assert_eq(
		    perso_buf_append(&b, perso_span_str("abcdefgh")), PERSO_OK);
		cr_assert_eq(
		    perso_buf_set(&b, perso_span_sub(perso_buf_span(&b),
					  rows[i].off, rows[i].n)),
		    PERSO_OK);
		cr_assert(perso_span_equal(
			      perso_buf_span(&b), perso_span_str(rows[i].want)),
		    "row %zu", i);
		for (size_t k = b.n; k < 8; k++)
			cr_assert_eq(b.p[k], 0, "row %zu: not wiped", i);
	}
}

Test(tlv, announced_lengths_of_four_gigabytes_cost_nothing)
{
	static const uint8_t in[] = { 0x75, 0x84, 0xFF, 0xFF, 0xFF, 0xFF, 0 };
	struct perso_rd rd = perso_rd(perso_span_of(in));
	struct perso_tlv t = { .tag = 7 };
	size_t total = 0;

	cr_assert_eq(perso_tlv_next(&rd, &t), PERSO_E_TRUNCATED);
	cr_assert_eq(rd.at, 0);
	cr_assert_eq(t.tag, 7);
	cr_assert_eq(perso_tlv_total(perso_span_of(in), &total), PERSO_OK);
	cr_assert_eq(total, (size_t)6 + 0xFFFFFFFF);
}

Test(date, of_the_first_millennium_has_four_digits)
{
	char text[PERSO_TIME_LEN];
	time_t t = 0;

	cr_assert_eq(
	    perso_time_parse(perso_span_str("0984-12-31T23:59:59Z"), &t),
	    PERSO_OK);
	perso_time_text(t, text);
	cr_assert_str_eq(text, "0984-12-31T23:59:59Z");
	perso_time_text((time_t)400000000000, text); /* beyond 9999 */
	cr_assert_str_eq(text, "");
}
