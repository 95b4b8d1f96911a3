/*
 * AES-256-GCM.
 */
#include <limits.h>
#include <pthread.h>

#include "crypto_int.h"
#include "perso/gcm.h"

static EVP_CIPHER *alg;

static void
fetch(void)
{
	alg = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
	ERR_clear_error();
}

static perso_rc
check(struct perso_span key, struct perso_span nonce, struct perso_span aad,
    struct perso_span text)
{
	if (key.n != PERSO_GCM_KEY)
		PERSO_FAIL(PERSO_E_KEY, "AES-256-GCM key of %zu bytes", key.n);
	if (nonce.n != PERSO_GCM_NONCE)
		PERSO_FAIL(
		    PERSO_E_ARG, "AES-256-GCM nonce of %zu bytes", nonce.n);
	if (aad.n > INT_MAX || text.n > INT_MAX - PERSO_GCM_TAG)
		PERSO_FAIL(PERSO_E_ARG, "too much for AES-256-GCM");
	return PERSO_OK;
}

/* A context that has taken key, nonce and aad; encrypt is 1 or 0. */
static perso_rc
start(struct perso_span key, struct perso_span nonce, struct perso_span aad,
    int encrypt, EVP_CIPHER_CTX **ret)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	CLEANUP(ossl_cipher_ctx_done) EVP_CIPHER_CTX *ctx = NULL;
	int n;

	pthread_once(&once, fetch);
	ctx = EVP_CIPHER_CTX_new();
	if (alg == NULL || ctx == NULL ||
	    EVP_CipherInit_ex2(ctx, alg, key.p, nonce.p, encrypt, NULL) != 1)
		return ossl_fail(PERSO_E_CRYPTO, "AES-256-GCM");
	if (aad.n != 0 &&
	    EVP_CipherUpdate(ctx, NULL, &n, aad.p, (int)aad.n) != 1)
		return ossl_fail(PERSO_E_CRYPTO, "AES-256-GCM");
	*ret = ctx;
	ctx = NULL;
	return PERSO_OK;
}

static bool
update(EVP_CIPHER_CTX *ctx, struct perso_span in, uint8_t *dst)
{
	int n = 0;

	return in.n == 0 ||
	       (EVP_CipherUpdate(ctx, dst, &n, in.p, (int)in.n) == 1 &&
		   (size_t)n == in.n);
}

static bool
finish(EVP_CIPHER_CTX *ctx)
{
	uint8_t none[16];
	int n = 0;

	return EVP_CipherFinal_ex(ctx, none, &n) == 1 && n == 0;
}

static perso_rc
seal(EVP_CIPHER_CTX *ctx, struct perso_span plain, uint8_t *dst)
{
	if (!update(ctx, plain, dst) || !finish(ctx) ||
	    EVP_CIPHER_CTX_ctrl(
		ctx, EVP_CTRL_AEAD_GET_TAG, PERSO_GCM_TAG, dst + plain.n) != 1)
		return ossl_fail(PERSO_E_CRYPTO, "AES-256-GCM");
	return PERSO_OK;
}

static perso_rc
open_sealed(EVP_CIPHER_CTX *ctx, struct perso_span text, const uint8_t *tag,
    uint8_t *dst)
{
	uint8_t want[PERSO_GCM_TAG];

	memcpy(want, tag, sizeof(want));
	if (EVP_CIPHER_CTX_ctrl(
		ctx, EVP_CTRL_AEAD_SET_TAG, PERSO_GCM_TAG, want) != 1 ||
	    !update(ctx, text, dst))
		return ossl_fail(PERSO_E_CRYPTO, "AES-256-GCM");
	if (!finish(ctx)) {
		ERR_clear_error();
		PERSO_FAIL(PERSO_E_SIGNATURE, "AES-256-GCM tag is wrong");
	}
	return PERSO_OK;
}

static perso_rc
undo(struct perso_buf *b, size_t n, perso_rc rc)
{
	if (rc != PERSO_OK && perso_buf_resize(b, n) != PERSO_OK)
		perso_buf_clear(b); /* shrinking cannot fail */
	return rc;
}

/* see perso/gcm.h */
perso_rc
perso_gcm_seal(struct perso_span key, struct perso_span nonce,
    struct perso_span aad, struct perso_span plain, struct perso_buf *ret)
{
	CLEANUP(ossl_cipher_ctx_done) EVP_CIPHER_CTX *ctx = NULL;
	size_t at = ret->n;

	PERSO_TRY(check(key, nonce, aad, plain));
	PERSO_TRY(start(key, nonce, aad, 1, &ctx));
	PERSO_TRY(perso_buf_resize(ret, at + plain.n + PERSO_GCM_TAG));
	return undo(ret, at, seal(ctx, plain, ret->p + at));
}

/* see perso/gcm.h */
perso_rc
perso_gcm_open(struct perso_span key, struct perso_span nonce,
    struct perso_span aad, struct perso_span sealed, struct perso_buf *ret)
{
	CLEANUP(ossl_cipher_ctx_done) EVP_CIPHER_CTX *ctx = NULL;
	struct perso_span text;
	size_t at = ret->n;
	uint8_t none;

	if (sealed.n < PERSO_GCM_TAG)
		PERSO_FAIL(
		    PERSO_E_TRUNCATED, "%zu bytes, less than a tag", sealed.n);
	text = perso_span(sealed.p, sealed.n - PERSO_GCM_TAG);
	PERSO_TRY(check(key, nonce, aad, text));
	PERSO_TRY(start(key, nonce, aad, 0, &ctx));
	PERSO_TRY(perso_buf_resize(ret, at + text.n));
	return undo(ret, at,
	    open_sealed(ctx, text, sealed.p + text.n,
		text.n != 0 ? ret->p + at : &none));
}
