/*
 * Every way into a chip that its profile names, and none besides. Sessions
 * of their own, before the one that reads: a hopper takes a chip that has
 * been read out at its next reset.
 */
#include <string.h>

#include "perso/bac.h"
#include "perso/hooks.h"
#include "verify_int.h"

/* Does EF.CardAccess announce just what the profile says? */
static bool
is_as_profile(const struct verify *v, const struct perso_pace_profile *p)
{
	unsigned seen = 0;

	for (size_t i = 0; i < v->access_infos.count; i++) {
		const struct perso_secinfo *s = &v->access_infos.items[i];
		struct perso_pace_protocol q;

		if (s->kind == PERSO_SECINFO_PACE_DOMAIN)
			return false;
		if (s->kind != PERSO_SECINFO_PACE)
			continue;
		if (perso_pace_from_oid(s->oid, &q) != PERSO_OK || !s->has_id ||
		    s->id != p->parameters ||
		    (unsigned)q.cipher != (unsigned)p->cipher ||
		    (q.agreement == PERSO_AGREE_DH) != (p->parameters < 3))
			return false;
		seen |= 1u << q.mapping;
	}
	return seen == p->mappings;
}

static void
check_announced(struct verify *v, const struct perso_doc_profile *p)
{
	if ((p->access & PERSO_ACCESS_PACE) == 0) {
		if (verify_pace_announced(v))
			verify_fail(v, "ways",
			    "PACE is announced, but the profile has none");
	} else if (!verify_pace_announced(v)) {
		verify_fail(v, "ways", "PACE is not announced");
	} else if (!is_as_profile(v, &p->pace)) {
		verify_fail(v, "ways",
		    "EF.CardAccess does not announce the profile's PACE: "
		    "mappings, parameters and cipher");
	} else {
		verify_pass(
		    v, "ways", "EF.CardAccess announces the profile's PACE");
	}
}

static perso_rc
start(struct verify *v)
{
	PERSO_TRY(perso_card_reset(&v->card));
	v->app_selected = false;
	return PERSO_OK;
}

/* One more session; only a link error ends the verification. */
static perso_rc
try_pace(struct verify *v, const struct perso_pace_choice *c,
    const struct verify_way *w)
{
	perso_rc rc;

	PERSO_TRY(start(v));
	PERSO_TRY(verify_select_mf(v));
	rc = verify_pace(v, c, w);
	if (rc == PERSO_E_MISSING)
		verify_fail(v, "pace", "the profile has it, the chip has not");
	return verify_is_link(rc) ? rc : PERSO_OK;
}

/* All that the line has drawn. */
static void
check_known(struct verify *v, const struct perso_pace_profile *p)
{
	const struct {
		enum perso_password_bit which;
		const char *name;
		struct perso_span value;
	} drawn[] = { { PERSO_PASSWORD_CAN, "CAN", v->can },
		{ PERSO_PASSWORD_PIN, "PIN", v->pin },
		{ PERSO_PASSWORD_PUK, "PUK", v->puk } };

	for (size_t i = 0; i < sizeof(drawn) / sizeof(drawn[0]); i++)
		if ((p->passwords & drawn[i].which) != 0 &&
		    drawn[i].value.n == 0)
			verify_fail(v, "ways", "the %s is not known here",
			    drawn[i].name);
}

/* Those beyond the number of passwords begin anew, but for what the chip
 * counts: PIN and PUK go there once, right or wrong. */
static const struct verify_way *
pick_way(const struct verify_way *ways, size_t n, size_t i)
{
	const struct verify_way *w = &ways[i % n];

	if (i < n || w->password < PERSO_PACE_PIN)
		return w;
	for (size_t k = 0; k < n; k++)
		if (ways[k].password < PERSO_PACE_PIN)
			return &ways[k];
	return NULL;
}

/* The session that counts uses the first mapping and the first password:
 * here are the others, each at least once. */
static perso_rc
try_all_pace(struct verify *v, const struct perso_pace_profile *p)
{
	struct perso_pace_choice list[PERSO_SECINFO_MAX];
	struct verify_way ways[VERIFY_WAYS];
	size_t n = 0, ways_n = verify_ways(v, ways), most;

	if (perso_pace_list(&v->access_infos, 0, list, &n) != PERSO_OK)
		return PERSO_OK; /* the session itself will say why */
	if (ways_n == 0)
		return PERSO_OK;
	check_known(v, p);
	most = n > ways_n ? n : ways_n;
	for (size_t i = 1; i < most; i++) {
		const struct verify_way *way = pick_way(ways, ways_n, i);

		if (way != NULL)
			PERSO_TRY(try_pace(v, &list[i % n], way));
	}
	return PERSO_OK;
}

static perso_rc
try_bac(struct verify *v, bool expected)
{
	struct perso_authentication a = { .name = "BAC", .cipher = "3DES" };
	uint64_t begun;
	perso_rc rc;

	PERSO_TRY(start(v));
	begun = perso_ticks_us();
	rc = verify_select_app(v);
	if (rc == PERSO_OK)
		rc = perso_bac_open(&v->card, perso_span_str(v->access_key));
	if (verify_is_link(rc))
		return rc;
	a.us = perso_ticks_us() - begun;
	if (expected)
		verify_auth(v, &a,
		    rc == PERSO_OK ? PERSO_CHECK_PASSED : PERSO_CHECK_FAILED);
	if (expected && rc == PERSO_OK)
		verify_pass(v, "bac",
		    "basic access control opens the chip, too; %.1f ms",
		    (double)a.us / 1e3);
	else if (expected)
		verify_fail_trail(v, "bac");
	else if (rc == PERSO_OK)
		verify_fail(v, "no-bac",
		    "BAC opens the chip, which the profile does not allow");
	else
		verify_pass(v, "no-bac", "BAC does not open the chip");
	return PERSO_OK;
}

/* see verify_int.h */
perso_rc
verify_other_ways(struct verify *v)
{
	const struct perso_inspection *x = v->in->expect;

	if (x == NULL)
		return PERSO_OK;
	check_announced(v, x->profile);
	if ((x->profile->access & PERSO_ACCESS_PACE) == 0)
		return PERSO_OK;
	if (verify_pace_announced(v))
		PERSO_TRY(try_all_pace(v, &x->profile->pace));
	PERSO_TRY(try_bac(v, (x->profile->access & PERSO_ACCESS_BAC) != 0));
	return start(v);
}

static bool
is_profile_key(
    const struct perso_ca_result *r, const struct perso_ca_profile *p)
{
	const struct perso_group *g = NULL;

	return perso_group_get(p->parameters, &g) == PERSO_OK &&
	       strcmp(perso_group_name(g), r->parameters) == 0 &&
	       (unsigned)r->cipher == (unsigned)p->cipher &&
	       r->has_id == p->has_key_id &&
	       (!r->has_id || r->key_id == p->key_id);
}

/* see verify_int.h */
void
verify_profile_keys(struct verify *v)
{
	const struct perso_doc_profile *p = v->in->expect->profile;

	if (p->ca.cipher == 0 && v->ca_proved)
		verify_fail(v, "ways",
		    "the profile has no Chip Authentication, the chip has");
	else if (p->ca.cipher != 0 && !v->ca_proved)
		verify_fail(v, "ways",
		    "the chip has not proved its key for Chip "
		    "Authentication, which the profile wants");
	else if (p->ca.cipher != 0 && !is_profile_key(&v->ca, &p->ca))
		verify_fail(v, "ways",
		    "Chip Authentication is not the profile's: parameters, "
		    "cipher and key id");
	if (p->ta.data_groups != 0 &&
	    (!v->has_infos ||
		perso_secinfos_find(&v->infos, PERSO_SECINFO_TA) == NULL))
		verify_fail(v, "ways",
		    "EF.DG14 does not announce Terminal Authentication, which "
		    "the profile wants");
	if (p->aa.kind != PERSO_AA_NONE &&
	    !perso_lds_image_has(v->files, perso_lds_by_dg(15)))
		verify_fail(v, "ways",
		    "no key for Active Authentication, which the profile "
		    "wants");
}
