/* Path checking of one step, CSCA to document signer. OpenSSL's own refuses
 * explicit EC parameters, which Doc 9303-12 demands. */
#include "perso/trust.h"

#include "pki_int.h"

struct perso_trust {
	struct pki_folder folder;
};

static bool
is_root(const struct perso_cert *c)
{
	return perso_cert_is_self_issued(c) &&
	       (c->aki.n == 0 || c->ski.n == 0 ||
		   perso_span_equal(c->aki, c->ski));
}

static perso_rc
verify_under(const struct perso_cert *c, const struct perso_cert *issuer)
{
	struct perso_pubkey *key = NULL;
	perso_rc rc;

	PERSO_TRY(perso_cert_key(issuer, &key));
	rc = perso_cert_verify(c, key);
	perso_pubkey_free(&key);
	return rc;
}

static perso_rc
check_critical(const struct perso_cert *c)
{
	if ((c->exts_critical & PERSO_EXT_OTHER) != 0)
		PERSO_FAIL(PERSO_E_ROLE,
		    "certificate has an unknown critical extension");
	return PERSO_OK;
}

static perso_rc
check_csca(const struct perso_cert *c)
{
	if (!perso_cert_is_ca(c))
		PERSO_FAIL(PERSO_E_ROLE, "certificate is not a CA's");
	PERSO_TRY(check_critical(c));
	if (is_root(c))
		PERSO_TRY(verify_under(c, c));
	return PERSO_OK;
}

/* see perso/trust.h */
perso_rc
perso_trust_open(const char *dir, struct perso_trust **ret)
{
	struct perso_trust *t = calloc(1, sizeof(*t));
	perso_rc rc;

	if (t == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "trusted certificates");
	rc = pki_folder_open(dir, check_csca, &t->folder);
	if (rc != PERSO_OK) {
		free(t);
		return rc;
	}
	*ret = t;
	return PERSO_OK;
}

/* see perso/trust.h */
void
perso_trust_free(struct perso_trust **t)
{
	if (*t == NULL)
		return;
	pki_folder_done(&(*t)->folder);
	free(*t);
	*t = NULL;
}

/* see perso/trust.h */
size_t
perso_trust_count(const struct perso_trust *t)
{
	return t->folder.count;
}

/* see perso/trust.h */
const struct perso_cert *
perso_trust_get(const struct perso_trust *t, size_t i)
{
	return pki_folder_get(&t->folder, i);
}

/* see perso/trust.h */
size_t
perso_trust_bad_count(const struct perso_trust *t)
{
	return t->folder.bad_count;
}

/* see perso/trust.h */
const char *
perso_trust_bad(const struct perso_trust *t, size_t i)
{
	return pki_folder_bad(&t->folder, i);
}

static bool
may_be_issuer(const struct perso_cert *csca, const struct perso_cert *ds)
{
	if (csca->ski.n != 0 && ds->aki.n != 0 &&
	    !perso_span_equal(csca->ski, ds->aki))
		return false;
	return pki_name_equal(csca->subject, ds->issuer);
}

static perso_rc
check_country(const struct perso_cert *ds, const struct perso_cert *csca)
{
	if (!pki_text_equal_nocase(ds->subject_country, csca->subject_country))
		PERSO_FAIL(PERSO_E_MISMATCH, "countryName of "
					     "signer and CSCA differ");
	return PERSO_OK;
}

static perso_rc
check_ds_rights(const struct perso_cert *ds)
{
	if (ds->is_ca)
		PERSO_FAIL(PERSO_E_ROLE, "document signer is a CA");
	if ((ds->exts & PERSO_EXT_KU) != 0 &&
	    (ds->key_usage & PERSO_KU_DIGITAL_SIGNATURE) == 0)
		PERSO_FAIL(PERSO_E_ROLE, "key usage of the document signer "
					 "is not digitalSignature");
	/* Doc 9303-12, table 6: signers of master lists, deviation lists and
	 * barcodes are under the same CSCA and have what a DS never has */
	if ((ds->exts & PERSO_EXT_EKU) != 0)
		PERSO_FAIL(PERSO_E_ROLE, "the signer's certificate is for "
					 "another use (it has extKeyUsage)");
	return check_critical(ds);
}

static perso_rc
check_seal_rights(const struct perso_cert *signer)
{
	if (signer->is_ca)
		PERSO_FAIL(PERSO_E_ROLE, "seal signer is a CA");
	if ((signer->exts_critical & PERSO_EXT_EKU) == 0 ||
	    !perso_cert_has_purpose(signer, "2.23.136.1.1.11.1"))
		PERSO_FAIL(PERSO_E_ROLE, "the certificate is not for seals "
					 "(critical extKeyUsage)");
	return check_critical(signer);
}

/* What a signer is asked about, at that time. */
struct asked {
	const char *name;
	perso_rc (*rights)(const struct perso_cert *signer);
	time_t at;
};

/* All but the signature. */
static perso_rc
check_facts(const struct perso_cert *ds, const struct perso_cert *csca,
    const struct asked *a)
{
	PERSO_TRY_CTX(perso_cert_check_time(ds, a->at), "%s", a->name);
	PERSO_TRY_CTX(perso_cert_check_time(csca, a->at), "CSCA");
	PERSO_TRY(a->rights(ds));
	return check_country(ds, csca);
}

/* The best of the CSCAs that fit: *ret is set if one has signed it. */
static perso_rc
find_issuer(const struct perso_trust *t, const struct perso_cert *ds,
    const struct asked *a, const struct perso_cert **ret)
{
	const struct pki_folder *f = &t->folder;
	perso_rc rc = PERSO_OK;
	bool fits = false;

	*ret = NULL;
	for (size_t i = 0; i < f->count; i++) {
		const struct perso_cert *csca = &f->certs[i];

		if (!may_be_issuer(csca, ds))
			continue;
		fits = true;
		rc = verify_under(ds, csca);
		if (rc != PERSO_OK)
			continue;
		if (*ret == NULL || check_facts(ds, csca, a) == PERSO_OK)
			*ret = csca;
	}
	if (!fits)
		PERSO_FAIL(PERSO_E_TRUST, "no trusted CSCA has issued the %s",
		    a->name);
	return *ret != NULL ? PERSO_OK : rc;
}

static perso_rc
check_signer(const struct perso_trust *t, const struct perso_cert *signer,
    const struct asked *a, const struct perso_cert **ret_csca)
{
	const struct perso_cert *csca = NULL;

	PERSO_TRY(find_issuer(t, signer, a, &csca));
	PERSO_TRY(check_facts(signer, csca, a));
	if (ret_csca != NULL)
		*ret_csca = csca;
	return PERSO_OK;
}

/* see perso/trust.h */
perso_rc
perso_trust_check_ds(const struct perso_trust *t, const struct perso_cert *ds,
    time_t at, const struct perso_cert **ret_csca)
{
	const struct asked a = { "document signer", check_ds_rights, at };

	return check_signer(t, ds, &a, ret_csca);
}

/* see perso/trust.h */
perso_rc
perso_trust_check_seal(const struct perso_trust *t,
    const struct perso_cert *signer, time_t at,
    const struct perso_cert **ret_csca)
{
	const struct asked a = { "seal signer", check_seal_rights, at };

	return check_signer(t, signer, &a, ret_csca);
}
