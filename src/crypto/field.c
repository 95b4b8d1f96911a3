/*
 * Domain parameters as numbers, and arithmetic modulo p on them.
 */
#include "agree_int.h"

static perso_rc
store(const BIGNUM *v, size_t n, struct perso_num *ret)
{
	PERSO_NUM(out);

	if (BN_bn2binpad(v, out.p, (int)n) < 0)
		return ossl_fail(PERSO_E_CRYPTO, "number");
	perso_num_wipe(ret);
	memcpy(ret->p, out.p, n);
	ret->n = n;
	return PERSO_OK;
}

static perso_rc
load(const struct agree_core *c, const struct perso_num *v, BIGNUM **ret)
{
	BIGNUM *bn = agree_secret_bn(perso_num_span(v));

	if (bn == NULL)
		return ossl_fail(PERSO_E_NOMEM, "number");
	if (BN_ucmp(bn, c->p) >= 0) {
		BN_clear_free(bn);
		PERSO_FAIL(PERSO_E_RANGE, "number not below p");
	}
	*ret = bn;
	return PERSO_OK;
}

/* p - 1 - (p + 1) / 4 = (3 p - 5) / 4. */
static bool
root_exponent(const struct agree_core *c, BIGNUM *r)
{
	return BN_mod_word(c->p, 4) == 3 && BN_copy(r, c->p) != NULL &&
	       BN_mul_word(r, 3) == 1 && BN_sub_word(r, 5) == 1 &&
	       BN_rshift(r, r, 2) == 1;
}

static bool
dh_cofactor(const struct agree_core *c, BIGNUM *r)
{
	CLEANUP(ossl_bn_ctx_done) BN_CTX *ctx = BN_CTX_new();
	CLEANUP(ossl_bn_done) BIGNUM *n = BN_dup(c->p);

	return ctx != NULL && n != NULL && BN_sub_word(n, 1) == 1 &&
	       BN_div(r, NULL, n, c->q, ctx) == 1;
}

static bool
has_number(const struct agree_core *c, enum perso_group_num which)
{
	bool ec = c->kind == PERSO_AGREE_ECDH;

	switch (which) {
	case PERSO_GROUP_P:
		return true;
	case PERSO_GROUP_A:
	case PERSO_GROUP_B:
		return ec;
	case PERSO_GROUP_ORDER:
	case PERSO_GROUP_COFACTOR:
		return c->q != NULL;
	case PERSO_GROUP_ROOT:
		return ec && BN_mod_word(c->p, 4) == 3;
	}
	return false;
}

static bool
number(const struct agree_core *c, enum perso_group_num which, BIGNUM *r)
{
	const BIGNUM *from = c->p;

	if (which == PERSO_GROUP_ROOT)
		return root_exponent(c, r);
	if (which == PERSO_GROUP_COFACTOR && c->kind == PERSO_AGREE_DH)
		return dh_cofactor(c, r);
	if (which == PERSO_GROUP_COFACTOR)
		from = EC_GROUP_get0_cofactor(c->ec.group);
	else if (which == PERSO_GROUP_A)
		from = c->a;
	else if (which == PERSO_GROUP_B)
		from = c->b;
	else if (which == PERSO_GROUP_ORDER)
		from = c->q;
	return BN_copy(r, from) != NULL;
}

/* see perso/agree.h */
perso_rc
perso_group_num(const struct perso_group *g, enum perso_group_num which,
    struct perso_num *ret)
{
	const struct agree_core *c = g->core;
	CLEANUP(ossl_bn_done) BIGNUM *r = BN_new();

	if (!has_number(c, which))
		PERSO_FAIL(
		    PERSO_E_UNSUPPORTED, "group has no such domain parameter");
	if (r == NULL || !number(c, which, r))
		return ossl_fail(PERSO_E_CRYPTO, "domain parameter");
	return store(r, which == PERSO_GROUP_ORDER ? c->order : c->field, ret);
}

/* see perso/agree.h */
perso_rc
perso_field_reduce(
    const struct perso_group *g, struct perso_span v, struct perso_num *ret)
{
	CLEANUP(ossl_bn_ctx_done) BN_CTX *ctx = BN_CTX_new();
	CLEANUP(ossl_bn_done) BIGNUM *a = NULL, *r = BN_new();

	if (v.n > 2 * PERSO_NUM_MAX)
		PERSO_FAIL(PERSO_E_RANGE, "number of %zu bytes", v.n);
	a = agree_secret_bn(v);
	if (ctx == NULL || a == NULL || r == NULL ||
	    BN_mod(r, a, g->core->p, ctx) != 1)
		return ossl_fail(PERSO_E_CRYPTO, "reduction");
	return store(r, g->core->field, ret);
}

/* One operation on two numbers; false where OpenSSL fails. */
typedef bool (*binary_fn)(
    const struct agree_core *c, BIGNUM *r, const BIGNUM *a, const BIGNUM *b);

static bool
do_add(const struct agree_core *c, BIGNUM *r, const BIGNUM *a, const BIGNUM *b)
{
	return BN_mod_add_quick(r, a, b, c->p) == 1;
}

static bool
do_sub(const struct agree_core *c, BIGNUM *r, const BIGNUM *a, const BIGNUM *b)
{
	return BN_mod_sub_quick(r, a, b, c->p) == 1;
}

/* (a R) b / R. */
static bool
do_mul(const struct agree_core *c, BIGNUM *r, const BIGNUM *a, const BIGNUM *b)
{
	CLEANUP(ossl_bn_ctx_done) BN_CTX *ctx = BN_CTX_new();
	CLEANUP(ossl_bn_done) BIGNUM *t = BN_new();

	return ctx != NULL && t != NULL &&
	       BN_to_montgomery(t, a, c->mont, ctx) == 1 &&
	       BN_mod_mul_montgomery(r, t, b, c->mont, ctx) == 1;
}

static perso_rc
binary(const struct perso_group *g, binary_fn fn, const struct perso_num *in[2],
    struct perso_num *ret)
{
	CLEANUP(ossl_bn_done) BIGNUM *a = NULL, *b = NULL, *r = BN_new();

	PERSO_TRY(load(g->core, in[0], &a));
	PERSO_TRY(load(g->core, in[1], &b));
	if (r == NULL || !fn(g->core, r, a, b))
		return ossl_fail(PERSO_E_CRYPTO, "field operation");
	return store(r, g->core->field, ret);
}

/* see perso/agree.h */
perso_rc
perso_field_add(const struct perso_group *g, const struct perso_num *a,
    const struct perso_num *b, struct perso_num *ret)
{
	return binary(g, do_add, (const struct perso_num *[]){ a, b }, ret);
}

/* see perso/agree.h */
perso_rc
perso_field_sub(const struct perso_group *g, const struct perso_num *a,
    const struct perso_num *b, struct perso_num *ret)
{
	return binary(g, do_sub, (const struct perso_num *[]){ a, b }, ret);
}

/* see perso/agree.h */
perso_rc
perso_field_mul(const struct perso_group *g, const struct perso_num *a,
    const struct perso_num *b, struct perso_num *ret)
{
	return binary(g, do_mul, (const struct perso_num *[]){ a, b }, ret);
}

static perso_rc
power(const struct agree_core *c, const BIGNUM *a, const BIGNUM *e,
    struct perso_num *ret)
{
	CLEANUP(ossl_bn_ctx_done) BN_CTX *ctx = BN_CTX_new();
	CLEANUP(ossl_bn_done) BIGNUM *r = BN_new();

	if (ctx == NULL || r == NULL ||
	    BN_mod_exp_mont_consttime(r, a, e, c->p, ctx, c->mont) != 1)
		return ossl_fail(PERSO_E_CRYPTO, "exponentiation");
	return store(r, c->field, ret);
}

/* see perso/agree.h */
perso_rc
perso_field_exp(const struct perso_group *g, const struct perso_num *a,
    const struct perso_num *e, struct perso_num *ret)
{
	CLEANUP(ossl_bn_done) BIGNUM *x = NULL, *k = NULL;

	PERSO_TRY(load(g->core, a, &x));
	k = agree_secret_bn(perso_num_span(e));
	if (k == NULL)
		return ossl_fail(PERSO_E_NOMEM, "exponent");
	return power(g->core, x, k, ret);
}

/* a^(p-2): constant time, unlike the extended Euclidean algorithm.
 * see perso/agree.h */
perso_rc
perso_field_inv(const struct perso_group *g, const struct perso_num *a,
    struct perso_num *ret)
{
	CLEANUP(ossl_bn_done) BIGNUM *x = NULL, *k = NULL;

	PERSO_TRY(load(g->core, a, &x));
	if (BN_is_zero(x))
		PERSO_FAIL(PERSO_E_RANGE, "0 has no inverse");
	k = BN_dup(g->core->p);
	if (k == NULL || BN_sub_word(k, 2) != 1)
		return ossl_fail(PERSO_E_NOMEM, "exponent");
	return power(g->core, x, k, ret);
}
