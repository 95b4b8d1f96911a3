/*
 * Profiles of both kinds, and a chip's ATR against what came out.
 */
#include <stddef.h>
#include <stdint.h>

#include "perso/profile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct perso_span s = perso_span(data, size);
	struct perso_doc_profile d;
	struct perso_chip_profile c;
	struct perso_date date;

	if (perso_doc_profile_parse(s, "fuzz", &d) == PERSO_OK) {
		for (size_t i = 0; i < d.rule_count; i++)
			if (perso_number_rule_check(&d.rules[i], s, &date))
				continue;
		(void)perso_doc_profile_term(&d, 30);
	}
	if (perso_chip_profile_parse(s, "fuzz", &c) == PERSO_OK)
		perso_chip_profile_matches(&c, s);
	return 0;
}
