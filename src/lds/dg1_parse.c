#include "lds_int.h"

static bool
is_mrz_char(uint8_t c)
{
	return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '<';
}

static perso_rc
read_dg1(struct perso_span file, struct perso_dg1 *v)
{
	struct perso_rd rd = { 0 };
	struct perso_tlv t = { 0 };
	size_t at;

	PERSO_TRY(lds_open(file, 0x61, &rd));
	at = rd.at;
	PERSO_TRY(lds_expect(&rd, 0x5F1F, &t));
	if (t.val.n != 90 && t.val.n != 72 && t.val.n != 88)
		PERSO_FAIL(PERSO_E_RANGE,
		    "MRZ at offset %zu has %zu "
		    "characters",
		    at, t.val.n);
	for (size_t i = 0; i < t.val.n; i++)
		if (!is_mrz_char(t.val.p[i]))
			PERSO_FAIL(PERSO_E_DATA,
			    "character %zu of the MRZ at "
			    "offset %zu is not of its alphabet",
			    i, rd.at - t.val.n + i);
	v->mrz = t.val;
	return perso_rd_finish(&rd);
}

/* see perso/lds.h */
perso_rc
perso_dg1_parse(struct perso_span file, struct perso_dg1 *ret)
{
	struct perso_dg1 v = { 0 };

	PERSO_TRY_CTX(read_dg1(file, &v), "EF.DG1");
	*ret = v;
	return PERSO_OK;
}
