/*
 * Chip and Terminal Authentication, version 1: Doc 9303-11, 6.2 and 7.1.
 */
#include <stdio.h>
#include <string.h>

#include "perso/hooks.h"
#include "perso/tlv.h"
#include "verify_int.h"

#define SENSITIVE (1u << 3 | 1u << 4)

/* ---- Chip Authentication. ---- */

static void
describe_ca(struct perso_authentication *a, const struct perso_ca_choice *c)
{
	snprintf(a->agreement, sizeof(a->agreement), "%s",
	    perso_agree_kind_name(c->agreement));
	snprintf(
	    a->cipher, sizeof(a->cipher), "%s", perso_cipher_name(c->cipher));
}

/* The session after a protocol that failed: is there still one? */
static perso_rc
carry_on(struct verify *v)
{
	perso_rc rc = PERSO_OK;

	if (v->card.channel == NULL || v->card.channel->dead)
		rc = verify_reopen(v);
	if (rc != PERSO_OK && !verify_is_link(rc))
		rc = PERSO_E_SM;
	return rc;
}

static perso_rc
run_ca(struct verify *v, const struct perso_ca_choice *c)
{
	struct perso_authentication a = { .name = "CA" };
	uint64_t begun = perso_ticks_us();
	perso_rc rc = perso_ca_open(&v->card, c, &v->ca);
	char id[32] = "";

	if (rc == PERSO_OK) {
		snprintf(
		    a.parameters, sizeof(a.parameters), "%s", v->ca.parameters);
		rc = perso_ca_prove(&v->card, perso_lds_by_dg(14)->fid);
	}
	if (verify_is_link(rc))
		return rc;
	describe_ca(&a, c);
	a.us = perso_ticks_us() - begun;
	if (rc != PERSO_OK) {
		verify_auth(v, &a, PERSO_CHECK_FAILED);
		verify_fail_trail(v, "chip-auth");
		return carry_on(v);
	}
	v->ca_proved = true;
	if (c->has_id)
		snprintf(id, sizeof(id), ", key %llu",
		    (unsigned long long)c->key_id);
	verify_auth(v, &a, PERSO_CHECK_PASSED);
	verify_pass(v, "chip-auth",
	    "%s%s, %s secure messaging; %.1f ms: the chip is the one that "
	    "was signed for",
	    verify_group_text(&a), id, a.cipher, (double)a.us / 1e3);
	return PERSO_OK;
}

/* see verify_int.h */
perso_rc
verify_chip_auth(struct verify *v)
{
	struct perso_ca_choice c;
	perso_rc rc;

	if ((v->wanted >> 14 & 1) == 0)
		return PERSO_OK;
	if (!v->has_infos) {
		verify_skip(v, "chip-auth", "nothing of EF.DG14 is known");
		return PERSO_OK;
	}
	rc = perso_ca_choose(&v->infos, NULL, &c);
	if (rc == PERSO_E_MISSING) {
		verify_skip(v, "chip-auth", "no key for it in EF.DG14");
		return PERSO_OK;
	}
	if (rc != PERSO_OK) {
		verify_fail_trail(v, "chip-auth");
		return PERSO_OK;
	}
	/* Without that anybody's key would do, and would be told to. */
	if (!v->infos_believed) {
		verify_fail(v, "chip-auth",
		    "not tried: passive authentication does not vouch for the "
		    "key in EF.DG14");
		return PERSO_OK;
	}
	return run_ca(v, &c);
}

/* ---- Terminal Authentication. ---- */

/* see verify_int.h */
const char *
verify_shut(const struct verify *v, int dg)
{
	if (dg != 3 && dg != 4)
		return NULL;
	if (v->ta_done && perso_cvc_has_right(&v->ta.effective,
			      dg == 3 ? PERSO_CVC_DG3 : PERSO_CVC_DG4))
		return NULL;
	if (v->ta_done)
		return "the terminal has no right to it";
	return v->shut != NULL ? v->shut : "no Terminal Authentication";
}

/* TerminalAuthenticationInfo may name another file: SEQUENCE { fid OCTET
 * STRING, sfi OCTET STRING OPTIONAL }. */
static uint16_t
cvca_fid(const struct perso_secinfo *ta)
{
	uint16_t fid = 0x011C;
	struct perso_tlv seq, id;
	struct perso_rd rd;

	if (ta == NULL || ta->efcvca.n == 0)
		return fid;
	if (perso_tlv_only(ta->efcvca, 0x30, &seq) != PERSO_OK)
		return fid;
	rd = perso_rd(seq.val);
	if (perso_tlv_expect(&rd, 0x04, &id) == PERSO_OK && id.val.n == 2)
		fid = (uint16_t)(id.val.p[0] << 8 | id.val.p[1]);
	return fid;
}

static perso_rc
read_cvca(struct verify *v, const struct perso_secinfo *ta)
{
	struct perso_lds_file f = *perso_lds_by_name("EF.CVCA");
	const struct perso_lds_file *row = perso_lds_by_name("EF.CVCA");
	struct perso_buf *b = NULL;
	perso_rc rc;

	f.fid = cvca_fid(ta);
	rc = perso_card_select_ef(&v->card, f.fid);
	if (verify_is_link(rc) || rc == PERSO_E_SM)
		return rc;
	if (rc == PERSO_E_SW)
		return PERSO_OK; /* PACE may have said it */
	if (rc == PERSO_OK)
		rc = perso_lds_image_add(v->files, row, &b);
	if (rc == PERSO_OK)
		rc = perso_card_read_all(&v->card, 256, b);
	if (rc == PERSO_OK)
		return rc;
	perso_lds_image_remove(v->files, row);
	if (verify_is_link(rc) || rc == PERSO_E_SM)
		return rc;
	perso_trail_add("EF.CVCA");
	verify_fail_trail(v, "read");
	return PERSO_OK;
}

/* EF.DG3 and EF.DG4 must not be open yet. */
static perso_rc
check_shut(struct verify *v, uint32_t dgs)
{
	bool open = false;

	for (int dg = 3; dg <= 4; dg++) {
		struct perso_apdu read = { .ins = 0xB0, .le = 1 };
		PERSO_BUF(data, PERSO_RSP_MAX);
		uint16_t sw = 0;
		perso_rc rc;

		if ((dgs >> dg & 1) == 0)
			continue;
		rc = perso_card_select_ef(&v->card, perso_lds_by_dg(dg)->fid);
		if (rc == PERSO_OK)
			rc = perso_card_transmit(&v->card, &read, &data, &sw);
		if (rc != PERSO_OK && rc != PERSO_E_SW)
			return rc;
		if (rc == PERSO_OK && (sw == 0x9000 || data.n > 0)) {
			verify_fail(v, "eac",
			    "EF.DG%d can be read without Terminal "
			    "Authentication",
			    dg);
			open = true;
		}
	}
	if (!open && dgs != 0)
		verify_pass(v, "eac",
		    "%s stay%s shut before Terminal "
		    "Authentication",
		    dgs == SENSITIVE	  ? "EF.DG3 and EF.DG4"
		    : (dgs >> 3 & 1) != 0 ? "EF.DG3"
					  : "EF.DG4",
		    dgs == SENSITIVE ? "" : "s");
	return PERSO_OK;
}

/* Names from PACE, or else from EF.CVCA. */
static perso_rc
get_cars(struct verify *v, struct perso_cars *ret)
{
	struct perso_span file =
	    perso_lds_image_find(v->files, perso_lds_by_name("EF.CVCA"));

	*ret = v->pace.cars;
	if (v->paced && ret->count > 0)
		return PERSO_OK;
	PERSO_TRY_CTX(perso_cars_parse(file, ret), "EF.CVCA");
	return PERSO_OK;
}

/* What the chip is called: by PACE, or as printed with its check digit. */
static struct perso_span
id_ic(const struct verify *v)
{
	size_t n = strlen(v->access_key);

	if (v->paced)
		return perso_comp_span(&v->pace.id_ic);
	return perso_span(v->access_key, n > 14 ? n - 14 : 0);
}

static perso_rc
run_ta(struct verify *v, struct perso_cars *cars)
{
	const struct perso_inspect_terminal *t = v->terminal;
	struct perso_ta_chain chain;
	struct perso_ta_params p = { .chain = &chain,
		.key = t->key,
		.id_ic = id_ic(v),
		.comp = perso_comp_span(
		    v->ca_proved ? &v->ca.comp : &v->pace.comp_ifd) };

	PERSO_TRY(get_cars(v, cars));
	PERSO_TRY(perso_ta_find_chain(t->certs, t->cert_count,
	    perso_keyref_pubkey(t->key), cars, &chain));
	return perso_ta_authenticate(&v->card, &p, &v->ta);
}

static perso_rc
authenticate(struct verify *v)
{
	struct perso_authentication a = { .name = "TA" };
	uint64_t begun = perso_ticks_us();
	struct perso_cars cars = { .count = 0 };
	perso_rc rc = run_ta(v, &cars);

	if (verify_is_link(rc))
		return rc;
	a.us = perso_ticks_us() - begun;
	v->ta_done = rc == PERSO_OK;
	if (rc != PERSO_OK) {
		verify_auth(v, &a, PERSO_CHECK_FAILED);
		verify_fail_trail(v, "terminal-auth");
		v->shut = "Terminal Authentication failed";
		if (v->card.channel == NULL || v->card.channel->dead)
			return PERSO_E_SM;
		return PERSO_OK;
	}
	snprintf(a.parameters, sizeof(a.parameters), "%s", v->ta.algorithm);
	verify_auth(v, &a, PERSO_CHECK_PASSED);
	verify_pass(v, "terminal-auth",
	    "%s from %s with %zu certificates, %s; EF.DG3 %s, EF.DG4 %s; "
	    "%.1f ms",
	    v->ta.chr, v->ta.car, v->ta.certificates, v->ta.algorithm,
	    verify_shut(v, 3) == NULL ? "open" : "not allowed",
	    verify_shut(v, 4) == NULL ? "open" : "not allowed",
	    (double)a.us / 1e3);
	return PERSO_OK;
}

/* see verify_int.h */
perso_rc
verify_terminal_auth(struct verify *v)
{
	const struct perso_inspection *x = v->in->expect;
	const struct perso_secinfo *ta =
	    v->has_infos ? perso_secinfos_find(&v->infos, PERSO_SECINFO_TA)
			 : NULL;
	uint32_t dgs = v->wanted & SENSITIVE;

	if (ta != NULL || (x != NULL && x->profile->cvca))
		PERSO_TRY(read_cvca(v, ta));
	if (ta != NULL || (x != NULL && x->profile->ta.data_groups != 0)) {
		if (x != NULL && x->profile->ta.data_groups != 0)
			dgs &= x->profile->ta.data_groups;
		if (!v->read_only)
			PERSO_TRY(check_shut(v, dgs));
	} else if (v->terminal == NULL) {
		return PERSO_OK;
	}
	if (v->terminal == NULL) {
		v->shut = "no terminal's key and certificates were given";
		verify_skip(v, "terminal-auth", "%s", v->shut);
	} else if (ta == NULL) {
		verify_skip(v, "terminal-auth", "EF.DG14 does not announce it");
	} else if (!v->ca_proved && !v->cam_proved) {
		v->shut = "no Chip Authentication before Terminal "
			  "Authentication";
		verify_fail(v, "terminal-auth", "%s", v->shut);
	} else {
		return authenticate(v);
	}
	return PERSO_OK;
}
