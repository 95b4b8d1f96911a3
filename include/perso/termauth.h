/*
 * Terminal Authentication version 1 as a terminal (access): Doc 9303-11, 7.1;
 * TR-03110-3, B.3. After Chip Authentication, under its secure messaging.
 *
 *	for each certificate:
 *	0022 81B6 {83 CAR}
 *	002A 00BE {7F4E body, 5F37 signature}
 *	then:
 *	0022 81A4 {83 CHR of the terminal}
 *	0084 0000                         -> RND.IC(8)
 *	0082 0000 signature over ID_IC || RND.IC || Comp(PK_IFD)
 */
#ifndef PERSO_TERMAUTH_H
#define PERSO_TERMAUTH_H

#include "perso/access.h"
#include "perso/card.h"
#include "perso/keyref.h"

#define PERSO_TA_CHAIN_MAX 16

/* Pointers into the caller's certificates, in the order to be sent. */
struct perso_ta_chain {
	const struct perso_cvc *certs[PERSO_TA_CHAIN_MAX];
	size_t count;
	const char *car; /* the chip's name for its start; points into cars */
	/* of the last certificate, with the rights of all, and of the trust
	 * point where it is among the certificates as well */
	struct perso_cvc_auth effective;
};

/* The shortest way from a key that the chip knows to the certificate of this
 * private key, through link certificates where needed. The chip's names are
 * tried in its order. pool: any certificates in any order; self-signed ones
 * are never sent. Names, roles and (for the last certificate) the key are
 * compared; signatures are the chip's to judge.
 * PERSO_E_KEY: no terminal certificate is this key's; PERSO_E_TRUST: none of
 * them leads to what the chip knows. */
PERSO_MUST perso_rc perso_ta_find_chain(const struct perso_cvc *pool,
    size_t count, const struct perso_pubkey *key, const struct perso_cars *cars,
    struct perso_ta_chain *ret);

struct perso_ta_params {
	const struct perso_ta_chain *chain;
	struct perso_keyref *key; /* of the chain's last certificate */
	/* After BAC: document number (9 characters, or the whole long one)
	 * and check digit, as in the MRZ; after PACE: Comp(PK_DH,IC), id_ic of
	 * struct perso_pace_result. */
	struct perso_span id_ic;
	struct perso_span comp; /* of struct perso_ca_result */
};

struct perso_ta_result {
	char car[PERSO_CVC_NAME_MAX + 1]; /* the chip's trust point */
	char chr[PERSO_CVC_NAME_MAX + 1]; /* the terminal */
	const char *algorithm;		  /* "id-TA-ECDSA-SHA-256"; static */
	size_t certificates;		  /* sent */
	struct perso_cvc_auth effective;
	uint64_t us; /* duration */
};

/* PERSO_E_CARD_AUTH: the chip refuses a certificate (the trail names it and
 * the status word) or the signature; PERSO_E_ANSWER: a challenge that is not
 * 8 bytes; PERSO_E_ARG: an empty chain, ID_IC or comp; PERSO_E_KEY: the key
 * cannot sign in the certificate's algorithm. On failure *ret is
 * untouched. */
PERSO_MUST perso_rc perso_ta_authenticate(struct perso_card *card,
    const struct perso_ta_params *p, struct perso_ta_result *ret);

/* What is signed; appended. */
PERSO_MUST perso_rc perso_ta_message(struct perso_span id_ic,
    struct perso_span rnd_ic, struct perso_span comp, struct perso_buf *ret);

#endif
