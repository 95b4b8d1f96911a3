#include "lds_int.h"

static perso_rc
check(struct perso_span mrz)
{
	if (mrz.n != 90 && mrz.n != 72 && mrz.n != 88)
		PERSO_FAIL(PERSO_E_ARG, "MRZ of %zu characters", mrz.n);
	for (size_t i = 0; i < mrz.n; i++) {
		uint8_t c = mrz.p[i];

		if ((c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '<')
			PERSO_FAIL(
			    PERSO_E_ARG, "character %zu is not of the MRZ", i);
	}
	return PERSO_OK;
}

/* see perso/lds.h */
perso_rc
perso_dg1_build(const struct perso_dg1 *v, struct perso_buf *ret)
{
	struct perso_wr w = perso_wr(ret);
	size_t mark = ret->n;

	PERSO_TRY_CTX(check(v->mrz), "EF.DG1");
	perso_wr_head(&w, 0x61, 3 + v->mrz.n);
	perso_wr_tlv(&w, 0x5F1F, v->mrz);
	PERSO_TRY_CTX(lds_end(&w, mark), "EF.DG1");
	return PERSO_OK;
}
