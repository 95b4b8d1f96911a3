/*
 * EXIF: the two facts of it that change how a picture looks. Everything
 * else in it is personal data that goes no further.
 */
#include "picture_int.h"

#define ENTRIES_MAX 512

enum {
	TAG_ORIENTATION = 0x0112,
	TAG_EXIF_IFD = 0x8769,
	TAG_COLOUR_SPACE = 0xA001,
	TAG_INTEROP_IFD = 0xA005,
	TAG_INTEROP_INDEX = 0x0001,
	TYPE_ASCII = 2,
	TYPE_SHORT = 3,
	TYPE_LONG = 4
};

struct tiff {
	struct perso_span s; /* from the byte order mark on */
	bool little;
};

static uint16_t
swap16(uint16_t v)
{
	return (uint16_t)(v << 8 | v >> 8);
}

static perso_rc
read16(const struct tiff *t, struct perso_rd *rd, uint16_t *ret)
{
	uint16_t v = 0;

	PERSO_TRY(perso_rd_u16(rd, &v));
	*ret = t->little ? swap16(v) : v;
	return PERSO_OK;
}

static perso_rc
read32(const struct tiff *t, struct perso_rd *rd, uint32_t *ret)
{
	uint16_t a = 0, b = 0;

	PERSO_TRY(read16(t, rd, &a));
	PERSO_TRY(read16(t, rd, &b));
	*ret = t->little ? (uint32_t)b << 16 | a : (uint32_t)a << 16 | b;
	return PERSO_OK;
}

struct entry {
	uint16_t tag, type;
	uint32_t count;
	struct perso_rd value; /* its four bytes */
};

static perso_rc
read_entry(const struct tiff *t, struct perso_rd *rd, struct entry *ret)
{
	struct perso_span v = { NULL, 0 };

	PERSO_TRY(read16(t, rd, &ret->tag));
	PERSO_TRY(read16(t, rd, &ret->type));
	PERSO_TRY(read32(t, rd, &ret->count));
	PERSO_TRY(perso_rd_take(rd, 4, &v));
	ret->value = perso_rd(v);
	return PERSO_OK;
}

/* The entry of a tag in the directory at an offset; tag 0 in ret if there is
 * none. */
static perso_rc
find(const struct tiff *t, uint32_t at, uint16_t tag, struct entry *ret)
{
	struct perso_rd rd = perso_rd(t->s);
	struct entry e = { 0 };
	uint16_t n = 0;

	*ret = e;
	PERSO_TRY_CTX(perso_rd_skip(&rd, at), "directory");
	PERSO_TRY_CTX(read16(t, &rd, &n), "directory");
	if (n > ENTRIES_MAX)
		PERSO_FAIL(PERSO_E_RANGE, "directory of %u entries", n);
	for (unsigned i = 0; i < n; i++) {
		PERSO_TRY_CTX(read_entry(t, &rd, &e), "directory");
		if (e.tag == tag) {
			*ret = e;
			return PERSO_OK;
		}
	}
	return PERSO_OK;
}

/* Offset of a directory that an entry points to; 0: none. */
static perso_rc
sub_directory(const struct tiff *t, uint32_t at, uint16_t tag, uint32_t *ret)
{
	struct entry e = { 0 };

	*ret = 0;
	PERSO_TRY(find(t, at, tag, &e));
	if (e.tag == tag && e.type == TYPE_LONG && e.count == 1)
		PERSO_TRY(read32(t, &e.value, ret));
	return PERSO_OK;
}

static perso_rc
read_short(const struct tiff *t, uint32_t at, uint16_t tag, uint16_t *ret)
{
	struct entry e = { 0 };

	PERSO_TRY(find(t, at, tag, &e));
	if (e.tag == tag && e.type == TYPE_SHORT && e.count == 1)
		PERSO_TRY(read16(t, &e.value, ret));
	return PERSO_OK;
}

/* DCF: colour space "uncalibrated" with the interoperability index R03. Some
 * cameras write 2 instead. */
static perso_rc
read_space(const struct tiff *t, uint32_t ifd0, struct bio_exif *ret)
{
	uint32_t exif = 0, interop = 0;
	uint16_t space = 1;
	struct entry e = { 0 };

	PERSO_TRY(sub_directory(t, ifd0, TAG_EXIF_IFD, &exif));
	if (exif == 0)
		return PERSO_OK;
	PERSO_TRY(read_short(t, exif, TAG_COLOUR_SPACE, &space));
	ret->is_adobe_rgb = space == 2;
	PERSO_TRY(sub_directory(t, exif, TAG_INTEROP_IFD, &interop));
	if (space != 0xFFFF || interop == 0)
		return PERSO_OK;
	PERSO_TRY(find(t, interop, TAG_INTEROP_INDEX, &e));
	ret->is_adobe_rgb = e.tag == TAG_INTEROP_INDEX &&
			    e.type == TYPE_ASCII &&
			    perso_span_equal(perso_span_sub(e.value.s, 0, 3),
				perso_span_str("R03"));
	return PERSO_OK;
}

/* see picture_int.h */
perso_rc
bio_exif(struct perso_rd *tiff, struct bio_exif *ret)
{
	struct tiff t = { perso_rd_rest(tiff), false };
	struct bio_exif exif = { 1, false };
	struct perso_rd rd = perso_rd(t.s);
	uint16_t order = 0, magic = 0, orientation = 1;
	uint32_t ifd0 = 0;

	PERSO_TRY(perso_rd_u16(&rd, &order));
	t.little = order == 0x4949;
	PERSO_TRY(read16(&t, &rd, &magic));
	if ((!t.little && order != 0x4D4D) || magic != 42)
		PERSO_FAIL(PERSO_E_DATA, "no TIFF header");
	PERSO_TRY(read32(&t, &rd, &ifd0));
	PERSO_TRY(read_short(&t, ifd0, TAG_ORIENTATION, &orientation));
	/* 0 and more than 8 are no orientations; as they are, then */
	exif.orientation =
	    orientation >= 1 && orientation <= 8 ? orientation : 1;
	PERSO_TRY(read_space(&t, ifd0, &exif));
	*ret = exif;
	return PERSO_OK;
}

/* Where the pixel x, y of the upright picture stands in the stored one of
 * width w and height h. TIFF 6.0, Orientation. */
static void
stored_at(unsigned o, uint32_t w, uint32_t h, uint32_t xy[2])
{
	uint32_t x = o >= 5 ? xy[1] : xy[0], y = o >= 5 ? xy[0] : xy[1];

	xy[0] = o == 2 || o == 3 || o == 7 || o == 8 ? w - 1 - x : x;
	xy[1] = o == 3 || o == 4 || o == 6 || o == 7 ? h - 1 - y : y;
}

/* see picture_int.h */
perso_rc
bio_orient(struct perso_pixels *px, unsigned o)
{
	uint32_t w = o >= 5 ? px->height : px->width;
	uint32_t h = o >= 5 ? px->width : px->height;
	PERSO_PIXELS(turned);

	if (o == 1)
		return PERSO_OK;
	PERSO_TRY(perso_pixels_init(&turned, w, h, px->channels));
	for (uint32_t y = 0; y < h; y++) {
		uint8_t *to = perso_pixels_row(&turned, y);

		for (uint32_t x = 0; x < w; x++) {
			uint32_t at[2] = { x, y };
			const uint8_t *from;

			stored_at(o, px->width, px->height, at);
			from = perso_pixels_row(px, at[1]) +
			       (size_t)at[0] * px->channels;
			for (unsigned c = 0; c < px->channels; c++)
				*to++ = from[c];
		}
	}
	perso_pixels_done(px);
	*px = turned;
	turned = (struct perso_pixels){ .width = 0 };
	return PERSO_OK;
}
