/*
 * EF.CardSecurity: what is read can be put together again.
 */
#include <stdlib.h>

#include "perso/cardsec.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct perso_cardsec c, d;
	struct perso_cardsec_values v;
	PERSO_BUF(a, 1 << 24);

	if (perso_cardsec_parse(perso_span(p, n), &c) != PERSO_OK ||
	    perso_cardsec_values_of(&c, &v) != PERSO_OK)
		return 0;
	if (perso_cardsec_assemble(&v, c.cms.signature, &a) != PERSO_OK)
		return 0; /* an algorithm that is not written */
	if (perso_cardsec_parse(perso_buf_span(&a), &d) != PERSO_OK ||
	    d.infos.count != c.infos.count)
		abort();
	return 0;
}
