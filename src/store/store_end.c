/* The end of a job: good or spoiled, and what is erased then. */
#include <inttypes.h>

#include "perso/hooks.h"
#include "store_int.h"

struct end {
	int64_t job;
	const struct perso_store_end *e;
	struct perso_store_job j;
};

static perso_rc
erase(struct perso_store *s, int64_t job)
{
	PERSO_TRY(perso_store_run(
	    s, NULL, "DELETE FROM job_sods WHERE job = ?", "i", job));
	PERSO_TRY(perso_store_run(
	    s, NULL, "DELETE FROM job_files WHERE job = ?", "i", job));
	PERSO_TRY(perso_store_run(
	    s, NULL, "DELETE FROM job_kept WHERE job = ?", "i", job));
	PERSO_TRY(perso_store_run(
	    s, NULL, "DELETE FROM job_seals WHERE job = ?", "i", job));
	return perso_store_run(
	    s, NULL, "DELETE FROM job_keys WHERE job = ?", "i", job);
}

static perso_rc
keep_steps(struct perso_store *s, const struct end *d)
{
	const struct perso_store_step *p = d->e->steps;

	for (size_t i = 0; i < d->e->step_count; i++, p++)
		PERSO_TRY_CTX(
		    perso_store_run(s, NULL,
			"INSERT INTO job_steps(job, n, name, rc, apdus,"
			" bytes_out, bytes_in, us, sw)"
			" VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)",
			"iitiiiiis", d->job, (int64_t)i, p->name,
			(int64_t)p->rc, (int64_t)p->apdus,
			(int64_t)p->bytes_out, (int64_t)p->bytes_in,
			(int64_t)p->us, p->sw),
		    "step %s", p->name);
	return PERSO_OK;
}

static perso_rc
close_job(struct perso_store *s, const struct end *d, const char *to)
{
	const struct perso_store_end *e = d->e;
	char verdict[PERSO_REASON_MAX], error[PERSO_REASON_MAX];

	perso_store_clip(verdict, sizeof(verdict), e->verdict);
	perso_store_clip(error, sizeof(error), e->error);
	PERSO_TRY(perso_store_run(s, NULL,
	    "UPDATE jobs SET state = ?, verdict = ?, error = ?, apdus = ?,"
	    " bytes = ?, ms = ?, finished_at = ? WHERE id = ?",
	    "sssiiiii", to, verdict, error, (int64_t)e->apdus,
	    (int64_t)e->bytes, (int64_t)e->ms, (int64_t)perso_now(), d->job));
	PERSO_TRY(keep_steps(s, d));
	return erase(s, d->job);
}

/* Exactly one row, or the store contradicts itself. */
static perso_rc
one(int changes, const char *what)
{
	if (changes != 1)
		PERSO_FAIL(PERSO_E_STATE, "%s is not in work", what);
	return PERSO_OK;
}

static perso_rc
close_number(struct perso_store *s, const struct end *d, const char *to)
{
	int n = 0;

	PERSO_TRY(perso_store_run(s, &n,
	    "UPDATE numbers SET state = ? WHERE profile = ? AND number = ?"
	    " AND order_id = ? AND state = 'bound'",
	    "ssss", to, d->j.profile, d->j.number, d->j.order));
	return one(n, "the document number");
}

static perso_rc
finish(struct perso_store *s, void *arg)
{
	struct end *d = arg;
	int64_t now = (int64_t)perso_now();
	int n = 0;

	PERSO_TRY(perso_store_job_get(s, d->job, &d->j));
	if (d->j.state != PERSO_JOB_LOCKED && d->j.state != PERSO_JOB_PRINTED)
		PERSO_FAIL(PERSO_E_STATE,
		    "job %" PRId64 " is %s: only a locked chip or a printed "
		    "sticker can be good",
		    d->job, perso_job_state_name(d->j.state));
	PERSO_TRY(close_job(s, d, "good"));
	PERSO_TRY(perso_store_run(s, &n,
	    "UPDATE orders SET state = 'done', error = NULL WHERE id = ?"
	    " AND state = 'in-work'",
	    "s", d->j.order));
	PERSO_TRY(one(n, "the order"));
	PERSO_TRY(perso_store_run(s, &n,
	    "UPDATE blanks SET state = 'good', reason = NULL, changed_at = ?"
	    " WHERE serial = ? AND state = 'in-work'",
	    "is", now, d->j.blank));
	PERSO_TRY(one(n, "the blank"));
	PERSO_TRY(close_number(s, d, "issued"));
	PERSO_TRY_CTX(
	    perso_store_run(s, NULL,
		"INSERT INTO documents(profile, number, order_id, blank, job,"
		" issued_at) VALUES(?, ?, ?, ?, ?, ?)",
		"ssssii", d->j.profile, d->j.number, d->j.order, d->j.blank,
		d->job, now),
	    "document of order %s", d->j.order);
	if (d->e->letter.n > 0)
		PERSO_TRY(perso_store_letter_put(s, &d->j, d->e->letter));
	return perso_store_note(s, &(struct store_note){ .kind = "job-good",
				       .order = d->j.order,
				       .blank = d->j.blank,
				       .job = d->job,
				       .text = d->e->verdict });
}

static perso_rc
spoil(struct perso_store *s, void *arg)
{
	struct end *d = arg;
	char error[PERSO_REASON_MAX];
	int n = 0;

	PERSO_TRY(perso_store_job_get(s, d->job, &d->j));
	if (((unsigned)d->j.state & PERSO_JOB_UNFINISHED) == 0)
		PERSO_FAIL(PERSO_E_STATE, "job %" PRId64 " is %s", d->job,
		    perso_job_state_name(d->j.state));
	perso_store_clip(error, sizeof(error), d->e->error);
	PERSO_TRY(close_job(s, d, "spoiled"));
	PERSO_TRY(perso_store_run(s, &n,
	    "UPDATE orders SET state = 'failed', error = ? WHERE id = ?"
	    " AND state = 'in-work'",
	    "ss", error, d->j.order));
	PERSO_TRY(one(n, "the order"));
	PERSO_TRY(perso_store_run(s, &n,
	    "UPDATE blanks SET state = 'spoiled', reason = ?, changed_at = ?"
	    " WHERE serial = ? AND state = 'in-work'",
	    "sis", error, (int64_t)perso_now(), d->j.blank));
	PERSO_TRY(one(n, "the blank"));
	if (d->j.source != PERSO_STORE_FROM_ORDER)
		PERSO_TRY(close_number(s, d, "void"));
	return perso_store_note(s, &(struct store_note){ .kind = "job-spoiled",
				       .order = d->j.order,
				       .blank = d->j.blank,
				       .job = d->job,
				       .text = error });
}

static perso_rc
end_job(struct perso_store *s, perso_store_body body, int64_t job,
    const struct perso_store_end *e)
{
	struct end *d = calloc(1, sizeof(*d));
	perso_rc rc;

	if (d == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory to end a job");
	d->job = job;
	d->e = e;
	rc = perso_store_tx(s, body, d);
	free(d);
	PERSO_TRY(rc);
	/* Overwritten pages linger in the write-ahead log until this. */
	(void)sqlite3_wal_checkpoint_v2(
	    s->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	return PERSO_OK;
}

/* see perso/store.h */
perso_rc
perso_store_job_finish(
    struct perso_store *s, int64_t job, const struct perso_store_end *end)
{
	return end_job(s, finish, job, end);
}

/* see perso/store.h */
perso_rc
perso_store_job_spoil(
    struct perso_store *s, int64_t job, const struct perso_store_end *end)
{
	return end_job(s, spoil, job, end);
}
