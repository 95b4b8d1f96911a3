#include "lds_int.h"

static perso_rc
check(const struct perso_dg7 *v)
{
	if (v->count == 0 || v->count > PERSO_DG7_IMAGES)
		PERSO_FAIL(PERSO_E_ARG, "%zu signature images", v->count);
	for (size_t i = 0; i < v->count; i++)
		PERSO_TRY_CTX(
		    lds_image_check(v->images[i]), "signature image %zu", i);
	return PERSO_OK;
}

/* see perso/lds.h */
perso_rc
perso_dg7_build(const struct perso_dg7 *v, struct perso_buf *ret)
{
	struct perso_wr w = perso_wr(ret);
	size_t mark = ret->n, dg, n = 16;

	PERSO_TRY_CTX(check(v), "EF.DG7");
	for (size_t i = 0; i < v->count; i++)
		n += 8 + v->images[i].n;
	PERSO_TRY_CTX(perso_buf_reserve(ret, ret->n + n), "EF.DG7");
	dg = perso_wr_open(&w, 0x67);
	perso_wr_int(&w, v->count);
	for (size_t i = 0; i < v->count; i++)
		perso_wr_tlv(&w, 0x5F43, v->images[i]);
	perso_wr_close(&w, dg);
	PERSO_TRY_CTX(lds_end(&w, mark), "EF.DG7");
	return PERSO_OK;
}
