#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <string.h>

#include "order_test.h"

#define GOLDEN "tests/golden/order"

static size_t seen;

static void
judge(const char *name, const struct perso_profiles *profiles,
    struct perso_buf *ret)
{
	char path[200];
	PERSO_BUF(json, PERSO_ORDER_MAX + 1);
	PERSO_ORDER(o);

	snprintf(path, sizeof(path), GOLDEN "/%s", name);
	cr_assert(eq(int, perso_file_read(path, &json), PERSO_OK));
	struct perso_order_input in = { .json = perso_buf_span(&json),
		.dir = ORDERS,
		.profiles = profiles,
		.now = NOW,
		.imported = true };
	const char *rc = perso_rc_name(perso_order_check(&in, o));
	cr_assert(eq(int, perso_buf_append(ret, perso_span_str(rc)), PERSO_OK));
	cr_assert(eq(int, perso_buf_append_u8(ret, '\n'), PERSO_OK));
	cr_assert(eq(int, perso_findings_text(&o->findings, ret), PERSO_OK));
}

static perso_rc
compare(void *ctx, const char *name)
{
	char path[200];
	size_t n = strlen(name);
	PERSO_BUF(got, 65536);
	PERSO_BUF(want, 65536);

	if (n < 5 || strcmp(name + n - 5, ".json") != 0)
		return PERSO_OK;
	judge(name, ctx, &got);
	snprintf(path, sizeof(path), GOLDEN "/%.*s.expect", (int)n - 5, name);
	cr_assert(eq(int, perso_file_read(path, &want), PERSO_OK));
	cr_expect(perso_span_equal(perso_buf_span(&got), perso_buf_span(&want)),
	    "%s: %.*s", name, (int)got.n, got.p);
	seen++;
	return PERSO_OK;
}

Test(order_golden, every_refusal_reads_as_written_down)
{
	struct perso_profiles *p = test_profiles();

	cr_assert(eq(int, perso_dir_each(GOLDEN, compare, p), PERSO_OK));
	cr_assert(ge(sz, seen, 40));
	perso_profiles_free(&p);
}

static void
fill(struct perso_buf *b, const char *s, size_t times)
{
	for (size_t i = 0; i < times; i++)
		cr_assert(
		    eq(int, perso_buf_append(b, perso_span_str(s)), PERSO_OK));
}

Test(order_golden, refuses_more_bytes_than_allowed)
{
	struct perso_profiles *p = test_profiles();
	PERSO_BUF(json, PERSO_ORDER_MAX + 64);
	PERSO_ORDER(o);

	fill(&json, "        ", PERSO_ORDER_MAX / 8 + 1);
	struct perso_order_input in = { .json = perso_buf_span(&json),
		.profiles = p,
		.now = NOW,
		.imported = true };
	cr_assert(eq(int, perso_order_check(&in, o), PERSO_E_DATA));
	cr_assert(test_has(o, "E-ORDER-SIZE", "$"));
	perso_profiles_free(&p);
}

Test(order_golden, bounds_the_number_of_reasons)
{
	struct perso_profiles *p = test_profiles();
	PERSO_BUF(json, 65536);
	PERSO_BUF(text, 65536);
	PERSO_ORDER(o);
	char member[32];

	fill(&json, "{", 1);
	for (int i = 0; i < 200; i++) {
		snprintf(
		    member, sizeof(member), "%s\"x%d\":1", i ? "," : "", i);
		fill(&json, member, 1);
	}
	fill(&json, "}", 1);
	struct perso_order_input in = { .json = perso_buf_span(&json),
		.profiles = p,
		.now = NOW,
		.imported = true };
	cr_assert(eq(int, perso_order_check(&in, o), PERSO_E_DATA));
	cr_assert(eq(sz, o->findings.count, PERSO_FINDINGS_MAX));
	cr_assert(gt(sz, o->findings.dropped, 100));
	test_findings(o, &text);
	cr_assert(strstr((const char *)text.p, "more\n") != NULL);
	perso_profiles_free(&p);
}
