/*
 * The count of a JPEG's bytes against what libjpeg writes.
 */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "bio/jpeg_int.h"
#include "picture_support.h"

/* Bytes that libjpeg stuffed behind FF in the one scan of a file. */
static size_t
stuffed(const struct perso_buf *file)
{
	size_t at = 2, n = 0;

	while (file->p[at + 1] != 0xDA)
		at += 2 + (size_t)(file->p[at + 2] << 8 | file->p[at + 3]);
	for (; at + 1 < file->n; at++)
		n += file->p[at] == 0xFF && file->p[at + 1] == 0;
	return n;
}

static void
is_exact(const struct perso_pixels *px, const char *what)
{
	JPEG_BLOCKS(blocks);
	JPEG_COUNT(count);

	/* what was there before does not count */
	cr_assert_eq(jpeg_blocks_init(px, 20, &blocks), PERSO_OK);
	cr_assert_eq(jpeg_count_init(&blocks, &count), PERSO_OK);
	cr_assert_eq(jpeg_blocks_init(px, JPEG_ALL, &blocks), PERSO_OK);
	cr_assert_eq(jpeg_count_init(&blocks, &count), PERSO_OK);
	for (unsigned q = 1; q <= JPEG_QUALITIES; q++) {
		PERSO_BUF(file, FILE_MAX);
		size_t bytes = 0;

		cr_assert_eq(bio_encode_jpeg(px, q, &file, &bytes), PERSO_OK);
		cr_assert_eq(jpeg_count_bytes(&count, q) + stuffed(&file),
		    bytes, "%s, %u x %u, quality %u", what, px->width,
		    px->height, q);
	}
}

Test(jpeg_count, every_quality_of_a_portrait_to_the_byte)
{
	PERSO_PIXELS(px);
	PERSO_PIXELS(grey);

	portrait(&px);
	one_channel(&px, &grey);
	is_exact(&px, "portrait");
	is_exact(&grey, "grey");
}

/* Edges in the middle of blocks and of MCUs, one and three channels, noise
 * and something smooth. */
Test(jpeg_count, every_size_to_the_byte)
{
	static const uint32_t sizes[][2] = { { 1, 1 }, { 8, 8 }, { 9, 7 },
		{ 16, 16 }, { 17, 33 }, { 24, 40 }, { 33, 8 }, { 100, 77 },
		{ 7, 130 } };

	srand(9303);
	for (size_t i = 0; i < 4 * sizeof(sizes) / sizeof(sizes[0]); i++) {
		PERSO_PIXELS(px);

		cr_assert_eq(perso_pixels_init(&px, sizes[i / 4][0],
				 sizes[i / 4][1], i % 2 ? 1 : 3),
		    PERSO_OK);
		for (size_t k = 0; k < px.data.n; k++)
			px.data.p[k] =
			    i % 4 < 2 ? (uint8_t)rand() : (uint8_t)(k / 7);
		is_exact(&px, i % 4 < 2 ? "noise" : "ramp");
	}
}

Test(jpeg_count, some_blocks_tell_about_all)
{
	PERSO_PIXELS(px);
	JPEG_BLOCKS(all);
	JPEG_BLOCKS(some);
	JPEG_COUNT(of_all);
	JPEG_COUNT(of_some);

	portrait(&px);
	cr_assert_eq(jpeg_blocks_init(&px, JPEG_ALL, &all), PERSO_OK);
	cr_assert_eq(jpeg_count_init(&all, &of_all), PERSO_OK);
	cr_assert_eq(jpeg_blocks_init(&px, 200, &some), PERSO_OK);
	cr_assert_eq(jpeg_count_init(&some, &of_some), PERSO_OK);
	for (unsigned q = 30; q <= 100; q++) {
		double is = (double)jpeg_count_bytes(&of_all, q);

		cr_assert_float_eq(
		    jpeg_count_estimate(&of_all, q), is, 0.08 * is, "%u", q);
		cr_assert_float_eq(
		    jpeg_count_estimate(&of_some, q), is, 0.25 * is, "%u", q);
	}
}
