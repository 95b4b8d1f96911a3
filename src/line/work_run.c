/*
 * The steps of a job, from the state in which the store has it to the
 * inspector's verdict. Each durable change of state stands right before the
 * act that it announces, or right after the one it notes.
 */
#include "perso/bac.h"
#include "line_int.h"

/* Marks an error as the store's own: then nobody can say how the job
 * stands, and the next start finds out. */
static perso_rc
stored(struct perso_work *w, perso_rc rc, enum perso_job_state next)
{
	w->store_failed = rc != PERSO_OK;
	if (rc == PERSO_OK)
		w->job.state = next;
	return rc;
}

/* The same for what a stored job keeps: if it is not there, the store is
 * sound and the job is not. */
static perso_rc
kept(struct perso_work *w, perso_rc rc)
{
	w->store_failed = rc != PERSO_OK && rc != PERSO_E_NOT_FOUND;
	return rc;
}

/* What may be done to the chip in which state: the driver asks before every
 * act. */
static perso_rc
before_act(void *ctx, const struct perso_chip_step *step)
{
	const struct perso_work *w = ctx;
	enum perso_job_state need = PERSO_JOB_BEGUN;

	switch (step->act) {
	case PERSO_CHIP_HANDSHAKE:
		return PERSO_OK;
	case PERSO_CHIP_WRITE:
		need = PERSO_JOB_SEALED;
		break;
	case PERSO_CHIP_LOCK:
		need = PERSO_JOB_LOCKING;
		break;
	default:
		break;
	}
	if (w->job.id == 0 || w->job.state != need)
		PERSO_FAIL(PERSO_E_STATE, "%s before it was announced",
		    perso_chip_act_name(step->act));
	return PERSO_OK;
}

static perso_rc
connect(struct perso_work *w)
{
	struct perso_chip_params p = { .link = &w->meter.base,
		.profile = w->cp,
		.keys = w->line->cfg.keys,
		.steps = { before_act, w },
		.resume = w->resumed };

	perso_chip_free(&w->chip);
	PERSO_TRY(perso_chip_open(&p, &w->chip));
	return perso_chip_connect(w->chip, &w->id);
}

/* see line_int.h */
perso_rc
perso_work_open(struct perso_work *w)
{
	perso_rc rc;

	w->absent = w->locked = false;
	PERSO_TRY(perso_link_reset(&w->meter.base));
	rc = connect(w);
	if (w->job.id == 0)
		return rc;
	if (rc == PERSO_E_CARD_STATE && w->job.state == PERSO_JOB_LOCKING) {
		w->locked = true;
		return PERSO_OK;
	}
	if (rc != PERSO_OK) {
		w->absent = perso_rc_category(rc) != PERSO_CAT_LINK;
		return rc;
	}
	if (strcmp(w->id.serial, w->job.blank) != 0) {
		w->absent = true;
		PERSO_FAIL(
		    PERSO_E_PRODUCT, "the chip is blank %s", w->id.serial);
	}
	return PERSO_OK;
}

static perso_rc
make_aa(struct perso_work *w)
{
	const struct perso_aa_profile *a = &w->doc->aa;
	struct perso_key_spec spec = { .kind = PERSO_KEY_EC,
		.curve = (enum perso_curve)a->curve };
	struct perso_pubkey *pub = NULL;
	struct perso_keyref *key = NULL;
	perso_rc rc;

	if (a->kind == PERSO_AA_RSA) {
		spec = (struct perso_key_spec){ .kind = PERSO_KEY_RSA,
			.bits = a->bits };
	}
	if (a->origin == PERSO_AA_CHIP) {
		rc = perso_chip_make_aa(w->chip, spec, &pub);
		if (rc == PERSO_OK)
			rc = perso_pubkey_spki(pub, true, &w->spki);
	} else {
		rc = perso_keyref_generate(spec, &key);
		if (rc == PERSO_OK)
			rc = perso_chip_load_aa(w->chip, key);
		if (rc == PERSO_OK)
			rc = perso_pubkey_spki(
			    perso_keyref_pubkey(key), true, &w->spki);
	}
	perso_pubkey_free(&pub);
	perso_keyref_free(&key);
	return rc;
}

static perso_rc
load_bac(struct perso_work *w)
{
	struct perso_mrz m;
	char info[PERSO_MRZ_INFORMATION_MAX + 1];
	PERSO_SECRET(seed);
	perso_rc rc;

	PERSO_TRY(perso_record_mrz(&w->order->record, &m));
	rc = perso_mrz_information(&m, info);
	if (rc == PERSO_OK)
		rc = perso_bac_seed(perso_span_str(info), &seed);
	if (rc == PERSO_OK)
		rc = perso_chip_load_bac(w->chip, perso_secret_span(&seed));
	perso_wipe(info, sizeof(info));
	perso_wipe(&m, sizeof(m));
	return rc;
}

static perso_rc
do_keys(struct perso_work *w)
{
	perso_buf_clear(&w->spki);
	if (w->doc->aa.kind != PERSO_AA_NONE)
		PERSO_TRY_CTX(make_aa(w), "Active Authentication key");
	if ((w->doc->access & PERSO_ACCESS_BAC) != 0)
		PERSO_TRY_CTX(load_bac(w), "BAC key");
	return stored(w,
	    perso_store_job_keys(
		w->line->cfg.store, w->job.id, perso_buf_span(&w->spki)),
	    PERSO_JOB_KEYED);
}

static perso_rc
build(struct perso_work *w, struct perso_span sod)
{
	struct perso_image_values v = { .record = &w->order->record,
		.profile = w->doc,
		.chip = w->cp,
		.signer = w->signer,
		.aa_spki = perso_buf_span(&w->spki),
		.clock = (time_t)w->job.clock,
		.sod = sod };

	perso_lds_image_done(&w->img);
	perso_lds_image_init(&w->img);
	return perso_image_build(&v, &w->img);
}

static perso_rc
hash_files(const struct perso_work *w,
    struct perso_store_file files[PERSO_STORE_FILES])
{
	struct perso_md md;

	for (size_t i = 0; i < w->img.count; i++) {
		const struct perso_lds_entry *e = &w->img.files[i];

		PERSO_TRY(
		    perso_digest(PERSO_SHA256, perso_buf_span(&e->data), &md));
		files[i].fid = e->file->fid;
		files[i].mf = e->file->mf;
		PERSO_TRY(perso_span_copy(
		    files[i].hash, PERSO_STORE_HASH, perso_md_span(&md)));
	}
	return PERSO_OK;
}

static perso_rc
do_sign(struct perso_work *w)
{
	struct perso_store_file files[PERSO_STORE_FILES];
	struct perso_span sod;

	PERSO_TRY(build(w, PERSO_SPAN_EMPTY));
	PERSO_TRY(hash_files(w, files));
	sod = perso_lds_image_find(&w->img, perso_lds_by_name("EF.SOD"));
	return stored(w,
	    perso_store_job_sealed(
		w->line->cfg.store, w->job.id, sod, files, w->img.count),
	    PERSO_JOB_SEALED);
}

static bool
same_file(const struct perso_store_file *a, const struct perso_store_file *b)
{
	return a->fid == b->fid && a->mf == b->mf &&
	       perso_span_equal(perso_span_of(a->hash), perso_span_of(b->hash));
}

/* The image again, around the stored EF.SOD; bit by bit what was signed. */
static perso_rc
rebuild(struct perso_work *w)
{
	struct perso_store_file now[PERSO_STORE_FILES];
	struct perso_store_file then[PERSO_STORE_FILES];
	PERSO_BUF(sod, PERSO_LDS_FILE_MAX);
	size_t n = 0;

	PERSO_TRY(
	    kept(w, perso_store_job_sod(w->line->cfg.store, w->job.id, &sod)));
	PERSO_TRY(kept(
	    w, perso_store_job_files(w->line->cfg.store, w->job.id, then, &n)));
	PERSO_TRY_CTX(build(w, perso_buf_span(&sod)), "built again");
	PERSO_TRY(hash_files(w, now));
	if (n != w->img.count)
		PERSO_FAIL(PERSO_E_MISMATCH,
		    "%zu files when built again, %zu before", w->img.count, n);
	for (size_t i = 0; i < n; i++)
		if (!same_file(&now[i], &then[i]))
			PERSO_FAIL(PERSO_E_MISMATCH,
			    "%s differs when built again",
			    w->img.files[i].file->name);
	return PERSO_OK;
}

/* see line_int.h */
perso_rc
perso_work_restore(struct perso_work *w)
{
	PERSO_TRY(perso_record_bind(&w->order->record, w->job.number));
	w->cp = perso_profiles_chip(w->line->cfg.profiles, w->job.product);
	if (w->cp == NULL)
		PERSO_FAIL(PERSO_E_CONFIG, "there is no chip profile %s",
		    w->job.product);
	if (w->job.state == PERSO_JOB_BEGUN)
		return PERSO_OK;
	perso_buf_clear(&w->spki);
	PERSO_TRY(kept(
	    w, perso_store_job_spki(w->line->cfg.store, w->job.id, &w->spki)));
	if (w->job.state == PERSO_JOB_KEYED)
		return PERSO_OK;
	return rebuild(w);
}

typedef perso_rc (*file_fn)(
    struct perso_chip *c, const struct perso_chip_file *f);

static perso_rc
each_file(struct perso_work *w, file_fn fn)
{
	w->total = perso_lds_image_size(&w->img);
	for (size_t i = 0; i < w->img.count; i++) {
		const struct perso_lds_entry *e = &w->img.files[i];
		struct perso_chip_file f = { .mf = e->file->mf,
			.fid = e->file->fid,
			.sfi = e->file->sfi,
			.data = perso_buf_span(&e->data) };

		w->file_size = e->data.n;
		w->file_start = w->step == PERSO_STEP_WRITE
				    ? w->meter.base.bytes_out
				    : w->meter.base.bytes_in;
		PERSO_TRY_CTX(fn(w->chip, &f), "%s", e->file->name);
		perso_work_progress(w, e->data.n);
		w->done += e->data.n;
	}
	return PERSO_OK;
}

static perso_rc
do_write(struct perso_work *w)
{
	return each_file(w, perso_chip_write);
}

static perso_rc
do_compare(struct perso_work *w)
{
	return each_file(w, perso_chip_compare);
}

static perso_rc
compare(struct perso_work *w)
{
	if (!w->cp->reads_before_lock)
		return PERSO_OK;
	return perso_work_step(w, PERSO_STEP_COMPARE, do_compare);
}

/* A chip that says it is operational already was locked by an earlier try. */
static perso_rc
do_lock(struct perso_work *w)
{
	if (!w->locked)
		PERSO_TRY(perso_chip_lock(w->chip));
	return stored(w, perso_store_job_locked(w->line->cfg.store, w->job.id),
	    PERSO_JOB_LOCKED);
}

static perso_rc
announce_lock(struct perso_work *w)
{
	return stored(w, perso_store_job_locking(w->line->cfg.store, w->job.id),
	    PERSO_JOB_LOCKING);
}

static perso_rc
do_inspect(struct perso_work *w)
{
	const struct perso_inspector *in = &w->line->cfg.inspector;
	struct perso_inspect_file files[PERSO_LDS_FILES];
	struct perso_inspection what = { .record = &w->order->record,
		.profile = w->doc,
		.number = w->job.number,
		.files = files,
		.file_count = w->img.count,
		.order = w->job.order,
		.blank = w->job.blank };

	for (size_t i = 0; i < w->img.count; i++) {
		const struct perso_lds_entry *e = &w->img.files[i];

		files[i].fid = e->file->fid;
		files[i].mf = e->file->mf;
		PERSO_TRY(perso_digest(
		    PERSO_SHA256, perso_buf_span(&e->data), &files[i].hash));
	}
	perso_chip_free(&w->chip);
	w->judged = false;
	PERSO_TRY(perso_link_reset(&w->meter.base));
	w->verdict = (struct perso_verdict){ .ok = false };
	PERSO_TRY(in->inspect(in->ctx, &w->meter.base, &what, &w->verdict));
	w->judged = true;
	return PERSO_OK;
}

/* see line_int.h */
perso_rc
perso_work_inspect(struct perso_work *w)
{
	return perso_work_step(w, PERSO_STEP_INSPECT, do_inspect);
}

/* see line_int.h */
perso_rc
perso_work_run(struct perso_work *w)
{
	if (w->job.state == PERSO_JOB_BEGUN)
		PERSO_TRY(perso_work_step(w, PERSO_STEP_KEYS, do_keys));
	if (w->job.state == PERSO_JOB_KEYED)
		PERSO_TRY(perso_work_step(w, PERSO_STEP_SIGN, do_sign));
	if (w->job.state == PERSO_JOB_SEALED) {
		PERSO_TRY(perso_work_step(w, PERSO_STEP_WRITE, do_write));
		PERSO_TRY(compare(w));
		PERSO_TRY(announce_lock(w));
	} else if (w->job.state == PERSO_JOB_LOCKING && !w->locked) {
		PERSO_TRY(compare(w));
	}
	if (w->job.state == PERSO_JOB_LOCKING)
		PERSO_TRY(perso_work_step(w, PERSO_STEP_LOCK, do_lock));
	return perso_work_inspect(w);
}
