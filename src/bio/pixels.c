/*
 * The picture in memory.
 */
#include "perso/pixels.h"

/* see perso/pixels.h */
perso_rc
perso_pixels_init(struct perso_pixels *ret, uint32_t width, uint32_t height,
    unsigned channels)
{
	struct perso_pixels p = { width, height, channels,
		{ .max = PERSO_PIXELS_MAX * 3 } };

	if (channels != 1 && channels != 3)
		PERSO_FAIL(PERSO_E_ARG, "%u channels", channels);
	if (width == 0 || height == 0 || width > PERSO_PIXELS_SIDE ||
	    height > PERSO_PIXELS_SIDE ||
	    (size_t)width * height > PERSO_PIXELS_MAX)
		PERSO_FAIL(PERSO_E_RANGE, "%ux%u pixels", width, height);
	PERSO_TRY(perso_buf_resize(&p.data, (size_t)width * height * channels));
	*ret = p;
	return PERSO_OK;
}

/* see perso/pixels.h */
void
perso_pixels_done(struct perso_pixels *p)
{
	perso_buf_done(&p->data);
	*p = (struct perso_pixels){ .width = 0 };
}
