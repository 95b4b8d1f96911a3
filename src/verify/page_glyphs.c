/* The 37 characters of the zone, rasterised by FreeType. */
#include <math.h>
#include <stdlib.h>

#include "perso/layout.h"
#include "page_int.h"

static const char letters[PAGE_GLYPHS + 1] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<";

static const char *
font_file(void)
{
	const struct perso_font *f;

	for (size_t i = 0; (f = perso_font_at(i)) != NULL; i++)
		if (f->scripts == PERSO_SCRIPT_OCR)
			return f->regular;
	return "";
}

/* A filler's middle lies on the centre line of its cell, all stand on one
 * base line; the pitch is 2.54 mm. */
static bool
set_size(FT_Face face, double *ret_middle)
{
	double em;

	if (FT_Load_Char(face, 'A', FT_LOAD_NO_SCALE))
		return false;
	em = 2.54 * PAGE_SCALE * face->units_per_EM /
	     (double)face->glyph->metrics.horiAdvance;
	if (FT_Set_Char_Size(face, (FT_F26Dot6)lround(em * 64), 0, 72, 72) ||
	    FT_Load_Char(face, '<', FT_LOAD_NO_HINTING))
		return false;
	*ret_middle = (double)(face->glyph->metrics.horiBearingY -
			       face->glyph->metrics.height / 2) /
		      64;
	return true;
}

static void
put_pixel(float *cell, int x, int y, uint8_t ink)
{
	if (x >= 0 && x < PAGE_CELL_W && y >= 0 && y < PAGE_CELL_H)
		cell[y * PAGE_CELL_W + x] = (float)ink;
}

/* Moved by a part of a pixel, so that a cell's edge is a pixel's. */
static bool
draw(FT_Face face, char c, double middle, float *cell)
{
	double base = PAGE_CELL_H / 2.0 + middle;
	FT_Vector part = { 0, (FT_Pos)lround((ceil(base) - base) * 64) };
	const FT_Bitmap *b;
	int top, left;

	FT_Set_Transform(face, NULL, &part);
	if (FT_Load_Char(
		face, (FT_ULong)c, FT_LOAD_NO_HINTING | FT_LOAD_RENDER) ||
	    FT_Get_Char_Index(face, (FT_ULong)c) == 0)
		return false;
	b = &face->glyph->bitmap;
	top = (int)ceil(base) - face->glyph->bitmap_top;
	left = face->glyph->bitmap_left;
	for (unsigned y = 0; y < b->rows; y++)
		for (unsigned x = 0; x < b->width; x++)
			put_pixel(cell, left + (int)x, top + (int)y,
			    b->buffer[y * (unsigned)b->pitch + x]);
	return true;
}

static void
normalise(float *cell)
{
	double mean = 0, square = 0;

	for (size_t i = 0; i < PAGE_CELL; i++)
		mean += (double)cell[i] / PAGE_CELL;
	for (size_t i = 0; i < PAGE_CELL; i++) {
		double d = (double)cell[i] - mean;

		cell[i] = (float)d;
		square += d * d;
	}
	for (size_t i = 0; i < PAGE_CELL && square > 0; i++)
		cell[i] = (float)((double)cell[i] / sqrt(square));
}

static bool
draw_all(FT_Face face, struct page_glyphs *g)
{
	double middle = 0;

	if (!set_size(face, &middle))
		return false;
	for (size_t i = 0; i < PAGE_GLYPHS; i++) {
		g->letter[i] = letters[i];
		if (!draw(face, letters[i], middle, g->ink[i]))
			return false;
		normalise(g->ink[i]);
	}
	return true;
}

/* see page_int.h */
perso_rc
page_glyphs_open(struct page_glyphs **ret)
{
	struct page_glyphs *g = calloc(1, sizeof(*g));
	FT_Library lib = NULL;
	FT_Face face = NULL;
	bool ok;

	if (g == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for OCR-B");
	ok = FT_Init_FreeType(&lib) == 0 &&
	     FT_New_Face(lib, font_file(), 0, &face) == 0 && draw_all(face, g);
	if (face != NULL)
		FT_Done_Face(face);
	if (lib != NULL)
		FT_Done_FreeType(lib);
	if (!ok) {
		free(g);
		PERSO_FAIL(PERSO_E_CONFIG, "cannot use the font OCR-B: %s",
		    font_file());
	}
	*ret = g;
	return PERSO_OK;
}
