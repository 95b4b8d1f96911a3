/*
 * Groups for key agreement: making, sharing and asking them.
 */
#include <pthread.h>
#include <stdlib.h>

#include "agree_int.h"

/* The groups of RFC 5114 as OpenSSL calls them. */
static const struct dh_info {
	const char *ossl, *name;
} dh_known[] = {
	{ "dh_1024_160", "DH 1024/160 (RFC 5114)" },
	{ "dh_2048_224", "DH 2048/224 (RFC 5114)" },
	{ "dh_2048_256", "DH 2048/256 (RFC 5114)" },
};

#define DH_KNOWN (sizeof(dh_known) / sizeof(dh_known[0]))
#define IDS (PERSO_P521 + 1)

static void
core_free(struct agree_core *c)
{
	ec_domain_done(&c->ec);
	BN_free(c->p);
	BN_free(c->a);
	BN_free(c->b);
	BN_free(c->q);
	BN_free(c->bound);
	BN_MONT_CTX_free(c->mont);
	EC_POINT_free(c->gen.pt);
	BN_free(c->gen.y);
	free(c);
}

/* see agree_int.h */
void
agree_core_drop(struct agree_core **c)
{
	struct agree_core *it = *c;

	*c = NULL;
	if (it == NULL || it->fixed)
		return;
	if (atomic_fetch_sub(&it->holders, 1) == 1)
		core_free(it);
}

static struct agree_core *
hold(struct agree_core *c)
{
	if (!c->fixed)
		atomic_fetch_add(&c->holders, 1);
	return c;
}

static struct agree_core *
core_new(enum perso_agree_kind kind)
{
	struct agree_core *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	atomic_init(&c->holders, 1);
	c->kind = kind;
	c->ops = kind == PERSO_AGREE_ECDH ? &agree_ec_ops : &agree_dh_ops;
	c->id = PERSO_GROUP_EXPLICIT;
	c->gen.core = c;
	return c;
}

/* What follows from p and the bound. */
static perso_rc
core_finish(struct agree_core *c)
{
	CLEANUP(ossl_bn_ctx_done) BN_CTX *ctx = BN_CTX_new();

	c->mont = BN_MONT_CTX_new();
	if (ctx == NULL || c->mont == NULL ||
	    BN_MONT_CTX_set(c->mont, c->p, ctx) != 1)
		return ossl_fail(PERSO_E_CRYPTO, "domain parameters");
	c->field = (size_t)BN_num_bytes(c->p);
	c->order = (size_t)BN_num_bytes(c->bound);
	c->elem = c->kind == PERSO_AGREE_ECDH ? 1 + 2 * c->field : c->field;
	return PERSO_OK;
}

static perso_rc
fill_ec(struct agree_core *c, const struct ec_domain *d)
{
	const EC_GROUP *g = d->group;

	c->name = d->curve != PERSO_CURVE_NONE ? perso_curve_name(d->curve)
					       : "explicit EC";
	if (d->curve != PERSO_CURVE_NONE)
		c->id = (int)d->curve;
	c->p = BN_new();
	c->a = BN_new();
	c->b = BN_new();
	c->q = BN_dup(EC_GROUP_get0_order(g));
	c->bound = BN_dup(EC_GROUP_get0_order(g));
	c->gen.pt = EC_POINT_dup(EC_GROUP_get0_generator(g), g);
	if (c->p == NULL || c->a == NULL || c->b == NULL || c->q == NULL ||
	    c->bound == NULL || c->gen.pt == NULL ||
	    EC_GROUP_get_curve(g, c->p, c->a, c->b, NULL) != 1)
		return ossl_fail(PERSO_E_CRYPTO, "domain parameters");
	return core_finish(c);
}

/* see agree_int.h */
perso_rc
agree_core_ec(struct ec_domain *d, struct agree_core **ret)
{
	CLEANUP(agree_core_drop)
	struct agree_core *c = core_new(PERSO_AGREE_ECDH);

	if (c == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for a group");
	PERSO_TRY(fill_ec(c, d));
	c->ec = *d;
	*d = (struct ec_domain){ .curve = PERSO_CURVE_NONE };
	*ret = c;
	c = NULL;
	return PERSO_OK;
}

/* see agree_int.h */
perso_rc
agree_core_dh(
    const BIGNUM *p, const BIGNUM *q, const BIGNUM *g, struct agree_core **ret)
{
	CLEANUP(agree_core_drop)
	struct agree_core *c = core_new(PERSO_AGREE_DH);

	if (c == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for a group");
	c->name = "explicit DH";
	c->p = BN_dup(p);
	c->q = q != NULL ? BN_dup(q) : NULL;
	c->bound = BN_dup(q != NULL ? q : p);
	c->gen.y = BN_dup(g);
	if (c->p == NULL || (q != NULL && c->q == NULL) || c->bound == NULL ||
	    c->gen.y == NULL || (q == NULL && BN_sub_word(c->bound, 1) != 1))
		return ossl_fail(PERSO_E_NOMEM, "domain parameters");
	PERSO_TRY(core_finish(c));
	*ret = c;
	c = NULL;
	return PERSO_OK;
}

static perso_rc
make_dh(const struct dh_info *i, struct agree_core **ret)
{
	CLEANUP(ossl_pkey_ctx_done) EVP_PKEY_CTX *ctx = NULL;
	CLEANUP(ossl_pkey_done) EVP_PKEY *k = NULL;
	CLEANUP(ossl_bn_done) BIGNUM *p = NULL, *q = NULL, *g = NULL;
	char name[16];
	OSSL_PARAM params[2];

	memcpy(name, i->ossl, strlen(i->ossl) + 1);
	params[0] = OSSL_PARAM_construct_utf8_string(
	    OSSL_PKEY_PARAM_GROUP_NAME, name, 0);
	params[1] = OSSL_PARAM_construct_end();
	ctx = EVP_PKEY_CTX_new_from_name(NULL, "DHX", NULL);
	if (ctx == NULL || EVP_PKEY_fromdata_init(ctx) != 1 ||
	    EVP_PKEY_fromdata(ctx, &k, EVP_PKEY_KEY_PARAMETERS, params) != 1 ||
	    EVP_PKEY_get_bn_param(k, OSSL_PKEY_PARAM_FFC_P, &p) != 1 ||
	    EVP_PKEY_get_bn_param(k, OSSL_PKEY_PARAM_FFC_Q, &q) != 1 ||
	    EVP_PKEY_get_bn_param(k, OSSL_PKEY_PARAM_FFC_G, &g) != 1)
		return ossl_fail(PERSO_E_CRYPTO, i->name);
	PERSO_TRY(agree_core_dh(p, q, g, ret));
	(*ret)->id = (int)(i - dh_known);
	(*ret)->name = i->name;
	return PERSO_OK;
}

static perso_rc
make_known(uint64_t id, struct agree_core **ret)
{
	struct ec_domain d;

	if (id < DH_KNOWN)
		PERSO_TRY(make_dh(&dh_known[id], ret));
	else {
		PERSO_TRY(ec_domain_known((enum perso_curve)id, &d));
		PERSO_TRY(agree_core_ec(&d, ret));
	}
	(*ret)->fixed = true;
	return PERSO_OK;
}

/* Slots are filled once and never change. */
static struct perso_group known[IDS];

/* see perso/agree.h */
perso_rc
perso_group_get(uint64_t id, const struct perso_group **ret)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	perso_rc rc = PERSO_OK;

	if (id >= IDS || (id >= DH_KNOWN && id < PERSO_P192))
		PERSO_FAIL(PERSO_E_UNSUPPORTED,
		    "no standardised domain parameters of this id");
	pthread_mutex_lock(&lock);
	if (known[id].core == NULL)
		rc = make_known(id, &known[id].core);
	pthread_mutex_unlock(&lock);
	if (rc == PERSO_OK)
		*ret = &known[id];
	return rc;
}

/* see agree_int.h */
perso_rc
agree_core_known(uint64_t id, struct agree_core **ret)
{
	const struct perso_group *g;

	PERSO_TRY(perso_group_get(id, &g));
	*ret = g->core;
	return PERSO_OK;
}

/* see agree_int.h */
perso_rc
agree_group_new(struct agree_core *c, struct perso_group **ret)
{
	struct perso_group *g = calloc(1, sizeof(*g));

	if (g == NULL) {
		agree_core_drop(&c);
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for a group");
	}
	g->core = c;
	*ret = g;
	return PERSO_OK;
}

/* see perso/agree.h */
perso_rc
perso_group_with_generator(const struct perso_group *g,
    const struct perso_elem *e, struct perso_group **ret)
{
	PERSO_GROUP(made);

	if (e->core != g->core)
		PERSO_FAIL(PERSO_E_ARG, "generator of another group");
	PERSO_TRY(agree_group_new(hold(g->core), &made));
	PERSO_TRY(agree_elem_dup(e, &made->gen));
	*ret = made;
	made = NULL;
	return PERSO_OK;
}

/* see perso/agree.h */
void
perso_group_free(struct perso_group **g)
{
	struct perso_group *it = *g;

	*g = NULL;
	if (it == NULL)
		return;
	perso_elem_free(&it->gen);
	agree_core_drop(&it->core);
	free(it);
}

/* see agree_int.h */
perso_rc
agree_elem_new(struct agree_core *c, struct perso_elem **ret)
{
	PERSO_ELEM(e);

	e = calloc(1, sizeof(*e));
	if (e == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for an element");
	e->core = hold(c);
	if (c->kind == PERSO_AGREE_ECDH)
		e->pt = EC_POINT_new(c->ec.group);
	else
		e->y = BN_new();
	if (e->pt == NULL && e->y == NULL) {
		perso_elem_free(&e);
		return ossl_fail(PERSO_E_NOMEM, "element");
	}
	*ret = e;
	e = NULL;
	return PERSO_OK;
}

/* see perso/agree.h */
enum perso_agree_kind
perso_group_kind(const struct perso_group *g)
{
	return g->core->kind;
}

/* see perso/agree.h */
int
perso_group_id(const struct perso_group *g)
{
	return g->core->id;
}

/* see perso/agree.h */
const char *
perso_group_name(const struct perso_group *g)
{
	return g->core->name;
}

/* see perso/agree.h */
size_t
perso_group_bits(const struct perso_group *g)
{
	return (size_t)BN_num_bits(g->core->p);
}

/* see perso/agree.h */
size_t
perso_group_field_len(const struct perso_group *g)
{
	return g->core->field;
}

/* see perso/agree.h */
size_t
perso_group_order_len(const struct perso_group *g)
{
	return g->core->order;
}

/* see perso/agree.h */
size_t
perso_group_elem_len(const struct perso_group *g)
{
	return g->core->elem;
}

/* see perso/agree.h */
bool
perso_group_has_order(const struct perso_group *g)
{
	return g->core->q != NULL;
}

static bool
same_generator(const struct agree_core *x, const struct agree_core *y)
{
	return x->ops->equal(x, &x->gen, &y->gen);
}

/* see perso/agree.h */
bool
perso_group_equal(const struct perso_group *a, const struct perso_group *b)
{
	const struct agree_core *x = a->core, *y = b->core;

	if (x == y)
		return true;
	if (x->kind != y->kind || x->id != y->id || BN_cmp(x->p, y->p) != 0 ||
	    BN_cmp(x->bound, y->bound) != 0)
		return false;
	if (x->kind == PERSO_AGREE_ECDH)
		return ec_domain_equal(&x->ec, &y->ec);
	return same_generator(x, y);
}

/* see perso/agree.h */
const struct perso_elem *
perso_group_generator(const struct perso_group *g)
{
	return g->gen != NULL ? g->gen : &g->core->gen;
}
