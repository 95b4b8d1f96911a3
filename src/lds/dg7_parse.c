#include "lds_int.h"

static perso_rc
read_images(
    struct perso_span file, uint32_t tag, const char *what, struct perso_dg7 *v)
{
	uint32_t image = tag == 0x65 ? 0x5F40 : 0x5F43;
	struct perso_rd rd = { 0 };
	struct perso_tlv t = { 0 };
	uint64_t count = 0;
	size_t at;

	PERSO_TRY(lds_open(file, tag, &rd));
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
		PERSO_TRY(lds_expect(&rd, image, &t));
		PERSO_TRY_CTX(lds_image_check(t.val),
		    "%s image %zu at offset %zu", what, v->count, at);
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
perso_dg5_parse(struct perso_span file, struct perso_dg7 *ret)
{
	struct perso_dg7 v = { .count = 0 };

	PERSO_TRY_CTX(read_images(file, 0x65, "portrait", &v), "EF.DG5");
	*ret = v;
	return PERSO_OK;
}

/* see perso/lds.h */
perso_rc
perso_dg7_parse(struct perso_span file, struct perso_dg7 *ret)
{
	struct perso_dg7 v = { .count = 0 };

	PERSO_TRY_CTX(read_images(file, 0x67, "signature", &v), "EF.DG7");
	*ret = v;
	return PERSO_OK;
}
