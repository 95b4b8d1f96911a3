#include <criterion/criterion.h>

#include <string.h>

#include "perso/bio.h"
#include "perso/file.h"
#include "perso/wr.h"

/* A WSQ in pieces, so that a test can leave one out or spoil it. */
struct pieces {
	const char *order; /* C comment T transform Q quantization F frame
			    * H table B block D restart E end */
	uint16_t width, height;
	const char *comment;
	size_t filter, quantizers; /* bytes of DTT and DQT */
	unsigned codes;		   /* of the table */
	uint8_t table;		   /* that the block uses */
};

static const struct pieces good = { "CTQFHBE", 64, 80,
	"NIST_COM 3\nPIX_WIDTH 64\nPIX_HEIGHT 80\nPPI 500\n", 56, 387, 4, 0 };

static void
piece(struct perso_wr *w, const struct pieces *p, char what)
{
	perso_wr_u8(w, 0xFF);
	switch (what) {
	case 'C':
		perso_wr_u8(w, 0xA8);
		perso_wr_u16(w, (uint16_t)(2 + strlen(p->comment)));
		perso_wr_str(w, p->comment);
		return;
	case 'T':
		perso_wr_u8(w, 0xA4);
		perso_wr_u16(w, (uint16_t)(2 + p->filter));
		perso_wr_u16(w, 0x0907);
		perso_wr_zero(w, p->filter - 2);
		return;
	case 'Q':
		perso_wr_u8(w, 0xA5);
		perso_wr_u16(w, (uint16_t)(2 + p->quantizers));
		perso_wr_zero(w, p->quantizers);
		return;
	case 'F':
		perso_wr_u8(w, 0xA2);
		perso_wr_u16(w, 17);
		perso_wr_u16(w, 0x00FF);
		perso_wr_u16(w, p->height);
		perso_wr_u16(w, p->width);
		perso_wr_zero(w, 9);
		return;
	case 'H':
		perso_wr_u8(w, 0xA6);
		perso_wr_u16(w, (uint16_t)(2 + 17 + p->codes));
		perso_wr_u16(w, (uint16_t)p->codes);
		perso_wr_zero(w, 15);
		perso_wr_zero(w, p->codes);
		return;
	case 'B':
		perso_wr_u8(w, 0xA3);
		perso_wr_u16(w, 3);
		perso_wr_u8(w, p->table);
		perso_wr_str(w, "coded\xFF");
		perso_wr_u8(w, 0);
		perso_wr_str(w, "data\xFF\xB1 and more");
		return;
	case 'D':
		perso_wr_u8(w, 0xA7);
		perso_wr_u16(w, 4);
		perso_wr_u16(w, 8);
		return;
	default:
		perso_wr_u8(w, what == 'E' ? 0xA1 : (uint8_t)what);
	}
}

static void
make(const struct pieces *p, struct perso_buf *ret)
{
	struct perso_wr w = perso_wr(ret);

	perso_buf_clear(ret);
	perso_wr_u16(&w, 0xFFA0);
	for (const char *c = p->order; *c != '\0'; c++)
		piece(&w, p, *c);
	cr_assert_eq(perso_wr_end(&w), PERSO_OK);
}

Test(wsq, says_its_size_and_resolution)
{
	PERSO_BUF(b, 1 << 16);
	struct perso_wsq_info wsq;
	struct perso_image_info info;

	make(&good, &b);
	cr_assert_eq(perso_wsq_probe(perso_buf_span(&b), &wsq), PERSO_OK, "%s",
	    perso_trail_get(0));
	cr_assert_eq(wsq.width, 64);
	cr_assert_eq(wsq.height, 80);
	cr_assert_eq(wsq.ppi, 500);
	cr_assert_eq(wsq.blocks, 1);
	cr_assert_eq(perso_image_probe(perso_buf_span(&b), &info), PERSO_OK);
	cr_assert_eq(info.format, PERSO_IMAGE_WSQ);
	cr_assert_eq(info.components, 1);
}

Test(wsq, order_of_tables_is_free_and_comments_are_optional)
{
	static const char *const orders[] = { "FTQHBE", "QTHFBE", "HTQFDBBE",
		"TQFHBHBHBE", "CCTQFHBE" };

	for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
		PERSO_BUF(b, 1 << 16);
		struct pieces p = good;
		struct perso_wsq_info wsq;

		p.order = orders[i];
		make(&p, &b);
		cr_assert_eq(perso_wsq_probe(perso_buf_span(&b), &wsq),
		    PERSO_OK, "%s: %s", orders[i], perso_trail_get(0));
		cr_assert_eq(wsq.ppi, orders[i][0] == 'C' ? 500 : 0);
	}
}

static const struct {
	const char *name, *order;
	uint16_t width;
	const char *comment;
	size_t filter, quantizers;
	unsigned codes;
	uint8_t table;
	perso_rc rc;
} bad[] = {
	{ "no frame", "TQHBE", 0, NULL, 0, 0, 0, 0, PERSO_E_MISSING },
	{ "no transform", "QFHBE", 0, NULL, 0, 0, 0, 0, PERSO_E_MISSING },
	{ "no quantization", "TFHBE", 0, NULL, 0, 0, 0, 0, PERSO_E_MISSING },
	{ "no table", "TQFBE", 0, NULL, 0, 0, 0, 0, PERSO_E_MISSING },
	{ "another table", "TQFHBE", 0, NULL, 0, 0, 0, 3, PERSO_E_MISSING },
	{ "table 255", "TQFHBE", 0, NULL, 0, 0, 0, 255, PERSO_E_MISSING },
	{ "no block", "TQFHE", 0, NULL, 0, 0, 0, 0, PERSO_E_MISSING },
	{ "no end", "TQFHB", 0, NULL, 0, 0, 0, 0, PERSO_E_TRUNCATED },
	{ "frame twice", "TQFFHBE", 0, NULL, 0, 0, 0, 0, PERSO_E_DATA },
	{ "end twice", "TQFHBEE", 0, NULL, 0, 0, 0, 0, PERSO_E_TRAILING },
	{ "another marker", "TQF\xC0", 0, NULL, 0, 0, 0, 0, PERSO_E_DATA },
	{ "another width", "CTQFHBE", 65, NULL, 0, 0, 0, 0, PERSO_E_MISMATCH },
	{ "a height in the comment", "CTQFHBE", 0, "NIST_COM\nPIX_HEIGHT 9\n",
	    0, 0, 0, 0, PERSO_E_MISMATCH },
	{ "filters too long", "TQFHBE", 0, NULL, 57, 0, 0, 0,
	    PERSO_E_TRAILING },
	{ "filters too short", "TQFHBE", 0, NULL, 55, 0, 0, 0,
	    PERSO_E_TRUNCATED },
	{ "63 quantizers", "TQFHBE", 0, NULL, 0, 381, 0, 0, PERSO_E_TRUNCATED },
	{ "no codes", "TQFHBE", 0, NULL, 0, 0, 0xFF00, 0, PERSO_E_RANGE },
};

Test(wsq, what_is_none_is_refused)
{
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		PERSO_BUF(b, 1 << 17);
		struct pieces p = good;
		struct perso_wsq_info wsq = { .width = 77 };

		p.order = bad[i].order;
		p.width = bad[i].width != 0 ? bad[i].width : p.width;
		p.comment = bad[i].comment != NULL ? bad[i].comment : p.comment;
		p.filter = bad[i].filter != 0 ? bad[i].filter : p.filter;
		p.quantizers =
		    bad[i].quantizers != 0 ? bad[i].quantizers : p.quantizers;
		p.codes = bad[i].codes == 0xFF00 ? 0
			  : bad[i].codes != 0	 ? bad[i].codes
						 : p.codes;
		p.table = bad[i].table;
		make(&p, &b);
		cr_assert_eq(perso_wsq_probe(perso_buf_span(&b), &wsq),
		    bad[i].rc, "%s: %s", bad[i].name, perso_trail_get(0));
		cr_assert_eq(wsq.width, 77);
	}
}

Test(wsq, every_cut_is_refused)
{
	PERSO_BUF(b, 1 << 16);
	struct perso_wsq_info wsq = { .width = 77 };

	cr_assert_eq(perso_file_read("tests/data/fingers/right-index.wsq", &b),
	    PERSO_OK);
	cr_assert_eq(perso_wsq_probe(perso_buf_span(&b), &wsq), PERSO_OK);
	cr_assert_eq(wsq.blocks, 3);
	wsq.width = 77;
	for (size_t n = 0; n < b.n; n++)
		cr_assert_neq(perso_wsq_probe(perso_span(b.p, n), &wsq),
		    PERSO_OK, "cut to %zu", n);
	cr_assert_eq(wsq.width, 77);
}

Test(wsq, other_images_are_none)
{
	struct perso_wsq_info wsq;

	cr_assert_eq(perso_wsq_probe(perso_span("\xFF\xD8\xFF\xE0", 4), &wsq),
	    PERSO_E_UNSUPPORTED);
	cr_assert_eq(
	    perso_wsq_probe(PERSO_SPAN_EMPTY, &wsq), PERSO_E_UNSUPPORTED);
}
