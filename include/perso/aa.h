/*
 * Active Authentication as a terminal (access): Doc 9303-11, 6.1.
 */
#ifndef PERSO_AA_H
#define PERSO_AA_H

#include "perso/card.h"
#include "perso/key.h"

#define PERSO_AA_CHALLENGE 8

/* Does the chip hold the private key to this public one (of DG15)? Sends
 * INTERNAL AUTHENTICATE with a random challenge and checks the answer.
 * hash: for ECDSA, from ActiveAuthenticationInfo in DG14; for RSA the
 * signature's own trailer says it, and hash is not looked at.
 * PERSO_E_SIGNATURE: it does not verify. */
PERSO_MUST perso_rc perso_aa_authenticate(struct perso_card *card,
    const struct perso_pubkey *key, enum perso_hash hash);

/* The check alone. RSA: ISO/IEC 9796-2 digital signature scheme 1 with
 * partial recovery, trailer BC (SHA-1) or 38CC, 34CC, 36CC, 35CC (SHA-224,
 * -256, -384, -512); s and n - s are accepted. ECDSA: plain r || s; a DER
 * SEQUENCE is accepted, too. PERSO_E_SIGNATURE. */
PERSO_MUST perso_rc perso_aa_check(const struct perso_pubkey *key,
    enum perso_hash hash, struct perso_span challenge,
    struct perso_span signature);

/* The pieces of a recovered ISO/IEC 9796-2 block F (6A M1 hash trailer),
 * spans into it.
 * PERSO_E_SIGNATURE: not such a block. */
struct perso_aa_block {
	enum perso_hash hash;
	struct perso_span m1;
	struct perso_span digest;
};
PERSO_MUST perso_rc perso_aa_block_parse(
    struct perso_span f, struct perso_aa_block *ret);

#endif
