#include "lds_int.h"

/* n digits into dst, terminated. */
static perso_rc
read_version(struct perso_rd *rd, uint32_t tag, char *dst, size_t n)
{
	struct perso_tlv t = { 0 };
	size_t at = rd->at;

	PERSO_TRY(lds_expect(rd, tag, &t));
	if (t.val.n != n)
		PERSO_FAIL(PERSO_E_RANGE,
		    "tag %" PRIX32 " at offset %zu has "
		    "%zu bytes instead of %zu",
		    tag, at, t.val.n, n);
	for (size_t i = 0; i < n; i++)
		if (t.val.p[i] < '0' || t.val.p[i] > '9')
			PERSO_FAIL(PERSO_E_DATA,
			    "byte %zu of tag %" PRIX32
			    " at offset %zu is not a digit",
			    i, tag, at);
	PERSO_TRY(perso_span_copy(dst, n, t.val));
	dst[n] = '\0';
	return PERSO_OK;
}

static perso_rc
read_list(struct perso_rd *rd, struct perso_com *v)
{
	struct perso_tlv t = { 0 };
	const struct perso_lds_file *f;
	struct perso_rd in;
	unsigned seen = 0;
	uint8_t tag = 0;

	PERSO_TRY(lds_expect(rd, 0x5C, &t));
	in = lds_into(rd, &t);
	while (perso_rd_left(&in) > 0) {
		PERSO_TRY(perso_rd_u8(&in, &tag));
		f = perso_lds_by_tag(tag);
		if (f == NULL || f->dg == 0)
			PERSO_FAIL(PERSO_E_DATA,
			    "tag %02X at offset %zu is no data group", tag,
			    in.at - 1);
		if ((seen & 1u << f->dg) != 0)
			PERSO_FAIL(PERSO_E_DATA,
			    "tag %02X at offset %zu a second time", tag,
			    in.at - 1);
		seen |= 1u << f->dg;
		v->dgs[v->dg_count++] = (uint8_t)f->dg;
	}
	if ((seen & 6u) != 6u)
		PERSO_FAIL(PERSO_E_MISSING,
		    "DG1 or DG2 is not in the list up to offset %zu", in.at);
	return PERSO_OK;
}

static perso_rc
read_com(struct perso_span file, struct perso_com *v)
{
	struct perso_rd rd = { 0 };

	PERSO_TRY(lds_open(file, 0x60, &rd));
	PERSO_TRY_CTX(
	    read_version(&rd, 0x5F01, v->lds_version, 4), "LDS version");
	PERSO_TRY_CTX(read_version(&rd, 0x5F36, v->unicode_version, 6),
	    "Unicode version");
	PERSO_TRY_CTX(read_list(&rd, v), "tag list");
	return perso_rd_finish(&rd);
}

/* see perso/lds.h */
perso_rc
perso_com_parse(struct perso_span file, struct perso_com *ret)
{
	struct perso_com v = { .dg_count = 0 };

	PERSO_TRY_CTX(read_com(file, &v), "EF.COM");
	*ret = v;
	return PERSO_OK;
}
