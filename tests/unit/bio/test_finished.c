/*
 * Which files are taken unchanged.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include <jpeglib.h>

#include "picture_support.h"

static struct perso_picture_fit
frame(enum perso_image_format format)
{
	return (struct perso_picture_fit){
		.width = 60, .height = 80, .format = format, .max_bytes = 60000
	};
}

static bool
jpeg_is(const struct jpeg_spec *s, unsigned channels)
{
	struct perso_picture_fit f = frame(PERSO_IMAGE_JPEG);
	PERSO_PIXELS(px);
	PERSO_BUF(file, FILE_MAX);

	paint(&px, 60, 80, channels);
	make_jpeg(&px, s, &file);
	return perso_picture_is_finished(perso_buf_span(&file), &f);
}

Test(finished, jpeg_of_nothing_but_a_picture)
{
	PERSO_BUF(icc, FILE_MAX);
	struct jpeg_spec s = { .quality = 80 };

	make_icc(false, &icc);
	cr_assert(jpeg_is(&s, 3));
	cr_assert(jpeg_is(&s, 1));
	s.space = JCS_RGB; /* with an Adobe segment */
	cr_assert(jpeg_is(&s, 3));
	s.space = 0;
	s.progressive = true;
	cr_assert_not(jpeg_is(&s, 3));
	s.progressive = false;
	s.comment = "somebody's name";
	cr_assert_not(jpeg_is(&s, 3));
	s.comment = NULL;
	s.exif = perso_span("MM\0\52\0\0\0\10\0\0", 10);
	cr_assert_not(jpeg_is(&s, 3));
	s.exif = PERSO_SPAN_EMPTY;
	s.icc = perso_buf_span(&icc);
	cr_assert_not(jpeg_is(&s, 3));
	s.icc = PERSO_SPAN_EMPTY;
	s.space = JCS_CMYK;
	cr_assert_not(jpeg_is(&s, 3));
}

Test(finished, only_in_the_frame_s_format_size_and_budget)
{
	struct perso_picture_fit f = frame(PERSO_IMAGE_JPEG);
	PERSO_PIXELS(px);
	PERSO_BUF(file, FILE_MAX);
	struct perso_span s;

	paint(&px, 60, 80, 3);
	make_jpeg(&px, &(struct jpeg_spec){ .quality = 80 }, &file);
	s = perso_buf_span(&file);
	f.max_bytes = file.n;
	cr_assert(perso_picture_is_finished(s, &f));
	f.max_bytes = file.n - 1;
	cr_assert_not(perso_picture_is_finished(s, &f));
	f.max_bytes = 60000;
	f.width = 61;
	cr_assert_not(perso_picture_is_finished(s, &f));
	f.width = 60;
	f.height = 79;
	cr_assert_not(perso_picture_is_finished(s, &f));
	f = frame(PERSO_IMAGE_JP2);
	cr_assert_not(perso_picture_is_finished(s, &f));
	f = frame(PERSO_IMAGE_JPEG);
	for (size_t n = 0; n < s.n; n++)
		cr_assert_not(
		    perso_picture_is_finished(perso_span_sub(s, 0, n), &f));
}

Test(finished, a_jfif_thumbnail_is_a_second_picture)
{
	struct perso_picture_fit f = frame(PERSO_IMAGE_JPEG);
	PERSO_PIXELS(px);
	PERSO_BUF(file, FILE_MAX);

	paint(&px, 60, 80, 3);
	make_jpeg(&px, &(struct jpeg_spec){ .quality = 80 }, &file);
	cr_assert(perso_picture_is_finished(perso_buf_span(&file), &f));
	/* APP0: FF E0, length 16, JFIF, version, unit, densities, 1 x 1 */
	file.p[5] = 19;
	file.p[18] = file.p[19] = 1;
	cr_assert_eq(
	    perso_buf_insert(&file, 20, perso_span("\1\2\3", 3)), PERSO_OK);
	cr_assert_not(perso_picture_is_finished(perso_buf_span(&file), &f));
}

static bool
jp2_is(const struct j2k_spec *s, unsigned channels, const char *box)
{
	struct perso_picture_fit f = frame(PERSO_IMAGE_JP2);
	PERSO_PIXELS(px);
	PERSO_BUF(file, FILE_MAX);

	paint(&px, 60, 80, channels);
	make_j2k(&px, s, &file);
	if (box != NULL) {
		cr_assert_eq(
		    perso_buf_append(&file, perso_span("\0\0\0\14", 4)),
		    PERSO_OK);
		cr_assert_eq(
		    perso_buf_append(&file, perso_span(box, 4)), PERSO_OK);
		cr_assert_eq(
		    perso_buf_append(&file, perso_span("<a/>", 4)), PERSO_OK);
	}
	return perso_picture_is_finished(perso_buf_span(&file), &f);
}

Test(finished, jpeg_2000_of_nothing_but_a_picture)
{
	static const struct j2k_spec good = {
		.components = 3, .bits = 8, .space = 16
	};
	struct j2k_spec s = good;
	PERSO_BUF(icc, FILE_MAX);

	make_icc(false, &icc);
	/* with openjpeg's version as its comment */
	cr_assert(jp2_is(&s, 3, NULL));
	s.tile = 32;
	cr_assert(jp2_is(&s, 3, NULL));
	s = (struct j2k_spec){ .components = 1, .bits = 8, .space = 17 };
	cr_assert(jp2_is(&s, 1, NULL));
	s = good;
	s.comment = true;
	cr_assert_not(jp2_is(&s, 3, NULL));
	s = good;
	s.space = 18;
	cr_assert_not(jp2_is(&s, 3, NULL));
	s.space = 0; /* a bare codestream */
	cr_assert_not(jp2_is(&s, 3, NULL));
	s = good;
	s.bits = 12;
	cr_assert_not(jp2_is(&s, 3, NULL));
	s = good;
	s.step = 2;
	cr_assert_not(jp2_is(&s, 3, NULL));
	s = good;
	s.icc = perso_buf_span(&icc);
	cr_assert_not(jp2_is(&s, 3, NULL));
	cr_assert_not(jp2_is(&good, 3, "xml "));
	cr_assert_not(jp2_is(&good, 3, "uuid"));
	cr_assert_not(jp2_is(&good, 3, "free"));
}

/* Adds to the two lower bytes of a length. */
static void
lengthen(uint8_t *low, int by)
{
	int v = low[-1] << 8 | low[0];

	low[-1] = (uint8_t)((v + by) >> 8);
	low[0] = (uint8_t)(v + by);
}

/* A comment in the header of a tile-part counts, too. */
Test(finished, jpeg_2000_with_a_comment_behind_sot)
{
	static const struct j2k_spec s = {
		.components = 3, .bits = 8, .space = 16
	};
	struct perso_picture_fit f = frame(PERSO_IMAGE_JP2);
	PERSO_PIXELS(px);
	PERSO_BUF(file, FILE_MAX);
	size_t code, sot;

	paint(&px, 60, 80, 3);
	make_j2k(&px, &s, &file);
	code = (size_t)((uint8_t *)memmem(file.p, file.n, "jp2c", 4) - file.p);
	sot = (size_t)((uint8_t *)memmem(file.p, file.n, "\xff\x90\0\12", 4) -
		       file.p);
	cr_assert_eq(perso_buf_insert(
			 &file, sot + 12, perso_span("\xff\x64\0\6\0\1Me", 8)),
	    PERSO_OK);
	lengthen(file.p + code - 1, 8);
	lengthen(file.p + sot + 9, 8);
	cr_assert_not(perso_picture_is_finished(perso_buf_span(&file), &f));
	perso_pixels_done(&px);
	decode(&file, &px);
	/* the same without the name */
	perso_buf_remove(&file, sot + 12, 8);
	lengthen(file.p + code - 1, -8);
	lengthen(file.p + sot + 9, -8);
	cr_assert(perso_picture_is_finished(perso_buf_span(&file), &f));
}

Test(finished, what_is_no_picture_is_not)
{
	struct perso_picture_fit f = frame(PERSO_IMAGE_JP2);

	cr_assert_not(perso_picture_is_finished(PERSO_SPAN_EMPTY, &f));
	cr_assert_not(perso_picture_is_finished(perso_span_str("nothing"), &f));
}
