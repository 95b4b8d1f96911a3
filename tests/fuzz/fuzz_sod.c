/*
 * EF.SOD, and LDSSecurityObject by itself: what is read can be put together
 * again; an object that may be issued comes back as the same bytes.
 */
#include <stdlib.h>

#include "perso/sod.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
whole(struct perso_span s)
{
	struct perso_sod sod;
	struct perso_sod_values v;
	PERSO_BUF(a, 1 << 24);

	if (perso_sod_parse(s, &sod) != PERSO_OK ||
	    perso_sod_values_of(&sod, &v) != PERSO_OK)
		return;
	if (perso_sod_assemble(&v, sod.cms.signature, &a) != PERSO_OK)
		perso_trail_reset(); /* an algorithm that is not written */
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct perso_lds_object o;
	struct perso_span s = perso_span(p, n);
	PERSO_BUF(a, 1 << 24);

	whole(s);
	if (perso_lds_object_parse(s, &o) != PERSO_OK || !o.ascending ||
	    o.hash == PERSO_SHA1)
		return 0;
	if (perso_lds_object_build(&o, &a) != PERSO_OK ||
	    !perso_span_equal(perso_buf_span(&a), s))
		abort();
	return 0;
}
