/*
 * Secure messaging with 3DES or AES, the chip's side: Doc 9303-11, 9.8.
 */
#include "sim_int.h"

#define MAC 8

static size_t
block_of(const struct sim_sm *sm)
{
	return perso_cipher_block(sm->cipher);
}

static struct perso_span
key_of(const struct sim_sm *sm, const uint8_t *key)
{
	return perso_span(key, perso_cipher_key(sm->cipher));
}

/* see sim_int.h */
perso_rc
sim_sm_start(
    struct sim_sm *sm, enum perso_cipher cipher, struct perso_span secret)
{
	PERSO_SECRET(enc);
	PERSO_SECRET(mac);

	PERSO_TRY(sim_kdf_for(cipher, secret, 1, &enc));
	PERSO_TRY(sim_kdf_for(cipher, secret, 2, &mac));
	*sm = (struct sim_sm){ .active = true, .cipher = cipher };
	PERSO_TRY(
	    perso_span_copy(sm->enc, sizeof(sm->enc), perso_secret_span(&enc)));
	return perso_span_copy(
	    sm->mac, sizeof(sm->mac), perso_secret_span(&mac));
}

/* The counter is as long as a block. */
static perso_rc
write_ssc(const struct sim_sm *sm, struct perso_buf *b)
{
	struct perso_wr w = perso_wr(b);

	perso_wr_zero(&w, block_of(sm) - 8);
	perso_wr_u32(&w, (uint32_t)(sm->ssc >> 32));
	perso_wr_u32(&w, (uint32_t)sm->ssc);
	return perso_wr_end(&w);
}

static perso_rc
append_ssc(struct sim_sm *sm, struct perso_buf *b)
{
	sm->ssc++;
	return write_ssc(sm, b);
}

/* 9.8.6.1, 9.8.7.1: zero for 3DES, the encrypted counter for AES */
static perso_rc
make_iv(const struct sim_sm *sm, uint8_t iv[16], struct perso_span *ret)
{
	PERSO_BUF(ssc, 16);

	*ret = PERSO_SPAN_EMPTY;
	if (sm->cipher == PERSO_3DES)
		return PERSO_OK;
	PERSO_TRY(write_ssc(sm, &ssc));
	PERSO_TRY(
	    perso_block_encrypt(sm->cipher, key_of(sm, sm->enc), ssc.p, iv));
	*ret = perso_span(iv, 16);
	return PERSO_OK;
}

/* Padding method 2 counts from the counter on, which is one block. */
static perso_rc
make_mac(const struct sim_sm *sm, struct perso_buf *m, uint8_t ret[MAC])
{
	if (sm->cipher != PERSO_3DES)
		PERSO_TRY(sim_pad(m, block_of(sm)));
	return sim_mac(sm->cipher, key_of(sm, sm->mac), perso_buf_span(m), ret);
}

/* The data objects of a protected command. */
struct objects {
	struct perso_span cryptogram; /* without the padding indicator */
	bool has_le;
	struct perso_span le;
	struct perso_span signed_part; /* all before DO 8E */
	struct perso_span mac;
};

/* 87 (even INS) or 85 (odd INS), 97, 8E, in this order */
static perso_rc
read_objects(const struct sim_cmd *c, size_t block, struct objects *o)
{
	struct perso_rd rd = perso_rd(c->data);
	bool odd = (c->ins & 1) != 0, there = false;
	struct perso_tlv t;
	struct perso_rd in;

	PERSO_TRY(perso_tlv_optional(&rd, odd ? 0x85 : 0x87, &t, &there));
	if (there) {
		in = perso_rd(t.val);
		if (!odd)
			PERSO_TRY(perso_rd_expect(&in, perso_span("\x01", 1)));
		o->cryptogram = perso_rd_rest(&in);
		if (o->cryptogram.n == 0 || o->cryptogram.n % block != 0)
			return PERSO_E_DATA;
	}
	PERSO_TRY(perso_tlv_optional(&rd, 0x97, &t, &o->has_le));
	if (o->has_le) {
		o->le = t.val;
		if (o->le.n < 1 || o->le.n > 2)
			return PERSO_E_DATA;
	}
	o->signed_part = perso_span_sub(c->data, 0, rd.at);
	PERSO_TRY(perso_tlv_expect(&rd, 0x8E, &t));
	o->mac = t.val;
	if (o->mac.n != MAC)
		return PERSO_E_DATA;
	return perso_rd_finish(&rd);
}

static perso_rc
check_mac(struct sim_sm *sm, const struct sim_cmd *c, const struct objects *o,
    bool *ret_ok)
{
	/* The header is padded where data objects follow; alone it gets the
	 * padding at the end only, as OpenSC has it; no vector is published. */
	const uint8_t head[16] = { c->cla, c->ins, c->p1, c->p2, 0x80 };
	size_t n = o->signed_part.n > 0 ? block_of(sm) : 4;
	uint8_t mac[MAC];
	PERSO_BUF(m, o->signed_part.n + 48);

	PERSO_TRY(append_ssc(sm, &m));
	PERSO_TRY(perso_buf_append(&m, perso_span(head, n)));
	PERSO_TRY(perso_buf_append(&m, o->signed_part));
	PERSO_TRY(make_mac(sm, &m, mac));
	*ret_ok = perso_secret_equal(perso_span_of(mac), o->mac);
	return PERSO_OK;
}

static void
take_le(const struct objects *o, struct sim_cmd *c)
{
	c->has_le = o->has_le;
	c->le = 0;
	for (size_t i = 0; i < o->le.n; i++)
		c->le = c->le << 8 | o->le.p[i];
	if (o->has_le && c->le == 0)
		c->le = o->le.n == 1 ? 256 : 65536;
}

/* see sim_int.h */
perso_rc
sim_sm_unwrap(
    struct sim_sm *sm, struct sim_cmd *c, struct perso_buf *plain, bool *ret_ok)
{
	struct objects o = { .has_le = false };
	struct perso_span iv;
	uint8_t block[16];

	*ret_ok = false;
	if (read_objects(c, block_of(sm), &o) != PERSO_OK)
		return PERSO_OK;
	PERSO_TRY(check_mac(sm, c, &o, ret_ok));
	if (!*ret_ok)
		return PERSO_OK;
	if (o.cryptogram.n > 0) {
		PERSO_TRY(make_iv(sm, block, &iv));
		PERSO_TRY(perso_cbc_decrypt(
		    sm->cipher, key_of(sm, sm->enc), iv, o.cryptogram, plain));
		*ret_ok = sim_unpad(plain, block_of(sm));
	}
	c->data = perso_buf_span(plain);
	take_le(&o, c);
	return PERSO_OK;
}

/* see sim_int.h */
size_t
sim_sm_room(const struct sim_sm *sm, uint8_t ins, size_t total)
{
	/* DO 99 and DO 8E, tag and length of DO 87 or 85, its indicator */
	size_t over = 4 + 10 + (total > 256 ? 4u : 3u) + ((ins & 1) ? 0u : 1u);

	return (total - over) / block_of(sm) * block_of(sm) - 1;
}

static perso_rc
write_cryptogram(
    struct sim_sm *sm, bool odd, struct perso_buf *data, struct perso_wr *w)
{
	PERSO_BUF(out, data->n + 16);
	struct perso_span iv;
	uint8_t block[16];

	PERSO_TRY(sim_pad(data, block_of(sm)));
	PERSO_TRY(make_iv(sm, block, &iv));
	PERSO_TRY(perso_cbc_encrypt(
	    sm->cipher, key_of(sm, sm->enc), iv, perso_buf_span(data), &out));
	perso_wr_head(w, odd ? 0x85 : 0x87, out.n + (odd ? 0 : 1));
	if (!odd)
		perso_wr_u8(w, 0x01);
	perso_wr_bytes(w, perso_buf_span(&out));
	return perso_wr_end(w);
}

/* see sim_int.h */
perso_rc
sim_sm_wrap(struct sim_sm *sm, uint8_t ins, struct sim_ans *a)
{
	const uint8_t sw[2] = { (uint8_t)(a->sw >> 8), (uint8_t)a->sw };
	uint8_t mac[MAC];
	size_t n;
	PERSO_BUF(m, a->data.n + 96); /* SSC and the data objects */
	struct perso_wr w = perso_wr(&m);

	PERSO_TRY(append_ssc(sm, &m));
	if (a->data.n > 0)
		PERSO_TRY(write_cryptogram(sm, (ins & 1) != 0, &a->data, &w));
	perso_wr_tlv(&w, 0x99, perso_span_of(sw));
	PERSO_TRY(perso_wr_end(&w));
	n = m.n;
	PERSO_TRY(make_mac(sm, &m, mac));
	PERSO_TRY(perso_buf_resize(&m, n));
	perso_wr_tlv(&w, 0x8E, perso_span_of(mac));
	PERSO_TRY(perso_wr_end(&w));
	return perso_buf_set(
	    &a->data, perso_span_sub(perso_buf_span(&m), block_of(sm), m.n));
}
