/* Judgements on one parsed certificate. */
#include "perso/date.h"

#include "pki_int.h"

/* see perso/cert.h */
perso_rc
perso_cert_key(const struct perso_cert *c, struct perso_pubkey **ret)
{
	PERSO_TRY_CTX(
	    perso_pubkey_from_spki(c->spki, ret), "subjectPublicKeyInfo");
	return PERSO_OK;
}

/* see perso/cert.h */
perso_rc
perso_cert_verify(const struct perso_cert *c, const struct perso_pubkey *issuer)
{
	PERSO_TRY_CTX(
	    perso_pubkey_verify(issuer, c->alg, &c->tbs, 1, c->signature),
	    "signature of the certificate");
	return PERSO_OK;
}

/* see perso/cert.h */
bool
perso_cert_is_self_issued(const struct perso_cert *c)
{
	return perso_span_equal(c->issuer, c->subject);
}

/* see perso/cert.h */
bool
perso_cert_is_ca(const struct perso_cert *c)
{
	return c->is_ca && ((c->exts & PERSO_EXT_KU) == 0 ||
			       (c->key_usage & PERSO_KU_KEY_CERT_SIGN) != 0);
}

static perso_rc
check_period(time_t from, time_t to, time_t at, const char *what)
{
	char text[PERSO_TIME_LEN];

	if (at < from) {
		perso_time_text(from, text);
		PERSO_FAIL(PERSO_E_EXPIRED, "%s begins only at %s", what, text);
	}
	if (at > to) {
		perso_time_text(to, text);
		PERSO_FAIL(PERSO_E_EXPIRED, "%s ended at %s", what, text);
	}
	return PERSO_OK;
}

/* see perso/cert.h */
perso_rc
perso_cert_check_time(const struct perso_cert *c, time_t at)
{
	return check_period(
	    c->not_before, c->not_after, at, "validity of the certificate");
}

/* see perso/cert.h */
perso_rc
perso_cert_check_use(const struct perso_cert *c, time_t at)
{
	PERSO_TRY(perso_cert_check_time(c, at));
	return check_period(c->has_use_from ? c->use_from : c->not_before,
	    c->has_use_to ? c->use_to : c->not_after, at,
	    "usage period of the private key");
}

/* see perso/cert.h */
perso_rc
perso_cert_check_type(const struct perso_cert *c, const char *document_code)
{
	if ((c->exts & PERSO_EXT_TYPES) == 0)
		PERSO_FAIL(
		    PERSO_E_MISSING, "certificate has no documentTypeList");
	for (size_t i = 0; i < c->type_count; i++) {
		const char *t = c->types[i];

		if (strcmp(t, document_code) == 0 ||
		    (t[1] == '\0' && t[0] == document_code[0]))
			return PERSO_OK;
	}
	PERSO_FAIL(PERSO_E_ROLE,
	    "document code %.2s is not in the "
	    "certificate's documentTypeList",
	    document_code);
}

/* see perso/cert.h */
bool
perso_cert_has_purpose(const struct perso_cert *c, const char *dotted)
{
	struct perso_rd rd = { 0 };
	struct perso_tlv t = { 0 };

	if ((c->exts & PERSO_EXT_EKU) == 0 ||
	    pki_enter_only(c->eku, DER_SEQ, &rd) != PERSO_OK)
		return false;
	while (perso_rd_left(&rd) != 0) {
		if (pki_take(&rd, DER_OID, &t) != PERSO_OK)
			return false;
		if (perso_der_is_oid(t.val, dotted))
			return true;
	}
	return false;
}
