#include "lds_int.h"

/* see perso/lds.h; ISO/IEC 7816-4, 12.2.2 */
perso_rc
perso_atr_info_build(const struct perso_atr_info *v, struct perso_buf *ret)
{
	struct perso_wr w = perso_wr(ret);
	size_t mark = ret->n, limits;

	if (!v->has_service && !v->has_capabilities && !v->has_limits)
		PERSO_FAIL(PERSO_E_ARG, "EF.ATR/INFO: no element");
	if (v->has_limits && (v->max_command == 0 || v->max_response == 0))
		PERSO_FAIL(PERSO_E_ARG, "EF.ATR/INFO: length limit is zero");
	if (v->has_service)
		perso_wr_tlv(&w, 0x43, perso_span(&v->service, 1));
	if (v->has_capabilities)
		perso_wr_tlv(&w, 0x47, perso_span_of(v->capabilities));
	if (v->has_limits) {
		limits = perso_wr_open(&w, 0x7F66);
		perso_wr_int(&w, v->max_command);
		perso_wr_int(&w, v->max_response);
		perso_wr_close(&w, limits);
	}
	PERSO_TRY_CTX(lds_end(&w, mark), "EF.ATR/INFO");
	return PERSO_OK;
}
