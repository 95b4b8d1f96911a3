/*
 * Pictures into frame and budget.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <png.h>
#include <stdio.h>
#include <string.h>

#include "picture_support.h"

static struct perso_picture_fit
frame(uint32_t w, uint32_t h, enum perso_image_format format, size_t max)
{
	return (struct perso_picture_fit){
		.width = w, .height = h, .format = format, .max_bytes = max
	};
}

/* No EXIF, no text, no profile, whatever the file. */
static void
says_nothing(const struct perso_buf *file)
{
	static const char *const words[] = { "Exif", "ICC_PROFILE", "OpenJPEG",
		"uuid", "xml ", "libjpeg" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		cr_assert_null(
		    memmem(file->p, file->n, words[i], strlen(words[i])), "%s",
		    words[i]);
}

Test(fit, jpeg_2000_is_never_above_its_budget_and_within_3_percent)
{
	static const size_t budgets[] = { 2000, 3333, 5000, 8000, 12000, 15000,
		15001, 18000, 20000, 25000 };
	PERSO_PIXELS(px);
	PERSO_PIXELS(grey);

	portrait(&px);
	one_channel(&px, &grey);
	for (size_t i = 0; i < 20; i++) {
		size_t max = budgets[i / 2];
		struct perso_picture_fit f =
		    frame(413, 531, PERSO_IMAGE_JP2, max);
		struct perso_picture_info info;
		struct perso_image_info head;
		PERSO_BUF(file, FILE_MAX);
		PERSO_PIXELS(back);

		cr_assert_eq(
		    perso_picture_fit(i % 2 ? &grey : &px, &f, &file, &info),
		    PERSO_OK, "%s", perso_trail_get(0));
		cr_assert_eq(info.bytes, file.n);
		cr_assert(file.n <= max, "%zu of %zu", file.n, max);
		/* the grey one has no more than 20 kB to code */
		cr_assert(file.n * 100 >= max * 97 ||
			      (i % 2 && max > 19800 && info.encodes == 2),
		    "%zu of %zu", file.n, max);
		cr_assert(info.is_best);
		cr_assert(
		    info.encodes >= 1 && info.encodes <= 2, "%u", info.encodes);
		cr_assert_eq(
		    perso_image_probe(perso_buf_span(&file), &head), PERSO_OK);
		cr_assert_eq(head.components, i % 2 ? 1 : 3);
		cr_assert(perso_picture_is_finished(perso_buf_span(&file), &f));
		says_nothing(&file);
		decode(&file, &back);
		cr_assert(psnr(i % 2 ? &grey : &px, &back) > 27, "%zu: %.1f",
		    max, psnr(i % 2 ? &grey : &px, &back));
	}
}

Test(fit, jpeg_has_the_highest_quality_that_fits_in_at_most_five_encodes)
{
	PERSO_PIXELS(px);
	PERSO_PIXELS(grey);
	PERSO_PIXELS(painted);
	PERSO_PIXELS(ramp);
	const struct perso_pixels *all[4] = { &px, &grey, &painted, &ramp };
	unsigned tried = 0, unproved = 0;

	portrait(&px);
	one_channel(&px, &grey);
	paint(&painted, 413, 531, 3);
	/* of its qualities better ones are often smaller */
	cr_assert_eq(perso_pixels_init(&ramp, 413, 531, 3), PERSO_OK);
	for (size_t i = 0; i < ramp.data.n; i++)
		ramp.data.p[i] =
		    (uint8_t)((i / 3 % 413 + i / 3 / 413) * 255 / 950);
	for (int k = 0; k < 4; k++) {
		size_t sizes[101] = { 0 };

		for (unsigned q = 1; q <= 100; q++) {
			PERSO_BUF(file, FILE_MAX);

			cr_assert_eq(
			    bio_encode_jpeg(all[k], q, &file, &sizes[q]),
			    PERSO_OK);
			cr_assert_eq(sizes[q], file.n);
		}
		for (size_t max = 2000; max < 60000; max = max * 21 / 20) {
			struct perso_picture_fit f =
			    frame(413, 531, PERSO_IMAGE_JPEG, max);
			struct perso_picture_info info;
			unsigned best = 0;
			PERSO_BUF(file, FILE_MAX);

			for (unsigned q = 1; q <= 100; q++)
				best = sizes[q] <= max ? q : best;
			if (best == 0)
				continue;
			cr_assert_eq(
			    perso_picture_fit(all[k], &f, &file, &info),
			    PERSO_OK, "%d %zu: %s", k, max, perso_trail_get(0));
			cr_assert(file.n <= max);
			cr_assert(info.encodes <= 5);
			tried++;
			unproved += !info.is_best;
			cr_assert_eq(info.quality, best,
			    "picture %d, %zu bytes: %u, best is %u, %u "
			    "encodes",
			    k, max, info.quality, best, info.encodes);
			cr_assert_eq(sizes[info.quality], file.n);
			cr_assert(perso_picture_is_finished(
			    perso_buf_span(&file), &f));
			says_nothing(&file);
		}
	}
	cr_assert(
	    tried > 200 && unproved * 50 < tried, "%u of %u", unproved, tried);
}

Test(fit, the_same_picture_gives_the_same_bytes)
{
	PERSO_PIXELS(px);

	portrait(&px);
	for (int i = 0; i < 2; i++) {
		struct perso_picture_fit f = frame(
		    300, 400, i ? PERSO_IMAGE_JPEG : PERSO_IMAGE_JP2, 9000);
		PERSO_BUF(a, FILE_MAX);
		PERSO_BUF(b, FILE_MAX);

		cr_assert_eq(perso_picture_fit(&px, &f, &a, NULL), PERSO_OK);
		cr_assert_eq(perso_picture_fit(&px, &f, &b, NULL), PERSO_OK);
		cr_assert(
		    perso_span_equal(perso_buf_span(&a), perso_buf_span(&b)));
	}
}

/* A plain picture has no more to code than some hundred bytes. */
Test(fit, a_budget_that_the_picture_cannot_fill_is_left_over)
{
	PERSO_PIXELS(px);

	cr_assert_eq(perso_pixels_init(&px, 413, 531, 3), PERSO_OK);
	for (int i = 0; i < 2; i++) {
		struct perso_picture_fit f = frame(
		    413, 531, i ? PERSO_IMAGE_JPEG : PERSO_IMAGE_JP2, 15000);
		struct perso_picture_info info;
		PERSO_BUF(file, FILE_MAX);

		cr_assert_eq(
		    perso_picture_fit(&px, &f, &file, &info), PERSO_OK);
		cr_assert(file.n < 10000);
		cr_assert(info.is_best);
		cr_assert(info.encodes <= 2, "%u", info.encodes);
	}
}

Test(fit, a_budget_that_is_too_small_is_refused_and_changes_nothing)
{
	PERSO_PIXELS(px);

	paint(&px, 1024, 1024, 3);
	for (int i = 0; i < 2; i++) {
		struct perso_picture_fit f = frame(
		    1024, 1024, i ? PERSO_IMAGE_JPEG : PERSO_IMAGE_JP2, 300);
		PERSO_BUF(file, FILE_MAX);

		cr_assert_eq(perso_buf_append_u8(&file, 7), PERSO_OK);
		cr_assert_eq(perso_picture_fit(&px, &f, &file, NULL),
		    i ? PERSO_E_RANGE : PERSO_OK, "%d %s", i,
		    perso_trail_get(0));
		if (i == 1)
			cr_assert_not_null(strstr(
			    perso_trail_get(0), "300 bytes are too few"));
		cr_assert(file.n <= 301 && file.p[0] == 7);
	}
}

Test(fit, small_frames_and_odd_ones_are_encoded)
{
	static const uint32_t sizes[][2] = { { 1, 1 }, { 2, 3 }, { 17, 5 },
		{ 64, 1 }, { 240, 320 } };

	for (size_t i = 0; i < 10; i++) {
		uint32_t w = sizes[i / 2][0], h = sizes[i / 2][1];
		struct perso_picture_fit f = frame(
		    w, h, i % 2 ? PERSO_IMAGE_JPEG : PERSO_IMAGE_JP2, 20000);
		PERSO_PIXELS(px);
		PERSO_PIXELS(back);
		PERSO_BUF(file, FILE_MAX);

		paint(&px, w, h, 3);
		cr_assert_eq(perso_picture_fit(&px, &f, &file, NULL), PERSO_OK,
		    "%u x %u: %s", w, h, perso_trail_get(0));
		decode(&file, &back);
		cr_assert_eq(back.width, w);
		cr_assert_eq(back.height, h);
	}
}

/* ---- scaling --------------------------------------------------------------- */

Test(scale, a_picture_of_the_frame_s_size_is_not_touched)
{
	PERSO_PIXELS(px);
	PERSO_PIXELS(out);
	struct perso_picture_fit f = frame(413, 531, PERSO_IMAGE_JP2, 15000);
	struct perso_picture_info info;

	portrait(&px);
	cr_assert_eq(perso_picture_scale(&px, &f, &out, &info), PERSO_OK);
	cr_assert_eq(psnr(&px, &out), 99);
	cr_assert_float_eq(info.scale, 1, 1e-9);
}

Test(scale, enlarged_and_reduced_again_the_picture_is_the_same)
{
	PERSO_PIXELS(px);
	PERSO_PIXELS(large);
	PERSO_PIXELS(out);
	struct perso_picture_fit f = frame(413, 531, PERSO_IMAGE_JP2, 15000);
	struct perso_picture_info info;

	portrait(&px);
	enlarge(&px, 3, &large);
	cr_assert_eq(perso_picture_scale(&large, &f, &out, &info), PERSO_OK);
	cr_assert_float_eq(info.scale, 1 / 3.0, 1e-9);
	cr_assert(psnr(&px, &out) > 36, "%.1f", psnr(&px, &out));
}

/* Black and white lines become the grey of half the light: 188, not 128. */
Test(scale, light_is_kept)
{
	PERSO_PIXELS(px);
	PERSO_PIXELS(out);
	struct perso_picture_fit f = frame(50, 50, PERSO_IMAGE_JP2, 15000);

	cr_assert_eq(perso_pixels_init(&px, 400, 400, 1), PERSO_OK);
	for (uint32_t y = 0; y < 400; y++)
		for (uint32_t x = 0; x < 400; x++)
			perso_pixels_row(&px, y)[x] = y % 2 ? 255 : 0;
	cr_assert_eq(perso_picture_scale(&px, &f, &out, NULL), PERSO_OK);
	for (size_t i = 0; i < out.data.n; i++)
		cr_assert(abs(out.data.p[i] - 188) <= 2 || i / 50 == 0 ||
			      i / 50 == 49,
		    "%d", out.data.p[i]);
}

Test(scale, flat_stays_flat)
{
	for (int v = 0; v < 256; v += 5) {
		PERSO_PIXELS(px);
		PERSO_PIXELS(out);
		struct perso_picture_fit f =
		    frame(37, 41, PERSO_IMAGE_JP2, 15000);

		cr_assert_eq(perso_pixels_init(&px, 111, 123, 3), PERSO_OK);
		memset(px.data.p, v, px.data.n);
		cr_assert_eq(
		    perso_picture_scale(&px, &f, &out, NULL), PERSO_OK);
		for (size_t i = 0; i < out.data.n; i++)
			cr_assert_eq(out.data.p[i], v);
	}
}

Test(scale, without_eyes_the_middle_is_taken_and_little_above_is_cut)
{
	PERSO_PIXELS(wide);
	PERSO_PIXELS(high);
	PERSO_PIXELS(out);
	struct perso_picture_fit f = frame(300, 400, PERSO_IMAGE_JP2, 15000);
	struct perso_picture_info info;

	paint(&wide, 1000, 800, 3);
	cr_assert_eq(perso_picture_scale(&wide, &f, &out, &info), PERSO_OK);
	cr_assert_float_eq(info.crop.x, 200, 1e-6);
	cr_assert_float_eq(info.crop.width, 600, 1e-6);
	cr_assert_float_eq(info.crop.y, 0, 1e-6);
	perso_pixels_done(&out);
	paint(&high, 600, 1000, 1);
	cr_assert_eq(perso_picture_scale(&high, &f, &out, &info), PERSO_OK);
	cr_assert_float_eq(info.crop.x, 0, 1e-6);
	cr_assert_float_eq(info.crop.y, 50, 1e-6);
	cr_assert_float_eq(info.crop.height, 800, 1e-6);
	cr_assert_eq(out.channels, 1);
}

Test(scale, enlarging_is_limited_and_told)
{
	PERSO_PIXELS(px);
	PERSO_PIXELS(out);
	struct perso_picture_fit f = frame(150, 150, PERSO_IMAGE_JP2, 15000);
	struct perso_picture_info info;

	paint(&px, 100, 100, 3);
	cr_assert_eq(perso_picture_scale(&px, &f, &out, &info), PERSO_OK);
	cr_assert_float_eq(info.scale, 1.5, 1e-9);
	perso_pixels_done(&out);
	f.width = f.height = 152;
	cr_assert_eq(perso_picture_scale(&px, &f, &out, &info), PERSO_E_RANGE);
	cr_assert_str_eq(perso_trail_get(0),
	    "100 x 100 pixels would have to be enlarged 1.52 times to 152 x "
	    "152, at most 1.5");
	cr_assert_null(out.data.p);
}

Test(scale, a_crop_that_is_not_inside_or_of_another_aspect_is_refused)
{
	static const struct perso_picture_rect bad[] = { { -1, 0, 50, 50 },
		{ 0, 0, 101, 101 }, { 60, 0, 50, 50 }, { 0, 0, 50, 52 },
		{ NAN, 0, 50, 50 }, { 0, 0, 50, NAN } };
	PERSO_PIXELS(px);
	PERSO_PIXELS(out);
	struct perso_picture_fit f = frame(50, 50, PERSO_IMAGE_JP2, 15000);

	paint(&px, 100, 100, 3);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		f.crop = bad[i];
		cr_assert_eq(perso_picture_scale(&px, &f, &out, NULL),
		    PERSO_E_ARG, "%zu", i);
	}
	f.crop = (struct perso_picture_rect){ 25, 25, 50, 50 };
	cr_assert_eq(perso_picture_scale(&px, &f, &out, NULL), PERSO_OK);
	cr_assert_eq(perso_pixels_row(&out, 10)[30],
	    perso_pixels_row(&px, 35)[25 * 3 + 30]);
}

/* ---- eyes ------------------------------------------------------------------- */

/* Two dark eyes of some pixels on grey; the head tilted by degrees. */
static void
paint_eyes(struct perso_pixels *px, uint32_t w, uint32_t h, double mx,
    double my, double distance, double degrees, struct perso_picture_fit *f)
{
	double a = degrees * M_PI / 180;

	cr_assert_eq(perso_pixels_init(px, w, h, 1), PERSO_OK);
	memset(px->data.p, 200, px->data.n);
	f->has_eyes = true;
	for (int e = 0; e < 2; e++) {
		double half = distance / 2 * (e == 0 ? -1 : 1);
		double x = mx + half * cos(a), y = my + half * sin(a);

		f->eyes[e] = (struct perso_picture_point){ x, y };
		for (uint32_t v = 0; v < h; v++)
			for (uint32_t u = 0; u < w; u++)
				if (hypot(u + .5 - x, v + .5 - y) <
				    distance / 16)
					perso_pixels_row(px, v)[u] = 0;
	}
}

/* Centres of the dark pixels in the two halves. */
static void
find_eyes(const struct perso_pixels *px, struct perso_picture_point e[2])
{
	for (int half = 0; half < 2; half++) {
		double sx = 0, sy = 0, sum = 0;
		uint32_t from = half * px->width / 2;

		for (uint32_t y = 0; y < px->height; y++)
			for (uint32_t x = from; x < from + px->width / 2; x++) {
				double d = 200 - perso_pixels_row(px, y)[x];

				d = d > 20 ? d : 0;
				sx += (x + .5) * d;
				sy += (y + .5) * d;
				sum += d;
			}
		cr_assert(sum > 0);
		e[half] = (struct perso_picture_point){ sx / sum, sy / sum };
	}
}

Test(eyes, are_level_and_where_a_full_frontal_image_has_them)
{
	static const double degrees[] = { 0, 3, -7.5, 14 };

	for (size_t i = 0; i < 4; i++) {
		PERSO_PIXELS(px);
		PERSO_PIXELS(out);
		struct perso_picture_fit f =
		    frame(413, 531, PERSO_IMAGE_JP2, 15000);
		struct perso_picture_info info;
		struct perso_picture_point e[2];

		paint_eyes(&px, 1600, 2000, 830, 900, 250, degrees[i], &f);
		cr_assert_eq(perso_picture_scale(&px, &f, &out, &info),
		    PERSO_OK, "%s", perso_trail_get(0));
		find_eyes(&out, e);
		cr_assert_float_eq(e[0].y, e[1].y, 0.5, "%f", degrees[i]);
		cr_assert_float_eq(e[0].y, 0.45 * 531, 1);
		cr_assert_float_eq((e[0].x + e[1].x) / 2, 206.5, 0.7);
		cr_assert_float_eq(e[1].x - e[0].x, 413 / 4.0, 1);
		cr_assert_float_eq(info.turned, degrees[i], 1e-6);
	}
}

/* Near the edges the frame gives way, but stays within clause 8.3. */
Test(eyes, near_an_edge_stay_within_the_clause)
{
	static const double at[][2] = { { 400, 300 }, { 400, 250 },
		{ 380, 400 }, { 430, 420 } };

	for (size_t i = 0; i < 4; i++) {
		PERSO_PIXELS(px);
		PERSO_PIXELS(out);
		struct perso_picture_fit f =
		    frame(413, 531, PERSO_IMAGE_JP2, 15000);
		struct perso_picture_point e[2];
		double x, y, d;

		paint_eyes(&px, 800, 1000, at[i][0], at[i][1], 180, 2, &f);
		cr_assert_eq(perso_picture_scale(&px, &f, &out, NULL), PERSO_OK,
		    "%zu: %s", i, perso_trail_get(0));
		find_eyes(&out, e);
		x = (e[0].x + e[1].x) / 2 / 413;
		y = (e[0].y + e[1].y) / 2 / 531;
		d = (e[1].x - e[0].x) / 413;
		cr_assert(x > 0.445 && x < 0.555, "%zu: x %f", i, x);
		cr_assert(y > 0.295 && y < 0.505, "%zu: y %f", i, y);
		cr_assert(d > 0.245 && d < 0.305, "%zu: distance %f", i, d);
	}
}

Test(eyes, that_cannot_be_placed_are_refused)
{
	static const struct {
		double mx, my, distance, degrees;
		const char *words;
	} cases[] = {
		{ 150, 500, 200, 0, "not enough picture around the eyes" },
		{ 400, 100, 200, 0, "not enough picture around the eyes" },
		{ 400, 500, 500, 0, "not enough picture around the eyes" },
		{ 400, 500, 200, 16, "16.0 degrees off level" },
		{ 400, 500, 200, 180, "not left of the second" },
		{ 850, 500, 20, 0, "an eye is not in the picture" },
		{ 400, 500, 40, 0, "would have to be enlarged" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		PERSO_PIXELS(px);
		PERSO_PIXELS(out);
		struct perso_picture_fit f =
		    frame(413, 531, PERSO_IMAGE_JP2, 15000);

		paint_eyes(&px, 800, 1000, cases[i].mx, cases[i].my,
		    cases[i].distance, cases[i].degrees, &f);
		cr_assert_eq(perso_picture_scale(&px, &f, &out, NULL),
		    PERSO_E_RANGE, "%zu", i);
		cr_assert_not_null(strstr(perso_trail_get(0), cases[i].words),
		    "%zu: %s", i, perso_trail_get(0));
		cr_assert_null(out.data.p);
	}
}

Test(fit, what_is_not_encoded_is_refused)
{
	PERSO_PIXELS(px);
	PERSO_BUF(file, FILE_MAX);
	struct perso_picture_fit f = frame(40, 30, PERSO_IMAGE_PNG, 15000);

	paint(&px, 40, 30, 3);
	cr_assert_eq(perso_picture_fit(&px, &f, &file, NULL), PERSO_E_ARG);
	f.format = PERSO_IMAGE_JP2;
	f.max_bytes = 255;
	cr_assert_eq(perso_picture_fit(&px, &f, &file, NULL), PERSO_E_ARG);
	f.max_bytes = 15000;
	f.width = 41;
	cr_assert_eq(perso_picture_encode(&px, &f, &file, NULL), PERSO_E_RANGE);
	f.width = 0;
	cr_assert_eq(perso_picture_fit(&px, &f, &file, NULL), PERSO_E_ARG);
	f.width = 5000;
	cr_assert_eq(perso_picture_fit(&px, &f, &file, NULL), PERSO_E_ARG);
	cr_assert_eq(file.n, 0);
}
