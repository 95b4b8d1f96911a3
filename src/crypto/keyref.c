/*
 * keyref: opening, making, saving and using keys in files.
 */
#include "perso/file.h"
#include "perso/hex.h"
#include "crypto_int.h"

#define FILE_MAX 65536
#define PEM_BEGIN "-----BEGIN PRIVATE KEY-----"
#define PEM_END "-----END PRIVATE KEY-----"
#define PEM_LINE 64

/* see perso/keyref.h */
void
perso_keyref_free(struct perso_keyref **k)
{
	if (k == NULL || *k == NULL)
		return;
	for (size_t i = 0; i < SIGN_SLOTS; i++)
		EVP_PKEY_CTX_free((*k)->slots[i].ctx);
	EVP_PKEY_free((*k)->pkey);
	perso_pubkey_free(&(*k)->pub);
	perso_wipe(*k, sizeof(**k));
	free(*k);
	*k = NULL;
}

/* see perso/keyref.h */
perso_rc
perso_keyref_from_pkcs8(struct perso_span der, struct perso_keyref **ret)
{
	struct perso_keyref *k = calloc(1, sizeof(*k));
	perso_rc rc;

	if (k == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "out of memory");
	rc = pkcs8_parse(der, &k->pub, &k->pkey);
	if (rc != PERSO_OK) {
		perso_keyref_free(&k);
		return rc;
	}
	*ret = k;
	return PERSO_OK;
}

static bool
is_space(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Where text stands in s, or s.n. */
static size_t
find(struct perso_span s, const char *text)
{
	const uint8_t *at =
	    s.n == 0 ? NULL : memmem(s.p, s.n, text, strlen(text));

	return at != NULL ? (size_t)(at - s.p) : s.n;
}

/* PEM to DER; what is not PEM is taken for DER as it is. */
static perso_rc
unarmour(struct perso_span file, struct perso_buf *ret)
{
	PERSO_BUF(text, FILE_MAX);
	size_t begin = find(file, PEM_BEGIN), end;

	if (file.n != 0 && file.p[0] == 0x30)
		return perso_buf_append(ret, file);
	if (begin == file.n)
		PERSO_FAIL(PERSO_E_KEY,
		    find(file, "ENCRYPTED PRIVATE KEY") != file.n
			? "the key is encrypted"
			: "neither PEM nor DER of an unencrypted PKCS#8 key");
	file = perso_span_sub(file, begin + strlen(PEM_BEGIN), file.n);
	end = find(file, PEM_END);
	if (end == file.n)
		PERSO_FAIL(PERSO_E_KEY, "PEM has no end line");
	PERSO_TRY(perso_buf_reserve(&text, end));
	for (size_t i = 0; i < end; i++)
		if (!is_space(file.p[i]))
			PERSO_TRY(perso_buf_append_u8(&text, file.p[i]));
	if (perso_base64_decode(perso_buf_span(&text), ret) != PERSO_OK)
		PERSO_FAIL(PERSO_E_KEY, "PEM is not base64");
	return PERSO_OK;
}

/* see perso/keyref.h */
perso_rc
perso_keyref_open(const char *path, struct perso_keyref **ret)
{
	PERSO_BUF(file, FILE_MAX);
	PERSO_BUF(der, FILE_MAX);
	perso_rc rc;

	PERSO_TRY(perso_file_read(path, &file));
	PERSO_TRY_CTX(unarmour(perso_buf_span(&file), &der), "%s", path);
	rc = perso_keyref_from_pkcs8(perso_buf_span(&der), ret);
	if (rc == PERSO_OK)
		return PERSO_OK;
	perso_trail_add("%s", path);
	return perso_rc_category(rc) == PERSO_CAT_DATA ? PERSO_E_KEY : rc;
}

static perso_rc
generate_pkey(struct perso_key_spec spec, EVP_PKEY **ret)
{
	struct ec_domain d;

	if (spec.kind == PERSO_KEY_EC) {
		PERSO_TRY(ec_domain_known(spec.curve, &d));
		*ret = EVP_PKEY_Q_keygen(
		    NULL, NULL, "EC", OBJ_nid2sn(curve_nid(spec.curve)));
	} else {
		if (spec.bits < RSA_BITS_MIN || spec.bits > 4096 ||
		    spec.bits % 8 != 0)
			PERSO_FAIL(
			    PERSO_E_ARG, "RSA key of %u bits", spec.bits);
		*ret = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)spec.bits);
	}
	if (*ret == NULL)
		return ossl_fail(PERSO_E_CRYPTO, "key generation");
	return PERSO_OK;
}

static perso_rc
rsa_pubkey(const EVP_PKEY *pkey, struct perso_pubkey **ret)
{
	CLEANUP(ossl_bn_done) BIGNUM *n = NULL, *e = NULL;
	uint8_t nb[RSA_BYTES_MAX], eb[RSA_BYTES_MAX];

	if (EVP_PKEY_get_bn_param(pkey, OSSL_PKEY_PARAM_RSA_N, &n) != 1 ||
	    EVP_PKEY_get_bn_param(pkey, OSSL_PKEY_PARAM_RSA_E, &e) != 1)
		return ossl_fail(PERSO_E_CRYPTO, "generated key");
	return perso_pubkey_from_rsa(perso_span(nb, (size_t)BN_bn2bin(n, nb)),
	    perso_span(eb, (size_t)BN_bn2bin(e, eb)), ret);
}

static perso_rc
ec_pubkey(const EVP_PKEY *pkey, enum perso_curve c, struct perso_pubkey **ret)
{
	uint8_t point[POINT_MAX];
	size_t n = 0;

	if (EVP_PKEY_get_octet_string_param(
		pkey, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof(point), &n) != 1)
		return ossl_fail(PERSO_E_CRYPTO, "generated key");
	return perso_pubkey_from_point(c, perso_span(point, n), ret);
}

/* see perso/keyref.h */
perso_rc
perso_keyref_generate(struct perso_key_spec spec, struct perso_keyref **ret)
{
	CLEANUP(perso_keyref_free) struct perso_keyref *k = NULL;

	k = calloc(1, sizeof(*k));
	if (k == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "out of memory");
	PERSO_TRY(generate_pkey(spec, &k->pkey));
	if (spec.kind == PERSO_KEY_EC)
		PERSO_TRY(ec_pubkey(k->pkey, spec.curve, &k->pub));
	else
		PERSO_TRY(rsa_pubkey(k->pkey, &k->pub));
	*ret = k;
	k = NULL;
	return PERSO_OK;
}

static perso_rc
need_private(const struct perso_keyref *k)
{
	if (k->pkey == NULL)
		PERSO_FAIL(PERSO_E_KEY, "a secret key, not a private one");
	return PERSO_OK;
}

/* see perso/keyref.h */
perso_rc
perso_keyref_pkcs8(const struct perso_keyref *k, struct perso_buf *ret)
{
	PERSO_TRY(need_private(k));
	return pkcs8_write(k->pub, k->pkey, ret);
}

/* see perso/keyref.h */
perso_rc
perso_keyref_save(const struct perso_keyref *k, const char *path)
{
	PERSO_BUF(der, FILE_MAX);
	PERSO_BUF(text, FILE_MAX);
	PERSO_BUF(pem, FILE_MAX);
	struct perso_wr w = perso_wr(&pem);

	PERSO_TRY_CTX(perso_keyref_pkcs8(k, &der), "%s", path);
	PERSO_TRY(perso_base64_encode(perso_buf_span(&der), &text));
	perso_wr_str(&w, PEM_BEGIN "\n");
	for (size_t at = 0; at < text.n; at += PEM_LINE) {
		perso_wr_bytes(
		    &w, perso_span_sub(perso_buf_span(&text), at, PEM_LINE));
		perso_wr_str(&w, "\n");
	}
	perso_wr_str(&w, PEM_END "\n");
	PERSO_TRY(perso_wr_end(&w));
	return perso_file_write(path, perso_buf_span(&pem), 0600);
}

/* see perso/keyref.h */
const struct perso_pubkey *
perso_keyref_pubkey(const struct perso_keyref *k)
{
	return k->pub;
}

/* Plain and DER signatures share a context, and so do all hashes on an EC
 * key: nothing of them is set in it. */
static bool
same_context(const struct sign_slot *s, const struct perso_keyref *k,
    struct perso_sig_alg alg)
{
	if (s->ctx == NULL)
		return false;
	if (k->pub->kind == PERSO_KEY_EC)
		return true;
	return s->alg.kind == alg.kind && s->alg.hash == alg.hash &&
	       (alg.kind != PERSO_SIG_RSA_PSS || s->alg.salt == alg.salt);
}

static perso_rc
signing_context(
    struct perso_keyref *k, struct perso_sig_alg alg, EVP_PKEY_CTX **ret)
{
	CLEANUP(ossl_pkey_ctx_done) EVP_PKEY_CTX *ctx = NULL;
	struct sign_slot *s;

	for (size_t i = 0; i < SIGN_SLOTS; i++) {
		if (!same_context(&k->slots[i], k, alg))
			continue;
		*ret = k->slots[i].ctx;
		return PERSO_OK;
	}
	ctx = EVP_PKEY_CTX_new_from_pkey(NULL, k->pkey, NULL);
	if (ctx == NULL || EVP_PKEY_sign_init(ctx) != 1)
		return ossl_fail(PERSO_E_CRYPTO, "signing set-up");
	PERSO_TRY(pubkey_set_alg(ctx, k->pub, alg));
	s = &k->slots[k->next_slot];
	k->next_slot = (k->next_slot + 1) % SIGN_SLOTS;
	EVP_PKEY_CTX_free(s->ctx);
	s->alg = alg;
	*ret = s->ctx = ctx;
	ctx = NULL;
	return PERSO_OK;
}

/* see perso/keyref.h */
perso_rc
perso_keyref_sign(struct perso_keyref *k, struct perso_sig_alg alg,
    const struct perso_span *parts, size_t count, struct perso_buf *ret)
{
	uint8_t sig[RSA_BYTES_MAX];
	size_t n = sizeof(sig);
	EVP_PKEY_CTX *ctx = NULL;
	struct perso_md md;

	PERSO_TRY(need_private(k));
	PERSO_TRY(pubkey_allows(k->pub, alg));
	PERSO_TRY(signing_context(k, alg, &ctx));
	PERSO_TRY(perso_digest_parts(alg.hash, parts, count, &md));
	if (EVP_PKEY_sign(ctx, sig, &n, md.p, md.n) != 1)
		return ossl_fail(PERSO_E_CRYPTO, "signing");
	if (alg.kind == PERSO_SIG_ECDSA_PLAIN)
		return perso_ecdsa_to_plain(
		    perso_span(sig, n), k->pub->ec.order, ret);
	return perso_buf_append(ret, perso_span(sig, n));
}

/* see perso/keyref.h */
perso_rc
perso_keyref_rsa_raw(
    struct perso_keyref *k, struct perso_span in, struct perso_buf *ret)
{
	PERSO_TRY(need_private(k));
	if (k->pub->kind != PERSO_KEY_RSA)
		PERSO_FAIL(PERSO_E_KEY, "not an RSA key");
	return rsa_private(k->pkey, k->pub, in, ret);
}
