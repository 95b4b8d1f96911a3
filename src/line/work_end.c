/* From the steps of a job to its end in the store. */
#include "perso/devpki.h"
#include "perso/hooks.h"
#include "perso/log.h"
#include "line_int.h"

/* How often one job is taken up again after the link tore. */
#define TRIES 2

/* see line_int.h */
bool
perso_work_is_link(perso_rc rc)
{
	return perso_rc_category(rc) == PERSO_CAT_LINK;
}

/* see line_int.h */
void
perso_work_say(struct perso_line_result *r, const char *what, const char *text)
{
	(void)snprintf(r->text, sizeof(r->text), "%s%s", what, text);
}

/* see line_int.h */
void
perso_work_say_trail(struct perso_line_result *r)
{
	perso_trail_text(r->text, sizeof(r->text));
}

/* see line_int.h */
perso_rc
perso_work_leave(
    struct perso_line_result *r, enum perso_line_outcome o, perso_rc rc)
{
	r->outcome = o;
	r->rc = rc;
	return rc;
}

/* see line_int.h */
void
perso_work_account(const struct perso_work *w, struct perso_line_result *r)
{
	r->apdus = w->meter.base.commands;
	r->us = perso_ticks_us() - w->started_us;
	r->bytes = perso_lds_image_size(&w->img);
}

#define LETTER_MAX 256

static perso_rc
record_end(struct perso_work *w, struct perso_line_result *r, bool good)
{
	PERSO_BUF(letter, LETTER_MAX);
	struct perso_store *s = w->line->cfg.store;
	struct perso_store_end end = { .verdict =
					   w->judged ? w->verdict.text : NULL,
		.error = good ? NULL : r->text,
		.steps = w->steps,
		.step_count = w->step_count,
		.apdus = w->meter.base.commands,
		.bytes = w->meter.base.bytes_in + w->meter.base.bytes_out,
		.ms = r->us / 1000 };

	if (good)
		PERSO_TRY_CTX(perso_work_letter(w, &letter), "letter");
	end.letter = perso_buf_span(&letter);
	return good ? perso_store_job_finish(s, w->job.id, &end)
		    : perso_store_job_spoil(s, w->job.id, &end);
}

/* see line_int.h */
perso_rc
perso_work_end(struct perso_work *w, struct perso_line_result *r, perso_rc why)
{
	const struct perso_line_events *e = &w->line->cfg.events;
	bool good = why == PERSO_OK;
	perso_rc rc;

	perso_work_account(w, r);
	if (e->begin != NULL)
		e->begin(e->ctx, PERSO_STEP_FINISH);
	rc = record_end(w, r, good);
	if (e->end != NULL)
		e->end(e->ctx, PERSO_STEP_FINISH, rc);
	if (rc != PERSO_OK) {
		perso_work_say_trail(r);
		return perso_work_leave(r, PERSO_LINE_UNFINISHED, rc);
	}
	if (!good) {
		perso_trail_reset();
		perso_trail_add("%s", r->text);
		perso_trail_add("blank %s is spoiled", w->job.blank);
		return perso_work_leave(r, PERSO_LINE_SPOILED, why);
	}
	return perso_work_leave(r, PERSO_LINE_GOOD, PERSO_OK);
}

/* The rest of a job's way, once. */
static perso_rc
attempt(struct perso_work *w, bool connected)
{
	if (!connected && w->job.state != PERSO_JOB_LOCKED)
		PERSO_TRY(perso_work_step(w, PERSO_STEP_OPEN, perso_work_open));
	return perso_work_run(w);
}

/* What went wrong first is the cause; what a later try says comes behind. */
static void
say_cause(struct perso_line_result *r, bool first)
{
	char cause[PERSO_REASON_MAX / 2], later[PERSO_REASON_MAX / 2 - 8];

	if (first) {
		perso_work_say_trail(r);
		return;
	}
	(void)snprintf(
	    cause, sizeof(cause), "%.*s", (int)strcspn(r->text, ";"), r->text);
	perso_trail_text(later, sizeof(later));
	if (strncmp(cause, later, strlen(later)) == 0)
		return;
	(void)snprintf(r->text, sizeof(r->text), "%s; then %s", cause, later);
}

/* see line_int.h */
perso_rc
perso_work_drive(
    struct perso_work *w, bool connected, struct perso_line_result *r)
{
	const struct perso_line_events *e = &w->line->cfg.events;
	perso_rc rc;

	for (int i = 0;; i++) {
		rc = attempt(w, connected);
		if (rc == PERSO_OK)
			return rc;
		say_cause(r, i == 0);
		if (!perso_work_is_link(rc) || w->store_failed || i == TRIES)
			return rc;
		if (e->torn != NULL)
			e->torn(e->ctx, w->step, rc);
		connected = false;
		w->resumed = true;
	}
}

/* see line_int.h */
perso_rc
perso_work_conclude(
    struct perso_work *w, struct perso_line_result *r, perso_rc rc)
{
	perso_chip_free(&w->chip);
	if (w->store_failed) {
		perso_work_account(w, r);
		return perso_work_leave(r, PERSO_LINE_UNFINISHED, rc);
	}
	if (rc == PERSO_OK && !w->verdict.ok) {
		perso_work_say(r, "inspection: ", w->verdict.text);
		return perso_work_end(w, r, PERSO_E_MISMATCH);
	}
	if (rc != PERSO_OK)
		return perso_work_end(w, r, rc);
	perso_work_say(r, "", w->verdict.text);
	rc = perso_work_print(w, r);
	if (rc != PERSO_OK) {
		perso_work_account(w, r);
		if (w->store_failed)
			perso_work_say_trail(r);
		return perso_work_leave(r,
		    w->store_failed ? PERSO_LINE_UNFINISHED
				    : PERSO_LINE_UNPRINTED,
		    rc);
	}
	return perso_work_end(w, r, PERSO_OK);
}

/* see line_int.h */
void
perso_work_publish(struct perso_work *w, const struct perso_line_result *r)
{
	if (w->line->cfg.lds_dir == NULL || r->outcome != PERSO_LINE_GOOD)
		return;
	/* A signer of production signs nothing that is written out. */
	if (w->signer == NULL ||
	    !perso_devpki_is_cert(perso_signer_cert(w->signer)) ||
	    perso_work_dump(w) != PERSO_OK)
		perso_log(PERSO_LOG_WARN, "order %s: files not written",
		    w->job.order);
}

/* see line_int.h */
void
perso_work_name(const struct perso_work *w, struct perso_line_result *r)
{
	r->job = w->job.id;
	(void)snprintf(r->order, sizeof(r->order), "%s", w->job.order);
	(void)snprintf(r->blank, sizeof(r->blank), "%s", w->job.blank);
	(void)snprintf(r->number, sizeof(r->number), "%s", w->job.number);
}
