/*
 * Groups and public values as DER, and explicit groups in use.
 */
#include "perso/agree.h"
#include "rows.h"

static void
load(const char *name, struct perso_buf *der, struct perso_group **g,
    struct perso_elem **e)
{
	static struct rows v;
	bool found = false;

	rows_open(&v, "tests/vectors/agree_spki.txt");
	while (rows_next(&v)) {
		if (strcmp(v.field[0], name) != 0)
			continue;
		cr_ok(perso_group_from_spki(rows_hex(&v, 2, der), g, e));
		found = true;
	}
	cr_assert(found, "%s", name);
}

static void
expect_same(const struct perso_group *g, const struct perso_elem *e,
    struct perso_span der)
{
	PERSO_GROUP(g2);
	PERSO_ELEM(e2);
	PERSO_BUF(a, 1024);
	PERSO_BUF(b, 1024);

	cr_ok(perso_group_from_spki(der, &g2, &e2));
	cr_assert(perso_group_equal(g, g2));
	cr_ok(perso_elem_encode(g, e, &a));
	cr_ok(perso_elem_encode(g2, e2, &b));
	cr_assert(perso_span_equal(perso_buf_span(&a), perso_buf_span(&b)));
}

static void
write_again(const struct perso_group *g, const struct perso_elem *e)
{
	PERSO_GROUP(again);
	PERSO_BUF(der, 4096);

	for (int std = 0; std < 2; std++) {
		if (std && perso_group_id(g) == PERSO_GROUP_EXPLICIT) {
			cr_rc(perso_group_spki(g, true, e, &der), PERSO_E_ARG);
			continue;
		}
		if (!std && !perso_group_has_order(g)) {
			cr_rc(perso_group_params(g, false, &der),
			    PERSO_E_UNSUPPORTED);
			continue;
		}
		perso_buf_clear(&der);
		cr_ok(perso_group_spki(g, std, e, &der));
		expect_same(g, e, perso_buf_span(&der));
		perso_buf_clear(&der);
		cr_ok(perso_group_params(g, std, &der));
		cr_ok(perso_group_from_params(perso_buf_span(&der), &again));
		cr_assert(perso_group_equal(g, again));
		perso_group_free(&again);
	}
}

Test(agree_der, every_form_is_read_and_written)
{
	static struct rows v;

	rows_open(&v, "tests/vectors/agree_spki.txt");
	while (rows_next(&v)) {
		PERSO_BUF(der, 4096);
		PERSO_GROUP(g);
		PERSO_ELEM(e);

		cr_ok(perso_group_from_spki(rows_hex(&v, 2, &der), &g, &e));
		cr_assert_eq(
		    perso_group_id(g), atoi(v.field[1]), "%s", v.field[0]);
		write_again(g, e);
	}
	cr_assert_eq(v.lines, 11);
}

Test(agree_der, a_standardised_key_is_written_as_it_was_read)
{
	static const char *const names[] = { "std_ec", "std_dh" };

	for (size_t i = 0; i < 2; i++) {
		PERSO_BUF(der, 4096);
		PERSO_BUF(again, 4096);
		PERSO_GROUP(g);
		PERSO_ELEM(e);

		load(names[i], &der, &g, &e);
		cr_ok(perso_group_spki(g, true, e, &again));
		cr_assert(perso_span_equal(
		    perso_buf_span(&der), perso_buf_span(&again)));
	}
}

Test(agree_der, recognised_groups_share_their_elements)
{
	const struct perso_group *std;
	PERSO_BUF(der, 4096);
	PERSO_GROUP(g);
	PERSO_ELEM(e);
	PERSO_ELEM(r);
	PERSO_NUM(k);

	cr_ok(perso_group_get(13, &std));
	load("explicit_known_ec", &der, &g, &e);
	cr_assert(perso_group_equal(std, g));
	cr_ok(perso_scalar_random(std, &k));
	cr_ok(perso_elem_mul(std, e, &k, &r));
}

static void
agree_in(const struct perso_group *g, const struct perso_elem *e)
{
	PERSO_NUM(a);
	PERSO_NUM(b);
	PERSO_ELEM(pa);
	PERSO_ELEM(x);
	PERSO_ELEM(y);
	PERSO_ELEM(z);
	PERSO_GROUP(d);

	cr_ok(perso_scalar_random(g, &a));
	cr_ok(perso_scalar_random(g, &b));
	cr_ok(perso_group_with_generator(g, e, &d));
	cr_ok(perso_elem_base_mul(d, &a, &pa));
	cr_ok(perso_elem_mul(d, pa, &b, &x));
	cr_ok(perso_elem_mul(g, e, &b, &y));
	cr_ok(perso_elem_mul(g, y, &a, &z));
	cr_assert(perso_elem_equal(g, x, z));
}

Test(agree_der, explicit_groups_agree)
{
	static const char *const names[] = { "explicit_dh",
		"explicit_dh_j_seed", "pkcs3_safe_prime", "pkcs3_no_order",
		"explicit_cofactor_8" };

	for (size_t i = 0; i < 5; i++) {
		PERSO_BUF(der, 4096);
		PERSO_GROUP(g);
		PERSO_ELEM(e);

		load(names[i], &der, &g, &e);
		cr_assert_eq(perso_group_id(g), PERSO_GROUP_EXPLICIT);
		cr_assert_eq(perso_group_has_order(g), i != 3);
		agree_in(g, e);
	}
}

Test(agree_der, elements_and_mapped_groups_outlive_their_group)
{
	PERSO_BUF(der, 4096);
	PERSO_BUF(out, 1024);
	PERSO_GROUP(g);
	PERSO_GROUP(d);
	PERSO_ELEM(e);
	PERSO_ELEM(r);
	PERSO_NUM(k);

	load("explicit_cofactor_8", &der, &g, &e);
	cr_ok(perso_group_with_generator(g, e, &d));
	perso_group_free(&g);
	cr_ok(perso_scalar_random(d, &k));
	cr_ok(perso_elem_base_mul(d, &k, &r));
	perso_elem_free(&e);
	cr_ok(perso_elem_encode(d, r, &out));
	cr_assert(perso_group_generator(d) != NULL);
	perso_group_free(&d);
	perso_elem_free(&r);
}

Test(agree_der, a_curve_with_cofactor_gives_the_public_value)
{
	static struct rows v;
	PERSO_BUF(b, 4096);
	PERSO_GROUP(g);
	PERSO_ELEM(want);
	PERSO_ELEM(got);
	PERSO_NUM(k);

	rows_open(&v, "tests/vectors/agree_spki.txt");
	while (rows_next(&v)) {
		if (strcmp(v.field[0], "explicit_cofactor_8") != 0)
			continue;
		cr_ok(perso_group_from_spki(rows_hex(&v, 2, &b), &g, &want));
		cr_ok(perso_scalar_set(g, rows_hex(&v, 3, &b), &k));
	}
	cr_ok(perso_elem_base_mul(g, &k, &got));
	cr_assert(perso_elem_equal(g, want, got));
	cr_ok(perso_group_num(g, PERSO_GROUP_COFACTOR, &k));
	cr_assert_eq(k.p[k.n - 1], 8);
}
