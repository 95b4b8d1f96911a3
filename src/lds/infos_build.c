#include "lds_int.h"

#include <string.h>

/* X.690, 11.6 */
static bool
is_after(struct perso_span a, struct perso_span b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n > 0 ? memcmp(a.p, b.p, n) : 0;

	return c != 0 ? c > 0 : a.n > b.n;
}

/* The elements in DER order; total is their bytes. */
static perso_rc
sort(const struct perso_lds_infos *v, struct perso_span *dst, size_t *total)
{
	struct perso_tlv t = { 0 };

	if (v->count == 0 || v->count > PERSO_LDS_INFOS)
		PERSO_FAIL(PERSO_E_ARG, "%zu SecurityInfos", v->count);
	for (size_t i = 0; i < v->count; i++) {
		size_t j = i;

		if (perso_tlv_only(v->infos[i], 0x30, &t) != PERSO_OK) {
			perso_trail_add("SecurityInfo %zu", i);
			return PERSO_E_ARG;
		}
		for (; j > 0 && is_after(dst[j - 1], v->infos[i]); j--)
			dst[j] = dst[j - 1];
		dst[j] = v->infos[i];
		*total += v->infos[i].n;
	}
	return PERSO_OK;
}

/* A SET that is there already. */
static perso_rc
write_set(uint32_t file_tag, struct perso_span set, struct perso_buf *ret)
{
	struct perso_wr w = perso_wr(ret);
	struct perso_tlv t = { 0 };
	size_t mark = ret->n;

	if (perso_tlv_only(set, 0x31, &t) != PERSO_OK || t.val.n == 0) {
		perso_trail_add("SecurityInfos are no SET, or an empty one");
		return PERSO_E_ARG;
	}
	if (file_tag != 0)
		perso_wr_head(&w, file_tag, set.n);
	perso_wr_bytes(&w, set);
	return lds_end(&w, mark);
}

/* see lds_int.h */
perso_rc
lds_infos_build(
    uint32_t file_tag, const struct perso_lds_infos *v, struct perso_buf *ret)
{
	struct perso_span sorted[PERSO_LDS_INFOS];
	struct perso_wr w = perso_wr(ret);
	size_t mark = ret->n, file = 0, total = 0;

	if (v->count == 0 && v->set.n != 0)
		return write_set(file_tag, v->set, ret);
	PERSO_TRY(sort(v, sorted, &total));
	PERSO_TRY(perso_buf_reserve(ret, ret->n + total + 12));
	if (file_tag != 0)
		file = perso_wr_open(&w, file_tag);
	perso_wr_head(&w, 0x31, total);
	for (size_t i = 0; i < v->count; i++)
		perso_wr_bytes(&w, sorted[i]);
	if (file_tag != 0)
		perso_wr_close(&w, file);
	return lds_end(&w, mark);
}

/* see perso/lds.h */
perso_rc
perso_dg14_build(const struct perso_lds_infos *v, struct perso_buf *ret)
{
	PERSO_TRY_CTX(lds_infos_build(0x6E, v, ret), "EF.DG14");
	return PERSO_OK;
}

/* see perso/lds.h */
perso_rc
perso_card_access_build(const struct perso_lds_infos *v, struct perso_buf *ret)
{
	PERSO_TRY_CTX(lds_infos_build(0, v, ret), "EF.CardAccess");
	return PERSO_OK;
}
