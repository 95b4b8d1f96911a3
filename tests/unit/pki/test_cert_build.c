/* Certificates issued, and what others say of them. */
#include "pki_test.h"

/* The specimen PKI was made by another program: the same values must give
 * the same bytes under the signature. */
static struct perso_cert_values
specimen_values(void)
{
	static const uint8_t serial[] = { 0x5A, 0x01 };

	return (struct perso_cert_values){
		.role = PERSO_CERT_CSCA,
		.serial = perso_span_of(serial),
		.subject = { "UT", "Utopia Test Authority", "CSCA Utopia",
		    NULL },
		.alg = ecdsa(PERSO_SHA384),
		.not_before = 1768435200, /* 2026-01-15 */
		.not_after = 2249596800,  /* 2041-04-15 */
		.use_from = 1768435200,
		.use_to = 1926201600, /* 2031-01-15 */
		.explicit_params = true,
		.state = "UTO",
		.contact = "csca@example.org",
		.crl_uri = "https://pkd.example.org/CRLs/UTO.crl",
	};
}

static void
build_like(const struct perso_cert *sample, struct perso_cert_values v)
{
	PERSO_BUF(der, PERSO_CERT_MAX);
	PERSO_CERT(c);
	HOLDER(signer);
	struct perso_pubkey *key = NULL;

	OK(perso_keyref_generate(EC(PERSO_BP384), &signer.key));
	OK(perso_cert_key(sample, &key));
	v.key = key;
	OK(perso_cert_build(&v, signer.key, &der));
	perso_pubkey_free(&key);
	OK(perso_cert_parse(perso_buf_span(&der), &c));
	cr_assert(perso_span_equal(c.tbs, sample->tbs));
}

Test(cert_build, specimen_country_signer_byte_for_byte)
{
	PERSO_CERT(sample);

	OK(perso_cert_load(SYNTH "pki/csca.cer", &sample));
	build_like(&sample, specimen_values());
}

Test(cert_build, specimen_document_signer_byte_for_byte)
{
	static const uint8_t serial[] = { 0x5A, 0x02 };
	static const char *const types[] = { "PP", "P" };
	PERSO_CERT(csca);
	PERSO_CERT(sample);
	struct perso_cert_values v = specimen_values();
	char cn[64];

	OK(perso_cert_load(SYNTH "pki/csca.cer", &csca));
	OK(perso_cert_load(SYNTH "pki/ds.cer", &sample));
	OK(perso_name_attr(sample.subject, "2.5.4.3", cn, sizeof(cn)));
	v.role = PERSO_CERT_DS;
	v.serial = perso_span_of(serial);
	v.issuer = &csca;
	v.subject.unit = "Passports";
	v.subject.common_name = cn;
	v.not_before = v.use_from = sample.use_from;
	v.use_to = sample.use_to;
	v.not_after = sample.not_after;
	v.types = types;
	v.type_count = 2;
	build_like(&sample, v);
}

static const struct {
	struct perso_key_spec csca, ds;
	struct perso_sig_alg alg;
} kinds[] = {
	{ { PERSO_KEY_EC, PERSO_P256, 0 }, { PERSO_KEY_EC, PERSO_P256, 0 },
	    { PERSO_SIG_ECDSA, PERSO_SHA256, 0 } },
	{ { PERSO_KEY_EC, PERSO_P384, 0 }, { PERSO_KEY_EC, PERSO_P384, 0 },
	    { PERSO_SIG_ECDSA, PERSO_SHA384, 0 } },
	{ { PERSO_KEY_EC, PERSO_P521, 0 }, { PERSO_KEY_EC, PERSO_P521, 0 },
	    { PERSO_SIG_ECDSA, PERSO_SHA512, 0 } },
	{ { PERSO_KEY_EC, PERSO_BP256, 0 }, { PERSO_KEY_EC, PERSO_P256, 0 },
	    { PERSO_SIG_ECDSA, PERSO_SHA224, 0 } },
	{ { PERSO_KEY_EC, PERSO_BP384, 0 }, { PERSO_KEY_EC, PERSO_BP256, 0 },
	    { PERSO_SIG_ECDSA, PERSO_SHA384, 0 } },
	{ { PERSO_KEY_EC, PERSO_BP512, 0 }, { PERSO_KEY_EC, PERSO_BP512, 0 },
	    { PERSO_SIG_ECDSA, PERSO_SHA512, 0 } },
	{ { PERSO_KEY_RSA, 0, 2048 }, { PERSO_KEY_RSA, 0, 2048 },
	    { PERSO_SIG_RSA_PKCS1, PERSO_SHA256, 0 } },
	{ { PERSO_KEY_RSA, 0, 3072 }, { PERSO_KEY_EC, PERSO_P256, 0 },
	    { PERSO_SIG_RSA_PSS, PERSO_SHA384, 48 } },
};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

static void
make_pair(
    size_t kind, bool explicit_params, struct holder *csca, struct holder *ds)
{
	struct perso_cert_values v = csca_values();

	v.alg = kinds[kind].alg;
	v.explicit_params = explicit_params;
	make(csca, kinds[kind].csca, v, NULL);
	v = ds_values(&csca->cert);
	v.alg = kinds[kind].alg;
	v.explicit_params = explicit_params;
	make(ds, kinds[kind].ds, v, csca);
}

Test(cert_build, openssl_verifies_the_path_of_named_curves_and_rsa)
{
	char dir[64], out[4096];

	temp_make(dir);
	for (size_t i = 0; i < KINDS; i++) {
		HOLDER(csca);
		HOLDER(ds);

		make_pair(i, false, &csca, &ds);
		put(dir, "csca.cer", perso_buf_span(&csca.cert.der));
		put(dir, "ds.cer", perso_buf_span(&ds.cert.der));
		cr_assert_eq(
		    run(out, sizeof(out),
			"cd %s && openssl x509 "
			"-inform DER -in csca.cer -out csca.pem && openssl "
			"x509 "
			"-inform DER -in ds.cer -out ds.pem && openssl verify "
			"-x509_strict -attime %lld -CAfile csca.pem ds.pem",
			dir, (long long)NOW),
		    0, "kind %zu: %s", i, out);
	}
	temp_remove(dir);
}

static const char *
digest_option(enum perso_hash h)
{
	return h == PERSO_SHA224   ? "sha224"
	       : h == PERSO_SHA256 ? "sha256"
	       : h == PERSO_SHA384 ? "sha384"
				   : "sha512";
}

Test(cert_build, openssl_checks_signatures_under_explicit_parameters)
{
	char dir[64], out[4096];

	temp_make(dir);
	for (size_t i = 0; i < 6; i++) {
		HOLDER(csca);
		HOLDER(ds);

		make_pair(i, true, &csca, &ds);
		put(dir, "csca.cer", perso_buf_span(&csca.cert.der));
		put(dir, "tbs", ds.cert.tbs);
		put(dir, "sig", ds.cert.signature);
		cr_assert_eq(
		    run(out, sizeof(out),
			"cd %s && openssl x509 "
			"-inform DER -in csca.cer -noout -pubkey >pub.pem && "
			"openssl dgst -%s -verify pub.pem -signature sig tbs",
			dir, digest_option(kinds[i].alg.hash)),
		    0, "kind %zu: %s", i, out);
	}
	temp_remove(dir);
}

Test(cert_build, openssl_reads_the_extensions_as_meant)
{
	static const char *const csca_lines[] = {
		"Version: 3 (0x2)",
		"Subject: C = UT, O = Test Authority, CN = Test CSCA",
		"X509v3 Key Usage: critical",
		"Certificate Sign, CRL Sign",
		"X509v3 Basic Constraints: critical",
		"CA:TRUE, pathlen:0",
		"email:csca@example.org, DirName:/L=UTO",
		"URI:https://pkd.example.org/CRLs/UTO.crl",
		"Not Before: Nov 12 00:00:00 2026 GMT, Not After: ",
		"X509v3 Issuer Alternative Name",
		"Cofactor:  1 (0x1)",
	};
	static const char *const ds_lines[] = {
		"Issuer: C = UT, O = Test Authority, CN = Test CSCA",
		"Subject: C = UT, O = Test Authority, CN = Test DS",
		"Digital Signature",
		"2.23.136.1.1.6.2",
		"X509v3 Private Key Usage Period",
		"X509v3 Authority Key Identifier",
		"Generator (uncompressed)",
	};
	char dir[64], out[16384];
	HOLDER(csca);
	HOLDER(ds);

	temp_make(dir);
	make_pair(0, true, &csca, &ds);
	put(dir, "csca.cer", perso_buf_span(&csca.cert.der));
	put(dir, "ds.cer", perso_buf_span(&ds.cert.der));
	cr_assert_eq(run(out, sizeof(out),
			 "openssl x509 -inform DER -in "
			 "%s/csca.cer -noout -text",
			 dir),
	    0);
	for (size_t i = 0; i < sizeof(csca_lines) / sizeof(char *); i++)
		cr_assert_not_null(
		    strstr(out, csca_lines[i]), "%s\n%s", csca_lines[i], out);
	cr_assert_eq(run(out, sizeof(out),
			 "openssl x509 -inform DER -in "
			 "%s/ds.cer -noout -text",
			 dir),
	    0);
	for (size_t i = 0; i < sizeof(ds_lines) / sizeof(char *); i++)
		cr_assert_not_null(
		    strstr(out, ds_lines[i]), "%s\n%s", ds_lines[i], out);
	cr_assert_null(strstr(out, "Basic Constraints"));
	temp_remove(dir);
}

Test(cert_build, times_after_2049_are_generalized_and_serials_random)
{
	HOLDER(a);
	HOLDER(b);
	struct perso_cert_values v = csca_values();

	v.not_after = 2524608000 + 5 * DAY; /* 2050-01-06 */
	make(&a, EC(PERSO_P256), v, NULL);
	make(&b, EC(PERSO_P256), v, NULL);
	cr_assert_eq(a.cert.not_after, v.not_after);
	cr_assert_eq(a.cert.serial.n, 16);
	cr_assert(a.cert.serial.p[0] > 0 && a.cert.serial.p[0] < 0x80);
	cr_assert(!perso_span_equal(a.cert.serial, b.cert.serial));
}

/* One wrong value each. */
static void
spoil(struct perso_cert_values *v, int how)
{
	static const char *const lower[] = { "p" };

	switch (how) {
	case 0:
		v->subject.common_name = NULL;
		break;
	case 1:
		v->subject.country = "ut";
		break;
	case 2:
		v->subject.country = "XX";
		break;
	case 3:
		v->subject.country = NULL;
		break;
	case 4:
		v->not_after = v->not_before;
		break;
	case 5:
		v->not_after = v->issuer->not_after + 1;
		break;
	case 6:
		v->use_to = v->not_after + 1;
		break;
	case 7:
		v->use_from = v->use_to;
		break;
	case 8:
		v->state = "uto";
		break;
	case 9:
		v->state = NULL;
		break;
	case 10:
		v->crl_uri = NULL;
		break;
	case 11:
		v->type_count = 0;
		break;
	case 12:
		v->types = lower;
		v->type_count = 1;
		break;
	case 13:
		v->serial.n = 21;
		break;
	case 14:
		v->key = NULL;
		break;
	case 15:
		v->issuer = NULL;
		break;
	default:
		v->alg.hash = PERSO_HASH_NONE;
		break;
	}
}

Test(cert_build, refuses_values_that_break_the_profile)
{
	HOLDER(csca);
	HOLDER(ds);

	make_pair(0, false, &csca, &ds);
	for (int how = 0; how <= 16; how++) {
		PERSO_BUF(der, PERSO_CERT_MAX);
		struct perso_cert_values v = ds_values(&csca.cert);
		perso_rc rc;

		v.key = perso_keyref_pubkey(ds.key);
		spoil(&v, how);
		rc = perso_cert_build(&v, csca.key, &der);
		if (how == 16)
			cr_assert_neq(rc, PERSO_OK);
		else
			cr_assert_eq(rc, PERSO_E_ARG, "spoiled %d: %s", how,
			    perso_rc_name(rc));
		cr_assert_eq(der.n, 0);
	}
}
