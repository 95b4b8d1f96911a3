/*
 * CV certificates for the simulator's tests, good ones and bad ones: made
 * from TR-03110-3, appendices C and D.
 */
#ifndef SIM_TEST_HOST_CV_H
#define SIM_TEST_HOST_CV_H

#include "perso/keyref.h"

/* What is wrong with it. */
enum twist {
	NONE,
	NO_BODY,
	NO_SIGNATURE,
	BAD_SIGNATURE,
	ZERO_SIGNATURE,
	SHORT_SIGNATURE,
	LONG_SIGNATURE,
	PROFILE,
	NO_PROFILE,
	NO_CAR,
	OTHER_CAR,
	NO_KEY,
	NO_CHR,
	NO_CHAT,
	NO_FROM,
	NO_TO,
	CHAT_OF_AT,
	CHAT_LONG,
	CHAT_NO_BITS,
	KEY_OID,
	KEY_NO_OID,
	KEY_NO_POINT,
	KEY_OFF_CURVE,
	KEY_SHORT,
	DOMAIN,
	EXTRA,
	EXTENSION,
	SWAPPED,
	TRAILING,
	LONG_LENGTH
};

struct spec {
	const char *car, *chr;
	unsigned chat;
	const char *from, *to; /* hex of six bytes each as digits */
	struct perso_keyref *key, *signer;
	bool domain;
	enum twist twist;
};

void cv_tlv(struct perso_buf *b, uint32_t tag, struct perso_span v);
/* How a key of the tests signs. */
struct perso_sig_alg cv_alg(const struct perso_keyref *k);
/* Body 7F4E and signature 5F37; appended. EC keys are on P-256. */
void cv_make(const struct spec *c, struct perso_buf *ret);

#endif
