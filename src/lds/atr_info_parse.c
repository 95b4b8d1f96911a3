#include "lds_int.h"

static perso_rc
read_limit(struct perso_rd *rd, uint32_t *ret)
{
	struct perso_tlv t = { 0 };
	uint64_t v = 0;
	size_t at = rd->at;

	PERSO_TRY(lds_expect(rd, 0x02, &t));
	PERSO_TRY_CTX(perso_der_u63(t.val, &v), "limit at offset %zu", at);
	if (v == 0 || v > UINT32_MAX)
		PERSO_FAIL(
		    PERSO_E_RANGE, "limit at offset %zu is %" PRIu64, at, v);
	*ret = (uint32_t)v;
	return PERSO_OK;
}

static perso_rc
once(bool *seen, const struct perso_tlv *t, size_t want, size_t at)
{
	if (*seen)
		PERSO_FAIL(PERSO_E_DATA,
		    "tag %" PRIX32 " a second time at "
		    "offset %zu",
		    t->tag, at);
	if (want != 0 && t->val.n != want)
		PERSO_FAIL(PERSO_E_RANGE,
		    "tag %" PRIX32 " at offset %zu has "
		    "%zu bytes instead of %zu",
		    t->tag, at, t->val.n, want);
	*seen = true;
	return PERSO_OK;
}

static perso_rc
read_element(struct perso_rd *rd, struct perso_atr_info *v)
{
	struct perso_tlv t = { 0 };
	size_t at = rd->at;
	struct perso_rd in;

	PERSO_TRY(lds_next(rd, &t));
	in = lds_into(rd, &t);
	switch (t.tag) {
	case 0x43:
		PERSO_TRY(once(&v->has_service, &t, 1, at));
		return perso_rd_u8(&in, &v->service);
	case 0x47:
		PERSO_TRY(once(&v->has_capabilities, &t, 3, at));
		return perso_span_copy(v->capabilities, 3, t.val);
	case 0x7F66:
		PERSO_TRY(once(&v->has_limits, &t, 0, at));
		PERSO_TRY_CTX(read_limit(&in, &v->max_command), "command");
		PERSO_TRY_CTX(read_limit(&in, &v->max_response), "response");
		return perso_rd_finish(&in);
	default:
		v->other_count++;
		return PERSO_OK;
	}
}

/* see perso/lds.h */
perso_rc
perso_atr_info_parse(struct perso_span file, struct perso_atr_info *ret)
{
	struct perso_atr_info v = { 0 };
	struct perso_rd rd = perso_rd(file);

	if (file.n == 0)
		PERSO_FAIL(PERSO_E_TRUNCATED, "EF.ATR/INFO is empty");
	while (perso_rd_left(&rd) > 0)
		PERSO_TRY_CTX(read_element(&rd, &v), "EF.ATR/INFO");
	*ret = v;
	return PERSO_OK;
}
