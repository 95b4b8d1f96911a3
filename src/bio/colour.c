/*
 * Colours to sRGB, grey to its tone curve (liblcms2).
 */
#include "picture_int.h"

#include <lcms2.h>

struct lcms {
	cmsContext ctx;
	cmsHPROFILE from, to;
	cmsHTRANSFORM run;
	char why[120]; /* the first that lcms said */
};

static void
keep_message(cmsContext ctx, cmsUInt32Number code, const char *text)
{
	char *why = cmsGetContextUserData(ctx);

	(void)code;
	if (why != NULL && why[0] == '\0')
		snprintf(why, 120, "%s", text);
}

static void
lcms_done(struct lcms *l)
{
	if (l->run != NULL)
		cmsDeleteTransform(l->run);
	if (l->from != NULL)
		cmsCloseProfile(l->from);
	if (l->to != NULL)
		cmsCloseProfile(l->to);
	if (l->ctx != NULL)
		cmsDeleteContext(l->ctx);
}

#define LCMS(name) \
	__attribute__((cleanup(lcms_done))) struct lcms name = { .ctx = NULL }

/* IEC 61966-2-1 */
static cmsToneCurve *
srgb_curve(cmsContext ctx)
{
	static const cmsFloat64Number p[5] = { 2.4, 1 / 1.055, 0.055 / 1.055,
		1 / 12.92, 0.04045 };

	return cmsBuildParametricToneCurve(ctx, 4, p);
}

static cmsHPROFILE
grey_profile(cmsContext ctx, cmsToneCurve *curve)
{
	cmsHPROFILE p = NULL;

	if (curve != NULL)
		p = cmsCreateGrayProfileTHR(ctx, cmsD50_xyY(), curve);
	cmsFreeToneCurve(curve);
	return p;
}

static cmsHPROFILE
rgb_profile(cmsContext ctx, const double xy[8], double gamma)
{
	cmsCIExyY white = { xy[0], xy[1], 1 };
	cmsCIExyYTRIPLE primaries = { { xy[2], xy[3], 1 }, { xy[4], xy[5], 1 },
		{ xy[6], xy[7], 1 } };
	cmsToneCurve *curve = cmsBuildGamma(ctx, gamma);
	cmsToneCurve *three[3] = { curve, curve, curve };
	cmsHPROFILE p = NULL;

	if (curve != NULL)
		p = cmsCreateRGBProfileTHR(ctx, &white, &primaries, three);
	cmsFreeToneCurve(curve);
	return p;
}

/* Device classes that can describe a picture, of the picture's channels. */
static perso_rc
check_profile(cmsHPROFILE p, unsigned channels)
{
	cmsProfileClassSignature class = cmsGetDeviceClass(p);
	cmsColorSpaceSignature space = cmsGetColorSpace(p);

	if (class != cmsSigInputClass && class != cmsSigDisplayClass &&
	    class != cmsSigOutputClass && class != cmsSigColorSpaceClass)
		PERSO_FAIL(PERSO_E_UNSUPPORTED,
		    "ICC profile of class %08X describes no picture",
		    (unsigned)class);
	if (space != (channels == 1 ? cmsSigGrayData : cmsSigRgbData))
		PERSO_FAIL(PERSO_E_MISMATCH,
		    "ICC profile of colour space %08X for a picture of %u "
		    "channels",
		    (unsigned)space, channels);
	return PERSO_OK;
}

static perso_rc
open_source(struct lcms *l, unsigned channels, const struct bio_colour *colour)
{
	static const double adobe[8] = { 0.3127, 0.3290, 0.64, 0.33, 0.21, 0.71,
		0.15, 0.06 };

	if (colour->space == BIO_SPACE_ICC) {
		if (colour->icc.n > PERSO_PICTURE_ICC)
			PERSO_FAIL(PERSO_E_RANGE,
			    "ICC profile of %zu bytes, at most %zu",
			    colour->icc.n, PERSO_PICTURE_ICC);
		l->from = cmsOpenProfileFromMemTHR(
		    l->ctx, colour->icc.p, (cmsUInt32Number)colour->icc.n);
		if (l->from == NULL)
			PERSO_FAIL(PERSO_E_DATA, "ICC profile: %s", l->why);
		return check_profile(l->from, channels);
	}
	if (channels == 1)
		l->from = grey_profile(l->ctx,
		    cmsBuildGamma(l->ctx, colour->space == BIO_SPACE_ADOBE
					      ? 563.0 / 256
					      : colour->gamma));
	else if (colour->space == BIO_SPACE_ADOBE)
		l->from = rgb_profile(l->ctx, adobe, 563.0 / 256);
	else
		l->from = rgb_profile(l->ctx, colour->xy, colour->gamma);
	if (l->from == NULL)
		PERSO_FAIL(PERSO_E_DATA,
		    "gamma and chromaticities describe no colours: %s", l->why);
	return PERSO_OK;
}

static perso_rc
convert(struct perso_pixels *px, const struct bio_colour *colour)
{
	cmsUInt32Number type = px->channels == 1 ? TYPE_GRAY_8 : TYPE_RGB_8;
	LCMS(l);

	l.ctx = cmsCreateContext(NULL, l.why);
	if (l.ctx == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "colour management");
	cmsSetLogErrorHandlerTHR(l.ctx, keep_message);
	PERSO_TRY(open_source(&l, px->channels, colour));
	l.to = px->channels == 1 ? grey_profile(l.ctx, srgb_curve(l.ctx))
				 : cmsCreate_sRGBProfileTHR(l.ctx);
	if (l.to == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "colour management");
	l.run = cmsCreateTransformTHR(l.ctx, l.from, type, l.to, type,
	    INTENT_RELATIVE_COLORIMETRIC, cmsFLAGS_BLACKPOINTCOMPENSATION);
	if (l.run == NULL)
		PERSO_FAIL(PERSO_E_DATA, "ICC profile: %s", l.why);
	for (uint32_t y = 0; y < px->height; y++) {
		uint8_t *row = perso_pixels_row(px, y);

		cmsDoTransform(l.run, row, row, px->width);
	}
	return PERSO_OK;
}

static uint8_t
clip(int v)
{
	return (uint8_t)(v < 0 ? 0 : v > 255 ? 255 : v);
}

/* IEC 61966-2-1 annex F: the matrix of ITU-R BT.601, full range; 16 bits of
 * fraction. */
static void
from_sycc(struct perso_pixels *px)
{
	for (size_t i = 0; i + 2 < px->data.n; i += 3) {
		uint8_t *p = px->data.p + i;
		int y = p[0] * 65536 + 32768, cb = p[1] - 128, cr = p[2] - 128;

		p[0] = clip((y + 91881 * cr) / 65536);
		p[1] = clip((y - 22554 * cb - 46802 * cr) / 65536);
		p[2] = clip((y + 116130 * cb) / 65536);
	}
}

/* see picture_int.h */
perso_rc
bio_colour(struct perso_pixels *px, const struct bio_colour *colour)
{
	switch (colour->space) {
	case BIO_SPACE_SRGB:
		return PERSO_OK;
	case BIO_SPACE_SYCC:
		if (px->channels != 3)
			PERSO_FAIL(PERSO_E_MISMATCH, "sYCC of %u channels",
			    px->channels);
		from_sycc(px);
		return PERSO_OK;
	case BIO_SPACE_ICC:
	case BIO_SPACE_ADOBE:
	case BIO_SPACE_MEASURED:
		break;
	}
	return convert(px, colour);
}
