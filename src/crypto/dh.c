/*
 * Elements that are numbers modulo a prime.
 */
#include "agree_int.h"

/* 0, 1, p - 1 and what is not below p. */
static bool
out_of_range(const struct agree_core *c, const BIGNUM *y)
{
	CLEANUP(ossl_bn_done) BIGNUM *last = BN_dup(c->p);

	return last == NULL || BN_sub_word(last, 1) != 1 || BN_is_zero(y) ||
	       BN_is_one(y) || BN_cmp(y, last) >= 0;
}

/* y is public: a plain exponentiation will do. */
static perso_rc
check_subgroup(const struct agree_core *c, const BIGNUM *y)
{
	CLEANUP(ossl_bn_ctx_done) BN_CTX *ctx = NULL;
	CLEANUP(ossl_bn_done) BIGNUM *r = NULL;

	if (c->q == NULL)
		return PERSO_OK;
	ctx = BN_CTX_new();
	r = BN_new();
	if (ctx == NULL || r == NULL ||
	    BN_mod_exp_mont(r, y, c->q, c->p, ctx, c->mont) != 1)
		return ossl_fail(PERSO_E_CRYPTO, "public value");
	if (!BN_is_one(r))
		PERSO_FAIL(PERSO_E_KEY, "public value is of another order");
	return PERSO_OK;
}

static perso_rc
decode(const struct agree_core *c, struct perso_span v, struct perso_elem *ret)
{
	if (BN_bin2bn(v.p, (int)v.n, ret->y) == NULL)
		return ossl_fail(PERSO_E_NOMEM, "public value");
	if (out_of_range(c, ret->y))
		PERSO_FAIL(PERSO_E_KEY, "public value out of range");
	return check_subgroup(c, ret->y);
}

static perso_rc
encode(const struct agree_core *c, const struct perso_elem *e, uint8_t *dst)
{
	if (BN_bn2binpad(e->y, dst, (int)c->field) < 0)
		return ossl_fail(PERSO_E_CRYPTO, "public value");
	return PERSO_OK;
}

static perso_rc
mul(const struct agree_core *c, const struct perso_elem *e, const BIGNUM *k,
    struct perso_elem *ret)
{
	CLEANUP(ossl_bn_ctx_done) BN_CTX *ctx = BN_CTX_new();

	if (ctx == NULL ||
	    BN_mod_exp_mont_consttime(ret->y, e->y, k, c->p, ctx, c->mont) != 1)
		return ossl_fail(PERSO_E_CRYPTO, "exponentiation");
	return PERSO_OK;
}

/* (a R) b / R: both may be secret, so no division. */
static perso_rc
add(const struct agree_core *c, const struct perso_elem *a,
    const struct perso_elem *b, struct perso_elem *ret)
{
	CLEANUP(ossl_bn_ctx_done) BN_CTX *ctx = BN_CTX_new();
	CLEANUP(ossl_bn_done) BIGNUM *t = BN_new();

	if (ctx == NULL || t == NULL ||
	    BN_to_montgomery(t, a->y, c->mont, ctx) != 1 ||
	    BN_mod_mul_montgomery(ret->y, t, b->y, c->mont, ctx) != 1)
		return ossl_fail(PERSO_E_CRYPTO, "multiplication");
	return PERSO_OK;
}

static bool
degenerate(const struct agree_core *c, const struct perso_elem *e)
{
	return out_of_range(c, e->y);
}

static bool
equal(const struct agree_core *c, const struct perso_elem *a,
    const struct perso_elem *b)
{
	(void)c;
	return BN_cmp(a->y, b->y) == 0;
}

const struct agree_ops agree_dh_ops = {
	.name = "dh",
	.decode = decode,
	.encode = encode,
	.x = encode,
	.mul = mul,
	.add = add,
	.degenerate = degenerate,
	.equal = equal,
};
