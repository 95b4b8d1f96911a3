/*
 * SubjectPublicKeyInfo: what is read must be written and read again as the
 * same key, and judge a signature without harm.
 */
#include <stdlib.h>

#include "perso/key.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
use_key(const struct perso_pubkey *k)
{
	PERSO_BUF(der, 8192);
	struct perso_pubkey *again = NULL;
	struct perso_sig_alg alg = { PERSO_SIG_ECDSA, PERSO_SHA256, 0 };
	static const uint8_t sig[] = { 0x30, 6, 2, 1, 1, 2, 1, 1 };

	if (perso_pubkey_spki(k, true, &der) != PERSO_OK ||
	    perso_pubkey_from_spki(perso_buf_span(&der), &again) != PERSO_OK)
		abort();
	if (!perso_pubkey_equal(k, again))
		abort();
	perso_pubkey_free(&again);
	if (perso_pubkey_verify(k, alg, NULL, 0, perso_span_of(sig)) ==
	    PERSO_OK)
		return; /* a one in 2^160, not an error */
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct perso_pubkey *k = NULL;

	if (perso_pubkey_from_spki(perso_span(p, n), &k) == PERSO_OK)
		use_key(k);
	else if (k != NULL)
		abort();
	perso_pubkey_free(&k);
	return 0;
}
