/*
 * PKCS#8 private keys (RFC 5208, RFC 5958; RFC 5915 for EC). Own DER, so
 * that every copy of a secret is in wiped memory and that errors name
 * places, never values.
 */
#include "crypto_int.h"

/* Q = d G, uncompressed; d must be 1 .. n-1. */
static perso_rc
derive_point(const struct ec_domain *ec, struct perso_span d, uint8_t *dst,
    size_t *ret_len)
{
	CLEANUP(ossl_point_done) EC_POINT *q = EC_POINT_new(ec->group);
	CLEANUP(ossl_bn_done) BIGNUM *bn = NULL;

	bn = BN_bin2bn(d.p, (int)d.n, NULL);
	if (bn == NULL || q == NULL)
		return ossl_fail(PERSO_E_NOMEM, "EC key");
	BN_set_flags(bn, BN_FLG_CONSTTIME);
	if (BN_is_zero(bn) || BN_cmp(bn, EC_GROUP_get0_order(ec->group)) >= 0)
		PERSO_FAIL(PERSO_E_KEY, "private value out of range");
	if (EC_POINT_mul(ec->group, q, bn, NULL, NULL, NULL) != 1)
		return ossl_fail(PERSO_E_CRYPTO, "EC key");
	*ret_len = EC_POINT_point2oct(
	    ec->group, q, POINT_CONVERSION_UNCOMPRESSED, dst, POINT_MAX, NULL);
	if (*ret_len == 0)
		return ossl_fail(PERSO_E_CRYPTO, "EC key");
	return PERSO_OK;
}

static perso_rc
make_ec(const struct perso_pubkey *pub, struct perso_span d, EVP_PKEY **ret)
{
	CLEANUP(pkey_params_done) struct pkey_params s;

	pkey_params_init(&s);
	pkey_params_domain(&s, &pub->ec);
	pkey_params_bytes(&s, OSSL_PKEY_PARAM_PUB_KEY,
	    perso_span(pub->point, pub->point_len));
	pkey_params_uint(&s, OSSL_PKEY_PARAM_PRIV_KEY, d);
	return pkey_params_make(&s, "EC", EVP_PKEY_KEYPAIR, ret);
}

/* [1] publicKey, if there, must be the point that belongs to the key. */
static perso_rc
check_embedded(const struct ec_domain *ec, struct perso_span explicit_tag,
    struct perso_span want)
{
	struct perso_rd rd = perso_rd(explicit_tag);
	uint8_t point[POINT_MAX];
	struct perso_tlv t;
	size_t n;

	PERSO_TRY(der_expect(&rd, 0x03, &t));
	PERSO_TRY(perso_rd_finish(&rd));
	if (t.val.n == 0 || t.val.p[0] != 0)
		PERSO_FAIL(PERSO_E_DATA, "point is not whole bytes");
	PERSO_TRY(
	    ec_point_read(ec, perso_span(t.val.p + 1, t.val.n - 1), point, &n));
	if (!perso_span_equal(perso_span(point, n), want))
		PERSO_FAIL(PERSO_E_KEY,
		    "public and private key do not belong together");
	return PERSO_OK;
}

/* ECPrivateKey ::= SEQUENCE { 1, OCTET STRING, [0] params, [1] point } */
static perso_rc
parse_ec_fields(struct perso_span der, struct perso_span *ret_d,
    struct perso_tlv *ret_pub, bool *ret_has_pub)
{
	struct perso_rd rd = perso_rd(der), seq;
	struct perso_span version;
	struct perso_tlv t;
	bool there;

	PERSO_TRY(der_seq(&rd, &seq));
	PERSO_TRY(perso_rd_finish(&rd));
	PERSO_TRY(der_uint(&seq, &version));
	if (version.n != 1 || version.p[0] != 1)
		PERSO_FAIL(PERSO_E_UNSUPPORTED, "version of EC key");
	PERSO_TRY_CTX(der_expect(&seq, 0x04, &t), "private value");
	*ret_d = t.val;
	PERSO_TRY(perso_tlv_optional(&seq, 0xA0, &t, &there));
	PERSO_TRY(perso_tlv_optional(&seq, 0xA1, ret_pub, ret_has_pub));
	return perso_rd_finish(&seq);
}

static perso_rc
parse_ec(struct key_alg *a, struct perso_span der,
    struct perso_pubkey **ret_pub, EVP_PKEY **ret_pkey)
{
	CLEANUP(perso_pubkey_free) struct perso_pubkey *pub = NULL;
	uint8_t point[POINT_MAX];
	struct perso_span d;
	struct perso_tlv embedded;
	bool has_pub;
	size_t n;

	PERSO_TRY(parse_ec_fields(der, &d, &embedded, &has_pub));
	if (d.n > a->ec.order)
		PERSO_FAIL(PERSO_E_KEY, "private value of %zu bytes", d.n);
	PERSO_TRY(derive_point(&a->ec, d, point, &n));
	if (has_pub)
		PERSO_TRY_CTX(
		    check_embedded(&a->ec, embedded.val, perso_span(point, n)),
		    "public key");
	PERSO_TRY(pubkey_from_point(a, perso_span(point, n), &pub));
	PERSO_TRY(make_ec(pub, d, ret_pkey));
	*ret_pub = pub;
	pub = NULL;
	return PERSO_OK;
}

/* Attributes and a second public key may follow (RFC 5958): not looked at. */
static perso_rc
parse_tail(struct perso_rd *rd)
{
	struct perso_tlv t;
	bool there;

	PERSO_TRY(perso_tlv_optional(rd, 0xA0, &t, &there));
	PERSO_TRY(perso_tlv_optional(rd, 0x81, &t, &there));
	return perso_rd_finish(rd);
}

static perso_rc
parse_info(struct perso_span der, struct key_alg *a,
    struct perso_pubkey **ret_pub, EVP_PKEY **ret_pkey)
{
	struct perso_span version;
	struct perso_tlv t, key;
	struct perso_rd rd;

	PERSO_TRY(perso_tlv_only(der, 0x30, &t));
	rd = perso_rd(t.val);
	PERSO_TRY_CTX(der_uint(&rd, &version), "version");
	if (version.n > 1 || (version.n == 1 && version.p[0] != 1))
		PERSO_FAIL(PERSO_E_UNSUPPORTED, "version of PKCS#8");
	PERSO_TRY(key_alg_parse(&rd, a));
	PERSO_TRY_CTX(der_expect(&rd, 0x04, &key), "key");
	PERSO_TRY(parse_tail(&rd));
	if (a->kind == PERSO_KEY_RSA)
		PERSO_TRY_CTX(
		    pkcs8_parse_rsa(a, key.val, ret_pub, ret_pkey), "RSA key");
	else
		PERSO_TRY_CTX(
		    parse_ec(a, key.val, ret_pub, ret_pkey), "EC key");
	return PERSO_OK;
}

/* see crypto_int.h */
perso_rc
pkcs8_parse(
    struct perso_span der, struct perso_pubkey **ret_pub, EVP_PKEY **ret_pkey)
{
	CLEANUP(key_alg_done)
	struct key_alg a = { .ec = { .curve = PERSO_CURVE_NONE } };

	PERSO_TRY_CTX(parse_info(der, &a, ret_pub, ret_pkey), "PKCS#8");
	return PERSO_OK;
}

/* see crypto_int.h */
void
pkcs8_write_number(
    struct perso_wr *w, const EVP_PKEY *pkey, const char *name, size_t size)
{
	CLEANUP(ossl_bn_done) BIGNUM *bn = NULL;
	PERSO_BUF(tmp, RSA_BYTES_MAX);
	size_t n;

	if (w->rc != PERSO_OK)
		return;
	if (EVP_PKEY_get_bn_param(pkey, name, &bn) != 1) {
		w->rc = ossl_fail(PERSO_E_CRYPTO, name);
		return;
	}
	n = size != 0 ? size : (size_t)BN_num_bytes(bn);
	w->rc = perso_buf_resize(&tmp, n);
	if (w->rc != PERSO_OK)
		return;
	if (BN_bn2binpad(bn, tmp.p, (int)n) < 0)
		w->rc = ossl_fail(PERSO_E_CRYPTO, name);
	else if (size != 0)
		perso_wr_tlv(w, 0x04, perso_buf_span(&tmp));
	else
		perso_wr_uint(w, perso_buf_span(&tmp));
}

static void
write_ec(
    struct perso_wr *w, const struct perso_pubkey *pub, const EVP_PKEY *pkey)
{
	size_t seq = perso_wr_open(w, 0x30), tag, bits;

	perso_wr_int(w, 1);
	pkcs8_write_number(w, pkey, OSSL_PKEY_PARAM_PRIV_KEY, pub->ec.order);
	tag = perso_wr_open(w, 0xA1);
	bits = perso_wr_open(w, 0x03);
	perso_wr_u8(w, 0);
	perso_wr_bytes(w, perso_span(pub->point, pub->point_len));
	perso_wr_close(w, bits);
	perso_wr_close(w, tag);
	perso_wr_close(w, seq);
}

/* see crypto_int.h */
perso_rc
pkcs8_write(
    const struct perso_pubkey *pub, const EVP_PKEY *pkey, struct perso_buf *ret)
{
	PERSO_BUF(out, 8 * RSA_BYTES_MAX);
	struct perso_wr w = perso_wr(&out);
	size_t info, key;

	info = perso_wr_open(&w, 0x30);
	perso_wr_int(&w, 0);
	pubkey_write_alg(&w, pub, false);
	key = perso_wr_open(&w, 0x04);
	if (pub->kind == PERSO_KEY_RSA) {
		pkcs8_write_rsa(&w, pkey);
	} else {
		write_ec(&w, pub, pkey);
	}
	perso_wr_close(&w, key);
	perso_wr_close(&w, info);
	PERSO_TRY_CTX(perso_wr_end(&w), "PKCS#8");
	return perso_buf_append(ret, perso_buf_span(&out));
}
