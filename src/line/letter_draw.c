/* The page of a letter: the order again, PIN and PUK, the layout. */
#include <inttypes.h>

#include "perso/letter.h"
#include "perso/render.h"
#include "line_int.h"

#define SEALED_MAX 256

static perso_rc
load_order(struct perso_work *w)
{
	PERSO_TRY(perso_work_load_job(w));
	return perso_record_bind(&w->order->record, w->job.number);
}

static perso_rc
open_letter(const struct perso_work *w, struct line_letter *ret)
{
	const struct perso_line_config *c = &w->line->cfg;
	PERSO_BUF(sealed, SEALED_MAX);

	if (c->wrap_key.n != PERSO_WRAP_KEY)
		PERSO_FAIL(PERSO_E_CONFIG,
		    "letters are sealed, and there is no wrap key");
	PERSO_TRY(perso_store_letter_sealed(c->store, w->job.id, &sealed));
	PERSO_TRY_CTX(line_letter_open(
			  c->wrap_key, w->job.id, perso_buf_span(&sealed), ret),
	    "its PIN");
	return PERSO_OK;
}

static perso_rc
draw(const struct perso_work *w, const struct line_letter *l,
    const char *envelope, struct perso_buf *ret)
{
	const struct perso_layout *layout =
	    perso_profiles_layout(w->line->cfg.profiles, w->doc->letter);
	const struct perso_render_input in = { .record = &w->order->record,
		.pin = l->pin,
		.puk = l->puk,
		.envelope = envelope };
	PERSO_RENDER(render);

	if (layout == NULL)
		PERSO_FAIL(PERSO_E_CONFIG,
		    "%s: there is no layout %s for its letter", w->doc->id,
		    w->doc->letter[0] != '\0' ? w->doc->letter : "named");
	PERSO_TRY(perso_render_open(layout, &render));
	return perso_render_pdf(render, &in, ret);
}

static perso_rc
draw_job(struct perso_work *w, int64_t job, const char *envelope,
    struct perso_buf *ret)
{
	__attribute__((cleanup(line_letter_wipe))) struct line_letter l = { 0 };

	PERSO_TRY(perso_store_job_get(w->line->cfg.store, job, &w->job));
	PERSO_TRY(open_letter(w, &l));
	PERSO_TRY(load_order(w));
	return draw(w, &l, envelope, ret);
}

/* see perso/letter.h */
void
perso_letter_wipe_memory(void)
{
	perso_render_wipe_memory();
}

/* see perso/letter.h */
perso_rc
perso_letter_draw(const struct perso_letter_config *c, int64_t job,
    const char *envelope, struct perso_buf *ret)
{
	struct perso_line line = { .cfg = { .store = c->store,
				       .profiles = c->profiles,
				       .wrap_key = c->wrap_key } };
	PERSO_BUF(page, PERSO_LETTER_MAX);
	LINE_WORK(w);

	PERSO_TRY(perso_work_new(&line, NULL, &w));
	PERSO_TRY_CTX(
	    draw_job(w, job, envelope, &page), "letter of job %" PRId64, job);
	return perso_buf_append(ret, perso_buf_span(&page));
}
