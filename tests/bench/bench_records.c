/*
 * Data groups from given values beside what they cannot do without: DG2 and
 * DG3 from finished images beside one copy of the images into such a buffer,
 * DG1, DG11, DG12 and DG14 beside a twentieth of a P-256 signature, and ISO/IEC
 * 39794 beside 19794 in bytes. What is not copying does not grow with the
 * image: two copies of one of 15 kB at most.
 */
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench.h"
#include "perso/file.h"
#include "perso/lds.h"

#define ROUNDS 61
#define COUNT 400
#define FINGERS 2

/* What is built, and into what. */
struct work {
	struct perso_dg1 dg1;
	struct perso_dg2 dg2;
	struct perso_dg3_images dg3;
	struct perso_finger_record fingers[FINGERS];
	struct perso_image_info finger_info;
	struct perso_dg11 dg11;
	struct perso_dg12 dg12;
	struct perso_lds_infos dg14;
	struct perso_buf portrait, wsq, dg14_file, out;
	struct perso_image_info portrait_info;
	EVP_PKEY_CTX *sign;
};

typedef void (*step)(struct work *w);

static void
dg1(struct work *w)
{
	bench_need(perso_dg1_build(&w->dg1, &w->out), "DG1");
}

static void
dg2(struct work *w)
{
	bench_need(perso_dg2_build(&w->dg2, &w->out), "DG2");
}

static void
dg3(struct work *w)
{
	bench_need(perso_dg3_build_images(&w->dg3, &w->out), "DG3");
}

static void
dg11(struct work *w)
{
	bench_need(perso_dg11_build(&w->dg11, &w->out), "DG11");
}

static void
dg12(struct work *w)
{
	bench_need(perso_dg12_build(&w->dg12, &w->out), "DG12");
}

static void
dg14(struct work *w)
{
	bench_need(perso_dg14_build(&w->dg14, &w->out), "DG14");
}

static void
copy_portrait(struct work *w)
{
	bench_need(
	    perso_buf_append(&w->out, perso_buf_span(&w->portrait)), "copy");
}

static void
copy_fingers(struct work *w)
{
	bench_need(perso_buf_reserve(&w->out, FINGERS * w->wsq.n), "copy");
	for (int i = 0; i < FINGERS; i++)
		bench_need(
		    perso_buf_append(&w->out, perso_buf_span(&w->wsq)), "copy");
}

static void
signature(struct work *w)
{
	unsigned char md[32] = { 7 }, sig[128];
	size_t n = sizeof(sig);

	if (EVP_PKEY_sign(w->sign, sig, &n, md, sizeof(md)) <= 0)
		exit(1);
}

/* Seconds of one step, with a new buffer each, which is wiped and freed. */
static double
time_step(struct work *w, step fn)
{
	double start = bench_now();

	for (int i = 0; i < COUNT; i++) {
		fn(w);
		perso_buf_done(&w->out);
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
median(double *v)
{
	qsort(v, ROUNDS, sizeof(v[0]), compare);
	return v[ROUNDS / 2];
}

/* ours over reference, in turn; the median of the ratios. */
static void
beside(struct work *w, struct bench_result r, step ours, step reference,
    double scale)
{
	double a[ROUNDS], b[ROUNDS], ratios[ROUNDS];

	for (int i = 0; i < ROUNDS; i++) {
		a[i] = time_step(w, ours);
		b[i] = time_step(w, reference);
		ratios[i] = r.higher ? b[i] / a[i] / scale : a[i] / b[i];
	}
	r.ratio = median(ratios);
	r.ours = median(a) * 1e6;
	r.reference = median(b) * 1e6;
	r.unit = "us";
	bench_print(&r);
}

static size_t
size_of(struct work *w, bool now)
{
	size_t n;

	w->dg2.bit.owner = PERSO_BIO_OWNER;
	w->dg2.bit.format = now ? PERSO_BIO_39794_5 : PERSO_BIO_19794_5;
	w->dg3.iso39794 = now;
	dg2(w);
	dg3(w);
	n = w->out.n;
	perso_buf_done(&w->out);
	return n;
}

static void
sizes(struct work *w)
{
	struct bench_result r = {
		.name = "records-39794-size", .goal = 1.05, .unit = "bytes"
	};

	r.reference = (double)size_of(w, false);
	r.ours = (double)size_of(w, true);
	r.ratio = r.ours / r.reference;
	bench_print(&r);
}

static void
copies(struct work *w, bool now)
{
	(void)size_of(w, now);
	beside(w,
	    (struct bench_result){
		.name = now ? "dg2-copy-39794" : "dg2-copy-19794", .goal = 3 },
	    dg2, copy_portrait, 1);
	beside(w,
	    (struct bench_result){
		.name = now ? "dg3-copy-39794" : "dg3-copy-19794", .goal = 3 },
	    dg3, copy_fingers, 1);
}

static void
groups(struct work *w)
{
	static const struct {
		const char *name;
		step fn;
	} rows[] = { { "lds-dg1", dg1 }, { "lds-dg11", dg11 },
		{ "lds-dg12", dg12 }, { "lds-dg14", dg14 } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		beside(w,
		    (struct bench_result){
			.name = rows[i].name, .goal = 1, .higher = true },
		    rows[i].fn, signature, 20);
}

static void
set_pictures(struct work *w, struct perso_order *o)
{
	bench_need(perso_buf_set(
		       &w->portrait, perso_buf_span(&o->record.portrait.bytes)),
	    "portrait");
	w->portrait_info = o->record.portrait.info;
	w->dg2.face.count = 1;
	w->dg2.face.faces[0] = (struct perso_face){ .gender = 1,
		.image_type = PERSO_FACE_FRONTAL,
		.jpeg2000 = w->portrait_info.format != PERSO_IMAGE_JPEG,
		.width = (uint16_t)w->portrait_info.width,
		.height = (uint16_t)w->portrait_info.height,
		.colour_space = 1,
		.image = perso_buf_span(&w->portrait),
		.probed = &w->portrait_info };
}

/* As long as fingers are: the blocks of the test's image repeated. */
static void
set_fingers(struct work *w)
{
	PERSO_BUF(b, 1 << 16);

	bench_need(
	    perso_file_read("tests/data/fingers/right-index.wsq", &b), "WSQ");
	bench_need(
	    perso_image_probe(perso_buf_span(&b), &w->finger_info), "WSQ");
	bench_need(perso_buf_append(&w->wsq, perso_span(b.p, b.n - 2)), "WSQ");
	while (w->wsq.n < 14000)
		bench_need(
		    perso_buf_append(&w->wsq, perso_span(b.p + b.n - 802, 790)),
		    "WSQ");
	bench_need(perso_buf_append(&w->wsq, perso_span("\xFF\xA1", 2)), "WSQ");
	for (unsigned i = 0; i < FINGERS; i++) {
		perso_finger_record_init(&w->fingers[i], 500, PERSO_FINGER_WSQ);
		w->fingers[i].count = 1;
		w->fingers[i].views[0] =
		    (struct perso_finger_view){ .position =
						    (uint8_t)(i == 0 ? 2 : 7),
			    .views = 1,
			    .view = 1,
			    .quality = 80,
			    .width = (uint16_t)w->finger_info.width,
			    .height = (uint16_t)w->finger_info.height,
			    .image = perso_buf_span(&w->wsq),
			    .probed = &w->finger_info };
	}
	w->dg3 = (struct perso_dg3_images){ .count = FINGERS,
		.fingers = w->fingers };
}

static void
set_values(struct work *w)
{
	w->dg1.mrz =
	    perso_span_str("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"
			   "L898902C36UTO7408122F1204159ZE184226B<<<<<10");
	w->dg11.name = perso_span_str("ERIKSSON<<ANNA<MARIA");
	w->dg11.personal_number = perso_span_str("ZE184226B");
	w->dg11.has_birth = true;
	w->dg11.birth = (struct perso_date){ 1974, 8, 12 };
	w->dg11.place_of_birth = perso_span_str("ZENITH<UTOPIA");
	w->dg11.address = perso_span_str("12 MAIN STREET<ZENITH");
	w->dg12.authority = perso_span_str("PASSPORT OFFICE ZENITH");
	w->dg12.has_issued = true;
	w->dg12.issued = (struct perso_date){ 2026, 11, 20 };
	bench_need(perso_file_read("tests/data/synthetic/emrtd-td3/EF.DG14.bin",
		       &w->dg14_file),
	    "DG14");
	bench_need(
	    perso_dg14_parse(perso_buf_span(&w->dg14_file), &w->dg14), "DG14");
}

static void
set_signature(struct work *w)
{
	struct perso_keyref *key = bench_key();
	const unsigned char *p;
	EVP_PKEY *pkey;
	PERSO_BUF(der, 4096);

	bench_need(perso_keyref_pkcs8(key, &der), "key");
	p = der.p;
	pkey = d2i_AutoPrivateKey(NULL, &p, (long)der.n);
	w->sign = EVP_PKEY_CTX_new(pkey, NULL);
	if (pkey == NULL || w->sign == NULL || EVP_PKEY_sign_init(w->sign) <= 0)
		exit(1);
	EVP_PKEY_free(pkey);
	perso_keyref_free(&key);
}

int
main(void)
{
	struct work *w = calloc(1, sizeof(*w));
	struct perso_profiles *profiles = bench_profiles();
	struct perso_order *o;

	if (w == NULL)
		return 1;
	o = bench_order(profiles, "lv-passport-adult.json", 15000);
	perso_buf_init(&w->portrait, 1 << 20);
	perso_buf_init(&w->wsq, 1 << 20);
	perso_buf_init(&w->dg14_file, 1 << 16);
	perso_buf_init(&w->out, 1 << 20);
	set_pictures(w, o);
	set_fingers(w);
	set_values(w);
	set_signature(w);
	sizes(w);
	copies(w, false);
	copies(w, true);
	groups(w);
	perso_order_free(&o);
	perso_profiles_free(&profiles);
	return 0;
}
