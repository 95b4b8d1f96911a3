/*
 * Explicit DH domain parameters: sizes are bounded before any arithmetic,
 * for they come from whoever wrote the chip.
 *
 *	DomainParameters ::= SEQUENCE {		RFC 3279, 2.3.3
 *	    p INTEGER, g INTEGER, q INTEGER,
 *	    j INTEGER OPTIONAL,
 *	    validationParms SEQUENCE OPTIONAL }
 *	DHParameter ::= SEQUENCE {		PKCS#3
 *	    p INTEGER, g INTEGER,
 *	    privateValueLength INTEGER OPTIONAL }
 */
#include "agree_int.h"

struct numbers {
	BIGNUM *p, *g, *q, *j; /* q, j may be NULL */
};

static void
numbers_done(struct numbers *n)
{
	BN_free(n->p);
	BN_free(n->g);
	BN_free(n->q);
	BN_free(n->j);
}

static perso_rc
read_number(struct perso_rd *rd, BIGNUM **ret)
{
	struct perso_span v;

	PERSO_TRY(der_uint(rd, &v));
	if (v.n > PERSO_NUM_MAX)
		PERSO_FAIL(PERSO_E_KEY, "number of %zu bytes", v.n);
	*ret = BN_bin2bn(v.p, (int)v.n, NULL);
	if (*ret == NULL)
		return ossl_fail(PERSO_E_NOMEM, "number");
	return PERSO_OK;
}

static bool
next_is(const struct perso_rd *rd, uint8_t tag)
{
	uint8_t b;

	return perso_rd_left(rd) != 0 && perso_rd_peek(rd, &b) == PERSO_OK &&
	       b == tag;
}

static perso_rc
read_numbers(struct perso_rd *rd, bool pkcs3, struct numbers *n)
{
	struct perso_span length;
	struct perso_tlv t;
	struct perso_rd seq;

	PERSO_TRY(der_seq(rd, &seq));
	PERSO_TRY_CTX(read_number(&seq, &n->p), "p");
	PERSO_TRY_CTX(read_number(&seq, &n->g), "g");
	if (!pkcs3)
		PERSO_TRY_CTX(read_number(&seq, &n->q), "q");
	if (!pkcs3 && next_is(&seq, 0x02))
		PERSO_TRY_CTX(read_number(&seq, &n->j), "j");
	if (!pkcs3 && next_is(&seq, 0x30))
		PERSO_TRY_CTX(der_expect(&seq, 0x30, &t), "validation");
	if (pkcs3 && next_is(&seq, 0x02))
		PERSO_TRY_CTX(
		    der_uint(&seq, &length), "length of private values");
	return perso_rd_finish(&seq);
}

/* *ret stays NULL if they are of none of RFC 5114; q may be missing. */
static perso_rc
find_known(const struct numbers *n, struct agree_core **ret)
{
	struct agree_core *c;

	for (uint64_t id = 0; id < 3; id++) {
		PERSO_TRY(agree_core_known(id, &c));
		if (BN_cmp(c->p, n->p) != 0 || BN_cmp(c->gen.y, n->g) != 0)
			continue;
		if (n->q == NULL || BN_cmp(c->q, n->q) == 0)
			*ret = c;
	}
	return PERSO_OK;
}

static perso_rc
check_sizes(const struct numbers *n)
{
	int p = BN_num_bits(n->p);

	if (p < DH_BITS_MIN || p > DH_BITS_MAX)
		PERSO_FAIL(PERSO_E_KEY, "p of %d bits", p);
	if (!BN_is_odd(n->p))
		PERSO_FAIL(PERSO_E_KEY, "p is not prime");
	if (n->q != NULL &&
	    (BN_num_bits(n->q) < DH_ORDER_BITS_MIN || BN_cmp(n->q, n->p) >= 0))
		PERSO_FAIL(PERSO_E_KEY, "q of %d bits", BN_num_bits(n->q));
	return PERSO_OK;
}

/* q j = p - 1, whether j was given or not. */
static perso_rc
check_cofactor(const struct numbers *n, const BIGNUM *last, BN_CTX *ctx)
{
	CLEANUP(ossl_bn_done) BIGNUM *h = BN_new(), *rest = NULL;

	rest = BN_new();
	if (h == NULL || rest == NULL || BN_div(h, rest, last, n->q, ctx) != 1)
		return ossl_fail(PERSO_E_CRYPTO, "domain parameters");
	if (!BN_is_zero(rest))
		PERSO_FAIL(PERSO_E_KEY, "q does not divide p-1");
	if (n->j != NULL && BN_cmp(h, n->j) != 0)
		PERSO_FAIL(PERSO_E_KEY, "j is not (p-1)/q");
	return PERSO_OK;
}

static perso_rc
check_generator(const struct numbers *n, const BIGNUM *last, BN_CTX *ctx)
{
	CLEANUP(ossl_bn_done) BIGNUM *r = NULL;

	if (BN_is_zero(n->g) || BN_is_one(n->g) || BN_cmp(n->g, last) >= 0)
		PERSO_FAIL(PERSO_E_KEY, "g out of range");
	if (n->q == NULL)
		return PERSO_OK;
	r = BN_new();
	if (r == NULL || BN_mod_exp(r, n->g, n->q, n->p, ctx) != 1)
		return ossl_fail(PERSO_E_CRYPTO, "domain parameters");
	if (!BN_is_one(r))
		PERSO_FAIL(PERSO_E_KEY, "g is not of order q");
	return PERSO_OK;
}

/* PKCS#3 says nothing of q. Of a safe prime it is (p-1)/2, if g generates
 * that half; the larger group of order p-1 has no prime order. */
static perso_rc
guess_order(struct numbers *n, const BIGNUM *last, BN_CTX *ctx)
{
	CLEANUP(ossl_bn_done) BIGNUM *q = BN_new(), *r = NULL;

	r = BN_new();
	if (q == NULL || r == NULL || BN_rshift1(q, last) != 1 ||
	    BN_mod_exp(r, n->g, q, n->p, ctx) != 1)
		return ossl_fail(PERSO_E_CRYPTO, "domain parameters");
	if (!BN_is_one(r) || BN_check_prime(q, ctx, NULL) != 1)
		return PERSO_OK;
	n->q = q;
	q = NULL;
	return PERSO_OK;
}

/* Cheap checks before those for primes. */
static perso_rc
check(struct numbers *n)
{
	CLEANUP(ossl_bn_ctx_done) BN_CTX *ctx = BN_CTX_new();
	CLEANUP(ossl_bn_done) BIGNUM *last = BN_dup(n->p);

	if (ctx == NULL || last == NULL || BN_sub_word(last, 1) != 1)
		return ossl_fail(PERSO_E_NOMEM, "domain parameters");
	if (n->q != NULL)
		PERSO_TRY(check_cofactor(n, last, ctx));
	PERSO_TRY(check_generator(n, last, ctx));
	if (n->q != NULL && BN_check_prime(n->q, ctx, NULL) != 1)
		PERSO_FAIL(PERSO_E_KEY, "q is not prime");
	if (BN_check_prime(n->p, ctx, NULL) != 1)
		PERSO_FAIL(PERSO_E_KEY, "p is not prime");
	ERR_clear_error();
	if (n->q == NULL)
		PERSO_TRY(guess_order(n, last, ctx));
	return PERSO_OK;
}

/* see agree_int.h */
perso_rc
agree_dh_parse(struct perso_rd *rd, bool pkcs3, struct agree_core **ret)
{
	CLEANUP(numbers_done) struct numbers n = { 0 };
	struct agree_core *c = NULL;

	PERSO_TRY(read_numbers(rd, pkcs3, &n));
	PERSO_TRY(check_sizes(&n));
	PERSO_TRY(find_known(&n, &c));
	if (c != NULL && n.j == NULL) {
		*ret = c;
		return PERSO_OK;
	}
	PERSO_TRY(check(&n));
	if (c == NULL)
		PERSO_TRY(agree_core_dh(n.p, n.q, n.g, &c));
	*ret = c;
	return PERSO_OK;
}

static void
write_number(struct perso_wr *w, const BIGNUM *v)
{
	uint8_t p[PERSO_NUM_MAX];
	int n = BN_bn2bin(v, p);

	perso_wr_uint(w, perso_span(p, (size_t)n));
}

/* see agree_int.h */
void
agree_dh_write(struct perso_wr *w, const struct agree_core *c)
{
	size_t seq = perso_wr_open(w, 0x30);

	write_number(w, c->p);
	write_number(w, c->gen.y);
	write_number(w, c->q);
	perso_wr_close(w, seq);
}
