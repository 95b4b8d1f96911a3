/*
 * Explicit EC domain parameters (RFC 3279, 2.3.5; BSI TR-03111, 5.1) and
 * points. Parameters of an unknown curve come from whoever wrote the
 * certificate: sizes are bounded before any arithmetic.
 *
 *	ECParameters ::= SEQUENCE {
 *	    version   INTEGER { 1, 2, 3 },
 *	    fieldID   SEQUENCE { prime-field, p INTEGER },
 *	    curve     SEQUENCE { a OCTET STRING, b OCTET STRING,
 *	                         seed BIT STRING OPTIONAL },
 *	    base      OCTET STRING,
 *	    order     INTEGER,
 *	    cofactor  INTEGER OPTIONAL }
 */
#include "crypto_int.h"

#define FIELD_BITS_MIN 160
#define FIELD_BITS_MAX (8 * FIELD_MAX)

/* The parameters as they stand in the input. */
struct raw_params {
	struct perso_span p, a, b, base, order;
	uint64_t cofactor; /* 0: absent */
};

/* see crypto_int.h */
perso_rc
der_expect(struct perso_rd *rd, uint32_t tag, struct perso_tlv *ret)
{
	struct perso_rd at = *rd;
	struct perso_tlv t;

	PERSO_TRY(perso_tlv_expect(&at, tag, &t));
	if (!t.minimal)
		PERSO_FAIL(PERSO_E_DATA,
		    "length at offset %zu is not in its shortest form", rd->at);
	*rd = at;
	*ret = t;
	return PERSO_OK;
}

/* see crypto_int.h */
perso_rc
der_seq(struct perso_rd *rd, struct perso_rd *ret)
{
	struct perso_tlv t;

	PERSO_TRY(der_expect(rd, 0x30, &t));
	*ret = perso_rd(t.val);
	return PERSO_OK;
}

/* see crypto_int.h */
perso_rc
der_uint(struct perso_rd *rd, struct perso_span *ret)
{
	struct perso_rd at = *rd;
	struct perso_tlv t;

	PERSO_TRY(der_expect(&at, 0x02, &t));
	PERSO_TRY(perso_der_uint(t.val, ret));
	*rd = at;
	return PERSO_OK;
}

static perso_rc
parse_field(struct perso_rd *rd, struct perso_span *ret_p)
{
	struct perso_rd seq;
	struct perso_tlv oid;

	PERSO_TRY(der_seq(rd, &seq));
	PERSO_TRY(der_expect(&seq, 0x06, &oid));
	if (!perso_der_is_oid(oid.val, OID_PRIME_FIELD))
		PERSO_FAIL(PERSO_E_UNSUPPORTED, "not a prime field");
	PERSO_TRY(der_uint(&seq, ret_p));
	return perso_rd_finish(&seq);
}

static perso_rc
parse_curve(struct perso_rd *rd, struct raw_params *raw)
{
	struct perso_rd seq;
	struct perso_tlv a, b, seed;
	bool there;

	PERSO_TRY(der_seq(rd, &seq));
	PERSO_TRY(der_expect(&seq, 0x04, &a));
	PERSO_TRY(der_expect(&seq, 0x04, &b));
	PERSO_TRY(perso_tlv_optional(&seq, 0x03, &seed, &there));
	PERSO_TRY(perso_rd_finish(&seq));
	raw->a = a.val;
	raw->b = b.val;
	return PERSO_OK;
}

static perso_rc
parse_raw(struct perso_rd rd, struct raw_params *raw)
{
	struct perso_tlv t;

	PERSO_TRY_CTX(der_expect(&rd, 0x02, &t), "version");
	PERSO_TRY_CTX(parse_field(&rd, &raw->p), "field");
	PERSO_TRY_CTX(parse_curve(&rd, raw), "curve");
	PERSO_TRY_CTX(der_expect(&rd, 0x04, &t), "generator");
	raw->base = t.val;
	PERSO_TRY_CTX(der_uint(&rd, &raw->order), "order");
	if (perso_rd_left(&rd) != 0) {
		PERSO_TRY_CTX(der_expect(&rd, 0x02, &t), "cofactor");
		PERSO_TRY_CTX(perso_der_u63(t.val, &raw->cofactor), "cofactor");
		if (raw->cofactor == 0)
			PERSO_FAIL(PERSO_E_KEY, "cofactor is 0");
	}
	return perso_rd_finish(&rd);
}

/* Numbers of bounded size; every pointer is released by numbers_done(). */
struct numbers {
	BIGNUM *p, *a, *b, *order;
};

static void
numbers_done(struct numbers *n)
{
	BN_free(n->p);
	BN_free(n->a);
	BN_free(n->b);
	BN_free(n->order);
}

static perso_rc
read_numbers(const struct raw_params *raw, struct numbers *n)
{
	int bits;

	if (raw->p.n > FIELD_MAX || raw->a.n > FIELD_MAX ||
	    raw->b.n > FIELD_MAX || raw->order.n > FIELD_MAX + 1)
		PERSO_FAIL(
		    PERSO_E_KEY, "field of more than %d bits", FIELD_BITS_MAX);
	n->p = BN_bin2bn(raw->p.p, (int)raw->p.n, NULL);
	n->a = BN_bin2bn(raw->a.p, (int)raw->a.n, NULL);
	n->b = BN_bin2bn(raw->b.p, (int)raw->b.n, NULL);
	n->order = BN_bin2bn(raw->order.p, (int)raw->order.n, NULL);
	if (n->p == NULL || n->a == NULL || n->b == NULL || n->order == NULL)
		return ossl_fail(PERSO_E_NOMEM, "domain parameters");
	bits = BN_num_bits(n->p);
	if (bits < FIELD_BITS_MIN || bits > FIELD_BITS_MAX)
		PERSO_FAIL(PERSO_E_KEY, "field of %d bits", bits);
	if (BN_cmp(n->a, n->p) >= 0 || BN_cmp(n->b, n->p) >= 0)
		PERSO_FAIL(PERSO_E_KEY, "coefficient not below p");
	return PERSO_OK;
}

/* p, a, b, n and G of the input against those of a known curve. */
static bool
same_curve(
    const struct ec_domain *d, const struct numbers *n, struct perso_span base)
{
	CLEANUP(ossl_bn_done) BIGNUM *p = BN_new(), *a = NULL, *b = NULL;
	uint8_t g1[POINT_MAX], g2[POINT_MAX];
	size_t len1, len2;

	a = BN_new();
	b = BN_new();
	if (p == NULL || a == NULL || b == NULL ||
	    EC_GROUP_get_curve(d->group, p, a, b, NULL) != 1)
		return false;
	if (BN_cmp(p, n->p) != 0 || BN_cmp(a, n->a) != 0 ||
	    BN_cmp(b, n->b) != 0 ||
	    BN_cmp(EC_GROUP_get0_order(d->group), n->order) != 0)
		return false;
	if (ec_point_read(d, base, g1, &len1) != PERSO_OK)
		return false;
	len2 = EC_POINT_point2oct(d->group, EC_GROUP_get0_generator(d->group),
	    POINT_CONVERSION_UNCOMPRESSED, g2, sizeof(g2), NULL);
	return len1 == len2 && memcmp(g1, g2, len1) == 0;
}

static bool
find_known(const struct numbers *n, const struct raw_params *raw,
    struct ec_domain *ret)
{
	size_t field = (size_t)BN_num_bytes(n->p);
	struct ec_domain d;

	for (int c = PERSO_P192; c <= PERSO_P521; c++) {
		if (perso_curve_field((enum perso_curve)c) != field)
			continue;
		if (ec_domain_known((enum perso_curve)c, &d) != PERSO_OK ||
		    !same_curve(&d, n, raw->base))
			continue;
		*ret = d;
		return true;
	}
	ERR_clear_error();
	return false;
}

/* What EC_GROUP_check does not look at. */
static perso_rc
check_primes(const struct numbers *n, BN_CTX *ctx)
{
	if (BN_num_bits(n->order) < FIELD_BITS_MIN ||
	    BN_num_bits(n->order) > BN_num_bits(n->p) + 1)
		PERSO_FAIL(
		    PERSO_E_KEY, "order of %d bits", BN_num_bits(n->order));
	if (BN_cmp(n->order, n->p) == 0)
		PERSO_FAIL(PERSO_E_KEY, "order equals p");
	if (BN_check_prime(n->p, ctx, NULL) != 1 ||
	    BN_check_prime(n->order, ctx, NULL) != 1)
		PERSO_FAIL(PERSO_E_KEY, "p or order is not prime");
	return PERSO_OK;
}

/* Hasse: n * h lies within 2 sqrt(p) of p + 1, so a false cofactor, with
 * which a small subgroup could be hidden, is noticed. */
static perso_rc
check_cofactor(const EC_GROUP *g, const BIGNUM *p, BN_CTX *ctx)
{
	CLEANUP(ossl_bn_done) BIGNUM *d = BN_new();

	if (d == NULL ||
	    BN_mul(d, EC_GROUP_get0_order(g), EC_GROUP_get0_cofactor(g), ctx) !=
		1 ||
	    BN_sub(d, d, p) != 1)
		return ossl_fail(PERSO_E_CRYPTO, "cofactor");
	if (BN_num_bits(d) > BN_num_bits(p) / 2 + 2)
		PERSO_FAIL(PERSO_E_KEY, "cofactor does not fit the curve");
	return PERSO_OK;
}

static perso_rc
build_unknown(const struct numbers *n, const struct raw_params *raw,
    struct ec_domain *ret)
{
	CLEANUP(ossl_bn_ctx_done) BN_CTX *ctx = BN_CTX_new();
	CLEANUP(ossl_group_done) EC_GROUP *g = NULL;
	CLEANUP(ossl_point_done) EC_POINT *base = NULL;
	CLEANUP(ossl_bn_done) BIGNUM *h = BN_new();

	if (ctx == NULL || h == NULL)
		return ossl_fail(PERSO_E_NOMEM, "domain parameters");
	PERSO_TRY(check_primes(n, ctx));
	if (raw->cofactor > 255)
		PERSO_FAIL(PERSO_E_KEY, "cofactor above 255");
	g = EC_GROUP_new_curve_GFp(n->p, n->a, n->b, ctx);
	base = g != NULL ? EC_POINT_new(g) : NULL;
	if (base == NULL ||
	    EC_POINT_oct2point(g, base, raw->base.p, raw->base.n, ctx) != 1)
		return ossl_fail(PERSO_E_KEY, "generator");
	if (EC_POINT_is_at_infinity(g, base))
		PERSO_FAIL(PERSO_E_KEY, "generator: point at infinity");
	if (BN_set_word(h, raw->cofactor) != 1 ||
	    EC_GROUP_set_generator(
		g, base, n->order, raw->cofactor != 0 ? h : NULL) != 1 ||
	    EC_GROUP_check(g, ctx) != 1)
		return ossl_fail(PERSO_E_KEY, "domain parameters");
	PERSO_TRY(check_cofactor(g, n->p, ctx));
	*ret = (struct ec_domain){ .curve = PERSO_CURVE_NONE,
		.group = g,
		.own = g,
		.field = (size_t)BN_num_bytes(n->p),
		.order = (size_t)BN_num_bytes(n->order) };
	g = NULL;
	return PERSO_OK;
}

/* see crypto_int.h */
perso_rc
ec_params_parse(struct perso_span seq_contents, struct ec_domain *ret)
{
	CLEANUP(numbers_done) struct numbers n = { 0 };
	struct raw_params raw = { .cofactor = 0 };

	PERSO_TRY(parse_raw(perso_rd(seq_contents), &raw));
	PERSO_TRY(read_numbers(&raw, &n));
	if (find_known(&n, &raw, ret)) {
		if (raw.cofactor <= 1)
			return PERSO_OK;
		ec_domain_done(ret);
		PERSO_FAIL(PERSO_E_KEY, "cofactor does not fit the curve");
	}
	return build_unknown(&n, &raw, ret);
}

/* A field element as long as p. */
static void
write_element(struct perso_wr *w, const BIGNUM *v, size_t field)
{
	uint8_t p[FIELD_MAX];

	if (BN_bn2binpad(v, p, (int)field) < 0 && w->rc == PERSO_OK)
		w->rc = PERSO_E_CRYPTO;
	perso_wr_tlv(w, 0x04, perso_span(p, field));
}

static void
write_number(struct perso_wr *w, const BIGNUM *v)
{
	uint8_t p[FIELD_MAX + 1];
	int n = BN_bn2bin(v, p);

	perso_wr_uint(w, perso_span(p, (size_t)n));
}

/* see crypto_int.h */
void
ec_params_write(struct perso_wr *w, const struct ec_domain *d)
{
	CLEANUP(ossl_bn_done) BIGNUM *p = BN_new(), *a = BN_new(), *b = NULL;
	uint8_t base[POINT_MAX];
	size_t seq, mark, n;

	b = BN_new();
	n = EC_POINT_point2oct(d->group, EC_GROUP_get0_generator(d->group),
	    POINT_CONVERSION_UNCOMPRESSED, base, sizeof(base), NULL);
	if (p == NULL || a == NULL || b == NULL || n == 0 ||
	    EC_GROUP_get_curve(d->group, p, a, b, NULL) != 1) {
		if (w->rc == PERSO_OK)
			w->rc = ossl_fail(PERSO_E_CRYPTO, "domain parameters");
		return;
	}
	seq = perso_wr_open(w, 0x30);
	perso_wr_int(w, 1);
	mark = perso_wr_open(w, 0x30);
	perso_wr_oid(w, OID_PRIME_FIELD);
	write_number(w, p);
	perso_wr_close(w, mark);
	mark = perso_wr_open(w, 0x30);
	write_element(w, a, d->field);
	write_element(w, b, d->field);
	perso_wr_close(w, mark);
	perso_wr_tlv(w, 0x04, perso_span(base, n));
	write_number(w, EC_GROUP_get0_order(d->group));
	write_number(w, EC_GROUP_get0_cofactor(d->group));
	perso_wr_close(w, seq);
}

/* With a cofactor a point may lie outside the generator's subgroup. */
static bool
in_subgroup(const struct ec_domain *d, const EC_POINT *q)
{
	CLEANUP(ossl_point_done) EC_POINT *nq = NULL;

	if (BN_is_one(EC_GROUP_get0_cofactor(d->group)))
		return true;
	nq = EC_POINT_new(d->group);
	return nq != NULL &&
	       EC_POINT_mul(d->group, nq, NULL, q,
		   EC_GROUP_get0_order(d->group), NULL) == 1 &&
	       EC_POINT_is_at_infinity(d->group, nq) == 1;
}

/* see crypto_int.h */
perso_rc
ec_point_read(const struct ec_domain *d, struct perso_span s, uint8_t *dst,
    size_t *ret_len)
{
	CLEANUP(ossl_point_done) EC_POINT *q = NULL;
	uint8_t form = s.n != 0 ? s.p[0] : 0;
	size_t want = form == 4 ? 1 + 2 * d->field : 1 + d->field;

	if (form < 2 || form > 4)
		PERSO_FAIL(PERSO_E_KEY, s.n == 1
					    ? "point at infinity"
					    : "point is in no form of SEC 1");
	if (s.n != want)
		PERSO_FAIL(
		    PERSO_E_KEY, "point of %zu bytes, not %zu", s.n, want);
	q = EC_POINT_new(d->group);
	if (q == NULL || EC_POINT_oct2point(d->group, q, s.p, s.n, NULL) != 1)
		return ossl_fail(PERSO_E_KEY, "point");
	if (EC_POINT_is_at_infinity(d->group, q) || !in_subgroup(d, q))
		PERSO_FAIL(PERSO_E_KEY, "point is not in the group");
	*ret_len = EC_POINT_point2oct(
	    d->group, q, POINT_CONVERSION_UNCOMPRESSED, dst, POINT_MAX, NULL);
	if (*ret_len == 0)
		return ossl_fail(PERSO_E_CRYPTO, "point");
	return PERSO_OK;
}
