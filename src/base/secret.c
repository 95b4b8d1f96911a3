#include "perso/secret.h"

#include <string.h>

/* see perso/secret.h */
void
perso_wipe(void *p, size_t n)
{
	if (p != NULL && n > 0)
		explicit_bzero(p, n);
}

/* see perso/secret.h */
void
perso_secret_wipe(struct perso_secret *s)
{
	perso_wipe(s, sizeof(*s));
}

/* see perso/secret.h */
perso_rc
perso_secret_set(struct perso_secret *s, struct perso_span v)
{
	if (v.n > sizeof(s->p))
		PERSO_FAIL(
		    PERSO_E_RANGE, "secret of %zu bytes is too long", v.n);
	perso_secret_wipe(s);
	if (v.n > 0)
		memcpy(s->p, v.p, v.n);
	s->n = v.n;
	return PERSO_OK;
}

/* see perso/secret.h */
bool
perso_secret_equal(struct perso_span a, struct perso_span b)
{
	volatile uint8_t diff = 0;

	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		diff = (uint8_t)(diff | (a.p[i] ^ b.p[i]));
	return diff == 0;
}
