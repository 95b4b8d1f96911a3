/* Chip Authentication: agree, and change the keys. */
#include "perso/chipauth.h"

#include "access_int.h"
#include "perso/hooks.h"
#include "perso/kdf.h"
#include "perso/pace.h"
#include "perso/tlv.h"

#define ANSWER_MAX 4096

enum {
	TAG_OID = 0x80,
	TAG_KEY_ID = 0x84,
	TAG_KAT_KEY = 0x91,
	TAG_AUTH = 0x7C,
	TAG_KEY = 0x80
};

struct ca {
	struct perso_card *card;
	const struct perso_ca_choice *choice;
	struct perso_group *g;
	struct perso_buf pk_ifd;
	struct perso_channel *channel; /* the new one */
	struct perso_comp comp;
	bool sent_tag84, retried;
};

static void
end_run(struct ca *t)
{
	perso_group_free(&t->g);
	perso_buf_done(&t->pk_ifd);
	perso_channel_free(&t->channel);
}

/* Our key and the channel that will follow: Doc 9303-11, 6.2.1. */
static perso_rc
prepare(struct ca *t)
{
	enum perso_cipher c = t->choice->cipher;
	PERSO_ELEM(pk_ic);
	PERSO_ELEM(pk_ifd);
	PERSO_NUM(sk);
	PERSO_NUM(k);
	PERSO_SECRET(ks_enc);
	PERSO_SECRET(ks_mac);

	PERSO_TRY_CTX(perso_group_from_spki(t->choice->spki, &t->g, &pk_ic),
	    "public key of the chip");
	if (perso_group_kind(t->g) != t->choice->agreement)
		PERSO_FAIL(PERSO_E_KEY, "the chip's key is over %s",
		    perso_group_name(t->g));
	PERSO_TRY(access_ephemeral(t->g, &sk, &pk_ifd));
	PERSO_TRY(perso_elem_encode(t->g, pk_ifd, &t->pk_ifd));
	PERSO_TRY(access_comp(t->g, perso_buf_span(&t->pk_ifd), &t->comp));
	PERSO_TRY(access_agree(t->g, &sk, pk_ic, &k));
	PERSO_TRY(perso_kdf(c, perso_num_span(&k), PERSO_KDF_ENC, &ks_enc));
	PERSO_TRY(perso_kdf(c, perso_num_span(&k), PERSO_KDF_MAC, &ks_mac));
	return access_channel(c, perso_secret_span(&ks_enc),
	    perso_secret_span(&ks_mac), &t->channel);
}

/* 6.2.4.1 */
static perso_rc
set_kat(struct ca *t, bool tag84)
{
	PERSO_BUF(data, COMMAND_MAX);
	struct perso_wr w = perso_wr(&data);
	struct perso_apdu a = { .ins = INS_MSE, .p1 = 0x41, .p2 = 0xA6 };

	perso_wr_tlv(&w, TAG_KAT_KEY, perso_buf_span(&t->pk_ifd));
	if (tag84)
		access_wr_id(&w, TAG_KEY_ID, t->choice->key_id);
	PERSO_TRY(perso_wr_end(&w));
	a.data = perso_buf_span(&data);
	PERSO_TRY_CTX(perso_card_expect(t->card, &a, NULL), "MSE:Set KAT");
	return PERSO_OK;
}

static perso_rc
set_at(struct ca *t, bool tag84)
{
	PERSO_BUF(data, COMMAND_MAX);
	struct perso_wr w = perso_wr(&data);
	struct perso_apdu a = { .ins = INS_MSE, .p1 = 0x41, .p2 = 0xA4 };
	const char *oid = NULL;

	PERSO_TRY(perso_ca_oid(t->choice->agreement, t->choice->cipher, &oid));
	access_wr_oid(&w, TAG_OID, oid);
	if (tag84)
		access_wr_id(&w, TAG_KEY_ID, t->choice->key_id);
	PERSO_TRY(perso_wr_end(&w));
	a.data = perso_buf_span(&data);
	PERSO_TRY_CTX(perso_card_expect(t->card, &a, NULL), "MSE:Set AT");
	return PERSO_OK;
}

/* An empty 7C is due; no data at all is met as well. */
static perso_rc
check_empty(struct perso_span answer)
{
	struct perso_tlv auth = { 0 };

	if (answer.n == 0)
		return PERSO_OK;
	if (perso_tlv_only(answer, TAG_AUTH, &auth) != PERSO_OK)
		return PERSO_E_ANSWER;
	if (auth.val.n > 0)
		PERSO_FAIL(PERSO_E_ANSWER,
		    "dynamic authentication data of "
		    "%zu bytes",
		    auth.val.n);
	return PERSO_OK;
}

/* 6.2.4.2 */
static perso_rc
general_authenticate(struct ca *t)
{
	PERSO_BUF(data, COMMAND_MAX);
	PERSO_BUF(answer, ANSWER_MAX);
	struct perso_wr w = perso_wr(&data);
	struct perso_apdu a = { .ins = INS_GENERAL_AUTHENTICATE,
		.le = PERSO_LE_SHORT };
	size_t auth = perso_wr_open(&w, TAG_AUTH);

	perso_wr_tlv(&w, TAG_KEY, perso_buf_span(&t->pk_ifd));
	perso_wr_close(&w, auth);
	PERSO_TRY(perso_wr_end(&w));
	a.data = perso_buf_span(&data);
	PERSO_TRY_CTX(
	    perso_card_expect(t->card, &a, &answer), "GENERAL AUTHENTICATE");
	PERSO_TRY_CTX(
	    check_empty(perso_buf_span(&answer)), "GENERAL AUTHENTICATE");
	return PERSO_OK;
}

static perso_rc
attempt(struct ca *t, bool kat, bool tag84)
{
	t->sent_tag84 = tag84;
	if (kat)
		return set_kat(t, tag84);
	PERSO_TRY(set_at(t, tag84));
	return general_authenticate(t);
}

/* 8.5, note 1: chips that know 3DES by MSE:Set AT only. */
static bool
is_unknown_command(uint16_t sw)
{
	return sw == 0x6A80 || sw == 0x6A81 || sw == 0x6A86 || sw == 0x6A88 ||
	       sw == 0x6B00 || sw == 0x6D00;
}

static bool
is_refused(const struct ca *t, perso_rc rc)
{
	return rc == PERSO_E_SW && access_is_alive(t->card) &&
	       is_unknown_command(perso_card_last_sw());
}

static perso_rc
authenticate(struct ca *t)
{
	bool kat = t->choice->cipher == PERSO_3DES;
	bool tag84 = t->choice->ambiguous && t->choice->has_id;
	perso_rc rc = attempt(t, kat, tag84);

	if (is_refused(t, rc) && t->choice->has_id) {
		t->retried = true;
		rc = attempt(t, kat, !tag84);
	}
	if (is_refused(t, rc) && kat) {
		t->retried = true;
		rc = attempt(t, false, tag84);
	}
	if (rc == PERSO_E_SW && perso_card_last_sw() >> 8 == 0x63) {
		perso_trail_add("the chip refuses");
		return PERSO_E_CARD_AUTH;
	}
	return rc;
}

static perso_rc
fill_result(struct ca *t, struct perso_ca_result *ret)
{
	struct perso_ca_result r = {
		.agreement = t->choice->agreement,
		.cipher = t->choice->cipher,
		.agreement_name = perso_agree_kind_name(t->choice->agreement),
		.cipher_name = perso_cipher_name(t->choice->cipher),
		.has_id = t->choice->has_id,
		.key_id = t->choice->key_id,
		.sent_tag84 = t->sent_tag84,
		.retried = t->retried,
		.comp = t->comp,
	};

	PERSO_TRY(perso_span_copy(r.parameters, sizeof(r.parameters) - 1,
	    perso_span_str(perso_group_name(t->g))));
	*ret = r;
	return PERSO_OK;
}

static perso_rc
run(struct ca *t, struct perso_ca_result *ret)
{
	struct perso_ca_result r = { 0 };
	uint64_t from = perso_ticks_us();

	if (t->card->channel == NULL)
		PERSO_FAIL(PERSO_E_ARG, "no secure messaging");
	PERSO_TRY(prepare(t));
	PERSO_TRY(authenticate(t));
	PERSO_TRY(fill_result(t, &r));
	perso_card_set_channel(t->card, t->channel);
	t->channel = NULL;
	r.us = perso_ticks_us() - from;
	*ret = r;
	return PERSO_OK;
}

/* see perso/chipauth.h */
perso_rc
perso_ca_open(struct perso_card *card, const struct perso_ca_choice *choice,
    struct perso_ca_result *ret)
{
	__attribute__((cleanup(end_run))) struct ca t = {
		.card = card,
		.choice = choice,
		.pk_ifd = { .max = PK_MAX },
	};

	PERSO_TRY_CTX(run(&t, ret), "Chip Authentication");
	return PERSO_OK;
}

/* see perso/chipauth.h */
perso_rc
perso_ca_prove(struct perso_card *card, uint16_t fid)
{
	uint8_t name[] = { (uint8_t)(fid >> 8), (uint8_t)fid };
	struct perso_apdu a = {
		.cla = card->cla,
		.ins = 0xA4,
		.p1 = 0x02,
		.p2 = 0x0C,
		.data = perso_span_of(name),
	};
	uint16_t sw = 0;
	perso_rc rc;

	if (card->channel == NULL)
		PERSO_FAIL(PERSO_E_ARG, "Chip Authentication: no secure "
					"messaging");
	rc = perso_card_transmit(card, &a, NULL, &sw);
	if (rc == PERSO_E_SM || (rc == PERSO_OK && card->channel->dead)) {
		if (rc == PERSO_OK)
			perso_trail_reset();
		perso_trail_add("the chip does not have the new keys: Chip "
				"Authentication");
		return PERSO_E_CARD_AUTH;
	}
	return rc;
}
