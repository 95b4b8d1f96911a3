/*
 * The document record: who gets what, every field typed and checked against
 * the rules of its profile. It is filled by order and read by line, render
 * and verify; nothing in it is bytes of a data group.
 *
 * It holds personal data: perso_record_done() wipes it, and no message made
 * here repeats a value (a single offending character and its position
 * excepted).
 */
#ifndef PERSO_RECORD_H
#define PERSO_RECORD_H

#include <time.h>

#include "perso/bio.h"
#include "perso/buf.h"
#include "perso/date.h"
#include "perso/finger.h"
#include "perso/mrz.h"
#include "perso/portrait.h"
#include "perso/profile.h"

/* ------------------------------------------------------------- findings */

/* One reason for a refusal. */
struct perso_finding {
	char code[28];	/* stable: "E-ORDER-DATE" */
	char path[72];	/* JSON path: "$.holder.birth-date" */
	char text[144]; /* for people; no personal data */
};

#define PERSO_FINDINGS_MAX 48

/* All reasons at once. What goes beyond the maximum is counted. */
struct perso_findings {
	size_t count;
	size_t dropped;
	struct perso_finding v[PERSO_FINDINGS_MAX];
};

void perso_findings_add(struct perso_findings *f, const char *code,
    const char *path, const char *fmt, ...) PERSO_PRINTF(4, 5);
/* As perso_findings_add, with the trail as the text. */
void perso_findings_trail(
    struct perso_findings *f, const char *code, const char *path);
/* "CODE path: text" and a newline for each, appended. */
PERSO_MUST perso_rc perso_findings_text(
    const struct perso_findings *f, struct perso_buf *ret);

/* --------------------------------------------------------------- record */

#define PERSO_ORDER_ID_MAX 40
#define PERSO_NAME_BYTES 256 /* UTF-8 of a name, terminated */
#define PERSO_TEXT_BYTES 404 /* 100 characters, terminated */
#define PERSO_OTHER_NAMES_MAX 4
#define PERSO_ADDRESS_MAX 4
#define PERSO_IMAGE_MAX 8388608 /* bytes of one image */

struct perso_record_image {
	struct perso_buf bytes;	      /* as the order gave them, until
				       * perso_record_prepare() */
	struct perso_image_info info; /* what their header says (bio.h) */
	size_t index;		      /* in the order's list, for findings */
	bool is_unfit;		      /* perso_record_prepare() failed */
	bool has_eyes;		      /* of a portrait, inside it */
	struct perso_portrait_eyes eyes;
};

/* A biometric record for DG3 or DG4, carried as it came: the group 7F61 of
 * Doc 9303-10, 4.7.3. */
struct perso_record_bio {
	struct perso_buf bytes;
	size_t count; /* templates in it; 0: an empty group */
	size_t index; /* in the order's list, for findings */
};

/* What a visa allows. */
struct perso_record_visa {
	char passport_number[10]; /* that it is stuck into; "": no visa */
	/* "90-0-0": days, months, years, each 0..255 */
	char duration[12];
	unsigned entries; /* 1..255; 0: not given */
	char type[5];	  /* "C"; "": not given */
};

#define PERSO_NOTIFY_MAX 4
#define PERSO_ISSUER_DATA_MAX 512

/* A name that can be parted: primary and secondary identifier. One that
 * cannot is all in surname. */
struct perso_record_name {
	char surname[PERSO_NAME_BYTES];
	char given_names[PERSO_NAME_BYTES];
};

/* A person to notify, for DG16. */
struct perso_record_contact {
	struct perso_record_name name;
	struct perso_date recorded; /* all 0: the day of issue */
	char phone[24];
	size_t address_count;
	char address[PERSO_ADDRESS_MAX][PERSO_TEXT_BYTES];
};

/* The image of one finger for DG3. */
struct perso_record_finger {
	struct perso_buf bytes;	      /* as the order gave them; empty: none */
	struct perso_image_info info; /* of raw samples: format NONE, the size
				       * that the order gives, 8 bits */
	uint16_t ppi;
	uint8_t quality; /* 0..100, PERSO_FINGER_NO_QUALITY */
	size_t index;	 /* in the order's list, for findings */
};

/* What an order says of it beside the bytes; 0: not said. */
struct perso_record_finger_facts {
	unsigned ppi;	/* default: what a WSQ's comment says, else 500 */
	unsigned width; /* of raw samples, 8 bits, rows from the top */
	unsigned height;
	unsigned quality; /* PERSO_FINGER_NO_QUALITY: not said */
};

/* Texts are UTF-8, terminated; "" is not given. They are kept as the order
 * has them, code point for code point: nothing is normalised on the way to
 * DG11, DG12 or DG16. In the MRZ a letter and the same letter written with
 * a combining mark come out alike (mrz.h). */
struct perso_record {
	char order_id[PERSO_ORDER_ID_MAX + 1];
	const struct perso_doc_profile *profile; /* borrowed */
	uint64_t given;		  /* PERSO_FIELD_ bits: those that the
					 * order itself had */
	uint64_t unread;	  /* fields of images that the order has,
				   * but not so that they could be read:
				   * not missing as well */
	enum perso_reason reason; /* 0: not given */
	char replaces[PERSO_DOCNUM_MAX + 1]; /* number of the old one */

	/* The document number: from the order, or bound later by line to the
	 * number of the blank or of the range; "" until then. */
	char number[PERSO_DOCNUM_MAX + 1];

	char surname[PERSO_NAME_BYTES];
	char given_names[PERSO_NAME_BYTES];
	struct perso_record_name native_name; /* any script, as printed */
	size_t other_name_count;
	struct perso_record_name other_names[PERSO_OTHER_NAMES_MAX];
	struct perso_date birth; /* unknown parts are 0 */
	bool has_birth;		 /* was given, if only as unknown */
	char sex;		 /* 'M' 'F' 'X'; 0: not given */
	char nationality[4];
	char personal_number[24]; /* with its separators */
	char former_number[24];	  /* the one before it; never printed */
	char birth_place[PERSO_TEXT_BYTES];
	size_t address_count;
	char address[PERSO_ADDRESS_MAX][PERSO_TEXT_BYTES];
	char phone[24];
	char profession[PERSO_TEXT_BYTES];
	char title[PERSO_TEXT_BYTES];
	unsigned height_cm; /* 0: not given */
	char summary[PERSO_TEXT_BYTES];
	char custody[PERSO_TEXT_BYTES];
	size_t other_document_count; /* other travel documents */
	char other_documents[PERSO_ADDRESS_MAX][PERSO_TEXT_BYTES];
	size_t notify_count;
	struct perso_record_contact notify[PERSO_NOTIFY_MAX];

	struct perso_date issue; /* all 0: not given */
	struct perso_date expiry;
	char authority[PERSO_TEXT_BYTES];
	char remarks[PERSO_TEXT_BYTES];
	size_t other_person_count; /* that the document is for as well */
	struct perso_record_name other_persons[PERSO_OTHER_NAMES_MAX];
	char tax_exit[PERSO_TEXT_BYTES];
	struct perso_record_visa visa;
	size_t issuer_data_n; /* bytes, for DG13; 0: none */
	uint8_t issuer_data[PERSO_ISSUER_DATA_MAX];

	struct perso_record_image portrait; /* empty bytes: none */
	struct perso_record_image signature;
	struct perso_record_image citizenship; /* proof of it */
	struct perso_record_image front;       /* of the document */
	struct perso_record_image rear;
	struct perso_record_bio dg3; /* empty bytes: not given */
	struct perso_record_bio dg4;
	/* Instead of dg3; [position - 1], see perso/finger.h. */
	struct perso_record_finger fingers[PERSO_FINGERS];
};

/* Takes the bytes (from is left empty) and reads their header: what bio.h
 * says of a format that is not known or a header that is wrong; then both
 * are untouched. */
PERSO_MUST perso_rc perso_record_image_take(
    struct perso_record_image *img, struct perso_buf *from);

/* Takes the bytes of a biometric record for DGdg, 3 or 4 (from is left
 * empty): one group 7F61 and nothing behind it, each template of that data
 * group's type where it names one. Codes of perso_bit_parse(),
 * PERSO_E_MISMATCH (type), PERSO_E_UNSUPPORTED (DO 53 behind the group: the
 * line makes that); each template's data is looked at as
 * perso_bit_check_data() does; then both are untouched. */
PERSO_MUST perso_rc perso_record_bio_take(
    struct perso_record_bio *bio, int dg, struct perso_buf *from);

/* Takes a finger's image (from is left empty): WSQ, JPEG 2000, PNG, or raw
 * samples if f says how large it is; grey, 8 bits. PERSO_E_UNSUPPORTED
 * (another kind), PERSO_E_MISMATCH (a size, or a resolution that the image
 * contradicts), codes of perso_image_probe(); then both are untouched. */
PERSO_MUST perso_rc perso_record_finger_take(struct perso_record_finger *to,
    const struct perso_record_finger_facts *f, struct perso_buf *from);
/* How many there are. */
size_t perso_record_finger_count(const struct perso_record *r);

void perso_record_init(struct perso_record *r);
/* Wipes. */
void perso_record_done(struct perso_record *r);
#define PERSO_RECORD(name)                                                    \
	__attribute__((cleanup(perso_record_done))) struct perso_record name; \
	perso_record_init(&name)

/* Brings the pictures into the frames of the profile: what is not finished
 * (perso_picture_is_finished()) is decoded, cropped, scaled and encoded into
 * the budget, and takes the place of the bytes that the order gave; info and
 * eyes follow. Only a portrait is cropped: other pictures have the frame's
 * aspect within 2 %. The same bytes give the same bytes. Without a frame a picture
 * keeps its size and format: if it is plain (perso_picture_is_plain()) it
 * stays as it is, else (it has EXIF data, asks to be turned, has texts) it is
 * encoded anew, upright, in no more bytes; nothing but the picture goes into
 * a document. What the profile does not take at all is left as it is, for
 * perso_record_validate() to refuse.
 * With checks, for orders that come in, portraits of profiles that want it
 * are judged: E-PORTRAIT-... of portrait.h, with what was measured and the
 * limit. E-IMAGE-EYES: the eyes are not in it. E-IMAGE-PICTURE: it cannot be
 * decoded, or not be brought into the frame. Then its bytes stay, and the
 * image is_unfit: perso_record_validate() does not judge the bytes by the
 * rules for what would have been made of them. */
void perso_record_prepare(
    struct perso_record *r, bool checks, struct perso_findings *ret);

/* The PERSO_FIELD_ bits of the fields that are filled. */
uint64_t perso_record_fields(const struct perso_record *r);

/* Fills what the order may leave out: nationality and authority by the
 * profile's defaults, the issue date (the day of now), the expiry date: the
 * issue date plus the years that the profile gives for the holder's age on
 * that day. With an unknown birth month or day the holder counts as born
 * on the last possible day. Fields that are given stay. Fields that cannot
 * be computed stay empty; perso_record_validate() says so. */
void perso_record_complete(struct perso_record *r, time_t now);

/* Complete years between two days; birth parts that are 0 count as the last
 * possible day, an unknown year gives 0. */
unsigned perso_record_age(struct perso_date birth, struct perso_date at);

/* Everything the profile demands, all at once: each breach is one finding
 * with the field's JSON path in the order. The record has been completed.
 * PERSO_OK without findings, PERSO_E_DATA with. The document number may be
 * empty unless it comes with the order. Codes: E-ORDER-MISSING,
 * E-ORDER-FIELD (not for this kind of document), E-ORDER-NAME (cannot be
 * transliterated: letter and position), E-ORDER-LENGTH, E-ORDER-VALUE,
 * E-ORDER-STATE (nationality), E-ORDER-PERSONAL-NUMBER (the former one
 * as well), E-ORDER-DATE,
 * E-ORDER-VALIDITY, E-ORDER-CODE (the document code may not be
 * issued on that day, or to that expiry date), E-ORDER-NUMBER,
 * E-ORDER-REASON, E-IMAGE-FORMAT, E-IMAGE-SIZE. */
PERSO_MUST perso_rc perso_record_validate(
    const struct perso_record *r, time_t now, struct perso_findings *ret);

/* Binds the document number: PERSO_E_RANGE if it does not fit the profile's
 * pattern, PERSO_E_STATE if another one is bound. */
PERSO_MUST perso_rc perso_record_bind(
    struct perso_record *r, const char *number);

/* The profile's MRZ format. */
enum perso_mrz_format perso_record_format(const struct perso_doc_profile *p);

/* What goes into the MRZ, for perso_mrz_compose(): transliterated names, the
 * personal number in the optional data if the profile says so. PERSO_E_STATE
 * while the document number is not bound. */
PERSO_MUST perso_rc perso_record_mrz(
    const struct perso_record *r, struct perso_mrz *ret);

#endif
