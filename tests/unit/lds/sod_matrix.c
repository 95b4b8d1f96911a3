#include "lds_test.h"

#include <string.h>

#include "perso/cert.h"

/*
 * EF.SOD with every kind of key and digest that is issued: built, parsed,
 * verified with the certificate's key, and put together again from its
 * parts.
 */

static perso_rc
make_cert(
    struct perso_keyref *key, struct perso_sig_alg alg, struct perso_buf *ret)
{
	const struct perso_cert_values v = {
		.role = PERSO_CERT_APPROVER,
		.subject = { .country = "UT", .common_name = "Matrix" },
		.key = perso_keyref_pubkey(key),
		.alg = alg,
		.not_before = 1760000000,
		.not_after = 1860000000,
	};

	return perso_cert_build(&v, key, ret);
}

static struct perso_sod_values
values(enum perso_hash h, uint64_t version)
{
	struct perso_sod_values v = { .object = {
					  .version = version, .hash = h } };

	if (version == 1) {
		cr_assert_eq(perso_span_copy(v.object.lds_version, 5,
				 perso_span("0108", 5)),
		    PERSO_OK);
		cr_assert_eq(perso_span_copy(v.object.unicode_version, 7,
				 perso_span("040000", 7)),
		    PERSO_OK);
	}
	/* not in order on purpose: add puts them into it */
	cr_assert_eq(
	    perso_lds_object_add(&v.object, 14, perso_span_str("fourteen")),
	    PERSO_OK);
	cr_assert_eq(perso_lds_object_add(&v.object, 1, perso_span_str("one")),
	    PERSO_OK);
	cr_assert_eq(perso_lds_object_add(&v.object, 2, perso_span_str("two")),
	    PERSO_OK);
	return v;
}

static void
check_again(struct perso_span file, const struct perso_sod *s)
{
	struct perso_sod_values v;
	PERSO_BUF(again, 16384);

	cr_assert_eq(perso_sod_values_of(s, &v), PERSO_OK);
	cr_assert_eq(perso_sod_assemble(&v, s->cms.signature, &again), PERSO_OK,
	    "%s", lds_trail());
	cr_assert(perso_span_equal(file, perso_buf_span(&again)));
}

static void
one(struct perso_keyref *key, struct perso_sig_alg alg, uint64_t version)
{
	struct perso_sod_values v = values(alg.hash, version);
	struct perso_sod s;
	struct perso_span cert;
	PERSO_BUF(der, 8192);
	PERSO_BUF(file, 16384);
	PERSO_CERT(c);
	struct perso_pubkey *pub = NULL;

	v.alg = alg;
	cr_assert_eq(make_cert(key, alg, &der), PERSO_OK, "%s", lds_trail());
	v.cert = perso_buf_span(&der);
	cr_assert_eq(
	    perso_sod_build(&v, key, &file), PERSO_OK, "%s", lds_trail());
	cr_assert_eq(perso_sod_parse(perso_buf_span(&file), &s), PERSO_OK, "%s",
	    lds_trail());
	cr_assert_eq(s.object.version, version);
	cr_assert_eq(s.object.count, 3);
	cr_assert(s.object.ascending && !s.object.digest_null);
	cr_assert_eq(perso_sod_check(&s.object, 14, perso_span_str("fourteen")),
	    PERSO_OK);
	cr_assert_eq(perso_cms_signer_cert(&s.cms, &cert), PERSO_OK);
	cr_assert_eq(perso_cert_parse(cert, &c), PERSO_OK);
	cr_assert_eq(perso_cert_key(&c, &pub), PERSO_OK);
	cr_assert_eq(perso_cms_verify(&s.cms, s.cms.content, pub), PERSO_OK,
	    "%s", lds_trail());
	check_again(perso_buf_span(&file), &s);
	file.p[s.cms.content.p - file.p + (long)s.cms.content.n - 1] ^= 1;
	cr_assert_neq(perso_cms_verify(&s.cms, s.cms.content, pub), PERSO_OK);
	perso_pubkey_free(&pub);
}

static const enum perso_hash hashes[] = { PERSO_SHA224, PERSO_SHA256,
	PERSO_SHA384, PERSO_SHA512 };

Test(sod_matrix, every_curve_signs_with_every_digest)
{
	static const enum perso_curve curves[] = { PERSO_P256, PERSO_P384,
		PERSO_P521, PERSO_BP256, PERSO_BP384, PERSO_BP512 };

	for (size_t i = 0; i < sizeof(curves) / sizeof(curves[0]); i++) {
		struct perso_keyref *key = NULL;

		cr_assert_eq(
		    perso_keyref_generate(
			(struct perso_key_spec){ PERSO_KEY_EC, curves[i], 0 },
			&key),
		    PERSO_OK);
		for (size_t h = 0; h < 4; h++)
			one(key,
			    (struct perso_sig_alg){
				PERSO_SIG_ECDSA, hashes[h], 0 },
			    h & 1);
		perso_keyref_free(&key);
	}
}

static void
rsa(unsigned bits)
{
	struct perso_keyref *key = NULL;

	cr_assert_eq(
	    perso_keyref_generate((struct perso_key_spec){ PERSO_KEY_RSA,
				      PERSO_CURVE_NONE, bits },
		&key),
	    PERSO_OK);
	for (size_t h = 0; h < 4; h++) {
		one(key,
		    (struct perso_sig_alg){ PERSO_SIG_RSA_PKCS1, hashes[h], 0 },
		    h & 1);
		one(key,
		    (struct perso_sig_alg){ PERSO_SIG_RSA_PSS, hashes[h],
			perso_hash_size(hashes[h]) },
		    h & 1);
	}
	perso_keyref_free(&key);
}

Test(sod_matrix, rsa_2048_signs_with_both_paddings)
{
	rsa(2048);
}

Test(sod_matrix, rsa_3072_signs_with_both_paddings)
{
	rsa(3072);
}

Test(sod_matrix, rsa_4096_signs_with_both_paddings)
{
	rsa(4096);
}

Test(sod_matrix, the_synthetic_document_is_made_again_with_its_own_key)
{
	PERSO_BUF(file, 16384);
	PERSO_BUF(pkcs8, 4096);
	PERSO_BUF(built, 16384);
	struct perso_keyref *key = NULL;
	struct perso_sod s, again;
	struct perso_sod_values v;

	lds_load(TD3 "EF.SOD.bin", &file);
	lds_load(SYN "pki/ds_TEST_ONLY.pkcs8", &pkcs8);
	cr_assert_eq(perso_keyref_from_pkcs8(perso_buf_span(&pkcs8), &key),
	    PERSO_OK, "%s", lds_trail());
	cr_assert_eq(perso_sod_parse(perso_buf_span(&file), &s), PERSO_OK);
	cr_assert_eq(perso_sod_values_of(&s, &v), PERSO_OK);
	cr_assert_eq(
	    perso_sod_build(&v, key, &built), PERSO_OK, "%s", lds_trail());
	cr_assert_eq(perso_sod_parse(perso_buf_span(&built), &again), PERSO_OK);
	cr_assert_eq(perso_cms_verify(&again.cms, again.cms.content,
			 perso_keyref_pubkey(key)),
	    PERSO_OK);
	cr_assert_eq(
	    perso_cms_verify(&s.cms, s.cms.content, perso_keyref_pubkey(key)),
	    PERSO_OK);
	perso_keyref_free(&key);
}

Test(sod_matrix, the_reference_sods_verify_with_their_certificates)
{
	static const char *const paths[] = { TD3 "EF.SOD.bin",
		BSI "sha256-pss/EF_SOD.bin", BSI "sha1-2008/EF_SOD.bin" };

	for (size_t i = 0; i < 3; i++) {
		PERSO_BUF(file, 16384);
		PERSO_CERT(c);
		struct perso_pubkey *pub = NULL;
		struct perso_span cert;
		struct perso_sod s;

		lds_load(paths[i], &file);
		cr_assert_eq(perso_sod_parse(perso_buf_span(&file), &s),
		    PERSO_OK, "%s", lds_trail());
		cr_assert_eq(perso_cms_signer_cert(&s.cms, &cert), PERSO_OK);
		cr_assert_eq(perso_cert_parse(cert, &c), PERSO_OK, "%s: %s",
		    paths[i], lds_trail());
		cr_assert_eq(
		    perso_cert_key(&c, &pub), PERSO_OK, "%s", lds_trail());
		cr_assert_eq(perso_cms_verify(&s.cms, s.cms.content, pub),
		    PERSO_OK, "%s: %s", paths[i], lds_trail());
		perso_pubkey_free(&pub);
	}
}

Test(sod_matrix, sha1_and_wrong_objects_are_not_issued)
{
	struct perso_keyref *key = NULL;
	PERSO_BUF(der, 8192);
	PERSO_BUF(file, 16384);
	struct perso_sod_values v = values(PERSO_SHA256, 0), w;

	cr_assert_eq(
	    perso_keyref_generate(
		(struct perso_key_spec){ PERSO_KEY_EC, PERSO_P256, 0 }, &key),
	    PERSO_OK);
	v.alg = (struct perso_sig_alg){ PERSO_SIG_ECDSA, PERSO_SHA256, 0 };
	cr_assert_eq(make_cert(key, v.alg, &der), PERSO_OK);
	v.cert = perso_buf_span(&der);
	cr_assert_eq(perso_buf_append_u8(&file, 0x55), PERSO_OK);

	w = v;
	w.alg.hash = PERSO_SHA1;
	cr_assert_eq(perso_sod_build(&w, key, &file), PERSO_E_ARG);
	w = v;
	w.object.hash = PERSO_SHA1;
	cr_assert_eq(perso_sod_build(&w, key, &file), PERSO_E_ARG);
	w = v;
	w.object.count = 1;
	cr_assert_eq(perso_sod_build(&w, key, &file), PERSO_E_ARG);
	w = v;
	w.object.hashes[1].dg = 1;
	cr_assert_eq(perso_sod_build(&w, key, &file), PERSO_E_ARG);
	w = v;
	w.object.version = 1;
	cr_assert_eq(perso_sod_build(&w, key, &file), PERSO_E_ARG);
	w = v;
	w.cert = perso_span_str("no certificate");
	cr_assert_neq(perso_sod_build(&w, key, &file), PERSO_OK);
	cr_assert_eq(file.n, 1);
	cr_assert_eq(file.p[0], 0x55);
	perso_keyref_free(&key);
}

Test(sod_matrix, a_data_group_is_hashed_once)
{
	struct perso_sod_values v = values(PERSO_SHA256, 0);
	struct perso_lds_object before = v.object;

	cr_assert_eq(perso_lds_object_add(&v.object, 2, perso_span_str("x")),
	    PERSO_E_CONFLICT);
	cr_assert_eq(perso_lds_object_add(&v.object, 17, perso_span_str("x")),
	    PERSO_E_ARG);
	cr_assert_eq(v.object.count, before.count);
}
