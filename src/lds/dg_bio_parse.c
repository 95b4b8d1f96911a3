#include "lds_int.h"

/* Doc 9303-10, tables 42 and 45: the biometric type of each template. */
static perso_rc
check_types(int dg, const struct perso_bit_group *g)
{
	uint8_t want = dg == 3 ? PERSO_BIO_FINGER : PERSO_BIO_IRIS;

	for (size_t i = 0; i < g->count; i++) {
		struct perso_span type = g->bits[i].type;

		/* The type itself may be left out. */
		if (type.n != 0 && (type.n != 1 || type.p[0] != want))
			PERSO_FAIL(PERSO_E_MISMATCH,
			    "template %zu is not of type %02X", i, want);
	}
	return PERSO_OK;
}

static perso_rc
read_contents(int dg, struct perso_span contents, struct perso_dg_bio *v)
{
	struct perso_bit_group g = { 0 };
	struct perso_rd rd = perso_rd(contents);
	struct perso_tlv t = { 0 };

	PERSO_TRY(perso_bit_parse(contents, &g));
	PERSO_TRY(check_types(dg, &g));
	PERSO_TRY(lds_expect(&rd, 0x7F61, &t));
	v->group = t.raw;
	v->count = g.count;
	if (perso_rd_left(&rd) > 0) {
		PERSO_TRY(lds_expect(&rd, 0x53, &t));
		v->random = t.val;
	}
	return PERSO_OK;
}

/* see perso/lds.h */
perso_rc
perso_dg_bio_check(int dg, struct perso_span group, size_t *ret_count)
{
	struct perso_dg_bio v = { .count = 0 };

	if (dg != 3 && dg != 4)
		PERSO_FAIL(PERSO_E_ARG, "DG%d holds no opaque records", dg);
	PERSO_TRY(read_contents(dg, group, &v));
	if (v.group.n != group.n)
		PERSO_FAIL(PERSO_E_UNSUPPORTED,
		    "DO 53 behind the group: that is for the data group");
	*ret_count = v.count;
	return PERSO_OK;
}

static perso_rc
read_file(int dg, struct perso_span file, struct perso_dg_bio *ret)
{
	struct perso_dg_bio v = { .count = 0 };
	struct perso_rd rd = { 0 };

	PERSO_TRY(lds_open(file, dg == 3 ? 0x63 : 0x76, &rd));
	PERSO_TRY_CTX(read_contents(dg, perso_rd_rest(&rd), &v), "contents");
	*ret = v;
	return PERSO_OK;
}

/* see perso/lds.h */
perso_rc
perso_dg3_parse(struct perso_span file, struct perso_dg_bio *ret)
{
	PERSO_TRY_CTX(read_file(3, file, ret), "EF.DG3");
	return PERSO_OK;
}

/* see perso/lds.h */
perso_rc
perso_dg4_parse(struct perso_span file, struct perso_dg_bio *ret)
{
	PERSO_TRY_CTX(read_file(4, file, ret), "EF.DG4");
	return PERSO_OK;
}
