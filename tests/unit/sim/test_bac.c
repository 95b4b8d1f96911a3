#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "../../../src/sim/sim_int.h"
#include "host.h"
#include "perso/hooks.h"
#include "perso/key.h"

/* Personalised with the file of Doc 9303-11, appendix D.4 and its seed. */
static void
operational(struct host *h)
{
	host_new(h, NULL);
	SHOULD_BE(h, host_personalise(h), 0x9000);
	host_reset(h);
	SHOULD_BE(h, host_select_app(h), 0x9000);
}

static void
in_session(struct host *h)
{
	operational(h);
	SHOULD_BE(h, host_bac(h), 0x9000);
}

struct rng {
	struct perso_span s;
	size_t at;
};

static perso_rc
fixed(void *ctx, uint8_t *dst, size_t n)
{
	struct rng *r = ctx;

	cr_assert_leq(r->at + n, r->s.n);
	memcpy(dst, r->s.p + r->at, n);
	r->at += n;
	return PERSO_OK;
}

static void
exchange(struct host *h, const char *cmd, const char *want)
{
	struct perso_span w = hex(want);

	SHOULD_BE(h, host_hex(h, cmd), 0x9000);
	cr_assert_eq(h->n, w.n - 2, "%s", cmd);
	cr_assert_arr_eq(h->rsp, w.p, w.n - 2, "%s", cmd);
}

Test(sim_bac, runs_the_worked_example_of_doc_9303_11_appendix_d)
{
	struct rng r = { { 0 }, 0 };
	struct host h;

	operational(&h);
	r.s = hex("4608F919887022120B4F80323EB3191CB04970CB4052790B");
	perso_rng_set(fixed, &r);
	exchange(&h, "0084000008", "46 08F9 1988702212 9000");
	exchange(&h,
	    "008200002872C29C2371CC9BDB65B779B8E8D37B29ECC154AA56A8"
	    "799FAE2F498F76ED92F25F1448EEA8AD90A728",
	    "46B9342A41396CD7386BF5803104D7CEDC122B9132139BAF2EEDC94EE178534F"
	    "2F2D235D074D7449 9000");
	cr_assert(!perso_sim_was_read(h.s));
	exchange(&h, "0CA4020C158709016375432908C044F68E08BF8B92D635FF24F800",
	    "990290008E08FA855A5D4C50A8ED9000");
	exchange(&h, "0CB000000D9701048E08ED6705417E96BA5500",
	    "8709019FF0EC34F9922651990290008E08AD55CC17140B2DED9000");
	exchange(&h, "0CB000040D9701128E082EA28A70F3C7B53500",
	    "871901FB9235F4E4037F2327DCC8964F1F9B8C30F42C8E2FFF224A990290008E"
	    "08C8B2787EAEA07D749000");
	cr_assert(perso_sim_was_read(h.s));
	perso_sim_reset(h.s);
	cr_assert(!perso_sim_was_read(h.s));
	perso_rng_set(NULL, NULL);
	host_done(&h);
}

Test(sim_bac, derives_the_keys_of_appendix_d)
{
	uint8_t k[16];

	cr_assert_eq(sim_kdf(test_seed, 1, k), PERSO_OK);
	cr_assert_arr_eq(k, hex("AB94FDECF2674FDFB9B391F85D7F76F2").p, 16);
	cr_assert_eq(sim_kdf(test_seed, 2, k), PERSO_OK);
	cr_assert_arr_eq(k, hex("7962D9ECE03D1ACD4C76089DCE131543").p, 16);
}

/* ISO/IEC 9797-1, algorithm 3, padding 2 */
Test(sim_bac, makes_the_published_retail_macs)
{
	static const char *table[][2] = {
		{ "Now is the time for all ", "E9086230CA3BE796" },
		{ "Now is the time for it", "5A692CE64F404145" },
	};
	uint8_t mac[8];

	for (size_t i = 0; i < 2; i++) {
		cr_assert_eq(
		    sim_retail_mac(hex("0123456789ABCDEFFEDCBA9876543210").p,
			perso_span_str(table[i][0]), mac),
		    PERSO_OK);
		cr_assert_arr_eq(mac, hex(table[i][1]).p, 8);
	}
}

Test(sim_bac, unpads_only_what_was_padded)
{
	static const struct {
		const char *in;
		bool ok;
		size_t n;
	} t[] = { { "8000000000000000", true, 0 },
		{ "0102030405060780", true, 7 },
		{ "0000000000000000", false, 8 },
		{ "0102030405060708", false, 8 },
		{ "01020304050607088000000000000000", true, 8 },
		{ "80000000000000000000000000000000", false, 16 },
		{ "", false, 0 } };

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		PERSO_BUF(b, 32);

		cr_assert_eq(perso_buf_set(&b, hex(t[i].in)), PERSO_OK);
		cr_assert_eq(sim_unpad(&b, 8), t[i].ok, "%s", t[i].in);
		cr_assert_eq(b.n, t[i].n);
	}
}

Test(sim_bac, refuses_what_is_not_bac)
{
	struct host h;
	const char *token = "0082000028"
			    "72C29C2371CC9BDB65B779B8E8D37B29"
			    "ECC154AA56A8799FAE2F498F76ED92F2"
			    "5F1448EEA8AD90A728";

	operational(&h);
	SHOULD_BE(&h, host_hex(&h, token), 0x6985);
	SHOULD_BE(&h, host_hex(&h, "0084000000"), 0x9000);
	cr_assert_eq(h.n, 8);
	SHOULD_BE(&h, host_hex(&h, "0084000004"), 0x6C08);
	SHOULD_BE(&h, host_hex(&h, token), 0x6985);
	SHOULD_BE(&h, host_hex(&h, "00840000"), 0x6700);
	SHOULD_BE(&h, host_hex(&h, "0084000108"), 0x6A86);
	SHOULD_BE(&h, host_hex(&h, "0084000008"), 0x9000);
	SHOULD_BE(&h, host_hex(&h, token), 0x6300);
	SHOULD_BE(&h, host_hex(&h, token), 0x6985);
	SHOULD_BE(&h, host_hex(&h, "0084000008"), 0x9000);
	SHOULD_BE(&h, host_hex(&h, "0082000008010203040506070828"), 0x6700);
	for (h.damage = 1; h.damage <= 3; h.damage += 2) {
		SHOULD_BE(&h, host_bac(&h), 0x6300);
		SHOULD_BE(&h,
		    host_hex(&h, "0CB000000D9701048E08ED67"
				 "05417E96BA5500"),
		    0x6982);
	}
	h.damage = 0;
	SHOULD_BE(&h, host_select(&h, 0x3F00), 0x9000);
	SHOULD_BE(&h, host_hex(&h, "0084000008"), 0x6985);
	SHOULD_BE(&h, host_select_app(&h), 0x9000);
	SHOULD_BE(&h, host_bac(&h), 0x9000);
	host_done(&h);
}

/* ISO7816_B: nothing of the application before BAC */
Test(sim_bac, shows_no_file_before_bac)
{
	static const unsigned fids[] = { 0x011E, 0x011D, 0x0101, 0x0102, 0x0103,
		0x010E, 0x0110, 0x011C, 0x0177 };
	struct host h;
	char apdu[64];

	operational(&h);
	for (size_t i = 0; i < 9; i++)
		SHOULD_BE(&h, host_select(&h, fids[i]), 0x6982);
	SHOULD_BE(&h, host_hex(&h, "00B0000000"), 0x6982);
	SHOULD_BE(&h, host_hex(&h, "00B100000354010000"), 0x6982);
	for (unsigned sfi = 1; sfi <= 0x1E; sfi++) {
		snprintf(apdu, sizeof(apdu), "00B0%02X0000", 0x80 | sfi);
		SHOULD_BE(&h, host_hex(&h, apdu), 0x6982);
		snprintf(apdu, sizeof(apdu), "00B100%02X0354010000", sfi);
		SHOULD_BE(&h, host_hex(&h, apdu), 0x6982);
		cr_assert_eq(h.n, 0);
	}
	SHOULD_BE(&h, host_hex(&h, "0088000008010203040506070800"), 0x6982);
	cr_assert(!perso_sim_was_read(h.s));
	host_done(&h);
}

/* ISO7816_T: EF.ATR/INFO is free, four ways */
Test(sim_bac, shows_the_free_files_of_the_mf)
{
	static const char *ways[] = { "00B0000004", "00B0810004",
		"00B100000354010006", "00B100010354010006",
		"00B12F010354010000" };
	struct host h;

	operational(&h);
	SHOULD_BE(&h, host_select(&h, 0x3F00), 0x9000);
	SHOULD_BE(&h, host_hex(&h, "00B0000004"), 0x6986);
	SHOULD_BE(&h, host_select(&h, 0x011C), 0x6A82);
	SHOULD_BE(&h, host_select(&h, 0x011D), 0x6982);
	SHOULD_BE(&h, host_hex(&h, "00B09C0001"), 0x6A82);
	SHOULD_BE(&h, host_select(&h, 0x2F01), 0x9000);
	for (size_t i = 0; i < 5; i++) {
		SHOULD_BE(&h, host_hex(&h, ways[i]), 0x9000);
		cr_assert_geq(h.n, 4);
		cr_assert_arr_eq(h.rsp + h.n - 4, hex("43010247").p, 4);
	}
	cr_assert(!perso_sim_was_read(h.s));
	host_done(&h);
}

/* ISO7816_C and _D: reading under secure messaging */
Test(sim_bac, reads_every_way_and_ends_where_the_file_ends)
{
	struct host h;
	struct cmd sfi = { 0, 0xB0, 0x81, 10, { 0 }, 5, false };
	struct cmd odd = { 0, 0xB1, 0, 0x1E, hex("540100"), 0, false };

	in_session(&h);
	SHOULD_BE(&h, host_read(&h, 0, 0), 0x6986);
	SHOULD_BE(&h, host_select(&h, 0x0101), 0x9000);
	SHOULD_BE(&h, host_read(&h, 0, 0), 0x9000);
	cr_assert_eq(h.n, 231);
	SHOULD_BE(&h, host_read(&h, 231, 0), 0x9000);
	cr_assert_eq(h.n, 69);
	cr_assert_eq(h.rsp[68], 299 & 0xFF);
	SHOULD_BE(&h, host_read(&h, 0, 1000), 0x9000);
	cr_assert_eq(h.n, 300);
	SHOULD_BE(&h, host_read(&h, 300, 0), 0x6B00);
	SHOULD_BE(&h, host_read(&h, 299, 0), 0x9000);
	cr_assert_eq(h.n, 1);
	SHOULD_BE(&h, host_send(&h, sfi), 0x9000);
	cr_assert_arr_eq(h.rsp, "\x0A\x0B\x0C\x0D\x0E", 5);
	SHOULD_BE(&h, host_send(&h, odd), 0x9000);
	cr_assert_arr_eq(h.rsp, hex("531660145F01").p, 6);
	SHOULD_BE(&h, host_select(&h, 0x011D), 0x9000);
	SHOULD_BE(&h, host_read(&h, 39000, 0), 0x9000);
	cr_assert_eq(h.n, 231);
	cr_assert_arr_eq(h.rsp, hex("5381E4000102").p, 6);
	SHOULD_BE(&h, host_read(&h, 32768, 7400), 0x9000);
	cr_assert_eq(h.n, 7236);
	SHOULD_BE(&h, host_read(&h, 40000, 0), 0x6B00);
	SHOULD_BE(&h, host_select(&h, 0x0103), 0x6982);
	SHOULD_BE(&h, host_select(&h, 0x010F), 0x6A82);
	SHOULD_BE(&h, host_select(&h, 0x3F00), 0x9000);
	SHOULD_BE(&h, host_select(&h, 0x2F01), 0x9000);
	SHOULD_BE(&h, host_read(&h, 0, 0), 0x9000);
	cr_assert_eq(h.n, 4);
	SHOULD_BE(&h, host_read(&h, 0, -1), 0x6700);
	host_done(&h);
}

/* ISO7816_C_12 .. C_18 */
Test(sim_bac, a_broken_command_ends_the_session)
{
	for (unsigned d = 1; d <= 4; d++) {
		struct host h;

		in_session(&h);
		h.damage = d;
		SHOULD_BE(&h, host_select(&h, 0x011E), 0x6988);
		cr_assert_eq(h.n, 0);
		h.damage = 0;
		SHOULD_BE(&h, host_read(&h, 0, 4), 0x6982);
		h.sm = false;
		SHOULD_BE(&h, host_select(&h, 0x011E), 0x6982);
		SHOULD_BE(&h, host_bac(&h), 0x9000);
		host_done(&h);
	}
}

/* ISO7816_C_16 */
Test(sim_bac, a_plain_command_ends_the_session)
{
	static const char *plain[] = { "00A4020C02011E", "00B0000004",
		"00CA006600", "0084000008", "00A4040C07A0000002471001", "0C" };

	for (size_t i = 0; i < 6; i++) {
		struct host h;

		in_session(&h);
		SHOULD_BE(&h, host_hex(&h, plain[i]), i == 5 ? 0x6700 : 0x6982);
		cr_assert_eq(h.n, 0);
		SHOULD_BE(&h, host_select(&h, 0x011E), 0x6982);
		host_done(&h);
	}
}

Test(sim_bac, refuses_data_objects_that_do_not_belong)
{
	static const char *bad[] = { "0CA4020C00",
		"0CA4020C0A8E08010203040506070800",
		"0CA4020C0D8E080102030405060708970100",
		"0CA4020C0E990290008E08010203040506070800",
		"0CA4020C0E870201AA8E08010203040506070800",
		"0CB000000D8502AABB8E08010203040506070800" };

	for (size_t i = 0; i < 6; i++) {
		struct host h;

		in_session(&h);
		host_hex(&h, bad[i]);
		cr_assert(
		    h.sw == 0x6988 || h.sw == 0x6700, "%zu %04X", i, h.sw);
		SHOULD_BE(&h, host_select(&h, 0x011E), 0x6982);
		host_done(&h);
	}
}

Test(sim_bac, chaining_works_under_secure_messaging)
{
	struct host h;

	in_session(&h);
	h.split = 10;
	SHOULD_BE(&h, host_select(&h, 0x011E), 0x9000);
	SHOULD_BE(&h, host_read(&h, 0, 0), 0x9000);
	cr_assert_eq(h.n, 22);
	host_done(&h);
}

/* ISO7816_R */
Test(sim_bac, active_authentication_wants_eight_bytes)
{
	struct host h;
	struct cmd c = { 0, 0x88, 0, 0, hex("F173589974BF40C6"), 0, false };

	in_session(&h);
	SHOULD_BE(&h, host_send(&h, c), 0x9000);
	cr_assert_eq(h.n, 64);
	c.le = 16;
	SHOULD_BE(&h, host_send(&h, c), 0x6C40);
	c.le = 0;
	c.p2 = 1;
	SHOULD_BE(&h, host_send(&h, c), 0x6A86);
	c.p2 = 0;
	c.data.n = 7;
	SHOULD_BE(&h, host_send(&h, c), 0x6700);
	c.data = hex("F173589974BF40C600");
	SHOULD_BE(&h, host_send(&h, c), 0x6700);
	c.data.n = 0;
	SHOULD_BE(&h, host_send(&h, c), 0x6700);
	host_done(&h);
}

Test(sim_bac, personalisation_is_over_for_ever)
{
	static const struct {
		const char *apdu;
		uint16_t sw;
	} t[] = { { "8050000008010203040506070800", 0x6985 },
		{ "84823300100102030405060708 0102030405060708", 0x6985 },
		{ "80E000001162 0F 8003000010 820101 83020101 880108", 0x6985 },
		{ "00D6000001FF", 0x6985 }, { "84D6000001FF", 0x6985 },
		{ "80DB3FFF0100", 0x6985 }, { "8047800000", 0x6985 },
		{ "80440000023F00", 0x6985 }, { "0020000000", 0x6D00 },
		{ "80F2000000", 0x6E00 }, { "0184000008", 0x6881 },
		{ "4084000008", 0x6E00 }, { "FF84000008", 0x6E00 },
		{ "00CA006600", 0x9000 }, { "80CA006600", 0x9000 },
		{ "00CA9F7F00", 0x6A88 } };
	struct host h;

	operational(&h);
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		host_hex(&h, t[i].apdu);
		cr_assert_eq(h.sw, t[i].sw, "%s: %04X", t[i].apdu, h.sw);
	}
	cr_assert(perso_sim_is_operational(h.s));
	SHOULD_BE(&h, host_bac(&h), 0x9000);
	SHOULD_BE(&h, host_update(&h, 0, hex("00")), 0x6985);
	SHOULD_BE(&h, host_lock(&h), 0x6985);
	SHOULD_BE(&h,
	    host_send(&h, (struct cmd){ 0, 0x84, 0, 0, { 0 }, 8, false }),
	    0x6985);
	SHOULD_BE(&h,
	    host_send(&h, (struct cmd){ 0, 0x20, 0, 0, { 0 }, -1, false }),
	    0x6D00);
	host_done(&h);
}
