/*
 * PNG into pixels, as far as small pictures go.
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
	PERSO_PIXELS(px);

	if (n < 1 || p[0] != 0x89)
		return 0;
	if (perso_picture_decode(perso_span(p, n), &limits, &px) == PERSO_OK &&
	    (px.width == 0 || px.width > 256 || px.height == 0 ||
		(px.channels != 1 && px.channels != 3) ||
		px.data.n != (size_t)px.width * px.height * px.channels))
		abort();
	return 0;
}
