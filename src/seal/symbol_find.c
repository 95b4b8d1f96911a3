/* Symbols in an image: zbar for QR codes, libdmtx for Data Matrix. */
#include <dmtx.h>
#include <zbar.h>

#include "symbol_int.h"

/* How long libdmtx may look for a symbol, and then for another one. */
#define SEARCH_MS 12000
#define SECOND_MS 1000
#define CANDIDATES 64

struct found {
	struct perso_buf bytes;
	unsigned count; /* with different bytes */
};

static perso_rc
add_found(struct found *f, const void *p, size_t n)
{
	struct perso_span s = perso_span(p, n);

	if (n == 0 || n > PERSO_SYMBOL_BYTES_MAX)
		return PERSO_OK;
	if (f->count != 0 && perso_span_equal(perso_buf_span(&f->bytes), s))
		return PERSO_OK;
	if (f->count++ == 0)
		return perso_buf_set(&f->bytes, s);
	return PERSO_OK;
}

static void
free_scanner(zbar_image_scanner_t **s)
{
	if (*s != NULL)
		zbar_image_scanner_destroy(*s);
}

static void
free_image(zbar_image_t **im)
{
	if (*im != NULL)
		zbar_image_destroy(*im);
}

static perso_rc
find_qr(const struct symbol_image *im, struct found *f)
{
	__attribute__((cleanup(free_scanner))) zbar_image_scanner_t *scanner =
	    zbar_image_scanner_create();
	__attribute__((cleanup(free_image))) zbar_image_t *image =
	    zbar_image_create();

	if (scanner == NULL || image == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory to look for symbols");
	zbar_image_scanner_set_config(scanner, ZBAR_NONE, ZBAR_CFG_ENABLE, 0);
	zbar_image_scanner_set_config(scanner, ZBAR_QRCODE, ZBAR_CFG_ENABLE, 1);
	/* or what is not ASCII is taken for text and converted */
	zbar_image_scanner_set_config(scanner, ZBAR_QRCODE, ZBAR_CFG_BINARY, 1);
	zbar_image_set_format(image, zbar_fourcc('Y', '8', '0', '0'));
	zbar_image_set_size(image, im->width, im->height);
	zbar_image_set_data(image, im->gray.p, im->gray.n, NULL);
	if (zbar_scan_image(scanner, image) < 0)
		PERSO_FAIL(PERSO_E_NOMEM, "image cannot be searched");
	for (const zbar_symbol_t *s = zbar_image_first_symbol(image); s != NULL;
	     s = zbar_symbol_next(s))
		PERSO_TRY(add_found(f, zbar_symbol_get_data(s),
		    zbar_symbol_get_data_length(s)));
	return PERSO_OK;
}

static perso_rc
take_region(DmtxDecode *dec, DmtxRegion *reg, struct found *f)
{
	DmtxMessage *m = dmtxDecodeMatrixRegion(dec, reg, DmtxUndefined);
	perso_rc rc = PERSO_OK;

	if (m == NULL)
		return PERSO_OK;
	if (m->outputIdx > 0 && (size_t)m->outputIdx <= m->outputSize)
		rc = add_found(f, m->output, (size_t)m->outputIdx);
	dmtxMessageDestroy(&m);
	return rc;
}

static perso_rc
search_dm(DmtxDecode *dec, struct found *f)
{
	DmtxTime until = dmtxTimeAdd(dmtxTimeNow(), SEARCH_MS);
	bool limited = false;

	for (unsigned i = 0; i < CANDIDATES && f->count < 2; i++) {
		DmtxRegion *reg = dmtxRegionFindNext(dec, &until);
		perso_rc rc;

		if (reg == NULL)
			break;
		rc = take_region(dec, reg, f);
		dmtxRegionDestroy(&reg);
		PERSO_TRY(rc);
		if (f->count == 1 && !limited) {
			until = dmtxTimeAdd(dmtxTimeNow(), SECOND_MS);
			limited = true;
		}
	}
	return PERSO_OK;
}

static perso_rc
find_dm(const struct symbol_image *im, struct found *f)
{
	DmtxImage *image = dmtxImageCreate(
	    im->gray.p, (int)im->width, (int)im->height, DmtxPack8bppK);
	DmtxDecode *dec = image != NULL ? dmtxDecodeCreate(image, 1) : NULL;
	perso_rc rc = PERSO_E_NOMEM;

	if (dec != NULL)
		rc = search_dm(dec, f);
	if (dec != NULL)
		dmtxDecodeDestroy(&dec);
	if (image != NULL)
		dmtxImageDestroy(&image);
	if (rc == PERSO_E_NOMEM)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory to look for symbols");
	return rc;
}

static perso_rc
find_all(const struct symbol_image *im, enum perso_symbol_kind kind,
    struct found *f, struct perso_buf *ret)
{
	if (kind != PERSO_SYMBOL_DATAMATRIX)
		PERSO_TRY(find_qr(im, f));
	if (kind != PERSO_SYMBOL_QR && (kind != 0 || f->count == 0))
		PERSO_TRY(find_dm(im, f));
	if (f->count == 0)
		PERSO_FAIL(PERSO_E_NOT_FOUND, "no symbol in the image");
	if (f->count > 1)
		PERSO_FAIL(PERSO_E_CONFLICT,
		    "%u symbols with different contents in the image",
		    f->count);
	return perso_buf_append(ret, perso_buf_span(&f->bytes));
}

/* see symbol_int.h */
perso_rc
symbol_find(const struct symbol_image *im, enum perso_symbol_kind kind,
    struct perso_buf *ret)
{
	struct found f = { .bytes = { .max = PERSO_SYMBOL_BYTES_MAX } };
	perso_rc rc;

	/* smaller than the smallest symbol */
	if (im->width < 10 || im->height < 10)
		PERSO_FAIL(PERSO_E_NOT_FOUND, "no symbol in the image");
	rc = find_all(im, kind, &f, ret);
	perso_buf_done(&f.bytes);
	return rc;
}

/* see symbol_int.h */
perso_rc
symbol_read_here(
    struct perso_span png, enum perso_symbol_kind kind, struct perso_buf *ret)
{
	struct symbol_image im = { 0 };
	perso_rc rc;

	PERSO_TRY(symbol_image_read(png, &im));
	rc = symbol_find(&im, kind, ret);
	symbol_image_done(&im);
	return rc;
}
