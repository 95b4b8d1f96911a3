#include "lds_int.h"

static perso_rc
check(const struct perso_dir *v)
{
	if (v->count == 0 || v->count > PERSO_DIR_APPS)
		PERSO_FAIL(PERSO_E_ARG, "%zu applications", v->count);
	for (size_t i = 0; i < v->count; i++)
		if (v->apps[i].aid.n < 5 || v->apps[i].aid.n > 16 ||
		    v->apps[i].label.n > 16)
			PERSO_FAIL(
			    PERSO_E_ARG, "AID or label of application %zu", i);
	return PERSO_OK;
}

/* see perso/lds.h; ISO/IEC 7816-4, 12.2.3 */
perso_rc
perso_dir_build(const struct perso_dir *v, struct perso_buf *ret)
{
	struct perso_wr w = perso_wr(ret);
	size_t mark = ret->n, app;

	PERSO_TRY_CTX(check(v), "EF.DIR");
	for (size_t i = 0; i < v->count; i++) {
		app = perso_wr_open(&w, 0x61);
		perso_wr_tlv(&w, 0x4F, v->apps[i].aid);
		if (v->apps[i].label.n > 0)
			perso_wr_tlv(&w, 0x50, v->apps[i].label);
		perso_wr_close(&w, app);
	}
	PERSO_TRY_CTX(lds_end(&w, mark), "EF.DIR");
	return PERSO_OK;
}
