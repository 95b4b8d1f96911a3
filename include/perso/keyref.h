/*
 * keyref: a private or secret key by reference (crypto). Today the key is
 * in a file; the type is opaque so that keys behind PKCS#11 fit later. A
 * keyref is used by one thread at a time; it keeps its signing context, so
 * signing again costs no set-up.
 */
#ifndef PERSO_KEYREF_H
#define PERSO_KEYREF_H

#include "perso/cipher.h"
#include "perso/key.h"

struct perso_keyref;

struct perso_key_spec {
	enum perso_key_kind kind;
	enum perso_curve curve; /* EC */
	unsigned bits;		/* RSA: 1024 (tests) .. 4096 */
};

/* PKCS#8 in PEM or DER, unencrypted; EC parameters named or explicit, RSA
 * also as id-RSASSA-PSS. The private value must belong to the public one.
 * PERSO_E_IO, PERSO_E_KEY with the path, never with contents. */
PERSO_MUST perso_rc perso_keyref_open(
    const char *path, struct perso_keyref **ret);
PERSO_MUST perso_rc perso_keyref_from_pkcs8(
    struct perso_span der, struct perso_keyref **ret);
PERSO_MUST perso_rc perso_keyref_generate(
    struct perso_key_spec spec, struct perso_keyref **ret);
/* Appends PKCS#8 DER: named curve parameters. A secret: ret is wiped by its
 * owner. */
PERSO_MUST perso_rc perso_keyref_pkcs8(
    const struct perso_keyref *k, struct perso_buf *ret);
/* Writes PKCS#8 PEM, mode 0600, durably. */
PERSO_MUST perso_rc perso_keyref_save(
    const struct perso_keyref *k, const char *path);
void perso_keyref_free(struct perso_keyref **k);

/* Borrowed, lives as long as the keyref; NULL for a secret key. */
const struct perso_pubkey *perso_keyref_pubkey(const struct perso_keyref *k);

/* Appends the signature over the concatenation of the parts. PERSO_E_KEY
 * for a kind of key that cannot make this kind of signature. */
PERSO_MUST perso_rc perso_keyref_sign(struct perso_keyref *k,
    struct perso_sig_alg alg, const struct perso_span *parts, size_t count,
    struct perso_buf *ret);

/* RSA private operation in^d mod n on a block as long as the modulus and
 * below it: PERSO_E_RANGE. */
PERSO_MUST perso_rc perso_keyref_rsa_raw(
    struct perso_keyref *k, struct perso_span in, struct perso_buf *ret);

/* Secret keys (AES). */
PERSO_MUST perso_rc perso_keyref_from_aes(
    struct perso_span key, struct perso_keyref **ret);
PERSO_MUST perso_rc perso_keyref_cmac(struct perso_keyref *k,
    const struct perso_span *parts, size_t count, uint8_t ret[PERSO_CMAC_SIZE]);
PERSO_MUST perso_rc perso_keyref_cbc_encrypt(struct perso_keyref *k,
    struct perso_span iv, struct perso_span in, struct perso_buf *ret);
/* First three bytes of the encryption of sixteen bytes 01: GlobalPlatform
 * Card Specification 2.3, B.6 (AES). */
PERSO_MUST perso_rc perso_keyref_kcv(struct perso_keyref *k, uint8_t ret[3]);

#endif
