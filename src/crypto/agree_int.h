/*
 * Private to crypto: groups for key agreement, elements, and the two kinds
 * of arithmetic behind them.
 */
#ifndef AGREE_INT_H
#define AGREE_INT_H

#include <stdatomic.h>

#include "crypto_int.h"
#include "perso/agree.h"

#define OID_DHX "1.2.840.10046.2.1"
#define OID_DH_PKCS3 "1.2.840.113549.1.3.1"
#define OID_STD_PARAMS "0.4.0.127.0.7.1.2"

#define DH_BITS_MIN 1024
#define DH_BITS_MAX (8 * PERSO_NUM_MAX)
#define DH_ORDER_BITS_MIN 160

struct agree_core;

struct perso_elem {
	struct agree_core *core; /* held, but not by core->gen */
	EC_POINT *pt;		 /* EC */
	BIGNUM *y;		 /* DH */
};

/* ret has been made by agree_elem_new(). */
struct agree_ops {
	const char *name;
	/* Validates everything but the length, which fits. */
	perso_rc (*decode)(const struct agree_core *c, struct perso_span v,
	    struct perso_elem *ret);
	/* elem_len bytes; field bytes. */
	perso_rc (*encode)(const struct agree_core *c,
	    const struct perso_elem *e, uint8_t *dst);
	perso_rc (*x)(const struct agree_core *c, const struct perso_elem *e,
	    uint8_t *dst);
	/* k is secret. */
	perso_rc (*mul)(const struct agree_core *c, const struct perso_elem *e,
	    const BIGNUM *k, struct perso_elem *ret);
	perso_rc (*add)(const struct agree_core *c, const struct perso_elem *a,
	    const struct perso_elem *b, struct perso_elem *ret);
	/* Is it an element that decode would refuse? */
	bool (*degenerate)(
	    const struct agree_core *c, const struct perso_elem *e);
	bool (*equal)(const struct agree_core *c, const struct perso_elem *a,
	    const struct perso_elem *b);
};

extern const struct agree_ops agree_ec_ops, agree_dh_ops;

/* Domain parameters, shared by all groups that differ in their generator
 * only, and by their elements. */
struct agree_core {
	atomic_uint holders;
	bool fixed; /* standardised: never freed */
	enum perso_agree_kind kind;
	const struct agree_ops *ops;
	int id;
	const char *name;
	struct ec_domain ec;
	BIGNUM *p, *a, *b; /* a, b: EC */
	BIGNUM *q;	   /* the order, or NULL */
	BIGNUM *bound;	   /* scalars are below it: q or p - 1 */
	BN_MONT_CTX *mont; /* modulo p */
	size_t field, order, elem;
	struct perso_elem gen;
};

struct perso_group {
	struct agree_core *core;
	struct perso_elem *gen; /* NULL: the core's */
};

/* group.c */
void agree_core_drop(struct agree_core **c);
/* The core of a standardised id; borrowed. */
PERSO_MUST perso_rc agree_core_known(uint64_t id, struct agree_core **ret);
/* A new core around d, which moves into it on success. */
PERSO_MUST perso_rc agree_core_ec(struct ec_domain *d, struct agree_core **ret);
/* q NULL: not known. Numbers are copied. Nothing is checked. */
PERSO_MUST perso_rc agree_core_dh(
    const BIGNUM *p, const BIGNUM *q, const BIGNUM *g, struct agree_core **ret);
/* Takes over the caller's hold of c, also on failure. */
PERSO_MUST perso_rc agree_group_new(
    struct agree_core *c, struct perso_group **ret);

/* dhparam.c: contents of DomainParameters (RFC 3279, 2.3.3), or of
 * DHParameter (PKCS#3). ret is held for the caller. */
PERSO_MUST perso_rc agree_dh_parse(
    struct perso_rd *rd, bool pkcs3, struct agree_core **ret);
void agree_dh_write(struct perso_wr *w, const struct agree_core *c);

/* An element without a value, holding c. */
PERSO_MUST perso_rc agree_elem_new(
    struct agree_core *c, struct perso_elem **ret);

/* elem.c */
PERSO_MUST perso_rc agree_elem_dup(
    const struct perso_elem *e, struct perso_elem **ret);

/* scalar.c: a BIGNUM to be used in constant time; NULL without memory. */
BIGNUM *agree_secret_bn(struct perso_span v);

#endif
