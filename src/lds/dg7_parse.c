#include "lds_int.h"

static perso_rc
read_dg7(struct perso_span file, struct perso_dg7 *v)
{
	struct perso_rd rd = { 0 };
	struct perso_tlv t = { 0 };
	uint64_t count = 0;
	size_t at;

	PERSO_TRY(lds_open(file, 0x67, &rd));
	at = rd.at;
	PERSO_TRY(lds_expect(&rd, 0x02, &t));
	PERSO_TRY_CTX(
	    perso_der_u63(t.val, &count), "number of images at offset %zu", at);
	if (count == 0)
		PERSO_FAIL(PERSO_E_RANGE, "no image, says offset %zu", at);
	if (count > PERSO_DG7_IMAGES)
		PERSO_FAIL(PERSO_E_UNSUPPORTED,
		    "%" PRIu64 " images, says offset %zu", count, at);
	for (; perso_rd_left(&rd) > 0; v->count++) {
		if (v->count == count)
			PERSO_FAIL(PERSO_E_MISMATCH,
			    "more than %" PRIu64 " images at offset %zu", count,
			    rd.at);
		at = rd.at;
		PERSO_TRY(lds_expect(&rd, 0x5F43, &t));
		PERSO_TRY_CTX(lds_image_check(t.val),
		    "signature image %zu at offset %zu", v->count, at);
		v->images[v->count] = t.val;
	}
	if (v->count != count)
		PERSO_FAIL(PERSO_E_MISMATCH,
		    "%zu images up to offset %zu "
		    "instead of %" PRIu64,
		    v->count, rd.at, count);
	return PERSO_OK;
}

/* see perso/lds.h */
perso_rc
perso_dg7_parse(struct perso_span file, struct perso_dg7 *ret)
{
	struct perso_dg7 v = { .count = 0 };

	PERSO_TRY_CTX(read_dg7(file, &v), "EF.DG7");
	*ret = v;
	return PERSO_OK;
}
