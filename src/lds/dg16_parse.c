#include "lds_int.h"

/* An element that may be absent; empty where it is. */
static perso_rc
read_text(struct perso_rd *rd, uint32_t tag, struct perso_span *ret)
{
	struct perso_tlv t = { 0 };
	size_t at = rd->at;
	bool there = false;

	PERSO_TRY(perso_tlv_optional(rd, tag, &t, &there));
	if (!there)
		return PERSO_OK;
	if (!t.minimal)
		PERSO_FAIL(PERSO_E_DATA,
		    "length of tag %" PRIX32 " at offset %zu is not in its "
		    "shortest form",
		    tag, at);
	if (t.val.n == 0)
		PERSO_FAIL(PERSO_E_RANGE,
		    "tag %" PRIX32 " at offset %zu is empty", tag, at);
	PERSO_TRY_CTX(lds_text_parse(t.val, ret),
	    "tag %" PRIX32 " at offset %zu", tag, at);
	return PERSO_OK;
}

static perso_rc
read_person(struct perso_rd *in, struct perso_notify *ret, bool *ret_bcd)
{
	struct perso_span date = PERSO_SPAN_EMPTY;
	struct perso_notify p = { .has_recorded = false };
	struct perso_tlv t = { 0 };
	bool there = false;

	PERSO_TRY(perso_tlv_optional(in, 0x5F50, &t, &there));
	date = t.val;
	if (there && !t.minimal)
		PERSO_FAIL(PERSO_E_DATA, "length of the date (5F50)");
	if (there)
		PERSO_TRY_CTX(
		    lds_date_parse(date, false, &p.recorded, ret_bcd), "5F50");
	p.has_recorded = there;
	PERSO_TRY(read_text(in, 0x5F51, &p.name));
	if (p.name.n == 0)
		PERSO_FAIL(
		    PERSO_E_MISSING, "no name (5F51) at offset %zu", in->at);
	PERSO_TRY(read_text(in, 0x5F52, &p.telephone));
	PERSO_TRY(read_text(in, 0x5F53, &p.address));
	PERSO_TRY_CTX(perso_rd_finish(in), "behind the person's elements");
	*ret = p;
	return PERSO_OK;
}

static perso_rc
read_count(struct perso_rd *rd, size_t *ret)
{
	struct perso_tlv t = { 0 };
	uint64_t n = 0;

	PERSO_TRY(lds_expect(rd, 0x02, &t));
	PERSO_TRY_CTX(perso_der_u63(t.val, &n), "number of persons");
	if (n == 0)
		PERSO_FAIL(PERSO_E_RANGE, "no persons");
	if (n > PERSO_DG16_PERSONS)
		PERSO_FAIL(PERSO_E_UNSUPPORTED, "%" PRIu64 " persons", n);
	*ret = (size_t)n;
	return PERSO_OK;
}

static perso_rc
read_dg16(struct perso_span file, struct perso_dg16 *v)
{
	struct perso_rd rd = { 0 }, in;
	struct perso_tlv t = { 0 };

	PERSO_TRY(lds_open(file, 0x70, &rd));
	PERSO_TRY(read_count(&rd, &v->count));
	for (size_t i = 0; i < v->count; i++) {
		if (perso_rd_left(&rd) == 0)
			PERSO_FAIL(PERSO_E_MISMATCH,
			    "%zu persons instead of %zu up to offset %zu", i,
			    v->count, rd.at);
		PERSO_TRY_CTX(
		    lds_expect(&rd, 0xA1 + (uint32_t)i, &t), "person %zu", i);
		in = lds_into(&rd, &t);
		PERSO_TRY_CTX(read_person(&in, &v->persons[i], &v->bcd_dates),
		    "person %zu", i);
	}
	if (perso_rd_left(&rd) > 0)
		PERSO_FAIL(PERSO_E_MISMATCH,
		    "more than %zu persons at offset %zu", v->count, rd.at);
	return PERSO_OK;
}

/* see perso/lds.h */
perso_rc
perso_dg16_parse(struct perso_span file, struct perso_dg16 *ret)
{
	struct perso_dg16 v = { .count = 0 };

	PERSO_TRY_CTX(read_dg16(file, &v), "EF.DG16");
	*ret = v;
	return PERSO_OK;
}
