#include <criterion/criterion.h>
#include <string.h>

#include "host.h"
#include "perso/cipher.h"
#include "perso/digest.h"
#include "perso/hex.h"

const struct perso_sim_config test_config = {
	.keys = { .kvn = 0x30,
	    .enc = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 },
	    .mac = { 0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0x19,
		0x1A, 0x1B, 0x1C, 0x1D, 0x1E, 0x1F },
	    .dek = { 0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x27, 0x28, 0x29,
		0x2A, 0x2B, 0x2C, 0x2D, 0x2E, 0x2F } },
	.cplc = { 0x50, 0x53, 0x50, 0x31, 4, 5, 6, 7, 8, 9, 10, 11, 0xAA, 0xBB,
	    0xCC, 0xDD, 0xB0, 0x01 },
	.extended = true,
	.product = { 0x50, 0x31 },
};

const uint8_t test_seed[16] = { 0x23, 0x9A, 0xB9, 0xCB, 0x28, 0x2D, 0xAF, 0x66,
	0x23, 0x1D, 0xC5, 0xA4, 0xDF, 0x6B, 0xFB, 0xAE };

struct perso_span
hex(const char *text)
{
	static uint8_t mem[8][4096];
	static unsigned turn;
	PERSO_BUF(b, 4096);
	uint8_t *p = mem[turn++ % 8];

	cr_assert_eq(perso_hex_decode(perso_span_str(text), &b), PERSO_OK);
	if (b.n > 0)
		memcpy(p, b.p, b.n);
	return perso_span(p, b.n);
}

void
host_new(struct host *h, const char *path)
{
	*h = (struct host){ 0 };
	if (path != NULL)
		cr_assert_eq(perso_sim_open(path, &h->s), PERSO_OK);
	else
		cr_assert_eq(
		    perso_sim_open_memory(&test_config, &h->s), PERSO_OK);
	perso_sim_no_sync(h->s, true);
}

void
host_done(struct host *h)
{
	perso_sim_free(&h->s);
}

void
host_reset(struct host *h)
{
	h->scp = h->sm = false;
	perso_sim_reset(h->s);
}

uint16_t
host_raw(struct host *h, struct perso_span apdu)
{
	PERSO_BUF(rsp, 65540);

	h->n = 0;
	h->sw = 0;
	h->rc = perso_sim_transmit(h->s, apdu, &rsp);
	if (h->rc != PERSO_OK) {
		cr_assert_eq(rsp.n, 0);
		return 0;
	}
	cr_assert_geq(rsp.n, 2);
	h->n = rsp.n - 2;
	memcpy(h->rsp, rsp.p, h->n);
	h->sw = (uint16_t)(rsp.p[h->n] << 8 | rsp.p[h->n + 1]);
	return h->sw;
}

uint16_t
host_hex(struct host *h, const char *apdu)
{
	return host_raw(h, hex(apdu));
}

void
host_put(struct perso_buf *b, const void *p, size_t n)
{
	cr_assert_eq(perso_buf_append(b, perso_span(p, n)), PERSO_OK);
}

void
host_put8(struct perso_buf *b, size_t v)
{
	uint8_t x = (uint8_t)v;

	host_put(b, &x, 1);
}

void
host_put_len(struct perso_buf *b, size_t n)
{
	if (n > 255) {
		host_put8(b, 0x82);
		host_put8(b, n >> 8);
	} else if (n > 127)
		host_put8(b, 0x81);
	host_put8(b, n);
}

void
host_pad(struct perso_buf *b, size_t block)
{
	host_put8(b, 0x80);
	while (b->n % block != 0)
		host_put8(b, 0);
}

static void
host_encode(struct perso_buf *b, const struct cmd *c)
{
	bool ext = c->extended || c->data.n > 255 || c->le > 256;

	host_put8(b, c->cla);
	host_put8(b, c->ins);
	host_put8(b, c->p1);
	host_put8(b, c->p2);
	if (c->data.n > 0) {
		if (ext) {
			host_put8(b, 0);
			host_put8(b, c->data.n >> 8);
		}
		host_put8(b, c->data.n);
		host_put(b, c->data.p, c->data.n);
	}
	if (c->le >= 0 && ext) {
		if (c->data.n == 0)
			host_put8(b, 0);
		host_put8(b, (size_t)c->le >> 8);
	}
	if (c->le >= 0)
		host_put8(b, (size_t)c->le);
}

uint16_t
host_send_plain(struct host *h, struct cmd c)
{
	size_t split = h->split;

	while (split > 0 && c.data.n > split) {
		struct cmd part = c;
		PERSO_BUF(b, 70000);

		part.cla |= 0x10;
		part.data.n = split;
		part.le = -1;
		part.extended = false;
		c.data = perso_span(c.data.p + split, c.data.n - split);
		host_encode(&b, &part);
		if (host_raw(h, perso_buf_span(&b)) != 0x9000)
			return h->sw;
		cr_assert_eq(h->n, 0);
	}
	PERSO_BUF(b, 70000);
	host_encode(&b, &c);
	return host_raw(h, perso_buf_span(&b));
}

static void
icv(struct host *h, uint8_t first, uint8_t out[16])
{
	uint8_t b[16] = { first };

	for (int i = 0; i < 8; i++)
		b[15 - i] = (uint8_t)(h->ctr >> (8 * i));
	cr_assert_eq(
	    perso_block_encrypt(PERSO_AES128, perso_span_of(h->enc), b, out),
	    PERSO_OK);
}

static uint16_t
send_scp(struct host *h, struct cmd c)
{
	PERSO_BUF(data, 70000);
	PERSO_BUF(m, 70000);
	uint8_t iv[16], mac[16];
	uint16_t sw;

	c.cla |= 0x04;
	h->ctr++;
	if (c.data.n > 0 && (h->level & 2)) {
		PERSO_BUF(p, 70000);

		host_put(&p, c.data.p, c.data.n);
		host_pad(&p, 16);
		icv(h, 0, iv);
		cr_assert_eq(
		    perso_cbc_encrypt(PERSO_AES128, perso_span_of(h->enc),
			perso_span_of(iv), perso_buf_span(&p), &data),
		    PERSO_OK);
	} else
		host_put(&data, c.data.p, c.data.n);
	bool ext = c.extended || data.n + 8 > 255 || c.le > 256;
	host_put(&m, h->chain, 16);
	host_put(&m, &c.cla, 1);
	host_put(&m, &c.ins, 1);
	host_put(&m, &c.p1, 1);
	host_put(&m, &c.p2, 1);
	if (ext) {
		host_put8(&m, 0);
		host_put8(&m, (data.n + 8) >> 8);
	}
	host_put8(&m, data.n + 8);
	host_put(&m, data.p, data.n);
	struct perso_span part = perso_buf_span(&m);
	cr_assert_eq(
	    perso_cmac(perso_span_of(h->mac), &part, 1, h->chain), PERSO_OK);
	memcpy(mac, h->chain, 16);
	if (h->damage == 1)
		mac[3] ^= 0x40;
	if (h->damage != 2)
		host_put(&data, mac, 8);
	c.data = perso_buf_span(&data);
	c.extended = ext && h->split == 0;
	sw = host_send_plain(h, c);
	if (h->rc != PERSO_OK ||
	    (sw != 0x9000 && (sw >> 8) != 0x62 && (sw >> 8) != 0x63) ||
	    !(h->level & 0x10))
		return sw;
	uint8_t s2[2] = { (uint8_t)(sw >> 8), (uint8_t)sw };
	if (h->n < 8) {
		h->bad = true;
		return sw;
	}
	struct perso_span parts[] = { { h->chain, 16 }, { h->rsp, h->n - 8 },
		{ s2, 2 } };
	cr_assert_eq(
	    perso_cmac(perso_span_of(h->rmac), parts, 3, mac), PERSO_OK);
	if (memcmp(mac, h->rsp + h->n - 8, 8) != 0)
		h->bad = true;
	h->n -= 8;
	if (h->n > 0 && (h->level & 0x20)) {
		PERSO_BUF(p, 70000);

		icv(h, 0x80, iv);
		cr_assert_eq(
		    perso_cbc_decrypt(PERSO_AES128, perso_span_of(h->enc),
			perso_span_of(iv), perso_span(h->rsp, h->n), &p),
		    PERSO_OK);
		while (p.n > 0 && p.p[p.n - 1] == 0)
			p.n--;
		h->n = p.n - 1;
		memcpy(h->rsp, p.p, h->n);
	}
	return sw;
}

uint16_t
host_send(struct host *h, struct cmd c)
{
	if (h->scp)
		return send_scp(h, c);
	return h->sm ? host_send_sm(h, c) : host_send_plain(h, c);
}

static void
derive(const uint8_t key[16], uint8_t label, const uint8_t ctx[16],
    uint8_t *out, size_t n)
{
	uint8_t in[32] = { 0 }, mac[16];
	struct perso_span p = perso_span_of(in);

	in[11] = label;
	in[14] = (uint8_t)(n * 8);
	in[15] = 1;
	memcpy(in + 16, ctx, 16);
	cr_assert_eq(perso_cmac(perso_span(key, 16), &p, 1, mac), PERSO_OK);
	memcpy(out, mac, n);
}

uint16_t
host_scp(struct host *h, unsigned level)
{
	uint8_t ctx[16] = { 1, 2, 3, 4, 5, 6, 7, 8 }, card[8], host[16], m[37];
	const struct perso_sim_keys *k = &test_config.keys;
	struct perso_span p;

	h->scp = h->sm = false;
	if (host_hex(h, "8050000008010203040506070800") != 0x9000)
		return h->sw;
	cr_assert_eq(h->n, 32);
	memcpy(ctx + 8, h->rsp + 13, 8);
	derive(k->enc, 4, ctx, h->enc, 16);
	derive(k->mac, 6, ctx, h->mac, 16);
	derive(k->mac, 7, ctx, h->rmac, 16);
	derive(h->mac, 0, ctx, card, 8);
	derive(h->mac, 1, ctx, host, 8);
	cr_assert_arr_eq(card, h->rsp + 21, 8, "card cryptogram");
	memset(m, 0, 16);
	memcpy(m + 16, "\x84\x82", 2);
	m[18] = (uint8_t)level;
	m[19] = 0;
	m[20] = 16;
	if (h->damage == 5)
		host[0] ^= 1;
	memcpy(m + 21, host, 8);
	p = perso_span(m, 29);
	cr_assert_eq(
	    perso_cmac(perso_span_of(h->mac), &p, 1, h->chain), PERSO_OK);
	memcpy(m + 29, h->chain, 8);
	if (h->damage == 1)
		m[30] ^= 1;
	h->ctr = 0;
	h->level = level;
	host_raw(h, perso_span(m + 16, 21));
	h->scp = h->sw == 0x9000;
	return h->sw;
}

static void
kdf3des(const uint8_t seed[16], uint8_t c, uint8_t out[16])
{
	uint8_t in[20] = { 0 };
	struct perso_md md;

	memcpy(in, seed, 16);
	in[19] = c;
	cr_assert_eq(
	    perso_digest(PERSO_SHA1, perso_span_of(in), &md), PERSO_OK);
	for (int i = 0; i < 16; i++) {
		out[i] = md.p[i] & 0xFE;
		out[i] |= !(__builtin_popcount(out[i]) & 1);
	}
}

uint16_t
host_bac(struct host *h)
{
	uint8_t s[32], ke[16], km[16], seed[16], rnd[8], mac[8];
	PERSO_BUF(e, 64);
	PERSO_BUF(m, 64);
	PERSO_BUF(r, 64);
	struct cmd c = { 0, 0x82, 0, 0, { 0 }, 40, false };

	h->scp = h->sm = false;
	if (host_hex(h, "0084000008") != 0x9000)
		return h->sw;
	cr_assert_eq(h->n, 8);
	memcpy(rnd, h->rsp, 8);
	kdf3des(test_seed, 1, ke);
	kdf3des(test_seed, 2, km);
	for (int i = 0; i < 32; i++)
		s[i] = (uint8_t)(0x31 + i);
	memcpy(s + 8, rnd, 8);
	if (h->damage == 3)
		s[8] ^= 1;
	cr_assert_eq(perso_cbc_encrypt(PERSO_3DES, perso_span_of(ke),
			 PERSO_SPAN_EMPTY, perso_span_of(s), &e),
	    PERSO_OK);
	host_put(&m, e.p, e.n);
	host_retail(km, &m, mac);
	if (h->damage == 1)
		mac[7] ^= 0x80;
	host_put(&e, mac, 8);
	c.data = perso_buf_span(&e);
	if (host_send_plain(h, c) != 0x9000)
		return h->sw;
	cr_assert_eq(h->n, 40);
	m.n = 0;
	host_put(&m, h->rsp, 32);
	host_retail(km, &m, mac);
	cr_assert_arr_eq(mac, h->rsp + 32, 8);
	cr_assert_eq(perso_cbc_decrypt(PERSO_3DES, perso_span_of(ke),
			 PERSO_SPAN_EMPTY, perso_span(h->rsp, 32), &r),
	    PERSO_OK);
	cr_assert_arr_eq(r.p, rnd, 8);
	cr_assert_arr_eq(r.p + 8, s, 8);
	for (int i = 0; i < 16; i++)
		seed[i] = r.p[16 + i] ^ s[16 + i];
	host_sm_start(h, PERSO_3DES, perso_span_of(seed));
	memcpy(h->ssc, rnd + 4, 4);
	memcpy(h->ssc + 4, s + 4, 4);
	return 0x9000;
}

uint16_t
host_select_app(struct host *h)
{
	return host_send(h,
	    (struct cmd){ 0, 0xA4, 4, 0x0C, hex("A0000002471001"), -1, false });
}

uint16_t
host_select(struct host *h, unsigned fid)
{
	uint8_t f[2] = { (uint8_t)(fid >> 8), (uint8_t)fid };

	return host_send(h, (struct cmd){ 0, 0xA4, fid == 0x3F00 ? 0 : 2, 0x0C,
				perso_span_of(f), -1, false });
}

uint16_t
host_create(struct host *h, unsigned fid, unsigned sfi, size_t size)
{
	uint8_t f[] = { 0x62, 0x0F, 0x80, 3, (uint8_t)(size >> 16),
		(uint8_t)(size >> 8), (uint8_t)size, 0x82, 1, 1, 0x83, 2,
		(uint8_t)(fid >> 8), (uint8_t)fid, 0x88, 1,
		(uint8_t)(sfi << 3) };

	return host_send(
	    h, (struct cmd){ 0x80, 0xE0, 0, 0, perso_span_of(f), -1, false });
}

uint16_t
host_update(struct host *h, size_t off, struct perso_span data)
{
	PERSO_BUF(b, 70000);

	if (off <= 0x7FFF)
		return host_send(
		    h, (struct cmd){ 0x80, 0xD6, (uint8_t)(off >> 8),
			   (uint8_t)off, data, -1, false });
	host_put(&b, "\x54\x03", 2);
	host_put8(&b, off >> 16);
	host_put8(&b, off >> 8);
	host_put8(&b, off);
	host_put8(&b, 0x53);
	host_put_len(&b, data.n);
	host_put(&b, data.p, data.n);
	return host_send(
	    h, (struct cmd){ 0x80, 0xD7, 0, 0, perso_buf_span(&b), -1, false });
}

uint16_t
host_read(struct host *h, size_t off, long le)
{
	uint8_t cla = h->scp ? 0x80 : 0;
	uint8_t d[5] = { 0x54, 3, (uint8_t)(off >> 16), (uint8_t)(off >> 8),
		(uint8_t)off };

	if (off <= 0x7FFF)
		return host_send(
		    h, (struct cmd){ cla, 0xB0, (uint8_t)(off >> 8),
			   (uint8_t)off, { 0 }, le, false });
	return host_send(
	    h, (struct cmd){ cla, 0xB1, 0, 0, perso_span_of(d), le, false });
}

uint16_t
host_put_key_id(struct host *h, unsigned id, struct perso_span key,
    bool good_kcv, int key_id)
{
	PERSO_BUF(p, 8192);
	PERSO_BUF(e, 8192);
	PERSO_BUF(b, 8192);
	PERSO_BUF(t, 8192);
	struct perso_md md;

	cr_assert_eq(
	    perso_digest(id == 1 ? PERSO_SHA1 : PERSO_SHA256, key, &md),
	    PERSO_OK);
	host_put(&p, key.p, key.n);
	if (id != 1)
		host_pad(&p, 16);
	cr_assert_eq(
	    perso_cbc_encrypt(PERSO_AES128, perso_span_of(test_config.keys.dek),
		PERSO_SPAN_EMPTY, perso_buf_span(&p), &e),
	    PERSO_OK);
	host_put(&b, "\x84\x01", 2);
	host_put8(&b, id);
	host_put8(&b, 0x85);
	host_put_len(&b, e.n);
	host_put(&b, e.p, e.n);
	host_put(&b, "\x86\x03", 2);
	if (!good_kcv)
		md.p[1] ^= 1;
	host_put(&b, md.p, 3);
	if (key_id >= 0) {
		host_put(&b, "\x87\x01", 2);
		host_put8(&b, (size_t)key_id);
	}
	host_put8(&t, 0x70);
	host_put_len(&t, b.n);
	host_put(&t, b.p, b.n);
	return host_send(h, (struct cmd){ 0x80, 0xDB, 0x3F, 0xFF,
				perso_buf_span(&t), -1, false });
}

uint16_t
host_put_key(struct host *h, unsigned id, struct perso_span key, bool good_kcv)
{
	return host_put_key_id(h, id, key, good_kcv, -1);
}

uint16_t
host_generate(struct host *h, unsigned alg, unsigned bits)
{
	uint8_t ec[] = { 0xAC, 6, 0x80, 1, (uint8_t)alg, 0x84, 1, 2 };
	uint8_t rsa[] = { 0xAC, 7, 0x82, 2, (uint8_t)(bits >> 8), (uint8_t)bits,
		0x84, 1, 2 };

	return host_send(h, (struct cmd){ 0x80, 0x47, 0x80, 0,
				bits ? perso_span_of(rsa) : perso_span_of(ec),
				0, bits > 1024 });
}

uint16_t
host_lock(struct host *h)
{
	return host_send(
	    h, (struct cmd){ 0x80, 0x44, 0, 0, hex("3F00"), -1, false });
}

uint16_t
host_personalise(struct host *h)
{
	struct perso_span com =
	    hex("60145F0104303130365F36063034303030305C026175");
	uint8_t big[300];

	for (size_t i = 0; i < sizeof(big); i++)
		big[i] = (uint8_t)i;
	if (host_scp(h, 0x33) != 0x9000)
		return h->sw;
	if (host_create(h, 0x2F01, 1, 4) != 0x9000 ||
	    host_update(h, 0, hex("43010247")) != 0x9000 ||
	    host_select_app(h) != 0x9000 ||
	    host_create(h, 0x011E, 0x1E, com.n) != 0x9000 ||
	    host_update(h, 0, com) != 0x9000 ||
	    host_create(h, 0x0101, 1, 300) != 0x9000 ||
	    host_update(h, 0, perso_span(big, 200)) != 0x9000 ||
	    host_update(h, 200, perso_span(big + 200, 100)) != 0x9000 ||
	    host_create(h, 0x011D, 0x1D, 40000) != 0x9000 ||
	    host_update(h, 39000, perso_span(big, 100)) != 0x9000 ||
	    host_put_key(h, 1, perso_span_of(test_seed), true) != 0x9000 ||
	    host_generate(h, 12, 0) != 0x9000)
		return h->sw;
	return host_lock(h);
}
