/* One job in hand: its memory, its steps, its order. */
#include "perso/cvc.h"
#include "perso/file.h"
#include "perso/hooks.h"
#include "perso/secret.h"
#include "line_int.h"

/* see line_int.h */
void
perso_work_progress(struct perso_work *w, uint64_t moved)
{
	const struct perso_line_events *e = &w->line->cfg.events;

	if (w->total == 0 || e->progress == NULL)
		return;
	if (moved > w->file_size)
		moved = w->file_size;
	e->progress(e->ctx, w->step, w->done + moved, w->total);
}

static void
on_answer(void *ctx)
{
	struct perso_work *w = ctx;
	const struct perso_link *l = &w->meter.base;

	perso_work_progress(
	    w, (w->step == PERSO_STEP_WRITE ? l->bytes_out : l->bytes_in) -
		   w->file_start);
}

/* see line_int.h */
perso_rc
perso_work_new(
    struct perso_line *line, struct perso_link *link, struct perso_work **ret)
{
	struct perso_work *w = calloc(1, sizeof(*w));

	if (w != NULL)
		w->order = perso_order_new();
	if (w == NULL || w->order == NULL) {
		free(w);
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for a job");
	}
	w->line = line;
	w->started_us = perso_ticks_us();
	w->spki.max = 8192;
	w->seal.max = PERSO_SEAL_MAX;
	w->trust.max = PERSO_CVC_MAX;
	perso_lds_image_init(&w->img);
	if (link != NULL)
		perso_meter_init(&w->meter, link);
	w->meter.tick = on_answer;
	w->meter.ctx = w;
	*ret = w;
	return PERSO_OK;
}

/* see line_int.h */
void
perso_work_free(struct perso_work **w)
{
	if (w == NULL || *w == NULL)
		return;
	/* its thread reads the order */
	perso_work_pages_free(&(*w)->pages);
	perso_chip_free(&(*w)->chip);
	perso_order_free(&(*w)->order);
	perso_lds_image_done(&(*w)->img);
	perso_buf_done(&(*w)->spki);
	perso_buf_done(&(*w)->seal);
	perso_buf_done(&(*w)->trust);
	perso_wipe(*w, sizeof(**w));
	free(*w);
	*w = NULL;
}

/* see line_int.h */
perso_rc
perso_work_step(
    struct perso_work *w, enum perso_line_step step, perso_work_fn fn)
{
	const struct perso_line_events *e = &w->line->cfg.events;
	struct perso_store_step *s;
	perso_rc rc;

	w->step = step;
	w->done = w->total = 0;
	if (e->begin != NULL)
		e->begin(e->ctx, step);
	perso_meter_mark(&w->meter);
	rc = fn(w);
	if (w->step_count < PERSO_STORE_STEPS) {
		s = &w->steps[w->step_count];
		*s = (struct perso_store_step){ .rc = rc };
		(void)snprintf(
		    s->name, sizeof(s->name), "%s", perso_line_step_name(step));
		perso_meter_step(&w->meter, s);
		w->step_count++;
	}
	if (e->end != NULL)
		e->end(e->ctx, step, rc);
	return rc;
}

static perso_rc
check_digest(struct perso_span bytes, const uint8_t hash[PERSO_STORE_HASH],
    const char *what)
{
	struct perso_md md;

	PERSO_TRY(perso_digest(PERSO_SHA256, bytes, &md));
	if (!perso_span_equal(
		perso_md_span(&md), perso_span(hash, PERSO_STORE_HASH)))
		PERSO_FAIL(PERSO_E_MISMATCH,
		    "the %s is not the one that was imported", what);
	return PERSO_OK;
}

/* Code and place of the first finding: its text stays out of the store. */
static perso_rc
check_content(const struct perso_order_input *in, struct perso_order *ret)
{
	perso_rc rc = perso_order_check(in, ret);
	const struct perso_findings *f = &ret->findings;

	if (rc == PERSO_OK || f->count == 0)
		return rc;
	PERSO_FAIL(rc, "%s at %s%s", f->v[0].code, f->v[0].path,
	    f->count > 1 ? " and more" : "");
}

static perso_rc
read_files(
    struct perso_work *w, const struct perso_store_order *o, int64_t clock)
{
	PERSO_BUF(json, PERSO_ORDER_MAX);
	PERSO_BUF(cms, PERSO_ORDER_CMS_MAX);
	char dir[PERSO_PATH_MAX];
	struct perso_order_input in = { .dir = dir,
		.profiles = w->line->cfg.profiles,
		.now = (time_t)clock,
		.imported = true };

	PERSO_TRY(perso_order_read(o->path, &json, &cms));
	PERSO_TRY(
	    check_digest(perso_buf_span(&json), o->json_hash, "order file"));
	PERSO_TRY(check_digest(perso_buf_span(&cms), o->cms_hash, "approval"));
	PERSO_TRY(perso_order_dir(o->path, dir, sizeof(dir)));
	in.json = perso_buf_span(&json);
	in.cms = perso_buf_span(&cms);
	return check_content(&in, w->order);
}

/* see line_int.h */
perso_rc
perso_work_load(
    struct perso_work *w, const struct perso_store_order *o, int64_t clock)
{
	const struct perso_record *r = &w->order->record;

	PERSO_TRY_CTX(read_files(w, o, clock), "order %s", o->id);
	if (strcmp(r->order_id, o->id) != 0 || r->profile == NULL ||
	    strcmp(r->profile->id, o->profile) != 0)
		PERSO_FAIL(PERSO_E_MISMATCH,
		    "order %s: its file is about another order or kind of "
		    "document",
		    o->id);
	perso_doc_profile_on(r->profile, r->issue, &w->on);
	w->doc = &w->on;
	return PERSO_OK;
}

/* see line_int.h */
perso_rc
perso_work_load_job(struct perso_work *w)
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
	return rc;
}

/* see line_int.h */
perso_rc
perso_work_signer(struct perso_work *w, int64_t clock)
{
	const struct perso_line_config *c = &w->line->cfg;

	PERSO_TRY_CTX(c->signer(c->signer_ctx, w->doc, &w->signer),
	    "document signer for %s", w->doc->id);
	return perso_signer_check(w->signer, w->doc, (time_t)clock);
}

/* see line_int.h */
perso_rc
perso_work_try(struct perso_work *w)
{
	struct perso_image_values v = { .record = &w->order->record,
		.profile = w->doc };

	return perso_image_try(&v);
}

static perso_rc
dump_file(const char *dir, const struct perso_lds_entry *e)
{
	char name[32], path[PERSO_PATH_MAX];

	(void)snprintf(name, sizeof(name), "%s.bin", e->file->name);
	for (char *c = name; *c != '\0'; c++)
		if (*c == '/')
			*c = '-';
	PERSO_TRY(perso_path_join(path, sizeof(path), dir, name));
	return perso_file_write(path, perso_buf_span(&e->data), 0600);
}

/* see line_int.h */
perso_rc
perso_work_dump(struct perso_work *w)
{
	const char *top = w->line->cfg.lds_dir, *id = w->job.order;
	char dir[PERSO_PATH_MAX];

	if (id[0] == '.' || strchr(id, '/') != NULL)
		PERSO_FAIL(PERSO_E_ARG, "order %s cannot name a folder", id);
	PERSO_TRY(perso_path_join(dir, sizeof(dir), top, id));
	PERSO_TRY(perso_dir_make(dir, 0700));
	for (size_t i = 0; i < w->img.count; i++)
		PERSO_TRY(dump_file(dir, &w->img.files[i]));
	return PERSO_OK;
}
