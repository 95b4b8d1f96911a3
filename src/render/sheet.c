/*
 * A contact sheet as a whole: title and verdict on top, faces and pictures
 * on the left, data and checks on the right.
 */
#include <unistd.h>

#include "sheet_int.h"

#define MARGIN 22.0
#define HEAD 60.0 /* height of title and verdict */
#define FOOT 10.0
#define LEFT 356.0 /* a data page in life size, with a little air */
#define GAP 12.0
#define VERDICT_WIDTH 130.0
#define VERDICT_HEIGHT 34.0

/* ---- Fonts. ---- */

static perso_rc
add_families(struct perso_sheet_maker *m)
{
	struct perso_layout *l = &m->layout;
	const struct perso_font *f;
	size_t n = 0;

	snprintf(l->id, sizeof(l->id), "contact-sheet");
	snprintf(l->file, sizeof(l->file), "contact sheet");
	/* The first one has its own place: it is the zone's. */
	for (size_t i = 1; (f = perso_font_at(i)) != NULL; i++) {
		if (l->font_count == PERSO_LAYOUT_FONTS)
			break;
		if (access(f->regular, R_OK) != 0 && l->font_count > 0)
			continue; /* its letters are question marks */
		n += (size_t)snprintf(m->families + n, sizeof(m->families) - n,
		    "%s%s", n > 0 ? "," : "", f->family);
		snprintf(l->fonts[l->font_count++], sizeof(l->fonts[0]), "%s",
		    f->family);
	}
	return perso_render_open(l, &m->render);
}

/* see perso/sheet.h */
perso_rc
perso_sheet_open(struct perso_sheet_maker **ret)
{
	struct perso_sheet_maker *m = calloc(1, sizeof(*m));

	if (m == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for a contact sheet");
	perso_rc rc = add_families(m);
	if (rc != PERSO_OK) {
		perso_sheet_close(&m);
		return rc;
	}
	*ret = m;
	return PERSO_OK;
}

/* see perso/sheet.h */
void
perso_sheet_close(struct perso_sheet_maker **m)
{
	if (m == NULL || *m == NULL)
		return;
	perso_render_close(&(*m)->render);
	free(*m);
	*m = NULL;
}

/* ---- Title and verdict. ---- */

struct drawing {
	struct perso_sheet_maker *m;
	const struct perso_sheet *s;
	double width, height; /* of the page */
};

static perso_rc
draw_title(const struct drawing *d, cairo_t *cr)
{
	const struct perso_sheet *s = d->s;
	struct sheet_text t = { .text = s->title != NULL ? s->title : "",
		.size = 17,
		.width = d->width - 2 * MARGIN - VERDICT_WIDTH - GAP,
		.lines = 1,
		.bold = true,
		.colour = SHEET_BLACK };
	double y = MARGIN + 17;

	PERSO_TRY(sheet_text_draw(d->m, cr, &t, MARGIN, MARGIN - 7));
	t.bold = false;
	t.size = 8.5;
	for (size_t i = 0; i < PERSO_SHEET_LINES; i++) {
		if (s->lines[i] == NULL)
			break;
		t.text = s->lines[i];
		PERSO_TRY(sheet_text_draw(d->m, cr, &t, MARGIN, y));
		y += 11;
		t.size = 7.5;
		t.colour = SHEET_GREY;
	}
	return PERSO_OK;
}

static perso_rc
draw_verdict(const struct drawing *d, cairo_t *cr)
{
	const double x = d->width - MARGIN - VERDICT_WIDTH;
	struct sheet_text t = { .text = d->s->good ? "GOOD" : "BAD",
		.size = 25,
		.width = VERDICT_WIDTH,
		.lines = 1,
		.bold = true,
		.align = PANGO_ALIGN_CENTER,
		.colour = 0xFFFFFF };

	render_colour(cr, d->s->good ? SHEET_GREEN : SHEET_RED);
	cairo_rectangle(cr, x, MARGIN, VERDICT_WIDTH, VERDICT_HEIGHT);
	cairo_fill(cr);
	PERSO_TRY(sheet_text_draw(d->m, cr, &t, x, MARGIN));
	t.text = d->s->summary != NULL ? d->s->summary : "";
	t.size = 7;
	t.bold = false;
	t.colour = SHEET_BLACK;
	return sheet_text_draw(d->m, cr, &t, x, MARGIN + VERDICT_HEIGHT + 2);
}

static perso_rc
draw_foot(const struct drawing *d, cairo_t *cr)
{
	const struct sheet_text t = {
		.text = "Contact sheet for quality assurance. It holds "
			"personal data and is no document.",
		.size = 6,
		.width = d->width - 2 * MARGIN,
		.lines = 1,
		.colour = SHEET_GREY
	};

	render_colour(cr, SHEET_RULE);
	cairo_rectangle(
	    cr, MARGIN, MARGIN + HEAD - 5, d->width - 2 * MARGIN, 0.8);
	cairo_fill(cr);
	return sheet_text_draw(
	    d->m, cr, &t, MARGIN, d->height - MARGIN - FOOT + 1);
}

/* ---- Data and checks. ---- */

static size_t
take_checks(const struct perso_sheet *s, enum perso_sheet_state state,
    const char *title, struct sheet_item *to)
{
	size_t n = 1;

	to[0] = (struct sheet_item){ .kind = SHEET_HEADING, .key = title };
	for (size_t i = 0; i < s->check_count; i++)
		if (s->checks[i].state == state)
			to[n++] = (struct sheet_item){ SHEET_CHECK,
				s->checks[i].id, s->checks[i].text, state };
	return n > 1 ? n : 0;
}

/* What failed is what is looked for: it stands before the data. */
static size_t
take_data(const struct perso_sheet *s, struct sheet_item *to)
{
	size_t n = take_checks(s, PERSO_SHEET_FAILED, "Checks: failed", to);

	for (size_t i = 0; i < s->row_count; i++)
		to[n++] = (struct sheet_item){
			s->rows[i].value != NULL ? SHEET_PAIR : SHEET_HEADING,
			s->rows[i].key, s->rows[i].value, PERSO_SHEET_PASSED
		};
	return n;
}

static size_t
take_others(const struct perso_sheet *s, struct sheet_item *to)
{
	size_t n = take_checks(s, PERSO_SHEET_PASSED, "Checks: passed", to);

	return n +
	       take_checks(s, PERSO_SHEET_SKIPPED, "Checks: skipped", to + n);
}

static perso_rc
draw_lists(const struct drawing *d, cairo_t *cr, const struct sheet_box *area)
{
	const struct perso_sheet *s = d->s;
	struct sheet_item *items =
	    calloc(s->row_count + s->check_count + 3, sizeof(*items));

	if (items == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for a contact sheet");
	const size_t data = take_data(s, items);
	const struct sheet_lists l = { .area = *area,
		.items = { items, items + data },
		.count = { data, take_others(s, items + data) } };
	perso_rc rc = sheet_lists_draw(d->m, cr, &l);
	free(items);
	return rc;
}

/* ---- The page. ---- */

static perso_rc
draw_sheet(void *ctx, cairo_t *cr)
{
	const struct drawing *d = ctx;
	struct sheet_box area = { MARGIN, MARGIN + HEAD, LEFT,
		d->height - 2 * MARGIN - HEAD - FOOT };

	render_colour(cr, 0xFFFFFF);
	cairo_paint(cr);
	PERSO_TRY(draw_title(d, cr));
	PERSO_TRY(draw_verdict(d, cr));
	PERSO_TRY(sheet_faces_draw(d->m, cr, d->s, &area));
	area.x += LEFT + GAP;
	area.width = d->width - MARGIN - area.x;
	PERSO_TRY(draw_lists(d, cr, &area));
	PERSO_TRY(draw_foot(d, cr));
	if (cairo_status(cr) != CAIRO_STATUS_SUCCESS)
		PERSO_FAIL(PERSO_E_NOMEM, "cairo: %s",
		    cairo_status_to_string(cairo_status(cr)));
	cairo_show_page(cr);
	return PERSO_OK;
}

static struct drawing
drawing_of(struct perso_sheet_maker *m, const struct perso_sheet *s)
{
	return (struct drawing){ m, s, pt_of_mm(PERSO_SHEET_WIDTH),
		pt_of_mm(PERSO_SHEET_HEIGHT) };
}

/* see perso/sheet.h */
perso_rc
perso_sheet_pdf(struct perso_sheet_maker *m, const struct perso_sheet *s,
    struct perso_buf *ret)
{
	struct drawing d = drawing_of(m, s);
	const struct render_drawing page = { d.width, d.height, draw_sheet,
		&d };

	return render_pdf_write(&page, ret);
}

static int
pixels_of(unsigned hundredths)
{
	return (int)((hundredths * PERSO_SHEET_DPI + 1270) / 2540);
}

/* see perso/sheet.h */
perso_rc
perso_sheet_png(struct perso_sheet_maker *m, const struct perso_sheet *s,
    struct perso_buf *ret)
{
	struct drawing d = drawing_of(m, s);
	cairo_surface_t *image = cairo_image_surface_create(CAIRO_FORMAT_RGB24,
	    pixels_of(PERSO_SHEET_WIDTH), pixels_of(PERSO_SHEET_HEIGHT));

	if (cairo_surface_status(image) != CAIRO_STATUS_SUCCESS) {
		cairo_surface_destroy(image);
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for a contact sheet");
	}
	cairo_t *cr = cairo_create(image);
	cairo_scale(cr, PERSO_SHEET_DPI / 72.0, PERSO_SHEET_DPI / 72.0);
	perso_rc rc = draw_sheet(&d, cr);
	cairo_destroy(cr);
	cairo_surface_flush(image);
	if (rc == PERSO_OK)
		rc = render_surface_png(image, PERSO_SHEET_DPI, ret);
	render_surface_drop(&image);
	return rc;
}
