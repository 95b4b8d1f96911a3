/* tests/golden/pace: a refused input and what is said of it. */
#include "pace_test.h"

#include "perso/chipauth.h"
#include "perso/file.h"

#define GOLDEN "tests/golden/pace"

static void
read_into(const char *path, struct perso_buf *b)
{
	FILE *f = fopen(path, "rb");
	uint8_t part[4096];
	size_t n;

	cr_assert_not_null(f, "%s", path);
	while ((n = fread(part, 1, sizeof(part), f)) > 0)
		ok(perso_buf_append(b, perso_span(part, n)));
	fclose(f);
}

/* .cvca: EF.CVCA; .access: PACE is chosen; .dg14: a key for Chip
 * Authentication is chosen. */
static perso_rc
judge_input(const char *ext, struct perso_span s)
{
	struct perso_cars cars = { .count = 7 };
	struct perso_secinfos infos = { 0 };
	struct perso_pace_choice pace = { .id = 7 };
	struct perso_ca_choice ca = { .key_id = 7 };
	perso_rc rc;

	if (strcmp(ext, ".cvca") == 0) {
		rc = perso_cars_parse(s, &cars);
		cr_assert_eq(cars.count, 7);
		return rc;
	}
	ok(perso_secinfos_parse(s, &infos));
	if (strcmp(ext, ".access") == 0) {
		rc = perso_pace_choose(&infos, 0, &pace);
		cr_assert_eq(pace.id, 7);
		return rc;
	}
	cr_assert_str_eq(ext, ".dg14");
	rc = perso_ca_choose(&infos, NULL, &ca);
	cr_assert_eq(ca.key_id, 7);
	return rc;
}

static perso_rc
judge(void *ctx, const char *name)
{
	PERSO_BUF(in, 65536);
	PERSO_BUF(want, 4096);
	char path[300], got[1200];
	const char *ext = strrchr(name, '.');
	size_t *seen = ctx;
	perso_rc rc;

	cr_assert_not_null(ext);
	if (strcmp(ext, ".expect") == 0)
		return PERSO_OK;
	snprintf(path, sizeof(path), GOLDEN "/%s", name);
	read_into(path, &in);
	snprintf(
	    path, sizeof(path), GOLDEN "/%.*s.expect", (int)(ext - name), name);
	perso_trail_reset();
	rc = judge_input(ext, perso_buf_span(&in));
	cr_assert_neq(rc, PERSO_OK, "%s", name);
	snprintf(got, sizeof(got), "%s\n%s\n", perso_rc_name(rc), why());
	read_into(path, &want);
	cr_assert(perso_span_equal(perso_buf_span(&want), perso_span_str(got)),
	    "%s: %s", name, got);
	(*seen)++;
	return PERSO_OK;
}

Test(pace_golden, every_refusal_says_what_is_written)
{
	size_t seen = 0;

	ok(perso_dir_each(GOLDEN, judge, &seen));
	cr_assert_geq(seen, 25);
}
