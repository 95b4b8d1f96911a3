/*
 * EF.CardSecurity (Doc 9303-11 9.2.10): SecurityInfos that a document signer
 * has signed (lds). PACE with Chip Authentication Mapping rests on the key in
 * it, so its signature and the signer's chain are checked before that key
 * counts.
 *
 *	ContentInfo { SignedData { SET OF SecurityInfo, DS certificate,
 *	    one SignerInfo } }			no template around it
 */
#ifndef PERSO_CARDSEC_H
#define PERSO_CARDSEC_H

#include "perso/cms.h"
#include "perso/lds.h"

/* id-SecurityObject */
#define PERSO_OID_SECURITY_OBJECT "0.4.0.127.0.7.3.2.1"

struct perso_cardsec_values {
	struct perso_lds_infos infos; /* sorted when built */
	struct perso_span cert;	      /* DS certificate, DER; borrowed */
	struct perso_sig_alg alg;
	bool has_signing_time;
	time_t signing_time;
	bool sid_ski;	  /* see cms.h */
	bool digest_null; /* only to rebuild */
};

/* Appends the file, signed; PERSO_E_ARG (no info, SHA-1, no key), codes of
 * perso_cms_build(). */
PERSO_MUST perso_rc perso_cardsec_build(const struct perso_cardsec_values *v,
    struct perso_keyref *key, struct perso_buf *ret);
/* The same with a signature value that exists already; SHA-1 is let
 * through, so that what was read can be rebuilt. */
PERSO_MUST perso_rc perso_cardsec_assemble(const struct perso_cardsec_values *v,
    struct perso_span signature, struct perso_buf *ret);

/* A parsed file; spans point into its bytes. infos.set is what is to be
 * given to perso/secinfo.h. */
struct perso_cardsec {
	struct perso_lds_infos infos;
	struct perso_cms cms;
};

/* Shape only: trust is pki's, the signature perso_cms_verify()'s.
 * PERSO_E_MISMATCH for another eContentType, PERSO_E_MISSING without content
 * or certificate. */
PERSO_MUST perso_rc perso_cardsec_parse(
    struct perso_span file, struct perso_cardsec *ret);

/* What perso_cardsec_assemble() needs to make the parsed file again. */
PERSO_MUST perso_rc perso_cardsec_values_of(
    const struct perso_cardsec *c, struct perso_cardsec_values *ret);

#endif
