/*
 * Tables of the module, compiled from profiles/mrz/ by tools/gen-mrz.c, and
 * what its files share. All tables are sorted by their first member(s).
 */
#ifndef PERSO_MRZ_INT_H
#define PERSO_MRZ_INT_H

#include "perso/mrz.h"

enum mrz_kind {
	MRZ_LETTER,
	MRZ_OMIT,     /* leaves nothing behind */
	MRZ_DOUBLE,   /* repeats what the letter before it became */
	MRZ_SEPARATOR /* ends a component */
};

struct mrz_letter {
	uint32_t cp;
	enum mrz_kind kind;
	const char *mrz;  /* alternatives joined by '|' */
	const char *last; /* as last letter of a component, or NULL */
};

struct mrz_lower {
	uint32_t lower;
	uint32_t upper;
};

struct mrz_pair {
	uint32_t base;
	uint32_t mark; /* combining */
	uint32_t cp;
};

struct mrz_variant {
	uint32_t cp;
	enum perso_mrz_language language;
	bool is_first; /* only at the beginning of a component */
	const char *mrz;
};

struct mrz_alpha2 {
	char alpha2[3];
	unsigned short state; /* index of mrz_states */
};

struct mrz_first {
	char letter;
	unsigned formats;      /* bits as in struct perso_mrz_document */
	bool is_table;	       /* second letter as mrz_documents says */
	const char *forbidden; /* second letters that are forbidden */
};

/* None is empty. */
extern const struct mrz_letter mrz_letters[];
extern const size_t mrz_letters_n;
extern const struct mrz_lower mrz_lowers[];
extern const size_t mrz_lowers_n;
extern const struct mrz_pair mrz_pairs[];
extern const size_t mrz_pairs_n;
extern const struct mrz_variant mrz_variants[];
extern const size_t mrz_variants_n;
extern const struct perso_state mrz_states[];
extern const size_t mrz_states_n;
extern const struct mrz_alpha2 mrz_alpha2[];
extern const size_t mrz_alpha2_n;
extern const struct mrz_first mrz_firsts[];
extern const size_t mrz_firsts_n;
extern const struct perso_mrz_document mrz_documents[];
extern const size_t mrz_documents_n;
extern const struct perso_date mrz_second_in_table;
extern const struct perso_date mrz_second_required;
extern const struct perso_date mrz_no_second_expires;

/* Value of a character for check digits; -1 if the zone has no such. */
int mrz_value(uint8_t c);

/* Over characters that are known to be good. */
char mrz_digit(const char *s, size_t n);

/* Where each field of a format stands. Line from 0, offset in the line; a
 * width of 0: not there. */
struct mrz_place {
	uint8_t line;
	uint8_t at;
	uint8_t n;
};

struct mrz_layout {
	const char *name;
	uint8_t lines;
	uint8_t length;
	struct mrz_place code, issuer, name_field, number, nationality, birth,
	    sex, expiry, optional1, optional2;
	bool has_optional_cd; /* follows optional1 */
	/* Parts of the composite check digit, which ends the line of its last
	 * part's; none for visas. */
	struct mrz_place composite[4];
	uint8_t composite_line;
};

extern const struct mrz_layout mrz_layouts[PERSO_MRZ_FORMATS];

/* All characters that the composite digit is over, from the joined lines. */
char mrz_composite(const struct mrz_layout *l, const char *text);

/* A shape check shared by compose and parse: "" is never right. Returns the
 * position (from 1) of the first wrong character, 0 if all is well. */
unsigned mrz_bad_code(const char *s, size_t n);	  /* A-Z */
unsigned mrz_bad_number(const char *s, size_t n); /* A-Z, 0-9, inner '<' */
unsigned mrz_bad_name(const char *s, size_t n);	  /* A-Z, single inner '<' */

#endif
