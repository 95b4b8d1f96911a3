#include <criterion/criterion.h>
#include <string.h>

#include "host.h"
#include "perso/digest.h"

/* Secure messaging, the terminal's side, written for the tests. */

void
host_retail(const uint8_t key[16], struct perso_buf *m, uint8_t ret[8])
{
	uint8_t x[8] = { 0 };

	host_pad(m, 8);
	for (size_t i = 0; i < m->n; i += 8) {
		for (int k = 0; k < 8; k++)
			x[k] ^= m->p[i + k];
		cr_assert_eq(
		    perso_block_encrypt(PERSO_DES, perso_span(key, 8), x, x),
		    PERSO_OK);
	}
	cr_assert_eq(
	    perso_block_decrypt(PERSO_DES, perso_span(key + 8, 8), x, x),
	    PERSO_OK);
	cr_assert_eq(perso_block_encrypt(PERSO_DES, perso_span(key, 8), x, ret),
	    PERSO_OK);
}

void
host_kdf(
    enum perso_cipher c, struct perso_span k, uint8_t counter, uint8_t out[32])
{
	const uint8_t c4[4] = { 0, 0, 0, counter };
	const struct perso_span parts[] = { k, perso_span_of(c4) };
	bool sha1 = c == PERSO_3DES || c == PERSO_AES128;
	struct perso_md md;

	cr_assert_eq(
	    perso_digest_parts(sha1 ? PERSO_SHA1 : PERSO_SHA256, parts, 2, &md),
	    PERSO_OK);
	memcpy(out, md.p, perso_cipher_key(c));
	for (int i = 0; c == PERSO_3DES && i < 16; i++) {
		out[i] &= 0xFE;
		out[i] |= !(__builtin_popcount(out[i]) & 1);
	}
}

void
host_mac(enum perso_cipher c, const uint8_t *key, struct perso_buf *m,
    uint8_t ret[8])
{
	struct perso_span s;
	uint8_t mac[16];

	if (c == PERSO_3DES) {
		host_retail(key, m, ret);
		return;
	}
	s = perso_buf_span(m);
	cr_assert_eq(
	    perso_cmac(perso_span(key, perso_cipher_key(c)), &s, 1, mac),
	    PERSO_OK);
	memcpy(ret, mac, 8);
}

void
host_sm_start(struct host *h, enum perso_cipher c, struct perso_span secret)
{
	h->cipher = c;
	host_kdf(c, secret, 1, h->ks_enc);
	host_kdf(c, secret, 2, h->ks_mac);
	memset(h->ssc, 0, sizeof(h->ssc));
	h->sm = true;
}

static size_t
block(const struct host *h)
{
	return perso_cipher_block(h->cipher);
}

static void
ssc_up(struct host *h)
{
	for (int i = (int)block(h) - 1; i >= 0 && ++h->ssc[i] == 0; i--)
		;
}

static void
crypt_cbc(struct host *h, bool enc, struct perso_span in, struct perso_buf *out)
{
	struct perso_span key =
	    perso_span(h->ks_enc, perso_cipher_key(h->cipher));
	struct perso_span iv = PERSO_SPAN_EMPTY;
	uint8_t b[16];

	if (h->cipher != PERSO_3DES) {
		cr_assert_eq(
		    perso_block_encrypt(h->cipher, key, h->ssc, b), PERSO_OK);
		iv = perso_span_of(b);
	}
	cr_assert_eq(enc ? perso_cbc_encrypt(h->cipher, key, iv, in, out)
			 : perso_cbc_decrypt(h->cipher, key, iv, in, out),
	    PERSO_OK);
}

static void
sm_mac(struct host *h, struct perso_buf *m, uint8_t mac[8])
{
	if (h->cipher != PERSO_3DES)
		host_pad(m, 16);
	host_mac(h->cipher, h->ks_mac, m, mac);
}

static void
sm_answer(struct host *h)
{
	size_t at = 0, n, head;
	uint8_t mac[8];
	uint16_t sw = h->sw;
	PERSO_BUF(m, 70000);
	PERSO_BUF(p, 70000);

	ssc_up(h);
	if (h->n < 14) {
		h->bad = true;
		return;
	}
	host_put(&m, h->ssc, block(h));
	host_put(&m, h->rsp, h->n - 10);
	sm_mac(h, &m, mac);
	h->bad = h->bad || memcmp(mac, h->rsp + h->n - 8, 8) != 0 ||
		 h->rsp[h->n - 10] != 0x8E || h->rsp[h->n - 9] != 8 ||
		 h->rsp[h->n - 14] != 0x99 || h->rsp[h->n - 12] != sw >> 8 ||
		 h->rsp[h->n - 11] != (sw & 0xFF);
	if (h->rsp[0] == 0x99) {
		h->bad = h->bad || h->n != 14;
		h->n = 0;
		return;
	}
	head = h->rsp[1] == 0x82 ? 4 : h->rsp[1] == 0x81 ? 3 : 2;
	n = h->rsp[head - 1];
	if (head == 4)
		n |= (size_t)h->rsp[2] << 8;
	at = head;
	h->bad = h->bad || at + n + 14 != h->n;
	if (h->rsp[0] == 0x87) {
		h->bad = h->bad || h->rsp[at] != 1;
		at++;
		n--;
	} else
		h->bad = h->bad || h->rsp[0] != 0x85;
	if (h->bad)
		return;
	crypt_cbc(h, false, perso_span(h->rsp + at, n), &p);
	while (p.n > 0 && p.p[p.n - 1] == 0)
		p.n--;
	h->n = p.n - 1;
	memcpy(h->rsp, p.p, h->n);
}

static void
objects(struct host *h, const struct cmd *c, struct perso_buf *d)
{
	bool wide = c->le > 256 || c->extended;

	if (c->data.n > 0) {
		PERSO_BUF(p, 70000);
		PERSO_BUF(e, 70000);

		host_put(&p, c->data.p, c->data.n);
		host_pad(&p, block(h));
		crypt_cbc(h, true, perso_buf_span(&p), &e);
		host_put8(d, (c->ins & 1) ? 0x85 : 0x87);
		host_put_len(d, e.n + !(c->ins & 1));
		if (!(c->ins & 1))
			host_put8(d, 1);
		host_put(d, e.p, e.n);
	}
	if (c->le >= 0) {
		host_put8(d, 0x97);
		host_put8(d, wide ? 2 : 1);
		if (wide)
			host_put8(d, (size_t)c->le >> 8);
		host_put8(d, (size_t)c->le);
	}
}

uint16_t
host_send_sm(struct host *h, struct cmd c)
{
	PERSO_BUF(m, 70000);
	PERSO_BUF(d, 70000);
	uint8_t mac[8];

	c.cla = (c.cla & 0x7F) | 0x0C;
	if (h->damage != 3)
		ssc_up(h);
	objects(h, &c, &d);
	host_put(&m, h->ssc, block(h));
	host_put(&m, &c.cla, 1);
	host_put(&m, &c.ins, 1);
	host_put(&m, &c.p1, 1);
	host_put(&m, &c.p2, 1);
	if (d.n > 0)
		host_pad(&m, block(h));
	host_put(&m, d.p, d.n);
	sm_mac(h, &m, mac);
	if (h->damage == 1)
		mac[0] ^= 1;
	if (h->damage == 4)
		perso_buf_remove(&d, 0, 2u + d.p[1]);
	if (h->damage != 2) {
		host_put8(&d, 0x8E);
		host_put8(&d, 8);
		host_put(&d, mac, 8);
	}
	c.extended = c.le > 256 || c.extended;
	c.le = 0;
	c.data = perso_buf_span(&d);
	host_send_plain(h, c);
	if (h->rc == PERSO_OK && h->n > 0)
		sm_answer(h);
	return h->sw;
}
