/*
 * The pages of a job, made in a thread beside the chip's steps:
 *
 *	check	pictures are decoded; beside that texts are set, not drawn
 *	keys	the CAN is known: pages are drawn in a thread, and each is
 *		encoded in one more while the next is drawn
 *	pages	they are waited for, and go to the printer
 *
 * After the check nothing but memory can be missing, so the chip is not kept
 * waiting for its pages. If they cannot be drawn after all (or by a later run,
 * whose layouts are others), the chip is good and its pages are not printed:
 * perso_line_print_job() makes them again.
 *
 * One thread at a time uses the fonts, and this file starts and joins it. They
 * read the record and write nothing but their struct work_pages. Pictures are
 * not decoded in it: JPEG 2000 is decoded in a fork of the process, whose
 * child must not need a lock that another thread held (of memory the C library
 * sees to it; AddressSanitizer does not). So as little as can be forks from
 * keys to pages: a reader that is waited for after a tear does.
 */
#include "perso/picture.h"
#include "perso/render.h"
#include "line_int.h"

#define DPI 300

struct work_pages {
	const struct perso_record *record; /* borrowed */
	const struct perso_layout *layout;
	struct perso_render *render; /* borrowed from the line */
	unsigned dpi;
	bool is_pdf;
	struct perso_secret can; /* with terminator; empty: none */
	struct page_picture {
		struct perso_picture_decoding *decoding; /* NULL: not begun */
		struct perso_pixels px; /* width 0: none (yet) */
	} portrait, signature;
	bool decoded;
	struct perso_symbol symbol; /* side 0: none */
	struct page {
		unsigned dpi;
		struct perso_pixels px; /* until it is encoded */
		struct line_task encoding;
		struct perso_buf bytes;
	} page[PERSO_LAYOUT_SIDES];
	size_t count;
	struct perso_buf checked; /* symbol in a PDF: the PNG that is read */

	bool wanted; /* they are being drawn, or are */
	bool noted;  /* in the evidence */
	struct line_task drawing;
};

/* ---- pictures ----------------------------------------------------------- */

static void
picture_done(struct page_picture *p)
{
	perso_picture_decode_drop(&p->decoding);
	perso_pixels_done(&p->px);
}

static perso_rc
begin(const struct perso_record_image *image, struct page_picture *p)
{
	if (image->bytes.n == 0)
		return PERSO_OK;
	return perso_picture_decode_begin(
	    perso_buf_span(&image->bytes), NULL, &p->decoding);
}

static perso_rc
end(struct page_picture *p)
{
	return p->decoding == NULL
		   ? PERSO_OK
		   : perso_picture_decode_end(&p->decoding, &p->px);
}

static perso_rc
begin_all(struct work_pages *p)
{
	picture_done(&p->portrait);
	picture_done(&p->signature);
	PERSO_TRY_CTX(begin(&p->record->portrait, &p->portrait), "portrait");
	PERSO_TRY_CTX(begin(&p->record->signature, &p->signature), "signature");
	return PERSO_OK;
}

static perso_rc
end_all(struct work_pages *p)
{
	PERSO_TRY_CTX(end(&p->portrait), "portrait");
	PERSO_TRY_CTX(end(&p->signature), "signature");
	p->decoded = true;
	return PERSO_OK;
}

/* ---- the threads ------------------------------------------------------- */

static perso_rc
encode(void *ctx)
{
	struct page *p = ctx;
	perso_rc rc = perso_render_encode(&p->px, p->dpi, &p->bytes);

	perso_pixels_done(&p->px);
	return rc;
}

static perso_rc
draw_sides(struct work_pages *p, const struct perso_render_input *in)
{
	for (size_t i = 0; i < p->layout->side_count; i++) {
		struct page *page = &p->page[i];

		page->dpi = p->dpi;
		PERSO_TRY(
		    perso_render_pixels(p->render, i, p->dpi, in, &page->px));
		line_task_start(&page->encoding, encode, page);
	}
	p->count = p->layout->side_count;
	return PERSO_OK;
}

static perso_rc
draw_pngs(struct work_pages *p, const struct perso_render_input *in)
{
	perso_rc rc = draw_sides(p, in);

	for (size_t i = 0; i < PERSO_LAYOUT_SIDES; i++)
		line_task_wait(&p->page[i].encoding);
	PERSO_TRY(rc);
	for (size_t i = 0; i < p->count; i++)
		PERSO_TRY(line_task_join(&p->page[i].encoding));
	return PERSO_OK;
}

static perso_rc
draw_pdf(struct work_pages *p, const struct perso_render_input *in)
{
	if (p->symbol.side > 0)
		PERSO_TRY(
		    perso_render_png(p->render, 0, p->dpi, in, &p->checked));
	PERSO_TRY(perso_render_pdf(p->render, in, &p->page[0].bytes));
	p->count = 1;
	return PERSO_OK;
}

static perso_rc
draw(void *ctx)
{
	struct work_pages *p = ctx;
	const struct perso_render_symbol symbol = { p->symbol.side,
		p->symbol.side, perso_work_quiet(p->symbol.kind),
		p->symbol.modules.p };
	const struct perso_render_input in = { .record = p->record,
		.can = p->can.n > 0 ? (const char *)p->can.p : NULL,
		.portrait = p->portrait.px.width > 0 ? &p->portrait.px : NULL,
		.signature =
		    p->signature.px.width > 0 ? &p->signature.px : NULL,
		.symbol = symbol.width > 0 ? &symbol : NULL };

	return p->is_pdf ? draw_pdf(p, &in) : draw_pngs(p, &in);
}

/* ---- fonts of the line -------------------------------------------------- */

/* Opened once for each layout: that takes longer than a page. */
static perso_rc
find_render(struct perso_line *l, const struct perso_layout *layout,
    struct perso_render **ret)
{
	struct line_render *r;

	for (size_t i = 0; i < LINE_RENDERS; i++)
		if (l->renders[i].layout == layout) {
			*ret = l->renders[i].render;
			return PERSO_OK;
		}
	r = &l->renders[l->next_render];
	perso_render_close(&r->render);
	r->layout = NULL;
	PERSO_TRY(perso_render_open(layout, &r->render));
	r->layout = layout;
	l->next_render = (l->next_render + 1) % LINE_RENDERS;
	*ret = r->render;
	return PERSO_OK;
}

/* see line_int.h */
void
perso_line_renders_close(struct perso_line *line)
{
	for (size_t i = 0; i < LINE_RENDERS; i++)
		perso_render_close(&line->renders[i].render);
}

static perso_rc
find_layout(const struct perso_work *w, const struct perso_layout **ret)
{
	if (w->doc->layout[0] == '\0')
		PERSO_FAIL(
		    PERSO_E_CONFIG, "profile %s names no layout", w->doc->id);
	*ret = perso_profiles_layout(w->line->cfg.profiles, w->doc->layout);
	if (*ret == NULL)
		PERSO_FAIL(
		    PERSO_E_CONFIG, "there is no layout %s", w->doc->layout);
	return PERSO_OK;
}

/* ---- of a job ------------------------------------------------------------ */

static perso_rc
new_pages(struct perso_work *w)
{
	const struct perso_line_config *c = &w->line->cfg;
	struct work_pages *p;

	if (w->pages != NULL)
		return PERSO_OK;
	p = calloc(1, sizeof(*p));
	if (p == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for pages");
	p->record = &w->order->record;
	p->dpi = c->print_dpi != 0 ? c->print_dpi : DPI;
	p->is_pdf = c->print_pdf;
	for (size_t i = 0; i < PERSO_LAYOUT_SIDES; i++)
		p->page[i].bytes.max = PERSO_RENDER_MAX;
	p->checked.max = PERSO_RENDER_MAX;
	p->symbol.modules.max = PERSO_SYMBOL_SIDE_MAX * PERSO_SYMBOL_SIDE_MAX;
	w->pages = p;
	return PERSO_OK;
}

/* see line_int.h */
perso_rc
perso_work_pages_symbol(struct perso_work *w, struct perso_symbol *symbol)
{
	PERSO_TRY(new_pages(w));
	if (w->pages->wanted)
		return PERSO_OK;
	perso_symbol_done(&w->pages->symbol);
	w->pages->symbol = *symbol;
	*symbol = (struct perso_symbol){ .side = 0 };
	return PERSO_OK;
}

/* see line_int.h */
perso_rc
perso_work_pages_png(struct perso_work *w, struct perso_span *ret)
{
	const struct work_pages *p;

	PERSO_TRY(perso_work_pages_drawn(w));
	p = w->pages;
	*ret = perso_buf_span(p->is_pdf ? &p->checked : &p->page[0].bytes);
	return PERSO_OK;
}

static perso_rc
open_pages(struct perso_work *w)
{
	PERSO_TRY(new_pages(w));
	PERSO_TRY(find_layout(w, &w->pages->layout));
	return find_render(w->line, w->pages->layout, &w->pages->render);
}

/* see line_int.h */
void
perso_work_pages_free(struct work_pages **pages)
{
	struct work_pages *p = *pages;

	if (p == NULL)
		return;
	line_task_wait(&p->drawing);
	picture_done(&p->portrait);
	picture_done(&p->signature);
	for (size_t i = 0; i < PERSO_LAYOUT_SIDES; i++) {
		perso_pixels_done(&p->page[i].px);
		perso_buf_done(&p->page[i].bytes);
	}
	perso_buf_done(&p->checked);
	perso_symbol_done(&p->symbol);
	perso_wipe(p, sizeof(*p));
	free(p);
	*pages = NULL;
}

/* With the longest number and CAN there may be, where they are not known. */
static perso_rc
check_texts(struct perso_work *w)
{
	struct perso_record *r = &w->order->record;
	struct perso_render_input in = { .record = r, .can = "000000" };
	bool unknown = r->number[0] == '\0';
	perso_rc rc;

	if (unknown)
		PERSO_TRY(perso_pattern_longest(
		    w->doc->number.pattern, r->number, sizeof(r->number)));
	rc = perso_render_check(w->pages->render, &in);
	if (unknown)
		r->number[0] = '\0';
	return rc;
}

/* see line_int.h */
perso_rc
perso_work_pages_begin(struct perso_work *w)
{
	if (w->line->cfg.printer == NULL)
		return PERSO_OK;
	PERSO_TRY(new_pages(w));
	PERSO_TRY_CTX(begin_all(w->pages), "pages");
	return PERSO_OK;
}

/* see line_int.h */
perso_rc
perso_work_pages_try(struct perso_work *w)
{
	if (w->line->cfg.printer == NULL)
		return PERSO_OK;
	PERSO_TRY_CTX(open_pages(w), "pages");
	PERSO_TRY_CTX(check_texts(w), "pages");
	PERSO_TRY_CTX(end_all(w->pages), "pages");
	return PERSO_OK;
}

/* Without the check: a job of an earlier run. */
static perso_rc
ready(struct perso_work *w)
{
	PERSO_TRY(open_pages(w));
	if (w->pages->decoded)
		return PERSO_OK;
	PERSO_TRY(begin_all(w->pages));
	return end_all(w->pages);
}

/* see line_int.h */
void
perso_work_pages_draw(struct perso_work *w)
{
	struct work_pages *p;
	perso_rc rc;

	if (w->line->cfg.printer == NULL ||
	    (w->pages != NULL && w->pages->wanted))
		return;
	if (new_pages(w) != PERSO_OK)
		return; /* told when they are asked for */
	p = w->pages;
	p->wanted = true;
	rc = ready(w);
	if (rc != PERSO_OK) {
		p->drawing.rc = rc;
		p->drawing.cause_count = 1;
		perso_trail_text(
		    p->drawing.cause[0], sizeof(p->drawing.cause[0]));
		return;
	}
	if (w->secrets.drawn &&
	    (w->doc->pace.passwords & PERSO_PASSWORD_CAN) != 0 &&
	    perso_span_copy(p->can.p, sizeof(p->can.p),
		perso_span_of(w->secrets.can)) == PERSO_OK)
		p->can.n = LINE_CAN;
	line_task_start(&p->drawing, draw, p);
}

/* see line_int.h */
void
perso_work_pages_wait(struct perso_work *w)
{
	if (w->pages != NULL)
		line_task_wait(&w->pages->drawing);
}

static void
note_time(struct perso_work *w)
{
	struct perso_store_step *s = &w->steps[w->step_count];

	if (w->pages->noted || w->step_count == PERSO_STORE_STEPS)
		return;
	*s = (struct perso_store_step){ .name = "render",
		.rc = w->pages->drawing.rc,
		.us = w->pages->drawing.us };
	w->step_count++;
	w->pages->noted = true;
}

/* see line_int.h */
perso_rc
perso_work_pages_drawn(struct perso_work *w)
{
	perso_rc rc;

	if (w->line->cfg.printer == NULL)
		return PERSO_OK;
	perso_work_pages_draw(w);
	if (w->pages == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for pages");
	rc = line_task_join(&w->pages->drawing);
	note_time(w);
	PERSO_TRY_CTX(rc, "pages");
	return PERSO_OK;
}

/* ---- to the printer ------------------------------------------------------ */

/* see line_int.h */
perso_rc
perso_work_pages_hand_over(struct perso_work *w)
{
	const struct perso_printer *printer = w->line->cfg.printer;
	struct perso_print what = { .order = w->job.order,
		.blank = w->job.blank,
		.profile = w->job.profile,
		.job = w->job.id };
	const struct work_pages *p;

	PERSO_TRY(perso_work_pages_drawn(w));
	p = w->pages;
	what.count = p->count;
	for (size_t i = 0; i < p->count; i++)
		what.pages[i] = (struct perso_print_page){
			.name = p->is_pdf ? "pages" : p->layout->sides[i].name,
			.type = p->is_pdf ? "pdf" : "png",
			.bytes = perso_buf_span(&p->page[i].bytes)
		};
	return printer->print(printer->ctx, &what);
}

static perso_rc
note_pages(struct perso_work *w, enum perso_store_pages to, const char *text)
{
	return perso_work_stored(
	    w, perso_store_job_pages(w->line->cfg.store, w->job.id, to, text));
}

/* In the evidence: who printed. */
static void
name_printer(struct perso_work *w)
{
	struct perso_store_step *s;

	if (w->step_count == 0)
		return;
	s = &w->steps[w->step_count - 1];
	if (strcmp(s->name, perso_line_step_name(PERSO_STEP_PAGES)) == 0)
		(void)snprintf(
		    s->sw, sizeof(s->sw), "%s", w->line->cfg.printer->name);
}

/* why: what the trail said. */
static perso_rc
fail_print(struct perso_work *w, struct perso_line_result *r, const char *why,
    perso_rc rc)
{
	(void)snprintf(
	    r->text, sizeof(r->text), "chip good, pages not printed: %s", why);
	if (note_pages(w, PERSO_PAGES_FAILED, why) != PERSO_OK)
		return PERSO_E_STORE;
	perso_trail_reset();
	perso_trail_add("%s", why);
	perso_trail_add("pages not printed");
	return rc;
}

/* see line_int.h */
perso_rc
perso_work_print(struct perso_work *w, struct perso_line_result *r)
{
	const struct perso_printer *printer = w->line->cfg.printer;
	char why[PERSO_REASON_MAX / 2];
	perso_rc rc;

	if (printer == NULL || w->printed == PERSO_PAGES_PRINTED)
		return PERSO_OK;
	rc = perso_work_pages_drawn(w);
	perso_trail_text(why, sizeof(why));
	PERSO_TRY(note_pages(w, PERSO_PAGES_PRINTING,
	    w->printed == PERSO_PAGES_NONE ? w->verdict.text : printer->name));
	if (rc != PERSO_OK)
		return fail_print(w, r, why, rc);
	rc = perso_work_step(w, PERSO_STEP_PAGES, perso_work_pages_hand_over);
	perso_trail_text(why, sizeof(why));
	name_printer(w);
	if (rc != PERSO_OK)
		return fail_print(w, r, why, rc);
	PERSO_TRY(note_pages(w, PERSO_PAGES_PRINTED, printer->name));
	if (w->printed != PERSO_PAGES_NONE)
		(void)snprintf(r->text, sizeof(r->text),
		    "%.400s; pages printed again: look whether a page was "
		    "printed twice",
		    w->verdict.text);
	w->printed = PERSO_PAGES_PRINTED;
	return PERSO_OK;
}
