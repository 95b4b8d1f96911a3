/* Symbols made: by libqrencode and libdmtx. */
#include <dmtx.h>
#include <qrencode.h>

#include "perso/symbol.h"

#define QR_VERSIONS 40
#define QR_SIDE(version) (17u + 4u * (unsigned)(version))

/* ISO/IEC 18004, table 7: bytes in byte mode, versions 1 to 40. */
static const uint16_t qr_capacity[4][QR_VERSIONS] = {
	[PERSO_SYMBOL_LEVEL_L] = { 17, 32, 53, 78, 106, 134, 154, 192, 230, 271,
	    321, 367, 425, 458, 520, 586, 644, 718, 792, 858, 929, 1003, 1091,
	    1171, 1273, 1367, 1465, 1528, 1628, 1732, 1840, 1952, 2068, 2188,
	    2303, 2431, 2563, 2699, 2809, 2953 },
	[PERSO_SYMBOL_LEVEL_M] = { 14, 26, 42, 62, 84, 106, 122, 152, 180, 213,
	    251, 287, 331, 362, 412, 450, 504, 560, 624, 666, 711, 779, 857,
	    911, 997, 1059, 1125, 1190, 1264, 1370, 1452, 1538, 1628, 1722,
	    1809, 1911, 1989, 2099, 2213, 2331 },
	[PERSO_SYMBOL_LEVEL_Q] = { 11, 20, 32, 46, 60, 74, 86, 108, 130, 151,
	    177, 203, 241, 258, 292, 322, 364, 394, 442, 482, 509, 565, 611,
	    661, 715, 751, 805, 868, 908, 982, 1030, 1112, 1168, 1228, 1283,
	    1351, 1423, 1499, 1579, 1663 },
	[PERSO_SYMBOL_LEVEL_H] = { 7, 14, 24, 34, 44, 58, 64, 84, 98, 119, 137,
	    155, 177, 194, 220, 250, 280, 310, 338, 382, 403, 439, 461, 511,
	    535, 593, 625, 658, 698, 742, 790, 842, 898, 958, 983, 1051, 1093,
	    1139, 1219, 1273 },
};

/* ISO/IEC 16022, table 7: sides and data codewords of the square symbols. */
static const struct {
	uint8_t side;
	uint16_t words;
} dm_sizes[] = { { 10, 3 }, { 12, 5 }, { 14, 8 }, { 16, 12 }, { 18, 18 },
	{ 20, 22 }, { 22, 30 }, { 24, 36 }, { 26, 44 }, { 32, 62 }, { 36, 86 },
	{ 40, 114 }, { 44, 144 }, { 48, 174 }, { 52, 204 }, { 64, 280 },
	{ 72, 368 }, { 80, 456 }, { 88, 576 }, { 96, 696 }, { 104, 816 },
	{ 120, 1050 }, { 132, 1304 }, { 144, 1558 } };
/* Base 256: a latch and one byte of length (0 where the bytes fill the symbol
 * exactly; two bytes of length are for what is shorter). */
#define DM_OVERHEAD 2
#define DM_SIZES (sizeof(dm_sizes) / sizeof(dm_sizes[0]))

/* see perso/symbol.h */
const char *
perso_symbol_name(enum perso_symbol_kind k)
{
	return k == PERSO_SYMBOL_QR ? "qr" : "datamatrix";
}

/* see perso/symbol.h */
void
perso_symbol_done(struct perso_symbol *s)
{
	perso_buf_done(&s->modules);
	s->side = 0;
}

/* see perso/symbol.h */
bool
perso_symbol_is_dark(const struct perso_symbol *s, unsigned x, unsigned y)
{
	return x < s->side && y < s->side &&
	       s->modules.p[(size_t)y * s->side + x] != 0;
}

static bool
is_small_enough(const struct perso_symbol_spec *spec, unsigned side)
{
	return spec->max_side == 0 || side <= spec->max_side;
}

/* see perso/symbol.h */
size_t
perso_symbol_capacity(const struct perso_symbol_spec *spec)
{
	size_t n = 0;

	if (spec->kind == PERSO_SYMBOL_QR) {
		for (unsigned v = 1; v <= QR_VERSIONS; v++)
			if (is_small_enough(spec, QR_SIDE(v)))
				n = qr_capacity[spec->level & 3][v - 1];
		return n;
	}
	for (size_t i = 0; i < DM_SIZES; i++)
		if (is_small_enough(spec, dm_sizes[i].side))
			n = dm_sizes[i].words - DM_OVERHEAD;
	return n;
}

static perso_rc
no_fit(const struct perso_symbol_spec *spec, size_t n)
{
	size_t room = perso_symbol_capacity(spec);
	size_t over = n > room ? n - room : 1;

	PERSO_FAIL(PERSO_E_RANGE,
	    "does not fit by %zu byte%s: %zu, the largest %s allowed holds %zu",
	    over, over == 1 ? "" : "s", n,
	    spec->kind == PERSO_SYMBOL_QR ? "QR code" : "Data Matrix", room);
}

static void
free_qr(QRcode **q)
{
	QRcode_free(*q);
}

static perso_rc
make_qr(const struct perso_symbol_spec *spec, struct perso_span bytes,
    struct perso_buf *modules, unsigned *ret_side)
{
	static const QRecLevel levels[] = { QR_ECLEVEL_L, QR_ECLEVEL_M,
		QR_ECLEVEL_Q, QR_ECLEVEL_H };
	__attribute__((cleanup(free_qr))) QRcode *q = NULL;
	size_t n;

	if (bytes.n > perso_symbol_capacity(spec))
		return no_fit(spec, bytes.n);
	q = QRcode_encodeData(
	    (int)bytes.n, bytes.p, 0, levels[spec->level & 3]);
	if (q == NULL || q->width < 1 || q->width > PERSO_SYMBOL_SIDE_MAX)
		PERSO_FAIL(PERSO_E_NOMEM, "QR code cannot be made");
	n = (size_t)q->width * (size_t)q->width;
	PERSO_TRY(perso_buf_set(modules, perso_span(q->data, n)));
	for (size_t i = 0; i < n; i++)
		modules->p[i] &= 1;
	*ret_side = (unsigned)q->width;
	return PERSO_OK;
}

static void
free_dm(DmtxEncode **e)
{
	if (*e != NULL)
		dmtxEncodeDestroy(e);
}

/* libdmtx counts rows from below. */
static perso_rc
copy_dm(const DmtxEncode *e, struct perso_buf *modules, unsigned *ret_side)
{
	int size = e->region.sizeIdx;
	int side = dmtxGetSymbolAttribute(DmtxSymAttribSymbolRows, size);

	if (side < 1 || side > PERSO_SYMBOL_SIDE_MAX)
		PERSO_FAIL(PERSO_E_NOMEM, "Data Matrix cannot be made");
	PERSO_TRY(perso_buf_resize(modules, (size_t)side * (size_t)side));
	for (int y = 0; y < side; y++)
		for (int x = 0; x < side; x++)
			modules->p[y * side + x] =
			    (dmtxSymbolModuleStatus(
				 e->message, size, side - 1 - y, x) &
				DmtxModuleOnRGB) != 0;
	*ret_side = (unsigned)side;
	return PERSO_OK;
}

static perso_rc
make_dm(const struct perso_symbol_spec *spec, struct perso_span bytes,
    struct perso_buf *modules, unsigned *ret_side)
{
	__attribute__((cleanup(free_dm))) DmtxEncode *e = dmtxEncodeCreate();
	PERSO_BUF(copy, PERSO_SYMBOL_BYTES_MAX);

	if (e == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "Data Matrix cannot be made");
	if (bytes.n > PERSO_SYMBOL_BYTES_MAX)
		return no_fit(spec, bytes.n);
	PERSO_TRY(perso_buf_set(&copy, bytes));
	dmtxEncodeSetProp(e, DmtxPropScheme, DmtxSchemeAutoBest);
	dmtxEncodeSetProp(e, DmtxPropSizeRequest, DmtxSymbolSquareAuto);
	/* the picture that is drawn besides is not used */
	dmtxEncodeSetProp(e, DmtxPropPixelPacking, DmtxPack8bppK);
	dmtxEncodeSetProp(e, DmtxPropModuleSize, 1);
	dmtxEncodeSetProp(e, DmtxPropMarginSize, 0);
	if (dmtxEncodeDataMatrix(e, (int)copy.n, copy.p) == DmtxFail)
		return no_fit(spec, bytes.n);
	PERSO_TRY(copy_dm(e, modules, ret_side));
	if (!is_small_enough(spec, *ret_side))
		return no_fit(spec, bytes.n);
	return PERSO_OK;
}

/* see perso/symbol.h */
perso_rc
perso_symbol_make(const struct perso_symbol_spec *spec, struct perso_span bytes,
    struct perso_symbol *ret)
{
	PERSO_SYMBOL(s);

	if (bytes.n == 0 || (unsigned)spec->level > PERSO_SYMBOL_LEVEL_H ||
	    (spec->kind != PERSO_SYMBOL_QR &&
		spec->kind != PERSO_SYMBOL_DATAMATRIX))
		PERSO_FAIL(PERSO_E_ARG, "no bytes, or no kind of symbol");
	s.kind = spec->kind;
	if (s.kind == PERSO_SYMBOL_QR)
		PERSO_TRY(make_qr(spec, bytes, &s.modules, &s.side));
	else
		PERSO_TRY(make_dm(spec, bytes, &s.modules, &s.side));
	ret->kind = s.kind;
	ret->side = s.side;
	perso_buf_done(&ret->modules);
	perso_buf_move(&ret->modules, &s.modules);
	return PERSO_OK;
}
