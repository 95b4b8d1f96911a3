/*
 * Public values from the other side. The first byte chooses the standardised
 * group; what is left is an encoded element. 0xFF: a SubjectPublicKeyInfo
 * with a group of its own. What was accepted must come out as it went in,
 * and multiply without harm.
 */
#include <stdlib.h>

#include "perso/agree.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
use(const struct perso_group *g, const struct perso_elem *e,
    struct perso_span in)
{
	static const uint8_t three = 3;
	PERSO_BUF(out, 1024);
	PERSO_ELEM(r);
	PERSO_NUM(k);

	if (perso_elem_encode(g, e, &out) != PERSO_OK)
		abort();
	if (in.n != 0 && !perso_span_equal(in, perso_buf_span(&out)))
		abort();
	if (perso_scalar_set(g, perso_span(&three, 1), &k) != PERSO_OK)
		abort();
	/* Of a group without known order the product may be degenerate. */
	if (perso_elem_mul(g, e, &k, &r) != PERSO_OK &&
	    perso_group_has_order(g))
		abort();
}

static void
own_group(struct perso_span in)
{
	struct perso_group *g = NULL;
	struct perso_elem *e = NULL;

	if (perso_group_from_spki(in, &g, &e) == PERSO_OK)
		use(g, e, PERSO_SPAN_EMPTY);
	else if (g != NULL || e != NULL)
		abort();
	perso_elem_free(&e);
	perso_group_free(&g);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct perso_span in = perso_span(p, n);
	const struct perso_group *g;
	struct perso_elem *e = NULL;

	if (n == 0)
		return 0;
	in = perso_span_sub(in, 1, n - 1);
	if (p[0] == 0xFF) {
		own_group(in);
		return 0;
	}
	if (perso_group_get(p[0], &g) != PERSO_OK)
		return 0;
	if (perso_elem_decode(g, in, &e) == PERSO_OK)
		use(g, e, in);
	else if (e != NULL)
		abort();
	perso_elem_free(&e);
	return 0;
}
