/*
 * BER-TLV as ISO/IEC 7816-4 and Doc 9303-10 use it: tags of one to three
 * bytes, definite lengths of up to four bytes after the first.
 */
#ifndef PERSO_TLV_H
#define PERSO_TLV_H

#include "perso/rd.h"
#include "perso/buf.h"

struct perso_tlv {
	uint32_t tag;	       /* as spelled: 0x5F1F */
	struct perso_span val; /* borrowed from the input */
	struct perso_span raw; /* tag, length and value */
	bool minimal;	       /* length is in its shortest form */
};

/* The next element; nothing is skipped. PERSO_E_TRUNCATED, PERSO_E_DATA
 * (indefinite length, tag longer than three bytes). */
PERSO_MUST perso_rc perso_tlv_next(struct perso_rd *rd, struct perso_tlv *ret);

/* The next element must have this tag: PERSO_E_DATA naming both tags. */
PERSO_MUST perso_rc perso_tlv_expect(
    struct perso_rd *rd, uint32_t tag, struct perso_tlv *ret);

/* As expect, if the next element has this tag; otherwise *ret_there is
 * false and nothing is taken. */
PERSO_MUST perso_rc perso_tlv_optional(
    struct perso_rd *rd, uint32_t tag, struct perso_tlv *ret, bool *ret_there);

/* As expect, and the length must be minimal and nothing may follow:
 * a whole file. */
PERSO_MUST perso_rc perso_tlv_only(
    struct perso_span s, uint32_t tag, struct perso_tlv *ret);

/* The first element with this tag among the elements of s;
 * PERSO_E_MISSING. */
PERSO_MUST perso_rc perso_tlv_find(
    struct perso_span s, uint32_t tag, struct perso_tlv *ret);

/* Tag and length of a file whose first bytes are given; the total length
 * of the element, which may go beyond s. */
PERSO_MUST perso_rc perso_tlv_total(struct perso_span s, size_t *ret);

/* DER INTEGER contents to a number below 2^63: PERSO_E_RANGE if it is
 * negative, too large, or not minimal. */
PERSO_MUST perso_rc perso_der_u63(struct perso_span val, uint64_t *ret);

/* DER INTEGER contents, not negative, minimal; without a leading zero. */
PERSO_MUST perso_rc perso_der_uint(
    struct perso_span val, struct perso_span *ret_magnitude);

/* OBJECT IDENTIFIER contents to dotted text, terminated; PERSO_E_RANGE
 * when it does not fit into cap. */
PERSO_MUST perso_rc perso_der_oid(struct perso_span val, char *dst, size_t cap);
#define PERSO_OID_MAX 96

/* Contents equal this dotted OID? */
bool perso_der_is_oid(struct perso_span val, const char *dotted);

/* Sort the elements of a DER SET OF that starts at mark within b
 * (contents only, to the end of b) into ascending order, X.690 11.6. */
PERSO_MUST perso_rc perso_der_sort_set(struct perso_buf *b, size_t mark);

#endif
