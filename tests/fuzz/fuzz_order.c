/*
 * An order without its signature, and the same bytes as a template. Images
 * must be inline: no folder is given.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "perso/order.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct perso_profiles *profiles;
	struct perso_span s = perso_span(data, size);
	PERSO_BUF(filled, PERSO_ORDER_MAX);
	PERSO_ORDER(o);

	if (!profiles && perso_profile_load_dir("profiles", &profiles))
		abort();
	struct perso_order_input in = { .json = s,
		.profiles = profiles,
		.now = 1795348800,
		.imported = true };
	if (perso_order_check(&in, o) == PERSO_OK && o->findings.count)
		abort();
	if (perso_order_fill(s, "F-1", &filled) == PERSO_OK && !filled.n)
		abort();
	return 0;
}
