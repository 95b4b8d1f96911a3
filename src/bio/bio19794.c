#include "bio_int.h"

perso_rc
bio_19794_length(struct perso_rd *rd)
{
	size_t at = rd->at;
	uint32_t len = 0;

	PERSO_TRY_CTX(perso_rd_u32(rd, &len), "record length");
	if (len != rd->s.n)
		PERSO_FAIL(PERSO_E_MISMATCH,
		    "record length at offset %zu is %" PRIu32
		    ", the record has %zu bytes",
		    at, len, rd->s.n);
	return PERSO_OK;
}

perso_rc
bio_19794_part(
    struct perso_rd *rd, const char *name, uint32_t min, struct perso_rd *ret)
{
	size_t at = rd->at;
	uint32_t len = 0;

	PERSO_TRY(perso_rd_u32(rd, &len));
	if (len < min)
		PERSO_FAIL(PERSO_E_MISMATCH,
		    "%s %" PRIu32 " at offset %zu is too short", name, len, at);
	PERSO_TRY(perso_rd_skip(rd, len - 4));
	*ret = bio_into(rd, len - 4);
	return PERSO_OK;
}
