/*
 * Documents without a chip: an order on a numbered sticker or form, from its
 * files to the end of its job, and what a stop left of one.
 */
#include "perso/hooks.h"
#include "line_int.h"

/* see line_int.h */
bool
perso_line_is_sticker(
    const struct perso_line *line, const struct perso_store_job *job)
{
	const struct perso_doc_profile *d =
	    perso_profiles_doc(line->cfg.profiles, job->profile);

	return d != NULL && perso_doc_profile_is_chipless(d);
}

/* see line_int.h */
perso_rc
perso_line_check_sticker(
    const struct perso_line *line, const struct perso_doc_profile *d)
{
	if (d == NULL || !perso_doc_profile_is_chipless(d))
		PERSO_FAIL(PERSO_E_UNSUPPORTED,
		    "the document has a chip: it is not made on a sticker");
	if (d->blanks[0] == '\0' || d->seal.definition[0] == '\0')
		PERSO_FAIL(PERSO_E_CONFIG,
		    "profile %s names no %s: it cannot be made", d->id,
		    d->blanks[0] == '\0' ? "blanks" : "seal");
	if (line->cfg.printer == NULL)
		PERSO_FAIL(PERSO_E_CONFIG,
		    "%s is printed, and there is no printer: print-folder or "
		    "print-command in the configuration",
		    d->id);
	if (line->cfg.page_inspector.inspect == NULL)
		PERSO_FAIL(PERSO_E_CONFIG, "nobody checks printed pages");
	return PERSO_OK;
}

/* ---- before anything is begun ---- */

/* Whose fault a failure is: the order's, or neither's. */
static perso_rc
check_values(
    struct perso_work *w, const struct perso_store_order *o, bool *ret_blame)
{
	perso_rc rc = perso_work_load(w, o, w->clock);

	*ret_blame = rc != PERSO_OK;
	PERSO_TRY(rc);
	PERSO_TRY(perso_work_sealer(w));
	rc = perso_work_pages_begin(w);
	if (rc == PERSO_OK)
		rc = perso_work_seal_try(w);
	if (rc == PERSO_OK)
		rc = perso_work_pages_try(w);
	*ret_blame = rc != PERSO_OK;
	return rc;
}

/* see line_int.h */
perso_rc
perso_work_check_sticker(
    struct perso_work *w, const struct perso_store_order *o, bool *ret_blame)
{
	const struct perso_doc_profile *d =
	    perso_profiles_doc(w->line->cfg.profiles, o->profile);

	*ret_blame = false;
	PERSO_TRY(perso_line_check_sticker(w->line, d));
	return check_values(w, o, ret_blame);
}

static perso_rc
check(struct perso_work *w, const char *id, struct perso_line_result *r)
{
	const struct perso_line_events *e = &w->line->cfg.events;
	struct perso_store_order *o = calloc(1, sizeof(*o));
	bool blame = false;
	perso_rc rc;

	if (o == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for an order");
	w->step = PERSO_STEP_CHECK;
	if (e->begin != NULL)
		e->begin(e->ctx, PERSO_STEP_CHECK);
	rc = perso_store_order_get(w->line->cfg.store, id, o);
	if (rc == PERSO_OK)
		rc = perso_work_ready_order(o);
	if (rc == PERSO_OK)
		rc = perso_work_check_sticker(w, o, &blame);
	free(o);
	if (e->end != NULL)
		e->end(e->ctx, PERSO_STEP_CHECK, rc);
	if (rc == PERSO_OK)
		return rc;
	if (blame)
		return perso_work_fail_order(w, id, r, rc);
	perso_work_say_trail(r);
	return perso_work_leave(r, PERSO_LINE_NOTHING, rc);
}

/* The number that was scanned or typed, against the stock. */
static perso_rc
check_blank(struct perso_work *w)
{
	const struct perso_doc_profile *d = w->doc;
	struct perso_store_blank b;

	PERSO_TRY(perso_store_blank_get(w->line->cfg.store, w->id.serial, &b));
	if (strcmp(b.product, d->blanks) != 0)
		PERSO_FAIL(PERSO_E_PRODUCT, "blank %s is %s, not %s", b.serial,
		    b.product, d->blanks);
	if (b.state != PERSO_BLANK_RECEIVED && b.state != PERSO_BLANK_RESERVED)
		PERSO_FAIL(PERSO_E_STATE, "blank %s is %s", b.serial,
		    perso_blank_state_name(b.state));
	if (d->number.kind == PERSO_NUMBER_BLANK &&
	    !perso_pattern_matches(d->number.pattern, perso_span_str(b.number)))
		PERSO_FAIL(PERSO_E_RANGE,
		    "the number of blank %s is not one of %s", b.serial, d->id);
	return PERSO_OK;
}

/* ---- the work ---- */

static perso_rc
restore_seal(struct perso_work *w)
{
	if (w->seal.n > 0)
		return PERSO_OK;
	return perso_work_kept(w,
	    perso_store_job_seal_get(w->line->cfg.store, w->job.id, &w->seal));
}

/* The same seal gives the same page, bit for bit. */
static perso_rc
draw(struct perso_work *w)
{
	PERSO_TRY(restore_seal(w));
	PERSO_TRY(perso_work_seal_symbol(w));
	return perso_work_pages_drawn(w);
}

static perso_rc
announce(struct perso_work *w)
{
	PERSO_TRY(perso_work_stored(
	    w, perso_store_job_printing(w->line->cfg.store, w->job.id)));
	w->job.state = PERSO_JOB_PRINTING;
	return PERSO_OK;
}

static perso_rc
note_printed(struct perso_work *w)
{
	PERSO_TRY(perso_work_stored(
	    w, perso_store_job_printed(w->line->cfg.store, w->job.id)));
	w->job.state = PERSO_JOB_PRINTED;
	return PERSO_OK;
}

static perso_rc
inspect(struct perso_work *w)
{
	const struct perso_page_inspector *i = &w->line->cfg.page_inspector;
	struct perso_page_inspection what = { .record = &w->order->record,
		.profile = w->doc,
		.seal = perso_buf_span(&w->seal),
		.number = w->job.number,
		.order = w->job.order,
		.blank = w->job.blank };

	PERSO_TRY(perso_work_pages_png(w, &what.png));
	PERSO_TRY(i->inspect(i->ctx, &what, &w->verdict));
	w->judged = true;
	return PERSO_OK;
}

static perso_rc
print(struct perso_work *w, struct perso_line_result *r)
{
	perso_rc rc;

	PERSO_TRY(draw(w));
	PERSO_TRY(announce(w));
	rc = perso_work_step(w, PERSO_STEP_PAGES, perso_work_pages_hand_over);
	r->printer_failed = rc != PERSO_OK;
	if (rc != PERSO_OK) {
		perso_trail_add(
		    "nobody knows whether %s was printed", w->job.blank);
		return rc;
	}
	return note_printed(w);
}

static perso_rc
run_job(struct perso_work *w, struct perso_line_result *r)
{
	w->printed = PERSO_PAGES_PRINTED; /* conclude prints nothing */
	PERSO_TRY(perso_record_bind(&w->order->record, w->job.number));
	if (w->job.state == PERSO_JOB_BEGUN)
		PERSO_TRY(perso_work_step(w, PERSO_STEP_SIGN, perso_work_seal));
	if (w->job.state == PERSO_JOB_SEALED)
		PERSO_TRY(print(w, r));
	if (w->job.state != PERSO_JOB_PRINTED)
		PERSO_FAIL(PERSO_E_STATE,
		    "stopped while it was printed: nobody knows whether %s "
		    "was",
		    w->job.blank);
	PERSO_TRY(draw(w));
	return perso_work_step(w, PERSO_STEP_INSPECT, inspect);
}

static perso_rc
finish(struct perso_work *w, struct perso_line_result *r)
{
	perso_rc rc = run_job(w, r);

	if (rc != PERSO_OK)
		perso_work_say_trail(r);
	return perso_work_conclude(w, r, rc);
}

static perso_rc
refuse(struct perso_work *w, struct perso_line_result *r, perso_rc rc)
{
	perso_work_say_trail(r);
	perso_work_account(w, r);
	(void)snprintf(r->blank, sizeof(r->blank), "%s", w->id.serial);
	return perso_work_leave(r,
	    rc == PERSO_E_STORE ? PERSO_LINE_NOTHING : PERSO_LINE_REFUSED, rc);
}

static perso_rc
run(struct perso_work *w, const char *id, struct perso_line_result *r)
{
	perso_rc rc;

	PERSO_TRY(check(w, id, r));
	rc = perso_work_step(w, PERSO_STEP_OPEN, check_blank);
	if (rc != PERSO_OK)
		return refuse(w, r, rc);
	PERSO_TRY(perso_work_begin(w, id, w->clock, r));
	return finish(w, r);
}

/* see perso/line.h */
perso_rc
perso_line_run_sticker(struct perso_line *line, const char *order,
    const char *number, struct perso_line_result *ret)
{
	LINE_WORK(w);

	*ret = (struct perso_line_result){ .rc = PERSO_E_NOMEM };
	(void)snprintf(ret->order, sizeof(ret->order), "%s", order);
	PERSO_TRY(perso_work_new(line, NULL, &w));
	w->clock = (int64_t)perso_now();
	if (strlen(number) >= sizeof(w->id.serial)) {
		perso_trail_add("the number is too long");
		return refuse(w, ret, PERSO_E_RANGE);
	}
	(void)snprintf(w->id.serial, sizeof(w->id.serial), "%s", number);
	return run(w, order, ret);
}

/* ---- after a stop ---- */

static perso_rc
restore(struct perso_work *w)
{
	PERSO_TRY(perso_work_load_job(w));
	return w->job.state == PERSO_JOB_BEGUN ? perso_work_sealer(w)
					       : PERSO_OK;
}

/* see line_int.h */
perso_rc
perso_line_recover_sticker(struct perso_line *line,
    const struct perso_store_job *job, struct perso_line_result *ret)
{
	LINE_WORK(w);
	perso_rc rc;

	*ret = (struct perso_line_result){ .rc = PERSO_E_NOMEM };
	PERSO_TRY(perso_work_new(line, NULL, &w));
	w->job = *job;
	w->clock = job->clock;
	w->resumed = true;
	perso_work_name(w, ret);
	if (job->state != PERSO_JOB_PRINTING) {
		rc = perso_line_check_sticker(
		    line, perso_profiles_doc(line->cfg.profiles, job->profile));
		if (rc != PERSO_OK) {
			perso_trail_add(
			    "job %lld waits for its page", (long long)job->id);
			perso_work_say_trail(ret);
			return perso_work_leave(ret, PERSO_LINE_NOTHING, rc);
		}
	}
	rc = restore(w);
	if (rc == PERSO_OK)
		return finish(w, ret);
	perso_work_say_trail(ret);
	return perso_work_conclude(w, ret, rc);
}
