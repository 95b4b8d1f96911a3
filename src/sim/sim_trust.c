/*
 * Whom the chip trusts: checks of a CV certificate and trust points.
 * TR-03110-3, 2.5; Doc 9303-12, 7.2.
 */
#include "sim_int.h"

#define EF_CVCA 0x011C
#define EF_CVCA_SIZE 36

/* see sim_int.h */
enum sim_role
sim_role(uint8_t chat)
{
	return (enum sim_role)(chat >> 6);
}

/* see sim_int.h */
void
sim_cv_init(struct sim_cv *cv)
{
	*cv = (struct sim_cv){ .spki.max = SIM_SPKI_MAX };
}

/* see sim_int.h */
void
sim_cv_done(struct sim_cv *cv)
{
	perso_buf_done(&cv->spki);
	sim_cv_init(cv);
}

/* see sim_int.h */
bool
sim_is_name(const struct sim_cv *cv, struct perso_span name)
{
	return cv->chr_n > 0 &&
	       perso_span_equal(perso_span(cv->chr, cv->chr_n), name);
}

/* TR-03110-3, 2.3: CVCA -> link or DV, DV -> terminal */
static bool
may_sign(uint8_t issuer, uint8_t subject)
{
	enum sim_role i = sim_role(issuer), s = sim_role(subject);

	if (i == SIM_CVCA)
		return s != SIM_IS;
	return i != SIM_IS && s == SIM_IS;
}

static bool
is_signed(
    const struct sim_cvc *c, struct perso_span spki, const uint8_t arcs[2])
{
	__attribute__((cleanup(perso_pubkey_free))) struct perso_pubkey *k =
	    NULL;
	struct perso_sig_alg alg;

	return sim_cvc_alg(arcs, &alg) &&
	       perso_pubkey_from_spki(spki, &k) == PERSO_OK &&
	       perso_pubkey_verify(k, alg, &c->body, 1, c->signature) ==
		   PERSO_OK;
}

/* Modulus or field not shorter than the issuer's. */
static bool
is_as_long(struct perso_span issuer, struct perso_span subject)
{
	__attribute__((cleanup(perso_pubkey_free))) struct perso_pubkey *a =
	    NULL;
	__attribute__((cleanup(perso_pubkey_free))) struct perso_pubkey *b =
	    NULL;

	return perso_pubkey_from_spki(issuer, &a) == PERSO_OK &&
	       perso_pubkey_from_spki(subject, &b) == PERSO_OK &&
	       perso_pubkey_bits(b) >= perso_pubkey_bits(a);
}

static bool
fill(const struct sim_cvc *c, struct sim_cv *ret)
{
	ret->chr_n = (uint8_t)c->chr.n;
	ret->chat = c->chat;
	ret->effective = c->effective;
	ret->expires = c->expires;
	ret->alg[0] = c->alg[0];
	ret->alg[1] = c->alg[1];
	return perso_span_copy(ret->chr, sizeof(ret->chr), c->chr) == PERSO_OK;
}

/* see sim_int.h */
uint16_t
sim_cv_judge(const struct perso_sim *s, const struct sim_cv *issuer,
    const struct sim_cvc *c, struct sim_cv *ret)
{
	struct perso_span spki = perso_buf_span(&issuer->spki);
	bool link = sim_role(c->chat) == SIM_CVCA;

	/* domain parameters are a CVCA's to give */
	if (c->domain && !link)
		return 0x6A80;
	if (!c->domain && c->alg[0] == 2 && issuer->alg[0] != 2)
		return 0x6A80;
	/* a root once more is no link: it would bring an old key to the front */
	if (link && perso_span_equal(c->car, c->chr))
		return 0x6300;
	if (!sim_is_name(issuer, c->car) || !may_sign(issuer->chat, c->chat) ||
	    !is_signed(c, spki, issuer->alg))
		return 0x6300;
	if (!sim_cvc_spki(c, spki, &ret->spki))
		return 0x6A80;
	if (!fill(c, ret))
		return 0x6A80;
	if (link)
		return SIM_OK;
	if (c->alg[0] != issuer->alg[0] || c->alg[1] != issuer->alg[1] ||
	    !is_as_long(spki, perso_buf_span(&ret->spki)))
		return 0x6300;
	if (c->expires < s->nv.today || (sim_role(issuer->chat) == SIM_CVCA &&
					    issuer->expires < s->nv.today))
		return 0x6300;
	return SIM_OK;
}

static void
move(struct sim_cv *to, struct sim_cv *from)
{
	struct perso_buf old = to->spki;

	perso_buf_done(&old);
	*to = *from;
	sim_cv_init(from);
}

/* see sim_int.h */
void
sim_trust_add(struct sim_nv *nv, struct sim_cv *cv)
{
	struct perso_span name = perso_span(cv->chr, cv->chr_n);

	if (!sim_is_name(&nv->trust[0], name) && nv->trust[0].chr_n > 0)
		move(&nv->trust[1], &nv->trust[0]);
	move(&nv->trust[0], cv);
}

/* see sim_int.h; TR-03110-3, A.1.3.3: names, newest first, zeros */
perso_rc
sim_write_cvca(struct sim_nv *nv)
{
	struct sim_file *f = &nv->files[sim_find(SIM_APP, EF_CVCA)];
	PERSO_BUF(b, EF_CVCA_SIZE);
	struct perso_wr w = perso_wr(&b);

	if (!f->there || f->data.n != EF_CVCA_SIZE)
		return PERSO_OK;
	for (size_t i = 0; i < SIM_TRUST; i++)
		if (nv->trust[i].chr_n > 0)
			perso_wr_tlv(&w, 0x42,
			    perso_span(nv->trust[i].chr, nv->trust[i].chr_n));
	perso_wr_zero(&w, EF_CVCA_SIZE - b.n);
	PERSO_TRY(perso_wr_end(&w));
	return perso_buf_set(&f->data, perso_buf_span(&b));
}

/* The first trust point vouches for itself. */
static bool
is_root(const struct sim_cvc *c, struct sim_cv *ret)
{
	return sim_role(c->chat) == SIM_CVCA &&
	       perso_span_equal(c->car, c->chr) &&
	       (c->domain || c->alg[0] != 2) &&
	       sim_cvc_spki(c, PERSO_SPAN_EMPTY, &ret->spki) &&
	       is_signed(c, perso_buf_span(&ret->spki), c->alg) && fill(c, ret);
}

/* see sim_int.h */
uint16_t
sim_put_trust(struct perso_sim *s, struct perso_span cert)
{
	struct sim_nv *nv = &s->nv;
	struct perso_tlv t;
	struct sim_cvc c;
	struct sim_cv cv;

	sim_cv_init(&cv);
	if (perso_tlv_only(cert, 0x7F21, &t) != PERSO_OK ||
	    !sim_cvc_parse(t.val, &c) || !is_root(&c, &cv)) {
		sim_cv_done(&cv);
		return 0x6A80;
	}
	if (nv->trust[1].chr_n > 0 && !sim_is_name(&nv->trust[0], c.chr)) {
		sim_cv_done(&cv);
		return 0x6A84;
	}
	if (s->inside) {
		sim_cv_done(&cv);
		return SIM_OK;
	}
	sim_trust_add(nv, &cv);
	if (nv->today < c.effective)
		nv->today = c.effective;
	return SIM_OK;
}

/* see perso/sim.h */
void
perso_sim_date(const struct perso_sim *s, char ret[7])
{
	uint32_t v = s->nv.today;

	for (size_t i = 6; i-- > 0; v /= 10)
		ret[i] = (char)('0' + v % 10);
	ret[6] = 0;
}
