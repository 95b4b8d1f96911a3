/*
 * RSA private keys inside PKCS#8 (RFC 8017, A.1.2).
 */
#include "crypto_int.h"

/* RSAPrivateKey after its version, in order; OpenSSL's names beside. */
static const char *const rsa_names[] = { OSSL_PKEY_PARAM_RSA_N,
	OSSL_PKEY_PARAM_RSA_E, OSSL_PKEY_PARAM_RSA_D,
	OSSL_PKEY_PARAM_RSA_FACTOR1, OSSL_PKEY_PARAM_RSA_FACTOR2,
	OSSL_PKEY_PARAM_RSA_EXPONENT1, OSSL_PKEY_PARAM_RSA_EXPONENT2,
	OSSL_PKEY_PARAM_RSA_COEFFICIENT1 };

#define RSA_PARTS (sizeof(rsa_names) / sizeof(rsa_names[0]))
enum { RSA_N, RSA_E, RSA_D, RSA_P, RSA_Q, RSA_DP, RSA_DQ, RSA_QINV };

/* see crypto_int.h */
perso_rc
rsa_private(EVP_PKEY *pkey, const struct perso_pubkey *pub,
    struct perso_span in, struct perso_buf *ret)
{
	CLEANUP(ossl_pkey_ctx_done) EVP_PKEY_CTX *ctx = NULL;
	uint8_t out[RSA_BYTES_MAX];
	size_t n = sizeof(out);
	perso_rc rc;

	if (in.n != pub->n.n)
		PERSO_FAIL(PERSO_E_RANGE, "block of %zu bytes, not %zu", in.n,
		    pub->n.n);
	if (memcmp(in.p, pub->n.p, in.n) >= 0)
		PERSO_FAIL(PERSO_E_RANGE, "block is not below the modulus");
	ctx = EVP_PKEY_CTX_new_from_pkey(NULL, pkey, NULL);
	if (ctx == NULL || EVP_PKEY_decrypt_init(ctx) != 1 ||
	    EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_NO_PADDING) != 1 ||
	    EVP_PKEY_decrypt(ctx, out, &n, in.p, in.n) != 1)
		return ossl_fail(PERSO_E_CRYPTO, "RSA operation");
	rc = perso_buf_append(ret, perso_span(out, n));
	perso_wipe(out, sizeof(out));
	return rc;
}

struct rsa_numbers {
	BIGNUM *v[RSA_PARTS];
	BIGNUM *t, *less; /* scratch */
	BN_CTX *ctx;
};

static void
rsa_numbers_done(struct rsa_numbers *k)
{
	for (size_t i = 0; i < RSA_PARTS; i++)
		BN_clear_free(k->v[i]);
	BN_clear_free(k->t);
	BN_clear_free(k->less);
	BN_CTX_free(k->ctx);
}

static perso_rc
rsa_numbers_read(const struct perso_span *v, struct rsa_numbers *k)
{
	bool good;

	k->t = BN_new();
	k->less = BN_new();
	k->ctx = BN_CTX_new();
	good = k->t != NULL && k->less != NULL && k->ctx != NULL;
	for (size_t i = 0; good && i < RSA_PARTS; i++) {
		k->v[i] = BN_bin2bn(v[i].p, (int)v[i].n, NULL);
		good = k->v[i] != NULL;
	}
	return good ? PERSO_OK : ossl_fail(PERSO_E_NOMEM, "RSA key");
}

/* e d = 1 and dx = d modulo x - 1, for x one of the two primes. */
static bool
exponent_fits(struct rsa_numbers *k, const BIGNUM *x, const BIGNUM *dx)
{
	return BN_sub(k->less, x, BN_value_one()) == 1 &&
	       !BN_is_zero(k->less) &&
	       BN_mod_mul(k->t, k->v[RSA_E], k->v[RSA_D], k->less, k->ctx) ==
		   1 &&
	       BN_is_one(k->t) &&
	       BN_nnmod(k->t, k->v[RSA_D], k->less, k->ctx) == 1 &&
	       BN_cmp(k->t, dx) == 0;
}

static bool
numbers_fit(struct rsa_numbers *k)
{
	BIGNUM *const *v = k->v;

	return BN_mul(k->t, v[RSA_P], v[RSA_Q], k->ctx) == 1 &&
	       BN_cmp(k->t, v[RSA_N]) == 0 &&
	       exponent_fits(k, v[RSA_P], v[RSA_DP]) &&
	       exponent_fits(k, v[RSA_Q], v[RSA_DQ]) &&
	       BN_mod_mul(k->t, v[RSA_Q], v[RSA_QINV], v[RSA_P], k->ctx) == 1 &&
	       BN_is_one(k->t);
}

/* The private operation undoes the public one. */
static perso_rc
check_round_trip(const struct perso_pubkey *pub, EVP_PKEY *pkey)
{
	PERSO_BUF(block, RSA_BYTES_MAX);
	PERSO_BUF(up, RSA_BYTES_MAX);
	PERSO_BUF(back, RSA_BYTES_MAX);

	PERSO_TRY(perso_buf_resize(&block, pub->n.n));
	block.p[block.n - 1] = 2;
	PERSO_TRY(perso_pubkey_rsa_raw(pub, perso_buf_span(&block), &up));
	PERSO_TRY(rsa_private(pkey, pub, perso_buf_span(&up), &back));
	if (!perso_span_equal(perso_buf_span(&block), perso_buf_span(&back)))
		PERSO_FAIL(PERSO_E_KEY, "RSA values do not fit together");
	return PERSO_OK;
}

/* A file with one damaged value must not make signatures: a fault in the
 * CRT gives the factors away. */
static perso_rc
check_rsa_pair(
    const struct perso_span *v, const struct perso_pubkey *pub, EVP_PKEY *pkey)
{
	CLEANUP(rsa_numbers_done) struct rsa_numbers k = { .t = NULL };

	PERSO_TRY(rsa_numbers_read(v, &k));
	if (!numbers_fit(&k)) {
		ERR_clear_error();
		PERSO_FAIL(PERSO_E_KEY, "RSA values do not fit together");
	}
	return check_round_trip(pub, pkey);
}

static perso_rc
make_rsa(const struct perso_span *v, EVP_PKEY **ret)
{
	CLEANUP(pkey_params_done) struct pkey_params s;

	pkey_params_init(&s);
	for (size_t i = 0; i < RSA_PARTS; i++)
		pkey_params_uint(&s, rsa_names[i], v[i]);
	return pkey_params_make(&s, "RSA", EVP_PKEY_KEYPAIR, ret);
}

/* see crypto_int.h */
perso_rc
pkcs8_parse_rsa(const struct key_alg *a, struct perso_span der,
    struct perso_pubkey **ret_pub, EVP_PKEY **ret_pkey)
{
	CLEANUP(perso_pubkey_free) struct perso_pubkey *pub = NULL;
	CLEANUP(ossl_pkey_done) EVP_PKEY *pkey = NULL;
	struct perso_rd rd = perso_rd(der), seq;
	struct perso_span v[RSA_PARTS], version;

	PERSO_TRY(der_seq(&rd, &seq));
	PERSO_TRY(perso_rd_finish(&rd));
	PERSO_TRY(der_uint(&seq, &version));
	if (version.n != 0)
		PERSO_FAIL(PERSO_E_UNSUPPORTED, "RSA key of several primes");
	for (size_t i = 0; i < RSA_PARTS; i++) {
		PERSO_TRY_CTX(der_uint(&seq, &v[i]), "%s", rsa_names[i]);
		if (v[i].n == 0 || v[i].n > v[RSA_N].n)
			PERSO_FAIL(
			    PERSO_E_KEY, "%s is 0 or too long", rsa_names[i]);
	}
	PERSO_TRY(perso_rd_finish(&seq));
	PERSO_TRY(pubkey_from_rsa(a, v[RSA_N], v[RSA_E], &pub));
	PERSO_TRY(make_rsa(v, &pkey));
	PERSO_TRY(check_rsa_pair(v, pub, pkey));
	*ret_pub = pub;
	*ret_pkey = pkey;
	pub = NULL;
	pkey = NULL;
	return PERSO_OK;
}

/* see crypto_int.h */
void
pkcs8_write_rsa(struct perso_wr *w, const EVP_PKEY *pkey)
{
	size_t seq = perso_wr_open(w, 0x30);

	perso_wr_int(w, 0);
	for (size_t i = 0; i < RSA_PARTS; i++)
		pkcs8_write_number(w, pkey, rsa_names[i], 0);
	perso_wr_close(w, seq);
}
