/*
 * Active Authentication: Doc 9303-11, 6.1.
 */
#include <stdlib.h>

#include "perso/aa.h"
#include "perso/secinfo.h"
#include "verify_int.h"

/* The hash for ECDSA stands in DG14, which EF.SOD vouches for. */
static perso_rc
aa_hash(struct verify *v, enum perso_hash *ret)
{
	struct perso_span file =
	    perso_lds_image_find(v->files, perso_lds_by_dg(14));
	struct perso_lds_infos infos;
	struct perso_secinfos *s;
	const struct perso_secinfo *aa;
	perso_rc rc;

	PERSO_TRY(perso_sod_check(&v->sod.object, 14, file));
	PERSO_TRY(perso_dg14_parse(file, &infos));
	s = calloc(1, sizeof(*s));
	if (s == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory");
	rc = perso_secinfos_parse(infos.set, s);
	if (rc == PERSO_OK) {
		aa = perso_secinfos_find(s, PERSO_SECINFO_AA);
		if (aa != NULL) {
			rc = perso_secinfo_aa_hash(aa, ret);
		} else {
			perso_trail_reset();
			perso_trail_add("ActiveAuthenticationInfo is missing "
					"in EF.DG14");
			rc = PERSO_E_MISSING;
		}
	}
	free(s);
	return rc;
}

static perso_rc
authenticate(
    struct verify *v, struct perso_span file, enum perso_key_kind *ret_kind)
{
	enum perso_hash hash = PERSO_HASH_NONE;
	struct perso_pubkey *key = NULL;
	struct perso_dg15 d;
	perso_rc rc;

	PERSO_TRY(perso_dg15_parse(file, &d));
	PERSO_TRY(perso_pubkey_from_spki(d.spki, &key));
	*ret_kind = perso_pubkey_kind(key);
	rc = *ret_kind == PERSO_KEY_EC ? aa_hash(v, &hash) : PERSO_OK;
	if (rc == PERSO_OK)
		rc = perso_aa_authenticate(&v->card, key, hash);
	perso_pubkey_free(&key);
	return rc;
}

/* see verify_int.h */
perso_rc
verify_active(struct verify *v)
{
	struct perso_span file =
	    perso_lds_image_find(v->files, perso_lds_by_dg(15));
	enum perso_key_kind kind = PERSO_KEY_RSA;
	perso_rc rc;

	if (file.n == 0) {
		verify_skip(v, "active-auth", "no EF.DG15");
		return PERSO_OK;
	}
	/* The key counts only if EF.SOD vouches for it. */
	if (!v->has_sod ||
	    perso_sod_check(&v->sod.object, 15, file) != PERSO_OK) {
		verify_fail(v, "active-auth",
		    "EF.SOD does not vouch for the "
		    "key in EF.DG15");
		return PERSO_OK;
	}
	rc = authenticate(v, file, &kind);
	if (verify_is_link(rc))
		return rc;
	if (rc != PERSO_OK)
		verify_fail_trail(v, "active-auth");
	else
		verify_pass(v, "active-auth",
		    "%s: the chip is the one that "
		    "was signed for",
		    kind == PERSO_KEY_RSA ? "RSA" : "ECDSA");
	return PERSO_OK;
}
