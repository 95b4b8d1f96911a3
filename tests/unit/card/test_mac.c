#include <criterion/criterion.h>

#include "perso/mac.h"
#include "wire.h"

Test(mac, retail_mac_of_iso_9797_1)
{
	VEC(v, "tests/vectors/retail_mac.txt");

	for (int i = 1; i <= 2; i++) {
		struct perso_span msg = vec_hex(v, "retail%d_msg", i);
		struct perso_span parts[] = { perso_span_sub(msg, 0, 5),
			PERSO_SPAN_EMPTY, perso_span_sub(msg, 5, msg.n) };
		uint8_t mac[8];

		cr_assert_eq(perso_retail_mac(
				 vec_hex(v, "retail%d_key", i), parts, 3, mac),
		    0);
		cr_assert_str_eq(hx_text(perso_span_of(mac)),
		    vec_text(v, "retail%d_mac", i));
	}
}

Test(mac, a_kept_key_gives_the_same_macs_one_after_another)
{
	struct perso_span key = hx("0123456789ABCDEFFEDCBA9876543210");
	struct perso_retail *r = NULL;
	uint8_t text[100], mac[8], want[8];

	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (uint8_t)(i * 7);
	cr_assert_eq(perso_retail_new(key, &r), 0);
	for (size_t n = 0; n <= sizeof(text); n++) {
		struct perso_span parts[] = { perso_span(text, n / 3),
			perso_span(text + n / 3, n - n / 3) };

		cr_assert_eq(perso_retail_mac(key, parts, 2, want), 0);
		cr_assert_eq(perso_retail_run(r, parts, 2, mac), 0);
		cr_assert_arr_eq(mac, want, 8, "%zu bytes", n);
	}
	perso_retail_free(&r);
	cr_assert_null(r);
	cr_assert_eq(perso_retail_new(hx("0123456789ABCDEF"), &r), PERSO_E_KEY);
	cr_assert_null(r);
}

Test(mac, retail_mac_wants_a_key_of_16_bytes)
{
	uint8_t mac[8] = { 9 };

	cr_assert_eq(perso_retail_mac(hx("0123456789ABCDEF"), NULL, 0, mac),
	    PERSO_E_KEY);
	cr_assert_eq(mac[0], 9);
}

Test(mac, padding_method_2_and_back)
{
	VEC(v, "tests/vectors/retail_mac.txt");

	for (int i = 1; i <= 3; i++) {
		struct perso_span in = vec_hex(v, "pad%d_in", i);
		PERSO_BUF(b, 64);
		size_t n = 0;

		cr_assert_eq(perso_buf_append(&b, in), 0);
		cr_assert_eq(perso_pad2(&b, 0, 8), 0);
		cr_assert_str_eq(
		    hx_text(perso_buf_span(&b)), vec_text(v, "pad%d_out", i));
		cr_assert_eq(perso_unpad2(perso_buf_span(&b), 8, &n), 0);
		cr_assert_eq(n, in.n);
	}
}

Test(mac, padding_counts_from_the_mark_and_fails_whole)
{
	PERSO_BUF(b, 11);

	cr_assert_eq(perso_buf_append(&b, hx("010203")), 0);
	cr_assert_eq(perso_pad2(&b, 3, 8), 0);
	cr_assert_eq(b.n, 11);
	cr_assert_eq(perso_pad2(&b, 3, 8), PERSO_E_NOMEM);
	cr_assert_eq(b.n, 11);
	perso_buf_remove(&b, 9, 2);
	cr_assert_eq(perso_pad2(&b, 0, 16), PERSO_E_NOMEM);
	cr_assert_eq(b.n, 9);
}

Test(mac, wrong_padding_is_refused)
{
	static const char *const bad[] = { "", "00", "0102030405060780FF",
		"0102030405060708", "0000000000000000", "8000000000000001",
		"01020304050607800000000000000000" };

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		size_t n = 77;

		cr_expect_eq(perso_unpad2(hx(bad[i]), 8, &n), PERSO_E_DATA,
		    "%s", bad[i]);
		cr_expect_eq(n, 77);
	}
}
