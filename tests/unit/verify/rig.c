#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rig.h"
#include "cli/link_sim.h"
#include "perso/bac.h"
#include "perso/devpki.h"
#include "perso/file.h"

#define OK(expr)                                                  \
	do {                                                      \
		perso_rc rc_ = (expr);                            \
		char why_[600];                                   \
		perso_trail_text(why_, sizeof(why_));             \
		cr_assert_eq(rc_, PERSO_OK, "%s: %s (%s)", #expr, \
		    perso_rc_name(rc_), why_);                    \
	} while (0)

static char pki_dir[64], other_dir[64];

static void
remove_dirs(void)
{
	char cmd[200];

	snprintf(cmd, sizeof(cmd), "rm -rf '%s' '%s'", pki_dir, other_dir);
	if ((pki_dir[0] || other_dir[0]) && system(cmd) != 0)
		perror(cmd);
	pki_dir[0] = other_dir[0] = '\0';
}

static const char *
make_pki(char dir[64])
{
	struct perso_devpki_conf *conf;

	if (dir[0] != '\0')
		return dir;
	snprintf(dir, 64, "/tmp/perso-verify-XXXXXX");
	cr_assert(mkdtemp(dir) != NULL);
	conf = calloc(1, sizeof(*conf));
	OK(perso_devpki_conf_load("certs/dev.conf", conf));
	OK(perso_devpki_init(dir, conf, RIG_NOW));
	free(conf);
	return dir;
}

const char *
rig_pki(void)
{
	return make_pki(pki_dir);
}

const char *
rig_other_pki(void)
{
	return make_pki(other_dir);
}

static void
path_of(char *dst, const char *dir, const char *name)
{
	snprintf(dst, PERSO_PATH_MAX, "%s/%s", dir, name);
}

void
rig_order(struct rig *r, const struct rig_plan *plan)
{
	struct perso_order_input in = {
		.dir = "tests/data/orders", .now = RIG_NOW, .imported = true
	};
	char path[PERSO_PATH_MAX], name[64];
	struct perso_mrz mrz;
	struct perso_mrz_text text;
	PERSO_BUF(template, PERSO_ORDER_MAX);
	PERSO_BUF(json, PERSO_ORDER_MAX);

	memset(r, 0, sizeof(*r));
	OK(perso_profile_load_dir("profiles", &r->profiles));
	in.profiles = r->profiles;
	snprintf(name, sizeof(name), "%s.json", plan->order);
	path_of(path, "tests/data/orders", name);
	OK(perso_file_read(path, &template));
	OK(perso_order_fill(perso_buf_span(&template), "V-000001", &json));
	in.json = perso_buf_span(&json);
	r->order = perso_order_new();
	OK(perso_order_check(&in, r->order));
	if (plan->number != NULL)
		OK(perso_record_bind(&r->order->record, plan->number));
	OK(perso_record_mrz(&r->order->record, &mrz));
	OK(perso_mrz_compose(&mrz, &text));
	snprintf(r->mrz, sizeof(r->mrz), "%s", text.text);
}

static void
open_signer(struct rig *r)
{
	const char *issuer = r->order->record.profile->issuer;
	char path[PERSO_PATH_MAX], name[32];
	PERSO_CERT(cert);

	snprintf(name, sizeof(name), "%s/ds.key",
	    strcmp(issuer, "UTO") == 0 ? "uto" : "lva");
	path_of(path, rig_pki(), name);
	OK(perso_keyref_open(path, &r->key));
	snprintf(name + 4, sizeof(name) - 4, "ds.cer");
	path_of(path, rig_pki(), name);
	OK(perso_cert_load(path, &cert));
	OK(perso_signer_new(r->key, perso_buf_span(&cert.der), &r->signer));
	path_of(path, rig_pki(), "trust");
	OK(perso_trust_open(path, &r->trust));
	path_of(path, rig_pki(), "chip-keys.txt");
	OK(perso_scp03_keys_load(path, &r->keys));
}

/* A blank with the keys of chip-keys.txt. */
static void
open_sim(struct rig *r, const struct perso_chip_profile *p)
{
	struct perso_sim_config cfg = { .keys.kvn = p->scp03_kvn,
		.extended = p->extended,
		.max_command = p->max_command,
		.memory = p->memory };
	static const uint8_t key[3][16] = { { 1, 2, 3 }, { 4, 5, 6 },
		{ 7, 8, 9 } };

	memcpy(cfg.keys.enc, key[0], 16);
	memcpy(cfg.keys.mac, key[1], 16);
	memcpy(cfg.keys.dek, key[2], 16);
	memcpy(cfg.cplc, p->ic_fabricator, 2);
	memcpy(cfg.cplc + 2, p->ic_type, 2);
	memcpy(cfg.product, p->ic_type, 2);
	perso_scp03_keys_free(&r->keys);
	OK(perso_scp03_keys_new(p->scp03_kvn, perso_span_of(key[0]),
	    perso_span_of(key[1]), perso_span_of(key[2]), &r->keys));
	OK(perso_sim_open_memory(&cfg, &r->sim));
	OK(perso_link_sim(r->sim, &r->link));
}

static void
make_keys(
    struct rig *r, struct perso_chip *chip, bool other, struct perso_buf *spki)
{
	const struct perso_aa_profile *aa = &r->order->record.profile->aa;
	struct perso_key_spec spec = { .kind = PERSO_KEY_EC,
		.curve = (enum perso_curve)aa->curve };
	struct perso_keyref *key = NULL;
	struct perso_pubkey *pub = NULL;
	struct perso_mrz mrz;
	char info[PERSO_MRZ_INFORMATION_MAX + 1];
	PERSO_SECRET(seed);

	if (aa->kind == PERSO_AA_RSA)
		spec = (struct perso_key_spec){ .kind = PERSO_KEY_RSA,
			.bits = aa->bits };
	if (aa->origin == PERSO_AA_CHIP) {
		OK(perso_chip_make_aa(chip, spec, &pub));
		if (!other)
			OK(perso_pubkey_spki(pub, true, spki));
	}
	if (aa->origin == PERSO_AA_LOADED || other)
		OK(perso_keyref_generate(spec, &key));
	if (aa->origin == PERSO_AA_LOADED) {
		OK(perso_chip_load_aa(chip, key));
		if (other) {
			perso_keyref_free(&key);
			OK(perso_keyref_generate(spec, &key));
		}
	}
	if (key != NULL)
		OK(perso_pubkey_spki(perso_keyref_pubkey(key), true, spki));
	OK(perso_record_mrz(&r->order->record, &mrz));
	OK(perso_mrz_information(&mrz, info));
	OK(perso_bac_seed(perso_span_str(info), &seed));
	OK(perso_chip_load_bac(chip, perso_secret_span(&seed)));
	perso_keyref_free(&key);
	perso_pubkey_free(&pub);
}

static void
build(struct rig *r, struct perso_span spki, struct perso_lds_image *img)
{
	struct perso_image_values v = { .record = &r->order->record,
		.profile = r->order->record.profile,
		.chip = perso_profiles_chip(r->profiles, "perso-sim"),
		.aa_spki = spki,
		.signer = r->signer,
		.clock = RIG_NOW };

	OK(perso_image_build(&v, img));
}

static void
write_all(struct rig *r, struct perso_chip *chip)
{
	for (size_t i = 0; i < r->files.count; i++) {
		const struct perso_lds_entry *e = &r->files.files[i];
		struct perso_chip_file f = { .mf = e->file->mf,
			.fid = e->file->fid,
			.sfi = e->file->sfi,
			.data = perso_buf_span(&e->data) };
		struct perso_inspect_file *h = &r->hashes[r->hash_count++];

		OK(perso_chip_write(chip, &f));
		h->fid = f.fid;
		h->mf = f.mf;
		OK(perso_digest(PERSO_SHA256, f.data, &h->hash));
	}
}

void
rig_make(struct rig *r, const struct rig_plan *plan)
{
	const struct perso_chip_profile *p;
	struct perso_chip_identity id;
	struct perso_chip *chip = NULL;
	PERSO_BUF(spki, 4096);

	rig_order(r, plan);
	open_signer(r);
	p = perso_profiles_chip(r->profiles, "perso-sim");
	open_sim(r, p);
	struct perso_chip_params cp = {
		.link = r->link, .profile = p, .keys = r->keys
	};
	OK(perso_chip_open(&cp, &chip));
	OK(perso_chip_connect(chip, &id));
	make_keys(r, chip, plan->other_key, &spki);
	build(r, perso_buf_span(&spki), &r->signed_files);
	for (size_t i = 0; i < r->signed_files.count; i++) {
		struct perso_buf *b = NULL;

		OK(perso_lds_image_add(
		    &r->files, r->signed_files.files[i].file, &b));
		OK(perso_buf_append(
		    b, perso_buf_span(&r->signed_files.files[i].data)));
	}
	if (plan->alter != NULL)
		plan->alter(&r->files);
	write_all(r, chip);
	OK(perso_chip_lock(chip));
	perso_chip_free(&chip);
	OK(perso_link_reset(r->link));
}

void
rig_done(struct rig *r)
{
	perso_lds_image_done(&r->signed_files);
	perso_lds_image_done(&r->files);
	perso_link_free(&r->link);
	perso_sim_free(&r->sim);
	perso_scp03_keys_free(&r->keys);
	perso_signer_free(&r->signer);
	perso_keyref_free(&r->key);
	perso_order_free(&r->order);
	perso_trust_free(&r->trust);
	perso_profiles_free(&r->profiles);
	remove_dirs();
}

struct perso_inspection
rig_inspection(const struct rig *r)
{
	return (struct perso_inspection){ .record = &r->order->record,
		.profile = r->order->record.profile,
		.number = r->order->record.number,
		.files = r->hashes,
		.file_count = r->hash_count,
		.order = "V-000001",
		.blank = "00" };
}

static void
verify(struct rig *r, const struct perso_inspection *expect)
{
	struct perso_verify_input in = { .link = r->link,
		.mrz = perso_span_str(r->mrz),
		.trust = r->trust,
		.now = RIG_NOW,
		.expect = expect };

	OK(perso_link_reset(r->link));
	OK(perso_verify(&in, &r->report, NULL));
	cr_assert(r->report.complete);
}

void
rig_verify(struct rig *r)
{
	verify(r, NULL);
}

void
rig_inspect(struct rig *r)
{
	struct perso_inspection x = rig_inspection(r);

	verify(r, &x);
}

bool
rig_has(const struct rig *r, const char *id, enum perso_check_state s)
{
	for (size_t i = 0; i < r->report.count; i++)
		if (strcmp(r->report.checks[i].id, id) == 0 &&
		    r->report.checks[i].state == s)
			return true;
	return false;
}

void
rig_only_failed(const struct rig *r, const char *ids)
{
	char padded[200], one[40];

	snprintf(padded, sizeof(padded), " %s ", ids);
	cr_expect_not(r->report.ok);
	for (size_t i = 0; i < r->report.count; i++) {
		const struct perso_check *c = &r->report.checks[i];

		snprintf(one, sizeof(one), " %s ", c->id);
		if (c->state == PERSO_CHECK_FAILED)
			cr_expect(strstr(padded, one) != NULL,
			    "%s failed, too: %s", c->id, c->text);
	}
	for (const char *p = ids; *p != '\0';) {
		size_t n = strcspn(p, " ");

		snprintf(one, sizeof(one), "%.*s", (int)n, p);
		cr_expect(rig_has(r, one, PERSO_CHECK_FAILED),
		    "%s has not failed", one);
		p += n + (p[n] == ' ');
	}
}

struct perso_buf *
rig_file(struct perso_lds_image *img, const char *name)
{
	for (size_t i = 0; i < img->count; i++)
		if (strcmp(img->files[i].file->name, name) == 0)
			return &img->files[i].data;
	cr_assert_fail("no %s in the image", name);
	return NULL;
}
