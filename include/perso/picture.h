/*
 * Pictures (bio): from what a camera or a photo booth delivers to what a
 * data group carries.
 *
 *	file --decode--> pixels --scale--> frame --encode--> at most N bytes
 *
 * A file is PNG, JPEG or JPEG 2000; its magic says which, never its name.
 * Pixels are sRGB or grey (see perso/pixels.h), upright, without
 * transparency. What is encoded carries no EXIF, no text and no ICC profile.
 * The same input gives the same bytes.
 *
 * The usual way for a picture of an order:
 *
 *	const struct perso_picture_fit fit = {
 *		.width = 413, .height = 531, .format = PERSO_IMAGE_JP2,
 *		.max_bytes = 15000 };
 *	if (!perso_picture_is_finished(perso_buf_span(&image), &fit)) {
 *		PERSO_PIXELS(px);
 *		PERSO_BUF(made, PERSO_PICTURE_BYTES);
 *
 *		PERSO_TRY(perso_picture_decode(
 *		    perso_buf_span(&image), NULL, &px));
 *		PERSO_TRY(perso_picture_fit(&px, &fit, &made, NULL));
 *		perso_buf_move(&image, &made);
 *	}
 *
 * perso_picture_decode() starts a process for JPEG 2000; all functions may be
 * called from several threads at once.
 */
#ifndef PERSO_PICTURE_H
#define PERSO_PICTURE_H

#include "perso/bio.h"
#include "perso/pixels.h"

/* ---- reading ---------------------------------------------------------- */

#define PERSO_PICTURE_BYTES ((size_t)32 << 20) /* of a file */
#define PERSO_PICTURE_ICC ((size_t)1 << 20)    /* of an ICC profile */
#define PERSO_PICTURE_SCANS 64		       /* of a progressive JPEG */
#define PERSO_PICTURE_CHUNKS 4096 /* of a PNG; segments of a JPEG */
#define PERSO_PICTURE_TILES 1024  /* of a JPEG 2000 codestream */

struct perso_picture_limits {
	size_t bytes;	 /* of the file */
	uint32_t width;	 /* pixels */
	uint32_t height; /* pixels */
	size_t pixels;	 /* width x height */
};

/* 32 MiB, 16384 x 16384, 40 megapixels. */
extern const struct perso_picture_limits perso_picture_limits;

/*
 * A picture as pixels; limits NULL: perso_picture_limits.
 *
 * All limits are checked in the headers, before anything is decoded and
 * before memory for pixels is taken: PERSO_E_RANGE.
 *
 * PNG: all colour types and depths, interlaced or not. iCCP, sRGB, gAMA and
 * cHRM are honoured, in this order; 16 bits become 8; transparency lies on
 * white; the orientation of eXIf is honoured. APNG is refused.
 * JPEG: baseline, extended and progressive of 8 bits, grey, YCbCr and RGB. An
 * ICC profile of APP2 is honoured, and EXIF: orientation, and Adobe RGB as
 * DCF cameras note it. CMYK and YCCK are refused: colours of a press have no
 * one translation. What libjpeg would only warn of (damaged, cut) is refused.
 * JPEG 2000, with and without JP2 boxes: one or three components of 1 to 16
 * bits, subsampled by 1, 2 or 4. sRGB, grey, sYCC and ICC are honoured;
 * palettes, alpha channels and other colour spaces are refused. It is decoded
 * in a process of its own that can do nothing but compute (see
 * src/bio/sandbox.c); when that crashes, hangs or wants too much, the picture
 * is refused.
 *
 * A grey file gives one channel. *ret is empty before, and untouched on
 * failure. Codes of perso_image_probe(); PERSO_E_UNSUPPORTED, PERSO_E_DATA,
 * PERSO_E_RANGE, PERSO_E_TIMEOUT, PERSO_E_NOMEM.
 */
PERSO_MUST perso_rc perso_picture_decode(struct perso_span file,
    const struct perso_picture_limits *limits, struct perso_pixels *ret);

/*
 * The same in two parts, with other work between them: JPEG 2000 is decoded
 * beside that, the rest when it begins. *ret, NULL before, stays so on failure.
 * The bytes of the file stay as they are until the end, and both parts are in
 * one thread.
 * end takes *d whatever comes of it; drop gives up what was begun.
 */
struct perso_picture_decoding;
#define PERSO_PICTURE_DECODING(name)                                           \
	__attribute__((cleanup(                                                \
	    perso_picture_decode_drop))) struct perso_picture_decoding *name = \
	    NULL
PERSO_MUST perso_rc perso_picture_decode_begin(struct perso_span file,
    const struct perso_picture_limits *limits,
    struct perso_picture_decoding **ret);
PERSO_MUST perso_rc perso_picture_decode_end(
    struct perso_picture_decoding **d, struct perso_pixels *ret);
void perso_picture_decode_drop(struct perso_picture_decoding **d);

/* ---- making ------------------------------------------------------------ */

struct perso_picture_point {
	double x; /* pixels from the left edge; the first is 0.5 at its
		   * centre */
	double y; /* pixels from the top edge */
};

struct perso_picture_rect {
	double x, y;	      /* corner at the top left */
	double width, height; /* pixels */
};

#define PERSO_PICTURE_ENLARGE 1.5    /* at most; beyond: PERSO_E_RANGE */
#define PERSO_PICTURE_TILT 15.0	     /* degrees that eyes may be off level */
#define PERSO_PICTURE_ENCODES 5	     /* at most */
#define PERSO_PICTURE_BUDGET_MIN 256 /* bytes */

struct perso_picture_fit {
	uint32_t width;			/* of the frame, pixels */
	uint32_t height;		/* of the frame, pixels */
	enum perso_image_format format; /* JPEG or JP2 */
	size_t max_bytes;		/* PERSO_PICTURE_BUDGET_MIN.. */
	/* Only this part; width 0: the whole picture. Its aspect must be the
	 * frame's within 2 %. */
	struct perso_picture_rect crop;
	/* Centres of the eyes, the one on the left of the picture first; not
	 * together with crop. */
	bool has_eyes;
	struct perso_picture_point eyes[2];
};

struct perso_picture_info {
	struct perso_picture_rect crop; /* what was taken, before turning */
	double turned;	  /* degrees clockwise, to level the eyes */
	double scale;	  /* frame pixels per pixel; above 1: enlarged */
	unsigned encodes; /* how many were made, 1..5 */
	double rate;	  /* bits per pixel that came out */
	unsigned quality; /* JPEG: 1..100; JPEG 2000: 0 */
	/* JPEG: every better quality was encoded and did not fit, or is too
	 * large by its count of symbols: of all blocks, or by more than 4 %
	 * of some of them. JPEG 2000: within 3 % of the budget, or all there is was coded. */
	bool is_best;
	size_t bytes;
};

/*
 * The part of the picture that fills the frame, in the frame's size.
 *
 * Without eyes the largest part of the frame's aspect: centred from left to
 * right, and of what is too high a quarter is cut above and the rest below.
 *
 * With eyes (full frontal, ISO/IEC 19794-5:2005 8.3): turned about the middle
 * between them until they are level; their distance is a quarter of the
 * frame's width (so the head's width comes to some 0.6 of it), the middle
 * lies at half the width and 45 % of the height from the top. Where the
 * picture has no room for that, the nearest that the clause allows is taken:
 * distance up to 0.30 of the width, middle between 45 and 55 % of the width and
 * between 30 and 50 % of the height. Nothing is invented: if there is no
 * room for that either, PERSO_E_RANGE.
 *
 * PERSO_E_ARG (frame, crop), PERSO_E_RANGE (enlarging, tilt, no room). info
 * may be NULL; its first three fields are set.
 */
PERSO_MUST perso_rc perso_picture_scale(const struct perso_pixels *in,
    const struct perso_picture_fit *fit, struct perso_pixels *ret,
    struct perso_picture_info *info);

/*
 * Pixels of the frame's size into at most fit->max_bytes bytes, appended.
 *
 * JPEG 2000: JP2 with sRGB or grey, one tile, one layer, 9/7 transform; not
 * more than 3 % below the budget unless the picture has no more to code.
 * JPEG: JFIF, baseline sequential (SOF0) with Huffman tables of its own,
 * chroma halved both ways: what ISO/IEC 19794-5 and every reader of a DG2
 * take; the highest quality of libjpeg's scale that fits.
 *
 * PERSO_E_RANGE: even the worst quality is larger than the budget, or the
 * size is not the frame's. info may be NULL; its last five fields are set.
 */
PERSO_MUST perso_rc perso_picture_encode(const struct perso_pixels *frame,
    const struct perso_picture_fit *fit, struct perso_buf *ret,
    struct perso_picture_info *info);

/* Scale and encode; a picture that is as large as the frame is not touched
 * in between. On failure *ret is as it was. */
PERSO_MUST perso_rc perso_picture_fit(const struct perso_pixels *in,
    const struct perso_picture_fit *fit, struct perso_buf *ret,
    struct perso_picture_info *info);

/*
 * The file is what perso_picture_fit() could have made: the frame's format and
 * size, within the budget (crop and eyes are not looked at), one or three
 * components of 8 bits, nothing that says more than the picture. Such a file is
 * taken unchanged, so that nobody's encoding is done over; any other is
 * decoded and fitted.
 *
 * JPEG: SOF0; DQT, DHT, DRI, SOF, SOS, JFIF (without thumbnail) and Adobe
 * segments and no others. JP2: the boxes jP, ftyp, jp2h (ihdr, colr with sRGB
 * or grey) and jp2c and no others; components not subsampled; no COM in the
 * codestream but OpenJPEG's own version. Not finished is also what the probe
 * refuses.
 */
bool perso_picture_is_finished(
    struct perso_span file, const struct perso_picture_fit *fit);

/* A JPEG or JP2 of any size and encoding that says nothing but the picture
 * and, it may be, its colour space: no EXIF (so nobody has to turn it), no
 * text, no place, no box or segment for others' use. */
bool perso_picture_is_plain(struct perso_span file);

/* Peak signal-to-noise ratio in dB over all channels, 99 for equal pictures.
 * PERSO_E_MISMATCH: other sizes or channels. */
PERSO_MUST perso_rc perso_picture_psnr(
    const struct perso_pixels *a, const struct perso_pixels *b, double *ret);

#endif
