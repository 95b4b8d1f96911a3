/* SignedData: ours judged by openssl, theirs read by us, samples rebuilt. */
#include "pki_test.h"

#include "perso/trust.h"

static const char content[] = "{\"order\":\"1\"}\n";

static struct perso_cms_values
values(const struct holder *h)
{
	return (struct perso_cms_values){
		.content_type = PERSO_OID_DATA,
		.content = perso_span_str(content),
		.detached = true,
		.cert = perso_buf_span(&h->cert.der),
		.alg = ecdsa(PERSO_SHA256),
		.has_signing_time = true,
		.signing_time = NOW,
	};
}

static perso_rc
verify(const struct perso_cms *cms, struct perso_span s, const struct holder *h)
{
	return perso_cms_verify(cms, s, perso_keyref_pubkey(h->key));
}

static const struct {
	struct perso_key_spec spec;
	struct perso_sig_alg alg;
} kinds[] = {
	{ { PERSO_KEY_EC, PERSO_P256, 0 },
	    { PERSO_SIG_ECDSA, PERSO_SHA256, 0 } },
	{ { PERSO_KEY_EC, PERSO_P384, 0 },
	    { PERSO_SIG_ECDSA, PERSO_SHA384, 0 } },
	{ { PERSO_KEY_EC, PERSO_P521, 0 },
	    { PERSO_SIG_ECDSA, PERSO_SHA512, 0 } },
	{ { PERSO_KEY_EC, PERSO_BP256, 0 },
	    { PERSO_SIG_ECDSA, PERSO_SHA224, 0 } },
	{ { PERSO_KEY_EC, PERSO_BP384, 0 },
	    { PERSO_SIG_ECDSA, PERSO_SHA384, 0 } },
	{ { PERSO_KEY_EC, PERSO_BP512, 0 },
	    { PERSO_SIG_ECDSA, PERSO_SHA512, 0 } },
	{ { PERSO_KEY_RSA, 0, 2048 },
	    { PERSO_SIG_RSA_PKCS1, PERSO_SHA256, 0 } },
	{ { PERSO_KEY_RSA, 0, 2048 }, { PERSO_SIG_RSA_PSS, PERSO_SHA256, 32 } },
	{ { PERSO_KEY_RSA, 0, 3072 }, { PERSO_SIG_RSA_PSS, PERSO_SHA512, 20 } },
};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

/* Builds with everything varied; returns what was parsed again. */
static void
build(struct holder *h, size_t kind, struct perso_cms_values *v,
    struct perso_buf *der)
{
	struct perso_cert_values cv = approver_values();
	struct perso_cms cms;

	cv.alg = kinds[kind].alg;
	make(h, kinds[kind].spec, cv, NULL);
	*v = values(h);
	v->alg = kinds[kind].alg;
	v->sid_ski = kind % 2 == 1;
	v->rsa_encryption = kind == 6;
	OK(perso_cms_build(v, h->key, der));
	OK(perso_cms_parse(perso_buf_span(der), &cms));
	cr_assert_eq(cms.signer_version, v->sid_ski ? 3 : 1);
	cr_assert_eq(cms.version, v->sid_ski ? 3 : 1);
	cr_assert(cms.sets_sorted && !cms.digest_null && !cms.has_content);
	cr_assert_eq(cms.signing_time, NOW);
	OK(verify(&cms, v->content, h));
	EXPECT(verify(&cms, perso_span_str("other"), h), PERSO_E_MISMATCH);
}

Test(cms, openssl_verifies_detached_signatures_of_every_kind)
{
	char dir[64], out[4096];

	temp_make(dir);
	put(dir, "content", perso_span_str(content));
	for (size_t i = 0; i < KINDS; i++) {
		PERSO_BUF(der, 65536);
		HOLDER(h);
		struct perso_cms_values v;

		build(&h, i, &v, &der);
		put(dir, "sig.der", perso_buf_span(&der));
		put(dir, "cert.der", perso_buf_span(&h.cert.der));
		cr_assert_eq(
		    run(out, sizeof(out),
			"cd %s && openssl x509 "
			"-inform DER -in cert.der -out cert.pem && openssl cms "
			"-verify -inform DER -in sig.der -content content "
			"-binary -attime %lld -CAfile cert.pem -out /dev/null",
			dir, (long long)NOW),
		    0, "kind %zu: %s", i, out);
	}
	temp_remove(dir);
}

Test(cms, openssl_verifies_content_and_path_of_named_curves_and_rsa)
{
	char dir[64], out[4096];
	HOLDER(csca);

	temp_make(dir);
	make(&csca, EC(PERSO_P384), csca_values(), NULL);
	put(dir, "csca.cer", perso_buf_span(&csca.cert.der));
	for (size_t i = 0; i < KINDS; i++) {
		PERSO_BUF(der, 65536);
		HOLDER(ds);
		struct perso_cms_values v;

		make(&ds, kinds[i].spec, ds_values(&csca.cert), &csca);
		v = values(&ds);
		v.content_type = "2.23.136.1.1.1";
		v.detached = false;
		v.has_signing_time = i % 2 == 0;
		v.alg = kinds[i].alg;
		OK(perso_cms_build(&v, ds.key, &der));
		put(dir, "sod.der", perso_buf_span(&der));
		cr_assert_eq(
		    run(out, sizeof(out),
			"cd %s && openssl x509 "
			"-inform DER -in csca.cer -out csca.pem && openssl cms "
			"-verify -inform DER -in sod.der -attime %lld -CAfile "
			"csca.pem -out /dev/null",
			dir, (long long)NOW),
		    0, "kind %zu: %s", i, out);
	}
	temp_remove(dir);
}

Test(cms, openssl_verifies_carried_content_under_explicit_parameters)
{
	char dir[64], out[4096];
	PERSO_BUF(der, 65536);
	HOLDER(csca);
	HOLDER(ds);
	struct perso_cert_values cv = csca_values();
	struct perso_cms_values v;
	struct perso_cms cms;

	cv.explicit_params = true;
	make(&csca, EC(PERSO_BP384), cv, NULL);
	cv = ds_values(&csca.cert);
	cv.explicit_params = true;
	make(&ds, EC(PERSO_P256), cv, &csca);
	v = values(&ds);
	v.content_type = "2.23.136.1.1.1";
	v.detached = false;
	v.has_signing_time = false;
	OK(perso_cms_build(&v, ds.key, &der));
	OK(perso_cms_parse(perso_buf_span(&der), &cms));
	cr_assert_eq(cms.version, 3);
	cr_assert_eq(cms.signer_version, 1);
	cr_assert(cms.has_content && !cms.has_signing_time);
	OK(verify(&cms, cms.content, &ds));
	temp_make(dir);
	put(dir, "sod.der", perso_buf_span(&der));
	cr_assert_eq(run(out, sizeof(out),
			 "openssl cms -verify -noverify "
			 "-inform DER -in %s/sod.der -out %s/out && cat %s/out",
			 dir, dir, dir),
	    0, "%s", out);
	cr_assert_not_null(strstr(out, content), "%s", out);
	temp_remove(dir);
}

Test(cms, signatures_of_openssl_are_read_and_verified)
{
	static const struct {
		const char *options;
		bool carried, by_ski;
	} t[] = {
		{ "-binary", false, false },
		{ "-binary -nodetach", true, false },
		{ "-binary -keyid", false, true },
		{ "-binary -md sha512 -nosmimecap", false, false },
		{ "-binary -nocerts", false, false },
	};
	char dir[64], out[4096];
	HOLDER(h);

	temp_make(dir);
	make(&h, EC(PERSO_P256), approver_values(), NULL);
	put(dir, "content", perso_span_str(content));
	put(dir, "cert.der", perso_buf_span(&h.cert.der));
	snprintf(out, sizeof(out), "%s/key.pem", dir);
	OK(perso_keyref_save(h.key, out));
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		PERSO_BUF(der, 65536);
		struct perso_cms cms;
		char path[128];

		cr_assert_eq(
		    run(out, sizeof(out),
			"cd %s && openssl x509 "
			"-inform DER -in cert.der -out cert.pem && openssl cms "
			"-sign %s -in content -outform DER -out sig.der "
			"-signer "
			"cert.pem -inkey key.pem",
			dir, t[i].options),
		    0, "%s", out);
		snprintf(path, sizeof(path), "%s/sig.der", dir);
		read_into(path, &der);
		OK(perso_cms_parse(perso_buf_span(&der), &cms));
		cr_assert_eq(cms.has_content, t[i].carried);
		cr_assert_eq(cms.sid_ski.n != 0, t[i].by_ski);
		cr_assert(cms.has_signing_time);
		OK(verify(&cms, perso_span_str(content), &h));
	}
	temp_remove(dir);
}

/* EF.SOD and EF.CardSecurity of the samples, from tag to end. */
static const struct {
	const char *path;
	bool wrapped; /* in a tag 77 */
	bool canonical;
} samples[] = {
	{ SYNTH "emrtd-td3/EF.SOD.bin", true, true },
	{ SYNTH "emrtd-td3/EF.CardSecurity.bin", false, true },
	{ "tests/data/bsi-tr03105-5/sha256-pss/EF_SOD.bin", true, true },
	/* NULL parameters in ecdsa-with-SHA1: RFC 5758 3.2 wants none */
	{ "tests/data/bsi-tr03105-5/sha1-2008/EF_SOD.bin", true, false },
};

static void
rebuild(const struct perso_cms *cms, struct perso_buf *ret)
{
	struct perso_cms_values v = {
		.content_type = cms->content_type,
		.content = cms->content,
		.detached = !cms->has_content,
		.alg = cms->alg,
		.sid_ski = cms->sid_ski.n != 0,
		.has_signing_time = cms->has_signing_time,
		.signing_time = cms->signing_time,
		.digest_null = cms->digest_null,
		.rsa_encryption = cms->rsa_encryption,
	};

	OK(perso_cms_signer_cert(cms, &v.cert));
	OK(perso_cms_assemble(&v, cms->signature, ret));
}

Test(cms, samples_verify_and_rebuild_byte_for_byte)
{
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		PERSO_BUF(file, 65536);
		PERSO_BUF(again, 65536);
		PERSO_CERT(c);
		struct perso_tlv t = { 0 };
		struct perso_cms cms;
		struct perso_span der, cert;
		struct perso_pubkey *key = NULL;

		read_into(samples[i].path, &file);
		der = perso_buf_span(&file);
		if (samples[i].wrapped) {
			OK(perso_tlv_only(der, 0x77, &t));
			der = t.val;
		}
		OK(perso_cms_parse(der, &cms));
		OK(perso_cms_signer_cert(&cms, &cert));
		OK(perso_cert_parse(cert, &c));
		OK(perso_cert_key(&c, &key));
		OK(perso_cms_verify(&cms, cms.content, key));
		perso_pubkey_free(&key);
		rebuild(&cms, &again);
		cr_assert_eq(perso_span_equal(perso_buf_span(&again), der),
		    samples[i].canonical, "%s", samples[i].path);
	}
}

Test(cms, damaged_signatures_do_no_harm_and_never_verify)
{
	PERSO_BUF(der, 65536);
	PERSO_BUF(bad, 65536);
	HOLDER(h);
	struct perso_cms_values v;
	struct perso_cms untouched = { .version = 77 };

	build(&h, 0, &v, &der);
	for (size_t n = 0; n < der.n; n++) {
		cr_assert_neq(perso_cms_parse(perso_span(der.p, n), &untouched),
		    PERSO_OK);
		cr_assert_eq(untouched.version, 77);
	}
	for (size_t i = 0; i < der.n; i++) {
		struct perso_cms cms = { 0 }, good;

		OK(perso_buf_set(&bad, perso_buf_span(&der)));
		bad.p[i] ^= 0x80;
		if (perso_cms_parse(perso_buf_span(&bad), &cms) != PERSO_OK)
			continue;
		OK(perso_cms_parse(perso_buf_span(&der), &good));
		if (perso_span_equal(cms.signed_attrs, good.signed_attrs) &&
		    perso_span_equal(cms.signature, good.signature))
			continue; /* version, sid, certificate */
		cr_assert_neq(verify(&cms, v.content, &h), PERSO_OK, "%zu", i);
	}
}

/* RFC 5652, 5.1 and 5.3: what version and digestAlgorithms must say. */
Test(cms, versions_and_digests_that_contradict_the_rest_are_refused)
{
	static const uint8_t sha256[] = { 0x60, 0x86, 0x48, 0x01, 0x65, 0x03,
		0x04, 0x02, 0x01 };

	for (size_t kind = 0; kind < 2; kind++) {
		PERSO_BUF(der, 65536);
		HOLDER(h);
		struct perso_cms_values v;
		struct perso_cms cms;
		uint8_t *version, *digest;

		build(&h, kind, &v, &der);
		OK(perso_cms_parse(perso_buf_span(&der), &cms));
		version = memmem(der.p, der.n, "\x02\x01", 2);
		cr_assert_not_null(version);
		cr_assert_eq(version[2], kind == 0 ? 1 : 3);
		for (uint8_t n = 0; n < 7; n++) {
			bool right = n == cms.version;
			struct perso_cms again;

			version[2] = n;
			EXPECT(perso_cms_parse(perso_buf_span(&der), &again),
			    right ? PERSO_OK : PERSO_E_DATA);
		}
		version[2] = (uint8_t)cms.version;
		/* the SignerInfo's stands right before its sid */
		version = cms.sid_ski.n != 0
			      ? (uint8_t *)(uintptr_t)cms.sid_ski.p - 5
			      : (uint8_t *)(uintptr_t)cms.sid_issuer.p - 5;
		cr_assert_eq(version[0], 0x02);
		cr_assert_eq(version[2], cms.signer_version);
		version[2] = cms.signer_version == 1 ? 3 : 1;
		EXPECT(
		    perso_cms_parse(perso_buf_span(&der), &cms), PERSO_E_DATA);
		version[2] = kind == 0 ? 1 : 3;
		OK(perso_cms_parse(perso_buf_span(&der), &cms));
		if (kind != 0)
			continue;
		digest = memmem(der.p, der.n, sha256, sizeof(sha256));
		cr_assert_not_null(digest);
		digest[8] = 3; /* SHA-512 in digestAlgorithms only */
		EXPECT(
		    perso_cms_parse(perso_buf_span(&der), &cms), PERSO_E_DATA);
	}
}

Test(cms, key_and_values_that_do_not_fit_are_refused)
{
	PERSO_BUF(der, 65536);
	HOLDER(h);
	HOLDER(other);
	struct perso_cms_values v;
	struct perso_cms cms;

	make(&h, EC(PERSO_P256), approver_values(), NULL);
	make(&other, EC(PERSO_P256), approver_values(), NULL);
	v = values(&h);
	OK(perso_cms_build(&v, h.key, &der));
	OK(perso_cms_parse(perso_buf_span(&der), &cms));
	EXPECT(verify(&cms, v.content, &other), PERSO_E_SIGNATURE);
	perso_buf_clear(&der);
	v.alg.kind = PERSO_SIG_RSA_PSS;
	EXPECT(perso_cms_build(&v, h.key, &der), PERSO_E_KEY);
	v = values(&h);
	v.cert.n--;
	cr_assert_neq(perso_cms_build(&v, h.key, &der), PERSO_OK);
	v.cert.n = 0;
	EXPECT(perso_cms_build(&v, h.key, &der), PERSO_E_ARG);
	v = values(&h);
	v.content_type = NULL;
	EXPECT(perso_cms_build(&v, h.key, &der), PERSO_E_ARG);
	cr_assert_eq(der.n, 0);
}
