/* perso doctor: trust folder, document and seal signers, approvers. */
#include <sys/stat.h>
#include <unistd.h>

#include "doctor_int.h"
#include "perso/date.h"
#include "perso/devpki.h"
#include "perso/line.h"

#define SOON (14 * 86400)

/* see doctor_int.h */
void
doctor_trust(struct doctor *d)
{
	size_t n, expired = 0;

	if (perso_trust_open(d->cfg.trust, &d->trust) != PERSO_OK) {
		doctor_trail(d, DOCTOR_FAIL, "trust",
		    "make the folder and put the CSCA certificates into it");
		return;
	}
	for (size_t i = 0; i < perso_trust_bad_count(d->trust); i++)
		doctor_add(d, DOCTOR_WARN, "trust",
		    "replace the file or take it out", "%s",
		    perso_trust_bad(d->trust, i));
	n = perso_trust_count(d->trust);
	for (size_t i = 0; i < n; i++)
		if (perso_cert_check_time(
			perso_trust_get(d->trust, i), d->now) != PERSO_OK)
			expired++;
	if (n == 0)
		doctor_add(d, DOCTOR_FAIL, "trust",
		    "put the CSCA certificates of your states into it",
		    "%s holds no certificate: nobody is trusted, every "
		    "document would fail its read-back",
		    d->cfg.trust);
	else if (expired == n)
		doctor_add(d, DOCTOR_FAIL, "trust",
		    "put a valid CSCA certificate into it",
		    "none of the %zu CSCA certificates is valid today", n);
	else
		doctor_add(d, DOCTOR_OK, "trust", "",
		    "%zu CSCA certificate%s%s", n, n == 1 ? "" : "s",
		    expired > 0 ? ", some not valid today" : "");
}

/* Only its owner may read a private key. */
static void
check_mode(
    struct doctor *d, const char *issuer, const char *name, const char *check)
{
	char path[PERSO_PATH_MAX];
	struct stat st;

	if (cli_signer_path(&d->cfg, issuer, name, path) == PERSO_OK &&
	    stat(path, &st) == 0 && (st.st_mode & 077) != 0)
		doctor_add(d, DOCTOR_WARN, check, "chmod 600 that file",
		    "%s can be read by others", path);
}

static bool
has_seal(const struct perso_doc_profile *p)
{
	return p->seal.definition[0] != '\0';
}

/* May it sign or seal this document, as far as that is its work? */
typedef perso_rc (*may_fn)(
    const void *by, const struct perso_doc_profile *on, time_t now);

static perso_rc
may_sign(const void *by, const struct perso_doc_profile *on, time_t now)
{
	return perso_doc_profile_is_chipless(on)
		   ? PERSO_OK
		   : perso_signer_check(by, on, now);
}

static perso_rc
may_seal(const void *by, const struct perso_doc_profile *on, time_t now)
{
	return has_seal(on) ? perso_line_sealer_check(by, on, now) : PERSO_OK;
}

/* All documents of the state, as they are today. */
static bool
check_documents(struct doctor *d, const char *issuer, const char *check,
    const char *todo, may_fn may, const void *by)
{
	bool ok = true;

	for (size_t i = 0; i < perso_profiles_doc_count(d->profiles); i++) {
		const struct perso_doc_profile *p =
		    perso_profiles_doc_at(d->profiles, i);
		struct perso_doc_profile on;

		perso_doc_profile_on(p, perso_date_of(d->now), &on);
		if (strcmp(p->issuer, issuer) != 0 ||
		    may(by, &on, d->now) == PERSO_OK)
			continue;
		perso_trail_add("%s", p->id);
		doctor_trail(d, DOCTOR_FAIL, check, todo);
		ok = false;
	}
	return ok;
}

static bool
check_path(struct doctor *d, const char *check, const struct perso_cert *cert)
{
	if (d->trust == NULL || perso_trust_count(d->trust) == 0)
		return true; /* has been said */
	if (perso_trust_check_ds(d->trust, cert, d->now, NULL) == PERSO_OK)
		return true;
	doctor_trail(d, DOCTOR_FAIL, check,
	    "put the CSCA that issued it into the trust folder: documents are "
	    "read back against it");
	return false;
}

static bool
check_signer(struct doctor *d, const char *issuer)
{
	const struct perso_cert *cert;
	char check[24], until[PERSO_TIME_LEN];
	time_t end;
	bool ok;
	CLI_SIGNER(s);
	perso_rc rc = cli_signer_open(&d->cfg, issuer, &s);

	snprintf(check, sizeof(check), "signer %s", issuer);
	if (rc != PERSO_OK) {
		doctor_trail(d,
		    rc == PERSO_E_NOT_FOUND ? DOCTOR_WARN : DOCTOR_FAIL, check,
		    "put ds.key and ds.cer there, or take the profiles of that "
		    "state away");
		return false;
	}
	cert = perso_signer_cert(s.signer);
	check_mode(d, issuer, "ds.key", check);
	ok = check_documents(d, issuer, check,
	    "have a document signer certificate issued for it", may_sign,
	    s.signer);
	ok = check_path(d, check, cert) && ok;
	if (!ok)
		return false;
	end = cert->has_use_to ? cert->use_to : cert->not_after;
	perso_time_text(end, until);
	if (end - d->now < SOON)
		doctor_add(d, DOCTOR_WARN, check,
		    "have the next one issued now",
		    "its key may sign until %s only", until);
	else
		doctor_add(d, DOCTOR_OK, check, "",
		    "key and certificate agree, may sign until %s", until);
	if (perso_devpki_is_cert(cert) && !perso_devpki_is(d->cfg.signers))
		doctor_add(d, DOCTOR_WARN, check,
		    "only for development; documents made with it are worth "
		    "nothing",
		    "is of a development PKI");
	return true;
}

static bool
check_sealed(struct doctor *d, const char *issuer, const char *check,
    const struct cli_sealer *s)
{
	const struct perso_line_sealer sealer = { s->key, &s->cert };
	bool ok = check_documents(d, issuer, check,
	    "have a seal signer certificate issued for it", may_seal, &sealer);

	if (d->trust == NULL || perso_trust_count(d->trust) == 0 ||
	    perso_trust_check_seal(d->trust, &s->cert, d->now, NULL) ==
		PERSO_OK)
		return ok;
	doctor_trail(d, DOCTOR_FAIL, check,
	    "put the CSCA that issued it into the trust folder: seals are read "
	    "back against it");
	return false;
}

static void
check_sealer(struct doctor *d, const char *issuer)
{
	char check[24], until[PERSO_TIME_LEN];
	struct cli_sealer s;
	perso_rc rc = cli_sealer_open(&d->cfg, issuer, &s);

	snprintf(check, sizeof(check), "sealer %s", issuer);
	if (rc != PERSO_OK) {
		doctor_trail(d,
		    rc == PERSO_E_NOT_FOUND ? DOCTOR_WARN : DOCTOR_FAIL, check,
		    "put seal.key and seal.cer there, or take the profiles "
		    "with a seal of that state away");
		return;
	}
	check_mode(d, issuer, "seal.key", check);
	if (check_sealed(d, issuer, check, &s)) {
		time_t end =
		    s.cert.has_use_to ? s.cert.use_to : s.cert.not_after;
		bool soon = end - d->now < SOON;

		perso_time_text(end, until);
		doctor_add(d, soon ? DOCTOR_WARN : DOCTOR_OK, check,
		    soon ? "have the next one issued now" : "",
		    "key and certificate agree, may seal until %s", until);
	}
	cli_sealer_close(&s);
}

/* A document of the same state stands before, with a seal if so asked. */
static bool
seen_before(const struct perso_profiles *p, size_t at, bool sealed)
{
	for (size_t i = 0; i < at; i++)
		if (strcmp(perso_profiles_doc_at(p, i)->issuer,
			perso_profiles_doc_at(p, at)->issuer) == 0 &&
		    (!sealed || has_seal(perso_profiles_doc_at(p, i))))
			return true;
	return false;
}

/* see doctor_int.h */
void
doctor_sealers(struct doctor *d)
{
	if (d->profiles == NULL)
		return;
	for (size_t i = 0; i < perso_profiles_doc_count(d->profiles); i++) {
		const struct perso_doc_profile *p =
		    perso_profiles_doc_at(d->profiles, i);

		if (has_seal(p) && !seen_before(d->profiles, i, true))
			check_sealer(d, p->issuer);
	}
}

/* see doctor_int.h */
void
doctor_signers(struct doctor *d)
{
	size_t good = 0;

	if (d->profiles == NULL)
		return;
	for (size_t i = 0; i < perso_profiles_doc_count(d->profiles); i++)
		if (!seen_before(d->profiles, i, false))
			good += check_signer(
			    d, perso_profiles_doc_at(d->profiles, i)->issuer);
	if (good == 0)
		doctor_add(d, DOCTOR_FAIL, "signers",
		    "perso pki init-dev makes one for development",
		    "no state has a usable document signer in %s: nothing can "
		    "be issued",
		    d->cfg.signers);
	if (perso_devpki_is(d->cfg.signers))
		doctor_add(d, DOCTOR_WARN, "signers",
		    "never issue a real document with it",
		    "%s is a development PKI", d->cfg.signers);
}

/* How many kinds of document may this approver approve? */
static size_t
roles_of(const struct doctor *d, const struct perso_approvers *a, size_t i)
{
	size_t n = 0;

	for (size_t k = 0;
	     d->profiles != NULL && k < perso_profiles_doc_count(d->profiles);
	     k++)
		n += perso_approvers_may(a, i, PERSO_ROLE_APPROVER,
		    perso_profiles_doc_at(d->profiles, k)->id);
	return n;
}

/* Usable: valid, with at least one role. */
static bool
check_approver(struct doctor *d, const struct perso_approvers *a, size_t i)
{
	const struct perso_cert *c = perso_approvers_get(a, i);
	char name[PERSO_NAME_TEXT];

	if (perso_name_text(c->subject, name, sizeof(name)) != PERSO_OK)
		name[0] = '\0';
	if (perso_cert_check_time(c, d->now) != PERSO_OK) {
		doctor_add(d, DOCTOR_WARN, "approvers",
		    "replace the certificate",
		    "%.100s: the certificate is not valid today", name);
		return false;
	}
	if (roles_of(d, a, i) == 0) {
		doctor_add(d, DOCTOR_WARN, "approvers",
		    "add a line to " PERSO_APPROVERS_FILE,
		    "%.100s may approve no document of the profiles", name);
		return false;
	}
	return true;
}

/* see doctor_int.h */
void
doctor_approvers(struct doctor *d)
{
	struct perso_approvers *a = NULL;
	size_t good = 0;

	if (perso_approvers_open(d->cfg.approvers, &a) != PERSO_OK) {
		doctor_trail(d, DOCTOR_FAIL, "approvers",
		    "put the approvers' certificates and " PERSO_APPROVERS_FILE
		    " there");
		return;
	}
	for (size_t i = 0; i < perso_approvers_bad_count(a); i++)
		doctor_add(d, DOCTOR_WARN, "approvers",
		    "replace the file or take it out", "%s",
		    perso_approvers_bad(a, i));
	for (size_t i = 0; i < perso_approvers_count(a); i++)
		good += check_approver(d, a, i);
	if (good == 0)
		doctor_add(d, DOCTOR_FAIL, "approvers",
		    "put a certificate and its line in " PERSO_APPROVERS_FILE
		    " there",
		    "nobody may approve orders: none can be imported");
	else
		doctor_add(d, DOCTOR_OK, "approvers", "",
		    "%zu may approve orders", good);
	perso_approvers_free(&a);
}
