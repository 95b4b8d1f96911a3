/* Is a seal genuine? Doc 9303-13 2.4, Doc 9303-12 7.1. */
#include <stdio.h>

#include "perso/hex.h"

#include "seal_int.h"

/* see seal_int.h */
enum perso_hash
seal_hash(enum perso_curve c)
{
	size_t n = c == PERSO_CURVE_NONE ? 0 : perso_curve_order(c);

	if (n == 0)
		return PERSO_HASH_NONE;
	if (n <= 28)
		return PERSO_SHA224;
	if (n <= 32)
		return PERSO_SHA256;
	return n <= 48 ? PERSO_SHA384 : PERSO_SHA512;
}

/* see perso/seal.h */
perso_rc
perso_seal_check_signature(
    const struct perso_seal *s, const struct perso_pubkey *key)
{
	struct perso_sig_alg alg = { PERSO_SIG_ECDSA_PLAIN, PERSO_HASH_NONE,
		0 };

	if (perso_pubkey_kind(key) == PERSO_KEY_EC)
		alg.hash = seal_hash(perso_pubkey_curve(key));
	if (alg.hash == PERSO_HASH_NONE)
		PERSO_FAIL(PERSO_E_KEY,
		    "the signer's key is not one of a known elliptic curve");
	return perso_pubkey_verify(key, alg, &s->signed_part, 1, s->signature);
}

static bool
is_alnum_capital(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* see seal_int.h */
perso_rc
seal_check_profile(const struct perso_cert *c)
{
	const unsigned allowed =
	    PERSO_EXT_AKI | PERSO_EXT_TYPES | PERSO_EXT_EKU;
	const char *country = c->subject_country;
	char cn[8] = "";

	if (perso_name_attr(c->subject, "2.5.4.3", cn, sizeof(cn)) !=
		PERSO_OK ||
	    strlen(cn) != 2 || !is_alnum_capital(cn[0]) ||
	    !is_alnum_capital(cn[1]))
		PERSO_FAIL(
		    PERSO_E_ROLE, "commonName is not two capitals or digits");
	if (country[0] < 'A' || country[0] > 'Z' || country[1] < 'A' ||
	    country[1] > 'Z')
		PERSO_FAIL(PERSO_E_ROLE, "countryName is not two capitals");
	if (c->is_ca)
		PERSO_FAIL(PERSO_E_ROLE, "certificate is a CA's");
	if ((c->exts & PERSO_EXT_AKI) == 0)
		PERSO_FAIL(PERSO_E_ROLE, "no authorityKeyIdentifier");
	if ((c->exts_critical & PERSO_EXT_EKU) == 0 ||
	    !perso_cert_has_purpose(c, SEAL_EKU))
		PERSO_FAIL(PERSO_E_ROLE,
		    "no critical extKeyUsage " SEAL_EKU " (barcode signer)");
	if ((c->exts & ~allowed) != 0)
		PERSO_FAIL(PERSO_E_ROLE,
		    "extensions that a barcode signer must not have");
	return PERSO_OK;
}

/* Without leading zeros. */
static const char *
significant(const char *hex)
{
	while (hex[0] == '0' && hex[1] != '\0')
		hex++;
	return hex;
}

static perso_rc
check_signer(const struct perso_seal *s, const struct perso_cert *c)
{
	char cn[8] = "", id[PERSO_SEAL_SIGNER + 1], hex[2 * 24 + 1];

	if (perso_name_attr(c->subject, "2.5.4.3", cn, sizeof(cn)) != PERSO_OK)
		cn[0] = '\0';
	snprintf(id, sizeof(id), "%.2s%.2s", c->subject_country, cn);
	if (strlen(cn) != 2 || strcmp(id, s->signer.id) != 0)
		PERSO_FAIL(PERSO_E_MISMATCH,
		    "seal names signer %s, not the certificate's subject",
		    s->signer.id);
	perso_hex_str(c->serial, hex, sizeof(hex));
	if (strcmp(significant(hex), significant(s->signer.reference)) != 0)
		PERSO_FAIL(PERSO_E_MISMATCH,
		    "seal names certificate %s, this is %s",
		    significant(s->signer.reference), significant(hex));
	return PERSO_OK;
}

/* see perso/seal.h */
bool
perso_seal_is_by(const struct perso_seal *s, const struct perso_cert *c)
{
	return check_signer(s, c) == PERSO_OK;
}

static perso_rc
fact_contents(const struct perso_seal_question *q)
{
	return perso_seal_check_contents(q->seal, q->definition);
}

static perso_rc
fact_signer(const struct perso_seal_question *q)
{
	return check_signer(q->seal, q->cert);
}

static perso_rc
fact_signature(const struct perso_seal_question *q)
{
	struct perso_pubkey *key = NULL;
	perso_rc rc;

	PERSO_TRY(perso_cert_key(q->cert, &key));
	rc = perso_seal_check_signature(q->seal, key);
	perso_pubkey_free(&key);
	return rc;
}

static perso_rc
fact_profile(const struct perso_seal_question *q)
{
	return seal_check_profile(q->cert);
}

/* The code of the zone that the seal carries; false if it has none. */
static bool
document_code(const struct perso_seal_question *q, char dst[3])
{
	const struct perso_seal_definition *d = q->definition;
	struct perso_span value;

	for (size_t i = 0; d != NULL && i < d->feature_count; i++) {
		PERSO_BUF(text, 2 * PERSO_SEAL_MAX);

		if (d->features[i].coding != PERSO_SEAL_MRZ ||
		    !perso_seal_find(q->seal, d->features[i].tag, &value) ||
		    perso_c40_decode(value, &text) != PERSO_OK || text.n < 2)
			continue;
		dst[0] = (char)text.p[0];
		dst[1] = text.p[1] == SEAL_SPACE ? '\0' : (char)text.p[1];
		dst[2] = '\0';
		return true;
	}
	return false;
}

static perso_rc
fact_type(const struct perso_seal_question *q)
{
	char code[3] = "";

	if (!document_code(q, code))
		PERSO_FAIL(PERSO_E_MISSING, "no zone to take a code from");
	return perso_cert_check_type(q->cert, code);
}

static perso_rc
fact_dates(const struct perso_seal_question *q)
{
	time_t day = perso_date_time(q->seal->signed_on);
	struct perso_date today = perso_date_of(q->now);

	if (perso_date_compare(q->seal->signed_on, today) > 0)
		PERSO_FAIL(PERSO_E_EXPIRED, "signed in the future");
	if (perso_date_compare(q->seal->issued, today) > 0)
		PERSO_FAIL(PERSO_E_EXPIRED, "document issued in the future");
	/* a date without a time: its last second against the beginning */
	if (day + 86399 < q->cert->not_before || day > q->cert->not_after)
		PERSO_FAIL(PERSO_E_EXPIRED,
		    "signed outside the validity of the certificate");
	return PERSO_OK;
}

static perso_rc
fact_chain(const struct perso_seal_question *q)
{
	return perso_trust_check_seal(q->trust, q->cert, q->now, NULL);
}

#define NEEDS_CERT 1u
#define NEEDS_DEFINITION 2u
#define NEEDS_TRUST 4u

static const struct {
	const char *name;
	perso_rc (*check)(const struct perso_seal_question *q);
	unsigned needs;
} facts[PERSO_SEAL_FACTS] = {
	[PERSO_SEAL_FACT_CONTENTS] = { "contents", fact_contents,
	    NEEDS_DEFINITION },
	[PERSO_SEAL_FACT_SIGNER] = { "signer", fact_signer, NEEDS_CERT },
	[PERSO_SEAL_FACT_SIGNATURE] = { "signature", fact_signature,
	    NEEDS_CERT },
	[PERSO_SEAL_FACT_PROFILE] = { "profile", fact_profile, NEEDS_CERT },
	[PERSO_SEAL_FACT_TYPE] = { "type", fact_type,
	    NEEDS_CERT | NEEDS_DEFINITION },
	[PERSO_SEAL_FACT_DATES] = { "dates", fact_dates, NEEDS_CERT },
	[PERSO_SEAL_FACT_CHAIN] = { "chain", fact_chain,
	    NEEDS_CERT | NEEDS_TRUST },
};

/* see perso/seal.h */
const char *
perso_seal_fact_name(enum perso_seal_fact f)
{
	return (unsigned)f < PERSO_SEAL_FACTS ? facts[f].name : "";
}

/* Why a fact cannot be looked at; NULL: it can. */
static const char *
why_not(const struct perso_seal_question *q, enum perso_seal_fact f)
{
	char code[3];

	if ((facts[f].needs & NEEDS_CERT) && q->cert == NULL)
		return "the signer's certificate is not known";
	if ((facts[f].needs & NEEDS_DEFINITION) && q->definition == NULL)
		return "no definition for this kind of seal";
	if ((facts[f].needs & NEEDS_TRUST) && q->trust == NULL)
		return "no trusted CSCA is given";
	if (f == PERSO_SEAL_FACT_TYPE && (q->cert->exts & PERSO_EXT_TYPES) == 0)
		return "the certificate is for all types of documents";
	if (f == PERSO_SEAL_FACT_TYPE && !document_code(q, code))
		return "the seal carries no zone";
	return NULL;
}

/* see perso/seal.h */
bool
perso_seal_judge(
    const struct perso_seal_question *q, struct perso_seal_verdict *ret)
{
	struct perso_seal_verdict v = { 0 };
	bool good = true;

	for (unsigned f = 0; f < PERSO_SEAL_FACTS; f++) {
		const char *why = why_not(q, f);

		if (why != NULL) {
			snprintf(
			    v.fact[f].text, sizeof(v.fact[f].text), "%s", why);
			continue;
		}
		v.fact[f].judged = true;
		v.fact[f].rc = facts[f].check(q);
		if (v.fact[f].rc == PERSO_OK)
			continue;
		perso_trail_text(v.fact[f].text, sizeof(v.fact[f].text));
		good = false;
	}
	perso_trail_reset();
	*ret = v;
	return good && v.fact[PERSO_SEAL_FACT_SIGNATURE].judged;
}
