/*
 * PKCS#8: what is read must be written and read again as the same key.
 */
#include <stdlib.h>

#include "perso/keyref.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
use_key(const struct perso_keyref *k)
{
	PERSO_BUF(der, 65536);
	struct perso_keyref *again = NULL;

	if (perso_keyref_pkcs8(k, &der) != PERSO_OK ||
	    perso_keyref_from_pkcs8(perso_buf_span(&der), &again) != PERSO_OK)
		abort();
	if (!perso_pubkey_equal(
		perso_keyref_pubkey(k), perso_keyref_pubkey(again)))
		abort();
	perso_keyref_free(&again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct perso_keyref *k = NULL;

	if (perso_keyref_from_pkcs8(perso_span(p, n), &k) == PERSO_OK)
		use_key(k);
	else if (k != NULL)
		abort();
	perso_keyref_free(&k);
	return 0;
}
