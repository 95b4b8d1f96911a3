#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "perso/file.h"
#include "perso/hooks.h"
#include "perso/wr.h"

/* see bench.h */
void
bench_print(const struct bench_result *r)
{
	printf("{\"name\": \"%s\", \"ratio\": %.4f, \"goal\": %.4f, "
	       "\"better\": \"%s\", \"ours\": %.6g, \"reference\": %.6g, "
	       "\"unit\": \"%s\"}\n",
	    r->name, r->ratio, r->goal, r->higher ? "higher" : "lower", r->ours,
	    r->reference, r->unit);
	fflush(stdout);
}

static double
read_clock(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* see bench.h */
double
bench_now(void)
{
	return read_clock(CLOCK_PROCESS_CPUTIME_ID);
}

/* see bench.h */
double
bench_ticks(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

/* see bench.h */
void
bench_need(perso_rc rc, const char *what)
{
	char text[1024];

	if (rc == PERSO_OK)
		return;
	perso_trail_text(text, sizeof(text));
	fprintf(stderr, "%s: %s: %s\n", what, perso_rc_name(rc), text);
	exit(1);
}

/* see bench.h */
struct perso_profiles *
bench_profiles(void)
{
	struct perso_profiles *p = NULL;

	bench_need(perso_profile_load_dir("profiles", &p), "profiles");
	return p;
}

/* see bench.h */
struct perso_keyref *
bench_key(void)
{
	struct perso_keyref *k = NULL;

	bench_need(
	    perso_keyref_generate(
		(struct perso_key_spec){ PERSO_KEY_EC, PERSO_P256, 0 }, &k),
	    "key");
	return k;
}

/* see bench.h */
struct perso_signer *
bench_signer(struct perso_keyref *key, const struct perso_doc_profile *profile)
{
	const char *types[] = { profile->document_code };
	struct perso_cert_values ca = { .role = PERSO_CERT_CSCA,
		.subject = { profile->country, NULL, "Bench CSCA", NULL },
		.key = perso_keyref_pubkey(key),
		.alg = { PERSO_SIG_ECDSA, PERSO_SHA256, 0 },
		.not_before = perso_now() - 86400,
		.not_after = perso_now() + 86400 * 4000L,
		.use_from = perso_now() - 86400,
		.use_to = perso_now() + 86400 * 90L,
		.state = profile->issuer,
		.contact = "bench@example.org",
		.crl_uri = "https://example.org/bench.crl" };
	struct perso_cert_values ds = ca;
	struct perso_signer *s = NULL;
	PERSO_BUF(ca_der, PERSO_CERT_MAX);
	PERSO_BUF(ds_der, PERSO_CERT_MAX);
	PERSO_CERT(issuer);

	bench_need(perso_cert_build(&ca, key, &ca_der), "CSCA");
	bench_need(perso_cert_parse(perso_buf_span(&ca_der), &issuer), "CSCA");
	ds.role = PERSO_CERT_DS;
	ds.subject.common_name = "Bench DS";
	ds.issuer = &issuer;
	ds.types = types;
	ds.type_count = 1;
	bench_need(perso_cert_build(&ds, key, &ds_der), "DS");
	bench_need(
	    perso_signer_new(key, perso_buf_span(&ds_der), &s), "signer");
	return s;
}

/* SOI, a comment that fills it up, the rest: an image of the wanted size. */
static void
portrait_of(size_t size, struct perso_buf *ret)
{
	PERSO_BUF(jpeg, 1 << 20);
	struct perso_wr w = perso_wr(ret);
	size_t fill;

	bench_need(perso_file_read("tests/data/orders/portrait.jpg", &jpeg),
	    "portrait");
	fill = size > jpeg.n + 4 ? size - jpeg.n - 4 : 0;
	perso_wr_bytes(&w, perso_span(jpeg.p, 2));
	perso_wr_u16(&w, 0xFFFE);
	perso_wr_u16(&w, (uint16_t)(fill + 2));
	perso_wr_zero(&w, fill);
	perso_wr_bytes(&w, perso_span(jpeg.p + 2, jpeg.n - 2));
	bench_need(perso_wr_end(&w), "portrait");
}

/* see bench.h */
struct perso_order *
bench_order(const struct perso_profiles *profiles, const char *template_name,
    size_t portrait)
{
	struct perso_order *o = perso_order_new();
	char path[256];
	struct perso_order_input in = { .dir = "tests/data/orders",
		.profiles = profiles,
		.now = perso_now(),
		.imported = true };
	PERSO_BUF(template, PERSO_ORDER_MAX);
	PERSO_BUF(json, PERSO_ORDER_MAX);

	snprintf(path, sizeof(path), "tests/data/orders/%s", template_name);
	bench_need(perso_file_read(path, &template), path);
	bench_need(
	    perso_order_fill(perso_buf_span(&template), "BENCH-1", &json),
	    path);
	in.json = perso_buf_span(&json);
	if (perso_order_check(&in, o) != PERSO_OK) {
		PERSO_BUF(text, 65536);

		bench_need(perso_findings_text(&o->findings, &text), "order");
		fprintf(stderr, "%.*s", (int)text.n, (const char *)text.p);
		exit(1);
	}
	if (portrait > 0) {
		PERSO_BUF(image, 1 << 20);

		portrait_of(portrait, &image);
		bench_need(perso_record_image_take(&o->record.portrait, &image),
		    "portrait");
	}
	return o;
}
