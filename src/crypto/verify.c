/*
 * Signature verification and the forms of an ECDSA signature.
 */
#include "crypto_int.h"

/* see crypto_int.h */
perso_rc
pubkey_allows(const struct perso_pubkey *k, struct perso_sig_alg alg)
{
	bool rsa =
	    alg.kind == PERSO_SIG_RSA_PKCS1 || alg.kind == PERSO_SIG_RSA_PSS;

	if (rsa != (k->kind == PERSO_KEY_RSA))
		PERSO_FAIL(PERSO_E_KEY,
		    "signature algorithm is not for this kind of key");
	if (perso_hash_size(alg.hash) == 0)
		PERSO_FAIL(PERSO_E_ARG, "no hash algorithm given");
	if (alg.kind == PERSO_SIG_RSA_PKCS1 && k->pss.pss_only)
		PERSO_FAIL(PERSO_E_KEY, "key is for RSASSA-PSS only");
	if (k->pss.hash != PERSO_HASH_NONE &&
	    (alg.hash != k->pss.hash || alg.salt < k->pss.min_salt))
		PERSO_FAIL(
		    PERSO_E_KEY, "key is for RSASSA-PSS with other parameters");
	return PERSO_OK;
}

/* see crypto_int.h */
perso_rc
pubkey_set_alg(
    EVP_PKEY_CTX *ctx, const struct perso_pubkey *k, struct perso_sig_alg alg)
{
	EVP_MD *md = ossl_md(alg.hash);
	bool pss = alg.kind == PERSO_SIG_RSA_PSS;

	if (k->kind == PERSO_KEY_EC)
		return PERSO_OK; /* the digest is signed as it is */
	if (pss &&
	    (alg.salt > RSA_BYTES_MAX ||
		alg.salt + perso_hash_size(alg.hash) + 2 > (k->bits + 6) / 8))
		PERSO_FAIL(
		    PERSO_E_KEY, "salt of %zu bytes is too long", alg.salt);
	if (EVP_PKEY_CTX_set_rsa_padding(
		ctx, pss ? RSA_PKCS1_PSS_PADDING : RSA_PKCS1_PADDING) != 1 ||
	    EVP_PKEY_CTX_set_signature_md(ctx, md) != 1)
		return ossl_fail(PERSO_E_CRYPTO, "RSA set-up");
	if (pss &&
	    (EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, md) != 1 ||
		EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, (int)alg.salt) != 1))
		return ossl_fail(PERSO_E_CRYPTO, "RSA-PSS set-up");
	return PERSO_OK;
}

static perso_rc
verify_digest(const struct perso_pubkey *k, struct perso_sig_alg alg,
    const struct perso_md *md, struct perso_span sig)
{
	CLEANUP(ossl_pkey_ctx_done) EVP_PKEY_CTX *ctx = NULL;
	int rc;

	ctx = EVP_PKEY_CTX_new_from_pkey(NULL, k->pkey, NULL);
	if (ctx == NULL || EVP_PKEY_verify_init(ctx) != 1)
		return ossl_fail(PERSO_E_CRYPTO, "verification set-up");
	PERSO_TRY(pubkey_set_alg(ctx, k, alg));
	rc = EVP_PKEY_verify(ctx, sig.p, sig.n, md->p, md->n);
	ERR_clear_error();
	if (rc != 1)
		PERSO_FAIL(PERSO_E_SIGNATURE, "signature does not verify");
	return PERSO_OK;
}

/* SEQUENCE { r, s } and nothing else; BER laxity would make signatures
 * malleable. */
static perso_rc
parse_ecdsa(struct perso_span der, struct perso_span *r, struct perso_span *s)
{
	struct perso_rd rd;
	struct perso_tlv t;

	PERSO_TRY(perso_tlv_only(der, 0x30, &t));
	rd = perso_rd(t.val);
	PERSO_TRY_CTX(der_uint(&rd, r), "r");
	PERSO_TRY_CTX(der_uint(&rd, s), "s");
	return perso_rd_finish(&rd);
}

/* The signature in the form OpenSSL wants; tmp holds it if it was plain.
 * Whatever is malformed does not verify. */
static perso_rc
normalise(const struct perso_pubkey *k, struct perso_sig_alg alg,
    struct perso_span *sig, struct perso_buf *tmp)
{
	struct perso_span r, s;

	if (alg.kind == PERSO_SIG_ECDSA_PLAIN) {
		if (sig->n != 2 * k->ec.order)
			PERSO_FAIL(PERSO_E_SIGNATURE,
			    "signature of %zu bytes, not %zu", sig->n,
			    2 * k->ec.order);
		PERSO_TRY(perso_ecdsa_to_der(*sig, tmp));
		*sig = perso_buf_span(tmp);
	} else if (alg.kind == PERSO_SIG_ECDSA) {
		if (parse_ecdsa(*sig, &r, &s) != PERSO_OK) {
			perso_trail_add("ECDSA signature");
			return PERSO_E_SIGNATURE;
		}
	} else if (sig->n != k->n.n) {
		PERSO_FAIL(PERSO_E_SIGNATURE, "signature of %zu bytes, not %zu",
		    sig->n, k->n.n);
	}
	return PERSO_OK;
}

/* see perso/key.h */
perso_rc
perso_pubkey_verify(const struct perso_pubkey *k, struct perso_sig_alg alg,
    const struct perso_span *parts, size_t count, struct perso_span sig)
{
	PERSO_BUF(tmp, 4 * FIELD_MAX);
	struct perso_md md;

	PERSO_TRY(pubkey_allows(k, alg));
	PERSO_TRY(normalise(k, alg, &sig, &tmp));
	PERSO_TRY(perso_digest_parts(alg.hash, parts, count, &md));
	return verify_digest(k, alg, &md, sig);
}

/* see perso/key.h */
perso_rc
perso_pubkey_rsa_raw(
    const struct perso_pubkey *k, struct perso_span in, struct perso_buf *ret)
{
	CLEANUP(ossl_pkey_ctx_done) EVP_PKEY_CTX *ctx = NULL;
	uint8_t out[RSA_BYTES_MAX];
	size_t n = sizeof(out);

	if (k->kind != PERSO_KEY_RSA)
		PERSO_FAIL(PERSO_E_KEY, "not an RSA key");
	if (in.n != k->n.n)
		PERSO_FAIL(
		    PERSO_E_RANGE, "block of %zu bytes, not %zu", in.n, k->n.n);
	if (memcmp(in.p, k->n.p, in.n) >= 0)
		PERSO_FAIL(PERSO_E_RANGE, "block is not below the modulus");
	ctx = EVP_PKEY_CTX_new_from_pkey(NULL, k->pkey, NULL);
	if (ctx == NULL || EVP_PKEY_encrypt_init(ctx) != 1 ||
	    EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_NO_PADDING) != 1 ||
	    EVP_PKEY_encrypt(ctx, out, &n, in.p, in.n) != 1)
		return ossl_fail(PERSO_E_CRYPTO, "RSA operation");
	return perso_buf_append(ret, perso_span(out, n));
}

static void
write_padded(struct perso_buf *b, size_t at, struct perso_span v, size_t n)
{
	memcpy(b->p + at + n - v.n, v.p, v.n);
}

/* see perso/key.h */
perso_rc
perso_ecdsa_to_plain(
    struct perso_span der, size_t order_len, struct perso_buf *ret)
{
	size_t at = ret->n;
	struct perso_span r, s;

	PERSO_TRY_CTX(parse_ecdsa(der, &r, &s), "ECDSA signature");
	if (r.n > order_len || s.n > order_len)
		PERSO_FAIL(PERSO_E_RANGE, "r or s is longer than %zu bytes",
		    order_len);
	PERSO_TRY(perso_buf_resize(ret, at + 2 * order_len));
	write_padded(ret, at, r, order_len);
	write_padded(ret, at + order_len, s, order_len);
	return PERSO_OK;
}

/* see perso/key.h */
perso_rc
perso_ecdsa_to_der(struct perso_span plain, struct perso_buf *ret)
{
	PERSO_BUF(out, 1024);
	struct perso_wr w = perso_wr(&out);
	size_t half = plain.n / 2, seq;

	if (plain.n == 0 || plain.n % 2 != 0 || plain.n > 2 * (FIELD_MAX + 1))
		PERSO_FAIL(
		    PERSO_E_DATA, "plain signature of %zu bytes", plain.n);
	seq = perso_wr_open(&w, 0x30);
	perso_wr_uint(&w, perso_span(plain.p, half));
	perso_wr_uint(&w, perso_span(plain.p + half, half));
	perso_wr_close(&w, seq);
	PERSO_TRY(perso_wr_end(&w));
	return perso_buf_append(ret, perso_buf_span(&out));
}
