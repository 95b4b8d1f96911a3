/* An authority, a DV and a terminal of an invented state, to be varied. */
#ifndef CVC_TEST_H
#define CVC_TEST_H

#include "pki_test.h"

#include "perso/cvc.h"

struct cvc_party {
	struct perso_keyref *key;
	struct perso_cvc_values v;
	struct perso_cvc c;
};

void cvc_party_done(struct cvc_party *p);
#define PARTY(name)                                                        \
	__attribute__((cleanup(cvc_party_done))) struct cvc_party name = { \
		.c = { .der = { .max = PERSO_CVC_MAX } }                   \
	}

#define ECDSA256 \
	((struct perso_sig_alg){ PERSO_SIG_ECDSA_PLAIN, PERSO_SHA256, 0 })
#define RSAPSS256 \
	((struct perso_sig_alg){ PERSO_SIG_RSA_PSS, PERSO_SHA256, 32 })
#define RSAV15 ((struct perso_sig_alg){ PERSO_SIG_RSA_PKCS1, PERSO_SHA256, 0 })

/* A key and values: valid all of 2026 (CVCA), November (DV, IS); rights to
 * DG3 and DG4 (the terminal: DG3). */
void cvc_prepare(struct cvc_party *p, const char *chr, enum perso_cvc_role role,
    struct perso_key_spec spec);
/* Issues and parses it; by NULL: self-signed. */
void cvc_issue(struct cvc_party *p, struct cvc_party *by);
/* The same without policy, with this CAR. */
void cvc_force(struct cvc_party *p, struct cvc_party *by);
/* CVCA, DV and IS under each other. */
void cvc_three(struct cvc_party *ca, struct cvc_party *dv, struct cvc_party *is,
    struct perso_key_spec spec);

/* A copy that borrows. */
struct perso_cvc cvc_copy(const struct cvc_party *p);

#endif
