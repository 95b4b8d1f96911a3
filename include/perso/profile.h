/*
 * Profiles: what a kind of document is and how a chip product is written,
 * as data (profiles/documents, profiles/chips; YAML, one file each). What
 * several documents share stands once in profiles/common; the days that Doc
 * 9303 sets for all of them stand in profiles/policy.yaml.
 *
 * Loading is strict: unknown, duplicate, missing, ill-typed, out-of-range
 * and contradictory values are errors that carry file:line:column; aliases,
 * anchors, tags and several documents in one file are refused; integers are
 * decimal. What is loaded is const. Profile knows only base, so algorithms
 * stand here by name and curves by their number in Doc 9303-11, table 6
 * (the values of enum perso_curve).
 */
#ifndef PERSO_PROFILE_H
#define PERSO_PROFILE_H

#include "perso/date.h"
#include "perso/rc.h"
#include "perso/seal_definition.h"
#include "perso/span.h"

#define PERSO_PROFILE_ID_MAX 32 /* "lv-passport" */
#define PERSO_PROFILE_TITLE_MAX 80
#define PERSO_PROFILE_FILE_MAX 65536 /* bytes of one profile */
#define PERSO_PATTERN_MAX 64
#define PERSO_DOCNUM_MAX 22 /* characters of a document number */
#define PERSO_STEPS_MAX 8
#define PERSO_RULES_MAX 4
#define PERSO_WEIGHTS_MAX 24
#define PERSO_CODES_MAX 40
#define PERSO_CHIPS_MAX 8
#define PERSO_DAYS_MAX 8  /* dated rules of a profile */
#define PERSO_NEEDS_MAX 6 /* what reasons need */

/* Patterns: a row of atoms that must cover the whole text. An atom is a
 * class of ranges ([A-Z], [2-9], [AEIOU]) or a character that stands for
 * itself, and may be followed by {n} (1..99) or ?. Nothing else. ASCII. */
bool perso_pattern_is_valid(const char *pattern);
bool perso_pattern_matches(const char *pattern, struct perso_span text);
/* A text of the most characters that the pattern takes, of wide ones, with
 * its terminator; PERSO_E_RANGE beyond cap, PERSO_E_ARG: no pattern. */
PERSO_MUST perso_rc perso_pattern_longest(
    const char *pattern, char *dst, size_t cap);

/* MRZ format; the number of the TD. Visas have no chip. */
enum perso_doc_format {
	PERSO_DOC_TD1 = 1,
	PERSO_DOC_TD2 = 2,
	PERSO_DOC_TD3 = 3,
	PERSO_DOC_MRVA = 4,
	PERSO_DOC_MRVB = 5
};
const char *perso_doc_format_name(enum perso_doc_format f); /* "td1" */

/* Fields an order can carry, as bits; the names are those in the order and
 * in a profile's fields lists, see perso_doc_field_name(). */
enum perso_doc_field {
	PERSO_FIELD_SURNAME = 1 << 0,	      /* "surname" */
	PERSO_FIELD_GIVEN_NAMES = 1 << 1,     /* "given-names" */
	PERSO_FIELD_NATIVE_NAME = 1 << 2,     /* "native-name" */
	PERSO_FIELD_OTHER_NAMES = 1 << 3,     /* "other-names" */
	PERSO_FIELD_BIRTH_DATE = 1 << 4,      /* "birth-date" */
	PERSO_FIELD_SEX = 1 << 5,	      /* "sex" */
	PERSO_FIELD_NATIONALITY = 1 << 6,     /* "nationality" */
	PERSO_FIELD_PERSONAL_NUMBER = 1 << 7, /* "personal-number" */
	PERSO_FIELD_BIRTH_PLACE = 1 << 8,     /* "birth-place" */
	PERSO_FIELD_ADDRESS = 1 << 9,	      /* "address" */
	PERSO_FIELD_PHONE = 1 << 10,	      /* "phone" */
	PERSO_FIELD_PROFESSION = 1 << 11,     /* "profession" */
	PERSO_FIELD_TITLE = 1 << 12,	      /* "title" */
	PERSO_FIELD_HEIGHT = 1 << 13,	      /* "height" */
	PERSO_FIELD_NUMBER = 1 << 14,	      /* "number" */
	PERSO_FIELD_ISSUE_DATE = 1 << 15,     /* "issue-date" */
	PERSO_FIELD_EXPIRY_DATE = 1 << 16,    /* "expiry-date" */
	PERSO_FIELD_AUTHORITY = 1 << 17,      /* "authority" */
	PERSO_FIELD_REMARKS = 1 << 18,	      /* "remarks" */
	PERSO_FIELD_REPLACES = 1 << 19,	      /* "replaces" */
	PERSO_FIELD_PORTRAIT = 1 << 20,	      /* "portrait" */
	PERSO_FIELD_SIGNATURE = 1 << 21,      /* "signature" */
	PERSO_FIELD_DG3 = 1 << 22,	      /* "dg3": fingers, as a record */
	PERSO_FIELD_DG4 = 1 << 23,	      /* "dg4": irises, as a record */
	/* "former-personal-number": the one before a change of number. It ties
	 * the order to documents that carry it, and its birth date must be
	 * the holder's; it is printed nowhere and in no data group. */
	PERSO_FIELD_FORMER_NUMBER = 1 << 24
};
/* The same, where an enum's constants end; bits up to 31 belong there. */
#define PERSO_FIELD_SUMMARY (UINT64_C(1) << 32)		/* "summary" */
#define PERSO_FIELD_OTHER_DOCUMENTS (UINT64_C(1) << 33) /* "other-documents" */
#define PERSO_FIELD_CUSTODY (UINT64_C(1) << 34)		/* "custody" */
#define PERSO_FIELD_NOTIFY (UINT64_C(1) << 35)		/* "notify" */
#define PERSO_FIELD_OTHER_PERSONS (UINT64_C(1) << 36)	/* "other-persons" */
#define PERSO_FIELD_TAX_EXIT (UINT64_C(1) << 37)	/* "tax-exit" */
#define PERSO_FIELD_ISSUER_DATA (UINT64_C(1) << 38)	/* "issuer-data" */
#define PERSO_FIELD_CITIZENSHIP (UINT64_C(1) << 39)	/* "citizenship" */
#define PERSO_FIELD_FRONT (UINT64_C(1) << 40)		/* "front" */
#define PERSO_FIELD_REAR (UINT64_C(1) << 41)		/* "rear" */
#define PERSO_FIELD_VISA (UINT64_C(1) << 42)		/* "visa" */
/* Static; NULL for anything but one bit of the above. */
const char *perso_doc_field_name(uint64_t bit);

/* Why a document is made, as bits. */
enum perso_reason {
	PERSO_REASON_FIRST = 1 << 0,	      /* "first" */
	PERSO_REASON_RENEWAL = 1 << 1,	      /* "renewal" */
	PERSO_REASON_LOST = 1 << 2,	      /* "lost" */
	PERSO_REASON_STOLEN = 1 << 3,	      /* "stolen" */
	PERSO_REASON_DAMAGED = 1 << 4,	      /* "damaged" */
	PERSO_REASON_CHANGE = 1 << 5,	      /* "change": other data */
	PERSO_REASON_CHANGE_NAME = 1 << 6,    /* "change-name" */
	PERSO_REASON_CHANGE_SEX = 1 << 7,     /* "change-sex" */
	PERSO_REASON_CHANGE_STATUS = 1 << 8,  /* "change-status" */
	PERSO_REASON_NATURALISATION = 1 << 9, /* "naturalisation" */
	PERSO_REASON_REPATRIATION = 1 << 10   /* "repatriation" */
};
const char *perso_reason_name(unsigned bit);	   /* static or NULL */
unsigned perso_reason_from_name(const char *name); /* 0: none */

/* Where the document number comes from. */
enum perso_number_kind {
	PERSO_NUMBER_BLANK = 1, /* pre-printed: the serial of the blank */
	PERSO_NUMBER_RANGE = 2, /* drawn from a range, once, in order */
	PERSO_NUMBER_ORDER = 3	/* given in the order */
};

struct perso_number_source {
	enum perso_number_kind kind;
	char pattern[PERSO_PATTERN_MAX + 1]; /* of every number */
	/* range: prefix, then first..last written with digits places */
	char prefix[PERSO_DOCNUM_MAX + 1];
	uint64_t first;
	uint64_t last;
	unsigned digits;
};

/* The n-th number of a range as text, terminated; PERSO_E_RANGE outside
 * first..last, PERSO_E_ARG if the source is not a range. */
PERSO_MUST perso_rc perso_number_format(const struct perso_number_source *s,
    uint64_t n, char ret[PERSO_DOCNUM_MAX + 1]);

/* Active Authentication. */
enum perso_aa_kind { PERSO_AA_NONE = 0, PERSO_AA_ECDSA, PERSO_AA_RSA };
enum perso_aa_origin {
	PERSO_AA_CHIP = 1,  /* the chip makes the key pair */
	PERSO_AA_LOADED = 2 /* made outside, loaded, then forgotten */
};
struct perso_aa_profile {
	enum perso_aa_kind kind;
	int curve;     /* ECDSA: number of enum perso_curve */
	unsigned bits; /* RSA */
	char hash[12]; /* "SHA-256"; ECDSA: in DG14 */
	enum perso_aa_origin origin;
};

/* DG11 and DG12 fields, as bits, in the order they are written. */
enum perso_dg11_field {
	PERSO_DG11_NAME = 1 << 0,	      /* "name" 5F0E */
	PERSO_DG11_OTHER_NAMES = 1 << 1,      /* "other-names" 5F0F */
	PERSO_DG11_PERSONAL_NUMBER = 1 << 2,  /* "personal-number" 5F10 */
	PERSO_DG11_BIRTH_DATE = 1 << 3,	      /* "birth-date" 5F2B */
	PERSO_DG11_BIRTH_PLACE = 1 << 4,      /* "birth-place" 5F11 */
	PERSO_DG11_ADDRESS = 1 << 5,	      /* "address" 5F42 */
	PERSO_DG11_PHONE = 1 << 6,	      /* "phone" 5F12 */
	PERSO_DG11_PROFESSION = 1 << 7,	      /* "profession" 5F13 */
	PERSO_DG11_TITLE = 1 << 8,	      /* "title" 5F14 */
	PERSO_DG11_SUMMARY = 1 << 9,	      /* "summary" 5F15 */
	PERSO_DG11_CITIZENSHIP = 1 << 10,     /* "citizenship" 5F16 */
	PERSO_DG11_OTHER_DOCUMENTS = 1 << 11, /* "other-documents" 5F17 */
	PERSO_DG11_CUSTODY = 1 << 12	      /* "custody" 5F18 */
};
enum perso_dg12_field {
	PERSO_DG12_AUTHORITY = 1 << 0,	   /* "authority" 5F19 */
	PERSO_DG12_ISSUE_DATE = 1 << 1,	   /* "issue-date" 5F26 */
	PERSO_DG12_REMARKS = 1 << 2,	   /* "remarks" 5F1B */
	PERSO_DG12_OTHER_PERSONS = 1 << 3, /* "other-persons" 5F1A */
	PERSO_DG12_TAX_EXIT = 1 << 4,	   /* "tax-exit" 5F1C */
	PERSO_DG12_FRONT = 1 << 5,	   /* "front" 5F1D */
	PERSO_DG12_REAR = 1 << 6,	   /* "rear" 5F1E */
	PERSO_DG12_PERSONALISED = 1 << 7,  /* "personalised" 5F55: the job's
					    * begin, UTC */
	PERSO_DG12_SYSTEM_SERIAL = 1 << 8  /* "system-serial" 5F56 */
};

/* One alternative of a national number. Positions count from 1 over the
 * letters and digits of the number; separators do not count.
 * Check digit: r = (offset + sum of digit_i * weight_i) mod modulus; r must
 * not be among forbidden; the digit at check_at must equal r mod 10.
 * weights[i] belongs to position i + 1, 0 leaves a digit out. */
struct perso_number_rule {
	char id[PERSO_PROFILE_ID_MAX + 1];
	char pattern[PERSO_PATTERN_MAX + 1];
	/* The holder's birth date must not lie after this (all parts 0: no
	 * limit): an alternative that is no longer assigned. */
	struct perso_date born_until;
	struct perso_date born_since;
	size_t weight_count; /* 0: no check digit */
	uint8_t weights[PERSO_WEIGHTS_MAX];
	unsigned modulus; /* 2..97 */
	unsigned offset;
	unsigned check_at;
	size_t forbidden_count;
	uint8_t forbidden[4];
	unsigned date_at;	/* first position of DDMMYY; 0: no date */
	unsigned century_at;	/* position of the century's digit */
	uint16_t centuries[10]; /* by digit: 1800, 1900, ...; 0: not used */
};

/* The number is one that this rule allows: PERSO_E_DATA (form),
 * PERSO_E_MISMATCH (check digit), PERSO_E_RANGE (no such date, forbidden
 * remainder). The date it contains, if any, in *ret_date (all parts 0
 * otherwise). */
PERSO_MUST perso_rc perso_number_rule_check(const struct perso_number_rule *r,
    struct perso_span number, struct perso_date *ret_date);

enum perso_separator { PERSO_SEPARATOR_DROP = 0, PERSO_SEPARATOR_FILLER };

/* Image formats, as bits. */
enum perso_image_kind {
	PERSO_IMAGE_KIND_JPEG = 1 << 0, /* "jpeg" */
	PERSO_IMAGE_KIND_JP2 = 1 << 1	/* "jp2" */
};
struct perso_image_profile {
	unsigned formats; /* bits */
	uint32_t max_bytes;
	uint32_t min_width, max_width; /* pixels */
	uint32_t min_height, max_height;
	/* Pictures are brought into this frame and format, into max_bytes;
	 * frame_width 0: a picture keeps its size and format; see
	 * perso_record_prepare(). */
	uint32_t frame_width, frame_height; /* pixels */
	enum perso_image_kind frame_format;
	bool checks; /* portraits are judged when an order comes in */
};

/* Which standard the biometric records of DG2, DG3 and DG4 follow. Doc
 * 9303-9, 3: ISO/IEC 19794 is not issued from 2030. */
enum perso_biometrics {
	PERSO_BIOMETRICS_19794 = 0, /* "iso19794", editions of 2005 */
	PERSO_BIOMETRICS_39794 = 1  /* "iso39794", edition of 2019 */
};

enum perso_access_kind {
	PERSO_ACCESS_BAC = 1 << 0,
	PERSO_ACCESS_PACE = 1 << 1
};

/* Ciphers of PACE and Chip Authentication; the last arc of the protocol's
 * identifier, Doc 9303-11, 9.2.3. */
enum perso_protocol_cipher {
	PERSO_PROTOCOL_3DES = 1,   /* "3DES" */
	PERSO_PROTOCOL_AES128 = 2, /* "AES-128" */
	PERSO_PROTOCOL_AES192 = 3,
	PERSO_PROTOCOL_AES256 = 4
};
/* "brainpoolP256r1", "DH-2048-256", ...: standardised domain parameters by
 * id; NULL for those that no document is issued with. Ids below 3 are DH. */
const char *perso_profile_parameters_name(unsigned id);

/* Bits of perso_pace_profile.mappings: 1 << enum perso_pace_mapping. */
enum perso_mapping_bit {
	PERSO_MAPPING_GM = 1 << 0, /* "gm" */
	PERSO_MAPPING_IM = 1 << 1, /* "im" */
	PERSO_MAPPING_CAM = 1 << 2 /* "cam" */
};
/* Bits of passwords: 1 << enum perso_pace_password. */
enum perso_password_bit {
	PERSO_PASSWORD_MRZ = 1 << 1, /* "mrz" */
	PERSO_PASSWORD_CAN = 1 << 2, /* "can": the line draws six digits */
	PERSO_PASSWORD_PIN = 1 << 3, /* "pin": the line draws pin-digits, and */
	PERSO_PASSWORD_PUK = 1 << 4 /* "puk": puk-digits; a letter tells them */
};
#define PERSO_PASSWORD_SECRET (PERSO_PASSWORD_PIN | PERSO_PASSWORD_PUK)

/* Digits. A PIN of six is what BSI TR-03110 has; the PUK is longer, because
 * it can be tried more often. */
#define PERSO_PIN_MIN 4
#define PERSO_PIN_MAX 12
#define PERSO_PUK_MIN 8
#define PERSO_PUK_MAX 12

/* PACE: one PACEInfo for each mapping, in EF.CardAccess and DG14; with CAM
 * all of them and the chip's key in EF.CardSecurity too. */
struct perso_pace_profile {
	unsigned mappings;   /* bits; 0: no PACE */
	unsigned parameters; /* id, Doc 9303-11, table 6 */
	enum perso_protocol_cipher cipher;
	unsigned passwords;  /* bits */
	unsigned pin_digits; /* 0: no PIN */
	unsigned puk_digits; /* 0: no PUK */
};

enum perso_key_origin {
	PERSO_KEY_CHIP = 1,  /* the chip makes the key pair */
	PERSO_KEY_LOADED = 2 /* made outside, loaded, then forgotten */
};

/* Chip Authentication, version 1: one key, in DG14; with CAM it is the
 * mapping's key as well. */
struct perso_ca_profile {
	enum perso_protocol_cipher cipher; /* 0: no Chip Authentication */
	unsigned parameters;		   /* id, as above */
	bool has_key_id;
	uint32_t key_id; /* in DG14 and in the chip */
	enum perso_key_origin origin;
};

#define PERSO_TRUST_POINT_MAX 64

/* Terminal Authentication, version 1. */
struct perso_ta_profile {
	uint32_t data_groups; /* bit n: DGn needs it; 0: none */
	/* File with the CVCA certificate, in the issuing state's folder of
	 * the PKI: the chip's trust point, and what EF.CVCA names. */
	char trust_point[PERSO_TRUST_POINT_MAX + 1];
};

/* What holds for documents issued from this day on. What a rule does not set
 * stays as it was before. */
struct perso_day_rule {
	struct perso_date from;
	unsigned access;       /* enum perso_access_kind; 0: not set */
	char document_code[3]; /* "": not set */
	bool sets_biometrics;
	enum perso_biometrics biometrics;
};
enum perso_rsa_padding { PERSO_RSA_PKCS1 = 0, PERSO_RSA_PSS };
/* Files of the MF, as bits, and whether EF.COM is written. */
enum perso_mf_file {
	PERSO_MF_ATR_INFO = 1 << 0,	/* "atr-info" */
	PERSO_MF_DIR = 1 << 1,		/* "dir" */
	PERSO_MF_CARD_ACCESS = 1 << 2,	/* "card-access": PACE */
	PERSO_MF_CARD_SECURITY = 1 << 3 /* "card-security": CAM */
};

/* A length of time; one of the three, or none. */
struct perso_term {
	unsigned years, months, days;
};
bool perso_term_is_set(struct perso_term t);
/* The same day years or months on, the last of the month where it is not
 * there; or days on. */
struct perso_date perso_term_end(struct perso_term t, struct perso_date from);
/* "10 years", "1 month", "" for none. */
void perso_term_text(struct perso_term t, char dst[24]);

struct perso_validity_step {
	unsigned from_age; /* complete years at issue */
	struct perso_term term;
};

/* For these reasons an order has these fields. */
struct perso_reason_need {
	unsigned reasons; /* enum perso_reason */
	uint64_t fields;  /* PERSO_FIELD_ bits, all optional ones */
};

/* How names reach the MRZ where Doc 9303-3 leaves a choice; see struct
 * perso_mrz_options. */
struct perso_translit_choice {
	uint32_t letter; /* code point, upper case */
	char as[8];	 /* terminated: "AE", "UXX" */
};
#define PERSO_TRANSLIT_MAX 8
struct perso_translit_profile {
	char language[16]; /* of Cyrillic letters; "": default */
	char cut[12];	   /* "end" "initials" "equal"; "": end */
	unsigned keep;	   /* for the secondary identifier */
	size_t count;
	struct perso_translit_choice letters[PERSO_TRANSLIT_MAX];
};

/* Where a feature of a seal comes from; from ENTRIES on: the order's visa. */
enum perso_seal_source {
	PERSO_SEAL_FROM_MRZ = 1,	 /* "mrz": the whole zone */
	PERSO_SEAL_FROM_NUMBER,		 /* "number": of the document */
	PERSO_SEAL_FROM_PERSONAL_NUMBER, /* "personal-number" */
	PERSO_SEAL_FROM_ISSUE_DATE,	 /* "issue-date" */
	PERSO_SEAL_FROM_EXPIRY_DATE,	 /* "expiry-date" */
	PERSO_SEAL_FROM_ENTRIES,	 /* "entries" */
	PERSO_SEAL_FROM_DURATION,	 /* "duration-of-stay" */
	PERSO_SEAL_FROM_PASSPORT,	 /* "passport-number" */
	PERSO_SEAL_FROM_TYPE		 /* "visa-type" */
};
struct perso_seal_value {
	char feature[PERSO_SEAL_NAME_MAX + 1]; /* of the definition */
	enum perso_seal_source source;
	unsigned line; /* in its file */
};
#define PERSO_SEAL_VALUES_MAX 16
/* The visible digital seal of a document without a chip. The loader of a
 * folder sees to it that the definition is there, that what it wants has a
 * source of its kind, and that the layout has one symbol. */
struct perso_seal_profile {
	char definition[PERSO_SEAL_NAME_MAX + 1]; /* its id; "": no seal */
	unsigned version;			  /* of the header: 3 or 4 */
	unsigned symbol;			  /* enum perso_symbol_kind */
	unsigned level;				  /* enum perso_symbol_level */
	size_t value_count;
	struct perso_seal_value values[PERSO_SEAL_VALUES_MAX];
	char file[52]; /* for messages */
	unsigned line;
};

/* A document without a chip (chip_count 0) has nothing from data_groups to
 * anti_cloning. */
struct perso_doc_profile {
	char id[PERSO_PROFILE_ID_MAX + 1];
	char extends[PERSO_PROFILE_ID_MAX + 1]; /* "": stands alone */
	char title[PERSO_PROFILE_TITLE_MAX + 1];
	char document_code[3]; /* "P" "PP" "ID" "AR": until the first
				* of the days that sets another */
	enum perso_doc_format format;
	char issuer[4];	 /* three letters (MRZ) */
	char country[3]; /* two letters (certificates) */

	char nationality[4];  /* default; "": none */
	bool nationality_any; /* every code of Doc 9303-3 */
	size_t nationality_count;
	char nationalities[PERSO_CODES_MAX][4];
	char sexes[4]; /* of "MFX", terminated */

	unsigned surname_max; /* code points, in the VIZ */
	unsigned given_names_max;
	struct perso_translit_profile translit;

	struct perso_number_source number;
	size_t rule_count; /* national number; one must fit */
	struct perso_number_rule rules[PERSO_RULES_MAX];
	bool number_in_mrz; /* personal number -> optional data */
	enum perso_separator mrz_separator; /* what becomes of "-" */

	uint32_t data_groups;		  /* bit n: DGn; DG1 and DG2 always */
	enum perso_biometrics biometrics; /* until the first of the rules */
	bool com;			  /* EF.COM is written */
	char lds_version[5];		  /* "0107" "0108" */
	unsigned mf_files;		  /* enum perso_mf_file */
	unsigned dg11, dg12;		  /* field bits */
	char system_serial[41];		  /* for DG12; "": none */
	char hash[12];			  /* of data groups: "SHA-256" */
	char sod_hash[12];		  /* of the SOD's signature */
	enum perso_rsa_padding sod_rsa;	  /* if the DS key is RSA */
	bool cvca;			  /* EF.CVCA is written */
	unsigned access;		  /* enum perso_access_kind: until the
					 * first of the rules below */
	struct perso_pace_profile pace;
	struct perso_aa_profile aa;
	struct perso_ca_profile ca;
	struct perso_ta_profile ta;
	bool anti_cloning; /* AA, CA or CAM is due */

	size_t day_count; /* ascending, each day once */
	struct perso_day_rule days[PERSO_DAYS_MAX];

	size_t step_count; /* ascending from_age, first 0 */
	struct perso_validity_step steps[PERSO_STEPS_MAX];
	/* An expiry date in an order lies at most and at least so far from
	 * the issue date; of no holder further than the step gives. */
	struct perso_term max_validity, min_validity;
	char authority[101]; /* default; "": none */
	uint64_t required;   /* PERSO_FIELD_ bits */
	uint64_t optional;
	unsigned reasons;   /* allowed */
	unsigned replacing; /* of these, "replaces" is required */
	size_t need_count;
	struct perso_reason_need needs[PERSO_NEEDS_MAX];
	struct perso_image_profile portrait;
	struct perso_image_profile signature; /* formats 0: none */
	struct perso_image_profile scan;      /* of citizenship, front and rear;
					  * formats 0: none */

	size_t chip_count;
	char chips[PERSO_CHIPS_MAX][PERSO_PROFILE_ID_MAX + 1];
	char chips_place[80]; /* for messages */

	/* Without a chip: the kind of numbered blank, as stock calls its
	 * product ("visa-sticker"); "": none. And what seals it. */
	char blanks[PERSO_PROFILE_ID_MAX + 1];
	struct perso_seal_profile seal;

	/* What is printed, see layout.h. */
	char layout[PERSO_PROFILE_ID_MAX + 1]; /* its id; "": none */
	/* The layout of the letter with PIN and PUK; "": there are none. */
	char letter[PERSO_PROFILE_ID_MAX + 1];
	char printed_state[101];    /* the issuer's name, as printed */
	char printed_document[101]; /* the document's */
};

/* The word that a profile's file has for a value or a bit; NULL for none. */
enum perso_profile_words {
	PERSO_WORDS_ACCESS,
	PERSO_WORDS_MAPPING,
	PERSO_WORDS_PASSWORD,
	PERSO_WORDS_CIPHER,
	PERSO_WORDS_ORIGIN, /* of keys */
	PERSO_WORDS_MF_FILE,
	PERSO_WORDS_IMAGE,
	PERSO_WORDS_DG11,
	PERSO_WORDS_DG12,
	PERSO_WORDS_SOURCE, /* of document numbers */
	PERSO_WORDS_FIELD,
	PERSO_WORDS_REASON,
	PERSO_WORDS_SYMBOL, /* of seals, and its error correction */
	PERSO_WORDS_LEVEL,
	PERSO_WORDS_SEAL_SOURCE
};
const char *perso_profile_word(enum perso_profile_words w, uint64_t value);

/* The validity for a holder of that age; not set if the profile has no
 * steps. */
struct perso_term perso_doc_profile_term(
    const struct perso_doc_profile *p, unsigned age);
/* The longest validity that a document can have: max_validity, or that of the
 * longest step if it is shorter. */
struct perso_term perso_doc_profile_longest(const struct perso_doc_profile *p);
/* No chip: the document is a page, made on a blank, with a seal. */
bool perso_doc_profile_is_chipless(const struct perso_doc_profile *p);
/* The document code that is in force on a day of issue; borrowed. */
const char *perso_doc_profile_code(
    const struct perso_doc_profile *p, struct perso_date issued);
/* The fields that an order for this reason must have, required ones not
 * among them. */
uint64_t perso_doc_profile_needs(
    const struct perso_doc_profile *p, unsigned reason);
bool perso_doc_profile_has_dg(const struct perso_doc_profile *p, unsigned dg);
bool perso_doc_profile_has_chip(
    const struct perso_doc_profile *p, const char *chip);

/* The profile as it holds for documents issued on that day: access, document
 * code and biometrics by its rules, of which none are left, and without the files, mappings and the
 * data group that nothing fills then (EF.CardAccess, EF.CardSecurity, DG14).
 * Of all years. */
void perso_doc_profile_on(const struct perso_doc_profile *p,
    struct perso_date issued, struct perso_doc_profile *ret);

/* Does DG14 have anything in it? Only meaningful for what
 * perso_doc_profile_on() has made. */
bool perso_doc_profile_has_infos(const struct perso_doc_profile *p);

/* What cannot be true together: DG15 without AA, AA with ECDSA without
 * DG14, DG3 without Terminal Authentication, Terminal without Chip
 * Authentication, CAM without its key or EF.CardSecurity, PACE without
 * EF.CardAccess, DG11 without fields, a range for a number that is
 * pre-printed, MRZ format against document code, ... PERSO_E_CONFIG, the trail says what. The
 * parser calls it and adds the line. */
PERSO_MUST perso_rc perso_doc_profile_check(const struct perso_doc_profile *p);

enum perso_lock_kind { PERSO_LOCK_ACTIVATE_FILE = 1 };
#define PERSO_ATR_MAX 33

/* A chip product. What the commands are is the family's driver (chip); the
 * product's differences are here. */
struct perso_chip_profile {
	char id[PERSO_PROFILE_ID_MAX + 1];
	char title[PERSO_PROFILE_TITLE_MAX + 1];
	char family[16]; /* "iso7816" */
	/* ATR pattern: hex, "." for any half byte, "*" at the end for any
	 * number of further bytes. */
	uint8_t atr[PERSO_ATR_MAX];
	uint8_t atr_mask[PERSO_ATR_MAX];
	size_t atr_len;
	bool atr_open;		  /* ended in "*" */
	uint8_t ic_fabricator[2]; /* in the CPLC */
	uint8_t ic_type[2];	  /* in the CPLC, under the channel */
	uint8_t aid[16];	  /* of the eMRTD application */
	size_t aid_len;
	uint8_t scp03_kvn;	/* key version number */
	uint8_t scp03_level;	/* security level: 01, 03, 11, 13, 33 */
	bool extended;		/* extended length */
	uint32_t max_command;	/* bytes of a command's data field */
	uint32_t max_response;	/* bytes of a response's data field */
	uint32_t memory;	/* bytes for files */
	uint32_t keygen_curves; /* bit n: curve number n */
	size_t keygen_rsa_count;
	unsigned keygen_rsa[4]; /* modulus bits */
	unsigned aa_origins;	/* bits 1 << enum perso_aa_origin */
	uint8_t key_id_bac;	/* key references of PUT DATA ... */
	uint8_t key_id_aa;
	/* Of a product without PACE, Chip or Terminal Authentication all of
	 * this is 0. Parameters: bit n is id n; ciphers: bit n is enum
	 * perso_protocol_cipher n; origins: 1 << enum perso_key_origin. */
	unsigned pace_mappings;
	unsigned pace_passwords;
	uint32_t pace_parameters;
	unsigned pace_ciphers;
	uint32_t ca_parameters;
	unsigned ca_ciphers;
	unsigned ca_origins;
	uint8_t key_id_pace_mrz;
	uint8_t key_id_can;
	uint8_t key_id_pin;
	uint8_t key_id_puk;
	uint8_t key_id_ca;
	bool trust_points;	/* takes CVCA certificates */
	bool reads_before_lock; /* files can be compared before */
	enum perso_lock_kind lock;
	unsigned mf_files; /* enum perso_mf_file it can hold */
};

bool perso_chip_profile_matches(
    const struct perso_chip_profile *p, struct perso_span atr);
/* The product can hold and make what the document needs, on any day: chip is
 * listed, MF files, AA key and its origin, PACE with these parameters, CA key
 * and its origin, trust points. PERSO_E_CONFIG says what is missing. */
PERSO_MUST perso_rc perso_chip_profile_suits(
    const struct perso_chip_profile *c, const struct perso_doc_profile *d);

/* One profile; name is what the trail calls the file. PERSO_E_CONFIG with
 * "name:line:column: ...". *ret is untouched on failure. A profile that
 * extends another file needs perso_doc_profile_parse_on(). */
PERSO_MUST perso_rc perso_doc_profile_parse(
    struct perso_span yaml, const char *name, struct perso_doc_profile *ret);

/* `extends: NAME` in a document takes over every key of the top level that
 * the file itself does not have from common/NAME.yaml, whole: a key that both
 * have is the document's alone. A common file has keys of a document, not
 * all of them, and extends nothing.
 * What the profile extends, "" for nothing; PERSO_E_CONFIG as above. */
PERSO_MUST perso_rc perso_doc_profile_extends(struct perso_span yaml,
    const char *name, char ret[PERSO_PROFILE_ID_MAX + 1]);
PERSO_MUST perso_rc perso_doc_profile_parse_on(struct perso_span yaml,
    const char *name, struct perso_span common, const char *common_name,
    struct perso_doc_profile *ret);
PERSO_MUST perso_rc perso_chip_profile_parse(
    struct perso_span yaml, const char *name, struct perso_chip_profile *ret);

PERSO_MUST perso_rc perso_seal_definition_parse(struct perso_span yaml,
    const char *name, struct perso_seal_definition *ret);

/* ----------------------------------------------------------- policy */

/* What a document can be asked for, as bits. */
enum perso_policy_bit {
	PERSO_POLICY_BAC = 1 << 0,	/* "bac" */
	PERSO_POLICY_PACE = 1 << 1,	/* "pace" */
	PERSO_POLICY_ISO19794 = 1 << 2, /* "iso19794": biometric records */
	PERSO_POLICY_ISO39794 = 1 << 3	/* "iso39794" */
};

/* What Doc 9303 demands of documents with a chip that are issued from a day
 * on. The days of document codes are the MRZ's: perso_mrz_document_days(). */
struct perso_policy_rule {
	struct perso_date from;
	unsigned needs;	  /* enum perso_policy_bit, all of them */
	unsigned forbids; /* none of them */
	char source[48];  /* "Doc 9303-11, 4.2" */
};
#define PERSO_POLICY_MAX 8
struct perso_policy {
	size_t count; /* ascending */
	struct perso_policy_rule rules[PERSO_POLICY_MAX];
	unsigned notice_days; /* so long ahead is warned */
};

/* As perso_doc_profile_parse(). */
PERSO_MUST perso_rc perso_policy_parse(
    struct perso_span yaml, const char *name, struct perso_policy *ret);

/* What document, valid on the day it is issued (perso_doc_profile_on()),
 * breaks of a rule that holds then: static text, NULL for nothing. */
const char *perso_policy_breach(
    const struct perso_policy_rule *r, const struct perso_doc_profile *on);
const char *perso_biometrics_name(enum perso_biometrics b); /* "iso19794" */

/* All profiles of a folder. */
struct perso_profiles;

/* Loads dir/documents and dir/chips, every file that ends in .yaml (others
 * are left alone), dir/common as far as documents extend them, and
 * dir/policy.yaml and dir/seals if they are there. The id of a profile is
 * its file's name; chips named by a document must exist and suit; no two
 * seals have the same code. */
PERSO_MUST perso_rc perso_profile_load_dir(
    const char *dir, struct perso_profiles **ret);
/* The same, but what is wrong with one file goes to wrong(), whose trail says
 * it, and the others are loaded; *ret has those that are right. Fails only
 * where nothing can be loaded at all. */
PERSO_MUST perso_rc perso_profile_load_each(const char *dir,
    void (*wrong)(void *ctx, perso_rc rc), void *ctx,
    struct perso_profiles **ret);
void perso_profiles_free(struct perso_profiles **p);

/* Borrowed, NULL if there is none; in order of their ids. */
const struct perso_doc_profile *perso_profiles_doc(
    const struct perso_profiles *p, const char *id);
const struct perso_chip_profile *perso_profiles_chip(
    const struct perso_profiles *p, const char *id);
/* The first document that is made on blanks of this kind after a document of
 * the set (NULL: from the first). */
const struct perso_doc_profile *perso_profiles_doc_on(
    const struct perso_profiles *p, const char *blanks,
    const struct perso_doc_profile *after);
/* NULL: the folder has no policy.yaml. */
const struct perso_policy *perso_profiles_policy(
    const struct perso_profiles *p);
size_t perso_profiles_doc_count(const struct perso_profiles *p);
size_t perso_profiles_chip_count(const struct perso_profiles *p);
const struct perso_doc_profile *perso_profiles_doc_at(
    const struct perso_profiles *p, size_t i);
const struct perso_chip_profile *perso_profiles_chip_at(
    const struct perso_profiles *p, size_t i);
const struct perso_seal_definition *perso_profiles_seal(
    const struct perso_profiles *p, const char *id);
/* By the two bytes of a seal's header. */
const struct perso_seal_definition *perso_profiles_seal_by_code(
    const struct perso_profiles *p, uint8_t definition, uint8_t category);
const struct perso_seal_definition *perso_profiles_seal_at(
    const struct perso_profiles *p, size_t i);

#endif
