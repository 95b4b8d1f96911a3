#include "lds_int.h"

/* see perso/lds.h; Doc 9303-10, 4.7.13 */
perso_rc
perso_dg13_build(const struct perso_dg13 *v, struct perso_buf *ret)
{
	struct perso_wr w = perso_wr(ret);
	size_t mark = ret->n;

	if (v->data.n == 0 || v->data.n > PERSO_DG13_MAX)
		PERSO_FAIL(PERSO_E_ARG, "EF.DG13: %zu bytes, 1 to %d are due",
		    v->data.n, PERSO_DG13_MAX);
	perso_wr_tlv(&w, 0x6D, v->data);
	PERSO_TRY_CTX(lds_end(&w, mark), "EF.DG13");
	return PERSO_OK;
}
