/*
 * PACE as a terminal (access): Doc 9303-11, 4.4; TR-03110-3, A.3. Generic,
 * Integrated and Chip Authentication Mapping, DH and ECDH, 3DES and AES.
 *
 *	struct perso_secinfos infos;         EF.CardAccess, parsed
 *	struct perso_pace_params p = {
 *		.password = PERSO_PACE_CAN,
 *		.secret = perso_span_str(can),
 *	};
 *	PERSO_PACE_RESULT(r);
 *	PERSO_TRY(perso_pace_choose(&infos, 0, &p.choice));
 *	PERSO_TRY(perso_pace_open(card, &p, &r));
 *
 * On the wire:
 *
 *	0022 C1A4 {80 OID, 83 password [84 parameter id] [7F4C CHAT]}
 *	1086 0000 {7C{}}                -> {7C{80 nonce}}
 *	1086 0000 {7C{81 mapping data}} -> {7C{82 mapping data}}
 *	1086 0000 {7C{83 public key}}   -> {7C{84 public key}}
 *	0086 0000 {7C{85 token}}        -> {7C{86 token [87 88 8A]}}
 */
#ifndef PERSO_PACE_H
#define PERSO_PACE_H

#include "perso/access.h"
#include "perso/card.h"
#include "perso/cipher.h"
#include "perso/secinfo.h"
#include "perso/secret.h"

/* ---- Which protocol: EF.CardAccess. ---- */

enum perso_pace_mapping { PERSO_PACE_GM, PERSO_PACE_IM, PERSO_PACE_CAM };

struct perso_pace_protocol {
	enum perso_pace_mapping mapping;
	enum perso_agree_kind agreement;
	enum perso_cipher cipher;
};

/* "GM", "IM", "CAM"; "DH", "ECDH". Static. */
const char *perso_pace_mapping_name(enum perso_pace_mapping m);
const char *perso_agree_kind_name(enum perso_agree_kind k);

/* A protocol identifier, dotted: 0.4.0.127.0.7.2.2.4.x.y.
 * PERSO_E_UNSUPPORTED: none, or a combination that is not defined (CAM with
 * DH or 3DES). */
PERSO_MUST perso_rc perso_pace_from_oid(
    const char *oid, struct perso_pace_protocol *ret);
/* The other way; PERSO_E_UNSUPPORTED. Static text. */
PERSO_MUST perso_rc perso_pace_oid(
    const struct perso_pace_protocol *p, const char **ret);

/* One PACEInfo that this terminal can use; plain value. */
struct perso_pace_choice {
	struct perso_pace_protocol protocol;
	const struct perso_group *group; /* standardised; static */
	bool has_id;			 /* PACEInfo has a parameterId */
	uint64_t id;			 /* what DO84 names */
	bool ambiguous; /* the chip has other domain parameters for PACE as
			 * well, so DO84 is due */
};

/* What not to use, ored together. */
enum perso_pace_avoid {
	PERSO_PACE_NO_GM = 1,
	PERSO_PACE_NO_IM = 2,
	PERSO_PACE_NO_CAM = 4,
	PERSO_PACE_NO_DH = 8,
	PERSO_PACE_NO_ECDH = 16,
	PERSO_PACE_NO_3DES = 32
};

/* All usable PACEInfos, best first: CAM, GM, IM; ECDH before DH; the longer
 * key of the cipher, 3DES last; the larger field; otherwise as the chip
 * lists them. Left out: unknown identifiers, another version than 2,
 * parameters that are reserved, unknown, missing or of another kind of group
 * than the protocol, IM over P-224 (p = 1 mod 4), duplicates, explicit
 * parameters unless they equal standardised ones (Doc 9303-11, 9.5.2: not
 * known to be secure) and those whose identifier names two different sets.
 * *ret_count is at most PERSO_SECINFO_MAX.
 * PERSO_E_MISSING: no PACEInfo at all; PERSO_E_UNSUPPORTED: none usable, the
 * trail says why the last was not. */
PERSO_MUST perso_rc perso_pace_list(const struct perso_secinfos *infos,
    unsigned avoid, struct perso_pace_choice ret[PERSO_SECINFO_MAX],
    size_t *ret_count);
/* The first of them. */
PERSO_MUST perso_rc perso_pace_choose(const struct perso_secinfos *infos,
    unsigned avoid, struct perso_pace_choice *ret);
/* Does the SET announce PACE, usable or not? For the report of a downgrade. */
bool perso_pace_is_announced(const struct perso_secinfos *infos);

/* ---- The protocol. ---- */

/* DO83. */
enum perso_pace_password {
	PERSO_PACE_MRZ = 1,
	PERSO_PACE_CAN = 2,
	PERSO_PACE_PIN = 3,
	PERSO_PACE_PUK = 4
};
const char *perso_pace_password_name(enum perso_pace_password p); /* "CAN" */

/* DO84 in MSE:Set AT. AUTO: where the parameters are ambiguous, as the
 * standard wants it; if the chip then refuses MSE:Set AT or the first
 * GENERAL AUTHENTICATE with a status word that speaks of the command's data
 * (6A80, 6A86, 6A88, 6700, 6985), the other way once, but only with MRZ or
 * CAN: with PIN and PUK nothing is tried twice. */
enum perso_pace_tag84 {
	PERSO_PACE_TAG84_AUTO,
	PERSO_PACE_TAG84_ALWAYS,
	PERSO_PACE_TAG84_NEVER
};

struct perso_pace_params {
	struct perso_pace_choice choice;
	enum perso_pace_password password;
	/* borrowed: the MRZ information (document number, birth and expiry
	 * dates with check digits, as perso/mrz.h composes it), else the
	 * digits of CAN, PIN or PUK as characters */
	struct perso_span secret;
	enum perso_pace_tag84 tag84;
	bool ask_cars; /* send DO7F4C so that the chip names its CVCAs */
};

#define PERSO_PACE_TRIES_UNKNOWN (-1)

/* Wiped at its scope's end when declared with PERSO_PACE_RESULT. */
struct perso_pace_result {
	struct perso_pace_protocol protocol;
	const struct perso_group *group; /* static */
	const char *mapping;		 /* names for reports; static */
	const char *agreement;
	const char *cipher;
	const char *parameters; /* "brainpoolP256r1" */
	bool has_id;
	uint64_t param_id;
	bool sent_tag84;	    /* in the MSE:Set AT that counted */
	bool retried;		    /* it was the second one */
	struct perso_comp id_ic;    /* Comp(PK_DH,IC): ID_IC of Terminal
				  * Authentication, Doc 9303-11, 7.1.2; of
				  * a DH value the hash over the bytes that
				  * the chip sent */
	struct perso_comp comp_ifd; /* Comp(PK_DH,IFD): with CAM, and no Chip
				     * Authentication after it, what Terminal
				     * Authentication signs */
	struct perso_cars cars;	    /* DO87, DO88 */
	uint64_t us;		    /* duration */
	/* CAM: what the chip said of itself, not believed before
	 * perso_pace_cam_check(). */
	bool has_cam;
	struct perso_num ca_ic;	 /* CA_IC, decrypted */
	struct perso_num map_pk; /* PK_map,IC, encoded */
	/* Also set when perso_pace_open() fails: */
	int tries;	/* left, from 63Cx; or PERSO_PACE_TRIES_UNKNOWN */
	bool blocked;	/* 63C0, 6983 */
	bool suspended; /* 63C1 for the PIN: the last try wants PACE with the
			 * CAN first, TR-03110-2, 3.3 */
};

void perso_pace_result_wipe(struct perso_pace_result *r);
#define PERSO_PACE_RESULT(name)                                         \
	__attribute__((cleanup(                                         \
	    perso_pace_result_wipe))) struct perso_pace_result name = { \
		.tries = PERSO_PACE_TRIES_UNKNOWN                       \
	}

/* K of a password (KDF's input, Doc 9303-11, 9.7.3): SHA-1 of the MRZ
 * information, or the characters themselves. PERSO_E_ARG for an empty
 * one or more than PERSO_SECRET_MAX characters. */
PERSO_MUST perso_rc perso_pace_password_key(enum perso_pace_password p,
    struct perso_span secret, struct perso_secret *ret);

/* Runs PACE; afterwards the card has the new channel, its counter at 0. The
 * MF is selected (or nothing is). A standing channel protects the commands
 * and is replaced: that is how a suspended PIN is resumed after the CAN;
 * to begin anew drop it first.
 *
 * PERSO_E_CARD_AUTH: the chip refused the password (6300, 63Cx: r->tries) or
 * its token is wrong. PERSO_E_CARD_STATE: the password is blocked or
 * (without a standing channel) suspended: then nothing has been spent.
 * PERSO_E_ANSWER: an answer that is not as above: another structure, nonce
 * or token of a wrong length, DO8A missing or not due. PERSO_E_KEY: a public
 * key that is no element of the group, or equals ours. PERSO_E_SW,
 * PERSO_E_ARG, link errors.
 * After PERSO_OK a new channel; after a failure the old one, if it lives. */
PERSO_MUST perso_rc perso_pace_open(struct perso_card *card,
    const struct perso_pace_params *p, struct perso_pace_result *r);

/* CAM, after EF.CardSecurity's signature has been verified: is
 * PK_map,IC = CA_IC * PK_IC, with the key whose keyId is the parameterId
 * that was used? Doc 9303-11, 4.4.3.5.2. infos: those of EF.CardSecurity.
 * PERSO_E_ARG: no CAM; PERSO_E_MISSING: no key of this id; PERSO_E_MISMATCH:
 * two different ones, or over another group; PERSO_E_KEY: no valid one;
 * PERSO_E_CARD_AUTH: the chip does not hold its private key. */
PERSO_MUST perso_rc perso_pace_cam_check(
    const struct perso_pace_result *r, const struct perso_secinfos *infos);

#endif
