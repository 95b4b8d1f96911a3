/*
 * Commands of one personalisation beside the fewest that the work can be
 * done with, for every document profile with a chip, with short and with
 * extended length; comparison before the lock and read-back counted apart;
 * and the time of a read-back beside the time its bytes take on the wire.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "bench.h"
#include "cli/link_sim.h"
#include "perso/bac.h"
#include "perso/chip.h"
#include "perso/hooks.h"
#include "perso/sim.h"
#include "perso/verify.h"

struct bench {
	const struct perso_profiles *profiles;
	const struct perso_doc_profile *doc;
	struct perso_chip_profile product;
	struct perso_scp03_keys *keys;
	struct perso_order *order;
	struct perso_keyref *signing_key;
	struct perso_signer *signer;
	struct perso_sim *sim;
	struct perso_link *link;
	struct perso_chip *chip;
	struct perso_buf spki;
	struct perso_lds_image image;
	char mrz[91];
};

/* ---- the work --------------------------------------------------------- */

static void
open_chip(struct bench *b, bool extended)
{
	struct perso_sim_config cfg = { .extended = extended };
	struct perso_chip_params p = { .profile = &b->product };

	b->product = *perso_profiles_chip(b->profiles, "perso-sim");
	if (!extended) {
		b->product.extended = false;
		b->product.max_command = PERSO_LC_SHORT;
		b->product.max_response = PERSO_LE_SHORT;
	}
	cfg.max_command = b->product.max_command;
	cfg.keys.kvn = b->product.scp03_kvn;
	for (size_t i = 0; i < 2; i++) {
		cfg.cplc[i] = b->product.ic_fabricator[i];
		cfg.cplc[2 + i] = b->product.ic_type[i];
		cfg.product[i] = b->product.ic_type[i];
	}
	bench_need(perso_scp03_keys_new(cfg.keys.kvn,
		       perso_span_of(cfg.keys.enc), perso_span_of(cfg.keys.mac),
		       perso_span_of(cfg.keys.dek), &b->keys),
	    "keys");
	bench_need(perso_sim_open_memory(&cfg, &b->sim), "chip");
	bench_need(perso_link_sim(b->sim, &b->link), "link");
	p.link = b->link;
	p.keys = b->keys;
	bench_need(perso_chip_open(&p, &b->chip), "chip");
}

static void
make_aa(struct bench *b)
{
	const struct perso_aa_profile *a = &b->doc->aa;
	struct perso_key_spec spec = { .kind = PERSO_KEY_EC,
		.curve = (enum perso_curve)a->curve };
	struct perso_pubkey *pub = NULL;
	struct perso_keyref *key = NULL;

	if (a->kind == PERSO_AA_RSA) {
		spec.kind = PERSO_KEY_RSA;
		spec.bits = a->bits;
	}
	if (a->origin == PERSO_AA_CHIP) {
		bench_need(perso_chip_make_aa(b->chip, spec, &pub), "AA");
		bench_need(perso_pubkey_spki(pub, true, &b->spki), "AA");
	} else {
		bench_need(perso_keyref_generate(spec, &key), "AA");
		bench_need(perso_chip_load_aa(b->chip, key), "AA");
		bench_need(
		    perso_pubkey_spki(perso_keyref_pubkey(key), true, &b->spki),
		    "AA");
	}
	perso_pubkey_free(&pub);
	perso_keyref_free(&key);
}

static void
load_bac(struct bench *b)
{
	struct perso_mrz m;
	struct perso_mrz_text text;
	char info[PERSO_MRZ_INFORMATION_MAX + 1];
	PERSO_SECRET(seed);

	bench_need(perso_record_mrz(&b->order->record, &m), "MRZ");
	bench_need(perso_mrz_compose(&m, &text), "MRZ");
	snprintf(b->mrz, sizeof(b->mrz), "%s", text.text);
	bench_need(perso_mrz_information(&m, info), "MRZ");
	bench_need(perso_bac_seed(perso_span_str(info), &seed), "BAC");
	bench_need(
	    perso_chip_load_bac(b->chip, perso_secret_span(&seed)), "BAC");
}

static void
build_image(struct bench *b)
{
	struct perso_image_values v = { .record = &b->order->record,
		.profile = b->doc,
		.chip = &b->product,
		.aa_spki = perso_buf_span(&b->spki),
		.signer = b->signer,
		.clock = perso_now() };

	bench_need(perso_image_build(&v, &b->image), b->doc->id);
}

static void
each_file(struct bench *b,
    perso_rc (*fn)(struct perso_chip *c, const struct perso_chip_file *f))
{
	for (size_t i = 0; i < b->image.count; i++) {
		const struct perso_lds_entry *e = &b->image.files[i];
		struct perso_chip_file f = { .mf = e->file->mf,
			.fid = e->file->fid,
			.sfi = e->file->sfi,
			.data = perso_buf_span(&e->data) };

		bench_need(fn(b->chip, &f), e->file->name);
	}
}

static uint64_t
personalise(struct bench *b, uint64_t *ret_compare)
{
	struct perso_chip_identity id;
	uint64_t before;

	bench_need(perso_chip_connect(b->chip, &id), "connect");
	if (b->doc->aa.kind != PERSO_AA_NONE)
		make_aa(b);
	load_bac(b);
	build_image(b);
	each_file(b, perso_chip_write);
	before = b->link->commands;
	each_file(b, perso_chip_compare);
	*ret_compare = b->link->commands - before;
	bench_need(perso_chip_lock(b->chip), "lock");
	return b->link->commands - *ret_compare;
}

static void
read_back(struct bench *b)
{
	PERSO_LDS_IMAGE(files);

	bench_need(
	    perso_verify_read(b->link, perso_span_str(b->mrz), &files), "read");
}

/* ---- the floors, from the specifications alone ------------------------ */

static size_t
ceil_div(size_t n, size_t by)
{
	return (n + by - 1) / by;
}

/* SCP03 level 33: padding to 16 with at least one byte, then 8 of C-MAC. */
static size_t
scp03_payload(const struct perso_chip_profile *p)
{
	return (p->max_command - 8) / 16 * 16 - 1;
}

/* An answer under SCP03 level 33. */
static size_t
scp03_answer(const struct perso_chip_profile *p)
{
	return (p->max_response - 8) / 16 * 16 - 1;
}

/* An answer under 3DES secure messaging: DO87 with its indicator byte,
 * padding to 8, DO99 and DO8E. */
static size_t
sm_answer(const struct perso_chip_profile *p)
{
	size_t head = p->max_response > PERSO_LE_SHORT ? 5 : 4;

	return (p->max_response - head - 14) / 8 * 8 - 1;
}

static uint64_t
floor_write(const struct bench *b)
{
	uint64_t n = 1 + 2 + 1 + 1; /* application, SCP03, identity, lock */

	n += 1 + (b->doc->aa.kind != PERSO_AA_NONE ? 1 : 0); /* keys */
	for (size_t i = 0; i < b->image.count; i++)
		n += 2 + ceil_div(b->image.files[i].data.n,
			     scp03_payload(&b->product));
	return n;
}

/* Both DFs, then SELECT and READ BINARY. */
static uint64_t
floor_compare(const struct bench *b)
{
	uint64_t n = 2;

	for (size_t i = 0; i < b->image.count; i++)
		n += 1 + ceil_div(b->image.files[i].data.n,
			     scp03_answer(&b->product));
	return n;
}

/* MF, application, SELECT and READ BINARY before the access key (they must
 * fail), BAC; SELECT and READ BINARY of what is there, one more where
 * EF.ATR/INFO ends, which does not say its length; SELECT of each file that
 * might be there and is not: those of the MF, EF.COM. */
static uint64_t
floor_read(const struct bench *b)
{
	static const char *const maybe[] = { "EF.ATR/INFO", "EF.DIR",
		"EF.CardAccess", "EF.COM" };
	const struct perso_lds_image *img = &b->image;
	uint64_t n = 2 + 2 + 2;

	for (size_t i = 0; i < img->count; i++)
		n += 1 + ceil_div(img->files[i].data.n, sm_answer(&b->product));
	n += perso_lds_image_has(img, perso_lds_by_name("EF.ATR/INFO"));
	for (size_t i = 0; i < sizeof(maybe) / sizeof(maybe[0]); i++)
		n += !perso_lds_image_has(img, perso_lds_by_name(maybe[i]));
	return n;
}

/* ---- results ---------------------------------------------------------- */

static void
print(const struct bench *b, const char *what, uint64_t ours, uint64_t least)
{
	char name[96];

	snprintf(name, sizeof(name), "%s-%s-%s", what,
	    b->product.extended ? "extended" : "short", b->doc->id);
	bench_print(&(struct bench_result){ name, (double)ours / (double)least,
	    1.0, false, (double)ours, (double)least, "commands" });
}

static double
time_read(struct bench *b)
{
	uint64_t begun = perso_ticks_us();

	read_back(b);
	return (double)(perso_ticks_us() - begun) / 1e6;
}

/* Wall time of a read-back at this link speed over that of its bytes; the
 * best of a few, as the machine may have other work. */
static void
time_link(struct bench *b, unsigned kbit)
{
	char name[64];
	uint64_t bytes = b->link->bytes_out + b->link->bytes_in;
	double wall, wire;

	perso_sim_speed(
	    b->sim, (struct perso_sim_speed){ .bits_per_second = kbit * 1000 });
	wall = time_read(b);
	bytes = b->link->bytes_out + b->link->bytes_in - bytes;
	wire = (double)bytes * 8 / (kbit * 1000.0);
	for (int i = 0; i < 4; i++) {
		double again = time_read(b);

		wall = again < wall ? again : wall;
	}
	snprintf(name, sizeof(name), "readback-%u-kbit", kbit);
	bench_print(&(struct bench_result){
	    name, wall / wire, 1.15, false, wall, wire, "s" });
}

static struct perso_order *
open_order(const struct bench *b)
{
	const struct perso_number_source *s = &b->doc->number;
	char name[64], path[128], number[PERSO_DOCNUM_MAX + 1] = "LV0000001";
	struct perso_order *o;

	snprintf(name, sizeof(name), "%s.json", b->doc->id);
	snprintf(path, sizeof(path), "tests/data/orders/%s", name);
	if (access(path, R_OK) != 0)
		snprintf(name, sizeof(name), "%s-adult.json", b->doc->id);
	o = bench_order(b->profiles, name, 0);
	if (s->kind == PERSO_NUMBER_RANGE)
		bench_need(perso_number_format(s, s->first, number), "number");
	if (s->kind != PERSO_NUMBER_ORDER)
		bench_need(perso_record_bind(&o->record, number), "number");
	return o;
}

static void
run(struct bench *b, bool extended, bool timed)
{
	uint64_t write, compare, before;

	perso_lds_image_init(&b->image);
	perso_buf_init(&b->spki, 4096);
	b->order = open_order(b);
	b->signing_key = bench_key();
	b->signer = bench_signer(b->signing_key, b->doc);
	open_chip(b, extended);
	write = personalise(b, &compare);
	print(b, "apdus", write, floor_write(b));
	print(b, "apdus-compare", compare, floor_compare(b));
	before = b->link->commands;
	read_back(b);
	print(b, "apdus-readback", b->link->commands - before, floor_read(b));
	if (timed) {
		time_link(b, 106);
		time_link(b, 848);
	}
	perso_chip_free(&b->chip);
	perso_link_free(&b->link);
	perso_sim_free(&b->sim);
	perso_scp03_keys_free(&b->keys);
	perso_signer_free(&b->signer);
	perso_keyref_free(&b->signing_key);
	perso_order_free(&b->order);
	perso_lds_image_done(&b->image);
	perso_buf_done(&b->spki);
}

int
main(void)
{
	struct perso_profiles *profiles = bench_profiles();
	bool timed = true; /* the first one, for its time on the wire */

	/* The link model sleeps; it should wake up when it says. */
	prctl(PR_SET_TIMERSLACK, 1);
	for (size_t i = 0; i < perso_profiles_doc_count(profiles); i++) {
		struct bench b = { .profiles = profiles,
			.doc = perso_profiles_doc_at(profiles, i) };

		/* Keys of Chip Authentication are not counted here: one
		 * command each, tests/line/test_access.c. */
		if (b.doc->chip_count == 0 || b.doc->ca.cipher != 0)
			continue;
		run(&b, false, timed);
		timed = false;
		run(&b, true, false);
	}
	perso_profiles_free(&profiles);
	return 0;
}
