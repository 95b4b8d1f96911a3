/* Spans, buffers, readers, writers. */
#include <criterion/criterion.h>

#include "perso/hex.h"
#include "perso/rd.h"
#include "perso/secret.h"
#include "perso/wr.h"

Test(buf, refuses_to_grow_beyond_its_maximum_and_changes_nothing)
{
	PERSO_BUF(b, 4);

	cr_assert_eq(perso_buf_append(&b, perso_span_str("abc")), PERSO_OK);
	cr_assert_eq(perso_buf_append(&b, perso_span_str("de")), PERSO_E_NOMEM);
	cr_assert(perso_span_equal(perso_buf_span(&b), perso_span_str("abc")));
	cr_assert_eq(perso_buf_append_u8(&b, 'd'), PERSO_OK);
	cr_assert_eq(perso_buf_resize(&b, 5), PERSO_E_NOMEM);
	cr_assert_eq(b.n, 4);
}

Test(buf, reserves_exactly_and_then_doubles_up_to_its_maximum)
{
	PERSO_BUF(b, 1000);

	cr_assert_eq(perso_buf_append_u8(&b, 'a'), PERSO_OK);
	cr_assert_eq(b.cap, 256);
	cr_assert_eq(perso_buf_reserve(&b, 700), PERSO_OK);
	cr_assert_eq(b.cap, 700);
	cr_assert_eq(perso_buf_reserve(&b, 701), PERSO_OK);
	cr_assert_eq(b.cap, 1000);
	cr_assert_eq(perso_buf_reserve(&b, 1001), PERSO_E_NOMEM);
	cr_assert_eq(b.n, 1);
	cr_assert_eq(b.p[0], 'a');
}

Test(buf, wipes_what_it_cuts)
{
	PERSO_BUF(b, 16);

	cr_assert_eq(perso_buf_set(&b, perso_span_str("secret!")), PERSO_OK);
	cr_assert_eq(perso_buf_resize(&b, 2), PERSO_OK);
	for (size_t i = 2; i < 7; i++)
		cr_assert_eq(b.p[i], 0);
	cr_assert_eq(perso_buf_set(&b, perso_span_str("abcdef")), PERSO_OK);
	perso_buf_remove(&b, 1, 3);
	cr_assert(perso_span_equal(perso_buf_span(&b), perso_span_str("aef")));
	for (size_t i = 3; i < 6; i++)
		cr_assert_eq(b.p[i], 0);
}

Test(buf, inserts_in_the_middle_and_moves)
{
	PERSO_BUF(b, 16);
	PERSO_BUF(c, 16);

	cr_assert_eq(perso_buf_set(&b, perso_span_str("ad")), PERSO_OK);
	cr_assert_eq(perso_buf_insert(&b, 1, perso_span_str("bc")), PERSO_OK);
	cr_assert_eq(perso_buf_insert(&b, 5, perso_span_str("x")), PERSO_E_ARG);
	perso_buf_move(&c, &b);
	cr_assert(perso_span_equal(perso_buf_span(&c), perso_span_str("abcd")));
	cr_assert_eq(b.n, 0);
	cr_assert_null(b.p);
}

Test(rd, leaves_cursor_and_output_alone_on_failure)
{
	static const uint8_t in[] = { 1, 2, 3 };
	struct perso_rd rd = perso_rd(perso_span_of(in));
	uint32_t v = 77;
	uint16_t h = 0;

	cr_assert_eq(perso_rd_u32(&rd, &v), PERSO_E_TRUNCATED);
	cr_assert_eq(v, 77);
	cr_assert_eq(rd.at, 0);
	cr_assert_eq(perso_rd_u16(&rd, &h), PERSO_OK);
	cr_assert_eq(h, 0x0102);
	cr_assert_eq(perso_rd_expect(&rd, perso_span_str("x")), PERSO_E_DATA);
	cr_assert_eq(rd.at, 2);
	cr_assert_eq(perso_rd_finish(&rd), PERSO_E_TRAILING);
	cr_assert_eq(perso_rd_rest(&rd).n, 1);
	cr_assert_eq(perso_rd_finish(&rd), PERSO_OK);
	cr_assert_eq(perso_rd_skip(&rd, SIZE_MAX), PERSO_E_TRUNCATED);
}

Test(wr, puts_the_shortest_length_for_every_size)
{
	static const size_t sizes[] = { 0, 1, 127, 128, 255, 256, 65535,
		65536 };

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		PERSO_BUF(open, 70000);
		PERSO_BUF(head, 70000);
		struct perso_wr a = perso_wr(&open), b = perso_wr(&head);
		size_t m = perso_wr_open(&a, 0x7F61);

		perso_wr_zero(&a, sizes[i]);
		perso_wr_close(&a, m);
		perso_wr_head(&b, 0x7F61, sizes[i]);
		perso_wr_zero(&b, sizes[i]);
		cr_assert_eq(perso_wr_end(&a), PERSO_OK);
		cr_assert_eq(perso_wr_end(&b), PERSO_OK);
		cr_assert(perso_span_equal(
		    perso_buf_span(&open), perso_buf_span(&head)));
	}
}

Test(wr, nests_templates)
{
	PERSO_BUF(b, 64);
	PERSO_BUF(hex, 128);
	struct perso_wr w = perso_wr(&b);
	size_t com = perso_wr_open(&w, 0x60);

	perso_wr_tlv(&w, 0x5F01, perso_span_str("0107"));
	perso_wr_tlv(&w, 0x5F36, perso_span_str("040000"));
	perso_wr_tlv(&w, 0x5C, perso_span("\x61\x75\x76\x6C", 4));
	cr_assert_eq(perso_wr_end(&w), PERSO_E_ARG);
	perso_wr_close(&w, com);
	cr_assert_eq(perso_wr_end(&w), PERSO_OK);
	cr_assert_eq(perso_hex_encode(perso_buf_span(&b), &hex), PERSO_OK);
	/* Doc 9303-10, appendix A */
	cr_assert(perso_span_equal(perso_buf_span(&hex),
	    perso_span_str(
		"60165F0104303130375F36063034303030305C046175766C")));
}

Test(wr, keeps_its_first_error)
{
	PERSO_BUF(b, 4);
	struct perso_wr w = perso_wr(&b);

	perso_wr_u32(&w, 1);
	perso_wr_u8(&w, 1);
	perso_wr_u8(&w, 1);
	cr_assert_eq(perso_wr_end(&w), PERSO_E_NOMEM);
	cr_assert_eq(b.n, 4);
}

Test(wr, encodes_integers_and_oids)
{
	static const struct {
		const char *oid, *hex;
	} oids[] = {
		{ "2.23.136.1.1.1", "06066781080101 01" },
		{ "1.2.840.113549.1.1.1", "06092A864886F70D010101" },
		{ "0.4.0.127.0.7.2.2.4.2.2", "060A04007F00070202040202" },
		{ "2.999.3", "0603883703" },
		{ "2.25.1152921504606846975", "060A698FFFFFFFFFFFFFFF7F" },
	};
	static const struct {
		uint64_t v;
		const char *hex;
	} ints[] = { { 0, "020100" }, { 127, "02017F" }, { 128, "02020080" },
		{ 65537, "0203010001" },
		{ UINT64_MAX, "020900FFFFFFFFFFFFFFFF" } };

	for (size_t i = 0; i < 5; i++) {
		PERSO_BUF(b, 64);
		PERSO_BUF(want, 64);
		struct perso_wr w = perso_wr(&b);

		perso_wr_oid(&w, oids[i].oid);
		cr_assert_eq(perso_wr_end(&w), PERSO_OK);
		cr_assert_eq(
		    perso_hex_decode(perso_span_str(oids[i].hex), &want),
		    PERSO_OK);
		cr_assert(
		    perso_span_equal(perso_buf_span(&b), perso_buf_span(&want)),
		    "%s", oids[i].oid);
	}
	for (size_t i = 0; i < 5; i++) {
		PERSO_BUF(b, 64);
		PERSO_BUF(want, 64);
		struct perso_wr w = perso_wr(&b);

		perso_wr_int(&w, ints[i].v);
		cr_assert_eq(
		    perso_hex_decode(perso_span_str(ints[i].hex), &want),
		    PERSO_OK);
		cr_assert(
		    perso_span_equal(perso_buf_span(&b), perso_buf_span(&want)),
		    "%s", ints[i].hex);
	}
}

Test(wr, refuses_oids_that_are_none)
{
	static const char *const bad[] = { "", "1", "3.1", "1.40", "1.2.",
		"1..2", "1.2x", "a.b" };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		PERSO_BUF(b, 64);
		struct perso_wr w = perso_wr(&b);

		perso_wr_oid(&w, bad[i]);
		cr_assert_eq(perso_wr_end(&w), PERSO_E_ARG, "%s", bad[i]);
	}
}

Test(secret, compares_and_wipes)
{
	PERSO_SECRET(s);

	cr_assert_eq(perso_secret_set(&s, perso_span_str("key")), PERSO_OK);
	cr_assert(
	    perso_secret_equal(perso_secret_span(&s), perso_span_str("key")));
	cr_assert_not(
	    perso_secret_equal(perso_secret_span(&s), perso_span_str("kex")));
	cr_assert_not(
	    perso_secret_equal(perso_secret_span(&s), perso_span_str("ke")));
	perso_secret_wipe(&s);
	cr_assert_eq(s.p[0], 0);
	cr_assert_eq(s.n, 0);
}
