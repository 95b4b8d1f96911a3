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

#endif
