/*
 * Machine readable zones: Doc 9303 parts 3 to 7, section 4.
 *
 * A struct perso_mrz holds the fields of one zone as they stand in it, without
 * the fillers at their ends: perso_mrz_compose() makes the lines with all check
 * digits, perso_mrz_parse() takes them back and verifies every digit, and
 * compose(parse(x)) is x for everything parse accepts. perso_mrz_name() turns
 * a name in Latin, Cyrillic or Arabic letters into the name field.
 *
 * The tables of letters, states and document codes are text files under
 * profiles/mrz/, compiled into the library. Nothing here allocates or keeps
 * anything; all strings are terminated. Error texts name the line, the column
 * (both from 1) or the code point, never what a field holds.
 */
#ifndef PERSO_MRZ_H
#define PERSO_MRZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "perso/date.h"
#include "perso/rc.h"
#include "perso/span.h"

/* --- Fields and zones --------------------------------------------------- */

enum perso_mrz_format {
	PERSO_MRZ_TD1,	/* 3 lines of 30: card */
	PERSO_MRZ_TD2,	/* 2 lines of 36 */
	PERSO_MRZ_TD3,	/* 2 lines of 44: passport */
	PERSO_MRZ_MRVA, /* 2 lines of 44: visa */
	PERSO_MRZ_MRVB	/* 2 lines of 36: visa */
};
#define PERSO_MRZ_FORMATS 5

enum perso_sex {
	PERSO_SEX_UNSPECIFIED, /* '<' in the zone, X in print */
	PERSO_SEX_MALE,
	PERSO_SEX_FEMALE
};

#define PERSO_MRZ_NUMBER_MAX 22 /* TD1; TD2: 14; the others: 9 */
#define PERSO_MRZ_NAME_MAX 39	/* width of the widest name field */
#define PERSO_MRZ_OPTIONAL_MAX 16

/* Characters are A-Z, 0-9 and, inside a field, '<'; no field begins or ends
 * with '<', but optional data may begin with it. */
struct perso_mrz {
	enum perso_mrz_format format;
	char document_code[3]; /* "P", "PP", "I", "VC" */
	char issuer[4];	       /* "D", "GBR"; see perso_state_find() */
	/* With more than nine characters (TD1: up to 22, TD2: up to 14) the rest
	 * goes to the optional data, followed by the check digit and '<'. */
	char number[PERSO_MRZ_NUMBER_MAX + 1];
	char primary[PERSO_MRZ_NAME_MAX + 1]; /* letters, single '<' between */
	char secondary[PERSO_MRZ_NAME_MAX + 1]; /* the same, or "" */
	char nationality[4];
	struct perso_date birth; /* unknown parts are 0 and become "<<" */
	enum perso_sex sex;
	struct perso_date expiry; /* complete */
	/* TD1: line 1, 15 characters less what a long number takes; TD2: 7 less
	 * that; TD3: 14; MRV-A: 16; MRV-B: 8. */
	char optional1[PERSO_MRZ_OPTIONAL_MAX + 1];
	char
	    optional2[PERSO_MRZ_OPTIONAL_MAX + 1]; /* TD1 line 2: 11; else "" */
	/* TD3 with empty optional1: its check digit is '<' instead of '0'; Doc
	 * 9303-4 leaves both open. Elsewhere false. */
	bool optional_filler;
};

#define PERSO_MRZ_LINES 3
#define PERSO_MRZ_TEXT_MAX 90

struct perso_mrz_text {
	unsigned lines;	 /* 2 or 3 */
	unsigned length; /* characters of each line */
	char line[PERSO_MRZ_LINES][44 + 1];
	char
	    text[PERSO_MRZ_TEXT_MAX + 1]; /* all lines joined: what DG1 holds */
};

/* Lines, characters of a line, and characters of the name field. */
unsigned perso_mrz_lines(enum perso_mrz_format f);
unsigned perso_mrz_length(enum perso_mrz_format f);
unsigned perso_mrz_name_width(enum perso_mrz_format f);

/* Room for optional data: which is 1, or 2 for line 2 of TD1 (0 elsewhere);
 * without what a long document number takes. */
unsigned perso_mrz_optional_width(enum perso_mrz_format f, unsigned which);

/* "TD1", "TD2", "TD3", "MRV-A", "MRV-B"; the parser also takes "MRVA", "MRVB":
 * PERSO_E_NOT_FOUND. */
const char *perso_mrz_format_name(enum perso_mrz_format f);
PERSO_MUST perso_rc perso_mrz_format_parse(
    struct perso_span name, enum perso_mrz_format *ret);

/* Doc 9303-4 to -7, 4.2.2. PERSO_E_DATA naming the field and its first wrong
 * position, PERSO_E_RANGE naming the field that does not fit, PERSO_E_MISSING
 * naming the field that may not be empty. A visa's document code begins with
 * V, no other does. Whether codes are in use is not checked here:
 * perso_mrz_check(). */
PERSO_MUST perso_rc perso_mrz_compose(
    const struct perso_mrz *m, struct perso_mrz_text *ret);

/*
 * Takes the lines with or without line ends between and after them (LF or CR
 * LF, all lines or none); the format follows from the length and the V of
 * visas. Lower case is refused. PERSO_E_TRUNCATED or PERSO_E_TRAILING for the
 * wrong number of characters, PERSO_E_DATA with line and column for anything
 * else; wrong check digits are all named in one message ("check digit of
 * composite (line 2, column 44)").
 *
 * The zone has no centuries. today (complete; PERSO_E_ARG if not) decides: a
 * birth date is the latest one that is not after today, so that somebody over
 * a hundred comes out a hundred years too young; an expiry date lies between
 * 50 years before and 49 years after the year of today. Composing drops the
 * century again.
 */
PERSO_MUST perso_rc perso_mrz_parse(
    struct perso_span text, struct perso_date today, struct perso_mrz *ret);

/* --- Check digits and access key ---------------------------------------- */

/* Doc 9303-3, 4.9: weights 7, 3, 1; '0'..'9' into *ret. PERSO_E_DATA with the
 * column for a character outside A-Z, 0-9, '<'. */
PERSO_MUST perso_rc perso_mrz_check_digit(struct perso_span s, char *ret);

/* One check digit of a zone. */
struct perso_mrz_digit {
	const char *name; /* "document number", "date of birth", "date of
			   * expiry", "optional data", "composite" */
	unsigned line;	  /* from 1 */
	unsigned column;  /* from 1 */
	char found;
	char expected; /* for empty optional data '0', and '<' is right too */
	bool is_right;
};
#define PERSO_MRZ_DIGITS 5

/* All check digits of a zone that need be right in nothing but its characters
 * and lengths; errors as perso_mrz_parse(). For reports. */
PERSO_MUST perso_rc perso_mrz_digits(struct perso_span text,
    struct perso_mrz_digit ret[PERSO_MRZ_DIGITS], size_t *ret_n);

/* The MRZ_information of BAC and PACE: number (filled up to nine), birth and
 * expiry, each with its check digit; of a long number all characters. Reads
 * format, number, birth and expiry only. Errors as perso_mrz_compose().
 * The result is an access key: keep it out of logs. Doc 9303-11, 4.3.2. */
#define PERSO_MRZ_INFORMATION_MAX (PERSO_MRZ_NUMBER_MAX + 1 + 7 + 7)
PERSO_MUST perso_rc perso_mrz_information(
    const struct perso_mrz *m, char ret[PERSO_MRZ_INFORMATION_MAX + 1]);

/* --- Names -------------------------------------------------------------- */

/* Cyrillic letters differ by language; Doc 9303-3, 6.B. */
enum perso_mrz_language {
	PERSO_MRZ_LANG_DEFAULT,
	PERSO_MRZ_LANG_BELARUSIAN,
	PERSO_MRZ_LANG_BULGARIAN,
	PERSO_MRZ_LANG_MACEDONIAN,
	PERSO_MRZ_LANG_SERBIAN,
	PERSO_MRZ_LANG_UKRAINIAN
};

/* "default", "belarusian", ...: PERSO_E_NOT_FOUND. */
PERSO_MUST perso_rc perso_mrz_language_parse(
    struct perso_span name, enum perso_mrz_language *ret);

/* One of the alternatives the table has for a letter. */
struct perso_mrz_choice {
	uint32_t letter; /* code point, upper case */
	const char *mrz; /* "UXX" */
};

/*
 * How a name that does not fit is cut (Doc 9303-4 to -7, 4.2.3: the issuer may
 * choose). In all of them: the primary identifier keeps its whole length if
 * `keep` characters are then left for the secondary one; each component keeps
 * at least its first letter; components of the secondary identifier are
 * shortened from the last one backwards, each to no less than its initial
 * before the one ahead of it is touched; only when even the initials do not
 * fit, components are left out, from the last. The last position of the field
 * is always a letter.
 */
enum perso_mrz_cut {
	/* The primary's components too are shortened from the last backwards,
	 * no more than needed. */
	PERSO_MRZ_CUT_END,
	/* The primary's last components become initials, as few as needed; what
	 * that frees goes to the secondary identifier. */
	PERSO_MRZ_CUT_INITIALS,
	/* The primary's longest components are shortened first, so that they
	 * come out equally long. */
	PERSO_MRZ_CUT_EQUAL
};

/* "end", "initials", "equal": PERSO_E_NOT_FOUND. */
PERSO_MUST perso_rc perso_mrz_cut_parse(
    struct perso_span name, enum perso_mrz_cut *ret);

/* All zero is a good default: first alternatives, no language, cut at the
 * end, one letter kept. NULL in its place means the same. */
struct perso_mrz_options {
	const struct perso_mrz_choice *choice; /* borrowed */
	size_t choices;
	enum perso_mrz_language language;
	enum perso_mrz_cut cut;
	unsigned keep; /* characters kept for the secondary; 0 means 1 */
};

struct perso_mrz_name {
	char primary[PERSO_MRZ_NAME_MAX + 1];	/* as struct perso_mrz wants */
	char secondary[PERSO_MRZ_NAME_MAX + 1]; /* them */
	char field[PERSO_MRZ_NAME_MAX + 1];	/* filled up to the width */
	bool is_truncated;
};

#define PERSO_MRZ_UTF8_MAX 512	   /* bytes of one identifier as given */
#define PERSO_MRZ_LETTERS_MAX 1024 /* characters it may become */

/*
 * One identifier (UTF-8, at most PERSO_MRZ_UTF8_MAX bytes, PERSO_E_RANGE)
 * to components of letters joined by '<'; not shortened; "" for nothing. Doc
 * 9303-3, 4.6 and 6. Letters go to upper case first; a base letter with a
 * combining mark is taken as the composed letter; apostrophes and other
 * punctuation are dropped, spaces, hyphens and commas separate components.
 *
 * PERSO_E_UNSUPPORTED for a character without transliteration, a digit among
 * them: the message gives it as U+XXXX with its position, counted in code
 * points from 1. PERSO_E_DATA with the byte offset for bytes that are not
 * UTF-8, PERSO_E_CONFIG for a choice that the table does not offer,
 * PERSO_E_RANGE if cap is too small (PERSO_MRZ_LETTERS_MAX + 1 always
 * suffices).
 */
PERSO_MUST perso_rc perso_mrz_transliterate(struct perso_span utf8,
    const struct perso_mrz_options *opt, char *ret, size_t cap);

/* Doc 9303-3, 4.6 and parts 4 to 7, 4.2.3: both identifiers transliterated,
 * and cut if they do not fit width (perso_mrz_name_width(), 8..39). secondary
 * may be empty; PERSO_E_MISSING if nothing is left of primary. Errors as
 * perso_mrz_transliterate() with "primary identifier" or "secondary
 * identifier" as context; PERSO_E_RANGE when no cut keeps the rules (all
 * components are single letters and the last position falls between two). */
PERSO_MUST perso_rc perso_mrz_name(struct perso_span primary,
    struct perso_span secondary, unsigned width,
    const struct perso_mrz_options *opt, struct perso_mrz_name *ret);

/* Whether field (exactly its width) is a permitted form of the full
 * identifiers, both as perso_mrz_transliterate() gives them: the full name
 * with fillers if that fits; else each component whole or a prefix of it, in
 * order, components left out only from the end of an identifier, at least one
 * letter of the secondary identifier, a letter in the last position. This is
 * the judge for a field that somebody chose by hand. */
bool perso_mrz_name_is_valid_truncation(
    const char *primary, const char *secondary, struct perso_span field);

/* --- States and document codes ------------------------------------------ */

#define PERSO_STATE_ISSUER 0x01u      /* may stand in the issuer field */
#define PERSO_STATE_NATIONALITY 0x02u /* may stand in the nationality field */
#define PERSO_STATE_DEPRECATED 0x04u  /* in old documents only */
#define PERSO_STATE_SPECIMEN 0x08u    /* in specimens only */

struct perso_state {
	char code[4];	/* as in the zone, without fillers: "D", "GBR" */
	char alpha2[3]; /* for certificates; "" if there is none */
	unsigned flags; /* PERSO_STATE_* */
};

/* Doc 9303-3, section 5; NULL if there is none such. Fillers at the end of
 * code are ignored. ISO codes that the zone replaces by another are found too,
 * with flags 0. */
const struct perso_state *perso_state_find(const char *code);

/* By two letters, upper or lower case; the one that may issue, if several
 * share them. */
const struct perso_state *perso_state_find_alpha2(const char *alpha2);

/* The two letters of a three-letter code; NULL if there are none. */
const char *perso_state_alpha2(const char *code);

/* All of them, sorted by code. */
const struct perso_state *perso_state_all(size_t *ret_n);

/* A document code that has a meaning of its own. */
struct perso_mrz_document {
	char code[3];
	unsigned formats; /* bit 1 << enum perso_mrz_format */
	bool is_crew;	  /* reserved to crew member certificates */
	const char *name; /* "passport: diplomatic" */
};

/* NULL if the code has no meaning of its own (it may be allowed: the second
 * letter of I, A and C codes and of visas is the issuer's). */
const struct perso_mrz_document *perso_mrz_document_find(const char *code);

/*
 * Whether a document issued on that day may carry this code: the first letter
 * fits the format, the second is not a forbidden one, follows the table and is
 * there at all from the days on that Doc 9303-4, 4.4 sets (data in
 * profiles/mrz/documents.txt). PERSO_E_RANGE says which rule; PERSO_E_ARG if a
 * date is not complete. expiry matters for codes of one letter only. is_crew:
 * a crew member certificate.
 */
PERSO_MUST perso_rc perso_mrz_document_check(enum perso_mrz_format f,
    const char *code, bool is_crew, struct perso_date issue,
    struct perso_date expiry);

/* The days of that data, for who looks ahead: of issue from which a second
 * letter follows the table and is required, of expiry before which documents
 * without one end. */
struct perso_mrz_document_days {
	struct perso_date in_table, required, ends;
};
struct perso_mrz_document_days perso_mrz_document_days(void);

/* The codes of a zone to be issued: document code (not a crew member
 * certificate unless it says AC), issuer and nationality known and allowed
 * where they stand, not deprecated. PERSO_E_RANGE naming the field. */
PERSO_MUST perso_rc perso_mrz_check(
    const struct perso_mrz *m, struct perso_date issue);

#endif
