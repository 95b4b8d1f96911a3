/*
 * EF.CardAccess, which nobody has signed, against EF.DG14 and
 * EF.CardSecurity, which somebody has; and Chip Authentication Mapping, which
 * rests on the latter. Doc 9303-11, 9.2.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "perso/cardsec.h"
#include "perso/hooks.h"
#include "verify_int.h"

/* Byte for byte: what is compared is what the chip gave. */
static bool
contains(const struct perso_secinfos *set, struct perso_span raw)
{
	for (size_t i = 0; i < set->count; i++)
		if (perso_span_equal(set->items[i].raw, raw))
			return true;
	return false;
}

static bool
contains_all(const struct perso_secinfos *set, const struct perso_secinfos *of)
{
	for (size_t i = 0; i < of->count; i++)
		if (!contains(set, of->items[i].raw))
			return false;
	return true;
}

/* ---- EF.CardSecurity. ---- */

static perso_rc
check_signer(struct verify *v, const struct perso_cert *ds)
{
	const struct perso_cert *csca = NULL;

	if (v->in->trust == NULL || perso_trust_count(v->in->trust) == 0)
		PERSO_FAIL(PERSO_E_TRUST, "no CSCA is trusted");
	PERSO_TRY(perso_trust_check_ds(v->in->trust, ds, v->in->now, &csca));
	if (v->has_ds &&
	    strcasecmp(v->ds.subject_country, ds->subject_country) != 0)
		PERSO_FAIL(PERSO_E_MISMATCH,
		    "its signer is of another country than that of EF.SOD");
	return PERSO_OK;
}

/* Its own signature and its signer's chain: EF.SOD says nothing of it. */
static bool
is_signed(struct verify *v, const struct perso_cardsec *sec)
{
	PERSO_CERT(ds);
	perso_rc rc = verify_signature(&sec->cms, &ds);

	if (rc == PERSO_OK)
		rc = check_signer(v, &ds);
	if (rc != PERSO_OK) {
		perso_trail_add("EF.CardSecurity");
		verify_fail_trail(v, "card-security");
		return false;
	}
	verify_pass(v, "card-security",
	    "%zu SecurityInfos, signed by a trusted document signer, %s",
	    sec->infos.count, perso_hash_name(sec->cms.alg.hash));
	return true;
}

static void
check_cam(struct verify *v, const struct perso_secinfos *infos, bool believed)
{
	struct perso_authentication a = { .name = "CAM" };
	uint64_t begun = perso_ticks_us();
	perso_rc rc;

	if (!believed) {
		verify_auth(v, &a, PERSO_CHECK_FAILED);
		verify_fail(v, "cam",
		    "does not count: nobody who is trusted signed for the key "
		    "in EF.CardSecurity");
		return;
	}
	rc = perso_pace_cam_check(&v->pace, infos);
	a.us = perso_ticks_us() - begun;
	snprintf(a.parameters, sizeof(a.parameters), "%s", v->pace.parameters);
	verify_auth(
	    v, &a, rc == PERSO_OK ? PERSO_CHECK_PASSED : PERSO_CHECK_FAILED);
	v->cam_proved = rc == PERSO_OK;
	if (rc != PERSO_OK)
		verify_fail_trail(v, "cam");
	else
		verify_pass(v, "cam",
		    "the chip has the private key %llu of EF.CardSecurity; "
		    "%.1f ms",
		    (unsigned long long)v->pace.param_id, (double)a.us / 1e3);
}

static void
check_security_infos(struct verify *v, const struct perso_cardsec *sec)
{
	struct perso_secinfos infos;
	perso_rc rc = perso_secinfos_parse(sec->infos.set, &infos);
	bool believed;

	if (rc != PERSO_OK) {
		verify_fail_trail(v, "card-security");
		return;
	}
	believed = is_signed(v, sec);
	if (v->has_access_infos && !contains_all(&infos, &v->access_infos))
		verify_fail(v, "card-security",
		    "something of EF.CardAccess is not in EF.CardSecurity");
	if (v->paced && v->pace.has_cam)
		check_cam(v, &infos, believed);
}

/* see verify_int.h */
void
verify_card_security(struct verify *v)
{
	struct perso_span file = perso_lds_image_find(
	    v->files, perso_lds_by_fid(true, PERSO_FID_CARD_SECURITY));
	struct perso_cardsec sec;

	if (file.n == 0) {
		if (v->paced && v->pace.has_cam)
			verify_fail(v, "cam",
			    "does not count: there is no EF.CardSecurity to "
			    "vouch for the chip's key");
		return;
	}
	if (perso_cardsec_parse(file, &sec) != PERSO_OK)
		verify_fail_trail(v, "card-security");
	else
		check_security_infos(v, &sec);
}

/* ---- EF.CardAccess and EF.DG14. ---- */

/* What EF.CardAccess says was believed before anything was signed for: had
 * somebody changed it, the document would say so here. */
static void
check_card_access(struct verify *v)
{
	if (!v->infos_believed)
		verify_fail(v, "card-access",
		    "nothing that is signed says what EF.CardAccess says");
	else if (!contains_all(&v->infos, &v->access_infos))
		verify_fail(v, "card-access",
		    "something of EF.CardAccess is not in EF.DG14");
	else
		verify_pass(v, "card-access",
		    "%zu SecurityInfos, all of them in EF.DG14",
		    v->access_infos.count);
}

/* A protocol that only EF.DG14 announces: was it taken out of EF.CardAccess,
 * so that the terminal takes a weaker one? */
static bool
was_taken(const struct verify *v)
{
	for (size_t i = 0; i < v->infos.count; i++) {
		const struct perso_secinfo *s = &v->infos.items[i];

		if (s->kind == PERSO_SECINFO_PACE &&
		    !contains(&v->access_infos, s->raw))
			return true;
	}
	return false;
}

/* see verify_int.h */
void
verify_infos(struct verify *v)
{
	if (v->has_access_infos)
		check_card_access(v);
	if (!v->downgraded && v->infos_believed && was_taken(v))
		verify_fail(v, "downgrade",
		    "EF.DG14 announces PACE that EF.CardAccess does not");
}
