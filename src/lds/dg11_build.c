#include "lds_int.h"

/* see perso/lds.h; Doc 9303-10, 4.7.11 */
perso_rc
perso_dg11_build(const struct perso_dg11 *v, struct perso_buf *ret)
{
	char birth[LDS_DATE_TEXT];
	const struct lds_item items[] = {
		{ .tag = 0x5F0E, .val = v->name },
		{ .tag = 0xA0,
		    .list = v->other_names,
		    .list_count = v->other_name_count,
		    .item_tag = 0x5F0F },
		{ .tag = 0x5F10, .val = v->personal_number },
		{ .tag = 0x5F2B,
		    .kind = LDS_DIGITS,
		    .val = { (const uint8_t *)birth, v->has_birth ? 8 : 0 } },
		{ .tag = 0x5F11, .val = v->place_of_birth },
		{ .tag = 0x5F42, .val = v->address },
		{ .tag = 0x5F12, .val = v->telephone },
		{ .tag = 0x5F13, .val = v->profession },
		{ .tag = 0x5F14, .val = v->title },
		{ .tag = 0x5F15, .val = v->summary },
		{ .tag = 0x5F16,
		    .kind = LDS_IMAGE,
		    .val = v->citizenship_proof },
		{ .tag = 0x5F17, .val = v->other_documents },
		{ .tag = 0x5F18, .val = v->custody },
	};

	if (v->has_birth && !lds_date_ok(v->birth, true))
		PERSO_FAIL(PERSO_E_ARG, "EF.DG11: date of birth");
	lds_date_text(v->birth, birth);
	PERSO_TRY_CTX(lds_list_build(0x6B, items,
			  sizeof(items) / sizeof(items[0]), &v->order, ret),
	    "EF.DG11");
	return PERSO_OK;
}
