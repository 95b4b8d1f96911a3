/*
 * X.509 certificates as Doc 9303-12 uses them (pki): CSCA, link and document
 * signer certificates, and those of approvers. Parsed and written with our
 * own DER, because path checking must cope with explicit EC parameters.
 *
 * Parsing accepts old practice (SHA-1, named curves, missing extensions); it
 * refuses what is no certificate. Judging a chain is trust.h's work.
 */
#ifndef PERSO_CERT_H
#define PERSO_CERT_H

#include <time.h>

#include "perso/key.h"
#include "perso/keyref.h"
#include "perso/tlv.h"

#define PERSO_CERT_MAX 16384 /* bytes of one certificate */
#define PERSO_CERT_TYPES 16  /* document types in one certificate */

/* Bits of KeyUsage, RFC 5280 4.2.1.3: bit n of the BIT STRING is 1 << n. */
#define PERSO_KU_DIGITAL_SIGNATURE 0x001u
#define PERSO_KU_KEY_CERT_SIGN 0x020u
#define PERSO_KU_CRL_SIGN 0x040u

/* Which extensions are there, and which of them are marked critical. */
#define PERSO_EXT_AKI 0x0001u	      /* 2.5.29.35 */
#define PERSO_EXT_SKI 0x0002u	      /* 2.5.29.14 */
#define PERSO_EXT_KU 0x0004u	      /* 2.5.29.15 */
#define PERSO_EXT_PKUP 0x0008u	      /* 2.5.29.16 */
#define PERSO_EXT_SAN 0x0010u	      /* 2.5.29.17 */
#define PERSO_EXT_IAN 0x0020u	      /* 2.5.29.18 */
#define PERSO_EXT_BC 0x0040u	      /* 2.5.29.19 */
#define PERSO_EXT_CRLDP 0x0080u	      /* 2.5.29.31 */
#define PERSO_EXT_EKU 0x0100u	      /* 2.5.29.37 */
#define PERSO_EXT_TYPES 0x0200u	      /* 2.23.136.1.1.6.2 */
#define PERSO_EXT_NAME_CHANGE 0x0400u /* 2.23.136.1.1.6.1 */
#define PERSO_EXT_POLICIES 0x0800u    /* 2.5.29.32 */
#define PERSO_EXT_OTHER 0x8000u	      /* any other */

/* A parsed certificate. It owns a copy of its DER; all spans point into that
 * copy. Set to zero before parsing, released by perso_cert_done(). */
struct perso_cert {
	struct perso_buf der;
	struct perso_span tbs;	   /* TBSCertificate, whole TLV */
	unsigned version;	   /* 1, 2 or 3 */
	struct perso_span serial;  /* INTEGER contents */
	struct perso_span issuer;  /* Name, whole TLV */
	struct perso_span subject; /* Name, whole TLV */
	/* as written, "" if there is none or not of two letters */
	char issuer_country[3];
	char subject_country[3];
	time_t not_before; /* UTC, both ends inclusive */
	time_t not_after;
	struct perso_span spki;	     /* whole TLV */
	struct perso_sig_alg alg;    /* of the signature */
	struct perso_span signature; /* BIT STRING's bytes */

	unsigned exts; /* PERSO_EXT_*: there */
	/* PERSO_EXT_*: there and critical; OTHER here = unknown and
	 * critical: the certificate must not be used */
	unsigned exts_critical;
	struct perso_span aki; /* keyIdentifier; empty without */
	struct perso_span ski;
	unsigned key_usage; /* PERSO_KU_* and the other bits */
	bool is_ca;	    /* BasicConstraints cA */
	bool has_path_len;
	uint64_t path_len;
	bool has_use_from, has_use_to; /* privateKeyUsagePeriod */
	time_t use_from, use_to;
	char types[PERSO_CERT_TYPES][3]; /* documentTypeList, "P", "ID" */
	size_t type_count;
	struct perso_span san, ian; /* GeneralNames, whole TLV */
	struct perso_span eku;	    /* SEQUENCE OF OID, whole TLV */
	struct perso_span crldp;    /* whole TLV */
};

#define PERSO_CERT(name)                                                     \
	__attribute__((cleanup(perso_cert_done))) struct perso_cert name = { \
		.der = { .max = PERSO_CERT_MAX }                             \
	}

/* One certificate, DER. PERSO_E_DATA, _TRUNCATED, _TRAILING, _RANGE with the
 * field; PERSO_E_UNSUPPORTED for a signature algorithm not known here;
 * PERSO_E_MISMATCH if the two algorithm identifiers differ. *ret was zeroed,
 * or holds an earlier certificate, which is released on success. */
PERSO_MUST perso_rc perso_cert_parse(
    struct perso_span der, struct perso_cert *ret);
/* DER or PEM ("-----BEGIN CERTIFICATE-----", the first one in the file).
 * Also PERSO_E_IO; the trail names the path. */
PERSO_MUST perso_rc perso_cert_load(const char *path, struct perso_cert *ret);
/* Leaves it empty; may be called on an empty one. */
void perso_cert_done(struct perso_cert *c);

/* The public key, to be freed; codes of perso_pubkey_from_spki. */
PERSO_MUST perso_rc perso_cert_key(
    const struct perso_cert *c, struct perso_pubkey **ret);

/* The signature over tbs by this key: PERSO_E_SIGNATURE, PERSO_E_KEY. */
PERSO_MUST perso_rc perso_cert_verify(
    const struct perso_cert *c, const struct perso_pubkey *issuer);

/* issuer and subject are the same Name, byte for byte. */
bool perso_cert_is_self_issued(const struct perso_cert *c);
/* A CSCA, link certificates included: cA and keyCertSign. */
bool perso_cert_is_ca(const struct perso_cert *c);

/* Inside notBefore..notAfter: PERSO_E_EXPIRED says which end. */
PERSO_MUST perso_rc perso_cert_check_time(
    const struct perso_cert *c, time_t at);
/* Inside the private key usage period, or the validity where there is none:
 * may this key sign at that time? PERSO_E_EXPIRED. */
PERSO_MUST perso_rc perso_cert_check_use(const struct perso_cert *c, time_t at);
/* The documents' type (MRZ document code, one or two letters) is in the
 * list; one letter in the list covers all codes that begin with it, Doc
 * 9303-12 7.1.1.5. PERSO_E_ROLE; PERSO_E_MISSING without the extension. */
PERSO_MUST perso_rc perso_cert_check_type(
    const struct perso_cert *c, const char *document_code);

/* The extKeyUsage, if there is one, has this purpose ("2.23.136.1.1.3"). */
bool perso_cert_has_purpose(const struct perso_cert *c, const char *dotted);

/* A Name (whole TLV) for people, "CN=Development CSCA,C=UT": RFC 4514, last
 * RDN first; the text is cut at cap, always terminated. */
PERSO_MUST perso_rc perso_name_text(
    struct perso_span name, char *dst, size_t cap);
/* The value of an attribute ("2.5.4.3" = CN) of a Name, the first one,
 * terminated; PERSO_E_MISSING, PERSO_E_RANGE. */
PERSO_MUST perso_rc perso_name_attr(
    struct perso_span name, const char *dotted, char *dst, size_t cap);
#define PERSO_NAME_TEXT 512

/* ------------------------------------------------------------- building */

enum perso_cert_role {
	PERSO_CERT_CSCA, /* self-signed root */
	PERSO_CERT_DS,
	PERSO_CERT_APPROVER, /* self-signed, or under any issuer */
	PERSO_CERT_SEAL	     /* barcode signer of visible digital seals */
};

struct perso_name_values {
	const char *country;	  /* two letters; upper case */
	const char *organization; /* NULL: none; UTF-8 */
	const char *common_name;  /* UTF-8 */
	const char *unit;	  /* organizationalUnitName; NULL: none */
};

/* What to issue. All pointers are borrowed. */
struct perso_cert_values {
	enum perso_cert_role role;
	/* magnitude, 1..20 bytes; empty: random, 16 bytes */
	struct perso_span serial;
	struct perso_name_values subject;
	const struct perso_cert *issuer; /* NULL: self-signed */
	const struct perso_pubkey *key;	 /* the subject's */
	struct perso_sig_alg alg;	 /* of the issuer's key */
	time_t not_before, not_after;
	time_t use_from, use_to; /* CSCA, DS: privateKeyUsagePeriod */
	bool explicit_params;	 /* EC key: Doc 9303-12 4.1.6.3 */

	/* CSCA and DS only, but for the types */
	const char *state;   /* issuing state as in the MRZ: "UTO" */
	const char *contact; /* rfc822Name; NULL: none */
	const char *crl_uri; /* CRL distribution point */
	/* DS: document codes, "P", "ID"; SEAL: the same, none for all */
	const char *const *types;
	size_t type_count;
};

/* Appends the certificate, DER, signed by key (the issuer's). Doc 9303-12
 * 7.1, table 6: AKI, SKI, KeyUsage (critical), PKUP, SAN and IAN, CRLDP;
 * BasicConstraints (critical, path length 0) for the CSCA, documentTypeList
 * for the DS. An approver gets AKI, SKI and KeyUsage digitalSignature. A seal
 * signer gets AKI, documentTypeList where types are given, and the critical
 * extKeyUsage 2.23.136.1.1.11.1; its subject is country and a common name of
 * two capitals or digits, its serial number the seal's certificate reference.
 * PERSO_E_ARG names the value that is missing or wrong. */
PERSO_MUST perso_rc perso_cert_build(const struct perso_cert_values *v,
    struct perso_keyref *key, struct perso_buf *ret);

#endif
