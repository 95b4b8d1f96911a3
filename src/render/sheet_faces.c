/*
 * The left of a contact sheet: the printed faces in life size, the zone as
 * the chip has it, and the chip's pictures beside or beneath them.
 */
#include "sheet_int.h"

#define CAPTION 6.5    /* size of type */
#define CAPTION_ROW 10 /* its row */
#define GAP 8.0
#define PICTURE_WIDTH 88.0 /* 31 mm: beside the faces if there is this much */
#define PICTURE_MIN 100.0  /* height that is kept beneath them */
#define PICTURE_MAX 165.0  /* 58 mm */
#define MRZ_PITCH 254.0	   /* 1/100 mm */
#define MRZ_ROW 12.0

struct faces {
	struct perso_sheet_maker *m;
	cairo_t *cr;
	const struct perso_sheet *s;
	struct sheet_box area; /* what is left */
};

static perso_rc
caption(const struct faces *f, const char *text, double x, double width)
{
	const struct sheet_text t = { .text = text,
		.size = CAPTION,
		.width = width,
		.lines = 1,
		.colour = SHEET_GREY };

	return sheet_text_draw(f->m, f->cr, &t, x, f->area.y);
}

static void
frame(cairo_t *cr, double x, double y, double width, double height)
{
	cairo_save(cr);
	render_colour(cr, SHEET_RULE);
	cairo_set_line_width(cr, 0.5);
	cairo_rectangle(cr, x, y, width, height);
	cairo_stroke(cr);
	cairo_restore(cr);
}

/* ---- Faces. ---- */

/* Drawn where nobody sees it: a face comes whole or not at all. */
static perso_rc
try_face(const struct perso_sheet *s, size_t side)
{
	cairo_surface_t *none =
	    cairo_image_surface_create(CAIRO_FORMAT_RGB24, 1, 1);
	cairo_t *cr = cairo_create(none);
	perso_rc rc = render_page(s->page, cr, side, s->input);

	cairo_destroy(cr);
	cairo_surface_destroy(none);
	return rc;
}

static perso_rc
draw_face(struct faces *f, size_t side, double scale)
{
	const struct perso_page *p = perso_page_of(f->s->page->layout->page);
	const double w = pt_of_mm(p->width), h = pt_of_mm(p->height);
	perso_rc rc;

	cairo_save(f->cr);
	cairo_translate(f->cr, f->area.x, f->area.y);
	cairo_scale(f->cr, scale, scale);
	cairo_rectangle(f->cr, 0, 0, w, h);
	cairo_clip(f->cr);
	rc = render_page(f->s->page, f->cr, side, f->s->input);
	cairo_restore(f->cr);
	frame(f->cr, f->area.x, f->area.y, w * scale, h * scale);
	f->area.y += h * scale + GAP;
	return rc;
}

/* In the face's place: why there is none. */
static perso_rc
explain(struct faces *f, const char *why)
{
	char text[PERSO_TRAIL_LEN + 32];
	const struct sheet_text t = { .text = text,
		.size = 9,
		.width = f->area.width,
		.lines = 4,
		.bold = true,
		.colour = SHEET_RED };

	snprintf(text, sizeof(text), "not drawn: %s", why);
	PERSO_TRY(sheet_text_draw(f->m, f->cr, &t, f->area.x, f->area.y));
	f->area.y += 50 + GAP;
	return PERSO_OK;
}

static perso_rc
one_face(struct faces *f, size_t side, double scale)
{
	char text[64], why[PERSO_TRAIL_LEN];

	snprintf(text, sizeof(text), "printed: %s, %s",
	    f->s->page->layout->sides[side].name,
	    scale < 1 ? "made smaller" : "life size");
	PERSO_TRY(caption(f, text, f->area.x, f->area.width));
	f->area.y += CAPTION_ROW;
	if (try_face(f->s, side) == PERSO_OK)
		return draw_face(f, side, scale);
	perso_trail_text(why, sizeof(why));
	perso_trail_reset();
	return explain(f, why);
}

/* ---- The zone. ---- */

static size_t
mrz_lines(const struct perso_sheet *s)
{
	size_t n = 0;

	while (n < PERSO_SHEET_LINES && s->mrz[n] != NULL)
		n++;
	return n;
}

static double
mrz_height(const struct perso_sheet *s)
{
	size_t n = mrz_lines(s);

	return n > 0 ? CAPTION_ROW + (double)n * MRZ_ROW + GAP : 0;
}

static bool
is_mrz(const char *line)
{
	return strspn(line, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<") ==
		   strlen(line) &&
	       strlen(line) <= 44;
}

static perso_rc
draw_mrz(struct faces *f)
{
	const size_t n = mrz_lines(f->s);
	struct render_ocr at = { .em = pt_of_mm(MRZ_PITCH) / RENDER_OCR_ADVANCE,
		.x = f->area.x };

	/* Beneath the printed one, letter for letter. */
	if (f->s->page != NULL && n > 0)
		at.x += pt_of_mm(perso_page_of(f->s->page->layout->page)->left);
	for (size_t i = 0; i < n; i++)
		if (!is_mrz(f->s->mrz[i]))
			return PERSO_OK;
	if (n == 0)
		return PERSO_OK;
	PERSO_TRY(
	    caption(f, "chip: the zone in EF.DG1", f->area.x, f->area.width));
	f->area.y += CAPTION_ROW;
	render_colour(f->cr, 0);
	for (size_t i = 0; i < n; i++, f->area.y += MRZ_ROW) {
		at.middle = f->area.y + MRZ_ROW / 2;
		PERSO_TRY(render_ocr_show(
		    f->m->render, f->cr, "MRZ", f->s->mrz[i], &at));
	}
	f->area.y += GAP;
	return PERSO_OK;
}

/* ---- Pictures. ---- */

static uint32_t
mm_of_pt(double pt)
{
	return (uint32_t)(pt * 2540.0 / 72.0);
}

/* At the top of the box, as large as it can be; *ret the room it took. */
static perso_rc
draw_picture(struct faces *f, const struct perso_sheet_picture *p,
    const struct sheet_box *box, struct sheet_box *ret)
{
	const double by_w = box->width / (p->pixels ? p->pixels->width : 1);
	const double by_h =
	    (box->height - CAPTION_ROW) / (p->pixels ? p->pixels->height : 1);
	const double scale = by_w < by_h ? by_w : by_h;

	*ret = (struct sheet_box){ box->x, box->y, PICTURE_WIDTH, CAPTION_ROW };
	f->area.y = box->y;
	PERSO_TRY(caption(f, p->caption, box->x, box->width));
	if (p->pixels == NULL || scale <= 0)
		return PERSO_OK;
	ret->width = p->pixels->width * scale;
	ret->height = p->pixels->height * scale + CAPTION_ROW;
	const struct perso_layout_element e = { .kind = PERSO_LAYOUT_PORTRAIT,
		.x = mm_of_pt(box->x),
		.y = mm_of_pt(box->y + CAPTION_ROW),
		.width = mm_of_pt(ret->width),
		.height = mm_of_pt(ret->height - CAPTION_ROW) };
	PERSO_TRY(render_picture(f->cr, &e, p->pixels, 0));
	frame(f->cr, box->x, box->y + CAPTION_ROW, ret->width,
	    ret->height - CAPTION_ROW);
	if (ret->width < PICTURE_WIDTH)
		ret->width = PICTURE_WIDTH;
	return PERSO_OK;
}

static perso_rc
pictures_beside(struct faces *f, struct sheet_box box)
{
	const double bottom = box.y + box.height;
	const double top = f->area.y;

	for (size_t i = 0; i < f->s->picture_count; i++) {
		struct sheet_box took;

		box.height = bottom - box.y;
		if (box.height > PICTURE_MAX)
			box.height = PICTURE_MAX;
		if (box.height < 3 * CAPTION_ROW)
			break;
		PERSO_TRY(draw_picture(f, &f->s->pictures[i], &box, &took));
		box.y += took.height + GAP;
	}
	f->area.y = top;
	return PERSO_OK;
}

static perso_rc
pictures_beneath(struct faces *f, double bottom)
{
	struct sheet_box box = { f->area.x, f->area.y, f->area.width,
		bottom - f->area.y };
	const double right = f->area.x + f->area.width;

	if (box.height > PICTURE_MAX)
		box.height = PICTURE_MAX;
	for (size_t i = 0; i < f->s->picture_count; i++) {
		struct sheet_box took;

		box.width = right - box.x;
		if (box.width < PICTURE_WIDTH / 2)
			break;
		PERSO_TRY(draw_picture(f, &f->s->pictures[i], &box, &took));
		box.x += took.width + GAP;
	}
	return PERSO_OK;
}

/* ---- All. ---- */

/* Life size, or what leaves room for zone and pictures. */
static double
scale_of(const struct faces *f, bool *ret_beside)
{
	const struct perso_sheet *s = f->s;
	const struct perso_page *p = perso_page_of(s->page->layout->page);
	const double n = (double)s->page->layout->side_count;
	const double w = pt_of_mm(p->width), h = pt_of_mm(p->height);
	double free, scale = 1;

	*ret_beside = w + GAP + PICTURE_WIDTH <= f->area.width;
	free = f->area.height - mrz_height(s) - n * (CAPTION_ROW + GAP);
	if (s->picture_count > 0 && !*ret_beside)
		free -= PICTURE_MIN;
	if (free < n * h)
		scale = free / (n * h);
	return w * scale > f->area.width ? f->area.width / w : scale;
}

static perso_rc
draw_faces(struct faces *f, bool *ret_beside)
{
	const struct perso_sheet *s = f->s;
	const struct sheet_box all = f->area;

	*ret_beside = false;
	if (s->page == NULL)
		return s->no_page != NULL ? explain(f, s->no_page) : PERSO_OK;
	const double scale = scale_of(f, ret_beside);
	const double w =
	    pt_of_mm(perso_page_of(s->page->layout->page)->width) * scale;
	if (*ret_beside) {
		f->area.width = w;
		PERSO_TRY(pictures_beside(
		    f, (struct sheet_box){ all.x + w + GAP, all.y,
			   all.width - w - GAP, all.height }));
	}
	for (size_t i = 0; i < s->page->layout->side_count; i++)
		PERSO_TRY(one_face(f, i, scale));
	f->area.width = all.width;
	return PERSO_OK;
}

perso_rc
sheet_faces_draw(struct perso_sheet_maker *m, cairo_t *cr,
    const struct perso_sheet *s, const struct sheet_box *area)
{
	struct faces f = { m, cr, s, *area };
	bool beside = false;

	PERSO_TRY(draw_faces(&f, &beside));
	PERSO_TRY(draw_mrz(&f));
	if (!beside)
		PERSO_TRY(pictures_beneath(&f, area->y + area->height));
	return PERSO_OK;
}
