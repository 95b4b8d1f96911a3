/* What Chip Authentication Mapping is worth: Doc 9303-11, 4.4.3.5.2. */
#include "pace_int.h"

/* The key with this id: 9.2.1. Duplicates are one key. */
static perso_rc
find_key(const struct perso_secinfos *infos, uint64_t id,
    const struct perso_secinfo **ret)
{
	const struct perso_secinfo *found = NULL;

	for (size_t i = 0; i < infos->count; i++) {
		const struct perso_secinfo *it = &infos->items[i];

		if (it->kind != PERSO_SECINFO_CA_PUBKEY || !it->has_id ||
		    it->id != id)
			continue;
		if (found != NULL && !perso_span_equal(found->spki, it->spki))
			PERSO_FAIL(PERSO_E_MISMATCH,
			    "two keys with the identifier %llu",
			    (unsigned long long)id);
		found = it;
	}
	if (found == NULL)
		PERSO_FAIL(PERSO_E_MISSING, "no key with the identifier %llu",
		    (unsigned long long)id);
	*ret = found;
	return PERSO_OK;
}

static perso_rc
check(const struct perso_pace_result *r, const struct perso_secinfos *infos)
{
	const struct perso_secinfo *key = NULL;
	PERSO_GROUP(g);
	PERSO_ELEM(pk_ic);
	PERSO_ELEM(map_pk);
	PERSO_BUF(encoded, PK_MAX);

	if (!r->has_cam)
		PERSO_FAIL(PERSO_E_ARG, "PACE was run with another mapping");
	PERSO_TRY(find_key(infos, r->param_id, &key));
	PERSO_TRY(perso_group_from_spki(key->spki, &g, &pk_ic));
	if (!perso_group_equal(g, r->group))
		PERSO_FAIL(PERSO_E_MISMATCH,
		    "the key is over %s, PACE was "
		    "over %s",
		    perso_group_name(g), perso_group_name(r->group));
	PERSO_TRY(perso_elem_mul(g, pk_ic, &r->ca_ic, &map_pk));
	PERSO_TRY(perso_elem_encode(g, map_pk, &encoded));
	if (!perso_span_equal(
		perso_buf_span(&encoded), perso_num_span(&r->map_pk)))
		PERSO_FAIL(PERSO_E_CARD_AUTH, "the chip does not hold the "
					      "private key");
	return PERSO_OK;
}

/* see perso/pace.h */
perso_rc
perso_pace_cam_check(
    const struct perso_pace_result *r, const struct perso_secinfos *infos)
{
	PERSO_TRY_CTX(check(r, infos), "Chip Authentication Mapping");
	return PERSO_OK;
}
