/*
 * PDF of the document's own size, the same bytes each time.
 */
#include <malloc.h>

#include "render_int.h"

/* cairo puts the time of the day in unless it is given one. */
#define CREATED "2000-01-01T00:00:00Z"

struct sink {
	struct perso_buf *out;
	perso_rc rc;
};

static cairo_status_t
on_write(void *closure, const unsigned char *bytes, unsigned n)
{
	struct sink *s = closure;

	if (s->rc == PERSO_OK)
		s->rc = perso_buf_append(s->out, perso_span(bytes, n));
	return s->rc == PERSO_OK ? CAIRO_STATUS_SUCCESS
				 : CAIRO_STATUS_WRITE_ERROR;
}

/* see perso/render.h */
void
perso_render_wipe_memory(void)
{
	(void)mallopt(M_PERTURB, 0xA5);
}

perso_rc
render_pdf_write(const struct render_drawing *d, struct perso_buf *ret)
{
	PERSO_BUF(out, PERSO_RENDER_MAX);
	struct sink s = { &out, PERSO_OK };
	cairo_surface_t *pdf = cairo_pdf_surface_create_for_stream(
	    on_write, &s, d->width, d->height);

	cairo_pdf_surface_restrict_to_version(pdf, CAIRO_PDF_VERSION_1_5);
	cairo_pdf_surface_set_metadata(
	    pdf, CAIRO_PDF_METADATA_CREATE_DATE, CREATED);
	cairo_t *cr = cairo_create(pdf);
	perso_rc rc = d->draw(d->ctx, cr);
	cairo_destroy(cr);
	cairo_surface_finish(pdf);
	bool ok = cairo_surface_status(pdf) == CAIRO_STATUS_SUCCESS;
	cairo_surface_destroy(pdf);
	PERSO_TRY(rc);
	PERSO_TRY(s.rc);
	if (!ok)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for a PDF");
	return perso_buf_append(ret, perso_buf_span(&out));
}

struct pages {
	struct perso_render *render;
	const struct perso_render_input *in;
};

static perso_rc
draw_pages(void *ctx, cairo_t *cr)
{
	const struct pages *p = ctx;
	perso_rc rc = PERSO_OK;

	for (size_t i = 0; i < p->render->layout->side_count && rc == PERSO_OK;
	     i++) {
		rc = render_page(p->render, cr, i, p->in);
		cairo_show_page(cr);
	}
	return rc;
}

/* see perso/render.h */
perso_rc
perso_render_pdf(struct perso_render *r, const struct perso_render_input *in,
    struct perso_buf *ret)
{
	const struct perso_page *p = perso_page_of(r->layout->page);
	struct pages pages = { r, in };
	const struct render_drawing d = { pt_of_mm(p->width),
		pt_of_mm(p->height), draw_pages, &pages };

	return render_pdf_write(&d, ret);
}
