/*
 * JPEG into pixels, with EXIF and ICC, as far as small pictures go; and the
 * question whether a file is finished.
 */
#include <stdlib.h>

#include "perso/picture.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const struct perso_picture_limits limits = {
		.bytes = 65536, .width = 256, .height = 256, .pixels = 16384
	};
	struct perso_picture_fit fit = { .width = 24,
		.height = 16,
		.format = PERSO_IMAGE_JPEG,
		.max_bytes = 4000 };
	PERSO_PIXELS(px);

	if (n < 1 || p[0] != 0xFF)
		return 0;
	(void)perso_picture_is_finished(perso_span(p, n), &fit);
	if (perso_picture_decode(perso_span(p, n), &limits, &px) == PERSO_OK &&
	    (px.width == 0 || px.width > 256 || px.height == 0 ||
		(px.channels != 1 && px.channels != 3) ||
		px.data.n != (size_t)px.width * px.height * px.channels))
		abort();
	return 0;
}
