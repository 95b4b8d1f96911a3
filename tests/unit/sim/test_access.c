#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host_eac.h"
#include "perso/file.h"
#include "wire.h"

/* Loading what PACE and Extended Access Control need; keeping it. */

#define ONE "0000000000000000000000000000000000000000000000000000000000000001"

Test(sim_access, refuses_keys_that_are_none)
{
	static const struct {
		const char *name;
		unsigned id;
		const char *key;
		bool good_kcv;
		int key_id;
		uint16_t sw;
	} rows[] = {
		{ "CAN of five", 0x10, "3132333435", true, -1, 0x6A80 },
		{ "CAN, letters", 0x10, "31323334354A", true, -1, 0x6A80 },
		{ "CAN, kcv", 0x10, "313233343536", false, -1, 0x6A80 },
		{ "CAN with keyId", 0x10, "313233343536", true, 1, 0x6A80 },
		{ "CAN", 0x10, "313233343536", true, -1, 0x9000 },
		{ "K of 16", 0x11, "00112233445566778899AABBCCDDEEFF", true, -1,
		    0x6A80 },
		{ "PIN of three", 0x12, "313233", true, -1, 0x6A80 },
		{ "PIN of 17", 0x12, "3131313131313131313131313131313131", true,
		    -1, 0x6A80 },
		{ "PUK", 0x13, "3132333435363738", true, -1, 0x9000 },
		{ "another", 0x14, "3132333435363738", true, -1, 0x6A80 },
		{ "another", 0x07, "3132333435363738", true, -1, 0x6A80 },
		{ "no PKCS#8", 0x03, "3003020100", true, -1, 0x6A80 },
	};
	struct host h;

	host_new(&h, NULL);
	SHOULD_BE(&h, host_scp(&h, 0x33), 0x9000);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		cr_assert_eq(host_put_key_id(&h, rows[i].id, hex(rows[i].key),
				 rows[i].good_kcv, rows[i].key_id),
		    rows[i].sw, "%s: %04X", rows[i].name, h.sw);
	host_done(&h);
}

/* PKCS#8 of every group, named or standardised; the scalar must fit. */
Test(sim_access, takes_ca_keys_of_every_group)
{
	struct host h;

	host_new(&h, NULL);
	SHOULD_BE(&h, host_scp(&h, 0x33), 0x9000);
	for (unsigned g = 0; g <= 18; g++) {
		if (g > 2 && g < 8)
			continue;
		for (int std = 0; std < 2; std++) {
			SHOULD_BE(&h,
			    host_put_key(&h, 3,
				eac_pkcs8(g, hex("12345678"), std != 0), true),
			    0x9000);
			cr_assert_eq(
			    perso_group_id(h.s->nv.ca[0].group), (int)g);
		}
	}
	SHOULD_BE(&h, host_put_key(&h, 3, eac_pkcs8(12, hex("00"), true), true),
	    0x6A80);
	SHOULD_BE(&h,
	    host_put_key(&h, 3,
		eac_pkcs8(12,
		    hex("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3"
			"B9CAC2FC632551"),
		    true),
		true),
	    0x6A80);
	cr_assert_eq(perso_group_id(h.s->nv.ca[0].group), 18);
	host_done(&h);
}

Test(sim_access, key_ids_tell_ca_keys_apart)
{
	struct host h;

	host_new(&h, NULL);
	SHOULD_BE(&h, host_scp(&h, 0x33), 0x9000);
	SHOULD_BE(&h, host_put_key(&h, 3, eac_pkcs8(12, hex(ONE), true), true),
	    0x9000);
	SHOULD_BE(&h,
	    host_put_key_id(&h, 4, eac_pkcs8(12, hex(ONE), true), true, 1),
	    0x6A80);
	SHOULD_BE(&h,
	    host_put_key_id(&h, 3, eac_pkcs8(12, hex(ONE), true), true, 1),
	    0x9000);
	SHOULD_BE(&h,
	    host_put_key_id(&h, 4, eac_pkcs8(13, hex(ONE), true), true, 1),
	    0x6A80);
	SHOULD_BE(&h,
	    host_put_key_id(&h, 4, eac_pkcs8(13, hex(ONE), true), true, 2),
	    0x9000);
	SHOULD_BE(&h,
	    host_cmd(&h, 0x80, 0x47, 0x8000, hex("AC0980010C840105870102"), 0),
	    0x6A80);
	SHOULD_BE(&h,
	    host_cmd(&h, 0x80, 0x47, 0x8000, hex("AC0980010C840105870103"), 0),
	    0x9000);
	SHOULD_BE(&h,
	    host_cmd(&h, 0x80, 0x47, 0x8000,
		hex("AC098001038401068701"
		    "04"),
		0),
	    0x6A80); /* a reserved group */
	SHOULD_BE(&h,
	    host_cmd(&h, 0x80, 0x47, 0x8000,
		hex("AC0A820208008401068701"
		    "04"),
		0),
	    0x6A80);
	cr_assert_eq(sim_ca_count(&h.s->nv), 3);
	host_done(&h);
}

/* ACTIVATE FILE: 6985 until all is there. */
Test(sim_access, locks_only_what_is_complete)
{
	PERSO_BUF(b, 200);
	struct host h;

	eac_begin(&h);
	SHOULD_BE(&h, host_lock(&h), 0x6985); /* nothing opens it */
	SHOULD_BE(&h, host_put_key(&h, 0x10, TEST_CAN, true), 0x9000);
	SHOULD_BE(&h, host_lock(&h), 0x6985); /* no EF.CardAccess */
	eac_info(&b, 6, 2, 13);
	eac_info(&b, 2, 2, 13);
	eac_file(&h, false, 0x011C, 0x1C, eac_set(&b));
	SHOULD_BE(&h, host_lock(&h), 0x6985); /* no key for CAM */
	SHOULD_BE(&h,
	    host_put_key_id(&h, 3, eac_pkcs8(12, hex(ONE), true), true, 13),
	    0x9000);
	SHOULD_BE(&h, host_lock(&h), 0x6985); /* of another group */
	SHOULD_BE(&h,
	    host_put_key_id(&h, 3, eac_pkcs8(13, hex(ONE), true), true, 12),
	    0x9000);
	SHOULD_BE(&h, host_lock(&h), 0x6985); /* of another id */
	SHOULD_BE(&h,
	    host_put_key_id(&h, 3, eac_pkcs8(13, hex(ONE), true), true, 13),
	    0x9000);
	SHOULD_BE(&h, host_lock(&h), 0x6985); /* no EF.CardSecurity */
	eac_file(&h, false, 0x011D, 0x1D, hex("3003020100"));
	SHOULD_BE(&h, host_lock(&h), 0x9000);
	host_done(&h);
}

Test(sim_access, the_date_is_a_date)
{
	struct host h;
	char d[7];

	host_new(&h, NULL);
	perso_sim_date(h.s, d);
	cr_assert_str_eq(d, "000101");
	SHOULD_BE(&h, host_scp(&h, 0x33), 0x9000);
	SHOULD_BE(&h,
	    host_cmd(&h, 0x80, 0xDB, 0x3FFF, hex("5F2506020300020300"), -1),
	    0x6A80);
	SHOULD_BE(&h,
	    host_cmd(&h, 0x80, 0xDB, 0x3FFF, hex("5F2506020600020208"), -1),
	    0x9000);
	perso_sim_date(h.s, d);
	cr_assert_str_eq(d, "260228");
	SHOULD_BE(&h,
	    host_cmd(&h, 0x80, 0xDB, 0x3FFF, hex("5F2506020600020209"), -1),
	    0x6A80);
	SHOULD_BE(&h, host_cmd(&h, 0x80, 0xDB, 0x3FFF, hex("7F2103020100"), -1),
	    0x6A80);
	host_done(&h);
}

/* Line by line of cvc.txt: the certificates of a set. */
static struct perso_span
published(const char *set, unsigned i)
{
	static char line[8192];
	FILE *f = fopen("tests/vectors/cvc.txt", "r");
	bool here = false;
	unsigned n = 0;
	char *cert;

	cr_assert_not_null(f);
	while (fgets(line, sizeof(line), f) != NULL) {
		if (strncmp(line, "set ", 4) == 0)
			here = strstr(line, set) != NULL;
		if (!here || strncmp(line, "cert ", 5) != 0 || n++ != i)
			continue;
		fclose(f);
		line[strcspn(line, "\n")] = 0;
		cert = strrchr(line, ' ') + 1;
		return hx(cert);
	}
	cr_assert(false, "%s %u", set, i);
	return PERSO_SPAN_EMPTY;
}

static uint16_t
verify(struct host *h, const char *car, struct perso_span cert)
{
	struct perso_tlv t;
	PERSO_BUF(b, 40);
	struct perso_wr w = perso_wr(&b);

	perso_wr_tlv(&w, 0x83, perso_span_str(car));
	if (host_cmd(h, 0, 0x22, 0x81B6, perso_buf_span(&b), -1) != 0x9000)
		return h->sw;
	cr_assert_eq(perso_tlv_only(cert, 0x7F21, &t), PERSO_OK);
	return host_cmd(h, 0, 0x2A, 0x00BE, t.val, -1);
}

/* eac.txt: the computed example of Terminal Authentication, with the
 * published chain of an inspection system. */
Test(sim_access, terminal_authentication_as_computed)
{
	VEC(v, "tests/vectors/eac.txt");
	struct perso_span kat = vec_hex(v, "ca_mse_set_kat");
	struct perso_span root = published("EAC.IS", 0);
	struct host h;
	PERSO_BUF(b, 40);
	struct perso_wr w = perso_wr(&b);

	eac_begin(&h);
	SHOULD_BE(&h,
	    host_put_key(
		&h, 3, eac_pkcs8(11, vec_hex(v, "ca_chip_sk"), false), true),
	    0x9000);
	SHOULD_BE(
	    &h, host_put_key(&h, 1, perso_span_of(test_seed), true), 0x9000);
	SHOULD_BE(&h, host_cmd(&h, 0x80, 0xDB, 0x3FFF, root, -1), 0x9000);
	SHOULD_BE(&h,
	    host_cmd(&h, 0x80, 0xDB, 0x3FFF, published("EAC.AT", 0), -1),
	    0x6A80);
	eac_lock(&h);
	SHOULD_BE(&h, host_select_app(&h), 0x9000);
	SHOULD_BE(&h, host_bac(&h), 0x9000);
	SHOULD_BE(&h,
	    host_cmd(&h, 0, 0x22, 0x41A6, perso_span_sub(kat, 5, 1000), -1),
	    0x9000);
	/* keys of the terminal: the shared secret is printed */
	host_sm_start(&h, PERSO_3DES, vec_hex(v, "ca_K"));
	SHOULD_BE(
	    &h, verify(&h, "DEISCVCA00001", published("EAC.IS", 1)), 0x9000);
	SHOULD_BE(
	    &h, verify(&h, "DEDVIS00001", published("EAC.IS", 2)), 0x9000);
	perso_wr_tlv(&w, 0x83, perso_span_str(vec_text(v, "ta_is_chr")));
	SHOULD_BE(
	    &h, host_cmd(&h, 0, 0x22, 0x81A4, perso_buf_span(&b), -1), 0x9000);
	wire_random(vec_text(v, "ta_RND_IC"));
	SHOULD_BE(&h, host_cmd(&h, 0, 0x84, 0, PERSO_SPAN_EMPTY, 8), 0x9000);
	wire_random(NULL);
	cr_assert_arr_eq(h.rsp, vec_hex(v, "ta_RND_IC").p, 8);
	SHOULD_BE(&h,
	    host_cmd(&h, 0, 0x82, 0, vec_hex(v, "ta_signature_plain"), -1),
	    0x9000);
	SHOULD_BE(&h, host_select(&h, 0x0103), 0x9000);
	SHOULD_BE(&h, host_select(&h, 0x0104), 0x9000);
	host_done(&h);
}

/* All that was loaded is in the state file, byte for byte again, and each
 * cut or changed byte of it is refused or read, never more. */
Test(sim_access, survives_the_loss_of_power)
{
	char path[] = "/tmp/perso-sim-XXXXXX/chip";
	PERSO_BUF(a, 100000);
	PERSO_BUF(b, 100000);
	struct host h, again = { 0 };
	struct sim_nv nv;
	struct pace_run r = { 2, 2, 12, 3, perso_span_str("0"), false, false };
	perso_rc rc;

	path[strlen(path) - 5] = 0;
	cr_assert_not_null(mkdtemp(path));
	path[strlen(path)] = '/';
	cr_assert_eq(perso_sim_create(path, &test_config), PERSO_OK);
	eac_begin(&h);
	eac_pace(&h, 2, 2, 12);
	SHOULD_BE(&h, host_put_key(&h, 0x12, TEST_PIN, true), 0x9000);
	SHOULD_BE(&h,
	    host_put_key_id(&h, 3, eac_pkcs8(18, hex("77"), true), true, 5),
	    0x9000);
	SHOULD_BE(&h,
	    host_cmd(&h, 0x80, 0xDB, 0x3FFF, published("EAC.IS", 0), -1),
	    0x9000);
	eac_lock(&h);
	h.s->path = strdup(path);
	SHOULD_BE(&h, host_pace(&h, &r, NULL), 0x63C2);
	host_new(&again, path);
	cr_assert_eq(again.s->nv.passwords[SIM_PIN].tries, 2);
	cr_assert_eq(sim_state_encode(&h.s->nv, &a), PERSO_OK);
	cr_assert_eq(sim_state_encode(&again.s->nv, &b), PERSO_OK);
	cr_assert(perso_span_equal(perso_buf_span(&a), perso_buf_span(&b)));
	for (size_t i = a.n - 32; i-- > a.n - 800;) {
		struct perso_md md;
		PERSO_BUF(c, 100000);

		cr_assert_eq(perso_buf_set(&c, perso_span(a.p, i)), PERSO_OK);
		cr_assert_eq(
		    perso_digest(PERSO_SHA256, perso_buf_span(&c), &md),
		    PERSO_OK);
		host_put(&c, md.p, 32);
		rc = sim_state_decode(perso_buf_span(&c), &nv);
		cr_assert_eq(perso_rc_category(rc), PERSO_CAT_DATA, "%zu", i);
	}
	host_done(&again);
	host_done(&h);
	unlink(path);
	path[strlen(path) - 5] = 0;
	rmdir(path);
}

/* A chip made before PACE: version 1 has all but what is new. */
Test(sim_access, reads_the_state_of_older_chips)
{
	PERSO_BUF(a, 100000);
	struct perso_md md;
	struct sim_nv nv;
	struct host h;

	host_new(&h, NULL);
	SHOULD_BE(&h, host_personalise(&h), 0x9000);
	cr_assert_eq(sim_state_encode(&h.s->nv, &a), PERSO_OK);
	/* 4 groups, 4 passwords of 2, date, 2 trust points, checksum */
	cr_assert_eq(perso_buf_resize(&a, a.n - 4 - 8 - 4 - 2 - 32), PERSO_OK);
	a.p[9] = 1;
	cr_assert_eq(
	    perso_digest(PERSO_SHA256, perso_buf_span(&a), &md), PERSO_OK);
	host_put(&a, md.p, 32);
	cr_assert_eq(sim_state_decode(perso_buf_span(&a), &nv), PERSO_OK);
	cr_assert(nv.operational);
	cr_assert_eq(nv.today, 101);
	cr_assert_eq(nv.passwords[SIM_CAN].n, 0);
	sim_nv_done(&nv);
	host_done(&h);
}
