#include "perso/kdf.h"

#include "perso/digest.h"

/* Odd parity in the lowest bit of each byte: FIPS 46-3. */
static void
set_parity(uint8_t *key, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned ones = (unsigned)__builtin_popcount(key[i] >> 1);

		key[i] = (uint8_t)((key[i] & 0xFE) | (~ones & 1));
	}
}

/* see perso/kdf.h */
perso_rc
perso_kdf(enum perso_cipher c, struct perso_span secret, enum perso_kdf_use use,
    struct perso_secret *ret)
{
	uint8_t counter[] = { 0, 0, 0, (uint8_t)use };
	struct perso_span parts[] = { secret, perso_span_of(counter) };
	struct perso_md md = { 0 };
	size_t n = perso_cipher_key(c);
	perso_rc rc;

	if (c == PERSO_DES)
		PERSO_FAIL(PERSO_E_ARG, "no key derivation for single DES");
	PERSO_TRY(perso_digest_parts(
	    n > 16 ? PERSO_SHA256 : PERSO_SHA1, parts, 2, &md));
	if (c == PERSO_3DES)
		set_parity(md.p, n);
	rc = perso_secret_set(ret, perso_span(md.p, n));
	perso_wipe(&md, sizeof(md));
	return rc;
}
