/*
 * A finished document for the verifier's tests: a simulated chip that was
 * personalised through the chip driver from an image that the test may have
 * altered, so that each check has something to find.
 */
#ifndef VERIFY_TEST_RIG_H
#define VERIFY_TEST_RIG_H

#include <criterion/criterion.h>

#include "perso/chip.h"
#include "perso/image_build.h"
#include "perso/order.h"
#include "perso/sim.h"
#include "perso/verify.h"

#define RIG_NOW ((time_t)1795348800) /* 2026-11-22 12:00 UTC */
#define RIG_FILES 24

struct rig_plan {
	const char *order;  /* "uto-passport": template in tests/data/orders */
	const char *number; /* NULL: of the order */
	/* DG15 has the key of another chip. */
	bool other_key;
	/* Changes the signed files before they are written. */
	void (*alter)(struct perso_lds_image *img);
};

struct rig {
	struct perso_profiles *profiles;
	struct perso_trust *trust;
	struct perso_order *order;
	struct perso_keyref *key;
	struct perso_signer *signer;
	struct perso_scp03_keys *keys;
	struct perso_sim *sim;
	struct perso_link *link;
	struct perso_lds_image signed_files; /* as they were signed */
	struct perso_lds_image files;	     /* as they were written */
	struct perso_inspect_file hashes[RIG_FILES];
	size_t hash_count;
	char mrz[91];
	struct perso_report report;
};

/* Folder of a development PKI, gone with rig_done(). */
const char *rig_pki(void);
/* Another one, which nobody here trusts. */
const char *rig_other_pki(void);

/* The order of a plan, checked, its number bound; no chip. */
void rig_order(struct rig *r, const struct rig_plan *plan);
/* And the chip. */
void rig_make(struct rig *r, const struct rig_plan *plan);
void rig_done(struct rig *r);
struct perso_inspection rig_inspection(const struct rig *r);

/* Verifies with the printed MRZ and the PKI's trust. */
void rig_verify(struct rig *r);
/* As the line does, with what was written. */
void rig_inspect(struct rig *r);

/* The report has such a check in that state. */
bool rig_has(const struct rig *r, const char *id, enum perso_check_state s);
/* The report is bad, and only these checks failed (space between). */
void rig_only_failed(const struct rig *r, const char *ids);

struct perso_buf *rig_file(struct perso_lds_image *img, const char *name);

#endif
