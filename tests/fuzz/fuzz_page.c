/*
 * A machine readable zone off any picture: the reader stays in its bounds,
 * and says of each character what it is or that it cannot tell. Input: lines,
 * characters, width, height, where the zone begins, then grey pixels, which
 * are repeated. The form is a small one: a whole page takes a second.
 */
#include <stdlib.h>
#include <string.h>

#include "verify/page_int.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

#define SIDE_MAX 160

static void
check(const struct page_form *form, const struct page_zone *z)
{
	size_t len = strlen(z->text), doubts = 0;

	if (len != form->lines * form->length)
		abort();
	for (size_t i = 0; i < len; i++) {
		doubts += z->text[i] == '?';
		if (strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<?",
			z->text[i]) == NULL)
			abort();
	}
	if (doubts != z->doubts || (doubts > 0) != (z->doubt_line > 0))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static struct page_glyphs *glyphs;
	struct page_form form = { .width = 12, .height = 14 };
	struct page_zone z;
	PERSO_PIXELS(grey);

	if (glyphs == NULL && page_glyphs_open(&glyphs) != PERSO_OK)
		abort();
	if (n < 8)
		return 0;
	form.lines = 1 + p[0] % 2;
	form.length = 1 + p[1] % 3;
	form.left = p[4] / 20.0;
	form.centre[0] = p[5] / 20.0;
	form.centre[1] = p[6] / 20.0;
	if (perso_pixels_init(
		&grey, 1 + p[2] % SIDE_MAX, 1 + p[3] % SIDE_MAX, 1) != PERSO_OK)
		return 0;
	for (size_t i = 0; i < grey.data.n; i++)
		grey.data.p[i] = p[7 + i % (n - 7)];
	if (page_zone_read(&grey, &form, glyphs, &z) != PERSO_OK)
		return 0;
	check(&form, &z);
	return 0;
}
