/*
 * A world (world.h) whose chip has PACE, Chip and Terminal Authentication,
 * with every parameter and each file in the test's hand.
 */
#ifndef VERIFY_DOORS_H
#define VERIFY_DOORS_H

#include "world.h"

#include "perso/cvc.h"
#include "perso/pace.h"

#define GM (1u << PERSO_PACE_GM)
#define IM (1u << PERSO_PACE_IM)
#define CAM (1u << PERSO_PACE_CAM)

#define DOORS_CAN "291845"
#define DOORS_PIN "314159"
#define DOORS_PUK "27182818"

struct doors {
	/* the plan */
	unsigned mappings;	  /* bits of the above; 0: no PACE */
	uint64_t parameters;	  /* domain parameter id of PACE, CAM */
	enum perso_cipher cipher; /* of PACE */
	bool no_bac;
	uint64_t ca; /* id; 0 with no_ca */
	bool no_ca;
	enum perso_cipher ca_cipher;
	uint64_t ca_id; /* keyId */
	bool decoy; /* before it in EF.CardSecurity: a key on the same curve,
		     * with another id */
	bool ta;    /* with EF.DG3 */

	/* What of it goes into the files; changed before doors_files(). */
	struct perso_secinfo infos[12];
	size_t info_count;
	struct perso_num ca_sk;
	struct perso_buf ca_spki, decoy_spki;

	/* the terminal */
	struct perso_keyref *cvca_key, *dv_key, *is_key;
	struct perso_cvc certs[3]; /* CVCA, DV, IS */
	struct perso_inspect_terminal terminal;
};

#define DOORS(name)                                                       \
	__attribute__((                                                   \
	    cleanup(doors_done))) struct doors name = { .parameters = 13, \
		.cipher = PERSO_AES128,                                   \
		.ca = 13,                                                 \
		.ca_cipher = PERSO_AES128,                                \
		.ca_id = 13,                                              \
		.ca_spki.max = 4096,                                      \
		.decoy_spki.max = 4096,                                   \
		.certs = { { .der.max = PERSO_CVC_MAX },                  \
		    { .der.max = PERSO_CVC_MAX },                         \
		    { .der.max = PERSO_CVC_MAX } } }
void doors_done(struct doors *d);

/* Keys and SecurityInfos of the plan. */
void doors_make(struct doors *d);
/* EF.CardAccess, EF.CardSecurity, EF.DG14, EF.CVCA and EF.DG3; then EF.SOD. */
void doors_files(struct doors *d, struct world *w);
/* EF.CardSecurity again, signed by another one. */
void doors_security(struct doors *d, struct world *w, struct perso_keyref *key,
    const struct perso_cert *ds);
/* The chip with its keys and passwords. */
void doors_chip(struct doors *d, struct world *w);
/* All of that. */
void doors_open(struct doors *d, struct world *w);

/* Verifies with all that is known of it. */
void doors_verify(
    struct doors *d, struct world *w, struct perso_verify_input in);
/* SecurityInfos of one kind out of the plan. */
void doors_drop(struct doors *d, enum perso_secinfo_kind kind);
/* The run of this protocol in the report; fails without. */
const struct perso_authentication *doors_auth(
    const struct world *w, const char *name);

/* Text of the last check of that name. */
const char *doors_text(const struct world *w, const char *id);

#define GOOD(w) cr_assert((w).report.ok, "%s", world_text(&(w)))
#define BAD(w, id)                                                        \
	do {                                                              \
		cr_assert(!(w).report.ok, "%s", world_text(&(w)));        \
		cr_assert_eq(world_check(&(w), (id)), PERSO_CHECK_FAILED, \
		    "%s", world_text(&(w)));                              \
	} while (0)
#define PASSED(w, id)                                                       \
	cr_assert_eq(world_check(&(w), (id)), PERSO_CHECK_PASSED, "%s: %s", \
	    (id), world_text(&(w)))
#define BY_MRZ(w) \
	((struct perso_verify_input){ .mrz = perso_span_str((w).mrz) })

#endif
