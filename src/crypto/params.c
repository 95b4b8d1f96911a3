/*
 * Parameters handed to OpenSSL when a key is made. OSSL_PARAM_BLD would
 * leave unwiped copies of private values; here they lie in one wiped block.
 */
#include "crypto_int.h"

/* RSA 16384: n, e, d and five values of half the size, with room. */
#define MEM_MAX (8 * RSA_BYTES_MAX)

/* see crypto_int.h */
void
pkey_params_init(struct pkey_params *s)
{
	*s = (struct pkey_params){ .mem = { .max = MEM_MAX } };
}

/* see crypto_int.h */
void
pkey_params_done(struct pkey_params *s)
{
	perso_buf_done(&s->mem);
	s->count = 0;
}

/* n bytes of memory for the value of a parameter, or NULL. */
static uint8_t *
take(struct pkey_params *s, size_t n)
{
	size_t at = s->mem.n;

	/* Parameters point into the block: it is reserved before the first
	 * and must not move. */
	if (s->failed || s->count == PARAMS_MAX ||
	    perso_buf_reserve(&s->mem, MEM_MAX) != PERSO_OK ||
	    perso_buf_resize(&s->mem, at + n) != PERSO_OK) {
		s->failed = true;
		return NULL;
	}
	return s->mem.p + at;
}

/* see crypto_int.h */
void
pkey_params_uint(
    struct pkey_params *s, const char *key, struct perso_span magnitude)
{
	CLEANUP(ossl_bn_done) BIGNUM *bn = NULL;
	size_t n = magnitude.n != 0 ? magnitude.n : 1;
	uint8_t *p = take(s, n);

	if (p == NULL)
		return;
	bn = BN_bin2bn(magnitude.p, (int)magnitude.n, NULL);
	if (bn == NULL || BN_bn2nativepad(bn, p, (int)n) < 0) {
		s->failed = true;
		return;
	}
	s->p[s->count++] = OSSL_PARAM_construct_BN(key, p, n);
}

/* see crypto_int.h */
void
pkey_params_bytes(struct pkey_params *s, const char *key, struct perso_span v)
{
	uint8_t *p = take(s, v.n);

	if (p == NULL)
		return;
	memcpy(p, v.p, v.n);
	s->p[s->count++] = OSSL_PARAM_construct_octet_string(key, p, v.n);
}

/* see crypto_int.h */
void
pkey_params_text(struct pkey_params *s, const char *key, const char *v)
{
	size_t n = strlen(v);
	uint8_t *p = take(s, n + 1);

	if (p == NULL)
		return;
	memcpy(p, v, n + 1);
	s->p[s->count++] = OSSL_PARAM_construct_utf8_string(key, (char *)p, n);
}

static void
put_bn(struct pkey_params *s, const char *key, const BIGNUM *v)
{
	uint8_t p[FIELD_MAX + 1];
	int n = v != NULL ? BN_bn2bin(v, p) : -1;

	if (n < 0)
		s->failed = true;
	else
		pkey_params_uint(s, key, perso_span(p, (size_t)n));
}

static void
put_explicit(struct pkey_params *s, const EC_GROUP *g)
{
	CLEANUP(ossl_bn_done) BIGNUM *p = BN_new(), *a = BN_new(), *b = NULL;
	uint8_t base[POINT_MAX];
	size_t n;

	b = BN_new();
	n = EC_POINT_point2oct(g, EC_GROUP_get0_generator(g),
	    POINT_CONVERSION_UNCOMPRESSED, base, sizeof(base), NULL);
	if (p == NULL || a == NULL || b == NULL || n == 0 ||
	    EC_GROUP_get_curve(g, p, a, b, NULL) != 1) {
		s->failed = true;
		return;
	}
	pkey_params_text(
	    s, OSSL_PKEY_PARAM_EC_FIELD_TYPE, SN_X9_62_prime_field);
	put_bn(s, OSSL_PKEY_PARAM_EC_P, p);
	put_bn(s, OSSL_PKEY_PARAM_EC_A, a);
	put_bn(s, OSSL_PKEY_PARAM_EC_B, b);
	pkey_params_bytes(s, OSSL_PKEY_PARAM_EC_GENERATOR, perso_span(base, n));
	put_bn(s, OSSL_PKEY_PARAM_EC_ORDER, EC_GROUP_get0_order(g));
	put_bn(s, OSSL_PKEY_PARAM_EC_COFACTOR, EC_GROUP_get0_cofactor(g));
}

/* see crypto_int.h */
void
pkey_params_domain(struct pkey_params *s, const struct ec_domain *d)
{
	if (d->curve != PERSO_CURVE_NONE)
		pkey_params_text(s, OSSL_PKEY_PARAM_GROUP_NAME,
		    OBJ_nid2sn(curve_nid(d->curve)));
	else
		put_explicit(s, d->group);
}

/* see crypto_int.h */
perso_rc
pkey_params_make(
    struct pkey_params *s, const char *type, int selection, EVP_PKEY **ret)
{
	CLEANUP(ossl_pkey_ctx_done) EVP_PKEY_CTX *ctx = NULL;

	if (s->failed)
		return ossl_fail(PERSO_E_NOMEM, "key parameters");
	s->p[s->count] = OSSL_PARAM_construct_end();
	ctx = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
	if (ctx == NULL || EVP_PKEY_fromdata_init(ctx) != 1 ||
	    EVP_PKEY_fromdata(ctx, ret, selection, s->p) != 1)
		return ossl_fail(PERSO_E_KEY, "key refused");
	return PERSO_OK;
}
