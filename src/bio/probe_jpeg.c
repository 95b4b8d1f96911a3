#include "picture_int.h"

#include <string.h>

enum { SOI = 0xD8, EOI = 0xD9, SOS = 0xDA, RST0 = 0xD0, RST7 = 0xD7 };

struct jpeg {
	struct perso_rd rd;
	struct perso_image_info info; /* format is set by the frame header */
	bool scan;
};

/* FF, fill bytes, code. ISO/IEC 10918-1 B.1.1.2 */
perso_rc
bio_jpeg_marker(struct perso_rd *rd, uint8_t *ret)
{
	size_t start = rd->at;
	uint8_t b = 0;

	PERSO_TRY_CTX(perso_rd_u8(rd, &b), "marker");
	if (b != 0xFF)
		PERSO_FAIL(PERSO_E_DATA, "no marker at offset %zu", start);
	while (b == 0xFF)
		PERSO_TRY_CTX(perso_rd_u8(rd, &b), "marker");
	*ret = b;
	return PERSO_OK;
}

/* The contents of a marker segment; rd moves behind it. */
perso_rc
bio_jpeg_segment(struct perso_rd *rd, uint8_t code, struct perso_rd *ret)
{
	size_t start = rd->at;
	uint16_t len = 0;

	PERSO_TRY_CTX(perso_rd_u16(rd, &len), "marker FF%02X", code);
	if (len < 2)
		PERSO_FAIL(PERSO_E_DATA,
		    "length of marker FF%02X at offset %zu is %u", code, start,
		    len);
	PERSO_TRY_CTX(perso_rd_skip(rd, len - 2u), "marker FF%02X", code);
	*ret = bio_into(rd, len - 2u);
	return PERSO_OK;
}

/* ISO/IEC 10918-1 B.2.2 */
static perso_rc
frame(struct jpeg *j, uint8_t code)
{
	struct perso_rd rd = { 0 };
	size_t start = j->rd.at;
	uint8_t bits = 0, components = 0;
	uint16_t width = 0, height = 0;

	if (j->info.format != PERSO_IMAGE_NONE)
		PERSO_FAIL(
		    PERSO_E_DATA, "a second frame header at offset %zu", start);
	PERSO_TRY(bio_jpeg_segment(&j->rd, code, &rd));
	PERSO_TRY_CTX(perso_rd_u8(&rd, &bits), "frame header");
	PERSO_TRY_CTX(perso_rd_u16(&rd, &height), "frame header");
	PERSO_TRY_CTX(perso_rd_u16(&rd, &width), "frame header");
	PERSO_TRY_CTX(perso_rd_u8(&rd, &components), "frame header");
	PERSO_TRY_CTX(perso_rd_skip(&rd, components * 3u), "frame header");
	PERSO_TRY_CTX(perso_rd_finish(&rd), "frame header");
	if (width == 0 || height == 0 || components == 0 || components > 4 ||
	    (bits != 8 && bits != 12))
		PERSO_FAIL(PERSO_E_RANGE,
		    "frame header at offset %zu: %u x %u, %u components of "
		    "%u bits",
		    start, width, height, components, bits);
	j->info = (struct perso_image_info){ PERSO_IMAGE_JPEG, width, height,
		components, bits };
	return PERSO_OK;
}

/* Where the first FF of s stands that no stuffed 00 follows, or s.n. */
static size_t
find_marker(struct perso_span s)
{
	size_t at = 0;

	while (at < s.n) {
		const uint8_t *ff = memchr(s.p + at, 0xFF, s.n - at);

		if (ff == NULL)
			return s.n;
		at = (size_t)(ff - s.p);
		if (at + 1 == s.n || ff[1] != 0)
			return at;
		at += 2;
	}
	return s.n;
}

/* Entropy-coded data up to the next marker that is no restart. */
perso_rc
bio_jpeg_skip_scan(struct perso_rd *rd)
{
	for (;;) {
		struct perso_rd at;
		uint8_t b = 0;

		PERSO_TRY(perso_rd_skip(
		    rd, find_marker(perso_span_sub(rd->s, rd->at, rd->s.n))));
		if (perso_rd_left(rd) == 0)
			PERSO_FAIL(PERSO_E_TRUNCATED,
			    "scan ends at offset %zu without EOI", rd->s.n);
		at = *rd;
		PERSO_TRY_CTX(bio_jpeg_marker(&at, &b), "scan");
		if (b != 0 && (b < RST0 || b > RST7))
			return PERSO_OK;
		*rd = at;
	}
}

static perso_rc
scan(struct jpeg *j)
{
	struct perso_rd rd = { 0 };

	if (j->info.format == PERSO_IMAGE_NONE)
		PERSO_FAIL(PERSO_E_MISSING,
		    "no frame header before the scan at offset %zu", j->rd.at);
	PERSO_TRY(bio_jpeg_segment(&j->rd, SOS, &rd));
	PERSO_TRY(bio_jpeg_skip_scan(&j->rd));
	j->scan = true;
	return PERSO_OK;
}

static bool
is_frame(uint8_t code)
{
	return code >= 0xC0 && code <= 0xCF && code != 0xC4 && code != 0xC8 &&
	       code != 0xCC;
}

static perso_rc
marker(struct jpeg *j, uint8_t code)
{
	struct perso_rd rd = { 0 };
	size_t at = j->rd.at - 2;

	if (code == SOS)
		return scan(j);
	if (is_frame(code)) {
		if (code > 0xC2)
			PERSO_FAIL(PERSO_E_UNSUPPORTED,
			    "frame header SOF%u at offset %zu", code & 0x0Fu,
			    at);
		return frame(j, code);
	}
	if (code <= 0x01 || (code >= RST0 && code <= SOI))
		PERSO_FAIL(PERSO_E_DATA,
		    "marker FF%02X out of place at offset %zu", code, at);
	return bio_jpeg_segment(&j->rd, code, &rd);
}

/* ISO/IEC 10918-1 B.2.1 */
perso_rc
bio_probe_jpeg(struct perso_span image, struct perso_image_info *ret)
{
	struct jpeg j = { .rd = perso_rd(image) };
	uint8_t code = 0;

	PERSO_TRY(perso_rd_skip(&j.rd, 2));
	for (;;) {
		PERSO_TRY(bio_jpeg_marker(&j.rd, &code));
		if (code == EOI)
			break;
		PERSO_TRY(marker(&j, code));
	}
	if (!j.scan)
		PERSO_FAIL(PERSO_E_MISSING, "no scan before EOI at offset %zu",
		    j.rd.at - 2);
	PERSO_TRY_CTX(perso_rd_finish(&j.rd), "after EOI");
	*ret = j.info;
	return PERSO_OK;
}
