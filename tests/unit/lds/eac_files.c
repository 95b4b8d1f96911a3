#include "lds_test.h"

#include "perso/cert.h"

/*
 * Files that came with PACE and Extended Access Control: DG3, DG4, EF.CVCA,
 * EF.CardSecurity.
 */

#define REFUSED(call)                                                 \
	do {                                                          \
		cr_assert_eq((call), PERSO_E_ARG, "%s", lds_trail()); \
		cr_assert_eq(out.n, 1);                               \
	} while (0)

/* One template of a type, and none. */
#define GROUP(type)                                                      \
	"7F611D0201017F6017A10B8101" type "870201018802000A5F2E07112233" \
	"44556677"
#define EMPTY "7F6103020100"

Test(eac_files, a_record_goes_into_its_own_data_group_unread)
{
	PERSO_BUF(group, 256);
	PERSO_BUF(out, 256);
	struct perso_dg_bio v = { .count = 0 }, back;

	lds_hex(GROUP("08"), &group);
	v.group = perso_buf_span(&group);
	cr_assert_eq(perso_dg3_build(&v, &out), PERSO_OK, "%s", lds_trail());
	cr_assert_eq(out.p[0], 0x63);
	cr_assert_eq(perso_dg3_parse(perso_buf_span(&out), &back), PERSO_OK);
	cr_assert_eq(back.count, 1);
	cr_assert(perso_span_equal(back.group, v.group));
	cr_assert_eq(back.random.n, 0);
	cr_assert_neq(perso_dg4_parse(perso_buf_span(&out), &back), PERSO_OK);
	perso_buf_clear(&out);
	group.p[13] = 0x10;
	cr_assert_eq(perso_dg4_build(&v, &out), PERSO_OK, "%s", lds_trail());
	cr_assert_eq(out.p[0], 0x76);
	cr_assert_eq(perso_dg4_parse(perso_buf_span(&out), &back), PERSO_OK);
}

Test(eac_files, an_empty_group_needs_random_bytes_and_only_that)
{
	static const uint8_t random[PERSO_DG_RANDOM_MIN] = { 1, 2, 3 };
	PERSO_BUF(group, 256);
	PERSO_BUF(out, 256);
	struct perso_dg_bio v = { .count = 0 }, back;

	cr_assert_eq(perso_buf_append_u8(&out, 0x55), PERSO_OK);
	lds_hex(EMPTY, &group);
	v.group = perso_buf_span(&group);
	REFUSED(perso_dg3_build(&v, &out));
	v.random = perso_span(random, PERSO_DG_RANDOM_MIN - 1);
	REFUSED(perso_dg3_build(&v, &out));
	v.random = perso_span_of(random);
	cr_assert_eq(perso_dg3_build(&v, &out), PERSO_OK, "%s", lds_trail());
	cr_assert_eq(
	    perso_dg3_parse(perso_span(out.p + 1, out.n - 1), &back), PERSO_OK);
	cr_assert_eq(back.count, 0);
	cr_assert(perso_span_equal(back.random, v.random));
	perso_buf_clear(&group);
	perso_buf_clear(&out);
	cr_assert_eq(perso_buf_append_u8(&out, 0x55), PERSO_OK);
	lds_hex(GROUP("08"), &group);
	v.group = perso_buf_span(&group);
	REFUSED(perso_dg3_build(&v, &out));
}

Test(eac_files, a_group_of_another_kind_is_refused_when_built)
{
	static const char *const bad[] = { "", GROUP("10"), GROUP("02"),
		GROUP("08") "00", EMPTY "53080102030405060708", "7F6100" };
	static const uint8_t random[PERSO_DG_RANDOM_MIN] = { 1 };
	PERSO_BUF(out, 256);
	size_t n = 0;

	cr_assert_eq(perso_buf_append_u8(&out, 0x55), PERSO_OK);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		PERSO_BUF(group, 256);
		struct perso_dg_bio v = { .random = perso_span_of(random) };

		lds_hex(bad[i], &group);
		v.group = perso_buf_span(&group);
		REFUSED(perso_dg3_build(&v, &out));
		cr_assert_neq(perso_dg_bio_check(3, v.group, &n), PERSO_OK);
	}
	cr_assert_eq(perso_dg_bio_check(2, PERSO_SPAN_EMPTY, &n), PERSO_E_ARG);
}

Test(eac_files, ef_cvca_has_36_bytes_newest_name_first)
{
	PERSO_BUF(out, 64);
	struct perso_cvca v = { .count = 2,
		.names = { perso_span_str("UTCVCATEST00002"),
		    perso_span_str("UTCVCATEST00001") } },
			  back;

	cr_assert_eq(perso_cvca_build(&v, &out), PERSO_OK);
	cr_assert_eq(out.n, PERSO_CVCA_LEN);
	cr_assert_eq(perso_cvca_parse(perso_buf_span(&out), &back), PERSO_OK);
	cr_assert_eq(back.count, 2);
	cr_assert(perso_span_equal(back.names[0], v.names[0]));
	/* The longest names fill it. */
	perso_buf_clear(&out);
	v.names[0] = perso_span_str("UTABCDEFGHI00002");
	v.names[1] = perso_span_str("UTABCDEFGHI00001");
	cr_assert_eq(perso_cvca_build(&v, &out), PERSO_OK);
	cr_assert_eq(out.n, PERSO_CVCA_LEN);
	cr_assert_eq(perso_cvca_parse(perso_buf_span(&out), &back), PERSO_OK);
	cr_assert_eq(back.count, 2);
	perso_buf_clear(&out);
	cr_assert_eq(perso_buf_append_u8(&out, 0x55), PERSO_OK);
	v.names[1] = perso_span_str("utabcdefghi00001");
	REFUSED(perso_cvca_build(&v, &out));
	v.count = 0;
	REFUSED(perso_cvca_build(&v, &out));
	v.count = 3;
	REFUSED(perso_cvca_build(&v, &out));
}

/* ---- EF.CardSecurity ------------------------------------------------- */

static void
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

	cr_assert_eq(perso_cert_build(&v, key, ret), PERSO_OK);
}

static void
sample_infos(struct perso_buf *file, struct perso_lds_infos *ret)
{
	struct perso_cardsec c;

	lds_load(TD3 "EF.CardSecurity.bin", file);
	cr_assert_eq(perso_cardsec_parse(perso_buf_span(file), &c), PERSO_OK);
	*ret = c.infos;
}

static void
sign_one(struct perso_key_spec spec, struct perso_sig_alg alg)
{
	struct perso_keyref *key = NULL;
	struct perso_pubkey *pub = NULL;
	struct perso_cardsec_values v = { .alg = alg };
	struct perso_cardsec c;
	PERSO_BUF(sample, 4096);
	PERSO_BUF(der, 8192);
	PERSO_BUF(out, 16384);
	PERSO_CERT(cert);

	cr_assert_eq(perso_keyref_generate(spec, &key), PERSO_OK);
	make_cert(key, alg, &der);
	sample_infos(&sample, &v.infos);
	v.cert = perso_buf_span(&der);
	cr_assert_eq(
	    perso_cardsec_build(&v, key, &out), PERSO_OK, "%s", lds_trail());
	cr_assert_eq(perso_cardsec_parse(perso_buf_span(&out), &c), PERSO_OK,
	    "%s", lds_trail());
	cr_assert_eq(c.infos.count, v.infos.count);
	cr_assert(c.infos.sorted);
	cr_assert_eq(perso_cert_parse(c.cms.certs[0], &cert), PERSO_OK);
	cr_assert_eq(perso_cert_key(&cert, &pub), PERSO_OK);
	cr_assert_eq(perso_cms_verify(&c.cms, c.cms.content, pub), PERSO_OK);
	perso_pubkey_free(&pub);
	perso_keyref_free(&key);
}

Test(eac_files, card_security_is_signed_with_every_kind_of_key)
{
	sign_one((struct perso_key_spec){ PERSO_KEY_EC, PERSO_P256, 0 },
	    (struct perso_sig_alg){ PERSO_SIG_ECDSA, PERSO_SHA256, 0 });
	sign_one((struct perso_key_spec){ PERSO_KEY_EC, PERSO_BP384, 0 },
	    (struct perso_sig_alg){ PERSO_SIG_ECDSA, PERSO_SHA384, 0 });
	sign_one((struct perso_key_spec){ PERSO_KEY_RSA, 0, 2048 },
	    (struct perso_sig_alg){ PERSO_SIG_RSA_PSS, PERSO_SHA256, 32 });
}

Test(eac_files, card_security_is_not_built_without_key_infos_or_with_sha1)
{
	struct perso_key_spec spec = { PERSO_KEY_EC, PERSO_P256, 0 };
	struct perso_cardsec_values v = { .alg = { PERSO_SIG_ECDSA,
					      PERSO_SHA256, 0 } };
	struct perso_keyref *key = NULL;
	PERSO_BUF(sample, 4096);
	PERSO_BUF(der, 8192);
	PERSO_BUF(out, 16384);

	cr_assert_eq(perso_buf_append_u8(&out, 0x55), PERSO_OK);
	cr_assert_eq(perso_keyref_generate(spec, &key), PERSO_OK);
	make_cert(key, v.alg, &der);
	v.cert = perso_buf_span(&der);
	REFUSED(perso_cardsec_build(&v, key, &out));
	sample_infos(&sample, &v.infos);
	REFUSED(perso_cardsec_build(&v, NULL, &out));
	v.alg.hash = PERSO_SHA1;
	REFUSED(perso_cardsec_build(&v, key, &out));
	perso_keyref_free(&key);
}

/* One byte of what it says, and the signature is worth nothing. */
Test(eac_files, a_changed_card_security_does_not_verify)
{
	struct perso_cardsec c;
	struct perso_pubkey *pub = NULL;
	PERSO_BUF(file, 4096);
	PERSO_CERT(cert);
	struct perso_span key;
	size_t at;

	lds_load(TD3 "EF.CardSecurity.bin", &file);
	cr_assert_eq(perso_cardsec_parse(perso_buf_span(&file), &c), PERSO_OK);
	cr_assert_eq(perso_cms_signer_cert(&c.cms, &key), PERSO_OK);
	cr_assert_eq(perso_cert_parse(key, &cert), PERSO_OK);
	cr_assert_eq(perso_cert_key(&cert, &pub), PERSO_OK);
	cr_assert_eq(perso_cms_verify(&c.cms, c.cms.content, pub), PERSO_OK);
	at = (size_t)(c.cms.content.p - file.p) + c.cms.content.n - 1;
	file.p[at] ^= 1;
	cr_assert_eq(perso_cardsec_parse(perso_buf_span(&file), &c), PERSO_OK);
	cr_assert_neq(perso_cms_verify(&c.cms, c.cms.content, pub), PERSO_OK);
	perso_pubkey_free(&pub);
}
