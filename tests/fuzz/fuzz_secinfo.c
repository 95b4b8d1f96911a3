/*
 * SecurityInfos: what is accepted and built again in the same order is read
 * as the same items.
 */
#include <stdlib.h>

#include "perso/secinfo.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
use_infos(const struct perso_secinfos *s)
{
	PERSO_BUF(again, 1u << 20);
	struct perso_secinfos t;

	if (perso_secinfos_build(s->items, s->count, false, &again) != PERSO_OK)
		return;
	if (perso_secinfos_parse(perso_buf_span(&again), &t) != PERSO_OK ||
	    t.count != s->count)
		abort();
	for (size_t i = 0; i < t.count; i++)
		if (t.items[i].kind != s->items[i].kind ||
		    t.items[i].version != s->items[i].version ||
		    t.items[i].id != s->items[i].id)
			abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct perso_secinfos s = { .count = 99 };

	if (perso_secinfos_parse(perso_span(p, n), &s) == PERSO_OK)
		use_infos(&s);
	else if (s.count != 99)
		abort();
	return 0;
}
