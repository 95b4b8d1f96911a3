#include "lds_int.h"

static perso_rc
read_algorithm(struct perso_rd *rd)
{
	struct perso_tlv t = { 0 };
	struct perso_rd in;
	char oid[PERSO_OID_MAX];

	PERSO_TRY(lds_expect(rd, 0x30, &t));
	in = lds_into(rd, &t);
	PERSO_TRY(lds_expect(&in, 0x06, &t));
	PERSO_TRY(perso_der_oid(t.val, oid, sizeof(oid)));
	if (perso_rd_left(&in) > 0)
		PERSO_TRY(lds_next(&in, &t));
	return perso_rd_finish(&in);
}

static perso_rc
read_key(struct perso_rd *rd)
{
	struct perso_tlv t = { 0 };
	size_t at = rd->at;

	PERSO_TRY(lds_expect(rd, 0x03, &t));
	if (t.val.n < 2 || t.val.p[0] != 0)
		PERSO_FAIL(PERSO_E_DATA,
		    "BIT STRING at offset %zu is empty or "
		    "has unused bits",
		    at);
	return PERSO_OK;
}

static perso_rc
read_dg15(struct perso_span file, struct perso_dg15 *v)
{
	struct perso_rd rd = { 0 }, in;
	struct perso_tlv t = { 0 };

	PERSO_TRY(lds_open(file, 0x6F, &rd));
	PERSO_TRY_CTX(lds_expect(&rd, 0x30, &t), "SubjectPublicKeyInfo");
	PERSO_TRY(perso_rd_finish(&rd));
	in = lds_into(&rd, &t);
	v->spki = t.raw;
	PERSO_TRY_CTX(read_algorithm(&in), "algorithm");
	PERSO_TRY_CTX(read_key(&in), "public key");
	return perso_rd_finish(&in);
}

/* see perso/lds.h */
perso_rc
perso_dg15_parse(struct perso_span file, struct perso_dg15 *ret)
{
	struct perso_dg15 v = { 0 };

	PERSO_TRY_CTX(read_dg15(file, &v), "EF.DG15");
	*ret = v;
	return PERSO_OK;
}
