/*
 * Numbers: private values and nonces.
 */
#include "agree_int.h"
#include "perso/hooks.h"

#define DRAWS_MAX 128

/* see perso/agree.h */
void
perso_num_wipe(struct perso_num *v)
{
	perso_wipe(v, sizeof(*v));
}

/* see agree_int.h */
BIGNUM *
agree_secret_bn(struct perso_span v)
{
	BIGNUM *bn = BN_bin2bn(v.p, (int)v.n, NULL);

	if (bn != NULL)
		BN_set_flags(bn, BN_FLG_CONSTTIME);
	return bn;
}

static bool
in_range(const struct agree_core *c, const BIGNUM *k)
{
	return !BN_is_zero(k) && BN_ucmp(k, c->bound) < 0;
}

static perso_rc
store(const struct agree_core *c, const BIGNUM *k, struct perso_num *ret)
{
	perso_num_wipe(ret);
	if (BN_bn2binpad(k, ret->p, (int)c->order) < 0)
		return ossl_fail(PERSO_E_CRYPTO, "scalar");
	ret->n = c->order;
	return PERSO_OK;
}

/* see perso/agree.h */
perso_rc
perso_scalar_random(const struct perso_group *g, struct perso_num *ret)
{
	const struct agree_core *c = g->core;
	unsigned spare =
	    (unsigned)(8 * c->order) - (unsigned)BN_num_bits(c->bound);
	PERSO_NUM(draw);

	draw.n = c->order;
	for (int i = 0; i < DRAWS_MAX; i++) {
		CLEANUP(ossl_bn_done) BIGNUM *k = NULL;

		PERSO_TRY(perso_random(draw.p, draw.n));
		draw.p[0] &= (uint8_t)(0xFFu >> spare);
		k = agree_secret_bn(perso_num_span(&draw));
		if (k == NULL)
			return ossl_fail(PERSO_E_NOMEM, "scalar");
		if (in_range(c, k))
			return store(c, k, ret);
	}
	PERSO_FAIL(PERSO_E_CRYPTO, "random generator gives no scalar");
}

/* see perso/agree.h */
perso_rc
perso_scalar_set(
    const struct perso_group *g, struct perso_span v, struct perso_num *ret)
{
	CLEANUP(ossl_bn_done) BIGNUM *k = NULL;

	if (v.n > PERSO_NUM_MAX)
		PERSO_FAIL(PERSO_E_RANGE, "scalar of %zu bytes", v.n);
	k = agree_secret_bn(v);
	if (k == NULL)
		return ossl_fail(PERSO_E_NOMEM, "scalar");
	if (!in_range(g->core, k))
		PERSO_FAIL(PERSO_E_RANGE, "scalar not within the order");
	return store(g->core, k, ret);
}

/* see perso/agree.h */
perso_rc
perso_scalar_reduce(
    const struct perso_group *g, struct perso_span v, struct perso_num *ret)
{
	CLEANUP(ossl_bn_ctx_done) BN_CTX *ctx = BN_CTX_new();
	CLEANUP(ossl_bn_done) BIGNUM *k = NULL, *r = NULL;

	if (v.n > PERSO_NUM_MAX)
		PERSO_FAIL(PERSO_E_RANGE, "scalar of %zu bytes", v.n);
	k = agree_secret_bn(v);
	r = BN_new();
	if (ctx == NULL || k == NULL || r == NULL ||
	    BN_mod(r, k, g->core->bound, ctx) != 1)
		return ossl_fail(PERSO_E_CRYPTO, "scalar");
	if (BN_is_zero(r))
		PERSO_FAIL(PERSO_E_RANGE, "scalar is a multiple of the order");
	return store(g->core, r, ret);
}
