/*
 * Reads the machine readable zone off a page's PNG by matching each cell
 * with the 37 glyphs of OCR-B, rasterised by FreeType. Knows Doc 9303's
 * numbers and the font's file, nothing of Perso.
 *
 *	ocr_cells FONT PNG LEFT LINES LENGTH CENTRE... [--crop OUT.pgm]
 *
 * LEFT: left edge of the first cell, CENTRE: the reference centre lines from
 * the lower edge, upper line first; millimetres. Prints the lines, then
 * "worst match M (second best S) displaced D mm": M and S are correlations of
 * the cell that was matched worst, D is how far any glyph lay from its place.
 */
#include <ft2build.h>
#include FT_FREETYPE_H
#include <math.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char glyphs[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<";
#define GLYPHS 37
#define SIDE 128 /* a cell's window at most */
#define SHIFT 6	 /* pixels each way */

struct page {
	unsigned w, h;
	unsigned char *grey;
	double px_per_mm;
};

static double glyph[GLYPHS][SIDE][SIDE]; /* ink, 0..1 */
static unsigned cell_w, cell_h;		 /* window */

static void
die(const char *what)
{
	fprintf(stderr, "ocr_cells: %s\n", what);
	exit(2);
}

static void
read_png(const char *path, struct page *p)
{
	FILE *f = fopen(path, "rb");
	png_structp png =
	    png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
	png_infop info = png_create_info_struct(png);

	if (f == NULL || setjmp(png_jmpbuf(png)))
		die("cannot read the PNG");
	png_init_io(png, f);
	png_read_info(png, info);
	p->w = png_get_image_width(png, info);
	p->h = png_get_image_height(png, info);
	p->px_per_mm = png_get_x_pixels_per_meter(png, info) / 1000.0;
	if (p->px_per_mm == 0 || png_get_x_pixels_per_meter(png, info) !=
				     png_get_y_pixels_per_meter(png, info))
		die("no resolution in the PNG");
	if (png_get_color_type(png, info) == PNG_COLOR_TYPE_RGB)
		png_set_rgb_to_gray(png, 1, -1, -1);
	png_read_update_info(png, info);
	p->grey = malloc((size_t)p->w * p->h);
	for (unsigned y = 0; y < p->h; y++)
		png_read_row(png, p->grey + (size_t)y * p->w, NULL);
	png_destroy_read_struct(&png, &info, NULL);
	fclose(f);
}

/* Every glyph into a window of one cell, '<' with its middle in the middle,
 * all on its base line. */
static void
raster(const char *font, double pitch_px)
{
	FT_Library lib;
	FT_Face face;
	double middle;

	if (FT_Init_FreeType(&lib) || FT_New_Face(lib, font, 0, &face))
		die("cannot open the font");
	if (FT_Load_Char(face, 'A', FT_LOAD_NO_SCALE))
		die("no A");
	double em = pitch_px * face->units_per_EM /
		    (double)face->glyph->metrics.horiAdvance;
	FT_Set_Char_Size(face, (FT_F26Dot6)lround(em * 64), 0, 72, 72);
	if (FT_Load_Char(face, '<', FT_LOAD_NO_HINTING))
		die("no filler");
	middle = (face->glyph->metrics.horiBearingY -
		     face->glyph->metrics.height / 2.0) /
		 64;
	cell_w = (unsigned)lround(pitch_px);
	cell_h = (unsigned)lround(pitch_px * 1.3);
	if (cell_w > SIDE || cell_h > SIDE)
		die("resolution too high");
	for (unsigned g = 0; g < GLYPHS; g++) {
		if (FT_Load_Char(face, (FT_ULong)glyphs[g],
			FT_LOAD_NO_HINTING | FT_LOAD_RENDER))
			die("no glyph");
		FT_GlyphSlot s = face->glyph;
		int top = (int)lround(cell_h / 2.0 + middle) - s->bitmap_top;
		for (unsigned y = 0; y < s->bitmap.rows; y++)
			for (unsigned x = 0; x < s->bitmap.width; x++) {
				int cy = top + (int)y;
				int cx = s->bitmap_left + (int)x;
				if (cy < 0 || cy >= (int)cell_h || cx < 0 ||
				    cx >= (int)cell_w)
					continue;
				glyph[g][cy][cx] =
				    s->bitmap
					.buffer[y * (unsigned)s->bitmap.pitch +
						x] /
				    255.0;
			}
	}
}

static double
ink(const struct page *p, int x, int y)
{
	if (x < 0 || y < 0 || x >= (int)p->w || y >= (int)p->h)
		return 0;
	return 1 - p->grey[(size_t)y * p->w + (size_t)x] / 255.0;
}

/* Pearson's correlation of a glyph with the page at that corner. */
static double
correlate(const struct page *p, unsigned g, int x0, int y0)
{
	double n = (double)cell_w * cell_h, a = 0, b = 0, aa = 0, bb = 0,
	       ab = 0;

	for (unsigned y = 0; y < cell_h; y++)
		for (unsigned x = 0; x < cell_w; x++) {
			double u = glyph[g][y][x];
			double v = ink(p, x0 + (int)x, y0 + (int)y);
			a += u;
			b += v;
			aa += u * u;
			bb += v * v;
			ab += u * v;
		}
	double va = aa - a * a / n, vb = bb - b * b / n;
	return va <= 0 || vb <= 0 ? 0 : (ab - a * b / n) / sqrt(va * vb);
}

struct match {
	unsigned glyph;
	double best, second; /* of another glyph */
	double displaced;    /* pixels */
};

/* The best correlation around a corner and how far away it lies. */
static double
search(const struct page *p, unsigned g, double left, double top, double *far)
{
	double best = -1;

	for (int dy = -SHIFT; dy <= SHIFT; dy++)
		for (int dx = -SHIFT; dx <= SHIFT; dx++) {
			int x = (int)lround(left) + dx;
			int y = (int)lround(top) + dy;
			double c = correlate(p, g, x, y);
			if (c <= best)
				continue;
			best = c;
			*far = hypot(x - left, y - top);
		}
	return best;
}

/* All 37 glyphs where they should be; those that come near the best of
 * them are then looked for around it. */
static struct match
match_cell(const struct page *p, double left, double centre)
{
	struct match m = { 0, -1, -1, 0 };
	double top = centre - cell_h / 2.0, first[GLYPHS], near = -1;

	for (unsigned g = 0; g < GLYPHS; g++) {
		first[g] = correlate(p, g, (int)lround(left), (int)lround(top));
		near = first[g] > near ? first[g] : near;
	}
	for (unsigned g = 0; g < GLYPHS; g++) {
		double far = 0, c = first[g];
		if (c > near - 0.2)
			c = search(p, g, left, top, &far);
		if (c > m.best) {
			m.second = m.best;
			m.best = c;
			m.glyph = g;
			m.displaced = far;
		} else if (c > m.second)
			m.second = c;
	}
	return m;
}

static void
crop(const struct page *p, double from_mm, const char *path)
{
	FILE *f = fopen(path, "wb");
	unsigned y0 = p->h - (unsigned)lround(from_mm * p->px_per_mm);

	if (f == NULL)
		die("cannot write the crop");
	fprintf(f, "P5\n%u %u\n255\n", p->w, p->h - y0);
	fwrite(p->grey + (size_t)y0 * p->w, p->w, p->h - y0, f);
	fclose(f);
}

int
main(int argc, char **argv)
{
	struct page p = { 0 };
	double worst = 1, second = 0, far = 0;

	if (argc < 7)
		die("FONT PNG LEFT LINES LENGTH CENTRE...");
	read_png(argv[2], &p);
	raster(argv[1], 2.54 * p.px_per_mm);
	int lines = atoi(argv[4]), length = atoi(argv[5]);
	for (int i = 0; i < lines; i++) {
		double centre = p.h - atof(argv[6 + i]) * p.px_per_mm;
		for (int k = 0; k < length; k++) {
			struct match m = match_cell(&p,
			    (atof(argv[3]) + k * 2.54) * p.px_per_mm, centre);
			putchar(glyphs[m.glyph]);
			if (m.best < worst) {
				worst = m.best;
				second = m.second;
			}
			far = m.displaced > far ? m.displaced : far;
		}
		putchar('\n');
	}
	printf("worst match %.3f (second best %.3f) displaced %.3f mm\n", worst,
	    second, far / p.px_per_mm);
	if (argc > 7 + lines && strcmp(argv[6 + lines], "--crop") == 0)
		crop(&p, 12.5, argv[7 + lines]);
	free(p.grey);
	return 0;
}
