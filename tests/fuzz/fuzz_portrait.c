/*
 * The portrait checks over any picture: width, height, channels and eyes
 * first, then pixels, which are repeated to fill the picture.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "perso/portrait.h"
#include "perso/rd.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* As much of the picture as the fuzzer gave bytes for, then again. */
static void
fill(struct perso_pixels *p, struct perso_span from)
{
	for (size_t i = 0; i < p->data.n && from.n > 0; i++)
		p->data.p[i] = from.p[i % from.n];
}

static void
check(const struct perso_pixels *p, const struct perso_portrait_eyes *eyes)
{
	struct perso_portrait_limits limits;
	struct perso_portrait_report r = { .failed = 999 };
	size_t failed = 0;

	perso_portrait_defaults(&limits);
	if (perso_portrait_check(p, &limits, eyes, &r) != PERSO_OK) {
		if (eyes == NULL || r.failed != 999)
			abort();
		return;
	}
	for (unsigned i = 0; i < PERSO_PORTRAIT_MEASURES; i++) {
		const struct perso_portrait_result *v = &r.v[i];
		bool is_out =
		    v->value < v->limit.min || v->value > v->limit.max;

		failed += v->verdict == PERSO_PORTRAIT_FAIL;
		if (v->verdict != PERSO_PORTRAIT_UNMEASURED &&
		    is_out != (v->verdict == PERSO_PORTRAIT_FAIL))
			abort();
	}
	if (failed != r.failed)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct perso_rd rd = perso_rd(perso_span(data, size));
	struct perso_portrait_eyes eyes;
	uint16_t n[6];
	uint8_t channels;
	PERSO_PIXELS(p);

	for (size_t i = 0; i < 6; i++)
		if (perso_rd_u16(&rd, &n[i]) != PERSO_OK)
			return 0;
	if (perso_rd_u8(&rd, &channels) != PERSO_OK ||
	    perso_pixels_init(&p, n[0] % 512 + 1u, n[1] % 170 + 1u,
		channels % 2 == 0 ? 1 : 3) != PERSO_OK)
		return 0;
	fill(&p, perso_span_sub(perso_span(data, size), 13, size - 13));
	eyes = (struct perso_portrait_eyes){ n[2], n[3], n[4], n[5] };
	check(&p, NULL);
	check(&p, &eyes);
	return 0;
}
