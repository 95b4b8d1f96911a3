/*
 * A development PKI (pki): CSCAs, document and seal signers, an approver and
 * the chip keys of a fresh installation, so that the line can run at once.
 * Never for production: the private keys are files.
 *
 *	<dir>/DEVELOPMENT		says so
 *	<dir>/<state>/csca.key .cer	one pair for each issuing state,
 *	<dir>/<state>/ds.key .cer	in lower case: "uto"
 *	<dir>/<state>/seal.key .cer	signer of visible digital seals
 *	<dir>/trust/<state>-csca.cer	what a verifier trusts
 *	<dir>/approver/approver.key .cer
 *	<dir>/approver/approvers.txt	role list, see trust.h
 *	<dir>/chip-keys.txt		SCP03 keys of the delivered chips
 *
 * Keys and chip-keys.txt have mode 0600; keys are PKCS#8 PEM, certificates
 * DER. chip-keys.txt: four lines "kvn = 48", "enc = <hex>", "mac = <hex>",
 * "dek = <hex>"; AES-128, the version number decimal.
 */
#ifndef PERSO_DEVPKI_H
#define PERSO_DEVPKI_H

#include <time.h>

#include "perso/cert.h"

#define PERSO_DEVPKI_STATES 16
#define PERSO_DEVPKI_DOCS 32
#define PERSO_DEVPKI_CN "Development CSCA"
#define PERSO_DEVPKI_MARK "DEVELOPMENT"

struct perso_devpki_state {
	char country[3]; /* countryName, two capitals */
	char state[4];	 /* as in the MRZ, one to three capitals */
	char types[PERSO_CERT_TYPES][3]; /* document codes of the DS */
	size_t type_count;
};

/* Configuration: certs/dev.conf says what each line means. */
struct perso_devpki_conf {
	struct perso_key_spec csca_key, ds_key, approver_key, seal_key;
	enum perso_hash csca_hash, approver_hash; /* they sign with */
	int csca_years, csca_use_years; /* validity, private key usage */
	int ds_days, ds_use_days;
	int approver_years;
	int seal_days;	   /* validity of the seal signer */
	char seal_name[3]; /* its commonName: two characters */
	char seal_types[PERSO_CERT_TYPES][3]; /* document codes */
	size_t seal_type_count;
	bool explicit_params; /* CSCA, DS and seal signer */
	char approver_country[3];
	char approver_name[65];
	char contact[65];
	char crl_base[129];		       /* "<base><state>.crl" */
	char documents[PERSO_DEVPKI_DOCS][33]; /* what may be approved */
	size_t document_count;
	struct perso_devpki_state states[PERSO_DEVPKI_STATES];
	size_t state_count;
};

/* "key = value" lines, "#" comments; every key once, "state" once or more.
 * PERSO_E_CONFIG with the line: unknown, double, missing or impossible. */
PERSO_MUST perso_rc perso_devpki_conf_parse(
    struct perso_span text, struct perso_devpki_conf *ret);
PERSO_MUST perso_rc perso_devpki_conf_load(
    const char *path, struct perso_devpki_conf *ret);

/* Makes everything under dir, created if it is not there. PERSO_E_CONFLICT
 * if it holds one already (a mark, a state's folder, an approver or chip
 * keys): nothing is overwritten. DEVELOPMENT is written last, so that a
 * folder with it is complete. */
PERSO_MUST perso_rc perso_devpki_init(
    const char *dir, const struct perso_devpki_conf *conf, time_t now);

/* The folder is marked as a development PKI. */
bool perso_devpki_is(const char *dir);
/* The certificate was issued by a development CSCA, or is one. What only a
 * development PKI may do needs both. */
bool perso_devpki_is_cert(const struct perso_cert *c);

#endif
