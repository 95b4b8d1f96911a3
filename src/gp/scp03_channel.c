/*
 * The SCP03 channel: Amendment D, 6.2.4 to 6.2.7.
 */
#include "gp_int.h"
#include "perso/keyed.h"
#include "perso/mac.h"
#include "perso/wr.h"

#define CLA_SECURED 0x04

struct scp03 {
	struct perso_channel base;
	struct perso_keyed *s_enc;
	struct perso_keyed *s_mac;
	struct perso_keyed *s_rmac;
	uint8_t chaining[SCP03_BLOCK];
	uint64_t counter; /* of commands, for the encryption's IV */
	uint8_t level;
};

/* see gp_int.h */
struct scp03_label
scp03_label(enum scp03_constant c, uint16_t bits, const uint8_t host[8],
    const uint8_t card[8])
{
	struct scp03_label l = { { 0 } };

	l.p[11] = (uint8_t)c;
	l.p[13] = (uint8_t)(bits >> 8);
	l.p[14] = (uint8_t)bits;
	l.p[15] = 1; /* counter: one block is enough */
	for (size_t i = 0; i < 8; i++) {
		l.p[16 + i] = host[i];
		l.p[24 + i] = card[i];
	}
	return l;
}

/* see gp_int.h */
perso_rc
scp03_session_key(struct perso_keyref *from, enum scp03_constant c,
    const struct perso_scp03_session *s, struct perso_secret *ret)
{
	struct scp03_label l =
	    scp03_label(c, 128, s->host_challenge, s->card_challenge);
	struct perso_span part = perso_span_of(l.p);

	PERSO_TRY(perso_keyref_cmac(from, &part, 1, ret->p));
	ret->n = PERSO_CMAC_SIZE;
	return PERSO_OK;
}

/* see gp_int.h */
perso_rc
scp03_cryptogram(const struct perso_secret *s_mac, enum scp03_constant c,
    const struct perso_scp03_session *s, uint8_t ret[8])
{
	struct scp03_label l =
	    scp03_label(c, 64, s->host_challenge, s->card_challenge);
	struct perso_span part = perso_span_of(l.p);
	uint8_t full[PERSO_CMAC_SIZE];

	PERSO_TRY(perso_cmac(perso_secret_span(s_mac), &part, 1, full));
	return perso_span_copy(ret, 8, perso_span(full, 8));
}

/* The IV of command and answer differ in their first bit. */
static perso_rc
make_iv(const struct scp03 *sc, bool answer, uint8_t iv[SCP03_BLOCK])
{
	uint8_t block[SCP03_BLOCK] = { 0 };

	for (size_t i = 0; i < 8; i++)
		block[SCP03_BLOCK - 1 - i] = (uint8_t)(sc->counter >> 8 * i);
	if (answer)
		block[0] = 0x80;
	return perso_keyed_block(sc->s_enc, block, iv);
}

static perso_rc
encrypt(struct scp03 *sc, struct perso_span plain, struct perso_buf *ret)
{
	size_t mark = ret->n;
	uint8_t iv[SCP03_BLOCK];

	PERSO_TRY(perso_buf_append(ret, plain));
	PERSO_TRY(perso_pad2(ret, mark, SCP03_BLOCK));
	PERSO_TRY(make_iv(sc, false, iv));
	return perso_keyed_encrypt(sc->s_enc, perso_span_of(iv), ret, mark);
}

/* C-MAC over the chaining value, the header with the Lc that goes out, and
 * the data field; becomes the chaining value. */
static perso_rc
chain_mac(struct scp03 *sc, const struct perso_apdu *out, bool long_lc,
    struct perso_span data)
{
	PERSO_BUF(head, 8);
	struct perso_wr w = perso_wr(&head);
	size_t lc = data.n + SCP03_MAC;

	perso_wr_u8(&w, out->cla);
	perso_wr_u8(&w, out->ins);
	perso_wr_u8(&w, out->p1);
	perso_wr_u8(&w, out->p2);
	if (long_lc || lc > PERSO_LC_SHORT)
		perso_wr_u24(&w, (uint32_t)lc);
	else
		perso_wr_u8(&w, (uint8_t)lc);
	PERSO_TRY(perso_wr_end(&w));

	struct perso_span parts[] = { perso_span_of(sc->chaining),
		perso_buf_span(&head), data };

	return perso_keyed_cmac(sc->s_mac, parts, 3, sc->chaining);
}

/* Le stays: on the chip it reaches the application as it is, and counts
 * the plain answer. */
static perso_rc
scp03_wrap(struct perso_channel *c, const struct perso_apdu *plain,
    bool extended, struct perso_buf *data, struct perso_apdu *ret)
{
	struct scp03 *sc = (struct scp03 *)c;
	struct perso_apdu out = *plain;

	perso_buf_clear(data);
	sc->counter++;
	out.cla |= CLA_SECURED;
	if (plain->data.n > 0 && (sc->level & PERSO_SCP03_CDEC))
		PERSO_TRY(encrypt(sc, plain->data, data));
	else
		PERSO_TRY(perso_buf_append(data, plain->data));
	PERSO_TRY(chain_mac(sc, &out, extended, perso_buf_span(data)));
	PERSO_TRY(perso_buf_append(data, perso_span(sc->chaining, SCP03_MAC)));
	out.data = perso_buf_span(data);
	*ret = out;
	return PERSO_OK;
}

static perso_rc
decrypt(struct scp03 *sc, struct perso_span cryptogram, struct perso_buf *ret)
{
	size_t mark = ret->n, n = 0;
	uint8_t iv[SCP03_BLOCK];
	perso_rc rc;

	if (cryptogram.n % SCP03_BLOCK != 0)
		PERSO_FAIL(PERSO_E_SM, "answer is not whole blocks");
	PERSO_TRY(make_iv(sc, true, iv));
	PERSO_TRY(perso_buf_append(ret, cryptogram));
	PERSO_TRY(perso_keyed_decrypt(sc->s_enc, perso_span_of(iv), ret, mark));
	rc = perso_unpad2(
	    perso_span_sub(perso_buf_span(ret), mark, cryptogram.n),
	    SCP03_BLOCK, &n);
	perso_buf_remove(ret, mark + n, cryptogram.n - n);
	if (rc != PERSO_OK)
		PERSO_FAIL(PERSO_E_SM, "padding of the answer is wrong");
	return PERSO_OK;
}

static perso_rc
check_answer(struct scp03 *sc, struct perso_span data, uint16_t sw,
    struct perso_buf *ret)
{
	uint8_t sw_bytes[] = { (uint8_t)(sw >> 8), (uint8_t)sw };
	struct perso_span body, mac;
	uint8_t full[PERSO_CMAC_SIZE];

	if (data.n < SCP03_MAC)
		PERSO_FAIL(PERSO_E_SM, "answer without R-MAC");
	body = perso_span_sub(data, 0, data.n - SCP03_MAC);
	mac = perso_span_sub(data, body.n, SCP03_MAC);

	struct perso_span parts[] = { perso_span_of(sc->chaining), body,
		perso_span_of(sw_bytes) };

	PERSO_TRY(perso_keyed_cmac(sc->s_rmac, parts, 3, full));
	if (!perso_secret_equal(perso_span(full, SCP03_MAC), mac))
		PERSO_FAIL(PERSO_E_SM, "R-MAC is wrong");
	if (body.n > 0 && (sc->level & PERSO_SCP03_RENC))
		return decrypt(sc, body, ret);
	return perso_buf_append(ret, body);
}

/* 9000, 62xx and 63xx are protected; errors are bare (6.2.5). */
static bool
is_protected(uint16_t sw)
{
	return sw == 0x9000 || sw >> 8 == 0x62 || sw >> 8 == 0x63;
}

static perso_rc
scp03_unwrap(struct perso_channel *c, struct perso_span data, uint16_t sw,
    struct perso_buf *ret_data, uint16_t *ret_sw)
{
	struct scp03 *sc = (struct scp03 *)c;

	if (!is_protected(sw)) {
		if (data.n > 0)
			PERSO_FAIL(PERSO_E_SM, "data with SW %04X", sw);
	} else if (sc->level & PERSO_SCP03_RMAC) {
		PERSO_TRY(check_answer(sc, data, sw, ret_data));
	} else {
		PERSO_TRY(perso_buf_append(ret_data, data));
	}
	*ret_sw = sw;
	return PERSO_OK;
}

static size_t
scp03_max_data(
    const struct perso_channel *c, size_t lc, const struct perso_apdu *a)
{
	const struct scp03 *sc = (const struct scp03 *)c;
	size_t n = lc < SCP03_MAC ? 0 : lc - SCP03_MAC;

	(void)a;
	if (!(sc->level & PERSO_SCP03_CDEC))
		return n;
	n -= n % SCP03_BLOCK;
	return n > 0 ? n - 1 : 0;
}

static size_t
scp03_max_answer(const struct perso_channel *c, size_t n)
{
	const struct scp03 *sc = (const struct scp03 *)c;

	if (sc->level & PERSO_SCP03_RMAC)
		n = n < SCP03_MAC ? 0 : n - SCP03_MAC;
	if (!(sc->level & PERSO_SCP03_RENC))
		return n;
	n -= n % SCP03_BLOCK;
	return n > 0 ? n - 1 : 0;
}

static void
scp03_destroy(struct perso_channel *c)
{
	struct scp03 *sc = (struct scp03 *)c;

	perso_keyed_free(&sc->s_enc);
	perso_keyed_free(&sc->s_mac);
	perso_keyed_free(&sc->s_rmac);
	perso_wipe(sc, sizeof(*sc));
	free(sc);
}

static const struct perso_channel_ops scp03_ops = {
	.name = "SCP03",
	.wrap = scp03_wrap,
	.unwrap = scp03_unwrap,
	.max_data = scp03_max_data,
	.max_answer = scp03_max_answer,
	.destroy = scp03_destroy,
};

static perso_rc
derive_one(struct perso_keyref *from, enum scp03_constant c,
    const struct perso_scp03_session *s, enum perso_keyed_use use,
    struct perso_keyed **ret)
{
	PERSO_SECRET(key);

	PERSO_TRY(scp03_session_key(from, c, s, &key));
	return perso_keyed_new(PERSO_AES128, perso_secret_span(&key), use, ret);
}

static perso_rc
derive(struct scp03 *sc, const struct perso_scp03_keys *keys,
    const struct perso_scp03_session *s)
{
	PERSO_TRY(derive_one(
	    keys->enc, SCP03_S_ENC, s, PERSO_KEYED_CIPHER, &sc->s_enc));
	PERSO_TRY(
	    derive_one(keys->mac, SCP03_S_MAC, s, PERSO_KEYED_MAC, &sc->s_mac));
	return derive_one(
	    keys->mac, SCP03_S_RMAC, s, PERSO_KEYED_MAC, &sc->s_rmac);
}

/* see perso/scp03.h */
perso_rc
perso_scp03_channel(const struct perso_scp03_keys *keys,
    const struct perso_scp03_session *s, struct perso_channel **ret)
{
	struct scp03 *sc = calloc(1, sizeof(*sc));
	perso_rc rc;

	if (sc == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for a channel");
	sc->base.ops = &scp03_ops;
	sc->level = s->level;
	rc = perso_span_copy(
	    sc->chaining, sizeof(sc->chaining), perso_span_of(s->chaining));
	if (rc == PERSO_OK)
		rc = derive(sc, keys, s);
	if (rc != PERSO_OK) {
		scp03_destroy(&sc->base);
		return rc;
	}
	*ret = &sc->base;
	return PERSO_OK;
}
