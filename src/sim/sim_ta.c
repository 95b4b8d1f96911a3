/*
 * Terminal Authentication version 1, the chip's side: Doc 9303-11, 7.1;
 * TR-03110-3, B.3.
 */
#include "sim_int.h"

#include "perso/hooks.h"

#define EF_DG1 0x0101

static void
forget_terminal(struct sim_ta *t)
{
	sim_cv_done(&t->terminal);
	t->rights = 0;
	t->selected = t->challenged = false;
}

/* see sim_int.h */
void
sim_ta_end(struct sim_ta *t)
{
	sim_cv_done(&t->dv);
	sim_cv_done(&t->terminal);
	perso_wipe(t, sizeof(*t));
	sim_cv_init(&t->dv);
	sim_cv_init(&t->terminal);
}

/* May Terminal Authentication go on now? */
static uint16_t
is_time(const struct perso_sim *s)
{
	if (!s->sm.active || (!s->auth.ca && !s->auth.cam))
		return 0x6982;
	if (s->auth.ta)
		return 0x6985;
	return s->nv.trust[0].chr_n > 0 ? SIM_OK : 0x6A88;
}

/* { 83 name } */
static bool
read_name(struct perso_span data, struct perso_span *ret)
{
	static const uint32_t tag = 0x83;

	return sim_objects(data, &tag, 1, ret) && ret->n > 0;
}

/* see sim_int.h; MSE:SET DST */
perso_rc
sim_ta_set_dst(struct perso_sim *s, const struct sim_cmd *c, struct sim_ans *a)
{
	struct perso_span car;
	const struct sim_cv *known[] = { &s->nv.trust[0], &s->nv.trust[1],
		&s->ta.dv, &s->ta.terminal };
	uint16_t sw = is_time(s);

	s->ta.issuer = NULL;
	if (sw != SIM_OK)
		return sim_sw(a, sw);
	if (!read_name(c->data, &car))
		return sim_sw(a, 0x6A80);
	for (size_t i = 0; i < 4 && s->ta.issuer == NULL; i++)
		if (sim_is_name(known[i], car))
			s->ta.issuer = known[i];
	return sim_sw(a, s->ta.issuer != NULL ? SIM_OK : 0x6A88);
}

static void
advance_date(struct perso_sim *s, uint32_t to)
{
	if (to <= s->nv.today)
		return;
	s->nv.today = to;
	s->dirty = true;
	s->pages++;
}

/* TR-03110-3, 2.5: what a good certificate changes. Takes cv. */
static perso_rc
import(struct perso_sim *s, const struct sim_cv *issuer, struct sim_cv *cv)
{
	struct sim_ta *t = &s->ta;
	enum sim_role role = sim_role(cv->chat);
	bool domestic = sim_role(issuer->chat) == SIM_DV_DOMESTIC;

	if (role != SIM_IS || domestic)
		advance_date(s, cv->effective);
	forget_terminal(t);
	if (role == SIM_IS) {
		t->rights = t->dv_rights & cv->chat & 0x3F;
		t->terminal = *cv;
	} else if (role == SIM_CVCA) {
		s->dirty = true;
		s->pages++;
		sim_cv_done(&t->dv);
		sim_trust_add(&s->nv, cv);
		return sim_write_cvca(&s->nv);
	} else {
		t->dv_rights = issuer->chat & cv->chat & 0x3F;
		sim_cv_done(&t->dv);
		t->dv = *cv;
	}
	sim_cv_init(cv);
	return PERSO_OK;
}

/* see sim_int.h; PSO: VERIFY CERTIFICATE */
perso_rc
sim_ta_verify(struct perso_sim *s, const struct sim_cmd *c, struct sim_ans *a)
{
	const struct sim_cv *issuer = s->ta.issuer;
	struct sim_cvc cvc;
	struct sim_cv cv;
	uint16_t sw = is_time(s);
	perso_rc rc = PERSO_OK;

	s->ta.issuer = NULL;
	if (sw != SIM_OK)
		return sim_sw(a, sw);
	if (issuer == NULL)
		return sim_sw(a, 0x6985);
	if (!sim_cvc_parse(c->data, &cvc))
		return sim_sw(a, 0x6A80);
	sim_cv_init(&cv);
	a->sw = sim_cv_judge(s, issuer, &cvc, &cv);
	if (a->sw == SIM_OK)
		rc = import(s, issuer, &cv);
	sim_cv_done(&cv);
	return rc;
}

/* see sim_int.h; MSE:SET AT */
perso_rc
sim_ta_set_at(struct perso_sim *s, const struct sim_cmd *c, struct sim_ans *a)
{
	struct perso_span chr;
	uint16_t sw = is_time(s);

	s->ta.selected = s->ta.challenged = false;
	if (sw != SIM_OK)
		return sim_sw(a, sw);
	if (!read_name(c->data, &chr))
		return sim_sw(a, 0x6A80);
	s->ta.selected = sim_is_name(&s->ta.terminal, chr);
	return sim_sw(a, s->ta.selected ? SIM_OK : 0x6A88);
}

/* see sim_int.h; GET CHALLENGE */
perso_rc
sim_ta_challenge(
    struct perso_sim *s, const struct sim_cmd *c, struct sim_ans *a)
{
	struct sim_ta *t = &s->ta;

	t->challenged = false;
	if (!t->selected)
		return sim_sw(a, 0x6985);
	if (!c->has_le || c->data.n > 0)
		return sim_sw(a, 0x6700);
	if (!sim_fits(c, sizeof(t->challenge), a))
		return PERSO_OK;
	PERSO_TRY(perso_random(t->challenge, sizeof(t->challenge)));
	PERSO_TRY(perso_buf_append(&a->data, perso_span_of(t->challenge)));
	t->challenged = true;
	return sim_sw(a, SIM_OK);
}

/* The MRZ in EF.DG1: 61 { 5F1F }. */
static bool
read_mrz(const struct perso_sim *s, struct perso_span *ret)
{
	struct perso_rd rd = perso_rd(
	    perso_buf_span(&s->nv.files[sim_find(SIM_APP, EF_DG1)].data));
	struct perso_tlv t;

	if (perso_tlv_expect(&rd, 0x61, &t) != PERSO_OK)
		return false;
	rd = perso_rd(t.val);
	if (perso_tlv_expect(&rd, 0x5F1F, &t) != PERSO_OK)
		return false;
	*ret = t.val;
	return true;
}

/* Document number and check digit, Doc 9303-3 to 6: nine characters and the
 * digit; in TD1 and TD2 a longer number has < in its place and goes on in
 * the optional data, check digit last. */
static perso_rc
document_number(const struct perso_sim *s, struct perso_buf *ret)
{
	struct perso_span mrz, optional;
	size_t at, n;

	if (!read_mrz(s, &mrz) || (mrz.n != 90 && mrz.n != 72 && mrz.n != 88))
		return PERSO_OK;
	at = mrz.n == 90 ? 5 : mrz.n / 2;
	optional = mrz.n == 90 ? perso_span_sub(mrz, 15, 15)
			       : perso_span_sub(mrz, at + 28, 7);
	if (mrz.p[at + 9] != '<' || mrz.n == 88)
		return perso_buf_append(ret, perso_span_sub(mrz, at, 10));
	for (n = 0; n < optional.n && optional.p[n] != '<';)
		n++;
	PERSO_TRY(perso_buf_append(ret, perso_span_sub(mrz, at, 9)));
	return perso_buf_append(ret, perso_span_sub(optional, 0, n));
}

/* ID_IC || RND.IC || Comp(PK_IFD): 7.1.2 */
static perso_rc
is_right(const struct perso_sim *s, struct perso_span sig, bool *ret)
{
	const struct sim_cv *cv = &s->ta.terminal;
	__attribute__((cleanup(perso_pubkey_free))) struct perso_pubkey *k =
	    NULL;
	struct perso_span parts[3];
	struct perso_sig_alg alg;
	PERSO_BUF(id, 128);
	perso_rc rc;

	*ret = false;
	if (s->auth.pace != 0)
		PERSO_TRY(perso_buf_append(
		    &id, perso_span(s->auth.ic.p, s->auth.ic.n)));
	else
		PERSO_TRY(document_number(s, &id));
	parts[0] = perso_buf_span(&id);
	parts[1] = perso_span_of(s->ta.challenge);
	parts[2] = perso_span(s->auth.ifd.p, s->auth.ifd.n);
	if (id.n == 0 || !sim_cvc_alg(cv->alg, &alg))
		return PERSO_OK;
	PERSO_TRY(perso_pubkey_from_spki(perso_buf_span(&cv->spki), &k));
	rc = perso_pubkey_verify(k, alg, parts, 3, sig);
	*ret = rc == PERSO_OK;
	return rc == PERSO_E_NOMEM ? rc : PERSO_OK;
}

/* see sim_int.h; EXTERNAL AUTHENTICATE */
perso_rc
sim_ta_authenticate(
    struct perso_sim *s, const struct sim_cmd *c, struct sim_ans *a)
{
	bool ready = s->ta.challenged, ok = false;
	uint16_t sw = is_time(s);

	s->ta.challenged = false;
	if (c->p1 != 0 || c->p2 != 0)
		return sim_sw(a, 0x6A86);
	if (sw != SIM_OK || !ready)
		return sim_sw(a, 0x6985);
	PERSO_TRY(is_right(s, c->data, &ok));
	if (!ok)
		return sim_sw(a, 0x6300);
	s->auth.ta = true;
	s->auth.rights = s->ta.rights;
	sim_ta_end(&s->ta);
	return sim_sw(a, SIM_OK);
}
