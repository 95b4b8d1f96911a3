/*
 * What PACE, Chip and Terminal Authentication share on the terminal's side
 * (access): compressed public keys and the names chips give for their trust
 * points.
 */
#ifndef PERSO_ACCESS_H
#define PERSO_ACCESS_H

#include "perso/agree.h"
#include "perso/cvc.h"

/* Comp(PK), Doc 9303-11, 7.1.4: the x-coordinate (as long as the field), or
 * for DH the SHA-1 of the public value as unsigned integer, that is without
 * leading zeros (9.4.3). DH values that this terminal makes never have any;
 * those of chips are taken with and without. */
#define PERSO_COMP_MAX 80

struct perso_comp {
	uint8_t p[PERSO_COMP_MAX];
	size_t n; /* 0: none */
};

static inline struct perso_span
perso_comp_span(const struct perso_comp *c)
{
	return (struct perso_span){ c->p, c->n };
}

PERSO_MUST perso_rc perso_comp(const struct perso_group *g,
    const struct perso_elem *pk, struct perso_comp *ret);

/* Certification authority references: names of the CVCA keys that a chip
 * trusts, newest first. From PACE (DO87, DO88) or EF.CVCA. */
#define PERSO_CAR_MAX 2

struct perso_cars {
	char name[PERSO_CAR_MAX][PERSO_CVC_NAME_MAX + 1];
	size_t count;
};

/* EF.CVCA, Doc 9303-11, 7.1.5 (TR-03110-3, A.2): 42 L name [42 L name],
 * then zeros to the end. PERSO_E_DATA, _RANGE, _TRUNCATED, _MISSING (empty
 * file), PERSO_E_TRAILING (something else than zeros). */
PERSO_MUST perso_rc perso_cars_parse(
    struct perso_span ef_cvca, struct perso_cars *ret);

#endif
