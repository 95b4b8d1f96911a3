/* Issuing: what is made, by whom, and what is refused. */
#include "cvc_test.h"

static const struct perso_date today = { 2026, 11, 22 };

static void
chain_of(struct perso_key_spec spec, struct perso_sig_alg alg)
{
	PARTY(ca);
	PARTY(dv);
	PARTY(is);
	PERSO_CVC_CHAIN(r);
	struct cvc_party *all[] = { &ca, &dv, &is };
	static const char *const names[] = { "UTCVCA00001", "UTDV00001",
		"UTIS00001" };
	struct perso_cvc certs[3];

	for (size_t i = 0; i < 3; i++) {
		cvc_prepare(all[i], names[i],
		    i == 0
			? PERSO_CVC_CVCA
			: (i == 1 ? PERSO_CVC_DV_DOMESTIC : PERSO_CVC_TERMINAL),
		    spec);
		all[i]->v.alg = alg;
		cvc_issue(all[i], i == 0 ? NULL : all[i - 1]);
		certs[i] = cvc_copy(all[i]);
	}
	cr_assert(ca.c.key.kind == PERSO_KEY_RSA || ca.c.key.has_domain);
	cr_assert(!dv.c.key.has_domain && !is.c.key.has_domain);
	OK(perso_cvc_chain_check(certs, 3, &today, &r));
	cr_assert(perso_pubkey_equal(r.key, is.v.key));
	cr_assert_eq(r.effective.bits[0], 0x01);
	cr_assert_eq(r.alg.hash, alg.hash);
	cr_assert_eq(r.alg.kind, alg.kind);
}

Test(cvc_issue, chains_on_each_curve_verify)
{
	static const enum perso_curve curves[] = { PERSO_P256, PERSO_BP256,
		PERSO_BP320, PERSO_P384, PERSO_BP384, PERSO_BP512, PERSO_P521 };
	static const enum perso_hash hashes[] = { PERSO_SHA224, PERSO_SHA256,
		PERSO_SHA384, PERSO_SHA384, PERSO_SHA512, PERSO_SHA512,
		PERSO_SHA512 };

	for (size_t i = 0; i < sizeof(curves) / sizeof(curves[0]); i++)
		chain_of(
		    EC(curves[i]), (struct perso_sig_alg){
				       PERSO_SIG_ECDSA_PLAIN, hashes[i], 0 });
}

Test(cvc_issue, chains_of_each_rsa_algorithm_verify)
{
	chain_of(RSA(2048), RSAV15);
	chain_of(RSA(2048), RSAPSS256);
	chain_of(RSA(3072),
	    (struct perso_sig_alg){ PERSO_SIG_RSA_PSS, PERSO_SHA512, 64 });
	chain_of(RSA(2048),
	    (struct perso_sig_alg){ PERSO_SIG_RSA_PKCS1, PERSO_SHA512, 0 });
}

static void
refused(struct cvc_party *p, struct cvc_party *by, perso_rc want)
{
	PERSO_BUF(der, PERSO_CVC_MAX);

	OK(perso_buf_append_u8(&der, 7));
	EXPECT(perso_cvc_issue(&p->v, by != NULL ? &by->c : NULL,
		   by != NULL ? by->key : p->key, &der),
	    want);
	cr_assert_eq(der.n, 1);
}

Test(cvc_issue, role_transitions_that_are_forbidden_are_named)
{
	PARTY(ca);
	PARTY(dv);
	PARTY(is);
	PARTY(p);
	char why[400];

	cvc_three(&ca, &dv, &is, EC(PERSO_P256));
	cvc_prepare(&p, "UTOTHER00001", PERSO_CVC_TERMINAL, EC(PERSO_P256));
	refused(&p, &ca, PERSO_E_ROLE);
	perso_trail_text(why, sizeof(why));
	cr_assert_not_null(strstr(why, "a CVCA may not sign a terminal"));
	refused(&p, &is, PERSO_E_ROLE);
	refused(&p, NULL, PERSO_E_ROLE);
	p.v.chat = perso_cvc_auth(PERSO_CVC_IS, PERSO_CVC_DV_DOMESTIC);
	refused(&p, &dv, PERSO_E_ROLE);
	refused(&p, &is, PERSO_E_ROLE);
	refused(&p, NULL, PERSO_E_ROLE);
	p.v.chat = perso_cvc_auth(PERSO_CVC_IS, PERSO_CVC_DV_FOREIGN);
	refused(&p, &dv, PERSO_E_ROLE);
	p.v.chat = perso_cvc_auth(PERSO_CVC_IS, PERSO_CVC_CVCA);
	refused(&p, &dv, PERSO_E_ROLE);
	perso_trail_text(why, sizeof(why));
	cr_assert_not_null(strstr(why, "a domestic DV may not sign a CVCA"));
	refused(&p, &is, PERSO_E_ROLE);
	p.v.chat = perso_cvc_auth(PERSO_CVC_AT, PERSO_CVC_DV_DOMESTIC);
	refused(&p, &ca, PERSO_E_ROLE);
	p.v.chr = ca.v.chr; /* a "link" to itself */
	p.v.chat = perso_cvc_auth(PERSO_CVC_IS, PERSO_CVC_CVCA);
	refused(&p, &ca, PERSO_E_ROLE);
}

Test(cvc_issue, rights_and_countries_stay_within_the_issuers)
{
	PARTY(ca);
	PARTY(dv);
	PARTY(p);

	cvc_prepare(&ca, "UTCVCA00001", PERSO_CVC_CVCA, EC(PERSO_P256));
	cvc_issue(&ca, NULL);
	cvc_prepare(&dv, "UTDV00001", PERSO_CVC_DV_DOMESTIC, EC(PERSO_P256));
	dv.v.chat.bits[0] = 0x81;
	cvc_issue(&dv, &ca);
	cvc_prepare(&p, "UTIS00001", PERSO_CVC_TERMINAL, EC(PERSO_P256));
	p.v.chat.bits[0] = 0x03;
	refused(&p, &dv, PERSO_E_ROLE);
	p.v.chat.bits[0] = 0x20; /* for future use, and not the issuer's */
	refused(&p, &dv, PERSO_E_ROLE);
	p.v.chat = perso_cvc_auth(PERSO_CVC_IS, PERSO_CVC_DV_DOMESTIC);
	p.v.chr = "XADV00001";
	refused(&p, &ca, PERSO_E_ROLE);
	p.v.chat = perso_cvc_auth(PERSO_CVC_IS, PERSO_CVC_DV_FOREIGN);
	cvc_issue(&p, &ca);
}

Test(cvc_issue, validity_stays_within_the_issuers)
{
	PARTY(ca);
	PARTY(p);

	cvc_prepare(&ca, "UTCVCA00001", PERSO_CVC_CVCA, EC(PERSO_P256));
	cvc_issue(&ca, NULL);
	cvc_prepare(&p, "UTDV00001", PERSO_CVC_DV_DOMESTIC, EC(PERSO_P256));
	p.v.expires = (struct perso_date){ 2027, 1, 1 };
	refused(&p, &ca, PERSO_E_EXPIRED);
	p.v.effective = (struct perso_date){ 2025, 12, 31 };
	p.v.expires = (struct perso_date){ 2026, 12, 31 };
	refused(&p, &ca, PERSO_E_EXPIRED);
	p.v.effective = (struct perso_date){ 2026, 2, 29 };
	refused(&p, &ca, PERSO_E_ARG);
	p.v.effective = (struct perso_date){ 2026, 12, 31 };
	cvc_issue(&p, &ca);
	p.v.expires = (struct perso_date){ 2026, 12, 30 };
	refused(&p, &ca, PERSO_E_RANGE);
	ca.v.expires = (struct perso_date){ 2100, 1, 1 };
	refused(&ca, NULL, PERSO_E_RANGE);
}

Test(cvc_issue, weak_and_foreign_keys_are_refused)
{
	PARTY(ca);
	PARTY(p);
	PARTY(q);
	PARTY(weak);
	PARTY(rsa);

	cvc_prepare(&ca, "UTCVCA00001", PERSO_CVC_CVCA, EC(PERSO_P384));
	cvc_issue(&ca, NULL);
	cvc_prepare(&p, "UTDV00001", PERSO_CVC_DV_DOMESTIC, EC(PERSO_P256));
	refused(&p, &ca, PERSO_E_KEY); /* shorter than its issuer's */
	cvc_prepare(&q, "UTDV00001", PERSO_CVC_DV_DOMESTIC, EC(PERSO_BP384));
	refused(&q, &ca, PERSO_E_KEY);
	q.v.alg.hash = PERSO_SHA384;
	refused(&q, &ca, PERSO_E_MISMATCH);
	q.v.alg.hash = PERSO_SHA1;
	refused(&q, &ca, PERSO_E_UNSUPPORTED);
	cvc_prepare(&weak, "UTCVCA00001", PERSO_CVC_CVCA, EC(PERSO_P224));
	refused(&weak, NULL, PERSO_E_UNSUPPORTED);
	cvc_prepare(&rsa, "UTCVCA00001", PERSO_CVC_CVCA, RSA(1024));
	refused(&rsa, NULL, PERSO_E_UNSUPPORTED);
	rsa.v.alg = ECDSA256;
	EXPECT(perso_cvc_body(&rsa.v, &rsa.c.der), PERSO_E_ARG);
}

Test(cvc_issue, an_rsa_key_shorter_than_the_issuers_is_refused)
{
	PARTY(ca);
	PARTY(p);

	cvc_prepare(&ca, "UTCVCA00001", PERSO_CVC_CVCA, RSA(3072));
	cvc_issue(&ca, NULL);
	cvc_prepare(&p, "UTDV00001", PERSO_CVC_DV_DOMESTIC, RSA(2048));
	refused(&p, &ca, PERSO_E_KEY);
}

Test(cvc_issue, the_private_key_is_that_of_the_issuer)
{
	PARTY(ca);
	PARTY(p);
	PERSO_BUF(der, PERSO_CVC_MAX);

	cvc_prepare(&ca, "UTCVCA00001", PERSO_CVC_CVCA, EC(PERSO_P256));
	cvc_issue(&ca, NULL);
	cvc_prepare(&p, "UTDV00001", PERSO_CVC_DV_DOMESTIC, EC(PERSO_P256));
	EXPECT(perso_cvc_issue(&p.v, &ca.c, p.key, &der), PERSO_E_MISMATCH);
	EXPECT(perso_cvc_issue(&ca.v, NULL, p.key, &der), PERSO_E_MISMATCH);
	cr_assert_eq(der.n, 0);
}

Test(cvc_issue, values_that_cannot_be_written_are_refused)
{
	PARTY(ca);
	PERSO_BUF(der, PERSO_CVC_MAX);
	static const uint8_t bare[] = { 0x06, 0x01, 0x2A };
	static const uint8_t good[] = { 0x73, 0x05, 0x06, 0x01, 0x2A, 0x80,
		0x00 };

	cvc_prepare(&ca, "UTCVCA00001", PERSO_CVC_CVCA, EC(PERSO_P256));
	ca.v.chr = "UTX1";
	EXPECT(perso_cvc_body(&ca.v, &der), PERSO_E_RANGE);
	ca.v.chr = NULL;
	EXPECT(perso_cvc_body(&ca.v, &der), PERSO_E_ARG);
	ca.v.chr = "UTCVCA00001";
	ca.v.car = "utCVCA00001";
	EXPECT(perso_cvc_body(&ca.v, &der), PERSO_E_DATA);
	ca.v.car = NULL;
	ca.v.chat.n = 5;
	EXPECT(perso_cvc_body(&ca.v, &der), PERSO_E_ARG);
	ca.v.chat.n = 1;
	ca.v.extensions = perso_span_of(bare);
	EXPECT(perso_cvc_body(&ca.v, &der), PERSO_E_DATA);
	cr_assert_eq(der.n, 0);
	ca.v.extensions = perso_span_of(good);
	cvc_issue(&ca, NULL);
	cr_assert(perso_span_equal(ca.c.extensions, perso_span_of(good)));
}

/* ---- Requests. ---- */

Test(cvc_request, a_request_verifies_and_becomes_a_certificate)
{
	PARTY(ca);
	PARTY(dv);
	PERSO_CVC_REQUEST(r);
	PERSO_BUF(der, PERSO_CVC_MAX);
	struct perso_pubkey *key = NULL;

	cvc_prepare(&ca, "UTCVCA00001", PERSO_CVC_CVCA, EC(PERSO_BP256));
	cvc_issue(&ca, NULL);
	cvc_prepare(&dv, "UTDV00001", PERSO_CVC_DV_DOMESTIC, EC(PERSO_BP256));
	dv.v.car = "UTCVCA00001";
	OK(perso_cvc_request_build(&dv.v, dv.key, &der));
	OK(perso_cvc_request_parse(perso_buf_span(&der), &r));
	cr_assert(!r.authenticated);
	cr_assert(r.inner.is_request);
	cr_assert(r.inner.key.has_domain);
	cr_assert_str_eq(r.inner.car, "UTCVCA00001");
	cr_assert_str_eq(r.inner.chr, "UTDV00001");
	cr_assert_eq(r.inner.chat.type, PERSO_CVC_NONE);
	OK(perso_cvc_request_verify(&r));
	EXPECT(perso_cvc_request_verify_outer(&r, ca.v.key, ECDSA256),
	    PERSO_E_MISSING);
	EXPECT(perso_cvc_parse(perso_buf_span(&der), &dv.c), PERSO_E_MISSING);
	OK(perso_cvc_pubkey(&r.inner, NULL, &key));
	dv.v.key = key;
	cvc_issue(&dv, &ca);
	perso_pubkey_free(&key);
}

Test(cvc_request, an_authenticated_request_carries_the_old_keys_signature)
{
	PARTY(ca);
	PARTY(old);
	PARTY(next);
	PERSO_CVC_REQUEST(r);
	PERSO_BUF(inner, PERSO_CVC_MAX);
	PERSO_BUF(der, PERSO_CVC_MAX);

	cvc_prepare(&ca, "UTCVCA00001", PERSO_CVC_CVCA, RSA(2048));
	cvc_issue(&ca, NULL);
	cvc_prepare(&old, "UTDV00001", PERSO_CVC_DV_DOMESTIC, RSA(2048));
	cvc_issue(&old, &ca);
	cvc_prepare(&next, "UTDV00002", PERSO_CVC_DV_DOMESTIC, RSA(2048));
	OK(perso_cvc_request_build(&next.v, next.key, &inner));
	OK(perso_cvc_request_authenticate(
	    perso_buf_span(&inner), old.c.chr, old.key, old.c.key.alg, &der));
	OK(perso_cvc_request_parse(perso_buf_span(&der), &r));
	cr_assert(r.authenticated);
	cr_assert_str_eq(r.inner.car, "");
	cr_assert_str_eq(r.outer_car, "UTDV00001");
	OK(perso_cvc_request_verify(&r));
	OK(perso_cvc_request_verify_outer(&r, old.v.key, old.c.key.alg));
	EXPECT(perso_cvc_request_verify_outer(&r, ca.v.key, ca.c.key.alg),
	    PERSO_E_SIGNATURE);
	EXPECT(perso_cvc_request_verify_outer(&r, old.v.key, RSAV15),
	    PERSO_E_SIGNATURE);
	/* the outer CAR is signed, too */
	der.p[der.n - 256 - 4 - 3 - 1] ^= 1;
	OK(perso_cvc_request_parse(perso_buf_span(&der), &r));
	OK(perso_cvc_request_verify(&r));
	EXPECT(perso_cvc_request_verify_outer(&r, old.v.key, old.c.key.alg),
	    PERSO_E_SIGNATURE);
}

Test(cvc_request, a_request_signed_by_another_key_does_not_verify)
{
	PARTY(a);
	PARTY(b);
	PERSO_CVC_REQUEST(r);
	PERSO_BUF(der, PERSO_CVC_MAX);
	struct perso_cvc_values v;

	cvc_prepare(&a, "UTDV00001", PERSO_CVC_DV_DOMESTIC, EC(PERSO_P256));
	cvc_prepare(&b, "UTDV00001", PERSO_CVC_DV_DOMESTIC, EC(PERSO_P256));
	v = a.v;
	v.chat = (struct perso_cvc_auth){ .type = PERSO_CVC_NONE };
	OK(perso_cvc_build(&v, b.key, ECDSA256, &der));
	OK(perso_cvc_request_parse(perso_buf_span(&der), &r));
	EXPECT(perso_cvc_request_verify(&r), PERSO_E_SIGNATURE);
	EXPECT(perso_cvc_request_authenticate(
		   perso_span_str("hello"), "UTDV00001", a.key, ECDSA256, &der),
	    PERSO_E_TRUNCATED);
}
