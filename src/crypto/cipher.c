/*
 * Block ciphers without padding. OpenSSL's default provider has no single
 * DES: E(K) = E(K) D(K) E(K), so every DES key is run as a 24-byte EDE3 key.
 */
#include <pthread.h>

#include "crypto_int.h"

struct cipher_info {
	const char *name, *cbc; /* ours, OpenSSL's */
	size_t block, key;
};

static const struct cipher_info ciphers[] = {
	[PERSO_DES] = { "DES", "DES-EDE3-CBC", 8, 8 },
	[PERSO_3DES] = { "3DES", "DES-EDE3-CBC", 8, 16 },
	[PERSO_AES128] = { "AES-128", "AES-128-CBC", 16, 16 },
	[PERSO_AES192] = { "AES-192", "AES-192-CBC", 16, 24 },
	[PERSO_AES256] = { "AES-256", "AES-256-CBC", 16, 32 },
};

#define CIPHERS (sizeof(ciphers) / sizeof(ciphers[0]))

static EVP_CIPHER *cbc[CIPHERS];

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
	for (size_t i = 0; i < CIPHERS; i++)
		cbc[i] = EVP_CIPHER_fetch(NULL, ciphers[i].cbc, NULL);
	ERR_clear_error();
}

/* see crypto_int.h */
EVP_CIPHER *
cipher_alg(enum perso_cipher c)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, fetch_ciphers);
	return cbc[c];
}

static perso_rc
run_cbc(struct perso_keyed *k, keyed_way *way, struct perso_span iv,
    struct perso_span in, struct perso_buf *ret)
{
	size_t start = ret->n;
	perso_rc rc;

	PERSO_TRY(keyed_check(k->c, iv, in.n));
	PERSO_TRY(perso_buf_append(ret, in));
	/* Without a block OpenSSL is still asked: the key is checked. */
	rc = way(k, iv.n != 0 ? iv.p : NULL,
	    in.n != 0 ? ret->p + start : (uint8_t[BLOCK_MAX]){ 0 }, in.n);
	if (rc != PERSO_OK)
		perso_buf_remove(ret, start, in.n);
	return rc;
}

/* see perso/cipher.h */
perso_rc
perso_cbc_encrypt(enum perso_cipher c, struct perso_span key,
    struct perso_span iv, struct perso_span in, struct perso_buf *ret)
{
	KEYED(k);

	PERSO_TRY(keyed_init(&k, c, key));
	return run_cbc(&k, keyed_encrypt, iv, in, ret);
}

/* see perso/cipher.h */
perso_rc
perso_cbc_decrypt(enum perso_cipher c, struct perso_span key,
    struct perso_span iv, struct perso_span in, struct perso_buf *ret)
{
	KEYED(k);

	PERSO_TRY(keyed_init(&k, c, key));
	return run_cbc(&k, keyed_decrypt, iv, in, ret);
}

/* see perso/cipher.h */
perso_rc
perso_block_encrypt(
    enum perso_cipher c, struct perso_span key, const uint8_t *in, uint8_t *ret)
{
	KEYED(k);

	PERSO_TRY(keyed_init(&k, c, key));
	return keyed_block(&k, keyed_encrypt, in, ret);
}

/* see perso/cipher.h */
perso_rc
perso_block_decrypt(
    enum perso_cipher c, struct perso_span key, const uint8_t *in, uint8_t *ret)
{
	KEYED(k);

	PERSO_TRY(keyed_init(&k, c, key));
	return keyed_block(&k, keyed_decrypt, in, ret);
}
