/*
 * Which part of a picture fills the frame.
 */
#include "picture_int.h"

#include <math.h>

#define SIDE_MAX 4096	/* of a frame, pixels */
#define ASPECT 0.02	/* that a crop may be off */
#define ABOVE 0.25	/* of what is too high is cut above the head */
#define EYES_WIDTH 0.25 /* distance of the eyes, of the frame's width */
#define EYES_MAX 0.30
#define EYES_X 0.50 /* their middle, of the frame's width */
#define EYES_X_OFF 0.05
#define EYES_Y 0.45 /* and height, from the top */
#define EYES_Y_MIN 0.30
#define EYES_Y_MAX 0.50
#define STEPS 20 /* of the search, each way */

static perso_rc
check_frame(const struct perso_picture_fit *fit)
{
	if (fit->width == 0 || fit->height == 0 || fit->width > SIDE_MAX ||
	    fit->height > SIDE_MAX)
		PERSO_FAIL(PERSO_E_ARG,
		    "frame of %" PRIu32 " x %" PRIu32
		    " pixels, at most %d x %d",
		    fit->width, fit->height, SIDE_MAX, SIDE_MAX);
	if (fit->has_eyes && fit->crop.width > 0)
		PERSO_FAIL(PERSO_E_ARG, "a crop and eyes");
	return PERSO_OK;
}

static perso_rc
place_crop(const struct perso_pixels *in, const struct perso_picture_fit *fit,
    struct bio_placing *ret)
{
	const struct perso_picture_rect *c = &fit->crop;
	double aspect;

	/* as a condition that also NaN does not pass */
	if (!(c->x >= 0 && c->y >= 0 && c->width > 0 && c->height > 0 &&
		c->x + c->width <= in->width && c->y + c->height <= in->height))
		PERSO_FAIL(PERSO_E_ARG, "the crop is not inside the picture");
	aspect = c->width * fit->height / (c->height * fit->width);
	if (!(aspect > 1 - ASPECT && aspect < 1 + ASPECT))
		PERSO_FAIL(PERSO_E_ARG,
		    "the crop's aspect is %.3f times the frame's", aspect);
	ret->crop = *c;
	return PERSO_OK;
}

static void
place_middle(const struct perso_pixels *in, const struct perso_picture_fit *fit,
    struct bio_placing *ret)
{
	double w = in->width, h = in->height;

	if (w * fit->height > h * fit->width)
		w = h * fit->width / fit->height;
	else
		h = w * fit->height / fit->width;
	ret->crop = (struct perso_picture_rect){ (in->width - w) / 2,
		(in->height - h) * ABOVE, w, h };
}

/* The frame with the middle of the eyes at (x, y) of it and their distance
 * (f of its width) as in the picture. */
static struct bio_placing
frame_at(const struct perso_picture_fit *fit, double f, double x, double y)
{
	double dx = fit->eyes[1].x - fit->eyes[0].x;
	double dy = fit->eyes[1].y - fit->eyes[0].y;
	double step = hypot(dx, dy) / (f * fit->width);
	double w = step * fit->width, h = step * fit->height;
	double turned = atan2(dy, dx);
	double u = (0.5 - x) * w, v = (0.5 - y) * h;
	double mx = (fit->eyes[0].x + fit->eyes[1].x) / 2 + u * cos(turned) -
		    v * sin(turned);
	double my = (fit->eyes[0].y + fit->eyes[1].y) / 2 + u * sin(turned) +
		    v * cos(turned);

	return (struct bio_placing){ { mx - w / 2, my - h / 2, w, h }, turned };
}

/* All corners of the turned crop lie in the picture; half a pixel is
 * nothing. */
static bool
is_inside(const struct perso_pixels *in, const struct bio_placing *p)
{
	double mx = p->crop.x + p->crop.width / 2;
	double my = p->crop.y + p->crop.height / 2;

	for (int i = 0; i < 4; i++) {
		double u = p->crop.width * (i % 2 == 0 ? -0.5 : 0.5);
		double v = p->crop.height * (i < 2 ? -0.5 : 0.5);
		double x = mx + u * cos(p->turned) - v * sin(p->turned);
		double y = my + u * sin(p->turned) + v * cos(p->turned);

		if (x < -0.5 || y < -0.5 || x > in->width + 0.5 ||
		    y > in->height + 0.5)
			return false;
	}
	return true;
}

static double
square(double x)
{
	return x * x;
}

static double
between(double a, double b, int i)
{
	return a + (b - a) * i / STEPS;
}

/* The nearest to the ideal that is inside. */
static bool
search(const struct perso_pixels *in, const struct perso_picture_fit *fit,
    struct bio_placing *ret)
{
	double best = HUGE_VAL;

	for (int i = 0; i < (STEPS + 1) * (STEPS + 1) * (STEPS + 1); i++) {
		double f = between(EYES_WIDTH, EYES_MAX, i % (STEPS + 1));
		double x = between(EYES_X - EYES_X_OFF, EYES_X + EYES_X_OFF,
		    i / (STEPS + 1) % (STEPS + 1));
		double y = between(
		    EYES_Y_MIN, EYES_Y_MAX, i / (STEPS + 1) / (STEPS + 1));
		double off = square((f - EYES_WIDTH) / 0.05) +
			     square((x - EYES_X) / 0.05) +
			     square((y - EYES_Y) / 0.10);
		struct bio_placing p;

		if (off >= best)
			continue;
		p = frame_at(fit, f, x, y);
		if (is_inside(in, &p)) {
			best = off;
			*ret = p;
		}
	}
	return best < HUGE_VAL;
}

static perso_rc
place_eyes(const struct perso_pixels *in, const struct perso_picture_fit *fit,
    struct bio_placing *ret)
{
	const struct perso_picture_point *e = fit->eyes;
	double tilt;

	for (int i = 0; i < 2; i++)
		if (!(e[i].x >= 0 && e[i].y >= 0 && e[i].x <= in->width &&
			e[i].y <= in->height))
			PERSO_FAIL(
			    PERSO_E_RANGE, "an eye is not in the picture");
	if (!(e[1].x > e[0].x))
		PERSO_FAIL(PERSO_E_RANGE,
		    "the first eye is not left of the second one");
	tilt = atan2(e[1].y - e[0].y, e[1].x - e[0].x) * 180 / M_PI;
	if (fabs(tilt) > PERSO_PICTURE_TILT)
		PERSO_FAIL(PERSO_E_RANGE,
		    "the eyes are %.1f degrees off level, at most %.0f", tilt,
		    PERSO_PICTURE_TILT);
	*ret = frame_at(fit, EYES_WIDTH, EYES_X, EYES_Y);
	if (is_inside(in, ret))
		return PERSO_OK;
	if (!search(in, fit, ret))
		PERSO_FAIL(PERSO_E_RANGE,
		    "not enough picture around the eyes: the frame is %.0f x "
		    "%.0f pixels there",
		    ret->crop.width, ret->crop.height);
	return PERSO_OK;
}

/* see picture_int.h */
perso_rc
bio_place(const struct perso_pixels *in, const struct perso_picture_fit *fit,
    struct bio_placing *ret)
{
	struct bio_placing p = { .turned = 0 };
	double scale;

	PERSO_TRY(check_frame(fit));
	if (fit->has_eyes)
		PERSO_TRY(place_eyes(in, fit, &p));
	else if (fit->crop.width > 0)
		PERSO_TRY(place_crop(in, fit, &p));
	else
		place_middle(in, fit, &p);
	scale = fit->width / p.crop.width;
	if (!(scale <= PERSO_PICTURE_ENLARGE + 1e-9))
		PERSO_FAIL(PERSO_E_RANGE,
		    "%.0f x %.0f pixels would have to be enlarged %.2f times "
		    "to %" PRIu32 " x %" PRIu32 ", at most %.1f",
		    p.crop.width, p.crop.height, scale, fit->width, fit->height,
		    PERSO_PICTURE_ENLARGE);
	*ret = p;
	return PERSO_OK;
}
