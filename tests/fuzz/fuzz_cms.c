/*
 * SignedData: what is accepted can be verified and put together again.
 */
#include <stdlib.h>

#include "perso/cert.h"
#include "perso/cms.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
use_cms(const struct perso_cms *cms)
{
	PERSO_BUF(again, PERSO_CMS_MAX);
	PERSO_CERT(c);
	struct perso_pubkey *key = NULL;
	struct perso_cms_values v = {
		.content_type = cms->content_type,
		.content = cms->content,
		.detached = !cms->has_content,
		.alg = cms->alg,
		.has_signing_time = cms->has_signing_time,
		.signing_time = cms->signing_time,
	};

	if (perso_cms_signer_cert(cms, &v.cert) != PERSO_OK)
		return;
	if (perso_cert_parse(v.cert, &c) == PERSO_OK &&
	    perso_cert_key(&c, &key) == PERSO_OK &&
	    perso_cms_verify(cms, cms->content, key) != PERSO_OK)
		perso_trail_reset();
	perso_pubkey_free(&key);
	if (perso_cms_assemble(&v, cms->signature, &again) != PERSO_OK &&
	    again.n != 0)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct perso_cms cms = { .version = 77 };

	if (perso_cms_parse(perso_span(p, n), &cms) == PERSO_OK)
		use_cms(&cms);
	else if (cms.version != 77)
		abort();
	return 0;
}
