/*
 * OpenSSL's error queue and the digests fetched from it.
 */
#include <pthread.h>

#include "crypto_int.h"

/* see crypto_int.h */
perso_rc
ossl_fail(perso_rc rc, const char *what)
{
	const char *reason = NULL;
	unsigned long e = ERR_get_error();

	if (e != 0)
		reason = ERR_reason_error_string(e);
	ERR_clear_error();
	perso_trail_reset();
	if (reason != NULL)
		perso_trail_add("%s: %s", what, reason);
	else
		perso_trail_add("%s failed", what);
	return rc;
}

static EVP_MD *mds[PERSO_SHA512 + 1];

static void
fetch_mds(void)
{
	for (int h = PERSO_SHA1; h <= PERSO_SHA512; h++)
		mds[h] = EVP_MD_fetch(
		    NULL, perso_hash_name((enum perso_hash)h), NULL);
	ERR_clear_error();
}

/* see crypto_int.h */
EVP_MD *
ossl_md(enum perso_hash h)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, fetch_mds);
	return (unsigned)h <= PERSO_SHA512 ? mds[h] : NULL;
}
