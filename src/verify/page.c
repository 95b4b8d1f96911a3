/* A printed page, from its picture to a report. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "perso/hooks.h"
#include "perso/mrz.h"
#include "perso/picture.h"
#include "perso/secret.h"
#include "page_int.h"

#define SIDE_LEAST 600	   /* pixels: 150 dpi of the smallest page */
#define PROPORTION 0.02	   /* that a scan may be off */
#define DISPLACED_MOST 0.5 /* millimetres of a character */

static perso_rc
to_grey(struct perso_pixels *p)
{
	PERSO_PIXELS(grey);

	if (p->channels == 1)
		return PERSO_OK;
	PERSO_TRY(perso_pixels_init(&grey, p->width, p->height, 1));
	for (uint32_t y = 0; y < p->height; y++) {
		const uint8_t *s = perso_pixels_row(p, y);
		uint8_t *d = perso_pixels_row(&grey, y);

		for (uint32_t x = 0; x < p->width; x++, s += 3)
			d[x] = (uint8_t)((s[0] * 299U + s[1] * 587U +
					     s[2] * 114U) /
					 1000U);
	}
	perso_pixels_done(p);
	*p = grey;
	grey = (struct perso_pixels){ .width = 0 };
	return PERSO_OK;
}

static bool
fits(const struct page *p, const struct page_form *f)
{
	double is = (double)p->grey.width / p->grey.height;

	return fabs(is / (f->width / f->height) - 1) < PROPORTION &&
	       (p->profile == NULL || p->profile->format == f->format);
}

static perso_rc
open_picture(struct page *p)
{
	PERSO_TRY(perso_picture_decode(p->in->png, NULL, &p->grey));
	if (p->grey.width < SIDE_LEAST)
		PERSO_FAIL(PERSO_E_RANGE,
		    "%u pixels wide, at least %u are needed", p->grey.width,
		    SIDE_LEAST);
	PERSO_TRY(to_grey(&p->grey));
	for (size_t i = 0; page_form_at(i) != NULL; i++)
		if (fits(p, page_form_at(i)))
			return PERSO_OK;
	PERSO_FAIL(PERSO_E_MISMATCH,
	    "%u x %u pixels are not of the proportions of the page",
	    p->grey.width, p->grey.height);
}

/* Of the forms that it can be the one whose characters fit best. A visa's
 * zone begins with V, that of other documents does not. */
static perso_rc
read_zone(struct page *p, const struct page_glyphs *g)
{
	for (size_t i = 0; page_form_at(i) != NULL; i++) {
		const struct page_form *f = page_form_at(i);
		struct page_zone z;
		bool visa = f->format >= PERSO_DOC_MRVA;

		if (!fits(p, f))
			continue;
		PERSO_TRY(page_zone_read(&p->grey, f, g, &z));
		if (p->profile == NULL && (z.text[0] == 'V') != visa)
			z.sum -= 1;
		if (p->form == NULL ||
		    z.sum / (f->lines * f->length) >
			p->zone.sum / (p->form->lines * p->form->length)) {
			p->form = f;
			p->zone = z;
		}
		perso_wipe(&z, sizeof(z));
	}
	return PERSO_OK;
}

static void
check_zone(struct page *p)
{
	const struct page_zone *z = &p->zone;

	if (z->doubts > 0) {
		verify_fail(&p->v, "mrz",
		    "%u of %zu characters cannot be read, first line %u, "
		    "column %u",
		    z->doubts, strlen(z->text), z->doubt_line, z->doubt_column);
		return;
	}
	p->read = true;
	if (z->displaced > DISPLACED_MOST)
		verify_fail(&p->v, "mrz", "a character is %.2f mm out of place",
		    z->displaced);
	else
		verify_pass(&p->v, "mrz",
		    "%zu characters, worst match %.2f, margin %.2f, at most "
		    "%.2f mm out of place",
		    strlen(z->text), z->worst, z->margin, z->displaced);
}

static void
check_digits(struct page *p)
{
	struct perso_mrz m = { 0 };

	if (!p->read)
		verify_skip(&p->v, "mrz-digits", "the zone could not be read");
	else if (perso_mrz_parse(perso_span_str(p->zone.text),
		     perso_date_of(p->in->now), &m) != PERSO_OK)
		verify_fail_trail(&p->v, "mrz-digits");
	else
		verify_pass(&p->v, "mrz-digits", "all are right");
	perso_wipe(&m, sizeof(m));
}

static perso_rc
judge(struct page *p)
{
	struct page_glyphs *g = NULL;
	perso_rc rc;

	if (open_picture(p) != PERSO_OK) {
		verify_fail_trail(&p->v, "page");
		return PERSO_OK;
	}
	verify_pass(
	    &p->v, "page", "%u x %u pixels", p->grey.width, p->grey.height);
	PERSO_TRY(page_glyphs_open(&g));
	rc = read_zone(p, g);
	free(g);
	PERSO_TRY(rc);
	check_zone(p);
	check_digits(p);
	page_seal(p);
	if (p->expect != NULL)
		page_order(p);
	p->v.r->complete = true;
	return PERSO_OK;
}

/* see perso/verify.h */
perso_rc
perso_verify_page(
    const struct perso_verify_page_input *in, struct perso_report *ret)
{
	struct page *p = calloc(1, sizeof(*p));
	uint64_t begun = perso_ticks_us();
	perso_rc rc;

	if (p == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for a page");
	*ret = (struct perso_report){ .at = in->now };
	p->in = in;
	p->expect = in->expect;
	p->profile = in->expect != NULL ? in->expect->profile : in->profile;
	p->v.r = ret;
	p->v.started = begun;
	p->seal_bytes.max = PERSO_SEAL_MAX;
	rc = judge(p);
	ret->us = perso_ticks_us() - begun;
	ret->ok = rc == PERSO_OK && ret->complete && ret->failed == 0 &&
		  p->read && p->has_seal;
	if (rc == PERSO_OK)
		perso_trail_reset(); /* the report has what it said */
	perso_pixels_done(&p->grey);
	perso_buf_done(&p->seal_bytes);
	perso_wipe(p, sizeof(*p));
	free(p);
	return rc;
}

static perso_rc
inspect(void *ctx, const struct perso_page_inspection *what,
    struct perso_verdict *ret)
{
	struct perso_verify_page_inspector *vi = ctx;
	struct perso_verify_page_input in = vi->in;
	struct perso_report *r = calloc(1, sizeof(*r));
	perso_rc rc;

	if (r == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for a report");
	in.png = what->png;
	in.expect = what;
	if (in.now == 0)
		in.now = perso_now();
	rc = perso_verify_page(&in, r);
	if (rc == PERSO_OK) {
		ret->ok = r->ok;
		verify_verdict_text(r, ret->text, sizeof(ret->text));
		if (vi->reported != NULL)
			vi->reported(vi->ctx, what, r);
	}
	free(r);
	return rc;
}

/* see perso/verify.h */
struct perso_page_inspector
perso_verify_page_inspector(struct perso_verify_page_inspector *v)
{
	return (struct perso_page_inspector){
		.name = "verify", .ctx = v, .inspect = inspect
	};
}
