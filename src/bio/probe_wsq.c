/* Wavelet scalar quantization: the marker segments of IAFIS-IC-0110 3.1. */
#include "bio_int.h"

#include <string.h>

enum {
	SOI = 0xA0,
	EOI = 0xA1,
	SOF = 0xA2,
	SOB = 0xA3,
	DTT = 0xA4,
	DQT = 0xA5,
	DHT = 0xA6,
	DRI = 0xA7,
	COM = 0xA8,
	RST0 = 0xB0,
	RST7 = 0xB7,
	TABLES = 8,
	BLOCKS_MAX = 64
};

struct wsq {
	struct perso_rd rd;
	struct perso_wsq_info info; /* width is set by SOF */
	uint32_t said_width, said_height;
	bool transform, quantization;
	bool huffman[TABLES];
};

static perso_rc
next_marker(struct perso_rd *rd, uint8_t *ret)
{
	size_t start = rd->at;
	uint8_t b = 0, code = 0;

	PERSO_TRY_CTX(perso_rd_u8(rd, &b), "marker");
	if (b != 0xFF)
		PERSO_FAIL(PERSO_E_DATA, "no marker at offset %zu", start);
	PERSO_TRY_CTX(perso_rd_u8(rd, &code), "marker");
	*ret = code;
	return PERSO_OK;
}

/* The contents of a marker segment; w->rd moves behind it. */
static perso_rc
segment(struct wsq *w, const char *name, struct perso_rd *ret)
{
	size_t start = w->rd.at;
	uint16_t len = 0;

	PERSO_TRY_CTX(perso_rd_u16(&w->rd, &len), "%s", name);
	if (len < 2)
		PERSO_FAIL(PERSO_E_DATA, "length of %s at offset %zu is %u",
		    name, start, len);
	PERSO_TRY_CTX(perso_rd_skip(&w->rd, len - 2u), "%s", name);
	*ret = bio_into(&w->rd, len - 2u);
	return PERSO_OK;
}

/* Black, white, rows, columns, midpoint and scale, encoder, software. */
static perso_rc
frame(struct wsq *w)
{
	struct perso_rd rd = { 0 };
	size_t at = w->rd.at;
	uint16_t width = 0, height = 0;

	if (w->info.width != 0)
		PERSO_FAIL(PERSO_E_DATA, "a second SOF at offset %zu", at);
	PERSO_TRY(segment(w, "SOF", &rd));
	PERSO_TRY_CTX(perso_rd_skip(&rd, 2), "SOF");
	PERSO_TRY_CTX(perso_rd_u16(&rd, &height), "SOF");
	PERSO_TRY_CTX(perso_rd_u16(&rd, &width), "SOF");
	PERSO_TRY_CTX(perso_rd_skip(&rd, 9), "SOF");
	PERSO_TRY_CTX(perso_rd_finish(&rd), "SOF");
	if (width == 0 || height == 0)
		PERSO_FAIL(PERSO_E_RANGE, "SOF at offset %zu: %u x %u", at,
		    width, height);
	w->info.width = width;
	w->info.height = height;
	return PERSO_OK;
}

/* Lengths of the two filters and one half of each: they are symmetrical. */
static perso_rc
transform(struct wsq *w)
{
	struct perso_rd rd = { 0 };
	size_t at = w->rd.at;
	uint8_t low = 0, high = 0;

	PERSO_TRY(segment(w, "DTT", &rd));
	PERSO_TRY_CTX(perso_rd_u8(&rd, &low), "DTT");
	PERSO_TRY_CTX(perso_rd_u8(&rd, &high), "DTT");
	if (low == 0 || low > 32 || high == 0 || high > 32)
		PERSO_FAIL(PERSO_E_RANGE,
		    "DTT at offset %zu: filters of %u and %u", at, low, high);
	PERSO_TRY_CTX(
	    perso_rd_skip(&rd, 6u * ((low + 1u) / 2 + (high + 1u) / 2)), "DTT");
	PERSO_TRY_CTX(perso_rd_finish(&rd), "DTT");
	w->transform = true;
	return PERSO_OK;
}

/* The centre and a bin's width and zero bin for 64 subbands. */
static perso_rc
quantization(struct wsq *w)
{
	struct perso_rd rd = { 0 };

	PERSO_TRY(segment(w, "DQT", &rd));
	PERSO_TRY_CTX(perso_rd_skip(&rd, 3 + 64 * 6), "DQT");
	PERSO_TRY_CTX(perso_rd_finish(&rd), "DQT");
	w->quantization = true;
	return PERSO_OK;
}

/* Tables: number, codes of each length, their values. */
static perso_rc
huffman(struct wsq *w)
{
	struct perso_rd rd = { 0 };

	PERSO_TRY(segment(w, "DHT", &rd));
	do {
		size_t at = rd.at;
		uint8_t id = 0, n = 0;
		unsigned sum = 0;

		PERSO_TRY_CTX(perso_rd_u8(&rd, &id), "DHT");
		for (int i = 0; i < 16; i++) {
			PERSO_TRY_CTX(perso_rd_u8(&rd, &n), "DHT");
			sum += n;
		}
		if (id >= TABLES || sum == 0 || sum > 256)
			PERSO_FAIL(PERSO_E_RANGE,
			    "DHT at offset %zu: table %u of %u codes", at, id,
			    sum);
		PERSO_TRY_CTX(perso_rd_skip(&rd, sum), "DHT");
		w->huffman[id] = true;
	} while (perso_rd_left(&rd) > 0);
	return PERSO_OK;
}

/* The number behind a name at the start of a line; 0 if there is none. */
static uint32_t
said(struct perso_span text, const char *name)
{
	size_t n = strlen(name), at = 0;
	uint32_t v = 0;

	while (at < text.n) {
		struct perso_span line = perso_span_sub(text, at, text.n);
		const uint8_t *end = memchr(line.p, '\n', line.n);

		if (end != NULL)
			line.n = (size_t)(end - line.p);
		at += line.n + 1;
		if (line.n <= n + 1 || line.p[n] != ' ' ||
		    !perso_span_equal(
			perso_span_sub(line, 0, n), perso_span_str(name)))
			continue;
		for (size_t i = n + 1; i < line.n && v < 100000; i++) {
			if (line.p[i] < '0' || line.p[i] > '9')
				return i == n + 1 ? 0 : v;
			v = v * 10 + (uint32_t)(line.p[i] - '0');
		}
		return v;
	}
	return 0;
}

/* Any text; what NIST's encoder writes there is held against SOF. */
static perso_rc
comment(struct wsq *w)
{
	struct perso_rd rd = { 0 };
	struct perso_span s;

	PERSO_TRY(segment(w, "COM", &rd));
	s = perso_rd_rest(&rd);
	if (!perso_span_equal(
		perso_span_sub(s, 0, 8), perso_span_str("NIST_COM")))
		return PERSO_OK;
	w->said_width = said(s, "PIX_WIDTH");
	w->said_height = said(s, "PIX_HEIGHT");
	w->info.ppi = said(s, "PPI");
	return PERSO_OK;
}

/* Coded data up to the next marker that is no restart. */
static perso_rc
skip_coded(struct perso_rd *rd)
{
	for (;;) {
		struct perso_span s = perso_span_sub(rd->s, rd->at, rd->s.n);
		const uint8_t *ff = s.n < 2 ? NULL : memchr(s.p, 0xFF, s.n - 1);

		if (ff == NULL)
			PERSO_FAIL(PERSO_E_TRUNCATED,
			    "block ends at offset %zu without EOI", rd->s.n);
		PERSO_TRY(perso_rd_skip(rd, (size_t)(ff - s.p)));
		if (ff[1] != 0 && (ff[1] < RST0 || ff[1] > RST7))
			return PERSO_OK;
		PERSO_TRY(perso_rd_skip(rd, 2));
	}
}

static perso_rc
block(struct wsq *w)
{
	struct perso_rd rd = { 0 };
	size_t at = w->rd.at - 2;
	uint8_t table = 0;

	PERSO_TRY(segment(w, "SOB", &rd));
	PERSO_TRY_CTX(perso_rd_u8(&rd, &table), "SOB");
	PERSO_TRY_CTX(perso_rd_finish(&rd), "SOB");
	if (w->info.width == 0 || !w->transform || !w->quantization)
		PERSO_FAIL(PERSO_E_MISSING,
		    "no %s before the block at offset %zu",
		    w->info.width == 0 ? "SOF"
		    : !w->transform    ? "DTT"
				       : "DQT",
		    at);
	if (table >= TABLES || !w->huffman[table])
		PERSO_FAIL(PERSO_E_MISSING,
		    "no Huffman table %u before the block at offset %zu", table,
		    at);
	if (++w->info.blocks > BLOCKS_MAX)
		PERSO_FAIL(PERSO_E_UNSUPPORTED,
		    "more than %d blocks at offset %zu", BLOCKS_MAX, at);
	return skip_coded(&w->rd);
}

static perso_rc
restart(struct wsq *w)
{
	struct perso_rd rd = { 0 };

	PERSO_TRY(segment(w, "DRI", &rd));
	PERSO_TRY_CTX(perso_rd_skip(&rd, 2), "DRI");
	PERSO_TRY_CTX(perso_rd_finish(&rd), "DRI");
	return PERSO_OK;
}

static perso_rc
marker(struct wsq *w, uint8_t code)
{
	switch (code) {
	case SOF:
		return frame(w);
	case SOB:
		return block(w);
	case DTT:
		return transform(w);
	case DQT:
		return quantization(w);
	case DHT:
		return huffman(w);
	case DRI:
		return restart(w);
	case COM:
		return comment(w);
	default:
		PERSO_FAIL(PERSO_E_DATA,
		    "marker FF%02X out of place at offset %zu", code,
		    w->rd.at - 2);
	}
}

static perso_rc
agree(const struct wsq *w)
{
	if ((w->said_width != 0 && w->said_width != w->info.width) ||
	    (w->said_height != 0 && w->said_height != w->info.height))
		PERSO_FAIL(PERSO_E_MISMATCH,
		    "the comment says %" PRIu32 " x %" PRIu32
		    ", the frame header %u x %u",
		    w->said_width, w->said_height, w->info.width,
		    w->info.height);
	return PERSO_OK;
}

perso_rc
bio_probe_wsq(struct perso_span image, struct perso_wsq_info *ret)
{
	struct wsq w = { .rd = perso_rd(image) };
	uint8_t code = 0;

	PERSO_TRY(perso_rd_skip(&w.rd, 2));
	for (;;) {
		PERSO_TRY(next_marker(&w.rd, &code));
		if (code == EOI)
			break;
		PERSO_TRY(marker(&w, code));
	}
	if (w.info.blocks == 0)
		PERSO_FAIL(PERSO_E_MISSING, "no block before EOI at offset %zu",
		    w.rd.at - 2);
	PERSO_TRY_CTX(perso_rd_finish(&w.rd), "after EOI");
	PERSO_TRY(agree(&w));
	*ret = w.info;
	return PERSO_OK;
}

/* see perso/bio.h */
perso_rc
perso_wsq_probe(struct perso_span image, struct perso_wsq_info *ret)
{
	static const uint8_t soi[] = { 0xFF, SOI };

	if (!perso_span_equal(perso_span_sub(image, 0, 2), perso_span_of(soi)))
		PERSO_FAIL(PERSO_E_UNSUPPORTED, "no WSQ image: no SOI");
	PERSO_TRY_CTX(bio_probe_wsq(image, ret), "WSQ image");
	return PERSO_OK;
}
