/*
 * Everything that a run of the line needs, in a folder of its own: a
 * development PKI, signed orders, simulated blanks, a store.
 */
#ifndef LINE_WORLD_H
#define LINE_WORLD_H

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "perso/cvc.h"
#include "perso/line.h"
#include "perso/sim.h"
#include "perso/trust.h"
#include "perso/verify.h"

#define WORLD_CHIPS 4

struct world {
	char dir[32];
	char db[128];
	struct perso_profiles *profiles;
	struct perso_scp03_keys *keys;
	struct perso_trust *trust;
	struct perso_approvers *approvers;
	struct perso_keyref *approver;
	struct perso_buf approver_cert;
	struct perso_keyref *ds_key[2];
	struct perso_signer *ds[2]; /* of the two states in dev.conf */
	struct perso_verify_inspector verify;
	/* Terminal Authentication: an authority, a DV, an inspection system
	 * for DG3; the chips trust the authority. */
	struct perso_keyref *cv_key[3];
	struct perso_cvc cv[3];
	uint8_t can[6]; /* what the plain reader was given last */
	size_t can_len;
	char pin[13], puk[13]; /* likewise */
	unsigned opened;       /* by BAC and PACE, how often in all */
	bool reader;	       /* the plain reader of reader.h inspects */
	bool extended;	       /* the chips made from now on */
	const struct perso_printer *printer; /* of world_config(), or NULL */
	size_t chips;
	char chip[WORLD_CHIPS][128]; /* state files */
	char serial[WORLD_CHIPS][24];
	size_t reports; /* the inspector made */
};

/* Asserts on any failure. The clock stands still at world_clock. */
void world_open(struct world *w);
void world_close(struct world *w);
extern time_t world_clock;

/* From now on chips and their profile know short length only. */
void world_use_short(struct world *w);

/* tests/data/orders/<template>.json, numbered, signed and imported. */
void world_order(struct world *w, const char *template, const char *id);
/* A chip and its entry in stock; number may be NULL. Its index. */
size_t world_blank(struct world *w, const char *number);
/* A chip that is in no stock. */
size_t world_chip(struct world *w);
/* A copy of the state of all chips and the store, and back. */
void world_save(const struct world *w);
void world_load(const struct world *w);

/* What a process holds: opened by world_start, as after a restart. */
struct station {
	struct perso_store *store;
	struct perso_line *line;
	struct perso_sim *sim;
	struct perso_link *link;
};

void world_start(struct world *w, size_t chip, struct station *ret);
void world_stop(struct station *st);
/* The configuration that world_start uses, to be changed. */
struct perso_line_config world_config(
    struct world *w, struct perso_store *store);
struct perso_store *world_store(struct world *w);

/* Runs the order in a process that dies right after this kind of change was
 * durable ("job-sealed", ...). */
void world_run_until(
    struct world *w, size_t chip, const char *order, const char *kind);

/* The independent judge; asserts. */
void world_check(const struct world *w, bool between, const char *what);

/* The configuration of world_config() without verify: tests/line/reader.c
 * opens the chip in every way that the profile has, and compares. */
struct perso_inspector world_reader(struct world *w);

/* For calls whose code a test does not want. */
#define LET(call)                       \
	do {                            \
		perso_rc let_ = (call); \
		(void)let_;             \
	} while (0)

#define OK(call)                                                               \
	do {                                                                   \
		perso_rc rc_ = (call);                                         \
		char t_[512];                                                  \
		perso_trail_text(t_, sizeof(t_));                              \
		cr_assert_eq(rc_, PERSO_OK, "%s: %d %s", #call, (int)rc_, t_); \
	} while (0)

#endif
