#include "lds_int.h"

/* a <= b in the order of a DER SET OF. */
static bool
in_order(struct perso_span a, struct perso_span b)
{
	for (size_t i = 0; i < a.n && i < b.n; i++)
		if (a.p[i] != b.p[i])
			return a.p[i] < b.p[i];
	return a.n <= b.n;
}

/* SEQUENCE { OID, required, optional }. Doc 9303-11, 9.2 */
static perso_rc
read_info(struct perso_rd *rd, struct perso_span *ret)
{
	struct perso_tlv info = { 0 }, t = { 0 };
	struct perso_rd in;
	char oid[PERSO_OID_MAX];
	size_t parts = 0;

	PERSO_TRY(lds_expect(rd, 0x30, &info));
	in = lds_into(rd, &info);
	PERSO_TRY_CTX(lds_expect(&in, 0x06, &t), "protocol");
	PERSO_TRY_CTX(perso_der_oid(t.val, oid, sizeof(oid)), "protocol");
	for (; perso_rd_left(&in) > 0; parts++) {
		if (parts == 2)
			PERSO_FAIL(PERSO_E_TRAILING,
			    "more than three "
			    "elements at offset %zu",
			    in.at);
		PERSO_TRY(lds_next(&in, &t));
	}
	if (parts == 0)
		PERSO_FAIL(
		    PERSO_E_MISSING, "required data at offset %zu", in.at);
	*ret = info.raw;
	return PERSO_OK;
}

/* see lds_int.h */
perso_rc
lds_infos_parse(struct perso_rd *rd, struct perso_lds_infos *v)
{
	struct perso_tlv t = { 0 };
	struct perso_rd in;

	PERSO_TRY(lds_expect(rd, 0x31, &t));
	PERSO_TRY(perso_rd_finish(rd));
	v->set = t.raw;
	v->sorted = true;
	in = lds_into(rd, &t);
	for (; perso_rd_left(&in) > 0; v->count++) {
		if (v->count == PERSO_LDS_INFOS)
			PERSO_FAIL(PERSO_E_UNSUPPORTED,
			    "more than %d "
			    "SecurityInfos at offset %zu",
			    PERSO_LDS_INFOS, in.at);
		PERSO_TRY_CTX(read_info(&in, &v->infos[v->count]),
		    "SecurityInfo %zu", v->count);
		if (v->count > 0 &&
		    !in_order(v->infos[v->count - 1], v->infos[v->count]))
			v->sorted = false;
	}
	if (v->count == 0)
		PERSO_FAIL(
		    PERSO_E_MISSING, "no SecurityInfo at offset %zu", in.at);
	return PERSO_OK;
}

static perso_rc
read_dg14(struct perso_span file, struct perso_lds_infos *v)
{
	struct perso_rd rd = { 0 };

	PERSO_TRY(lds_open(file, 0x6E, &rd));
	return lds_infos_parse(&rd, v);
}

/* see perso/lds.h */
perso_rc
perso_dg14_parse(struct perso_span file, struct perso_lds_infos *ret)
{
	struct perso_lds_infos v = { .count = 0 };

	PERSO_TRY_CTX(read_dg14(file, &v), "EF.DG14");
	*ret = v;
	return PERSO_OK;
}

/* see perso/lds.h */
perso_rc
perso_card_access_parse(struct perso_span file, struct perso_lds_infos *ret)
{
	struct perso_lds_infos v = { .count = 0 };
	struct perso_rd rd = perso_rd(file);

	PERSO_TRY_CTX(lds_infos_parse(&rd, &v), "EF.CardAccess");
	*ret = v;
	return PERSO_OK;
}
