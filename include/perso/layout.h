/*
 * Layouts: what stands where on a data page or the faces of a card, as data
 * (profiles/layouts, YAML, one file each). A document profile names its
 * layout; several may share one.
 *
 * Lengths are hundredths of a millimetre from the upper left corner, type
 * sizes hundredths of a point; in the file they are millimetres and points
 * with at most two decimals.
 *
 *	id: td1-card
 *	page: td1			size, and where the MRZ is
 *	fonts: [Noto Sans, ...]		the first one, then the others in turn
 *	sides:
 *	  - name: front
 *	    elements:
 *	      - kind: field
 *	        source: surname
 *	        frame: [30, 12, 52, 5.6]	x, y, width, height
 *	        caption: [Uzvārds, Surname]
 *	        size: 8
 *	        min-size: 4.5
 *
 * Refused with file:line:column beside what every profile's loader refuses:
 * an element that leaves the page, one that overlaps another (boxes and
 * lines, which lie beneath, excepted), one that stands in the machine
 * readable zone, no font for a script that a field must carry, a page
 * without its MRZ or with two; for letters see below.
 */
#ifndef PERSO_LAYOUT_H
#define PERSO_LAYOUT_H

#include "perso/profile.h"

/* ---------------------------------------------------------------- fonts */

/* Scripts a field may have to carry, as bits. */
enum perso_script {
	PERSO_SCRIPT_OCR = 1 << 0, /* "ocr": A-Z, 0-9, < */
	PERSO_SCRIPT_LATIN = 1 << 1,
	PERSO_SCRIPT_GREEK = 1 << 2,
	PERSO_SCRIPT_CYRILLIC = 1 << 3,
	PERSO_SCRIPT_ARMENIAN = 1 << 4,
	PERSO_SCRIPT_GEORGIAN = 1 << 5,
	PERSO_SCRIPT_HEBREW = 1 << 6,
	PERSO_SCRIPT_ARABIC = 1 << 7,
	PERSO_SCRIPT_DEVANAGARI = 1 << 8,
	PERSO_SCRIPT_BENGALI = 1 << 9,
	PERSO_SCRIPT_TAMIL = 1 << 10,
	PERSO_SCRIPT_THAI = 1 << 11,
	PERSO_SCRIPT_ETHIOPIC = 1 << 12,
	PERSO_SCRIPT_HAN = 1 << 13,
	PERSO_SCRIPT_KANA = 1 << 14,
	PERSO_SCRIPT_HANGUL = 1 << 15
};
#define PERSO_SCRIPTS 16
#define PERSO_SCRIPTS_ALL 0xFFFFu

/* "latin"; static, NULL for anything but one bit of the above. */
const char *perso_script_name(unsigned bit);
/* Letters (UTF-8) that a font of this script must have; static. */
const char *perso_script_letters(unsigned bit);

/* The fonts that are printed with: nothing else that a machine may have
 * installed is looked at. */
struct perso_font {
	const char *family;
	const char *regular; /* the file */
	const char *bold;    /* NULL: there is none */
	unsigned scripts;    /* enum perso_script it carries */
};
/* NULL beyond the last. */
const struct perso_font *perso_font_at(size_t i);

/* --------------------------------------------------------------- layout */

#define PERSO_LAYOUT_SIDES 2
#define PERSO_LAYOUT_ELEMENTS 48 /* of one side */
#define PERSO_LAYOUT_FONTS 20
#define PERSO_LAYOUT_CAPTIONS 3 /* languages of a caption */

/* The numbers of enum perso_doc_format; visas follow, then what is no
 * document: the letter with PIN and PUK, A4, without MRZ. Only it has the
 * fields pin (which it must), puk and envelope (which it must). */
enum perso_layout_page {
	PERSO_PAGE_TD1 = PERSO_DOC_TD1,
	PERSO_PAGE_TD2,
	PERSO_PAGE_TD3,
	PERSO_PAGE_MRVA,
	PERSO_PAGE_MRVB,
	PERSO_PAGE_LETTER
};

/* Nominal size of the page and place of its MRZ: Doc 9303-4 to -7. */
struct perso_page {
	const char *name; /* "td3" */
	uint32_t width, height;
	uint32_t zone;		/* height of the MRZ above the lower edge */
	bool on_back;		/* the MRZ is on the second side */
	unsigned lines, length; /* of the MRZ, in characters */
	uint32_t left;		/* edge of the first character's cell */
	/* Reference centre line of each code line, from the lower edge;
	 * upper line first. */
	uint32_t centre[3];
};
const struct perso_page *perso_page_of(enum perso_layout_page page);

enum perso_layout_kind {
	PERSO_LAYOUT_FIELD = 1, /* "field": a value of the record */
	PERSO_LAYOUT_TEXT,	/* "text": the same on all */
	PERSO_LAYOUT_PORTRAIT,	/* "portrait" */
	PERSO_LAYOUT_GHOST,	/* "ghost": the portrait, paler */
	PERSO_LAYOUT_SIGNATURE, /* "signature" */
	PERSO_LAYOUT_SYMBOL,	/* "symbol": QR or Data Matrix */
	PERSO_LAYOUT_MRZ,	/* "mrz": has no frame, the page has it */
	PERSO_LAYOUT_BOX,	/* "box": filled, beneath everything */
	PERSO_LAYOUT_LINE	/* "line": the same, for rules */
};

enum perso_layout_source {
	PERSO_SOURCE_SURNAME = 1, /* names as in enum perso_doc_field, and: */
	PERSO_SOURCE_GIVEN_NAMES,
	PERSO_SOURCE_NATIVE_NAME,
	PERSO_SOURCE_OTHER_NAMES, /* joined by ", ", as address */
	PERSO_SOURCE_BIRTH_DATE,
	PERSO_SOURCE_SEX,
	PERSO_SOURCE_NATIONALITY,
	PERSO_SOURCE_PERSONAL_NUMBER,
	PERSO_SOURCE_BIRTH_PLACE,
	PERSO_SOURCE_ADDRESS,
	PERSO_SOURCE_PROFESSION,
	PERSO_SOURCE_TITLE,
	PERSO_SOURCE_HEIGHT, /* "184 cm" */
	PERSO_SOURCE_NUMBER,
	PERSO_SOURCE_ISSUE_DATE,
	PERSO_SOURCE_EXPIRY_DATE,
	PERSO_SOURCE_AUTHORITY,
	PERSO_SOURCE_REMARKS,
	PERSO_SOURCE_CAN,	 /* "can": card access number */
	PERSO_SOURCE_CODE,	 /* "document-code": of the profile */
	PERSO_SOURCE_ISSUER,	 /* "issuer": three letters */
	PERSO_SOURCE_STATE,	 /* "state": printed.state of the profile */
	PERSO_SOURCE_DOCUMENT,	 /* "document": printed.document */
	PERSO_SOURCE_NAME,	 /* "name": surname and given names */
	PERSO_SOURCE_NUMBER_END, /* "number-end": the last three characters
				  * of the document number */
	PERSO_SOURCE_PIN,	 /* "pin" */
	PERSO_SOURCE_PUK,	 /* "puk" */
	PERSO_SOURCE_ENVELOPE,	 /* "envelope": its number */
	/* Of a visa; names as in the order. */
	PERSO_SOURCE_VISA_TYPE, /* "visa-type" */
	PERSO_SOURCE_VISA_ENTRIES,
	PERSO_SOURCE_VISA_DURATION, /* "duration-of-stay" */
	PERSO_SOURCE_VISA_PASSPORT  /* "passport-number" */
};

enum perso_layout_date {
	PERSO_LAYOUT_DATE_DOTS = 0, /* "d.m.y": 07.03.1985 */
	PERSO_LAYOUT_DATE_MONTH,    /* "d mon y": 07 MAR 1985 */
	PERSO_LAYOUT_DATE_ISO	    /* "y-m-d" */
};

enum perso_layout_align {
	PERSO_ALIGN_LEFT = 0,
	PERSO_ALIGN_CENTER,
	PERSO_ALIGN_RIGHT
};

struct perso_layout_element {
	enum perso_layout_kind kind;
	enum perso_layout_source source; /* field */
	uint32_t x, y, width, height;	 /* 1/100 mm */
	char text[121];			 /* text */
	size_t caption_count;
	char caption[PERSO_LAYOUT_CAPTIONS][41];
	uint32_t size;	   /* 1/100 pt; starts here, shrinks by 0.25 pt */
	uint32_t min_size; /* and never below this */
	unsigned rows;	   /* the text may take at most; 0: 1 */
	char family[33];   /* "": the layout's fonts */
	unsigned scripts;  /* enum perso_script that must be there */
	enum perso_layout_align align;
	enum perso_layout_date date;
	bool bold;
	bool upper;	     /* in capitals */
	uint32_t colour;     /* 0xRRGGBB */
	size_t line, column; /* in its file */
};

struct perso_layout_side {
	char name[17]; /* "front" */
	size_t count;
	struct perso_layout_element v[PERSO_LAYOUT_ELEMENTS];
};

struct perso_layout {
	char id[PERSO_PROFILE_ID_MAX + 1];
	char file[PERSO_PROFILE_ID_MAX + 32]; /* what the trail calls it */
	enum perso_layout_page page;
	size_t font_count;
	char fonts[PERSO_LAYOUT_FONTS][33]; /* families of perso_font_at() */
	uint32_t caption_size;		    /* 1/100 pt */
	uint32_t caption_colour;	    /* 0xRRGGBB */
	size_t side_count;
	struct perso_layout_side sides[PERSO_LAYOUT_SIDES];
};

/* One layout; name is what the trail calls the file. PERSO_E_CONFIG with
 * "name:line:column: ...". *ret is untouched on failure. */
PERSO_MUST perso_rc perso_layout_parse(
    struct perso_span yaml, const char *name, struct perso_layout *ret);

/* What is wrong with the layout of that element of that layout, as the
 * parser says it: "file:line:column: text". For checks that need more than
 * the file (fonts that are installed). */
PERSO_MUST perso_rc perso_layout_fail(const struct perso_layout *l,
    const struct perso_layout_element *e, const char *fmt, ...)
    PERSO_PRINTF(3, 4);

/* The word for an element in messages: its source or kind. Static. */
const char *perso_layout_word(const struct perso_layout_element *e);

/* Layouts of perso_profile_load_dir(): every .yaml file of dir/layouts, if
 * there is such a folder. Borrowed, NULL if there is none. */
const struct perso_layout *perso_profiles_layout(
    const struct perso_profiles *p, const char *id);

#endif
