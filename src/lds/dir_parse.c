#include "lds_int.h"

static perso_rc
read_app(struct perso_rd *rd, struct perso_span *aid, struct perso_span *label)
{
	struct perso_tlv t = { 0 };
	struct perso_rd in;
	bool there = false;
	size_t at;

	PERSO_TRY(lds_expect(rd, 0x61, &t));
	in = lds_into(rd, &t);
	at = in.at;
	PERSO_TRY(lds_expect(&in, 0x4F, &t));
	if (t.val.n < 5 || t.val.n > 16)
		PERSO_FAIL(PERSO_E_RANGE, "AID at offset %zu has %zu bytes", at,
		    t.val.n);
	*aid = t.val;
	at = in.at;
	PERSO_TRY(perso_tlv_optional(&in, 0x50, &t, &there));
	if (there && (t.val.n == 0 || t.val.n > 16 || !t.minimal))
		PERSO_FAIL(PERSO_E_RANGE, "label at offset %zu has %zu bytes",
		    at, t.val.n);
	if (there)
		*label = t.val;
	return perso_rd_finish(&in);
}

static perso_rc
read_dir(struct perso_span file, struct perso_dir *v)
{
	struct perso_rd rd = perso_rd(file);

	if (file.n == 0)
		PERSO_FAIL(PERSO_E_TRUNCATED, "no application at offset 0");
	for (; perso_rd_left(&rd) > 0; v->count++) {
		if (v->count == PERSO_DIR_APPS)
			PERSO_FAIL(PERSO_E_UNSUPPORTED,
			    "more than %d "
			    "applications at offset %zu",
			    PERSO_DIR_APPS, rd.at);
		PERSO_TRY_CTX(read_app(&rd, &v->apps[v->count].aid,
				  &v->apps[v->count].label),
		    "application %zu", v->count);
	}
	return PERSO_OK;
}

/* see perso/lds.h */
perso_rc
perso_dir_parse(struct perso_span file, struct perso_dir *ret)
{
	struct perso_dir v = { .count = 0 };

	PERSO_TRY_CTX(read_dir(file, &v), "EF.DIR");
	*ret = v;
	return PERSO_OK;
}
