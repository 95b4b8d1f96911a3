#include "bio39794_int.h"

enum { DEPTH_MAX = 16 };

static perso_rc
next(struct perso_rd *rd, struct perso_tlv *ret)
{
	size_t at = rd->at;

	PERSO_TRY(perso_tlv_next(rd, ret));
	if (!ret->minimal)
		PERSO_FAIL(PERSO_E_DATA,
		    "length of tag %" PRIX32
		    " at offset %zu is not in its shortest form",
		    ret->tag, at);
	return PERSO_OK;
}

static uint32_t
first_byte(uint32_t tag)
{
	while (tag > 0xFF)
		tag >>= 8;
	return tag;
}

static bool
is_constructed(uint32_t tag)
{
	return (first_byte(tag) & 0x20) != 0;
}

/* The number of a tag: its low bits, or what follows. */
static uint32_t
number(uint32_t tag)
{
	if (tag <= 0xFF)
		return tag & 0x1F;
	if (tag <= 0xFFFF)
		return tag & 0x7F;
	return (tag >> 8 & 0x7F) << 7 | (tag & 0x7F);
}

/* One level after the other, without recursion: ends[] are where the open
 * elements stop. */
perso_rc
bio_der(struct perso_rd *rd)
{
	size_t ends[DEPTH_MAX], depth = 0;
	struct perso_tlv t = { 0 };

	while (perso_rd_left(rd) > 0) {
		struct perso_rd at = *rd;

		while (depth > 0 && rd->at == ends[depth - 1])
			depth--;
		if (depth > 0)
			at.s.n = ends[depth - 1];
		PERSO_TRY(next(&at, &t));
		if (!is_constructed(t.tag) || t.val.n == 0) {
			rd->at = at.at;
			continue;
		}
		if (depth == DEPTH_MAX)
			PERSO_FAIL(PERSO_E_UNSUPPORTED,
			    "more than %d levels at offset %zu", DEPTH_MAX,
			    rd->at);
		ends[depth++] = at.at;
		rd->at = at.at - t.val.n;
	}
	return PERSO_OK;
}

perso_rc
bio_open(struct perso_rd *rd, uint32_t tag, struct perso_rd *ret)
{
	struct perso_tlv t = { 0 };
	size_t at = rd->at;

	PERSO_TRY(perso_tlv_expect(rd, tag, &t));
	if (!t.minimal)
		PERSO_FAIL(PERSO_E_DATA,
		    "length of tag %" PRIX32
		    " at offset %zu is not in its shortest form",
		    tag, at);
	*ret = bio_into(rd, t.val.n);
	return PERSO_OK;
}

static const struct bio_member *
find(const struct bio_member *rows, size_t count, uint32_t tag)
{
	for (size_t i = 0; i < count; i++)
		if (rows[i].tag == tag)
			return &rows[i];
	return NULL;
}

/* An element that no row names. */
static perso_rc
extension(const struct perso_tlv *t, uint32_t last, size_t at)
{
	if (number(t->tag) <= last)
		PERSO_FAIL(PERSO_E_DATA,
		    "tag %" PRIX32 " out of place at offset %zu", t->tag, at);
	return PERSO_OK;
}

static perso_rc
one_representation(struct perso_rd *rd, struct perso_rd *ret)
{
	if (perso_rd_left(rd) == 0)
		PERSO_FAIL(
		    PERSO_E_MISSING, "no representation at offset %zu", rd->at);
	PERSO_TRY_CTX(bio_open(rd, 0x30, ret), "representation");
	if (perso_rd_left(rd) > 0)
		PERSO_FAIL(PERSO_E_UNSUPPORTED,
		    "more than one representation at offset %zu", rd->at);
	return PERSO_OK;
}

static perso_rc
value(const struct bio_member *m, struct perso_rd *in, void *to)
{
	struct bio_39794 *base = to;
	struct perso_rd one;
	uint32_t v = 0;

	switch (m->kind) {
	case BIO_NUMBER:
		return bio_uint(in, m->min, m->max,
		    (uint32_t *)(void *)((uint8_t *)to + m->at));
	case BIO_CODE:
		PERSO_TRY(bio_code(in, m->max, &v, &base->others));
		m->take(to, v);
		return PERSO_OK;
	case BIO_SEQUENCE:
		return bio_members(in, m->rows, m->count, to);
	case BIO_ONE:
		PERSO_TRY(one_representation(in, &one));
		return bio_members(&one, m->rows, m->count, to);
	default:
		return m->read(to, in);
	}
}

static bool
is_only_der(const struct bio_member *m)
{
	return m == NULL || m->kind == BIO_DER;
}

static perso_rc
member(const struct bio_member *m, const struct perso_tlv *t,
    struct perso_rd *in, void *to)
{
	if (is_only_der(m))
		return is_constructed(t->tag) ? bio_der(in) : PERSO_OK;
	PERSO_TRY(value(m, in, to));
	return perso_rd_finish(in);
}

perso_rc
bio_members(
    struct perso_rd *rd, const struct bio_member *rows, size_t count, void *to)
{
	struct bio_39794 *base = to;
	struct perso_tlv t = { 0 };
	uint64_t seen = 0;
	int64_t last = -1;

	while (perso_rd_left(rd) > 0) {
		size_t at = rd->at;
		const struct bio_member *m;
		struct perso_rd in;

		PERSO_TRY(next(rd, &t));
		m = find(rows, count, t.tag);
		if ((first_byte(t.tag) & 0xC0) != 0x80 ||
		    (int64_t)number(t.tag) <= last)
			PERSO_FAIL(PERSO_E_DATA,
			    "tag %" PRIX32 " out of place at offset %zu", t.tag,
			    at);
		if (m == NULL)
			PERSO_TRY(
			    extension(&t, number(rows[count - 1].tag), at));
		else
			seen |= UINT64_C(1) << (m - rows);
		last = number(t.tag);
		base->others += is_only_der(m);
		in = bio_into(rd, t.val.n);
		PERSO_TRY_CTX(member(m, &t, &in, to), "%s",
		    m != NULL ? m->name : "extension");
	}
	for (size_t i = 0; i < count; i++)
		if (rows[i].required && (seen >> i & 1) == 0)
			PERSO_FAIL(PERSO_E_MISSING, "no %s up to offset %zu",
			    rows[i].name, rd->at);
	return PERSO_OK;
}

perso_rc
bio_uint(struct perso_rd *rd, uint32_t min, uint32_t max, uint32_t *ret)
{
	size_t at = rd->at;
	uint64_t v = 0;

	PERSO_TRY_CTX(
	    perso_der_u63(perso_rd_rest(rd), &v), "at offset %zu", at);
	if (v < min || v > max)
		PERSO_FAIL(PERSO_E_RANGE,
		    "%" PRIu64 " at offset %zu is not in %" PRIu32 "..%" PRIu32,
		    v, at, min, max);
	*ret = (uint32_t)v;
	return PERSO_OK;
}

/* -180..180: one byte, or two if it does not fit. */
perso_rc
bio_angle(struct perso_rd *rd, int *ret)
{
	size_t at = rd->at;
	struct perso_span s = perso_rd_rest(rd);
	int v = 0;

	if (s.n == 1)
		v = s.p[0] < 0x80 ? s.p[0] : s.p[0] - 256;
	else if (s.n == 2)
		v = (s.p[0] < 0x80 ? s.p[0] : s.p[0] - 256) * 256 + s.p[1];
	if (s.n < 1 || s.n > 2 || v < -180 || v > 180 ||
	    (s.n == 2 && v >= -128 && v <= 127))
		PERSO_FAIL(PERSO_E_RANGE,
		    "the integer at offset %zu is no angle in -180..180", at);
	*ret = v;
	return PERSO_OK;
}

perso_rc
bio_boolean(struct perso_rd *rd, bool *ret)
{
	size_t at = rd->at;
	struct perso_span s = perso_rd_rest(rd);

	if (s.n != 1 || (s.p[0] != 0 && s.p[0] != 0xFF))
		PERSO_FAIL(
		    PERSO_E_DATA, "the value at offset %zu is no BOOLEAN", at);
	*ret = s.p[0] != 0;
	return PERSO_OK;
}

struct code {
	struct bio_39794 base;
	uint32_t value;
};

perso_rc
bio_code(struct perso_rd *rd, uint32_t max, uint32_t *ret, size_t *ret_others)
{
	const struct bio_member rows[] = {
		{ 0x80, true, "fallback",
		    M_NUMBER(0, max, struct code, value) },
	};
	struct code c = { .value = 0 };
	struct perso_rd in;
	uint8_t tag = 0;

	PERSO_TRY(perso_rd_peek(rd, &tag));
	if (tag == 0x80) {
		PERSO_TRY(bio_open(rd, 0x80, &in));
		PERSO_TRY(bio_uint(&in, 0, max, &c.value));
	} else {
		PERSO_TRY(bio_open(rd, 0xA1, &in));
		PERSO_TRY(bio_members(&in, rows, 1, &c));
	}
	*ret = c.value;
	*ret_others += c.base.others;
	return PERSO_OK;
}

static const struct bio_member version[] = {
	{ 0x80, true, "generation",
	    M_NUMBER(3, 65535, struct bio_39794, generation) },
	{ 0x81, true, "year", M_NUMBER(2019, 9999, struct bio_39794, year) },
};

perso_rc
bio_version(struct perso_rd *rd, struct bio_39794 *ret)
{
	return bio_members(rd, version, ROWS(version), ret);
}

perso_rc
bio_record(struct perso_span rec, uint32_t tag, const struct bio_member *rows,
    size_t count, void *to)
{
	const struct bio_member record[] = {
		{ 0xA0, true, "version", M_SEQUENCE(version) },
		{ 0xA1, true, "representations", .kind = BIO_ONE, .rows = rows,
		    .count = count },
	};
	struct perso_rd rd = perso_rd(rec), in;

	PERSO_TRY(bio_open(&rd, tag, &in));
	PERSO_TRY(perso_rd_finish(&rd));
	return bio_members(&in, record, ROWS(record), to);
}
