/*
 * What the files of chip share.
 */
#ifndef CHIP_INT_H
#define CHIP_INT_H

#include "perso/chip.h"

/* Announces an act; what it returns ends the act before it begins. */
PERSO_MUST perso_rc chip_before(struct perso_chip *c, enum perso_chip_act act,
    const struct perso_chip_file *f);

/* iso7816.c */
extern const struct perso_chip_ops chip_iso7816;

#endif
