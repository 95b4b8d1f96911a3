/*
 * The steps of a job, from the state in which the store has it to the
 * inspector's verdict. Each durable change of state stands right before the
 * act that it announces, or right after the one it notes.
 */
#include "line_int.h"

/* see line_int.h */
perso_rc
perso_work_stored(struct perso_work *w, perso_rc rc)
{
	w->store_failed = rc != PERSO_OK;
	return rc;
}

/* see line_int.h */
perso_rc
perso_work_kept(struct perso_work *w, perso_rc rc)
{
	w->store_failed = rc != PERSO_OK && rc != PERSO_E_NOT_FOUND;
	return rc;
}

/* A change of the job's own state. */
static perso_rc
stored(struct perso_work *w, perso_rc rc, enum perso_job_state next)
{
	if (perso_work_stored(w, rc) == PERSO_OK)
		w->job.state = next;
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
do_keys(struct perso_work *w)
{
	PERSO_TRY(perso_work_secrets(w, true));
	perso_work_pages_draw(w);
	PERSO_TRY(perso_work_keys(w));
	return stored(w,
	    perso_store_job_keys(
		w->line->cfg.store, w->job.id, perso_buf_span(&w->spki)),
	    PERSO_JOB_KEYED);
}

/* What was signed before, if it was; empty: sign now. */
struct signed_files {
	struct perso_span sod;
	struct perso_span card_security;
};

static perso_rc
build(struct perso_work *w, struct signed_files was)
{
	struct perso_image_values v = { .record = &w->order->record,
		.profile = w->doc,
		.chip = w->cp,
		.signer = w->signer,
		.trust_point = perso_buf_span(&w->trust),
		.clock = (time_t)w->job.clock,
		.card_security = was.card_security,
		.sod = was.sod };

	PERSO_TRY(perso_work_spkis(w, &v.aa_spki, &v.ca_spki));
	if (w->secrets.drawn)
		v.bio_random = perso_span_of(w->secrets.random);
	perso_lds_image_done(&w->img);
	perso_lds_image_init(&w->img);
	return perso_image_build(&v, &w->img);
}

/* EF.CardSecurity of an earlier try; empty without. */
static perso_rc
find_card_security(struct perso_work *w, struct perso_buf *ret)
{
	perso_rc rc;

	if ((w->doc->mf_files & PERSO_MF_CARD_SECURITY) == 0)
		return PERSO_OK;
	rc = perso_work_kept(w, perso_store_job_kept(w->line->cfg.store,
				    w->job.id, PERSO_KEPT_CARD_SECURITY, ret));
	return rc == PERSO_E_NOT_FOUND ? PERSO_OK : rc;
}

static perso_rc
keep_card_security(struct perso_work *w)
{
	struct perso_span file =
	    perso_lds_image_find(&w->img, perso_lds_by_name("EF.CardSecurity"));

	return perso_work_stored(
	    w, perso_store_job_keep(w->line->cfg.store, w->job.id,
		   PERSO_KEPT_CARD_SECURITY, file));
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
	struct signed_files was = { .sod = PERSO_SPAN_EMPTY };
	PERSO_BUF(card_security, PERSO_LDS_FILE_MAX);
	struct perso_span sod;

	PERSO_TRY(find_card_security(w, &card_security));
	was.card_security = perso_buf_span(&card_security);
	PERSO_TRY(build(w, was));
	if ((w->doc->mf_files & PERSO_MF_CARD_SECURITY) != 0 &&
	    card_security.n == 0)
		PERSO_TRY(keep_card_security(w));
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
	struct signed_files was;
	PERSO_BUF(sod, PERSO_LDS_FILE_MAX);
	PERSO_BUF(card_security, PERSO_LDS_FILE_MAX);
	size_t n = 0;

	PERSO_TRY(perso_work_kept(
	    w, perso_store_job_sod(w->line->cfg.store, w->job.id, &sod)));
	PERSO_TRY(perso_work_kept(
	    w, perso_store_job_files(w->line->cfg.store, w->job.id, then, &n)));
	PERSO_TRY(find_card_security(w, &card_security));
	was.sod = perso_buf_span(&sod);
	was.card_security = perso_buf_span(&card_security);
	PERSO_TRY_CTX(build(w, was), "built again");
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
	PERSO_TRY(perso_work_secrets(w, false));
	perso_buf_clear(&w->spki);
	PERSO_TRY(perso_work_kept(
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
		.terminal = w->line->cfg.terminal,
		.order = w->job.order,
		.blank = w->job.blank };

	for (size_t i = 0; i < w->img.count; i++) {
		const struct perso_lds_entry *e = &w->img.files[i];

		files[i].fid = e->file->fid;
		files[i].mf = e->file->mf;
		PERSO_TRY(perso_digest(
		    PERSO_SHA256, perso_buf_span(&e->data), &files[i].hash));
	}
	if ((w->doc->pace.passwords & PERSO_PASSWORD_CAN) != 0)
		what.can = perso_span_of(w->secrets.can);
	what.pin = line_code_span(&w->secrets.pin);
	what.puk = line_code_span(&w->secrets.puk);
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
	if (w->line->cfg.inspector_draws)
		perso_work_pages_wait(w);
	return perso_work_step(w, PERSO_STEP_INSPECT, do_inspect);
}

/* see line_int.h */
perso_rc
perso_work_run(struct perso_work *w)
{
	if (w->job.state == PERSO_JOB_BEGUN)
		PERSO_TRY(perso_work_step(w, PERSO_STEP_KEYS, do_keys));
	perso_work_pages_draw(w);
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
