/* The document signer: a key, its certificate, and what it may sign. */
#include "line_int.h"

struct perso_signer {
	struct perso_keyref *key; /* borrowed */
	struct perso_cert cert;
};

static perso_rc
check_pair(const struct perso_signer *s)
{
	const struct perso_cert *c = &s->cert;
	const struct perso_pubkey *own = perso_keyref_pubkey(s->key);
	struct perso_pubkey *pub = NULL;
	bool equal;

	PERSO_TRY(perso_cert_key(c, &pub));
	equal = own != NULL && perso_pubkey_equal(own, pub);
	perso_pubkey_free(&pub);
	if (!equal)
		PERSO_FAIL(
		    PERSO_E_MISMATCH, "the certificate belongs to another key");
	if (perso_cert_is_ca(c) ||
	    ((c->exts & PERSO_EXT_KU) != 0 &&
		(c->key_usage & PERSO_KU_DIGITAL_SIGNATURE) == 0))
		PERSO_FAIL(PERSO_E_ROLE,
		    "the certificate is not one of a document signer");
	return PERSO_OK;
}

/* see perso/image_build.h */
perso_rc
perso_signer_new(
    struct perso_keyref *key, struct perso_span cert, struct perso_signer **ret)
{
	struct perso_signer *s = calloc(1, sizeof(*s));
	perso_rc rc;

	if (s == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for a signer");
	s->key = key;
	s->cert.der.max = PERSO_CERT_MAX;
	rc = perso_cert_parse(cert, &s->cert);
	if (rc == PERSO_OK)
		rc = check_pair(s);
	if (rc != PERSO_OK) {
		perso_trail_add("document signer");
		perso_signer_free(&s);
		return rc;
	}
	*ret = s;
	return PERSO_OK;
}

/* see perso/image_build.h */
void
perso_signer_free(struct perso_signer **s)
{
	if (s == NULL || *s == NULL)
		return;
	perso_cert_done(&(*s)->cert);
	free(*s);
	*s = NULL;
}

/* see perso/image_build.h */
const struct perso_cert *
perso_signer_cert(const struct perso_signer *s)
{
	return &s->cert;
}

/* see line_int.h */
struct perso_keyref *
perso_signer_key(struct perso_signer *s)
{
	return s->key;
}

static perso_rc
pick_alg(const struct perso_signer *s, const struct perso_doc_profile *p,
    struct perso_sig_alg *ret)
{
	struct perso_sig_alg a = { .kind = PERSO_SIG_ECDSA };

	if (perso_hash_from_name(p->sod_hash, &a.hash) != PERSO_OK)
		PERSO_FAIL(PERSO_E_CONFIG, "%s: hash of EF.SOD", p->id);
	if (perso_pubkey_kind(perso_keyref_pubkey(s->key)) == PERSO_KEY_RSA) {
		a.kind = p->sod_rsa == PERSO_RSA_PSS ? PERSO_SIG_RSA_PSS
						     : PERSO_SIG_RSA_PKCS1;
		a.salt =
		    a.kind == PERSO_SIG_RSA_PSS ? perso_hash_size(a.hash) : 0;
	}
	*ret = a;
	return PERSO_OK;
}

static perso_rc
check(const struct perso_signer *s, const struct perso_doc_profile *profile,
    time_t at, struct perso_sig_alg *ret)
{
	if (s == NULL)
		PERSO_FAIL(PERSO_E_ARG, "no document signer");
	PERSO_TRY_CTX(perso_cert_check_time(&s->cert, at), "document signer");
	PERSO_TRY_CTX(perso_cert_check_use(&s->cert, at), "document signer");
	PERSO_TRY_CTX(perso_cert_check_type(&s->cert, profile->document_code),
	    "document signer");
	if (strcmp(s->cert.subject_country, profile->country) != 0)
		PERSO_FAIL(PERSO_E_MISMATCH,
		    "document signer of %s for documents of %s",
		    s->cert.subject_country, profile->country);
	return pick_alg(s, profile, ret);
}

/* see perso/image_build.h */
perso_rc
perso_signer_check(const struct perso_signer *s,
    const struct perso_doc_profile *profile, time_t at)
{
	struct perso_sig_alg alg;

	return check(s, profile, at, &alg);
}

/* see line_int.h */
perso_rc
perso_signer_values(
    const struct perso_image_values *v, struct perso_sod_values *ret)
{
	const struct perso_signer *s = v->signer;

	PERSO_TRY(check(s, v->profile, v->clock, &ret->alg));
	ret->cert = perso_buf_span(&s->cert.der);
	ret->issuer = s->cert.issuer;
	ret->serial = s->cert.serial;
	return PERSO_OK;
}
