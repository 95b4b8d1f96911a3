/*
 * PACE, the chip's side: Doc 9303-11, 4.4; PIN and PUK: TR-03110-2, 2.5.
 */
#include "sim_int.h"

#include "perso/hooks.h"

#define DRAWS_MAX 64

/* see sim_int.h */
void
sim_pace_end(struct sim_pace *p)
{
	perso_group_free(&p->mapped);
	perso_buf_done(&p->pk_ic);
	perso_buf_done(&p->pk_ifd);
	perso_wipe(p, sizeof(*p));
	perso_buf_init(&p->pk_ic, SIM_POINT_MAX);
	perso_buf_init(&p->pk_ifd, SIM_POINT_MAX);
}

/* ---- MSE:SET AT ---- */

static bool
has_pace(const struct perso_sim *s)
{
	for (size_t i = 0; i < SIM_PASSWORDS; i++)
		if (s->nv.passwords[i].n > 0)
			return true;
	return false;
}

static uint16_t
take_password(struct perso_sim *s, struct perso_span v)
{
	if (v.n != 1)
		return 0x6A80;
	if (v.p[0] < SIM_MRZ || v.p[0] > SIM_PUK ||
	    s->nv.passwords[v.p[0]].n == 0)
		return 0x6A88;
	s->pace.password = (enum sim_password)v.p[0];
	return SIM_OK;
}

static uint16_t
take_group(struct perso_sim *s, struct perso_span oid, struct perso_span id)
{
	struct sim_pace *p = &s->pace;
	uint64_t number = 0, used;
	uint16_t sw;

	if (oid.n != SIM_PACE_OID || !sim_pace_oid(oid, &p->proto))
		return 0x6A80;
	if (id.p == NULL ? (s->quirks & PERSO_SIM_WANTS_84) != 0
			 : (s->quirks & PERSO_SIM_REFUSES_84) != 0 ||
			       !sim_number(id, &number))
		return 0x6A80;
	sw = sim_pace_group(s, oid, id.p == NULL ? NULL : &number, &p->group);
	if (sw != SIM_OK)
		return sw;
	used = (uint64_t)perso_group_id(p->group);
	if (p->proto.mapping == SIM_CAM)
		p->cam = sim_ca_find(&s->nv, &used);
	return perso_span_copy(p->oid, sizeof(p->oid), oid) == PERSO_OK
		   ? SIM_OK
		   : 0x6A80;
}

/* What is left of PIN or PUK, said beforehand: TR-03110-3, B.1 */
static uint16_t
tries_left(const struct perso_sim *s)
{
	enum sim_password which = s->pace.password;
	uint8_t full = which == SIM_PIN ? SIM_TRIES_PIN : SIM_TRIES_PUK;
	uint8_t left = s->nv.passwords[which].tries;

	if (which < SIM_PIN || left >= full)
		return SIM_OK;
	return (uint16_t)(0x63C0 | left);
}

/* see sim_int.h; 4.4.4.1 */
perso_rc
sim_pace_set_at(struct perso_sim *s, const struct sim_cmd *c, struct sim_ans *a)
{
	static const uint32_t tags[] = { 0x80, 0x83, 0x84 };
	struct sim_pace *p = &s->pace;
	struct perso_span v[3], secret;
	uint16_t sw;

	sim_pace_end(p);
	if (s->quirks & PERSO_SIM_NO_PACE)
		return sim_sw(a, 0x6D00);
	if (!has_pace(s) || s->df != SIM_MF ||
	    (s->sm.active && s->auth.pace == 0))
		return sim_sw(a, 0x6985);
	if (!sim_objects(c->data, tags, 3, v) || v[0].p == NULL ||
	    v[1].p == NULL)
		return sim_sw(a, 0x6A80);
	sw = take_password(s, v[1]);
	if (sw == SIM_OK)
		sw = take_group(s, v[0], v[2]);
	if (sw != SIM_OK) {
		sim_pace_end(p);
		return sim_sw(a, sw);
	}
	secret = perso_span(
	    s->nv.passwords[p->password].p, s->nv.passwords[p->password].n);
	PERSO_TRY(sim_kdf_for(p->proto.cipher, secret, 3, &p->k_pi));
	p->step = SIM_STEP_NONCE;
	return sim_sw(a, tries_left(s));
}

/* ---- GENERAL AUTHENTICATE ---- */

/* 7C { tag value } */
static perso_rc
answer_with(struct sim_ans *a, uint32_t tag, struct perso_span value)
{
	struct perso_wr w = perso_wr(&a->data);
	size_t mark = perso_wr_open(&w, 0x7C);

	perso_wr_tlv(&w, tag, value);
	perso_wr_close(&w, mark);
	PERSO_TRY(perso_wr_end(&w));
	return sim_sw(a, SIM_OK);
}

/* Step 1: the nonce, encrypted */
static perso_rc
send_nonce(struct perso_sim *s, struct sim_ans *a)
{
	struct sim_pace *p = &s->pace;
	uint8_t left = s->nv.passwords[p->password].tries;
	PERSO_BUF(z, 64);

	if (p->password >= SIM_PIN && left == 0)
		return sim_sw(a, 0x6983);
	if (p->password == SIM_PIN && left == 1 &&
	    !(s->sm.active && s->auth.pace == SIM_CAN))
		return sim_sw(a, 0x6985);
	p->nonce.n = sim_nonce_size(p->proto.cipher);
	PERSO_TRY(perso_random(p->nonce.p, p->nonce.n));
	PERSO_TRY(
	    perso_cbc_encrypt(p->proto.cipher, perso_secret_span(&p->k_pi),
		PERSO_SPAN_EMPTY, perso_secret_span(&p->nonce), &z));
	p->step = SIM_STEP_MAP;
	return answer_with(a, 0x80, perso_buf_span(&z));
}

/* The terminal's fault, not ours? */
static bool
is_theirs(perso_rc rc)
{
	return rc == PERSO_E_KEY || rc == PERSO_E_RANGE ||
	       rc == PERSO_E_UNSUPPORTED || rc == PERSO_E_DATA;
}

/* A key of ours. One of DH that begins with a zero byte is drawn anew: there
 * are terminals that keep such bytes and terminals that do not. */
static perso_rc
draw_key(
    const struct perso_group *g, struct perso_num *sk, struct perso_elem **ret)
{
	for (int i = 0; i < DRAWS_MAX; i++) {
		PERSO_ELEM(pk);
		PERSO_NUM(x);

		PERSO_TRY(perso_scalar_random(g, sk));
		PERSO_TRY(perso_elem_base_mul(g, sk, &pk));
		PERSO_TRY(perso_elem_x(g, pk, &x));
		if (perso_group_kind(g) == PERSO_AGREE_DH && x.p[0] == 0)
			continue;
		*ret = pk;
		pk = NULL;
		return PERSO_OK;
	}
	PERSO_FAIL(PERSO_E_CRYPTO, "no ephemeral key in %d draws", DRAWS_MAX);
}

/* The terminal's public key, and ours, which must differ. */
static perso_rc
exchange(const struct perso_group *g, struct perso_span pk,
    struct perso_num *sk, struct perso_elem **theirs, struct perso_elem **ours)
{
	PERSO_TRY(sim_public_read(g, pk, theirs));
	PERSO_TRY(draw_key(g, sk, ours));
	if (perso_elem_equal(g, *theirs, *ours))
		PERSO_FAIL(PERSO_E_KEY, "the terminal's public key is ours");
	return PERSO_OK;
}

static perso_rc
map_generic(struct sim_pace *p, struct perso_span pk, struct perso_buf *ret)
{
	PERSO_ELEM(theirs);
	PERSO_ELEM(ours);

	PERSO_TRY(exchange(p->group, pk, &p->sk_map, &theirs, &ours));
	PERSO_TRY(sim_map_generic(p->group, perso_secret_span(&p->nonce),
	    &p->sk_map, theirs, &p->mapped));
	return perso_elem_encode(p->group, ours, ret);
}

/* Step 2 */
static perso_rc
map_nonce(struct perso_sim *s, struct perso_span data, struct sim_ans *a)
{
	struct sim_pace *p = &s->pace;
	bool im = p->proto.mapping == SIM_IM;
	PERSO_BUF(ours, SIM_POINT_MAX);
	perso_rc rc;

	if (im ? data.n != perso_cipher_key(p->proto.cipher)
	       : !sim_public_fits(p->group, data))
		return sim_sw(a, 0x6A80);
	if (im)
		rc = sim_map_integrated(p->group, p->proto.cipher,
		    perso_secret_span(&p->nonce), data, &p->mapped);
	else
		rc = map_generic(p, data, &ours);
	if (is_theirs(rc))
		return sim_sw(a, 0x6300);
	PERSO_TRY(rc);
	p->step = SIM_STEP_KEY;
	return answer_with(a, 0x82, perso_buf_span(&ours));
}

/* What a faulty chip sends instead of its public key. */
static void
spoil_key(const struct perso_sim *s, struct perso_buf *pk)
{
	const struct sim_pace *p = &s->pace;
	bool dh = p->proto.kind == PERSO_AGREE_DH;

	if (s->quirks & PERSO_SIM_SAME_POINT)
		(void)!perso_buf_set(pk, perso_buf_span(&p->pk_ifd));
	if (s->quirks & PERSO_SIM_BAD_POINT) {
		if (dh)
			perso_wipe(pk->p, pk->n);
		pk->p[pk->n - 1] ^= 1;
	}
}

static perso_rc
agree(struct sim_pace *p, struct perso_span pk)
{
	PERSO_NUM(sk);
	PERSO_NUM(secret);
	PERSO_ELEM(theirs);
	PERSO_ELEM(ours);
	PERSO_ELEM(shared);
	enum perso_cipher cipher = p->proto.cipher;

	PERSO_TRY(exchange(p->mapped, pk, &sk, &theirs, &ours));
	PERSO_TRY(perso_elem_mul(p->mapped, theirs, &sk, &shared));
	PERSO_TRY(perso_elem_x(p->mapped, shared, &secret));
	PERSO_TRY(sim_kdf_for(cipher, perso_num_span(&secret), 1, &p->enc));
	PERSO_TRY(sim_kdf_for(cipher, perso_num_span(&secret), 2, &p->mac));
	PERSO_TRY(sim_compress(p->mapped, ours, &p->comp_ic));
	PERSO_TRY(sim_compress(p->mapped, theirs, &p->comp_ifd));
	PERSO_TRY(perso_buf_append(&p->pk_ifd, pk));
	return perso_elem_encode(p->mapped, ours, &p->pk_ic);
}

/* Step 3 */
static perso_rc
agree_key(struct perso_sim *s, struct perso_span pk, struct sim_ans *a)
{
	struct sim_pace *p = &s->pace;
	PERSO_BUF(sent, SIM_POINT_MAX);
	perso_rc rc;

	if (!sim_public_fits(p->group, pk))
		return sim_sw(a, 0x6A80);
	rc = agree(p, pk);
	if (is_theirs(rc))
		return sim_sw(a, 0x6300);
	PERSO_TRY(rc);
	PERSO_TRY(perso_buf_set(&sent, perso_buf_span(&p->pk_ic)));
	spoil_key(s, &sent);
	p->step = SIM_STEP_TOKEN;
	return answer_with(a, 0x84, perso_buf_span(&sent));
}

/* 4.4.3.4: MAC over 7F49 { 06 OID, 86 or 84 the other's public key } */
static perso_rc
make_token(const struct sim_pace *p, const struct perso_buf *pk, uint8_t ret[8])
{
	bool dh = p->proto.kind == PERSO_AGREE_DH;
	PERSO_BUF(b, SIM_POINT_MAX + 64);
	struct perso_wr w = perso_wr(&b);
	size_t mark = perso_wr_open(&w, 0x7F49);

	perso_wr_tlv(&w, 0x06, perso_span_of(p->oid));
	perso_wr_tlv(&w, dh ? 0x84 : 0x86, perso_buf_span(pk));
	perso_wr_close(&w, mark);
	PERSO_TRY(perso_wr_end(&w));
	return sim_mac(p->proto.cipher, perso_secret_span(&p->mac),
	    perso_buf_span(&b), ret);
}

/* 4.4.3.5.1: CA_IC = SK_IC^-1 * SK_map,IC, encrypted; appended */
static perso_rc
chip_auth_data(const struct perso_sim *s, struct perso_buf *ret)
{
	const struct sim_pace *p = &s->pace;
	enum perso_cipher cipher = p->proto.cipher;
	struct perso_span enc = perso_secret_span(&p->enc);
	uint8_t minus_one[16], iv[16];
	PERSO_NUM(order);
	PERSO_NUM(sk);
	PERSO_NUM(ca);
	PERSO_BUF(plain, 128);

	for (size_t i = 0; i < 16; i++)
		minus_one[i] = 0xFF;
	PERSO_TRY(perso_group_num(p->group, PERSO_GROUP_ORDER, &order));
	sk = p->cam->sk;
	if (s->quirks & PERSO_SIM_CLONE)
		PERSO_TRY(perso_scalar_random(p->group, &sk));
	sim_inv_mod(&sk, &order, &ca);
	sim_mul_mod(&ca, &p->sk_map, &order, &ca);
	PERSO_TRY(perso_buf_append(&plain, perso_num_span(&ca)));
	PERSO_TRY(sim_pad(&plain, 16));
	PERSO_TRY(perso_block_encrypt(cipher, enc, minus_one, iv));
	return perso_cbc_encrypt(
	    cipher, enc, perso_span_of(iv), perso_buf_span(&plain), ret);
}

/* Names of the trust points, newest first. */
static void
write_cars(const struct sim_nv *nv, struct perso_wr *w)
{
	for (size_t i = 0; i < SIM_TRUST; i++)
		if (nv->trust[i].chr_n > 0)
			perso_wr_tlv(w, i == 0 ? 0x87 : 0x88,
			    perso_span(nv->trust[i].chr, nv->trust[i].chr_n));
}

static perso_rc
write_last(struct perso_sim *s, struct sim_ans *a)
{
	struct sim_pace *p = &s->pace;
	struct perso_wr w = perso_wr(&a->data);
	PERSO_BUF(ca, 128);
	uint8_t token[8];
	size_t mark;

	PERSO_TRY(make_token(p, &p->pk_ifd, token));
	if (s->quirks & PERSO_SIM_BAD_TOKEN)
		token[0] ^= 1;
	if (p->proto.mapping == SIM_CAM)
		PERSO_TRY(chip_auth_data(s, &ca));
	mark = perso_wr_open(&w, 0x7C);
	perso_wr_tlv(&w, 0x86, perso_span_of(token));
	write_cars(&s->nv, &w);
	if (ca.n > 0)
		perso_wr_tlv(&w, 0x8A, perso_buf_span(&ca));
	perso_wr_close(&w, mark);
	return perso_wr_end(&w);
}

static void
set_tries(struct perso_sim *s, enum sim_password which, uint8_t n)
{
	struct sim_secret *p = &s->nv.passwords[which];

	if (p->tries == n)
		return;
	p->tries = n;
	s->dirty = true;
	s->pages++;
}

static uint16_t
wrong_token(struct perso_sim *s)
{
	enum sim_password which = s->pace.password;

	if (which < SIM_PIN)
		return 0x6300;
	set_tries(s, which, (uint8_t)(s->nv.passwords[which].tries - 1));
	return (uint16_t)(0x63C0 | s->nv.passwords[which].tries);
}

static void
right_token(struct perso_sim *s)
{
	enum sim_password which = s->pace.password;

	if (which < SIM_PIN)
		return;
	set_tries(s, SIM_PIN, SIM_TRIES_PIN);
	if (which == SIM_PUK)
		set_tries(s, SIM_PUK, SIM_TRIES_PUK);
}

static perso_rc
start_session(struct perso_sim *s)
{
	struct sim_pace *p = &s->pace;
	struct sim_auth auth = { .pace = p->password };
	struct sim_sm *next = &s->next;

	*next = (struct sim_sm){ .cipher = p->proto.cipher };
	PERSO_TRY(perso_span_copy(
	    next->enc, sizeof(next->enc), perso_secret_span(&p->enc)));
	PERSO_TRY(perso_span_copy(
	    next->mac, sizeof(next->mac), perso_secret_span(&p->mac)));
	auth.ic = p->comp_ic;
	auth.cam = p->proto.mapping == SIM_CAM;
	if (auth.cam)
		auth.ifd = p->comp_ifd;
	s->next_auth = auth;
	next->active = true;
	return PERSO_OK;
}

/* Step 4 */
static perso_rc
check_token(struct perso_sim *s, struct perso_span token, struct sim_ans *a)
{
	struct sim_pace *p = &s->pace;
	uint8_t want[8];

	if (token.n != sizeof(want))
		return sim_sw(a, 0x6A80);
	PERSO_TRY(make_token(p, &p->pk_ic, want));
	if (!perso_secret_equal(token, perso_span_of(want)))
		return sim_sw(a, wrong_token(s));
	PERSO_TRY(write_last(s, a));
	right_token(s);
	PERSO_TRY(start_session(s));
	p->step = SIM_STEP_NONE;
	return sim_sw(a, SIM_OK);
}

/* 7C { tag value } of this step, or 7C {} of the first. */
static uint16_t
read_step(
    const struct sim_pace *p, const struct sim_cmd *c, struct perso_span *ret)
{
	static const uint32_t tags[] = { 0, 0, 0x81, 0x83, 0x85 };
	struct perso_tlv outer, inner;

	if (p->step == SIM_STEP_NONE)
		return 0x6985;
	if (c->p1 != 0 || c->p2 != 0)
		return 0x6A86;
	if (c->more != (p->step != SIM_STEP_TOKEN))
		return 0x6883;
	if (!c->has_le)
		return 0x6700;
	if (perso_tlv_only(c->data, 0x7C, &outer) != PERSO_OK)
		return 0x6A80;
	*ret = PERSO_SPAN_EMPTY;
	if (p->step == SIM_STEP_NONCE)
		return outer.val.n == 0 ? SIM_OK : 0x6A80;
	if (perso_tlv_only(outer.val, tags[p->step], &inner) != PERSO_OK)
		return 0x6A80;
	*ret = inner.val;
	return SIM_OK;
}

static perso_rc
run_step(struct perso_sim *s, struct perso_span data, struct sim_ans *a)
{
	switch (s->pace.step) {
	case SIM_STEP_NONCE:
		return send_nonce(s, a);
	case SIM_STEP_MAP:
		return map_nonce(s, data, a);
	case SIM_STEP_KEY:
		return agree_key(s, data, a);
	case SIM_STEP_TOKEN:
		return check_token(s, data, a);
	default:
		return sim_sw(a, 0x6985);
	}
}

/* see sim_int.h; 4.4.4.2: any error ends PACE */
perso_rc
sim_pace_step(struct perso_sim *s, const struct sim_cmd *c, struct sim_ans *a)
{
	struct perso_span data = PERSO_SPAN_EMPTY;
	uint16_t sw = read_step(&s->pace, c, &data);
	perso_rc rc = PERSO_OK;

	if (sw != SIM_OK)
		a->sw = sw;
	else
		rc = run_step(s, data, a);
	if (rc == PERSO_OK && a->sw == SIM_OK && !sim_fits(c, a->data.n, a))
		perso_wipe(&s->next, sizeof(s->next));
	if (rc != PERSO_OK || a->sw != SIM_OK || s->pace.step == SIM_STEP_NONE)
		sim_pace_end(&s->pace);
	return rc;
}

/* see sim_int.h; TR-03110-3, B.1.3: P1 03, P2 the PIN, no data */
perso_rc
sim_reset_retry_counter(
    struct perso_sim *s, const struct sim_cmd *c, struct sim_ans *a)
{
	if (!s->sm.active || s->auth.pace != SIM_PUK)
		return sim_sw(a, 0x6982);
	if (c->p1 != 0x03 || c->p2 != SIM_PIN)
		return sim_sw(a, 0x6A86);
	if (c->data.n > 0)
		return sim_sw(a, 0x6700);
	if (s->nv.passwords[SIM_PIN].n == 0)
		return sim_sw(a, 0x6A88);
	set_tries(s, SIM_PIN, SIM_TRIES_PIN);
	return sim_sw(a, SIM_OK);
}
