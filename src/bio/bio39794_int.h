/*
 * Private to the readers of ISO/IEC 39794: strict DER by tables of members.
 */
#ifndef PERSO_BIO39794_INT_H
#define PERSO_BIO39794_INT_H

#include "bio_int.h"
#include "perso/bio39794.h"

#define ROWS(a) (sizeof(a) / sizeof((a)[0]))

/* What the tables of members read into begins with this. */
struct bio_39794 {
	uint32_t generation, year;
	size_t others; /* elements that no row reads */
};

enum bio_kind {
	BIO_DER,      /* sound, otherwise left alone */
	BIO_NUMBER,   /* min..max, to the uint32_t at */
	BIO_CODE,     /* 0..max, to take */
	BIO_SEQUENCE, /* of the members in rows */
	BIO_ONE,      /* a SEQUENCE OF with one such SEQUENCE in it */
	BIO_OWN	      /* read gets the element's value as a cursor */
};

/* One member of a SEQUENCE with context tags. */
struct bio_member {
	uint32_t tag;
	bool required;
	const char *name;
	enum bio_kind kind;
	uint32_t min, max;
	size_t at;
	void (*take)(void *to, uint32_t v);
	const struct bio_member *rows;
	size_t count;
	perso_rc (*read)(void *to, struct perso_rd *in);
};

#define M_DER .kind = BIO_DER
#define M_NUMBER(lo, hi, type, member)                \
	.kind = BIO_NUMBER, .min = (lo), .max = (hi), \
	.at = offsetof(type, member)
#define M_CODE(hi, fn) .kind = BIO_CODE, .max = (hi), .take = (fn)
#define M_SEQUENCE(a) .kind = BIO_SEQUENCE, .rows = (a), .count = ROWS(a)
#define M_OWN(fn) .kind = BIO_OWN, .read = (fn)

/* All members of what rd holds; to is the struct that the rows are for.
 * Elements that no row names are extensions if their number is higher than
 * that of the last row: counted, as those that are only DER. */
PERSO_MUST perso_rc bio_members(
    struct perso_rd *rd, const struct bio_member *rows, size_t count, void *to);

/* tag { A0 version, A1 { 30 .. } }, nothing behind it: the members of the
 * only representation. */
PERSO_MUST perso_rc bio_record(struct perso_span rec, uint32_t tag,
    const struct bio_member *rows, size_t count, void *to);

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

/* 80 generation, 81 year */
PERSO_MUST perso_rc bio_version(struct perso_rd *rd, struct bio_39794 *ret);

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
