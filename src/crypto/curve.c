/*
 * The known curves: names, OIDs, and one shared EC_GROUP for each.
 */
#include <pthread.h>
#include <strings.h>

#include "crypto_int.h"

struct curve_info {
	enum perso_curve curve;
	const char *name, *sec, *x962; /* x962: also an OpenSSL name */
	const char *oid;
	int nid;
	size_t bytes; /* of p and of n alike */
};

static const struct curve_info curves[] = {
	{ PERSO_P192, "P-192", "secp192r1", "prime192v1", "1.2.840.10045.3.1.1",
	    NID_X9_62_prime192v1, 24 },
	{ PERSO_BP192, "brainpoolP192r1", "BP-192", "BP192",
	    "1.3.36.3.3.2.8.1.1.3", NID_brainpoolP192r1, 24 },
	{ PERSO_P224, "P-224", "secp224r1", "P224", "1.3.132.0.33",
	    NID_secp224r1, 28 },
	{ PERSO_BP224, "brainpoolP224r1", "BP-224", "BP224",
	    "1.3.36.3.3.2.8.1.1.5", NID_brainpoolP224r1, 28 },
	{ PERSO_P256, "P-256", "secp256r1", "prime256v1", "1.2.840.10045.3.1.7",
	    NID_X9_62_prime256v1, 32 },
	{ PERSO_BP256, "brainpoolP256r1", "BP-256", "BP256",
	    "1.3.36.3.3.2.8.1.1.7", NID_brainpoolP256r1, 32 },
	{ PERSO_BP320, "brainpoolP320r1", "BP-320", "BP320",
	    "1.3.36.3.3.2.8.1.1.9", NID_brainpoolP320r1, 40 },
	{ PERSO_P384, "P-384", "secp384r1", "P384", "1.3.132.0.34",
	    NID_secp384r1, 48 },
	{ PERSO_BP384, "brainpoolP384r1", "BP-384", "BP384",
	    "1.3.36.3.3.2.8.1.1.11", NID_brainpoolP384r1, 48 },
	{ PERSO_BP512, "brainpoolP512r1", "BP-512", "BP512",
	    "1.3.36.3.3.2.8.1.1.13", NID_brainpoolP512r1, 64 },
	{ PERSO_P521, "P-521", "secp521r1", "P521", "1.3.132.0.35",
	    NID_secp521r1, 66 },
};

#define CURVES (sizeof(curves) / sizeof(curves[0]))

static const struct curve_info *
info(enum perso_curve c)
{
	for (size_t i = 0; i < CURVES; i++)
		if (curves[i].curve == c)
			return &curves[i];
	return NULL;
}

/* see perso/key.h */
const char *
perso_curve_name(enum perso_curve c)
{
	const struct curve_info *i = info(c);

	return i != NULL ? i->name : "unknown curve";
}

/* see perso/key.h */
perso_rc
perso_curve_from_name(const char *name, enum perso_curve *ret)
{
	for (size_t i = 0; i < CURVES; i++) {
		if (strcasecmp(name, curves[i].name) != 0 &&
		    strcasecmp(name, curves[i].sec) != 0 &&
		    strcasecmp(name, curves[i].x962) != 0)
			continue;
		*ret = curves[i].curve;
		return PERSO_OK;
	}
	PERSO_FAIL(PERSO_E_UNSUPPORTED, "unknown elliptic curve");
}

/* see perso/key.h */
size_t
perso_curve_field(enum perso_curve c)
{
	const struct curve_info *i = info(c);

	return i != NULL ? i->bytes : 0;
}

/* see perso/key.h */
size_t
perso_curve_order(enum perso_curve c)
{
	return perso_curve_field(c);
}

/* see crypto_int.h */
enum perso_curve
curve_from_oid(struct perso_span oid_contents)
{
	for (size_t i = 0; i < CURVES; i++)
		if (perso_der_is_oid(oid_contents, curves[i].oid))
			return curves[i].curve;
	return PERSO_CURVE_NONE;
}

/* see crypto_int.h */
const char *
curve_oid(enum perso_curve c)
{
	return info(c)->oid;
}

/* see crypto_int.h */
int
curve_nid(enum perso_curve c)
{
	return info(c)->nid;
}

static const EC_GROUP *
shared_group(const struct curve_info *i)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	static EC_GROUP *groups[CURVES];
	EC_GROUP **slot = &groups[i - curves];
	const EC_GROUP *ret;

	pthread_mutex_lock(&lock);
	if (*slot == NULL)
		*slot = EC_GROUP_new_by_curve_name(i->nid);
	ret = *slot;
	pthread_mutex_unlock(&lock);
	return ret;
}

/* see crypto_int.h */
perso_rc
ec_domain_known(enum perso_curve c, struct ec_domain *ret)
{
	const struct curve_info *i = info(c);
	const EC_GROUP *g;

	if (i == NULL)
		PERSO_FAIL(PERSO_E_UNSUPPORTED, "unknown elliptic curve");
	g = shared_group(i);
	if (g == NULL)
		return ossl_fail(PERSO_E_CRYPTO, i->name);
	*ret = (struct ec_domain){
		.curve = c, .group = g, .field = i->bytes, .order = i->bytes
	};
	return PERSO_OK;
}

/* see crypto_int.h */
void
ec_domain_done(struct ec_domain *d)
{
	EC_GROUP_free(d->own);
	*d = (struct ec_domain){ .curve = PERSO_CURVE_NONE };
}

/* see crypto_int.h */
bool
ec_domain_equal(const struct ec_domain *a, const struct ec_domain *b)
{
	bool same;

	if (a->curve != PERSO_CURVE_NONE || b->curve != PERSO_CURVE_NONE)
		return a->curve == b->curve;
	same = EC_GROUP_cmp(a->group, b->group, NULL) == 0;
	ERR_clear_error();
	return same;
}
