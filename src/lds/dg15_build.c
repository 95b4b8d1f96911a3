#include "lds_int.h"

/* SEQUENCE { SEQUENCE, BIT STRING }: RFC 5280, 4.1 */
static perso_rc
check(struct perso_span spki)
{
	struct perso_tlv t = { 0 };
	struct perso_rd rd;

	PERSO_TRY(perso_tlv_only(spki, 0x30, &t));
	rd = perso_rd(t.val);
	PERSO_TRY(perso_tlv_expect(&rd, 0x30, &t));
	PERSO_TRY(perso_tlv_expect(&rd, 0x03, &t));
	return perso_rd_finish(&rd);
}

/* see perso/lds.h */
perso_rc
perso_dg15_build(const struct perso_dg15 *v, struct perso_buf *ret)
{
	struct perso_wr w = perso_wr(ret);
	size_t mark = ret->n;

	if (check(v->spki) != PERSO_OK) {
		perso_trail_add("SubjectPublicKeyInfo");
		perso_trail_add("EF.DG15");
		return PERSO_E_ARG;
	}
	perso_wr_tlv(&w, 0x6F, v->spki);
	PERSO_TRY_CTX(lds_end(&w, mark), "EF.DG15");
	return PERSO_OK;
}
