/*
 * Between the files of record.
 */
#ifndef PERSO_RECORD_INT_H
#define PERSO_RECORD_INT_H

#include "perso/record.h"

/* The options that the profile sets for names; choice is the caller's room
 * for them, the result borrows it. PERSO_E_CONFIG. */
PERSO_MUST perso_rc perso_record_translit(const struct perso_doc_profile *p,
    struct perso_mrz_choice choice[PERSO_TRANSLIT_MAX],
    struct perso_mrz_options *ret);
/* The personal number as it stands in the MRZ, terminated; PERSO_E_RANGE,
 * PERSO_E_DATA. */
PERSO_MUST perso_rc perso_record_optional(
    const struct perso_record *r, char ret[PERSO_MRZ_OPTIONAL_MAX + 1]);
/* JSON path of a field's place in the order. */
void perso_record_path(uint64_t field, char *dst, size_t cap);

/* validate_number.c */
void perso_record_check_personal(
    const struct perso_record *r, struct perso_findings *ret);

#endif
