/*
 * SCP03, the card's side: GlobalPlatform Card Specification 2.3, Amendment D.
 */
#include "sim_int.h"

#include "perso/digest.h"

/* 4.1.5: the last byte of a derivation's label */
enum {
	KDF_CARD = 0x00,
	KDF_HOST = 0x01,
	KDF_CHALLENGE = 0x02,
	KDF_ENC = 0x04,
	KDF_MAC = 0x06,
	KDF_RMAC = 0x07
};

#define LEVEL_MAC 0x01
#define LEVEL_DEC 0x02
#define LEVEL_RMAC 0x10
#define LEVEL_RENC 0x20

static const uint8_t isd_aid[] = { 0xA0, 0, 0, 0x01, 0x51, 0, 0, 0 };

/* 4.1.5: NIST SP 800-108, counter mode, CMAC; one round suffices */
static perso_rc
kdf(const uint8_t key[16], uint8_t label, struct perso_span context,
    uint8_t *ret, size_t n)
{
	uint8_t head[16] = { [11] = label, [14] = (uint8_t)(n * 8), [15] = 1 };
	const struct perso_span parts[] = { { head, sizeof(head) }, context };
	uint8_t mac[PERSO_CMAC_SIZE];
	perso_rc rc;

	rc = perso_cmac(perso_span(key, 16), parts, 2, mac);
	if (rc == PERSO_OK)
		rc = perso_span_copy(ret, n, perso_span(mac, n));
	perso_wipe(mac, sizeof(mac));
	return rc;
}

/* see sim_int.h; 6.2.1, 6.2.2 */
perso_rc
sim_scp_derive(struct sim_scp *scp, const struct perso_sim_keys *keys,
    struct perso_span host, struct perso_span card)
{
	PERSO_BUF(context, 16);
	struct perso_span c;

	PERSO_TRY(perso_buf_append(&context, host));
	PERSO_TRY(perso_buf_append(&context, card));
	c = perso_buf_span(&context);
	*scp = (struct sim_scp){ .state = SIM_SCP_IDLE };
	PERSO_TRY(kdf(keys->enc, KDF_ENC, c, scp->enc, 16));
	PERSO_TRY(kdf(keys->mac, KDF_MAC, c, scp->mac, 16));
	PERSO_TRY(kdf(keys->mac, KDF_RMAC, c, scp->rmac, 16));
	PERSO_TRY(kdf(scp->mac, KDF_CARD, c, scp->card_cryptogram, 8));
	return kdf(scp->mac, KDF_HOST, c, scp->host_cryptogram, 8);
}

/* see sim_int.h; 7.1.1 */
perso_rc
sim_initialize_update(
    struct perso_sim *s, const struct sim_cmd *c, struct sim_ans *a)
{
	uint32_t seq = s->nv.sequence + 1;
	const uint8_t seq3[3] = { (uint8_t)(seq >> 16), (uint8_t)(seq >> 8),
		(uint8_t)seq };
	const struct perso_sim_keys *k = &s->nv.cfg.keys;
	struct perso_wr w = perso_wr(&a->data);
	uint8_t challenge[8];
	PERSO_BUF(context, sizeof(seq3) + sizeof(isd_aid));

	sim_sessions_end(s);
	if (s->nv.fails >= SIM_TRIES)
		return sim_sw(a, 0x6983);
	if (c->p2 != 0)
		return sim_sw(a, 0x6A86);
	if (c->p1 != 0 && c->p1 != k->kvn)
		return sim_sw(a, 0x6A88);
	if (c->data.n != 8)
		return sim_sw(a, 0x6700);
	if (!sim_fits(c, 32, a))
		return PERSO_OK;
	if (seq > 0xFFFFFF)
		return sim_sw(a, 0x6985);
	PERSO_TRY(perso_buf_append(&context, perso_span_of(seq3)));
	PERSO_TRY(perso_buf_append(&context, perso_span_of(isd_aid)));
	PERSO_TRY(
	    kdf(k->enc, KDF_CHALLENGE, perso_buf_span(&context), challenge, 8));
	PERSO_TRY(
	    sim_scp_derive(&s->scp, k, c->data, perso_span_of(challenge)));
	PERSO_TRY(sim_serial(s, &a->data));
	perso_wr_u8(&w, k->kvn);
	perso_wr_u8(&w, 0x03);
	perso_wr_u8(&w, 0x70);
	perso_wr_bytes(&w, perso_span_of(challenge));
	perso_wr_bytes(&w, perso_span_of(s->scp.card_cryptogram));
	perso_wr_bytes(&w, perso_span_of(seq3));
	PERSO_TRY(perso_wr_end(&w));
	s->scp.state = SIM_SCP_READY;
	s->nv.sequence = seq;
	s->dirty = true;
	return sim_sw(a, SIM_OK);
}

/* 6.2.4: over the chaining value, the header and Lc' of the modified APDU,
 * and the data without the MAC; true if the MAC is right. */
static perso_rc
check_cmac(struct sim_scp *scp, const struct sim_cmd *c, bool *ret_ok)
{
	size_t n = c->data.n - 8;
	const uint8_t head[4] = { c->cla, c->ins, c->p1, c->p2 };
	const uint8_t lc[3] = { 0, (uint8_t)(c->data.n >> 8),
		(uint8_t)c->data.n };
	const struct perso_span parts[] = { perso_span_of(scp->chain),
		perso_span_of(head),
		c->long_lc ? perso_span(lc, 3) : perso_span(lc + 2, 1),
		perso_span_sub(c->data, 0, n) };
	uint8_t mac[PERSO_CMAC_SIZE];

	PERSO_TRY(perso_cmac(perso_span_of(scp->mac), parts, 4, mac));
	*ret_ok = perso_secret_equal(
	    perso_span(mac, 8), perso_span_sub(c->data, n, 8));
	if (*ret_ok)
		return perso_span_copy(
		    scp->chain, sizeof(scp->chain), perso_span_of(mac));
	return PERSO_OK;
}

/* see sim_int.h; 7.1.2 */
perso_rc
sim_external_authenticate(
    struct perso_sim *s, const struct sim_cmd *c, struct sim_ans *a)
{
	struct sim_scp *scp = &s->scp;
	bool ready = scp->state == SIM_SCP_READY, ok = false;

	scp->state = SIM_SCP_IDLE;
	if (!ready)
		return sim_sw(a, 0x6985);
	if (c->data.n != 16)
		return sim_sw(a, 0x6700);
	if ((c->p1 != 0x33 && c->p1 != 0x13 && c->p1 != 0x11 &&
		c->p1 != 0x03) ||
	    c->p2 != 0)
		return sim_sw(a, 0x6A86);
	ok = perso_secret_equal(
	    perso_span_of(scp->host_cryptogram), perso_span_sub(c->data, 0, 8));
	if (!ok || s->nv.fails > 0) {
		s->nv.fails = ok ? 0 : (uint8_t)(s->nv.fails + 1);
		s->dirty = true;
	}
	if (!ok)
		return sim_sw(a, 0x6300);
	PERSO_TRY(check_cmac(scp, c, &ok));
	if (!ok)
		return sim_sw(a, 0x6982);
	scp->level = c->p1;
	scp->counter = 0;
	scp->state = SIM_SCP_OPEN;
	return sim_sw(a, SIM_OK);
}

/* 6.2.6, 6.2.7: the counter's block, encrypted; 80 first for answers */
static perso_rc
make_icv(const struct sim_scp *scp, uint8_t first, uint8_t ret[16])
{
	uint8_t block[16] = { first };

	for (unsigned i = 0; i < 8; i++)
		block[15 - i] = (uint8_t)(scp->counter >> (8 * i));
	return perso_block_encrypt(
	    PERSO_AES128, perso_span_of(scp->enc), block, ret);
}

static perso_rc
decrypt(struct sim_scp *scp, struct perso_span in, struct perso_buf *plain,
    bool *ret_ok)
{
	uint8_t icv[16];

	*ret_ok = false;
	if (in.n % 16 != 0)
		return PERSO_OK;
	PERSO_TRY(make_icv(scp, 0x00, icv));
	PERSO_TRY(perso_cbc_decrypt(PERSO_AES128, perso_span_of(scp->enc),
	    perso_span_of(icv), in, plain));
	*ret_ok = sim_unpad(plain, 16);
	return PERSO_OK;
}

/* see sim_int.h */
perso_rc
sim_scp_unwrap(struct sim_scp *scp, const struct sim_cmd *c,
    struct perso_buf *plain, bool *ret_ok)
{
	struct perso_span body;

	*ret_ok = false;
	if (c->data.n < 8)
		return PERSO_OK;
	PERSO_TRY(check_cmac(scp, c, ret_ok));
	if (!*ret_ok)
		return PERSO_OK;
	scp->counter++;
	body = perso_span_sub(c->data, 0, c->data.n - 8);
	if ((scp->level & LEVEL_DEC) != 0 && body.n > 0)
		return decrypt(scp, body, plain, ret_ok);
	return perso_buf_append(plain, body);
}

/* see sim_int.h */
size_t
sim_scp_room(const struct sim_scp *scp, size_t total)
{
	if ((scp->level & LEVEL_RMAC) == 0)
		return total;
	total -= 8;
	return (scp->level & LEVEL_RENC) != 0 ? total / 16 * 16 - 1 : total;
}

static perso_rc
encrypt(struct sim_scp *scp, struct perso_buf *data)
{
	PERSO_BUF(out, data->n + 16);
	uint8_t icv[16];

	PERSO_TRY(sim_pad(data, 16));
	PERSO_TRY(make_icv(scp, 0x80, icv));
	PERSO_TRY(perso_cbc_encrypt(PERSO_AES128, perso_span_of(scp->enc),
	    perso_span_of(icv), perso_buf_span(data), &out));
	return perso_buf_set(data, perso_buf_span(&out));
}

/* see sim_int.h; 6.2.5 */
perso_rc
sim_scp_wrap(struct sim_scp *scp, struct sim_ans *a)
{
	const uint8_t sw[2] = { (uint8_t)(a->sw >> 8), (uint8_t)a->sw };
	struct perso_span parts[3];
	uint8_t mac[PERSO_CMAC_SIZE];

	if (a->sw != SIM_OK && sw[0] != 0x62 && sw[0] != 0x63) {
		perso_buf_clear(&a->data);
		return PERSO_OK;
	}
	if ((scp->level & LEVEL_RENC) != 0 && a->data.n > 0)
		PERSO_TRY(encrypt(scp, &a->data));
	if ((scp->level & LEVEL_RMAC) == 0)
		return PERSO_OK;
	parts[0] = perso_span_of(scp->chain);
	parts[1] = perso_buf_span(&a->data);
	parts[2] = perso_span_of(sw);
	PERSO_TRY(perso_cmac(perso_span_of(scp->rmac), parts, 3, mac));
	return perso_buf_append(&a->data, perso_span(mac, 8));
}
