/*
 * Every field with the longest values that are legal, in each script: what
 * is drawn stays inside its frame. Judged by the pixels that change when the
 * value does, not by what render measures.
 */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <string.h>

#include "pages.h"

/* Doc 9303: place of birth 27, personal number 14 (VIZ); names as Cabinet
 * rules have them and as far as the profiles go. */
static const struct {
	enum perso_layout_source source;
	size_t count;
} longest[] = {
	{ PERSO_SOURCE_SURNAME, 32 },
	{ PERSO_SOURCE_SURNAME, 36 },
	{ PERSO_SOURCE_SURNAME, 60 },
	{ PERSO_SOURCE_GIVEN_NAMES, 32 },
	{ PERSO_SOURCE_GIVEN_NAMES, 36 },
	{ PERSO_SOURCE_GIVEN_NAMES, 60 },
	{ PERSO_SOURCE_NATIVE_NAME, 32 },
	{ PERSO_SOURCE_NATIVE_NAME, 36 },
	{ PERSO_SOURCE_BIRTH_PLACE, 27 },
	{ PERSO_SOURCE_PERSONAL_NUMBER, 14 },
	{ PERSO_SOURCE_AUTHORITY, 40 },
	{ PERSO_SOURCE_REMARKS, 40 },
	{ PERSO_SOURCE_NUMBER, 9 },
	{ PERSO_SOURCE_VISA_TYPE, 4 },
	{ PERSO_SOURCE_VISA_PASSPORT, 9 },
};

static char *
text_of(struct perso_record *r, enum perso_layout_source source, size_t *ret)
{
	const struct {
		enum perso_layout_source source;
		char *text;
		size_t cap;
	} map[] = {
		{ PERSO_SOURCE_SURNAME, r->surname, sizeof(r->surname) },
		{ PERSO_SOURCE_GIVEN_NAMES, r->given_names,
		    sizeof(r->given_names) },
		{ PERSO_SOURCE_NATIVE_NAME, r->native_name.surname,
		    sizeof(r->native_name.surname) },
		{ PERSO_SOURCE_BIRTH_PLACE, r->birth_place,
		    sizeof(r->birth_place) },
		{ PERSO_SOURCE_PERSONAL_NUMBER, r->personal_number,
		    sizeof(r->personal_number) },
		{ PERSO_SOURCE_AUTHORITY, r->authority, sizeof(r->authority) },
		{ PERSO_SOURCE_REMARKS, r->remarks, sizeof(r->remarks) },
		{ PERSO_SOURCE_NUMBER, r->number, sizeof(r->number) },
		{ PERSO_SOURCE_VISA_TYPE, r->visa.type, sizeof(r->visa.type) },
		{ PERSO_SOURCE_VISA_PASSPORT, r->visa.passport_number,
		    sizeof(r->visa.passport_number) },
	};

	for (size_t i = 0; i < sizeof(map) / sizeof(map[0]); i++)
		if (map[i].source == source) {
			*ret = map[i].cap;
			return map[i].text;
		}
	return NULL;
}

/* The element's value becomes count characters of text: only its frame
 * changes. */
static void
stays_inside(struct pages *p, size_t side, const struct perso_layout_element *e,
    const char *text, size_t count)
{
	char kept[PERSO_TEXT_BYTES];
	size_t cap = 0, inside = 0, outside = 0;
	char *value = text_of(&p->record, e->source, &cap);
	PERSO_PIXELS(before);
	PERSO_PIXELS(after);

	pages_draw(p, side, &before);
	snprintf(kept, sizeof(kept), "%s", value);
	pages_repeat(value, cap, text, count);
	pages_draw(p, side, &after);
	snprintf(value, cap, "%s", kept);
	pages_compare(p->layout, side, e, &before, &after, &inside, &outside);
	cr_assert(gt(sz, inside, 20), "%s: %s: nothing drawn of %s",
	    p->layout->id, perso_layout_word(e), text);
	cr_assert(eq(sz, outside, 0), "%s: %s: %zu x %.4s: over its frame",
	    p->layout->id, perso_layout_word(e), count, text);
}

static void
try_element(struct pages *p, size_t side, const struct perso_layout_element *e)
{
	for (size_t i = 0; i < sizeof(longest) / sizeof(longest[0]); i++) {
		if (e->kind != PERSO_LAYOUT_FIELD ||
		    e->source != longest[i].source)
			continue;
		stays_inside(p, side, e, "W", longest[i].count);
		for (unsigned bit = 2; bit < 1U << PERSO_SCRIPTS; bit <<= 1)
			if (e->scripts & bit & ~(unsigned)PERSO_SCRIPT_LATIN)
				stays_inside(p, side, e,
				    perso_script_letters(bit),
				    longest[i].count);
	}
}

static void
try_layout(struct pages *p)
{
	for (size_t side = 0; side < p->layout->side_count; side++)
		for (size_t i = 0; i < p->layout->sides[side].count; i++)
			try_element(p, side, &p->layout->sides[side].v[i]);
}

/* Layouts of the shipped profiles, each once. */
static void
try_profile(const char *layout)
{
	struct pages p;
	bool seen = false;

	pages_open(&p, 0);
	size_t count = perso_profiles_doc_count(p.set);
	pages_close(&p);
	for (size_t i = 0; i < count && !seen; i++) {
		pages_open(&p, i);
		seen = strcmp(p.layout->id, layout) == 0;
		if (seen)
			try_layout(&p);
		pages_close(&p);
	}
	cr_assert(seen);
}

/* A layout that no document has yet: without its MRZ, for which there is no
 * record. */
static void
try_without_mrz(const char *id)
{
	static struct perso_layout l;
	struct pages p;
	struct perso_layout_side *s = &l.sides[0];

	pages_open_layout(&p, id);
	l = *p.layout;
	cr_assert(eq(int, s->v[s->count - 1].kind, PERSO_LAYOUT_MRZ));
	s->count--;
	p.layout = &l;
	perso_render_close(&p.render);
	cr_assert(eq(int, perso_render_open(&l, &p.render), PERSO_OK));
	try_layout(&p);
	pages_close(&p);
}

Test(boxes, of_visa_stickers_hold_the_longest_values)
{
	try_without_mrz("mrv-a");
	try_without_mrz("mrv-b");
}

Test(boxes, of_a_specimen_card_hold_the_longest_values)
{
	struct pages p;

	pages_open_layout(&p, "td1-specimen");
	try_layout(&p);
	pages_close(&p);
}

Test(boxes, of_the_sheet_hold_the_longest_values)
{
	try_without_mrz("td2-sheet");
}

Test(boxes, of_the_passport_hold_the_longest_values)
{
	try_profile("td3-passport");
}

Test(boxes, of_the_specimen_hold_the_longest_values)
{
	try_profile("td3-specimen");
}

Test(boxes, of_the_card_hold_the_longest_values)
{
	try_profile("td1-card");
}

Test(boxes, of_the_permit_hold_the_longest_values)
{
	try_profile("td1-permit");
}

Test(boxes, of_the_letter_hold_the_longest_values)
{
	struct pages p;

	pages_open_layout(&p, "letter-card");
	try_layout(&p);
	pages_close(&p);
}

static bool
beneath(const struct perso_layout_element *e)
{
	return e->kind == PERSO_LAYOUT_BOX || e->kind == PERSO_LAYOUT_LINE;
}

static bool
apart(
    const struct perso_layout_element *a, const struct perso_layout_element *b)
{
	return a->x + a->width <= b->x || b->x + b->width <= a->x ||
	       a->y + a->height <= b->y || b->y + b->height <= a->y;
}

Test(boxes, do_not_overlap)
{
	static const char *const ids[] = { "td3-passport", "td3-specimen",
		"td1-card", "td1-permit", "td1-specimen", "td2-sheet", "mrv-a",
		"mrv-b", "letter-card" };
	struct perso_profiles *set = NULL;

	cr_assert(eq(int, perso_profile_load_dir("profiles", &set), PERSO_OK));
	for (size_t n = 0; n < sizeof(ids) / sizeof(ids[0]); n++) {
		const struct perso_layout *l =
		    perso_profiles_layout(set, ids[n]);
		cr_assert(l != NULL, "%s", ids[n]);
		for (size_t s = 0; s < l->side_count; s++)
			for (size_t i = 0; i < l->sides[s].count; i++)
				for (size_t k = 0; k < i; k++)
					cr_assert(
					    beneath(&l->sides[s].v[i]) ||
						beneath(&l->sides[s].v[k]) ||
						apart(&l->sides[s].v[i],
						    &l->sides[s].v[k]),
					    "%s", ids[n]);
	}
	perso_profiles_free(&set);
}
