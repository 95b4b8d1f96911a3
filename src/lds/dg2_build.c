#include "lds_int.h"

/* The header, as the format wants it. */
static perso_rc
header(const struct perso_dg2 *v, struct perso_bit *ret)
{
	*ret = v->bit;
	if (ret->owner == 0 && ret->format == 0) {
		ret->owner = PERSO_BIO_OWNER;
		ret->format = PERSO_BIO_19794_5;
	}
	ret->constructed = ret->format == PERSO_BIO_39794_5;
	if (ret->owner != PERSO_BIO_OWNER ||
	    (ret->format != PERSO_BIO_19794_5 && !ret->constructed))
		PERSO_FAIL(PERSO_E_ARG, "format %04X of owner %04X",
		    ret->format, ret->owner);
	return perso_bit_check(ret);
}

/* 75 and 7F61 up to the data of n bytes. */
static perso_rc
begin(struct perso_wr *w, const struct perso_bit *bit, size_t n)
{
	size_t group = perso_bit_size(bit, n);

	PERSO_TRY(perso_buf_reserve(w->b, w->b->n + 6 + group));
	perso_wr_head(w, 0x75, group);
	perso_bit_head(w, bit, n);
	return PERSO_OK;
}

static perso_rc
build_19794(
    const struct perso_dg2 *v, const struct perso_bit *bit, struct perso_wr *w)
{
	PERSO_TRY_CTX(perso_face_check(&v->face), "face record");
	PERSO_TRY(begin(w, bit, perso_face_size(&v->face)));
	perso_face_write(w, &v->face);
	return PERSO_OK;
}

static perso_rc
build_39794(
    const struct perso_dg2 *v, const struct perso_bit *bit, struct perso_wr *w)
{
	PERSO_39794(e);

	if (v->face.count != 1)
		PERSO_FAIL(PERSO_E_ARG, "%zu faces in an ISO/IEC 39794 record",
		    v->face.count);
	PERSO_TRY(perso_face_39794_encode(&v->face.faces[0], v->lossy, &e));
	PERSO_TRY(begin(w, bit, perso_39794_data_size(&e)));
	perso_39794_data_write(w, &e);
	return PERSO_OK;
}

/* see perso/lds.h; the image is copied once, to its place */
perso_rc
perso_dg2_build(const struct perso_dg2 *v, struct perso_buf *ret)
{
	struct perso_wr w = perso_wr(ret);
	struct perso_bit bit = { .owner = 0 };
	size_t mark = ret->n;

	PERSO_TRY_CTX(header(v, &bit), "EF.DG2");
	if (bit.constructed)
		PERSO_TRY_CTX(build_39794(v, &bit, &w), "EF.DG2");
	else
		PERSO_TRY_CTX(build_19794(v, &bit, &w), "EF.DG2");
	PERSO_TRY_CTX(lds_end(&w, mark), "EF.DG2");
	return PERSO_OK;
}
