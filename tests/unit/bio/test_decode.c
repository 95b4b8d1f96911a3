/*
 * Pictures that are taken: in every way a file can be written, the pixels
 * that come out are those that went in.
 */
#include <criterion/criterion.h>
#include <png.h>
#include <stdio.h>

#include <jpeglib.h>

#include "perso/wr.h"
#include "picture_support.h"

Test(decode, png_of_every_colour_type_and_depth_gives_its_pixels)
{
	static const struct {
		const char *name;
		struct png_spec s;
		unsigned channels;
		double db;
	} cases[] = {
		{ "RGB 8", { .colour = 2, .bits = 8, .key = -1 }, 3, 99 },
		{ "RGB 16", { .colour = 2, .bits = 16, .key = -1 }, 3, 99 },
		{ "RGB 8 interlaced",
		    { .colour = 2, .bits = 8, .interlaced = true, .key = -1 },
		    3, 99 },
		{ "grey 8", { .colour = 0, .bits = 8, .key = -1 }, 1, 99 },
		{ "grey 16 interlaced",
		    { .colour = 0, .bits = 16, .interlaced = true, .key = -1 },
		    1, 99 },
		{ "grey 4", { .colour = 0, .bits = 4, .key = -1 }, 1, 28 },
		{ "grey 2", { .colour = 0, .bits = 2, .key = -1 }, 1, 15 },
		{ "grey 1", { .colour = 0, .bits = 1, .key = -1 }, 1, 6 },
		{ "palette 8", { .colour = 3, .bits = 8, .key = -1 }, 3, 17 },
		{ "sRGB chunk",
		    { .colour = 2, .bits = 8, .srgb = true, .key = -1 }, 3,
		    99 },
		{ "gAMA of sRGB",
		    { .colour = 2, .bits = 8, .gamma = 0.45455, .key = -1 }, 3,
		    99 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		PERSO_PIXELS(px);
		PERSO_PIXELS(back);
		PERSO_BUF(file, FILE_MAX);
		double db;

		paint(&px, 67, 41, cases[i].channels);
		make_png(&px, &cases[i].s, &file);
		decode(&file, &back);
		cr_assert_eq(
		    back.channels, cases[i].channels, "%s", cases[i].name);
		db = psnr(&px, &back);
		cr_assert(db >= cases[i].db, "%s: %.1f dB", cases[i].name, db);
	}
}

static void
alpha_case(int colour, int bits)
{
	struct png_spec s = { .colour = colour, .bits = bits, .key = -1 };
	unsigned channels = colour & PNG_COLOR_MASK_COLOR ? 3 : 1;
	PERSO_PIXELS(px);
	PERSO_PIXELS(back);
	PERSO_BUF(file, FILE_MAX);

	paint(&px, 52, 20, channels);
	make_png(&px, &s, &file);
	decode(&file, &back);
	cr_assert_eq(back.channels, channels);
	for (uint32_t y = 0; y < 20; y++)
		for (uint32_t x = 0; x < 52; x++)
			for (unsigned c = 0; c < channels; c++) {
				size_t i = x * channels + c;
				unsigned a = x * 255 / 51;
				int want = (int)(perso_pixels_row(&px, y)[i] *
						     a / 255.0 +
						 255 - a + .5);
				int got = perso_pixels_row(&back, y)[i];

				cr_assert(abs(got - want) <= 1,
				    "%d bits, x %u: %d, not %d", bits, x, got,
				    want);
			}
}

Test(decode, transparency_lies_on_white)
{
	alpha_case(PNG_COLOR_TYPE_RGBA, 8);
	alpha_case(PNG_COLOR_TYPE_RGBA, 16);
	alpha_case(PNG_COLOR_TYPE_GA, 8);
}

Test(decode, a_transparent_palette_entry_and_grey_become_white)
{
	struct png_spec palette = { .colour = 3, .bits = 8, .key = 0 };
	struct png_spec grey = { .colour = 0, .bits = 8, .key = 77 };

	for (int i = 0; i < 2; i++) {
		PERSO_PIXELS(px);
		PERSO_PIXELS(back);
		PERSO_BUF(file, FILE_MAX);

		cr_assert_eq(
		    perso_pixels_init(&px, 8, 8, i == 0 ? 3 : 1), PERSO_OK);
		for (size_t k = 0; k < px.data.n; k++)
			px.data.p[k] = i == 0 ? 0 : 77;
		make_png(&px, i == 0 ? &palette : &grey, &file);
		decode(&file, &back);
		for (size_t k = 0; k < back.data.n; k++)
			cr_assert_eq(back.data.p[k], 255);
	}
}

Test(decode, gamma_is_undone)
{
	/* 128 of linear light is 188 in sRGB (0.502 -> 0.7366). */
	struct png_spec linear = {
		.colour = 0, .bits = 8, .gamma = 1, .key = -1
	};

	for (int i = 0; i < 2; i++) {
		PERSO_PIXELS(px);
		PERSO_PIXELS(back);
		PERSO_BUF(file, FILE_MAX);

		cr_assert_eq(
		    perso_pixels_init(&px, 4, 4, i == 0 ? 1 : 3), PERSO_OK);
		for (size_t k = 0; k < px.data.n; k++)
			px.data.p[k] = 128;
		linear.colour = i == 0 ? 0 : 2;
		make_png(&px, &linear, &file);
		decode(&file, &back);
		for (size_t k = 0; k < back.data.n; k++)
			cr_assert(abs(back.data.p[k] - 188) <= 1, "%d",
			    back.data.p[k]);
	}
}

/* What lcms makes of it is checked by numbers of the standard: Adobe RGB
 * (0, 255, 0) is outside sRGB, its (200, 100, 100) is (229, 97, 99) there. */
static void
is_adobe(const struct perso_pixels *px, const char *name)
{
	static const int want[3] = { 229, 97, 99 };

	for (int c = 0; c < 3; c++)
		cr_assert(abs(px->data.p[c] - want[c]) <= 3, "%s: %d, not %d",
		    name, px->data.p[c], want[c]);
}

static void
fill(struct perso_pixels *px, uint32_t side)
{
	cr_assert_eq(perso_pixels_init(px, side, side, 3), PERSO_OK);
	for (size_t i = 0; i < px->data.n; i++)
		px->data.p[i] = i % 3 == 0 ? 200 : 100;
}

Test(decode, icc_profiles_are_honoured_in_all_three_formats)
{
	PERSO_BUF(icc, FILE_MAX);
	PERSO_PIXELS(px);

	make_icc(false, &icc);
	fill(&px, 16);
	for (int i = 0; i < 3; i++) {
		struct png_spec png = { .colour = 2,
			.bits = 8,
			.icc = perso_buf_span(&icc),
			.key = -1 };
		struct jpeg_spec jpeg = { .quality = 100,
			.icc = perso_buf_span(&icc) };
		struct j2k_spec jp2 = {
			.components = 3, .bits = 8, .icc = perso_buf_span(&icc)
		};
		PERSO_BUF(file, FILE_MAX);
		PERSO_PIXELS(back);

		if (i == 0)
			make_png(&px, &png, &file);
		else if (i == 1)
			make_jpeg(&px, &jpeg, &file);
		else
			make_j2k(&px, &jp2, &file);
		decode(&file, &back);
		is_adobe(&back, i == 0 ? "PNG" : i == 1 ? "JPEG" : "JP2");
	}
}

Test(decode, a_grey_profile_leaves_one_channel)
{
	PERSO_BUF(icc, FILE_MAX);
	PERSO_BUF(file, FILE_MAX);
	PERSO_PIXELS(px);
	PERSO_PIXELS(back);
	struct png_spec s = { .colour = 0, .bits = 8, .key = -1 };

	make_icc(true, &icc);
	s.icc = perso_buf_span(&icc);
	cr_assert_eq(perso_pixels_init(&px, 4, 4, 1), PERSO_OK);
	for (size_t i = 0; i < 16; i++)
		px.data.p[i] = 128;
	make_png(&px, &s, &file);
	decode(&file, &back);
	cr_assert_eq(back.channels, 1);
	/* 0.50196 ^ 1.8 = 0.2892 of light: 147 */
	cr_assert(abs(back.data.p[0] - 147) <= 1, "%d", back.data.p[0]);
}

Test(decode, jpeg_of_every_kind_gives_its_pixels)
{
	static const struct {
		const char *name;
		struct jpeg_spec s;
		unsigned channels;
	} cases[] = {
		{ "YCbCr", { .quality = 97 }, 3 },
		{ "YCbCr halved", { .quality = 97, .halved = 2 }, 3 },
		{ "RGB", { .quality = 97, .space = JCS_RGB }, 3 },
		{ "progressive",
		    { .quality = 97, .progressive = true, .halved = 2 }, 3 },
		{ "grey", { .quality = 97 }, 1 },
		{ "grey progressive", { .quality = 97, .progressive = true },
		    1 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		PERSO_PIXELS(px);
		PERSO_PIXELS(back);
		PERSO_BUF(file, FILE_MAX);
		double db;

		paint(&px, 83, 61, cases[i].channels);
		make_jpeg(&px, &cases[i].s, &file);
		decode(&file, &back);
		cr_assert_eq(back.channels, cases[i].channels);
		db = psnr(&px, &back);
		cr_assert(db > 38, "%s: %.1f dB", cases[i].name, db);
	}
}

/* A TIFF header with orientation, and a colour space if not 0. */
static void
make_exif(bool little, unsigned orientation, unsigned space, const char *index,
    struct perso_buf *ret)
{
	static const struct {
		uint16_t tag, type;
		uint32_t count;
	} heads[] = { { 0x0112, 3, 1 }, { 0x8769, 4, 1 }, { 0xA001, 3, 1 },
		{ 0xA005, 4, 1 }, { 0x0001, 2, 4 } };
	/* IFD0 at 8 with two entries, EXIF at 38, interoperability at 68 */
	const uint32_t values[] = { orientation, 38, space, 68, 0 };
	static const unsigned first[] = { 0, 2, 4 }, count[] = { 2, 2, 1 };
	PERSO_BUF(be, 256);
	struct perso_wr w = perso_wr(&be);

	perso_wr_bytes(&w, perso_span("MM\0\52\0\0\0\10", 8));
	for (int d = 0; d < 3; d++) {
		perso_wr_u16(&w, (uint16_t)count[d]);
		for (unsigned i = first[d]; i < first[d] + count[d]; i++) {
			perso_wr_u16(&w, heads[i].tag);
			perso_wr_u16(&w, heads[i].type);
			perso_wr_u32(&w, heads[i].count);
			if (heads[i].type == 3) {
				perso_wr_u16(&w, (uint16_t)values[i]);
				perso_wr_u16(&w, 0);
			} else if (heads[i].type == 2) {
				perso_wr_bytes(&w, perso_span(index, 4));
			} else {
				perso_wr_u32(&w, values[i]);
			}
		}
		perso_wr_u32(&w, 0);
	}
	cr_assert_eq(perso_wr_end(&w), PERSO_OK);
	if (!little) {
		perso_buf_move(ret, &be);
		return;
	}
	/* the same with the bytes of each number turned round */
	cr_assert_eq(
	    perso_buf_append(ret, perso_span("II\52\0\10\0\0\0", 8)), PERSO_OK);
	for (size_t i = 8; i < be.n;) {
		static const int in_entry[] = { 2, 2, 4, 4 };
		size_t dir = i < 38 ? 8 : i < 68 ? 38 : 68;
		size_t off = i - dir;
		size_t entries = dir == 68 ? 1 : 2;
		int n = off == 0 ? 2
			: off == 2 + entries * 12
			    ? 4
			    : in_entry[(off - 2) % 12 == 0   ? 0
				       : (off - 2) % 12 == 2 ? 1
				       : (off - 2) % 12 == 4 ? 2
							     : 3];
		bool is_short = n == 4 && off > 2 && (off - 2) % 12 == 8 &&
				be.p[i - 5] == 3;
		bool is_text = n == 4 && off > 2 && (off - 2) % 12 == 8 &&
			       be.p[i - 5] == 2;

		for (int k = 0; k < n; k++) {
			int from = is_text ? k : is_short ? (k ^ 1) : n - 1 - k;

			cr_assert_eq(
			    perso_buf_append_u8(ret, be.p[i + (size_t)from]),
			    PERSO_OK);
		}
		i += (size_t)n;
	}
}

/* The picture is dark at the top left, red grows to the right, green down. */
static void
paint_corners(struct perso_pixels *px)
{
	cr_assert_eq(perso_pixels_init(px, 64, 48, 3), PERSO_OK);
	for (uint32_t y = 0; y < 48; y++)
		for (uint32_t x = 0; x < 64; x++) {
			perso_pixels_row(px, y)[x * 3] = (uint8_t)(x * 3);
			perso_pixels_row(px, y)[x * 3 + 1] = (uint8_t)(y * 4);
			perso_pixels_row(px, y)[x * 3 + 2] = 60;
		}
}

Test(decode, exif_orientation_is_honoured)
{
	/* where the stored picture's first row and column lie: top left,
	 * top right, bottom right, bottom left, left top, right top, right
	 * bottom, left bottom (TIFF 6.0) */
	static const struct {
		bool right, bottom, swapped;
	} stored[9] = { { 0 }, { false, false, false }, { true, false, false },
		{ true, true, false }, { false, true, false },
		{ false, false, true }, { true, false, true },
		{ true, true, true }, { false, true, true } };

	for (unsigned o = 1; o <= 8; o++) {
		PERSO_PIXELS(px);
		PERSO_PIXELS(back);
		PERSO_BUF(exif, 256);
		PERSO_BUF(file, FILE_MAX);
		struct jpeg_spec s = { .quality = 100 };
		uint32_t x, y;
		const uint8_t *p;

		paint_corners(&px);
		make_exif(o % 2 == 0, o, 1, "R98", &exif);
		s.exif = perso_buf_span(&exif);
		make_jpeg(&px, &s, &file);
		decode(&file, &back);
		cr_assert_eq(back.width, stored[o].swapped ? 48 : 64);
		cr_assert_eq(back.height, stored[o].swapped ? 64 : 48);
		/* the stored corner, and the one at the end of its first row */
		x = stored[o].right ? back.width - 1 : 0;
		y = stored[o].bottom ? back.height - 1 : 0;
		p = perso_pixels_row(&back, y) + x * 3;
		cr_assert(p[0] < 20 && p[1] < 20, "orientation %u", o);
		if (stored[o].swapped)
			y = back.height - 1 - y;
		else
			x = back.width - 1 - x;
		p = perso_pixels_row(&back, y) + x * 3;
		cr_assert(p[0] > 170 && p[1] < 20, "orientation %u", o);
	}
}

Test(decode, the_orientation_of_a_png_is_honoured)
{
	struct png_spec s = { .colour = 2, .bits = 8, .key = -1 };
	PERSO_PIXELS(px);
	PERSO_PIXELS(back);
	PERSO_BUF(exif, 256);
	PERSO_BUF(file, FILE_MAX);

	paint_corners(&px);
	make_exif(false, 6, 1, "R98", &exif);
	make_png(&px, &s, &file);
	insert_chunk(&file, "eXIf", perso_buf_span(&exif));
	decode(&file, &back);
	cr_assert_eq(back.width, 48);
	/* the stored corner is at the top right now */
	cr_assert_eq(perso_pixels_row(&back, 0)[47 * 3], 0);
	cr_assert_eq(perso_pixels_row(&back, 63)[47 * 3], 63 * 3);
}

Test(decode, exif_of_an_adobe_rgb_camera_is_honoured)
{
	static const struct {
		unsigned space;
		const char *index;
		bool adobe;
	} cases[] = { { 0xFFFF, "R03", true }, { 0xFFFF, "R98", false },
		{ 2, "R98", true }, { 1, "R98", false } };

	for (int little = 0; little < 2; little++)
		for (size_t i = 0; i < 4; i++) {
			PERSO_PIXELS(px);
			PERSO_PIXELS(back);
			PERSO_BUF(exif, 256);
			PERSO_BUF(file, FILE_MAX);
			struct jpeg_spec s = { .quality = 100 };

			fill(&px, 16);
			make_exif(
			    little, 1, cases[i].space, cases[i].index, &exif);
			s.exif = perso_buf_span(&exif);
			make_jpeg(&px, &s, &file);
			decode(&file, &back);
			if (cases[i].adobe)
				is_adobe(&back, cases[i].index);
			else
				cr_assert(abs(back.data.p[0] - 200) <= 2);
		}
}

Test(decode, jpeg_2000_of_every_kind_gives_its_pixels)
{
	static const struct {
		const char *name;
		struct j2k_spec s;
		unsigned channels;
		double db;
	} cases[] = {
		{ "J2K", { .components = 3, .bits = 8 }, 3, 99 },
		{ "JP2", { .components = 3, .bits = 8, .space = 16 }, 3, 99 },
		{ "grey", { .components = 1, .bits = 8, .space = 17 }, 1, 99 },
		{ "12 bits", { .components = 3, .bits = 12, .space = 16 }, 3,
		    60 },
		{ "16 bits", { .components = 1, .bits = 16, .space = 17 }, 1,
		    60 },
		{ "5 bits", { .components = 1, .bits = 5, .space = 17 }, 1,
		    35 },
		{ "signed",
		    { .components = 3,
			.bits = 8,
			.is_signed = true,
			.space = 16 },
		    3, 99 },
		{ "tiles", { .components = 3, .bits = 8, .tile = 32 }, 3, 99 },
		{ "sYCC",
		    { .components = 3, .bits = 8, .ycc = true, .space = 18 }, 3,
		    45 },
		{ "sYCC 4:2:0",
		    { .components = 3,
			.bits = 8,
			.ycc = true,
			.step = 2,
			.space = 18 },
		    3, 33 },
		{ "with a comment",
		    { .components = 3, .bits = 8, .comment = true }, 3, 99 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		PERSO_PIXELS(px);
		PERSO_PIXELS(back);
		PERSO_BUF(file, FILE_MAX);
		double db;

		paint(&px, 97, 75, cases[i].channels);
		make_j2k(&px, &cases[i].s, &file);
		decode(&file, &back);
		cr_assert_eq(back.channels, cases[i].channels);
		db = psnr(&px, &back);
		cr_assert(db >= cases[i].db, "%s: %.1f dB", cases[i].name, db);
	}
}

Test(decode, the_helper_and_this_process_decode_alike)
{
	PERSO_BUF(file, FILE_MAX);
	PERSO_PIXELS(a);
	PERSO_PIXELS(b);
	struct perso_image_info info;

	load(IMAGES "portrait_413x531.jp2", &file);
	decode(&file, &a);
	cr_assert_eq(perso_image_probe(perso_buf_span(&file), &info), PERSO_OK);
	cr_assert_eq(
	    bio_decode_jp2_here(perso_buf_span(&file), &info, &b), PERSO_OK);
	cr_assert_eq(psnr(&a, &b), 99);
}

Test(decode, lossless_jpeg_2000_and_png_of_one_picture_are_equal)
{
	PERSO_BUF(file, FILE_MAX);
	PERSO_PIXELS(a);
	PERSO_PIXELS(b);

	load(IMAGES "portrait_413x531_lossless.jp2", &file);
	decode(&file, &a);
	portrait(&b);
	cr_assert_eq(psnr(&a, &b), 99);
}
