#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <malloc.h>
#include <png.h>
#include <string.h>

#include "pages.h"

#define OK(call) cr_assert(eq(int, (call), PERSO_OK))

static struct pages p;

static void
setup(void)
{
	pages_open_layout(&p, "td1-card");
}

static void
teardown(void)
{
	pages_close(&p);
}

TestSuite(render, .init = setup, .fini = teardown);

static void
is_refused(perso_rc rc, const char *why)
{
	char said[PERSO_TRAIL_LEN * 4];
	PERSO_BUF(png, PERSO_RENDER_MAX);

	cr_assert(eq(int, perso_render_png(p.render, 0, 300, &p.in, &png), rc));
	perso_trail_text(said, sizeof(said));
	cr_assert(strstr(said, why) != NULL, "%s", said);
	cr_assert(eq(sz, png.n, 0));
}

Test(render, refuses_a_character_without_glyph_and_says_where)
{
	strcpy(p.record.native_name.surname, "ab \xf0\x90\x8d\x88"
					     "c\xf0\x90\x8d\x89");
	is_refused(PERSO_E_UNSUPPORTED,
	    "native-name: no font has a glyph for U+10348 at position 4");
	/* A base letter that is there does not help a mark that is not. */
	strcpy(
	    p.record.native_name.surname, "\xd0\x9e\xea\x99\xaf\xef\x90\x80");
	is_refused(PERSO_E_UNSUPPORTED, "at position");
}

Test(render, refuses_what_does_not_fit_and_names_the_field)
{
	pages_repeat(p.record.surname, sizeof(p.record.surname), "W", 80);
	is_refused(PERSO_E_RANGE, "surname: does not fit its frame at 4.50 "
				  "points");
}

/* The check says what drawing says, and draws nothing. */
Test(render, checks_what_it_would_refuse_to_draw)
{
	char why[PERSO_TRAIL_LEN * 4];

	cr_assert(eq(int, perso_render_check(p.render, &p.in), PERSO_OK));
	pages_repeat(p.record.surname, sizeof(p.record.surname), "W", 80);
	cr_assert(eq(int, perso_render_check(p.render, &p.in), PERSO_E_RANGE));
	strcpy(p.record.surname, "Eriksson \xf0\x90\x8d\x88");
	cr_assert(
	    eq(int, perso_render_check(p.render, &p.in), PERSO_E_UNSUPPORTED));
	perso_trail_text(why, sizeof(why));
	cr_assert(strstr(why, "U+10348 at position 10") != NULL, "%s", why);
	cr_assert(strstr(why, "Eriksson") == NULL, "%s", why);
	strcpy(p.record.surname, "Eriksson");
	p.record.number[0] = '\0';
	cr_assert(eq(int, perso_render_check(p.render, &p.in), PERSO_E_STATE));
}

Test(render, refuses_text_that_is_not_utf8)
{
	strcpy(p.record.native_name.surname, "a\xff");
	is_refused(PERSO_E_DATA, "native-name: not UTF-8");
}

Test(render, refuses_a_number_that_is_not_bound)
{
	PERSO_BUF(png, PERSO_RENDER_MAX);

	p.record.number[0] = '\0';
	cr_assert(eq(int, perso_render_png(p.render, 1, 300, &p.in, &png),
	    PERSO_E_STATE));
}

Test(render, refuses_other_resolutions_and_sides)
{
	PERSO_BUF(png, PERSO_RENDER_MAX);

	cr_assert(eq(
	    int, perso_render_png(p.render, 0, 72, &p.in, &png), PERSO_E_ARG));
	cr_assert(eq(
	    int, perso_render_png(p.render, 2, 300, &p.in, &png), PERSO_E_ARG));
}

Test(render, refuses_an_mrz_of_another_size)
{
	static struct perso_doc_profile d;
	PERSO_BUF(png, PERSO_RENDER_MAX);

	d = *p.record.profile;
	d.format = PERSO_DOC_TD3;
	p.record.profile = &d;
	strcpy(d.document_code, "P");
	cr_assert(eq(int, perso_render_png(p.render, 1, 300, &p.in, &png),
	    PERSO_E_MISMATCH));
}

Test(render, gives_the_same_bytes_from_fonts_opened_anew)
{
	struct pages other;
	PERSO_BUF(a, PERSO_RENDER_MAX);
	PERSO_BUF(b, PERSO_RENDER_MAX);

	pages_open_layout(&other, "td1-card");
	OK(perso_render_png(p.render, 0, 600, &p.in, &a));
	OK(perso_render_pdf(p.render, &p.in, &a));
	OK(perso_render_png(other.render, 0, 600, &other.in, &b));
	OK(perso_render_pdf(other.render, &other.in, &b));
	cr_assert(gt(sz, a.n, 10000));
	cr_assert(perso_span_equal(perso_buf_span(&a), perso_buf_span(&b)));
	pages_close(&other);
}

Test(render, leaves_out_the_caption_of_what_is_not_given)
{
	PERSO_PIXELS(with);
	PERSO_PIXELS(without);
	size_t inside, outside;
	const struct perso_layout_element *e = NULL;

	for (size_t i = 0; i < p.layout->sides[1].count; i++)
		if (p.layout->sides[1].v[i].source == PERSO_SOURCE_HEIGHT)
			e = &p.layout->sides[1].v[i];
	cr_assert(e != NULL);
	pages_draw(&p, 1, &with);
	p.record.height_cm = 0;
	pages_draw(&p, 1, &without);
	pages_compare(p.layout, 1, e, &with, &without, &inside, &outside);
	cr_assert(gt(sz, inside, 100));
	cr_assert(eq(sz, outside, 0));
	for (uint32_t y = e->y * 300 / 2540;
	     y < (e->y + e->height) * 300 / 2540; y++)
		for (uint32_t x = e->x * 300 / 2540;
		     x < (e->x + e->width) * 300 / 2540; x++)
			cr_assert(eq(int,
			    perso_pixels_row(&without, y)[x * without.channels],
			    255));
}

/* The mean of the middle of a frame. */
static unsigned
tone(const struct perso_pixels *px, const struct perso_layout_element *e)
{
	unsigned long sum = 0, n = 0;

	for (uint32_t y = (e->y + e->height / 4) * 300 / 2540;
	     y < (e->y + e->height * 3 / 4) * 300 / 2540; y++)
		for (uint32_t x = (e->x + e->width / 4) * 300 / 2540;
		     x < (e->x + e->width * 3 / 4) * 300 / 2540; x++, n++)
			sum += perso_pixels_row(px, y)[x * px->channels];
	return (unsigned)(sum / n);
}

Test(render, makes_the_ghost_paler_than_the_portrait)
{
	PERSO_PIXELS(px);
	unsigned portrait = 0, ghost = 0;

	pages_draw(&p, 0, &px);
	for (size_t i = 0; i < p.layout->sides[0].count; i++) {
		const struct perso_layout_element *e = &p.layout->sides[0].v[i];
		if (e->kind == PERSO_LAYOUT_PORTRAIT)
			portrait = tone(&px, e);
		if (e->kind == PERSO_LAYOUT_GHOST)
			ghost = tone(&px, e);
	}
	cr_assert(gt(uint, portrait, 80));
	cr_assert(lt(uint, portrait, 160));
	/* 40 per cent of the ink, within rounding. */
	cr_assert(lt(int,
	    abs((int)(255 - ghost) - (int)((255 - portrait) * 40 / 100)), 4));
}

Test(render, draws_every_module_of_a_symbol)
{
	PERSO_PIXELS(px);
	const struct perso_layout_element *e = NULL;

	for (size_t i = 0; i < p.layout->sides[1].count; i++)
		if (p.layout->sides[1].v[i].kind == PERSO_LAYOUT_SYMBOL)
			e = &p.layout->sides[1].v[i];
	cr_assert(e != NULL);
	pages_draw(&p, 1, &px);
	for (unsigned y = 0; y < 24; y++)
		for (unsigned x = 0; x < 24; x++) {
			/* Four light modules on each side. */
			double k = 300.0 / 2540;
			uint32_t cx =
			    (uint32_t)((e->x + e->width * (x + 4.5) / 32) * k);
			uint32_t cy =
			    (uint32_t)((e->y + e->height * (y + 4.5) / 32) * k);
			cr_assert(
			    eq(int, perso_pixels_row(&px, cy)[cx * px.channels],
				p.symbol.modules[y * 24 + x] ? 0 : 255));
		}
}

static void
parse(const char *text, struct perso_layout *l)
{
	OK(perso_layout_parse(perso_span_str(text), "x.yaml", l));
}

#define HEAD                                                              \
	"id: x\npage: td3\nfonts: [Noto Sans]\ncaption-size: 5\nsides:\n" \
	"  - name: page\n    elements:\n      - kind: mrz\n"

Test(render, encodes_a_page_without_colour_as_grey)
{
	static struct perso_layout l;
	png_image i = { .version = PNG_IMAGE_VERSION };
	PERSO_RENDER(r);
	PERSO_BUF(png, PERSO_RENDER_MAX);

	parse(HEAD "      - {kind: signature, frame: [5, 20, 30, 10]}\n", &l);
	pages_close(&p);
	pages_open_layout(&p, "td3-passport");
	struct perso_doc_profile d = *p.record.profile;
	d.format = PERSO_DOC_TD3;
	strcpy(d.document_code, "P");
	p.record.profile = &d;
	OK(perso_render_open(&l, &r));
	OK(perso_render_png(r, 0, 600, &p.in, &png));
	cr_assert(png_image_begin_read_from_memory(&i, png.p, png.n));
	cr_assert(eq(u32, i.width, 2953));
	cr_assert(eq(u32, i.height, 2079));
	cr_assert(eq(u32, i.format, PNG_FORMAT_GRAY));
	png_image_free(&i);
}

Test(render, refuses_a_layout_whose_captions_do_not_fit)
{
	static struct perso_layout l;
	struct perso_render *r = NULL;
	char why[PERSO_TRAIL_LEN * 4];

	parse(HEAD "      - {kind: field, source: sex, size: 8, "
		   "frame: [5, 20, 4, 8], caption: [Dzimums, Sex, Sexe]}\n",
	    &l);
	cr_assert(eq(int, perso_render_open(&l, &r), PERSO_E_CONFIG));
	perso_trail_text(why, sizeof(why));
	cr_assert(strstr(why, "x.yaml:9:9: sex: ") != NULL, "%s", why);
	parse(HEAD "      - {kind: text, text: \"a \xd7\xa9\", size: 8, "
		   "frame: [5, 20, 40, 8]}\n",
	    &l);
	cr_assert(eq(int, perso_render_open(&l, &r), PERSO_E_CONFIG));
	perso_trail_text(why, sizeof(why));
	cr_assert(strstr(why, "U+05E9 at position 3") != NULL, "%s", why);
	cr_assert(r == NULL);
}

Test(render, opens_every_layout_that_is_shipped)
{
	static const char *const ids[] = { "td3-passport", "td3-specimen",
		"td1-card", "td1-permit", "td1-specimen", "td2-sheet", "mrv-a",
		"mrv-b" };

	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		pages_close(&p);
		pages_open_layout(&p, ids[i]);
	}
}

/* Bytes in use after so many fonts were opened and closed again. */
static size_t
used_after(unsigned times)
{
	for (unsigned i = 0; i < times; i++) {
		PERSO_RENDER(r);
		PERSO_PIXELS(px);
		OK(perso_render_open(p.layout, &r));
		OK(perso_render_pixels(r, 0, 300, &p.in, &px));
	}
	return mallinfo2().uordblks;
}

/* Sanitizers do not see through fontconfig's offsets; see tests/lsan.supp.
 * What pango's own thread does makes the sum uncertain by some 100 kB; twelve
 * configurations would be a megabyte. */
Test(render, gives_back_what_it_took)
{
	size_t first = used_after(3);

	cr_assert(lt(sz, used_after(12), first + 500000));
}
