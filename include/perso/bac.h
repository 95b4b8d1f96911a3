/*
 * Basic Access Control as a terminal (access): Doc 9303-11, 4.3 and
 * appendix D.
 */
#ifndef PERSO_BAC_H
#define PERSO_BAC_H

#include "perso/card.h"
#include "perso/secret.h"

/* K_seed (16 bytes) from the MRZ information: document number, birth date
 * and expiry date, each with its check digit, as perso/mrz.h composes it:
 * "L898902C<369080619406236". */
PERSO_MUST perso_rc perso_bac_seed(
    struct perso_span mrz_information, struct perso_secret *ret);

/* GET CHALLENGE, MUTUAL AUTHENTICATE, then the card has a 3DES secure
 * messaging channel. The application is selected already. A channel that
 * stands is dropped first.
 * PERSO_E_CARD_AUTH: the chip refused (6300, 63Cx, 6982, 6988: probably
 * another MRZ), or its answer does not verify. PERSO_E_ANSWER, PERSO_E_SW. */
PERSO_MUST perso_rc perso_bac_open(
    struct perso_card *card, struct perso_span mrz_information);
PERSO_MUST perso_rc perso_bac_open_seed(
    struct perso_card *card, struct perso_span seed);

#endif
