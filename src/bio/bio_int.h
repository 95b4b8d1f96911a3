/*
 * Private to bio: a cursor inside an element whose offsets still count from
 * the start of the outermost input, so that a refusal names the byte.
 */
#ifndef PERSO_BIO_INT_H
#define PERSO_BIO_INT_H

#include <inttypes.h>

#include "perso/bio.h"
#include "perso/tlv.h"

/* Into the n bytes just taken from rd. */
static inline struct perso_rd
bio_into(const struct perso_rd *rd, size_t n)
{
	return (struct perso_rd){ { rd->s.p, rd->at }, rd->at - n };
}

/* The codestream of a JPEG 2000 image that begins at rd. */
PERSO_MUST perso_rc bio_codestream(
    struct perso_rd *rd, struct perso_image_info *ret);
PERSO_MUST perso_rc bio_probe_jpeg(
    struct perso_span image, struct perso_image_info *ret);
PERSO_MUST perso_rc bio_probe_jp2(
    struct perso_span image, struct perso_image_info *ret);
PERSO_MUST perso_rc bio_probe_png(
    struct perso_span image, struct perso_image_info *ret);

PERSO_MUST perso_rc bio_probe_wsq(
    struct perso_span image, struct perso_wsq_info *ret);

/* Where the codestream of a JPEG 2000 file is; its transformation. */
PERSO_MUST perso_rc bio_jp2_codestream(
    struct perso_span image, struct perso_rd *ret);
PERSO_MUST perso_rc bio_codestream_reversible(struct perso_rd *rd, bool *ret);

/* Of ISO/IEC 19794, big-endian, four bytes each: the length of the record,
 * which is all of rd; that of a part of it, min (4 at least) or more, where ret
 * stands behind the length. PERSO_E_MISMATCH. */
PERSO_MUST perso_rc bio_19794_length(struct perso_rd *rd);
PERSO_MUST perso_rc bio_19794_part(
    struct perso_rd *rd, const char *name, uint32_t min, struct perso_rd *ret);

/* A field in its range: PERSO_E_RANGE names it. */
PERSO_MUST perso_rc bio_in_range(bool ok, const char *field, unsigned value);

/* The image of a face is of the declared kind and size. */
PERSO_MUST perso_rc bio_face_image(const struct perso_face *f);
/* The fields of a face are in range; image not looked at. */
PERSO_MUST perso_rc bio_face_fields(const struct perso_face *f);

struct perso_finger_record;
struct perso_finger_view;
/* The header's fields are in range; a view's fields and image; the numbers
 * of views agree. */
PERSO_MUST perso_rc bio_finger_head(const struct perso_finger_record *r);
PERSO_MUST perso_rc bio_finger_view(
    const struct perso_finger_record *r, const struct perso_finger_view *v);
PERSO_MUST perso_rc bio_finger_image(
    const struct perso_finger_record *r, const struct perso_finger_view *v);
PERSO_MUST perso_rc bio_finger_views(const struct perso_finger_record *r);

/* A header element: its tag, what of perso_bit it is, its lengths. */
bool bio_bit_len_ok(uint32_t tag, size_t n);

#endif
