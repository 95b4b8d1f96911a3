/* Certificates of the world, read. */
#include "pki_test.h"

static void
load(const char *path, struct perso_cert *c)
{
	EXPECT(perso_cert_load(path, c), PERSO_OK);
}

static perso_rc
signed_by(const struct perso_cert *c, const struct perso_cert *issuer)
{
	struct perso_pubkey *key = NULL;
	perso_rc rc = perso_cert_key(issuer, &key);

	if (rc == PERSO_OK)
		rc = perso_cert_verify(c, key);
	perso_pubkey_free(&key);
	return rc;
}

Test(cert, national_chain_of_links_verifies_step_by_step)
{
	static const struct {
		const char *cert, *issuer;
		const char *subject;
	} t[] = {
#define LV DATA "lv-csca/"
		{ LV "8a8946cc23e397e7.cer", LV "8a8946cc23e397e7.cer",
		    "serialNumber=005" },
		{ LV "eb618637b07429b2.cer", LV "eb618637b07429b2.cer",
		    "serialNumber=006" },
		{ LV "64eec71003119062.cer", LV "eb618637b07429b2.cer",
		    "serialNumber=007" },
		{ LV "21333dc07d700861.cer", LV "21333dc07d700861.cer",
		    "serialNumber=007" },
		{ LV "60b277fc831c56f2.cer", LV "eb618637b07429b2.cer",
		    "serialNumber=008" },
		{ LV "3a7bb1aa50b8fcc5.cer", LV "3a7bb1aa50b8fcc5.cer",
		    "serialNumber=008" },
		{ LV "4d1f4a72c37eedcc.cer", LV "3a7bb1aa50b8fcc5.cer",
		    "serialNumber=009" },
		{ LV "7097e5c3d8262716.cer", LV "7097e5c3d8262716.cer",
		    "serialNumber=009" },
		{ LV "6b82391fa7e23065.cer", LV "7097e5c3d8262716.cer",
		    "serialNumber=010" },
		{ LV "d68079b1d63fb213.cer", LV "d68079b1d63fb213.cer",
		    "serialNumber=010" },
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		PERSO_CERT(c);
		PERSO_CERT(issuer);
		char text[PERSO_NAME_TEXT];

		load(t[i].cert, &c);
		load(t[i].issuer, &issuer);
		OK(signed_by(&c, &issuer));
		OK(perso_name_text(c.subject, text, sizeof(text)));
		cr_assert(strncmp(text, t[i].subject, 16) == 0, "%s", text);
		cr_assert_str_eq(c.subject_country, "LV");
		cr_assert(perso_cert_is_ca(&c));
		cr_assert_eq(c.has_use_to, (c.exts & PERSO_EXT_PKUP) != 0);
		cr_assert(c.aki.n == 0 || perso_span_equal(c.aki, issuer.ski));
		cr_assert_eq(perso_cert_is_self_issued(&c),
		    strcmp(t[i].cert, t[i].issuer) == 0);
	}
}

Test(cert, new_root_did_not_sign_its_own_link)
{
	PERSO_CERT(c);
	PERSO_CERT(root);

	load(DATA "lv-csca/6b82391fa7e23065.cer", &c);
	load(DATA "lv-csca/d68079b1d63fb213.cer", &root);
	EXPECT(signed_by(&c, &root), PERSO_E_SIGNATURE);
}

Test(cert, mock_signers_verify_under_their_country_signers)
{
	static const struct {
		const char *name;
		struct perso_sig_alg alg;
		enum perso_key_kind kind;
	} t[] = {
		{ "sha1_ecdsa_brainpoolP224r1",
		    { PERSO_SIG_ECDSA, PERSO_SHA1, 0 }, PERSO_KEY_EC },
		{ "sha1_ecdsa_secp256r1", { PERSO_SIG_ECDSA, PERSO_SHA1, 0 },
		    PERSO_KEY_EC },
		{ "sha256_ecdsa_brainpoolP384r1",
		    { PERSO_SIG_ECDSA, PERSO_SHA256, 0 }, PERSO_KEY_EC },
		{ "sha512_ecdsa_secp521r1",
		    { PERSO_SIG_ECDSA, PERSO_SHA512, 0 }, PERSO_KEY_EC },
		{ "sha256_rsapss_32_65537_4096",
		    { PERSO_SIG_RSA_PSS, PERSO_SHA256, 32 }, PERSO_KEY_RSA },
		{ "sha512_rsa_65537_4096",
		    { PERSO_SIG_RSA_PKCS1, PERSO_SHA512, 0 }, PERSO_KEY_RSA },
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		PERSO_CERT(csca);
		PERSO_CERT(ds);
		struct perso_pubkey *key = NULL;
		char path[256];

		snprintf(
		    path, sizeof(path), DATA "mock/%s_csca.pem", t[i].name);
		load(path, &csca);
		snprintf(path, sizeof(path), DATA "mock/%s_dsc.pem", t[i].name);
		load(path, &ds);
		OK(signed_by(&csca, &csca));
		OK(signed_by(&ds, &csca));
		cr_assert_eq(ds.alg.kind, t[i].alg.kind);
		cr_assert_eq(ds.alg.hash, t[i].alg.hash);
		cr_assert_eq(ds.alg.salt, t[i].alg.salt);
		OK(perso_cert_key(&ds, &key));
		cr_assert_eq(perso_pubkey_kind(key), t[i].kind);
		perso_pubkey_free(&key);
	}
}

Test(cert, fields_of_a_document_signer)
{
	PERSO_CERT(c);
	static const uint8_t serial[] = { 0x5A, 0x02 };
	char text[PERSO_NAME_TEXT], cn[8];

	load(SYNTH "pki/ds.cer", &c);
	cr_assert_eq(c.version, 3);
	cr_assert(perso_span_equal(c.serial, perso_span_of(serial)));
	OK(perso_name_text(c.issuer, text, sizeof(text)));
	cr_assert_str_eq(text, "CN=CSCA Utopia,O=Utopia Test Authority,C=UT");
	cr_assert_eq(c.exts, PERSO_EXT_AKI | PERSO_EXT_SKI | PERSO_EXT_KU |
				 PERSO_EXT_PKUP | PERSO_EXT_SAN |
				 PERSO_EXT_IAN | PERSO_EXT_CRLDP |
				 PERSO_EXT_TYPES);
	cr_assert_eq(c.exts_critical, PERSO_EXT_KU);
	cr_assert_eq(c.key_usage, PERSO_KU_DIGITAL_SIGNATURE);
	cr_assert(!perso_cert_is_ca(&c));
	cr_assert_eq(c.use_from, 1769904000); /* 2026-02-01 */
	cr_assert_eq(c.use_to, 1777593600);   /* 2026-05-01 */
	cr_assert_eq(c.type_count, 2);
	OK(perso_cert_check_type(&c, "P"));
	OK(perso_cert_check_type(&c, "PD")); /* P stands for all of P */
	EXPECT(perso_cert_check_type(&c, "ID"), PERSO_E_ROLE);
	OK(perso_cert_check_use(&c, 1777593600));
	EXPECT(perso_cert_check_use(&c, 1777593601), PERSO_E_EXPIRED);
	OK(perso_cert_check_time(&c, 1777593601));
	EXPECT(perso_cert_check_time(&c, 1700000000), PERSO_E_EXPIRED);
	EXPECT(perso_name_attr(c.issuer, "2.5.4.3", cn, sizeof(cn)),
	    PERSO_E_RANGE);
	EXPECT(perso_name_attr(c.issuer, "2.5.4.7", text, sizeof(text)),
	    PERSO_E_MISSING);
}

Test(cert, name_is_escaped_and_cut_between_characters)
{
	/* CN = ` a,"\<U+0101>` */
	static const uint8_t name[] = { 0x30, 0x12, 0x31, 0x10, 0x30, 0x0E,
		0x06, 0x03, 0x55, 0x04, 0x03, 0x0C, 0x07, ' ', 'a', ',', '"',
		'\\', 0xC4, 0x81 };
	char text[64], tight[14];

	OK(perso_name_text(perso_span_of(name), text, sizeof(text)));
	cr_assert_str_eq(text, "CN=\\ a\\,\\\"\\\\\xC4\x81");
	OK(perso_name_text(perso_span_of(name), tight, 13));
	cr_assert_str_eq(tight, "CN=\\ a\\,\\\"\\\\");
}

/* ESC, CSI of eight bits, right-to-left override: they steer terminals. */
Test(cert, name_has_no_control_characters_of_any_kind)
{
	static const uint8_t name[] = { 0x30, 0x14, 0x31, 0x12, 0x30, 0x10,
		0x06, 0x03, 0x55, 0x04, 0x03, 0x0C, 0x09, 0x1B, 0xC2, 0x9B,
		0xE2, 0x80, 0xAE, 0xC2, 0xA0, 'a' };
	static const uint8_t latin[] = { 0x30, 0x0C, 0x31, 0x0A, 0x30, 0x08,
		0x06, 0x03, 0x55, 0x04, 0x03, 0x14, 0x01, 0x9B };
	char text[64];

	OK(perso_name_text(perso_span_of(name), text, sizeof(text)));
	cr_assert_str_eq(text, "CN=\\1B\\C2\\9B\\E2\\80\\AE\xC2\xA0"
			       "a");
	OK(perso_name_text(perso_span_of(latin), text, sizeof(text)));
	cr_assert_str_eq(text, "CN=\\C2\\9B");
}

/* Every prefix and every single changed byte: a code or a certificate, and
 * on failure the output is untouched. */
Test(cert, damaged_certificates_do_no_harm)
{
	PERSO_BUF(good, PERSO_CERT_MAX);
	PERSO_BUF(bad, PERSO_CERT_MAX);

	read_into(SYNTH "pki/ds.cer", &good);
	for (size_t n = 0; n < good.n; n++) {
		PERSO_CERT(c);

		cr_assert_neq(
		    perso_cert_parse(perso_span(good.p, n), &c), PERSO_OK);
		cr_assert(c.der.p == NULL && c.tbs.p == NULL);
	}
	for (size_t i = 0; i < good.n; i++) {
		PERSO_CERT(c);

		OK(perso_buf_set(&bad, perso_buf_span(&good)));
		bad.p[i] ^= 0x01;
		if (perso_cert_parse(perso_buf_span(&bad), &c) != PERSO_OK)
			cr_assert(c.der.p == NULL && c.tbs.p == NULL);
	}
}

Test(cert, failure_keeps_the_certificate_that_was_there)
{
	PERSO_CERT(c);
	struct perso_span tbs;

	load(SYNTH "pki/ds.cer", &c);
	tbs = c.tbs;
	cr_assert_neq(
	    perso_cert_parse(perso_span_sub(c.tbs, 0, 20), &c), PERSO_OK);
	cr_assert(c.tbs.p == tbs.p && c.tbs.n == tbs.n);
	load(SYNTH "pki/csca.cer", &c);
	cr_assert(perso_cert_is_ca(&c));
	cr_assert(c.has_path_len && c.path_len == 0);
}

Test(cert, file_that_is_no_certificate_is_named)
{
	PERSO_CERT(c);
	char text[400];

	EXPECT(perso_cert_load(DATA "SOURCES.md", &c), PERSO_E_DATA);
	perso_trail_text(text, sizeof(text));
	cr_assert_not_null(strstr(text, "SOURCES.md"));
	EXPECT(perso_cert_load(DATA "absent.cer", &c), PERSO_E_IO);
}
