#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <string.h>

#include "pages.h"
#include "perso/hex.h"

#define OK(call) cr_assert(eq(int, (call), PERSO_OK))

static void
fill(struct perso_pixels *p, uint32_t w, uint32_t h, unsigned channels)
{
	OK(perso_pixels_init(p, w, h, channels));
	for (uint32_t y = 0; y < h; y++)
		for (uint32_t x = 0; x < w * channels; x++)
			perso_pixels_row(p, y)[x] =
			    (uint8_t)(40 + (x * 7 + y * 3) % 150);
}

static void
fill_record(struct perso_record *r, const struct perso_doc_profile *d)
{
	perso_record_init(r);
	r->profile = d;
	strcpy(
	    r->number, d->format == PERSO_DOC_TD3 ? "L898902C3" : "AB1234567");
	strcpy(r->surname, "Eriksson");
	strcpy(r->given_names, "Anna");
	strcpy(r->native_name.surname, "Эрикссон");
	r->other_name_count = 1;
	strcpy(r->other_names[0].surname, "Stevenson");
	r->birth = (struct perso_date){ 1974, 8, 12 };
	r->has_birth = true;
	r->sex = 'F';
	strcpy(r->nationality, "UTO");
	strcpy(r->personal_number, "ZE184226B");
	strcpy(r->birth_place, "Zenith");
	r->address_count = 1;
	strcpy(r->address[0], "12 Main Street");
	strcpy(r->profession, "Travel agent");
	strcpy(r->title, "Dr.");
	r->height_cm = 172;
	r->issue = (struct perso_date){ 2026, 11, 22 };
	r->expiry = (struct perso_date){ 2036, 11, 22 };
	strcpy(r->authority, "Ministry");
	strcpy(r->remarks, "None");
}

static void
fill_pages(struct pages *p)
{
	static uint8_t modules[24 * 24];

	for (size_t i = 0; i < sizeof(modules); i++)
		modules[i] = (i * i / 7 + i / 24) % 2;
	fill(&p->portrait, 70, 90, 3);
	fill(&p->signature, 120, 40, 1);
	p->symbol = (struct perso_render_symbol){ 24, 24, 4, modules };
	p->in = (struct perso_render_input){ .record = &p->record,
		.can = "123456",
		.pin = "482913",
		.puk = "5930174826",
		.envelope = "E-0001",
		.portrait = &p->portrait,
		.signature = &p->signature,
		.symbol = &p->symbol };
	OK(perso_render_open(p->layout, &p->render));
}

void
pages_open(struct pages *p, size_t profile)
{
	*p = (struct pages){ 0 };
	OK(perso_profile_load_dir("profiles", &p->set));
	const struct perso_doc_profile *d =
	    perso_profiles_doc_at(p->set, profile);
	p->layout = perso_profiles_layout(p->set, d->layout);
	cr_assert(p->layout != NULL, "%s", d->id);
	fill_record(&p->record, d);
	fill_pages(p);
}

/* A document that could be on it. */
static const struct perso_doc_profile *
find_doc(const struct perso_profiles *set, const struct perso_layout *l)
{
	for (size_t i = 0; i < perso_profiles_doc_count(set); i++) {
		const struct perso_doc_profile *d =
		    perso_profiles_doc_at(set, i);
		if ((unsigned)d->format == (unsigned)l->page ||
		    strcmp(d->letter, l->id) == 0)
			return d;
	}
	return perso_profiles_doc_at(set, 0);
}

void
pages_open_layout(struct pages *p, const char *layout)
{
	*p = (struct pages){ 0 };
	OK(perso_profile_load_dir("profiles", &p->set));
	p->layout = perso_profiles_layout(p->set, layout);
	cr_assert(p->layout != NULL, "%s", layout);
	fill_record(&p->record, find_doc(p->set, p->layout));
	fill_pages(p);
}

void
pages_close(struct pages *p)
{
	perso_render_close(&p->render);
	perso_pixels_done(&p->portrait);
	perso_pixels_done(&p->signature);
	perso_record_done(&p->record);
	perso_profiles_free(&p->set);
}

void
pages_draw(struct pages *p, size_t side, struct perso_pixels *ret)
{
	char why[PERSO_TRAIL_LEN * 4];
	perso_rc rc = perso_render_pixels(p->render, side, 300, &p->in, ret);

	perso_trail_text(why, sizeof(why));
	cr_assert(eq(int, rc, PERSO_OK), "%s", why);
}

void
pages_repeat(char *dst, size_t cap, const char *text, size_t count)
{
	struct perso_span s = perso_span_str(text);
	PERSO_BUF(b, 4096);
	size_t at = 0;
	uint32_t cp;

	for (size_t i = 0; i < count; i++) {
		if (at == s.n)
			at = 0;
		OK(perso_utf8_next(s, &at, &cp));
		OK(perso_utf8_append(&b, cp));
	}
	OK(perso_buf_append_u8(&b, 0));
	OK(perso_span_copy(dst, cap, perso_buf_span(&b)));
}

/* 1/100 mm to pixels of 300 dpi, outwards. */
static bool
is_in(const struct perso_layout_element *e, uint32_t x, uint32_t y)
{
	const double k = 300.0 / 2540;

	return x + 1 > e->x * k - 0.5 && x < (e->x + e->width) * k + 0.5 &&
	       y + 1 > e->y * k - 0.5 && y < (e->y + e->height) * k + 0.5;
}

void
pages_compare(const struct perso_layout *l, size_t side,
    const struct perso_layout_element *e, const struct perso_pixels *a,
    const struct perso_pixels *b, size_t *ret_inside, size_t *ret_outside)
{
	const struct perso_page *p = perso_page_of(l->page);
	const uint32_t zone = (p->height - p->zone) * 300 / 2540;
	const bool has_mrz = side == (p->on_back ? 1 : 0);

	*ret_inside = *ret_outside = 0;
	cr_assert(eq(u32, a->width, b->width));
	cr_assert(eq(u32, a->channels, b->channels));
	for (uint32_t y = 0; y < a->height; y++)
		for (uint32_t x = 0; x < a->width; x++) {
			size_t at = (size_t)x * a->channels;
			if (memcmp(perso_pixels_row(a, y) + at,
				perso_pixels_row(b, y) + at, a->channels) == 0)
				continue;
			if (is_in(e, x, y))
				(*ret_inside)++;
			else if (!has_mrz || y < zone)
				(*ret_outside)++;
		}
}
