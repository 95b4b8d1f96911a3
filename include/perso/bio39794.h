/*
 * ISO/IEC 39794-5:2019 (faces) and -4:2019 (fingers), extensible biometric
 * data interchange formats, as Doc 9303-10 carries them (bio): DER inside
 * 7F2E { A1 { 65 or 64 .. } }.
 *
 * Faces follow ICAO's application profile of part 5: exactly one two-
 * dimensional representation; enumerations stand in extensionBlock [1] with
 * a fallback [0]. For part 4 no such profile is published: enumerations are
 * written in the base standard's form, code [0]. Both forms are read in both
 * parts.
 *
 *	65 { A0 { 80 generation, 81 year }
 *	     A1 { 30 { 80 id
 *		       A1 { A0 { A0 { 80 image, A1 { A0 { 80 format } .. }
 *				      [A2 device] } } }
 *		       [A8 sex, eyes, hair, .. pose] [A9 landmarks] } } }
 *	64 { A0 { 80 generation, 81 year }
 *	     A1 { 30 { A0 { 80 position } A1 { 80 impression }
 *		       A2 { 80 format } 83 image
 *		       [A7 { 80 samples, 81 unit }] } } }
 *
 * The values are those of the ISO/IEC 19794 structs, so that a record is
 * converted by reading one form and writing the other; the image's bytes are
 * the same. What 19794 has and 39794 gives only with the name of a
 * manufacturer or an algorithm is not written: quality, device, and a
 * finger's acquisition level.
 *
 * Reading is strict DER: tags ascending, none twice, lengths and integers in
 * their shortest form, the members that must be there, values in range. What
 * the standard has and perso_face has not (dates, quality, attack detection,
 * ..), and elements with higher tags, which are extensions, must be sound
 * DER; they are counted in others and otherwise left alone. None is written.
 *
 * This software makes use of the Schema from ISO/IEC 39794-1, 39794-4 and
 * 39794-5 within modifications permitted in the relevant ISO/IEC standard.
 */
#ifndef PERSO_BIO39794_H
#define PERSO_BIO39794_H

#include "perso/finger.h"

/* An encoding in three pieces, so that the image is copied once, to its final
 * place: head, image, tail. The image is borrowed from the record. */
struct perso_39794 {
	struct perso_buf head;
	struct perso_span image;
	struct perso_buf tail;
};

void perso_39794_done(struct perso_39794 *e);
#define PERSO_39794(name)                                                      \
	__attribute__((cleanup(perso_39794_done))) struct perso_39794 name = { \
		.head = { .max = 256 }, .tail = { .max = 8192 }                \
	}
/* Bytes of all three; appends them. */
size_t perso_39794_size(const struct perso_39794 *e);
void perso_39794_write(struct perso_wr *w, const struct perso_39794 *e);

/* The same inside A1, as it stands in 7F2E. */
size_t perso_39794_data_size(const struct perso_39794 *e);
void perso_39794_data_write(struct perso_wr *w, const struct perso_39794 *e);

/* ---- faces ----------------------------------------------------------- */

struct perso_face_39794 {
	uint16_t generation; /* 3.. */
	uint16_t year;	     /* 2019.. */
	uint8_t format;	     /* 2 JPEG, 3 JPEG 2000 lossy, 4 lossless */
	size_t others;	     /* elements that are not in face */
	/* width and height are the image's. Hair and eye colours that 19794
	 * has no code for are FF; landmarks are feature points. */
	struct perso_face face;
};

/* Fills ret (65 ..), which is as PERSO_39794 makes it. A reversible JPEG 2000
 * is declared as lossless unless lossy is set: its maker has cut it to a
 * size. Codes of perso_face_check() for one face; PERSO_E_UNSUPPORTED: a
 * feature point that part 5 has no code for. */
PERSO_MUST perso_rc perso_face_39794_encode(
    const struct perso_face *f, bool lossy, struct perso_39794 *ret);

/* 65 .., nothing behind it. PERSO_E_DATA (not DER, a tag out of place),
 * PERSO_E_MISSING, PERSO_E_RANGE, PERSO_E_MISMATCH (the image is not of the
 * declared kind or size), PERSO_E_UNSUPPORTED (more than one representation,
 * one that is not two-dimensional, too many landmarks), PERSO_E_TRUNCATED,
 * PERSO_E_TRAILING; element and offset. */
PERSO_MUST perso_rc perso_face_39794_parse(
    struct perso_span rec, struct perso_face_39794 *ret);

/* ---- fingers --------------------------------------------------------- */

struct perso_finger_39794 {
	uint16_t generation;
	uint16_t year;
	uint8_t format; /* 0 PGM, 1 WSQ, 2 JPEG 2000 lossy, 3 lossless, 4
			 * PNG */
	size_t others;
	/* One view. Resolutions are 0 where the record does not tell; a PGM
	 * is PERSO_FINGER_RAW, the view's image its samples. */
	struct perso_finger_record record;
};

/* 64 ..; raw samples (8 bits) are written with the head of a PGM file. Codes
 * of perso_finger_check(); PERSO_E_UNSUPPORTED: not exactly one view, JPEG,
 * packed or deeper samples, resolutions that differ, a palm. */
PERSO_MUST perso_rc perso_finger_39794_encode(
    const struct perso_finger_record *r, struct perso_39794 *ret);
PERSO_MUST perso_rc perso_finger_39794_parse(
    struct perso_span rec, struct perso_finger_39794 *ret);

/* ---- groups ---------------------------------------------------------- */

/* The contents of DO 7F2E for a record: the record without A1 around it.
 * PERSO_E_DATA, PERSO_E_TRAILING. */
PERSO_MUST perso_rc perso_39794_open(
    struct perso_span data, struct perso_span *ret);

/* One template's data, by its format: parsed and thrown away. Faces and
 * fingers as above; irises as far as their header goes: "IIR", version and
 * length, or tag 66 with its version block. PERSO_E_UNSUPPORTED: a format that
 * is none of them; PERSO_E_MISMATCH: 5F2E for 7F2E; a subtype (82) that is
 * not the finger's. */
PERSO_MUST perso_rc perso_bit_check_data(const struct perso_bit *b);
/* Of a group. */
PERSO_MUST perso_rc perso_bit_check_group(const struct perso_bit_group *g);

/* Is this template's data ISO/IEC 39794? */
bool perso_bit_is_39794(const struct perso_bit *b);

/* The group 7F61 with each template in ISO/IEC 39794 (or in 19794), appended;
 * templates that are so already are copied. Headers stay but for the format.
 * To 19794 only what loses nothing: PERSO_E_UNSUPPORTED if others is not 0
 * or a resolution is not told. PERSO_E_UNSUPPORTED for irises. */
PERSO_MUST perso_rc perso_bit_convert(
    struct perso_span group, bool to_39794, struct perso_buf *ret);

#endif
