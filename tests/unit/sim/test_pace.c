#include <criterion/criterion.h>
#include <string.h>
#include <sys/random.h>

#include "host_eac.h"
#include "perso/hooks.h"

/* Every group, mapping and cipher on one chip, which announces them all. */
static void
chip_of_all(struct host *h)
{
	static const unsigned cam[] = { 12, 13, 16, 18 };
	PERSO_BUF(b, 4000);

	eac_begin(h);
	for (unsigned g = 0; g <= 18; g++)
		for (unsigned y = 1; y <= 4 && (g < 3 || g > 7); y++) {
			eac_info(&b, g < 3 ? 1 : 2, y, g);
			if (g != 10)
				eac_info(&b, g < 3 ? 3 : 4, y, g);
		}
	for (unsigned i = 0; i < 4; i++) {
		uint8_t ac[] = { 0xAC, 9, 0x80, 1, (uint8_t)cam[i], 0x84, 1,
			(uint8_t)(3 + i), 0x87, 1, (uint8_t)cam[i] };

		for (unsigned y = 2; y <= 4; y++)
			eac_info(&b, 6, y, cam[i]);
		SHOULD_BE(h,
		    host_cmd(h, 0x80, 0x47, 0x8000, perso_span_of(ac), 0),
		    0x9000);
	}
	eac_file(h, false, 0x011C, 0x1C, eac_set(&b));
	eac_file(h, false, 0x011D, 0x1D, hex("3003020100"));
	SHOULD_BE(h, host_put_key(h, 0x10, TEST_CAN, true), 0x9000);
	SHOULD_BE(
	    h, host_put_key(h, 0x11, perso_span_of(test_k_mrz), true), 0x9000);
	eac_lock(h);
}

/* What can be read with PACE: EF.CardSecurity, DG1; not DG3. */
static void
is_open(struct host *h)
{
	SHOULD_BE(h, host_select(h, 0x011D), 0x9000);
	SHOULD_BE(h, host_read(h, 0, 0), 0x9000);
	SHOULD_BE(h, host_select_app(h), 0x9000);
	SHOULD_BE(h, host_select(h, 0x0101), 0x9000);
	SHOULD_BE(h, host_read(h, 0, 0), 0x9000);
	cr_assert_eq(h->n, 93);
	SHOULD_BE(h, host_select(h, 0x0103), 0x6982);
	SHOULD_BE(h, host_select(h, 0x0104), 0x6982);
	SHOULD_BE(h, host_select(h, 0x3F00), 0x9000);
}

/* Mapping, kind and cipher as in Doc 9303-11, tables 2 and 3: P_1, P_2 */
Test(sim_pace, does_every_combination)
{
	struct host h;
	unsigned runs = 0;

	chip_of_all(&h);
	for (unsigned g = 0; g <= 18; g++)
		for (unsigned y = 1; y <= 4 && (g < 3 || g > 7); y++)
			for (unsigned x = g < 3 ? 1 : 2; x <= 4; x += 2) {
				struct pace_run r = { x, y, g, 1 + (y & 1),
					(y & 1) ? TEST_CAN
						: perso_span_of(test_k_mrz),
					true, false };

				if (g == 10 && x == 4)
					continue;
				SHOULD_BE(&h, host_pace(&h, &r, NULL), 0x9000);
				is_open(&h);
				host_reset(&h);
				runs++;
			}
	cr_assert_eq(runs, 108);
	host_done(&h);
}

static void
cam_opens(
    struct host *h, unsigned y, unsigned group, const struct sim_ca_key *key)
{
	struct pace_run r = { 6, y, group, 2, TEST_CAN, true, false };
	struct pace_out out;

	SHOULD_BE(h, host_pace(h, &r, &out), 0x9000);
	cr_assert_gt(out.ca_n, 0);
	cr_assert_eq(key->id, group);
	is_open(h);
	host_reset(h);
}

Test(sim_pace, cam_takes_the_key_of_the_parameter_id)
{
	struct host h;

	chip_of_all(&h);
	for (unsigned i = 0; i < 4; i++)
		for (unsigned y = 2; y <= 4; y++)
			cam_opens(&h, y, h.s->nv.ca[i].id, &h.s->nv.ca[i]);
	host_done(&h);
}

/* O_*, B_*: nothing is read before PACE but what is free; afterwards nothing
 * in the clear. */
Test(sim_pace, nothing_is_readable_before_it)
{
	static const struct {
		const char *name, *apdu;
		uint16_t sw;
	} rows[] = {
		{ "Q_1", "00A4020C02011C", 0x9000 },
		{ "Q_1 read", "00B0000001", 0x9000 },
		{ "Q_2", "00B09C0001", 0x9000 },
		{ "Q_3", "00B100000354010003", 0x9000 },
		{ "Q_4", "00B1001C0354010003", 0x9000 },
		{ "Q by FID", "00B1011C0354010003", 0x9000 },
		{ "T_2", "00B0810001", 0x9000 },
		{ "U_2", "00B09E0001", 0x9000 },
		{ "S_1 without PACE", "00A4020C02011D", 0x6982 },
		{ "S_2 without PACE", "00B09D0001", 0x6982 },
		{ "S_3 without PACE", "00B1001D0354010003", 0x6982 },
		{ "S_4 without PACE", "00B1011D0354010003", 0x6982 },
		{ "A_3", "00A4040C07A0000002471001", 0x9000 },
		{ "COM", "00A4020C02011E", 0x6982 },
		{ "SOD", "00A4020C02011D", 0x6982 },
		{ "DG1", "00A4020C020101", 0x6982 },
		{ "DG1 by SFI", "00B0810001", 0x6982 },
		{ "DG3 by SFI", "00B0830001", 0x6982 },
		{ "DG16 not there", "00A4020C020110", 0x6982 },
		{ "CVCA by SFI", "00B09C0001", 0x6982 },
		{ "CVCA odd", "00B1011C0354010003", 0x6982 },
		{ "no EF", "00B0000001", 0x6982 },
		{ "BAC without seed", "0084000008", 0x6985 },
		{ "AA", "0088000008010203040506070800", 0x6982 },
	};
	struct host h;

	chip_of_all(&h);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		cr_assert_eq(host_hex(&h, rows[i].apdu), rows[i].sw, "%s: %04X",
		    rows[i].name, h.sw);
	}
	host_done(&h);
}

/* P_3, P_80, C_12 to C_18 with AES: a plain command, a wrong or missing
 * checksum, a wrong counter end the session, a right one does not help. */
Test(sim_pace, damage_ends_the_session)
{
	static const struct {
		unsigned damage;
		uint16_t sw;
	} rows[] = { { 1, 0x6988 }, { 2, 0x6988 }, { 3, 0x6988 },
		{ 4, 0x6988 } };
	struct host h;

	chip_of_all(&h);
	for (unsigned y = 1; y <= 4; y++)
		for (size_t i = 0; i < 4; i++) {
			struct pace_run r = { 2, y, 13, 2, TEST_CAN, true,
				false };

			SHOULD_BE(&h, host_pace(&h, &r, NULL), 0x9000);
			SHOULD_BE(&h, host_select_app(&h), 0x9000);
			h.damage = rows[i].damage;
			cr_assert_eq(host_select(&h, 0x0101), rows[i].sw);
			h.damage = 0;
			cr_assert_eq(host_select(&h, 0x0101), 0x6982);
			cr_assert_not(h.s->sm.active);
			host_reset(&h);
		}
	host_done(&h);
}

static void
chip_p256(struct host *h)
{
	eac_begin(h);
	eac_pace(h, 2, 2, 12);
	eac_file(h, false, 0x011D, 0x1D, hex("3003020100"));
	SHOULD_BE(h, host_put_key(h, 0x12, TEST_PIN, true), 0x9000);
	SHOULD_BE(h, host_put_key(h, 0x13, TEST_PUK, true), 0x9000);
	eac_lock(h);
}

Test(sim_pace, a_plain_command_ends_the_session)
{
	struct host h;

	chip_p256(&h);
	SHOULD_BE(&h, pace_can(&h), 0x9000);
	cr_assert_eq(host_hex(&h, "00A4040C07A0000002471001"), 0x6982);
	cr_assert_not(h.s->sm.active);
	cr_assert_eq(h.s->sm.enc[0], 0);
	cr_assert_eq(host_select(&h, 0x0101), 0x6982);
	host_done(&h);
}

/* Nor does the first part of a chain pass, or what is no command at all. */
Test(sim_pace, a_plain_part_of_a_chain_ends_the_session)
{
	static const char *const rows[] = { "10A4040C07A0000002471001",
		"10860000027C0000", "1088000004AABBCCDD", "00A4040C0501" };
	struct host h;

	chip_p256(&h);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		SHOULD_BE(&h, pace_can(&h), 0x9000);
		cr_assert_eq(
		    host_hex(&h, rows[i]), i == 3 ? 0x6700 : 0x6982, "%zu", i);
		cr_assert_not(h.s->sm.active, "%zu", i);
		cr_assert_not(h.s->chaining, "%zu", i);
		cr_assert_eq(h.s->sm.enc[0], 0);
		h.sm = false;
	}
	host_done(&h);
}

/* Numbers of one length, as the keys of a group are, are counted, and one
 * is given. */
static struct {
	size_t n;
	unsigned draws, at;
	uint8_t bytes[20];
} draws;

static perso_rc
count_draws(void *ctx, uint8_t *dst, size_t n)
{
	(void)ctx;
	if (getrandom(dst, n, 0) != (ssize_t)n)
		return PERSO_E_CRYPTO;
	if (n == draws.n && ++draws.draws == draws.at)
		memcpy(dst, draws.bytes, n);
	return PERSO_OK;
}

/* Doc 9303-11, 9.4.1: DH values have no leading zeros. The chip takes short
 * ones and sends none. */
Test(sim_pace, takes_short_dh_values_and_sends_none)
{
	struct pace_run r = { 1, 2, 0, 2, TEST_CAN, false, false };
	const struct perso_group *g;
	struct pace_out out;
	struct host h;
	PERSO_NUM(sk);
	PERSO_NUM(x);

	eac_begin(&h);
	eac_pace(&h, 1, 2, 0);
	eac_lock(&h);
	h.short_dh = true;
	SHOULD_BE(&h, host_pace(&h, &r, &out), 0x9000);
	cr_assert_eq(h.s->auth.ic.n, out.ic.n);
	cr_assert_arr_eq(h.s->auth.ic.p, out.ic.p, out.ic.n);
	h.short_dh = false;
	host_reset(&h);
	cr_assert_eq(perso_group_get(0, &g), PERSO_OK);
	do {
		PERSO_ELEM(e);

		cr_assert_eq(perso_scalar_random(g, &sk), PERSO_OK);
		cr_assert_eq(perso_elem_base_mul(g, &sk, &e), PERSO_OK);
		cr_assert_eq(perso_elem_x(g, e, &x), PERSO_OK);
	} while (x.p[0] != 0);
	draws.n = sk.n;
	draws.at = 2; /* the chip's, after ours */
	memcpy(draws.bytes, sk.p, sizeof(draws.bytes));
	perso_rng_set(count_draws, NULL);
	SHOULD_BE(&h, host_pace(&h, &r, &out), 0x9000);
	perso_rng_set(NULL, NULL);
	cr_assert_geq(draws.draws, 5);
	host_done(&h);
}

#define AT "0022C1A40F800A04007F00070202040202830102"
#define STEP1 "10860000027C0000"
#define G                                                                     \
	"046B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C2964" \
	"FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5"
#define STEP2 "10860000457C438141" G "00"
#define STEP3 "10860000457C438341" G "00"
#define ZEROS16 "00000000000000000000000000000000"
#define ZERO ZEROS16 ZEROS16

/* Unit P: commands, and the status word of the last. */
Test(sim_pace, refuses_a_bad_terminal)
{
	static const struct {
		const char *name;
		const char *apdus[5];
		uint16_t sw;
	} rows[] = {
		{ "wrong OID", { "0022C1A40F800A04007F00070202040209830102" },
		    0x6A80 },
		{ "OID not announced",
		    { "0022C1A40F800A04007F00070202040203830102" }, 0x6A80 },
		{ "CAM with 3DES",
		    { "0022C1A40F800A04007F00070202040601830102" }, 0x6A80 },
		{ "class", { "8022C1A40F800A04007F00070202040202830102" },
		    0x6E00 },
		{ "OID under another tag",
		    { "0022C1A40F810A04007F00070202040202830102" }, 0x6A80 },
		{ "no password", { "0022C1A40C800A04007F00070202040202" },
		    0x6A80 },
		{ "P_8 password 00",
		    { "0022C1A40F800A04007F00070202040202830100" }, 0x6A88 },
		{ "P_8 password 05",
		    { "0022C1A40F800A04007F00070202040202830105" }, 0x6A88 },
		{ "password of two bytes",
		    { "0022C1A410800A04007F0007020204020283020102" }, 0x6A80 },
		{ "P_9 parameters",
		    { "0022C1A412800A04007F0007020204020283010284010D" },
		    0x6A88 },
		{ "empty DO 84",
		    { "0022C1A411800A04007F000702020402028301028400" },
		    0x6A80 },
		{ "a tag twice",
		    { "0022C1A412800A04007F00070202040202830102830102" },
		    0x6A80 },
		{ "cut", { "0022C1A40E800A04007F000702020402028301" }, 0x6A80 },
		{ "no data", { "0022C1A4" }, 0x6A80 },
		{ "P1 P2", { "0022C1B40F800A04007F00070202040202830102" },
		    0x6A86 },
		{ "step 1 without", { STEP1 }, 0x6985 },
		{ "template", { AT, "10860000028C0000" }, 0x6A80 },
		{ "no template", { AT, "1086000000" }, 0x6A80 },
		{ "step 1 with data", { AT, "10860000047C02800000" }, 0x6A80 },
		{ "no Le", { AT, "10860000027C00" }, 0x6700 },
		{ "P2", { AT, "10860001027C0000" }, 0x6A86 },
		{ "not chained", { AT, "00860000027C0000" }, 0x6883 },
		{ "class of step 1", { AT, "90860000027C0000" }, 0x6E00 },
		{ "step 2 first", { AT, STEP2 }, 0x6A80 },
		{ "step 1 twice", { AT, STEP1, STEP1 }, 0x6A80 },
		{ "inner tag", { AT, STEP1, "10860000457C438241" G "00" },
		    0x6A80 },
		{ "no inner", { AT, STEP1, "10860000027C0000" }, 0x6A80 },
		{ "short",
		    { AT, STEP1,
			"10860000037C0181"
			"00" },
		    0x6A80 },
		{ "point cut",
		    { AT, STEP1,
			"10860000447C428140046B17D1F2E12C4247F8BCE6E563A440F2"
			"77037D812DEB33A0F4A13945D898C2964FE342E2FE1A7F9B8EE7"
			"EB4A7C0F9E162BCE33576B315ECECBB6406837BF5100" },
		    0x6A80 },
		{ "off the curve",
		    { AT, STEP1,
			"10860000457C438141046B17D1F2E12C4247F8BCE6E563A440F2"
			"77037D812DEB33A0F4A13945D898C2964FE342E2FE1A7F9B8EE7"
			"EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F400" },
		    0x6300 },
		{ "(0, 0)",
		    { AT, STEP1, "10860000457C43814104" ZERO ZERO "00" },
		    0x6300 },
		{ "infinity",
		    { AT, STEP1, "10860000457C43814100" ZERO ZERO "00" },
		    0x6300 },
		{ "infinity, one byte", { AT, STEP1, "10860000057C0381010000" },
		    0x6A80 },
		{ "compressed form",
		    { AT, STEP1, "10860000457C43814102" ZERO ZERO "00" },
		    0x6300 },
		{ "x = p",
		    { AT, STEP1,
			"10860000457C43814104"
			"FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFF"
			"FFFFFFFFFFFF" ZERO "00" },
		    0x6300 },
		{ "good mapping", { AT, STEP1, STEP2 }, 0x9000 },
		{ "step 2 twice", { AT, STEP1, STEP2, STEP2 }, 0x6A80 },
		{ "step 3 not chained",
		    { AT, STEP1, STEP2, "00860000457C438341" G "00" }, 0x6883 },
		{ "key off the curve",
		    { AT, STEP1, STEP2, "10860000457C43834104" ZERO ZERO "00" },
		    0x6300 },
		{ "good key", { AT, STEP1, STEP2, STEP3 }, 0x9000 },
		{ "wrong token",
		    { AT, STEP1, STEP2, STEP3,
			"008600000C7C0A8508010203040506070800" },
		    0x6300 },
		{ "token of 7 bytes",
		    { AT, STEP1, STEP2, STEP3,
			"008600000B7C0985070102030405060700" },
		    0x6A80 },
		{ "token chained",
		    { AT, STEP1, STEP2, STEP3,
			"108600000C7C0A8508010203040506070800" },
		    0x6883 },
		{ "something between", { AT, STEP1, "00A4020C02011C", STEP2 },
		    0x6985 },
	};
	struct host h;

	chip_p256(&h);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (size_t k = 0; k < 5 && rows[i].apdus[k] != NULL; k++)
			host_hex(&h, rows[i].apdus[k]);
		cr_assert_eq(h.sw, rows[i].sw, "%s: %04X", rows[i].name, h.sw);
		cr_assert_not(h.s->sm.active, "%s", rows[i].name);
		if (h.sw == 0x9000)
			continue;
		cr_assert_eq(h.n, 0, "%s", rows[i].name);
		/* the state is gone: no step goes on */
		cr_assert_eq(h.s->pace.step, SIM_STEP_NONE, "%s", rows[i].name);
		cr_assert_eq(host_hex(&h, STEP3), 0x6985, "%s", rows[i].name);
	}
	SHOULD_BE(&h, pace_can(&h), 0x9000);
	host_done(&h);
}

static uint16_t
with(struct host *h, unsigned password, const char *text, bool wrong)
{
	struct pace_run r = { 2, 2, 12, password, perso_span_str(text), false,
		wrong };

	return host_pace(h, &r, NULL);
}

Test(sim_pace, counts_wrong_pins_and_blocks)
{
	struct host h;

	chip_p256(&h);
	SHOULD_BE(&h, with(&h, 3, "4711", false), 0x9000);
	is_open(&h);
	host_reset(&h);
	SHOULD_BE(&h, with(&h, 3, "4712", false), 0x63C2);
	SHOULD_BE(&h, with(&h, 3, "4711", false), 0x9000);
	host_reset(&h);
	cr_assert_eq(h.s->nv.passwords[SIM_PIN].tries, 3);
	SHOULD_BE(&h, with(&h, 3, "1", false), 0x63C2);
	SHOULD_BE(&h, with(&h, 3, "4711", true), 0x63C1);
	/* suspended: only after the CAN */
	SHOULD_BE(&h, with(&h, 3, "4711", false), 0x6985);
	SHOULD_BE(&h, pace_can(&h), 0x9000);
	SHOULD_BE(&h, with(&h, 3, "4711", false), 0x9000);
	cr_assert_eq(h.s->nv.passwords[SIM_PIN].tries, 3);
	is_open(&h);
	host_reset(&h);
	SHOULD_BE(&h, with(&h, 3, "0", false), 0x63C2);
	SHOULD_BE(&h, with(&h, 3, "0", false), 0x63C1);
	SHOULD_BE(&h, pace_can(&h), 0x9000);
	SHOULD_BE(&h, with(&h, 3, "0", false), 0x63C0);
	/* the CAN session is as it was */
	SHOULD_BE(&h, with(&h, 3, "4711", false), 0x6983);
	host_reset(&h);
	SHOULD_BE(&h, with(&h, 3, "4711", false), 0x6983);
	/* the PUK opens no file, but the PIN's counter */
	SHOULD_BE(&h, with(&h, 4, "x", false), 0x63C9);
	SHOULD_BE(&h, with(&h, 4, "0123456789", false), 0x9000);
	SHOULD_BE(
	    &h, host_cmd(&h, 0, 0x2C, 0x0303, PERSO_SPAN_EMPTY, -1), 0x9000);
	SHOULD_BE(&h, host_select_app(&h), 0x9000);
	SHOULD_BE(&h, host_select(&h, 0x0101), 0x6982);
	host_reset(&h);
	SHOULD_BE(&h, with(&h, 3, "4711", false), 0x9000);
	cr_assert_eq(
	    host_cmd(&h, 0, 0x2C, 0x0303, PERSO_SPAN_EMPTY, -1), 0x6982);
	host_done(&h);
}

/* Torn out while it counts, or after: the try is gone. */
Test(sim_pace, counts_a_wrong_pin_before_it_is_torn_out)
{
	static const enum perso_sim_fault rows[] = { PERSO_SIM_TEAR_INSIDE,
		PERSO_SIM_TEAR_AFTER };
	struct pace_run r = { 2, 2, 12, 3, perso_span_str("0000"), false,
		false };
	struct host h;

	for (size_t i = 0; i < 2; i++) {
		chip_p256(&h);
		perso_sim_fault(h.s, rows[i], 5); /* the token */
		(void)host_pace(&h, &r, NULL);
		cr_assert_eq(h.rc, PERSO_E_TORN);
		host_reset(&h);
		cr_assert_eq(h.s->nv.passwords[SIM_PIN].tries, 2);
		host_done(&h);
	}
}

Test(sim_pace, wrong_can_or_mrz_blocks_nothing)
{
	struct host h;

	chip_p256(&h);
	for (int i = 0; i < 12; i++)
		SHOULD_BE(&h, with(&h, 2, "654321", false), 0x6300);
	SHOULD_BE(&h, pace_can(&h), 0x9000);
	host_done(&h);
}

Test(sim_pace, pin_and_puk_are_set_from_outside)
{
	struct host h;

	eac_begin(&h);
	eac_pace(&h, 2, 2, 12);
	eac_lock(&h);
	SHOULD_BE(&h, with(&h, 3, "4711", false), 0x6A88);
	cr_assert_eq(perso_sim_set_pin_puk(
			 h.s, perso_span_str("12345"), PERSO_SPAN_EMPTY),
	    PERSO_OK);
	cr_assert_eq(
	    perso_sim_set_pin_puk(h.s, perso_span_str("123"), PERSO_SPAN_EMPTY),
	    PERSO_E_RANGE);
	SHOULD_BE(&h, with(&h, 3, "12345", false), 0x9000);
	host_done(&h);
}

Test(sim_pace, quirks_of_chips_in_the_field)
{
	struct pace_run no84 = { 2, 2, 12, 2, TEST_CAN, false, false };
	struct pace_run has84 = { 2, 2, 12, 2, TEST_CAN, true, false };
	struct host h;

	chip_p256(&h);
	perso_sim_quirk(h.s, PERSO_SIM_WANTS_84);
	SHOULD_BE(&h, pace_set_at(&h, &no84), 0x6A80);
	SHOULD_BE(&h, pace_set_at(&h, &has84), 0x9000);
	perso_sim_quirk(h.s, PERSO_SIM_REFUSES_84);
	SHOULD_BE(&h, pace_set_at(&h, &no84), 0x9000);
	SHOULD_BE(&h, pace_set_at(&h, &has84), 0x6A80);
	perso_sim_quirk(h.s, PERSO_SIM_NO_PACE);
	SHOULD_BE(&h, pace_set_at(&h, &no84), 0x6D00);
	host_done(&h);

	host_new(&h, NULL);
	SHOULD_BE(&h, host_personalise(&h), 0x9000);
	host_reset(&h);
	SHOULD_BE(&h, host_select(&h, 0x011C), 0x6A82);
	perso_sim_quirk(h.s, PERSO_SIM_6986);
	SHOULD_BE(&h, host_select(&h, 0x011C), 0x6986);
	SHOULD_BE(&h, host_hex(&h, "00B09C0001"), 0x6986);
	SHOULD_BE(&h, pace_set_at(&h, &no84), 0x6985);
	host_done(&h);
}

Test(sim_pace, needs_the_mf)
{
	struct pace_run r = { 2, 2, 12, 2, TEST_CAN, false, false };
	struct host h;

	chip_p256(&h);
	SHOULD_BE(&h, host_select_app(&h), 0x9000);
	SHOULD_BE(&h, pace_set_at(&h, &r), 0x6985);
	host_done(&h);
}

Test(sim_pace, leaves_no_keys_behind)
{
	static const struct sim_sm none;
	struct pace_run r = { 2, 2, 12, 2, TEST_CAN, false, true };
	struct host h;

	chip_p256(&h);
	SHOULD_BE(&h, host_pace(&h, &r, NULL), 0x6300);
	cr_assert_eq(h.s->pace.k_pi.p[0], 0);
	cr_assert_eq(h.s->pace.mac.p[0], 0);
	cr_assert_null(h.s->pace.mapped);
	SHOULD_BE(&h, pace_can(&h), 0x9000);
	cr_assert_eq(h.s->pace.mac.n, 0);
	cr_assert_eq(memcmp(&h.s->next, &none, sizeof(none)), 0);
	host_reset(&h);
	cr_assert_eq(memcmp(&h.s->sm, &none, sizeof(none)), 0);
	host_done(&h);
}

/* READ BINARY in the forms for large files, with extended Le, under AES. */
Test(sim_pace, reads_beyond_32_kib)
{
	static uint8_t big[60000];
	struct pace_run r = { 4, 4, 12, 2, TEST_CAN, false, false };
	static const struct {
		unsigned ins, p;
		const char *data;
		long le;
		size_t from, n;
	} rows[] = {
		{ 0xB0, 0x8200, "", 65000, 0, 60000 },
		{ 0xB0, 0x82FF, "", 300, 255, 300 },
		{ 0xB0, 0x7FFF, "", 65000, 0x7FFF, 60000 - 0x7FFF },
		{ 0xB1, 0x0000, "54028000", 65000, 0x8000, 60000 - 0x8000 },
		{ 0xB1, 0x0002, "5403009000", 300, 0x9000, 296 },
		{ 0xB1, 0x0102, "54040000EA5F", 256, 59999, 1 },
		{ 0xB1, 0x0102, "540100", 256, 0, 220 },
	};
	struct host h;

	for (size_t i = 0; i < sizeof(big); i++)
		big[i] = (uint8_t)(i * 7 + i / 256);
	eac_begin(&h);
	eac_pace(&h, 4, 4, 12);
	SHOULD_BE(&h, host_select_app(&h), 0x9000);
	SHOULD_BE(&h, host_create(&h, 0x0102, 2, sizeof(big)), 0x9000);
	memcpy(
	    h.s->nv.files[sim_find(SIM_APP, 0x0102)].data.p, big, sizeof(big));
	eac_lock(&h);
	SHOULD_BE(&h, host_pace(&h, &r, NULL), 0x9000);
	SHOULD_BE(&h, host_select_app(&h), 0x9000);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t head = 0;

		SHOULD_BE(&h,
		    host_cmd(&h, 0, rows[i].ins, rows[i].p, hex(rows[i].data),
			rows[i].le),
		    0x9000);
		if (rows[i].ins == 0xB1)
			head = h.rsp[1] == 0x82 ? 4 : h.rsp[1] == 0x81 ? 3 : 2;
		cr_assert_eq(h.n - head, rows[i].n, "%zu: %zu", i, h.n - head);
		cr_assert_arr_eq(
		    h.rsp + head, big + rows[i].from, rows[i].n, "%zu", i);
	}
	SHOULD_BE(
	    &h, host_cmd(&h, 0, 0xB1, 0x0102, hex("540300EA60"), 0), 0x6B00);
	host_done(&h);
}

Test(sim_pace, passes_over_a_chat_and_unknown_objects)
{
	struct host h;

	chip_p256(&h);
	cr_assert_eq(host_hex(&h, "0022C1A41E800A04007F00070202040202830102"
				  "7F4C0E060904007F000703010201530103"),
	    0x6700);
	cr_assert_eq(host_hex(&h, "0022C1A420800A04007F00070202040202830102"
				  "7F4C0E060904007F000703010201530103"),
	    0x9000);
	cr_assert_eq(host_hex(&h, STEP1), 0x9000);
	cr_assert_eq(
	    host_hex(&h, "0022C1A412800A04007F00070202040202830102990100"),
	    0x9000);
	host_done(&h);
}

Test(sim_pace, can_be_a_bad_chip)
{
	const struct perso_group *g;
	PERSO_ELEM(e);
	struct host h;

	chip_p256(&h);
	cr_assert_eq(perso_group_get(12, &g), PERSO_OK);
	perso_sim_quirk(h.s, PERSO_SIM_SAME_POINT);
	host_hex(&h, AT);
	host_hex(&h, STEP1);
	host_hex(&h, STEP2);
	cr_assert_eq(host_hex(&h, STEP3), 0x9000);
	cr_assert_arr_eq(h.rsp + 4, hex(G).p, 65);
	perso_sim_quirk(h.s, PERSO_SIM_BAD_POINT);
	host_hex(&h, AT);
	host_hex(&h, STEP1);
	host_hex(&h, STEP2);
	cr_assert_eq(host_hex(&h, STEP3), 0x9000);
	cr_assert_eq(
	    perso_elem_decode(g, perso_span(h.rsp + 4, 65), &e), PERSO_E_KEY);
	host_done(&h);
}
