/*
 * Biometric encodings (bio): image headers, ISO/IEC 19794-5:2005 face
 * records, and the CBEFF templates of ISO/IEC 7816-11 that carry them.
 *
 * Nothing is decoded: an image is looked at as far as its headers say what
 * it is, in bounded steps. All spans in parsed structs point into the bytes
 * that were parsed; all spans given to builders are borrowed for the call.
 *
 * Builders append. They know every length beforehand, so that the image is
 * copied once, to its final place; on failure the buffer is as it was.
 */
#ifndef PERSO_BIO_H
#define PERSO_BIO_H

#include "perso/wr.h"

enum perso_image_format {
	PERSO_IMAGE_NONE = 0,
	PERSO_IMAGE_JPEG, /* baseline, extended or progressive */
	PERSO_IMAGE_JP2,  /* JPEG 2000 in its file format */
	PERSO_IMAGE_J2K,  /* a bare JPEG 2000 codestream */
	PERSO_IMAGE_PNG,  /* of faces in orders only */
	PERSO_IMAGE_WSQ	  /* fingers only */
};

const char *perso_image_format_name(enum perso_image_format f); /* "JPEG" */

struct perso_image_info {
	enum perso_image_format format;
	uint32_t width;	     /* pixels, 1.. */
	uint32_t height;     /* pixels, 1.. */
	unsigned components; /* 1 grey, 3 colour */
	unsigned bits;	     /* per component */
};

/*
 * What an image says of itself.
 *
 * JPEG: SOI, marker segments up to EOI with nothing behind it; exactly one
 * frame header SOF0, SOF1 or SOF2 before the first scan. JP2: signature
 * box, ftyp with the brand jp2, jp2h that starts with ihdr, jp2c; SIZ of the
 * codestream must agree with ihdr. J2K: SOC, SIZ. PNG: signature, IHDR,
 * chunks up to IEND (checksums are not computed). WSQ: see below.
 *
 * PERSO_E_UNSUPPORTED (none of these, or a kind of JPEG not listed),
 * PERSO_E_TRUNCATED, PERSO_E_TRAILING, PERSO_E_DATA, PERSO_E_RANGE (zero or
 * senseless sizes), PERSO_E_MISSING, PERSO_E_MISMATCH; each names the
 * element and its offset. ISO/IEC 10918-1 B.2; ISO/IEC 15444-1 A.5, I.5.
 */
PERSO_MUST perso_rc perso_image_probe(
    struct perso_span image, struct perso_image_info *ret);

/*
 * WSQ (IAFIS-IC-0110, version 3.1): SOI, then tables, comments and the frame
 * header SOF in any order, at least one block of which each has its tables
 * before it, EOI and nothing behind. Lengths of all segments are those of
 * their contents, counts are in range; coefficients are not decoded. A
 * comment that begins with NIST_COM must not name other sizes than SOF.
 */
struct perso_wsq_info {
	uint16_t width; /* pixels, 1.. */
	uint16_t height;
	unsigned blocks; /* 1.. */
	unsigned ppi;	 /* as NIST_COM says; 0: it does not */
};

/* PERSO_E_UNSUPPORTED (no SOI), PERSO_E_DATA, PERSO_E_RANGE,
 * PERSO_E_MISSING, PERSO_E_MISMATCH, PERSO_E_TRUNCATED, PERSO_E_TRAILING;
 * element and offset. */
PERSO_MUST perso_rc perso_wsq_probe(
    struct perso_span image, struct perso_wsq_info *ret);

/* Does a JPEG 2000 image that perso_image_probe() accepts use the reversible
 * transformation (ISO/IEC 15444-1 A.6.1)? Only such can be without loss. */
bool perso_image_is_reversible(struct perso_span image);

/* ---- ISO/IEC 19794-5:2005, face image data --------------------------- */

/*
 *	FAC 00 | 010 00 | record length (4) | faces (2)         header, 14
 *	  face length (4) | points (2) | gender eye hair (3)    per face, 20
 *	  properties (3) | expression (2) | pose (3) | uncertainty (3)
 *	  { 01 | code | x (2) | y (2) | 00 00 }                 per point, 8
 *	  image type | data type | width (2) | height (2)       12
 *	  colour space | source | device (2) | quality (2)
 *	  image
 */
#define PERSO_FACES 4
#define PERSO_FACE_POINTS 96

enum perso_face_gender {
	PERSO_GENDER_UNSPECIFIED = 0,
	PERSO_GENDER_MALE = 1,
	PERSO_GENDER_FEMALE = 2,
	PERSO_GENDER_UNKNOWN = 0xFF
};

enum perso_face_image {
	PERSO_FACE_BASIC = 0,
	PERSO_FACE_FRONTAL = 1,
	PERSO_FACE_TOKEN = 2
};

#define PERSO_POINT_LEFT_EYE 0xC1  /* 12.1, the person's left */
#define PERSO_POINT_RIGHT_EYE 0xC2 /* 12.2 */

struct perso_face_point {
	uint8_t code; /* major << 4 | minor */
	uint16_t x;   /* pixels from the left */
	uint16_t y;   /* pixels from the top */
};

struct perso_face {
	uint8_t gender;	     /* enum perso_face_gender */
	uint8_t eye;	     /* colour, 0 unspecified */
	uint8_t hair;	     /* colour, 0 unspecified */
	uint32_t properties; /* 24 bits */
	uint16_t expression;
	uint8_t pose[3]; /* yaw, pitch, roll */
	uint8_t pose_uncertainty[3];
	size_t point_count;
	struct perso_face_point points[PERSO_FACE_POINTS];
	uint8_t image_type; /* enum perso_face_image */
	bool jpeg2000;	    /* data type 1; otherwise JPEG */
	uint16_t width;	    /* as declared in the record */
	uint16_t height;
	uint8_t colour_space; /* 0 unspecified, 1 RGB 24 bit, 2 YUV422,
				 * 3 grey 8 bit, 4 other */
	uint8_t source;	      /* 0 unspecified .. 7 */
	uint16_t device;
	uint16_t quality;
	struct perso_span image;
	/* Borrowed: what perso_image_probe() found in image, if the caller
	 * has done that; NULL: perso_face_check() does it. */
	const struct perso_image_info *probed;
};

struct perso_face_record {
	size_t count; /* 1..PERSO_FACES */
	struct perso_face faces[PERSO_FACES];
};

/* Bytes that perso_face_write() makes. */
size_t perso_face_size(const struct perso_face_record *r);

/* All fields are in range, and each image's own headers agree with
 * jpeg2000, width and height: PERSO_E_MISMATCH. PERSO_E_ARG, PERSO_E_RANGE
 * and the codes of perso_image_probe(), naming face and field. */
PERSO_MUST perso_rc perso_face_check(const struct perso_face_record *r);

/* Writes a record that perso_face_check() has passed. */
void perso_face_write(struct perso_wr *w, const struct perso_face_record *r);

/* Check and append. */
PERSO_MUST perso_rc perso_face_build(
    const struct perso_face_record *r, struct perso_buf *ret);

/* PERSO_E_DATA (format identifier, version), PERSO_E_MISMATCH (a length
 * that is not what is there, or an image whose headers do not agree with
 * the declared kind and size), PERSO_E_RANGE, PERSO_E_UNSUPPORTED (more
 * faces or points than above), PERSO_E_TRUNCATED, PERSO_E_TRAILING. */
PERSO_MUST perso_rc perso_face_parse(
    struct perso_span rec, struct perso_face_record *ret);

/* ---- CBEFF (Doc 9303-10 4.7.2, ISO/IEC 7816-11) ---------------------- */

/*
 *	7F61 { 02 number, 7F60 { A1 header, 5F2E or 7F2E data } ... }
 *
 * With number 0 a data group may carry DO 53 behind 7F61 (random bytes).
 */
#define PERSO_BITS 10

#define PERSO_BIO_FACE 0x02
#define PERSO_BIO_FINGER 0x08
#define PERSO_BIO_IRIS 0x10

#define PERSO_BIO_OWNER 0x0101	 /* ISO/IEC JTC 1/SC 37 */
#define PERSO_BIO_19794_4 0x0007 /* finger in 5F2E */
#define PERSO_BIO_19794_5 0x0008 /* face in 5F2E */
#define PERSO_BIO_19794_6 0x0009 /* iris in 5F2E */
#define PERSO_BIO_19794_6_2011 0x000B
#define PERSO_BIO_39794_4 0x0028 /* finger in 7F2E */
#define PERSO_BIO_39794_5 0x002A /* face in 7F2E */
#define PERSO_BIO_39794_6 0x002C /* iris in 7F2E */

/* One biometric information template. Empty spans are absent. */
struct perso_bit {
	struct perso_span version;  /* 80: 2 bytes, 0101 */
	struct perso_span type;	    /* 81: 1..3 bytes */
	struct perso_span subtype;  /* 82: 1 byte */
	struct perso_span created;  /* 83: 7 bytes, BCD */
	struct perso_span validity; /* 85: 8 bytes, BCD */
	struct perso_span creator;  /* 86: 2 or 4 bytes */
	uint16_t owner;		    /* 87 */
	uint16_t format;	    /* 88 */
	bool constructed;	    /* data in 7F2E, otherwise 5F2E */
	struct perso_span data;
};

struct perso_bit_group {
	size_t count; /* 0..PERSO_BITS */
	struct perso_bit bits[PERSO_BITS];
};

/* Contents of a biometric data group: one 7F61, and with count 0 perhaps
 * DO 53. PERSO_E_DATA (a tag out of place), PERSO_E_MISMATCH (number of
 * templates), PERSO_E_MISSING (87, 88), PERSO_E_RANGE (a header element of
 * wrong length), PERSO_E_UNSUPPORTED (more than PERSO_BITS),
 * PERSO_E_TRUNCATED, PERSO_E_TRAILING. */
PERSO_MUST perso_rc perso_bit_parse(
    struct perso_span contents, struct perso_bit_group *ret);

/* Appends 7F61; PERSO_E_ARG for what parse would refuse. */
PERSO_MUST perso_rc perso_bit_build(
    const struct perso_bit_group *g, struct perso_buf *ret);

/* The header's elements have lengths that parse would accept; PERSO_E_ARG. */
PERSO_MUST perso_rc perso_bit_check(const struct perso_bit *b);

/* For data groups whose data is written in place: bytes of 7F61 with one
 * template whose data has data_len bytes (b->data is not looked at), and
 * its writing up to the data. */
size_t perso_bit_size(const struct perso_bit *b, size_t data_len);
void perso_bit_head(
    struct perso_wr *w, const struct perso_bit *b, size_t data_len);

/* The same for groups of several: bytes of one 7F60, and its writing up to
 * the data; the head of 7F61 is written with the sum of those bytes. */
size_t perso_bit_template_size(const struct perso_bit *b, size_t data_len);
void perso_bit_template_head(
    struct perso_wr *w, const struct perso_bit *b, size_t data_len);
size_t perso_bit_group_size(size_t templates_len);
void perso_bit_group_head(
    struct perso_wr *w, size_t count, size_t templates_len);

#endif
