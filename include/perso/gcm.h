/*
 * AES-256-GCM (crypto): NIST SP 800-38D, 96-bit nonces, 128-bit tags. A
 * nonce must never be used twice with one key; who seals draws it or counts.
 */
#ifndef PERSO_GCM_H
#define PERSO_GCM_H

#include "perso/buf.h"

#define PERSO_GCM_KEY 32
#define PERSO_GCM_NONCE 12
#define PERSO_GCM_TAG 16

/* Appends ciphertext || tag: plain.n + PERSO_GCM_TAG bytes. plain and aad
 * must not be inside ret. PERSO_E_KEY and PERSO_E_ARG for a wrong length of
 * key and nonce (PERSO_E_ARG also beyond 2^31 - 1 bytes), PERSO_E_NOMEM. */
PERSO_MUST perso_rc perso_gcm_seal(struct perso_span key,
    struct perso_span nonce, struct perso_span aad, struct perso_span plain,
    struct perso_buf *ret);

/* Appends the plaintext of sealed (ciphertext || tag). PERSO_E_TRUNCATED if
 * shorter than a tag, PERSO_E_SIGNATURE if the tag is wrong: nothing is
 * appended then, and nothing of it was kept. */
PERSO_MUST perso_rc perso_gcm_open(struct perso_span key,
    struct perso_span nonce, struct perso_span aad, struct perso_span sealed,
    struct perso_buf *ret);

#endif
