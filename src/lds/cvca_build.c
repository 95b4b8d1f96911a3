#include "lds_int.h"

#include "perso/cvc.h"

static perso_rc
check(const struct perso_cvca *v)
{
	if (v->count == 0 || v->count > PERSO_CVCA_NAMES)
		PERSO_FAIL(PERSO_E_ARG, "%zu names", v->count);
	for (size_t i = 0; i < v->count; i++)
		if (perso_cvc_name_check(v->names[i]) != PERSO_OK) {
			perso_trail_add("name %zu", i);
			return PERSO_E_ARG;
		}
	return PERSO_OK;
}

/* see perso/lds.h */
perso_rc
perso_cvca_build(const struct perso_cvca *v, struct perso_buf *ret)
{
	struct perso_wr w = perso_wr(ret);
	size_t mark = ret->n;

	PERSO_TRY_CTX(check(v), "EF.CVCA");
	for (size_t i = 0; i < v->count; i++)
		perso_wr_tlv(&w, 0x42, v->names[i]);
	if (ret->n - mark < PERSO_CVCA_LEN)
		perso_wr_zero(&w, PERSO_CVCA_LEN - (ret->n - mark));
	PERSO_TRY_CTX(lds_end(&w, mark), "EF.CVCA");
	return PERSO_OK;
}
