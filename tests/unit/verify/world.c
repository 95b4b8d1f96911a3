#include "world.h"

#include <unistd.h>

#include "perso/cms.h"
#include "perso/digest.h"
#include "perso/file.h"
#include "perso/secinfo.h"
#include "perso/wr.h"
#include "sim/sim_int.h"

#define SPECIMEN "tests/data/synthetic/emrtd-td3/"
#define DAY ((time_t)86400)

world_hook world_answer;

/* ------------------------------------------------------------------ link */

struct wire {
	struct perso_link base;
	struct perso_sim *sim;
	unsigned number;
};

static perso_rc
wire_transmit(
    struct perso_link *l, struct perso_span cmd, struct perso_buf *rsp)
{
	struct wire *x = (struct wire *)l;

	PERSO_TRY(perso_sim_transmit(x->sim, cmd, rsp));
	if (world_answer != NULL)
		world_answer(cmd, x->number, rsp);
	x->number++;
	return PERSO_OK;
}

static perso_rc
wire_reset(struct perso_link *l)
{
	struct wire *x = (struct wire *)l;
	struct perso_span atr = perso_sim_reset(x->sim);

	PERSO_TRY(perso_span_copy(l->atr, sizeof(l->atr), atr));
	l->atr_len = atr.n;
	return PERSO_OK;
}

static void
wire_destroy(struct perso_link *l)
{
	free(l);
}

static const struct perso_link_ops wire_ops = { "wire", wire_transmit,
	wire_reset, wire_destroy };

/* ---------------------------------------------------------- certificates */

static struct perso_cert_values
values(enum perso_cert_role role)
{
	static const char *const types[] = { "P" };

	return (struct perso_cert_values){
		.role = role,
		.subject = { "UT", "Test Authority",
		    role == PERSO_CERT_DS ? "Test DS" : "Test CSCA", NULL },
		.alg = { PERSO_SIG_ECDSA, PERSO_SHA256, 0 },
		.not_before = NOW - 10 * DAY,
		.not_after = NOW + 5000 * DAY,
		.use_from = NOW - 10 * DAY,
		.use_to = NOW + 90 * DAY,
		.state = "UTO",
		.contact = "csca@example.org",
		.crl_uri = "https://pkd.example.org/CRLs/UTO.crl",
		.types = types,
		.type_count = role == PERSO_CERT_DS ? 1 : 0,
	};
}

static void
issue(struct perso_cert_values v, struct perso_keyref *subject,
    struct perso_keyref *issuer, struct perso_cert *ret)
{
	PERSO_BUF(der, PERSO_CERT_MAX);

	v.key = perso_keyref_pubkey(subject);
	OK(perso_cert_build(&v, issuer, &der));
	OK(perso_cert_parse(perso_buf_span(&der), ret));
}

static void
make_pki(struct world *w)
{
	const struct perso_key_spec p256 = { PERSO_KEY_EC, PERSO_P256, 0 };
	struct perso_cert_values v = values(PERSO_CERT_DS);
	char path[128];

	OK(perso_keyref_generate(p256, &w->csca_key));
	OK(perso_keyref_generate(p256, &w->ds_key));
	issue(values(PERSO_CERT_CSCA), w->csca_key, w->csca_key, &w->csca);
	v.issuer = &w->csca;
	issue(v, w->ds_key, w->csca_key, &w->ds);
	snprintf(
	    w->trust_dir, sizeof(w->trust_dir), "/tmp/perso-verify-XXXXXX");
	cr_assert_not_null(mkdtemp(w->trust_dir));
	snprintf(path, sizeof(path), "%s/csca.cer", w->trust_dir);
	OK(perso_file_write(path, perso_buf_span(&w->csca.der), 0600));
	OK(perso_trust_open(w->trust_dir, &w->trust));
	unlink(path);
	rmdir(w->trust_dir);
}

/* TBSCertificate ends with [3] { SEQUENCE OF Extension }. */
static void
extend_tbs(
    struct perso_span tbs, struct perso_span extension, struct perso_buf *ret)
{
	struct perso_wr w = perso_wr(ret);
	struct perso_tlv t, list;
	struct perso_rd rd;
	size_t seq, tag, exts;

	OK(perso_tlv_only(tbs, 0x30, &t));
	rd = perso_rd(t.val);
	seq = perso_wr_open(&w, 0x30);
	while (perso_rd_left(&rd) > 0) {
		OK(perso_tlv_next(&rd, &t));
		if (t.tag != 0xA3) {
			perso_wr_bytes(&w, t.raw);
			continue;
		}
		OK(perso_tlv_only(t.val, 0x30, &list));
		tag = perso_wr_open(&w, 0xA3);
		exts = perso_wr_open(&w, 0x30);
		perso_wr_bytes(&w, list.val);
		perso_wr_bytes(&w, extension);
		perso_wr_close(&w, exts);
		perso_wr_close(&w, tag);
	}
	perso_wr_close(&w, seq);
	OK(perso_wr_end(&w));
}

void
world_extend_ds(struct world *w, struct perso_span extension)
{
	PERSO_BUF(tbs, PERSO_CERT_MAX);
	PERSO_BUF(sig, 256);
	PERSO_BUF(der, PERSO_CERT_MAX);
	struct perso_wr out = perso_wr(&der);
	struct perso_tlv cert, t;
	struct perso_rd rd;
	struct perso_span part;
	size_t seq, bits;

	extend_tbs(w->ds.tbs, extension, &tbs);
	part = perso_buf_span(&tbs);
	OK(perso_keyref_sign(w->csca_key, w->ds.alg, &part, 1, &sig));
	OK(perso_tlv_only(perso_buf_span(&w->ds.der), 0x30, &cert));
	rd = perso_rd(cert.val);
	OK(perso_tlv_next(&rd, &t));
	OK(perso_tlv_next(&rd, &t)); /* signatureAlgorithm */
	seq = perso_wr_open(&out, 0x30);
	perso_wr_bytes(&out, part);
	perso_wr_bytes(&out, t.raw);
	bits = perso_wr_open(&out, 0x03);
	perso_wr_u8(&out, 0);
	perso_wr_bytes(&out, perso_buf_span(&sig));
	perso_wr_close(&out, bits);
	perso_wr_close(&out, seq);
	OK(perso_wr_end(&out));
	OK(perso_cert_parse(perso_buf_span(&der), &w->ds));
}

/* ----------------------------------------------------------------- files */

struct perso_span
world_get(const struct world *w, const char *name)
{
	return perso_lds_image_find(&w->image, perso_lds_by_name(name));
}

void
world_put(struct world *w, const char *name, struct perso_span s)
{
	const struct perso_lds_file *f = perso_lds_by_name(name);
	struct perso_buf *b = NULL;
	PERSO_BUF(copy, PERSO_LDS_FILE_MAX);

	OK(perso_buf_append(&copy, s));
	perso_lds_image_remove(&w->image, f);
	if (copy.n == 0)
		return;
	OK(perso_lds_image_add(&w->image, f, &b));
	OK(perso_buf_append(b, perso_buf_span(&copy)));
}

static void
load(struct world *w, const char *name)
{
	PERSO_BUF(b, PERSO_LDS_FILE_MAX);
	char path[128];

	snprintf(path, sizeof(path), SPECIMEN "%s.bin", name);
	OK(perso_file_read(path, &b));
	world_put(w, name, perso_buf_span(&b));
}

void
world_sign(struct world *w, unsigned leave_out)
{
	struct perso_sod_values v = { .object = { .hash = PERSO_SHA256 },
		.cert = perso_buf_span(&w->ds.der),
		.alg = { PERSO_SIG_ECDSA, PERSO_SHA256, 0 } };
	struct perso_com com = { .lds_version = "0107",
		.unicode_version = "040000" };
	PERSO_BUF(sod, 16384);
	PERSO_BUF(ef_com, 256);

	for (int dg = 1; dg <= 16; dg++) {
		const struct perso_lds_file *f = perso_lds_by_dg(dg);

		if (!perso_lds_image_has(&w->image, f))
			continue;
		com.dgs[com.dg_count++] = (uint8_t)dg;
		if ((leave_out >> dg & 1) == 0)
			OK(perso_lds_object_add(
			    &v.object, dg, perso_lds_image_find(&w->image, f)));
	}
	OK(perso_com_build(&com, &ef_com));
	world_put(w, "EF.COM", perso_buf_span(&ef_com));
	OK(perso_sod_build(&v, w->ds_key, &sod));
	world_put(w, "EF.SOD", perso_buf_span(&sod));
}

static void
take_keys(struct world *w)
{
	struct perso_dg1 dg1;
	char *k = w->key;

	OK(perso_dg1_parse(world_get(w, "EF.DG1"), &dg1));
	cr_assert_eq(dg1.mrz.n, 88);
	OK(perso_span_copy(w->mrz, sizeof(w->mrz), dg1.mrz));
	w->mrz[88] = '\0';
	snprintf(k, 25, "%.10s%.7s%.7s", w->mrz + 44, w->mrz + 57, w->mrz + 65);
}

/* Active Authentication only; more is in doors.h. */
static void
put_dg14(struct world *w)
{
	struct perso_secinfo aa;
	struct perso_secinfos parsed;
	struct perso_lds_infos infos = { .count = 1 };
	PERSO_BUF(der, 256);
	PERSO_BUF(file, 256);

	OK(perso_secinfo_aa(PERSO_SHA256, &aa));
	OK(perso_secinfos_build(&aa, 1, true, &der));
	OK(perso_secinfos_parse(perso_buf_span(&der), &parsed));
	infos.infos[0] = parsed.items[0].raw;
	OK(perso_dg14_build(&infos, &file));
	world_put(w, "EF.DG14", perso_buf_span(&file));
}

void
world_make(struct world *w)
{
	static const char *const names[] = { "EF.DG1", "EF.DG2", "EF.DG15" };

	make_pki(w);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		load(w, names[i]);
	put_dg14(w);
	take_keys(w);
	world_sign(w, 0);
}

void
world_done(struct world *w)
{
	world_answer = NULL;
	perso_link_free(&w->link);
	perso_sim_free(&w->sim);
	perso_trust_free(&w->trust);
	perso_lds_image_done(&w->image);
	perso_cert_done(&w->ds);
	perso_cert_done(&w->csca);
	perso_keyref_free(&w->ds_key);
	perso_keyref_free(&w->csca_key);
}

/* ------------------------------------------------------------------ chip */

struct sim_nv *
world_nv(struct world *w)
{
	return &w->sim->nv;
}

static void
put_aa_key(struct sim_nv *nv)
{
	PERSO_BUF(b, 8192);

	OK(perso_file_read(
	    "tests/data/synthetic/pki/chip_aa_TEST_ONLY.pkcs8", &b));
	OK(perso_keyref_from_pkcs8(perso_buf_span(&b), &nv->aa_key));
}

void
world_chip(struct world *w)
{
	const struct perso_sim_config cfg = { .extended = true };
	struct perso_md md;
	struct sim_nv *nv;
	struct wire *x = calloc(1, sizeof(*x));

	cr_assert_not_null(x);
	OK(perso_sim_open_memory(&cfg, &w->sim));
	nv = world_nv(w);
	for (size_t i = 0; i < w->image.count; i++) {
		const struct perso_lds_entry *e = &w->image.files[i];
		struct sim_file *f = &nv->files[sim_find(
		    e->file->mf ? SIM_MF : SIM_APP, e->file->fid)];

		OK(perso_buf_append(&f->data, perso_buf_span(&e->data)));
		f->there = true;
	}
	OK(perso_digest(PERSO_SHA1, perso_span_str(w->key), &md));
	OK(perso_span_copy(nv->seed, SIM_SEED, perso_span(md.p, SIM_SEED)));
	nv->has_seed = true;
	put_aa_key(nv);
	nv->operational = true;
	x->base.ops = &wire_ops;
	x->sim = w->sim;
	w->link = &x->base;
	OK(perso_link_reset(w->link));
}

/* ---------------------------------------------------------------- report */

void
world_verify(struct world *w, const char *mrz)
{
	const struct perso_verify_input in = { .link = w->link,
		.mrz = perso_span_str(mrz),
		.trust = w->trust,
		.now = NOW };

	OK(perso_verify(&in, &w->report, NULL));
}

int
world_check(const struct world *w, const char *id)
{
	int state = -1;

	for (size_t i = 0; i < w->report.count; i++)
		if (strcmp(w->report.checks[i].id, id) == 0)
			state = (int)w->report.checks[i].state;
	return state;
}

const char *
world_text(const struct world *w)
{
	static char text[8192];
	PERSO_BUF(b, sizeof(text));

	OK(perso_report_text(&w->report, &b));
	snprintf(text, sizeof(text), "%.*s", (int)b.n, (const char *)b.p);
	return text;
}
