/*
 * What key agreement refuses, and that refusals change nothing.
 */
#include "perso/agree.h"
#include "perso/file.h"
#include "rows.h"

#define DIR "tests/golden/agree"

static const struct perso_group *
get(uint64_t id)
{
	const struct perso_group *g = NULL;

	cr_ok(perso_group_get(id, &g));
	return g;
}

Test(agree_refuse, reserved_ids_are_unsupported)
{
	static const uint64_t ids[] = { 3, 4, 7, 19, 31, 32, 255, UINT64_MAX };
	const struct perso_group *g = NULL;

	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		cr_rc(perso_group_get(ids[i], &g), PERSO_E_UNSUPPORTED);
	cr_assert(g == NULL);
}

Test(agree_refuse, groups_answer_what_table_6_says)
{
	static const struct {
		uint64_t id;
		size_t bits, field, order, elem;
	} table[] = {
		{ 0, 1024, 128, 20, 128 },
		{ 1, 2048, 256, 28, 256 },
		{ 2, 2048, 256, 32, 256 },
		{ 8, 192, 24, 24, 49 },
		{ 9, 192, 24, 24, 49 },
		{ 10, 224, 28, 28, 57 },
		{ 11, 224, 28, 28, 57 },
		{ 12, 256, 32, 32, 65 },
		{ 13, 256, 32, 32, 65 },
		{ 14, 320, 40, 40, 81 },
		{ 15, 384, 48, 48, 97 },
		{ 16, 384, 48, 48, 97 },
		{ 17, 512, 64, 64, 129 },
		{ 18, 521, 66, 66, 133 },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		const struct perso_group *g = get(table[i].id);

		cr_assert_eq(perso_group_id(g), (int)table[i].id);
		cr_assert_eq(perso_group_bits(g), table[i].bits);
		cr_assert_eq(perso_group_field_len(g), table[i].field);
		cr_assert_eq(perso_group_order_len(g), table[i].order);
		cr_assert_eq(perso_group_elem_len(g), table[i].elem);
		cr_assert(perso_group_has_order(g));
		cr_assert_eq(perso_group_kind(g),
		    table[i].id < 8 ? PERSO_AGREE_DH : PERSO_AGREE_ECDH);
		cr_assert(get(table[i].id) == g);
		for (size_t j = 0; j < i; j++)
			cr_assert(!perso_group_equal(g, get(table[j].id)));
	}
	cr_assert_str_eq(perso_group_name(get(13)), "brainpoolP256r1");
	cr_assert_str_eq(perso_group_name(get(2)), "DH 2048/256 (RFC 5114)");
}

Test(agree_refuse, scalars_stay_within_the_order)
{
	static const uint64_t ids[] = { 0, 13, 18 };
	uint8_t long_zeros[PERSO_NUM_MAX + 1] = { 0 };
	PERSO_NUM(order);
	PERSO_NUM(k);

	for (size_t i = 0; i < 3; i++) {
		const struct perso_group *g = get(ids[i]);
		struct perso_span n;

		cr_ok(perso_group_num(g, PERSO_GROUP_ORDER, &order));
		n = perso_num_span(&order);
		k.n = 0;
		cr_rc(perso_scalar_set(g, n, &k), PERSO_E_RANGE);
		cr_rc(perso_scalar_set(g, PERSO_SPAN_EMPTY, &k), PERSO_E_RANGE);
		cr_rc(perso_scalar_set(g, perso_span(long_zeros, 20), &k),
		    PERSO_E_RANGE);
		cr_rc(perso_scalar_set(g, perso_span_of(long_zeros), &k),
		    PERSO_E_RANGE);
		cr_rc(perso_scalar_reduce(g, n, &k), PERSO_E_RANGE);
		cr_rc(perso_scalar_reduce(g, perso_span_of(long_zeros), &k),
		    PERSO_E_RANGE);
		cr_assert_eq(k.n, 0);
		order.p[order.n - 1]--;
		cr_ok(perso_scalar_set(g, n, &k));
		cr_assert_arr_eq(k.p, order.p, k.n);
		order.p[order.n - 1] += 2;
		cr_rc(perso_scalar_set(g, n, &k), PERSO_E_RANGE);
		cr_ok(perso_scalar_reduce(g, n, &k));
		cr_assert_eq(k.p[k.n - 1], 1);
	}
}

Test(agree_refuse, leading_zeros_of_a_scalar_do_not_matter)
{
	uint8_t v[40] = { [39] = 7 };
	PERSO_NUM(k);

	cr_ok(perso_scalar_set(get(13), perso_span_of(v), &k));
	cr_assert_eq(k.n, 32);
	cr_assert_eq(k.p[31], 7);
}

Test(agree_refuse, elements_of_another_group_are_an_argument_error)
{
	const struct perso_group *g = get(13), *other = get(12);
	const struct perso_elem *e = perso_group_generator(other);
	PERSO_GROUP(made);
	PERSO_ELEM(r);
	PERSO_NUM(k);
	PERSO_NUM(x);
	PERSO_BUF(b, 512);

	cr_ok(perso_scalar_random(g, &k));
	cr_rc(perso_elem_mul(g, e, &k, &r), PERSO_E_ARG);
	cr_rc(perso_elem_add(g, perso_group_generator(g), e, &r), PERSO_E_ARG);
	cr_rc(perso_elem_encode(g, e, &b), PERSO_E_ARG);
	cr_rc(perso_elem_x(g, e, &x), PERSO_E_ARG);
	cr_rc(perso_group_with_generator(g, e, &made), PERSO_E_ARG);
	k.n--;
	cr_rc(perso_elem_base_mul(g, &k, &r), PERSO_E_ARG);
	cr_assert(r == NULL && made == NULL && b.n == 0 && x.n == 0);
	cr_assert(!perso_elem_equal(g, e, e));
}

/* e + (-e): -e is (order - 1) e. */
Test(agree_refuse, sums_and_products_are_never_neutral)
{
	static const uint64_t ids[] = { 0, 12, 13, 18 };

	for (size_t i = 0; i < 4; i++) {
		const struct perso_group *g = get(ids[i]);
		const struct perso_elem *e = perso_group_generator(g);
		PERSO_ELEM(minus);
		PERSO_ELEM(r);
		PERSO_NUM(k);

		cr_ok(perso_group_num(g, PERSO_GROUP_ORDER, &k));
		cr_rc(perso_elem_mul(g, e, &k, &r), PERSO_E_KEY);
		cr_rc(perso_elem_base_mul(g, &k, &r), PERSO_E_KEY);
		k.p[k.n - 1]--;
		cr_ok(perso_elem_base_mul(g, &k, &minus));
		cr_rc(perso_elem_add(g, e, minus, &r), PERSO_E_KEY);
		cr_assert(r == NULL);
		memset(k.p, 0, k.n);
		cr_rc(perso_elem_base_mul(g, &k, &r), PERSO_E_KEY);
		cr_assert(r == NULL);
		cr_ok(perso_elem_add(g, e, e, &r));
		perso_elem_free(&minus);
		k.p[k.n - 1] = 2;
		cr_ok(perso_elem_base_mul(g, &k, &minus));
		cr_assert(perso_elem_equal(g, r, minus));
	}
}

Test(agree_refuse, a_full_buffer_is_left_as_it_was)
{
	const struct perso_group *g = get(13);
	PERSO_BUF(b, 65);

	cr_ok(perso_buf_append_u8(&b, 1));
	cr_rc(
	    perso_elem_encode(g, perso_group_generator(g), &b), PERSO_E_NOMEM);
	cr_assert_eq(b.n, 1);
	cr_rc(perso_group_spki(g, true, perso_group_generator(g), &b),
	    PERSO_E_NOMEM);
	cr_assert_eq(b.n, 1);
	cr_rc(perso_group_params(g, false, &b), PERSO_E_NOMEM);
	cr_assert_eq(b.n, 1);
}

Test(agree_refuse, field_operands_are_below_p)
{
	const struct perso_group *g = get(13);
	uint8_t big[2 * PERSO_NUM_MAX + 1] = { 0 };
	PERSO_NUM(p);
	PERSO_NUM(zero);
	PERSO_NUM(r);

	cr_ok(perso_group_num(g, PERSO_GROUP_P, &p));
	cr_ok(perso_field_reduce(g, perso_num_span(&p), &zero));
	cr_rc(perso_field_add(g, &p, &zero, &r), PERSO_E_RANGE);
	cr_rc(perso_field_sub(g, &zero, &p, &r), PERSO_E_RANGE);
	cr_rc(perso_field_mul(g, &p, &p, &r), PERSO_E_RANGE);
	cr_rc(perso_field_exp(g, &p, &zero, &r), PERSO_E_RANGE);
	cr_rc(perso_field_inv(g, &p, &r), PERSO_E_RANGE);
	cr_rc(perso_field_inv(g, &zero, &r), PERSO_E_RANGE);
	cr_rc(perso_field_reduce(g, perso_span_of(big), &r), PERSO_E_RANGE);
	cr_assert_eq(r.n, 0);
	cr_rc(perso_group_num(get(0), PERSO_GROUP_A, &r), PERSO_E_UNSUPPORTED);
	cr_rc(
	    perso_group_num(get(0), PERSO_GROUP_ROOT, &r), PERSO_E_UNSUPPORTED);
	cr_assert_eq(r.n, 0);
}

/* ---- Golden refusals: NAME.alg, NAME.spki, NAME.expect. ---- */

static size_t seen;

static void
refusal(struct perso_span in, bool spki, char *got, size_t cap)
{
	struct perso_group *g = NULL;
	struct perso_elem *e = NULL;
	char trail[512];
	perso_rc rc;

	rc = spki ? perso_group_from_spki(in, &g, &e)
		  : perso_group_from_params(in, &g);
	cr_assert(g == NULL && e == NULL);
	perso_trail_text(trail, sizeof(trail));
	snprintf(got, cap, "%s\n%s\n", perso_rc_name(rc), trail);
}

static perso_rc
one_file(void *ctx, const char *name)
{
	const char *dot = strrchr(name, '.');
	PERSO_BUF(in, 4096);
	PERSO_BUF(want, 1024);
	char path[256], got[1024];

	(void)ctx;
	if (strcmp(dot, ".expect") == 0)
		return PERSO_OK;
	snprintf(path, sizeof(path), DIR "/%s", name);
	cr_ok(perso_file_read(path, &in));
	refusal(
	    perso_buf_span(&in), strcmp(dot, ".spki") == 0, got, sizeof(got));
	snprintf(
	    path, sizeof(path), DIR "/%.*s.expect", (int)(dot - name), name);
	cr_ok(perso_file_read(path, &want));
	cr_expect(perso_span_equal(perso_span_str(got), perso_buf_span(&want)),
	    "%s: %s", name, got);
	seen++;
	return PERSO_OK;
}

Test(agree_refuse, refusals_are_as_recorded)
{
	cr_ok(perso_dir_each(DIR, one_file, NULL));
	cr_assert_geq(seen, 70, "%zu", seen);
}
