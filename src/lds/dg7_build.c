#include "lds_int.h"

static perso_rc
check(const struct perso_dg7 *v, const char *what)
{
	if (v->count == 0 || v->count > PERSO_DG7_IMAGES)
		PERSO_FAIL(PERSO_E_ARG, "%zu %s images", v->count, what);
	for (size_t i = 0; i < v->count; i++)
		PERSO_TRY_CTX(
		    lds_image_check(v->images[i]), "%s image %zu", what, i);
	return PERSO_OK;
}

static perso_rc
build(uint32_t file, uint32_t image, const struct perso_dg7 *v,
    struct perso_buf *ret)
{
	struct perso_wr w = perso_wr(ret);
	size_t mark = ret->n, dg, n = 16;

	for (size_t i = 0; i < v->count; i++)
		n += 8 + v->images[i].n;
	PERSO_TRY(perso_buf_reserve(ret, ret->n + n));
	dg = perso_wr_open(&w, file);
	perso_wr_int(&w, v->count);
	for (size_t i = 0; i < v->count; i++)
		perso_wr_tlv(&w, image, v->images[i]);
	perso_wr_close(&w, dg);
	return lds_end(&w, mark);
}

/* see perso/lds.h */
perso_rc
perso_dg5_build(const struct perso_dg7 *v, struct perso_buf *ret)
{
	PERSO_TRY_CTX(check(v, "portrait"), "EF.DG5");
	PERSO_TRY_CTX(build(0x65, 0x5F40, v, ret), "EF.DG5");
	return PERSO_OK;
}

/* see perso/lds.h */
perso_rc
perso_dg7_build(const struct perso_dg7 *v, struct perso_buf *ret)
{
	PERSO_TRY_CTX(check(v, "signature"), "EF.DG7");
	PERSO_TRY_CTX(build(0x67, 0x5F43, v, ret), "EF.DG7");
	return PERSO_OK;
}
