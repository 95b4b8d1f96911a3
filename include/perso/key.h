/*
 * Public keys and signature verification (crypto).
 */
#ifndef PERSO_KEY_H
#define PERSO_KEY_H

#include "perso/buf.h"
#include "perso/digest.h"

enum perso_key_kind { PERSO_KEY_RSA, PERSO_KEY_EC };

/* Numbers are the standardised domain parameter ids of Doc 9303-11,
 * table 6 (PACE), so that profile, PACE and CA speak of one thing. */
enum perso_curve {
	PERSO_CURVE_NONE = 0,
	PERSO_P192 = 8,
	PERSO_BP192 = 9,
	PERSO_P224 = 10,
	PERSO_BP224 = 11,
	PERSO_P256 = 12,
	PERSO_BP256 = 13,
	PERSO_BP320 = 14,
	PERSO_P384 = 15,
	PERSO_BP384 = 16,
	PERSO_BP512 = 17,
	PERSO_P521 = 18
};

/* "P-256", "brainpoolP256r1"; "unknown curve" for NONE. */
const char *perso_curve_name(enum perso_curve c);
PERSO_MUST perso_rc perso_curve_from_name(
    const char *name, enum perso_curve *ret); /* also "P-256", "secp256r1" */
size_t perso_curve_field(enum perso_curve c); /* bytes of p */
size_t perso_curve_order(enum perso_curve c); /* bytes of n */

enum perso_sig_kind {
	PERSO_SIG_RSA_PKCS1,
	PERSO_SIG_RSA_PSS,    /* MGF1 with the same hash */
	PERSO_SIG_ECDSA,      /* DER SEQUENCE {r, s} */
	PERSO_SIG_ECDSA_PLAIN /* r || s, each of the order's length:
				 * BSI TR-03111 5.2.1 */
};

struct perso_sig_alg {
	enum perso_sig_kind kind;
	enum perso_hash hash;
	size_t salt; /* PSS: bytes; ignored otherwise */
};

struct perso_pubkey;

/* SubjectPublicKeyInfo, DER. EC parameters named or explicit; explicit ones
 * equal to a known curve are recognised as it; others give PERSO_CURVE_NONE
 * but verify. RSA as rsaEncryption or id-RSASSA-PSS, whose limits (PSS only,
 * one hash, a least salt) are kept and honoured. PERSO_E_DATA,
 * PERSO_E_TRUNCATED, PERSO_E_TRAILING, PERSO_E_RANGE (not DER),
 * PERSO_E_UNSUPPORTED, PERSO_E_KEY (point not on the curve, degenerate
 * modulus or domain parameters, fields outside 160..640 bits, RSA outside
 * 1024..16384 bits). */
PERSO_MUST perso_rc perso_pubkey_from_spki(
    struct perso_span der, struct perso_pubkey **ret);
/* Uncompressed point 04 || x || y; checked to be on the curve. */
PERSO_MUST perso_rc perso_pubkey_from_point(
    enum perso_curve c, struct perso_span point, struct perso_pubkey **ret);
PERSO_MUST perso_rc perso_pubkey_from_rsa(
    struct perso_span n, struct perso_span e, struct perso_pubkey **ret);
void perso_pubkey_free(struct perso_pubkey **k);

enum perso_key_kind perso_pubkey_kind(const struct perso_pubkey *k);
enum perso_curve perso_pubkey_curve(const struct perso_pubkey *k);
size_t perso_pubkey_bits(const struct perso_pubkey *k);
bool perso_pubkey_equal(
    const struct perso_pubkey *a, const struct perso_pubkey *b);

/* Appends SubjectPublicKeyInfo. explicit_params: EC domain parameters
 * written out with cofactor and uncompressed generator (Doc 9303-12, 4.1.6.3
 * asks for it); otherwise the curve's OID. */
PERSO_MUST perso_rc perso_pubkey_spki(
    const struct perso_pubkey *k, bool explicit_params, struct perso_buf *ret);
/* The point (EC), or the modulus (RSA), big-endian. */
PERSO_MUST perso_rc perso_pubkey_point(
    const struct perso_pubkey *k, struct perso_buf *ret);
PERSO_MUST perso_rc perso_pubkey_exponent(
    const struct perso_pubkey *k, struct perso_buf *ret);

/* PERSO_E_SIGNATURE if it does not verify (malformed ones included), PERSO_E_KEY for a kind of key
 * that cannot make this kind of signature. */
PERSO_MUST perso_rc perso_pubkey_verify(const struct perso_pubkey *k,
    struct perso_sig_alg alg, const struct perso_span *parts, size_t count,
    struct perso_span sig);

/* RSA public operation in^e mod n, result as long as the modulus; for
 * signatures with message recovery. PERSO_E_RANGE for a block of another
 * length than the modulus or not below it. */
PERSO_MUST perso_rc perso_pubkey_rsa_raw(
    const struct perso_pubkey *k, struct perso_span in, struct perso_buf *ret);

/* ECDSA signature forms. */
PERSO_MUST perso_rc perso_ecdsa_to_plain(
    struct perso_span der, size_t order_len, struct perso_buf *ret);
PERSO_MUST perso_rc perso_ecdsa_to_der(
    struct perso_span plain, struct perso_buf *ret);

#endif
