#include <criterion/criterion.h>
#include <string.h>

#include "../../../src/sim/sim_int.h"
#include "host.h"
#include "perso/digest.h"
#include "perso/key.h"
#include "perso/keyref.h"

static void
open_blank(struct host *h)
{
	host_new(h, NULL);
	SHOULD_BE(h, host_scp(h, 0x33), 0x9000);
}

Test(sim_perso, a_blank_answers_only_select_get_data_and_the_handshake)
{
	static const char *no[] = { "00CA00C100", "80CA9F7F00", "00B0000000",
		"0084000008", "80E00000 11 620F8003000010820101830201018801 08",
		"80440000023F00", "84A4000C023F00",
		"0CB000000D9701048E08ED6705417E96BA5500", "0120000000",
		"FFFFFFFF" };
	struct host h;

	host_new(&h, NULL);
	SHOULD_BE(&h, host_select_app(&h), 0x9000);
	SHOULD_BE(&h, host_select(&h, 0x0101), 0x6A82);
	SHOULD_BE(&h, host_select(&h, 0x3F00), 0x9000);
	SHOULD_BE(&h, host_hex(&h, "00A4000C"), 0x9000);
	SHOULD_BE(&h, host_hex(&h, "00A4000C023F01"), 0x6A82);
	SHOULD_BE(&h, host_hex(&h, "00A40000023F00"), 0x6A86);
	SHOULD_BE(&h, host_hex(&h, "00A4090C023F00"), 0x6A86);
	SHOULD_BE(&h, host_hex(&h, "00A4040C06A00000024710"), 0x6A82);
	SHOULD_BE(&h, host_hex(&h, "00A4020C012F"), 0x6700);
	SHOULD_BE(&h, host_hex(&h, "00CA006600"), 0x9000);
	cr_assert_eq(h.n, 0x32);
	cr_assert_eq(h.rsp[1], 0x30);
	for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++) {
		host_hex(&h, no[i]);
		cr_assert_eq(h.sw, 0x6982, "%s: %04X", no[i], h.sw);
		cr_assert_eq(h.n, 0);
	}
	host_done(&h);
}

Test(sim_perso, the_atr_announces_chaining_and_extended_length)
{
	struct host h;
	struct perso_span atr;
	uint8_t x = 0;

	host_new(&h, NULL);
	atr = perso_sim_reset(h.s);
	cr_assert(perso_span_equal(perso_span(atr.p, atr.n - 1),
	    hex("3B8C8001807394 21C066504552534F31")));
	for (size_t i = 1; i < atr.n; i++)
		x ^= atr.p[i];
	cr_assert_eq(x, 0);
	host_done(&h);
}

Test(sim_perso, a_whole_personalisation_reads_back_what_was_written)
{
	struct host h;

	open_blank(&h);
	SHOULD_BE(&h, host_select_app(&h), 0x9000);
	SHOULD_BE(&h, host_create(&h, 0x0102, 2, 70000), 0x9000);
	for (size_t at = 0; at < 70000; at += 5000) {
		uint8_t data[5000];

		memset(data, (int)(at / 5000 + 1), sizeof(data));
		SHOULD_BE(&h, host_update(&h, at, perso_span_of(data)), 0x9000);
	}
	for (size_t at = 0; at < 70000; at += 5000) {
		SHOULD_BE(&h, host_read(&h, at + 10, 300), 0x9000);
		cr_assert_eq(h.n, 300);
		cr_assert_eq(h.rsp[h.n - 1], at / 5000 + 1);
	}
	SHOULD_BE(&h, host_read(&h, 0, 0), 0x9000);
	cr_assert_eq(h.n, 239);
	SHOULD_BE(&h, host_read(&h, 0, 65536), 0x9000);
	cr_assert_eq(h.n, 65519);
	host_done(&h);
}

Test(sim_perso, chains_longer_commands_on_short_links)
{
	struct host h;
	uint8_t data[600];

	memset(data, 0x5A, sizeof(data));
	open_blank(&h);
	h.split = 255;
	SHOULD_BE(&h, host_select_app(&h), 0x9000);
	SHOULD_BE(&h, host_create(&h, 0x0102, 2, 600), 0x9000);
	SHOULD_BE(&h, host_update(&h, 0, perso_span_of(data)), 0x9000);
	SHOULD_BE(&h, host_read(&h, 599, 1), 0x9000);
	cr_assert_eq(h.rsp[0], 0x5A);
	host_done(&h);
}

Test(sim_perso, refuses_files_that_do_not_belong)
{
	static const struct {
		const char *fcp;
		uint16_t sw;
	} t[] = { { "620E800200108201018302010188 0108", 0x9000 },
		{ "620E800200108201018302010188 0108", 0x6A89 },
		{ "620E8002001082010183020102880108", 0x6A80 },
		{ "620E8002001082010183022F01880108", 0x6A80 },
		{ "620E8002000082010183020102880110", 0x6A80 },
		{ "620D80011082010183020102880110", 0x6A80 },
		{ "620E8002001082013883020102880110", 0x6A80 },
		{ "620E8002001082010183020102880111", 0x6A80 },
		{ "620B8002001082010183020102", 0x6A80 },
		{ "62128002001082010183020102880110 80020010", 0x6A80 },
		{ "62118002001082010183020102880110 8A0105", 0x6A80 },
		{ "620E800200108201018302010288011000", 0x6A80 },
		{ "620F800300001082010183020102880110", 0x9000 },
		{ "620E8002FFFF82010183020105880128", 0x9000 },
		{ "620E8002FFE282010183020106880130", 0x6A84 },
		{ "6F0E8002001082010183020107880138", 0x6A80 },
		{ "62", 0x6A80 } };
	struct host h;

	open_blank(&h);
	SHOULD_BE(&h, host_select_app(&h), 0x9000);
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		host_send(&h,
		    (struct cmd){ 0x80, 0xE0, 0, 0, hex(t[i].fcp), -1, false });
		cr_assert_eq(h.sw, t[i].sw, "%s: %04X", t[i].fcp, h.sw);
	}
	SHOULD_BE(&h,
	    host_send(
		&h, (struct cmd){ 0x80, 0xE0, 0, 1, hex("62"), -1, false }),
	    0x6A86);
	host_done(&h);
}

Test(sim_perso, refuses_writes_outside_the_file)
{
	struct host h;
	struct cmd odd = { 0x80, 0xD7, 0, 0, { 0 }, -1, false };

	open_blank(&h);
	SHOULD_BE(&h, host_update(&h, 0, hex("00")), 0x6986);
	SHOULD_BE(&h, host_select_app(&h), 0x9000);
	SHOULD_BE(&h, host_create(&h, 0x0101, 1, 4), 0x9000);
	SHOULD_BE(&h, host_update(&h, 0, hex("01020304")), 0x9000);
	SHOULD_BE(&h, host_update(&h, 2, hex("AABBCC")), 0x6B00);
	SHOULD_BE(&h, host_update(&h, 4, hex("AA")), 0x6B00);
	SHOULD_BE(&h, host_update(&h, 40000, hex("AA")), 0x6B00);
	SHOULD_BE(&h, host_update(&h, 0, (struct perso_span){ 0 }), 0x6700);
	odd.data = hex("54010053");
	SHOULD_BE(&h, host_send(&h, odd), 0x6A80);
	odd.data = hex("5401005300");
	SHOULD_BE(&h, host_send(&h, odd), 0x6700);
	odd.data = hex("5400530100");
	SHOULD_BE(&h, host_send(&h, odd), 0x6A80);
	odd.data = hex("540500000000005301AA");
	SHOULD_BE(&h, host_send(&h, odd), 0x6A80);
	odd.data = hex("540400000003 5301DD");
	SHOULD_BE(&h, host_send(&h, odd), 0x9000);
	SHOULD_BE(&h, host_read(&h, 0, 0), 0x9000);
	cr_assert_eq(h.n, 4);
	cr_assert_arr_eq(h.rsp, hex("010203DD").p, 4);
	SHOULD_BE(&h, host_read(&h, 4, 0), 0x6B00);
	host_done(&h);
}

Test(sim_perso, a_key_with_a_wrong_check_value_changes_nothing)
{
	struct host h;
	struct cmd c = { 0x80, 0xDB, 0x3F, 0xFF, { 0 }, -1, false };

	open_blank(&h);
	SHOULD_BE(
	    &h, host_put_key(&h, 1, perso_span_of(test_seed), false), 0x6A80);
	cr_assert(!h.s->nv.has_seed);
	SHOULD_BE(
	    &h, host_put_key(&h, 1, perso_span_of(test_seed), true), 0x9000);
	cr_assert_arr_eq(h.s->nv.seed, test_seed, 16);
	SHOULD_BE(
	    &h, host_put_key(&h, 3, perso_span_of(test_seed), true), 0x6A80);
	SHOULD_BE(
	    &h, host_put_key(&h, 2, perso_span_of(test_seed), true), 0x6A80);
	SHOULD_BE(&h,
	    host_put_key(&h, 1,
		hex("000102030405060708090A0B0C0D0E0F"
		    "000102030405060708090A0B0C0D0E0F"),
		true),
	    0x6A80);
	cr_assert_arr_eq(h.s->nv.seed, test_seed, 16);
	c.data = hex("7000");
	SHOULD_BE(&h, host_send(&h, c), 0x6A80);
	c.data = hex("700B84010185 0101 8603000000");
	SHOULD_BE(&h, host_send(&h, c), 0x6A80);
	c.p1 = 0;
	SHOULD_BE(&h, host_send(&h, c), 0x6A86);
	host_done(&h);
}

/* Locks and returns a BAC session. */
static void
finish(struct host *h)
{
	SHOULD_BE(h, host_select_app(h), 0x9000);
	SHOULD_BE(h, host_create(h, 0x0101, 1, 10), 0x9000);
	SHOULD_BE(h, host_create(h, 0x011D, 0x1D, 10), 0x9000);
	SHOULD_BE(
	    h, host_put_key(h, 1, perso_span_of(test_seed), true), 0x9000);
	SHOULD_BE(h, host_lock(h), 0x9000);
	host_reset(h);
	SHOULD_BE(h, host_select_app(h), 0x9000);
	SHOULD_BE(h, host_bac(h), 0x9000);
}

Test(sim_perso, ec_keys_made_on_the_card_sign)
{
	static const struct {
		enum perso_curve c;
		enum perso_hash h;
	} t[] = { { PERSO_P256, PERSO_SHA256 }, { PERSO_BP256, PERSO_SHA256 },
		{ PERSO_P384, PERSO_SHA384 }, { PERSO_BP384, PERSO_SHA384 },
		{ PERSO_BP512, PERSO_SHA512 }, { PERSO_P521, PERSO_SHA512 } };

	for (size_t i = 0; i < 6; i++) {
		struct perso_sig_alg alg = { PERSO_SIG_ECDSA_PLAIN, t[i].h, 0 };
		struct perso_span rnd = hex("F173589974BF40C6");
		struct perso_tlv key, point;
		struct perso_pubkey *pub = NULL;
		struct host h;

		open_blank(&h);
		SHOULD_BE(&h, host_generate(&h, t[i].c, 0), 0x9000);
		cr_assert_eq(
		    perso_tlv_only(perso_span(h.rsp, h.n), 0x7F49, &key),
		    PERSO_OK);
		cr_assert_eq(perso_tlv_only(key.val, 0x86, &point), PERSO_OK);
		cr_assert_eq(
		    perso_pubkey_from_point(t[i].c, point.val, &pub), PERSO_OK);
		finish(&h);
		SHOULD_BE(&h,
		    host_send(&h, (struct cmd){ 0, 0x88, 0, 0, rnd, 0, false }),
		    0x9000);
		cr_assert_eq(perso_pubkey_verify(
				 pub, alg, &rnd, 1, perso_span(h.rsp, h.n)),
		    PERSO_OK, "curve %zu", i);
		perso_pubkey_free(&pub);
		host_done(&h);
	}
}

/* ISO/IEC 9796-2 scheme 1, trailer 34CC */
static void
check_rsa(struct perso_pubkey *pub, struct host *h, size_t n)
{
	struct perso_span rnd = hex("F173589974BF40C6");
	struct perso_span parts[2];
	struct perso_md md;
	PERSO_BUF(f, 512);

	SHOULD_BE(h, host_send(h, (struct cmd){ 0, 0x88, 0, 0, rnd, 0, true }),
	    0x9000);
	cr_assert_eq(h->n, n);
	cr_assert_eq(
	    perso_pubkey_rsa_raw(pub, perso_span(h->rsp, h->n), &f), PERSO_OK);
	cr_assert_eq(f.n, n);
	cr_assert_eq(f.p[0], 0x6A);
	cr_assert_eq(f.p[n - 2], 0x34);
	cr_assert_eq(f.p[n - 1], 0xCC);
	parts[0] = perso_span(f.p + 1, n - 35);
	parts[1] = rnd;
	cr_assert_eq(perso_digest_parts(PERSO_SHA256, parts, 2, &md), PERSO_OK);
	cr_assert_arr_eq(md.p, f.p + n - 34, 32);
}

Test(sim_perso, an_rsa_key_made_on_the_card_signs)
{
	struct perso_tlv key, n, e;
	struct perso_rd rd;
	struct perso_pubkey *pub = NULL;
	struct host h;

	open_blank(&h);
	SHOULD_BE(&h, host_generate(&h, 0, 1024), 0x9000);
	cr_assert_eq(
	    perso_tlv_only(perso_span(h.rsp, h.n), 0x7F49, &key), PERSO_OK);
	rd = perso_rd(key.val);
	cr_assert_eq(perso_tlv_expect(&rd, 0x81, &n), PERSO_OK);
	cr_assert_eq(perso_tlv_expect(&rd, 0x82, &e), PERSO_OK);
	cr_assert_eq(perso_pubkey_from_rsa(n.val, e.val, &pub), PERSO_OK);
	finish(&h);
	check_rsa(pub, &h, 128);
	perso_pubkey_free(&pub);
	host_done(&h);
}

Test(sim_perso, a_loaded_rsa_key_signs_only_where_the_answer_fits)
{
	struct perso_key_spec spec = { .kind = PERSO_KEY_RSA, .bits = 2048 };
	struct perso_keyref *key = NULL;
	PERSO_BUF(der, 4096);
	struct perso_pubkey *pub = NULL;
	PERSO_BUF(n, 512);
	PERSO_BUF(e, 8);
	struct host h;

	open_blank(&h);
	cr_assert_eq(perso_keyref_generate(spec, &key), PERSO_OK);
	cr_assert_eq(perso_keyref_pkcs8(key, &der), PERSO_OK);
	cr_assert_eq(
	    perso_pubkey_point(perso_keyref_pubkey(key), &n), PERSO_OK);
	cr_assert_eq(
	    perso_pubkey_exponent(perso_keyref_pubkey(key), &e), PERSO_OK);
	cr_assert_eq(
	    perso_pubkey_from_rsa(perso_buf_span(&n), perso_buf_span(&e), &pub),
	    PERSO_OK);
	SHOULD_BE(&h, host_put_key(&h, 2, perso_buf_span(&der), false), 0x6A80);
	SHOULD_BE(&h, host_put_key(&h, 2, perso_buf_span(&der), true), 0x9000);
	finish(&h);
	SHOULD_BE(&h,
	    host_send(&h, (struct cmd){ 0, 0x88, 0, 0, hex("0102030405060708"),
			      0, false }),
	    0x6700);
	check_rsa(pub, &h, 256);
	perso_pubkey_free(&pub);
	perso_keyref_free(&key);
	host_done(&h);
}

Test(sim_perso, refuses_keys_it_does_not_offer)
{
	struct host h;

	open_blank(&h);
	SHOULD_BE(&h, host_generate(&h, 14, 0), 0x6A80);
	SHOULD_BE(&h, host_generate(&h, 0, 0), 0x6A80);
	SHOULD_BE(&h, host_generate(&h, 0, 1536), 0x6A80);
	SHOULD_BE(&h,
	    host_send(&h, (struct cmd){ 0x80, 0x47, 0x80, 0,
			      hex("AC0782020800840102"), 0, false }),
	    0x6700);
	SHOULD_BE(&h,
	    host_send(&h, (struct cmd){ 0x80, 0x47, 0x80, 0,
			      hex("AC0680010C840101"), 0, false }),
	    0x6A80);
	SHOULD_BE(&h,
	    host_send(&h, (struct cmd){ 0x80, 0x47, 0x80, 0,
			      hex("AC0680010C840102"), 20, false }),
	    0x6C46);
	cr_assert_null(h.s->nv.aa_key);
	SHOULD_BE(&h,
	    host_send(&h, (struct cmd){ 0x80, 0x47, 0, 0,
			      hex("AC0680010C840102"), 0, false }),
	    0x6A86);
	host_done(&h);
}

Test(sim_perso, locks_only_what_is_complete)
{
	struct host h;
	struct cmd c = { 0x80, 0x44, 0, 0, hex("3F01"), -1, false };

	open_blank(&h);
	SHOULD_BE(&h, host_lock(&h), 0x6985);
	SHOULD_BE(&h, host_select_app(&h), 0x9000);
	SHOULD_BE(&h, host_create(&h, 0x0101, 1, 10), 0x9000);
	SHOULD_BE(&h, host_lock(&h), 0x6985);
	SHOULD_BE(&h, host_create(&h, 0x011D, 0x1D, 10), 0x9000);
	SHOULD_BE(&h, host_lock(&h), 0x6985);
	SHOULD_BE(
	    &h, host_put_key(&h, 1, perso_span_of(test_seed), true), 0x9000);
	SHOULD_BE(&h, host_send(&h, c), 0x6A82);
	c.data.n = 0;
	SHOULD_BE(&h, host_send(&h, c), 0x6700);
	cr_assert(!perso_sim_is_operational(h.s));
	SHOULD_BE(&h, host_lock(&h), 0x9000);
	cr_assert(perso_sim_is_operational(h.s));
	SHOULD_BE(&h, host_select_app(&h), 0x6E00);
	h.scp = false;
	SHOULD_BE(&h, host_select_app(&h), 0x9000);
	SHOULD_BE(&h, host_bac(&h), 0x9000);
	SHOULD_BE(&h,
	    host_send(&h, (struct cmd){ 0, 0x88, 0, 0, hex("0102030405060708"),
			      0, false }),
	    0x6A88);
	host_done(&h);
}
