/*
 * JPEG 2000 into pixels, in this process, so that the fuzzer sees openjpeg;
 * small pictures only. And the question whether a file is finished.
 */
#include <stdlib.h>

#include "bio/picture_int.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct perso_picture_fit fit = { .width = 24,
		.height = 16,
		.format = PERSO_IMAGE_JP2,
		.max_bytes = 4000 };
	struct perso_image_info info;
	PERSO_PIXELS(px);

	(void)perso_picture_is_finished(perso_span(p, n), &fit);
	if (n > 65536 ||
	    perso_image_probe(perso_span(p, n), &info) != PERSO_OK ||
	    (info.format != PERSO_IMAGE_JP2 &&
		info.format != PERSO_IMAGE_J2K) ||
	    info.width > 128 || info.height > 128)
		return 0;
	if (bio_decode_jp2_here(perso_span(p, n), &info, &px) == PERSO_OK &&
	    px.data.n != (size_t)info.width * info.height * info.components)
		abort();
	return 0;
}
