/*
 * Active Authentication: Doc 9303-11, 6.1.
 */
#include <stdio.h>

#include "perso/aa.h"
#include "perso/hooks.h"
#include "verify_int.h"

/* The hash for ECDSA stands in DG14, which EF.SOD vouches for. */
static perso_rc
aa_hash(struct verify *v, enum perso_hash *ret)
{
	struct perso_span file =
	    perso_lds_image_find(v->files, perso_lds_by_dg(14));
	const struct perso_secinfo *aa;

	PERSO_TRY(perso_sod_check(&v->sod.object, 14, file));
	aa = v->has_infos ? perso_secinfos_find(&v->infos, PERSO_SECINFO_AA)
			  : NULL;
	if (aa == NULL)
		PERSO_FAIL(PERSO_E_MISSING,
		    "ActiveAuthenticationInfo is missing in EF.DG14");
	return perso_secinfo_aa_hash(aa, ret);
}

static perso_rc
authenticate(
    struct verify *v, struct perso_span file, struct perso_authentication *a)
{
	enum perso_hash hash = PERSO_HASH_NONE;
	struct perso_pubkey *key = NULL;
	struct perso_dg15 d;
	perso_rc rc;

	PERSO_TRY(perso_dg15_parse(file, &d));
	PERSO_TRY(perso_pubkey_from_spki(d.spki, &key));
	if (perso_pubkey_kind(key) == PERSO_KEY_RSA)
		snprintf(a->parameters, sizeof(a->parameters), "RSA %zu",
		    perso_pubkey_bits(key));
	else
		snprintf(a->parameters, sizeof(a->parameters), "ECDSA %s",
		    perso_curve_name(perso_pubkey_curve(key)));
	rc = perso_pubkey_kind(key) == PERSO_KEY_EC ? aa_hash(v, &hash)
						    : PERSO_OK;
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
	struct perso_authentication a = { .name = "AA" };
	uint64_t begun = perso_ticks_us();
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
	rc = authenticate(v, file, &a);
	a.us = perso_ticks_us() - begun;
	if (verify_is_link(rc))
		return rc;
	verify_auth(
	    v, &a, rc == PERSO_OK ? PERSO_CHECK_PASSED : PERSO_CHECK_FAILED);
	if (rc != PERSO_OK)
		verify_fail_trail(v, "active-auth");
	else
		verify_pass(v, "active-auth", "%s, %.1f ms: the chip %s",
		    a.parameters, (double)a.us / 1e3,
		    v->sod_believed
			? "is the one that was signed for"
			: "has the key of EF.DG15, but nobody who is trusted "
			  "signed for it");
	return PERSO_OK;
}
