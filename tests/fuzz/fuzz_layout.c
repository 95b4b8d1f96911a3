/*
 * Layouts; one that is accepted keeps its promises: nothing outside the page,
 * texts terminated, fonts known.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "perso/layout.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
look(const struct perso_layout *l)
{
	const struct perso_page *p = perso_page_of(l->page);

	for (size_t s = 0; s < l->side_count; s++)
		for (size_t i = 0; i < l->sides[s].count; i++) {
			const struct perso_layout_element *e =
			    &l->sides[s].v[i];
			if (e->x + e->width > p->width ||
			    e->y + e->height > p->height ||
			    e->min_size > e->size || e->line == 0 ||
			    memchr(e->text, 0, sizeof(e->text)) == NULL ||
			    perso_layout_word(e)[0] == '\0')
				abort();
		}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct perso_layout *l = calloc(1, sizeof(*l));

	if (l != NULL &&
	    perso_layout_parse(perso_span(data, size), "fuzz", l) == PERSO_OK)
		look(l);
	free(l);
	return 0;
}
