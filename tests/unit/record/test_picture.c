/*
 * From the picture of an order to that of the document: frames, eyes, what
 * says more than the picture.
 */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "perso/file.h"
#include "perso/picture.h"
#include "perso/record.h"

#define NOW 1795348800 /* 2026-11-22T12:00:00Z */
#define OK(call) cr_assert(eq(int, (call), PERSO_OK))

static struct perso_profiles *set;
static struct perso_record rec;
static struct perso_findings f;

static void
setup(void)
{
	OK(perso_profile_load_dir("profiles", &set));
	perso_record_init(&rec);
	memset(&f, 0, sizeof(f));
}

static void
teardown(void)
{
	perso_record_done(&rec);
	perso_profiles_free(&set);
}

TestSuite(record_picture, .init = setup, .fini = teardown);

static void
take(const char *profile, struct perso_buf *image)
{
	rec.profile = perso_profiles_doc(set, profile);
	cr_assert(rec.profile != NULL);
	OK(perso_record_image_take(&rec.portrait, image));
}

static void
eyes_at(uint32_t right_x, uint32_t right_y, uint32_t left_x, uint32_t left_y)
{
	rec.portrait.has_eyes = true;
	rec.portrait.eyes =
	    (struct perso_portrait_eyes){ left_x, left_y, right_x, right_y };
}

/* A JPEG that asks to be turned. */
static void
read_turned(uint8_t orientation, struct perso_buf *ret)
{
	const uint8_t app1[] = { 0xFF, 0xE1, 0, 34, 'E', 'x', 'i', 'f', 0, 0,
		'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0,
		orientation, 0, 0, 0, 0, 0, 0 };
	PERSO_BUF(file, PERSO_IMAGE_MAX);

	OK(perso_file_read("tests/data/orders/portrait.jpg", &file));
	OK(perso_buf_append(ret, (struct perso_span){ file.p, 2 }));
	OK(perso_buf_append(ret, perso_span_of(app1)));
	OK(perso_buf_append(
	    ret, (struct perso_span){ file.p + 2, file.n - 2 }));
}

static bool
has_text(const struct perso_buf *b, const char *text)
{
	return memmem(b->p, b->n, text, strlen(text)) != NULL;
}

Test(record_picture, what_is_plain_stays_where_there_is_no_frame)
{
	PERSO_BUF(file, PERSO_IMAGE_MAX);
	PERSO_BUF(same, PERSO_IMAGE_MAX);

	OK(perso_file_read("tests/data/orders/portrait.jpg", &file));
	OK(perso_buf_append(&same, perso_buf_span(&file)));
	take("uto-passport", &file);
	perso_record_prepare(&rec, true, &f);
	cr_assert(eq(sz, f.count, 0));
	cr_assert(perso_span_equal(
	    perso_buf_span(&rec.portrait.bytes), perso_buf_span(&same)));
}

Test(record_picture, without_a_frame_exif_goes_and_the_picture_stands_upright)
{
	PERSO_BUF(file, PERSO_IMAGE_MAX);
	PERSO_PIXELS(seen);
	PERSO_PIXELS(px);
	size_t bytes;
	double psnr = 0;

	read_turned(6, &file);
	bytes = file.n;
	OK(perso_picture_decode(perso_buf_span(&file), NULL, &seen));
	take("uto-passport", &file);
	eyes_at(100, 150, 400, 160);
	cr_assert(has_text(&rec.portrait.bytes, "Exif"));
	perso_record_prepare(&rec, false, &f);
	cr_assert(eq(sz, f.count, 0));
	cr_assert(not(has_text(&rec.portrait.bytes, "Exif")));
	cr_assert(rec.portrait.bytes.n <= bytes);
	cr_assert(eq(uint, rec.portrait.info.width, seen.width));
	cr_assert(eq(uint, rec.portrait.info.height, seen.height));
	OK(perso_picture_decode(
	    perso_buf_span(&rec.portrait.bytes), NULL, &px));
	OK(perso_picture_psnr(&px, &seen, &psnr));
	cr_assert(psnr > 30, "%f dB", psnr);
	cr_assert(eq(uint, rec.portrait.eyes.left_x, 400));
	cr_assert(eq(uint, rec.portrait.eyes.right_y, 150));
}

Test(record_picture, eyes_outside_of_a_picture_that_stays_are_found)
{
	PERSO_BUF(file, PERSO_IMAGE_MAX);

	OK(perso_file_read("tests/data/orders/portrait.jpg", &file));
	take("uto-passport", &file);
	eyes_at(146, 231, 500, 231);
	perso_record_prepare(&rec, false, &f);
	cr_assert(eq(sz, f.count, 1));
	cr_assert(eq(str, (char *)f.v[0].code, "E-IMAGE-EYES"));
	cr_assert(eq(str, (char *)f.v[0].path, "$.images[0].eyes"));
}

/* A light face with a dark dot for each eye. */
static void
draw(double tilt, struct perso_buf *ret)
{
	const struct perso_picture_fit fit = { .width = 900,
		.height = 1200,
		.format = PERSO_IMAGE_JPEG,
		.max_bytes = 400000 };
	double a = tilt * M_PI / 180;
	uint32_t dx = (uint32_t)lround(90 * cos(a));
	int32_t dy = (int32_t)lround(90 * sin(a));
	PERSO_PIXELS(px);

	eyes_at(450 - dx, (uint32_t)(560 - dy), 450 + dx, (uint32_t)(560 + dy));
	OK(perso_pixels_init(&px, 900, 1200, 3));
	memset(px.data.p, 220, px.data.n);
	for (int e = 0; e < 2; e++)
		for (int y = -5; y <= 5; y++)
			memset(perso_pixels_row(
				   &px, (uint32_t)(560 + (e ? dy : -dy) + y)) +
				   (size_t)3 * (450 + (e ? dx : -dx) - 5),
			    10, 33);
	OK(perso_picture_encode(&px, &fit, ret, NULL));
}

/* The middle of what is dark in one half of a picture. */
static void
middle_of_dark(
    const struct perso_pixels *px, uint32_t from, double *ret_x, double *ret_y)
{
	double n = 0, sx = 0, sy = 0;

	for (uint32_t y = 0; y < px->height; y++)
		for (uint32_t x = from; x < from + px->width / 2; x++) {
			double dark = 220.0 - perso_pixels_row(px, y)[3 * x];

			dark = dark < 60 ? 0 : dark;
			n += dark;
			sx += dark * x;
			sy += dark * y;
		}
	cr_assert(n > 0);
	*ret_x = sx / n;
	*ret_y = sy / n;
}

static void
assert_near(double a, double b)
{
	cr_assert(fabs(a - b) <= 1, "%.2f, not %.2f", a, b);
}

Test(record_picture, eyes_are_where_the_frame_shows_them)
{
	static const double tilts[] = { 0, 8, -11, 3 };

	for (size_t i = 0; i < sizeof(tilts) / sizeof(tilts[0]); i++) {
		const struct perso_portrait_eyes *e = &rec.portrait.eyes;
		double x = 0, y = 0;
		PERSO_BUF(file, PERSO_IMAGE_MAX);
		PERSO_PIXELS(px);

		draw(tilts[i], &file);
		take("lv-passport-eac", &file);
		perso_record_prepare(&rec, false, &f);
		cr_assert(eq(sz, f.count, 0), "%s", f.v[0].text);
		OK(perso_picture_decode(
		    perso_buf_span(&rec.portrait.bytes), NULL, &px));
		cr_assert(eq(uint, px.width, 413));
		middle_of_dark(&px, 0, &x, &y);
		assert_near(e->right_x, x);
		assert_near(e->right_y, y);
		middle_of_dark(&px, px.width / 2, &x, &y);
		assert_near(e->left_x, x);
		assert_near(e->left_y, y);
	}
}

Test(record_picture, the_same_bytes_give_the_same_bytes)
{
	PERSO_BUF(once, PERSO_IMAGE_MAX);

	for (int i = 0; i < 2; i++) {
		PERSO_BUF(file, PERSO_IMAGE_MAX);

		draw(5, &file);
		take("lv-passport-eac", &file);
		perso_record_prepare(&rec, i == 0, &f);
		if (i == 0)
			perso_buf_move(&once, &rec.portrait.bytes);
	}
	cr_assert(perso_span_equal(
	    perso_buf_span(&once), perso_buf_span(&rec.portrait.bytes)));
}

/* Nothing of the profile's rules for what a frame makes. */
Test(record_picture, what_does_not_fill_the_frame_is_one_finding)
{
	const struct perso_picture_fit fit = { .width = 120,
		.height = 150,
		.format = PERSO_IMAGE_JP2,
		.max_bytes = 30000 };
	size_t images = 0;
	PERSO_PIXELS(px);
	PERSO_BUF(file, PERSO_IMAGE_MAX);

	OK(perso_pixels_init(&px, 120, 150, 3));
	OK(perso_picture_encode(&px, &fit, &file, NULL));
	take("lv-passport-eac", &file);
	perso_record_complete(&rec, NOW);
	perso_record_prepare(&rec, false, &f);
	cr_assert(ne(int, perso_record_validate(&rec, NOW, &f), PERSO_OK));
	for (size_t i = 0; i < f.count; i++)
		images += strncmp(f.v[i].code, "E-IMAGE", 7) == 0;
	cr_assert(eq(sz, images, 1));
	cr_assert(eq(str, (char *)f.v[0].code, "E-IMAGE-PICTURE"));
	cr_assert(strstr(f.v[0].text, "portrait: ") != NULL);
}

/* A frame of another aspect would cost a signature its ends. */
Test(record_picture, only_a_portrait_is_cropped)
{
	struct perso_doc_profile p;
	PERSO_BUF(file, PERSO_IMAGE_MAX);

	p = *perso_profiles_doc(set, "lv-eid-eac");
	p.signature.frame_width = 180;
	p.signature.frame_height = 90;
	p.signature.frame_format = PERSO_IMAGE_KIND_JPEG;
	rec.profile = &p;
	OK(perso_file_read("tests/data/orders/signature.jpg", &file));
	OK(perso_record_image_take(&rec.signature, &file));
	perso_record_prepare(&rec, false, &f);
	cr_assert(eq(sz, f.count, 1));
	cr_assert(eq(str, (char *)f.v[0].code, "E-IMAGE-PICTURE"));
	cr_assert(eq(uint, rec.signature.info.width, 360));

	memset(&f, 0, sizeof(f));
	p.signature.frame_height = 60;
	perso_record_prepare(&rec, false, &f);
	cr_assert(eq(sz, f.count, 0), "%s", f.v[0].text);
	cr_assert(eq(uint, rec.signature.info.width, 180));
	cr_assert(eq(uint, rec.signature.info.height, 60));
}
