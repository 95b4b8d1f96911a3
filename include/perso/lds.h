/*
 * The logical data structure of Doc 9303-10 (lds): which files there are,
 * and their bytes from values and back. Values, not records: whoever maps
 * a document record to these structs decides what is in them.
 *
 * *_build appends one whole file to ret; on failure ret is as it was. What
 * a builder is given is borrowed for the call. PERSO_E_ARG is a value that
 * the specification does not allow, PERSO_E_NOMEM the buffer's maximum.
 *
 * *_parse takes one whole file; spans in the result point into it. Parsers
 * are strict: every element where the specification puts it, lengths in
 * their shortest form, nothing behind the end. What the world has and is
 * accepted all the same is flagged in the struct and never written. Every
 * refusal names file, element and offset:
 *
 *	PERSO_E_TRUNCATED, PERSO_E_TRAILING, PERSO_E_DATA (malformed, or an
 *	element that does not belong here), PERSO_E_RANGE, PERSO_E_MISSING,
 *	PERSO_E_MISMATCH (a count, list or size that is not what is there),
 *	PERSO_E_UNSUPPORTED (valid, beyond our limits).
 *
 * A file is hashed over its own bytes, never over what build would make.
 * EF.SOD is in sod.h, EF.CardSecurity in cardsec.h, an image of all files in
 * image.h.
 */
#ifndef PERSO_LDS_H
#define PERSO_LDS_H

#include "perso/bio39794.h"
#include "perso/date.h"

/* ---- files ----------------------------------------------------------- */

struct perso_lds_file {
	uint16_t fid;
	uint8_t sfi;
	bool mf;	  /* in the master file, not in the application */
	uint32_t tag;	  /* of the whole file; 0: it has none */
	const char *name; /* "EF.DG1" */
	int dg;		  /* 1..16; 0: not a data group */
};

/* Where a file stands in the table; DG n at PERSO_EF_DG1 + n - 1. */
enum perso_lds_row {
	PERSO_EF_ATR_INFO,
	PERSO_EF_DIR,
	PERSO_EF_CARD_ACCESS,
	PERSO_EF_CARD_SECURITY,
	PERSO_EF_COM,
	PERSO_EF_DG1,
	PERSO_EF_DG16 = PERSO_EF_DG1 + 15,
	PERSO_EF_SOD,
	PERSO_EF_CVCA,
	PERSO_LDS_FILES /* as many as the table has */
};

extern const struct perso_lds_file perso_lds_files[PERSO_LDS_FILES];

#define PERSO_FID_ATR_INFO 0x2F01
#define PERSO_FID_DIR 0x2F00
#define PERSO_FID_CARD_ACCESS 0x011C   /* MF */
#define PERSO_FID_CARD_SECURITY 0x011D /* MF */
#define PERSO_FID_COM 0x011E
#define PERSO_FID_SOD 0x011D  /* application */
#define PERSO_FID_CVCA 0x011C /* application */

/* Rows of the table; NULL if there is none. by_name is case-sensitive:
 * "EF.SOD". by_dg: 1..16. by_tag: files of the application. */
const struct perso_lds_file *perso_lds_by_fid(bool mf, uint16_t fid);
const struct perso_lds_file *perso_lds_by_dg(int dg);
const struct perso_lds_file *perso_lds_by_tag(uint32_t tag);
const struct perso_lds_file *perso_lds_by_name(const char *name);

/* A0000002471001 */
#define PERSO_AID_LEN 7
extern const uint8_t perso_aid_emrtd[PERSO_AID_LEN];

/* ---- EF.COM (Doc 9303-10 4.6.1) -------------------------------------- */

struct perso_com {
	char lds_version[5];	 /* "0107": four digits */
	char unicode_version[7]; /* "040000": six digits */
	uint8_t dgs[16];	 /* in the order of the tag list */
	size_t dg_count;	 /* DG1 and DG2 are among them */
};

PERSO_MUST perso_rc perso_com_build(
    const struct perso_com *v, struct perso_buf *ret);
PERSO_MUST perso_rc perso_com_parse(
    struct perso_span file, struct perso_com *ret);

/* ---- DG1: the MRZ (4.7.1) -------------------------------------------- */

struct perso_dg1 {
	struct perso_span mrz; /* lines joined: 90 (TD1), 72 (TD2) or 88
				 * (TD3) characters A-Z, 0-9, '<' */
};

PERSO_MUST perso_rc perso_dg1_build(
    const struct perso_dg1 *v, struct perso_buf *ret);
PERSO_MUST perso_rc perso_dg1_parse(
    struct perso_span file, struct perso_dg1 *ret);

/* ---- DG2: the face (4.7.2) ------------------------------------------- */

struct perso_dg2 {
	/* The header of the template, of several the first. For building: owner and format 0
	 * mean ISO/IEC 19794-5, an empty type is left out; with format
	 * PERSO_BIO_39794_5 the face is written as ISO/IEC 39794-5. data and
	 * constructed are set by parse. */
	struct perso_bit bit;
	/* Of either standard; 39794-5 has exactly one face, see
	 * perso/bio39794.h for what of it is here. */
	struct perso_face_record face;
	/* ISO/IEC 39794-5. Build: a reversible JPEG 2000 was cut to a size.
	 * Parse: elements that are not in face. */
	bool lossy;
	size_t others;
	/* Parse: how many there are, each of which was read; one is built. */
	size_t templates;
};

/* Refuses images whose headers do not agree with what the record says. */
PERSO_MUST perso_rc perso_dg2_build(
    const struct perso_dg2 *v, struct perso_buf *ret);
PERSO_MUST perso_rc perso_dg2_parse(
    struct perso_span file, struct perso_dg2 *ret);

/* ---- DG3, DG4: fingers and irises (4.7.3, 4.7.4) ---------------------- */

/*
 *	63 (DG3) or 76 (DG4) { 7F61 { 02 number, 7F60 { .. } .. } [53 random] }
 *
 * The biometric records are carried as they come: only the group around
 * them is looked at (perso_bit_parse()). A template that names its type
 * names that of the data group: 08 or 10.
 */
#define PERSO_DG_RANDOM_MIN 8 /* bytes of DO 53, when built */

struct perso_dg_bio {
	struct perso_span group; /* 7F61, whole TLV, as the order gave it */
	/* DO 53 of an empty group, so that the hashes of two empty data groups
	 * differ: needed with count 0 and refused otherwise. */
	struct perso_span random;
	size_t count; /* read only: templates in the group */
};

PERSO_MUST perso_rc perso_dg3_build(
    const struct perso_dg_bio *v, struct perso_buf *ret);
PERSO_MUST perso_rc perso_dg4_build(
    const struct perso_dg_bio *v, struct perso_buf *ret);
/* An empty group without DO 53 is read: random is empty. */
PERSO_MUST perso_rc perso_dg3_parse(
    struct perso_span file, struct perso_dg_bio *ret);
PERSO_MUST perso_rc perso_dg4_parse(
    struct perso_span file, struct perso_dg_bio *ret);
/* DG3 from finished images: one template for each finger, its header with the
 * finger as subtype. */
struct perso_dg3_images {
	bool iso39794; /* -4:2019, otherwise 19794-4:2005 */
	size_t count;  /* 1..PERSO_BITS */
	/* Borrowed; one view each, positions 1..10, none twice. */
	const struct perso_finger_record *fingers;
};

/* Codes of perso_finger_check() and perso_finger_39794_encode(), with the
 * finger; PERSO_E_ARG. */
PERSO_MUST perso_rc perso_dg3_build_images(
    const struct perso_dg3_images *v, struct perso_buf *ret);

/* A group by itself, as an order carries it: dg is 3 or 4. The codes of
 * perso_bit_parse(), PERSO_E_MISMATCH: a template of another type,
 * PERSO_E_UNSUPPORTED: DO 53 behind it. */
PERSO_MUST perso_rc perso_dg_bio_check(
    int dg, struct perso_span group, size_t *ret_count);

/* ---- DG5, DG7: displayed portrait and signature (4.7.5, 4.7.7) -------- */

/*
 *	65 (DG5) { 02 number, 5F40 image .. }
 *	67 (DG7) { 02 number, 5F43 image .. }
 */
#define PERSO_DG7_IMAGES 9

struct perso_dg7 {
	size_t count;				    /* 1.. */
	struct perso_span images[PERSO_DG7_IMAGES]; /* JPEG, JPEG 2000 */
};

PERSO_MUST perso_rc perso_dg5_build(
    const struct perso_dg7 *v, struct perso_buf *ret);
PERSO_MUST perso_rc perso_dg5_parse(
    struct perso_span file, struct perso_dg7 *ret);
PERSO_MUST perso_rc perso_dg7_build(
    const struct perso_dg7 *v, struct perso_buf *ret);
PERSO_MUST perso_rc perso_dg7_parse(
    struct perso_span file, struct perso_dg7 *ret);

/* ---- DG11, DG12: additional details (4.7.11, 4.7.12) ----------------- */

#define PERSO_LDS_TAGS 16
#define PERSO_LDS_OTHERS 8

/* Tags in the order of DO 5C. The group A0 stands in it as parsed: by A0
 * or by its element (5F0F, 5F1A). Empty when building: the order of the
 * specification, with A0 at its place. */
struct perso_tag_list {
	uint32_t tags[PERSO_LDS_TAGS];
	size_t count;
};

/* Text is UTF-8 without control characters; components are separated by
 * '<'. An empty span is an absent element; never is an element empty. */
struct perso_dg11 {
	struct perso_tag_list order;
	struct perso_span name; /* 5F0E, national characters:
					 * PRIMARY<<SECONDARY */
	struct perso_span other_names[PERSO_LDS_OTHERS]; /* 5F0F in A0 */
	size_t other_name_count;
	struct perso_span personal_number; /* 5F10 */
	bool has_birth;
	struct perso_date birth;	     /* 5F2B; 0 = unknown part */
	struct perso_span place_of_birth;    /* 5F11 */
	struct perso_span address;	     /* 5F42 */
	struct perso_span telephone;	     /* 5F12 */
	struct perso_span profession;	     /* 5F13 */
	struct perso_span title;	     /* 5F14 */
	struct perso_span summary;	     /* 5F15 */
	struct perso_span citizenship_proof; /* 5F16: an image */
	struct perso_span other_documents;   /* 5F17 */
	struct perso_span custody;	     /* 5F18 */
	bool bcd_dates; /* read only: birth was four bytes of
					 * BCD, as on older chips */
};

PERSO_MUST perso_rc perso_dg11_build(
    const struct perso_dg11 *v, struct perso_buf *ret);
PERSO_MUST perso_rc perso_dg11_parse(
    struct perso_span file, struct perso_dg11 *ret);

struct perso_lds_time {
	struct perso_date date;
	uint8_t hour; /* 0..23 */
	uint8_t minute;
	uint8_t second;
};

struct perso_dg12 {
	struct perso_tag_list order;
	struct perso_span authority; /* 5F19 */
	bool has_issued;
	struct perso_date issued;			   /* 5F26, complete */
	struct perso_span other_persons[PERSO_LDS_OTHERS]; /* 5F1A in A0 */
	size_t other_person_count;
	struct perso_span endorsements; /* 5F1B */
	struct perso_span tax_exit;	/* 5F1C */
	struct perso_span front;	/* 5F1D: an image */
	struct perso_span rear;		/* 5F1E: an image */
	bool has_personalised;
	struct perso_lds_time personalised; /* 5F55 */
	struct perso_span system_serial;    /* 5F56 */
	bool bcd_dates;			    /* read only: 5F26 or 5F55 in BCD */
};

PERSO_MUST perso_rc perso_dg12_build(
    const struct perso_dg12 *v, struct perso_buf *ret);
PERSO_MUST perso_rc perso_dg12_parse(
    struct perso_span file, struct perso_dg12 *ret);

/* ---- DG13: issuer's details (4.7.13) --------------------------------- */

/* What is in it is the issuer's affair: carried as it comes. */
#define PERSO_DG13_MAX 4096

struct perso_dg13 {
	struct perso_span data; /* contents of 6D, 1..PERSO_DG13_MAX bytes */
};

PERSO_MUST perso_rc perso_dg13_build(
    const struct perso_dg13 *v, struct perso_buf *ret);
PERSO_MUST perso_rc perso_dg13_parse(
    struct perso_span file, struct perso_dg13 *ret);

/* ---- DG14, EF.CardAccess: SecurityInfos (Doc 9303-11 9.2) ------------ */

/* The elements are taken as DER (perso/secinfo.h makes and reads them).
 * Build puts them into the order of a DER SET OF; or takes the set as it is,
 * if there is only that. */
#define PERSO_LDS_INFOS 32

struct perso_lds_infos {
	size_t count; /* 1.., or 0 to build from set */
	struct perso_span infos[PERSO_LDS_INFOS]; /* SEQUENCE { OID, .. } */
	bool sorted;				  /* read only: in DER order */
	struct perso_span set; /* the SET, as perso/secinfo.h has it */
};

PERSO_MUST perso_rc perso_dg14_build(
    const struct perso_lds_infos *v, struct perso_buf *ret);
PERSO_MUST perso_rc perso_dg14_parse(
    struct perso_span file, struct perso_lds_infos *ret);
PERSO_MUST perso_rc perso_card_access_build(
    const struct perso_lds_infos *v, struct perso_buf *ret);
PERSO_MUST perso_rc perso_card_access_parse(
    struct perso_span file, struct perso_lds_infos *ret);

/* ---- EF.CVCA (Doc 9303-11 7.1.5; TR-03110-3 A.1.1.1) ------------------ */

/*
 *	42 L name [42 L name] 00 ...	36 bytes, newest first
 *
 * The keys that a chip trusts, for Terminal Authentication.
 */
#define PERSO_CVCA_LEN 36
#define PERSO_CVCA_NAMES 2

struct perso_cvca {
	size_t count;				   /* 1..2 */
	struct perso_span names[PERSO_CVCA_NAMES]; /* 8..16 characters */
};

PERSO_MUST perso_rc perso_cvca_build(
    const struct perso_cvca *v, struct perso_buf *ret);
/* PERSO_E_MISSING: no name at all; PERSO_E_TRAILING: something else than
 * zeros behind; PERSO_E_MISMATCH: not 36 bytes; PERSO_E_DATA: a name that is
 * none. */
PERSO_MUST perso_rc perso_cvca_parse(
    struct perso_span file, struct perso_cvca *ret);

/* ---- DG15: Active Authentication key (4.7.15) ------------------------ */

struct perso_dg15 {
	struct perso_span spki; /* SubjectPublicKeyInfo, DER; its key is
				 * not judged here */
};

PERSO_MUST perso_rc perso_dg15_build(
    const struct perso_dg15 *v, struct perso_buf *ret);
PERSO_MUST perso_rc perso_dg15_parse(
    struct perso_span file, struct perso_dg15 *ret);

/* ---- DG16: persons to notify (4.7.16) -------------------------------- */

/*
 *	70 { 02 number, A1 { [5F50 date] 5F51 name [5F52] [5F53] }, A2 .. }
 */
#define PERSO_DG16_PERSONS 9

struct perso_notify {
	bool has_recorded;
	struct perso_date recorded;  /* 5F50, complete */
	struct perso_span name;	     /* 5F51: PRIMARY<<SECONDARY */
	struct perso_span telephone; /* 5F52; empty: absent */
	struct perso_span address;   /* 5F53; empty: absent */
};

struct perso_dg16 {
	size_t count; /* 1.. */
	struct perso_notify persons[PERSO_DG16_PERSONS];
	bool bcd_dates; /* read only */
};

PERSO_MUST perso_rc perso_dg16_build(
    const struct perso_dg16 *v, struct perso_buf *ret);
PERSO_MUST perso_rc perso_dg16_parse(
    struct perso_span file, struct perso_dg16 *ret);

/* ---- EF.ATR/INFO (3.11.1) and EF.DIR (3.11.2) ------------------------ */

struct perso_atr_info {
	bool has_service;
	uint8_t service; /* 43 */
	bool has_capabilities;
	uint8_t capabilities[3]; /* 47; third byte: b8 chaining, b7
					 * extended length */
	bool has_limits;
	uint32_t max_command; /* 7F66, bytes; 1.. */
	uint32_t max_response;
	size_t other_count; /* read only: elements of ISO/IEC
					 * 7816-4 that are skipped */
};

PERSO_MUST perso_rc perso_atr_info_build(
    const struct perso_atr_info *v, struct perso_buf *ret);
PERSO_MUST perso_rc perso_atr_info_parse(
    struct perso_span file, struct perso_atr_info *ret);

#define PERSO_DIR_APPS 16

struct perso_dir {
	size_t count; /* 1.. */
	struct {
		struct perso_span aid;	 /* 4F: 5..16 bytes */
		struct perso_span label; /* 50: 1..16 bytes, or empty */
	} apps[PERSO_DIR_APPS];
};

PERSO_MUST perso_rc perso_dir_build(
    const struct perso_dir *v, struct perso_buf *ret);
PERSO_MUST perso_rc perso_dir_parse(
    struct perso_span file, struct perso_dir *ret);

#endif
