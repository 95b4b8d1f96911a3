/*
 * CMS SignedData (RFC 5652) in the form that Doc 9303-10 and -12 fix: one
 * SignerInfo, DER, signed attributes (pki). Serves EF.SOD, EF.CardSecurity,
 * master lists and, detached, the approval of an order.
 */
#ifndef PERSO_CMS_H
#define PERSO_CMS_H

#include <time.h>

#include "perso/key.h"
#include "perso/keyref.h"
#include "perso/tlv.h"

#define PERSO_CMS_CERTS 16

/* What to build. All spans are borrowed. */
struct perso_cms_values {
	const char *content_type; /* dotted OID of the eContentType */
	struct perso_span content;
	bool detached; /* content is signed, not carried */
	/* signer's certificate, DER; carried, sid is its issuer and serial */
	struct perso_span cert;
	/* its issuer and serial as perso_cert has them; empty: cert is read */
	struct perso_span issuer, serial;
	struct perso_sig_alg alg; /* signature and its digest */
	/* sid is the cert's SKI instead (SignerInfo version 3) */
	bool sid_ski;
	bool has_signing_time;
	time_t signing_time;
	/* NULL parameters in digest algorithm identifiers: only to rebuild
	 * samples */
	bool digest_null;
	/* PKCS#1: identifier rsaEncryption, not sha256WithRSAEncryption */
	bool rsa_encryption;
};

#define PERSO_OID_DATA "1.2.840.113549.1.7.1" /* approvals */
#define PERSO_CMS_MAX (16u << 20)	      /* bytes built at most */

/* Appends ContentInfo: SignedData version 3 (1 for id-data with issuer and
 * serial), one digest algorithm, the one certificate, no crls; SignerInfo
 * with contentType, messageDigest and signingTime if given, sorted. The
 * digest is alg.hash. PERSO_E_ARG, PERSO_E_MISSING (no SKI in the
 * certificate), codes of perso_keyref_sign. */
PERSO_MUST perso_rc perso_cms_build(const struct perso_cms_values *v,
    struct perso_keyref *key, struct perso_buf *ret);
/* The same with a signature value that exists already. */
PERSO_MUST perso_rc perso_cms_assemble(const struct perso_cms_values *v,
    struct perso_span signature, struct perso_buf *ret);

/* What was parsed; spans point into the parsed bytes. BER is not accepted
 * where DER is demanded, except that digest parameters may be NULL and SETs
 * unsorted (flags say so). */
struct perso_cms {
	char content_type[PERSO_OID_MAX];
	bool has_content;
	struct perso_span content; /* the OCTET STRING's contents */
	struct perso_span certs[PERSO_CMS_CERTS];
	size_t cert_count;
	uint64_t version; /* of SignedData */
	uint64_t signer_version;
	struct perso_span sid_issuer; /* Name, DER; empty with a SKI */
	struct perso_span sid_serial; /* INTEGER contents */
	struct perso_span sid_ski;
	struct perso_sig_alg alg;
	enum perso_hash digest;		/* of SignerInfo */
	struct perso_span signed_attrs; /* as [0] in the input, whole TLV */
	struct perso_span message_digest;
	struct perso_span attr_content_type; /* OID contents */
	bool has_signing_time;
	time_t signing_time;
	struct perso_span signature;
	bool digest_null;	 /* NULL parameters seen */
	bool rsa_encryption;	 /* see perso_cms_values */
	bool has_crls;		 /* there, not read */
	bool has_unsigned_attrs; /* there, not read */
	bool sets_sorted;	 /* certificates and attributes */
};

/* PERSO_E_DATA, _TRUNCATED, _TRAILING, _RANGE with the field, DATA also for
 * a version that does not fit the rest (RFC 5652, 5.1, 5.3) and a digest of
 * the signer that digestAlgorithms does not list; PERSO_E_MISSING
 * without signed attributes, contentType or messageDigest;
 * PERSO_E_UNSUPPORTED for an unknown algorithm or not one SignerInfo. */
PERSO_MUST perso_rc perso_cms_parse(
    struct perso_span der, struct perso_cms *ret);

/* messageDigest over content, contentType, and the signature over the
 * signed attributes. content: cms->content, or the detached bytes.
 * PERSO_E_SIGNATURE, PERSO_E_MISMATCH (digest), PERSO_E_MISSING. Says
 * nothing of trust. */
PERSO_MUST perso_rc perso_cms_verify(const struct perso_cms *cms,
    struct perso_span content, const struct perso_pubkey *signer);

/* The carried certificate that sid names; PERSO_E_MISSING. */
PERSO_MUST perso_rc perso_cms_signer_cert(
    const struct perso_cms *cms, struct perso_span *ret);

#endif
