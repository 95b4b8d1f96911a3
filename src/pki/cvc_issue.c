/*
 * Card-verifiable certificates: what is issued. Doc 9303-11, 7.1;
 * Doc 9303-12, 7.2; TR-03110-3, 2.
 */
#include <string.h>

#include "cvc_int.h"

#define CURVE_BYTES_MIN 32

static perso_rc
check_rsa(const struct perso_pubkey *k)
{
	PERSO_BUF(e, 2048);
	size_t bits = perso_pubkey_bits(k);

	if (bits != 2048 && bits != 3072)
		PERSO_FAIL(PERSO_E_UNSUPPORTED,
		    "RSA key of %zu bits, not 2048 or 3072", bits);
	PERSO_TRY(perso_pubkey_exponent(k, &e));
	if (e.n > 4)
		PERSO_FAIL(PERSO_E_UNSUPPORTED,
		    "RSA exponent of %zu bytes, more than 4", e.n);
	return PERSO_OK;
}

static perso_rc
check_key(const struct perso_cvc_values *v)
{
	enum perso_curve c = perso_pubkey_curve(v->key);

	if (v->alg.hash == PERSO_SHA1)
		PERSO_FAIL(PERSO_E_UNSUPPORTED, "SHA-1 is for reading only");
	if (perso_cvc_alg_oid(v->alg) == NULL)
		PERSO_FAIL(PERSO_E_UNSUPPORTED,
		    "no id-TA algorithm for this signature and hash");
	if (perso_pubkey_kind(v->key) == PERSO_KEY_RSA)
		return check_rsa(v->key);
	if (c == PERSO_CURVE_NONE || perso_curve_field(c) < CURVE_BYTES_MIN)
		PERSO_FAIL(PERSO_E_UNSUPPORTED,
		    "not a standardised curve of 256 bits or more");
	return PERSO_OK;
}

static perso_rc
check_dates(const struct perso_cvc_values *v, const struct perso_cvc *issuer)
{
	bool link = perso_cvc_role(&v->chat) == PERSO_CVC_CVCA;

	PERSO_TRY_CTX(
	    perso_cvc_check_date(issuer, v->effective), "effective date");
	if (!link)
		PERSO_TRY_CTX(perso_cvc_check_date(issuer, v->expires),
		    "expiration date");
	return PERSO_OK;
}

static perso_rc
check_role(const struct perso_cvc_values *v, const struct perso_cvc *issuer)
{
	enum perso_cvc_role role = perso_cvc_role(&v->chat);

	PERSO_TRY(perso_cvc_check_role(&issuer->chat, &v->chat));
	if (role == PERSO_CVC_CVCA) {
		if (strcmp(v->chr, issuer->chr) == 0)
			PERSO_FAIL(PERSO_E_ROLE,
			    "CHR of a link certificate is its issuer's");
		return PERSO_OK;
	}
	if (role == PERSO_CVC_DV_DOMESTIC && v->chat.type == PERSO_CVC_IS &&
	    strncmp(v->chr, issuer->chr, 2) != 0)
		PERSO_FAIL(
		    PERSO_E_ROLE, "a domestic DV is of its issuer's country");
	if (!perso_cvc_rights_within(&v->chat, &issuer->chat))
		PERSO_FAIL(PERSO_E_ROLE, "rights that its issuer has not");
	return PERSO_OK;
}

/* What is inherited must fit: TR-03110-3, C.1.3 */
static perso_rc
check_inherited(const struct perso_cvc_values *v,
    const struct perso_cvc *issuer, const struct perso_pubkey *issuer_key)
{
	const char *ours = perso_cvc_alg_oid(v->alg);
	const char *theirs = perso_cvc_alg_oid(issuer->key.alg);

	if (theirs == NULL || strcmp(ours, theirs) != 0)
		PERSO_FAIL(
		    PERSO_E_MISMATCH, "algorithm is not that of the issuer");
	if (perso_pubkey_kind(v->key) == PERSO_KEY_RSA) {
		if (perso_pubkey_bits(v->key) < perso_pubkey_bits(issuer_key))
			PERSO_FAIL(
			    PERSO_E_KEY, "key is shorter than the issuer's");
	} else if (perso_pubkey_curve(v->key) !=
		   perso_pubkey_curve(issuer_key)) {
		PERSO_FAIL(PERSO_E_KEY, "curve is not that of the issuer");
	}
	return PERSO_OK;
}

static perso_rc
check_under(const struct perso_cvc_values *v, const struct perso_cvc *issuer,
    const struct perso_pubkey *issuer_key)
{
	if (issuer->is_request || issuer_key == NULL ||
	    !cvc_key_is(&issuer->key, issuer_key))
		PERSO_FAIL(PERSO_E_MISMATCH,
		    "issuer's key is not that of its certificate");
	PERSO_TRY(check_role(v, issuer));
	PERSO_TRY(check_dates(v, issuer));
	if (perso_cvc_role(&v->chat) == PERSO_CVC_CVCA)
		return PERSO_OK;
	return check_inherited(v, issuer, issuer_key);
}

static perso_rc
may_issue(const struct perso_cvc_values *v, const struct perso_cvc *issuer,
    const struct perso_pubkey *issuer_key)
{
	if (v->chr == NULL || v->key == NULL || v->chat.type == PERSO_CVC_NONE)
		PERSO_FAIL(PERSO_E_ARG, "CHR, key or CHAT is not given");
	PERSO_TRY(check_key(v));
	if (issuer != NULL)
		return check_under(v, issuer, issuer_key);
	if (perso_cvc_role(&v->chat) != PERSO_CVC_CVCA)
		PERSO_FAIL(PERSO_E_ROLE, "a %s does not sign itself",
		    perso_cvc_role_name(perso_cvc_role(&v->chat)));
	return PERSO_OK;
}

/* see perso/cvc.h */
perso_rc
perso_cvc_may_issue(const struct perso_cvc_values *v,
    const struct perso_cvc *issuer, const struct perso_pubkey *issuer_key)
{
	PERSO_TRY_CTX(
	    may_issue(v, issuer, issuer_key), "CV certificate to be issued");
	return PERSO_OK;
}

/* see perso/cvc.h */
perso_rc
perso_cvc_issue(const struct perso_cvc_values *v,
    const struct perso_cvc *issuer, struct perso_keyref *key,
    struct perso_buf *ret)
{
	const struct perso_pubkey *pub = perso_keyref_pubkey(key);
	struct perso_cvc_values own = *v;

	if (pub == NULL)
		PERSO_FAIL(PERSO_E_KEY, "not a private key");
	PERSO_TRY(perso_cvc_may_issue(v, issuer, issuer != NULL ? pub : NULL));
	if (issuer == NULL && !perso_pubkey_equal(pub, v->key))
		PERSO_FAIL(PERSO_E_MISMATCH,
		    "private key is not that of the certificate");
	own.car = issuer != NULL ? issuer->chr : v->chr;
	return perso_cvc_build(
	    &own, key, issuer != NULL ? issuer->key.alg : v->alg, ret);
}
