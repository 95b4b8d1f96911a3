#include <criterion/criterion.h>
#include <string.h>

#include "../../../src/sim/sim_int.h"
#include "host.h"

/* Sessions recorded from a real card: osmocom/pysim, test_globalplatform.py;
 * i = 70, AES-128. */
static const struct {
	unsigned level;
	const char *init_cmd, *init_rsp, *auth, *eid_cmd, *eid_rsp, *apdu[4];
} sessions[] = {
#include "scp03_vectors.inc"
};

static const char *plain[] = { "", "", "4F0212345C054F9F70C5", "4F00" };

static struct perso_sim_keys
vector_keys(void)
{
	return test_config.keys;
}

static void
unwrap(struct sim_scp *scp, const char *apdu, const char *want)
{
	struct sim_cmd c = { 0 };
	PERSO_BUF(p, 300);
	bool ok = false;

	cr_assert_eq(sim_apdu_parse(&test_config, hex(apdu), &c), 0x9000);
	cr_assert_eq(sim_scp_unwrap(scp, &c, &p, &ok), PERSO_OK);
	cr_assert(ok, "%s", apdu);
	cr_assert(perso_span_equal(perso_buf_span(&p), hex(want)), "%s", apdu);
}

static void
check_session(size_t i)
{
	struct perso_span init = hex(sessions[i].init_cmd);
	struct perso_span rsp = hex(sessions[i].init_rsp);
	struct perso_sim_keys keys = vector_keys();
	struct perso_sim *s = NULL;
	struct sim_cmd c = { 0 };
	struct sim_ans a = { .data.max = 300 };

	cr_assert_eq(perso_sim_open_memory(&test_config, &s), PERSO_OK);
	cr_assert_eq(sim_scp_derive(&s->scp, &keys, perso_span(init.p + 5, 8),
			 perso_span(rsp.p + 13, 8)),
	    PERSO_OK);
	cr_assert_arr_eq(s->scp.card_cryptogram, rsp.p + 21, 8);
	s->scp.state = SIM_SCP_READY;
	cr_assert_eq(
	    sim_apdu_parse(&test_config, hex(sessions[i].auth), &c), 0x9000);
	cr_assert_eq(sim_external_authenticate(s, &c, &a), PERSO_OK);
	cr_assert_eq(a.sw, 0x9000);
	unwrap(&s->scp, sessions[i].eid_cmd, "BF3E035C015A");
	cr_assert_eq(perso_buf_append(&a.data,
			 hex("BF3E125A1089882119900000000000000000000005")),
	    PERSO_OK);
	cr_assert_eq(sim_scp_wrap(&s->scp, &a), PERSO_OK);
	cr_assert(perso_span_equal(
	    perso_buf_span(&a.data), hex(sessions[i].eid_rsp)));
	for (size_t k = 0; k < 4; k++)
		unwrap(&s->scp, sessions[i].apdu[k], plain[k]);
	perso_buf_done(&a.data);
	perso_sim_free(&s);
}

Test(sim_scp03, agrees_with_recorded_sessions)
{
	for (size_t i = 0; i < sizeof(sessions) / sizeof(sessions[0]); i++)
		check_session(i);
}

Test(sim_scp03, the_card_challenge_is_the_kdf_over_the_counter)
{
	struct host h;
	uint8_t in[27] = { [11] = 2,
		[14] = 64,
		[15] = 1,
		[18] = 1,
		[19] = 0xA0,
		[22] = 1,
		[23] = 0x51 };
	struct perso_span p = perso_span_of(in);
	uint8_t mac[16];

	host_new(&h, NULL);
	SHOULD_BE(&h, host_scp(&h, 0x33), 0x9000);
	host_reset(&h);
	SHOULD_BE(&h, host_hex(&h, "8050300008010203040506070800"), 0x9000);
	cr_assert_arr_eq(h.rsp, hex("50535031AABBCCDDB001").p, 10);
	cr_assert_arr_eq(h.rsp + 10, hex("300370").p, 3);
	cr_assert_arr_eq(h.rsp + 29, hex("000002").p, 3);
	in[18] = 2;
	cr_assert_eq(
	    perso_cmac(perso_span_of(test_config.keys.enc), &p, 1, mac),
	    PERSO_OK);
	cr_assert_arr_eq(h.rsp + 13, mac, 8);
	host_done(&h);
}

Test(sim_scp03, refuses_a_wrong_handshake)
{
	struct host h;

	host_new(&h, NULL);
	SHOULD_BE(&h,
	    host_hex(&h, "84823300100102030405060708"
			 "0102030405060708"),
	    0x6985);
	SHOULD_BE(&h, host_hex(&h, "8050310008010203040506070800"), 0x6A88);
	SHOULD_BE(&h, host_hex(&h, "8050300108010203040506070800"), 0x6A86);
	SHOULD_BE(&h, host_hex(&h, "80503000070102030405060700"), 0x6700);
	SHOULD_BE(&h, host_hex(&h, "8050300008010203040506070810"), 0x6C20);
	h.damage = 1;
	SHOULD_BE(&h, host_scp(&h, 0x33), 0x6982);
	h.damage = 5;
	SHOULD_BE(&h, host_scp(&h, 0x33), 0x6300);
	SHOULD_BE(&h,
	    host_hex(&h, "84823300100102030405060708"
			 "0102030405060708"),
	    0x6985);
	h.damage = 0;
	SHOULD_BE(&h, host_scp(&h, 0x23), 0x6A86);
	SHOULD_BE(&h, host_scp(&h, 0x00), 0x6A86);
	/* a command in between */
	SHOULD_BE(&h, host_hex(&h, "8050300008010203040506070800"), 0x9000);
	SHOULD_BE(&h, host_hex(&h, "00CA006600"), 0x9000);
	SHOULD_BE(&h,
	    host_hex(&h, "84823300100102030405060708"
			 "0102030405060708"),
	    0x6985);
	SHOULD_BE(&h, host_scp(&h, 0x33), 0x9000);
	host_done(&h);
}

Test(sim_scp03, ten_wrong_cryptograms_block_for_ever)
{
	struct host h;

	host_new(&h, NULL);
	h.damage = 5;
	for (int i = 0; i < 9; i++)
		SHOULD_BE(&h, host_scp(&h, 0x33), 0x6300);
	h.damage = 0;
	SHOULD_BE(&h, host_scp(&h, 0x33), 0x9000);
	h.damage = 5;
	for (int i = 0; i < 10; i++) {
		host_reset(&h);
		SHOULD_BE(&h, host_scp(&h, 0x33), 0x6300);
	}
	h.damage = 0;
	SHOULD_BE(&h, host_scp(&h, 0x33), 0x6983);
	host_reset(&h);
	SHOULD_BE(&h, host_scp(&h, 0x33), 0x6983);
	host_done(&h);
}

static void
session_is_over(struct host *h)
{
	h->damage = 0;
	SHOULD_BE(h, host_select(h, 0x3F00), 0x6982);
	SHOULD_BE(h, host_scp(h, 0x33), 0x9000);
	SHOULD_BE(h, host_select(h, 0x3F00), 0x9000);
}

Test(sim_scp03, a_broken_command_ends_the_session)
{
	struct host h;

	host_new(&h, NULL);
	for (unsigned d = 1; d <= 2; d++) {
		SHOULD_BE(&h, host_scp(&h, 0x33), 0x9000);
		h.damage = d;
		SHOULD_BE(&h, host_select(&h, 0x3F00), 0x6982);
		cr_assert_eq(h.n, 0);
		session_is_over(&h);
	}
	SHOULD_BE(&h, host_hex(&h, "00A4000C023F00"), 0x6982);
	session_is_over(&h);
	SHOULD_BE(&h, host_hex(&h, "00"), 0x6700);
	session_is_over(&h);
	host_done(&h);
}

Test(sim_scp03, errors_carry_no_mac_and_the_session_goes_on)
{
	struct host h;

	host_new(&h, NULL);
	SHOULD_BE(&h, host_scp(&h, 0x33), 0x9000);
	SHOULD_BE(&h, host_select(&h, 0x0101), 0x6A82);
	cr_assert_eq(h.n, 0);
	SHOULD_BE(&h,
	    host_send(&h, (struct cmd){ 0x80, 0xF2, 0, 0, { 0 }, 0, false }),
	    0x6D00);
	SHOULD_BE(&h,
	    host_send(
		&h, (struct cmd){ 0x80, 0xCA, 0x9F, 0x7F, { 0 }, 0, false }),
	    0x9000);
	cr_assert_eq(h.n, 45);
	cr_assert_arr_eq(h.rsp, "\x9F\x7F\x2A", 3);
	cr_assert_arr_eq(h.rsp + 3, test_config.cplc, 42);
	SHOULD_BE(&h,
	    host_send(
		&h, (struct cmd){ 0x80, 0xCA, 0x9F, 0x7F, { 0 }, 44, false }),
	    0x6C2D);
	SHOULD_BE(&h,
	    host_send(&h, (struct cmd){ 0x80, 0xCA, 0, 0xC1, { 0 }, 0, false }),
	    0x9000);
	cr_assert_arr_eq(h.rsp, "\xC1\x03\x00\x00\x01", 5);
	SHOULD_BE(&h,
	    host_send(&h, (struct cmd){ 0x80, 0xCA, 0, 0xC2, { 0 }, 0, false }),
	    0x6A88);
	host_done(&h);
}

Test(sim_scp03, lower_levels_open_only_looking)
{
	static const unsigned levels[] = { 0x11, 0x13, 0x03 };
	struct host h;

	host_new(&h, NULL);
	for (size_t i = 0; i < 3; i++) {
		SHOULD_BE(&h, host_scp(&h, levels[i]), 0x9000);
		SHOULD_BE(&h, host_select_app(&h), 0x9000);
		SHOULD_BE(&h,
		    host_send(&h, (struct cmd){ 0x80, 0xCA, 0x9F, 0x7F, { 0 },
				      0, false }),
		    0x9000);
		SHOULD_BE(&h, host_create(&h, 0x0101, 1, 10), 0x6982);
		SHOULD_BE(&h, host_select_app(&h), 0x9000);
	}
	host_done(&h);
}
