#include "lds_test.h"

#include <stdio.h>
#include <string.h>

/*
 * tests/golden/lds: KIND-what.bin is what a parser refuses, KIND-what.expect
 * the code's name and the trail.
 */
#define DIR "tests/golden/lds"

struct seen {
	unsigned count;
};

static void
parse_one(const char *name, char *text, size_t cap)
{
	char kind[32], trail[2048], path[256];
	PERSO_BUF(file, 1 << 20);
	perso_rc rc;

	snprintf(kind, sizeof(kind), "%.*s", (int)strcspn(name, "-"), name);
	cr_assert_not_null(lds_cycle(kind), "%s", name);
	snprintf(path, sizeof(path), DIR "/%s", name);
	lds_load(path, &file);
	rc = lds_cycle(kind)(perso_buf_span(&file), NULL);
	cr_assert_neq(rc, PERSO_OK, "%s is accepted", name);
	perso_trail_text(trail, sizeof(trail));
	snprintf(text, cap, "%s\n%s\n", perso_rc_name(rc), trail);
}

static perso_rc
check(void *ctx, const char *name)
{
	struct seen *s = ctx;
	char text[4096], path[256];
	size_t n = strlen(name);
	PERSO_BUF(want, 4096);

	if (n < 4 || strcmp(name + n - 4, ".bin") != 0)
		return PERSO_OK;
	parse_one(name, text, sizeof(text));
	snprintf(path, sizeof(path), DIR "/%.*s.expect", (int)n - 4, name);
	lds_load(path, &want);
	cr_assert(perso_span_equal(perso_span_str(text), perso_buf_span(&want)),
	    "%s: %s", name, text);
	s->count++;
	return PERSO_OK;
}

Test(golden, every_refusal_says_what_the_golden_file_says)
{
	struct seen s = { 0 };

	cr_assert_eq(perso_dir_each(DIR, check, &s), PERSO_OK);
	cr_assert_geq(s.count, 80);
}
