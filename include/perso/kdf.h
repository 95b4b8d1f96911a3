/*
 * Key derivation of Doc 9303-11, 9.7.1 on the terminal's side (access). The
 * simulated chip has its own.
 */
#ifndef PERSO_KDF_H
#define PERSO_KDF_H

#include "perso/cipher.h"
#include "perso/secret.h"

enum perso_kdf_use {
	PERSO_KDF_ENC = 1,
	PERSO_KDF_MAC = 2,
	PERSO_KDF_PACE = 3 /* K_pi from a password */
};

/* KDF(shared secret, counter): 3DES: two-key, parity adjusted, SHA-1;
 * AES-128: SHA-1; AES-192 and -256: SHA-256. PERSO_E_ARG for single DES. */
PERSO_MUST perso_rc perso_kdf(enum perso_cipher c, struct perso_span secret,
    enum perso_kdf_use use, struct perso_secret *ret);

#endif
