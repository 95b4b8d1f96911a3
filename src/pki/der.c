#include <stdio.h>

#include "perso/date.h"

#include "pki_int.h"

static perso_rc
check_minimal(const struct perso_rd *rd, const struct perso_tlv *t)
{
	if (!t->minimal)
		PERSO_FAIL(PERSO_E_DATA,
		    "length at offset %zu is not in its shortest form", rd->at);
	return PERSO_OK;
}

/* see pki_int.h */
perso_rc
pki_any(struct perso_rd *rd, struct perso_tlv *ret)
{
	struct perso_rd at = *rd;
	struct perso_tlv t = { 0 };

	PERSO_TRY(perso_tlv_next(&at, &t));
	PERSO_TRY(check_minimal(rd, &t));
	*rd = at;
	*ret = t;
	return PERSO_OK;
}

/* see pki_int.h */
perso_rc
pki_take(struct perso_rd *rd, uint32_t tag, struct perso_tlv *ret)
{
	struct perso_rd at = *rd;
	struct perso_tlv t = { 0 };

	PERSO_TRY(perso_tlv_expect(&at, tag, &t));
	PERSO_TRY(check_minimal(rd, &t));
	*rd = at;
	*ret = t;
	return PERSO_OK;
}

/* see pki_int.h */
perso_rc
pki_optional(
    struct perso_rd *rd, uint32_t tag, struct perso_tlv *ret, bool *ret_there)
{
	struct perso_rd at = *rd;
	struct perso_tlv t = { 0 };
	bool there = false;

	PERSO_TRY(perso_tlv_optional(&at, tag, &t, &there));
	if (there) {
		PERSO_TRY(check_minimal(rd, &t));
		*rd = at;
		*ret = t;
	}
	*ret_there = there;
	return PERSO_OK;
}

/* see pki_int.h */
perso_rc
pki_enter(struct perso_rd *rd, uint32_t tag, struct perso_rd *ret)
{
	struct perso_tlv t = { 0 };

	PERSO_TRY(pki_take(rd, tag, &t));
	*ret = perso_rd(t.val);
	return PERSO_OK;
}

/* see pki_int.h */
perso_rc
pki_enter_only(struct perso_span s, uint32_t tag, struct perso_rd *ret)
{
	struct perso_rd rd = perso_rd(s);
	struct perso_rd in = { 0 };

	PERSO_TRY(pki_enter(&rd, tag, &in));
	PERSO_TRY(perso_rd_finish(&rd));
	*ret = in;
	return PERSO_OK;
}

/* see pki_int.h */
perso_rc
pki_oid(struct perso_rd *rd, char dst[PERSO_OID_MAX])
{
	struct perso_rd at = *rd;
	struct perso_tlv t = { 0 };

	PERSO_TRY(pki_take(&at, DER_OID, &t));
	PERSO_TRY(perso_der_oid(t.val, dst, PERSO_OID_MAX));
	*rd = at;
	return PERSO_OK;
}

/* see pki_int.h */
perso_rc
pki_u63(struct perso_rd *rd, uint64_t *ret)
{
	struct perso_rd at = *rd;
	struct perso_tlv t = { 0 };

	PERSO_TRY(pki_take(&at, DER_INTEGER, &t));
	PERSO_TRY(perso_der_u63(t.val, ret));
	*rd = at;
	return PERSO_OK;
}

/* see pki_int.h */
perso_rc
pki_bool(struct perso_span val, bool *ret)
{
	struct perso_rd rd = perso_rd(val);
	uint8_t v = 0;

	PERSO_TRY(perso_rd_u8(&rd, &v));
	PERSO_TRY(perso_rd_finish(&rd));
	if (v != 0x00 && v != 0xFF)
		PERSO_FAIL(PERSO_E_DATA, "BOOLEAN is neither 00 nor FF");
	*ret = v == 0xFF;
	return PERSO_OK;
}

/* see pki_int.h */
perso_rc
pki_bits(struct perso_rd *rd, struct perso_span *ret)
{
	struct perso_rd at = *rd;
	struct perso_rd in = { 0 };
	uint8_t unused = 0;

	PERSO_TRY(pki_enter(&at, DER_BITS, &in));
	PERSO_TRY(perso_rd_u8(&in, &unused));
	if (unused != 0)
		PERSO_FAIL(PERSO_E_DATA, "BIT STRING is not of whole bytes");
	*rd = at;
	*ret = perso_rd_rest(&in);
	return PERSO_OK;
}

/* Digits "YYYYMMDDHHMMSS" and Z of a span of 15, or of 13 with century. */
static perso_rc
read_time(struct perso_span val, const char *century, time_t *ret)
{
	const char *p = (const char *)val.p;
	char text[PERSO_TIME_LEN];

	if (*century != '\0')
		snprintf(text, sizeof(text), "%s%.2s-%.2s-%.2sT%.2s:%.2s:%.3s",
		    century, p, p + 2, p + 4, p + 6, p + 8, p + 10);
	else
		snprintf(text, sizeof(text), "%.4s-%.2s-%.2sT%.2s:%.2s:%.3s", p,
		    p + 4, p + 6, p + 8, p + 10, p + 12);
	if (perso_time_parse(perso_span_str(text), ret) != PERSO_OK)
		PERSO_FAIL(PERSO_E_DATA, "time does not exist, or is not in "
					 "UTC with seconds");
	return PERSO_OK;
}

/* see pki_int.h */
perso_rc
pki_gentime_value(struct perso_span val, time_t *ret)
{
	if (val.n != 15)
		PERSO_FAIL(PERSO_E_DATA,
		    "GeneralizedTime has %zu bytes, "
		    "not 15",
		    val.n);
	return read_time(val, "", ret);
}

/* see pki_int.h */
perso_rc
pki_time(struct perso_rd *rd, time_t *ret)
{
	struct perso_rd at = *rd;
	struct perso_tlv t = { 0 };

	PERSO_TRY(pki_any(&at, &t));
	if (t.tag == DER_GENTIME) {
		PERSO_TRY(pki_gentime_value(t.val, ret));
	} else if (t.tag == DER_UTCTIME) {
		if (t.val.n != 13)
			PERSO_FAIL(PERSO_E_DATA,
			    "UTCTime has %zu bytes, "
			    "not 13",
			    t.val.n);
		PERSO_TRY(
		    read_time(t.val, t.val.p[0] < '5' ? "20" : "19", ret));
	} else {
		PERSO_FAIL(
		    PERSO_E_DATA, "tag %02X is no time", (unsigned)t.tag);
	}
	*rd = at;
	return PERSO_OK;
}

/* X.690 11.6: as if the shorter were filled up with zeros. */
static bool
is_ascending(struct perso_span a, struct perso_span b)
{
	size_t n = a.n > b.n ? a.n : b.n;

	for (size_t i = 0; i < n; i++) {
		uint8_t x = i < a.n ? a.p[i] : 0;
		uint8_t y = i < b.n ? b.p[i] : 0;

		if (x != y)
			return x < y;
	}
	return true;
}

/* see pki_int.h */
perso_rc
pki_is_sorted(struct perso_span contents, bool *ret)
{
	struct perso_rd rd = perso_rd(contents);
	struct perso_tlv last = { 0 };
	bool sorted = true;

	while (perso_rd_left(&rd) != 0) {
		struct perso_tlv t = { 0 };

		PERSO_TRY(pki_any(&rd, &t));
		if (last.raw.n != 0 && !is_ascending(last.raw, t.raw))
			sorted = false;
		last = t;
	}
	*ret = sorted;
	return PERSO_OK;
}

/* ------------------------------------------------------------- writing */

/* "20261122101500Z" */
static void
compact_time(time_t t, char dst[16])
{
	char text[PERSO_TIME_LEN];
	size_t n = 0;

	perso_time_text(t, text);
	for (const char *p = text; *p != '\0' && n < 15; p++)
		if (*p != '-' && *p != ':' && *p != 'T')
			dst[n++] = *p;
	dst[n] = '\0';
}

/* see pki_int.h */
void
pki_wr_gentime(struct perso_wr *w, uint32_t tag, time_t t)
{
	char text[16];

	compact_time(t, text);
	pki_wr_str(w, tag, text);
}

/* see pki_int.h */
void
pki_wr_time(struct perso_wr *w, time_t t)
{
	struct perso_date d = perso_date_of(t);
	char text[16];

	compact_time(t, text);
	if (d.year >= 1950 && d.year <= 2049)
		pki_wr_str(w, DER_UTCTIME, text + 2);
	else
		pki_wr_str(w, DER_GENTIME, text);
}

/* see pki_int.h */
void
pki_wr_bits(struct perso_wr *w, struct perso_span s)
{
	perso_wr_head(w, DER_BITS, s.n + 1);
	perso_wr_u8(w, 0);
	perso_wr_bytes(w, s);
}

/* see pki_int.h */
void
pki_wr_str(struct perso_wr *w, uint32_t tag, const char *s)
{
	perso_wr_tlv(w, tag, perso_span_str(s));
}

/* see pki_int.h */
size_t
pki_wr_open_set(struct perso_wr *w, uint32_t tag, size_t *ret_at)
{
	size_t mark = perso_wr_open(w, tag);

	*ret_at = w->b->n;
	return mark;
}

/* see pki_int.h */
void
pki_wr_close_set(struct perso_wr *w, size_t mark, size_t at)
{
	if (w->rc == PERSO_OK)
		w->rc = perso_der_sort_set(w->b, at);
	perso_wr_close(w, mark);
}
