/*
 * The portrait checks: their table, limits, verdicts.
 */
#include <inttypes.h>
#include <stdio.h>

#include "portrait_int.h"

#define ANY_MIN PERSO_PORTRAIT_ANY_MIN
#define ANY_MAX PERSO_PORTRAIT_ANY_MAX

static const struct {
	struct perso_portrait_about about;
	struct perso_portrait_range range;
} table[PERSO_PORTRAIT_MEASURES] = {
	[PERSO_PORTRAIT_WIDTH] = { { "width", "E-PORTRAIT-SIZE", "px", 0 },
	    { 240, ANY_MAX } },
	[PERSO_PORTRAIT_HEIGHT] = { { "height", "E-PORTRAIT-SIZE", "px", 0 },
	    { 300, ANY_MAX } },
	[PERSO_PORTRAIT_ASPECT] = { { "aspect", "E-PORTRAIT-ASPECT", "", 3 },
	    { 740, 810 } },
	[PERSO_PORTRAIT_BORDER] = { { "border", "E-PORTRAIT-BORDER", "px", 0 },
	    { ANY_MIN, 1 } },
	[PERSO_PORTRAIT_COLOURED] = { { "coloured", "E-PORTRAIT-GREY", "%", 1 },
	    { 50, ANY_MAX } },
	[PERSO_PORTRAIT_SHARPNESS] = { { "sharpness", "E-PORTRAIT-SHARPNESS",
					   "%", 0 },
	    { 38, ANY_MAX } },
	[PERSO_PORTRAIT_BRIGHTNESS] = { { "face-brightness",
					    "E-PORTRAIT-EXPOSURE", "levels",
					    0 },
	    { 40, 225 } },
	[PERSO_PORTRAIT_DARK] = { { "face-dark", "E-PORTRAIT-EXPOSURE", "%",
				      1 },
	    { ANY_MIN, 300 } },
	[PERSO_PORTRAIT_BRIGHT] = { { "face-bright", "E-PORTRAIT-EXPOSURE", "%",
					1 },
	    { ANY_MIN, 120 } },
	[PERSO_PORTRAIT_CONTRAST] = { { "face-contrast", "E-PORTRAIT-EXPOSURE",
					  "levels", 0 },
	    { 60, ANY_MAX } },
	[PERSO_PORTRAIT_UNEVENNESS] = { { "background-unevenness",
					    "E-PORTRAIT-BACKGROUND", "levels",
					    0 },
	    { ANY_MIN, 48 } },
	[PERSO_PORTRAIT_TEXTURE] = { { "background-texture",
					 "E-PORTRAIT-BACKGROUND", "levels", 1 },
	    { ANY_MIN, 90 } },
	[PERSO_PORTRAIT_LIGHTNESS] = { { "background-lightness",
					   "E-PORTRAIT-BACKGROUND", "levels",
					   0 },
	    { ANY_MIN, ANY_MAX } },
	[PERSO_PORTRAIT_TINT] = { { "background-tint", "E-PORTRAIT-COLOUR-CAST",
				      "levels", 0 },
	    { ANY_MIN, 64 } },
	[PERSO_PORTRAIT_HUE] = { { "face-hue", "E-PORTRAIT-COLOUR-CAST",
				     "degrees", 0 },
	    { -15, 60 } },
	[PERSO_PORTRAIT_BLOCKING] = { { "blocking", "E-PORTRAIT-COMPRESSION",
					  "%", 0 },
	    { ANY_MIN, 55 } },
	[PERSO_PORTRAIT_ROLL] = { { "roll", "E-PORTRAIT-EYES-LEVEL", "degrees",
				      1 },
	    { -50, 50 } },
	[PERSO_PORTRAIT_EYES] = { { "eyes-distance", "E-PORTRAIT-EYES-DISTANCE",
				      "px", 0 },
	    { 90, ANY_MAX } },
	[PERSO_PORTRAIT_HEAD_SIZE] = { { "eyes-distance-of-width",
					   "E-PORTRAIT-EYES-DISTANCE", "%", 1 },
	    { 200, 380 } },
	[PERSO_PORTRAIT_HORIZONTAL] = { { "eyes-from-left",
					    "E-PORTRAIT-HEAD-POSITION", "%",
					    1 },
	    { 450, 550 } },
	[PERSO_PORTRAIT_VERTICAL] = { { "eyes-from-bottom",
					  "E-PORTRAIT-HEAD-POSITION", "%", 1 },
	    { 500, 700 } },
};

/* see perso/portrait.h */
const struct perso_portrait_about *
perso_portrait_about(enum perso_portrait_measure m)
{
	return &table[m].about;
}

/* see perso/portrait.h */
void
perso_portrait_defaults(struct perso_portrait_limits *ret)
{
	for (size_t i = 0; i < PERSO_PORTRAIT_MEASURES; i++)
		ret->v[i] = table[i].range;
}

/* see perso/portrait.h */
perso_rc
perso_portrait_limits_frame(
    struct perso_portrait_limits *limits, uint32_t width, uint32_t height)
{
	int32_t aspect;

	if (width == 0 || height == 0 || width > PERSO_PIXELS_SIDE ||
	    height > PERSO_PIXELS_SIDE)
		PERSO_FAIL(PERSO_E_RANGE,
		    "a frame of %" PRIu32 "x%" PRIu32 " pixels", width, height);
	aspect = (int32_t)((width * 1000 + height / 2) / height);
	limits->v[PERSO_PORTRAIT_WIDTH].min = (int32_t)width;
	limits->v[PERSO_PORTRAIT_HEIGHT].min = (int32_t)height;
	limits->v[PERSO_PORTRAIT_ASPECT].min = aspect - (aspect + 99) / 100;
	limits->v[PERSO_PORTRAIT_ASPECT].max = aspect + (aspect + 99) / 100;
	return PERSO_OK;
}

/* see portrait_int.h */
void
portrait_put(struct portrait *p, enum perso_portrait_measure m, int64_t value)
{
	struct perso_portrait_result *r = &p->report->v[m];

	r->value = (int32_t)value;
	r->verdict = value < r->limit.min || value > r->limit.max
			 ? PERSO_PORTRAIT_FAIL
			 : PERSO_PORTRAIT_PASS;
	p->report->failed += r->verdict == PERSO_PORTRAIT_FAIL;
}

static void
measure_size(struct portrait *p)
{
	uint32_t w = p->picture->width, h = p->picture->height;

	portrait_put(p, PERSO_PORTRAIT_WIDTH, w);
	portrait_put(p, PERSO_PORTRAIT_HEIGHT, h);
	portrait_put(p, PERSO_PORTRAIT_ASPECT, ((int64_t)w * 1000 + h / 2) / h);
}

static perso_rc
measure(struct portrait *p)
{
	measure_size(p);
	PERSO_TRY(portrait_luma(p));
	portrait_border(p);
	PERSO_TRY(portrait_sharpness(p));
	portrait_face(p);
	portrait_background(p);
	PERSO_TRY(portrait_blocking(p));
	portrait_geometry(p);
	return PERSO_OK;
}

static bool
is_picture(const struct perso_pixels *p)
{
	return p->width > 0 && p->height > 0 && p->width <= PERSO_PIXELS_SIDE &&
	       p->height <= PERSO_PIXELS_SIDE &&
	       (p->channels == 1 || p->channels == 3) &&
	       p->data.n == (size_t)p->width * p->height * p->channels;
}

/* see perso/portrait.h */
perso_rc
perso_portrait_check(const struct perso_pixels *picture,
    const struct perso_portrait_limits *limits,
    const struct perso_portrait_eyes *eyes, struct perso_portrait_report *ret)
{
	struct perso_portrait_report report = { .failed = 0 };
	struct portrait p = { .picture = picture,
		.eyes = eyes,
		.luma = { .data = { .max = PERSO_PIXELS_MAX } },
		.report = &report };
	perso_rc rc;

	if (!is_picture(picture))
		PERSO_FAIL(PERSO_E_ARG, "not a picture");
	if (eyes != NULL)
		PERSO_TRY(perso_portrait_eyes_check(
		    eyes, picture->width, picture->height));
	for (size_t i = 0; i < PERSO_PORTRAIT_MEASURES; i++)
		report.v[i] = (struct perso_portrait_result){ 0, limits->v[i],
			PERSO_PORTRAIT_UNMEASURED };
	rc = measure(&p);
	perso_buf_done(&p.luma.data);
	if (rc == PERSO_OK)
		*ret = report;
	return rc;
}

/* A number with its decimals. */
static void
number(int32_t value, unsigned decimals, char dst[24])
{
	long unit = 1, v = value < 0 ? -(long)value : value;

	for (unsigned i = 0; i < decimals; i++)
		unit *= 10;
	if (decimals == 0)
		snprintf(dst, 24, "%" PRId32, value);
	else
		snprintf(dst, 24, "%s%ld.%0*ld", value < 0 ? "-" : "", v / unit,
		    (int)decimals, v % unit);
}

/* see perso/portrait.h */
void
perso_portrait_text(
    enum perso_portrait_measure m, int32_t value, char *dst, size_t cap)
{
	const struct perso_portrait_about *a = &table[m].about;
	char n[24];

	number(value, a->decimals, n);
	snprintf(dst, cap, "%s%s%s", n, a->unit[0] != '\0' ? " " : "", a->unit);
}

/* see perso/portrait.h */
void
perso_portrait_range_text(enum perso_portrait_measure m,
    struct perso_portrait_range r, char *dst, size_t cap)
{
	char low[24], high[48];

	number(r.min, table[m].about.decimals, low);
	perso_portrait_text(m, r.max, high, sizeof(high));
	if (r.min == ANY_MIN && r.max == ANY_MAX) {
		snprintf(dst, cap, "any");
	} else if (r.max == ANY_MAX) {
		perso_portrait_text(m, r.min, high, sizeof(high));
		snprintf(dst, cap, "at least %s", high);
	} else if (r.min == ANY_MIN) {
		snprintf(dst, cap, "at most %s", high);
	} else {
		snprintf(dst, cap, "%s to %s", low, high);
	}
}
