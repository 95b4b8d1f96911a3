/*
 * Private to lds: the reading of a file's template with offsets that count
 * from the start of the file, checks of contents, and the undoing of a
 * build that failed.
 */
#ifndef PERSO_LDS_INT_H
#define PERSO_LDS_INT_H

#include <inttypes.h>

#include "perso/sod.h"
#include "perso/tlv.h"

/* Into an element just taken from rd; offsets go on counting. */
static inline struct perso_rd
lds_into(const struct perso_rd *rd, const struct perso_tlv *t)
{
	return (struct perso_rd){ { rd->s.p, rd->at }, rd->at - t->val.n };
}

/* As perso_tlv_next and _expect, the length in its shortest form. */
PERSO_MUST perso_rc lds_next(struct perso_rd *rd, struct perso_tlv *ret);
PERSO_MUST perso_rc lds_expect(
    struct perso_rd *rd, uint32_t tag, struct perso_tlv *ret);
/* The file is one element with this tag; ret stands in it. */
PERSO_MUST perso_rc lds_open(
    struct perso_span file, uint32_t tag, struct perso_rd *ret);

/* UTF-8 without control characters: PERSO_E_DATA, position. */
PERSO_MUST perso_rc lds_text_check(struct perso_span s);
/* JPEG or JPEG 2000; codes of perso_image_probe(). */
PERSO_MUST perso_rc lds_image_check(struct perso_span s);
/* Digits only. */
bool lds_is_digits(struct perso_span s);
/* Existing in the calendar as far as it is known. */
bool lds_date_ok(struct perso_date d, bool partial);

/* "YYYYMMDD" and "YYYYMMDDhhmmss", terminated, of values that were checked. */
#define LDS_DATE_TEXT 9
#define LDS_TIME_TEXT 15
void lds_date_text(struct perso_date d, char dst[LDS_DATE_TEXT]);
void lds_time_text(const struct perso_lds_time *t, char dst[LDS_TIME_TEXT]);

/* The end of a build: when a write failed, ret is cut back to mark. */
PERSO_MUST perso_rc lds_end(const struct perso_wr *w, size_t mark);

/* LDSSecurityObject; rebuild: SHA-1 and an unsorted list are let through,
 * to put together again what was read. */
PERSO_MUST perso_rc sod_object(
    const struct perso_lds_object *o, bool rebuild, struct perso_buf *ret);

/* The SET OF SecurityInfo, sorted, in the template file_tag if that is not
 * 0; and back. */
PERSO_MUST perso_rc lds_infos_build(
    uint32_t file_tag, const struct perso_lds_infos *v, struct perso_buf *ret);
PERSO_MUST perso_rc lds_infos_parse(
    struct perso_rd *rd, struct perso_lds_infos *ret);

/* ---- DG11 and DG12, building (list_build.c) -------------------------- */

enum lds_item_kind { LDS_TEXT, LDS_IMAGE, LDS_DIGITS };

struct lds_item {
	uint32_t tag;
	enum lds_item_kind kind;
	struct perso_span val;	       /* empty: absent */
	const struct perso_span *list; /* tag A0: values of item_tag */
	size_t list_count;
	uint32_t item_tag;
};

/* Appends file_tag { 5C list, items } in the given or the items' order. */
PERSO_MUST perso_rc lds_list_build(uint32_t file_tag,
    const struct lds_item *items, size_t count,
    const struct perso_tag_list *order, struct perso_buf *ret);

/* ---- DG11 and DG12, parsing (list_parse.c) --------------------------- */

/* Takes one element into ctx; t->val is not empty. at: its offset. */
typedef perso_rc (*lds_item_fn)(
    void *ctx, const struct perso_tlv *t, struct perso_rd *in);

/* 5C and the elements that it lists, in its order. group: the tag inside
 * A0, which may stand for A0 in the list. */
PERSO_MUST perso_rc lds_list_parse(struct perso_rd *rd, uint32_t group,
    struct perso_tag_list *ret_order, lds_item_fn fn, void *ctx);
/* Contents of A0. */
PERSO_MUST perso_rc lds_group_parse(struct perso_rd *in, uint32_t group,
    struct perso_span list[PERSO_LDS_OTHERS], size_t *ret_count);
PERSO_MUST perso_rc lds_text_parse(struct perso_span s, struct perso_span *ret);
PERSO_MUST perso_rc lds_image_parse(
    struct perso_span s, struct perso_span *ret);
/* YYYYMMDD in digits or BCD; *ret_bcd is set for BCD, else untouched. */
PERSO_MUST perso_rc lds_date_parse(
    struct perso_span s, bool partial, struct perso_date *ret, bool *ret_bcd);
/* YYYYMMDDhhmmss in digits or BCD. */
PERSO_MUST perso_rc lds_time_parse(
    struct perso_span s, struct perso_lds_time *ret, bool *ret_bcd);

#endif
