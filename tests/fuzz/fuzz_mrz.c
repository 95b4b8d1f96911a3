/*
 * The bytes as a zone: what parses must compose to the same characters. The
 * bytes as two identifiers (parted by a line end): what is made of them must
 * satisfy the judge.
 */
#include <stdlib.h>
#include <string.h>

#include "perso/mrz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
try_zone(struct perso_span s)
{
	static const struct perso_date today = { 2026, 11, 22 };
	struct perso_mrz m;
	struct perso_mrz_text t;
	struct perso_mrz_digit d[PERSO_MRZ_DIGITS];
	char info[PERSO_MRZ_INFORMATION_MAX + 1];
	size_t n = 0;

	(void)!perso_mrz_digits(s, d, &n);
	if (perso_mrz_parse(s, today, &m) != PERSO_OK)
		return;
	if (perso_mrz_compose(&m, &t) != PERSO_OK ||
	    perso_mrz_information(&m, info) != PERSO_OK)
		abort();
	n = 0;
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != '\r' && s.p[i] != '\n' &&
		    t.text[n++] != (char)s.p[i])
			abort();
	if (t.text[n] != '\0')
		abort();
}

static void
try_name(struct perso_span p, struct perso_span s)
{
	static const unsigned width[] = { 30, 31, 39 };
	char full[2][PERSO_MRZ_LETTERS_MAX + 1];
	struct perso_mrz_name name;

	if (perso_mrz_transliterate(p, NULL, full[0], sizeof(full[0])) !=
		PERSO_OK ||
	    perso_mrz_transliterate(s, NULL, full[1], sizeof(full[1])) !=
		PERSO_OK)
		return;
	for (unsigned i = 0; i < 36; i++) {
		struct perso_mrz_options opt = { .cut = i % 3, .keep = i / 9 };

		if (perso_mrz_name(p, s, width[i / 3 % 3], &opt, &name) !=
		    PERSO_OK)
			continue;
		if (!perso_mrz_name_is_valid_truncation(full[0], full[1],
			perso_span(name.field, width[i / 3 % 3])))
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct perso_span s = perso_span(data, size);
	size_t n = 0;

	try_zone(s);
	while (n < size && data[n] != '\n')
		n++;
	try_name(perso_span_sub(s, 0, n), perso_span_sub(s, n + 1, size));
	return 0;
}
