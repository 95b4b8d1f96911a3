/*
 * Public keys: reading, writing, asking.
 */
#include "crypto_int.h"

/* see perso/key.h */
void
perso_pubkey_free(struct perso_pubkey **k)
{
	if (k == NULL || *k == NULL)
		return;
	EVP_PKEY_free((*k)->pkey);
	ec_domain_done(&(*k)->ec);
	perso_buf_done(&(*k)->n);
	perso_buf_done(&(*k)->e);
	perso_buf_done(&(*k)->pss_alg);
	free(*k);
	*k = NULL;
}

static struct perso_pubkey *
new_key(enum perso_key_kind kind)
{
	struct perso_pubkey *k = calloc(1, sizeof(*k));

	if (k == NULL)
		return NULL;
	k->kind = kind;
	perso_buf_init(&k->n, RSA_BYTES_MAX);
	perso_buf_init(&k->e, RSA_BYTES_MAX);
	perso_buf_init(&k->pss_alg, 256);
	return k;
}

static perso_rc
make_ec(struct perso_pubkey *k)
{
	CLEANUP(pkey_params_done) struct pkey_params s;

	pkey_params_init(&s);
	pkey_params_domain(&s, &k->ec);
	pkey_params_bytes(
	    &s, OSSL_PKEY_PARAM_PUB_KEY, perso_span(k->point, k->point_len));
	return pkey_params_make(&s, "EC", EVP_PKEY_PUBLIC_KEY, &k->pkey);
}

/* see crypto_int.h */
perso_rc
pubkey_from_point(
    struct key_alg *a, struct perso_span point, struct perso_pubkey **ret)
{
	CLEANUP(perso_pubkey_free) struct perso_pubkey *k = NULL;

	k = new_key(PERSO_KEY_EC);
	if (k == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "out of memory");
	PERSO_TRY(ec_point_read(&a->ec, point, k->point, &k->point_len));
	k->ec = a->ec;
	k->ec.own = NULL; /* still the caller's */
	PERSO_TRY(make_ec(k));
	k->bits = (size_t)EC_GROUP_order_bits(k->ec.group);
	k->ec.own = a->ec.own;
	a->ec = (struct ec_domain){ .curve = PERSO_CURVE_NONE };
	*ret = k;
	k = NULL;
	return PERSO_OK;
}

static struct perso_span
strip_zeros(struct perso_span s)
{
	while (s.n != 0 && s.p[0] == 0)
		s = perso_span(s.p + 1, s.n - 1);
	return s;
}

static size_t
count_bits(struct perso_span magnitude)
{
	size_t bits = 8 * magnitude.n;

	if (magnitude.n == 0)
		return 0;
	for (uint8_t top = magnitude.p[0]; (top & 0x80) == 0; bits--)
		top = (uint8_t)(top << 1);
	return bits;
}

/* Bounds that keep one verification cheap: as OpenSSL's own. */
static perso_rc
check_rsa(struct perso_span n, struct perso_span e)
{
	size_t nbits = count_bits(n), ebits = count_bits(e);

	if (nbits < RSA_BITS_MIN || nbits > RSA_BITS_MAX)
		PERSO_FAIL(PERSO_E_KEY, "RSA modulus of %zu bits", nbits);
	if ((n.p[n.n - 1] & 1) == 0)
		PERSO_FAIL(PERSO_E_KEY, "RSA modulus is even");
	if (ebits < 2 || (e.p[e.n - 1] & 1) == 0)
		PERSO_FAIL(PERSO_E_KEY, "RSA exponent is even or 1");
	if (ebits >= nbits || (ebits > 64 && nbits > 3072))
		PERSO_FAIL(PERSO_E_KEY, "RSA exponent of %zu bits", ebits);
	return PERSO_OK;
}

static perso_rc
make_rsa(struct perso_pubkey *k)
{
	CLEANUP(pkey_params_done) struct pkey_params s;

	pkey_params_init(&s);
	pkey_params_uint(&s, OSSL_PKEY_PARAM_RSA_N, perso_buf_span(&k->n));
	pkey_params_uint(&s, OSSL_PKEY_PARAM_RSA_E, perso_buf_span(&k->e));
	return pkey_params_make(&s, "RSA", EVP_PKEY_PUBLIC_KEY, &k->pkey);
}

/* see crypto_int.h */
perso_rc
pubkey_from_rsa(const struct key_alg *a, struct perso_span n,
    struct perso_span e, struct perso_pubkey **ret)
{
	CLEANUP(perso_pubkey_free) struct perso_pubkey *k = NULL;

	n = strip_zeros(n);
	e = strip_zeros(e);
	PERSO_TRY(check_rsa(n, e));
	k = new_key(PERSO_KEY_RSA);
	if (k == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "out of memory");
	PERSO_TRY(perso_buf_set(&k->n, n));
	PERSO_TRY(perso_buf_set(&k->e, e));
	if (a->pss.pss_only)
		PERSO_TRY(perso_buf_set(&k->pss_alg, a->raw));
	k->pss = a->pss;
	k->bits = count_bits(n);
	PERSO_TRY(make_rsa(k));
	*ret = k;
	k = NULL;
	return PERSO_OK;
}

/* RSAPublicKey ::= SEQUENCE { n INTEGER, e INTEGER } */
static perso_rc
read_rsa(
    const struct key_alg *a, struct perso_span bits, struct perso_pubkey **ret)
{
	struct perso_rd rd = perso_rd(bits), seq;
	struct perso_span n, e;

	PERSO_TRY(der_seq(&rd, &seq));
	PERSO_TRY(perso_rd_finish(&rd));
	PERSO_TRY_CTX(der_uint(&seq, &n), "modulus");
	PERSO_TRY_CTX(der_uint(&seq, &e), "exponent");
	PERSO_TRY(perso_rd_finish(&seq));
	return pubkey_from_rsa(a, n, e, ret);
}

static perso_rc
read_spki(struct perso_span der, struct key_alg *a, struct perso_pubkey **ret)
{
	struct perso_rd rd;
	struct perso_tlv t;
	struct perso_span bits;

	PERSO_TRY(perso_tlv_only(der, 0x30, &t));
	rd = perso_rd(t.val);
	PERSO_TRY(key_alg_parse(&rd, a));
	PERSO_TRY_CTX(der_expect(&rd, 0x03, &t), "key");
	PERSO_TRY(perso_rd_finish(&rd));
	if (t.val.n == 0 || t.val.p[0] != 0)
		PERSO_FAIL(PERSO_E_DATA, "key is not whole bytes");
	bits = perso_span(t.val.p + 1, t.val.n - 1);
	if (a->kind == PERSO_KEY_RSA)
		PERSO_TRY_CTX(read_rsa(a, bits, ret), "key");
	else
		PERSO_TRY_CTX(pubkey_from_point(a, bits, ret), "key");
	return PERSO_OK;
}

/* see perso/key.h */
perso_rc
perso_pubkey_from_spki(struct perso_span der, struct perso_pubkey **ret)
{
	CLEANUP(key_alg_done)
	struct key_alg a = { .ec = { .curve = PERSO_CURVE_NONE } };

	PERSO_TRY_CTX(read_spki(der, &a, ret), "public key");
	return PERSO_OK;
}

/* see perso/key.h */
perso_rc
perso_pubkey_from_point(
    enum perso_curve c, struct perso_span point, struct perso_pubkey **ret)
{
	struct key_alg a = { .kind = PERSO_KEY_EC };

	if (point.n == 0 || point.p[0] != 4)
		PERSO_FAIL(PERSO_E_KEY, "point is not uncompressed");
	PERSO_TRY(ec_domain_known(c, &a.ec));
	return pubkey_from_point(&a, point, ret);
}

/* see perso/key.h */
perso_rc
perso_pubkey_from_rsa(
    struct perso_span n, struct perso_span e, struct perso_pubkey **ret)
{
	const struct key_alg a = { .kind = PERSO_KEY_RSA };

	return pubkey_from_rsa(&a, n, e, ret);
}

/* see perso/key.h */
enum perso_key_kind
perso_pubkey_kind(const struct perso_pubkey *k)
{
	return k->kind;
}

/* see perso/key.h */
enum perso_curve
perso_pubkey_curve(const struct perso_pubkey *k)
{
	return k->ec.curve;
}

/* see perso/key.h */
size_t
perso_pubkey_bits(const struct perso_pubkey *k)
{
	return k->bits;
}

/* see perso/key.h */
bool
perso_pubkey_equal(const struct perso_pubkey *a, const struct perso_pubkey *b)
{
	if (a->kind != b->kind)
		return false;
	if (a->kind == PERSO_KEY_RSA)
		return perso_span_equal(
			   perso_buf_span(&a->n), perso_buf_span(&b->n)) &&
		       perso_span_equal(
			   perso_buf_span(&a->e), perso_buf_span(&b->e));
	return a->point_len == b->point_len &&
	       memcmp(a->point, b->point, a->point_len) == 0 &&
	       ec_domain_equal(&a->ec, &b->ec);
}

/* see crypto_int.h */
void
pubkey_write_alg(
    struct perso_wr *w, const struct perso_pubkey *k, bool explicit_params)
{
	size_t alg;

	if (k->pss.pss_only) {
		perso_wr_bytes(w, perso_buf_span(&k->pss_alg));
		return;
	}
	alg = perso_wr_open(w, 0x30);
	perso_wr_oid(w, k->kind == PERSO_KEY_RSA ? OID_RSA : OID_EC_KEY);
	if (k->kind == PERSO_KEY_RSA)
		perso_wr_head(w, 0x05, 0);
	else if (explicit_params || k->ec.curve == PERSO_CURVE_NONE)
		ec_params_write(w, &k->ec);
	else
		perso_wr_oid(w, curve_oid(k->ec.curve));
	perso_wr_close(w, alg);
}

/* see perso/key.h */
perso_rc
perso_pubkey_spki(
    const struct perso_pubkey *k, bool explicit_params, struct perso_buf *ret)
{
	PERSO_BUF(out, 8192);
	struct perso_wr w = perso_wr(&out);
	size_t spki, bits, rsa;

	spki = perso_wr_open(&w, 0x30);
	pubkey_write_alg(&w, k, explicit_params);
	bits = perso_wr_open(&w, 0x03);
	perso_wr_u8(&w, 0);
	if (k->kind == PERSO_KEY_RSA) {
		rsa = perso_wr_open(&w, 0x30);
		perso_wr_uint(&w, perso_buf_span(&k->n));
		perso_wr_uint(&w, perso_buf_span(&k->e));
		perso_wr_close(&w, rsa);
	} else {
		perso_wr_bytes(&w, perso_span(k->point, k->point_len));
	}
	perso_wr_close(&w, bits);
	perso_wr_close(&w, spki);
	PERSO_TRY_CTX(perso_wr_end(&w), "public key");
	return perso_buf_append(ret, perso_buf_span(&out));
}

/* see perso/key.h */
perso_rc
perso_pubkey_point(const struct perso_pubkey *k, struct perso_buf *ret)
{
	if (k->kind == PERSO_KEY_RSA)
		return perso_buf_append(ret, perso_buf_span(&k->n));
	return perso_buf_append(ret, perso_span(k->point, k->point_len));
}

/* see perso/key.h */
perso_rc
perso_pubkey_exponent(const struct perso_pubkey *k, struct perso_buf *ret)
{
	if (k->kind != PERSO_KEY_RSA)
		PERSO_FAIL(PERSO_E_KEY, "an EC key has no exponent");
	return perso_buf_append(ret, perso_buf_span(&k->e));
}
