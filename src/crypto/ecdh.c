/*
 * Elements that are points of a curve.
 *
 * EC_POINT_mul() runs its constant-time ladder (or the constant-time code of
 * its own curves) only where it is given one scalar: never base and point in
 * one call. The order itself as a scalar is public and may be faster.
 * Without a BN_CTX of ours each call makes one and wipes it: a kept one would
 * keep what passed through it, and gains one per cent.
 */
#include "agree_int.h"

static perso_rc
check_subgroup(const struct agree_core *c, const EC_POINT *pt)
{
	CLEANUP(ossl_point_done) EC_POINT *np = NULL;

	if (BN_is_one(EC_GROUP_get0_cofactor(c->ec.group)))
		return PERSO_OK;
	np = EC_POINT_new(c->ec.group);
	if (np == NULL || EC_POINT_mul(c->ec.group, np, NULL, pt,
			      EC_GROUP_get0_order(c->ec.group), NULL) != 1)
		return ossl_fail(PERSO_E_CRYPTO, "point");
	if (EC_POINT_is_at_infinity(c->ec.group, np) != 1)
		PERSO_FAIL(PERSO_E_KEY, "point is of another order");
	return PERSO_OK;
}

static perso_rc
decode(const struct agree_core *c, struct perso_span v, struct perso_elem *ret)
{
	/* Looks at the form, at x, y < p and at the equation. */
	if (EC_POINT_oct2point(c->ec.group, ret->pt, v.p, v.n, NULL) != 1)
		return ossl_fail(PERSO_E_KEY, "point");
	if (EC_POINT_is_at_infinity(c->ec.group, ret->pt))
		PERSO_FAIL(PERSO_E_KEY, "point at infinity");
	return check_subgroup(c, ret->pt);
}

static perso_rc
encode(const struct agree_core *c, const struct perso_elem *e, uint8_t *dst)
{
	if (EC_POINT_point2oct(c->ec.group, e->pt,
		POINT_CONVERSION_UNCOMPRESSED, dst, c->elem, NULL) != c->elem)
		return ossl_fail(PERSO_E_CRYPTO, "point");
	return PERSO_OK;
}

static perso_rc
x_coordinate(
    const struct agree_core *c, const struct perso_elem *e, uint8_t *dst)
{
	CLEANUP(ossl_bn_done) BIGNUM *x = BN_new();

	if (x == NULL ||
	    EC_POINT_get_affine_coordinates(
		c->ec.group, e->pt, x, NULL, NULL) != 1 ||
	    BN_bn2binpad(x, dst, (int)c->field) < 0)
		return ossl_fail(PERSO_E_CRYPTO, "point");
	return PERSO_OK;
}

static perso_rc
mul(const struct agree_core *c, const struct perso_elem *e, const BIGNUM *k,
    struct perso_elem *ret)
{
	bool base = e == &c->gen;

	if (EC_POINT_mul(c->ec.group, ret->pt, base ? k : NULL,
		base ? NULL : e->pt, base ? NULL : k, NULL) != 1)
		return ossl_fail(PERSO_E_CRYPTO, "point multiplication");
	return PERSO_OK;
}

static perso_rc
add(const struct agree_core *c, const struct perso_elem *a,
    const struct perso_elem *b, struct perso_elem *ret)
{
	if (EC_POINT_add(c->ec.group, ret->pt, a->pt, b->pt, NULL) != 1)
		return ossl_fail(PERSO_E_CRYPTO, "point addition");
	return PERSO_OK;
}

static bool
degenerate(const struct agree_core *c, const struct perso_elem *e)
{
	return EC_POINT_is_at_infinity(c->ec.group, e->pt) == 1;
}

static bool
equal(const struct agree_core *c, const struct perso_elem *a,
    const struct perso_elem *b)
{
	return EC_POINT_cmp(c->ec.group, a->pt, b->pt, NULL) == 0;
}

const struct agree_ops agree_ec_ops = {
	.name = "ecdh",
	.decode = decode,
	.encode = encode,
	.x = x_coordinate,
	.mul = mul,
	.add = add,
	.degenerate = degenerate,
	.equal = equal,
};
