#include "bio_int.h"

enum {
	SOC = 0xFF4F,
	SIZ = 0xFF51,
	COD = 0xFF52,
	COD_LEN = 12, /* without precincts; the last byte is the kind of
			 transformation: 1 is 5-3, reversible */
	SOT = 0xFF90,
	EOC = 0xFFD9,
	SOT_LEN = 10,
	COMPONENTS_MAX = 4
};

static perso_rc
expect(struct perso_rd *rd, uint16_t want, const char *name)
{
	size_t at = rd->at;
	uint16_t got = 0;

	PERSO_TRY_CTX(perso_rd_u16(rd, &got), "%s", name);
	if (got != want)
		PERSO_FAIL(PERSO_E_DATA, "no %s at offset %zu", name, at);
	return PERSO_OK;
}

struct siz {
	uint16_t len, capabilities, components;
	uint32_t x[8]; /* size, offset, tile size, tile offset: x and y */
	uint8_t depth;
};

/* ISO/IEC 15444-1 A.5.1 */
static perso_rc
read_siz(struct perso_rd *rd, struct siz *ret)
{
	size_t at = rd->at;

	PERSO_TRY(perso_rd_u16(rd, &ret->len));
	PERSO_TRY(perso_rd_u16(rd, &ret->capabilities));
	for (int i = 0; i < 8; i++)
		PERSO_TRY(perso_rd_u32(rd, &ret->x[i]));
	PERSO_TRY(perso_rd_u16(rd, &ret->components));
	if (ret->components == 0 || ret->components > COMPONENTS_MAX)
		PERSO_FAIL(PERSO_E_RANGE, "%u components at offset %zu",
		    ret->components, rd->at - 2);
	if (ret->len != 38 + 3 * ret->components)
		PERSO_FAIL(
		    PERSO_E_DATA, "length %u at offset %zu", ret->len, at);
	PERSO_TRY(perso_rd_u8(rd, &ret->depth));
	return perso_rd_skip(rd, 3u * ret->components - 1);
}

static perso_rc
size(struct perso_rd *rd, struct perso_image_info *ret)
{
	struct siz s = { 0 };
	size_t at = rd->at;
	unsigned bits;

	PERSO_TRY_CTX(read_siz(rd, &s), "SIZ");
	bits = (s.depth & 0x7Fu) + 1;
	if (s.x[0] <= s.x[2] || s.x[1] <= s.x[3] || s.x[4] == 0 ||
	    s.x[5] == 0 || bits > 38)
		PERSO_FAIL(
		    PERSO_E_RANGE, "sizes or depth in SIZ at offset %zu", at);
	*ret = (struct perso_image_info){ PERSO_IMAGE_J2K, s.x[0] - s.x[2],
		s.x[1] - s.x[3], s.components, bits };
	return PERSO_OK;
}

/* Marker segments of the main header up to the first tile-part; rd stands
 * behind SOT then. */
static perso_rc
main_header(struct perso_rd *rd, bool *ret_reversible)
{
	uint16_t marker = 0, len = 0;

	for (;;) {
		size_t at = rd->at;

		PERSO_TRY_CTX(perso_rd_u16(rd, &marker), "main header");
		if (marker == SOT)
			return PERSO_OK;
		PERSO_TRY_CTX(perso_rd_u16(rd, &len), "main header");
		if (marker <= SIZ || marker >= SOT || len < 2)
			PERSO_FAIL(PERSO_E_DATA,
			    "marker %04X in the main header at offset %zu",
			    marker, at);
		PERSO_TRY_CTX(perso_rd_skip(rd, len - 2u), "main header");
		if (marker == COD && len >= COD_LEN) {
			struct perso_rd cod = bio_into(rd, len - 2u);
			uint8_t kind = 0;

			PERSO_TRY(perso_rd_skip(&cod, COD_LEN - 3));
			PERSO_TRY(perso_rd_u8(&cod, &kind));
			*ret_reversible = kind == 1;
		}
	}
}

/* A.4.2: one tile-part behind its SOT. Length 0: all up to EOC. */
static perso_rc
tile_part(struct perso_rd *rd)
{
	size_t at = rd->at - 2;
	uint16_t len = 0;
	uint32_t part = 0;

	PERSO_TRY_CTX(perso_rd_u16(rd, &len), "SOT");
	PERSO_TRY_CTX(perso_rd_skip(rd, 2), "SOT");
	PERSO_TRY_CTX(perso_rd_u32(rd, &part), "SOT");
	PERSO_TRY_CTX(perso_rd_skip(rd, 2), "SOT");
	if (len != SOT_LEN || (part != 0 && part < 2 + SOT_LEN))
		PERSO_FAIL(PERSO_E_DATA, "length in SOT at offset %zu", at);
	if (part == 0) {
		if (perso_rd_left(rd) < 2)
			PERSO_FAIL(PERSO_E_TRUNCATED,
			    "no EOC after the tile-part at offset %zu", at);
		return perso_rd_skip(rd, perso_rd_left(rd) - 2);
	}
	PERSO_TRY_CTX(perso_rd_skip(rd, part - 2 - SOT_LEN),
	    "tile-part at offset %zu", at);
	return PERSO_OK;
}

/* ISO/IEC 15444-1 A.3 */
perso_rc
bio_codestream(struct perso_rd *rd, struct perso_image_info *ret)
{
	struct perso_image_info info = { 0 };
	uint16_t marker = SOT;
	bool reversible = false;

	PERSO_TRY(expect(rd, SOC, "SOC"));
	PERSO_TRY(expect(rd, SIZ, "SIZ"));
	PERSO_TRY(size(rd, &info));
	PERSO_TRY(main_header(rd, &reversible));
	while (marker != EOC) {
		PERSO_TRY(tile_part(rd));
		PERSO_TRY_CTX(perso_rd_u16(rd, &marker), "EOC");
		if (marker != SOT && marker != EOC)
			PERSO_FAIL(PERSO_E_DATA,
			    "neither SOT nor EOC at offset %zu", rd->at - 2);
	}
	*ret = info;
	return PERSO_OK;
}

perso_rc
bio_codestream_reversible(struct perso_rd *rd, bool *ret)
{
	struct perso_image_info info = { 0 };
	bool reversible = false;

	PERSO_TRY(expect(rd, SOC, "SOC"));
	PERSO_TRY(expect(rd, SIZ, "SIZ"));
	PERSO_TRY(size(rd, &info));
	PERSO_TRY(main_header(rd, &reversible));
	*ret = reversible;
	return PERSO_OK;
}
