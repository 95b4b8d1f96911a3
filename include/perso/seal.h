/*
 * Visible digital seals (seal): signed bytes that are printed as a symbol,
 * Doc 9303-13 with 9303-7 (visa) and 9303-8 (emergency travel document).
 *
 *	DC | version | country | signer, certificate | issued | signed
 *	      1         2         6, or more in v4      3        3
 *	   | definition | category | { tag | length | value } ... | FF | len | r s
 *	        1            1
 *
 * Country, signer and certificate reference are C40; dates are MMDDYYYY as a
 * number of 24 bits. Header version 3 (byte 02) has a reference of five
 * characters and lengths of one byte; version 4 (byte 03) a reference of any
 * length and DER lengths. The signature is over all bytes before FF.
 *
 * Building (seal_build.c) and reading (seal_parse.c, seal_check.c) share no
 * code but C40's alphabet.
 */
#ifndef PERSO_SEAL_H
#define PERSO_SEAL_H

#include <time.h>

#include "perso/buf.h"
#include "perso/cert.h"
#include "perso/date.h"
#include "perso/keyref.h"
#include "perso/seal_definition.h"
#include "perso/trust.h"

/* More than the largest symbol holds. */
#define PERSO_SEAL_MAX 4096
#define PERSO_SEAL_MESSAGES 64
#define PERSO_SEAL_SIGNER 4	    /* characters: country, CN */
#define PERSO_SEAL_REFERENCE_MAX 40 /* characters: a serial of 20 bytes */

/* ------------------------------------------------------------------- C40 */

/* Doc 9303-13 2.6; appended. < becomes a space first. PERSO_E_DATA with the
 * position of a character that is none of A-Z, 0-9, space, <. */
PERSO_MUST perso_rc perso_c40_encode(
    struct perso_span text, struct perso_buf *ret);
/* Appended; spaces stay spaces. Strict: only what perso_c40_encode makes.
 * PERSO_E_DATA with the offset. */
PERSO_MUST perso_rc perso_c40_decode(
    struct perso_span bytes, struct perso_buf *ret);

/* -------------------------------------------------------------- building */

/* Who signs, as the header says it. */
struct perso_seal_signer {
	char id[PERSO_SEAL_SIGNER + 1];
	char reference[PERSO_SEAL_REFERENCE_MAX + 1]; /* hex; v3: five */
};

/* From a seal signer's certificate: country and CN of the subject, serial
 * number. PERSO_E_ROLE: no seal signer's certificate, with the reason;
 * PERSO_E_RANGE: the serial is longer than the header version allows;
 * PERSO_E_ARG: version is neither 3 nor 4. */
PERSO_MUST perso_rc perso_seal_signer_of(const struct perso_cert *c,
    unsigned version, struct perso_seal_signer *ret);

/* Messages in the making: encoded values in the order of their setting. */
struct perso_seal_messages {
	struct perso_buf bytes;
	struct {
		uint8_t tag;
		size_t at, n; /* in bytes */
	} item[PERSO_SEAL_FEATURES_MAX];
	size_t count;
};
void perso_seal_messages_done(struct perso_seal_messages *m);
#define PERSO_SEAL_MESSAGES_OF(name)                                        \
	__attribute__((cleanup(                                             \
	    perso_seal_messages_done))) struct perso_seal_messages name = { \
		.bytes = { .max = PERSO_SEAL_MAX }                          \
	}

/* Encodes the text of the feature of that name and adds it. PERSO_E_ARG: the
 * definition has no such feature (the trail names those it has) or it was
 * set; PERSO_E_DATA: the text cannot be written so, with its position;
 * PERSO_E_RANGE: too short or too long, and by how many bytes. */
PERSO_MUST perso_rc perso_seal_set(const struct perso_seal_definition *d,
    const char *name, struct perso_span text, struct perso_seal_messages *m);

/* All pointers are borrowed. */
struct perso_seal_values {
	const struct perso_seal_definition *definition;
	unsigned version;    /* of the header: 3 or 4 */
	const char *country; /* issuing state as in the MRZ, 1..3 letters */
	struct perso_seal_signer signer;
	struct perso_date issued, signed_on;
	const struct perso_seal_messages *messages;
};

/* Appends the seal, signed by key: ECDSA with the digest that belongs to the
 * curve's size (2.4). PERSO_E_MISSING names a feature that is wanted;
 * PERSO_E_RANGE: a message is too long for the header version, and by how
 * much; PERSO_E_ARG: version, country or signer; PERSO_E_KEY: no EC key. */
PERSO_MUST perso_rc perso_seal_build(const struct perso_seal_values *v,
    struct perso_keyref *key, struct perso_buf *ret);

/* --------------------------------------------------------------- reading */

/* A parsed seal; spans point into the bytes that were given. */
struct perso_seal {
	unsigned version; /* 3 or 4 */
	char country[4];  /* without fillers */
	struct perso_seal_signer signer;
	struct perso_date issued, signed_on;
	uint8_t definition, category;
	struct {
		uint8_t tag;
		struct perso_span value;
	} message[PERSO_SEAL_MESSAGES];
	size_t message_count;
	struct perso_span signed_part; /* header and messages */
	struct perso_span signature;   /* r, s */
};

/* PERSO_E_DATA, PERSO_E_TRUNCATED, PERSO_E_TRAILING with the offset;
 * PERSO_E_UNSUPPORTED: another version of the header; PERSO_E_RANGE: more
 * messages than PERSO_SEAL_MESSAGES. Unknown tags are kept. */
PERSO_MUST perso_rc perso_seal_parse(
    struct perso_span bytes, struct perso_seal *ret);

/* The value of the first message with this tag; false if there is none. */
bool perso_seal_find(
    const struct perso_seal *s, uint8_t tag, struct perso_span *ret);
/* The feature of a tag, borrowed; NULL if the definition does not know it. */
const struct perso_seal_feature *perso_seal_feature(
    const struct perso_seal_definition *d, uint8_t tag);
/* A message as text, appended: C40 and MRZ with < for a space (of c40 those
 * at the end dropped), bytes as hexadecimal. feature NULL: hexadecimal.
 * PERSO_E_DATA, PERSO_E_RANGE: not what the feature says. */
PERSO_MUST perso_rc perso_seal_text(const struct perso_seal_feature *f,
    struct perso_span value, struct perso_buf *ret);
/* The seal has the definition's codes, every message that is wanted, none
 * twice, and each can be read: PERSO_E_MISMATCH, PERSO_E_MISSING, PERSO_E_DATA,
 * PERSO_E_RANGE. Messages with unknown tags are no fault (2.3.1). */
PERSO_MUST perso_rc perso_seal_check_contents(
    const struct perso_seal *s, const struct perso_seal_definition *d);

/* -------------------------------------------------------------- checking */

/* The signature alone: PERSO_E_SIGNATURE, PERSO_E_KEY. */
PERSO_MUST perso_rc perso_seal_check_signature(
    const struct perso_seal *s, const struct perso_pubkey *key);
/* Is this the certificate that the header names? Country, CN, serial. */
bool perso_seal_is_by(const struct perso_seal *s, const struct perso_cert *c);

/* One fact each, in this order. */
enum perso_seal_fact {
	PERSO_SEAL_FACT_CONTENTS,  /* perso_seal_check_contents */
	PERSO_SEAL_FACT_SIGNER,	   /* the header names the certificate */
	PERSO_SEAL_FACT_SIGNATURE, /* made with the certificate's key */
	PERSO_SEAL_FACT_PROFILE,   /* Doc 9303-12 table 6: barcode signer */
	PERSO_SEAL_FACT_TYPE,	   /* the MRZ's code is in its type list */
	PERSO_SEAL_FACT_DATES,	   /* signed in its validity, before now */
	PERSO_SEAL_FACT_CHAIN,	   /* issued by a trusted CSCA, valid now */
	PERSO_SEAL_FACTS
};
/* "contents", "signer", ...; static */
const char *perso_seal_fact_name(enum perso_seal_fact f);

struct perso_seal_verdict {
	struct {
		bool judged; /* false: could not be looked at, see text */
		perso_rc rc;
		char text[PERSO_TRAIL_LEN]; /* why; "" if rc is PERSO_OK */
	} fact[PERSO_SEAL_FACTS];
};

struct perso_seal_question {
	const struct perso_seal *seal;
	const struct perso_seal_definition *definition; /* NULL: unknown */
	const struct perso_cert *cert;	 /* the signer's; NULL: unknown */
	const struct perso_trust *trust; /* NULL: chain is not judged */
	time_t now;
};

/* Judges every fact it can. True if no fact that was judged is wrong and the
 * signature was judged. The trail is empty afterwards. */
bool perso_seal_judge(
    const struct perso_seal_question *q, struct perso_seal_verdict *ret);

#endif
