/* Terminal Authentication: show the chain, sign the challenge. */
#include "perso/termauth.h"

#include "access_int.h"
#include "perso/hooks.h"

#define CHALLENGE 8
#define MESSAGE_MAX 256
#define SIGNATURE_MAX 1024

enum { TAG_KEY_NAME = 0x83 };

/* see perso/termauth.h */
perso_rc
perso_ta_message(struct perso_span id_ic, struct perso_span rnd_ic,
    struct perso_span comp, struct perso_buf *ret)
{
	/* room for all, or nothing changes */
	PERSO_TRY(perso_buf_reserve(ret, ret->n + id_ic.n + rnd_ic.n + comp.n));
	PERSO_TRY(perso_buf_append(ret, id_ic));
	PERSO_TRY(perso_buf_append(ret, rnd_ic));
	return perso_buf_append(ret, comp);
}

/* A refusal, where nothing but the terminal is in question. */
static perso_rc
judge(perso_rc rc, const char *what)
{
	if (rc != PERSO_E_SW)
		return rc;
	perso_trail_add("the chip refuses %s", what);
	return PERSO_E_CARD_AUTH;
}

/* MSE:Set DST, MSE:Set AT: 7.1.5.1, 7.1.5.3. */
static perso_rc
set_key(struct perso_card *card, uint8_t p2, const char *name)
{
	struct perso_span value = perso_span_str(name);
	uint8_t data[2 + PERSO_CVC_NAME_MAX] = { TAG_KEY_NAME,
		(uint8_t)value.n };
	struct perso_apdu a = { .ins = INS_MSE, .p1 = 0x81, .p2 = p2 };

	PERSO_TRY(perso_span_copy(data + 2, PERSO_CVC_NAME_MAX, value));
	a.data = perso_span(data, 2 + value.n);
	return perso_card_expect(card, &a, NULL);
}

/* 7.1.5.2 */
static perso_rc
verify_certificate(struct perso_card *card, const struct perso_cvc *c)
{
	struct perso_apdu a = {
		.ins = INS_PSO,
		.p1 = 0x00,
		.p2 = 0xBE,
		.data = c->content,
	};

	PERSO_TRY(judge(set_key(card, 0xB6, c->car), "its issuer's name"));
	return judge(perso_card_expect(card, &a, NULL), "it");
}

/* 7.1.5.4 */
static perso_rc
get_challenge(struct perso_card *card, uint8_t rnd_ic[CHALLENGE])
{
	PERSO_BUF(answer, PERSO_LE_SHORT);
	struct perso_apdu a = { .ins = INS_GET_CHALLENGE, .le = CHALLENGE };

	PERSO_TRY(perso_card_expect(card, &a, &answer));
	if (answer.n != CHALLENGE)
		PERSO_FAIL(PERSO_E_ANSWER, "challenge of %zu bytes", answer.n);
	return perso_span_copy(rnd_ic, CHALLENGE, perso_buf_span(&answer));
}

/* 7.1.5.5 */
static perso_rc
external_authenticate(struct perso_card *card, const struct perso_ta_params *p,
    struct perso_sig_alg alg)
{
	PERSO_BUF(message, MESSAGE_MAX);
	PERSO_BUF(signature, SIGNATURE_MAX);
	uint8_t rnd_ic[CHALLENGE];
	struct perso_apdu a = { .ins = INS_EXTERNAL_AUTHENTICATE };
	struct perso_span part;

	PERSO_TRY_CTX(get_challenge(card, rnd_ic), "GET CHALLENGE");
	PERSO_TRY(perso_ta_message(
	    p->id_ic, perso_span_of(rnd_ic), p->comp, &message));
	part = perso_buf_span(&message);
	PERSO_TRY(perso_keyref_sign(p->key, alg, &part, 1, &signature));
	a.data = perso_buf_span(&signature);
	return judge(perso_card_expect(card, &a, NULL), "the signature");
}

static perso_rc
check_params(const struct perso_ta_params *p)
{
	if (p->chain->count == 0 || p->chain->count > PERSO_TA_CHAIN_MAX)
		PERSO_FAIL(PERSO_E_ARG, "no chain of certificates");
	if (p->id_ic.n == 0 || p->comp.n == 0)
		PERSO_FAIL(PERSO_E_ARG, "no %s",
		    p->id_ic.n == 0 ? "ID_IC" : "ephemeral key");
	if (p->id_ic.n + CHALLENGE + p->comp.n > MESSAGE_MAX)
		PERSO_FAIL(PERSO_E_ARG, "ID_IC of %zu bytes", p->id_ic.n);
	return PERSO_OK;
}

static perso_rc
fill_result(const struct perso_ta_chain *chain, struct perso_ta_result *ret)
{
	const struct perso_cvc *last = chain->certs[chain->count - 1];
	struct perso_ta_result r = {
		.algorithm = perso_cvc_alg_name(last->key.alg),
		.certificates = chain->count,
		.effective = chain->effective,
	};

	if (!access_copy_name(perso_span_str(chain->certs[0]->car), r.car) ||
	    !access_copy_name(perso_span_str(last->chr), r.chr))
		PERSO_FAIL(PERSO_E_ARG, "name of a certificate");
	*ret = r;
	return PERSO_OK;
}

static perso_rc
run(struct perso_card *card, const struct perso_ta_params *p,
    struct perso_ta_result *ret)
{
	const struct perso_ta_chain *chain = p->chain;
	uint64_t from = perso_ticks_us();
	struct perso_ta_result r = { 0 };
	const struct perso_cvc *last;
	struct perso_sig_alg alg;

	PERSO_TRY(check_params(p));
	PERSO_TRY(fill_result(chain, &r));
	for (size_t i = 0; i < chain->count; i++)
		PERSO_TRY_CTX(verify_certificate(card, chain->certs[i]),
		    "certificate %s", chain->certs[i]->chr);
	last = chain->certs[chain->count - 1];
	alg = last->key.alg;
	if (alg.kind == PERSO_SIG_ECDSA)
		alg.kind = PERSO_SIG_ECDSA_PLAIN;
	PERSO_TRY_CTX(judge(set_key(card, 0xA4, last->chr), "its name"),
	    "key %s", last->chr);
	PERSO_TRY_CTX(external_authenticate(card, p, alg), "key %s", last->chr);
	r.us = perso_ticks_us() - from;
	*ret = r;
	return PERSO_OK;
}

/* see perso/termauth.h */
perso_rc
perso_ta_authenticate(struct perso_card *card, const struct perso_ta_params *p,
    struct perso_ta_result *ret)
{
	PERSO_TRY_CTX(run(card, p, ret), "Terminal Authentication");
	return PERSO_OK;
}
