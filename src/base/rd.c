#include "perso/rd.h"

/* see perso/rd.h */
perso_rc
perso_rd_take(struct perso_rd *rd, size_t n, struct perso_span *ret)
{
	if (n > perso_rd_left(rd))
		PERSO_FAIL(PERSO_E_TRUNCATED,
		    "%zu bytes wanted at offset %zu, %zu left", n, rd->at,
		    perso_rd_left(rd));
	*ret = n == 0 ? PERSO_SPAN_EMPTY : perso_span(rd->s.p + rd->at, n);
	rd->at += n;
	return PERSO_OK;
}

/* see perso/rd.h */
perso_rc
perso_rd_skip(struct perso_rd *rd, size_t n)
{
	struct perso_span ignored;

	return perso_rd_take(rd, n, &ignored);
}

static perso_rc
take_uint(struct perso_rd *rd, size_t n, uint32_t *ret)
{
	struct perso_span s = PERSO_SPAN_EMPTY;
	uint32_t v = 0;

	PERSO_TRY(perso_rd_take(rd, n, &s));
	for (size_t i = 0; i < n; i++)
		v = v << 8 | s.p[i];
	*ret = v;
	return PERSO_OK;
}

/* see perso/rd.h */
perso_rc
perso_rd_u8(struct perso_rd *rd, uint8_t *ret)
{
	if (perso_rd_left(rd) == 0)
		return perso_rd_skip(rd, 1); /* says what is missing */
	*ret = rd->s.p[rd->at++];
	return PERSO_OK;
}

/* see perso/rd.h */
perso_rc
perso_rd_u16(struct perso_rd *rd, uint16_t *ret)
{
	uint32_t v = 0;

	PERSO_TRY(take_uint(rd, 2, &v));
	*ret = (uint16_t)v;
	return PERSO_OK;
}

/* see perso/rd.h */
perso_rc
perso_rd_u24(struct perso_rd *rd, uint32_t *ret)
{
	return take_uint(rd, 3, ret);
}

/* see perso/rd.h */
perso_rc
perso_rd_u32(struct perso_rd *rd, uint32_t *ret)
{
	return take_uint(rd, 4, ret);
}

/* see perso/rd.h */
perso_rc
perso_rd_peek(const struct perso_rd *rd, uint8_t *ret)
{
	struct perso_rd at = *rd;

	return perso_rd_u8(&at, ret);
}

/* see perso/rd.h */
perso_rc
perso_rd_expect(struct perso_rd *rd, struct perso_span s)
{
	struct perso_rd at = *rd;
	struct perso_span got = PERSO_SPAN_EMPTY;

	PERSO_TRY(perso_rd_take(&at, s.n, &got));
	if (!perso_span_equal(got, s))
		PERSO_FAIL(PERSO_E_DATA,
		    "other bytes than required at "
		    "offset %zu",
		    rd->at);
	*rd = at;
	return PERSO_OK;
}

/* see perso/rd.h */
perso_rc
perso_rd_finish(const struct perso_rd *rd)
{
	if (perso_rd_left(rd) > 0)
		PERSO_FAIL(PERSO_E_TRAILING, "%zu bytes too many at offset %zu",
		    perso_rd_left(rd), rd->at);
	return PERSO_OK;
}

/* see perso/rd.h */
struct perso_span
perso_rd_rest(struct perso_rd *rd)
{
	struct perso_span s = perso_span_sub(rd->s, rd->at, perso_rd_left(rd));

	rd->at = rd->s.n;
	return s;
}
