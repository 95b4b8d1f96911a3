/*
 * CPU time of the access protocols on the terminal's side beside the bare
 * operations that the specification asks for, in one run on one machine. The
 * simulated chip answers in the same process; what it takes is left out.
 *
 * Counted from Doc 9303-11, on a group made once, with a kept BN_CTX:
 *	PACE, ECDH	GM: 2 base and 3 variable multiplications, 1 addition;
 *			CAM: one more variable one, for the check;
 *			IM: 2 variable ones (the mapped generator is no base)
 *			and the 2 exponentiations modulo p of B.2
 *	PACE, DH	GM: 5 exponentiations with secrets, 2 subgroup checks;
 *			IM: 2 and 1, and the one by the cofactor
 *	CA		ECDH: 1 base, 1 variable; DH: 2 with secrets, 1 check
 *	TA		1 signature
 */
#include <openssl/obj_mac.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "bench.h"
#include "bench_bare.h"
#include "cli/link_sim.h"
#include "perso/chip.h"
#include "perso/chipauth.h"
#include "perso/pace.h"
#include "perso/sim.h"
#include "perso/termauth.h"

#define CAN "291845"
#define ROUNDS_MIN 15
#define ROUNDS_MAX 201
#define SECONDS 0.5 /* of CPU for one result, or ROUNDS_MIN */
#define SHORT 1e-3  /* seconds; see choose_clock() */

/* ---- a link that knows what the chip takes ---------------------------- */

struct counted {
	struct perso_link base;
	struct perso_link *below;
	double spent; /* CPU seconds, and of reading the clock around them */
};

static double (*now)(void) = bench_now;
static double clock_takes;

static void
time_clock(void)
{
	double begun = now();

	for (int i = 0; i < 10000; i++)
		(void)now();
	clock_takes = (now() - begun) / 10000;
}

/*
 * The CPU clock is a call of the kernel, 0.7 us in a loop and 0.9 us with
 * cold caches, which it leaves colder for what comes after it: twice for
 * each command that is nothing beside DH, but 14 times in Terminal
 * Authentication's 45 us. Short runs are timed by the clock that costs
 * 25 ns, and rounds in which another had the processor do not count.
 */
static void
choose_clock(double run)
{
	now = run < SHORT ? bench_ticks : bench_now;
	time_clock();
}

/* How often the processor was taken from us or given away. */
static long
switches(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return u.ru_nivcsw + u.ru_nvcsw;
}

static perso_rc
counted_transmit(
    struct perso_link *l, struct perso_span cmd, struct perso_buf *rsp)
{
	struct counted *c = (struct counted *)l;
	double begun = now();
	perso_rc rc = perso_link_transmit(c->below, cmd, rsp);

	c->spent += now() - begun + clock_takes;
	return rc;
}

static perso_rc
counted_reset(struct perso_link *l)
{
	struct counted *c = (struct counted *)l;

	PERSO_TRY(perso_link_reset(c->below));
	PERSO_TRY(
	    perso_span_copy(l->atr, sizeof(l->atr), perso_link_atr(c->below)));
	l->atr_len = c->below->atr_len;
	return PERSO_OK;
}

static const struct perso_link_ops counted_ops = {
	.name = "counted", .transmit = counted_transmit, .reset = counted_reset
};

/* ---- a chip with every protocol over one group ------------------------ */

struct group {
	const char *name; /* in results */
	unsigned id;
	int nid;
	const char *dh; /* OpenSSL's name, or NULL */
	bool ta;
};

static const struct group groups[] = {
	{ "p256", 12, NID_X9_62_prime256v1, NULL, true },
	{ "bp256", 13, NID_brainpoolP256r1, NULL, true },
	{ "p384", 15, NID_secp384r1, NULL, false },
	{ "bp384", 16, NID_brainpoolP384r1, NULL, false },
	{ "bp512", 17, NID_brainpoolP512r1, NULL, false },
	{ "p521", 18, NID_secp521r1, NULL, false },
	{ "dh0", 0, 0, "dh_1024_160", false },
	{ "dh1", 1, 0, "dh_2048_224", false },
	{ "dh2", 2, 0, "dh_2048_256", false },
};

struct rig {
	const struct group *g;
	struct bare bare;
	struct perso_chip_profile product;
	struct perso_sim *sim;
	struct perso_link *link;
	struct counted counted;
	struct perso_card card;
	struct perso_buf spki, infos_der;
	struct perso_secinfos infos; /* PACE in order GM, IM, CAM; CA */
	struct perso_keyref *keys[3];
	struct perso_cvc certs[3]; /* CVCA, DV, IS */
	struct perso_ta_chain chain;
	/* the last runs */
	enum perso_pace_mapping mapping;
	struct perso_pace_result pace;
	struct perso_ca_choice ca_choice;
	struct perso_ca_result ca;
};

static void
make_infos(struct rig *r)
{
	enum perso_agree_kind kind =
	    r->g->dh != NULL ? PERSO_AGREE_DH : PERSO_AGREE_ECDH;
	struct perso_secinfo all[5] = { 0 };
	const char *oid = NULL;
	size_t n = 0;

	for (int m = PERSO_PACE_GM; m <= PERSO_PACE_CAM; m++) {
		struct perso_pace_protocol p = { (enum perso_pace_mapping)m,
			kind, PERSO_AES128 };

		if (m == PERSO_PACE_CAM && kind == PERSO_AGREE_DH)
			continue;
		bench_need(perso_pace_oid(&p, &oid), "PACE");
		bench_need(
		    perso_secinfo_pace(oid, r->g->id, &all[n++]), "PACE");
	}
	bench_need(perso_ca_oid(kind, PERSO_AES128, &oid), "CA");
	for (int i = 0; i < 2; i++) {
		all[n + i].kind =
		    i == 0 ? PERSO_SECINFO_CA : PERSO_SECINFO_CA_PUBKEY;
		all[n + i].version = 1;
		all[n + i].has_id = true;
		all[n + i].id = r->g->id;
		all[n + i].spki = perso_buf_span(&r->spki);
	}
	snprintf(all[n].oid, sizeof(all[n].oid), "%s", oid);
	snprintf(all[n + 1].oid, sizeof(all[n + 1].oid), "%s",
	    kind == PERSO_AGREE_DH ? PERSO_OID_PK_DH : PERSO_OID_PK_ECDH);
	bench_need(perso_secinfos_build(all, n + 2, false, &r->infos_der),
	    "SecurityInfos");
	bench_need(
	    perso_secinfos_parse(perso_buf_span(&r->infos_der), &r->infos),
	    "SecurityInfos");
}

static void
issue(struct rig *r, int i, const char *chr)
{
	static const enum perso_cvc_role roles[] = { PERSO_CVC_CVCA,
		PERSO_CVC_DV_DOMESTIC, PERSO_CVC_TERMINAL };
	struct perso_cvc_values v = { .chr = chr,
		.alg = { PERSO_SIG_ECDSA_PLAIN, PERSO_SHA256, 0 },
		.chat = perso_cvc_auth(PERSO_CVC_IS, roles[i]),
		.effective = { 2026, 1, 1 },
		.expires = { 2028, 12, 31 } };
	struct perso_key_spec spec = { PERSO_KEY_EC, (enum perso_curve)r->g->id,
		0 };
	PERSO_BUF(der, PERSO_CVC_MAX);

	bench_need(perso_keyref_generate(spec, &r->keys[i]), chr);
	v.key = perso_keyref_pubkey(r->keys[i]);
	perso_cvc_set_right(&v.chat, PERSO_CVC_DG3);
	bench_need(perso_cvc_issue(&v, i == 0 ? NULL : &r->certs[i - 1],
		       r->keys[i == 0 ? 0 : i - 1], &der),
	    chr);
	r->certs[i].der.max = PERSO_CVC_MAX;
	bench_need(perso_cvc_parse(perso_buf_span(&der), &r->certs[i]), chr);
}

static void
make_terminal(struct rig *r)
{
	struct perso_cars cars = { .count = 1 };

	issue(r, 0, "UTCVCA00001");
	issue(r, 1, "UTDV00001");
	issue(r, 2, "UTIS00001");
	snprintf(cars.name[0], sizeof(cars.name[0]), "UTCVCA00001");
	bench_need(perso_ta_find_chain(r->certs, 3,
		       perso_keyref_pubkey(r->keys[2]), &cars, &r->chain),
	    "chain");
}

static void
put(struct perso_chip *chip, const char *name, struct perso_span data)
{
	const struct perso_lds_file *f = perso_lds_by_name(name);
	struct perso_chip_file file = { f->mf, f->fid, f->sfi, data };

	bench_need(perso_chip_write(chip, &file), name);
}

/* What the chip looks at: it announces PACE, and all has its file. */
static void
personalise(struct rig *r, struct perso_chip *chip)
{
	static const uint8_t tlv[] = { 0x30, 0x00 }, zeros[PERSO_CVCA_LEN];
	struct perso_chip_ca ca = { r->g->id, true, r->g->id };
	struct perso_chip_identity id;

	bench_need(perso_chip_connect(chip, &id), "connect");
	bench_need(perso_chip_make_ca(chip, &ca, &r->spki), "CA key");
	bench_need(perso_chip_load_password(
		       chip, PERSO_PASSWORD_CAN, perso_span_str(CAN)),
	    "CAN");
	make_infos(r);
	put(chip, "EF.CardAccess", perso_buf_span(&r->infos_der));
	put(chip, "EF.CardSecurity", perso_span_of(tlv));
	put(chip, "EF.DG1", perso_span_of(tlv));
	put(chip, "EF.SOD", perso_span_of(tlv));
	if (r->g->ta) {
		make_terminal(r);
		put(chip, "EF.CVCA", perso_span_of(zeros));
		bench_need(perso_chip_load_trust(
			       chip, perso_buf_span(&r->certs[0].der)),
		    "trust point");
	}
	bench_need(perso_chip_lock(chip), "lock");
}

static void
make_chip(struct rig *r)
{
	struct perso_sim_config cfg = { .extended = true,
		.max_command = r->product.max_command,
		.keys.kvn = r->product.scp03_kvn };
	struct perso_scp03_keys *keys = NULL;
	struct perso_chip_params p = { .profile = &r->product };
	struct perso_chip *chip = NULL;

	for (size_t i = 0; i < 2; i++) {
		cfg.cplc[i] = r->product.ic_fabricator[i];
		cfg.cplc[2 + i] = r->product.ic_type[i];
		cfg.product[i] = r->product.ic_type[i];
	}
	bench_need(perso_scp03_keys_new(cfg.keys.kvn,
		       perso_span_of(cfg.keys.enc), perso_span_of(cfg.keys.mac),
		       perso_span_of(cfg.keys.dek), &keys),
	    "keys");
	bench_need(perso_sim_open_memory(&cfg, &r->sim), "chip");
	bench_need(perso_link_sim(r->sim, &r->link), "link");
	p.link = r->link;
	p.keys = keys;
	bench_need(perso_chip_open(&p, &chip), "chip");
	personalise(r, chip);
	perso_chip_free(&chip);
	perso_scp03_keys_free(&keys);
}

static void
rig_open(
    struct rig *r, const struct perso_profiles *profiles, const struct group *g)
{
	*r = (struct rig){ .g = g,
		.product = *perso_profiles_chip(profiles, "perso-sim"),
		.counted.base.ops = &counted_ops,
		.spki.max = 4096,
		.infos_der.max = 8192 };
	bare_open(&r->bare, g->nid, g->dh);
	make_chip(r);
	r->counted.below = r->link;
	perso_card_init(&r->card, &r->counted.base);
	bench_need(perso_card_reset(&r->card), "reset");
	perso_card_limits_from_atr(
	    perso_link_atr(&r->counted.base), &r->card.limits);
	bench_need(perso_ca_choose(&r->infos, NULL, &r->ca_choice), "CA key");
}

static void
rig_done(struct rig *r)
{
	perso_pace_result_wipe(&r->pace);
	perso_card_done(&r->card);
	perso_link_free(&r->link);
	perso_sim_free(&r->sim);
	for (int i = 0; i < 3; i++) {
		perso_keyref_free(&r->keys[i]);
		perso_cvc_done(&r->certs[i]);
	}
	perso_buf_done(&r->spki);
	perso_buf_done(&r->infos_der);
	bare_done(&r->bare);
}

/* ---- runs ------------------------------------------------------------- */

static void
run_pace(struct rig *r)
{
	static const unsigned others[] = { [PERSO_PACE_GM] = PERSO_PACE_NO_IM |
							     PERSO_PACE_NO_CAM,
		[PERSO_PACE_IM] = PERSO_PACE_NO_GM | PERSO_PACE_NO_CAM,
		[PERSO_PACE_CAM] = PERSO_PACE_NO_GM | PERSO_PACE_NO_IM };
	struct perso_pace_params p = { .password = PERSO_PACE_CAN,
		.secret = perso_span_str(CAN) };

	bench_need(perso_pace_choose(&r->infos, others[r->mapping], &p.choice),
	    "PACE");
	bench_need(perso_pace_open(&r->card, &p, &r->pace), "PACE");
	if (r->mapping == PERSO_PACE_CAM)
		bench_need(perso_pace_cam_check(&r->pace, &r->infos), "CAM");
}

static void
run_ca(struct rig *r)
{
	bench_need(perso_ca_open(&r->card, &r->ca_choice, &r->ca), "CA");
}

static void
run_ta(struct rig *r)
{
	struct perso_ta_params p = { .chain = &r->chain,
		.key = r->keys[2],
		.id_ic = perso_comp_span(&r->pace.id_ic),
		.comp = perso_comp_span(&r->ca.comp) };
	struct perso_ta_result ret;

	bench_need(perso_ta_authenticate(&r->card, &p, &ret), "TA");
}

static void
prepare_reset(struct rig *r)
{
	bench_need(perso_card_reset(&r->card), "reset");
}

struct plan {
	const char *name;
	struct count count;
	void (*prepare)(struct rig *r); /* not counted; or NULL */
	void (*run)(struct rig *r);
};

static double
time_run(struct rig *r, const struct plan *p)
{
	double begun, spent;

	if (p->prepare != NULL)
		p->prepare(r);
	spent = r->counted.spent;
	begun = now();
	p->run(r);
	return now() - begun - (r->counted.spent - spent);
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double
median(double *v, size_t n)
{
	qsort(v, n, sizeof(*v), compare);
	return v[n / 2];
}

static void
measure(struct rig *r, const struct plan *p)
{
	double ours[ROUNDS_MAX], bare[ROUNDS_MAX], ratio[ROUNDS_MAX];
	double until = bench_now() + SECONDS, begun;
	char name[64];
	size_t n = 0, tries = 0;

	(void)time_run(r, p); /* whatever is made once */
	bare_run(&r->bare, &p->count);
	choose_clock(time_run(r, p));
	while (n < ROUNDS_MAX && (n < ROUNDS_MIN || bench_now() < until)) {
		long before = switches();

		ours[n] = time_run(r, p);
		begun = now();
		bare_run(&r->bare, &p->count);
		bare[n] = now() - begun;
		if (now == bench_ticks && switches() != before &&
		    tries++ < ROUNDS_MAX)
			continue;
		ratio[n] = ours[n] / bare[n];
		n++;
	}
	snprintf(name, sizeof(name), "%s-%s", p->name, r->g->name);
	bench_print(&(struct bench_result){ name, median(ratio, n),
	    strcmp(r->g->name, "p256") == 0 ? 1.5 : 1.3, false, median(ours, n),
	    median(bare, n), "s" });
}

static void
run(struct rig *r)
{
	bool dh = r->g->dh != NULL;
	struct plan gm = { "pace-gm", { .base = 2, .variable = 3, .add = 1 },
		prepare_reset, run_pace };
	struct plan cam = { "pace-cam", { .base = 2, .variable = 4, .add = 1 },
		prepare_reset, run_pace };
	struct plan im = { "pace-im", { .variable = 2, .field = 2 },
		prepare_reset, run_pace };
	struct plan ca = { "ca", { .base = 1, .variable = 1 }, NULL, run_ca };
	struct plan ta = { "ta", { .sign = 1 }, run_ca, run_ta };

	if (dh) {
		gm.count = (struct count){ .secret = 5, .check = 2 };
		im.count =
		    (struct count){ .secret = 2, .cofactor = 1, .check = 1 };
		ca.count = (struct count){ .secret = 2, .check = 1 };
	}
	r->mapping = PERSO_PACE_IM;
	measure(r, &im);
	r->mapping = PERSO_PACE_CAM;
	if (!dh)
		measure(r, &cam);
	r->mapping = PERSO_PACE_GM;
	measure(r, &gm);
	measure(r, &ca);
	if (r->g->ta)
		measure(r, &ta);
}

int
main(void)
{
	struct perso_profiles *profiles = bench_profiles();

	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
		struct rig r;

		rig_open(&r, profiles, &groups[i]);
		run(&r);
		rig_done(&r);
	}
	perso_profiles_free(&profiles);
	return 0;
}
