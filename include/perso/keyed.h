/*
 * perso_keyed: a block cipher under a key made ready once, for whoever uses
 * one key often, as a session of secure messaging does (crypto). The key
 * schedules live as long as the object; a call allocates nothing and looks
 * nothing up. One user at a time: not thread-safe.
 *
 * For a key that is used once there are perso/cipher.h and perso/digest.h,
 * with the same results.
 */
#ifndef PERSO_KEYED_H
#define PERSO_KEYED_H

#include "perso/cipher.h"
#include "perso/digest.h"

struct perso_keyed;

/* What is made ready; the other use works, and pays for it when it first
 * occurs. */
enum perso_keyed_use {
	PERSO_KEYED_CIPHER, /* both ways */
	PERSO_KEYED_MAC	    /* enciphering; subkeys of CMAC with AES */
};

/* The key is copied. PERSO_E_KEY for one of the wrong length. */
PERSO_MUST perso_rc perso_keyed_new(enum perso_cipher c, struct perso_span key,
    enum perso_keyed_use use, struct perso_keyed **ret);

/* Wipes the key and what was made of it; NULL is fine. */
void perso_keyed_free(struct perso_keyed **k);

/* CBC without padding, in place: the bytes of b from mark on, whole blocks
 * (PERSO_E_ARG). iv: one block, or empty for zero. When the library fails
 * (PERSO_E_CRYPTO) the bytes from mark on are wiped and cut off. */
PERSO_MUST perso_rc perso_keyed_encrypt(struct perso_keyed *k,
    struct perso_span iv, struct perso_buf *b, size_t mark);
PERSO_MUST perso_rc perso_keyed_decrypt(struct perso_keyed *k,
    struct perso_span iv, struct perso_buf *b, size_t mark);

/* One block; ret may be in. */
PERSO_MUST perso_rc perso_keyed_block(
    struct perso_keyed *k, const uint8_t *in, uint8_t *ret);

/* CMAC (NIST SP 800-38B) over the concatenation of the parts; PERSO_E_ARG
 * for a cipher other than AES. */
PERSO_MUST perso_rc perso_keyed_cmac(struct perso_keyed *k,
    const struct perso_span *parts, size_t count, uint8_t ret[PERSO_CMAC_SIZE]);

#endif
