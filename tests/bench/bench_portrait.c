/*
 * A portrait into its budget: the encodes that the search makes beside as
 * many single encodes at what it ends with. Decoding, colours and scaling
 * are printed apart, each beside what it rests on.
 */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include <jpeglib.h>
#include <lcms2.h>
#include <png.h>

#include "bench.h"
#include "bio/picture_int.h"
#include "perso/file.h"

#define IMAGES "tests/data/synthetic/images/portrait_413x531"
#define BUDGET 15000
#define ROUNDS 21

struct pair {
	double ours, bare;
};

static int
compare(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;
	double d = x->ours / x->bare - y->ours / y->bare;

	return (d > 0) - (d < 0);
}

/* The round whose ratio is the median. */
static void
print(const char *name, double goal, struct pair p[ROUNDS])
{
	qsort(p, ROUNDS, sizeof(p[0]), compare);
	bench_print(&(struct bench_result){ name,
	    p[ROUNDS / 2].ours / p[ROUNDS / 2].bare, goal, false,
	    p[ROUNDS / 2].ours * 1e3, p[ROUNDS / 2].bare * 1e3, "ms" });
}

static void
load(const char *path, struct perso_buf *ret)
{
	bench_need(perso_file_read(path, ret), path);
}

/* ---- into the budget ------------------------------------------------------ */

static double
time_fit(const struct perso_pixels *px, enum perso_image_format format,
    struct perso_picture_info *info)
{
	struct perso_picture_fit fit = { .width = px->width,
		.height = px->height,
		.format = format,
		.max_bytes = BUDGET };
	PERSO_BUF(file, BUDGET);
	double start = bench_now();

	bench_need(perso_picture_fit(px, &fit, &file, info), "fit");
	return bench_now() - start;
}

static double
time_single(
    const struct perso_pixels *px, const struct perso_picture_info *info)
{
	size_t bytes = 0;
	PERSO_BUF(file, BUDGET + 64);
	double start = bench_now();

	if (info->quality > 0)
		bench_need(
		    bio_encode_jpeg(px, info->quality, &file, &bytes), "JPEG");
	else
		bench_need(
		    bio_encode_jp2(px, info->bytes, &file, &bytes), "JP2");
	return bench_now() - start;
}

static void
bench_fit(const struct perso_pixels *px, enum perso_image_format format,
    const char *name)
{
	struct pair p[ROUNDS];
	struct perso_picture_info info = { .encodes = 0 };

	for (int i = 0; i < ROUNDS; i++) {
		p[i].ours = time_fit(px, format, &info);
		p[i].bare = 0;
		for (unsigned k = 0; k < info.encodes; k++)
			p[i].bare += time_single(px, &info);
	}
	fprintf(stderr, "%s: %u encodes, %zu of %d bytes\n", name, info.encodes,
	    info.bytes, BUDGET);
	print(name, 1.3, p);
}

/* ---- decoding ------------------------------------------------------------- */

static void
bare_png(struct perso_span file)
{
	png_image image = { .version = PNG_IMAGE_VERSION };
	void *out;

	if (!png_image_begin_read_from_memory(&image, file.p, file.n))
		exit(1);
	image.format = PNG_FORMAT_RGB;
	out = malloc(PNG_IMAGE_SIZE(image));
	if (!png_image_finish_read(&image, NULL, out, 0, NULL))
		exit(1);
	free(out);
}

static void
bare_jpeg(struct perso_span file)
{
	struct jpeg_decompress_struct c;
	struct jpeg_error_mgr err;
	JSAMPLE *out, *row;

	c.err = jpeg_std_error(&err);
	jpeg_create_decompress(&c);
	jpeg_mem_src(&c, file.p, file.n);
	(void)jpeg_read_header(&c, TRUE);
	(void)jpeg_start_decompress(&c);
	out = malloc((size_t)c.output_width * c.output_height * 3);
	for (row = out; c.output_scanline < c.output_height;
	     row += c.output_width * 3)
		(void)jpeg_read_scanlines(&c, &row, 1);
	(void)jpeg_finish_decompress(&c);
	jpeg_destroy_decompress(&c);
	free(out);
}

/* openjpeg alone, in this process. */
static void
bare_jp2(struct perso_span file)
{
	struct perso_image_info head;
	PERSO_PIXELS(px);

	bench_need(perso_image_probe(file, &head), "probe");
	bench_need(bio_decode_jp2_here(file, &head, &px), "JP2");
}

/* CPU seconds with those of children that have ended. */
static double
with_children(void)
{
	struct rusage u;

	if (getrusage(RUSAGE_CHILDREN, &u) != 0)
		exit(1);
	return bench_now() + (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
	       (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static void
bench_decode(const struct perso_buf *file, void (*bare)(struct perso_span file),
    const char *name, double goal)
{
	struct pair p[ROUNDS];

	for (int i = 0; i < ROUNDS; i++) {
		double start = with_children(), middle;
		PERSO_PIXELS(px);

		bench_need(
		    perso_picture_decode(perso_buf_span(file), NULL, &px),
		    name);
		middle = with_children();
		bare(perso_buf_span(file));
		p[i] =
		    (struct pair){ middle - start, with_children() - middle };
	}
	print(name, goal, p);
}

/* Files without profiles, so that colours are not in it. */
static void
bench_decoders(const struct perso_pixels *px)
{
	png_image image = { .version = PNG_IMAGE_VERSION,
		.width = px->width,
		.height = px->height,
		.format = PNG_FORMAT_RGB };
	png_alloc_size_t n = 1 << 20;
	size_t bytes = 0;
	PERSO_BUF(png, 1 << 20);
	PERSO_BUF(jpeg, 1 << 20);
	PERSO_BUF(jp2, 1 << 20);

	bench_need(perso_buf_resize(&png, n), "PNG");
	if (!png_image_write_to_memory(
		&image, png.p, &n, 0, px->data.p, 0, NULL))
		exit(1);
	bench_need(perso_buf_resize(&png, n), "PNG");
	bench_need(bio_encode_jpeg(px, 92, &jpeg, &bytes), "JPEG");
	bench_need(bio_encode_jp2(px, BUDGET, &jp2, &bytes), "JP2");
	bench_decode(&png, bare_png, "portrait-decode-png", 1.5);
	bench_decode(&jpeg, bare_jpeg, "portrait-decode-jpeg", 1.5);
	bench_decode(&jp2, bare_jp2, "portrait-decode-jp2-apart", 1.5);
}

/* ---- colours and scaling -------------------------------------------------- */

static double
time_lcms(struct perso_pixels *px)
{
	double start = bench_now();
	cmsHPROFILE a = cmsCreate_sRGBProfile(), b = cmsCreate_sRGBProfile();
	cmsHTRANSFORM t =
	    cmsCreateTransform(a, TYPE_RGB_8, b, TYPE_RGB_8, 0, 0);

	cmsDoTransform(t, px->data.p, px->data.p, px->width * px->height);
	cmsDeleteTransform(t);
	cmsCloseProfile(a);
	cmsCloseProfile(b);
	return bench_now() - start;
}

/* Adobe RGB to sRGB beside one transform of lcms. */
static void
bench_colour(struct perso_pixels *px)
{
	static const struct bio_colour adobe = { .space = BIO_SPACE_ADOBE };
	struct pair p[ROUNDS];

	for (int i = 0; i < ROUNDS; i++) {
		double start = bench_now();

		bench_need(bio_colour(px, &adobe), "colour");
		p[i].ours = bench_now() - start;
		p[i].bare = time_lcms(px);
	}
	print("portrait-colour", 2, p);
}

/* A photo of 1652 x 2124 into the frame, beside its decoding as JPEG. */
static void
bench_scale(const struct perso_pixels *px)
{
	struct perso_picture_fit fit = { .width = 413, .height = 531 };
	struct perso_picture_rect all = { 0, 0, px->width, px->height };
	struct pair p[ROUNDS];
	size_t bytes = 0;
	PERSO_PIXELS(large);
	PERSO_BUF(file, 8 << 20);

	bench_need(perso_pixels_init(
		       &large, px->width * 4, px->height * 4, px->channels),
	    "large");
	bench_need(bio_resample(px, &all, &large), "large");
	bench_need(bio_encode_jpeg(&large, 92, &file, &bytes), "large");
	for (int i = 0; i < ROUNDS; i++) {
		double start = bench_now(), middle;
		PERSO_PIXELS(frame);

		bench_need(
		    perso_picture_scale(&large, &fit, &frame, NULL), "scale");
		middle = bench_now();
		bare_jpeg(perso_buf_span(&file));
		p[i] = (struct pair){ middle - start, bench_now() - middle };
	}
	print("portrait-scale", 6, p);
}

int
main(void)
{
	PERSO_PIXELS(px);
	PERSO_BUF(png, 1 << 20);

	load(IMAGES ".png", &png);
	bench_need(
	    perso_picture_decode(perso_buf_span(&png), NULL, &px), "PNG");
	bench_fit(&px, PERSO_IMAGE_JP2, "portrait-jp2");
	bench_fit(&px, PERSO_IMAGE_JPEG, "portrait-jpeg");
	bench_decoders(&px);
	bench_scale(&px);
	bench_colour(&px);
	return 0;
}
