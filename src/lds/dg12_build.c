#include "lds_int.h"

static perso_rc
check(const struct perso_dg12 *v)
{
	const struct perso_lds_time *t = &v->personalised;

	if (v->has_issued && !lds_date_ok(v->issued, false))
		PERSO_FAIL(PERSO_E_ARG, "date of issue");
	if (v->has_personalised &&
	    (!lds_date_ok(t->date, false) || t->hour > 23 || t->minute > 59 ||
		t->second > 59))
		PERSO_FAIL(PERSO_E_ARG, "time of personalisation");
	return PERSO_OK;
}

/* see perso/lds.h; Doc 9303-10, 4.7.12 */
perso_rc
perso_dg12_build(const struct perso_dg12 *v, struct perso_buf *ret)
{
	char issued[LDS_DATE_TEXT], made[LDS_TIME_TEXT];
	const struct lds_item items[] = {
		{ .tag = 0x5F19, .val = v->authority },
		{ .tag = 0x5F26,
		    .kind = LDS_DIGITS,
		    .val = { (const uint8_t *)issued, v->has_issued ? 8 : 0 } },
		{ .tag = 0xA0,
		    .list = v->other_persons,
		    .list_count = v->other_person_count,
		    .item_tag = 0x5F1A },
		{ .tag = 0x5F1B, .val = v->endorsements },
		{ .tag = 0x5F1C, .val = v->tax_exit },
		{ .tag = 0x5F1D, .kind = LDS_IMAGE, .val = v->front },
		{ .tag = 0x5F1E, .kind = LDS_IMAGE, .val = v->rear },
		{ .tag = 0x5F55,
		    .kind = LDS_DIGITS,
		    .val = { (const uint8_t *)made,
			v->has_personalised ? 14 : 0 } },
		{ .tag = 0x5F56, .val = v->system_serial },
	};

	PERSO_TRY_CTX(check(v), "EF.DG12");
	lds_date_text(v->issued, issued);
	lds_time_text(&v->personalised, made);
	PERSO_TRY_CTX(lds_list_build(0x6C, items,
			  sizeof(items) / sizeof(items[0]), &v->order, ret),
	    "EF.DG12");
	return PERSO_OK;
}
