/*
 * Elements of a group: what both kinds have in common.
 */
#include <stdlib.h>

#include "agree_int.h"

/* see perso/agree.h */
void
perso_elem_free(struct perso_elem **e)
{
	struct perso_elem *it = *e;

	*e = NULL;
	if (it == NULL)
		return;
	EC_POINT_clear_free(it->pt);
	BN_clear_free(it->y);
	agree_core_drop(&it->core);
	free(it);
}

/* see agree_int.h */
perso_rc
agree_elem_dup(const struct perso_elem *e, struct perso_elem **ret)
{
	PERSO_ELEM(d);

	PERSO_TRY(agree_elem_new(e->core, &d));
	if (e->pt != NULL ? EC_POINT_copy(d->pt, e->pt) != 1
			  : BN_copy(d->y, e->y) == NULL)
		return ossl_fail(PERSO_E_NOMEM, "element");
	*ret = d;
	d = NULL;
	return PERSO_OK;
}

static perso_rc
belongs(const struct perso_group *g, const struct perso_elem *e)
{
	if (e->core != g->core)
		PERSO_FAIL(PERSO_E_ARG, "element of another group");
	return PERSO_OK;
}

/* see perso/agree.h */
perso_rc
perso_elem_decode(
    const struct perso_group *g, struct perso_span v, struct perso_elem **ret)
{
	struct agree_core *c = g->core;
	uint8_t form = v.n != 0 ? v.p[0] : 0xFF;
	PERSO_ELEM(e);

	if (c->kind == PERSO_AGREE_ECDH && form == 0 && v.n == 1)
		PERSO_FAIL(PERSO_E_KEY, "point at infinity");
	if (c->kind == PERSO_AGREE_ECDH && form != 4 && v.n != 0)
		PERSO_FAIL(PERSO_E_UNSUPPORTED, "point is not uncompressed");
	if (v.n != c->elem)
		PERSO_FAIL(PERSO_E_RANGE, "public value of %zu bytes, not %zu",
		    v.n, c->elem);
	PERSO_TRY(agree_elem_new(c, &e));
	PERSO_TRY(c->ops->decode(c, v, e));
	*ret = e;
	e = NULL;
	return PERSO_OK;
}

/* see perso/agree.h */
perso_rc
perso_elem_encode(const struct perso_group *g, const struct perso_elem *e,
    struct perso_buf *ret)
{
	const struct agree_core *c = g->core;
	size_t start = ret->n;
	perso_rc rc;

	PERSO_TRY(belongs(g, e));
	PERSO_TRY(perso_buf_resize(ret, start + c->elem));
	rc = c->ops->encode(c, e, ret->p + start);
	if (rc != PERSO_OK && perso_buf_resize(ret, start) != PERSO_OK)
		perso_buf_clear(ret); /* shrinking cannot fail */
	return rc;
}

/* see perso/agree.h */
perso_rc
perso_elem_x(const struct perso_group *g, const struct perso_elem *e,
    struct perso_num *ret)
{
	const struct agree_core *c = g->core;
	PERSO_NUM(x);

	PERSO_TRY(belongs(g, e));
	x.n = c->field;
	PERSO_TRY(c->ops->x(c, e, x.p));
	perso_num_wipe(ret);
	memcpy(ret->p, x.p, x.n);
	ret->n = x.n;
	return PERSO_OK;
}

/* see perso/agree.h */
perso_rc
perso_elem_base_mul(const struct perso_group *g, const struct perso_num *k,
    struct perso_elem **ret)
{
	return perso_elem_mul(g, perso_group_generator(g), k, ret);
}

/* see perso/agree.h */
perso_rc
perso_elem_mul(const struct perso_group *g, const struct perso_elem *e,
    const struct perso_num *k, struct perso_elem **ret)
{
	struct agree_core *c = g->core;
	CLEANUP(ossl_bn_done) BIGNUM *bn = NULL;
	PERSO_ELEM(r);

	PERSO_TRY(belongs(g, e));
	if (k->n != c->order)
		PERSO_FAIL(PERSO_E_ARG, "scalar of %zu bytes, not %zu", k->n,
		    c->order);
	bn = agree_secret_bn(perso_num_span(k));
	if (bn == NULL)
		return ossl_fail(PERSO_E_NOMEM, "scalar");
	PERSO_TRY(agree_elem_new(c, &r));
	PERSO_TRY(c->ops->mul(c, e, bn, r));
	if (c->ops->degenerate(c, r))
		PERSO_FAIL(PERSO_E_KEY, "product is a neutral element");
	*ret = r;
	r = NULL;
	return PERSO_OK;
}

/* see perso/agree.h */
perso_rc
perso_elem_add(const struct perso_group *g, const struct perso_elem *a,
    const struct perso_elem *b, struct perso_elem **ret)
{
	struct agree_core *c = g->core;
	PERSO_ELEM(r);

	PERSO_TRY(belongs(g, a));
	PERSO_TRY(belongs(g, b));
	PERSO_TRY(agree_elem_new(c, &r));
	PERSO_TRY(c->ops->add(c, a, b, r));
	if (c->ops->degenerate(c, r))
		PERSO_FAIL(PERSO_E_KEY, "sum is a neutral element");
	*ret = r;
	r = NULL;
	return PERSO_OK;
}

/* see perso/agree.h */
bool
perso_elem_equal(const struct perso_group *g, const struct perso_elem *a,
    const struct perso_elem *b)
{
	return a->core == g->core && b->core == g->core &&
	       g->core->ops->equal(g->core, a, b);
}
