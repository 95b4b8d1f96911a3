/*
 * What everything else reads bytes with: TLV, OIDs, INTEGERs, hex, base64,
 * UTF-8, dates. The first byte says which; what is read is written again as
 * the same bytes.
 */
#include <stdlib.h>
#include <string.h>

#include "perso/date.h"
#include "perso/hex.h"
#include "perso/tlv.h"
#include "perso/wr.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

#define ROOM ((size_t)1 << 20)

static void
must(bool ok)
{
	if (!ok)
		abort();
}

static bool
same(const struct perso_buf *b, struct perso_span s)
{
	return perso_span_equal(perso_buf_span(b), s);
}

static void
tlv(struct perso_span s)
{
	struct perso_rd rd = perso_rd(s);
	struct perso_tlv t;
	size_t at = 0, total = 0;
	PERSO_BUF(set, ROOM);
	PERSO_BUF(again, ROOM);

	while (perso_tlv_next(&rd, &t) == PERSO_OK) {
		PERSO_BUF(b, ROOM);
		struct perso_wr w = perso_wr(&b);

		must(rd.at - at == t.raw.n && t.raw.n > t.val.n);
		must(perso_tlv_total(perso_span_sub(s, at, s.n), &total) ==
			 PERSO_OK &&
		     total == t.raw.n);
		perso_wr_tlv(&w, t.tag, t.val);
		must(perso_wr_end(&w) == PERSO_OK);
		must(b.n <= t.raw.n && same(&b, t.raw) == t.minimal);
		at = rd.at;
	}
	must(perso_buf_append(&set, s) == PERSO_OK);
	if (perso_der_sort_set(&set, 0) == PERSO_OK) {
		must(set.n == s.n);
		must(
		    perso_buf_append(&again, perso_buf_span(&set)) == PERSO_OK);
		must(perso_der_sort_set(&again, 0) == PERSO_OK &&
		     same(&again, perso_buf_span(&set)));
	} else {
		must(same(&set, s));
	}
}

static void
numbers(struct perso_span s)
{
	struct perso_span m;
	uint64_t v;
	char oid[PERSO_OID_MAX];
	PERSO_BUF(b, ROOM);
	struct perso_wr w = perso_wr(&b);

	if (perso_der_uint(s, &m) == PERSO_OK) {
		perso_wr_uint(&w, m);
		must(
		    perso_wr_end(&w) == PERSO_OK && b.n >= s.n &&
		    perso_span_equal(
			perso_span_sub(perso_buf_span(&b), b.n - s.n, s.n), s));
		must(perso_der_u63(s, &v) == PERSO_OK || s.n > 8);
	}
	perso_buf_clear(&b);
	if (perso_der_oid(s, oid, sizeof(oid)) == PERSO_OK) {
		must(perso_der_is_oid(s, oid));
		perso_wr_oid(&w, oid); /* refuses arcs near 2^64 */
		must(
		    perso_wr_end(&w) != PERSO_OK ||
		    perso_span_equal(
			perso_span_sub(perso_buf_span(&b), b.n - s.n, s.n), s));
	}
}

static void
text(struct perso_span s)
{
	size_t at = 0, count = 0, seen = 0;
	uint32_t cp;
	PERSO_BUF(bytes, ROOM);
	PERSO_BUF(back, 2 * ROOM);

	if (perso_base64_decode(s, &bytes) == PERSO_OK)
		must(perso_base64_encode(perso_buf_span(&bytes), &back) ==
			 PERSO_OK &&
		     same(&back, s));
	else
		must(bytes.n == 0);
	perso_buf_clear(&bytes);
	perso_buf_clear(&back);
	if (perso_hex_decode(s, &bytes) == PERSO_OK)
		must(perso_hex_encode(perso_buf_span(&bytes), &back) ==
			 PERSO_OK &&
		     back.n <= s.n);
	else
		must(bytes.n == 0);
	perso_buf_clear(&back);
	while (at < s.n && perso_utf8_next(s, &at, &cp) == PERSO_OK) {
		must(perso_utf8_append(&back, cp) == PERSO_OK);
		seen++;
	}
	must(same(&back, perso_span_sub(s, 0, at)));
	must((perso_utf8_count(s, &count) == PERSO_OK) == (at == s.n));
	must(at != s.n || count == seen);
}

static void
dates(struct perso_span s)
{
	struct perso_date d;
	char again[PERSO_TIME_LEN];
	time_t t;

	if (perso_date_parse(s, &d) == PERSO_OK) {
		must(perso_date_is_valid(d));
		must(perso_date_compare(perso_date_of(perso_date_time(d)), d) ==
		     0);
	}
	if (perso_time_parse(s, &t) == PERSO_OK) {
		perso_time_text(t, again);
		must(perso_span_equal(perso_span_str(again), s));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static void (*const kinds[])(
	    struct perso_span) = { tlv, numbers, text, dates };

	if (n > 0 && n < ROOM / 2)
		kinds[p[0] % 4](perso_span(p + 1, n - 1));
	return 0;
}
