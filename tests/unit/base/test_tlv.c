#include <criterion/criterion.h>

#include "perso/hex.h"
#include "perso/tlv.h"
#include "perso/wr.h"

Test(tlv, refuses_malformed_elements_and_moves_nothing)
{
	static const struct {
		const char *name, *hex;
		perso_rc rc;
	} bad[] = {
		{ "empty", "", PERSO_E_TRUNCATED },
		{ "tag only", "61", PERSO_E_TRUNCATED },
		{ "cut tag", "5F", PERSO_E_TRUNCATED },
		{ "long tag", "5F81818101", PERSO_E_DATA },
		{ "indefinite length", "61800000", PERSO_E_DATA },
		{ "five length bytes", "61850000000001FF", PERSO_E_DATA },
		{ "reserved length", "61FF", PERSO_E_DATA },
		{ "cut length", "6182FF", PERSO_E_TRUNCATED },
		{ "cut value", "6102FF", PERSO_E_TRUNCATED },
		{ "huge length", "6184FFFFFFFF00", PERSO_E_TRUNCATED },
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		PERSO_BUF(b, 64);
		struct perso_tlv t = { .tag = 77 };
		struct perso_rd rd;

		cr_assert_eq(
		    perso_hex_decode(perso_span_str(bad[i].hex), &b), PERSO_OK);
		rd = perso_rd(perso_buf_span(&b));
		cr_assert_eq(
		    perso_tlv_next(&rd, &t), bad[i].rc, "%s", bad[i].name);
		cr_assert_eq(rd.at, 0);
		cr_assert_eq(t.tag, 77);
	}
}

Test(tlv, reads_tags_of_one_to_three_bytes)
{
	static const uint8_t in[] = { 0x61, 0, 0x5F, 0x1F, 1, 9, 0x7F, 0x81,
		0x02, 0x81, 1, 8 };
	struct perso_rd rd = perso_rd(perso_span_of(in));
	struct perso_tlv t = { 0 };
	bool there = true;

	cr_assert_eq(perso_tlv_next(&rd, &t), PERSO_OK);
	cr_assert_eq(t.tag, 0x61);
	cr_assert_eq(t.val.n, 0);
	cr_assert_eq(perso_tlv_optional(&rd, 0x5F20, &t, &there), PERSO_OK);
	cr_assert_not(there);
	cr_assert_eq(perso_tlv_expect(&rd, 0x5F20, &t), PERSO_E_DATA);
	cr_assert_eq(perso_tlv_optional(&rd, 0x5F1F, &t, &there), PERSO_OK);
	cr_assert(there);
	cr_assert(t.minimal);
	cr_assert_eq(t.raw.n, 4);
	cr_assert_eq(perso_tlv_expect(&rd, 0x7F8102, &t), PERSO_OK);
	cr_assert_not(t.minimal);
	cr_assert_eq(perso_rd_finish(&rd), PERSO_OK);
	cr_assert_eq(perso_tlv_find(perso_span_of(in), 0x5F1F, &t), PERSO_OK);
	cr_assert_eq(
	    perso_tlv_find(perso_span_of(in), 0x99, &t), PERSO_E_MISSING);
}

Test(tlv, demands_a_whole_file_with_a_minimal_length)
{
	struct perso_tlv t = { 0 };
	size_t n = 0;

	cr_assert_eq(
	    perso_tlv_only(perso_span("\x61\x01\x00", 3), 0x61, &t), PERSO_OK);
	cr_assert_eq(
	    perso_tlv_only(perso_span("\x61\x01\x00\x00", 4), 0x61, &t),
	    PERSO_E_TRAILING);
	cr_assert_eq(
	    perso_tlv_only(perso_span("\x61\x81\x01\x00", 4), 0x61, &t),
	    PERSO_E_DATA);
	cr_assert_eq(perso_tlv_total(perso_span("\x75\x82\x3A\xE7\x7F", 5), &n),
	    PERSO_OK);
	cr_assert_eq(n, 0x3AE7 + 4);
}

Test(der, reads_integers_strictly)
{
	static const struct {
		const char *bytes;
		size_t n;
		perso_rc rc;
		uint64_t v;
	} cases[] = {
		{ "\x00", 1, PERSO_OK, 0 },
		{ "\x7F", 1, PERSO_OK, 127 },
		{ "\x00\x80", 2, PERSO_OK, 128 },
		{ "", 0, PERSO_E_RANGE, 0 },
		{ "\x80", 1, PERSO_E_RANGE, 0 },
		{ "\x00\x7F", 2, PERSO_E_RANGE, 0 },
		{ "\x00\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 9, PERSO_E_RANGE, 0 },
		{ "\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 8, PERSO_OK, INT64_MAX },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint64_t v = 4711;

		cr_assert_eq(
		    perso_der_u63(perso_span(cases[i].bytes, cases[i].n), &v),
		    cases[i].rc, "case %zu", i);
		cr_assert_eq(v, cases[i].rc == PERSO_OK ? cases[i].v : 4711);
	}
}

Test(der, reads_back_every_oid_it_writes)
{
	static const char *const oids[] = { "2.23.136.1.1.6.2", "0.0",
		"1.39.0.128", "2.999.16384", "0.4.0.127.0.7.1.1.4.1.3" };
	char text[PERSO_OID_MAX];

	for (size_t i = 0; i < 5; i++) {
		PERSO_BUF(b, 64);
		struct perso_wr w = perso_wr(&b);
		struct perso_tlv t = { 0 };

		perso_wr_oid(&w, oids[i]);
		cr_assert_eq(
		    perso_tlv_only(perso_buf_span(&b), 0x06, &t), PERSO_OK);
		cr_assert_eq(
		    perso_der_oid(t.val, text, sizeof(text)), PERSO_OK);
		cr_assert_str_eq(text, oids[i]);
		cr_assert(perso_der_is_oid(t.val, oids[i]));
		cr_assert_eq(perso_der_oid(t.val, text, 2), PERSO_E_RANGE);
	}
	cr_assert_eq(
	    perso_der_oid(perso_span("\x2A\x80\x01", 3), text, sizeof(text)),
	    PERSO_E_DATA);
	cr_assert_eq(
	    perso_der_oid(perso_span("\x2A\x86", 2), text, sizeof(text)),
	    PERSO_E_TRUNCATED);
}

Test(der, sorts_a_set)
{
	PERSO_BUF(b, 64);

	cr_assert_eq(
	    perso_buf_set(
		&b, perso_span("\xAA\x02\x01\x07\x02\x01\x02\x01\x01\x05", 10)),
	    PERSO_OK);
	cr_assert_eq(perso_der_sort_set(&b, 1), PERSO_OK);
	cr_assert(perso_span_equal(perso_buf_span(&b),
	    perso_span("\xAA\x01\x01\x05\x02\x01\x02\x02\x01\x07", 10)));
	cr_assert_eq(perso_der_sort_set(&b, 11), PERSO_E_ARG);
}
