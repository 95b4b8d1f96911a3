/*
 * Block ciphers without padding (crypto). Padding, retail MAC and counters
 * belong to those who define them: card (terminal) and, written a second
 * time, sim (chip).
 */
#ifndef PERSO_CIPHER_H
#define PERSO_CIPHER_H

#include "perso/buf.h"

enum perso_cipher {
	PERSO_DES,  /* 8-byte key, run as EDE3 with K,K,K: MACs only */
	PERSO_3DES, /* 16-byte key K1,K2,K1 or 24-byte key */
	PERSO_AES128,
	PERSO_AES192,
	PERSO_AES256
};

size_t perso_cipher_block(enum perso_cipher c);	    /* 8 or 16 */
size_t perso_cipher_key(enum perso_cipher c);	    /* 8, 16, 16, 24, 32 */
const char *perso_cipher_name(enum perso_cipher c); /* "AES-128" */

/* CBC, whole blocks only (PERSO_E_ARG). iv: one block, or empty for zero.
 * The result is appended to ret. in must not be inside ret. PERSO_E_KEY for
 * a key of the wrong length. */
PERSO_MUST perso_rc perso_cbc_encrypt(enum perso_cipher c,
    struct perso_span key, struct perso_span iv, struct perso_span in,
    struct perso_buf *ret);
PERSO_MUST perso_rc perso_cbc_decrypt(enum perso_cipher c,
    struct perso_span key, struct perso_span iv, struct perso_span in,
    struct perso_buf *ret);

/* One block, ECB; ret may be in. */
PERSO_MUST perso_rc perso_block_encrypt(enum perso_cipher c,
    struct perso_span key, const uint8_t *in, uint8_t *ret);
PERSO_MUST perso_rc perso_block_decrypt(enum perso_cipher c,
    struct perso_span key, const uint8_t *in, uint8_t *ret);

#endif
