#include <sys/stat.h>

#include "pki_test.h"

#include "perso/devpki.h"
#include "perso/trust.h"

static void
conf_load(struct perso_devpki_conf *c)
{
	OK(perso_devpki_conf_load("certs/dev.conf", c));
}

/* dir/name into a static buffer. */
static const char *
at(const char *dir, const char *name)
{
	static char path[PERSO_PATH_MAX];

	OK(perso_path_join(path, sizeof(path), dir, name));
	return path;
}

static unsigned
mode(const char *dir, const char *name)
{
	struct stat st;

	cr_assert_eq(stat(at(dir, name), &st), 0, "%s", name);
	return st.st_mode & 07777;
}

static void
check_state(const char *dir, const char *folder, const char *country)
{
	PERSO_CERT(csca);
	PERSO_CERT(ds);
	struct perso_trust *t = NULL;
	struct perso_keyref *key = NULL;
	struct perso_pubkey *pub = NULL;
	const struct perso_cert *by = NULL;
	char name[64];

	snprintf(name, sizeof(name), "%s/csca.cer", folder);
	OK(perso_cert_load(at(dir, name), &csca));
	snprintf(name, sizeof(name), "%s/ds.cer", folder);
	OK(perso_cert_load(at(dir, name), &ds));
	cr_assert_str_eq(csca.subject_country, country);
	cr_assert(perso_devpki_is_cert(&csca) && perso_devpki_is_cert(&ds));
	OK(perso_cert_check_use(&ds, NOW + 1000));
	EXPECT(perso_cert_check_use(&ds, NOW + 91 * DAY), PERSO_E_EXPIRED);
	OK(perso_cert_check_type(&ds, "P"));
	OK(perso_trust_open(at(dir, "trust"), &t));
	cr_assert_eq(perso_trust_bad_count(t), 0);
	OK(perso_trust_check_ds(t, &ds, NOW + 1000, &by));
	cr_assert(perso_span_equal(
	    perso_buf_span(&by->der), perso_buf_span(&csca.der)));
	perso_trust_free(&t);
	snprintf(name, sizeof(name), "%s/ds.key", folder);
	cr_assert_eq(mode(dir, name), 0600);
	OK(perso_keyref_open(at(dir, name), &key));
	OK(perso_cert_key(&ds, &pub));
	cr_assert(perso_pubkey_equal(pub, perso_keyref_pubkey(key)));
	perso_pubkey_free(&pub);
	perso_keyref_free(&key);
	snprintf(name, sizeof(name), "%s/csca.key", folder);
	cr_assert_eq(mode(dir, name), 0600);
}

/* The seal signer of a state: its key, its rights, a reference that header
 * version 3 has room for. */
static void
check_seal_signer(const char *dir, const char *folder, const char *country)
{
	PERSO_CERT(c);
	struct perso_trust *t = NULL;
	struct perso_keyref *key = NULL;
	struct perso_pubkey *pub = NULL;
	char name[64], cn[8];

	snprintf(name, sizeof(name), "%s/seal.cer", folder);
	OK(perso_cert_load(at(dir, name), &c));
	cr_assert_str_eq(c.subject_country, country);
	OK(perso_name_attr(c.subject, "2.5.4.3", cn, sizeof(cn)));
	cr_assert_str_eq(cn, "VS");
	cr_assert_eq(c.exts, PERSO_EXT_AKI | PERSO_EXT_TYPES | PERSO_EXT_EKU);
	cr_assert_eq(c.exts_critical, PERSO_EXT_EKU);
	cr_assert(perso_cert_has_purpose(&c, "2.23.136.1.1.11.1"));
	cr_assert(!perso_cert_has_purpose(&c, "2.23.136.1.1.3"));
	cr_assert(c.serial.n == 3 && c.serial.p[0] > 0 && c.serial.p[0] < 16);
	OK(perso_cert_check_type(&c, "VC"));
	EXPECT(perso_cert_check_type(&c, "D"), PERSO_E_ROLE);
	OK(perso_trust_open(at(dir, "trust"), &t));
	OK(perso_trust_check_seal(t, &c, NOW + 1000, NULL));
	EXPECT(perso_trust_check_ds(t, &c, NOW + 1000, NULL), PERSO_E_ROLE);
	EXPECT(perso_trust_check_seal(t, &c, NOW + 1200 * DAY, NULL),
	    PERSO_E_EXPIRED);
	perso_trust_free(&t);
	snprintf(name, sizeof(name), "%s/seal.key", folder);
	cr_assert_eq(mode(dir, name), 0600);
	OK(perso_keyref_open(at(dir, name), &key));
	OK(perso_cert_key(&c, &pub));
	cr_assert(perso_pubkey_equal(pub, perso_keyref_pubkey(key)));
	perso_pubkey_free(&pub);
	perso_keyref_free(&key);
}

static void
check_approver(const char *dir, const struct perso_devpki_conf *c)
{
	PERSO_BUF(der, 65536);
	struct perso_approvers *a = NULL;
	struct perso_keyref *key = NULL;
	struct perso_cms cms;
	struct perso_cms_values v = {
		.content_type = PERSO_OID_DATA,
		.content = perso_span_str("order"),
		.detached = true,
		.alg = ecdsa(PERSO_SHA256),
		.has_signing_time = true,
		.signing_time = NOW + 1000,
	};
	struct perso_approval q = { &cms, v.content, NULL, NOW + 2000 };

	OK(perso_approvers_open(at(dir, "approver"), &a));
	cr_assert_eq(perso_approvers_count(a), 1);
	cr_assert_eq(mode(dir, "approver/approver.key"), 0600);
	OK(perso_keyref_open(at(dir, "approver/approver.key"), &key));
	v.cert = perso_buf_span(&perso_approvers_get(a, 0)->der);
	OK(perso_cms_build(&v, key, &der));
	OK(perso_cms_parse(perso_buf_span(&der), &cms));
	for (size_t i = 0; i < c->document_count; i++) {
		q.document_type = c->documents[i];
		OK(perso_approver_check(a, &q, NULL));
	}
	q.document_type = "other";
	EXPECT(perso_approver_check(a, &q, NULL), PERSO_E_ROLE);
	perso_keyref_free(&key);
	perso_approvers_free(&a);
}

Test(devpki, makes_a_whole_pki_that_works)
{
	char dir[64], pki[80], again[80], out[4096];
	struct perso_devpki_conf c;
	PERSO_BUF(keys, 4096);
	PERSO_BUF(other, 4096);

	temp_make(dir);
	conf_load(&c);
	snprintf(pki, sizeof(pki), "%s/a/pki", dir);
	cr_assert(!perso_devpki_is(pki));
	OK(perso_devpki_init(pki, &c, NOW + 1000));
	cr_assert(perso_devpki_is(pki));
	check_state(pki, "uto", "UT");
	check_state(pki, "lva", "LV");
	check_seal_signer(pki, "uto", "UT");
	check_seal_signer(pki, "lva", "LV");
	check_approver(pki, &c);
	cr_assert_eq(mode(pki, "chip-keys.txt"), 0600);
	read_into(at(pki, "chip-keys.txt"), &keys);
	cr_assert_eq(keys.n, 9 + 3 * (6 + 32 + 1));
	cr_assert(perso_span_equal(perso_span_sub(perso_buf_span(&keys), 0, 15),
	    perso_span_str("kvn = 48\nenc = ")));
	/* explicit parameters, as the configuration says */
	cr_assert_eq(run(out, sizeof(out),
			 "openssl x509 -inform DER -in "
			 "%s/uto/ds.cer -noout -text | grep -c 'Cofactor:  1'",
			 pki),
	    0);
	snprintf(again, sizeof(again), "%s/b", dir);
	OK(perso_devpki_init(again, &c, NOW));
	read_into(at(again, "chip-keys.txt"), &other);
	cr_assert(
	    !perso_span_equal(perso_buf_span(&keys), perso_buf_span(&other)));
	temp_remove(dir);
}

Test(devpki, overwrites_nothing)
{
	static const char *const there[] = { "DEVELOPMENT", "trust", "approver",
		"chip-keys.txt", "uto" };
	struct perso_devpki_conf c;
	char dir[64], out[64];

	conf_load(&c);
	for (size_t i = 0; i < sizeof(there) / sizeof(there[0]); i++) {
		temp_make(dir);
		put(dir, there[i], perso_span_str("mine"));
		EXPECT(perso_devpki_init(dir, &c, NOW), PERSO_E_CONFLICT);
		run(out, sizeof(out), "ls %s | wc -l", dir);
		cr_assert_str_eq(out, "1\n");
		temp_remove(dir);
	}
}

Test(devpki, named_curves_pass_openssl_verify)
{
	struct perso_devpki_conf c;
	char dir[64], pki[80], out[4096];

	temp_make(dir);
	conf_load(&c);
	c.explicit_params = false;
	c.csca_key.curve = PERSO_P384;
	snprintf(pki, sizeof(pki), "%s/pki", dir);
	OK(perso_devpki_init(pki, &c, NOW));
	cr_assert_eq(
	    run(out, sizeof(out),
		"cd %s && openssl x509 -inform "
		"DER -in trust/uto-csca.cer -out ca.pem && openssl x509 "
		"-inform "
		"DER -in uto/ds.cer -out ds.pem && openssl verify -x509_strict "
		"-attime %lld -CAfile ca.pem ds.pem",
		pki, (long long)NOW + 1000),
	    0, "%s", out);
	temp_remove(dir);
}

Test(devpki, signer_of_others_is_no_development_certificate)
{
	PERSO_CERT(c);

	OK(perso_cert_load(SYNTH "pki/ds.cer", &c));
	cr_assert(!perso_devpki_is_cert(&c));
}

/* The configuration with one line replaced. */
static perso_rc
parse_with(const char *from, const char *to, struct perso_devpki_conf *c)
{
	PERSO_BUF(file, 65536);
	PERSO_BUF(text, 65536);
	const char *p;

	read_into("certs/dev.conf", &file);
	OK(perso_buf_append_u8(&file, '\0'));
	p = strstr((char *)file.p, from);
	cr_assert_not_null(p, "%s", from);
	OK(perso_buf_append(&text, perso_span(file.p, p - (char *)file.p)));
	OK(perso_buf_append(&text, perso_span_str(to)));
	OK(perso_buf_append(&text, perso_span_str(p + strlen(from))));
	return perso_devpki_conf_parse(perso_buf_span(&text), c);
}

Test(devpki, configuration_is_read_strictly)
{
	static const struct {
		const char *from, *to, *says;
	} t[] = {
		{ "ds_key = P-256", "ds_key = P-255", "ds_key" },
		{ "ds_key = P-256", "ds_key P-256", "key = value" },
		{ "ds_key = P-256", "", "ds_key is missing" },
		{ "ds_key = P-256", "ds_kex = P-256", "unknown key" },
		{ "ds_key = P-256", "ds_key = P-256\nds_key = P-256", "twice" },
		{ "csca_hash = SHA-384", "csca_hash = SHA-1", "digest" },
		{ "ds_days = 3760", "ds_days = 03760", "number" },
		{ "ds_days = 3760", "ds_days = 99999", "number" },
		{ "ds_days = 3760", "ds_days = 6000", "longer" },
		{ "explicit_parameters = yes", "explicit_parameters = 1",
		    "yes nor no" },
		{ "state = UT UTO P", "state = ut UTO P", "two capitals" },
		{ "state = UT UTO P PP I", "state = UT UTO", "document code" },
		{ "state = UT UTO P PP I", "state = UT LVA P", "twice" },
		{ "documents = lv", "documents = * lv", "word 1" },
		{ "csca_key = brainpoolP384r1", "csca_key = RSA-512", "RSA" },
		{ "seal_key = P-256", "seal_key = RSA-2048", "EC keys" },
		{ "seal_name = VS", "seal_name = V", "two capitals" },
		{ "seal_name = VS", "seal_name = VSX", "longer than 2" },
		{ "seal_name = VS", "seal_name = vs", "two capitals" },
		{ "seal_types = V", "seal_types = v", "code 1 is" },
		{ "seal_days = 1095", "seal_days = 6000", "longer" },
		{ "seal_types = V P A I C", "", "seal_types is missing" },
	};
	struct perso_devpki_conf c = { .ds_days = 77 };
	char text[400];

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		EXPECT(parse_with(t[i].from, t[i].to, &c), PERSO_E_CONFIG);
		perso_trail_text(text, sizeof(text));
		cr_assert_not_null(strstr(text, t[i].says), "%s", text);
		cr_assert_eq(c.ds_days, 77);
	}
	OK(parse_with("csca_key = brainpoolP384r1", "csca_key = RSA-3072", &c));
	cr_assert(c.csca_key.kind == PERSO_KEY_RSA && c.csca_key.bits == 3072);
}
