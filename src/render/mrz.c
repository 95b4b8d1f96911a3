/*
 * The machine readable zone: OCR-B size 1, ten characters to the inch. Doc
 * 9303-3, 4.4; -4 to -7, 4.2.1.
 */
#include "render_int.h"

static perso_rc
show_lines(
    struct perso_render *r, cairo_t *cr, const struct perso_mrz_text *text)
{
	const struct perso_page *p = perso_page_of(r->layout->page);
	struct render_ocr at = { .em = pt_of_mm(RENDER_OCR_PITCH) /
				       RENDER_OCR_ADVANCE,
		.x = pt_of_mm(p->left) };

	if (text->lines != p->lines || text->length != p->length)
		PERSO_FAIL(PERSO_E_MISMATCH,
		    "MRZ of %u x %u characters on a page for %u x %u",
		    text->lines, text->length, p->lines, p->length);
	for (unsigned i = 0; i < text->lines; i++) {
		at.middle = pt_of_mm(p->height - p->centre[i]);
		PERSO_TRY(render_ocr_show(r, cr, "MRZ", text->line[i], &at));
	}
	return PERSO_OK;
}

perso_rc
render_mrz(
    struct perso_render *r, cairo_t *cr, const struct perso_record *record)
{
	struct perso_mrz m = { 0 };
	struct perso_mrz_text text = { 0 };

	perso_rc rc = perso_record_mrz(record, &m);
	if (rc == PERSO_OK)
		rc = perso_mrz_compose(&m, &text);
	if (rc == PERSO_OK)
		rc = show_lines(r, cr, &text);
	explicit_bzero(&m, sizeof(m));
	explicit_bzero(&text, sizeof(text));
	PERSO_TRY_CTX(rc, "MRZ");
	return PERSO_OK;
}
