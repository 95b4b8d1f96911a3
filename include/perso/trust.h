/*
 * Whom Perso believes (pki): the CSCAs that may have signed a document
 * signer, and the approvers that may have signed an order. Both are folders
 * of certificates. An empty folder trusts nobody.
 *
 * Files with the endings .cer .crt .der .pem are certificates, DER or PEM;
 * others are passed over. A file that cannot be used is not silently left
 * out: it is on the list of bad files, with its name and the reason.
 */
#ifndef PERSO_TRUST_H
#define PERSO_TRUST_H

#include "perso/cert.h"
#include "perso/cms.h"

#define PERSO_TRUST_MAX 1024 /* certificates in one folder */

/* ------------------------------------------------------------------ CSCA */

struct perso_trust;

/* PERSO_E_IO if the folder cannot be read, PERSO_E_RANGE if it holds too
 * many. All must be CAs and roots (issuer is subject, key identifiers agree)
 * verify with their own key, otherwise they are bad files. Link certificates
 * are trusted because they lie there. */
PERSO_MUST perso_rc perso_trust_open(const char *dir, struct perso_trust **ret);
void perso_trust_free(struct perso_trust **t);

size_t perso_trust_count(const struct perso_trust *t);
/* Borrowed; NULL beyond the end. */
const struct perso_cert *perso_trust_get(const struct perso_trust *t, size_t i);
size_t perso_trust_bad_count(const struct perso_trust *t);
/* "name: reason", borrowed; "" beyond the end. */
const char *perso_trust_bad(const struct perso_trust *t, size_t i);

/* Is this a document signer under one of the CSCAs, at that time? Doc
 * 9303-11 5.1 and Doc 9303-12 7.1:
 *	PERSO_E_TRUST		no CSCA has its issuer's name (and, where both
 *				are there, key identifier)
 *	PERSO_E_SIGNATURE	there is one, but it has not signed this
 *	PERSO_E_EXPIRED		one of the two is not valid at that time
 *	PERSO_E_ROLE		the signer is a CA, or has a key usage without
 *				digitalSignature, or an extKeyUsage (it signs
 *				master lists, deviation lists or barcodes:
 *				9303-12, table 6), or an unknown critical
 *				extension
 *	PERSO_E_MISMATCH	countryName of the two differs (case apart)
 * The CSCA's rights (cA, keyCertSign) were checked when the folder was read.
 * Where several CSCAs fit, one that passes everything is enough.
 * The private key usage period binds the signer, not the reader: it is not
 * looked at. *ret_csca (may be NULL) is borrowed from t. */
PERSO_MUST perso_rc perso_trust_check_ds(const struct perso_trust *t,
    const struct perso_cert *ds, time_t at, const struct perso_cert **ret_csca);

/* The same of a signer of visible digital seals: it has extKeyUsage
 * 2.23.136.1.1.11.1, critical (Doc 9303-12, table 6), and no other purpose
 * helps. PERSO_E_ROLE without it. */
PERSO_MUST perso_rc perso_trust_check_seal(const struct perso_trust *t,
    const struct perso_cert *signer, time_t at,
    const struct perso_cert **ret_csca);

/* ------------------------------------------------------------- approvers */

/*
 * The folder holds the certificates and the role list approvers.txt: one
 * line per certificate and role, fields separated by blanks, "#" begins a
 * comment:
 *
 *	# serial  issuer                        role      document types
 *	01A7      "CN=Passport Office,C=UT"     approver  uto-passport
 *	2F        sha256:6E34...                approver  uto-passport uto-eid
 *
 * serial: hexadecimal, case and leading zeros do not count. issuer: the
 * issuer's Name as perso_name_text() writes it, in quotes (\" and \\ inside),
 * or "sha256:" and the digest of its DER. role: a word; only "approver" may
 * approve. Document types: the names of the document profiles, at least one;
 * there is no word for "all".
 */
struct perso_approvers;

#define PERSO_APPROVERS_FILE "approvers.txt"
#define PERSO_ROLE_APPROVER "approver"

/* PERSO_E_IO if the folder cannot be read; PERSO_E_CONFIG with the line for
 * a role list that is wrong. A missing list gives nobody a role. */
PERSO_MUST perso_rc perso_approvers_open(
    const char *dir, struct perso_approvers **ret);
void perso_approvers_free(struct perso_approvers **a);

size_t perso_approvers_count(const struct perso_approvers *a);
const struct perso_cert *perso_approvers_get(
    const struct perso_approvers *a, size_t i);
size_t perso_approvers_bad_count(const struct perso_approvers *a);
const char *perso_approvers_bad(const struct perso_approvers *a, size_t i);
/* Certificate i is listed with the role for the type. */
bool perso_approvers_may(const struct perso_approvers *a, size_t i,
    const char *role, const char *document_type);

/* Check a role list without a folder, e.g. in an editor: PERSO_E_CONFIG
 * with the line. Number of entries. */
PERSO_MUST perso_rc perso_approvers_list_check(
    struct perso_span text, size_t *ret_count);

/* What was approved; all borrowed. */
struct perso_approval {
	const struct perso_cms *cms; /* the detached signature, parsed */
	struct perso_span content;   /* the exact bytes of the order */
	const char *document_type;   /* name of the document profile */
	time_t now;		     /* time of import */
};

/* Has an approver approved this? In this order:
 *	PERSO_E_TRUST		the signer's certificate is not in the folder
 *				(byte for byte, where the signature carries it)
 *	PERSO_E_MISMATCH	the digest is not the content's
 *	PERSO_E_SIGNATURE	the signature does not verify, or uses SHA-1
 *	PERSO_E_ROLE		not listed as approver for this document type,
 *				or the certificate is not for signatures
 *	PERSO_E_MISSING		no signing time
 *	PERSO_E_EXPIRED		signing time in the future or outside the
 *				certificate's validity; or not valid now
 * *ret (may be NULL) is the approver's certificate, borrowed from a. */
PERSO_MUST perso_rc perso_approver_check(const struct perso_approvers *a,
    const struct perso_approval *q, const struct perso_cert **ret);

#endif
