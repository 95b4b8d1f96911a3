#include "lds_int.h"

/* see perso/lds.h */
perso_rc
perso_dg13_parse(struct perso_span file, struct perso_dg13 *ret)
{
	struct perso_rd rd = { 0 };
	struct perso_dg13 v = { .data = PERSO_SPAN_EMPTY };
	size_t n;

	PERSO_TRY_CTX(lds_open(file, 0x6D, &rd), "EF.DG13");
	n = perso_rd_left(&rd);
	if (n == 0)
		PERSO_FAIL(PERSO_E_RANGE, "EF.DG13: empty");
	if (n > PERSO_DG13_MAX)
		PERSO_FAIL(PERSO_E_UNSUPPORTED, "EF.DG13: %zu bytes", n);
	PERSO_TRY_CTX(perso_rd_take(&rd, n, &v.data), "EF.DG13");
	*ret = v;
	return PERSO_OK;
}
