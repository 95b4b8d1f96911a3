/*
 * Order intake (JSON, image digests, the approver's signature and path)
 * beside its bare signature check and digests.
 */
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "bench.h"
#include "perso/devpki.h"
#include "perso/file.h"
#include "perso/hooks.h"

#define ROUNDS 5
#define COUNT 1500
#define DIR "build/bench-pki"

struct intake {
	struct perso_order_input in;
	struct perso_buf json, cms, image;
	struct perso_order *order;
	EVP_PKEY *key; /* approver's public key, for the bare check */
	unsigned char sig[128];
	size_t sig_len;
	struct perso_cms parsed;
};

static void
make_pki(void)
{
	struct perso_devpki_conf *conf = calloc(1, sizeof(*conf));
	struct stat st;

	if (stat(DIR "/DEVELOPMENT", &st) != 0) {
		bench_need(
		    perso_devpki_conf_load("certs/dev.conf", conf), "conf");
		bench_need(perso_devpki_init(DIR, conf, perso_now()), "pki");
	}
	free(conf);
}

static void
prepare(struct intake *t)
{
	struct perso_keyref *key = NULL;
	const unsigned char *p;
	struct perso_pubkey *pub = NULL;
	PERSO_CERT(cert);
	PERSO_BUF(template, PERSO_ORDER_MAX);
	PERSO_BUF(spki, 4096);

	perso_buf_init(&t->json, PERSO_ORDER_MAX);
	perso_buf_init(&t->cms, PERSO_ORDER_CMS_MAX);
	perso_buf_init(&t->image, 1 << 20);
	make_pki();
	bench_need(
	    perso_keyref_open(DIR "/approver/approver.key", &key), "key");
	bench_need(
	    perso_cert_load(DIR "/approver/approver.cer", &cert), "cert");
	bench_need(perso_file_read(
		       "tests/data/orders/lv-passport-adult.json", &template),
	    "template");
	bench_need(perso_file_read("tests/data/orders/portrait.jp2", &t->image),
	    "image");
	bench_need(
	    perso_order_fill(perso_buf_span(&template), "BENCH-1", &t->json),
	    "order");
	bench_need(perso_order_sign(perso_buf_span(&t->json), key,
		       perso_buf_span(&cert.der), perso_now(), &t->cms),
	    "sign");
	bench_need(perso_cms_parse(perso_buf_span(&t->cms), &t->parsed), "cms");
	bench_need(perso_cert_key(&cert, &pub), "public key");
	bench_need(perso_pubkey_spki(pub, false, &spki), "public key");
	p = spki.p;
	t->key = d2i_PUBKEY(NULL, &p, (long)spki.n);
	perso_pubkey_free(&pub);
	perso_keyref_free(&key);
}

static double
time_ours(struct intake *t)
{
	double start = bench_now();

	for (int i = 0; i < COUNT; i++)
		bench_need(perso_order_check(&t->in, t->order), "check");
	return (bench_now() - start) / COUNT;
}

/* Digest of the JSON, of the image and of the signed attributes, and one
 * verification with a reused context. */
static double
time_bare(struct intake *t)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(t->key, NULL);
	double start;

	if (ctx == NULL || EVP_PKEY_verify_init(ctx) <= 0)
		exit(1);
	start = bench_now();
	for (int i = 0; i < COUNT; i++) {
		unsigned char md[32], other[32];
		unsigned char set = 0x31;
		EVP_MD_CTX *m = EVP_MD_CTX_new();

		EVP_Digest(
		    t->json.p, t->json.n, other, NULL, EVP_sha256(), NULL);
		EVP_Digest(
		    t->image.p, t->image.n, other, NULL, EVP_sha256(), NULL);
		EVP_DigestInit_ex(m, EVP_sha256(), NULL);
		EVP_DigestUpdate(m, &set, 1);
		EVP_DigestUpdate(m, t->parsed.signed_attrs.p + 1,
		    t->parsed.signed_attrs.n - 1);
		EVP_DigestFinal_ex(m, md, NULL);
		EVP_MD_CTX_free(m);
		if (EVP_PKEY_verify(ctx, t->parsed.signature.p,
			t->parsed.signature.n, md, sizeof(md)) != 1)
			exit(1);
	}
	EVP_PKEY_CTX_free(ctx);
	return (bench_now() - start) / COUNT;
}

int
main(void)
{
	struct intake *t = calloc(1, sizeof(*t));
	struct perso_profiles *profiles = bench_profiles();
	struct perso_approvers *approvers = NULL;
	double ours = 1e9, bare = 1e9;

	prepare(t);
	bench_need(
	    perso_approvers_open(DIR "/approver", &approvers), "approvers");
	t->order = perso_order_new();
	t->in = (struct perso_order_input){ .json = perso_buf_span(&t->json),
		.cms = perso_buf_span(&t->cms),
		.dir = "tests/data/orders",
		.profiles = profiles,
		.approvers = approvers,
		.now = perso_now() };
	for (int i = 0; i < ROUNDS; i++) {
		double a = time_ours(t), b = time_bare(t);

		ours = a < ours ? a : ours;
		bare = b < bare ? b : bare;
	}
	bench_print(&(struct bench_result){ "order-intake", ours / bare, 2.0,
	    false, ours * 1e6, bare * 1e6, "us" });
	EVP_PKEY_free(t->key);
	perso_order_free(&t->order);
	perso_approvers_free(&approvers);
	perso_profiles_free(&profiles);
	perso_buf_done(&t->json);
	perso_buf_done(&t->cms);
	perso_buf_done(&t->image);
	free(t);
	return 0;
}
