#include "bio_int.h"

enum { IHDR = 0x49484452, IEND = 0x49454E44, IDAT = 0x49444154 };

struct chunk {
	uint32_t type;
	size_t at;	    /* offset of the chunk */
	struct perso_rd rd; /* its contents */
};

static perso_rc
next_chunk(struct perso_rd *rd, struct chunk *ret)
{
	struct chunk c = { .at = rd->at };
	uint32_t len = 0;

	PERSO_TRY_CTX(perso_rd_u32(rd, &len), "chunk");
	PERSO_TRY_CTX(perso_rd_u32(rd, &c.type), "chunk");
	PERSO_TRY_CTX(perso_rd_skip(rd, len), "chunk at offset %zu", c.at);
	c.rd = bio_into(rd, len);
	PERSO_TRY_CTX(perso_rd_skip(rd, 4), "chunk at offset %zu", c.at);
	*ret = c;
	return PERSO_OK;
}

/* Colour types 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGBA. */
static unsigned
components_of(uint8_t colour)
{
	static const uint8_t of[] = { 1, 0, 3, 1, 2, 0, 4 };

	return colour < sizeof(of) ? of[colour] : 0;
}

static perso_rc
header(struct perso_rd *rd, struct perso_image_info *ret)
{
	struct chunk c = { 0 };
	uint32_t width = 0, height = 0;
	uint8_t bits = 0, colour = 0;

	PERSO_TRY(next_chunk(rd, &c));
	if (c.type != IHDR)
		PERSO_FAIL(PERSO_E_DATA, "no IHDR at offset %zu", c.at);
	PERSO_TRY_CTX(perso_rd_u32(&c.rd, &width), "IHDR");
	PERSO_TRY_CTX(perso_rd_u32(&c.rd, &height), "IHDR");
	PERSO_TRY_CTX(perso_rd_u8(&c.rd, &bits), "IHDR");
	PERSO_TRY_CTX(perso_rd_u8(&c.rd, &colour), "IHDR");
	PERSO_TRY_CTX(perso_rd_skip(&c.rd, 3), "IHDR");
	PERSO_TRY_CTX(perso_rd_finish(&c.rd), "IHDR");
	if (width == 0 || height == 0 || width > INT32_MAX ||
	    height > INT32_MAX || components_of(colour) == 0 || bits == 0 ||
	    bits > 16 || (bits & (bits - 1u)) != 0)
		PERSO_FAIL(PERSO_E_RANGE, "values in IHDR at offset %zu", c.at);
	*ret = (struct perso_image_info){ PERSO_IMAGE_PNG, width, height,
		components_of(colour), bits };
	return PERSO_OK;
}

perso_rc
bio_probe_png(struct perso_span image, struct perso_image_info *ret)
{
	struct perso_rd rd = perso_rd(image);
	struct perso_image_info info = { 0 };
	struct chunk c = { 0 };
	bool data = false;

	PERSO_TRY(perso_rd_skip(&rd, 8));
	PERSO_TRY(header(&rd, &info));
	while (c.type != IEND) {
		PERSO_TRY(next_chunk(&rd, &c));
		data = data || c.type == IDAT;
	}
	if (!data)
		PERSO_FAIL(
		    PERSO_E_MISSING, "no IDAT before IEND at offset %zu", c.at);
	PERSO_TRY_CTX(perso_rd_finish(&c.rd), "IEND");
	PERSO_TRY_CTX(perso_rd_finish(&rd), "after IEND");
	*ret = info;
	return PERSO_OK;
}
