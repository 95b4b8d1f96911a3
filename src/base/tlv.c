#include "perso/tlv.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static perso_rc
read_tag(struct perso_rd *rd, uint32_t *ret)
{
	size_t start = rd->at;
	uint8_t b = 0;
	uint32_t tag;

	PERSO_TRY(perso_rd_u8(rd, &b));
	tag = b;
	if ((b & 0x1F) == 0x1F) {
		do {
			if (tag > 0xFFFF)
				PERSO_FAIL(PERSO_E_DATA,
				    "tag longer than "
				    "three bytes at offset %zu",
				    start);
			PERSO_TRY(perso_rd_u8(rd, &b));
			tag = tag << 8 | b;
		} while (b & 0x80);
	}
	*ret = tag;
	return PERSO_OK;
}

static perso_rc
read_len(struct perso_rd *rd, size_t *ret, bool *ret_minimal)
{
	size_t start = rd->at, len = 0;
	uint8_t first = 0, b = 0;

	PERSO_TRY(perso_rd_u8(rd, &first));
	if (first < 0x80) {
		*ret = first;
		*ret_minimal = true;
		return PERSO_OK;
	}
	if (first == 0x80 || first > 0x84)
		PERSO_FAIL(PERSO_E_DATA, "length of form %02X at offset %zu",
		    first, start);
	for (int i = 0; i < (first & 0x7F); i++) {
		PERSO_TRY(perso_rd_u8(rd, &b));
		len = len << 8 | b;
	}
	*ret = len;
	*ret_minimal = len >= 0x80 && len >> 8 * ((first & 0x7F) - 1) != 0;
	return PERSO_OK;
}

/* see perso/tlv.h */
perso_rc
perso_tlv_next(struct perso_rd *rd, struct perso_tlv *ret)
{
	struct perso_rd at = *rd; /* committed only on success */
	struct perso_tlv t = { 0 };
	size_t len = 0;

	PERSO_TRY(read_tag(&at, &t.tag));
	PERSO_TRY_CTX(read_len(&at, &len, &t.minimal), "tag %" PRIX32, t.tag);
	PERSO_TRY_CTX(perso_rd_take(&at, len, &t.val), "tag %" PRIX32, t.tag);
	t.raw = perso_span(rd->s.p + rd->at, at.at - rd->at);
	*rd = at;
	*ret = t;
	return PERSO_OK;
}

/* see perso/tlv.h */
perso_rc
perso_tlv_expect(struct perso_rd *rd, uint32_t tag, struct perso_tlv *ret)
{
	struct perso_rd at = *rd;
	struct perso_tlv t = { 0 };

	if (perso_rd_left(rd) == 0)
		PERSO_FAIL(PERSO_E_TRUNCATED,
		    "tag %" PRIX32 " wanted at "
		    "offset %zu, nothing left",
		    tag, rd->at);
	PERSO_TRY(perso_tlv_next(&at, &t));
	if (t.tag != tag)
		PERSO_FAIL(PERSO_E_DATA,
		    "tag %" PRIX32 " wanted at offset "
		    "%zu, found %" PRIX32,
		    tag, rd->at, t.tag);
	*rd = at;
	*ret = t;
	return PERSO_OK;
}

/* see perso/tlv.h */
perso_rc
perso_tlv_optional(
    struct perso_rd *rd, uint32_t tag, struct perso_tlv *ret, bool *ret_there)
{
	struct perso_rd at = *rd;
	uint32_t found = 0;

	if (perso_rd_left(rd) > 0)
		PERSO_TRY(read_tag(&at, &found));
	if (perso_rd_left(rd) == 0 || found != tag) {
		*ret_there = false;
		return PERSO_OK;
	}
	PERSO_TRY(perso_tlv_next(rd, ret));
	*ret_there = true;
	return PERSO_OK;
}

/* see perso/tlv.h */
perso_rc
perso_tlv_only(struct perso_span s, uint32_t tag, struct perso_tlv *ret)
{
	struct perso_rd rd = perso_rd(s);
	struct perso_tlv t = { 0 };

	PERSO_TRY(perso_tlv_expect(&rd, tag, &t));
	if (!t.minimal)
		PERSO_FAIL(PERSO_E_DATA,
		    "length of tag %" PRIX32 " is not "
		    "in its shortest form",
		    tag);
	PERSO_TRY(perso_rd_finish(&rd));
	*ret = t;
	return PERSO_OK;
}

/* see perso/tlv.h */
perso_rc
perso_tlv_find(struct perso_span s, uint32_t tag, struct perso_tlv *ret)
{
	struct perso_rd rd = perso_rd(s);
	struct perso_tlv t = { 0 };

	while (perso_rd_left(&rd) > 0) {
		PERSO_TRY(perso_tlv_next(&rd, &t));
		if (t.tag == tag) {
			*ret = t;
			return PERSO_OK;
		}
	}
	PERSO_FAIL(PERSO_E_MISSING, "tag %" PRIX32 " is not there", tag);
}

/* see perso/tlv.h */
perso_rc
perso_tlv_total(struct perso_span s, size_t *ret)
{
	struct perso_rd rd = perso_rd(s);
	uint32_t tag = 0;
	size_t len = 0;
	bool minimal = false;

	PERSO_TRY(read_tag(&rd, &tag));
	PERSO_TRY(read_len(&rd, &len, &minimal));
	*ret = rd.at + len;
	return PERSO_OK;
}

/* see perso/tlv.h */
perso_rc
perso_der_uint(struct perso_span val, struct perso_span *ret)
{
	if (val.n == 0)
		PERSO_FAIL(PERSO_E_RANGE, "INTEGER without contents");
	if (val.p[0] >= 0x80)
		PERSO_FAIL(PERSO_E_RANGE, "INTEGER is negative");
	if (val.n > 1 && val.p[0] == 0 && val.p[1] < 0x80)
		PERSO_FAIL(PERSO_E_RANGE, "INTEGER is not minimal");
	*ret = val.p[0] == 0 ? perso_span(val.p + 1, val.n - 1) : val;
	return PERSO_OK;
}

/* see perso/tlv.h */
perso_rc
perso_der_u63(struct perso_span val, uint64_t *ret)
{
	struct perso_span m = PERSO_SPAN_EMPTY;
	uint64_t v = 0;

	PERSO_TRY(perso_der_uint(val, &m));
	if (m.n > 8 || (m.n == 8 && m.p[0] >= 0x80))
		PERSO_FAIL(
		    PERSO_E_RANGE, "INTEGER of %zu bytes is too large", m.n);
	for (size_t i = 0; i < m.n; i++)
		v = v << 8 | m.p[i];
	*ret = v;
	return PERSO_OK;
}

static perso_rc
next_subid(struct perso_rd *rd, uint64_t *ret)
{
	uint64_t v = 0;
	uint8_t b = 0;

	PERSO_TRY(perso_rd_peek(rd, &b));
	if (b == 0x80)
		PERSO_FAIL(PERSO_E_DATA, "OID arc is not minimal at offset %zu",
		    rd->at);
	do {
		PERSO_TRY(perso_rd_u8(rd, &b));
		if (v > UINT64_MAX >> 8)
			PERSO_FAIL(PERSO_E_RANGE, "OID arc is too large");
		v = v << 7 | (b & 0x7F);
	} while (b & 0x80);
	*ret = v;
	return PERSO_OK;
}

/* see perso/tlv.h */
perso_rc
perso_der_oid(struct perso_span val, char *dst, size_t cap)
{
	char text[PERSO_OID_MAX];
	struct perso_rd rd = perso_rd(val);
	uint64_t v = 0, top;
	int n;
	size_t at;

	PERSO_TRY_CTX(next_subid(&rd, &v), "OBJECT IDENTIFIER");
	top = v < 80 ? v / 40 : 2;
	n = snprintf(
	    text, sizeof(text), "%" PRIu64 ".%" PRIu64, top, v - top * 40);
	at = (size_t)n;
	while (perso_rd_left(&rd) > 0) {
		PERSO_TRY_CTX(next_subid(&rd, &v), "OBJECT IDENTIFIER");
		n = snprintf(text + at, sizeof(text) - at, ".%" PRIu64, v);
		if (n < 0 || (size_t)n >= sizeof(text) - at)
			PERSO_FAIL(PERSO_E_RANGE, "OBJECT IDENTIFIER is too "
						  "long");
		at += (size_t)n;
	}
	return perso_span_copy(dst, cap, perso_span(text, at + 1));
}

/* see perso/tlv.h */
bool
perso_der_is_oid(struct perso_span val, const char *dotted)
{
	char text[PERSO_OID_MAX];

	return perso_der_oid(val, text, sizeof(text)) == PERSO_OK &&
	       strcmp(text, dotted) == 0;
}

static int
compare_raw(const void *a, const void *b)
{
	const struct perso_span *x = a, *y = b;
	size_t n = x->n < y->n ? x->n : y->n;
	int c = n > 0 ? memcmp(x->p, y->p, n) : 0;

	if (c != 0)
		return c;
	return x->n < y->n ? -1 : x->n > y->n;
}

/* see perso/tlv.h */
perso_rc
perso_der_sort_set(struct perso_buf *b, size_t mark)
{
	enum { MAX = 256 };
	struct perso_span raw[MAX];
	struct perso_rd rd;
	struct perso_tlv t = { 0 };
	size_t n = 0;
	bool in_order = true;
	PERSO_BUF(sorted, b->max);

	if (mark > b->n)
		PERSO_FAIL(PERSO_E_ARG, "mark beyond the buffer");
	rd = perso_rd(perso_span_sub(perso_buf_span(b), mark, b->n - mark));
	while (perso_rd_left(&rd) > 0) {
		if (n == MAX)
			PERSO_FAIL(PERSO_E_RANGE, "SET of more than %d", MAX);
		PERSO_TRY(perso_tlv_next(&rd, &t));
		raw[n++] = t.raw;
		if (n > 1 && compare_raw(&raw[n - 2], &raw[n - 1]) > 0)
			in_order = false;
	}
	if (in_order)
		return PERSO_OK;
	qsort(raw, n, sizeof(raw[0]), compare_raw);
	for (size_t i = 0; i < n; i++)
		PERSO_TRY(perso_buf_append(&sorted, raw[i]));
	if (sorted.n > 0)
		memcpy(b->p + mark, sorted.p, sorted.n);
	return PERSO_OK;
}
