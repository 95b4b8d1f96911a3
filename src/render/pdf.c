/*
 * PDF of the document's own size, the same bytes each time.
 */
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

static perso_rc
draw_pages(struct perso_render *r, cairo_surface_t *surface,
    const struct perso_render_input *in)
{
	cairo_t *cr = cairo_create(surface);
	perso_rc rc = PERSO_OK;

	for (size_t i = 0; i < r->layout->side_count && rc == PERSO_OK; i++) {
		rc = render_page(r, cr, i, in);
		cairo_show_page(cr);
	}
	cairo_destroy(cr);
	return rc;
}

/* see perso/render.h */
perso_rc
perso_render_pdf(struct perso_render *r, const struct perso_render_input *in,
    struct perso_buf *ret)
{
	const struct perso_page *p = perso_page_of(r->layout->page);
	PERSO_BUF(out, PERSO_RENDER_MAX);
	struct sink s = { &out, PERSO_OK };
	cairo_surface_t *pdf = cairo_pdf_surface_create_for_stream(
	    on_write, &s, pt_of_mm(p->width), pt_of_mm(p->height));

	cairo_pdf_surface_restrict_to_version(pdf, CAIRO_PDF_VERSION_1_5);
	cairo_pdf_surface_set_metadata(
	    pdf, CAIRO_PDF_METADATA_CREATE_DATE, CREATED);
	perso_rc rc = draw_pages(r, pdf, in);
	cairo_surface_finish(pdf);
	bool ok = cairo_surface_status(pdf) == CAIRO_STATUS_SUCCESS;
	cairo_surface_destroy(pdf);
	PERSO_TRY(rc);
	PERSO_TRY(s.rc);
	if (!ok)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for a PDF");
	return perso_buf_append(ret, perso_buf_span(&out));
}
