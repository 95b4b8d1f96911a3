/*
 * A certificate: whatever is accepted can be named, judged and verified
 * without harm.
 */
#include <stdlib.h>

#include "perso/cert.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
use_cert(const struct perso_cert *c)
{
	struct perso_pubkey *key = NULL;
	char text[PERSO_NAME_TEXT];

	if (perso_name_text(c->issuer, text, sizeof(text)) != PERSO_OK ||
	    perso_name_text(c->subject, text, sizeof(text)) != PERSO_OK ||
	    c->not_after < c->not_before || c->type_count > PERSO_CERT_TYPES)
		abort();
	if (perso_name_attr(c->subject, "2.5.4.3", text, sizeof(text)) !=
		PERSO_OK ||
	    perso_cert_check_type(c, "P") != PERSO_OK ||
	    perso_cert_check_use(c, c->not_after) != PERSO_OK)
		perso_trail_reset();
	if (perso_cert_key(c, &key) == PERSO_OK &&
	    perso_cert_verify(c, key) != PERSO_OK)
		perso_trail_reset();
	perso_pubkey_free(&key);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	PERSO_CERT(c);

	if (perso_cert_parse(perso_span(p, n), &c) == PERSO_OK)
		use_cert(&c);
	else if (c.der.p != NULL || c.tbs.p != NULL)
		abort();
	return 0;
}
