/*
 * perso doctor: one row per finding.
 */
#ifndef PERSO_DOCTOR_INT_H
#define PERSO_DOCTOR_INT_H

#include "cli_int.h"

enum doctor_level { DOCTOR_OK, DOCTOR_WARN, DOCTOR_FAIL };

struct doctor {
	struct cli *cli;
	struct cli_config cfg;
	struct perso_profiles *profiles; /* NULL: cannot be loaded */
	struct perso_store *store;	 /* NULL: cannot be opened */
	struct perso_trust *trust;	 /* NULL: cannot be opened */
	time_t now;
	json_t *rows;
	size_t warned;
	size_t failed;
};

/* One finding. todo: what to do about it, "" for DOCTOR_OK. */
PERSO_PRINTF(5, 6)
void doctor_add(struct doctor *d, enum doctor_level level, const char *check,
    const char *todo, const char *fmt, ...);
/* The same with the trail as the text. */
void doctor_trail(struct doctor *d, enum doctor_level level, const char *check,
    const char *todo);

void doctor_trust(struct doctor *d);
void doctor_signers(struct doctor *d);
void doctor_sealers(struct doctor *d);
void doctor_approvers(struct doctor *d);

/* Folder or command that prints; fonts of all layouts. */
void doctor_printer(struct doctor *d);

/* What changes, and what has to, within the policy's notice. */
void doctor_profiles(struct doctor *d);

#endif
