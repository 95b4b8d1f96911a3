/*
 * The operational chip: its commands, Basic Access Control and Active
 * Authentication.
 */
#include "sim_int.h"

#include "perso/hooks.h"

#define RND 8
#define BAC_DATA 32 /* RND, RND, K */

/* Doc 9303-11, 4.3.4.1 */
static perso_rc
bac_challenge(struct perso_sim *s, const struct sim_cmd *c, struct sim_ans *a)
{
	if (s->df != SIM_APP || !s->nv.has_seed)
		return sim_sw(a, 0x6985);
	if (!c->has_le || c->data.n > 0)
		return sim_sw(a, 0x6700);
	if (!sim_fits(c, RND, a))
		return PERSO_OK;
	PERSO_TRY(perso_random(s->challenge, RND));
	PERSO_TRY(perso_buf_append(&a->data, perso_span_of(s->challenge)));
	s->has_challenge = true;
	return sim_sw(a, SIM_OK);
}

/* Checks E.IFD || M.IFD; *ret_ok, and plain is RND.IFD, RND.IC, K.IFD. */
static perso_rc
open_token(const struct perso_sim *s, struct perso_span token,
    struct perso_buf *plain, bool *ret_ok)
{
	struct perso_span e = perso_span_sub(token, 0, BAC_DATA);
	PERSO_SECRET(enc);
	PERSO_SECRET(mac);
	uint8_t m[8];

	enc.n = mac.n = 16;
	PERSO_TRY(sim_kdf(s->nv.seed, 1, enc.p));
	PERSO_TRY(sim_kdf(s->nv.seed, 2, mac.p));
	PERSO_TRY(sim_retail_mac(mac.p, e, m));
	*ret_ok = perso_secret_equal(
	    perso_span_of(m), perso_span_sub(token, BAC_DATA, 8));
	if (!*ret_ok)
		return PERSO_OK;
	PERSO_TRY(perso_cbc_decrypt(
	    PERSO_3DES, perso_secret_span(&enc), PERSO_SPAN_EMPTY, e, plain));
	*ret_ok = perso_secret_equal(perso_span_of(s->challenge),
	    perso_span_sub(perso_buf_span(plain), RND, RND));
	return PERSO_OK;
}

/* RND.IC || RND.IFD || K.IC, encrypted, and its MAC */
static perso_rc
make_token(const struct perso_sim *s, const struct perso_buf *ifd,
    const uint8_t k_ic[16], struct perso_buf *ret)
{
	PERSO_BUF(plain, BAC_DATA);
	PERSO_SECRET(enc);
	PERSO_SECRET(mac);
	uint8_t m[8];

	enc.n = mac.n = 16;
	PERSO_TRY(sim_kdf(s->nv.seed, 1, enc.p));
	PERSO_TRY(sim_kdf(s->nv.seed, 2, mac.p));
	PERSO_TRY(perso_buf_append(&plain, perso_span_of(s->challenge)));
	PERSO_TRY(perso_buf_append(&plain, perso_span(ifd->p, RND)));
	PERSO_TRY(perso_buf_append(&plain, perso_span(k_ic, 16)));
	PERSO_TRY(perso_cbc_encrypt(PERSO_3DES, perso_secret_span(&enc),
	    PERSO_SPAN_EMPTY, perso_buf_span(&plain), ret));
	PERSO_TRY(sim_retail_mac(mac.p, perso_buf_span(ret), m));
	return perso_buf_append(ret, perso_span_of(m));
}

/* Session keys, and SSC from the halves of both challenges: Doc 9303-11,
 * 9.8.6.3 */
static perso_rc
start_session(
    struct perso_sim *s, const struct perso_buf *ifd, const uint8_t k_ic[16])
{
	PERSO_SECRET(seed);

	seed.n = 16;
	for (size_t i = 0; i < 16; i++)
		seed.p[i] = ifd->p[2 * RND + i] ^ k_ic[i];
	PERSO_TRY(sim_sm_start(&s->sm, PERSO_3DES, perso_secret_span(&seed)));
	for (size_t i = 4; i < RND; i++)
		s->sm.ssc = s->sm.ssc << 8 | s->challenge[i];
	for (size_t i = 4; i < RND; i++)
		s->sm.ssc = s->sm.ssc << 8 | ifd->p[i];
	s->auth = (struct sim_auth){ .bac = true };
	return PERSO_OK;
}

/* Doc 9303-11, 4.3.4.2 */
static perso_rc
mutual_authenticate(
    struct perso_sim *s, const struct sim_cmd *c, struct sim_ans *a)
{
	bool ready = s->has_challenge, ok = false;
	PERSO_BUF(ifd, BAC_DATA);
	PERSO_SECRET(k_ic);

	s->has_challenge = false;
	if (c->p1 != 0 || c->p2 != 0)
		return sim_sw(a, 0x6A86);
	if (!ready || s->df != SIM_APP || !s->nv.has_seed)
		return sim_sw(a, 0x6985);
	if (c->data.n != BAC_DATA + 8)
		return sim_sw(a, 0x6700);
	if (!sim_fits(c, BAC_DATA + 8, a))
		return PERSO_OK;
	PERSO_TRY(open_token(s, c->data, &ifd, &ok));
	if (!ok)
		return sim_sw(a, 0x6300);
	k_ic.n = 16;
	PERSO_TRY(perso_random(k_ic.p, 16));
	PERSO_TRY(make_token(s, &ifd, k_ic.p, &a->data));
	PERSO_TRY(start_session(s, &ifd, k_ic.p));
	return sim_sw(a, SIM_OK);
}

/* see sim_int.h; 6A || M1 || H(M1 || RND.IFD) || 34 CC: the first bits 01 1
 * 0..0 1010 say partial recovery, more data, no padding. */
perso_rc
sim_aa_rsa_block(size_t n, struct perso_span challenge, struct perso_buf *ret)
{
	struct perso_wr w = perso_wr(ret);
	uint8_t m1[512];
	struct perso_span parts[2];
	struct perso_md md;

	if (n < 1 + 32 + 2 + 1 || n > sizeof(m1))
		PERSO_FAIL(PERSO_E_KEY, "RSA modulus of %zu bytes", n);
	parts[0] = perso_span(m1, n - 1 - 32 - 2);
	parts[1] = challenge;
	PERSO_TRY(perso_random(m1, parts[0].n));
	PERSO_TRY(perso_digest_parts(PERSO_SHA256, parts, 2, &md));
	perso_wr_u8(&w, 0x6A);
	perso_wr_bytes(&w, parts[0]);
	perso_wr_bytes(&w, perso_md_span(&md));
	perso_wr_u16(&w, 0x34CC);
	return perso_wr_end(&w);
}

static enum perso_hash
aa_hash(enum perso_curve c)
{
	if (c == PERSO_P256 || c == PERSO_BP256)
		return PERSO_SHA256;
	return c == PERSO_P384 || c == PERSO_BP384 ? PERSO_SHA384
						   : PERSO_SHA512;
}

static perso_rc
aa_sign(struct perso_keyref *key, struct perso_span challenge,
    struct perso_buf *ret)
{
	const struct perso_pubkey *pub = perso_keyref_pubkey(key);
	struct perso_sig_alg alg = { .kind = PERSO_SIG_ECDSA_PLAIN };
	PERSO_BUF(block, 512);

	if (perso_pubkey_kind(pub) == PERSO_KEY_EC) {
		alg.hash = aa_hash(perso_pubkey_curve(pub));
		return perso_keyref_sign(key, alg, &challenge, 1, ret);
	}
	PERSO_TRY(
	    sim_aa_rsa_block(perso_pubkey_bits(pub) / 8, challenge, &block));
	return perso_keyref_rsa_raw(key, perso_buf_span(&block), ret);
}

/* Doc 9303-11, 6.1.4 */
static perso_rc
internal_authenticate(
    struct perso_sim *s, const struct sim_cmd *c, struct sim_ans *a)
{
	if (!s->sm.active || s->auth.pace == SIM_PUK)
		return sim_sw(a, 0x6982);
	if (c->p1 != 0 || c->p2 != 0)
		return sim_sw(a, 0x6A86);
	if (c->data.n != RND)
		return sim_sw(a, 0x6700);
	if (s->nv.aa_key == NULL)
		return sim_sw(a, 0x6A88);
	PERSO_TRY(aa_sign(s->nv.aa_key, c->data, &a->data));
	if (sim_fits(c, a->data.n, a))
		a->sw = SIM_OK;
	return PERSO_OK;
}

/* In a session it is Terminal Authentication's. */
static perso_rc
get_challenge(struct perso_sim *s, const struct sim_cmd *c, struct sim_ans *a)
{
	s->has_challenge = false;
	if (c->p1 != 0 || c->p2 != 0)
		return sim_sw(a, 0x6A86);
	return s->sm.active ? sim_ta_challenge(s, c, a)
			    : bac_challenge(s, c, a);
}

/* MSE:SET, by P1-P2; TR-03110-3, B */
static perso_rc
manage(struct perso_sim *s, const struct sim_cmd *c, struct sim_ans *a)
{
	static const struct {
		uint16_t p;
		perso_rc (*run)(struct perso_sim *s, const struct sim_cmd *c,
		    struct sim_ans *a);
	} known[] = {
		{ 0xC1A4, sim_pace_set_at },
		{ 0x41A6, sim_ca_set_kat },
		{ 0x41A4, sim_ca_set_at },
		{ 0x81B6, sim_ta_set_dst },
		{ 0x81A4, sim_ta_set_at },
	};
	uint16_t p = (uint16_t)(c->p1 << 8 | c->p2);

	sim_pace_end(&s->pace);
	s->ca = NULL;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (known[i].p == p)
			return known[i].run(s, c, a);
	return sim_sw(a, 0x6A86);
}

static perso_rc
general_authenticate(
    struct perso_sim *s, const struct sim_cmd *c, struct sim_ans *a)
{
	if (s->ca != NULL)
		return sim_ca_step(s, c, a);
	return sim_pace_step(s, c, a);
}

/* PSO: VERIFY CERTIFICATE is the only one. */
static perso_rc
security_operation(
    struct perso_sim *s, const struct sim_cmd *c, struct sim_ans *a)
{
	if (c->p1 != 0x00 || c->p2 != 0xBE)
		return sim_sw(a, 0x6A86);
	return sim_ta_verify(s, c, a);
}

static perso_rc
run(struct perso_sim *s, const struct sim_cmd *c, struct sim_ans *a)
{
	if (c->ins != 0x86 && c->ins != 0x22)
		sim_pace_end(&s->pace);
	switch (c->ins) {
	case 0xA4:
		return sim_select(s, c, a);
	case 0xB0:
	case 0xB1:
		return sim_read(s, c, a);
	case 0xCA:
		return sim_get_data(s, c, a);
	case 0x84:
		return get_challenge(s, c, a);
	case 0x82:
		return s->sm.active ? sim_ta_authenticate(s, c, a)
				    : mutual_authenticate(s, c, a);
	case 0x22:
		return manage(s, c, a);
	case 0x86:
		return general_authenticate(s, c, a);
	case 0x2A:
		return security_operation(s, c, a);
	case 0x2C:
		return sim_reset_retry_counter(s, c, a);
	case 0x88:
		return internal_authenticate(s, c, a);
	default:
		return sim_sw(a, sim_is_perso_ins(c->ins) ? 0x6985 : 0x6D00);
	}
}

/* see sim_int.h */
perso_rc
sim_oper(struct perso_sim *s, const struct sim_cmd *c, struct sim_ans *a)
{
	PERSO_TRY(run(s, c, a));
	if (a->sw != SIM_OK)
		perso_buf_clear(&a->data);
	return PERSO_OK;
}
