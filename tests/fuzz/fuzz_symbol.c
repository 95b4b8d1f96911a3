/*
 * Images with symbols, decoded and searched in this process: libpng's
 * answers, zbar's and libdmtx's are handled within bounds. Input: a PNG; one
 * that begins with another byte than a PNG's is bytes for a symbol of its
 * own, which must come back.
 */
#include <stdlib.h>

#include "seal/symbol_int.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

#define PIXELS_MAX (256 * 256)

static void
check_round_trip(struct perso_span s)
{
	static const struct perso_symbol_print how = { 3, 4, 0 };
	struct perso_symbol_spec spec = { 1 + (s.p[0] & 1), (s.p[0] >> 1) & 3,
		0 };
	PERSO_SYMBOL(symbol);
	PERSO_BUF(png, PERSO_SYMBOL_PNG_MAX);
	PERSO_BUF(got, PERSO_SYMBOL_BYTES_MAX);

	s = perso_span_sub(s, 1, 64);
	if (perso_symbol_make(&spec, s, &symbol) != PERSO_OK)
		return;
	if (perso_symbol_png(&symbol, &how, &png) != PERSO_OK)
		abort();
	/* a reader may miss a symbol; it may not read another one */
	if (symbol_read_here(perso_buf_span(&png), spec.kind, &got) ==
		PERSO_OK &&
	    !perso_span_equal(perso_buf_span(&got), s))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct symbol_image im = { 0 };
	PERSO_BUF(got, PERSO_SYMBOL_BYTES_MAX);

	if (n > 1 && p[0] != 0x89) {
		check_round_trip(perso_span(p, n));
		return 0;
	}
	if (symbol_image_read(perso_span(p, n), &im) != PERSO_OK)
		return 0;
	if (im.gray.n != (size_t)im.width * im.height)
		abort();
	/* libdmtx searches large images for seconds */
	if (im.gray.n <= PIXELS_MAX &&
	    symbol_find(&im, PERSO_SYMBOL_QR, &got) == PERSO_OK && got.n == 0)
		abort();
	if (im.gray.n <= PIXELS_MAX / 16 &&
	    symbol_find(&im, PERSO_SYMBOL_DATAMATRIX, &got) != PERSO_OK)
		perso_trail_reset();
	symbol_image_done(&im);
	return 0;
}
