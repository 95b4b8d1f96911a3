/*
 * Decoded data and checks in columns. The largest type at which both lists
 * fit is taken; beyond the smallest, what is left over is counted.
 */
#include "sheet_int.h"

#define GAP 10.0	/* between columns */
#define KEY 0.31	/* of a column's width */
#define DATA_LINES 3	/* of a value at most */
#define FAILURE_LINES 4 /* of what a failed check says */
#define SPACE 0.12	/* beneath a row, in its size */
#define HEAD_SPACE 0.7	/* above a heading */

static const struct step {
	unsigned columns;
	double size;
	int lines; /* of what a check says that has not failed */
} steps[] = { { 2, 7.5, 2 }, { 2, 7, 2 }, { 2, 6.5, 2 }, { 2, 6, 2 },
	{ 2, 6, 1 }, { 3, 6, 1 }, { 3, 5.5, 1 }, { 3, 5, 1 }, { 4, 5, 1 },
	{ 4, 4.5, 1 }, { 4, 4, 1 }, { 5, 4, 1 }, { 5, 3.5, 1 } };
#define STEPS (sizeof(steps) / sizeof(steps[0]))

/* One list being set into columns. */
struct flow {
	struct perso_sheet_maker *m;
	cairo_t *cr; /* NULL: only measured */
	const struct sheet_lists *lists;
	struct sheet_box area; /* of this list's columns */
	double size, width;    /* of type; of a column */
	int lines;
	unsigned columns, column;
	double y;    /* in the column */
	double keep; /* room for the last line of the last column */
};

static void
start(struct flow *f, const struct sheet_lists *l, struct perso_sheet_maker *m)
{
	*f = (struct flow){ .m = m, .lists = l };
}

/* ---- One row. ---- */

struct row {
	PangoLayout *key, *value;
	uint32_t key_colour, value_colour;
	double above, height; /* height without what is above */
};

static void
row_done(struct row *r)
{
	g_clear_object(&r->key);
	g_clear_object(&r->value);
}

static double
mark_width(const struct flow *f, const struct sheet_item *i)
{
	return i->kind == SHEET_CHECK ? 1.4 * f->size : 0;
}

static double
key_width(const struct flow *f, const struct sheet_item *i)
{
	return i->kind == SHEET_HEADING ? f->width
					: f->width * KEY - mark_width(f, i);
}

static void
colours(const struct sheet_item *i, struct row *r)
{
	r->key_colour = i->kind == SHEET_PAIR ? SHEET_GREY : SHEET_BLACK;
	r->value_colour = SHEET_BLACK;
	if (i->kind != SHEET_CHECK || i->state == PERSO_SHEET_PASSED)
		return;
	r->key_colour = r->value_colour =
	    i->state == PERSO_SHEET_FAILED ? SHEET_RED : SHEET_GREY;
}

static int
lines_of(const struct flow *f, const struct sheet_item *i)
{
	if (i->kind == SHEET_PAIR)
		return DATA_LINES;
	return i->state == PERSO_SHEET_FAILED ? FAILURE_LINES : f->lines;
}

static perso_rc
row_set(const struct flow *f, const struct sheet_item *i, struct row *r)
{
	const struct sheet_text key = { .text = i->key,
		.size = i->kind == SHEET_HEADING ? f->size * 1.1 : f->size,
		.width = key_width(f, i),
		.lines = 1,
		.bold = i->kind != SHEET_PAIR };
	const struct sheet_text value = { .text = i->value,
		.size = f->size,
		.width = f->width * (1 - KEY) - 0.5 * f->size,
		.lines = lines_of(f, i) };

	colours(i, r);
	PERSO_TRY(sheet_text_set(f->m, &key, &r->key));
	r->height = sheet_text_height(r->key);
	if (i->value != NULL) {
		PERSO_TRY(sheet_text_set(f->m, &value, &r->value));
		if (sheet_text_height(r->value) > r->height)
			r->height = sheet_text_height(r->value);
	}
	r->height += SPACE * f->size;
	if (i->kind == SHEET_HEADING)
		r->above = f->y > 0 ? HEAD_SPACE * f->size : 0;
	return PERSO_OK;
}

/* A dot, a cross on red, a ring. */
static void
draw_mark(
    const struct flow *f, enum perso_sheet_state state, double x, double y)
{
	const double r = 0.34 * f->size, cx = x + r, cy = y + 0.68 * f->size;
	cairo_t *cr = f->cr;

	cairo_save(cr);
	cairo_set_line_width(cr, 0.12 * f->size);
	cairo_new_path(cr);
	cairo_arc(cr, cx, cy, r, 0, 2 * G_PI);
	render_colour(cr, state == PERSO_SHEET_PASSED	? SHEET_GREEN
			  : state == PERSO_SHEET_FAILED ? SHEET_RED
							: SHEET_GREY);
	if (state == PERSO_SHEET_SKIPPED)
		cairo_stroke(cr);
	else
		cairo_fill(cr);
	if (state == PERSO_SHEET_FAILED) {
		render_colour(cr, 0xFFFFFF);
		cairo_move_to(cr, cx - r / 2, cy - r / 2);
		cairo_line_to(cr, cx + r / 2, cy + r / 2);
		cairo_move_to(cr, cx + r / 2, cy - r / 2);
		cairo_line_to(cr, cx - r / 2, cy + r / 2);
		cairo_stroke(cr);
	}
	cairo_restore(cr);
}

static void
row_draw(const struct flow *f, const struct sheet_item *i, const struct row *r)
{
	const double x = f->area.x + f->column * (f->width + GAP);
	const double y = f->area.y + f->y + r->above;
	const double mark = mark_width(f, i);

	if (f->lists->placed != NULL)
		f->lists->placed(f->lists->ctx,
		    &(struct sheet_box){ x, y, f->width, r->height });
	if (i->kind == SHEET_CHECK)
		draw_mark(f, i->state, x, y);
	sheet_text_show(f->cr, r->key, r->key_colour,
	    &(struct sheet_box){ x + mark, y, key_width(f, i), r->height });
	if (r->value != NULL)
		sheet_text_show(f->cr, r->value, r->value_colour,
		    &(struct sheet_box){ x + f->width * KEY + 0.5 * f->size, y,
			f->width * (1 - KEY) - 0.5 * f->size, r->height });
	if (i->kind == SHEET_HEADING) {
		render_colour(f->cr, SHEET_RULE);
		cairo_rectangle(f->cr, x, y + r->height - 0.5, f->width, 0.5);
		cairo_fill(f->cr);
	}
}

/* ---- A list. ---- */

static double
room(const struct flow *f)
{
	return f->area.height - (f->column + 1 == f->columns ? f->keep : 0);
}

/* *ret_there false: there is no room for it. A heading wants a row too. */
static perso_rc
place(struct flow *f, const struct sheet_item *i, bool *ret_there)
{
	struct row r = { 0 };
	perso_rc rc = row_set(f, i, &r);
	const double want =
	    r.height + (i->kind == SHEET_HEADING ? 3 * f->size : 0);

	if (rc == PERSO_OK && f->y + r.above + want > room(f) &&
	    f->column + 1 < f->columns) {
		f->column++;
		f->y = r.above = 0;
	}
	*ret_there = rc == PERSO_OK && f->y + r.above + want <= room(f);
	if (*ret_there && f->cr != NULL)
		row_draw(f, i, &r);
	if (*ret_there)
		f->y += r.above + r.height;
	row_done(&r);
	return rc;
}

/* As many as there is room for. */
static perso_rc
place_all(struct flow *f, size_t list, size_t *ret_placed)
{
	bool there = true;

	*ret_placed = 0;
	while (*ret_placed < f->lists->count[list]) {
		PERSO_TRY(
		    place(f, &f->lists->items[list][*ret_placed], &there));
		if (!there)
			break;
		++*ret_placed;
	}
	return PERSO_OK;
}

/* The columns of one list: from, and how many, of all. */
static void
take_columns(struct flow *f, const struct step *s, unsigned from, unsigned n)
{
	const struct sheet_box *a = &f->lists->area;

	f->column = 0;
	f->y = 0;
	f->size = s->size;
	f->lines = s->lines;
	f->columns = n;
	f->width = (a->width - (s->columns - 1) * GAP) / s->columns;
	f->area = *a;
	f->area.x += from * (f->width + GAP);
}

struct choice {
	const struct step *step;
	unsigned split; /* columns of the first list */
	bool one;	/* both lists run through all columns */
	bool fits;
};

/* The columns of a list, at its turn. */
static void
turn(struct flow *f, const struct choice *c, size_t list)
{
	const unsigned all = c->step->columns;

	if (c->one && list == 1)
		return; /* goes on where the first one ended */
	if (c->one)
		take_columns(f, c->step, 0, all);
	else if (list == 0)
		take_columns(f, c->step, 0, c->split);
	else
		take_columns(f, c->step, c->split, all - c->split);
}

static perso_rc
try_choice(
    struct perso_sheet_maker *m, const struct sheet_lists *l, struct choice *c)
{
	struct flow f;

	start(&f, l, m);
	c->fits = true;
	for (size_t list = 0; list < 2 && c->fits; list++) {
		size_t placed = 0;

		turn(&f, c, list);
		PERSO_TRY(place_all(&f, list, &placed));
		c->fits = placed == l->count[list];
	}
	return PERSO_OK;
}

static perso_rc
choose(
    struct perso_sheet_maker *m, const struct sheet_lists *l, struct choice *c)
{
	for (size_t i = 0; i < STEPS; i++) {
		c->step = &steps[i];
		c->one = false;
		for (c->split = 1; c->split < c->step->columns; c->split++) {
			PERSO_TRY(try_choice(m, l, c));
			if (c->fits)
				return PERSO_OK;
		}
		c->one = true;
		PERSO_TRY(try_choice(m, l, c));
		if (c->fits)
			return PERSO_OK;
	}
	c->one = false;
	c->split = c->step->columns / 2;
	return PERSO_OK;
}

/* The list, and what of it there was no room for. */
static perso_rc
draw_list(struct flow *f, size_t list)
{
	struct flow try = *f;
	size_t placed = 0;
	char text[48];
	const struct sheet_item more = { SHEET_HEADING, text, NULL, 0 };
	struct row r = { 0 };

	try.cr = NULL;
	PERSO_TRY(place_all(&try, list, &placed));
	if (placed < f->lists->count[list])
		f->keep = 3 * f->size;
	PERSO_TRY(place_all(f, list, &placed));
	if (placed == f->lists->count[list])
		return PERSO_OK;
	snprintf(
	    text, sizeof(text), "and %zu more", f->lists->count[list] - placed);
	perso_rc rc = row_set(f, &more, &r);
	if (rc == PERSO_OK)
		row_draw(f, &more, &r);
	row_done(&r);
	return rc;
}

perso_rc
sheet_lists_draw(
    struct perso_sheet_maker *m, cairo_t *cr, const struct sheet_lists *l)
{
	struct choice c = { 0 };
	struct flow f;

	PERSO_TRY(choose(m, l, &c));
	start(&f, l, m);
	f.cr = cr;
	for (size_t list = 0; list < 2; list++) {
		turn(&f, &c, list);
		f.keep = 0;
		PERSO_TRY(draw_list(&f, list));
	}
	return PERSO_OK;
}
