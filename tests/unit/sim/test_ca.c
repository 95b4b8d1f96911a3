#include <criterion/criterion.h>
#include <string.h>

#include "host_eac.h"
#include "wire.h"

#define EAC "tests/vectors/eac.txt"

/* A chip with BAC, PACE and these CA keys. */
static void
chip(struct host *h, const unsigned *groups, size_t n)
{
	eac_begin(h);
	eac_pace(h, 2, 2, 12);
	SHOULD_BE(
	    h, host_put_key(h, 1, perso_span_of(test_seed), true), 0x9000);
	for (size_t i = 0; i < n; i++) {
		uint8_t ac[] = { 0xAC, 9, 0x80, 1, (uint8_t)groups[i], 0x84, 1,
			(uint8_t)(3 + i), 0x87, 1, (uint8_t)(40 + i) };
		struct cmd c = { 0x80, 0x47, 0x80, 0, perso_span_of(ac), 0,
			true };

		SHOULD_BE(h, host_send(h, c), 0x9000);
	}
	eac_lock(h);
}

static struct perso_span
public_of(struct host *h, size_t i)
{
	static uint8_t mem[600];
	const struct sim_ca_key *k = &h->s->nv.ca[i];
	PERSO_ELEM(e);
	PERSO_BUF(b, 600);

	cr_assert_eq(perso_elem_base_mul(k->group, &k->sk, &e), PERSO_OK);
	cr_assert_eq(perso_elem_encode(k->group, e, &b), PERSO_OK);
	memcpy(mem, b.p, b.n);
	return perso_span(mem, b.n);
}

static void
bac(struct host *h)
{
	SHOULD_BE(h, host_select_app(h), 0x9000);
	SHOULD_BE(h, host_bac(h), 0x9000);
}

/* Unit I: each cipher, after BAC and after PACE; keys by their ids; secure
 * messaging begins anew. */
Test(sim_ca, does_every_cipher_with_every_key)
{
	static const unsigned groups[] = { 12, 13, 0, 18 };
	struct host h;

	chip(&h, groups, 4);
	for (size_t i = 0; i < 4; i++)
		for (unsigned y = 0; y <= 4; y++) {
			if (y & 1)
				bac(&h);
			else
				SHOULD_BE(&h, pace_can(&h), 0x9000);
			SHOULD_BE(&h,
			    host_ca(&h, groups[i], public_of(&h, i), y,
				(int)(40 + i), NULL),
			    0x9000);
			cr_assert_eq(h.s->sm.ssc, 0);
			SHOULD_BE(&h, host_select_app(&h), 0x9000);
			SHOULD_BE(&h, host_select(&h, 0x0101), 0x9000);
			SHOULD_BE(&h, host_read(&h, 0, 0), 0x9000);
			cr_assert_eq(h.n, 93);
			/* once more, with another cipher */
			SHOULD_BE(&h,
			    host_ca(&h, groups[i], public_of(&h, i),
				y == 4 ? 0 : y + 1, (int)(40 + i), NULL),
			    0x9000);
			SHOULD_BE(&h, host_select(&h, 0x0101), 0x9000);
			host_reset(&h);
		}
	host_done(&h);
}

Test(sim_ca, derives_the_computed_keys)
{
	VEC(v, EAC);
	static const char *const names[] = { "3DES", "3DES", "AES128", "AES192",
		"AES256" };
	struct perso_span sk = vec_hex(v, "ca_chip_sk");
	struct host h;

	eac_begin(&h);
	SHOULD_BE(
	    &h, host_put_key(&h, 3, eac_pkcs8(11, sk, false), true), 0x9000);
	SHOULD_BE(
	    &h, host_put_key(&h, 1, perso_span_of(test_seed), true), 0x9000);
	eac_lock(&h);
	for (unsigned y = 0; y <= 4; y++) {
		char at[] = "800A04007F00070202030200";
		struct perso_span kat = vec_hex(v, "ca_mse_set_kat");
		struct perso_span pk = vec_hex(v, "ca_terminal_pk");
		PERSO_BUF(b, 100);

		bac(&h);
		if (y == 0)
			SHOULD_BE(&h,
			    host_cmd(&h, 0, 0x22, 0x41A6,
				perso_span_sub(kat, 5, 1000), -1),
			    0x9000);
		else {
			at[23] = (char)('0' + y);
			SHOULD_BE(&h,
			    host_cmd(&h, 0, 0x22, 0x41A4, hex(at), -1), 0x9000);
			host_put(&b, "\x7C\x3B\x80\x39", 4);
			host_put(&b, pk.p, pk.n);
			SHOULD_BE(&h,
			    host_cmd(&h, 0, 0x86, 0, perso_buf_span(&b), 0),
			    0x9000);
		}
		struct perso_span enc =
		    vec_hex(v, "ca_session_keys_%s_KSEnc", names[y]);
		struct perso_span mac =
		    vec_hex(v, "ca_session_keys_%s_KSMAC", names[y]);
		cr_assert_arr_eq(h.s->sm.enc, enc.p, enc.n);
		cr_assert_arr_eq(h.s->sm.mac, mac.p, mac.n);
		cr_assert_arr_eq(h.s->auth.ifd.p,
		    vec_hex(v, "ca_comp_terminal_pk").p, h.s->auth.ifd.n);
		host_reset(&h);
	}
	host_done(&h);
}

#define OID "800A04007F00070202030202"
#define ZERO "0000000000000000000000000000000000000000000000000000000000000000"

/* A refusal leaves the session as it was. */
Test(sim_ca, refuses_a_bad_terminal)
{
	static const struct {
		const char *name;
		unsigned ins, p;
		const char *data;
		uint16_t sw;
	} rows[] = {
		{ "KAT without key", 0x22, 0x41A6, "84012A", 0x6A80 },
		{ "KAT, no id", 0x22, 0x41A6, "910104", 0x6A88 },
		{ "KAT, another id", 0x22, 0x41A6, "91010484010B", 0x6A88 },
		{ "KAT, short", 0x22, 0x41A6, "910104840128", 0x6A80 },
		{ "KAT, (0, 0)", 0x22, 0x41A6, "914104" ZERO ZERO "840128",
		    0x6300 },
		{ "KAT, infinity", 0x22, 0x41A6, "914100" ZERO ZERO "840128",
		    0x6300 },
		{ "AT, OID", 0x22, 0x41A4, "800A04007F00070202030205840128",
		    0x6A80 },
		{ "AT, PACE", 0x22, 0x41A4, "800A04007F00070202040202840128",
		    0x6A80 },
		{ "AT, kind", 0x22, 0x41A4, "800A04007F00070202030102840128",
		    0x6A80 },
		{ "AT, no OID", 0x22, 0x41A4, "840128", 0x6A80 },
		{ "AT, no id", 0x22, 0x41A4, OID, 0x6A88 },
		{ "AT, empty id", 0x22, 0x41A4, OID "8400", 0x6A80 },
		{ "AT, P1", 0x22, 0x42A4, OID "840128", 0x6A86 },
		{ "GA first", 0x86, 0, "7C03800104", 0x6985 },
		{ "AT", 0x22, 0x41A4, OID "840128", 0x9000 },
		{ "GA, tag", 0x86, 0, "7C03810104", 0x6A80 },
		{ "GA again", 0x86, 0, "7C03800104", 0x6985 },
		{ "AT", 0x22, 0x41A4, OID "840128", 0x9000 },
		{ "GA, short", 0x86, 0, "7C03800104", 0x6A80 },
		{ "AT", 0x22, 0x41A4, OID "840128", 0x9000 },
		{ "GA, P2", 0x86, 1, "7C03800104", 0x6A86 },
		{ "AT", 0x22, 0x41A4, OID "840128", 0x9000 },
		{ "GA, off the curve", 0x86, 0, "7C43804104" ZERO ZERO,
		    0x6300 },
	};
	static const unsigned groups[] = { 12, 13 };
	struct host h;

	chip(&h, groups, 2);
	cr_assert_eq(host_hex(&h, "002241A40C" OID), 0x6982);
	cr_assert_eq(host_hex(&h, "002241A603910104"), 0x6982);
	bac(&h);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint16_t sw = host_cmd(&h, 0, rows[i].ins, rows[i].p,
		    hex(rows[i].data), rows[i].ins == 0x86 ? 0 : -1);

		cr_assert_eq(sw, rows[i].sw, "%s: %04X", rows[i].name, sw);
		cr_assert_not(h.bad);
		cr_assert_not(h.s->auth.ca);
	}
	SHOULD_BE(&h, host_select(&h, 0x0101), 0x9000);
	host_done(&h);
}

/* In a DH group: 0, 1, p - 1 and p, elements of small order. */
Test(sim_ca, refuses_small_orders_modulo_p)
{
	static const unsigned groups[] = { 0 };
	struct host h;
	PERSO_NUM(p);

	chip(&h, groups, 1);
	bac(&h);
	cr_assert_eq(
	    perso_group_num(h.s->nv.ca[0].group, PERSO_GROUP_P, &p), PERSO_OK);
	for (int i = 0; i < 4; i++) {
		PERSO_BUF(b, 200);
		PERSO_NUM(y);

		y = p;
		if (i < 2)
			memset(y.p, 0, y.n);
		if (i == 1)
			y.p[y.n - 1] = 1;
		if (i == 2)
			y.p[y.n - 1] ^= 1;
		host_put(&b, "\x91\x81\x80", 3);
		host_put(&b, y.p, y.n);
		cr_assert_eq(
		    host_cmd(&h, 0, 0x22, 0x41A6, perso_buf_span(&b), -1),
		    0x6300, "%d", i);
	}
	host_done(&h);
}

/* Doc 9303-11, 9.4.1: an integer without leading zeros; Comp() is its hash. */
Test(sim_ca, takes_dh_values_that_are_shorter_than_p)
{
	static const unsigned groups[] = { 0 };
	struct sim_comp comp;
	struct host h;

	chip(&h, groups, 1);
	h.short_dh = true;
	for (unsigned y = 0; y <= 2; y += 2) {
		bac(&h);
		SHOULD_BE(
		    &h, host_ca(&h, 0, public_of(&h, 0), y, -1, &comp), 0x9000);
		SHOULD_BE(&h, host_select(&h, 0x0101), 0x9000);
		cr_assert_eq(h.s->auth.ifd.n, 20);
		cr_assert_arr_eq(h.s->auth.ifd.p, comp.p, 20);
		host_reset(&h);
	}
	host_done(&h);
}

Test(sim_ca, a_copied_chip_has_other_keys)
{
	static const unsigned groups[] = { 12 };
	struct host h;

	chip(&h, groups, 1);
	perso_sim_quirk(h.s, PERSO_SIM_CLONE);
	bac(&h);
	SHOULD_BE(&h, host_ca(&h, 12, public_of(&h, 0), 2, -1, NULL), 0x9000);
	cr_assert_eq(host_select(&h, 0x0101), 0x6988);
	host_done(&h);
}

/* DG14 says AES-128 only: 3DES is refused. */
Test(sim_ca, does_only_what_dg14_names)
{
	struct host h;
	struct perso_span pk;

	eac_begin(&h);
	eac_file(&h, true, 0x010E, 0x0E,
	    hex("6E133111300F060A04007F00070202030202020101"));
	SHOULD_BE(
	    &h, host_put_key(&h, 1, perso_span_of(test_seed), true), 0x9000);
	SHOULD_BE(&h,
	    host_cmd(&h, 0x80, 0x47, 0x8000, hex("AC0680010C840103"), 0),
	    0x9000);
	eac_lock(&h);
	bac(&h);
	pk = public_of(&h, 0);
	SHOULD_BE(&h, host_ca(&h, 12, pk, 0, -1, NULL), 0x6A80);
	SHOULD_BE(&h, host_ca(&h, 12, pk, 4, -1, NULL), 0x6A80);
	SHOULD_BE(&h, host_ca(&h, 12, pk, 2, -1, NULL), 0x9000);
	host_done(&h);
}

Test(sim_ca, chips_that_want_and_refuse_tag_84)
{
	static const unsigned groups[] = { 12 };
	struct host h;
	struct perso_span pk;

	chip(&h, groups, 1);
	bac(&h);
	pk = public_of(&h, 0);
	perso_sim_quirk(h.s, PERSO_SIM_WANTS_84);
	SHOULD_BE(&h, host_ca(&h, 12, pk, 2, -1, NULL), 0x6A80);
	SHOULD_BE(&h, host_ca(&h, 12, pk, 0, -1, NULL), 0x6A80);
	SHOULD_BE(&h, host_ca(&h, 12, pk, 2, 40, NULL), 0x9000);
	perso_sim_quirk(h.s, PERSO_SIM_REFUSES_84);
	SHOULD_BE(&h, host_ca(&h, 12, pk, 2, 40, NULL), 0x6A80);
	SHOULD_BE(&h, host_ca(&h, 12, pk, 0, 40, NULL), 0x6A80);
	SHOULD_BE(&h, host_ca(&h, 12, pk, 2, -1, NULL), 0x9000);
	host_done(&h);
}
