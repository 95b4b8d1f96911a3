#include "lds_int.h"

/* The header of an ISO/IEC 19794-5 record. */
static perso_rc
header(const struct perso_dg2 *v, struct perso_bit *ret)
{
	*ret = v->bit;
	if (ret->owner == 0 && ret->format == 0) {
		ret->owner = PERSO_BIO_OWNER;
		ret->format = PERSO_BIO_19794_5;
	}
	ret->constructed = false;
	if (ret->owner != PERSO_BIO_OWNER || ret->format != PERSO_BIO_19794_5)
		PERSO_FAIL(PERSO_E_ARG, "format %04X of owner %04X",
		    ret->format, ret->owner);
	return PERSO_OK;
}

/* see perso/lds.h; the image is copied once, to its place */
perso_rc
perso_dg2_build(const struct perso_dg2 *v, struct perso_buf *ret)
{
	struct perso_wr w = perso_wr(ret);
	struct perso_bit bit = { .owner = 0 };
	size_t mark = ret->n, n;

	PERSO_TRY_CTX(header(v, &bit), "EF.DG2");
	PERSO_TRY_CTX(perso_bit_check(&bit), "EF.DG2");
	PERSO_TRY_CTX(perso_face_check(&v->face), "EF.DG2: face record");
	n = perso_face_size(&v->face);
	PERSO_TRY_CTX(
	    perso_buf_reserve(ret, ret->n + 6 + perso_bit_size(&bit, n)),
	    "EF.DG2");
	perso_wr_head(&w, 0x75, perso_bit_size(&bit, n));
	perso_bit_head(&w, &bit, n);
	perso_face_write(&w, &v->face);
	PERSO_TRY_CTX(lds_end(&w, mark), "EF.DG2");
	return PERSO_OK;
}
