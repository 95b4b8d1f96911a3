/*
 * Private to bio: what the decoders and encoders of pictures share.
 */
#ifndef PERSO_PICTURE_INT_H
#define PERSO_PICTURE_INT_H

#include <sys/types.h>

#include "bio_int.h"
#include "perso/picture.h"

/* ---- JPEG marker segments, probe_jpeg.c --------------------------------- */

/* FF, fill bytes, code. */
PERSO_MUST perso_rc bio_jpeg_marker(struct perso_rd *rd, uint8_t *ret);
/* The contents of a marker segment; rd moves behind it. */
PERSO_MUST perso_rc bio_jpeg_segment(
    struct perso_rd *rd, uint8_t code, struct perso_rd *ret);
/* Entropy-coded data up to the next marker that is no restart. */
PERSO_MUST perso_rc bio_jpeg_skip_scan(struct perso_rd *rd);

/* ---- JP2 boxes, probe_jp2.c --------------------------------------------- */

struct bio_box {
	uint32_t type;
	size_t at;	    /* offset of the box */
	struct perso_rd rd; /* its contents */
};
PERSO_MUST perso_rc bio_jp2_box(struct perso_rd *rd, struct bio_box *ret);

/* ---- colour ---------------------------------------------------------------*/

enum bio_space {
	BIO_SPACE_SRGB,	    /* or grey of its tone curve: nothing to do */
	BIO_SPACE_ICC,	    /* what the profile says */
	BIO_SPACE_ADOBE,    /* Adobe RGB (1998) */
	BIO_SPACE_MEASURED, /* gamma and chromaticities */
	BIO_SPACE_SYCC	    /* JPEG 2000: sYCC, full range */
};

struct bio_colour {
	enum bio_space space;
	struct perso_span icc; /* borrowed */
	double gamma;	       /* decoding exponent, e.g. 2.2 */
	double xy[8];	       /* white, red, green, blue: x and y */
};

/* Brings pixels to sRGB or grey in place. PERSO_E_DATA, PERSO_E_RANGE and
 * PERSO_E_UNSUPPORTED for profiles that are broken, too long, or of another
 * kind of colour than the picture. */
PERSO_MUST perso_rc bio_colour(
    struct perso_pixels *px, const struct bio_colour *colour);

/* ---- decoders: headers are within the limits ----------------------------- */

PERSO_MUST perso_rc bio_decode_png(struct perso_span file,
    const struct perso_image_info *head, struct perso_pixels *ret);
PERSO_MUST perso_rc bio_decode_jpeg(struct perso_span file,
    const struct perso_image_info *head, struct perso_pixels *ret);

/* JPEG 2000 while its process computes: begun, then ended or dropped. */
struct bio_jp2_decoding;
PERSO_MUST perso_rc bio_decode_jp2_begin(struct perso_span file,
    const struct perso_image_info *head, struct bio_jp2_decoding **ret);
PERSO_MUST perso_rc bio_decode_jp2_end(
    struct bio_jp2_decoding *d, struct perso_pixels *ret);
void bio_decode_jp2_drop(struct bio_jp2_decoding **d);

/* What EXIF says, ISO 12234 (TIFF inside APP1). */
struct bio_exif {
	unsigned orientation; /* 1..8 */
	bool is_adobe_rgb;
};
PERSO_MUST perso_rc bio_exif(struct perso_rd *tiff, struct bio_exif *ret);
/* Turns and mirrors so that the picture is upright. */
PERSO_MUST perso_rc bio_orient(struct perso_pixels *px, unsigned orientation);

/* ---- JPEG 2000 codestreams ---------------------------------------------- */

struct bio_j2k {
	uint32_t width, height; /* of the picture */
	unsigned components;	/* 1 or 3 */
	struct {
		unsigned bits; /* 1..16 */
		bool is_signed;
		unsigned dx, dy; /* 1, 2 or 4 */
	} c[3];
};
/* SIZ as far as it is handled; PERSO_E_UNSUPPORTED, PERSO_E_RANGE. */
PERSO_MUST perso_rc bio_j2k_head(
    struct perso_span codestream, struct bio_j2k *ret);

/* Decodes to interleaved bytes of 8 bits, width x height x components, in
 * this process. PERSO_E_DATA with openjpeg's words; dst is garbage then. */
PERSO_MUST perso_rc bio_j2k_decode(
    struct perso_span codestream, const struct bio_j2k *head, uint8_t *dst);

/* The codestream of a picture and its colour. */
PERSO_MUST perso_rc bio_jp2_open(struct perso_span file,
    const struct perso_image_info *head, struct perso_span *ret_codestream,
    struct bio_colour *ret_colour);
/* All of that without the process: for the fuzzer. */
PERSO_MUST perso_rc bio_decode_jp2_here(struct perso_span file,
    const struct perso_image_info *head, struct perso_pixels *ret);

/* ---- a process that can only compute, sandbox.c --------------------------- */

struct bio_sandbox {
	size_t memory;	     /* bytes on top of what the parent has */
	unsigned cpu_s;	     /* seconds of CPU */
	unsigned timeout_ms; /* of the clock */
	size_t result;	     /* bytes that work may write */
	/* In the child: what it makes into result. Its code and trail are
	 * the parent's. */
	perso_rc (*work)(void *ctx, uint8_t *result);
	void *ctx;
};
/* One at work, or its result; all zero: none. */
struct bio_sandbox_child {
	pid_t pid;	/* 0: ended */
	uint64_t until; /* ms of the clock: killed then */
	uint8_t *shared;
	size_t shared_n;
};
#define BIO_SANDBOX_CHILD(name) \
	__attribute__((         \
	    cleanup(bio_sandbox_drop))) struct bio_sandbox_child name = { 0 }
/* begin starts work in a child under rlimits and a seccomp filter. end waits
 * for it and lends its result, in shared memory that drop wipes; *s and its
 * ctx are the same there and unchanged. Both in one thread: the child dies
 * with the thread that began it. PERSO_E_TIMEOUT, PERSO_E_DATA (killed, crashed:
 * says how), work's code. drop ends what was begun, whatever its state. */
PERSO_MUST perso_rc bio_sandbox_begin(
    const struct bio_sandbox *s, struct bio_sandbox_child *ret);
PERSO_MUST perso_rc bio_sandbox_end(const struct bio_sandbox *s,
    struct bio_sandbox_child *c, struct perso_span *ret);
void bio_sandbox_drop(struct bio_sandbox_child *c);

/* ---- encoders --------------------------------------------------------- */

/* One encode. *ret, empty before, gets the file; when that is longer than
 * ret's maximum, *ret stays empty and *bytes says how long it would be. */
PERSO_MUST perso_rc bio_encode_jpeg(const struct perso_pixels *px,
    unsigned quality, struct perso_buf *ret, size_t *bytes);
/* target: bytes of the file that are aimed at. */
PERSO_MUST perso_rc bio_encode_jp2(const struct perso_pixels *px, size_t target,
    struct perso_buf *ret, size_t *bytes);

/* Where the frame lies in the picture. */
struct bio_placing {
	struct perso_picture_rect crop; /* before turning, about its middle */
	double turned;			/* radians, clockwise */
};
PERSO_MUST perso_rc bio_place(const struct perso_pixels *in,
    const struct perso_picture_fit *fit, struct bio_placing *ret);

/* The crop of a picture, turned level, at the picture's own scale. */
PERSO_MUST perso_rc bio_turn(const struct perso_pixels *in,
    const struct bio_placing *at, struct perso_pixels *ret);
/* A rectangle of the picture in another size; ret has that size. */
PERSO_MUST perso_rc bio_resample(const struct perso_pixels *in,
    const struct perso_picture_rect *crop, struct perso_pixels *ret);

/* Samples as light, 0 to 1, and back. */
struct bio_light {
	float of[256];
	uint8_t to[65536];
};
void bio_light(struct bio_light *ret);
uint8_t bio_light_byte(const struct bio_light *l, float v);

#endif
