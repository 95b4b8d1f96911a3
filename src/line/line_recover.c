/* Jobs that a stop left behind. */
#include "line_int.h"

/* Everything but the chip. */
static perso_rc
restore(struct perso_work *w)
{
	PERSO_TRY(perso_work_load_job(w));
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
take_up(struct perso_line *line, struct perso_link *link,
    const struct perso_store_job *job, struct perso_line_result *ret,
    struct perso_work **ret_work)
{
	*ret = (struct perso_line_result){ .rc = PERSO_E_NOMEM };
	PERSO_TRY(perso_work_new(line, link, ret_work));
	(*ret_work)->job = *job;
	(*ret_work)->resumed = true;
	perso_work_name(*ret_work, ret);
	return PERSO_OK;
}

static perso_rc
recover_job(struct perso_line *line, const struct recover *how,
    const struct perso_store_job *job, struct perso_line_result *ret)
{
	LINE_WORK(w);
	perso_rc rc;

	PERSO_TRY(take_up(line, how->link, job, ret, &w));
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

/* ---- chips that are good, pages that are not printed -------------------- */

struct judged {
	enum perso_store_pages pages; /* NONE: not judged */
	char verdict[PERSO_REASON_MAX];
};

static perso_rc
find_judged(struct perso_line *line, const struct perso_store_job *job,
    struct judged *ret)
{
	*ret = (struct judged){ .pages = PERSO_PAGES_NONE };
	if (job->state != PERSO_JOB_LOCKED)
		return PERSO_OK;
	return perso_store_job_pages_get(
	    line->cfg.store, job->id, &ret->pages, ret->verdict);
}

static void
set_verdict(struct perso_work *w, const struct judged *j)
{
	w->verdict.ok = w->judged = true;
	(void)snprintf(w->verdict.text, sizeof(w->verdict.text), "%.*s",
	    (int)sizeof(w->verdict.text) - 1, j->verdict);
	w->printed = j->pages;
}

static perso_rc
unprinted(struct perso_line_result *ret, enum perso_store_pages pages,
    perso_rc rc, const char *why)
{
	(void)snprintf(ret->text, sizeof(ret->text),
	    "chip good, pages %s: %.400s",
	    pages == PERSO_PAGES_PRINTED ? "printed, not finished"
					 : "not printed",
	    why);
	return perso_work_leave(ret, PERSO_LINE_UNPRINTED, rc);
}

/* The secrets that a page or a letter shows, too. */
static perso_rc
restore_pages(struct perso_work *w)
{
	PERSO_TRY(perso_work_load_job(w));
	PERSO_TRY(perso_work_ready(w));
	PERSO_TRY(perso_record_bind(&w->order->record, w->job.number));
	return perso_work_secrets(w, false);
}

static perso_rc
print_job(struct perso_line *line, const struct perso_store_job *job,
    const struct judged *j, struct perso_line_result *ret)
{
	LINE_WORK(w);
	char why[PERSO_REASON_MAX];
	perso_rc rc;

	PERSO_TRY(take_up(line, NULL, job, ret, &w));
	set_verdict(w, j);
	if (j->pages != PERSO_PAGES_PRINTED && line->cfg.printer == NULL)
		return unprinted(ret, j->pages, PERSO_E_CONFIG, "no printer");
	rc = j->pages != PERSO_PAGES_PRINTED ? restore_pages(w)
					     : perso_work_codes(w);
	if (rc != PERSO_OK) {
		perso_trail_text(why, sizeof(why));
		return unprinted(ret, j->pages, rc, why);
	}
	return perso_work_conclude(w, ret, PERSO_OK);
}

/* At a start: what a stop interrupted goes on, what failed waits. */
static perso_rc
recover_judged(struct perso_line *line, const struct perso_store_job *job,
    const struct judged *j, struct perso_line_result *ret)
{
	LINE_WORK(w);
	char why[80];

	if (j->pages != PERSO_PAGES_FAILED)
		return print_job(line, job, j, ret);
	PERSO_TRY(take_up(line, NULL, job, ret, &w));
	(void)snprintf(why, sizeof(why), "job %lld waits", (long long)job->id);
	return unprinted(ret, j->pages, PERSO_E_STATE, why);
}

static perso_rc
get_judged(struct perso_line *line, int64_t id, struct perso_store_job *ret_job,
    struct judged *ret)
{
	PERSO_TRY(perso_store_job_get(line->cfg.store, id, ret_job));
	PERSO_TRY(find_judged(line, ret_job, ret));
	if (ret->pages == PERSO_PAGES_NONE)
		PERSO_FAIL(PERSO_E_STATE,
		    "job %lld is %s and has no pages to be printed",
		    (long long)id, perso_job_state_name(ret_job->state));
	return PERSO_OK;
}

/* see perso/line.h */
perso_rc
perso_line_print_job(
    struct perso_line *line, int64_t job, struct perso_line_result *ret)
{
	struct perso_store_job j;
	struct judged judged;

	*ret = (struct perso_line_result){ .job = job };
	ret->rc = get_judged(line, job, &j, &judged);
	if (ret->rc != PERSO_OK) {
		perso_work_say_trail(ret);
		return ret->rc;
	}
	return print_job(line, &j, &judged, ret);
}

/* see perso/line.h */
perso_rc
perso_line_spoil_job(struct perso_line *line, int64_t job, const char *reason,
    struct perso_line_result *ret)
{
	LINE_WORK(w);
	struct perso_store_job j;
	struct judged judged;
	perso_rc rc;

	*ret = (struct perso_line_result){ .job = job };
	PERSO_TRY(perso_store_job_get(line->cfg.store, job, &j));
	if (!perso_line_is_sticker(line, &j))
		PERSO_TRY(get_judged(line, job, &j, &judged));
	PERSO_TRY(take_up(line, NULL, &j, ret, &w));
	if (!perso_line_is_sticker(line, &j))
		set_verdict(w, &judged);
	perso_work_say(ret, "pages: ", reason);
	rc = perso_work_end(w, ret, PERSO_E_STATE);
	return ret->outcome == PERSO_LINE_SPOILED ? PERSO_OK : rc;
}

/* ---- all of them --------------------------------------------------------- */

/* What cannot go on for want of a printer stops the start. */
static perso_rc
recover_sticker(struct perso_line *line, const struct perso_store_job *job,
    perso_line_each_fn each, void *ctx)
{
	struct perso_line_result r;

	(void)perso_line_recover_sticker(line, job, &r);
	if (each != NULL)
		each(ctx, &r);
	return r.outcome == PERSO_LINE_GOOD || r.outcome == PERSO_LINE_SPOILED
		   ? PERSO_OK
		   : r.rc;
}

/* Jobs one after the other; those that chips are needed for with how, or
 * only counted. */
static perso_rc
each_job(struct perso_line *line, const struct recover *how,
    perso_line_each_fn each, void *ctx, bool *ret_rest)
{
	struct perso_line_result r;
	struct perso_store_job job;
	struct judged j;
	bool there = false;
	int64_t after = 0;

	for (;;) {
		PERSO_TRY(perso_store_job_next(line->cfg.store,
		    PERSO_JOB_UNFINISHED, NULL, after, &job, &there));
		if (!there)
			return PERSO_OK;
		after = job.id;
		if (perso_line_is_sticker(line, &job)) {
			PERSO_TRY(recover_sticker(line, &job, each, ctx));
			continue;
		}
		PERSO_TRY(find_judged(line, &job, &j));
		*ret_rest = *ret_rest || j.pages == PERSO_PAGES_NONE;
		if (how == NULL && j.pages == PERSO_PAGES_NONE)
			continue;
		if (j.pages != PERSO_PAGES_NONE)
			(void)recover_judged(line, &job, &j, &r);
		else
			(void)recover_job(line, how, &job, &r);
		if (each != NULL)
			each(ctx, &r);
		if (r.outcome != PERSO_LINE_GOOD &&
		    r.outcome != PERSO_LINE_SPOILED &&
		    r.outcome != PERSO_LINE_UNPRINTED)
			return r.rc;
	}
}

/* see perso/line.h */
perso_rc
perso_line_recover(struct perso_line *line, struct perso_link *link,
    perso_line_each_fn each, void *ctx)
{
	struct recover how = { link, false };
	bool rest = false;

	return each_job(line, &how, each, ctx, &rest);
}

/* see perso/line.h */
perso_rc
perso_line_recover_pages(
    struct perso_line *line, perso_line_each_fn each, void *ctx, bool *ret_rest)
{
	*ret_rest = false;
	return each_job(line, NULL, each, ctx, ret_rest);
}

/* see perso/line.h */
perso_rc
perso_line_recover_chip(struct perso_line *line, struct perso_link *link,
    struct perso_line_result *ret, bool *ret_found)
{
	struct recover how = { link, true };
	struct perso_store_job job;
	struct judged j;
	bool there = false;
	int64_t after = 0;

	*ret_found = false;
	for (;;) {
		PERSO_TRY(perso_store_job_next(line->cfg.store,
		    PERSO_JOB_UNFINISHED, NULL, after, &job, &there));
		if (!there)
			return PERSO_OK;
		after = job.id;
		if (perso_line_is_sticker(line, &job))
			continue;
		PERSO_TRY(find_judged(line, &job, &j));
		if (j.pages != PERSO_PAGES_NONE)
			continue;
		(void)recover_job(line, &how, &job, ret);
		if (ret->outcome == PERSO_LINE_UNFINISHED)
			return ret->rc;
		*ret_found = ret->outcome != PERSO_LINE_NOTHING;
		if (*ret_found)
			return PERSO_OK;
	}
}
