/*
 * One key, its schedules kept. OpenSSL takes longer to set an initial value
 * than to encipher eight blocks, so it is told none: a CBC context goes on
 * from the last block of the cryptogram before, which is known here and is
 * cancelled in the next first block, together with the initial value that
 * belongs there.
 */
#include <limits.h>

#include "perso/keyed.h"

#include "crypto_int.h"

static void
chain_close(struct keyed_chain *ch)
{
	EVP_CIPHER_CTX_free(ch->ctx); /* wipes the schedule */
	perso_wipe(ch, sizeof(*ch));
}

static perso_rc
chain_open(const struct perso_keyed *k, int encrypt, struct keyed_chain *ch)
{
	static const uint8_t zero[BLOCK_MAX];
	EVP_CIPHER *alg;

	if (ch->ctx != NULL)
		return PERSO_OK;
	alg = cipher_alg(k->c);
	ch->ctx = EVP_CIPHER_CTX_new();
	if (alg == NULL || ch->ctx == NULL ||
	    EVP_CipherInit_ex2(ch->ctx, alg, k->key.p, zero, encrypt, NULL) !=
		1 ||
	    EVP_CIPHER_CTX_set_padding(ch->ctx, 0) != 1) {
		chain_close(ch);
		return ossl_fail(PERSO_E_CRYPTO, perso_cipher_name(k->c));
	}
	return PERSO_OK;
}

/* Whole blocks in place, from the value that the chain has. After a failure
 * the context is not trusted any more. */
static perso_rc
chain_run(
    const struct perso_keyed *k, struct keyed_chain *ch, uint8_t *p, size_t n)
{
	int done = 0;

	if (EVP_CipherUpdate(ch->ctx, p, &done, p, (int)n) == 1 &&
	    (size_t)done == n)
		return PERSO_OK;
	chain_close(ch);
	return ossl_fail(PERSO_E_CRYPTO, perso_cipher_name(k->c));
}

/* see crypto_int.h */
perso_rc
keyed_init(struct perso_keyed *k, enum perso_cipher c, struct perso_span key)
{
	size_t step = perso_cipher_key(c);

	if (key.n != step && !(c == PERSO_3DES && key.n == 24))
		PERSO_FAIL(PERSO_E_KEY, "%s key of %zu bytes",
		    perso_cipher_name(c), key.n);
	k->c = c;
	k->block = perso_cipher_block(c);
	PERSO_TRY(perso_secret_set(&k->key, key));
	/* DES keys become K,K,K or K1,K2,K1; others stay as they are. */
	while (k->block == 8 && k->key.n < 24) {
		memcpy(k->key.p + k->key.n, key.p, 8);
		k->key.n += 8;
	}
	return PERSO_OK;
}

/* see crypto_int.h */
void
keyed_done(struct perso_keyed *k)
{
	chain_close(&k->enc);
	chain_close(&k->dec);
	perso_wipe(k, sizeof(*k));
}

/* see crypto_int.h */
perso_rc
keyed_more(struct perso_keyed *k, uint8_t *p, size_t n)
{
	PERSO_TRY(chain_run(k, &k->enc, p, n));
	memcpy(k->enc.last, p + n - k->block, k->block);
	return PERSO_OK;
}

/* see crypto_int.h */
perso_rc
keyed_encrypt(struct perso_keyed *k, const uint8_t *iv, uint8_t *p, size_t n)
{
	PERSO_TRY(chain_open(k, 1, &k->enc));
	if (n == 0)
		return PERSO_OK;
	keyed_add(p, k->enc.last, k->block);
	if (iv != NULL)
		keyed_add(p, iv, k->block);
	return keyed_more(k, p, n);
}

/* see crypto_int.h */
perso_rc
keyed_decrypt(struct perso_keyed *k, const uint8_t *iv, uint8_t *p, size_t n)
{
	uint8_t last[BLOCK_MAX];

	PERSO_TRY(chain_open(k, 0, &k->dec));
	if (n == 0)
		return PERSO_OK;
	memcpy(last, p + n - k->block, k->block);
	PERSO_TRY(chain_run(k, &k->dec, p, n));
	keyed_add(p, k->dec.last, k->block);
	if (iv != NULL)
		keyed_add(p, iv, k->block);
	memcpy(k->dec.last, last, k->block);
	return PERSO_OK;
}

static perso_rc
make_ready(struct perso_keyed *k, enum perso_keyed_use use)
{
	PERSO_TRY(chain_open(k, 1, &k->enc));
	if (use == PERSO_KEYED_CIPHER)
		return chain_open(k, 0, &k->dec);
	return k->block == BLOCK_MAX ? keyed_subkeys(k) : PERSO_OK;
}

/* see perso/keyed.h */
perso_rc
perso_keyed_new(enum perso_cipher c, struct perso_span key,
    enum perso_keyed_use use, struct perso_keyed **ret)
{
	struct perso_keyed *k = calloc(1, sizeof(*k));
	perso_rc rc;

	if (k == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "out of memory");
	rc = keyed_init(k, c, key);
	if (rc == PERSO_OK)
		rc = make_ready(k, use);
	if (rc != PERSO_OK) {
		perso_keyed_free(&k);
		return rc;
	}
	*ret = k;
	return PERSO_OK;
}

/* see perso/keyed.h */
void
perso_keyed_free(struct perso_keyed **k)
{
	if (k == NULL || *k == NULL)
		return;
	keyed_done(*k);
	free(*k);
	*k = NULL;
}

/* see crypto_int.h */
perso_rc
keyed_check(enum perso_cipher c, struct perso_span iv, size_t n)
{
	size_t block = perso_cipher_block(c);

	if (n % block != 0 || n > INT_MAX)
		PERSO_FAIL(PERSO_E_ARG, "%s: %zu bytes are not whole blocks",
		    perso_cipher_name(c), n);
	if (iv.n != 0 && iv.n != block)
		PERSO_FAIL(PERSO_E_ARG, "%s: initial value of %zu bytes",
		    perso_cipher_name(c), iv.n);
	return PERSO_OK;
}

static perso_rc
run_cbc(struct perso_keyed *k, keyed_way *way, struct perso_span iv,
    struct perso_buf *b, size_t mark)
{
	size_t n = mark < b->n ? b->n - mark : 0;
	perso_rc rc;

	PERSO_TRY(keyed_check(k->c, iv, n));
	if (n == 0)
		return PERSO_OK;
	rc = way(k, iv.n != 0 ? iv.p : NULL, b->p + mark, n);
	if (rc != PERSO_OK)
		perso_buf_remove(b, mark, n);
	return rc;
}

/* see perso/keyed.h */
perso_rc
perso_keyed_encrypt(struct perso_keyed *k, struct perso_span iv,
    struct perso_buf *b, size_t mark)
{
	return run_cbc(k, keyed_encrypt, iv, b, mark);
}

/* see perso/keyed.h */
perso_rc
perso_keyed_decrypt(struct perso_keyed *k, struct perso_span iv,
    struct perso_buf *b, size_t mark)
{
	return run_cbc(k, keyed_decrypt, iv, b, mark);
}

/* see crypto_int.h */
perso_rc
keyed_block(
    struct perso_keyed *k, keyed_way *way, const uint8_t *in, uint8_t *ret)
{
	uint8_t out[BLOCK_MAX];

	memcpy(out, in, k->block);
	PERSO_TRY(way(k, NULL, out, k->block));
	memcpy(ret, out, k->block);
	perso_wipe(out, sizeof(out));
	return PERSO_OK;
}

/* see perso/keyed.h */
perso_rc
perso_keyed_block(struct perso_keyed *k, const uint8_t *in, uint8_t *ret)
{
	return keyed_block(k, keyed_encrypt, in, ret);
}
