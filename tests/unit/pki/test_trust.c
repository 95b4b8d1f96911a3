#include "pki_test.h"

#include "perso/trust.h"
#include "perso/wr.h"

struct world {
	char dir[64];
	struct perso_trust *trust;
};

static void
world_done(struct world *w)
{
	perso_trust_free(&w->trust);
	temp_remove(w->dir);
}
#define WORLD(name) \
	__attribute__((cleanup(world_done))) struct world name = { .dir = "" }

static void
open_with(
    struct world *w, const struct perso_cert *a, const struct perso_cert *b)
{
	if (w->dir[0] == '\0')
		temp_make(w->dir);
	perso_trust_free(&w->trust);
	if (a != NULL)
		put(w->dir, "a.cer", perso_buf_span(&a->der));
	if (b != NULL)
		put(w->dir, "b.CRT", perso_buf_span(&b->der));
	OK(perso_trust_open(w->dir, &w->trust));
}

Test(trust, empty_folder_trusts_nobody)
{
	WORLD(w);
	HOLDER(csca);
	HOLDER(ds);
	const struct perso_cert *by = NULL;

	make(&csca, EC(PERSO_P256), csca_values(), NULL);
	make(&ds, EC(PERSO_P256), ds_values(&csca.cert), &csca);
	open_with(&w, NULL, NULL);
	cr_assert_eq(perso_trust_count(w.trust), 0);
	EXPECT(
	    perso_trust_check_ds(w.trust, &ds.cert, NOW, &by), PERSO_E_TRUST);
	cr_assert_null(by);
	EXPECT(perso_trust_open("/nonexistent", &w.trust), PERSO_E_IO);
}

Test(trust, explicit_parameters_and_rollover_find_the_right_csca)
{
	WORLD(w);
	HOLDER(old);
	HOLDER(csca);
	HOLDER(ds);
	const struct perso_cert *by = NULL;
	struct perso_cert_values v = csca_values();

	v.explicit_params = true;
	make(&old, EC(PERSO_BP384), v, NULL);
	make(&csca, EC(PERSO_BP384), v, NULL); /* the same name */
	v = ds_values(&csca.cert);
	v.explicit_params = true;
	make(&ds, EC(PERSO_BP256), v, &csca);
	open_with(&w, &old.cert, &csca.cert);
	cr_assert_eq(perso_trust_count(w.trust), 2);
	OK(perso_trust_check_ds(w.trust, &ds.cert, NOW, &by));
	cr_assert(perso_span_equal(
	    perso_buf_span(&by->der), perso_buf_span(&csca.cert.der)));
	/* the reader does not mind that the key has stopped signing */
	OK(perso_trust_check_ds(w.trust, &ds.cert, NOW + 200 * DAY, NULL));
}

Test(trust, refusals_have_their_codes)
{
	WORLD(w);
	HOLDER(csca);
	HOLDER(twin);
	HOLDER(ds);
	HOLDER(other);
	struct perso_cert_values v = csca_values();

	make(&csca, EC(PERSO_P256), v, NULL);
	make(&twin, EC(PERSO_P256), v, NULL);
	make(&ds, EC(PERSO_P256), ds_values(&csca.cert), &csca);
	open_with(&w, &csca.cert, NULL);
	EXPECT(perso_trust_check_ds(w.trust, &ds.cert, NOW - 11 * DAY, NULL),
	    PERSO_E_EXPIRED);
	EXPECT(perso_trust_check_ds(w.trust, &ds.cert, NOW + 4000 * DAY, NULL),
	    PERSO_E_EXPIRED);
	/* signed by somebody of the same name */
	make(&other, EC(PERSO_P256), ds_values(&twin.cert), &twin);
	EXPECT(perso_trust_check_ds(w.trust, &other.cert, NOW, NULL),
	    PERSO_E_TRUST);
	/* with the key identifier of the true one */
	v = ds_values(&csca.cert);
	v.key = perso_keyref_pubkey(other.key);
	{
		PERSO_BUF(der, PERSO_CERT_MAX);

		OK(perso_cert_build(&v, twin.key, &der));
		OK(perso_cert_parse(perso_buf_span(&der), &other.cert));
	}
	EXPECT(perso_trust_check_ds(w.trust, &other.cert, NOW, NULL),
	    PERSO_E_SIGNATURE);
	/* a CSCA is no document signer */
	EXPECT(
	    perso_trust_check_ds(w.trust, &csca.cert, NOW, NULL), PERSO_E_ROLE);
	/* an approver under the CSCA's key, of another country */
	v = approver_values();
	v.subject.country = "XX";
	make(&other, EC(PERSO_P256), v, &csca);
	EXPECT(perso_trust_check_ds(w.trust, &other.cert, NOW, NULL),
	    PERSO_E_MISMATCH);
}

/* The certificate with three bytes of its TBS replaced, signed anew. */
static void
resign(struct perso_cert *c, const uint8_t from[3], const uint8_t to[3],
    struct perso_keyref *key)
{
	static const uint8_t alg[] = { 0x30, 0x0A, 0x06, 0x08, 0x2A, 0x86, 0x48,
		0xCE, 0x3D, 0x04, 0x03, 0x02 };
	PERSO_BUF(tbs, PERSO_CERT_MAX);
	PERSO_BUF(sig, 256);
	PERSO_BUF(der, PERSO_CERT_MAX);
	struct perso_wr w = perso_wr(&der);
	struct perso_span part;
	uint8_t *at;
	size_t seq;

	OK(perso_buf_set(&tbs, c->tbs));
	at = memmem(tbs.p, tbs.n, from, 3);
	cr_assert_not_null(at);
	memcpy(at, to, 3);
	part = perso_buf_span(&tbs);
	OK(perso_keyref_sign(key, ecdsa(PERSO_SHA256), &part, 1, &sig));
	seq = perso_wr_open(&w, 0x30);
	perso_wr_bytes(&w, part);
	perso_wr_bytes(&w, perso_span_of(alg));
	perso_wr_head(&w, 0x03, sig.n + 1);
	perso_wr_u8(&w, 0);
	perso_wr_bytes(&w, perso_buf_span(&sig));
	perso_wr_close(&w, seq);
	OK(perso_wr_end(&w));
	OK(perso_cert_parse(perso_buf_span(&der), c));
}

Test(trust, unknown_critical_extension_or_other_key_usage_is_refused)
{
	static const uint8_t ku_oid[] = { 0x55, 0x1D, 0x0F };
	static const uint8_t no_oid[] = { 0x55, 0x1D, 0x6F };
	static const uint8_t period_oid[] = { 0x55, 0x1D, 0x10 };
	static const uint8_t eku_oid[] = { 0x55, 0x1D, 0x25 };
	static const uint8_t sign[] = { 0x02, 0x07, 0x80 };
	static const uint8_t agree[] = { 0x02, 0x03, 0x08 };
	WORLD(w);
	HOLDER(csca);
	HOLDER(ds);

	make(&csca, EC(PERSO_P256), csca_values(), NULL);
	make(&ds, EC(PERSO_P256), ds_values(&csca.cert), &csca);
	open_with(&w, &csca.cert, NULL);
	OK(perso_trust_check_ds(w.trust, &ds.cert, NOW, NULL));
	resign(&ds.cert, sign, agree, csca.key);
	cr_assert_eq(ds.cert.key_usage, 1u << 4);
	EXPECT(
	    perso_trust_check_ds(w.trust, &ds.cert, NOW, NULL), PERSO_E_ROLE);
	resign(&ds.cert, agree, sign, csca.key);
	OK(perso_trust_check_ds(w.trust, &ds.cert, NOW, NULL));
	resign(&ds.cert, period_oid, eku_oid, csca.key);
	cr_assert((ds.cert.exts & PERSO_EXT_EKU) != 0);
	EXPECT(
	    perso_trust_check_ds(w.trust, &ds.cert, NOW, NULL), PERSO_E_ROLE);
	resign(&ds.cert, eku_oid, period_oid, csca.key);
	OK(perso_trust_check_ds(w.trust, &ds.cert, NOW, NULL));
	resign(&ds.cert, ku_oid, no_oid, csca.key);
	cr_assert((ds.cert.exts_critical & PERSO_EXT_OTHER) != 0);
	EXPECT(
	    perso_trust_check_ds(w.trust, &ds.cert, NOW, NULL), PERSO_E_ROLE);
}

Test(trust, bad_files_are_listed_by_name_and_others_passed_over)
{
	WORLD(w);
	HOLDER(csca);
	HOLDER(ds);
	PERSO_BUF(bad, PERSO_CERT_MAX);

	make(&csca, EC(PERSO_P256), csca_values(), NULL);
	make(&ds, EC(PERSO_P256), ds_values(&csca.cert), &csca);
	open_with(&w, &csca.cert, NULL);
	put(w.dir, "signer.cer", perso_buf_span(&ds.cert.der));
	put(w.dir, "text.pem", perso_span_str("hello"));
	put(w.dir, "README", perso_span_str("not a certificate"));
	OK(perso_buf_set(&bad, perso_buf_span(&csca.cert.der)));
	bad.p[bad.n - 1] ^= 1;
	put(w.dir, "forged.der", perso_buf_span(&bad));
	open_with(&w, NULL, NULL);
	cr_assert_eq(perso_trust_count(w.trust), 1);
	cr_assert_eq(perso_trust_bad_count(w.trust), 3);
	cr_assert(strncmp(perso_trust_bad(w.trust, 0), "forged.der: ", 12) == 0,
	    "%s", perso_trust_bad(w.trust, 0));
	cr_assert(
	    strncmp(perso_trust_bad(w.trust, 1), "signer.cer: ", 12) == 0);
	cr_assert(strncmp(perso_trust_bad(w.trust, 2), "text.pem: ", 10) == 0);
	cr_assert_str_eq(perso_trust_bad(w.trust, 3), "");
	cr_assert_null(perso_trust_get(w.trust, 1));
	OK(perso_trust_check_ds(w.trust, &ds.cert, NOW, NULL));
}

Test(trust, samples_of_the_world)
{
	static const struct {
		const char *csca, *ds;
		perso_rc want;
	} t[] = {
		{ SYNTH "pki/csca.cer", SYNTH "pki/ds.cer", PERSO_OK },
		{ SYNTH "pki/csca.cer",
		    DATA "mock/sha512_rsa_65537_4096_dsc.pem", PERSO_E_TRUST },
		/* their signers carry basicConstraints without cA */
		{ DATA "mock/sha256_ecdsa_brainpoolP384r1_csca.pem",
		    DATA "mock/sha256_ecdsa_brainpoolP384r1_dsc.pem",
		    PERSO_OK },
		{ DATA "mock/sha256_rsapss_32_65537_4096_csca.pem",
		    DATA "mock/sha256_rsapss_32_65537_4096_dsc.pem", PERSO_OK },
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		WORLD(w);
		PERSO_CERT(csca);
		PERSO_CERT(ds);

		OK(perso_cert_load(t[i].csca, &csca));
		OK(perso_cert_load(t[i].ds, &ds));
		open_with(&w, &csca, NULL);
		cr_assert_eq(perso_trust_count(w.trust), 1, "%s",
		    perso_trust_bad(w.trust, 0));
		EXPECT(perso_trust_check_ds(
			   w.trust, &ds, ds.not_before + DAY, NULL),
		    t[i].want);
	}
}
