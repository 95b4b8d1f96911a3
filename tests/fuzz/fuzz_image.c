/*
 * Headers of JPEG, JPEG 2000 and PNG images: what is accepted has a size.
 */
#include <stdlib.h>

#include "perso/bio.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct perso_image_info i;

	if (perso_image_probe(perso_span(p, n), &i) == PERSO_OK &&
	    (i.format == PERSO_IMAGE_NONE || i.width == 0 || i.height == 0 ||
		i.components == 0 || i.bits == 0))
		abort();
	return 0;
}
