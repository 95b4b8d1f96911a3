#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "perso/portrait.h"
#include "portrait_draw.h"

static void
check(const struct perso_pixels *p, const struct perso_portrait_eyes *eyes,
    struct perso_portrait_report *ret)
{
	struct perso_portrait_limits limits;

	perso_portrait_defaults(&limits);
	cr_assert_eq(perso_portrait_check(p, &limits, eyes, ret), PERSO_OK,
	    "%s", perso_trail_get(0));
}

/* "code name value" of what failed. */
static void
failures(const struct perso_portrait_report *r, char *dst, size_t cap)
{
	size_t n = 0;

	dst[0] = '\0';
	for (int i = 0; i < PERSO_PORTRAIT_MEASURES && n < cap; i++)
		if (r->v[i].verdict == PERSO_PORTRAIT_FAIL)
			n += (size_t)snprintf(dst + n, cap - n, "%s %s %d; ",
			    perso_portrait_about(i)->code,
			    perso_portrait_about(i)->name, r->v[i].value);
}

static void
assert_passes(const struct perso_portrait_report *r)
{
	char text[1024];

	failures(r, text, sizeof(text));
	cr_assert_str_empty(text);
	cr_assert_eq(r->failed, 0);
}

/* The measure named fails, and nothing with another code. */
static void
assert_fails_only(const struct perso_portrait_report *r,
    enum perso_portrait_measure m, const char *what)
{
	const char *code = perso_portrait_about(m)->code;
	char text[1024];
	size_t failed = 0;

	failures(r, text, sizeof(text));
	cr_assert_eq(r->v[m].verdict, PERSO_PORTRAIT_FAIL,
	    "%s: %s is %d; failed: %s", what, perso_portrait_about(m)->name,
	    r->v[m].value, text);
	for (int i = 0; i < PERSO_PORTRAIT_MEASURES; i++) {
		bool fails = r->v[i].verdict == PERSO_PORTRAIT_FAIL;

		failed += fails;
		cr_assert(
		    !fails || strcmp(perso_portrait_about(i)->code, code) == 0,
		    "%s: %s", what, text);
	}
	cr_assert_eq(r->failed, failed);
}

static void
check_scene(const struct draw_scene *s, struct perso_portrait_report *ret)
{
	struct perso_portrait_eyes eyes;
	PERSO_PIXELS(p);

	draw(s, &p);
	draw_eyes(s, &eyes);
	check(&p, &eyes, ret);
}

Test(portrait, a_drawn_portrait_passes_and_every_measure_is_taken)
{
	struct perso_portrait_report r;

	check_scene(&draw_usual, &r);
	assert_passes(&r);
	for (int i = 0; i < PERSO_PORTRAIT_MEASURES; i++)
		cr_assert_eq(r.v[i].verdict, PERSO_PORTRAIT_PASS, "%s",
		    perso_portrait_about(i)->name);
	cr_assert_eq(r.v[PERSO_PORTRAIT_ASPECT].value, 778);
	cr_assert_eq(r.v[PERSO_PORTRAIT_EYES].value, 120);
	cr_assert_eq(r.v[PERSO_PORTRAIT_ROLL].value, 0);
	cr_assert_eq(r.v[PERSO_PORTRAIT_HEAD_SIZE].value, 291);
	cr_assert_eq(r.v[PERSO_PORTRAIT_HORIZONTAL].value, 500);
	cr_assert_eq(r.v[PERSO_PORTRAIT_VERTICAL].value, 564);
}

Test(portrait, without_eyes_only_their_measures_are_left_out)
{
	struct perso_portrait_report r;
	PERSO_PIXELS(p);

	draw(&draw_usual, &p);
	check(&p, NULL, &r);
	assert_passes(&r);
	for (int i = 0; i < PERSO_PORTRAIT_MEASURES; i++)
		cr_assert_eq(r.v[i].verdict, i < PERSO_PORTRAIT_ROLL
						 ? PERSO_PORTRAIT_PASS
						 : PERSO_PORTRAIT_UNMEASURED);
}

/* ------------------------------------------- what can be wrong with it */

static void
small(struct perso_pixels *p)
{
	PERSO_PIXELS(half);

	draw_half(p, &half);
	perso_pixels_done(p);
	draw_part(&half, half.width, half.height, p);
}

static void
square(struct perso_pixels *p)
{
	PERSO_PIXELS(part);

	draw_part(p, 413, 430, &part);
	perso_pixels_done(p);
	draw_part(&part, 413, 430, p);
}

static void
blur(struct perso_pixels *p)
{
	draw_blur(p, 4);
}

static void
moved_camera(struct perso_pixels *p)
{
	draw_blur_across(p, 6);
}

static void
dark(struct perso_pixels *p)
{
	draw_tone(p, 0, (double[3]){ 0.18, 0.18, 0.18 }, 0);
}

static void
light(struct perso_pixels *p)
{
	draw_tone(p, 0, (double[3]){ 1.65, 1.65, 1.65 }, 0);
}

static void
black_shadows(struct perso_pixels *p)
{
	for (uint32_t y = 160; y < 270; y++)
		for (uint32_t i = 130 * 3; i < 282 * 3; i++)
			perso_pixels_row(p, y)[i] = 4;
}

static void
flat(struct perso_pixels *p)
{
	draw_tone(p, 128, (double[3]){ 0.22, 0.22, 0.22 }, 128);
}

static void
green(struct perso_pixels *p)
{
	draw_tone(p, 0, (double[3]){ 0.62, 1, 0.68 }, 0);
}

static void
blue(struct perso_pixels *p)
{
	draw_tone(p, 0, (double[3]){ 0.62, 0.8, 1.05 }, 0);
}

static void
frame(struct perso_pixels *p)
{
	draw_frame(p, 6, 6, 0);
}

static void
letterbox(struct perso_pixels *p)
{
	draw_frame(p, 0, 30, 10);
}

static void
margin_and_line(struct perso_pixels *p)
{
	draw_frame(p, 7, 7, 20);
	draw_frame(p, 5, 5, 255);
}

static void
blocks(struct perso_pixels *p)
{
	draw_blocks(p, 60, 0);
}

static void
cropped_blocks(struct perso_pixels *p)
{
	draw_blocks(p, 60, 5);
}

static const struct {
	void (*spoil)(struct perso_pixels *p);
	enum perso_portrait_measure measure;
	const char *name;
} spoilt[] = {
	{ small, PERSO_PORTRAIT_WIDTH, "small" },
	{ square, PERSO_PORTRAIT_ASPECT, "square" },
	{ blur, PERSO_PORTRAIT_SHARPNESS, "blur" },
	{ moved_camera, PERSO_PORTRAIT_SHARPNESS, "moved camera" },
	{ dark, PERSO_PORTRAIT_BRIGHTNESS, "dark" },
	{ light, PERSO_PORTRAIT_BRIGHT, "light" },
	{ black_shadows, PERSO_PORTRAIT_DARK, "black shadows" },
	{ flat, PERSO_PORTRAIT_CONTRAST, "flat" },
	{ green, PERSO_PORTRAIT_HUE, "green" },
	{ blue, PERSO_PORTRAIT_TINT, "blue" },
	{ frame, PERSO_PORTRAIT_BORDER, "frame" },
	{ letterbox, PERSO_PORTRAIT_BORDER, "letterbox" },
	{ margin_and_line, PERSO_PORTRAIT_BORDER, "margin and line" },
	{ blocks, PERSO_PORTRAIT_BLOCKING, "blocks" },
	{ cropped_blocks, PERSO_PORTRAIT_BLOCKING, "cropped blocks" },
	{ draw_grey, PERSO_PORTRAIT_COLOURED, "grey" },
};

Test(portrait, each_defect_fails_its_own_check_and_no_other)
{
	struct perso_portrait_report r;
	PERSO_PIXELS(good);

	draw(&draw_usual, &good);
	for (size_t i = 0; i < sizeof(spoilt) / sizeof(spoilt[0]); i++) {
		PERSO_PIXELS(p);

		draw_part(&good, good.width, good.height, &p);
		spoilt[i].spoil(&p);
		check(&p, NULL, &r);
		assert_fails_only(&r, spoilt[i].measure, spoilt[i].name);
	}
}

Test(portrait, an_uneven_background_fails_alone)
{
	static const struct {
		enum draw_back back;
		enum perso_portrait_measure measure;
		const char *name;
	} rows[] = {
		{ BACK_GRADIENT, PERSO_PORTRAIT_UNEVENNESS, "gradient" },
		{ BACK_HALVES, PERSO_PORTRAIT_UNEVENNESS, "halves" },
		{ BACK_PATTERN, PERSO_PORTRAIT_TEXTURE, "pattern" },
	};
	struct perso_portrait_report r;

	for (size_t i = 0; i < 3; i++) {
		struct draw_scene s = draw_usual;

		s.back = rows[i].back;
		check_scene(&s, &r);
		assert_fails_only(&r, rows[i].measure, rows[i].name);
	}
}

Test(portrait, a_head_out_of_place_fails_alone)
{
	static const struct {
		double x, y, scale, roll;
		enum perso_portrait_measure measure;
		const char *name;
	} rows[] = {
		{ 206, 231, 1, 7, PERSO_PORTRAIT_ROLL, "to one shoulder" },
		{ 206, 231, 1, -7, PERSO_PORTRAIT_ROLL, "to the other" },
		{ 206, 231, 0.6, 0, PERSO_PORTRAIT_EYES, "far away" },
		{ 206, 231, 1.4, 0, PERSO_PORTRAIT_HEAD_SIZE, "too near" },
		{ 172, 231, 1, 0, PERSO_PORTRAIT_HORIZONTAL, "left" },
		{ 240, 231, 1, 0, PERSO_PORTRAIT_HORIZONTAL, "right" },
		{ 206, 290, 1, 0, PERSO_PORTRAIT_VERTICAL, "low" },
		{ 206, 145, 1, 0, PERSO_PORTRAIT_VERTICAL, "high" },
	};
	struct perso_portrait_report r;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct draw_scene s = draw_usual;

		s.x = rows[i].x;
		s.y = rows[i].y;
		s.scale = rows[i].scale;
		s.roll = rows[i].roll;
		check_scene(&s, &r);
		assert_fails_only(&r, rows[i].measure, rows[i].name);
	}
}

Test(portrait, roll_is_positive_clockwise_and_exact)
{
	static const struct perso_portrait_eyes eyes = { 266, 241, 146, 231 };
	struct perso_portrait_report r;
	PERSO_PIXELS(p);

	draw(&draw_usual, &p);
	check(&p, &eyes, &r);
	cr_assert_eq(r.v[PERSO_PORTRAIT_ROLL].value, 48);
}

/* --------------------------------------------------------- monotonicity */

Test(portrait, more_blur_gives_less_sharpness)
{
	int32_t last = 101;

	for (unsigned radius = 0; radius < 6; radius++) {
		struct perso_portrait_report r;
		PERSO_PIXELS(p);

		draw(&draw_usual, &p);
		draw_blur(&p, radius);
		check(&p, NULL, &r);
		cr_assert_lt(r.v[PERSO_PORTRAIT_SHARPNESS].value, last,
		    "radius %u: %d", radius,
		    r.v[PERSO_PORTRAIT_SHARPNESS].value);
		last = r.v[PERSO_PORTRAIT_SHARPNESS].value;
	}
}

Test(portrait, coarser_blocks_give_more_blocking)
{
	int32_t last = -1;

	for (unsigned step = 1; step < 100; step = step * 2 + 8) {
		struct perso_portrait_report r;
		PERSO_PIXELS(p);

		draw(&draw_usual, &p);
		draw_blocks(&p, step, 0);
		check(&p, NULL, &r);
		cr_assert_gt(r.v[PERSO_PORTRAIT_BLOCKING].value, last,
		    "step %u: %d after %d", step,
		    r.v[PERSO_PORTRAIT_BLOCKING].value, last);
		last = r.v[PERSO_PORTRAIT_BLOCKING].value;
	}
}

Test(portrait, sharpness_hardly_depends_on_resolution)
{
	struct draw_scene s = draw_usual;
	struct perso_portrait_report one, big;

	check_scene(&s, &one);
	s.width *= 3;
	s.height *= 3;
	s.x *= 3;
	s.y *= 3;
	s.scale = 3;
	check_scene(&s, &big);
	assert_passes(&big);
	cr_assert_leq(abs(one.v[PERSO_PORTRAIT_SHARPNESS].value -
			  big.v[PERSO_PORTRAIT_SHARPNESS].value),
	    12, "%d, %d", one.v[PERSO_PORTRAIT_SHARPNESS].value,
	    big.v[PERSO_PORTRAIT_SHARPNESS].value);
}

/* ------------------------------------------------- limits and pictures */

Test(portrait, what_lies_inside_a_frame_is_measured_without_it)
{
	struct perso_portrait_report plain, framed;
	PERSO_PIXELS(p);

	draw(&draw_usual, &p);
	check(&p, NULL, &plain);
	draw_frame(&p, 12, 12, 0);
	check(&p, NULL, &framed);
	cr_assert_eq(framed.v[PERSO_PORTRAIT_BORDER].value, 12);
	cr_assert_leq(abs(framed.v[PERSO_PORTRAIT_UNEVENNESS].value -
			  plain.v[PERSO_PORTRAIT_UNEVENNESS].value),
	    2);
}

Test(portrait, a_frame_of_the_document_sets_size_and_aspect)
{
	struct perso_portrait_limits limits;
	struct perso_portrait_report r;
	PERSO_PIXELS(p);

	draw(&draw_usual, &p);
	perso_portrait_defaults(&limits);
	cr_assert_eq(perso_portrait_limits_frame(&limits, 413, 531), PERSO_OK);
	cr_assert_eq(perso_portrait_check(&p, &limits, NULL, &r), PERSO_OK);
	assert_passes(&r);
	cr_assert_eq(perso_portrait_limits_frame(&limits, 600, 600), PERSO_OK);
	cr_assert_eq(perso_portrait_check(&p, &limits, NULL, &r), PERSO_OK);
	cr_assert_eq(r.failed, 3);
	cr_assert_eq(r.v[PERSO_PORTRAIT_ASPECT].limit.min, 990);
	cr_assert_eq(
	    perso_portrait_limits_frame(&limits, 0, 600), PERSO_E_RANGE);
	cr_assert_eq(
	    perso_portrait_limits_frame(&limits, 600, PERSO_PIXELS_SIDE + 1),
	    PERSO_E_RANGE);
}

Test(portrait, a_limit_that_is_any_fails_nothing)
{
	struct perso_portrait_limits limits;
	struct perso_portrait_report r;
	PERSO_PIXELS(p);

	for (int i = 0; i < PERSO_PORTRAIT_MEASURES; i++)
		limits.v[i] =
		    (struct perso_portrait_range){ PERSO_PORTRAIT_ANY_MIN,
			    PERSO_PORTRAIT_ANY_MAX };
	cr_assert_eq(perso_pixels_init(&p, 3, 200, 3), PERSO_OK);
	cr_assert_eq(perso_portrait_check(&p, &limits, NULL, &r), PERSO_OK);
	assert_passes(&r);
}

Test(portrait, one_grey_channel_is_measured_and_has_no_colour)
{
	struct perso_portrait_limits limits;
	struct perso_portrait_report r;
	PERSO_PIXELS(p);
	PERSO_PIXELS(grey);

	draw(&draw_usual, &p);
	draw_one_channel(&p, &grey);
	check(&grey, NULL, &r);
	assert_fails_only(&r, PERSO_PORTRAIT_COLOURED, "grey");
	cr_assert_eq(
	    r.v[PERSO_PORTRAIT_TINT].verdict, PERSO_PORTRAIT_UNMEASURED);
	cr_assert_eq(
	    r.v[PERSO_PORTRAIT_HUE].verdict, PERSO_PORTRAIT_UNMEASURED);
	perso_portrait_defaults(&limits);
	limits.v[PERSO_PORTRAIT_COLOURED].min = 0;
	cr_assert_eq(perso_portrait_check(&grey, &limits, NULL, &r), PERSO_OK);
	assert_passes(&r);
}

Test(portrait, degenerate_pictures_fail_and_do_no_harm)
{
	static const uint32_t sizes[][2] = { { 1, 1 }, { 1, 531 }, { 413, 1 },
		{ 2, 2 }, { 7, 9 }, { 23, 25 }, { 24, 24 }, { 47, 48 },
		{ 48, 48 }, { 16384, 1 }, { 1, 16384 }, { 413, 531 },
		{ 500, 9 }, { 9, 500 } };

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]) * 4; i++) {
		const uint32_t *s = sizes[i / 4];
		struct perso_portrait_eyes eyes = { s[0] - 1, 0, 0, s[1] - 1 };
		struct perso_portrait_report r;
		PERSO_PIXELS(p);

		cr_assert_eq(
		    perso_pixels_init(&p, s[0], s[1], i % 2 == 0 ? 3 : 1),
		    PERSO_OK);
		for (size_t k = 0; k < p.data.n; k++)
			p.data.p[k] = i % 4 < 2 ? 77 : (uint8_t)(k * k >> 3);
		check(&p, s[0] > 1 ? &eyes : NULL, &r);
		cr_assert_gt(r.failed, 0, "%ux%u", s[0], s[1]);
	}
}

Test(portrait, one_colour_has_no_sharpness_and_no_contrast)
{
	struct perso_portrait_report r;
	PERSO_PIXELS(p);

	cr_assert_eq(perso_pixels_init(&p, 413, 531, 3), PERSO_OK);
	for (size_t i = 0; i < p.data.n; i++)
		p.data.p[i] = (uint8_t)(200 - i % 3 * 30);
	check(&p, NULL, &r);
	cr_assert_eq(r.v[PERSO_PORTRAIT_SHARPNESS].value, 0);
	cr_assert_eq(r.v[PERSO_PORTRAIT_CONTRAST].value, 0);
	cr_assert_eq(r.v[PERSO_PORTRAIT_BORDER].value, 0);
	cr_assert_eq(r.failed, 2);
}

Test(portrait, senseless_calls_are_refused_and_change_nothing)
{
	struct perso_portrait_limits limits;
	struct perso_portrait_report r = { .failed = 99 };
	struct perso_portrait_eyes eyes = { 266, 231, 146, 231 };
	PERSO_PIXELS(p);
	PERSO_PIXELS(none);

	perso_portrait_defaults(&limits);
	draw(&draw_usual, &p);
	cr_assert_eq(
	    perso_portrait_check(&none, &limits, NULL, &r), PERSO_E_ARG);
	p.height++;
	cr_assert_eq(perso_portrait_check(&p, &limits, NULL, &r), PERSO_E_ARG);
	p.height--;
	p.channels = 2;
	cr_assert_eq(perso_portrait_check(&p, &limits, NULL, &r), PERSO_E_ARG);
	p.channels = 3;
	eyes.left_x = 413;
	cr_assert_eq(
	    perso_portrait_check(&p, &limits, &eyes, &r), PERSO_E_RANGE);
	cr_assert(strstr(perso_trail_get(0), "left eye") != NULL);
	eyes.left_x = 266;
	eyes.right_y = 531;
	cr_assert_eq(
	    perso_portrait_check(&p, &limits, &eyes, &r), PERSO_E_RANGE);
	eyes = (struct perso_portrait_eyes){ 146, 231, 266, 231 };
	cr_assert_eq(
	    perso_portrait_check(&p, &limits, &eyes, &r), PERSO_E_DATA);
	cr_assert_eq(r.failed, 99);
}

Test(portrait, numbers_read_with_their_units)
{
	static const struct {
		enum perso_portrait_measure m;
		int32_t value;
		struct perso_portrait_range range;
		const char *text, *range_text;
	} rows[] = {
		{ PERSO_PORTRAIT_ASPECT, 778, { 740, 810 }, "0.778",
		    "0.740 to 0.810" },
		{ PERSO_PORTRAIT_ROLL, -23, { -50, 50 }, "-2.3 degrees",
		    "-5.0 to 5.0 degrees" },
		{ PERSO_PORTRAIT_ROLL, -3, { -50, 50 }, "-0.3 degrees",
		    "-5.0 to 5.0 degrees" },
		{ PERSO_PORTRAIT_EYES, 120, { 90, PERSO_PORTRAIT_ANY_MAX },
		    "120 px", "at least 90 px" },
		{ PERSO_PORTRAIT_BORDER, 4, { PERSO_PORTRAIT_ANY_MIN, 1 },
		    "4 px", "at most 1 px" },
		{ PERSO_PORTRAIT_LIGHTNESS, 9,
		    { PERSO_PORTRAIT_ANY_MIN, PERSO_PORTRAIT_ANY_MAX },
		    "9 levels", "any" },
	};
	char text[64];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		perso_portrait_text(
		    rows[i].m, rows[i].value, text, sizeof(text));
		cr_assert_str_eq(text, rows[i].text);
		perso_portrait_range_text(
		    rows[i].m, rows[i].range, text, sizeof(text));
		cr_assert_str_eq(text, rows[i].range_text);
	}
}
