#include "lds_int.h"

static perso_rc
take(void *ctx, const struct perso_tlv *t, struct perso_rd *in)
{
	struct perso_dg12 *v = ctx;

	switch (t->tag) {
	case 0x5F19:
		return lds_text_parse(t->val, &v->authority);
	case 0x5F26:
		v->has_issued = true;
		return lds_date_parse(t->val, false, &v->issued, &v->bcd_dates);
	case 0xA0:
		return lds_group_parse(
		    in, 0x5F1A, v->other_persons, &v->other_person_count);
	case 0x5F1B:
		return lds_text_parse(t->val, &v->endorsements);
	case 0x5F1C:
		return lds_text_parse(t->val, &v->tax_exit);
	case 0x5F1D:
		return lds_image_parse(t->val, &v->front);
	case 0x5F1E:
		return lds_image_parse(t->val, &v->rear);
	case 0x5F55:
		v->has_personalised = true;
		return lds_time_parse(t->val, &v->personalised, &v->bcd_dates);
	case 0x5F56:
		return lds_text_parse(t->val, &v->system_serial);
	default:
		PERSO_FAIL(PERSO_E_DATA, "does not belong here");
	}
}

static perso_rc
read_dg12(struct perso_span file, struct perso_dg12 *v)
{
	struct perso_rd rd = { 0 };

	PERSO_TRY(lds_open(file, 0x6C, &rd));
	return lds_list_parse(&rd, 0x5F1A, &v->order, take, v);
}

/* see perso/lds.h */
perso_rc
perso_dg12_parse(struct perso_span file, struct perso_dg12 *ret)
{
	struct perso_dg12 v = { .other_person_count = 0 };

	PERSO_TRY_CTX(read_dg12(file, &v), "EF.DG12");
	*ret = v;
	return PERSO_OK;
}
