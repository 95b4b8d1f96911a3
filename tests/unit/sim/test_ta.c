#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "host_cv.h"
#include "host_eac.h"

/* ---- A chip and its PKI. ---- */

struct pki {
	struct host h;
	struct perso_keyref *cvca, *dv, *is, *next;
	struct sim_comp comp, ic;
	bool pace;
};

#define CVCA "UTCVCA00001"
#define DV "UTDVIS00001"
#define IS "UTTERM00001"

static struct perso_keyref *
ec_key(void)
{
	struct perso_keyref *k = NULL;
	struct perso_key_spec s = { PERSO_KEY_EC, PERSO_P256, 0 };

	cr_assert_eq(perso_keyref_generate(s, &k), PERSO_OK);
	return k;
}

static void
put_root(struct pki *p, uint16_t sw)
{
	struct spec c = { CVCA, CVCA, 0xC3, "200101", "230101", p->cvca,
		p->cvca, true, NONE };
	PERSO_BUF(b, 2000);
	PERSO_BUF(t, 2000);
	struct cmd put = { 0x80, 0xDB, 0x3F, 0xFF, { 0 }, -1, false };

	cv_make(&c, &b);
	cv_tlv(&t, 0x7F21, perso_buf_span(&b));
	put.data = perso_buf_span(&t);
	SHOULD_BE(&p->h, host_send(&p->h, put), sw);
}

static void
start_with(struct pki *p, struct perso_keyref *cvca)
{
	memset(p, 0, sizeof(*p));
	p->cvca = cvca;
	p->dv = ec_key();
	p->is = ec_key();
	p->next = ec_key();
	eac_begin(&p->h);
	eac_pace(&p->h, 2, 2, 12);
	SHOULD_BE(&p->h, host_put_key(&p->h, 1, perso_span_of(test_seed), true),
	    0x9000);
	SHOULD_BE(&p->h,
	    host_cmd(&p->h, 0x80, 0x47, 0x8000, hex("AC0680010C840103"), 0),
	    0x9000);
	put_root(p, 0x9000);
	eac_lock(&p->h);
}

static void
start(struct pki *p)
{
	start_with(p, ec_key());
}

static void
stop(struct pki *p)
{
	perso_keyref_free(&p->cvca);
	perso_keyref_free(&p->dv);
	perso_keyref_free(&p->is);
	perso_keyref_free(&p->next);
	host_done(&p->h);
}

static void
chip_auth(struct pki *p, bool pace)
{
	const struct sim_ca_key *k = &p->h.s->nv.ca[0];
	struct pace_run r = { 2, 2, 12, 2, TEST_CAN, false, false };
	struct pace_out out;
	PERSO_ELEM(e);
	PERSO_BUF(b, 100);

	host_reset(&p->h);
	p->pace = pace;
	if (pace) {
		SHOULD_BE(&p->h, host_pace(&p->h, &r, &out), 0x9000);
		p->ic = out.ic;
		cr_assert_str_eq(
		    (char *)out.car[0], (char *)p->h.s->nv.trust[0].chr);
		SHOULD_BE(&p->h, host_select_app(&p->h), 0x9000);
	} else {
		SHOULD_BE(&p->h, host_select_app(&p->h), 0x9000);
		SHOULD_BE(&p->h, host_bac(&p->h), 0x9000);
	}
	cr_assert_eq(perso_elem_base_mul(k->group, &k->sk, &e), PERSO_OK);
	cr_assert_eq(perso_elem_encode(k->group, e, &b), PERSO_OK);
	SHOULD_BE(&p->h,
	    host_ca(&p->h, 12, perso_buf_span(&b), 2, -1, &p->comp), 0x9000);
}

static uint16_t
mse(struct host *h, unsigned p1p2, const char *name)
{
	PERSO_BUF(b, 30);

	cv_tlv(&b, 0x83, perso_span_str(name));
	return host_cmd(h, 0, 0x22, p1p2, perso_buf_span(&b), -1);
}

static uint16_t
show(struct host *h, const struct spec *c)
{
	PERSO_BUF(b, 3000);

	cv_make(c, &b);
	if (mse(h, 0x81B6, c->car) != 0x9000)
		return h->sw;
	return host_cmd(h, 0, 0x2A, 0x00BE, perso_buf_span(&b), -1);
}

static struct spec
dv_cert(struct pki *p, unsigned rights)
{
	return (struct spec){ CVCA, DV, rights, "210101", "220101", p->dv,
		p->cvca, false, NONE };
}

static struct spec
is_cert(struct pki *p, unsigned rights)
{
	return (struct spec){ DV, IS, rights, "210301", "210601", p->is, p->dv,
		false, NONE };
}

static uint16_t
chain(struct pki *p, unsigned dv, unsigned is)
{
	struct spec d = dv_cert(p, dv), i = is_cert(p, is);

	if (show(&p->h, &d) != 0x9000)
		return p->h.sw;
	return show(&p->h, &i);
}

static uint16_t
authenticate(struct pki *p, bool wrong)
{
	struct perso_span parts[3];
	uint8_t rnd[8];
	PERSO_BUF(sig, 600);

	if (mse(&p->h, 0x81A4, IS) != 0x9000)
		return p->h.sw;
	if (host_cmd(&p->h, 0, 0x84, 0, PERSO_SPAN_EMPTY, 8) != 0x9000)
		return p->h.sw;
	cr_assert_eq(p->h.n, 8);
	memcpy(rnd, p->h.rsp, 8);
	parts[0] = p->pace ? perso_span(p->ic.p, p->ic.n)
			   : perso_span("C11T002JM4", 10);
	parts[1] = perso_span_of(rnd);
	parts[2] = perso_span(p->comp.p, p->comp.n);
	cr_assert_eq(
	    perso_keyref_sign(p->is, cv_alg(p->is), parts, 3, &sig), PERSO_OK);
	sig.p[3] ^= wrong;
	return host_cmd(&p->h, 0, 0x82, 0, perso_buf_span(&sig), -1);
}

/* Which of DG3 and DG4 can be read, as bits. */
static unsigned
readable(struct pki *p)
{
	unsigned got = 0;

	if (host_select(&p->h, 0x0103) == 0x9000 &&
	    host_read(&p->h, 0, 0) == 0x9000)
		got |= 1;
	if (host_select(&p->h, 0x0104) == 0x9000 &&
	    host_read(&p->h, 0, 0) == 0x9000)
		got |= 2;
	SHOULD_BE(&p->h, host_select(&p->h, 0x0101), 0x9000);
	return got;
}

static unsigned
today(struct pki *p)
{
	char d[7];

	perso_sim_date(p->h.s, d);
	return (unsigned)atol(d);
}

/* Unit L: effective rights are those of CVCA, DV and IS. */
Test(sim_ta, opens_dg3_and_dg4_by_effective_rights)
{
	static const struct {
		unsigned dv, is, got;
	} rows[] = { { 0x83, 0x03, 3 }, { 0x81, 0x03, 1 }, { 0x82, 0x03, 2 },
		{ 0x83, 0x01, 1 }, { 0x81, 0x02, 0 }, { 0x80, 0x03, 0 },
		{ 0x43, 0x02, 2 } };
	struct pki p;

	start(&p);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		chip_auth(&p, (i & 1) != 0);
		cr_assert_eq(readable(&p), 0);
		SHOULD_BE(&p.h, chain(&p, rows[i].dv, rows[i].is), 0x9000);
		cr_assert_eq(readable(&p), 0);
		SHOULD_BE(&p.h, authenticate(&p, false), 0x9000);
		cr_assert_eq(readable(&p), rows[i].got, "%zu", i);
		/* once only, and gone with the session */
		SHOULD_BE(&p.h, mse(&p.h, 0x81B6, CVCA), 0x6985);
		SHOULD_BE(&p.h, authenticate(&p, false), 0x6985);
	}
	chip_auth(&p, false);
	cr_assert_eq(readable(&p), 0);
	stop(&p);
}

/* Chip Authentication or PACE anew takes what was got with the keys before,
 * certificates, challenge and rights. */
Test(sim_ta, new_keys_take_the_rights_away)
{
	const struct sim_ca_key *k;
	struct pki p;
	PERSO_ELEM(e);
	PERSO_BUF(b, 100);

	start(&p);
	k = &p.h.s->nv.ca[0];
	cr_assert_eq(perso_elem_base_mul(k->group, &k->sk, &e), PERSO_OK);
	cr_assert_eq(perso_elem_encode(k->group, e, &b), PERSO_OK);
	chip_auth(&p, true);
	SHOULD_BE(&p.h, chain(&p, 0x83, 0x03), 0x9000);
	SHOULD_BE(&p.h, mse(&p.h, 0x81A4, IS), 0x9000);
	SHOULD_BE(&p.h, host_ca(&p.h, 12, perso_buf_span(&b), 2, -1, &p.comp),
	    0x9000);
	SHOULD_BE(
	    &p.h, host_cmd(&p.h, 0, 0x84, 0, PERSO_SPAN_EMPTY, 8), 0x6985);
	SHOULD_BE(&p.h, mse(&p.h, 0x81A4, IS), 0x6A88);
	SHOULD_BE(&p.h, mse(&p.h, 0x81B6, DV), 0x6A88);
	SHOULD_BE(&p.h, chain(&p, 0x83, 0x03), 0x9000);
	SHOULD_BE(&p.h, authenticate(&p, false), 0x9000);
	cr_assert_eq(readable(&p), 3);
	SHOULD_BE(&p.h, host_ca(&p.h, 12, perso_buf_span(&b), 2, -1, &p.comp),
	    0x9000);
	cr_assert_eq(readable(&p), 0);
	SHOULD_BE(&p.h, chain(&p, 0x83, 0x03), 0x9000);
	SHOULD_BE(&p.h, authenticate(&p, false), 0x9000);
	cr_assert_eq(readable(&p), 3);
	SHOULD_BE(
	    &p.h, host_cmd(&p.h, 0, 0xA4, 0x000C, hex("3F00"), -1), 0x9000);
	SHOULD_BE(&p.h, pace_can(&p.h), 0x9000);
	SHOULD_BE(&p.h, host_select_app(&p.h), 0x9000);
	cr_assert_eq(readable(&p), 0);
	SHOULD_BE(&p.h, mse(&p.h, 0x81B6, CVCA), 0x6982);
	stop(&p);
}

/* Unit H: every way to DG3, DG4 before Terminal Authentication. */
Test(sim_ta, nothing_opens_dg3_before)
{
	static const struct {
		unsigned ins, p;
		const char *data;
		uint16_t sw;
	} rows[] = { { 0xA4, 0x020C, "0103", 0x6982 },
		{ 0xA4, 0x020C, "0104", 0x6982 }, { 0xB0, 0x8300, "", 0x6982 },
		{ 0xB0, 0x8400, "", 0x6982 },
		{ 0xB1, 0x0003, "540100", 0x6982 },
		{ 0xB1, 0x0004, "540100", 0x6982 },
		{ 0xB1, 0x0103, "540100", 0x6982 },
		{ 0xB1, 0x0104, "540100", 0x6982 },
		{ 0xA4, 0x020C, "011C", 0x9000 }, { 0xB0, 0x9C00, "", 0x9000 },
		{ 0xB1, 0x001C, "540100", 0x9000 },
		{ 0xB1, 0x011C, "540100", 0x9000 } };
	struct pki p;

	start(&p);
	chip_auth(&p, true);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		cr_assert_eq(
		    host_cmd(&p.h, 0, rows[i].ins, rows[i].p, hex(rows[i].data),
			rows[i].ins == 0xA4 ? -1 : 0),
		    rows[i].sw, "%zu: %04X", i, p.h.sw);
	stop(&p);
}

/* Unit J: certificates of all bad kinds, in the place of the DV's. */
Test(sim_ta, refuses_bad_certificates_and_moves_no_date)
{
	static const struct {
		enum twist twist;
		uint16_t sw;
	} rows[] = { { NO_BODY, 0x6A80 }, { NO_SIGNATURE, 0x6A80 },
		{ BAD_SIGNATURE, 0x6300 }, { ZERO_SIGNATURE, 0x6300 },
		{ SHORT_SIGNATURE, 0x6300 }, { LONG_SIGNATURE, 0x6300 },
		{ PROFILE, 0x6A80 }, { NO_PROFILE, 0x6A80 }, { NO_CAR, 0x6A80 },
		{ OTHER_CAR, 0x6300 }, { NO_KEY, 0x6A80 }, { NO_CHR, 0x6A80 },
		{ NO_CHAT, 0x6A80 }, { NO_FROM, 0x6A80 }, { NO_TO, 0x6A80 },
		{ CHAT_OF_AT, 0x6A80 }, { CHAT_LONG, 0x6A80 },
		{ CHAT_NO_BITS, 0x6A80 }, { KEY_OID, 0x6A80 },
		{ KEY_NO_OID, 0x6A80 }, { KEY_NO_POINT, 0x6A80 },
		{ KEY_OFF_CURVE, 0x6A80 }, { KEY_SHORT, 0x6A80 },
		{ DOMAIN, 0x6A80 }, { EXTRA, 0x6A80 }, { SWAPPED, 0x6A80 },
		{ TRAILING, 0x6A80 }, { LONG_LENGTH, 0x6A80 } };
	struct pki p;
	unsigned before;

	start(&p);
	chip_auth(&p, false);
	before = today(&p);
	cr_assert_eq(before, 200101);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct spec c = dv_cert(&p, 0x83);

		c.twist = rows[i].twist;
		cr_assert_eq(show(&p.h, &c), rows[i].sw, "%d: %04X",
		    rows[i].twist, p.h.sw);
		cr_assert_eq(today(&p), before, "%d", rows[i].twist);
		SHOULD_BE(&p.h, mse(&p.h, 0x81B6, DV), 0x6A88);
	}
	/* extensions are none of its business */
	struct spec c = dv_cert(&p, 0x83);
	c.twist = EXTENSION;
	SHOULD_BE(&p.h, show(&p.h, &c), 0x9000);
	cr_assert_eq(today(&p), 210101);
	stop(&p);
}

Test(sim_ta, refuses_bad_dates)
{
	static const struct {
		const char *from, *to;
		uint16_t sw;
	} rows[] = { { "21010A", "220101", 0x6A80 },
		{ "210101", "2201A1", 0x6A80 }, { "210230", "220101", 0x6A80 },
		{ "210229", "220101", 0x6A80 }, { "211301", "220101", 0x6A80 },
		{ "210001", "220101", 0x6A80 }, { "210100", "220101", 0x6A80 },
		{ "210431", "220101", 0x6A80 }, { "210101", "201231", 0x6A80 },
		{ "2101010", "220101", 0x6A80 }, { "21010", "220101", 0x6A80 },
		{ "190101", "191231", 0x6300 },
		{ "200229", "220101", 0x9000 } };
	struct pki p;

	start(&p);
	chip_auth(&p, false);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct spec c = dv_cert(&p, 0x83);

		c.from = rows[i].from;
		c.to = rows[i].to;
		cr_assert_eq(show(&p.h, &c), rows[i].sw, "%s %s: %04X", c.from,
		    c.to, p.h.sw);
		cr_assert_eq(today(&p), rows[i].sw == 0x9000 ? 200229 : 200101);
	}
	stop(&p);
}

/* Unit J: role transitions. */
Test(sim_ta, refuses_roles_that_do_not_follow)
{
	struct pki p;
	struct spec c;

	start(&p);
	chip_auth(&p, false);
	c = is_cert(&p, 0x03); /* CVCA -> IS */
	c.car = CVCA;
	c.signer = p.cvca;
	SHOULD_BE(&p.h, show(&p.h, &c), 0x6300);
	c = dv_cert(&p, 0x83);
	SHOULD_BE(&p.h, show(&p.h, &c), 0x9000);
	c = dv_cert(&p, 0x83); /* DV -> DV, DV -> CVCA */
	c.car = DV;
	c.chr = "UTDVIS00002";
	c.signer = p.dv;
	SHOULD_BE(&p.h, show(&p.h, &c), 0x6300);
	c.chat = 0x43;
	SHOULD_BE(&p.h, show(&p.h, &c), 0x6300);
	c.chat = 0xC3;
	SHOULD_BE(&p.h, show(&p.h, &c), 0x6300);
	c.domain = true;
	SHOULD_BE(&p.h, show(&p.h, &c), 0x6300);
	c = is_cert(&p, 0x03);
	SHOULD_BE(&p.h, show(&p.h, &c), 0x9000);
	for (unsigned role = 0; role < 4; role++) { /* IS -> anything */
		c = is_cert(&p, role << 6 | 3);
		c.car = IS;
		c.chr = "UTTERM00002";
		c.signer = p.is;
		SHOULD_BE(&p.h, show(&p.h, &c), 0x6300);
	}
	cr_assert_eq(p.h.s->nv.trust[1].chr_n, 0);
	stop(&p);
}

/* Unit K */
Test(sim_ta, refuses_a_bad_terminal)
{
	struct pki p;

	start(&p);
	SHOULD_BE(&p.h, mse(&p.h, 0x81B6, CVCA), 0x6982); /* no session */
	SHOULD_BE(&p.h, host_select_app(&p.h), 0x9000);
	SHOULD_BE(&p.h, host_bac(&p.h), 0x9000);
	SHOULD_BE(&p.h, mse(&p.h, 0x81B6, CVCA), 0x6982); /* before CA */
	chip_auth(&p, true);
	SHOULD_BE(&p.h, mse(&p.h, 0x81B6, "UTNONE00001"), 0x6A88);
	SHOULD_BE(
	    &p.h, host_cmd(&p.h, 0, 0x22, 0x81B6, hex("8400"), -1), 0x6A80);
	SHOULD_BE(
	    &p.h, host_cmd(&p.h, 0, 0x2A, 0x00BE, hex("7F4E00"), -1), 0x6985);
	SHOULD_BE(&p.h, authenticate(&p, false), 0x6A88); /* no terminal */
	SHOULD_BE(&p.h, chain(&p, 0x83, 0x03), 0x9000);
	SHOULD_BE(&p.h, mse(&p.h, 0x81A4, DV), 0x6A88); /* wrong CHR */
	SHOULD_BE(
	    &p.h, host_cmd(&p.h, 0, 0x84, 0, PERSO_SPAN_EMPTY, 8), 0x6985);
	SHOULD_BE(&p.h, host_cmd(&p.h, 0, 0x82, 0, hex("00"), -1), 0x6985);
	SHOULD_BE(&p.h, mse(&p.h, 0x81A4, IS), 0x9000);
	SHOULD_BE(&p.h, host_cmd(&p.h, 0, 0x82, 0, hex("00"), -1), 0x6985);
	SHOULD_BE(
	    &p.h, host_cmd(&p.h, 0, 0x84, 0, PERSO_SPAN_EMPTY, 4), 0x6C08);
	SHOULD_BE(&p.h, authenticate(&p, true), 0x6300);
	cr_assert_eq(readable(&p), 0);
	/* the challenge has served */
	SHOULD_BE(&p.h, host_cmd(&p.h, 0, 0x82, 0, hex("00"), -1), 0x6985);
	/* the wrong binding: document number in place of PACE's key */
	p.pace = false;
	SHOULD_BE(&p.h, authenticate(&p, false), 0x6300);
	p.pace = true;
	SHOULD_BE(&p.h, authenticate(&p, false), 0x9000);
	cr_assert_eq(readable(&p), 3);
	stop(&p);
}

/* Reading the security object in between is allowed. */
Test(sim_ta, bears_passive_authentication_in_between)
{
	struct pki p;

	start(&p);
	chip_auth(&p, true);
	SHOULD_BE(&p.h, chain(&p, 0x83, 0x01), 0x9000);
	SHOULD_BE(&p.h, host_select(&p.h, 0x011D), 0x9000);
	SHOULD_BE(&p.h, host_read(&p.h, 0, 0), 0x9000);
	SHOULD_BE(&p.h, authenticate(&p, false), 0x9000);
	cr_assert_eq(readable(&p), 1);
	/* neither BAC nor Chip Authentication again keep the rights */
	SHOULD_BE(
	    &p.h, host_cmd(&p.h, 0, 0x84, 0, PERSO_SPAN_EMPTY, 8), 0x6985);
	chip_auth(&p, false);
	cr_assert_eq(readable(&p), 0);
	stop(&p);
}

static void
link_to(struct pki *p, const char *car, const char *chr,
    struct perso_keyref *signer, const char *from, const char *to)
{
	struct spec c = { car, chr, 0xC3, from, to, p->next, signer, true,
		NONE };

	SHOULD_BE(&p->h, show(&p->h, &c), 0x9000);
}

/* Unit M: trust points follow link certificates, also across a loss of
 * power; the old one ends with its validity. */
Test(sim_ta, follows_link_certificates)
{
	struct pki p;
	struct spec c;
	uint8_t want[36] = { 0 };

	start(&p);
	chip_auth(&p, true);
	link_to(&p, CVCA, "UTCVCA00002", p.cvca, "220601", "250601");
	cr_assert_eq(today(&p), 220601);
	c = dv_cert(&p, 0x83); /* by the old one, expired 2022-01-01 */
	SHOULD_BE(&p.h, show(&p.h, &c), 0x6300);
	c.to = "230101";
	SHOULD_BE(&p.h, show(&p.h, &c), 0x9000);
	memcpy(want, "\x42\x0BUTCVCA00002\x42\x0BUTCVCA00001", 26);
	SHOULD_BE(&p.h, host_select(&p.h, 0x011C), 0x9000);
	SHOULD_BE(&p.h, host_read(&p.h, 0, 36), 0x9000);
	cr_assert_arr_eq(p.h.rsp, want, 36);
	/* a second link: the first trust point is gone */
	chip_auth(&p, true);
	link_to(&p, "UTCVCA00002", "UTCVCA00003", p.next, "240601", "270601");
	cr_assert_eq(today(&p), 240601);
	SHOULD_BE(&p.h, mse(&p.h, 0x81B6, CVCA), 0x6A88);
	c = dv_cert(&p, 0x83);
	c.car = "UTCVCA00003";
	c.signer = p.next;
	c.from = "240602";
	c.to = "250101";
	SHOULD_BE(&p.h, show(&p.h, &c), 0x9000);
	cr_assert_eq(today(&p), 240602);
	stop(&p);
}

/* A root shown again, which anybody may have, would bring an old key to the
 * front; the next link would then push out the newer one. */
Test(sim_ta, a_root_shown_again_changes_no_trust_point)
{
	struct pki p;
	struct spec root;

	start(&p);
	chip_auth(&p, true);
	root = (struct spec){ CVCA, CVCA, 0xC3, "200101", "230101", p.cvca,
		p.cvca, true, NONE };
	SHOULD_BE(&p.h, show(&p.h, &root), 0x6300);
	link_to(&p, CVCA, "UTCVCA00002", p.cvca, "220601", "250601");
	SHOULD_BE(&p.h, show(&p.h, &root), 0x6300);
	root.from = "240101";
	root.to = "260101";
	SHOULD_BE(&p.h, show(&p.h, &root), 0x6300);
	cr_assert_eq(today(&p), 220601);
	cr_assert_arr_eq(p.h.s->nv.trust[0].chr, "UTCVCA00002", 11);
	cr_assert_arr_eq(p.h.s->nv.trust[1].chr, CVCA, 11);
	stop(&p);
}

/* TR-03110-3, 2.5: an expired trust point signs link certificates only, and
 * a link certificate may itself be expired. */
Test(sim_ta, an_expired_trust_point_signs_links_only)
{
	struct pki p;
	struct spec c;

	start(&p);
	p.h.s->nv.today = 240101;
	chip_auth(&p, false);
	c = dv_cert(&p, 0x83);
	c.to = "250101";
	SHOULD_BE(&p.h, show(&p.h, &c), 0x6300);
	link_to(&p, CVCA, "UTCVCA00002", p.cvca, "210601", "231231");
	cr_assert_eq(today(&p), 240101);
	stop(&p);
}

/* The date follows terminals of a domestic DV only. */
Test(sim_ta, believes_dates_of_domestic_terminals_only)
{
	struct pki p;

	start(&p);
	chip_auth(&p, false);
	SHOULD_BE(&p.h, chain(&p, 0x43, 0x03), 0x9000);
	cr_assert_eq(today(&p), 210101);
	chip_auth(&p, false);
	SHOULD_BE(&p.h, chain(&p, 0x83, 0x03), 0x9000);
	cr_assert_eq(today(&p), 210301);
	stop(&p);
}

/* Unit N: RSA, and from RSA to a curve by a link certificate; a chain keeps
 * its issuer's algorithm and length. */
Test(sim_ta, migrates_from_rsa_by_a_link)
{
	struct perso_key_spec rsa = { PERSO_KEY_RSA, 0, 2048 };
	struct perso_keyref *root = NULL, *ec = NULL;
	struct pki p;
	struct spec c;

	cr_assert_eq(perso_keyref_generate(rsa, &root), PERSO_OK);
	start_with(&p, root);
	chip_auth(&p, true);
	c = dv_cert(&p, 0x83); /* a curve under RSA */
	SHOULD_BE(&p.h, show(&p.h, &c), 0x6A80);
	c.domain = true;
	SHOULD_BE(&p.h, show(&p.h, &c), 0x6A80);
	ec = p.dv;
	p.dv = NULL;
	rsa.bits = 1024;
	cr_assert_eq(perso_keyref_generate(rsa, &p.dv), PERSO_OK);
	c = dv_cert(&p, 0x83); /* shorter than its issuer's */
	SHOULD_BE(&p.h, show(&p.h, &c), 0x6300);
	perso_keyref_free(&p.dv);
	rsa.bits = 2048;
	cr_assert_eq(perso_keyref_generate(rsa, &p.dv), PERSO_OK);
	perso_keyref_free(&p.is);
	cr_assert_eq(perso_keyref_generate(rsa, &p.is), PERSO_OK);
	SHOULD_BE(&p.h, chain(&p, 0x83, 0x03), 0x9000);
	SHOULD_BE(&p.h, authenticate(&p, true), 0x6300);
	SHOULD_BE(&p.h, authenticate(&p, false), 0x9000);
	cr_assert_eq(readable(&p), 3);
	chip_auth(&p, true);
	link_to(&p, CVCA, "UTCVCA00002", p.cvca, "210601", "250601");
	perso_keyref_free(&p.dv);
	p.dv = ec;
	c = dv_cert(&p, 0x83);
	c.car = "UTCVCA00002";
	c.signer = p.next;
	SHOULD_BE(&p.h, show(&p.h, &c), 0x9000);
	stop(&p);
}
