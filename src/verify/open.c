/*
 * How a chip is opened: PACE as EF.CardAccess announces it, else BAC. Doc
 * 9303-11, 4.2 and 4.4.
 */
#include <stdio.h>

#include "perso/bac.h"
#include "perso/hooks.h"
#include "verify_int.h"

/* ---- What is announced. ---- */

/* What cannot be understood announces nothing, and says so. */
static void
parse_card_access(struct verify *v)
{
	struct perso_span file = perso_lds_image_find(
	    v->files, perso_lds_by_fid(true, PERSO_FID_CARD_ACCESS));
	struct perso_lds_infos infos;
	perso_rc rc;

	if (file.n == 0)
		return;
	rc = perso_card_access_parse(file, &infos);
	if (rc == PERSO_OK)
		rc = perso_secinfos_parse(infos.set, &v->access_infos);
	v->has_access_infos = rc == PERSO_OK;
	if (rc != PERSO_OK) {
		perso_trail_add("EF.CardAccess");
		verify_fail_trail(v, "card-access");
	}
}

/* see verify_int.h */
bool
verify_pace_announced(const struct verify *v)
{
	return v->has_access_infos && perso_pace_is_announced(&v->access_infos);
}

/* see verify_int.h */
size_t
verify_ways(const struct verify *v, struct verify_way ret[VERIFY_WAYS])
{
	unsigned known = v->in->expect != NULL
			     ? v->in->expect->profile->pace.passwords
			     : ~0u;
	const struct verify_way all[VERIFY_WAYS] = {
		{ PERSO_PACE_CAN, v->can },
		{ PERSO_PACE_PIN, v->pin },
		{ PERSO_PACE_MRZ, perso_span_str(v->access_key) },
		{ PERSO_PACE_PUK, v->puk },
	};
	size_t n = 0;

	for (size_t i = 0; i < VERIFY_WAYS; i++)
		if (all[i].secret.n > 0 && (known >> all[i].password & 1) != 0)
			ret[n++] = all[i];
	return n;
}

/* ---- Before anything is opened. ---- */

/* One byte of EF.DG1; *ret_open: the chip gave it away. */
static perso_rc
probe(struct verify *v, uint8_t p1, uint16_t *ret_sw, bool *ret_open)
{
	struct perso_apdu read = { .ins = 0xB0, .p1 = p1, .le = 1 };
	PERSO_BUF(data, PERSO_RSP_MAX);

	PERSO_TRY(perso_card_transmit(&v->card, &read, &data, ret_sw));
	*ret_open = *ret_open || *ret_sw == 0x9000 || data.n > 0;
	return PERSO_OK;
}

/* Doc 9303-11, 4.3: nothing without the access key, neither by the short
 * identifier nor after SELECT. A chip may not even let its application be
 * selected. */
static perso_rc
check_locked(struct verify *v)
{
	const struct perso_lds_file *dg1 = perso_lds_by_dg(1);
	uint16_t sw = 0, after = 0;
	bool open = false;
	perso_rc rc = perso_card_select_app(
	    &v->card, perso_span(perso_aid_emrtd, PERSO_AID_LEN));

	v->app_selected = rc == PERSO_OK;
	if (rc == PERSO_E_SW) {
		verify_pass(v, "access-control",
		    "the application cannot be selected before access is "
		    "granted (%04X)",
		    perso_card_last_sw());
		return PERSO_OK;
	}
	PERSO_TRY(rc);
	PERSO_TRY(probe(v, (uint8_t)(0x80 | dg1->sfi), &sw, &open));
	rc = perso_card_select_ef(&v->card, dg1->fid);
	if (rc == PERSO_OK)
		PERSO_TRY(probe(v, 0, &after, &open));
	else if (rc != PERSO_E_SW)
		return rc;
	if (open)
		verify_fail(v, "access-control",
		    "DG1 can be read without an access key");
	else
		verify_pass(v, "access-control",
		    "nothing is readable without the access key (%04X)", sw);
	return PERSO_OK;
}

/* ---- One session. ---- */

static struct perso_authentication
describe(const struct perso_pace_choice *c, const struct verify_way *w)
{
	struct perso_authentication a = { .name = "PACE" };

	snprintf(a.mapping, sizeof(a.mapping), "%s",
	    perso_pace_mapping_name(c->protocol.mapping));
	snprintf(a.agreement, sizeof(a.agreement), "%s",
	    perso_agree_kind_name(c->protocol.agreement));
	snprintf(a.parameters, sizeof(a.parameters), "%s",
	    perso_group_name(c->group));
	snprintf(a.cipher, sizeof(a.cipher), "%s",
	    perso_cipher_name(c->protocol.cipher));
	snprintf(a.password, sizeof(a.password), "%s",
	    perso_pace_password_name(w->password));
	return a;
}

static void
fail_pace(struct verify *v, const struct verify_way *w)
{
	if (w->password == PERSO_PACE_PIN && v->pace.tries >= 0)
		perso_trail_add("the PIN has %d %s left", v->pace.tries,
		    v->pace.tries == 1 ? "try" : "tries");
	verify_fail_trail(v, "pace");
}

/* see verify_int.h */
perso_rc
verify_pace(struct verify *v, const struct perso_pace_choice *c,
    const struct verify_way *w)
{
	const struct perso_pace_params p = {
		.choice = *c, .password = w->password, .secret = w->secret
	};
	struct perso_authentication a = describe(c, w);
	uint64_t begun = perso_ticks_us();
	perso_rc rc;

	v->pace.tries = PERSO_PACE_TRIES_UNKNOWN;
	rc = perso_pace_open(&v->card, &p, &v->pace);
	a.us = perso_ticks_us() - begun;
	if (verify_is_link(rc))
		return rc;
	if (rc == PERSO_OK) {
		verify_auth(v, &a, PERSO_CHECK_PASSED);
		verify_pass(v, "pace",
		    "%s with the %s; %s, %s secure messaging; %.1f ms",
		    a.mapping, a.password, verify_group_text(&a), a.cipher,
		    (double)a.us / 1e3);
		return rc;
	}
	if (rc == PERSO_E_SW && perso_card_last_sw() == 0x6A88) {
		verify_skip(v, "pace", "the chip has no %s", a.password);
		return PERSO_E_MISSING;
	}
	verify_auth(v, &a, PERSO_CHECK_FAILED);
	fail_pace(v, w);
	return rc;
}

/* see verify_int.h */
perso_rc
verify_select_mf(struct verify *v)
{
	perso_rc rc = perso_card_select_mf(&v->card);

	v->app_selected = false;
	if (rc != PERSO_OK && !verify_is_link(rc))
		rc = perso_card_reset(&v->card);
	return rc;
}

/* see verify_int.h */
perso_rc
verify_select_app(struct verify *v)
{
	if (!v->app_selected)
		PERSO_TRY(perso_card_select_app(
		    &v->card, perso_span(perso_aid_emrtd, PERSO_AID_LEN)));
	v->app_selected = true;
	return PERSO_OK;
}

/* The application is selected here: Doc 9303-11, 4.3. */
static perso_rc
open_bac(struct verify *v)
{
	struct perso_authentication a = { .name = "BAC", .cipher = "3DES" };
	uint64_t begun = perso_ticks_us();
	perso_rc rc = verify_select_app(v);

	if (rc == PERSO_OK)
		rc = perso_bac_open(&v->card, perso_span_str(v->access_key));
	a.us = perso_ticks_us() - begun;
	if (verify_is_link(rc))
		return rc;
	if (rc != PERSO_OK) {
		verify_auth(v, &a, PERSO_CHECK_FAILED);
		verify_fail_trail(v, "bac");
		return PERSO_E_CARD_AUTH;
	}
	snprintf(v->r->access, sizeof(v->r->access), "BAC");
	verify_auth(v, &a, PERSO_CHECK_PASSED);
	verify_pass(v, "bac",
	    "basic access control, 3DES secure messaging; %.1f ms",
	    (double)a.us / 1e3);
	return PERSO_OK;
}

/* The passwords in their order; a chip that says that it has not got one is
 * asked for the next. */
static perso_rc
open_pace(struct verify *v)
{
	struct verify_way ways[VERIFY_WAYS];
	size_t n = verify_ways(v, ways);
	perso_rc rc = perso_pace_choose(&v->access_infos, 0, &v->choice);

	if (rc != PERSO_OK) {
		verify_fail_trail(v, "pace");
		return PERSO_E_CARD_AUTH;
	}
	if (n == 0)
		verify_fail(v, "pace", "no password for it is known");
	PERSO_TRY(verify_select_mf(v));
	for (size_t i = 0; i < n; i++) {
		v->way = ways[i];
		rc = verify_pace(v, &v->choice, &v->way);
		if (rc == PERSO_OK || verify_is_link(rc))
			break;
		if (rc != PERSO_E_MISSING)
			return PERSO_E_CARD_AUTH;
		if (i + 1 == n)
			verify_fail(v, "pace",
			    "the chip has none of the passwords that are "
			    "known");
		rc = PERSO_E_CARD_AUTH;
	}
	if (rc == PERSO_OK && n > 0) {
		v->paced = true;
		snprintf(v->r->access, sizeof(v->r->access), "PACE");
	}
	return n > 0 ? rc : PERSO_E_CARD_AUTH;
}

/* Is there EF.CardSecurity to read? Chips may end the session over absent
 * files, so only if something says so. */
static bool
wants_card_security(const struct verify *v)
{
	const struct perso_inspection *x = v->in->expect;
	struct perso_pace_protocol p;

	if (x != NULL)
		return (x->profile->mf_files & PERSO_MF_CARD_SECURITY) != 0;
	for (size_t i = 0; i < v->access_infos.count; i++)
		if (perso_pace_from_oid(v->access_infos.items[i].oid, &p) ==
			PERSO_OK &&
		    p.mapping == PERSO_PACE_CAM)
			return true;
	return false;
}

/* Under PACE: the file of the MF that it opens, then the application. */
static perso_rc
after_pace(struct verify *v)
{
	bool there = false;
	perso_rc rc = PERSO_OK;

	if (wants_card_security(v))
		rc = verify_read_file(&v->card,
		    perso_lds_by_fid(true, PERSO_FID_CARD_SECURITY), v->files,
		    &there);
	if (verify_is_link(rc))
		return rc;
	if (rc != PERSO_OK)
		verify_fail_trail(v, "read-mf");
	rc = verify_select_app(v);
	if (rc == PERSO_OK || verify_is_link(rc))
		return rc;
	verify_fail_trail(v, "pace");
	return PERSO_E_CARD_AUTH;
}

/* PACE was announced and failed. BAC opens many such chips; whoever stands
 * between chip and terminal would want just that. */
static perso_rc
open_downgraded(struct verify *v)
{
	PERSO_TRY(perso_card_reset(&v->card));
	v->app_selected = false;
	PERSO_TRY(open_bac(v));
	verify_fail(v, "downgrade",
	    "EF.CardAccess announces PACE, but only BAC opened the chip");
	v->downgraded = true;
	return PERSO_OK;
}

static perso_rc
open_chip(struct verify *v)
{
	bool announced = verify_pace_announced(v);
	perso_rc rc;

	if (v->in->protocol != PERSO_VERIFY_BAC && announced) {
		rc = open_pace(v);
		if (rc == PERSO_OK)
			return after_pace(v);
		if (verify_is_link(rc) || v->access_key[0] == '\0' ||
		    v->in->protocol == PERSO_VERIFY_PACE)
			return rc;
		return open_downgraded(v);
	}
	if (v->in->protocol == PERSO_VERIFY_PACE || v->access_key[0] == '\0') {
		verify_fail(v, "pace", "no PACE: EF.CardAccess %s",
		    v->has_access_infos ? "does not announce it"
					: "is not there");
		return PERSO_E_CARD_AUTH;
	}
	if (announced)
		verify_skip(v, "pace", "announced, but BAC was asked for");
	return open_bac(v);
}

/* see verify_int.h */
perso_rc
verify_open(struct verify *v)
{
	perso_rc rc;

	perso_card_limits_from_atr(
	    perso_link_atr(v->in->link), &v->card.limits);
	PERSO_TRY(verify_read_mf(v));
	parse_card_access(v);
	rc = check_locked(v);
	if (verify_is_link(rc))
		return rc;
	if (rc != PERSO_OK)
		verify_fail_trail(v, "access-control");
	PERSO_TRY(verify_other_ways(v));
	return open_chip(v);
}

/* see verify_int.h */
perso_rc
verify_reopen(struct verify *v)
{
	const struct perso_pace_params p = { .choice = v->choice,
		.password = v->way.password,
		.secret = v->way.secret };

	if (v->paced && v->way.password == PERSO_PACE_PIN)
		PERSO_FAIL(PERSO_E_SM, "the session is over, and a PIN is "
				       "not sent twice");
	PERSO_TRY(perso_card_reset(&v->card));
	v->app_selected = false;
	if (v->paced) {
		PERSO_TRY(verify_select_mf(v));
		PERSO_TRY(perso_pace_open(&v->card, &p, &v->pace));
		return verify_select_app(v);
	}
	PERSO_TRY(verify_select_app(v));
	return perso_bac_open(&v->card, perso_span_str(v->access_key));
}
