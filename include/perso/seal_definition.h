/*
 * What a kind of visible digital seal carries (types only): the feature list
 * that a document feature definition and a document type category name, Doc
 * 9303-13 2.2.2. It is data: profiles/seals/, one YAML file each; profile
 * reads it (perso/profile.h), seal works by it (perso/seal.h).
 */
#ifndef PERSO_SEAL_DEFINITION_H
#define PERSO_SEAL_DEFINITION_H

#include <stdbool.h>
#include <stdint.h>

#define PERSO_SEAL_NAME_MAX 32
#define PERSO_SEAL_TITLE_MAX 80
#define PERSO_SEAL_FEATURES_MAX 32
#define PERSO_SEAL_TAG_SIGNATURE 0xFF /* no message has this tag */
#define PERSO_SEAL_VALUE_MAX 2048     /* bytes of one message */

/* How a feature's text becomes bytes; the words are those of the YAML. */
enum perso_seal_coding {
	/* "c40": A-Z, 0-9, space and <; a text that gives less than the
	 * least number of bytes is filled up with < */
	PERSO_SEAL_C40 = 1,
	/* "mrz": the same, of a zone's lines one after the other; line ends
	 * are dropped, and of a longer zone the first characters are taken
	 * (Doc 9303-7: of MRV-A 72, of MRV-B 64) */
	PERSO_SEAL_MRZ,
	PERSO_SEAL_BYTES,    /* "bytes": hexadecimal text */
	PERSO_SEAL_NUMBER,   /* "number": unsigned, max-bytes long */
	PERSO_SEAL_DATE,     /* "date": YYYY-MM-DD; three bytes, 2.3.1 */
	PERSO_SEAL_DURATION, /* "duration": days-months-years, three bytes */
	PERSO_SEAL_UTF8	     /* "utf8": as it is */
};

struct perso_seal_feature {
	uint8_t tag;			    /* 0..254 */
	char name[PERSO_SEAL_NAME_MAX + 1]; /* "passport-number" */
	enum perso_seal_coding coding;
	uint32_t min, max; /* bytes of the value */
	uint32_t chars;	   /* MRZ: how many are taken */
	bool required;
	/* exactly one of the features with the same word is there; "": it
	 * stands alone */
	char one_of[PERSO_SEAL_NAME_MAX + 1];
};

struct perso_seal_definition {
	char id[PERSO_SEAL_NAME_MAX + 1]; /* "visa" */
	char title[PERSO_SEAL_TITLE_MAX + 1];
	uint8_t definition;  /* feature definition reference, 1..254 */
	uint8_t category;    /* document type category; odd: ICAO's */
	uint8_t min_version; /* of the header: 3 or 4 */
	struct perso_seal_feature features[PERSO_SEAL_FEATURES_MAX];
	uint32_t feature_count;
};

#endif
