/*
 * keyref over a secret AES key.
 */
#include "crypto_int.h"

static enum perso_cipher
cipher_of(const struct perso_secret *key)
{
	return key->n == 16   ? PERSO_AES128
	       : key->n == 24 ? PERSO_AES192
			      : PERSO_AES256;
}

static perso_rc
need_aes(const struct perso_keyref *k)
{
	if (k->aes.n == 0)
		PERSO_FAIL(PERSO_E_KEY, "a private key, not a secret one");
	return PERSO_OK;
}

/* see perso/keyref.h */
perso_rc
perso_keyref_from_aes(struct perso_span key, struct perso_keyref **ret)
{
	struct perso_keyref *k;

	if (key.n != 16 && key.n != 24 && key.n != 32)
		PERSO_FAIL(PERSO_E_KEY, "AES key of %zu bytes", key.n);
	k = calloc(1, sizeof(*k));
	if (k == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "out of memory");
	memcpy(k->aes.p, key.p, key.n);
	k->aes.n = key.n;
	*ret = k;
	return PERSO_OK;
}

/* see perso/keyref.h */
perso_rc
perso_keyref_cmac(struct perso_keyref *k, const struct perso_span *parts,
    size_t count, uint8_t ret[PERSO_CMAC_SIZE])
{
	PERSO_TRY(need_aes(k));
	return perso_cmac(perso_secret_span(&k->aes), parts, count, ret);
}

/* see perso/keyref.h */
perso_rc
perso_keyref_cbc_encrypt(struct perso_keyref *k, struct perso_span iv,
    struct perso_span in, struct perso_buf *ret)
{
	PERSO_TRY(need_aes(k));
	return perso_cbc_encrypt(
	    cipher_of(&k->aes), perso_secret_span(&k->aes), iv, in, ret);
}

/* see perso/keyref.h */
perso_rc
perso_keyref_kcv(struct perso_keyref *k, uint8_t ret[3])
{
	uint8_t block[16];

	PERSO_TRY(need_aes(k));
	memset(block, 0x01, sizeof(block));
	PERSO_TRY(perso_block_encrypt(
	    cipher_of(&k->aes), perso_secret_span(&k->aes), block, block));
	memcpy(ret, block, 3);
	return PERSO_OK;
}
