#include "seal_test.h"

static void
encode(const char *text, struct perso_buf *ret)
{
	perso_buf_clear(ret);
	OK(perso_c40_encode(perso_span_str(text), ret));
}

Test(c40, gives_the_bytes_of_the_standard)
{
	static struct rows r;
	PERSO_BUF(want, 4096);
	PERSO_BUF(got, 4096);
	PERSO_BUF(text, 4096);
	unsigned n = 0;

	rows_open(&r, "tests/vectors/seal.txt");
	while (rows_next(&r, "c40")) {
		from_hex(r.field[2], &want);
		encode(r.field[1], &got);
		cr_assert(perso_span_equal(
		    perso_buf_span(&want), perso_buf_span(&got)));
		perso_buf_clear(&text);
		OK(perso_c40_decode(perso_buf_span(&want), &text));
		for (size_t i = 0; i < text.n; i++)
			cr_assert_eq(text.p[i],
			    r.field[1][i] == '<' ? ' ' : r.field[1][i]);
		cr_assert_eq(text.n, strlen(r.field[1]));
		n++;
	}
	cr_assert_eq(n, 4);
}

Test(c40, reads_back_what_it_wrote_at_every_length)
{
	static const char set[] = " 0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	char text[120];
	PERSO_BUF(bytes, 4096);
	PERSO_BUF(back, 4096);

	for (size_t n = 0; n < sizeof(text); n++) {
		for (size_t i = 0; i < n; i++)
			text[i] = set[(i * 7 + n * 5) % 37];
		perso_buf_clear(&bytes);
		perso_buf_clear(&back);
		OK(perso_c40_encode(perso_span(text, n), &bytes));
		/* 2.6 b: the least even number that is not below it */
		cr_assert_eq(bytes.n, n / 3 * 2 + (n % 3 ? 2 : 0));
		OK(perso_c40_decode(perso_buf_span(&bytes), &back));
		cr_assert(perso_span_equal(
		    perso_buf_span(&back), perso_span(text, n)));
	}
}

Test(c40, refuses_other_characters_with_their_position)
{
	static const char *const bad[] = { "ABCDa", "ABCD.", "ABCD\x01",
		"ABCD\xC3\x84", "ABCD_" };
	PERSO_BUF(out, 64);

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		EXPECT(perso_c40_encode(perso_span_str(bad[i]), &out),
		    PERSO_E_DATA);
		says("character 5");
		cr_assert_eq(out.n, 0);
	}
}

Test(c40, refuses_bytes_that_it_never_writes)
{
	static const struct {
		const char *hex;
		perso_rc want;
	} t[] = {
		{ "D9", PERSO_E_TRUNCATED }, { "D9C5D9", PERSO_E_TRUNCATED },
		{ "0000", PERSO_E_DATA },     /* no triple */
		{ "FFFF", PERSO_E_DATA },     /* above 64000 */
		{ "FA01", PERSO_E_DATA },     /* above 64000 */
		{ "FE00", PERSO_E_DATA },     /* no character */
		{ "FE3D", PERSO_E_DATA },     /* < is written as a space */
		{ "FE62", PERSO_E_DATA },     /* small letter */
		{ "FE42D9C5", PERSO_E_DATA }, /* single, but not at the end */
		{ "0001", PERSO_E_DATA },     /* shifts only */
		{ "EB04EB04", PERSO_OK }, { "EB11EB01", PERSO_OK },
		{ "EB01EB11", PERSO_E_DATA }, /* padding not at the end */
	};
	PERSO_BUF(in, 64);
	PERSO_BUF(out, 64);

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		from_hex(t[i].hex, &in);
		perso_buf_clear(&out);
		EXPECT(perso_c40_decode(perso_buf_span(&in), &out), t[i].want);
		cr_assert(t[i].want == PERSO_OK || out.n == 0, "%s", t[i].hex);
	}
}
