/*
 * SecurityInfos (Doc 9303-11, 9.2; TR-03110-3, A.1): the SET in
 * EF.CardAccess, EF.CardSecurity and DG14 that says which protocols a chip
 * runs, with which parameters and keys (pki).
 *
 *	SecurityInfo ::= SEQUENCE { protocol OID, required ANY, optional ANY }
 */
#ifndef PERSO_SECINFO_H
#define PERSO_SECINFO_H

#include "perso/key.h"
#include "perso/tlv.h"

#define PERSO_SECINFO_MAX 32

enum perso_secinfo_kind {
	PERSO_SECINFO_UNKNOWN = 0, /* kept as raw bytes */
	PERSO_SECINFO_PACE,	   /* {oid, version, [id]} */
	PERSO_SECINFO_PACE_DOMAIN, /* {oid, alg_id, [id]} */
	PERSO_SECINFO_CA,	   /* {oid, version, [id]} */
	PERSO_SECINFO_CA_DOMAIN,   /* {oid, alg_id, [id]} */
	PERSO_SECINFO_CA_PUBKEY,   /* {oid, spki, [id]} */
	PERSO_SECINFO_TA,	   /* {oid, version, [efcvca]} */
	PERSO_SECINFO_AA,	   /* {oid, version, alg} */
	PERSO_SECINFO_EFDIR,	   /* {oid, OCTET STRING} */
	PERSO_SECINFO_CARD_INFO	   /* kept as raw bytes */
};

/* Protocol identifiers, dotted. */
#define PERSO_OID_PACE "0.4.0.127.0.7.2.2.4"
#define PERSO_OID_CA "0.4.0.127.0.7.2.2.3"
#define PERSO_OID_PK_DH "0.4.0.127.0.7.2.2.1.1"
#define PERSO_OID_PK_ECDH "0.4.0.127.0.7.2.2.1.2"
#define PERSO_OID_TA "0.4.0.127.0.7.2.2.2"
#define PERSO_OID_CARD_INFO "0.4.0.127.0.7.2.2.6"
#define PERSO_OID_AA "2.23.136.1.1.5"
#define PERSO_OID_EFDIR "2.23.136.1.1.13"
#define PERSO_OID_STD_PARAMS "0.4.0.127.0.7.1.2"

struct perso_secinfo {
	enum perso_secinfo_kind kind;
	char oid[PERSO_OID_MAX]; /* protocol, dotted */
	uint64_t version;	 /* PACE, CA, TA, AA */
	bool has_id;
	uint64_t id;		  /* parameterId (PACE) or keyId (CA) */
	char alg[PERSO_OID_MAX];  /* AA: ecdsa-plain-* of TR-03111 */
	struct perso_span alg_id; /* AlgorithmIdentifier, whole TLV */
	bool has_param;		  /* parsed alg_id: standardised ... */
	uint64_t param;		  /* ... domain parameter id; not built */
	struct perso_span spki;	  /* SubjectPublicKeyInfo, whole TLV */
	struct perso_span efcvca; /* TA: FileID, whole TLV; or empty */
	struct perso_span efdir;  /* contents */
	struct perso_span raw;	  /* as parsed, whole TLV */
};

struct perso_secinfos {
	struct perso_secinfo items[PERSO_SECINFO_MAX];
	size_t count; /* in the order of the input */
	bool sorted;  /* that order is DER's */
};

/* The SET, whole TLV, nothing after it. A known protocol whose value is
 * malformed is an error (PERSO_E_DATA, _RANGE, _TRUNCATED with the item's
 * index); an unknown one is kept. Spans point into der. */
PERSO_MUST perso_rc perso_secinfos_parse(
    struct perso_span der, struct perso_secinfos *ret);

/* Appends the SET from values; raw is used for UNKNOWN and CARD_INFO only.
 * sort: DER order (to issue); otherwise the order given. PERSO_E_ARG. */
PERSO_MUST perso_rc perso_secinfos_build(const struct perso_secinfo *items,
    size_t count, bool sort, struct perso_buf *ret);

/* The first item of that kind, or NULL; borrowed. */
const struct perso_secinfo *perso_secinfos_find(
    const struct perso_secinfos *s, enum perso_secinfo_kind kind);

/* Values for the usual items. */

/* Active Authentication with ECDSA and this hash (SHA-224..512):
 * ActiveAuthenticationInfo, Doc 9303-11 9.2.6. PERSO_E_UNSUPPORTED. */
PERSO_MUST perso_rc perso_secinfo_aa(
    enum perso_hash h, struct perso_secinfo *ret);
/* The hash an ActiveAuthenticationInfo names; PERSO_E_UNSUPPORTED. */
PERSO_MUST perso_rc perso_secinfo_aa_hash(
    const struct perso_secinfo *i, enum perso_hash *ret);
/* PACEInfo version 2; oid as PERSO_OID_PACE ".2.2". PERSO_E_RANGE. */
PERSO_MUST perso_rc perso_secinfo_pace(
    const char *oid, uint64_t param_id, struct perso_secinfo *ret);

#endif
