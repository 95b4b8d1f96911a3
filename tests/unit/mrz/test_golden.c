/*
 * tests/golden/mrz: NAME.txt is a zone, NAME.name an identifier; NAME.expect
 * holds the code's name and the trail.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "perso/file.h"
#include "perso/mrz.h"
#include "vectors.h"

#define FOLDER "tests/golden/mrz"

static perso_rc
each_file(void *ctx, const char *name)
{
	PERSO_BUF(input, 4096);
	PERSO_BUF(expect, 4096);
	const char *dot = strrchr(name, '.');
	char path[256], got[1024], trail[900];
	char text[PERSO_MRZ_LETTERS_MAX + 1];
	struct perso_mrz m;
	size_t *count = ctx;
	perso_rc rc;

	if (dot == NULL || strcmp(dot, ".expect") == 0)
		return PERSO_OK;
	snprintf(path, sizeof(path), FOLDER "/%s", name);
	PERSO_TRY(perso_file_read(path, &input));
	snprintf(
	    path, sizeof(path), FOLDER "/%.*s.expect", (int)(dot - name), name);
	PERSO_TRY(perso_file_read(path, &expect));
	if (strcmp(dot, ".name") == 0)
		rc = perso_mrz_transliterate(
		    perso_buf_span(&input), NULL, text, sizeof(text));
	else
		rc = perso_mrz_parse(perso_buf_span(&input), today, &m);
	cr_assert_neq(rc, PERSO_OK, "%s", name);
	perso_trail_text(trail, sizeof(trail));
	snprintf(got, sizeof(got), "%s\n%s\n", perso_rc_name(rc), trail);
	cr_expect(
	    perso_span_equal(perso_span_str(got), perso_buf_span(&expect)),
	    "%s:\n%s", name, got);
	(*count)++;
	return PERSO_OK;
}

Test(mrz_golden, refusals_read_as_recorded)
{
	size_t count = 0;

	cr_assert_eq(perso_dir_each(FOLDER, each_file, &count), PERSO_OK);
	cr_assert_geq(count, 20);
}
