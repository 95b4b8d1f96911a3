#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <string.h>

#include "../../../src/render/sheet_int.h"
#include "pages.h"
#include "perso/picture.h"

#define OK(call) cr_assert(eq(int, (call), PERSO_OK))

#define CHECKS 60
#define ROWS 40
#define MANY 400

static struct pages p;
static struct perso_sheet_maker *maker;
static struct perso_sheet_row rows[MANY];
static struct perso_sheet_check checks[MANY];
static char longest[224], key[48];

static void
setup(void)
{
	pages_open_layout(&p, "td3-passport");
	OK(perso_sheet_open(&maker));
	pages_repeat(longest, sizeof(longest), "Wg\xc4\xbb ", 140);
	pages_repeat(key, sizeof(key), "W", 40);
	for (size_t i = 0; i < MANY; i++) {
		rows[i] = (struct perso_sheet_row){ key, longest };
		checks[i] = (struct perso_sheet_check){ key, longest, i % 3 };
		if (i % 12 == 0)
			rows[i].value = NULL;
	}
}

static void
teardown(void)
{
	perso_sheet_close(&maker);
	pages_close(&p);
}

TestSuite(sheet, .init = setup, .fini = teardown);

static struct perso_sheet
full(size_t row_count, size_t check_count)
{
	return (struct perso_sheet){ .title = "T-1",
		.lines = { "lv-passport", "read", "signed" },
		.good = true,
		.summary = "all",
		.page = p.render,
		.input = &p.in,
		.mrz = { "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
		    "L898902C36UTO7408122F1204159ZE184226B<<<<<10" },
		.picture_count = 2,
		.pictures = { { "EF.DG2", &p.portrait },
		    { "EF.DG7", &p.signature } },
		.row_count = row_count,
		.rows = rows,
		.check_count = check_count,
		.checks = checks };
}

static void
draw(const struct perso_sheet *s, struct perso_pixels *ret)
{
	PERSO_BUF(png, PERSO_RENDER_MAX);

	OK(perso_sheet_png(maker, s, &png));
	OK(perso_picture_decode(perso_buf_span(&png), NULL, ret));
	cr_assert(eq(u32, ret->width, 1754));
	cr_assert(eq(u32, ret->height, 1240));
}

/* No ink in a rectangle, in points. */
static bool
is_white(
    const struct perso_pixels *px, double x0, double y0, double x1, double y1)
{
	const double f = PERSO_SHEET_DPI / 72.0;

	for (uint32_t y = (uint32_t)(y0 * f);
	     y < (uint32_t)(y1 * f) && y < px->height; y++)
		for (uint32_t x = (uint32_t)(x0 * f);
		     x < (uint32_t)(x1 * f) && x < px->width; x++)
			for (unsigned c = 0; c < px->channels; c++)
				if (perso_pixels_row(
					px, y)[x * px->channels + c] != 255)
					return false;
	return true;
}

static void
check_margins(const struct perso_pixels *px)
{
	cr_expect(is_white(px, 0, 0, 842, 14));
	cr_expect(is_white(px, 0, 575, 842, 596));
	cr_expect(is_white(px, 0, 0, 20, 596));
	cr_expect(is_white(px, 821, 0, 842, 596));
	/* between faces and lists, and above the foot */
	cr_expect(is_white(px, 379, 84, 389.5, 560));
}

/* ---- Rows in columns. ---- */

static struct sheet_box boxes[2 * MANY];
static size_t box_count;

static void
on_row(void *ctx, const struct sheet_box *row)
{
	cr_assert(ctx == boxes && box_count < 2 * MANY);
	boxes[box_count++] = *row;
}

static bool
overlap(const struct sheet_box *a, const struct sheet_box *b)
{
	const double e = 1e-6;

	return a->x + a->width > b->x + e && b->x + b->width > a->x + e &&
	       a->y + a->height > b->y + e && b->y + b->height > a->y + e;
}

static void
check_boxes(const struct sheet_box *area)
{
	const double e = 1e-6;

	for (size_t i = 0; i < box_count; i++) {
		const struct sheet_box *a = &boxes[i];

		cr_assert(a->x >= area->x - e && a->y >= area->y - e);
		cr_assert(a->x + a->width <= area->x + area->width + e);
		cr_assert(a->y + a->height <= area->y + area->height + e,
		    "row %zu of %zu", i, box_count);
		for (size_t j = 0; j < i; j++)
			cr_assert(not(overlap(a, &boxes[j])), "%zu, %zu", i, j);
	}
}

/* So many rows and checks; how many have been placed. */
static size_t
place(size_t row_count, size_t check_count)
{
	static struct sheet_item items[2][MANY];
	struct sheet_lists l = { .area = { 390, 82, 430, 470 },
		.items = { items[0], items[1] },
		.count = { row_count, check_count },
		.placed = on_row,
		.ctx = boxes };
	cairo_surface_t *s =
	    cairo_image_surface_create(CAIRO_FORMAT_RGB24, 850, 600);
	cairo_t *cr = cairo_create(s);

	for (size_t i = 0; i < MANY; i++) {
		items[0][i] =
		    (struct sheet_item){ rows[i].value ? SHEET_PAIR
						       : SHEET_HEADING,
			    rows[i].key, rows[i].value, 0 };
		items[1][i] = (struct sheet_item){ SHEET_CHECK, checks[i].id,
			checks[i].text, checks[i].state };
	}
	box_count = 0;
	OK(sheet_lists_draw(maker, cr, &l));
	check_boxes(&l.area);
	cairo_destroy(cr);
	cairo_surface_destroy(s);
	return box_count;
}

Test(sheet, rows_never_leave_their_area_nor_lie_over_another)
{
	static const size_t counts[][2] = { { 0, 0 }, { 1, 0 }, { 0, 1 },
		{ 12, 20 }, { ROWS, CHECKS }, { 1, 96 }, { 100, 1 },
		{ 80, 96 } };

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		cr_expect(le(sz, place(counts[i][0], counts[i][1]),
		    counts[i][0] + counts[i][1] + 2));
}

Test(sheet, the_longest_values_and_sixty_checks_are_all_there)
{
	cr_assert(eq(sz, place(ROWS, CHECKS), ROWS + CHECKS));
}

Test(sheet, what_has_no_room_is_counted)
{
	const size_t placed = place(MANY, MANY);

	/* the last row of each list says how many more */
	cr_assert(gt(sz, placed, 100));
	cr_assert(lt(sz, placed, 2 * MANY));
}

/* ---- Whole sheets. ---- */

Test(sheet, keeps_its_margins_whatever_it_holds)
{
	static const size_t counts[][2] = { { 0, 0 }, { ROWS, CHECKS },
		{ MANY, MANY } };

	for (size_t i = 0; i < 3; i++) {
		struct perso_sheet s = full(counts[i][0], counts[i][1]);
		PERSO_PIXELS(px);

		s.title = s.lines[0] = s.lines[1] = s.lines[2] = s.summary =
		    longest;
		s.pictures[0].caption = s.pictures[1].caption = longest;
		draw(&s, &px);
		check_margins(&px);
	}
}

Test(sheet, has_room_for_every_layout)
{
	static const char *const layouts[] = { "td1-card", "td1-permit",
		"td1-specimen", "td2-sheet", "td3-passport", "td3-specimen",
		"mrv-a", "mrv-b" };

	for (size_t i = 0; i < sizeof(layouts) / sizeof(layouts[0]); i++) {
		PERSO_PIXELS(px);

		pages_close(&p);
		pages_open_layout(&p, layouts[i]);
		const struct perso_sheet s = full(ROWS, CHECKS);
		draw(&s, &px);
		check_margins(&px);
	}
}

Test(sheet, of_the_same_values_has_the_same_bytes)
{
	const struct perso_sheet s = full(ROWS, CHECKS);
	PERSO_BUF(a, PERSO_RENDER_MAX);
	PERSO_BUF(b, PERSO_RENDER_MAX);

	OK(perso_sheet_png(maker, &s, &a));
	perso_sheet_close(&maker);
	OK(perso_sheet_open(&maker));
	OK(perso_sheet_png(maker, &s, &b));
	cr_expect(perso_span_equal(perso_buf_span(&a), perso_buf_span(&b)));
	perso_buf_clear(&a);
	perso_buf_clear(&b);
	OK(perso_sheet_pdf(maker, &s, &a));
	perso_sheet_close(&maker);
	OK(perso_sheet_open(&maker));
	OK(perso_sheet_pdf(maker, &s, &b));
	cr_expect(perso_span_equal(perso_buf_span(&a), perso_buf_span(&b)));
}

static uint32_t
colour_at(const struct perso_pixels *px, double x, double y)
{
	const uint8_t *s = perso_pixels_row(px, (uint32_t)(y * 150 / 72)) +
			   3 * (size_t)(x * 150 / 72);

	cr_assert(eq(uint, px->channels, 3));
	return (uint32_t)s[0] << 16 | (uint32_t)s[1] << 8 | s[2];
}

Test(sheet, shows_the_verdict_in_its_colour)
{
	struct perso_sheet s = full(3, 3);
	PERSO_PIXELS(good);
	PERSO_PIXELS(bad);

	draw(&s, &good);
	s.good = false;
	draw(&s, &bad);
	cr_expect(eq(u32, colour_at(&good, 700, 26), SHEET_GREEN));
	cr_expect(eq(u32, colour_at(&bad, 700, 26), SHEET_RED));
}

Test(sheet, says_why_a_face_could_not_be_drawn)
{
	struct perso_sheet s = full(3, 3);
	PERSO_PIXELS(px);
	PERSO_PIXELS(none);

	pages_repeat(p.record.surname, sizeof(p.record.surname), "W", 80);
	draw(&s, &px);
	check_margins(&px);
	cr_expect(not(is_white(&px, 22, 92, 378, 140)), "no reason");
	cr_expect(is_white(&px, 22, 145, 378, 148), "half a face");
	cr_expect(eq(sz, perso_trail_count(), 0));
	s.page = NULL;
	s.no_page = "profile has no layout";
	draw(&s, &none);
	check_margins(&none);
}

Test(sheet, takes_texts_that_are_none)
{
	static const char *const texts[] = {
		"", "\xff\xfe\x80", "a\nb\tc\x01",
		"\xe2\x80\xae"
		"drow", /* turned around */
		"\xf0\x90\x8d\x88", "\xd0\x9e\xea\x99\xaf\xef\x90\x80",
		"\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d", "\xe6\x9d\x8e\xe5\xb0\x8f",
		"\xe0\xb8\x81\xe0\xb9\x89\xe0\xb9\x89\xe0\xb9\x89\xe0\xb9\x89"
	};
	const size_t n = sizeof(texts) / sizeof(texts[0]);
	struct perso_sheet s = full(n, n);
	PERSO_PIXELS(px);
	PERSO_BUF(pdf, PERSO_RENDER_MAX);

	for (size_t i = 0; i < n; i++) {
		rows[i] = (struct perso_sheet_row){ texts[i], texts[i] };
		checks[i].id = checks[i].text = texts[i];
	}
	s.mrz[1] = "not a zone \xff";
	draw(&s, &px);
	check_margins(&px);
	OK(perso_sheet_pdf(maker, &s, &pdf));
	cr_expect(eq(sz, perso_trail_count(), 0));
}

/* A sticker: page, seal and checks. */
Test(sheet, of_a_document_without_a_chip_has_its_page_and_seal)
{
	struct perso_sheet s = full(0, 4);
	static const struct perso_sheet_row seal[] = { { "Seal", NULL },
		{ "mrz", "V<UTO" }, { "signer", "UTTS" } };
	PERSO_PIXELS(px);

	pages_close(&p);
	pages_open_layout(&p, "mrv-a");
	s.page = p.render;
	s.mrz[0] = s.mrz[1] = NULL;
	s.picture_count = 0;
	s.rows = seal;
	s.row_count = 3;
	draw(&s, &px);
	check_margins(&px);
	/* nothing beneath the only page: 80 mm high, in life size */
	cr_expect(not(is_white(&px, 22, 300, 378, 319)));
	cr_expect(is_white(&px, 22, 335, 378, 555));
}
