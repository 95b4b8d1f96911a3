/* What an unfinished job keeps beside keys and EF.SOD. */
#include <inttypes.h>

#include "store_int.h"

static const struct {
	const char *name;
	enum perso_job_state in;
	const char *kind; /* in the journal */
} things[] = {
	[PERSO_KEPT_SECRETS] = { "secrets", PERSO_JOB_BEGUN, "job-secrets" },
	[PERSO_KEPT_CARD_SECURITY] = { "card-security", PERSO_JOB_KEYED,
	    "job-card-security" },
};

struct keep {
	int64_t job;
	enum perso_store_kept what;
	struct perso_span bytes;
};

static perso_rc
keep(struct perso_store *s, void *arg)
{
	const struct keep *k = arg;
	struct perso_store_job j;
	int64_t known = 0;

	PERSO_TRY(perso_store_job_get(s, k->job, &j));
	PERSO_TRY(perso_store_int(s, &known,
	    "SELECT count(*) FROM job_kept WHERE job = ? AND what = ?", "is",
	    k->job, things[k->what].name));
	if (j.state != things[k->what].in || known != 0)
		PERSO_FAIL(PERSO_E_STATE, "job %" PRId64 " is %s and %s its %s",
		    k->job, perso_job_state_name(j.state),
		    known != 0 ? "has" : "lacks", things[k->what].name);
	PERSO_TRY(perso_store_run(s, NULL,
	    "INSERT INTO job_kept(job, what, bytes) VALUES(?, ?, ?)", "isb",
	    k->job, things[k->what].name, k->bytes));
	return perso_store_note(
	    s, &(struct store_note){ .kind = things[k->what].kind,
		   .order = j.order,
		   .blank = j.blank,
		   .job = k->job });
}

/* see perso/store.h */
perso_rc
perso_store_job_keep(struct perso_store *s, int64_t job,
    enum perso_store_kept what, struct perso_span bytes)
{
	struct keep k = { job, what, bytes };

	if (bytes.n == 0)
		PERSO_FAIL(PERSO_E_ARG, "nothing to keep");
	return perso_store_tx(s, keep, &k);
}

/* see perso/store.h */
perso_rc
perso_store_job_kept(struct perso_store *s, int64_t job,
    enum perso_store_kept what, struct perso_buf *ret)
{
	STORE_STMT(st);
	bool there = false;
	const void *p;

	PERSO_TRY(perso_store_query(s, &st,
	    "SELECT bytes FROM job_kept WHERE job = ? AND what = ?", "is", job,
	    things[what].name));
	PERSO_TRY(perso_store_step(s, st, &there));
	if (!there)
		PERSO_FAIL(PERSO_E_NOT_FOUND,
		    "job %" PRId64 " does not keep its %s (yet, or any more)",
		    job, things[what].name);
	p = sqlite3_column_blob(st, 0);
	return perso_buf_append(
	    ret, perso_span(p, (size_t)sqlite3_column_bytes(st, 0)));
}
