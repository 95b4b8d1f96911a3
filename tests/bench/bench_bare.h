/*
 * The operations of public-key cryptography that the access protocols are
 * made of, bare: on a group made once, with a kept BN_CTX. A part of
 * bench_access.c.
 */
#ifndef PERSO_BENCH_BARE_H
#define PERSO_BENCH_BARE_H

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <stdio.h>

#include "bench.h"

static void
need(bool ok, const char *what)
{
	if (!ok)
		bench_need(PERSO_E_CRYPTO, what);
}

/* How many of each; exponents are as long as the order or as p. */
struct count {
	unsigned base, variable, add;	  /* points */
	unsigned secret, check, cofactor; /* DH */
	unsigned field;			  /* modulo p of a curve */
	unsigned sign;
};

struct bare {
	EC_GROUP *group;
	EC_POINT *point, *out;
	EVP_PKEY_CTX *signing;
	BN_CTX *ctx;
	BN_MONT_CTX *mont;
	BIGNUM *p, *q, *g;
	BIGNUM *k, *y, *r; /* a secret, an element, a result */
	BIGNUM *wide;	   /* an exponent as long as p, or (p-1)/q */
};

/* As one that was received. */
static bool
make_affine(struct bare *b)
{
	uint8_t text[160];
	size_t n = EC_POINT_point2oct(b->group, b->point,
	    POINT_CONVERSION_UNCOMPRESSED, text, sizeof(text), b->ctx);

	return n > 0 &&
	       EC_POINT_oct2point(b->group, b->point, text, n, b->ctx) == 1;
}

static void
open_curve(struct bare *b, int nid)
{
	b->group = EC_GROUP_new_by_curve_name(nid);
	need(b->group != NULL, "curve");
	b->point = EC_POINT_new(b->group);
	b->out = EC_POINT_new(b->group);
	b->q = BN_dup(EC_GROUP_get0_order(b->group));
	need(
	    EC_GROUP_get_curve(b->group, b->p, NULL, NULL, b->ctx) == 1 &&
		BN_priv_rand_range(b->k, b->q) == 1 &&
		EC_POINT_mul(b->group, b->point, b->k, NULL, NULL, b->ctx) == 1,
	    "curve");
	need(BN_priv_rand_range(b->y, b->p) == 1 && make_affine(b) &&
		 BN_sub(b->wide, b->p, BN_value_one()) == 1,
	    "curve");
}

static void
open_dh(struct bare *b, const char *name)
{
	char group[16];
	OSSL_PARAM params[2] = { OSSL_PARAM_END, OSSL_PARAM_END };
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "DHX", NULL);
	EVP_PKEY *k = NULL;

	BN_free(b->p);
	b->p = NULL;
	snprintf(group, sizeof(group), "%s", name);
	params[0] = OSSL_PARAM_construct_utf8_string(
	    OSSL_PKEY_PARAM_GROUP_NAME, group, 0);
	need(EVP_PKEY_fromdata_init(ctx) == 1 &&
		 EVP_PKEY_fromdata(ctx, &k, EVP_PKEY_KEY_PARAMETERS, params) ==
		     1 &&
		 EVP_PKEY_get_bn_param(k, OSSL_PKEY_PARAM_FFC_P, &b->p) == 1 &&
		 EVP_PKEY_get_bn_param(k, OSSL_PKEY_PARAM_FFC_Q, &b->q) == 1 &&
		 EVP_PKEY_get_bn_param(k, OSSL_PKEY_PARAM_FFC_G, &b->g) == 1,
	    "DH group");
	need(BN_priv_rand_range(b->k, b->q) == 1 &&
		 BN_mod_exp(b->y, b->g, b->k, b->p, b->ctx) == 1 &&
		 BN_sub(b->r, b->p, BN_value_one()) == 1 &&
		 BN_div(b->wide, NULL, b->r, b->q, b->ctx) == 1,
	    "DH group");
	EVP_PKEY_free(k);
	EVP_PKEY_CTX_free(ctx);
}

static void
open_signing(struct bare *b, int nid)
{
	EVP_PKEY *k = EVP_EC_gen(OBJ_nid2sn(nid));

	b->signing = EVP_PKEY_CTX_new(k, NULL);
	need(b->signing != NULL && EVP_PKEY_sign_init(b->signing) == 1,
	    "signing");
	EVP_PKEY_free(k);
}

static void
bare_open(struct bare *b, int nid, const char *dh)
{
	*b = (struct bare){ .ctx = BN_CTX_new(),
		.p = BN_new(),
		.k = BN_new(),
		.y = BN_new(),
		.r = BN_new(),
		.wide = BN_new() };
	if (dh != NULL) {
		open_dh(b, dh);
	} else {
		open_curve(b, nid);
		open_signing(b, nid);
	}
	b->mont = BN_MONT_CTX_new();
	need(BN_MONT_CTX_set(b->mont, b->p, b->ctx) == 1, "modulus");
	BN_set_flags(b->k, BN_FLG_CONSTTIME);
	BN_set_flags(b->wide, BN_FLG_CONSTTIME);
}

static void
bare_done(struct bare *b)
{
	EC_POINT_free(b->point);
	EC_POINT_free(b->out);
	EC_GROUP_free(b->group);
	EVP_PKEY_CTX_free(b->signing);
	BN_MONT_CTX_free(b->mont);
	BN_CTX_free(b->ctx);
	BN_free(b->p);
	BN_free(b->q);
	BN_free(b->g);
	BN_free(b->k);
	BN_free(b->y);
	BN_free(b->r);
	BN_free(b->wide);
}

static void
bare_power(struct bare *b, const BIGNUM *a, const BIGNUM *e, unsigned n)
{
	while (n-- > 0)
		need(BN_mod_exp_mont_consttime(
			 b->r, a, e, b->p, b->ctx, b->mont) == 1,
		    "exponentiation");
}

/* The signature is over another digest each time. */
static void
bare_sign(struct bare *b)
{
	static uint8_t digest[32];
	uint8_t sig[160];
	size_t n = sizeof(sig);

	digest[0]++;
	need(EVP_PKEY_sign(b->signing, sig, &n, digest, sizeof(digest)) == 1,
	    "signature");
}

static void
bare_run(struct bare *b, const struct count *c)
{
	for (unsigned i = 0; i < c->base; i++)
		need(EC_POINT_mul(b->group, b->out, b->k, NULL, NULL, b->ctx) ==
			 1,
		    "multiplication");
	for (unsigned i = 0; i < c->variable; i++)
		need(EC_POINT_mul(
			 b->group, b->out, NULL, b->point, b->k, b->ctx) == 1,
		    "multiplication");
	for (unsigned i = 0; i < c->add; i++)
		need(EC_POINT_add(b->group, b->out, b->out, b->point, b->ctx) ==
			 1,
		    "addition");
	bare_power(b, b->g, b->k, c->secret);
	bare_power(b, b->y, b->wide, c->cofactor + c->field);
	for (unsigned i = 0; i < c->check; i++)
		need(BN_mod_exp(b->r, b->y, b->q, b->p, b->ctx) == 1,
		    "exponentiation");
	for (unsigned i = 0; i < c->sign; i++)
		bare_sign(b);
}

#endif
