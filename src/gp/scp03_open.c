/*
 * The SCP03 handshake: Amendment D, 5.1 and 7.1.
 */
#include "gp_int.h"
#include "perso/digest.h"
#include "perso/hooks.h"
#include "perso/rd.h"

#define CLA_GP 0x80
#define CLA_GP_SECURED 0x84
#define INS_INITIALIZE_UPDATE 0x50
#define INS_EXTERNAL_AUTHENTICATE 0x82
#define SCP_ID 0x03
#define SCP_I 0x70

/* What INITIALIZE UPDATE answered; spans into the answer. */
struct hello {
	struct perso_span diversification;
	struct perso_span challenge;
	struct perso_span cryptogram;
	uint32_t sequence;
	uint8_t kvn;
	uint8_t i;
};

static perso_rc
parse_hello(struct perso_span s, struct hello *ret)
{
	struct perso_rd rd = perso_rd(s);
	struct hello h = { 0 };
	uint8_t scp = 0;

	PERSO_TRY_CTX(perso_rd_take(&rd, 10, &h.diversification),
	    "key diversification data");
	PERSO_TRY_CTX(perso_rd_u8(&rd, &h.kvn), "key version number");
	PERSO_TRY_CTX(perso_rd_u8(&rd, &scp), "SCP identifier");
	if (scp != SCP_ID)
		PERSO_FAIL(PERSO_E_UNSUPPORTED,
		    "chip speaks SCP%02X, not "
		    "SCP03",
		    scp);
	PERSO_TRY_CTX(perso_rd_u8(&rd, &h.i), "parameter i");
	if (h.i != SCP_I)
		PERSO_FAIL(PERSO_E_UNSUPPORTED,
		    "SCP03 parameter i is %02X, "
		    "not %02X",
		    h.i, SCP_I);
	PERSO_TRY_CTX(perso_rd_take(&rd, 8, &h.challenge), "card challenge");
	PERSO_TRY_CTX(perso_rd_take(&rd, 8, &h.cryptogram), "card cryptogram");
	PERSO_TRY_CTX(perso_rd_u24(&rd, &h.sequence), "sequence counter");
	PERSO_TRY(perso_rd_finish(&rd));
	*ret = h;
	return PERSO_OK;
}

static perso_rc
initialize_update(struct perso_card *card, const struct perso_scp03_keys *keys,
    struct perso_scp03_session *s, struct perso_buf *ret)
{
	struct perso_apdu a = {
		.cla = CLA_GP,
		.ins = INS_INITIALIZE_UPDATE,
		.p1 = keys->kvn,
		.data = perso_span_of(s->host_challenge),
		.le = PERSO_LE_SHORT,
	};

	PERSO_TRY(perso_random(s->host_challenge, sizeof(s->host_challenge)));
	return perso_card_expect(card, &a, ret);
}

/* The chip's challenge into the session, its cryptogram checked. */
static perso_rc
check_hello(const struct perso_scp03_keys *keys, struct perso_span answer,
    struct perso_scp03_session *s, struct hello *ret)
{
	PERSO_SECRET(s_mac);
	struct hello h = { 0 };
	uint8_t want[8];
	perso_rc rc = parse_hello(answer, &h);

	if (rc != PERSO_OK)
		return rc == PERSO_E_UNSUPPORTED ? rc : PERSO_E_ANSWER;
	if (keys->kvn != 0 && h.kvn != keys->kvn)
		PERSO_FAIL(PERSO_E_KEY,
		    "chip answers for key version %u, not "
		    "%u",
		    h.kvn, keys->kvn);
	PERSO_TRY(perso_span_copy(
	    s->card_challenge, sizeof(s->card_challenge), h.challenge));
	PERSO_TRY(scp03_session_key(keys->mac, SCP03_S_MAC, s, &s_mac));
	PERSO_TRY(scp03_cryptogram(&s_mac, SCP03_CARD_CRYPTOGRAM, s, want));
	if (!perso_secret_equal(perso_span_of(want), h.cryptogram))
		PERSO_FAIL(PERSO_E_CARD_AUTH, "the chip's cryptogram is wrong: "
					      "another key set?");
	*ret = h;
	return PERSO_OK;
}

/* Host cryptogram and the first C-MAC, over an initial value of zero. */
static perso_rc
external_authenticate(struct perso_card *card,
    const struct perso_scp03_keys *keys, struct perso_scp03_session *s)
{
	PERSO_SECRET(s_mac);
	uint8_t body[8 + SCP03_MAC];
	uint8_t head[] = { CLA_GP_SECURED, INS_EXTERNAL_AUTHENTICATE, s->level,
		0, sizeof(body) };
	struct perso_span parts[] = { perso_span_of(s->chaining),
		perso_span_of(head), perso_span(body, 8) };
	struct perso_apdu a = {
		.cla = CLA_GP_SECURED,
		.ins = INS_EXTERNAL_AUTHENTICATE,
		.p1 = s->level,
		.data = perso_span_of(body),
	};
	perso_rc rc;

	PERSO_TRY(scp03_session_key(keys->mac, SCP03_S_MAC, s, &s_mac));
	PERSO_TRY(scp03_cryptogram(&s_mac, SCP03_HOST_CRYPTOGRAM, s, body));
	PERSO_TRY(perso_cmac(perso_secret_span(&s_mac), parts, 3, s->chaining));
	PERSO_TRY(perso_span_copy(
	    body + 8, SCP03_MAC, perso_span(s->chaining, SCP03_MAC)));
	rc = perso_card_expect(card, &a, NULL);
	if (rc == PERSO_E_SW)
		rc = PERSO_E_CARD_AUTH;
	return rc;
}

static perso_rc
copy_info(const struct hello *h, struct perso_scp03_info *ret)
{
	struct perso_scp03_info info = {
		.kvn = h->kvn,
		.i = h->i,
		.sequence = h->sequence,
	};

	PERSO_TRY(perso_span_copy(info.diversification,
	    sizeof(info.diversification), h->diversification));
	*ret = info;
	return PERSO_OK;
}

static bool
is_level(uint8_t level)
{
	return level == 0x01 || level == 0x03 || level == 0x11 ||
	       level == 0x13 || level == 0x33;
}

/* see perso/scp03.h */
perso_rc
perso_scp03_open(struct perso_card *card, const struct perso_scp03_keys *keys,
    uint8_t level, struct perso_scp03_info *ret)
{
	struct perso_scp03_session s = { .level = level };
	struct perso_scp03_info info = { 0 };
	struct perso_channel *channel = NULL;
	PERSO_BUF(answer, PERSO_LE_SHORT);
	struct hello h = { 0 };

	if (!is_level(level))
		PERSO_FAIL(PERSO_E_ARG, "SCP03 level %02X", level);
	perso_card_set_channel(card, NULL);
	PERSO_TRY_CTX(
	    initialize_update(card, keys, &s, &answer), "INITIALIZE UPDATE");
	PERSO_TRY_CTX(check_hello(keys, perso_buf_span(&answer), &s, &h),
	    "INITIALIZE UPDATE");
	PERSO_TRY(copy_info(&h, &info));
	PERSO_TRY_CTX(
	    external_authenticate(card, keys, &s), "EXTERNAL AUTHENTICATE");
	PERSO_TRY(perso_scp03_channel(keys, &s, &channel));
	perso_card_set_channel(card, channel);
	if (ret != NULL)
		*ret = info;
	return PERSO_OK;
}
