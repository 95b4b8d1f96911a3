#include "lds_int.h"

static perso_rc
take(void *ctx, const struct perso_tlv *t, struct perso_rd *in)
{
	struct perso_dg11 *v = ctx;

	switch (t->tag) {
	case 0x5F0E:
		return lds_text_parse(t->val, &v->name);
	case 0xA0:
		return lds_group_parse(
		    in, 0x5F0F, v->other_names, &v->other_name_count);
	case 0x5F10:
		return lds_text_parse(t->val, &v->personal_number);
	case 0x5F2B:
		v->has_birth = true;
		return lds_date_parse(t->val, true, &v->birth, &v->bcd_dates);
	case 0x5F11:
		return lds_text_parse(t->val, &v->place_of_birth);
	case 0x5F42:
		return lds_text_parse(t->val, &v->address);
	case 0x5F12:
		return lds_text_parse(t->val, &v->telephone);
	case 0x5F13:
		return lds_text_parse(t->val, &v->profession);
	case 0x5F14:
		return lds_text_parse(t->val, &v->title);
	case 0x5F15:
		return lds_text_parse(t->val, &v->summary);
	case 0x5F16:
		return lds_image_parse(t->val, &v->citizenship_proof);
	case 0x5F17:
		return lds_text_parse(t->val, &v->other_documents);
	case 0x5F18:
		return lds_text_parse(t->val, &v->custody);
	default:
		PERSO_FAIL(PERSO_E_DATA, "does not belong here");
	}
}

static perso_rc
read_dg11(struct perso_span file, struct perso_dg11 *v)
{
	struct perso_rd rd = { 0 };

	PERSO_TRY(lds_open(file, 0x6B, &rd));
	return lds_list_parse(&rd, 0x5F0F, &v->order, take, v);
}

/* see perso/lds.h */
perso_rc
perso_dg11_parse(struct perso_span file, struct perso_dg11 *ret)
{
	struct perso_dg11 v = { .other_name_count = 0 };

	PERSO_TRY_CTX(read_dg11(file, &v), "EF.DG11");
	*ret = v;
	return PERSO_OK;
}
