/*
 * Card-verifiable certificates and requests: what is accepted is built
 * again, and read again as the same; keys and signatures are tried.
 */
#include <stdlib.h>
#include <string.h>

#include "perso/cvc.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
build_again(const struct perso_cvc *c, const struct perso_pubkey *key)
{
	PERSO_BUF(body, PERSO_CVC_MAX);
	struct perso_cvc_values v = { .car = c->car[0] ? c->car : NULL,
		.chr = c->chr,
		.key = key,
		.alg = c->key.alg,
		.domain = c->key.has_domain,
		.chat = c->chat,
		.effective = c->effective,
		.expires = c->expires,
		.extensions = c->extensions };

	if (perso_cvc_body(&v, &body) != PERSO_OK)
		abort();
	/* coefficients may have been written longer than needed */
	if (body.n > c->body.n)
		abort();
}

static void
use_cert(const struct perso_cvc *c)
{
	PERSO_CVC_CHAIN(r);
	struct perso_pubkey *key = NULL;

	if (perso_cvc_pubkey(c, NULL, &key) == PERSO_OK) {
		build_again(c, key);
		(void)!perso_cvc_verify(c, key, c->key.alg);
		perso_pubkey_free(&key);
	}
	if (!c->is_request &&
	    perso_cvc_chain_check(c, 1, NULL, &r) == PERSO_OK &&
	    memcmp(r.effective.bits, c->chat.bits, c->chat.n) != 0)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	PERSO_CVC(c);
	PERSO_CVC_REQUEST(r);

	c.chr[0] = '\1';
	if (perso_cvc_parse(perso_span(p, n), &c) == PERSO_OK)
		use_cert(&c);
	else if (c.chr[0] != '\1' || c.der.n != 0)
		abort();
	if (perso_cvc_request_parse(perso_span(p, n), &r) == PERSO_OK) {
		use_cert(&r.inner);
		(void)!perso_cvc_request_verify(&r);
	}
	return 0;
}
