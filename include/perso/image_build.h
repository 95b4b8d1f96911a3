/*
 * From a document record to the bytes on the chip: the one place where
 * record and profile become an LDS image (line).
 *
 * The same record, profile, chip keys, signer and clock give the same image;
 * only the nonce of an ECDSA or PSS signature differs. So an image can be
 * made again later around an EF.SOD (and EF.CardSecurity) that exists.
 */
#ifndef PERSO_IMAGE_BUILD_H
#define PERSO_IMAGE_BUILD_H

#include <time.h>

#include "perso/cert.h"
#include "perso/image.h"
#include "perso/record.h"

/* A document signer: the key and its certificate, read once. */
struct perso_signer;

/* The key is borrowed and outlives the signer; the certificate is copied.
 * PERSO_E_MISMATCH: not the certificate of this key. PERSO_E_ROLE: a CA, or
 * its key usage is not for signatures. */
PERSO_MUST perso_rc perso_signer_new(struct perso_keyref *key,
    struct perso_span cert, struct perso_signer **ret);
void perso_signer_free(struct perso_signer **s);
/* Borrowed. */
const struct perso_cert *perso_signer_cert(const struct perso_signer *s);

/* May it sign documents of this profile now? PERSO_E_EXPIRED: outside the
 * validity or the private key usage period; PERSO_E_ROLE: not for this
 * document code; PERSO_E_MISMATCH: of another country; PERSO_E_CONFIG: the
 * profile names a hash that is unknown. */
PERSO_MUST perso_rc perso_signer_check(const struct perso_signer *s,
    const struct perso_doc_profile *profile, time_t at);

/* All borrowed. */
struct perso_image_values {
	const struct perso_record *record; /* complete, number bound */
	/* As written or by day: its rules are applied to the record's day of
	 * issue (perso_doc_profile_on()). */
	const struct perso_doc_profile *profile;
	/* Limits for EF.ATR/INFO; NULL: short length is announced. */
	const struct perso_chip_profile *chip;
	/* SubjectPublicKeyInfo of the chip, for DG15; PERSO_E_MISSING if the
	 * profile has DG15 and it is empty. */
	struct perso_span aa_spki;
	/* SubjectPublicKeyInfo of the chip's key for Chip Authentication, for
	 * DG14 and EF.CardSecurity; PERSO_E_MISSING as above. */
	struct perso_span ca_spki;
	/* CVCA certificate whose holder EF.CVCA names; PERSO_E_MISSING if the
	 * profile has EF.CVCA and it is empty. */
	struct perso_span trust_point;
	/* Random bytes for DG3 and DG4 that are empty, PERSO_BIO_RANDOM;
	 * PERSO_E_MISSING as above. */
	struct perso_span bio_random;
	/* An EF.CardSecurity made earlier: not signed again. What it says must
	 * be what would be built: PERSO_E_MISMATCH. */
	struct perso_span card_security;
	/* not looked at with sod and, as far as there is one, card_security */
	struct perso_signer *signer;
	/* Time of the job: the same whenever the image is built again, for
	 * it goes into DG12 (5F55). */
	time_t clock;
	/* An EF.SOD made earlier: not signed again. Its hashes must be those
	 * of the files built: PERSO_E_MISMATCH names the data group. */
	struct perso_span sod;
};

#define PERSO_BIO_RANDOM 16

/* Does DG3 or DG4 of this document come out empty, so that it needs
 * bio_random? */
bool perso_image_needs_random(
    const struct perso_doc_profile *profile, const struct perso_record *r);

/* Adds to ret, which is empty: the files of the MF, EF.COM, the data groups
 * in ascending order, EF.CVCA, EF.SOD; what the profile lists. Codes of the lds
 * builders and of perso_signer_check(), with the file's name in the trail.
 * ret is empty again after a failure. */
PERSO_MUST perso_rc perso_image_build(
    const struct perso_image_values *v, struct perso_lds_image *ret);

/* Everything that can go wrong before number and chip are known: builds the
 * data groups that depend on neither and throws them away. Signer and
 * record->number may be missing. */
PERSO_MUST perso_rc perso_image_try(const struct perso_image_values *v);

#endif
