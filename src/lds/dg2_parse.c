#include "lds_int.h"

static perso_rc
read_39794(struct perso_dg2 *v)
{
	struct perso_face_39794 f = { .others = 0 };
	struct perso_span rec = PERSO_SPAN_EMPTY;

	PERSO_TRY_CTX(perso_39794_open(v->bit.data, &rec), "biometric data");
	PERSO_TRY(perso_face_39794_parse(rec, &f));
	v->face.count = 1;
	v->face.faces[0] = f.face;
	v->others = f.others;
	v->lossy = f.format == 3;
	return PERSO_OK;
}

static perso_rc
read_template(const struct perso_bit *bit, struct perso_dg2 *v)
{
	*v = (struct perso_dg2){ .bit = *bit };
	if (v->bit.owner != PERSO_BIO_OWNER ||
	    (v->bit.format != PERSO_BIO_19794_5 &&
		v->bit.format != PERSO_BIO_39794_5))
		PERSO_FAIL(PERSO_E_UNSUPPORTED, "format %04X of owner %04X",
		    v->bit.format, v->bit.owner);
	if (v->bit.constructed != (v->bit.format == PERSO_BIO_39794_5))
		PERSO_FAIL(PERSO_E_MISMATCH, "format %04X in tag %s",
		    v->bit.format, v->bit.constructed ? "7F2E" : "5F2E");
	if (v->bit.constructed)
		return read_39794(v);
	return perso_face_parse(v->bit.data, &v->face);
}

/* All are read, the first one last: it stays. */
static perso_rc
read_dg2(struct perso_span file, struct perso_dg2 *v)
{
	struct perso_bit_group g = { 0 };
	struct perso_rd rd = { 0 };

	PERSO_TRY(lds_open(file, 0x75, &rd));
	PERSO_TRY_CTX(perso_bit_parse(perso_rd_rest(&rd), &g), "contents");
	if (g.count == 0)
		PERSO_FAIL(PERSO_E_UNSUPPORTED, "0 biometric templates");
	for (size_t i = g.count; i-- > 0;) {
		perso_rc rc = read_template(&g.bits[i], v);

		if (rc != PERSO_OK && g.count > 1)
			perso_trail_add("template %zu", i);
		PERSO_TRY(rc);
	}
	v->templates = g.count;
	return PERSO_OK;
}

/* see perso/lds.h */
perso_rc
perso_dg2_parse(struct perso_span file, struct perso_dg2 *ret)
{
	struct perso_dg2 v = { .face = { .count = 0 } };

	PERSO_TRY_CTX(read_dg2(file, &v), "EF.DG2");
	*ret = v;
	return PERSO_OK;
}
