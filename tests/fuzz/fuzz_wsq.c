/*
 * WSQ images by their segments: whoever says the size says it twice alike, and
 * what is one is so for perso_image_probe() too.
 */
#include <stdlib.h>

#include "perso/bio.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct perso_wsq_info wsq = { .width = 0 };
	struct perso_image_info info = { .width = 0 };

	if (perso_wsq_probe(perso_span(p, n), &wsq) != PERSO_OK)
		return 0;
	if (perso_image_probe(perso_span(p, n), &info) != PERSO_OK ||
	    info.format != PERSO_IMAGE_WSQ || info.width != wsq.width ||
	    info.height != wsq.height || wsq.blocks == 0 || wsq.width == 0)
		abort();
	return 0;
}
