/* One order from its files to the end of its job. */
#include "perso/devpki.h"
#include "perso/hooks.h"
#include "line_int.h"

/* see line_int.h */
perso_rc
perso_work_ready_order(const struct perso_store_order *o)
{
	if (o->state != PERSO_ORDER_IMPORTED && o->state != PERSO_ORDER_FAILED)
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

/* see line_int.h */
perso_rc
perso_work_fail_order(struct perso_work *w, const char *id,
    struct perso_line_result *r, perso_rc rc)
{
	perso_work_say_trail(r);
	if (!is_orders_fault(rc) && w->step != PERSO_STEP_BEGIN)
		return perso_work_leave(r, PERSO_LINE_NOTHING, rc);
	if (perso_store_order_fail(w->line->cfg.store, id, r->text) != PERSO_OK)
		return perso_work_leave(r, PERSO_LINE_NOTHING, PERSO_E_STORE);
	perso_trail_reset();
	perso_trail_add("%s", r->text);
	return perso_work_leave(r, PERSO_LINE_FAILED, rc);
}

struct prepare {
	struct perso_store_order order;
	int64_t clock;
};

static perso_rc
read_order(struct perso_work *w, const char *id, struct prepare *p)
{
	const struct perso_doc_profile *d;

	PERSO_TRY(perso_store_order_get(w->line->cfg.store, id, &p->order));
	PERSO_TRY(perso_work_ready_order(&p->order));
	d = perso_profiles_doc(w->line->cfg.profiles, p->order.profile);
	if (d != NULL && perso_doc_profile_is_chipless(d))
		PERSO_FAIL(PERSO_E_UNSUPPORTED,
		    "%s has no chip: it is made on a sticker", d->id);
	return PERSO_OK;
}

static perso_rc
load_order(struct perso_work *w, const struct prepare *p)
{
	PERSO_TRY(perso_work_load(w, &p->order, p->clock));
	PERSO_TRY(perso_work_pages_begin(w));
	PERSO_TRY(perso_work_try(w));
	return perso_work_pages_try(w);
}

static perso_rc
ready_signer(struct perso_work *w, const struct prepare *p)
{
	PERSO_TRY(perso_work_signer(w, p->clock));
	PERSO_TRY(perso_work_ready(w));
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
		return perso_work_fail_order(w, id, r, rc);
	perso_work_say_trail(r);
	return perso_work_leave(r, PERSO_LINE_NOTHING, rc);
}

/* The product of the chip in the reader, among those the document may have. */
static perso_rc
find_product(struct perso_work *w)
{
	const struct perso_doc_profile *d = w->doc;

	PERSO_TRY(perso_link_reset(&w->meter.base));
	for (size_t i = 0; i < d->chip_count; i++) {
		w->cp = perso_profiles_chip(w->line->cfg.profiles, d->chips[i]);
		if (w->cp != NULL && perso_chip_profile_matches(
					 w->cp, perso_link_atr(&w->meter.base)))
			return PERSO_OK;
	}
	PERSO_FAIL(PERSO_E_PRODUCT, "not a chip for documents of %s", d->id);
}

/* What the chip says it is, against the stock; before the first write. */
static perso_rc
check_blank(const struct perso_work *w)
{
	struct perso_store_blank b;

	PERSO_TRY(perso_store_blank_get(w->line->cfg.store, w->id.serial, &b));
	if (strcmp(b.product, w->cp->id) != 0)
		PERSO_FAIL(PERSO_E_PRODUCT,
		    "blank %s is %s by its chip, %s in stock", b.serial,
		    w->cp->id, b.product);
	if (b.state != PERSO_BLANK_RECEIVED && b.state != PERSO_BLANK_RESERVED)
		PERSO_FAIL(PERSO_E_STATE, "blank %s is %s", b.serial,
		    perso_blank_state_name(b.state));
	if (w->doc->number.kind != PERSO_NUMBER_BLANK)
		return PERSO_OK;
	if (!perso_pattern_matches(
		w->doc->number.pattern, perso_span_str(b.number)))
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
		.first = src.first,
		.last = src.last,
		.format = format_number,
		.ctx = &src,
		.text = w->order->record.number };

	q.source = src.kind == PERSO_NUMBER_RANGE   ? PERSO_STORE_FROM_RANGE
		   : src.kind == PERSO_NUMBER_BLANK ? PERSO_STORE_FROM_BLANK
						    : PERSO_STORE_FROM_ORDER;
	return perso_store_job_begin(
	    w->line->cfg.store, id, w->id.serial, clock, &q, &w->job);
}

/* A reader that fails is nobody's fault; a chip that is not ours is refused
 * whatever it says. */
static perso_rc
refuse(struct perso_work *w, struct perso_line_result *r, perso_rc rc)
{
	enum perso_line_outcome o = PERSO_LINE_REFUSED;

	perso_work_say_trail(r);
	perso_work_account(w, r);
	(void)snprintf(r->blank, sizeof(r->blank), "%s", w->id.serial);
	if (perso_work_is_link(rc) || rc == PERSO_E_STORE ||
	    rc == PERSO_E_NOMEM || rc == PERSO_E_KEY || rc == PERSO_E_CONFLICT)
		o = PERSO_LINE_NOTHING;
	return perso_work_leave(r, o, rc);
}

/* see line_int.h */
perso_rc
perso_work_begin(struct perso_work *w, const char *id, int64_t clock,
    struct perso_line_result *r)
{
	const struct perso_line_events *e = &w->line->cfg.events;
	perso_rc rc;

	w->step = PERSO_STEP_BEGIN;
	if (e->begin != NULL)
		e->begin(e->ctx, PERSO_STEP_BEGIN);
	rc = begin_job(w, id, clock);
	if (e->end != NULL)
		e->end(e->ctx, PERSO_STEP_BEGIN, rc);
	/* its own number is another document's: the next order may fare well */
	if (rc == PERSO_E_CONFLICT &&
	    w->doc->number.kind == PERSO_NUMBER_ORDER) {
		perso_work_account(w, r);
		return perso_work_fail_order(w, id, r, rc);
	}
	if (rc != PERSO_OK) {
		perso_work_say_trail(r);
		perso_work_account(w, r);
		return perso_work_leave(r, PERSO_LINE_NOTHING, rc);
	}
	perso_work_name(w, r);
	return PERSO_OK;
}

static perso_rc
run(struct perso_work *w, const char *id, struct prepare *p,
    struct perso_line_result *r)
{
	perso_rc rc;

	PERSO_TRY(check(w, id, p, r));
	rc = perso_work_step(w, PERSO_STEP_OPEN, open_blank);
	if (rc != PERSO_OK)
		return refuse(w, r, rc);
	(void)snprintf(r->blank, sizeof(r->blank), "%s", w->id.serial);
	PERSO_TRY(perso_work_begin(w, id, p->clock, r));
	rc = perso_record_bind(&w->order->record, w->job.number);
	if (rc != PERSO_OK)
		perso_work_say_trail(r);
	else
		rc = perso_work_drive(w, true, r);
	rc = perso_work_conclude(w, r, rc);
	perso_work_publish(w, r);
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
	bool blame = false;
	perso_rc rc;

	if (p == NULL || perso_work_new(line, NULL, &w) != PERSO_OK) {
		free(p);
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for an order");
	}
	p->clock = w->clock = (int64_t)perso_now();
	rc = read_order(w, order, p);
	if (rc == PERSO_E_UNSUPPORTED) {
		perso_trail_reset();
		rc = perso_work_check_sticker(w, &p->order, &blame);
		free(p);
		return rc;
	}
	if (rc == PERSO_OK)
		rc = load_order(w, p);
	if (rc == PERSO_OK)
		rc = ready_signer(w, p);
	free(p);
	return rc;
}
