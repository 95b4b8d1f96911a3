/*
 * Block ciphers without padding. OpenSSL's default provider has no single
 * DES: E(K) = E(K) D(K) E(K), so every DES key is run as a 24-byte EDE3 key.
 */
#include <limits.h>
#include <pthread.h>

#include "crypto_int.h"

#define BLOCK_MAX 16

struct cipher_info {
	const char *name, *cbc, *ecb; /* ours, OpenSSL's */
	size_t block, key;
};

static const struct cipher_info ciphers[] = {
	[PERSO_DES] = { "DES", "DES-EDE3-CBC", "DES-EDE3-ECB", 8, 8 },
	[PERSO_3DES] = { "3DES", "DES-EDE3-CBC", "DES-EDE3-ECB", 8, 16 },
	[PERSO_AES128] = { "AES-128", "AES-128-CBC", "AES-128-ECB", 16, 16 },
	[PERSO_AES192] = { "AES-192", "AES-192-CBC", "AES-192-ECB", 16, 24 },
	[PERSO_AES256] = { "AES-256", "AES-256-CBC", "AES-256-ECB", 16, 32 },
};

#define CIPHERS (sizeof(ciphers) / sizeof(ciphers[0]))

static EVP_CIPHER *cbc[CIPHERS], *ecb[CIPHERS];

/* One call: which cipher, which way. */
struct job {
	enum perso_cipher c;
	bool chained; /* CBC, else ECB */
	int encrypt;  /* as OpenSSL counts: 1 or 0 */
};

/* see perso/cipher.h */
size_t
perso_cipher_block(enum perso_cipher c)
{
	return ciphers[c].block;
}

/* see perso/cipher.h */
size_t
perso_cipher_key(enum perso_cipher c)
{
	return ciphers[c].key;
}

/* see perso/cipher.h */
const char *
perso_cipher_name(enum perso_cipher c)
{
	return ciphers[c].name;
}

static void
fetch_ciphers(void)
{
	for (size_t i = 0; i < CIPHERS; i++) {
		cbc[i] = EVP_CIPHER_fetch(NULL, ciphers[i].cbc, NULL);
		ecb[i] = EVP_CIPHER_fetch(NULL, ciphers[i].ecb, NULL);
	}
	ERR_clear_error();
}

/* DES keys become K,K,K or K1,K2,K1; others stay as they are. */
static perso_rc
expand_key(enum perso_cipher c, struct perso_span key, struct perso_secret *ret)
{
	size_t step = ciphers[c].key;
	bool des = ciphers[c].block == 8;

	if (key.n != step && !(c == PERSO_3DES && key.n == 24))
		PERSO_FAIL(
		    PERSO_E_KEY, "%s key of %zu bytes", ciphers[c].name, key.n);
	PERSO_TRY(perso_secret_set(ret, key));
	while (des && ret->n < 24) {
		memcpy(ret->p + ret->n, key.p, 8);
		ret->n += 8;
	}
	return PERSO_OK;
}

/* in.n bytes to dst. */
static perso_rc
run(struct job j, struct perso_span key, const uint8_t *iv,
    struct perso_span in, uint8_t *dst)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	CLEANUP(ossl_cipher_ctx_done) EVP_CIPHER_CTX *ctx = NULL;
	PERSO_SECRET(full);
	EVP_CIPHER *alg;
	int n = 0;

	PERSO_TRY(expand_key(j.c, key, &full));
	pthread_once(&once, fetch_ciphers);
	alg = j.chained ? cbc[j.c] : ecb[j.c];
	ctx = EVP_CIPHER_CTX_new();
	if (alg == NULL || ctx == NULL ||
	    EVP_CipherInit_ex2(ctx, alg, full.p, iv, j.encrypt, NULL) != 1 ||
	    EVP_CIPHER_CTX_set_padding(ctx, 0) != 1)
		return ossl_fail(PERSO_E_CRYPTO, ciphers[j.c].name);
	if (EVP_CipherUpdate(ctx, dst, &n, in.p, (int)in.n) != 1 ||
	    (size_t)n != in.n)
		return ossl_fail(PERSO_E_CRYPTO, ciphers[j.c].name);
	return PERSO_OK;
}

static perso_rc
run_cbc(struct job j, struct perso_span key, struct perso_span iv,
    struct perso_span in, struct perso_buf *ret)
{
	static const uint8_t zero[BLOCK_MAX];
	size_t block = ciphers[j.c].block, start = ret->n;
	perso_rc rc;

	if (in.n % block != 0 || in.n > INT_MAX)
		PERSO_FAIL(PERSO_E_ARG, "%s: %zu bytes are not whole blocks",
		    ciphers[j.c].name, in.n);
	if (iv.n != 0 && iv.n != block)
		PERSO_FAIL(PERSO_E_ARG, "%s: initial value of %zu bytes",
		    ciphers[j.c].name, iv.n);
	PERSO_TRY(perso_buf_resize(ret, start + in.n));
	/* Without a block OpenSSL is still asked: the key is checked. */
	rc = run(j, key, iv.n != 0 ? iv.p : zero,
	    in.n != 0 ? in : perso_span(zero, 0),
	    in.n != 0 ? ret->p + start : (uint8_t[BLOCK_MAX]){ 0 });
	if (rc != PERSO_OK && perso_buf_resize(ret, start) != PERSO_OK)
		perso_buf_clear(ret); /* shrinking cannot fail */
	return rc;
}

/* see perso/cipher.h */
perso_rc
perso_cbc_encrypt(enum perso_cipher c, struct perso_span key,
    struct perso_span iv, struct perso_span in, struct perso_buf *ret)
{
	return run_cbc((struct job){ c, true, 1 }, key, iv, in, ret);
}

/* see perso/cipher.h */
perso_rc
perso_cbc_decrypt(enum perso_cipher c, struct perso_span key,
    struct perso_span iv, struct perso_span in, struct perso_buf *ret)
{
	return run_cbc((struct job){ c, true, 0 }, key, iv, in, ret);
}

static perso_rc
run_block(struct job j, struct perso_span key, const uint8_t *in, uint8_t *ret)
{
	uint8_t out[BLOCK_MAX];
	size_t n = ciphers[j.c].block;

	PERSO_TRY(run(j, key, NULL, perso_span(in, n), out));
	memcpy(ret, out, n);
	perso_wipe(out, sizeof(out));
	return PERSO_OK;
}

/* see perso/cipher.h */
perso_rc
perso_block_encrypt(
    enum perso_cipher c, struct perso_span key, const uint8_t *in, uint8_t *ret)
{
	return run_block((struct job){ c, false, 1 }, key, in, ret);
}

/* see perso/cipher.h */
perso_rc
perso_block_decrypt(
    enum perso_cipher c, struct perso_span key, const uint8_t *in, uint8_t *ret)
{
	return run_block((struct job){ c, false, 0 }, key, in, ret);
}
