/*
 * Card-verifiable certificates (pki): BSI TR-03110-3, appendices C and D;
 * Doc 9303-12, 7.2. Inspection systems show a chip a chain of them, CVCA ->
 * DV -> terminal, in Terminal Authentication.
 *
 *	7F21 certificate
 *	  7F4E body                          what is signed, tag and length
 *	    5F29 00                          profile identifier
 *	    42   CAR                         who signs; optional in requests
 *	    7F49 public key
 *	      06 id-TA-...                   algorithm the key signs with
 *	      RSA: 81 n, 82 e
 *	      EC:  [81 p, 82 a, 83 b, 84 G, 85 r] 86 Y [87 f]
 *	    5F20 CHR                         whose key it is
 *	    7F4C { 06 type, 53 role+rights } not in requests
 *	    5F25, 5F24 YYMMDD                not in requests
 *	    [65 { 73 ... }]                  extensions
 *	  5F37 signature
 *	67 authenticated request
 *	  7F21 request, 42 outer CAR, 5F37 signature over both
 *
 * EC domain parameters stand in self-signed certificates and in requests,
 * may stand in link certificates, and are inherited by all others. Which
 * algorithm made a signature is said by the signer's key, not by the
 * certificate that carries the signature.
 *
 * Parsing is strict about tags, order, shortest lengths, dates and names.
 * It reads SHA-1, short RSA keys and unknown curves; perso_cvc_issue() does
 * not make them.
 */
#ifndef PERSO_CVC_H
#define PERSO_CVC_H

#include "perso/buf.h"
#include "perso/date.h"
#include "perso/key.h"
#include "perso/keyref.h"

#define PERSO_CVC_MAX 8192    /* bytes of one certificate or request */
#define PERSO_CVC_NAME_MAX 16 /* CC(2), mnemonic(1..9), sequence number(5) */
#define PERSO_CVC_CHAT_MAX 5

/* ---- Certificate holder authorisation (CHAT). ---- */

/* Last arc of 0.4.0.127.0.7.3.1.2.x. */
enum perso_cvc_type {
	PERSO_CVC_NONE = 0,
	PERSO_CVC_IS = 1, /* inspection system: 1 byte */
	PERSO_CVC_AT = 2, /* authentication terminal: 5 bytes */
	PERSO_CVC_ST = 3  /* signature terminal: 1 byte */
};

/* The two highest bits. */
enum perso_cvc_role {
	PERSO_CVC_TERMINAL = 0,
	PERSO_CVC_DV_FOREIGN = 1, /* AT, ST: non-official, accredited */
	PERSO_CVC_DV_DOMESTIC = 2,
	PERSO_CVC_CVCA = 3
};

/* Rights of an inspection system, bit numbers for perso_cvc_has_right(). */
#define PERSO_CVC_DG3 0u /* fingerprints */
#define PERSO_CVC_DG4 1u /* irises */

struct perso_cvc_auth {
	enum perso_cvc_type type;
	uint8_t bits[PERSO_CVC_CHAT_MAX]; /* first byte holds the role */
	size_t n;			  /* 1 or 5, by the type */
};

/* Role, rights of no bit set. */
struct perso_cvc_auth perso_cvc_auth(
    enum perso_cvc_type type, enum perso_cvc_role role);
enum perso_cvc_role perso_cvc_role(const struct perso_cvc_auth *a);
/* Bit 0 is the lowest of the last byte; false for the role's bits and
 * beyond. */
bool perso_cvc_has_right(const struct perso_cvc_auth *a, unsigned bit);
void perso_cvc_set_right(struct perso_cvc_auth *a, unsigned bit);
unsigned perso_cvc_right_count(enum perso_cvc_type type); /* 6, 38, 6 */
/* "read-dg3"; NULL for a bit that has no meaning yet. Static. */
const char *perso_cvc_right_name(enum perso_cvc_type type, unsigned bit);
const char *perso_cvc_type_name(enum perso_cvc_type type); /* "IS" */
const char *perso_cvc_role_name(enum perso_cvc_role role); /* "CVCA" */
/* Every right of a is one of b; the types are the same. Roles do not
 * count. */
bool perso_cvc_rights_within(
    const struct perso_cvc_auth *a, const struct perso_cvc_auth *b);

/* ---- Names and algorithms. ---- */

/* A CAR or CHR: two capitals, one to nine characters of ISO 8859-1, five
 * capitals or digits. PERSO_E_DATA, PERSO_E_RANGE (length). Also for the
 * entries of EF.CVCA. */
PERSO_MUST perso_rc perso_cvc_name_check(struct perso_span name);

/* id-TA-RSA-v1-5-SHA-256 ... by the OID's contents, by dotted text. PSS: the
 * salt is as long as the hash. PERSO_E_UNSUPPORTED. */
PERSO_MUST perso_rc perso_cvc_alg_from_oid(
    struct perso_span contents, struct perso_sig_alg *ret);
/* Dotted, or NULL where none is defined; ECDSA in any form. Static. */
const char *perso_cvc_alg_oid(struct perso_sig_alg alg);
/* "id-TA-ECDSA-SHA-256"; NULL as above. Static. */
const char *perso_cvc_alg_name(struct perso_sig_alg alg);

/* ---- A certificate, or the inner part of a request. ---- */

/* As written; unsigned numbers big-endian. */
struct perso_cvc_key {
	struct perso_span raw;	  /* 7F49, whole TLV */
	struct perso_sig_alg alg; /* what the key signs with */
	enum perso_key_kind kind;
	bool has_domain;	      /* EC: p .. cofactor are there */
	struct perso_span p, a, b, g; /* g: an uncompressed point */
	struct perso_span order, cofactor;
	struct perso_span point; /* EC */
	struct perso_span n, e;	 /* RSA */
};

/* Owns a copy of its bytes; all spans point into that copy. */
struct perso_cvc {
	struct perso_buf der;
	struct perso_span content; /* of 7F21: body and signature, as PSO:
				    * VERIFY CERTIFICATE wants it */
	struct perso_span body;	   /* 7F4E, whole TLV: what is signed */
	bool is_request;	   /* no CHAT, no dates */
	char car[PERSO_CVC_NAME_MAX + 1]; /* ISO 8859-1; "" without */
	char chr[PERSO_CVC_NAME_MAX + 1];
	struct perso_cvc_key key;
	struct perso_cvc_auth chat;  /* type NONE in requests */
	struct perso_date effective; /* 2000..2099, both inclusive */
	struct perso_date expires;
	struct perso_span extensions; /* contents of 65; empty without */
	struct perso_span signature;
};

#define PERSO_CVC(name)                                                    \
	__attribute__((cleanup(perso_cvc_done))) struct perso_cvc name = { \
		.der = { .max = PERSO_CVC_MAX }                            \
	}

/* One certificate, nothing after it. PERSO_E_TRUNCATED, _TRAILING; _DATA
 * (another tag than the next one, length not shortest, a name or date that
 * is none); _MISSING (a mandatory object, domain
 * parameters of a self-signed certificate); _RANGE (an object's length,
 * expiry before effective date); _UNSUPPORTED (unknown profile, algorithm or
 * type); _ROLE (domain parameters where they are to be inherited). The trail
 * names the object. *ret was made by PERSO_CVC() or holds an earlier
 * certificate, which is released on success. */
PERSO_MUST perso_rc perso_cvc_parse(
    struct perso_span der, struct perso_cvc *ret);
/* The same from a file, binary. Also PERSO_E_IO. */
PERSO_MUST perso_rc perso_cvc_load(const char *path, struct perso_cvc *ret);
void perso_cvc_done(struct perso_cvc *c);

/* CAR and CHR are the same, and the role is CVCA. */
bool perso_cvc_is_self_signed(const struct perso_cvc *c);
/* Role CVCA, signed by another key than its own. */
bool perso_cvc_is_link(const struct perso_cvc *c);

/* The certified key, to be freed. Its own domain parameters count; without
 * them those of `domain`, the key of the CVCA or of any certificate below it
 * (NULL: none). PERSO_E_MISSING: it needs some; PERSO_E_MISMATCH: domain is
 * RSA; PERSO_E_KEY: not on the curve, degenerate. */
PERSO_MUST perso_rc perso_cvc_pubkey(const struct perso_cvc *c,
    const struct perso_pubkey *domain, struct perso_pubkey **ret);

/* The signature over the body, by this key in its algorithm (the issuer's
 * key.alg). ECDSA is plain r || s. PERSO_E_SIGNATURE, PERSO_E_KEY. */
PERSO_MUST perso_rc perso_cvc_verify(const struct perso_cvc *c,
    const struct perso_pubkey *issuer, struct perso_sig_alg alg);

/* Effective date .. expiration date, both inclusive: PERSO_E_EXPIRED says
 * which end. */
PERSO_MUST perso_rc perso_cvc_check_date(
    const struct perso_cvc *c, struct perso_date at);

/* May this issuer's role sign this subject's? CVCA: a link certificate or a
 * DV; DV: a terminal; the type is the same. PERSO_E_ROLE names both. */
PERSO_MUST perso_rc perso_cvc_check_role(
    const struct perso_cvc_auth *issuer, const struct perso_cvc_auth *subject);

/* ---- Chains. ---- */

struct perso_cvc_chain {
	struct perso_pubkey *key;	 /* of the last certificate */
	struct perso_sig_alg alg;	 /* what it signs with */
	struct perso_cvc_auth effective; /* role of the last, rights of all */
	bool wider;			 /* one has rights its issuer lacks:
					  * they are not effective */
	size_t at;			 /* certificate that is wrong */
};

void perso_cvc_chain_done(struct perso_cvc_chain *r);
#define PERSO_CVC_CHAIN(name)                                              \
	__attribute__((cleanup(                                            \
	    perso_cvc_chain_done))) struct perso_cvc_chain name = { .key = \
									NULL }

/* certs[0] is the trust point, a CVCA certificate with domain parameters,
 * believed as it is (if it is self-signed its signature must fit); link
 * certificates, a DV and a terminal follow in the order of signing; shorter
 * chains are judged as far as they go. Of each: CAR equals the issuer's CHR
 * (PERSO_E_TRUST), roles (PERSO_E_ROLE), key of the issuer's kind unless it
 * is a link (PERSO_E_MISMATCH), signature, and at this date (NULL: none) its
 * validity, except of the trust point and of link certificates: a chip may
 * be years behind its CVCA. Effective rights are those that the last CVCA
 * certificate and all below it have. On failure the trail names the
 * certificate and only r->at is set. PERSO_E_ARG: no certificate, or a
 * request. TR-03110-3, 2.3, 2.5. */
PERSO_MUST perso_rc perso_cvc_chain_check(const struct perso_cvc *certs,
    size_t count, const struct perso_date *at, struct perso_cvc_chain *r);

/* ---- Building. ---- */

/* All pointers are borrowed. */
struct perso_cvc_values {
	const char *car; /* NULL: in requests left out, else that of chr */
	const char *chr;
	const struct perso_pubkey *key;
	struct perso_sig_alg alg; /* what that key signs with */
	/* link certificates: write EC domain parameters. Self-signed ones
	 * and requests always have them, others never. */
	bool domain;
	struct perso_cvc_auth chat; /* type NONE: a request's body */
	struct perso_date effective, expires;
	struct perso_span extensions; /* contents of 65; empty: none */
};

/* Appends the body 7F4E. No policy: whatever can be written is.
 * PERSO_E_ARG, _DATA, _RANGE name the value. */
PERSO_MUST perso_rc perso_cvc_body(
    const struct perso_cvc_values *v, struct perso_buf *ret);
/* Appends 7F21 { body, 5F37 { signature } }. */
PERSO_MUST perso_rc perso_cvc_assemble(
    struct perso_span body, struct perso_span signature, struct perso_buf *ret);
/* Body, signed in this algorithm, assembled. No policy. */
PERSO_MUST perso_rc perso_cvc_build(const struct perso_cvc_values *v,
    struct perso_keyref *key, struct perso_sig_alg alg, struct perso_buf *ret);

/* May this certificate be issued? issuer NULL: self-signed. SHA-2; RSA of
 * 2048 or 3072 bits with an exponent of at most 32 bits (Doc 9303-11,
 * 7.1.4), else a standardised curve of 256 bits or more:
 * PERSO_E_UNSUPPORTED. With an issuer: roles, and of a domestic DV for
 * inspection systems the issuer's country (PERSO_E_ROLE); effective within
 * the issuer's validity (PERSO_E_EXPIRED). No link certificate: also rights
 * within the issuer's (PERSO_E_ROLE), expiring no later than the issuer
 * (PERSO_E_EXPIRED), the issuer's algorithm (PERSO_E_MISMATCH) and curve,
 * RSA no shorter modulus (PERSO_E_KEY). issuer_key: the issuer's key with
 * its domain parameters; NULL without an issuer. */
PERSO_MUST perso_rc perso_cvc_may_issue(const struct perso_cvc_values *v,
    const struct perso_cvc *issuer, const struct perso_pubkey *issuer_key);
/* May, and builds; v->car is not used. key is the issuer's private key
 * (PERSO_E_MISMATCH if the issuer's certificate is not its), or without an
 * issuer that of v->key. Appends. */
PERSO_MUST perso_rc perso_cvc_issue(const struct perso_cvc_values *v,
    const struct perso_cvc *issuer, struct perso_keyref *key,
    struct perso_buf *ret);

/* ---- Requests: TR-03110-3, C.2. ---- */

struct perso_cvc_request {
	struct perso_cvc inner;	     /* is_request */
	bool authenticated;	     /* 67: the members below are there */
	struct perso_buf der;	     /* owns the outer bytes */
	struct perso_span outer_tbs; /* request and outer CAR, whole TLVs */
	char outer_car[PERSO_CVC_NAME_MAX + 1];
	struct perso_span outer_signature;
};

#define PERSO_CVC_REQUEST(name)                                         \
	__attribute__((cleanup(                                         \
	    perso_cvc_request_done))) struct perso_cvc_request name = { \
		.inner = { .der = { .max = PERSO_CVC_MAX } },           \
		.der = { .max = PERSO_CVC_MAX }                         \
	}

/* A request, authenticated or not; codes of perso_cvc_parse. */
PERSO_MUST perso_rc perso_cvc_request_parse(
    struct perso_span der, struct perso_cvc_request *ret);
PERSO_MUST perso_rc perso_cvc_request_load(
    const char *path, struct perso_cvc_request *ret);
void perso_cvc_request_done(struct perso_cvc_request *r);

/* The inner signature, by the key in the request: PERSO_E_SIGNATURE. */
PERSO_MUST perso_rc perso_cvc_request_verify(const struct perso_cvc_request *r);
/* The outer signature, by the key of outer_car. PERSO_E_MISSING: there is
 * none. */
PERSO_MUST perso_rc perso_cvc_request_verify_outer(
    const struct perso_cvc_request *r, const struct perso_pubkey *key,
    struct perso_sig_alg alg);

/* Appends a request for the key's public half, signed by it. Of v: car (the
 * authority asked, may be NULL), chr, alg, extensions. */
PERSO_MUST perso_rc perso_cvc_request_build(const struct perso_cvc_values *v,
    struct perso_keyref *key, struct perso_buf *ret);
/* Appends an authenticated request: the request (7F21) signed once more
 * by the holder's last key, or by another authority that vouches. outer_car
 * is that key's CHR. */
PERSO_MUST perso_rc perso_cvc_request_authenticate(struct perso_span request,
    const char *outer_car, struct perso_keyref *key, struct perso_sig_alg alg,
    struct perso_buf *ret);

#endif
