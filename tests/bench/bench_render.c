/*
 * Drawing and encoding a data page at 600 dpi beside libpng encoding the same
 * finished pixels with the same settings.
 */
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "perso/render.h"

#define ROUNDS 7

static void
fill(struct perso_record *r, const struct perso_doc_profile *d)
{
	perso_record_init(r);
	r->profile = d;
	strcpy(r->number, "L898902C3");
	strcpy(r->surname, "Eriksson");
	strcpy(r->given_names, "Anna Maria");
	strcpy(r->native_name.surname, "Эрикссон");
	strcpy(r->native_name.given_names, "Анна");
	r->birth = (struct perso_date){ 1974, 8, 12 };
	r->has_birth = true;
	r->sex = 'F';
	strcpy(r->nationality, "UTO");
	strcpy(r->personal_number, "ZE184226B");
	strcpy(r->birth_place, "Zenith");
	r->height_cm = 172;
	r->issue = (struct perso_date){ 2026, 11, 22 };
	r->expiry = (struct perso_date){ 2036, 11, 22 };
	strcpy(r->authority, "Ministry of Utopian Affairs");
}

/* Soft shapes and a camera's noise. */
static void
photograph(struct perso_pixels *p)
{
	uint32_t seed = 1;

	bench_need(perso_pixels_init(p, 413, 531, 3), "portrait");
	for (uint32_t y = 0; y < p->height; y++)
		for (uint32_t x = 0; x < p->width * 3; x++) {
			int dx = (int)x / 3 - 206, dy = (int)y - 240;
			int far = (dx * dx + dy * dy) / 400;
			seed = seed * 1664525 + 1013904223;
			perso_pixels_row(p, y)[x] =
			    (uint8_t)(200 - (far > 120 ? 120 : far) +
				      (int)(seed >> 29) + (int)(x % 3) * 9);
		}
}

struct sink {
	unsigned char *p;
	size_t n, cap;
};

static void
on_write(png_structp png, png_bytep bytes, size_t n)
{
	struct sink *s = png_get_io_ptr(png);

	if (s->n + n > s->cap)
		png_error(png, "full");
	memcpy(s->p + s->n, bytes, n);
	s->n += n;
}

static void
on_flush(png_structp png)
{
	(void)png;
}

/* The reference: libpng and nothing else. */
static size_t
bare(const struct perso_pixels *p, struct sink *s)
{
	png_structp png =
	    png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
	png_infop info = png_create_info_struct(png);

	s->n = 0;
	if (setjmp(png_jmpbuf(png)))
		exit(1);
	png_set_write_fn(png, s, on_write, on_flush);
	png_set_IHDR(png, info, p->width, p->height, 8,
	    p->channels == 1 ? PNG_COLOR_TYPE_GRAY : PNG_COLOR_TYPE_RGB,
	    PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_BASE,
	    PNG_FILTER_TYPE_BASE);
	png_set_pHYs(png, info, 23622, 23622, PNG_RESOLUTION_METER);
	png_set_compression_level(png, PERSO_PNG_LEVEL);
	png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_FILTER_UP);
	png_write_info(png, info);
	for (uint32_t y = 0; y < p->height; y++)
		png_write_row(png, perso_pixels_row(p, y));
	png_write_end(png, info);
	png_destroy_write_struct(&png, &info);
	return s->n;
}

static double
time_ours(struct perso_render *r, const struct perso_render_input *in,
    struct perso_buf *out)
{
	double from = bench_now();

	perso_buf_clear(out);
	bench_need(perso_render_png(r, 0, 600, in, out), "render");
	return bench_now() - from;
}

static double
time_bare(const struct perso_pixels *p, struct sink *s)
{
	double from = bench_now();

	bare(p, s);
	return bench_now() - from;
}

/* Best of the rounds, taken in turn. */
static void
measure(struct perso_render *r, const struct perso_render_input *in)
{
	double ours = 1e9, reference = 1e9;
	struct sink s = { malloc(PERSO_RENDER_MAX), 0, PERSO_RENDER_MAX };
	PERSO_BUF(out, PERSO_RENDER_MAX);
	PERSO_PIXELS(px);

	bench_need(perso_render_pixels(r, 0, 600, in, &px), "pixels");
	for (int i = 0; i < ROUNDS; i++) {
		double a = time_ours(r, in, &out), b = time_bare(&px, &s);
		ours = a < ours ? a : ours;
		reference = b < reference ? b : reference;
	}
	/* The same picture, or the comparison is void. */
	if (s.n != out.n || memcmp(s.p, out.p, s.n) != 0) {
		fprintf(stderr, "bench_render: other bytes than libpng's\n");
		exit(1);
	}
	free(s.p);
	bench_print(&(struct bench_result){ .name = "render-600dpi",
	    .ratio = ours / reference,
	    .goal = 1.3,
	    .ours = ours * 1e3,
	    .reference = reference * 1e3,
	    .unit = "ms" });
}

int
main(void)
{
	struct perso_profiles *set = bench_profiles();
	const struct perso_doc_profile *d =
	    perso_profiles_doc(set, "uto-passport");
	PERSO_RENDER(r);
	PERSO_RECORD(record);
	PERSO_PIXELS(portrait);

	fill(&record, d);
	photograph(&portrait);
	bench_need(perso_render_open(perso_profiles_layout(set, d->layout), &r),
	    "fonts");
	measure(r, &(struct perso_render_input){
		       .record = &record, .portrait = &portrait });
	perso_profiles_free(&set);
	return 0;
}
