/* Chains: what is effective, and what breaks them. */
#include "cvc_test.h"

#include "perso/hex.h"

static const struct perso_date today = { 2026, 11, 22 };

/* Judges the three; ret keeps at and rights. */
static perso_rc
judge(struct cvc_party *ca, struct cvc_party *dv, struct cvc_party *is,
    struct perso_cvc_chain *ret)
{
	struct perso_cvc certs[3] = { ca->c, dv->c, is->c };

	return perso_cvc_chain_check(certs, 3, &today, ret);
}

Test(cvc_chain, rights_are_those_that_all_have)
{
	PARTY(ca);
	PARTY(dv);
	PARTY(is);
	PERSO_CVC_CHAIN(r);

	cvc_three(&ca, &dv, &is, EC(PERSO_BP256));
	OK(judge(&ca, &dv, &is, &r));
	cr_assert_eq(r.effective.bits[0], 0x01);
	cr_assert(!r.wider);
	dv.v.chat.bits[0] = 0x82;
	dv.v.car = "UTCVCA00001";
	cvc_force(&dv, &ca);
	is.v.car = "UTDVBORDER00001";
	is.v.chat.bits[0] = 0x23; /* wider than its issuer */
	cvc_force(&is, &dv);
	OK(judge(&ca, &dv, &is, &r));
	cr_assert_eq(r.effective.bits[0], 0x02);
	cr_assert(r.wider);
	cr_assert_eq(r.at, 2);
}

Test(cvc_chain, a_chain_is_valid_on_the_days_of_all_but_the_trust_point)
{
	PARTY(ca);
	PARTY(dv);
	PARTY(is);
	PERSO_CVC_CHAIN(r);
	struct perso_cvc certs[3];
	static const struct {
		struct perso_date at;
		perso_rc want;
	} rows[] = {
		{ { 2026, 10, 31 }, PERSO_E_EXPIRED },
		{ { 2026, 11, 1 }, PERSO_OK },
		{ { 2026, 11, 30 }, PERSO_OK },
		{ { 2026, 12, 1 }, PERSO_E_EXPIRED },
		{ { 2026, 13, 1 }, PERSO_E_ARG },
	};

	cvc_three(&ca, &dv, &is, EC(PERSO_P256));
	certs[0] = ca.c;
	certs[1] = dv.c;
	certs[2] = is.c;
	for (size_t i = 0; i < 5; i++) {
		EXPECT(perso_cvc_chain_check(certs, 3, &rows[i].at, &r),
		    rows[i].want);
		cr_assert_eq(r.at, rows[i].want == PERSO_OK ? 2 : 1);
	}
	OK(perso_cvc_chain_check(
	    certs, 1, &(struct perso_date){ 2030, 1, 1 }, &r));
	OK(perso_cvc_chain_check(certs, 2, NULL, &r));
	cr_assert_eq(perso_cvc_role(&r.effective), PERSO_CVC_DV_DOMESTIC);
	EXPECT(perso_cvc_chain_check(certs, 0, NULL, &r), PERSO_E_ARG);
}

Test(cvc_chain, a_failed_check_leaves_the_result_as_it_was)
{
	PARTY(ca);
	PARTY(dv);
	PARTY(is);
	PERSO_CVC_CHAIN(r);
	const struct perso_pubkey *key;

	cvc_three(&ca, &dv, &is, EC(PERSO_P256));
	OK(judge(&ca, &dv, &is, &r));
	key = r.key;
	is.v.car = "UTDVOTHER00001";
	cvc_force(&is, &dv);
	EXPECT(judge(&ca, &dv, &is, &r), PERSO_E_TRUST);
	cr_assert_eq(r.key, key);
	cr_assert_eq(r.at, 2);
	cr_assert_eq(r.effective.bits[0], 0x01);
}

Test(cvc_chain, forbidden_role_transitions_are_refused)
{
	static const struct {
		uint8_t dv, is;
		perso_rc want;
		size_t at;
	} rows[] = {
		{ 0x83, 0x03, PERSO_OK, 2 }, { 0x43, 0x03, PERSO_OK, 2 },
		{ 0x03, 0x03, PERSO_E_ROLE, 1 }, /* CVCA -> IS */
		{ 0x83, 0x83, PERSO_E_ROLE, 2 }, /* DV -> DV */
		{ 0x43, 0x83, PERSO_E_ROLE, 2 },
		{ 0x83, 0xC3, PERSO_E_ROLE, 2 }, /* DV -> CVCA */
	};
	PARTY(ca);
	PARTY(dv);
	PARTY(is);
	PERSO_CVC_CHAIN(r);

	cvc_three(&ca, &dv, &is, EC(PERSO_P256));
	dv.v.car = ca.v.chr;
	is.v.car = dv.v.chr;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		dv.v.chat.bits[0] = rows[i].dv;
		is.v.chat.bits[0] = rows[i].is;
		cvc_force(&dv, &ca);
		cvc_force(&is, &dv);
		EXPECT(judge(&ca, &dv, &is, &r), rows[i].want);
		cr_assert_eq(r.at, rows[i].at, "row %zu", i);
	}
	EXPECT(judge(&dv, &is, &is, &r), PERSO_E_ROLE);
	cr_assert_eq(r.at, 0);
	/* IS -> anything */
	dv.v.chat.bits[0] = 0x83;
	is.v.chat.bits[0] = 0x03;
	cvc_force(&dv, &ca);
	cvc_force(&is, &dv);
	for (unsigned role = 0; role < 4; role++) {
		PARTY(x);
		struct perso_cvc certs[4] = { ca.c, dv.c, is.c };

		cvc_prepare(
		    &x, "UTX00001", (enum perso_cvc_role)role, EC(PERSO_P256));
		x.v.car = is.v.chr;
		cvc_force(&x, &is);
		certs[3] = x.c;
		EXPECT(
		    perso_cvc_chain_check(certs, 4, &today, &r), PERSO_E_ROLE);
		cr_assert_eq(r.at, 3);
	}
}

Test(cvc_chain, another_type_or_kind_of_key_breaks_the_chain)
{
	PARTY(ca);
	PARTY(dv);
	PARTY(is);
	PARTY(rsa);
	PERSO_CVC_CHAIN(r);

	cvc_three(&ca, &dv, &is, EC(PERSO_P256));
	is.v.car = dv.v.chr;
	is.v.chat = perso_cvc_auth(PERSO_CVC_ST, PERSO_CVC_TERMINAL);
	cvc_force(&is, &dv);
	EXPECT(judge(&ca, &dv, &is, &r), PERSO_E_ROLE);
	cvc_prepare(&rsa, "UTIS00002", PERSO_CVC_TERMINAL, RSA(2048));
	rsa.v.car = dv.v.chr;
	cvc_force(&rsa, &dv);
	EXPECT(judge(&ca, &dv, &rsa, &r), PERSO_E_MISMATCH);
}

Test(cvc_chain, link_certificates_hand_trust_on_even_when_expired)
{
	PARTY(old);
	PARTY(mid);
	PARTY(new);
	PARTY(dv);
	PERSO_CVC_CHAIN(r);
	struct perso_cvc certs[4];

	cvc_prepare(&old, "UTCVCA00001", PERSO_CVC_CVCA, EC(PERSO_P256));
	cvc_issue(&old, NULL);
	cvc_prepare(&mid, "UTCVCA00002", PERSO_CVC_CVCA, EC(PERSO_P256));
	mid.v.expires = (struct perso_date){ 2026, 6, 30 };
	cvc_issue(&mid, &old); /* inherits domain parameters */
	cr_assert(perso_cvc_is_link(&mid.c));
	cr_assert(!mid.c.key.has_domain);
	cvc_prepare(&new, "UTCVCA00003", PERSO_CVC_CVCA, RSA(2048));
	new.v.effective = (struct perso_date){ 2026, 6, 1 };
	new.v.expires = (struct perso_date){ 2029, 6, 1 };
	cvc_issue(&new, &mid); /* another algorithm */
	cvc_prepare(&dv, "UTDV00001", PERSO_CVC_DV_DOMESTIC, RSA(2048));
	cvc_issue(&dv, &new);
	certs[0] = old.c;
	certs[1] = mid.c;
	certs[2] = new.c;
	certs[3] = dv.c;
	OK(perso_cvc_chain_check(certs, 4, &today, &r));
	cr_assert_eq(perso_pubkey_kind(r.key), PERSO_KEY_RSA);
	/* a link certificate without parameters is no trust point */
	EXPECT(
	    perso_cvc_chain_check(certs + 1, 3, &today, &r), PERSO_E_MISSING);
	cr_assert_eq(r.at, 0);
	/* one with a key that is complete is */
	OK(perso_cvc_chain_check(certs + 2, 2, &today, &r));
	/* the DV is not the old CVCA's */
	certs[1] = dv.c;
	EXPECT(perso_cvc_chain_check(certs, 2, &today, &r), PERSO_E_TRUST);
}

Test(cvc_chain, a_link_certificate_may_carry_domain_parameters)
{
	PARTY(old);
	PARTY(new);
	PERSO_CVC_CHAIN(r);
	struct perso_cvc certs[2];

	cvc_prepare(&old, "UTCVCA00001", PERSO_CVC_CVCA, EC(PERSO_P256));
	cvc_issue(&old, NULL);
	cvc_prepare(&new, "UTCVCA00002", PERSO_CVC_CVCA, EC(PERSO_BP384));
	new.v.domain = true;
	cvc_issue(&new, &old);
	certs[0] = old.c;
	certs[1] = new.c;
	OK(perso_cvc_chain_check(certs, 2, &today, &r));
	cr_assert_eq(perso_pubkey_curve(r.key), PERSO_BP384);
	OK(perso_cvc_chain_check(certs + 1, 1, &today, &r));
}

/* ---- Signatures. ---- */

/* The certificate with these bytes as its signature. */
static perso_rc
verify_with(struct cvc_party *p, struct cvc_party *by, struct perso_span sig)
{
	PERSO_BUF(der, PERSO_CVC_MAX);
	PERSO_CVC(c);

	OK(perso_cvc_assemble(p->c.body, sig, &der));
	OK(perso_cvc_parse(perso_buf_span(&der), &c));
	return perso_cvc_verify(&c, by->v.key, by->v.alg);
}

Test(cvc_chain, ecdsa_signatures_out_of_range_or_form_are_refused)
{
	PARTY(ca);
	uint8_t sig[66] = { 0 };
	/* the order of P-256 */
	static const uint8_t n[32] = { 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0xFF,
		0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xBC, 0xE6, 0xFA,
		0xAD, 0xA7, 0x17, 0x9E, 0x84, 0xF3, 0xB9, 0xCA, 0xC2, 0xFC,
		0x63, 0x25, 0x51 };
	PERSO_BUF(der, 200);

	cvc_prepare(&ca, "UTCVCA00001", PERSO_CVC_CVCA, EC(PERSO_P256));
	cvc_issue(&ca, NULL);
	OK(verify_with(&ca, &ca, ca.c.signature));
	EXPECT(verify_with(&ca, &ca, perso_span(sig, 64)), PERSO_E_SIGNATURE);
	memcpy(sig, ca.c.signature.p, 64);
	memset(sig, 0, 32); /* r = 0 */
	EXPECT(verify_with(&ca, &ca, perso_span(sig, 64)), PERSO_E_SIGNATURE);
	memcpy(sig, n, 32); /* r = n */
	EXPECT(verify_with(&ca, &ca, perso_span(sig, 64)), PERSO_E_SIGNATURE);
	memcpy(sig, ca.c.signature.p, 64);
	memset(sig + 32, 0, 32); /* s = 0 */
	EXPECT(verify_with(&ca, &ca, perso_span(sig, 64)), PERSO_E_SIGNATURE);
	memcpy(sig + 32, n, 32); /* s = n */
	EXPECT(verify_with(&ca, &ca, perso_span(sig, 64)), PERSO_E_SIGNATURE);
	memset(sig, 0xFF, 64);
	EXPECT(verify_with(&ca, &ca, perso_span(sig, 64)), PERSO_E_SIGNATURE);
	memcpy(sig, ca.c.signature.p, 64);
	EXPECT(verify_with(&ca, &ca, perso_span(sig, 63)), PERSO_E_SIGNATURE);
	EXPECT(verify_with(&ca, &ca, perso_span(sig, 66)), PERSO_E_SIGNATURE);
	/* the DER form of X.509 */
	OK(perso_ecdsa_to_der(ca.c.signature, &der));
	EXPECT(verify_with(&ca, &ca, perso_buf_span(&der)), PERSO_E_SIGNATURE);
}

Test(cvc_chain, rsa_signatures_out_of_range_or_padding_are_refused)
{
	PARTY(ca);
	PERSO_BUF(sig, 4096);

	cvc_prepare(&ca, "UTCVCA00001", PERSO_CVC_CVCA, RSA(2048));
	cvc_issue(&ca, NULL);
	OK(verify_with(&ca, &ca, ca.c.signature));
	OK(perso_pubkey_point(ca.v.key, &sig)); /* s = n */
	EXPECT(verify_with(&ca, &ca, perso_buf_span(&sig)), PERSO_E_SIGNATURE);
	memset(sig.p, 0xFF, sig.n);
	EXPECT(verify_with(&ca, &ca, perso_buf_span(&sig)), PERSO_E_SIGNATURE);
	memset(sig.p, 0, sig.n);
	EXPECT(verify_with(&ca, &ca, perso_buf_span(&sig)), PERSO_E_SIGNATURE);
	EXPECT(verify_with(&ca, &ca, perso_span_sub(ca.c.signature, 0, 255)),
	    PERSO_E_SIGNATURE);
	OK(perso_buf_set(&sig, ca.c.signature));
	OK(perso_buf_append_u8(&sig, 0));
	EXPECT(verify_with(&ca, &ca, perso_buf_span(&sig)), PERSO_E_SIGNATURE);
	/* the other padding of the same key */
	EXPECT(perso_cvc_verify(&ca.c, ca.v.key, RSAV15), PERSO_E_SIGNATURE);
	EXPECT(perso_cvc_verify(&ca.c, ca.v.key, ECDSA256), PERSO_E_KEY);
}

/* ---- Keys. ---- */

/* A terminal's certificate with this public point. */
static perso_rc
pubkey_of_point(struct perso_span point, enum perso_curve domain)
{
	PARTY(ca);
	PERSO_CVC(c);
	struct perso_pubkey *key = NULL;
	perso_rc rc;

	cvc_prepare(&ca, "UTCVCA00001", PERSO_CVC_CVCA, EC(domain));
	c.key.kind = PERSO_KEY_EC;
	c.key.alg = ECDSA256;
	c.key.point = point;
	rc = perso_cvc_pubkey(&c, ca.v.key, &key);
	perso_pubkey_free(&key);
	return rc;
}

Test(cvc_chain, points_that_are_not_on_the_inherited_curve_are_refused)
{
	PARTY(is);
	PERSO_BUF(point, 200);

	cvc_prepare(&is, "UTIS00001", PERSO_CVC_TERMINAL, EC(PERSO_P256));
	OK(perso_pubkey_point(is.v.key, &point));
	OK(pubkey_of_point(perso_buf_span(&point), PERSO_P256));
	EXPECT(
	    pubkey_of_point(perso_buf_span(&point), PERSO_BP256), PERSO_E_KEY);
	EXPECT(pubkey_of_point(perso_buf_span(&point), PERSO_P384),
	    PERSO_E_KEY); /* shorter than its issuer's */
	point.p[40] ^= 1;
	EXPECT(
	    pubkey_of_point(perso_buf_span(&point), PERSO_P256), PERSO_E_KEY);
	memset(point.p + 1, 0, 64);
	EXPECT(
	    pubkey_of_point(perso_buf_span(&point), PERSO_P256), PERSO_E_KEY);
	EXPECT(pubkey_of_point(perso_span("", 1), PERSO_P256), PERSO_E_KEY);
}

/* SEC 2, secp256k1: a curve that is none of the standardised ones. */
static const char *const k1[] = {
	"FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEFFFFFC2F",
	"00",
	"07",
	("0479BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798"
	 "483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8"),
	"FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141",
	"01",
};

struct k1_key {
	struct perso_buf bytes;
	struct perso_cvc c;
};

/* A key of that curve whose point is the base point. */
static void
k1_make(struct k1_key *k)
{
	struct perso_span *to[] = { &k->c.key.p, &k->c.key.a, &k->c.key.b,
		&k->c.key.g, &k->c.key.order, &k->c.key.cofactor };

	*k = (struct k1_key){ .bytes = { .max = 512 } };
	OK(perso_buf_reserve(&k->bytes, 512));
	k->c.key.kind = PERSO_KEY_EC;
	k->c.key.alg = ECDSA256;
	k->c.key.has_domain = true;
	for (size_t i = 0; i < 6; i++) {
		size_t at = k->bytes.n;

		OK(perso_hex_decode(perso_span_str(k1[i]), &k->bytes));
		*to[i] =
		    perso_span_sub(perso_buf_span(&k->bytes), at, SIZE_MAX);
	}
	k->c.key.point = k->c.key.g;
}

Test(cvc_chain, unknown_curves_are_read_and_inherited)
{
	struct k1_key k;
	PERSO_BUF(body, PERSO_CVC_MAX);
	PERSO_BUF(der, PERSO_CVC_MAX);
	PERSO_CVC(again);
	struct perso_pubkey *own = NULL, *heir = NULL;
	struct perso_cvc_values v = { .chr = "UTCVCA00001",
		.alg = ECDSA256,
		.chat = perso_cvc_auth(PERSO_CVC_IS, PERSO_CVC_CVCA),
		.effective = today,
		.expires = today };

	k1_make(&k);
	OK(perso_cvc_pubkey(&k.c, NULL, &own));
	cr_assert_eq(perso_pubkey_curve(own), PERSO_CURVE_NONE);
	k.c.key.has_domain = false;
	OK(perso_cvc_pubkey(&k.c, own, &heir));
	cr_assert(perso_pubkey_equal(own, heir));
	v.key = heir;
	EXPECT(perso_cvc_may_issue(&v, NULL, NULL), PERSO_E_UNSUPPORTED);
	OK(perso_cvc_body(&v, &body));
	OK(perso_cvc_assemble(
	    perso_buf_span(&body), perso_span_str("signature"), &der));
	OK(perso_cvc_parse(perso_buf_span(&der), &again));
	cr_assert(perso_span_equal(again.key.p, k.c.key.p));
	cr_assert(perso_span_equal(again.key.a, k.c.key.a));
	cr_assert(perso_span_equal(again.key.b, k.c.key.b));
	cr_assert(perso_span_equal(again.key.g, k.c.key.g));
	cr_assert(perso_span_equal(again.key.order, k.c.key.order));
	cr_assert(perso_span_equal(again.key.cofactor, k.c.key.cofactor));
	perso_pubkey_free(&own);
	perso_pubkey_free(&heir);
	perso_buf_done(&k.bytes);
}

Test(cvc_chain, degenerate_keys_are_refused)
{
	/* where in the bytes of k1_make(), and what is changed there */
	static const struct {
		const char *name;
		size_t at;
	} rows[] = {
		{ "prime", 31 },
		{ "b", 33 },
		{ "base point", 34 + 20 },
		{ "order", 99 + 31 },
		{ "cofactor", 131 },
	};
	struct perso_pubkey *key = NULL;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct k1_key k;
		perso_rc rc;

		k1_make(&k);
		k.bytes.p[rows[i].at] ^= 2;
		rc = perso_cvc_pubkey(&k.c, NULL, &key);
		cr_assert_eq(
		    rc, PERSO_E_KEY, "%s: %s", rows[i].name, perso_rc_name(rc));
		cr_assert_null(key);
		perso_buf_done(&k.bytes);
	}
}

Test(cvc_chain, rsa_keys_that_are_none_are_refused)
{
	static uint8_t n[128], e[] = { 1, 0, 1 };
	struct perso_pubkey *key = NULL;
	PERSO_CVC(c);

	memset(n, 0xA5, sizeof(n));
	c.key.kind = PERSO_KEY_RSA;
	c.key.alg = RSAV15;
	c.key.n = perso_span_of(n);
	c.key.e = perso_span_of(e);
	OK(perso_cvc_pubkey(&c, NULL, &key));
	perso_pubkey_free(&key);
	c.key.n = perso_span(n, 64); /* 512 bits */
	EXPECT(perso_cvc_pubkey(&c, NULL, &key), PERSO_E_KEY);
	c.key.n = perso_span_of(n);
	e[2] = 0; /* even */
	EXPECT(perso_cvc_pubkey(&c, NULL, &key), PERSO_E_KEY);
	c.key.e = perso_span(e, 1); /* 1 */
	EXPECT(perso_cvc_pubkey(&c, NULL, &key), PERSO_E_KEY);
	e[2] = 1;
	n[127] = 0xA4;
	c.key.e = perso_span_of(e);
	EXPECT(perso_cvc_pubkey(&c, NULL, &key), PERSO_E_KEY);
}
