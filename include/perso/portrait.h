/*
 * Portrait checks that need no face model (bio): is this picture fit for a
 * document at all? Everything is measured on the decoded picture, each
 * measure is one number with a unit, held against a range that the caller
 * gives. Where the eyes are may be known (the order can say so); then the
 * geometry of a full frontal image is checked, too.
 *
 * Large areas are sampled by rows, the same ones each time.
 *
 * The checks find pictures that are bad beyond doubt; they do not say that a
 * picture is good: pose, expression, glasses, a second person in the back
 * need eyes or a face model. A report has no personal data but numbers about
 * the picture.
 *
 *	+--+-----------------+--+	c  corners and sides: background
 *	|cc|                 |cc|	f  face: the middle, or around the
 *	|c |    fffffff      | c|	   eyes where they are known
 *	|c |    fffffff      | c|	A frame or letterbox (border) is
 *	|c |    fffffff      | c|	taken off first and is in no other
 *	|  |    fffffff      |  |	measure but width, height, aspect.
 *	+--+-----------------+--+
 *
 * Clauses are of ISO/IEC 19794-5:2005 with its amendments. (?) marks what
 * was not seen in the text of the standard but in others' accounts of it or
 * of its edition of 2011; measures without a clause are ours.
 */
#ifndef PERSO_PORTRAIT_H
#define PERSO_PORTRAIT_H

#include "perso/pixels.h"

/* What is measured, in the order of the report. With it: code, unit and
 * the default range. Levels are of 0..255; luma is (77 R + 150 G + 29 B) /
 * 256. */
enum perso_portrait_measure {
	/* E-PORTRAIT-SIZE, pixels: 240.. and 300.. ; 9.2 (?): a token image
	 * is at least 240 pixels wide. */
	PERSO_PORTRAIT_WIDTH,
	PERSO_PORTRAIT_HEIGHT,
	/* E-PORTRAIT-ASPECT, width / height: 0.740..0.810; 8.3 (?): from
	 * 1:1.34 to 1:1.25, and 35 x 45 mm is 0.778. */
	PERSO_PORTRAIT_ASPECT,
	/* E-PORTRAIT-BORDER, pixels: ..1. The widest side of a frame or
	 * letterbox: lines of one colour from the edge inwards that end in a
	 * step along the whole line. 7.4: no borders in the image (?). */
	PERSO_PORTRAIT_BORDER,
	/* E-PORTRAIT-GREY, %: 5.0.. of the pixels have channels more than 12
	 * levels apart. 7.4.2.3 (?) allows grey: any for a profile that
	 * does. */
	PERSO_PORTRAIT_COLOURED,
	/* E-PORTRAIT-SHARPNESS, %: 38.. ; how much of a strong edge's height
	 * two neighbouring pixels span: the gradient over 2 pixels as a part
	 * of that over 8, in the direction that is less sharp. A step is 100,
	 * a ramp 25. Wide pictures are first made smaller by a whole number,
	 * to 413..825 pixels, so that a camera's resolution hardly counts. A
	 * photograph of a face has some 65, blurred by a sigma of 1 44, of
	 * 1.5 36; as JPEG 2000 of 44:1 48, of 120:1 39, of 200:1 35. 7.3.3
	 * (?): eyes, nose, ears in focus. */
	PERSO_PORTRAIT_SHARPNESS,
	/* E-PORTRAIT-EXPOSURE. Luma of the face: median 40..225 levels; at
	 * most 30.0 % of it below 8 and 12.0 % above 250; 60.. levels between
	 * its percentiles 1 and 99. 7.3.2 (?): gradations in skin visible;
	 * 7.4.2.1 (?): 128 grey values in the face, which is a goal for a
	 * good picture, not a limit for a bad one. */
	PERSO_PORTRAIT_BRIGHTNESS,
	PERSO_PORTRAIT_DARK,
	PERSO_PORTRAIT_BRIGHT,
	PERSO_PORTRAIT_CONTRAST,
	/* E-PORTRAIT-BACKGROUND, levels. Between patches of the background,
	 * one outlier at each end left out: ..48 in any channel; median of
	 * the mean deviation within a patch: ..9. Mean luma: 0.., any.
	 * 7.2.6 (?): plain, no shadows. */
	PERSO_PORTRAIT_UNEVENNESS,
	PERSO_PORTRAIT_TEXTURE,
	PERSO_PORTRAIT_LIGHTNESS,
	/* E-PORTRAIT-COLOUR-CAST. Background: largest minus smallest channel,
	 * ..64 levels; face: hue of its mean colour, -15..60 degrees, which
	 * skin of every tone keeps in white light. 7.3.4 (?): no unnatural
	 * colour. Not measured without colour. */
	PERSO_PORTRAIT_TINT,
	PERSO_PORTRAIT_HUE,
	/* E-PORTRAIT-COMPRESSION, %: ..55. What steps at every eighth pixel,
	 * wherever that grid begins, exceed those elsewhere, of both: a JPEG
	 * that was compressed too much. A photograph of quality 75 has 25 to
	 * 30, of 50 40 to 45, of 20 60 to 65. Also if it was cropped since;
	 * not if it was scaled since, nor JPEG 2000, whose damage is blur
	 * (sharpness). */
	PERSO_PORTRAIT_BLOCKING,
	/* E-PORTRAIT-EYES-LEVEL, degrees: -5.0..5.0, clockwise positive.
	 * 7.2.2: less than 5 degrees off frontal (?); the edition of 2011
	 * allows 8 of roll. */
	PERSO_PORTRAIT_ROLL,
	/* E-PORTRAIT-EYES-DISTANCE. Pixels: 90.. ; 8.4.1 (?). Of the width,
	 * %: 20.0..38.0; 8.3.4 (?) wants the head 50 to 71 % of the width,
	 * the eyes' distance is about half of that (8.4.1 takes it so), and
	 * the rest is allowance for real heads. */
	PERSO_PORTRAIT_EYES,
	PERSO_PORTRAIT_HEAD_SIZE,
	/* E-PORTRAIT-HEAD-POSITION, %. The point between the eyes, from the
	 * left: 45.0..55.0; 8.3.2 (?) wants the centre, the tolerance is
	 * that of 2011. From the bottom: 50.0..70.0; 8.3.3 (?). (Children under 11
	 * may be lower, 40 %: (?); the caller widens the range.) */
	PERSO_PORTRAIT_HORIZONTAL,
	PERSO_PORTRAIT_VERTICAL,
	PERSO_PORTRAIT_MEASURES
};

#define PERSO_PORTRAIT_ANY_MIN INT32_MIN
#define PERSO_PORTRAIT_ANY_MAX INT32_MAX

/* In the measure's smallest step: with one decimal 5.0 is 50. */
struct perso_portrait_range {
	int32_t min;
	int32_t max;
};

struct perso_portrait_limits {
	struct perso_portrait_range v[PERSO_PORTRAIT_MEASURES];
};

/* Where the pupils are: pixels of the picture, from its upper left corner.
 * left is the person's left eye, at larger x. */
struct perso_portrait_eyes {
	uint32_t left_x;
	uint32_t left_y;
	uint32_t right_x;
	uint32_t right_y;
};

enum perso_portrait_verdict {
	PERSO_PORTRAIT_PASS,
	PERSO_PORTRAIT_FAIL,
	PERSO_PORTRAIT_UNMEASURED /* no eyes given, no colour, too small */
};

struct perso_portrait_result {
	int32_t value; /* steps as in the range; 0 if not measured */
	struct perso_portrait_range limit;
	enum perso_portrait_verdict verdict;
};

struct perso_portrait_report {
	size_t failed; /* results that are PERSO_PORTRAIT_FAIL */
	struct perso_portrait_result v[PERSO_PORTRAIT_MEASURES];
};

/* What a measure is called and what its numbers mean. */
struct perso_portrait_about {
	const char *name;  /* stable: "eyes-distance" */
	const char *code;  /* stable: "E-PORTRAIT-EYES-DISTANCE" */
	const char *unit;  /* "px", "%", "levels", "degrees", "" */
	unsigned decimals; /* of value and limits: steps are 10^-decimals */
};
const struct perso_portrait_about *perso_portrait_about(
    enum perso_portrait_measure m);

/* The defaults above. */
void perso_portrait_defaults(struct perso_portrait_limits *ret);
/* For a picture that goes into a frame of that size without being cropped:
 * at least as large as the frame, and of its aspect within 1 %. Sides are
 * 1..PERSO_PIXELS_SIDE, else PERSO_E_RANGE. */
PERSO_MUST perso_rc perso_portrait_limits_frame(
    struct perso_portrait_limits *limits, uint32_t width, uint32_t height);

/* Inside a picture of that size and not swapped: PERSO_E_RANGE, naming the
 * eye; PERSO_E_DATA if the left eye is not right of the right one. */
PERSO_MUST perso_rc perso_portrait_eyes_check(
    const struct perso_portrait_eyes *eyes, uint32_t width, uint32_t height);

/* Measures everything once, in time linear in the pixels; eyes may be NULL.
 * A picture that fails is no error: PERSO_OK and ret->failed says so.
 * PERSO_E_ARG (pixels that are none), the codes of
 * perso_portrait_eyes_check(), PERSO_E_NOMEM; *ret is untouched then. Needs
 * up to two bytes a pixel, which are wiped. */
PERSO_MUST perso_rc perso_portrait_check(const struct perso_pixels *picture,
    const struct perso_portrait_limits *limits,
    const struct perso_portrait_eyes *eyes, struct perso_portrait_report *ret);

/* "38 %", "0.778", "-2.3 degrees"; terminated. */
void perso_portrait_text(
    enum perso_portrait_measure m, int32_t value, char *dst, size_t cap);
/* The range: "74.0 to 81.0 %", "at least 90 px", "at most 1 px", "any". */
void perso_portrait_range_text(enum perso_portrait_measure m,
    struct perso_portrait_range r, char *dst, size_t cap);

#endif
