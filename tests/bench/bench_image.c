/*
 * From a validated record to the signed LDS image, beside the signature
 * alone: documents per second on one core over raw EVP_PKEY_sign with a
 * reused context, P-256.
 */
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench.h"

/* Short rounds in turn, so that both see the same machine; the median of
 * their ratios counts. */
#define ROUNDS 101
#define COUNT 300

static EVP_PKEY_CTX *
raw_context(struct perso_keyref *key)
{
	const unsigned char *p;
	EVP_PKEY *pkey;
	EVP_PKEY_CTX *ctx;
	PERSO_BUF(der, 4096);

	bench_need(perso_keyref_pkcs8(key, &der), "key");
	p = der.p;
	pkey = d2i_AutoPrivateKey(NULL, &p, (long)der.n);
	ctx = EVP_PKEY_CTX_new(pkey, NULL);
	if (pkey == NULL || ctx == NULL || EVP_PKEY_sign_init(ctx) <= 0)
		exit(1);
	EVP_PKEY_free(pkey);
	return ctx;
}

static double
time_raw(EVP_PKEY_CTX *ctx)
{
	unsigned char md[32] = { 7 }, sig[128];
	double start = bench_now();

	for (int i = 0; i < COUNT; i++) {
		size_t n = sizeof(sig);

		md[0] = (unsigned char)i;
		if (EVP_PKEY_sign(ctx, sig, &n, md, sizeof(md)) <= 0)
			exit(1);
	}
	return (bench_now() - start) / COUNT;
}

static double
time_images(const struct perso_image_values *v)
{
	double start = bench_now();

	for (int i = 0; i < COUNT; i++) {
		PERSO_LDS_IMAGE(img);

		bench_need(perso_image_build(v, &img), "image");
	}
	return (bench_now() - start) / COUNT;
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double
median(double v[ROUNDS])
{
	qsort(v, ROUNDS, sizeof(v[0]), compare);
	return v[ROUNDS / 2];
}

int
main(void)
{
	struct perso_profiles *profiles = bench_profiles();
	struct perso_order *o =
	    bench_order(profiles, "lv-passport-adult.json", 20000);
	struct perso_keyref *key = bench_key(), *aa = bench_key();
	struct perso_signer *signer = bench_signer(key, o->record.profile);
	EVP_PKEY_CTX *ctx = raw_context(key);
	struct perso_image_values v = { .record = &o->record,
		.profile = o->record.profile,
		.chip = perso_profiles_chip(profiles, "perso-sim"),
		.signer = signer,
		.clock = time(NULL) };
	double ours[ROUNDS], raw[ROUNDS], ratio[ROUNDS];
	PERSO_BUF(spki, 4096);

	bench_need(
	    perso_pubkey_spki(perso_keyref_pubkey(aa), false, &spki), "AA key");
	v.aa_spki = perso_buf_span(&spki);
	bench_need(perso_record_bind(&o->record, "LV0000001"), "number");
	for (int i = 0; i < ROUNDS; i++) {
		ours[i] = time_images(&v);
		raw[i] = time_raw(ctx);
		ratio[i] = raw[i] / ours[i];
	}
	bench_print(&(struct bench_result){ "image-per-signature",
	    median(ratio), 0.5, true, 1 / median(ours), 1 / median(raw),
	    "documents/s, signatures/s" });
	EVP_PKEY_CTX_free(ctx);
	perso_signer_free(&signer);
	perso_keyref_free(&key);
	perso_keyref_free(&aa);
	perso_order_free(&o);
	perso_profiles_free(&profiles);
	return 0;
}
