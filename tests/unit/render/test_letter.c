/* The letter with PIN and PUK. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <string.h>

#include "pages.h"

#define OK(call) cr_assert(eq(int, (call), PERSO_OK))

static struct pages p;

static void
setup(void)
{
	pages_open_layout(&p, "letter-card");
}

static void
teardown(void)
{
	pages_close(&p);
}

TestSuite(letter, .init = setup, .fini = teardown);

static const struct perso_layout_element *
field(enum perso_layout_source source)
{
	for (size_t i = 0; i < p.layout->sides[0].count; i++)
		if (p.layout->sides[0].v[i].source == source)
			return &p.layout->sides[0].v[i];
	cr_fatal("no such field");
}

/* Only that field's frame changes with its value. */
static void
changes_alone(
    enum perso_layout_source source, const char **value, const char *other)
{
	size_t inside = 0, outside = 0;
	PERSO_PIXELS(before);
	PERSO_PIXELS(after);

	pages_draw(&p, 0, &before);
	*value = other;
	pages_draw(&p, 0, &after);
	pages_compare(
	    p.layout, 0, field(source), &before, &after, &inside, &outside);
	cr_assert(gt(sz, inside, 20));
	cr_assert(eq(sz, outside, 0));
}

Test(letter, tells_pin_puk_and_envelope_each_in_its_frame)
{
	changes_alone(PERSO_SOURCE_PIN, &p.in.pin, "888888888888");
	changes_alone(PERSO_SOURCE_PUK, &p.in.puk, "000000000000");
	changes_alone(PERSO_SOURCE_ENVELOPE, &p.in.envelope,
	    "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW");
}

Test(letter, without_a_puk_says_nothing_of_one)
{
	size_t inside = 0, outside = 0;
	const struct perso_layout_element *e = field(PERSO_SOURCE_PUK);
	PERSO_PIXELS(page);

	p.in.puk = NULL;
	pages_draw(&p, 0, &page);
	for (uint32_t y = 0; y < page.height; y++)
		for (uint32_t x = 0; x < page.width; x++) {
			uint32_t mx = x * 2540 / 300, my = y * 2540 / 300;
			const uint8_t *at = perso_pixels_row(&page, y) +
					    (size_t)x * page.channels;
			if (mx < e->x + 50 || mx + 50 > e->x + e->width ||
			    my < e->y + 50 || my + 50 > e->y + e->height)
				continue;
			inside++;
			outside += at[0] < 0x80;
		}
	cr_assert(gt(sz, inside, 1000));
	cr_assert(eq(sz, outside, 0), "something dark where the PUK is not");
}

Test(letter, tells_only_the_end_of_the_number)
{
	size_t inside = 0, outside = 0;
	const struct perso_layout_element *e = field(PERSO_SOURCE_NUMBER_END);
	PERSO_PIXELS(before);
	PERSO_PIXELS(after);
	PERSO_PIXELS(end);

	pages_draw(&p, 0, &before);
	memcpy(p.record.number, "ZZ8884567", 10);
	memcpy(p.record.number + 6, "567", 3);
	pages_draw(&p, 0, &after);
	pages_compare(p.layout, 0, e, &before, &after, &inside, &outside);
	cr_assert(eq(sz, inside + outside, 0));
	p.record.number[8] = '1';
	pages_draw(&p, 0, &end);
	pages_compare(p.layout, 0, e, &before, &end, &inside, &outside);
	cr_assert(gt(sz, inside, 5));
	cr_assert(eq(sz, outside, 0));
}

Test(letter, is_the_same_bytes_each_time)
{
	struct pages other;
	PERSO_BUF(a, PERSO_RENDER_MAX);
	PERSO_BUF(b, PERSO_RENDER_MAX);

	pages_open_layout(&other, "letter-card");
	OK(perso_render_pdf(p.render, &p.in, &a));
	OK(perso_render_pdf(other.render, &other.in, &b));
	cr_assert(gt(sz, a.n, 5000));
	cr_assert(perso_span_equal(perso_buf_span(&a), perso_buf_span(&b)));
	pages_close(&other);
}
