/*
 * Biometric records that are carried unread.
 */
#include "perso/tlv.h"

#include "record_int.h"

static perso_rc
check(struct perso_span group, uint8_t type, size_t *ret_count)
{
	struct perso_bit_group g = { 0 };
	struct perso_tlv t = { 0 };

	PERSO_TRY(perso_bit_parse(group, &g));
	for (size_t i = 0; i < g.count; i++)
		if (g.bits[i].type.n != 0 &&
		    (g.bits[i].type.n != 1 || g.bits[i].type.p[0] != type))
			PERSO_FAIL(PERSO_E_MISMATCH,
			    "template %zu is not of type %02X", i, type);
	if (perso_tlv_only(group, 0x7F61, &t) != PERSO_OK) {
		perso_trail_add("more than one group");
		return PERSO_E_UNSUPPORTED;
	}
	*ret_count = g.count;
	return PERSO_OK;
}

/* see perso/record.h */
perso_rc
perso_record_bio_take(
    struct perso_record_bio *bio, int dg, struct perso_buf *from)
{
	uint8_t type = dg == 3 ? PERSO_BIO_FINGER : PERSO_BIO_IRIS;
	size_t count = 0;

	if (dg != 3 && dg != 4)
		PERSO_FAIL(PERSO_E_ARG, "DG%d is not made of records", dg);
	PERSO_TRY(check(perso_buf_span(from), type, &count));
	perso_buf_move(&bio->bytes, from);
	bio->count = count;
	return PERSO_OK;
}
