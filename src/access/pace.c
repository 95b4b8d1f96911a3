/* PACE, step by step: Doc 9303-11, 4.4.1. */
#include "perso/pace.h"

#include "pace_int.h"
#include "perso/digest.h"
#include "perso/hooks.h"
#include "perso/kdf.h"
#include "perso/rd.h"
#include "perso/tlv.h"

#define ANSWER_MAX 4096

static void
end_run(struct pace *t)
{
	perso_secret_wipe(&t->k_pi);
	perso_secret_wipe(&t->ks_enc);
	perso_secret_wipe(&t->ks_mac);
	perso_buf_done(&t->s);
	perso_buf_done(&t->map_ic);
	perso_buf_done(&t->pk_ifd);
	perso_buf_done(&t->pk_ic);
	perso_group_free(&t->mapped);
}

/* see perso/pace.h */
void
perso_pace_result_wipe(struct perso_pace_result *r)
{
	perso_wipe(r, sizeof(*r));
	r->tries = PERSO_PACE_TRIES_UNKNOWN;
}

/* see perso/pace.h */
perso_rc
perso_pace_password_key(enum perso_pace_password p, struct perso_span secret,
    struct perso_secret *ret)
{
	struct perso_md md = { 0 };
	perso_rc rc;

	if (secret.n == 0 || secret.n > PERSO_SECRET_MAX)
		PERSO_FAIL(PERSO_E_ARG, "%s of %zu characters",
		    perso_pace_password_name(p), secret.n);
	if (p != PERSO_PACE_MRZ)
		return perso_secret_set(ret, secret);
	PERSO_TRY(perso_digest(PERSO_SHA1, secret, &md));
	rc = perso_secret_set(ret, perso_md_span(&md));
	perso_wipe(&md, sizeof(md));
	return rc;
}

/* ---- Step 1: the nonce. ---- */

static perso_rc
check_nonce(const struct pace *t, size_t n)
{
	enum perso_cipher c = t->p->choice.protocol.cipher;
	size_t block = perso_cipher_block(c);

	if (t->p->choice.protocol.mapping == PERSO_PACE_IM
		? n != pace_s_len(c)
		: n == 0 || n % block != 0 || n > PACE_NONCE_MAX)
		PERSO_FAIL(PERSO_E_ANSWER, "nonce of %zu bytes", n);
	return PERSO_OK;
}

static perso_rc
get_nonce(struct pace *t)
{
	PERSO_BUF(answer, ANSWER_MAX);
	struct perso_span auth = { 0 }, z = { 0 };
	perso_rc rc;

	rc = pace_general_authenticate(t, 0, PERSO_SPAN_EMPTY, &answer, &auth);
	if (rc != PERSO_OK) {
		rc = pace_judge_early(t, rc);
		if (rc == PERSO_OK) /* 63Cx is no nonce */
			return PERSO_E_SW;
		return rc;
	}
	PERSO_TRY(pace_take_only(auth, TAG_NONCE, &z));
	PERSO_TRY(check_nonce(t, z.n));
	return pace_decrypt_nonce(t->p->choice.protocol.cipher,
	    perso_secret_span(&t->k_pi), z, &t->s);
}

static perso_rc
select_protocol(struct pace *t, bool tag84)
{
	t->sent_tag84 = tag84;
	PERSO_TRY_CTX(pace_set_at(t, tag84), "MSE:Set AT");
	PERSO_TRY_CTX(get_nonce(t), "step 1");
	return PERSO_OK;
}

/* May the command be sent once more with or without DO84? Never where a try
 * might be counted. */
static bool
may_retry(const struct pace *t, perso_rc rc)
{
	return rc == PERSO_E_SW && t->p->tag84 == PERSO_PACE_TAG84_AUTO &&
	       t->p->choice.has_id &&
	       (t->p->password == PERSO_PACE_MRZ ||
		   t->p->password == PERSO_PACE_CAN) &&
	       access_is_parameter_sw(perso_card_last_sw()) &&
	       access_is_alive(t->card);
}

static perso_rc
start(struct pace *t)
{
	bool tag84 =
	    t->p->tag84 == PERSO_PACE_TAG84_ALWAYS ||
	    (t->p->tag84 == PERSO_PACE_TAG84_AUTO && t->p->choice.ambiguous);
	perso_rc rc = select_protocol(t, tag84 && t->p->choice.has_id);

	if (may_retry(t, rc)) {
		t->retried = true;
		rc = select_protocol(t, !t->sent_tag84);
	}
	return rc;
}

/* ---- Step 2: the mapping. ---- */

static perso_rc
set_generator(struct pace *t, const struct perso_elem *e)
{
	return perso_group_with_generator(t->g, e, &t->mapped);
}

static perso_rc
map_generic(struct pace *t)
{
	PERSO_NUM(sk);
	PERSO_ELEM(pk_ifd);
	PERSO_ELEM(pk_ic);
	PERSO_ELEM(mapped);
	PERSO_BUF(ours, PK_MAX);
	PERSO_BUF(answer, ANSWER_MAX);
	struct perso_span auth = { 0 }, theirs = { 0 };

	PERSO_TRY(access_ephemeral(t->g, &sk, &pk_ifd));
	PERSO_TRY(perso_elem_encode(t->g, pk_ifd, &ours));
	PERSO_TRY(pace_general_authenticate(
	    t, 1, perso_buf_span(&ours), &answer, &auth));
	PERSO_TRY(pace_take_only(auth, TAG_MAP_IC, &theirs));
	PERSO_TRY(access_decode_pk(t->g, theirs, &pk_ic));
	if (perso_elem_equal(t->g, pk_ifd, pk_ic))
		PERSO_FAIL(PERSO_E_KEY, "the chip's mapping key is ours");
	PERSO_TRY(perso_buf_append(&t->map_ic, theirs));
	PERSO_TRY(
	    pace_generic_map(t->g, perso_buf_span(&t->s), &sk, pk_ic, &mapped));
	return set_generator(t, mapped);
}

static perso_rc
map_integrated(struct pace *t)
{
	enum perso_cipher c = t->p->choice.protocol.cipher;
	uint8_t nonce[PERSO_SECRET_MAX];
	struct perso_span nonce_t = perso_span(nonce, pace_t_len(c));
	PERSO_NUM(x);
	PERSO_ELEM(mapped);
	PERSO_BUF(answer, ANSWER_MAX);
	struct perso_span auth = { 0 }, theirs = { 0 };

	PERSO_TRY(perso_random(nonce, nonce_t.n));
	PERSO_TRY(pace_general_authenticate(t, 1, nonce_t, &answer, &auth));
	/* an empty 82 is due; an empty 7C is met as well */
	if (auth.n > 0)
		PERSO_TRY(pace_take_only(auth, TAG_MAP_IC, &theirs));
	if (theirs.n > 0)
		PERSO_FAIL(
		    PERSO_E_ANSWER, "mapping data of %zu bytes", theirs.n);
	PERSO_TRY(pace_random_map(t->g, c, perso_buf_span(&t->s), nonce_t, &x));
	PERSO_TRY(pace_encode_point(t->g, &x, &mapped));
	return set_generator(t, mapped);
}

/* ---- Step 3: the key agreement. ---- */

static perso_rc
derive_keys(struct pace *t, const struct perso_num *secret)
{
	enum perso_cipher c = t->p->choice.protocol.cipher;

	PERSO_TRY(
	    perso_kdf(c, perso_num_span(secret), PERSO_KDF_ENC, &t->ks_enc));
	return perso_kdf(c, perso_num_span(secret), PERSO_KDF_MAC, &t->ks_mac);
}

/* ID_IC: of a DH value the hash over the bytes that the chip sent. */
static perso_rc
identify(struct pace *t, const struct perso_elem *pk_ic, struct perso_comp *ret)
{
	struct perso_md md = { 0 };

	if (perso_group_kind(t->g) == PERSO_AGREE_ECDH)
		return perso_comp(t->g, pk_ic, ret);
	PERSO_TRY(perso_digest(PERSO_SHA1, perso_buf_span(&t->pk_ic), &md));
	PERSO_TRY(perso_span_copy(ret->p, sizeof(ret->p), perso_md_span(&md)));
	ret->n = md.n;
	return PERSO_OK;
}

static perso_rc
agree(struct pace *t, struct perso_comp *id_ic, struct perso_comp *comp_ifd)
{
	PERSO_NUM(sk);
	PERSO_NUM(secret);
	PERSO_ELEM(pk_ifd);
	PERSO_ELEM(pk_ic);
	PERSO_BUF(answer, ANSWER_MAX);
	struct perso_span auth = { 0 }, theirs = { 0 };

	PERSO_TRY(access_ephemeral(t->mapped, &sk, &pk_ifd));
	PERSO_TRY(perso_elem_encode(t->mapped, pk_ifd, &t->pk_ifd));
	PERSO_TRY(pace_general_authenticate(
	    t, 2, perso_buf_span(&t->pk_ifd), &answer, &auth));
	PERSO_TRY(pace_take_only(auth, TAG_KEY_IC, &theirs));
	PERSO_TRY(access_decode_pk(t->mapped, theirs, &pk_ic));
	if (perso_elem_equal(t->mapped, pk_ifd, pk_ic))
		PERSO_FAIL(PERSO_E_KEY, "the chip's ephemeral key is ours");
	PERSO_TRY(perso_buf_append(&t->pk_ic, theirs));
	PERSO_TRY(access_agree(t->mapped, &sk, pk_ic, &secret));
	PERSO_TRY(identify(t, pk_ic, id_ic));
	PERSO_TRY(access_comp(t->mapped, perso_buf_span(&t->pk_ifd), comp_ifd));
	return derive_keys(t, &secret);
}

/* ---- Step 4: the tokens. ---- */

struct last_answer {
	struct perso_span token;
	struct perso_cars cars;
	struct perso_span ca_data;
	bool has_ca_data;
};

static perso_rc
parse_last(struct perso_span auth, struct last_answer *a)
{
	struct perso_rd rd = perso_rd(auth);
	struct perso_tlv t = { 0 };
	bool there = false;

	PERSO_TRY(perso_tlv_expect(&rd, TAG_TOKEN_IC, &t));
	a->token = t.val;
	PERSO_TRY(perso_tlv_optional(&rd, TAG_CAR, &t, &there));
	if (there)
		PERSO_TRY_CTX(access_add_car(t.val, &a->cars), "DO 87");
	PERSO_TRY(perso_tlv_optional(&rd, TAG_CAR_OLD, &t, &there));
	if (there)
		PERSO_TRY_CTX(access_add_car(t.val, &a->cars), "DO 88");
	PERSO_TRY(perso_tlv_optional(&rd, TAG_CA_DATA, &t, &a->has_ca_data));
	if (a->has_ca_data)
		a->ca_data = t.val;
	return perso_rd_finish(&rd);
}

/* T_IC is over our public key. */
static perso_rc
check_last(struct pace *t, const struct last_answer *a)
{
	const struct perso_pace_protocol *p = &t->p->choice.protocol;
	bool cam = p->mapping == PERSO_PACE_CAM;
	uint8_t token[PACE_TOKEN];

	if (a->token.n != PACE_TOKEN)
		PERSO_FAIL(PERSO_E_ANSWER, "token of %zu bytes", a->token.n);
	PERSO_TRY(pace_token(p, perso_secret_span(&t->ks_mac),
	    perso_buf_span(&t->pk_ifd), token));
	if (!perso_secret_equal(perso_span_of(token), a->token))
		PERSO_FAIL(PERSO_E_CARD_AUTH, "token of the chip is wrong");
	if (cam && !a->has_ca_data)
		PERSO_FAIL(PERSO_E_ANSWER, "no chip authentication data");
	if (!cam && a->has_ca_data)
		PERSO_FAIL(PERSO_E_ANSWER, "chip authentication data without "
					   "that mapping");
	return PERSO_OK;
}

static perso_rc
authenticate(struct pace *t, struct perso_cars *cars, struct perso_num *ca_ic)
{
	const struct perso_pace_protocol *p = &t->p->choice.protocol;
	PERSO_BUF(answer, ANSWER_MAX);
	struct perso_span auth = { 0 };
	struct last_answer a = { 0 };
	uint8_t token[PACE_TOKEN];
	perso_rc rc;

	PERSO_TRY(pace_token(p, perso_secret_span(&t->ks_mac),
	    perso_buf_span(&t->pk_ic), token));
	rc = pace_general_authenticate(
	    t, 3, perso_span_of(token), &answer, &auth);
	if (rc != PERSO_OK)
		return pace_judge_late(t, rc);
	if (parse_last(auth, &a) != PERSO_OK)
		return PERSO_E_ANSWER;
	PERSO_TRY(check_last(t, &a));
	if (a.has_ca_data)
		PERSO_TRY(pace_decrypt_ca(t->g, p->cipher,
		    perso_secret_span(&t->ks_enc), a.ca_data, ca_ic));
	*cars = a.cars;
	return PERSO_OK;
}

/* ---- The whole. ---- */

static perso_rc
map(struct pace *t)
{
	if (t->p->choice.protocol.mapping == PERSO_PACE_IM)
		return map_integrated(t);
	return map_generic(t);
}

static perso_rc
fill_result(struct pace *t)
{
	const struct perso_pace_choice *c = &t->p->choice;
	struct perso_pace_result *r = t->r;

	r->protocol = c->protocol;
	r->group = t->g;
	r->mapping = perso_pace_mapping_name(c->protocol.mapping);
	r->agreement = perso_agree_kind_name(c->protocol.agreement);
	r->cipher = perso_cipher_name(c->protocol.cipher);
	r->parameters = perso_group_name(t->g);
	r->has_id = c->has_id;
	r->param_id = c->id;
	r->sent_tag84 = t->sent_tag84;
	r->retried = t->retried;
	r->has_cam = c->protocol.mapping == PERSO_PACE_CAM;
	PERSO_TRY(perso_span_copy(
	    r->map_pk.p, sizeof(r->map_pk.p), perso_buf_span(&t->map_ic)));
	r->map_pk.n = t->map_ic.n;
	return PERSO_OK;
}

static perso_rc
run(struct pace *t)
{
	enum perso_cipher c = t->p->choice.protocol.cipher;
	struct perso_channel *channel = NULL;
	struct perso_comp id_ic = { 0 }, comp_ifd = { 0 };
	struct perso_cars cars = { 0 };
	PERSO_SECRET(password);
	PERSO_NUM(ca_ic);

	PERSO_TRY(
	    perso_pace_password_key(t->p->password, t->p->secret, &password));
	PERSO_TRY(perso_kdf(
	    c, perso_secret_span(&password), PERSO_KDF_PACE, &t->k_pi));
	PERSO_TRY(start(t));
	PERSO_TRY_CTX(map(t), "step 2");
	PERSO_TRY_CTX(agree(t, &id_ic, &comp_ifd), "step 3");
	PERSO_TRY_CTX(authenticate(t, &cars, &ca_ic), "step 4");
	PERSO_TRY(fill_result(t));
	PERSO_TRY(access_channel(c, perso_secret_span(&t->ks_enc),
	    perso_secret_span(&t->ks_mac), &channel));
	t->r->id_ic = id_ic;
	t->r->comp_ifd = comp_ifd;
	t->r->cars = cars;
	t->r->ca_ic = ca_ic;
	perso_card_set_channel(t->card, channel);
	return PERSO_OK;
}

/* A failure leaves nothing but the state of the password. */
static void
keep_tries(struct perso_pace_result *r)
{
	int tries = r->tries;
	bool blocked = r->blocked, suspended = r->suspended;

	perso_pace_result_wipe(r);
	r->tries = tries;
	r->blocked = blocked;
	r->suspended = suspended;
}

/* see perso/pace.h */
perso_rc
perso_pace_open(struct perso_card *card, const struct perso_pace_params *p,
    struct perso_pace_result *r)
{
	__attribute__((cleanup(end_run))) struct pace t = {
		.card = card,
		.p = p,
		.r = r,
		.g = p->choice.group,
		.s = { .max = PACE_NONCE_MAX },
		.map_ic = { .max = PK_MAX },
		.pk_ifd = { .max = PK_MAX },
		.pk_ic = { .max = PK_MAX },
	};
	uint64_t from = perso_ticks_us();
	perso_rc rc;

	perso_pace_result_wipe(r);
	if (p->choice.group == NULL)
		PERSO_FAIL(PERSO_E_ARG, "PACE: nothing was chosen");
	rc = run(&t);
	if (rc != PERSO_OK) {
		keep_tries(r);
		perso_trail_add("PACE-%s with the %s",
		    perso_pace_mapping_name(p->choice.protocol.mapping),
		    perso_pace_password_name(p->password));
		return rc;
	}
	r->us = perso_ticks_us() - from;
	return PERSO_OK;
}
