/*
 * The bridge between the simulated chip and everything that talks to chips:
 * a perso_sim as a perso_link. Only the program and tests use it.
 */
#ifndef PERSO_LINK_SIM_H
#define PERSO_LINK_SIM_H

#include "perso/link.h"

struct perso_sim;

/* A link to this chip, powered on. sim is borrowed and outlives the link. */
PERSO_MUST perso_rc perso_link_sim(
    struct perso_sim *sim, struct perso_link **ret);

/* The same for a chip's state file; the link owns the chip. */
PERSO_MUST perso_rc perso_link_sim_open(
    const char *path, struct perso_link **ret);

/* Of such a link: the chip is locked. */
bool perso_link_sim_is_locked(const struct perso_link *l);

#endif
