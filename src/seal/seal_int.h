/*
 * Private to seal: C40's alphabet (c40.c), what building and reading agree
 * on.
 */
#ifndef SEAL_INT_H
#define SEAL_INT_H

#include <string.h>

#include "perso/seal.h"

#define SEAL_MAGIC 0xDC
#define SEAL_SPACE 0x20

/* The digest that belongs to the curve's order, Doc 9303-13 2.4; NONE for a
 * curve that is not known. */
enum perso_hash seal_hash(enum perso_curve c);

/* Is a barcode signer's certificate, Doc 9303-12 table 6: PERSO_E_ROLE with
 * the reason. */
PERSO_MUST perso_rc seal_check_profile(const struct perso_cert *c);
#define SEAL_EKU "2.23.136.1.1.11.1"

#endif
