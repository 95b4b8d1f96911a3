#include "lds_int.h"

#include <string.h>

static perso_rc
check(const struct perso_com *v)
{
	unsigned seen = 0;

	if (strnlen(v->lds_version, 5) != 4 ||
	    !lds_is_digits(perso_span(v->lds_version, 4)))
		PERSO_FAIL(PERSO_E_ARG, "LDS version is not four digits");
	if (strnlen(v->unicode_version, 7) != 6 ||
	    !lds_is_digits(perso_span(v->unicode_version, 6)))
		PERSO_FAIL(PERSO_E_ARG, "Unicode version is not six digits");
	if (v->dg_count > sizeof(v->dgs))
		PERSO_FAIL(PERSO_E_ARG, "%zu data groups", v->dg_count);
	for (size_t i = 0; i < v->dg_count; i++) {
		if (v->dgs[i] < 1 || v->dgs[i] > 16 ||
		    (seen & 1u << v->dgs[i]) != 0)
			PERSO_FAIL(PERSO_E_ARG, "data group %u in the tag list",
			    v->dgs[i]);
		seen |= 1u << v->dgs[i];
	}
	if ((seen & 6u) != 6u)
		PERSO_FAIL(PERSO_E_ARG, "DG1 or DG2 is not in the tag list");
	return PERSO_OK;
}

/* see perso/lds.h */
perso_rc
perso_com_build(const struct perso_com *v, struct perso_buf *ret)
{
	struct perso_wr w = perso_wr(ret);
	size_t mark = ret->n, com;

	PERSO_TRY_CTX(check(v), "EF.COM");
	com = perso_wr_open(&w, 0x60);
	perso_wr_tlv(&w, 0x5F01, perso_span(v->lds_version, 4));
	perso_wr_tlv(&w, 0x5F36, perso_span(v->unicode_version, 6));
	perso_wr_head(&w, 0x5C, v->dg_count);
	for (size_t i = 0; i < v->dg_count; i++)
		perso_wr_u8(&w, (uint8_t)perso_lds_by_dg(v->dgs[i])->tag);
	perso_wr_close(&w, com);
	PERSO_TRY_CTX(lds_end(&w, mark), "EF.COM");
	return PERSO_OK;
}
