#include "perso/bac.h"

#include "perso/digest.h"
#include "perso/hooks.h"
#include "perso/kdf.h"
#include "perso/mac.h"
#include "perso/rd.h"
#include "perso/sm.h"

#define SEED 16
#define RND 8
#define TOKEN (2 * RND + SEED) /* the part that is encrypted */
#define MAC 8
#define INS_GET_CHALLENGE 0x84
#define INS_MUTUAL_AUTHENTICATE 0x82

/* Names as in Doc 9303-11, 4.3.3. */
struct bac {
	struct perso_secret k_enc;
	struct perso_secret k_mac;
	uint8_t rnd_ic[RND];
	uint8_t rnd_ifd[RND];
	uint8_t k_ifd[SEED];
	uint8_t k_ic[SEED];
};

static void
wipe_bac(struct bac *b)
{
	perso_wipe(b, sizeof(*b));
}

/* see perso/bac.h */
perso_rc
perso_bac_seed(struct perso_span mrz_information, struct perso_secret *ret)
{
	struct perso_md md = { 0 };
	perso_rc rc;

	PERSO_TRY(perso_digest(PERSO_SHA1, mrz_information, &md));
	rc = perso_secret_set(ret, perso_span(md.p, SEED));
	perso_wipe(&md, sizeof(md));
	return rc;
}

static perso_rc
get_challenge(struct perso_card *card, struct bac *b)
{
	PERSO_BUF(answer, PERSO_LE_SHORT);
	struct perso_apdu a = { .ins = INS_GET_CHALLENGE, .le = RND };

	PERSO_TRY(perso_card_expect(card, &a, &answer));
	if (answer.n != RND)
		PERSO_FAIL(PERSO_E_ANSWER, "challenge of %zu bytes", answer.n);
	return perso_span_copy(b->rnd_ic, RND, perso_buf_span(&answer));
}

/* E_IFD || M_IFD: 4.3.3, step 2. */
static perso_rc
build_token(const struct bac *b, struct perso_buf *ret)
{
	PERSO_BUF(s, TOKEN);
	struct perso_span cryptogram;
	uint8_t mac[MAC];

	PERSO_TRY(perso_buf_append(&s, perso_span_of(b->rnd_ifd)));
	PERSO_TRY(perso_buf_append(&s, perso_span_of(b->rnd_ic)));
	PERSO_TRY(perso_buf_append(&s, perso_span_of(b->k_ifd)));
	PERSO_TRY(perso_cbc_encrypt(PERSO_3DES, perso_secret_span(&b->k_enc),
	    PERSO_SPAN_EMPTY, perso_buf_span(&s), ret));
	cryptogram = perso_buf_span(ret);
	PERSO_TRY(perso_retail_mac(
	    perso_secret_span(&b->k_mac), &cryptogram, 1, mac));
	return perso_buf_append(ret, perso_span_of(mac));
}

/* What the chip says when the MRZ is another one; products differ. */
static bool
is_refusal(uint16_t sw)
{
	return sw >> 8 == 0x63 || sw == 0x6982 || sw == 0x6983 ||
	       sw == 0x6985 || sw == 0x6988 || sw == 0x6A80;
}

static perso_rc
mutual_authenticate(
    struct perso_card *card, const struct bac *b, struct perso_buf *ret)
{
	PERSO_BUF(token, TOKEN + MAC);
	struct perso_apdu a = {
		.ins = INS_MUTUAL_AUTHENTICATE,
		.le = TOKEN + MAC,
	};
	perso_rc rc;

	PERSO_TRY(build_token(b, &token));
	a.data = perso_buf_span(&token);
	rc = perso_card_expect(card, &a, ret);
	if (rc == PERSO_E_SW && is_refusal(perso_card_last_sw())) {
		perso_trail_add("the chip does not accept the MRZ");
		return PERSO_E_CARD_AUTH;
	}
	return rc;
}

/* E_IC || M_IC: 4.3.3, step 4. */
static perso_rc
check_token(struct bac *b, struct perso_span answer)
{
	PERSO_BUF(s, TOKEN);
	struct perso_span cryptogram, v;
	struct perso_rd rd;
	uint8_t mac[MAC];

	if (answer.n != TOKEN + MAC)
		PERSO_FAIL(PERSO_E_ANSWER, "answer of %zu bytes", answer.n);
	cryptogram = perso_span_sub(answer, 0, TOKEN);
	PERSO_TRY(perso_retail_mac(
	    perso_secret_span(&b->k_mac), &cryptogram, 1, mac));
	if (!perso_secret_equal(
		perso_span_of(mac), perso_span_sub(answer, TOKEN, MAC)))
		PERSO_FAIL(PERSO_E_CARD_AUTH, "checksum of the chip is wrong");
	PERSO_TRY(perso_cbc_decrypt(PERSO_3DES, perso_secret_span(&b->k_enc),
	    PERSO_SPAN_EMPTY, cryptogram, &s));
	rd = perso_rd(perso_buf_span(&s));
	PERSO_TRY(perso_rd_take(&rd, RND, &v));
	if (!perso_secret_equal(v, perso_span_of(b->rnd_ic)))
		PERSO_FAIL(PERSO_E_CARD_AUTH, "RND.IC is not returned");
	PERSO_TRY(perso_rd_take(&rd, RND, &v));
	if (!perso_secret_equal(v, perso_span_of(b->rnd_ifd)))
		PERSO_FAIL(PERSO_E_CARD_AUTH, "RND.IFD is not returned");
	PERSO_TRY(perso_rd_take(&rd, SEED, &v));
	return perso_span_copy(b->k_ic, SEED, v);
}

/* Session keys and counter: 9.7.1, 9.8.6.2. */
static perso_rc
start_session(struct perso_card *card, const struct bac *b)
{
	PERSO_SECRET(seed);
	PERSO_SECRET(ks_enc);
	PERSO_SECRET(ks_mac);
	struct perso_channel *channel = NULL;
	uint8_t ssc[8];

	for (size_t i = 0; i < SEED; i++)
		seed.p[i] = b->k_ifd[i] ^ b->k_ic[i];
	seed.n = SEED;
	for (size_t i = 0; i < 4; i++) {
		ssc[i] = b->rnd_ic[4 + i];
		ssc[4 + i] = b->rnd_ifd[4 + i];
	}
	PERSO_TRY(perso_kdf(
	    PERSO_3DES, perso_secret_span(&seed), PERSO_KDF_ENC, &ks_enc));
	PERSO_TRY(perso_kdf(
	    PERSO_3DES, perso_secret_span(&seed), PERSO_KDF_MAC, &ks_mac));
	PERSO_TRY(perso_sm_open(PERSO_3DES, perso_secret_span(&ks_enc),
	    perso_secret_span(&ks_mac), perso_span_of(ssc), &channel));
	perso_card_set_channel(card, channel);
	return PERSO_OK;
}

static perso_rc
run(struct perso_card *card, struct perso_span seed)
{
	__attribute__((cleanup(wipe_bac))) struct bac b = { 0 };
	PERSO_BUF(answer, PERSO_LE_SHORT);

	if (seed.n != SEED)
		PERSO_FAIL(PERSO_E_ARG, "K_seed of %zu bytes", seed.n);
	perso_card_set_channel(card, NULL);
	PERSO_TRY(perso_kdf(PERSO_3DES, seed, PERSO_KDF_ENC, &b.k_enc));
	PERSO_TRY(perso_kdf(PERSO_3DES, seed, PERSO_KDF_MAC, &b.k_mac));
	PERSO_TRY_CTX(get_challenge(card, &b), "GET CHALLENGE");
	PERSO_TRY(perso_random(b.rnd_ifd, sizeof(b.rnd_ifd)));
	PERSO_TRY(perso_random(b.k_ifd, sizeof(b.k_ifd)));
	PERSO_TRY_CTX(
	    mutual_authenticate(card, &b, &answer), "MUTUAL AUTHENTICATE");
	PERSO_TRY_CTX(
	    check_token(&b, perso_buf_span(&answer)), "MUTUAL AUTHENTICATE");
	return start_session(card, &b);
}

/* see perso/bac.h */
perso_rc
perso_bac_open_seed(struct perso_card *card, struct perso_span seed)
{
	PERSO_TRY_CTX(run(card, seed), "BAC");
	return PERSO_OK;
}

/* see perso/bac.h */
perso_rc
perso_bac_open(struct perso_card *card, struct perso_span mrz_information)
{
	PERSO_SECRET(seed);

	PERSO_TRY_CTX(perso_bac_seed(mrz_information, &seed), "BAC");
	return perso_bac_open_seed(card, perso_secret_span(&seed));
}
