#include "lds_int.h"

static perso_rc
build(int dg, const struct perso_dg_bio *v, struct perso_buf *ret)
{
	struct perso_wr w = perso_wr(ret);
	size_t mark = ret->n, count = 0, file;

	if (perso_dg_bio_check(dg, v->group, &count) != PERSO_OK)
		return PERSO_E_ARG;
	if (count == 0 && v->random.n < PERSO_DG_RANDOM_MIN)
		PERSO_FAIL(PERSO_E_ARG, "an empty group without random bytes");
	if (count != 0 && v->random.n != 0)
		PERSO_FAIL(
		    PERSO_E_ARG, "random bytes behind %zu templates", count);
	PERSO_TRY(
	    perso_buf_reserve(ret, ret->n + v->group.n + v->random.n + 16));
	file = perso_wr_open(&w, dg == 3 ? 0x63 : 0x76);
	perso_wr_bytes(&w, v->group);
	if (count == 0)
		perso_wr_tlv(&w, 0x53, v->random);
	perso_wr_close(&w, file);
	return lds_end(&w, mark);
}

/* see perso/lds.h */
perso_rc
perso_dg3_build(const struct perso_dg_bio *v, struct perso_buf *ret)
{
	PERSO_TRY_CTX(build(3, v, ret), "EF.DG3");
	return PERSO_OK;
}

/* see perso/lds.h */
perso_rc
perso_dg4_build(const struct perso_dg_bio *v, struct perso_buf *ret)
{
	PERSO_TRY_CTX(build(4, v, ret), "EF.DG4");
	return PERSO_OK;
}
