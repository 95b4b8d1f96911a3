/* One order from its files to the end of its job; and jobs taken up again. */
#include <inttypes.h>

#include "perso/devpki.h"
#include "perso/hooks.h"
#include "perso/log.h"
#include "line_int.h"

/* How often one job is taken up again after the link tore. */
#define TRIES 2

static bool
is_link(perso_rc rc)
{
	return perso_rc_category(rc) == PERSO_CAT_LINK;
}

static void
say(struct perso_line_result *r, const char *what, const char *text)
{
	(void)snprintf(r->text, sizeof(r->text), "%s%s", what, text);
}

static void
say_trail(struct perso_line_result *r)
{
	perso_trail_text(r->text, sizeof(r->text));
}

static perso_rc
leave(struct perso_line_result *r, enum perso_line_outcome o, perso_rc rc)
{
	r->outcome = o;
	r->rc = rc;
	return rc;
}

static void
account(const struct perso_work *w, struct perso_line_result *r)
{
	r->apdus = w->meter.base.commands;
	r->us = perso_ticks_us() - w->started_us;
	r->bytes = perso_lds_image_size(&w->img);
}

/* ---- the end of a job ------------------------------------------------ */

static perso_rc
record_end(struct perso_work *w, struct perso_line_result *r, bool good)
{
	struct perso_store *s = w->line->cfg.store;
	struct perso_store_end end = {
		.verdict = w->judged ? w->verdict.text : NULL,
		.error = good ? NULL : r->text, .steps = w->steps,
		.step_count = w->step_count, .apdus = w->meter.base.commands,
		.bytes = w->meter.base.bytes_in + w->meter.base.bytes_out,
		.ms = r->us / 1000 };

	return good ? perso_store_job_finish(s, w->job.id, &end) :
		      perso_store_job_spoil(s, w->job.id, &end);
}

/* good is decided; text says why not. */
static perso_rc
end_job(struct perso_work *w, struct perso_line_result *r, perso_rc why)
{
	const struct perso_line_events *e = &w->line->cfg.events;
	bool good = why == PERSO_OK;
	perso_rc rc;

	account(w, r);
	if (e->begin != NULL)
		e->begin(e->ctx, PERSO_STEP_FINISH);
	rc = record_end(w, r, good);
	if (e->end != NULL)
		e->end(e->ctx, PERSO_STEP_FINISH, rc);
	if (rc != PERSO_OK) {
		say_trail(r);
		return leave(r, PERSO_LINE_UNFINISHED, rc);
	}
	if (!good) {
		perso_trail_reset();
		perso_trail_add("%s", r->text);
		perso_trail_add("blank %s is spoiled", w->job.blank);
		return leave(r, PERSO_LINE_SPOILED, why);
	}
	return leave(r, PERSO_LINE_GOOD, PERSO_OK);
}

/* The rest of a job's way, once. */
static perso_rc
attempt(struct perso_work *w, bool connected)
{
	if (!connected && w->job.state != PERSO_JOB_LOCKED)
		PERSO_TRY(perso_work_step(w, PERSO_STEP_OPEN,
		    perso_work_open));
	return perso_work_run(w);
}

/* Until there is a verdict, or no hope; after PERSO_OK w->judged. */
static perso_rc
drive(struct perso_work *w, bool connected, struct perso_line_result *r)
{
	const struct perso_line_events *e = &w->line->cfg.events;
	perso_rc rc;

	for (int i = 0;; i++) {
		rc = attempt(w, connected);
		if (rc == PERSO_OK)
			return rc;
		say_trail(r);
		if (!is_link(rc) || w->store_failed || i == TRIES)
			return rc;
		if (e->torn != NULL)
			e->torn(e->ctx, w->step, rc);
		connected = false;
		w->resumed = true;
	}
}

/* From drive's end to the store. */
static perso_rc
conclude(struct perso_work *w, struct perso_line_result *r, perso_rc rc)
{
	perso_chip_free(&w->chip);
	if (w->store_failed) {
		account(w, r);
		return leave(r, PERSO_LINE_UNFINISHED, rc);
	}
	if (rc == PERSO_OK && !w->verdict.ok) {
		say(r, "inspection: ", w->verdict.text);
		return end_job(w, r, PERSO_E_MISMATCH);
	}
	if (rc == PERSO_OK)
		say(r, "", w->verdict.text);
	return end_job(w, r, rc);
}

/* Development only, and only of good documents. */
static perso_rc
dump(struct perso_work *w, struct perso_line_result *r)
{
	if (w->line->cfg.lds_dir == NULL || r->outcome != PERSO_LINE_GOOD)
		return PERSO_OK;
	if (w->signer == NULL ||
	    !perso_devpki_is_cert(perso_signer_cert(w->signer)))
		PERSO_FAIL(PERSO_E_TRUST,
		    "files of documents are written out only with a "
		    "development PKI");
	return perso_work_dump(w);
}

/* ---- a new job ------------------------------------------------------- */

static perso_rc
check_state(const struct perso_store_order *o)
{
	if (o->state != PERSO_ORDER_IMPORTED &&
	    o->state != PERSO_ORDER_FAILED)
		PERSO_FAIL(PERSO_E_STATE, "order %s is %s", o->id,
		    perso_order_state_name(o->state));
	return PERSO_OK;
}

static perso_rc
check_dump(const struct perso_work *w)
{
	if (w->line->cfg.lds_dir != NULL &&
	    !perso_devpki_is_cert(perso_signer_cert(w->signer)))
		PERSO_FAIL(PERSO_E_TRUST,
		    "files of documents are written out only with a "
		    "development PKI");
	return PERSO_OK;
}

/* The order's own fault: it fails. Everything else leaves it alone. */
static bool
is_orders_fault(perso_rc rc)
{
	return perso_rc_category(rc) == PERSO_CAT_DATA ||
	    perso_rc_category(rc) == PERSO_CAT_TRUST;
}

static perso_rc
fail_order(struct perso_work *w, const char *id,
    struct perso_line_result *r, perso_rc rc)
{
	say_trail(r);
	if (!is_orders_fault(rc))
		return leave(r, PERSO_LINE_NOTHING, rc);
	if (perso_store_order_fail(w->line->cfg.store, id, r->text) !=
	    PERSO_OK)
		return leave(r, PERSO_LINE_NOTHING, PERSO_E_STORE);
	perso_trail_reset();
	perso_trail_add("%s", r->text);
	return leave(r, PERSO_LINE_FAILED, rc);
}

struct prepare {
	struct perso_store_order order;
	int64_t clock;
};

static perso_rc
read_order(struct perso_work *w, const char *id, struct prepare *p)
{
	PERSO_TRY(perso_store_order_get(w->line->cfg.store, id, &p->order));
	return check_state(&p->order);
}

static perso_rc
load_order(struct perso_work *w, const struct prepare *p)
{
	PERSO_TRY(perso_work_load(w, &p->order, p->clock));
	return perso_work_try(w);
}

static perso_rc
ready_signer(struct perso_work *w, const struct prepare *p)
{
	PERSO_TRY(perso_work_signer(w, p->clock));
	return check_dump(w);
}

/* CHECK, by hand: its failures have three different consequences. */
static perso_rc
check(struct perso_work *w, const char *id, struct prepare *p,
    struct perso_line_result *r)
{
	const struct perso_line_events *e = &w->line->cfg.events;
	perso_rc rc = read_order(w, id, p);
	bool blame = false;

	w->step = PERSO_STEP_CHECK;
	if (e->begin != NULL)
		e->begin(e->ctx, PERSO_STEP_CHECK);
	if (rc == PERSO_OK) {
		rc = load_order(w, p);
		blame = rc != PERSO_OK;
	}
	if (rc == PERSO_OK)
		rc = ready_signer(w, p);
	if (e->end != NULL)
		e->end(e->ctx, PERSO_STEP_CHECK, rc);
	if (rc == PERSO_OK)
		return rc;
	if (blame)
		return fail_order(w, id, r, rc);
	say_trail(r);
	return leave(r, PERSO_LINE_NOTHING, rc);
}

/* The product of the chip in the reader, among those the document may have. */
static perso_rc
find_product(struct perso_work *w)
{
	const struct perso_doc_profile *d = w->doc;

	PERSO_TRY(perso_link_reset(&w->meter.base));
	for (size_t i = 0; i < d->chip_count; i++) {
		w->cp = perso_profiles_chip(w->line->cfg.profiles,
		    d->chips[i]);
		if (w->cp != NULL && perso_chip_profile_matches(w->cp,
		    perso_link_atr(&w->meter.base)))
			return PERSO_OK;
	}
	PERSO_FAIL(PERSO_E_PRODUCT, "not a chip for documents of %s", d->id);
}

/* What the chip says it is, against the stock; before the first write. */
static perso_rc
check_blank(const struct perso_work *w)
{
	struct perso_store_blank b;

	PERSO_TRY(perso_store_blank_get(w->line->cfg.store, w->id.serial,
	    &b));
	if (strcmp(b.product, w->cp->id) != 0)
		PERSO_FAIL(PERSO_E_PRODUCT,
		    "blank %s is %s by its chip, %s in stock", b.serial,
		    w->cp->id, b.product);
	if (b.state != PERSO_BLANK_RECEIVED &&
	    b.state != PERSO_BLANK_RESERVED)
		PERSO_FAIL(PERSO_E_STATE, "blank %s is %s", b.serial,
		    perso_blank_state_name(b.state));
	if (w->doc->number.kind != PERSO_NUMBER_BLANK)
		return PERSO_OK;
	if (!perso_pattern_matches(w->doc->number.pattern,
	    perso_span_str(b.number)))
		PERSO_FAIL(PERSO_E_RANGE,
		    "the pre-printed number of blank %s is not one of %s",
		    b.serial, w->doc->id);
	return PERSO_OK;
}

static perso_rc
open_blank(struct perso_work *w)
{
	PERSO_TRY(find_product(w));
	PERSO_TRY(perso_work_open(w));
	return check_blank(w);
}

static perso_rc
format_number(void *ctx, uint64_t value, char ret[PERSO_NUMBER_MAX])
{
	char text[PERSO_DOCNUM_MAX + 1];

	PERSO_TRY(perso_number_format(ctx, value, text));
	return perso_span_copy(ret, PERSO_NUMBER_MAX, perso_span_of(text));
}

static perso_rc
begin_job(struct perso_work *w, const char *id, int64_t clock)
{
	struct perso_number_source src = w->doc->number;
	struct perso_store_number q = { .range = w->doc->id,
		.first = src.first, .last = src.last,
		.format = format_number, .ctx = &src,
		.text = w->order->record.number };

	q.source = src.kind == PERSO_NUMBER_RANGE ? PERSO_STORE_FROM_RANGE :
	    src.kind == PERSO_NUMBER_BLANK	  ? PERSO_STORE_FROM_BLANK :
						    PERSO_STORE_FROM_ORDER;
	return perso_store_job_begin(w->line->cfg.store, id, w->id.serial,
	    clock, &q, &w->job);
}

static void
name_job(const struct perso_work *w, struct perso_line_result *r)
{
	r->job = w->job.id;
	(void)snprintf(r->order, sizeof(r->order), "%s", w->job.order);
	(void)snprintf(r->blank, sizeof(r->blank), "%s", w->job.blank);
	(void)snprintf(r->number, sizeof(r->number), "%s", w->job.number);
}

/* A reader that fails is nobody's fault; a chip that is not ours is refused
 * whatever it says. */
static perso_rc
refuse(struct perso_work *w, struct perso_line_result *r, perso_rc rc)
{
	enum perso_line_outcome o = PERSO_LINE_REFUSED;

	say_trail(r);
	account(w, r);
	(void)snprintf(r->blank, sizeof(r->blank), "%s", w->id.serial);
	if (is_link(rc) || rc == PERSO_E_STORE || rc == PERSO_E_NOMEM ||
	    rc == PERSO_E_KEY || rc == PERSO_E_CONFLICT)
		o = PERSO_LINE_NOTHING;
	return leave(r, o, rc);
}

static perso_rc
run(struct perso_work *w, const char *id, struct prepare *p,
    struct perso_line_result *r)
{
	const struct perso_line_events *e = &w->line->cfg.events;
	perso_rc rc;

	PERSO_TRY(check(w, id, p, r));
	rc = perso_work_step(w, PERSO_STEP_OPEN, open_blank);
	if (rc != PERSO_OK)
		return refuse(w, r, rc);
	(void)snprintf(r->blank, sizeof(r->blank), "%s", w->id.serial);
	w->step = PERSO_STEP_BEGIN;
	if (e->begin != NULL)
		e->begin(e->ctx, PERSO_STEP_BEGIN);
	rc = begin_job(w, id, p->clock);
	if (e->end != NULL)
		e->end(e->ctx, PERSO_STEP_BEGIN, rc);
	if (rc != PERSO_OK) {
		say_trail(r);
		account(w, r);
		return leave(r, PERSO_LINE_NOTHING, rc);
	}
	name_job(w, r);
	rc = perso_record_bind(&w->order->record, w->job.number);
	if (rc != PERSO_OK)
		say_trail(r);
	else
		rc = drive(w, true, r);
	rc = conclude(w, r, rc);
	if (rc == PERSO_OK && dump(w, r) != PERSO_OK)
		perso_log(PERSO_LOG_WARN, "order %s: files not written", id);
	return rc;
}

/* see perso/line.h */
perso_rc
perso_line_run_order(struct perso_line *line, const char *order,
    struct perso_link *link, struct perso_line_result *ret)
{
	LINE_WORK(w);
	struct prepare *p = calloc(1, sizeof(*p));
	perso_rc rc;

	*ret = (struct perso_line_result){ .rc = PERSO_E_NOMEM };
	(void)snprintf(ret->order, sizeof(ret->order), "%s", order);
	if (p == NULL || perso_work_new(line, link, &w) != PERSO_OK) {
		free(p);
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for a job");
	}
	p->clock = (int64_t)perso_now();
	rc = run(w, order, p, ret);
	free(p);
	return rc;
}

/* see perso/line.h */
perso_rc
perso_line_check_order(struct perso_line *line, const char *order)
{
	LINE_WORK(w);
	struct prepare *p = calloc(1, sizeof(*p));
	perso_rc rc;

	if (p == NULL || perso_work_new(line, NULL, &w) != PERSO_OK) {
		free(p);
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for an order");
	}
	p->clock = (int64_t)perso_now();
	rc = read_order(w, order, p);
	if (rc == PERSO_OK)
		rc = load_order(w, p);
	if (rc == PERSO_OK)
		rc = ready_signer(w, p);
	free(p);
	return rc;
}

/* ---- jobs that a stop left behind ------------------------------------ */

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
	name_job(w, ret);
	rc = restore(w);
	if (rc != PERSO_OK) {
		say_trail(ret);
		if (how->only_here && !w->store_failed) {
			/* whose chip it is cannot be told any more */
			return leave(ret, PERSO_LINE_NOTHING, PERSO_OK);
		}
		return conclude(w, ret, rc);
	}
	if (how->link == NULL) {
		say(ret, "", "the chip did not come back after a stop");
		return end_job(w, ret, PERSO_E_NO_CARD);
	}
	rc = drive(w, false, ret);
	if (how->only_here && !w->store_failed &&
	    (w->absent || is_link(rc) || (rc == PERSO_OK && !w->verdict.ok &&
	    job->state >= PERSO_JOB_LOCKING)))
		return leave(ret, PERSO_LINE_NOTHING, PERSO_OK);
	rc = conclude(w, ret, rc);
	if (rc == PERSO_OK && dump(w, ret) != PERSO_OK)
		perso_log(PERSO_LOG_WARN, "order %s: files not written",
		    job->order);
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
