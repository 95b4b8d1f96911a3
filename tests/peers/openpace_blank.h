/*
 * A simulated chip with PACE, personalised without the line: EF.CardAccess,
 * EF.DG1, and MRZ, CAN, PIN and PUK as in `passwords`.
 */
#ifndef PEERS_OPENPACE_BLANK_H
#define PEERS_OPENPACE_BLANK_H

#include "openpace.h"

/* For Terminal Authentication; NULL: without. */
struct blank_eac {
	struct perso_span ca_key; /* PKCS#8 */
	struct perso_span cvca;	  /* certificate */
};

bool blank_personalise(
    const struct row *r, const struct blank_eac *eac, struct perso_sim **ret);

#endif
