#include "vectors.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

const struct perso_date today = { 2026, 11, 22 };

/* see vectors.h */
void
each_vector(const char *kind, void (*fn)(char *const *, size_t))
{
	FILE *f = fopen("tests/vectors/mrz.txt", "r");
	char line[1024];
	size_t found = 0;

	cr_assert_not_null(f);
	while (fgets(line, sizeof(line), f) != NULL) {
		char *word[VECTOR_WORDS], *save = NULL;
		size_t n = 0;

		line[strcspn(line, "#\n")] = '\0';
		for (char *w = strtok_r(line, "\t", &save);
		     w != NULL && n < VECTOR_WORDS;
		     w = strtok_r(NULL, "\t", &save))
			word[n++] = w;
		if (n == 0 || strcmp(word[0], kind) != 0)
			continue;
		fn(word + 1, n - 1);
		found++;
	}
	fclose(f);
	cr_assert_gt(found, 0, "no vector %s", kind);
}
