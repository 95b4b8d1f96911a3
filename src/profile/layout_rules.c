/*
 * What must hold of a layout: nothing outside the page, nothing on top of
 * something else, nothing in the machine readable zone but the MRZ, a font
 * for each script.
 */
#include "layout_int.h"

/* Doc 9303-4, figure 3; -5, figure 6; -6, figure 6; -7, figures 3 and 8.
 * Hundredths of a millimetre. */
static const struct perso_page pages[] = {
	[PERSO_PAGE_TD1] = { "td1", 8560, 5398, 2320, true, 3, 30, 500,
	    { 1573, 1150, 727 } },
	[PERSO_PAGE_TD2] = { "td2", 10500, 7400, 2320, false, 2, 36, 400,
	    { 1575, 940, 0 } },
	[PERSO_PAGE_TD3] = { "td3", 12500, 8800, 2320, false, 2, 44, 600,
	    { 1575, 940, 0 } },
	[PERSO_PAGE_MRVA] = { "mrv-a", 12000, 8000, 2320, false, 2, 44, 400,
	    { 1575, 940, 0 } },
	[PERSO_PAGE_MRVB] = { "mrv-b", 10500, 7400, 2320, false, 2, 36, 400,
	    { 1575, 940, 0 } },
	[PERSO_PAGE_LETTER] = { "letter", 21000, 29700, 0, false, 0, 0, 0,
	    { 0, 0, 0 } },
};

/* see perso/layout.h */
const struct perso_page *
perso_page_of(enum perso_layout_page page)
{
	return &pages[page];
}

/* Lies beneath what is printed. */
static bool
is_beneath(const struct perso_layout_element *e)
{
	return e->kind == PERSO_LAYOUT_BOX || e->kind == PERSO_LAYOUT_LINE;
}

static perso_rc
check_place(const struct perso_layout *l, size_t side,
    const struct perso_layout_element *e)
{
	const struct perso_page *p = perso_page_of(l->page);
	const bool has_zone = side == (p->on_back ? 1 : 0);
	const uint32_t zone = p->height - p->zone;

	if (e->x + e->width > p->width || e->y + e->height > p->height)
		return perso_layout_fail(l, e,
		    "%s leaves the page of %u.%02u x %u.%02u mm",
		    perso_layout_word(e), p->width / 100, p->width % 100,
		    p->height / 100, p->height % 100);
	if (has_zone && e->kind != PERSO_LAYOUT_MRZ && e->y + e->height > zone)
		return perso_layout_fail(l, e,
		    "%s reaches into the machine readable zone, which begins "
		    "at %u.%02u mm",
		    perso_layout_word(e), zone / 100, zone % 100);
	return PERSO_OK;
}

static bool
overlaps(
    const struct perso_layout_element *a, const struct perso_layout_element *b)
{
	return a->x < b->x + b->width && b->x < a->x + a->width &&
	       a->y < b->y + b->height && b->y < a->y + a->height;
}

static perso_rc
check_overlap(
    const struct perso_layout *l, const struct perso_layout_side *s, size_t i)
{
	const struct perso_layout_element *e = &s->v[i];

	for (size_t k = 0; k < i && !is_beneath(e); k++)
		if (!is_beneath(&s->v[k]) && overlaps(e, &s->v[k]))
			return perso_layout_fail(l, e,
			    "%s overlaps %s of line %zu", perso_layout_word(e),
			    perso_layout_word(&s->v[k]), s->v[k].line);
	return PERSO_OK;
}

static perso_rc
check_scripts(
    const struct perso_layout *l, const struct perso_layout_element *e)
{
	unsigned have = 0;

	if (e->kind != PERSO_LAYOUT_FIELD && e->kind != PERSO_LAYOUT_TEXT)
		return PERSO_OK;
	if (e->family[0] != '\0')
		have |= layout_font(e->family)->scripts;
	for (size_t i = 0; i < l->font_count; i++)
		have |= layout_font(l->fonts[i])->scripts;
	for (unsigned bit = 1; bit < 1U << PERSO_SCRIPTS; bit <<= 1)
		if (e->scripts & bit & ~have)
			return perso_layout_fail(l, e,
			    "no font for %s in field %s",
			    perso_script_name(bit), perso_layout_word(e));
	return PERSO_OK;
}

static perso_rc
check_mrz(const struct perso_layout *l, size_t side,
    const struct perso_layout_element *e, size_t *seen)
{
	if (e->kind != PERSO_LAYOUT_MRZ)
		return PERSO_OK;
	if (side != (perso_page_of(l->page)->on_back ? 1 : 0))
		return perso_layout_fail(l, e, "the MRZ of a %s is on the %s",
		    perso_page_of(l->page)->name, side ? "front" : "back");
	if (++*seen > 1)
		return perso_layout_fail(l, e, "a second MRZ");
	return PERSO_OK;
}

size_t
layout_count(const struct perso_layout *l, enum perso_layout_source source)
{
	size_t n = 0;

	for (size_t side = 0; side < l->side_count; side++)
		for (size_t i = 0; i < l->sides[side].count; i++)
			n += l->sides[side].v[i].source == source;
	return n;
}

/* What only a letter tells, and what it must. */
static perso_rc
check_letter(const struct perso_layout *l, size_t zones)
{
	const bool is_letter = l->page == PERSO_PAGE_LETTER;
	const size_t pins = layout_count(l, PERSO_SOURCE_PIN);
	const size_t envelopes = layout_count(l, PERSO_SOURCE_ENVELOPE);
	const size_t puks = layout_count(l, PERSO_SOURCE_PUK);

	if (!is_letter && pins + puks + envelopes > 0)
		PERSO_FAIL(PERSO_E_CONFIG,
		    "%s:1:1: pin, puk and envelope are for a letter only",
		    l->file);
	if (is_letter && (zones > 0 || l->side_count != 1))
		PERSO_FAIL(PERSO_E_CONFIG,
		    "%s:1:1: a letter has one side and no MRZ", l->file);
	if (is_letter && (pins != 1 || envelopes != 1 || puks > 1))
		PERSO_FAIL(PERSO_E_CONFIG,
		    "%s:1:1: a letter has the fields pin and envelope, and at "
		    "most one puk",
		    l->file);
	return PERSO_OK;
}

perso_rc
layout_check(const struct perso_layout *l)
{
	size_t seen = 0;

	for (size_t side = 0; side < l->side_count; side++) {
		const struct perso_layout_side *s = &l->sides[side];
		for (size_t i = 0; i < s->count; i++) {
			PERSO_TRY(check_place(l, side, &s->v[i]));
			PERSO_TRY(check_overlap(l, s, i));
			PERSO_TRY(check_scripts(l, &s->v[i]));
			PERSO_TRY(check_mrz(l, side, &s->v[i], &seen));
		}
	}
	PERSO_TRY(check_letter(l, seen));
	if (seen == 0 && l->page != PERSO_PAGE_LETTER)
		PERSO_FAIL(
		    PERSO_E_CONFIG, "%s:1:1: the MRZ is missing", l->file);
	return PERSO_OK;
}
