#include "lds_int.h"

#include "perso/cvc.h"

static perso_rc
read_names(struct perso_rd *rd, struct perso_cvca *v)
{
	struct perso_tlv t = { 0 };

	while (v->count < PERSO_CVCA_NAMES && perso_rd_left(rd) > 0 &&
	       rd->s.p[rd->at] == 0x42) {
		PERSO_TRY(lds_expect(rd, 0x42, &t));
		PERSO_TRY_CTX(
		    perso_cvc_name_check(t.val), "name %zu", v->count);
		v->names[v->count++] = t.val;
	}
	return PERSO_OK;
}

static perso_rc
read_file(struct perso_span file, struct perso_cvca *v)
{
	struct perso_rd rd = perso_rd(file);
	struct perso_span rest;
	size_t at;

	if (file.n != PERSO_CVCA_LEN)
		PERSO_FAIL(PERSO_E_MISMATCH, "%zu bytes instead of %d", file.n,
		    PERSO_CVCA_LEN);
	PERSO_TRY(read_names(&rd, v));
	at = rd.at;
	rest = perso_rd_rest(&rd);
	for (size_t i = 0; i < rest.n; i++)
		if (rest.p[i] != 0)
			PERSO_FAIL(PERSO_E_TRAILING, "not a zero at offset %zu",
			    at + i);
	if (v->count == 0)
		PERSO_FAIL(PERSO_E_MISSING, "no name of a key");
	return PERSO_OK;
}

/* see perso/lds.h */
perso_rc
perso_cvca_parse(struct perso_span file, struct perso_cvca *ret)
{
	struct perso_cvca v = { .count = 0 };

	PERSO_TRY_CTX(read_file(file, &v), "EF.CVCA");
	*ret = v;
	return PERSO_OK;
}
