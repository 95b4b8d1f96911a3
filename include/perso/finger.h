/*
 * ISO/IEC 19794-4:2005, finger image data (bio): one record for DG3.
 *
 *	FIR 00 | 010 00 | record length (6) | device (2)        header, 32
 *	  level (2) | fingers (1) | units (1) | scan x, y (2, 2)
 *	  image x, y (2, 2) | depth (1) | compression (1) | 00 00
 *	  view length (4) | position (1) | views (1)            per view, 14
 *	  view (1) | quality (1) | impression (1)
 *	  width (2) | height (2) | 00 | image
 *
 * A view's length counts its header. Parsed spans point into the bytes that
 * were parsed; builders borrow, append, and copy each image once.
 */
#ifndef PERSO_FINGER_H
#define PERSO_FINGER_H

#include "perso/bio.h"

enum perso_finger_compression {
	PERSO_FINGER_RAW = 0,	 /* rows from the top, samples big-endian */
	PERSO_FINGER_PACKED = 1, /* the same without unused bits */
	PERSO_FINGER_WSQ = 2,
	PERSO_FINGER_JPEG = 3,
	PERSO_FINGER_JPEG2000 = 4,
	PERSO_FINGER_PNG = 5
};

enum perso_finger_units {
	PERSO_FINGER_PPI = 1, /* pixels per inch */
	PERSO_FINGER_PPCM = 2 /* pixels per centimetre */
};

/* Positions 1..10 are fingers: right thumb, index, middle, ring, little, then
 * left. Names: "right-thumb", "left-little"; NULL outside. */
#define PERSO_FINGERS 10
const char *perso_finger_name(unsigned position);
unsigned perso_finger_from_name(const char *name); /* 0: none */

/* The subtype of a CBEFF header (DO 82, Doc 9303-10 4.7.2.1) and back; 0 for
 * what is no single finger. */
uint8_t perso_finger_subtype(unsigned position);
unsigned perso_finger_of_subtype(uint8_t subtype);

const char *perso_finger_compression_name(unsigned compression);

#define PERSO_FINGER_VIEWS 16
#define PERSO_FINGER_NO_QUALITY 254

struct perso_finger_view {
	uint8_t position;   /* 0 unknown, 1..15, palms 20..36 */
	uint8_t views;	    /* of this finger in the record, 1.. */
	uint8_t view;	    /* number of this one, 1..views */
	uint8_t quality;    /* 0..100; 254 not known, 255 */
	uint8_t impression; /* 0 live plain, 1 live rolled, 2 and 3 the same
			     * from paper, .. 15 */
	uint16_t width;	    /* pixels */
	uint16_t height;
	struct perso_span image;
	/* Borrowed: what perso_image_probe() found in image, if the caller
	 * has done that; NULL: the check does it. */
	const struct perso_image_info *probed;
};

struct perso_finger_record {
	uint16_t device;
	uint16_t level;	 /* of acquisition: 31 for 500 ppi */
	uint8_t units;	 /* enum perso_finger_units */
	uint16_t scan_x; /* pixels per unit, 1.. */
	uint16_t scan_y;
	uint16_t image_x;
	uint16_t image_y;
	uint8_t depth;	     /* bits per pixel, 1..16 */
	uint8_t compression; /* enum perso_finger_compression */
	/* Views in the record. Its field for the number of fingers has this
	 * number; a number of different fingers is read too. */
	size_t count; /* 1..PERSO_FINGER_VIEWS */
	struct perso_finger_view views[PERSO_FINGER_VIEWS];
};

/* Head of a record for images of so many pixels per inch, 8 bits each: units,
 * resolutions, depth and level are set, all else is 0. */
void perso_finger_record_init(
    struct perso_finger_record *r, uint16_t ppi, unsigned compression);

/* Bytes that perso_finger_write() makes. */
size_t perso_finger_size(const struct perso_finger_record *r);

/* All fields are in range and each image is what is declared: kind and size
 * by its own headers, grey, of that depth; raw: as many bytes as pixels need.
 * PERSO_E_ARG (count), PERSO_E_RANGE, PERSO_E_MISMATCH and the codes of
 * perso_image_probe(), naming view and field. */
PERSO_MUST perso_rc perso_finger_check(const struct perso_finger_record *r);

/* Writes a record that perso_finger_check() has passed. */
void perso_finger_write(
    struct perso_wr *w, const struct perso_finger_record *r);

/* Check and append. */
PERSO_MUST perso_rc perso_finger_build(
    const struct perso_finger_record *r, struct perso_buf *ret);

/* PERSO_E_DATA (format identifier, version), PERSO_E_MISMATCH (a length or
 * a number that is not what is there, an image that is not as declared),
 * PERSO_E_RANGE, PERSO_E_UNSUPPORTED (too many views), PERSO_E_TRUNCATED,
 * PERSO_E_TRAILING. */
PERSO_MUST perso_rc perso_finger_parse(
    struct perso_span rec, struct perso_finger_record *ret);

#endif
