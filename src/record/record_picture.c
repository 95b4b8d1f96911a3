/*
 * From the picture that an order brings to the one that the document gets.
 */
#include <math.h>

#include "perso/picture.h"
#include "record_int.h"

/* One picture on its way. */
struct work {
	struct perso_record_image *img;
	const struct perso_image_profile *p;
	const char *role; /* in findings */
	bool is_whole;	  /* nothing of it may be cut off */
	char path[sizeof(((struct perso_finding *)0)->path)];
	struct perso_findings *findings;
	struct perso_picture_fit fit;
};

static bool
has_frame(const struct work *w)
{
	return w->p->frame_width != 0;
}

/* The order names the person's eyes, the fit those of the picture. Without a
 * frame: the picture's own size, format and bytes. */
static void
set_fit(struct work *w)
{
	const struct perso_portrait_eyes *e = &w->img->eyes;
	const struct perso_image_info *i = &w->img->info;

	w->fit = (struct perso_picture_fit){ .width = i->width,
		.height = i->height,
		.format = i->format,
		.max_bytes = w->img->bytes.n };
	if (has_frame(w)) {
		w->fit.width = w->p->frame_width;
		w->fit.height = w->p->frame_height;
		w->fit.format = w->p->frame_format == PERSO_IMAGE_KIND_JPEG
				    ? PERSO_IMAGE_JPEG
				    : PERSO_IMAGE_JP2;
		w->fit.max_bytes = w->p->max_bytes;
		w->fit.has_eyes = w->img->has_eyes;
	}
	w->fit.eyes[0] =
	    (struct perso_picture_point){ e->right_x + 0.5, e->right_y + 0.5 };
	w->fit.eyes[1] =
	    (struct perso_picture_point){ e->left_x + 0.5, e->left_y + 0.5 };
}

static uint32_t
pixel(double at, uint32_t side)
{
	return at < 0 ? 0 : at >= side ? side - 1 : (uint32_t)at;
}

/* Where a point of the picture lies in the frame. */
static void
place(const struct perso_picture_info *i, const struct perso_picture_fit *fit,
    struct perso_picture_point from, uint32_t *ret_x, uint32_t *ret_y)
{
	double a = i->turned * M_PI / 180;
	double dx = from.x - i->crop.x - i->crop.width / 2;
	double dy = from.y - i->crop.y - i->crop.height / 2;
	double u = dx * cos(a) + dy * sin(a) + i->crop.width / 2;
	double v = dy * cos(a) - dx * sin(a) + i->crop.height / 2;

	*ret_x = pixel(u * i->scale, fit->width);
	*ret_y = pixel(v * i->scale, fit->height);
}

static void
move_eyes(const struct work *w, const struct perso_picture_info *i,
    struct perso_portrait_eyes *ret)
{
	place(i, &w->fit, w->fit.eyes[0], &ret->right_x, &ret->right_y);
	place(i, &w->fit, w->fit.eyes[1], &ret->left_x, &ret->left_y);
}

/* ---- checks ------------------------------------------------------------ */

static void
tell(struct work *w, const struct perso_portrait_report *r)
{
	for (unsigned m = 0; m < PERSO_PORTRAIT_MEASURES; m++) {
		const struct perso_portrait_about *a = perso_portrait_about(m);
		char value[48], limit[64];

		if (r->v[m].verdict != PERSO_PORTRAIT_FAIL)
			continue;
		perso_portrait_text(m, r->v[m].value, value, sizeof(value));
		perso_portrait_range_text(
		    m, r->v[m].limit, limit, sizeof(limit));
		perso_findings_add(w->findings, a->code, w->path,
		    "%s: %s %s, %s", w->role, a->name, value, limit);
	}
}

static void
check(struct work *w, const struct perso_pixels *px,
    const struct perso_portrait_limits *limits,
    const struct perso_portrait_eyes *eyes)
{
	struct perso_portrait_report r = { 0 };

	if (perso_portrait_check(px, limits, eyes, &r) == PERSO_OK)
		tell(w, &r);
	else
		perso_findings_trail(w->findings, "E-IMAGE-PICTURE", w->path);
}

static bool
is_of_the_source(unsigned m)
{
	return m == PERSO_PORTRAIT_BORDER || m == PERSO_PORTRAIT_BLOCKING;
}

/* Frames and blocks are gone, or cut, when a picture has been scaled: they
 * are looked for in what came; all else in what the document gets. The
 * frame's own size is the profile's. */
static void
check_part(struct work *w, const struct perso_pixels *px, bool source,
    const struct perso_portrait_eyes *eyes)
{
	struct perso_portrait_limits l;

	perso_portrait_defaults(&l);
	for (unsigned m = 0; m < PERSO_PORTRAIT_MEASURES; m++)
		if (is_of_the_source(m) != source || m <= PERSO_PORTRAIT_ASPECT)
			l.v[m] = (struct perso_portrait_range){
				PERSO_PORTRAIT_ANY_MIN, PERSO_PORTRAIT_ANY_MAX
			};
	check(w, px, &l, eyes);
}

static bool
eyes_are_inside(struct work *w, uint32_t width, uint32_t height)
{
	char path[sizeof(w->path) + 8];

	if (!w->img->has_eyes ||
	    perso_portrait_eyes_check(&w->img->eyes, width, height) == PERSO_OK)
		return true;
	snprintf(path, sizeof(path), "%s.eyes", w->path);
	perso_findings_trail(w->findings, "E-IMAGE-EYES", path);
	w->img->is_unfit = true;
	return false;
}

/* ---- the way ----------------------------------------------------------- */

static perso_rc
take(struct work *w, struct perso_buf *made)
{
	struct perso_image_info info = { 0 };

	PERSO_TRY(perso_image_probe(perso_buf_span(made), &info));
	perso_buf_move(&w->img->bytes, made);
	w->img->info = info;
	return PERSO_OK;
}

static perso_rc
fit(struct work *w, bool checks)
{
	struct perso_picture_info info = { .scale = 1 };
	struct perso_portrait_eyes eyes = w->img->eyes;
	PERSO_PIXELS(px);
	PERSO_PIXELS(frame);
	PERSO_BUF(made, PERSO_IMAGE_MAX);

	PERSO_TRY(
	    perso_picture_decode(perso_buf_span(&w->img->bytes), NULL, &px));
	if (!eyes_are_inside(w, px.width, px.height))
		return PERSO_OK;
	if (!has_frame(w)) {
		w->fit.width = px.width;
		w->fit.height = px.height;
	}
	if (w->is_whole)
		w->fit.crop =
		    (struct perso_picture_rect){ 0, 0, px.width, px.height };
	if (checks)
		check_part(w, &px, true, NULL);
	PERSO_TRY(perso_picture_scale(&px, &w->fit, &frame, &info));
	move_eyes(w, &info, &eyes);
	if (checks)
		check_part(w, &frame, false, w->img->has_eyes ? &eyes : NULL);
	PERSO_TRY(perso_picture_encode(&frame, &w->fit, &made, &info));
	PERSO_TRY(take(w, &made));
	w->img->eyes = eyes;
	return PERSO_OK;
}

/* A picture that stays as it is. */
static perso_rc
look(struct work *w, bool checks)
{
	const struct perso_image_info *i = &w->img->info;
	PERSO_PIXELS(px);

	if (!eyes_are_inside(w, i->width, i->height) || !checks)
		return PERSO_OK;
	PERSO_TRY(
	    perso_picture_decode(perso_buf_span(&w->img->bytes), NULL, &px));
	check_part(w, &px, true, NULL);
	check_part(w, &px, false, w->img->has_eyes ? &w->img->eyes : NULL);
	return PERSO_OK;
}

/* Without a frame what the profile does not take is left for
 * perso_record_validate() to refuse, and what says more than the picture
 * (turn, place, camera, text) is encoded anew. */
static bool
stays(const struct work *w)
{
	const struct perso_record_image *img = w->img;
	enum perso_image_format f = img->info.format;
	unsigned kind = f == PERSO_IMAGE_JPEG  ? PERSO_IMAGE_KIND_JPEG
			: f == PERSO_IMAGE_JP2 ? PERSO_IMAGE_KIND_JP2
					       : 0;

	if (!has_frame(w) &&
	    (!(kind & w->p->formats) || img->bytes.n > w->p->max_bytes))
		return true;
	if (!has_frame(w))
		return perso_picture_is_plain(perso_buf_span(&img->bytes));
	return perso_picture_is_finished(perso_buf_span(&img->bytes), &w->fit);
}

static void
prepare(struct perso_record_image *img, const struct perso_image_profile *p,
    const char *role, bool checks, struct perso_findings *ret)
{
	struct work w = { .img = img,
		.p = p,
		.role = role,
		.is_whole = strcmp(role, "portrait") != 0,
		.findings = ret };
	perso_rc rc;

	if (img->bytes.n == 0)
		return;
	snprintf(w.path, sizeof(w.path), "$.images[%zu]", img->index);
	set_fit(&w);
	rc = stays(&w) ? look(&w, checks) : fit(&w, checks);
	if (rc == PERSO_OK)
		return;
	img->is_unfit = true;
	perso_trail_add("%s", role);
	perso_findings_trail(ret, "E-IMAGE-PICTURE", w.path);
}

/* see perso/record.h */
void
perso_record_prepare(
    struct perso_record *r, bool checks, struct perso_findings *ret)
{
	const struct perso_doc_profile *p = r->profile;

	prepare(&r->portrait, &p->portrait, "portrait",
	    checks && p->portrait.checks, ret);
	prepare(&r->signature, &p->signature, "signature", false, ret);
	prepare(&r->citizenship, &p->scan, "citizenship", false, ret);
	prepare(&r->front, &p->scan, "front", false, ret);
	prepare(&r->rear, &p->scan, "rear", false, ret);
}
