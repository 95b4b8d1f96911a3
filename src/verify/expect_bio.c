/*
 * The pictures and fingers of the order against those on the chip: written
 * apart from the line's own mapping, so that an error there shows here.
 */
#include <stdlib.h>
#include <string.h>

#include "perso/bio39794.h"
#include "verify_int.h"

static struct perso_span
file(const struct verify *v, int dg)
{
	return perso_lds_image_find(v->files, perso_lds_by_dg(dg));
}

static bool
wants_39794(const struct verify *v)
{
	return v->in->expect->profile->biometrics == PERSO_BIOMETRICS_39794;
}

/* ---- DG2, DG5, DG7 ------------------------------------------------------ */

static unsigned
gender_of(const struct perso_record *r)
{
	return r->sex == 'M' ? 1 : r->sex == 'F' ? 2 : 0;
}

static void
compare_face(struct verify *v, const struct perso_dg2 *d)
{
	const struct perso_record *r = v->in->expect->record;
	const struct perso_face *f = &d->face.faces[0];

	if (perso_bit_is_39794(&d->bit) != wants_39794(v))
		verify_fail(v, "dg2-order",
		    "the face is not in the standard of the document's day");
	else if (d->face.count != 1)
		verify_fail(v, "dg2-order", "more than one face");
	else if (!perso_span_equal(
		     f->image, perso_buf_span(&r->portrait.bytes)))
		verify_fail(
		    v, "dg2-order", "the image is not the order's portrait");
	else if (f->gender != gender_of(r))
		verify_fail(v, "dg2-order", "another sex than the order's");
	else
		verify_pass(v, "dg2-order", "the order's portrait, %s",
		    wants_39794(v) ? "ISO/IEC 39794-5" : "ISO/IEC 19794-5");
}

static void
check_dg2(struct verify *v)
{
	struct perso_dg2 *d;

	if (file(v, 2).n == 0 || v->in->expect->record->portrait.bytes.n == 0)
		return;
	d = calloc(1, sizeof(*d));
	if (d == NULL)
		verify_fail(v, "dg2-order", "no memory");
	else if (perso_dg2_parse(file(v, 2), d) != PERSO_OK)
		verify_fail_trail(v, "dg2-order");
	else
		compare_face(v, d);
	free(d);
}

/* DG5 and DG7: exactly the one image of the order. */
static void
check_displayed(struct verify *v, int dg, const struct perso_buf *want)
{
	const char *id = dg == 5 ? "dg5-order" : "dg7-order";
	struct perso_dg7 d;
	perso_rc rc;

	if (file(v, dg).n == 0 || want->n == 0)
		return;
	rc = dg == 5 ? perso_dg5_parse(file(v, dg), &d)
		     : perso_dg7_parse(file(v, dg), &d);
	if (rc != PERSO_OK)
		verify_fail_trail(v, id);
	else if (d.count != 1 ||
		 !perso_span_equal(d.images[0], perso_buf_span(want)))
		verify_fail(v, id, "not the order's image");
	else
		verify_pass(v, id, "the order's image");
}

/* ---- DG3 ----------------------------------------------------------------- */

/* One template's finger, of either standard. */
static perso_rc
read_finger(const struct perso_bit *b, struct perso_finger_record *ret)
{
	struct perso_finger_39794 now;
	struct perso_span rec = PERSO_SPAN_EMPTY;

	if (!perso_bit_is_39794(b))
		return perso_finger_parse(b->data, ret);
	PERSO_TRY(perso_39794_open(b->data, &rec));
	PERSO_TRY(perso_finger_39794_parse(rec, &now));
	*ret = now.record;
	return PERSO_OK;
}

static perso_rc
differs(size_t i, const char *what)
{
	PERSO_FAIL(PERSO_E_MISMATCH, "template %zu: %s", i, what);
}

static bool
kind_is(const struct perso_record_finger *f, unsigned compression)
{
	switch (compression) {
	case PERSO_FINGER_RAW:
		return f->info.format == PERSO_IMAGE_NONE;
	case PERSO_FINGER_WSQ:
		return f->info.format == PERSO_IMAGE_WSQ;
	case PERSO_FINGER_JPEG2000:
		return f->info.format == PERSO_IMAGE_JP2 ||
		       f->info.format == PERSO_IMAGE_J2K;
	case PERSO_FINGER_PNG:
		return f->info.format == PERSO_IMAGE_PNG;
	default:
		return false;
	}
}

/* A template against the image that the order has for its finger. */
static perso_rc
compare_image(const struct verify *v, const struct perso_bit *b, size_t i)
{
	const struct perso_record *r = v->in->expect->record;
	const struct perso_record_finger *f;
	struct perso_finger_record d = { 0 };
	const struct perso_finger_view *view = &d.views[0];
	unsigned position =
	    b->subtype.n == 1 ? perso_finger_of_subtype(b->subtype.p[0]) : 0;

	if (position == 0 || r->fingers[position - 1].bytes.n == 0)
		return differs(i, "a finger that the order has not");
	f = &r->fingers[position - 1];
	PERSO_TRY_CTX(read_finger(b, &d), "template %zu", i);
	if (d.count != 1 || view->position != position)
		return differs(i, "not one view of the finger that it names");
	if (!perso_span_equal(view->image, perso_buf_span(&f->bytes)) ||
	    !kind_is(f, d.compression))
		return differs(i, "not the order's image");
	if (view->width != f->info.width || view->height != f->info.height)
		return differs(i, "another size than the order's image");
	if (d.units != PERSO_FINGER_PPI || d.image_x != f->ppi ||
	    d.image_y != f->ppi)
		return differs(i, "another resolution than the order's");
	if (!b->constructed && view->quality != f->quality)
		return differs(i, "another quality than the order's");
	return PERSO_OK;
}

/* A template against that of the order's group, in either standard. */
static perso_rc
compare_record(
    const struct perso_bit *want, const struct perso_bit *b, size_t i)
{
	struct perso_finger_record a = { 0 }, c = { 0 };

	if (!perso_span_equal(want->subtype, b->subtype))
		return differs(i, "another finger than the order's");
	if (want->format == b->format)
		return perso_span_equal(want->data, b->data)
			   ? PERSO_OK
			   : differs(i, "not the order's record");
	PERSO_TRY(read_finger(want, &a));
	PERSO_TRY_CTX(read_finger(b, &c), "template %zu", i);
	if (a.count != c.count || a.views[0].position != c.views[0].position ||
	    !perso_span_equal(a.views[0].image, c.views[0].image))
		return differs(i, "not the image of the order's record");
	return PERSO_OK;
}

static perso_rc
compare_group(const struct verify *v, const struct perso_bit_group *g)
{
	const struct perso_record *r = v->in->expect->record;
	size_t images = perso_record_finger_count(r);
	struct perso_bit_group want = { .count = 0 };

	if (images == 0 && r->dg3.bytes.n != 0)
		PERSO_TRY(
		    perso_bit_parse(perso_buf_span(&r->dg3.bytes), &want));
	if (g->count != (images != 0 ? images : want.count))
		PERSO_FAIL(PERSO_E_MISMATCH, "%zu templates, the order has %zu",
		    g->count, images != 0 ? images : want.count);
	for (size_t i = 0; i < g->count; i++) {
		if (perso_bit_is_39794(&g->bits[i]) != wants_39794(v))
			return differs(
			    i, "not in the standard of the document's day");
		for (size_t k = 0; k < i; k++)
			if (images != 0 && perso_span_equal(g->bits[k].subtype,
					       g->bits[i].subtype))
				return differs(i, "a finger for the second "
						  "time");
		if (images != 0)
			PERSO_TRY(compare_image(v, &g->bits[i], i));
		else
			PERSO_TRY(
			    compare_record(&want.bits[i], &g->bits[i], i));
	}
	return PERSO_OK;
}

static void
check_dg3(struct verify *v)
{
	struct perso_bit_group g = { .count = 0 };
	struct perso_dg_bio d;

	if (verify_shut(v, 3) != NULL && file(v, 3).n == 0 &&
	    perso_doc_profile_has_dg(v->in->expect->profile, 3)) {
		verify_skip(v, "dg3-order", "%s", verify_shut(v, 3));
		return;
	}
	if (file(v, 3).n == 0)
		return;
	if (perso_dg3_parse(file(v, 3), &d) != PERSO_OK ||
	    perso_bit_parse(d.group, &g) != PERSO_OK ||
	    compare_group(v, &g) != PERSO_OK)
		verify_fail_trail(v, "dg3-order");
	else if (g.count == 0)
		verify_pass(v, "dg3-order", "no finger, as in the order");
	else
		verify_pass(v, "dg3-order", "%zu fingers of the order, %s",
		    g.count,
		    wants_39794(v) ? "ISO/IEC 39794-4" : "ISO/IEC 19794-4");
}

/* see verify_int.h */
void
verify_pictures(struct verify *v)
{
	if (v->in->expect == NULL || v->in->expect->record == NULL)
		return;
	check_dg2(v);
	check_displayed(v, 5, &v->in->expect->record->portrait.bytes);
	check_displayed(v, 7, &v->in->expect->record->signature.bytes);
	check_dg3(v);
}
