/* Who may approve an order. */
#include "pki_test.h"

#include "perso/hex.h"
#include "perso/trust.h"

static const char order[] = "{\"format\": \"order\"}";

struct world {
	char dir[64];
	struct holder approver;
	struct perso_approvers *a;
};

static void
world_done(struct world *w)
{
	perso_approvers_free(&w->a);
	holder_done(&w->approver);
	temp_remove(w->dir);
}
#define WORLD(name)                                                \
	__attribute__((cleanup(world_done))) struct world name = { \
		.approver.cert.der.max = PERSO_CERT_MAX            \
	}

/* The list line of a certificate, with this role and these types. */
static void
list(struct world *w, const char *role_and_types, bool by_digest)
{
	char issuer[PERSO_NAME_TEXT], serial[64], line[2048], hex[65];
	char quoted[2 * PERSO_NAME_TEXT];
	struct perso_md md;
	size_t n = 0;

	OK(perso_name_text(w->approver.cert.issuer, issuer, sizeof(issuer)));
	for (const char *p = issuer; *p != '\0'; p++) {
		if (*p == '"' || *p == '\\')
			quoted[n++] = '\\';
		quoted[n++] = *p;
	}
	quoted[n] = '\0';
	OK(perso_digest(PERSO_SHA256, w->approver.cert.issuer, &md));
	perso_hex_str(perso_md_span(&md), hex, sizeof(hex));
	perso_hex_str(w->approver.cert.serial, serial, sizeof(serial));
	if (by_digest)
		snprintf(line, sizeof(line), "00%s sha256:%s %s\n", serial, hex,
		    role_and_types);
	else
		snprintf(line, sizeof(line), "# who\n\n%s\t\"%s\" %s # x\n",
		    serial, quoted, role_and_types);
	put(w->dir, PERSO_APPROVERS_FILE, perso_span_str(line));
	perso_approvers_free(&w->a);
	OK(perso_approvers_open(w->dir, &w->a));
}

static void
start(struct world *w)
{
	temp_make(w->dir);
	make(&w->approver, EC(PERSO_P256), approver_values(), NULL);
	put(w->dir, "approver.cer", perso_buf_span(&w->approver.cert.der));
	list(w, "approver passport id-card", false);
}

static struct perso_cms_values
values(const struct holder *h)
{
	return (struct perso_cms_values){
		.content_type = PERSO_OID_DATA,
		.content = perso_span_str(order),
		.detached = true,
		.cert = perso_buf_span(&h->cert.der),
		.alg = ecdsa(PERSO_SHA256),
		.has_signing_time = true,
		.signing_time = NOW - 60,
	};
}

/* Signs and checks. */
static perso_rc
check(const struct world *w, const struct holder *signer,
    const struct perso_cms_values *v, const struct perso_approval *q)
{
	PERSO_BUF(der, 65536);
	struct perso_cms cms;
	struct perso_approval with = *q;
	const struct perso_cert *by = NULL;
	perso_rc rc;

	OK(perso_cms_build(v, signer->key, &der));
	OK(perso_cms_parse(perso_buf_span(&der), &cms));
	with.cms = &cms;
	rc = perso_approver_check(w->a, &with, &by);
	cr_assert_eq(by != NULL, rc == PERSO_OK);
	return rc;
}

static struct perso_approval
asked(void)
{
	return (struct perso_approval){ NULL, perso_span_str(order), "passport",
		NOW };
}

Test(approver, approves_the_types_listed)
{
	WORLD(w);
	struct perso_cms_values v;
	struct perso_approval q = asked();

	start(&w);
	v = values(&w.approver);
	cr_assert_eq(perso_approvers_count(w.a), 1);
	OK(check(&w, &w.approver, &v, &q));
	q.document_type = "id-card";
	OK(check(&w, &w.approver, &v, &q));
	v.sid_ski = true;
	OK(check(&w, &w.approver, &v, &q));
	list(&w, "approver id-card", true);
	OK(check(&w, &w.approver, &v, &q));
	cr_assert(perso_approvers_may(w.a, 0, "approver", "id-card"));
	cr_assert(!perso_approvers_may(w.a, 0, "approver", "passport"));
	cr_assert(!perso_approvers_may(w.a, 1, "approver", "id-card"));
}

Test(approver, wrong_type_or_role_is_refused)
{
	WORLD(w);
	struct perso_cms_values v;
	struct perso_approval q = asked();

	start(&w);
	v = values(&w.approver);
	q.document_type = "permit";
	EXPECT(check(&w, &w.approver, &v, &q), PERSO_E_ROLE);
	q = asked();
	list(&w, "auditor passport", false);
	EXPECT(check(&w, &w.approver, &v, &q), PERSO_E_ROLE);
	put(w.dir, PERSO_APPROVERS_FILE,
	    perso_span_str("01 \"CN=Somebody\" approver passport\n"));
	perso_approvers_free(&w.a);
	OK(perso_approvers_open(w.dir, &w.a));
	EXPECT(check(&w, &w.approver, &v, &q), PERSO_E_ROLE);
}

Test(approver, stranger_is_refused_even_under_the_same_name_and_serial)
{
	WORLD(w);
	HOLDER(other);
	struct perso_cms_values v;
	struct perso_cert_values cv = approver_values();
	struct perso_approval q = asked();

	start(&w);
	make(&other, EC(PERSO_P256), cv, NULL);
	v = values(&other);
	EXPECT(check(&w, &other, &v, &q), PERSO_E_TRUST);
	cv.serial = w.approver.cert.serial;
	make(&other, EC(PERSO_P256), cv, NULL);
	v = values(&other);
	EXPECT(check(&w, &other, &v, &q), PERSO_E_TRUST);
	/* the approver's certificate over the stranger's signature */
	v = values(&w.approver);
	EXPECT(check(&w, &other, &v, &q), PERSO_E_SIGNATURE);
}

Test(approver, empty_folder_trusts_nobody)
{
	WORLD(w);
	struct perso_cms_values v;
	struct perso_approval q = asked();
	char out[64];

	start(&w);
	run(out, sizeof(out), "rm %s/*", w.dir);
	perso_approvers_free(&w.a);
	OK(perso_approvers_open(w.dir, &w.a));
	v = values(&w.approver);
	EXPECT(check(&w, &w.approver, &v, &q), PERSO_E_TRUST);
	EXPECT(perso_approvers_open("/nonexistent", &w.a), PERSO_E_IO);
}

Test(approver, signing_time_must_be_there_and_not_in_the_future)
{
	WORLD(w);
	struct perso_cms_values v;
	struct perso_approval q = asked();

	start(&w);
	v = values(&w.approver);
	v.has_signing_time = false;
	EXPECT(check(&w, &w.approver, &v, &q), PERSO_E_MISSING);
	v = values(&w.approver);
	v.signing_time = NOW + 1;
	EXPECT(check(&w, &w.approver, &v, &q), PERSO_E_EXPIRED);
	v.signing_time = NOW;
	OK(check(&w, &w.approver, &v, &q));
	v.signing_time = NOW - 11 * DAY; /* before the certificate */
	EXPECT(check(&w, &w.approver, &v, &q), PERSO_E_EXPIRED);
	/* signed in time, but imported after the certificate's end */
	v = values(&w.approver);
	q.now = NOW + 301 * DAY;
	EXPECT(check(&w, &w.approver, &v, &q), PERSO_E_EXPIRED);
	/* signed after its end */
	v.signing_time = NOW + 301 * DAY;
	EXPECT(check(&w, &w.approver, &v, &q), PERSO_E_EXPIRED);
}

Test(approver, other_content_or_content_type_is_refused)
{
	WORLD(w);
	struct perso_cms_values v;
	struct perso_approval q = asked();

	start(&w);
	v = values(&w.approver);
	q.content.n--;
	EXPECT(check(&w, &w.approver, &v, &q), PERSO_E_MISMATCH);
	q = asked();
	v.content_type = "2.23.136.1.1.1";
	EXPECT(check(&w, &w.approver, &v, &q), PERSO_E_MISMATCH);
}

/* Whoever lets the approver see one order keeps another with its digest. */
Test(approver, sha1_approves_nothing)
{
	char path[128], out[4096];
	PERSO_BUF(der, 65536);
	WORLD(w);
	struct perso_cms cms;
	struct perso_approval q = { .cms = &cms,
		.content = perso_span_str(order),
		.document_type = "uto-passport",
		.now = NOW };

	start(&w);
	list(&w, "approver uto-passport", false);
	put(w.dir, "order", perso_span_str(order));
	put(w.dir, "a.bin", perso_buf_span(&w.approver.cert.der));
	snprintf(path, sizeof(path), "%s/key.txt", w.dir);
	OK(perso_keyref_save(w.approver.key, path));
	cr_assert_eq(run(out, sizeof(out),
			 "cd %s && openssl x509 -inform DER -in a.bin -out "
			 "a.txt && openssl cms -sign -binary -md sha1 -in "
			 "order -outform DER -out sig -signer a.txt -inkey "
			 "key.txt",
			 w.dir),
	    0, "%s", out);
	snprintf(path, sizeof(path), "%s/sig", w.dir);
	read_into(path, &der);
	OK(perso_cms_parse(perso_buf_span(&der), &cms));
	cr_assert_eq(cms.digest, PERSO_SHA1);
	OK(perso_cms_verify(
	    &cms, q.content, perso_keyref_pubkey(w.approver.key)));
	EXPECT(perso_approver_check(w.a, &q, NULL), PERSO_E_SIGNATURE);
}

Test(approver, certificate_for_other_uses_is_refused)
{
	WORLD(w);
	HOLDER(csca);
	struct perso_cms_values v;
	struct perso_approval q = asked();

	start(&w);
	make(&csca, EC(PERSO_P256), csca_values(), NULL);
	put(w.dir, "csca.cer", perso_buf_span(&csca.cert.der));
	perso_approvers_free(&w.a);
	OK(perso_approvers_open(w.dir, &w.a));
	v = values(&csca);
	EXPECT(check(&w, &csca, &v, &q), PERSO_E_ROLE);
}

Test(approver, wrong_list_names_its_line)
{
	WORLD(w);
	char text[400];

	start(&w);
	put(w.dir, PERSO_APPROVERS_FILE,
	    perso_span_str("# list\n\n01 CN=x approver passport\n"));
	perso_approvers_free(&w.a);
	EXPECT(perso_approvers_open(w.dir, &w.a), PERSO_E_CONFIG);
	perso_trail_text(text, sizeof(text));
	cr_assert_not_null(strstr(text, "line 3"), "%s", text);
}

Test(approver, list_lines_are_read_strictly)
{
#define DIGEST    \
	"sha256:" \
	"000102030405060708090A0B0C0D0E0F101112131415161718191a1b1c1d1e1f"
	static const struct {
		const char *text;
		perso_rc want;
		size_t count;
	} t[] = {
		{ "", PERSO_OK, 0 },
		{ "  # nothing\n\n", PERSO_OK, 0 },
		{ "1 \"CN=a#b\" approver p", PERSO_OK, 1 },
		{ "0A1 " DIGEST " approver p q\r\n2 \"C\\\\,N\" x y", PERSO_OK,
		    2 },
		{ "1", PERSO_E_CONFIG, 0 },
		{ "xy \"a\" approver p", PERSO_E_CONFIG, 0 },
		{ "1 \"a approver p", PERSO_E_CONFIG, 0 },
		{ "1 \"\" approver p", PERSO_E_CONFIG, 0 },
		{ "1 \"a\"approver p", PERSO_E_CONFIG, 0 },
		{ "1 \"a\"", PERSO_E_CONFIG, 0 },
		{ "1 \"a\" approver", PERSO_E_CONFIG, 0 },
		{ "1 \"a\" approver *", PERSO_E_CONFIG, 0 },
		{ "1 \"a\" approver p p", PERSO_E_CONFIG, 0 },
		{ "1 sha256:00 approver p", PERSO_E_CONFIG, 0 },
		{ "1 \"a\" approver p\n01 \"a\" approver q", PERSO_E_CONFIG,
		    0 },
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		size_t n = 77;

		EXPECT(
		    perso_approvers_list_check(perso_span_str(t[i].text), &n),
		    t[i].want);
		cr_assert_eq(n, t[i].want == PERSO_OK ? t[i].count : 77);
	}
}
