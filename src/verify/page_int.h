/*
 * Reading a printed page: private to verify. Nothing here is render's: the
 * sizes are taken from Doc 9303 a second time, the glyphs are FreeType's.
 */
#ifndef PERSO_PAGE_INT_H
#define PERSO_PAGE_INT_H

#include "perso/mrz.h"
#include "perso/pixels.h"
#include "perso/seal.h"
#include "verify_int.h"

/* A page is looked at with so many points for a millimetre, whatever the
 * picture's own resolution is. */
#define PAGE_SCALE 12
#define PAGE_CELL_W 31 /* 2.54 mm: ten characters to the inch */
#define PAGE_CELL_H 41
#define PAGE_REACH 8 /* points that a character may lie beside its place */
#define PAGE_GLYPHS 37
#define PAGE_CELL (PAGE_CELL_W * PAGE_CELL_H)

/* Doc 9303-6 and -7, figures of the zone: millimetres. */
struct page_form {
	enum perso_doc_format format;
	double width, height; /* of the page */
	double left;	      /* edge of the first cell */
	unsigned lines, length;
	double centre[3]; /* of each line from the lower edge, upper first */
};
/* NULL beyond the last. */
const struct page_form *page_form_at(size_t i);

/* The characters of OCR-B, each as its ink in a cell without its mean, of
 * length 1: the product with another such cell is their correlation. */
struct page_glyphs {
	char letter[PAGE_GLYPHS];
	float ink[PAGE_GLYPHS][PAGE_CELL];
};
/* PERSO_E_CONFIG: the font is not there. */
PERSO_MUST perso_rc page_glyphs_open(struct page_glyphs **ret);

/* What stands in a zone. */
struct page_zone {
	char text[PERSO_MRZ_TEXT_MAX + 1]; /* '?': cannot be read */
	unsigned doubts;		   /* how many are '?' */
	unsigned doubt_line, doubt_column; /* of the first, from 1 */
	double worst, margin; /* correlation; and ahead of the second */
	double displaced;     /* millimetres, the farthest of all */
	double sum;	      /* of the correlations: how sure it is */
};
/* grey has one channel. */
PERSO_MUST perso_rc page_zone_read(const struct perso_pixels *grey,
    const struct page_form *form, const struct page_glyphs *g,
    struct page_zone *ret);

/* One page under verification. */
struct page {
	struct verify v; /* report and the time of checks only */
	const struct perso_verify_page_input *in;
	const struct perso_page_inspection *expect; /* or NULL */
	const struct perso_doc_profile *profile;    /* or NULL */
	struct perso_pixels grey;
	const struct page_form *form;
	struct page_zone zone;
	bool read; /* every character of the zone */
	struct perso_buf seal_bytes;
	struct perso_seal seal;
	bool has_seal;
	const struct perso_seal_definition *definition;
};

/* Symbol, seal, and what it says against the zone (page_seal.c). */
void page_seal(struct page *p);
/* Zone and seal against the order (page_order.c). */
void page_order(struct page *p);

#endif
