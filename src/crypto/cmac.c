/*
 * AES-CMAC, NIST SP 800-38B: CBC from zero, of which only the last block is
 * wanted; into that goes one of two subkeys. OpenSSL's own enciphers block
 * by block, each by a call of its own.
 */
#include "perso/keyed.h"

#include "crypto_int.h"

#define BLOCK 16
#define TEXT_MAX 512 /* enciphered by one call; whole blocks */

/* Times x in GF(2^128): 6.1. */
static void
twice(const uint8_t in[BLOCK], uint8_t ret[BLOCK])
{
	uint8_t carry = (uint8_t)(-(in[0] >> 7) & 0x87);

	for (size_t i = 0; i + 1 < BLOCK; i++)
		ret[i] = (uint8_t)(in[i] << 1 | in[i + 1] >> 7);
	ret[BLOCK - 1] = (uint8_t)(in[BLOCK - 1] << 1) ^ carry;
}

/* see crypto_int.h */
perso_rc
keyed_subkeys(struct perso_keyed *k)
{
	static const uint8_t zero[BLOCK];
	uint8_t l[BLOCK];

	if (k->has_subkeys)
		return PERSO_OK;
	PERSO_TRY(perso_keyed_block(k, zero, l));
	twice(l, k->sub[0]);
	twice(k->sub[0], k->sub[1]);
	k->has_subkeys = true;
	perso_wipe(l, sizeof(l));
	return PERSO_OK;
}

/* What is still to be enciphered, at least a byte of it once there was one;
 * wiped when it goes. */
struct text {
	struct perso_keyed *k;
	uint8_t p[TEXT_MAX];
	size_t n;
	bool begun; /* blocks have gone before */
};

static void
wipe_text(struct text *t)
{
	perso_wipe(t->p, t->n);
}

static perso_rc
flush(struct text *t)
{
	if (t->begun)
		return keyed_more(t->k, t->p, t->n);
	t->begun = true;
	return keyed_encrypt(t->k, NULL, t->p, t->n);
}

static perso_rc
add_part(struct text *t, struct perso_span part)
{
	while (part.n > 0) {
		size_t n = TEXT_MAX - t->n;

		if (n == 0) {
			PERSO_TRY(flush(t));
			t->n = 0;
			n = TEXT_MAX;
		}
		if (n > part.n)
			n = part.n;
		memcpy(t->p + t->n, part.p, n);
		t->n += n;
		part = perso_span_sub(part, n, part.n - n);
	}
	return PERSO_OK;
}

/* The last block, filled or not, takes its subkey: 6.2, step 4. */
static perso_rc
finish(struct text *t, uint8_t ret[PERSO_CMAC_SIZE])
{
	const uint8_t *sub = t->k->sub[0];
	uint8_t *last;

	if (t->n == 0 || t->n % BLOCK != 0) {
		size_t fill = BLOCK - t->n % BLOCK;

		sub = t->k->sub[1];
		memset(t->p + t->n, 0, fill);
		t->p[t->n] = 0x80;
		t->n += fill;
	}
	last = t->p + t->n - BLOCK;
	keyed_add(last, sub, BLOCK);
	PERSO_TRY(flush(t));
	memcpy(ret, last, BLOCK);
	return PERSO_OK;
}

/* see perso/keyed.h */
perso_rc
perso_keyed_cmac(struct perso_keyed *k, const struct perso_span *parts,
    size_t count, uint8_t ret[PERSO_CMAC_SIZE])
{
	CLEANUP(wipe_text) struct text t;

	t.k = k;
	t.n = 0;
	t.begun = false;
	if (k->block != BLOCK)
		PERSO_FAIL(
		    PERSO_E_ARG, "CMAC with %s", perso_cipher_name(k->c));
	PERSO_TRY(keyed_subkeys(k));
	for (size_t i = 0; i < count; i++)
		PERSO_TRY(add_part(&t, parts[i]));
	return finish(&t, ret);
}

/* see perso/digest.h */
perso_rc
perso_cmac(struct perso_span key, const struct perso_span *parts, size_t count,
    uint8_t ret[PERSO_CMAC_SIZE])
{
	static const enum perso_cipher aes[] = { PERSO_AES128, PERSO_AES192,
		PERSO_AES256 };
	KEYED(k);

	if (key.n != 16 && key.n != 24 && key.n != 32)
		PERSO_FAIL(PERSO_E_KEY, "CMAC: AES key of %zu bytes", key.n);
	PERSO_TRY(keyed_init(&k, aes[key.n / 8 - 2], key));
	return perso_keyed_cmac(&k, parts, count, ret);
}
