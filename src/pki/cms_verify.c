#include "pki_int.h"

static perso_rc
check_digest(const struct perso_cms *cms, struct perso_span content)
{
	struct perso_md md;

	if (cms->message_digest.n == 0)
		PERSO_FAIL(PERSO_E_MISSING, "no messageDigest");
	PERSO_TRY(perso_digest(cms->digest, content, &md));
	if (!perso_span_equal(perso_md_span(&md), cms->message_digest))
		PERSO_FAIL(PERSO_E_MISMATCH,
		    "messageDigest is not the digest of the content");
	if (!perso_der_is_oid(cms->attr_content_type, cms->content_type))
		PERSO_FAIL(PERSO_E_MISMATCH, "signed contentType is not the "
					     "content's type");
	return PERSO_OK;
}

/* see perso/cms.h */
perso_rc
perso_cms_verify(const struct perso_cms *cms, struct perso_span content,
    const struct perso_pubkey *signer)
{
	static const uint8_t set_of[] = { DER_SET };
	struct perso_span parts[2];

	if (cms->signed_attrs.n < 2)
		PERSO_FAIL(PERSO_E_MISSING, "no signed attributes");
	PERSO_TRY_CTX(check_digest(cms, content), "CMS");
	/* RFC 5652, 5.4: signed as SET OF, not as [0] */
	parts[0] = perso_span_of(set_of);
	parts[1] =
	    perso_span_sub(cms->signed_attrs, 1, cms->signed_attrs.n - 1);
	PERSO_TRY_CTX(
	    perso_pubkey_verify(signer, cms->alg, parts, 2, cms->signature),
	    "CMS");
	return PERSO_OK;
}

static bool
is_signer(const struct perso_cms *cms, struct perso_span der)
{
	struct perso_span issuer = { 0 }, serial = { 0 };

	if (cms->sid_ski.n != 0) {
		PERSO_CERT(c);

		return perso_cert_parse(der, &c) == PERSO_OK &&
		       perso_span_equal(c.ski, cms->sid_ski);
	}
	return pki_cert_sid(der, &issuer, &serial) == PERSO_OK &&
	       perso_span_equal(issuer, cms->sid_issuer) &&
	       perso_span_equal(serial, cms->sid_serial);
}

/* see perso/cms.h */
perso_rc
perso_cms_signer_cert(const struct perso_cms *cms, struct perso_span *ret)
{
	for (size_t i = 0; i < cms->cert_count; i++) {
		if (is_signer(cms, cms->certs[i])) {
			*ret = cms->certs[i];
			return PERSO_OK;
		}
	}
	PERSO_FAIL(
	    PERSO_E_MISSING, "CMS does not carry the signer's certificate");
}
