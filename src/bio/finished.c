/*
 * Is a file already what a data group carries? Lists of what may be there;
 * everything else makes it unfinished.
 */
#include "picture_int.h"

enum {
	SOF0 = 0xC0,
	SOF1 = 0xC1,
	SOF2 = 0xC2,
	DHT = 0xC4,
	EOI = 0xD9,
	SOS = 0xDA,
	DQT = 0xDB,
	DRI = 0xDD,
	APP0 = 0xE0,
	APP2 = 0xE2,
	APP14 = 0xEE,
	JFIF_LEN = 14, /* without a thumbnail */
	ADOBE_LEN = 12,
	BOX_JP = 0x6A502020,
	BOX_FTYP = 0x66747970,
	BOX_JP2H = 0x6A703268,
	BOX_IHDR = 0x69686472,
	BOX_COLR = 0x636F6C72,
	BOX_JP2C = 0x6A703263,
	ENUM_SRGB = 16,
	ENUM_GREY = 17,
	COM = 0xFF64,
	SOT = 0xFF90,
	SOD = 0xFF93
};

static bool
begins(const struct perso_rd *rd, const char *with, size_t n)
{
	return perso_span_equal(
	    perso_span_sub(rd->s, rd->at, perso_rd_left(rd) < n ? 0 : n),
	    perso_span(with, n));
}

/* A segment that decoding needs and that says nothing else; with any: of
 * every encoding, and an ICC profile. */
static bool
is_plain_segment(uint8_t code, const struct perso_rd *body, bool any)
{
	size_t n = perso_rd_left(body);

	switch (code) {
	case SOF1:
	case SOF2:
		return any;
	case APP2:
		return any && begins(body, "ICC_PROFILE", 12);
	case SOF0:
	case DHT:
	case DQT:
	case DRI:
	case SOS:
		return true;
	case APP0:
		return n == JFIF_LEN && begins(body, "JFIF", 5) &&
		       body->s.p[body->at + 12] == 0 &&
		       body->s.p[body->at + 13] == 0;
	case APP14:
		return n == ADOBE_LEN && begins(body, "Adobe", 5);
	default:
		return false;
	}
}

/* Codes only, for who asks; the trail stays as it is found. */
static perso_rc
plain_jpeg(struct perso_span file, bool any, bool *ret)
{
	struct perso_rd rd = perso_rd(file), body = { 0 };
	uint8_t code = 0;

	PERSO_TRY(perso_rd_skip(&rd, 2));
	for (;;) {
		PERSO_TRY(bio_jpeg_marker(&rd, &code));
		if (code == EOI)
			break;
		PERSO_TRY(bio_jpeg_segment(&rd, code, &body));
		if (!is_plain_segment(code, &body, any))
			return PERSO_OK;
		if (code == SOS)
			PERSO_TRY(bio_jpeg_skip_scan(&rd));
	}
	*ret = true;
	return PERSO_OK;
}

/* openjpeg signs what it makes; digits and dots behind its name are no
 * text about anybody. */
static bool
is_version(struct perso_rd *rd)
{
	static const char name[] = "Created by OpenJPEG version ";
	uint16_t kind = 0;
	struct perso_span rest;

	if (perso_rd_u16(rd, &kind) != PERSO_OK || kind != 1 ||
	    !begins(rd, name, sizeof(name) - 1) ||
	    perso_rd_skip(rd, sizeof(name) - 1) != PERSO_OK)
		return false;
	rest = perso_rd_rest(rd);
	for (size_t i = 0; i < rest.n; i++)
		if ((rest.p[i] < '0' || rest.p[i] > '9') && rest.p[i] != '.')
			return false;
	return rest.n <= 16;
}

/* Marker segments up to one that ends a header; no comment among them. */
static perso_rc
plain_header(struct perso_rd *rd, uint16_t end, bool *ret)
{
	uint16_t marker = 0, len = 0;

	for (;;) {
		struct perso_rd body;

		PERSO_TRY(perso_rd_u16(rd, &marker));
		if (marker == end) {
			*ret = true;
			return PERSO_OK;
		}
		PERSO_TRY(perso_rd_u16(rd, &len));
		PERSO_TRY(perso_rd_skip(rd, len < 2 ? 0 : len - 2u));
		body = bio_into(rd, len < 2 ? 0 : len - 2u);
		if (marker == COM && !is_version(&body))
			return PERSO_OK;
	}
}

/* The main header and those of all tile-parts. */
static perso_rc
plain_codestream(struct perso_span code, bool *ret)
{
	struct perso_rd rd = perso_rd(code);
	uint16_t next = 0;
	bool plain = false;

	PERSO_TRY(perso_rd_skip(&rd, 2));
	PERSO_TRY(plain_header(&rd, SOT, &plain));
	while (plain) {
		size_t start = rd.at - 2;
		uint32_t part = 0;

		PERSO_TRY(perso_rd_skip(&rd, 4));
		PERSO_TRY(perso_rd_u32(&rd, &part));
		PERSO_TRY(perso_rd_skip(&rd, 2));
		plain = false;
		PERSO_TRY(plain_header(&rd, SOD, &plain));
		if (!plain || part == 0)
			break;
		rd.at = start;
		PERSO_TRY(perso_rd_skip(&rd, part));
		PERSO_TRY(perso_rd_u16(&rd, &next));
		if (next != SOT)
			break;
	}
	*ret = plain;
	return PERSO_OK;
}

/* ihdr and one colr with sRGB or grey; with any: whatever it says. */
static perso_rc
plain_jp2h(struct perso_rd *rd, bool any, bool *ret)
{
	struct bio_box b = { 0 };
	uint32_t space = 0;
	uint8_t method = 0;

	PERSO_TRY(bio_jp2_box(rd, &b));
	if (b.type != BOX_IHDR)
		return PERSO_OK;
	PERSO_TRY(bio_jp2_box(rd, &b));
	if (b.type != BOX_COLR || perso_rd_left(rd) != 0)
		return PERSO_OK;
	if (any) {
		*ret = true;
		return PERSO_OK;
	}
	PERSO_TRY(perso_rd_u8(&b.rd, &method));
	PERSO_TRY(perso_rd_skip(&b.rd, 2));
	PERSO_TRY(perso_rd_u32(&b.rd, &space));
	*ret = method == 1 && (space == ENUM_SRGB || space == ENUM_GREY) &&
	       perso_rd_left(&b.rd) == 0;
	return PERSO_OK;
}

static bool
is_whole(const struct bio_j2k *h)
{
	for (unsigned i = 0; i < h->components; i++)
		if (h->c[i].bits != 8 || h->c[i].is_signed || h->c[i].dx != 1 ||
		    h->c[i].dy != 1)
			return false;
	return true;
}

static perso_rc
plain_jp2(struct perso_span file, bool any, bool *ret)
{
	static const uint32_t order[] = { BOX_JP, BOX_FTYP, BOX_JP2H,
		BOX_JP2C };
	struct perso_rd rd = perso_rd(file);
	struct bio_box b = { 0 };
	struct bio_j2k head = { 0 };
	struct perso_span code;
	bool plain = false;

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		PERSO_TRY(bio_jp2_box(&rd, &b));
		if (b.type != order[i])
			return PERSO_OK;
		if (b.type == BOX_JP2H)
			PERSO_TRY(plain_jp2h(&b.rd, any, &plain));
	}
	if (!plain || perso_rd_left(&rd) != 0)
		return PERSO_OK;
	code = perso_rd_rest(&b.rd);
	PERSO_TRY(bio_j2k_head(code, &head));
	if (!any && !is_whole(&head))
		return PERSO_OK;
	return plain_codestream(code, ret);
}

/* see perso/picture.h */
bool
perso_picture_is_finished(
    struct perso_span file, const struct perso_picture_fit *fit)
{
	struct perso_image_info info = { 0 };
	bool plain = false;
	perso_rc rc;

	if (file.n > fit->max_bytes ||
	    perso_image_probe(file, &info) != PERSO_OK ||
	    info.format != fit->format || info.width != fit->width ||
	    info.height != fit->height || info.bits != 8 ||
	    (info.components != 1 && info.components != 3))
		return false;
	rc = info.format == PERSO_IMAGE_JPEG  ? plain_jpeg(file, false, &plain)
	     : info.format == PERSO_IMAGE_JP2 ? plain_jp2(file, false, &plain)
					      : PERSO_E_UNSUPPORTED;
	return rc == PERSO_OK && plain;
}

/* see perso/picture.h */
bool
perso_picture_is_plain(struct perso_span file)
{
	struct perso_image_info info = { 0 };
	bool plain = false;
	perso_rc rc = perso_image_probe(file, &info);

	if (rc == PERSO_OK)
		rc = info.format == PERSO_IMAGE_JPEG
			 ? plain_jpeg(file, true, &plain)
		     : info.format == PERSO_IMAGE_JP2
			 ? plain_jp2(file, true, &plain)
			 : PERSO_E_UNSUPPORTED;
	return rc == PERSO_OK && plain;
}
