/*
 * AES-CMAC. A keyed template per key length is made once; a message starts
 * from a copy of it, which saves looking the cipher up by name.
 */
#include <pthread.h>

#include "crypto_int.h"

static EVP_MAC_CTX *templates[3]; /* 16, 24, 32 bytes of key */

static void
make_template(size_t i, EVP_MAC *mac, const char *cipher)
{
	static const uint8_t zero[32];
	/* OpenSSL takes a writable pointer and does not write. */
	char name[16];
	OSSL_PARAM par[2];
	EVP_MAC_CTX *ctx = EVP_MAC_CTX_new(mac);

	(void)snprintf(name, sizeof(name), "%s", cipher);
	par[0] =
	    OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_CIPHER, name, 0);
	par[1] = OSSL_PARAM_construct_end();
	/* A context without a key cannot be copied: key it with zeros. */
	if (ctx == NULL || EVP_MAC_init(ctx, zero, 16 + 8 * i, par) != 1) {
		EVP_MAC_CTX_free(ctx);
		return;
	}
	templates[i] = ctx;
}

static void
make_templates(void)
{
	EVP_MAC *mac = EVP_MAC_fetch(NULL, "CMAC", NULL);

	if (mac == NULL)
		return;
	make_template(0, mac, "AES-128-CBC");
	make_template(1, mac, "AES-192-CBC");
	make_template(2, mac, "AES-256-CBC");
	EVP_MAC_free(mac);
}

/* see perso/digest.h */
perso_rc
perso_cmac(struct perso_span key, const struct perso_span *parts, size_t count,
    uint8_t ret[PERSO_CMAC_SIZE])
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	CLEANUP(ossl_mac_ctx_done) EVP_MAC_CTX *ctx = NULL;
	uint8_t mac[PERSO_CMAC_SIZE];
	size_t n = 0;
	bool good;

	if (key.n != 16 && key.n != 24 && key.n != 32)
		PERSO_FAIL(PERSO_E_KEY, "CMAC: AES key of %zu bytes", key.n);
	pthread_once(&once, make_templates);
	if (templates[key.n / 8 - 2] != NULL)
		ctx = EVP_MAC_CTX_dup(templates[key.n / 8 - 2]);
	good = ctx != NULL && EVP_MAC_init(ctx, key.p, key.n, NULL) == 1;
	for (size_t i = 0; good && i < count; i++)
		if (parts[i].n != 0)
			good = EVP_MAC_update(ctx, parts[i].p, parts[i].n) == 1;
	if (!good || EVP_MAC_final(ctx, mac, &n, sizeof(mac)) != 1 ||
	    n != sizeof(mac))
		return ossl_fail(PERSO_E_CRYPTO, "CMAC");
	memcpy(ret, mac, sizeof(mac));
	perso_wipe(mac, sizeof(mac));
	return PERSO_OK;
}
