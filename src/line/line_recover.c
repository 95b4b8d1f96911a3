/* Jobs that a stop left behind. */
#include "line_int.h"

/* Everything but the chip. */
static perso_rc
restore(struct perso_work *w)
{
	struct perso_store_order *o = calloc(1, sizeof(*o));
	perso_rc rc;

	if (o == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for an order");
	rc = perso_store_order_get(w->line->cfg.store, w->job.order, o);
	w->store_failed = rc != PERSO_OK;
	if (rc == PERSO_OK)
		rc = perso_work_load(w, o, w->job.clock);
	free(o);
	PERSO_TRY(rc);
	if ((w->job.state & (PERSO_JOB_BEGUN | PERSO_JOB_KEYED)) != 0 ||
	    w->line->cfg.lds_dir != NULL)
		PERSO_TRY(perso_work_signer(w, w->job.clock));
	PERSO_TRY(perso_work_ready(w));
	return perso_work_restore(w);
}

/* only_here: a job whose chip is not at the link is left alone. */
struct recover {
	struct perso_link *link;
	bool only_here;
};

static perso_rc
recover_job(struct perso_line *line, const struct recover *how,
    const struct perso_store_job *job, struct perso_line_result *ret)
{
	LINE_WORK(w);
	perso_rc rc;

	*ret = (struct perso_line_result){ .rc = PERSO_E_NOMEM };
	PERSO_TRY(perso_work_new(line, how->link, &w));
	w->job = *job;
	w->resumed = true;
	perso_work_name(w, ret);
	rc = restore(w);
	if (rc != PERSO_OK) {
		perso_work_say_trail(ret);
		if (how->only_here && !w->store_failed) {
			/* whose chip it is cannot be told any more */
			return perso_work_leave(
			    ret, PERSO_LINE_NOTHING, PERSO_OK);
		}
		return perso_work_conclude(w, ret, rc);
	}
	if (how->link == NULL) {
		perso_work_say(
		    ret, "", "the chip did not come back after a stop");
		return perso_work_end(w, ret, PERSO_E_NO_CARD);
	}
	rc = perso_work_drive(w, false, ret);
	if (how->only_here && !w->store_failed &&
	    (w->absent || perso_work_is_link(rc) ||
		(rc == PERSO_OK && !w->verdict.ok &&
		    job->state >= PERSO_JOB_LOCKING)))
		return perso_work_leave(ret, PERSO_LINE_NOTHING, PERSO_OK);
	rc = perso_work_conclude(w, ret, rc);
	perso_work_publish(w, ret);
	return rc;
}

/* see perso/line.h */
perso_rc
perso_line_recover(struct perso_line *line, struct perso_link *link,
    perso_line_each_fn each, void *ctx)
{
	struct recover how = { link, false };
	struct perso_line_result r;
	struct perso_store_job job;
	bool there = false;
	int64_t after = 0;

	for (;;) {
		PERSO_TRY(perso_store_job_next(line->cfg.store,
		    PERSO_JOB_UNFINISHED, NULL, after, &job, &there));
		if (!there)
			return PERSO_OK;
		after = job.id;
		(void)recover_job(line, &how, &job, &r);
		if (each != NULL)
			each(ctx, &r);
		if (r.outcome != PERSO_LINE_GOOD &&
		    r.outcome != PERSO_LINE_SPOILED)
			return r.rc;
	}
}

/* see perso/line.h */
perso_rc
perso_line_recover_chip(struct perso_line *line, struct perso_link *link,
    struct perso_line_result *ret, bool *ret_found)
{
	struct recover how = { link, true };
	struct perso_store_job job;
	bool there = false;
	int64_t after = 0;

	*ret_found = false;
	for (;;) {
		PERSO_TRY(perso_store_job_next(line->cfg.store,
		    PERSO_JOB_UNFINISHED, NULL, after, &job, &there));
		if (!there)
			return PERSO_OK;
		after = job.id;
		(void)recover_job(line, &how, &job, ret);
		if (ret->outcome == PERSO_LINE_UNFINISHED)
			return ret->rc;
		*ret_found = ret->outcome != PERSO_LINE_NOTHING;
		if (*ret_found)
			return PERSO_OK;
	}
}
