/*
 * Chip Authentication version 1 as a terminal (access): Doc 9303-11, 6.2;
 * TR-03110-3, B.2.
 *
 *	3DES: 0022 41A6 {91 public key [84 key id]}
 *	AES:  0022 41A4 {80 OID [84 key id]}
 *	      0086 0000 {7C{80 public key}} -> {7C{}}
 *
 * Both sides then start a new secure messaging session. That the chip holds
 * the private key shows only when it answers the first command under the new
 * keys: perso_ca_prove(). And it is worth something only if passive
 * authentication vouches for the public key, which is the caller's to see
 * to.
 */
#ifndef PERSO_CHIPAUTH_H
#define PERSO_CHIPAUTH_H

#include "perso/access.h"
#include "perso/card.h"
#include "perso/cipher.h"
#include "perso/secinfo.h"

/* One key and the protocol for it; spans point into the SecurityInfos. */
struct perso_ca_choice {
	enum perso_agree_kind agreement;
	enum perso_cipher cipher;
	bool has_id;
	uint64_t key_id;
	bool ambiguous; /* there are several keys: DO84 is due */
	bool assumed;	/* no ChipAuthenticationInfo names this key: 3DES, as
			 * documents before 2010 mean it */
	struct perso_span spki;
};

/* id-CA-(EC)DH-*, dotted; PERSO_E_UNSUPPORTED. */
PERSO_MUST perso_rc perso_ca_from_oid(const char *oid,
    enum perso_agree_kind *ret_kind, enum perso_cipher *ret_cipher);
PERSO_MUST perso_rc perso_ca_oid(
    enum perso_agree_kind kind, enum perso_cipher cipher, const char **ret);

/* All usable pairs of ChipAuthenticationInfo (version 1) and
 * ChipAuthenticationPublicKeyInfo with the same kind and key id, best first:
 * ECDH before DH; the longer key of the cipher, 3DES last; otherwise as
 * listed. infos: those of DG14 (or EF.CardSecurity). Duplicates once;
 * a key id that names two different keys of one kind is not used. The
 * groups are looked at only by perso_ca_open().
 * PERSO_E_MISSING: no key; PERSO_E_UNSUPPORTED: none usable. */
PERSO_MUST perso_rc perso_ca_list(const struct perso_secinfos *infos,
    struct perso_ca_choice ret[PERSO_SECINFO_MAX], size_t *ret_count);
/* The first, or with key_id the first of that id. */
PERSO_MUST perso_rc perso_ca_choose(const struct perso_secinfos *infos,
    const uint64_t *key_id, struct perso_ca_choice *ret);

struct perso_ca_result {
	enum perso_agree_kind agreement;
	enum perso_cipher cipher;
	const char *agreement_name; /* "ECDH"; static */
	const char *cipher_name;    /* static */
	char parameters[48];	    /* "brainpoolP256r1" */
	bool has_id;
	uint64_t key_id;
	bool sent_tag84;
	bool retried;
	struct perso_comp comp; /* Comp(PK_IFD): Terminal Authentication signs
				 * it */
	uint64_t us;		/* duration */
};

/* Agrees on new keys and replaces the card's channel (there must be one:
 * PERSO_E_ARG). DO84 is sent where several keys are there; if the chip
 * refuses the MSE command with 6A80, 6A86 or 6A88, once more the other way.
 * PERSO_E_KEY and codes of perso_group_from_spki(): a bad key.
 * PERSO_E_CARD_AUTH: refused with 6300; PERSO_E_SW, PERSO_E_ANSWER,
 * PERSO_E_SM. On failure *ret is untouched. */
PERSO_MUST perso_rc perso_ca_open(struct perso_card *card,
    const struct perso_ca_choice *choice, struct perso_ca_result *ret);

/* The first command under the new keys, SELECT of this file: any answer with
 * a right checksum is proof, whatever its status word.
 * PERSO_E_CARD_AUTH: the chip has other keys, so not the private key. */
PERSO_MUST perso_rc perso_ca_prove(struct perso_card *card, uint16_t fid);

#endif
