/* From a feature's text to the bytes of its message. */
#include <stdio.h>

#include "perso/hex.h"

#include "seal_int.h"

/* see perso/seal.h */
void
perso_seal_messages_done(struct perso_seal_messages *m)
{
	perso_buf_done(&m->bytes);
	m->count = 0;
}

/* The characters of a zone without line ends, the first ones of a longer
 * zone. */
static perso_rc
encode_mrz(const struct perso_seal_feature *f, struct perso_span text,
    struct perso_buf *ret)
{
	PERSO_BUF(zone, PERSO_SEAL_MAX);

	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] != '\n' && text.p[i] != '\r')
			PERSO_TRY(perso_buf_append_u8(&zone, text.p[i]));
	if (zone.n < f->chars)
		PERSO_FAIL(PERSO_E_RANGE,
		    "zone has %zu characters, %u are needed", zone.n,
		    (unsigned)f->chars);
	return perso_c40_encode(
	    perso_span_sub(perso_buf_span(&zone), 0, f->chars), ret);
}

/* Filled up with < as a zone's field is. */
static perso_rc
encode_c40(const struct perso_seal_feature *f, struct perso_span text,
    struct perso_buf *ret)
{
	PERSO_BUF(full, PERSO_SEAL_MAX);
	PERSO_BUF(out, PERSO_SEAL_MAX);

	PERSO_TRY(perso_buf_append(&full, text));
	PERSO_TRY(perso_c40_encode(text, &out));
	while (text.n != 0 && out.n < f->min) {
		PERSO_TRY(perso_buf_append_u8(&full, '<'));
		perso_buf_clear(&out);
		PERSO_TRY(perso_c40_encode(perso_buf_span(&full), &out));
	}
	/* a field of whole triples is filled to its last character */
	while (text.n != 0 && f->min == f->max && full.n % 3 != 0 &&
	       out.n == f->max) {
		PERSO_TRY(perso_buf_append_u8(&full, '<'));
		perso_buf_clear(&out);
		PERSO_TRY(perso_c40_encode(perso_buf_span(&full), &out));
	}
	return perso_buf_append(ret, perso_buf_span(&out));
}

static perso_rc
read_number(struct perso_span text, uint64_t *ret)
{
	uint64_t v = 0;

	if (text.n == 0 || text.n > 18)
		PERSO_FAIL(PERSO_E_DATA, "not a number of 1 to 18 digits");
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] < '0' || text.p[i] > '9')
			PERSO_FAIL(
			    PERSO_E_DATA, "character %zu is no digit", i + 1);
		v = v * 10 + (uint64_t)(text.p[i] - '0');
	}
	*ret = v;
	return PERSO_OK;
}

static perso_rc
encode_number(const struct perso_seal_feature *f, struct perso_span text,
    struct perso_buf *ret)
{
	uint64_t v = 0;

	PERSO_TRY(read_number(text, &v));
	if (f->max < 8 && v >> (8 * f->max) != 0)
		PERSO_FAIL(PERSO_E_RANGE, "number is above %llu",
		    (1ULL << (8 * f->max)) - 1);
	for (size_t i = f->max; i-- > 0;)
		PERSO_TRY(perso_buf_append_u8(
		    ret, i < 8 ? (uint8_t)(v >> (8 * i)) : 0));
	return PERSO_OK;
}

static perso_rc
encode_date(struct perso_span text, struct perso_buf *ret)
{
	struct perso_date d;
	uint32_t v;

	PERSO_TRY(perso_date_parse(text, &d));
	v = (uint32_t)(d.month * 1000000 + d.day * 10000 + d.year);
	PERSO_TRY(perso_buf_append_u8(ret, (uint8_t)(v >> 16)));
	PERSO_TRY(perso_buf_append_u8(ret, (uint8_t)(v >> 8)));
	return perso_buf_append_u8(ret, (uint8_t)v);
}

/* "90-0-0": days, months, years. */
static perso_rc
encode_duration(struct perso_span text, struct perso_buf *ret)
{
	struct perso_rd rd = perso_rd(text);
	uint64_t v = 0;

	for (int part = 0; part < 3; part++) {
		size_t at = rd.at, n = 0;
		uint8_t c = 0;

		while (perso_rd_peek(&rd, &c) == PERSO_OK && c != '-') {
			PERSO_TRY(perso_rd_skip(&rd, 1));
			n++;
		}
		if (read_number(perso_span_sub(text, at, n), &v) != PERSO_OK ||
		    v > 255 || (perso_rd_left(&rd) == 0) != (part == 2))
			PERSO_FAIL(PERSO_E_DATA,
			    "not of the form days-months-years, each from 0 "
			    "to 255");
		if (part < 2)
			PERSO_TRY(perso_rd_skip(&rd, 1));
		PERSO_TRY(perso_buf_append_u8(ret, (uint8_t)v));
	}
	return PERSO_OK;
}

static perso_rc
encode_utf8(struct perso_span text, struct perso_buf *ret)
{
	size_t points = 0;

	PERSO_TRY(perso_utf8_count(text, &points));
	return perso_buf_append(ret, text);
}

static perso_rc
encode(const struct perso_seal_feature *f, struct perso_span text,
    struct perso_buf *ret)
{
	switch (f->coding) {
	case PERSO_SEAL_C40:
		return encode_c40(f, text, ret);
	case PERSO_SEAL_MRZ:
		return encode_mrz(f, text, ret);
	case PERSO_SEAL_BYTES:
		return perso_hex_decode(text, ret);
	case PERSO_SEAL_NUMBER:
		return encode_number(f, text, ret);
	case PERSO_SEAL_DATE:
		return encode_date(text, ret);
	case PERSO_SEAL_DURATION:
		return encode_duration(text, ret);
	case PERSO_SEAL_UTF8:
		return encode_utf8(text, ret);
	}
	PERSO_FAIL(PERSO_E_ARG, "feature without a coding");
}

static perso_rc
find_name(const struct perso_seal_definition *d, const char *name,
    const struct perso_seal_feature **ret)
{
	char list[PERSO_TRAIL_LEN - 60] = "";

	for (size_t i = 0; i < d->feature_count; i++) {
		size_t n = strlen(list);

		if (strcmp(d->features[i].name, name) == 0) {
			*ret = &d->features[i];
			return PERSO_OK;
		}
		snprintf(list + n, sizeof(list) - n, "%s%s", i ? ", " : "",
		    d->features[i].name);
	}
	PERSO_FAIL(PERSO_E_ARG, "a seal of %s has: %s", d->id, list);
}

static perso_rc
check_length(const struct perso_seal_feature *f, size_t n)
{
	if (n > f->max)
		PERSO_FAIL(PERSO_E_RANGE,
		    "does not fit by %zu byte%s: %zu, at most %u are possible",
		    n - f->max, n - f->max == 1 ? "" : "s", n,
		    (unsigned)f->max);
	if (n < f->min)
		PERSO_FAIL(PERSO_E_RANGE,
		    "too short by %zu byte%s: %zu, at least %u are needed",
		    f->min - n, f->min - n == 1 ? "" : "s", n,
		    (unsigned)f->min);
	return PERSO_OK;
}

/* see perso/seal.h */
perso_rc
perso_seal_set(const struct perso_seal_definition *d, const char *name,
    struct perso_span text, struct perso_seal_messages *m)
{
	const struct perso_seal_feature *f = NULL;
	size_t at = m->bytes.n;
	PERSO_BUF(value, PERSO_SEAL_MAX);

	PERSO_TRY_CTX(find_name(d, name, &f), "no feature of that name");
	for (size_t i = 0; i < m->count; i++)
		if (m->item[i].tag == f->tag)
			PERSO_FAIL(PERSO_E_ARG, "%s is set twice", f->name);
	if (m->count == PERSO_SEAL_FEATURES_MAX)
		PERSO_FAIL(PERSO_E_ARG, "too many features");
	PERSO_TRY_CTX(encode(f, text, &value), "%s", f->name);
	PERSO_TRY_CTX(check_length(f, value.n), "%s", f->name);
	PERSO_TRY_CTX(
	    perso_buf_append(&m->bytes, perso_buf_span(&value)), "%s", f->name);
	m->item[m->count].tag = f->tag;
	m->item[m->count].at = at;
	m->item[m->count].n = value.n;
	m->count++;
	return PERSO_OK;
}
