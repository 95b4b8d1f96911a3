/*
 * The portrait checks beside the decoding of the same picture by
 * libjpeg-turbo, whose loops are written in assembly: both pass over the
 * picture a few times, so the checks shall cost about what decoding costs.
 * For scale: one copy of the pixels.
 *
 * The picture is the synthetic portrait, enlarged to what a photo booth
 * delivers (1652 x 2124 pixels) and with a camera's grain, as a JPEG of
 * quality 92.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

#include "bench.h"
#include "perso/file.h"
#include "perso/portrait.h"

#define ROUNDS 9
#define TIMES 4 /* larger than the file */
#define FILE_NAME "tests/data/synthetic/images/portrait_413x531.jpg"

static void
decode(struct perso_span jpeg, struct perso_pixels *ret)
{
	struct jpeg_decompress_struct d;
	struct jpeg_error_mgr err;

	d.err = jpeg_std_error(&err);
	jpeg_create_decompress(&d);
	jpeg_mem_src(&d, jpeg.p, jpeg.n);
	jpeg_read_header(&d, TRUE);
	d.out_color_space = JCS_RGB;
	jpeg_start_decompress(&d);
	if (ret->data.n == 0)
		bench_need(
		    perso_pixels_init(ret, d.output_width, d.output_height, 3),
		    "pixels");
	while (d.output_scanline < d.output_height) {
		JSAMPROW row = perso_pixels_row(ret, d.output_scanline);

		jpeg_read_scanlines(&d, &row, 1);
	}
	jpeg_finish_decompress(&d);
	jpeg_destroy_decompress(&d);
}

static void
encode(const struct perso_pixels *p, unsigned char **ret, unsigned long *ret_n)
{
	struct jpeg_compress_struct c;
	struct jpeg_error_mgr err;

	c.err = jpeg_std_error(&err);
	jpeg_create_compress(&c);
	jpeg_mem_dest(&c, ret, ret_n);
	c.image_width = p->width;
	c.image_height = p->height;
	c.input_components = 3;
	c.in_color_space = JCS_RGB;
	jpeg_set_defaults(&c);
	jpeg_set_quality(&c, 92, TRUE);
	jpeg_start_compress(&c, TRUE);
	while (c.next_scanline < c.image_height) {
		JSAMPROW row = perso_pixels_row(p, c.next_scanline);

		jpeg_write_scanlines(&c, &row, 1);
	}
	jpeg_finish_compress(&c);
	jpeg_destroy_compress(&c);
}

static uint8_t
grain(uint8_t v)
{
	static uint32_t state = 1;
	int out;

	state = state * 1664525 + 1013904223;
	out = v + (int)(state >> 29) - 4;
	return (uint8_t)(out < 0 ? 0 : out > 255 ? 255 : out);
}

static void
enlarge(const struct perso_pixels *p, struct perso_pixels *ret)
{
	bench_need(
	    perso_pixels_init(ret, p->width * TIMES, p->height * TIMES, 3),
	    "pixels");
	for (uint32_t y = 0; y < ret->height; y++)
		for (uint32_t i = 0; i < ret->width * 3; i++)
			perso_pixels_row(ret, y)[i] = grain(perso_pixels_row(
			    p, y / TIMES)[i / 3 / TIMES * 3 + i % 3]);
}

static int
compare(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static double
median(double v[ROUNDS])
{
	qsort(v, ROUNDS, sizeof(v[0]), compare);
	return v[ROUNDS / 2];
}

static double
time_checks(const struct perso_pixels *p)
{
	struct perso_portrait_limits limits;
	struct perso_portrait_report report;
	double start;

	perso_portrait_defaults(&limits);
	start = bench_now();
	bench_need(perso_portrait_check(p, &limits, NULL, &report), "checks");
	if (report.failed != 0)
		fprintf(stderr, "the bench's picture fails a check\n");
	return bench_now() - start;
}

static double
time_decode(struct perso_span jpeg, struct perso_pixels *p)
{
	double start = bench_now();

	decode(jpeg, p);
	return bench_now() - start;
}

static double
time_copy(const struct perso_pixels *p, struct perso_pixels *to)
{
	double start = bench_now();

	memcpy(to->data.p, p->data.p, p->data.n);
	return bench_now() - start;
}

int
main(void)
{
	PERSO_BUF(file, 1 << 20);
	PERSO_PIXELS(small);
	PERSO_PIXELS(big);
	PERSO_PIXELS(decoded);
	unsigned char *jpeg = NULL;
	unsigned long n = 0;
	double checks[ROUNDS], decodes[ROUNDS], copies[ROUNDS], ratio[ROUNDS];
	double megapixels;

	bench_need(perso_file_read(FILE_NAME, &file), "picture");
	decode(perso_buf_span(&file), &small);
	enlarge(&small, &big);
	encode(&big, &jpeg, &n);
	decode(perso_span(jpeg, n), &decoded);
	for (int i = 0; i < ROUNDS; i++) {
		decodes[i] = time_decode(perso_span(jpeg, n), &decoded);
		checks[i] = time_checks(&decoded);
		copies[i] = time_copy(&decoded, &big);
		ratio[i] = checks[i] / decodes[i];
	}
	megapixels = (double)big.width * big.height / 1e6;
	bench_print(&(struct bench_result){ "portrait-checks", median(ratio),
	    1.25, false, median(checks) * 1e3 / megapixels,
	    median(decodes) * 1e3 / megapixels,
	    "ms a megapixel, decoding by libjpeg-turbo" });
	fprintf(stderr,
	    "portrait-checks: one copy of the pixels %.2f ms a "
	    "megapixel\n",
	    median(copies) * 1e3 / megapixels);
	free(jpeg);
	return 0;
}
