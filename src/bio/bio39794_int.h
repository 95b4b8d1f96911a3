/*
 * Private to the readers of ISO/IEC 39794: strict DER by tables of members.
 */
#ifndef PERSO_BIO39794_INT_H
#define PERSO_BIO39794_INT_H

#include "bio_int.h"
#include "perso/bio39794.h"

/* One member of a SEQUENCE with context tags. read gets the element's value
 * as a cursor; NULL: only DER. */
struct bio_member {
	uint32_t tag;
	bool required;
	const char *name;
	perso_rc (*read)(void *ctx, struct perso_rd *in);
};

/* All members of what rd holds. Elements that no row names are extensions if
 * their number is higher than that of the last row: counted in *ret_others,
 * as those without read. */
PERSO_MUST perso_rc bio_members(struct perso_rd *rd,
    const struct bio_member *rows, size_t count, void *ctx, size_t *ret_others);

/* The next element of rd must have this tag; ret stands in it. */
PERSO_MUST perso_rc bio_open(
    struct perso_rd *rd, uint32_t tag, struct perso_rd *ret);
/* Sound DER, all of it, not deeper than 16. */
PERSO_MUST perso_rc bio_der(struct perso_rd *rd);

/* The whole cursor is one INTEGER or ENUMERATED (contents) in min..max. */
PERSO_MUST perso_rc bio_uint(
    struct perso_rd *rd, uint32_t min, uint32_t max, uint32_t *ret);
PERSO_MUST perso_rc bio_angle(struct perso_rd *rd, int *ret);
PERSO_MUST perso_rc bio_boolean(struct perso_rd *rd, bool *ret);
/* CHOICE { code [0], extensionBlock [1] { fallback [0], .. } } */
PERSO_MUST perso_rc bio_code(
    struct perso_rd *rd, uint32_t max, uint32_t *ret, size_t *ret_others);

/* A0 { 80 generation, 81 year } */
struct bio_version {
	uint32_t generation, year;
	size_t others;
};
PERSO_MUST perso_rc bio_version(struct perso_rd *rd, struct bio_version *ret);

/* The only representation in A1 { 30 .. }. */
PERSO_MUST perso_rc bio_one_representation(
    struct perso_rd *rd, struct perso_rd *ret);

/* How many points MPEG-4 has in each group, 2 to 12; the code of part 5 is
 * the sum up to there. -1: there is no such point. */
int bio_point_code(uint8_t code);
uint8_t bio_point_of_code(unsigned code);

/* "P5 width height 255 " and the samples. */
PERSO_MUST perso_rc bio_pgm(struct perso_span image, uint16_t *ret_width,
    uint16_t *ret_height, struct perso_span *ret_samples);

/* Codes of colours: 19794 and 39794 side by side; 19794's come first where
 * one of 39794 has two. */
struct bio_code_pair {
	uint8_t old, now;
};
extern const struct bio_code_pair bio_eye_codes[], bio_hair_codes[],
    bio_space_codes[];
/* -1, or FF: there is none. */
int bio_code_now(const struct bio_code_pair *pairs, uint8_t old);
int bio_code_old(const struct bio_code_pair *pairs, uint32_t now);

#endif
