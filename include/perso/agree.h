/*
 * Groups for key agreement (crypto): the arithmetic that PACE, Chip and
 * Terminal Authentication stand on, for terminal and chip alike. Elliptic
 * curves and prime fields behind one interface; key derivation, mappings and
 * tokens belong to those who use it.
 *
 * In a DH group "multiplying an element by a scalar" is exponentiation, and
 * "adding two elements" is multiplication modulo p.
 *
 *	const struct perso_group *g;
 *	PERSO_NUM(sk);
 *	PERSO_ELEM(pk);
 *	PERSO_TRY(perso_group_get(13, &g));
 *	PERSO_TRY(perso_scalar_random(g, &sk));
 *	PERSO_TRY(perso_elem_base_mul(g, &sk, &pk));
 *
 * Arithmetic on scalars runs in time that does not depend on their values.
 * Groups are constant after they are made and may be shared by threads;
 * elements and numbers belong to one thread at a time.
 */
#ifndef PERSO_AGREE_H
#define PERSO_AGREE_H

#include "perso/buf.h"

/* ---- Numbers: scalars, field values, shared secrets. ---- */

#define PERSO_NUM_MAX 512 /* bytes: p of 4096 bits */

/* Big-endian, exactly n bytes with leading zeros. Wiped at its scope's end
 * when declared with PERSO_NUM. Scalars have the order's length, field
 * values that of p. */
struct perso_num {
	uint8_t p[PERSO_NUM_MAX];
	size_t n;
};

void perso_num_wipe(struct perso_num *v);

static inline struct perso_span
perso_num_span(const struct perso_num *v)
{
	return (struct perso_span){ v->p, v->n };
}

#define PERSO_NUM(name) \
	__attribute__(( \
	    cleanup(perso_num_wipe))) struct perso_num name = { .n = 0 }

/* ---- Groups. ---- */

enum perso_agree_kind { PERSO_AGREE_DH, PERSO_AGREE_ECDH };

struct perso_group;

/* Standardised domain parameters by id, Doc 9303-11, 9.5.1, table 6: 0, 1, 2
 * are DH 1024/160, 2048/224, 2048/256 (RFC 5114); 8..18 are curves and equal
 * enum perso_curve (key.h). Made once in the life of the process; borrowed,
 * never freed. PERSO_E_UNSUPPORTED for any other id (reserved ones too),
 * PERSO_E_CRYPTO. */
PERSO_MUST perso_rc perso_group_get(
    uint64_t id, const struct perso_group **ret);

/* From an AlgorithmIdentifier, whole TLV, nothing after it:
 *	standardizedDomainParameters 0.4.0.127.0.7.1.2 { id }
 *	dhpublicnumber 1.2.840.10046.2.1 (RFC 3279, 2.3.3: p, g, q, j, ...)
 *	dhKeyAgreement 1.2.840.113549.1.3.1 (PKCS#3: p, g; the length of
 *	    private values is read and not used)
 *	id-ecPublicKey, named or explicit (RFC 3279, 2.3.5)
 * Parameters equal to standardised ones are recognised as them. Hostile
 * ones are refused: PERSO_E_DATA, _TRUNCATED, _TRAILING, _RANGE (not DER),
 * PERSO_E_UNSUPPORTED (another algorithm or curve form), PERSO_E_KEY: p not
 * prime or outside 1024..4096 bits (EC fields: 160..640), q not a prime of
 * 160 bits or more dividing p-1, g not of order q, degenerate curves. For
 * PKCS#3 the order is (p-1)/2 if that is prime, otherwise it is unknown:
 * scalars are then below p-1 and elements can be checked for their range
 * only. */
PERSO_MUST perso_rc perso_group_from_params(
    struct perso_span alg_id, struct perso_group **ret);

/* The same group with another generator: the mapped one of PACE. Cheap: the
 * parameters are shared, and g may be freed before it. PERSO_E_ARG if e is
 * of another kind of group, PERSO_E_NOMEM. */
struct perso_elem;
PERSO_MUST perso_rc perso_group_with_generator(const struct perso_group *g,
    const struct perso_elem *e, struct perso_group **ret);

/* Groups of _from_params and _with_generator only; sets *g to NULL. */
void perso_group_free(struct perso_group **g);

#define PERSO_GROUP(name)                                                     \
	__attribute__((cleanup(perso_group_free))) struct perso_group *name = \
	    NULL

#define PERSO_GROUP_EXPLICIT (-1)

enum perso_agree_kind perso_group_kind(const struct perso_group *g);
/* The standardised id (with any generator), or PERSO_GROUP_EXPLICIT. */
int perso_group_id(const struct perso_group *g);
/* "brainpoolP256r1", "DH 2048/256 (RFC 5114)", "explicit EC". Static. */
const char *perso_group_name(const struct perso_group *g);
size_t perso_group_bits(const struct perso_group *g);	   /* of p */
size_t perso_group_field_len(const struct perso_group *g); /* bytes of p */
size_t perso_group_order_len(const struct perso_group *g); /* of scalars */
/* Bytes of an encoded element: 1 + 2 * field_len, or field_len (DH). */
size_t perso_group_elem_len(const struct perso_group *g);
/* Is the order of the generator known (see _from_params)? */
bool perso_group_has_order(const struct perso_group *g);
/* The same parameters; mapped generators are not compared. Elements can be
 * used in another group only if both are recognised as standardised, or one
 * is the other with a generator. */
bool perso_group_equal(
    const struct perso_group *a, const struct perso_group *b);
/* The generator in force; borrowed from g. */
const struct perso_elem *perso_group_generator(const struct perso_group *g);

/* ---- Scalars: private values and nonces. ---- */

/* A uniform value in 1..order-1 from perso_random(): order_len bytes are
 * drawn, bits above the order's highest are cleared, and the draw is thrown
 * away and repeated while it is 0 or not below the order (PERSO_E_CRYPTO
 * after 128 times). So a generator that a test has pinned to a private value
 * gives that value. */
PERSO_MUST perso_rc perso_scalar_random(
    const struct perso_group *g, struct perso_num *ret);

/* A given private value in 1..order-1, of any length with leading zeros.
 * PERSO_E_RANGE. */
PERSO_MUST perso_rc perso_scalar_set(
    const struct perso_group *g, struct perso_span v, struct perso_num *ret);

/* v modulo the order: nonces, which may be longer than it, and DH private
 * values that were not drawn below it. PERSO_E_RANGE if that is 0 or v is
 * longer than PERSO_NUM_MAX. */
PERSO_MUST perso_rc perso_scalar_reduce(
    const struct perso_group *g, struct perso_span v, struct perso_num *ret);

/* ---- Elements: public values. ---- */

struct perso_elem;

/* 04 || x || y, or a DH public value of field_len bytes; nothing else
 * (lengths are exact: what a SecurityInfo's INTEGER lost must be put back).
 * The element has been validated: coordinates below p, on the curve, not the
 * neutral element, in the subgroup of the group's order; DH: 1 < y < p-1 and
 * y^q = 1. PERSO_E_RANGE for a wrong length, PERSO_E_UNSUPPORTED for other
 * encodings of points, PERSO_E_KEY for all else. Doc 9303-11, 4.4.3.3. */
PERSO_MUST perso_rc perso_elem_decode(
    const struct perso_group *g, struct perso_span v, struct perso_elem **ret);

/* Appends elem_len bytes. */
PERSO_MUST perso_rc perso_elem_encode(const struct perso_group *g,
    const struct perso_elem *e, struct perso_buf *ret);

/* x-coordinate, or the DH value: field_len bytes. As shared secret:
 * Doc 9303-11, 9.4.1 (DH) and 9.4.2 (ECDH). */
PERSO_MUST perso_rc perso_elem_x(const struct perso_group *g,
    const struct perso_elem *e, struct perso_num *ret);

/* k times the group's generator. */
PERSO_MUST perso_rc perso_elem_base_mul(const struct perso_group *g,
    const struct perso_num *k, struct perso_elem **ret);

/* k times e. PERSO_E_KEY if that is the neutral element. */
PERSO_MUST perso_rc perso_elem_mul(const struct perso_group *g,
    const struct perso_elem *e, const struct perso_num *k,
    struct perso_elem **ret);

/* a + b (a may be b). PERSO_E_KEY if that is the neutral element. */
PERSO_MUST perso_rc perso_elem_add(const struct perso_group *g,
    const struct perso_elem *a, const struct perso_elem *b,
    struct perso_elem **ret);

bool perso_elem_equal(const struct perso_group *g, const struct perso_elem *a,
    const struct perso_elem *b);

/* Wipes; sets *e to NULL. */
void perso_elem_free(struct perso_elem **e);

#define PERSO_ELEM(name) \
	__attribute__((cleanup(perso_elem_free))) struct perso_elem *name = NULL

/* All of these: scalars and elements of another group give PERSO_E_ARG where
 * that shows (kind, length), and *ret, which must not own anything on entry,
 * is set on success only. */

/* ---- SubjectPublicKeyInfo, as ChipAuthenticationPublicKeyInfo has it. ---- */

/* Whole TLV: group (as _from_params) and public value (validated); the value
 * is the point itself, or for DH a DER INTEGER. Codes of _from_params and
 * perso_elem_decode. */
PERSO_MUST perso_rc perso_group_from_spki(struct perso_span spki,
    struct perso_group **ret_group, struct perso_elem **ret);

/* Appends AlgorithmIdentifier: standardizedDomainParameters (PERSO_E_ARG for
 * explicit groups), or explicit dhpublicnumber / ECParameters
 * (PERSO_E_UNSUPPORTED without known order). The group's own generator is
 * written, whatever _with_generator set. */
PERSO_MUST perso_rc perso_group_params(
    const struct perso_group *g, bool standardised, struct perso_buf *ret);
/* Appends SubjectPublicKeyInfo of e with these parameters. */
PERSO_MUST perso_rc perso_group_spki(const struct perso_group *g,
    bool standardised, const struct perso_elem *e, struct perso_buf *ret);

/* ---- Domain parameters as numbers, and the field modulo p. ---- */

enum perso_group_num {
	PERSO_GROUP_P,
	PERSO_GROUP_A, /* EC only */
	PERSO_GROUP_B, /* EC only */
	PERSO_GROUP_ORDER,
	PERSO_GROUP_COFACTOR, /* DH: (p-1)/q, the exponent of DH-IM */
	PERSO_GROUP_ROOT      /* EC only, p = 3 mod 4: p-1-(p+1)/4, the
			       * exponent of ECDH-IM, Doc 9303-11, B.2 */
};

/* field_len bytes, ORDER order_len. PERSO_E_UNSUPPORTED where there is no
 * such number. */
PERSO_MUST perso_rc perso_group_num(const struct perso_group *g,
    enum perso_group_num which, struct perso_num *ret);

/* v modulo p (v of at most 2 * PERSO_NUM_MAX bytes: PERSO_E_RANGE). */
PERSO_MUST perso_rc perso_field_reduce(
    const struct perso_group *g, struct perso_span v, struct perso_num *ret);

/* Operands must be below p: PERSO_E_RANGE. ret may be an operand. */
PERSO_MUST perso_rc perso_field_add(const struct perso_group *g,
    const struct perso_num *a, const struct perso_num *b,
    struct perso_num *ret);
PERSO_MUST perso_rc perso_field_sub(const struct perso_group *g,
    const struct perso_num *a, const struct perso_num *b,
    struct perso_num *ret);
PERSO_MUST perso_rc perso_field_mul(const struct perso_group *g,
    const struct perso_num *a, const struct perso_num *b,
    struct perso_num *ret);
/* a^e; e of any length. */
PERSO_MUST perso_rc perso_field_exp(const struct perso_group *g,
    const struct perso_num *a, const struct perso_num *e,
    struct perso_num *ret);
/* 1/a; PERSO_E_RANGE for 0. */
PERSO_MUST perso_rc perso_field_inv(const struct perso_group *g,
    const struct perso_num *a, struct perso_num *ret);

#endif
