/*
 * Key agreement against published examples: tests/vectors/agree.txt.
 */
#include "perso/agree.h"
#include "perso/hooks.h"
#include "rows.h"

static const struct perso_group *
group_of(const struct rows *v)
{
	const struct perso_group *g = NULL;

	cr_ok(perso_group_get(strtoul(v->field[1], NULL, 10), &g));
	return g;
}

static struct perso_elem *
elem_of(const struct perso_group *g, const struct rows *v, size_t i)
{
	struct perso_elem *e = NULL;
	PERSO_BUF(b, 1024);

	cr_ok(perso_elem_decode(g, rows_hex(v, i, &b), &e));
	return e;
}

static void
expect_elem(const struct perso_group *g, const struct perso_elem *e,
    const struct rows *v, size_t i)
{
	PERSO_BUF(want, 1024);
	PERSO_BUF(got, 1024);

	cr_ok(perso_elem_encode(g, e, &got));
	cr_assert(perso_span_equal(rows_hex(v, i, &want), perso_buf_span(&got)),
	    "%s %s, field %zu", v->field[0], v->field[1], i);
}

/* A shared secret is written whole, or as its x-coordinate. */
static void
expect_shared(const struct perso_group *g, const struct perso_elem *e,
    const struct rows *v)
{
	PERSO_BUF(want, 1024);
	PERSO_NUM(x);

	if (rows_hex(v, 7, &want).n == perso_group_elem_len(g))
		expect_elem(g, e, v, 7);
	cr_ok(perso_elem_x(g, e, &x));
	cr_assert_eq(x.n, perso_group_field_len(g));
	if (want.n == x.n)
		cr_assert_arr_eq(x.p, want.p, x.n);
}

/* Some examples have DH private values above the order. */
static void
secret_of(const struct perso_group *g, const struct rows *v, size_t i,
    struct perso_num *ret)
{
	PERSO_BUF(b, 1024);
	PERSO_NUM(again);

	cr_ok(perso_scalar_reduce(g, rows_hex(v, i, &b), ret));
	cr_assert_eq(ret->n, perso_group_order_len(g));
	cr_ok(perso_scalar_set(g, perso_num_span(ret), &again));
	cr_assert_arr_eq(again.p, ret->p, ret->n);
}

static void
check_agree(const struct rows *v)
{
	const struct perso_group *g = group_of(v);
	PERSO_GROUP(mapped);
	PERSO_NUM(a);
	PERSO_NUM(b);
	PERSO_ELEM(gen);
	PERSO_ELEM(pa);
	PERSO_ELEM(pb);
	PERSO_ELEM(ab);
	PERSO_ELEM(ba);

	if (strcmp(v->field[2], "-") != 0) {
		gen = elem_of(g, v, 2);
		cr_ok(perso_group_with_generator(g, gen, &mapped));
		g = mapped;
	}
	secret_of(g, v, 3, &a);
	secret_of(g, v, 5, &b);
	cr_ok(perso_elem_base_mul(g, &a, &pa));
	cr_ok(perso_elem_base_mul(g, &b, &pb));
	expect_elem(g, pa, v, 4);
	expect_elem(g, pb, v, 6);
	perso_elem_free(&pb);
	pb = elem_of(g, v, 6);
	cr_ok(perso_elem_mul(g, pb, &a, &ab));
	cr_ok(perso_elem_mul(g, pa, &b, &ba));
	cr_assert(perso_elem_equal(g, ab, ba));
	cr_assert(!perso_elem_equal(g, ab, pa));
	expect_shared(g, ab, v);
	expect_shared(g, ba, v);
}

static void
check_map(const struct rows *v)
{
	const struct perso_group *g = group_of(v);
	PERSO_BUF(b, 64);
	PERSO_NUM(s);
	PERSO_ELEM(h);
	PERSO_ELEM(sg);
	PERSO_ELEM(mapped);

	cr_ok(perso_scalar_reduce(g, rows_hex(v, 2, &b), &s));
	cr_ok(perso_elem_base_mul(g, &s, &sg));
	h = elem_of(g, v, 3);
	cr_ok(perso_elem_add(g, sg, h, &mapped));
	expect_elem(g, mapped, v, 4);
}

static void
check_pub(const struct rows *v)
{
	const struct perso_group *g = group_of(v);
	PERSO_NUM(a);
	PERSO_ELEM(pa);

	secret_of(g, v, 2, &a);
	cr_ok(perso_elem_base_mul(g, &a, &pa));
	expect_elem(g, pa, v, 3);
}

Test(agree, published_examples_come_out)
{
	static struct rows v;

	rows_open(&v, "tests/vectors/agree.txt");
	while (rows_next(&v)) {
		if (strcmp(v.field[0], "agree") == 0)
			check_agree(&v);
		else if (strcmp(v.field[0], "map") == 0)
			check_map(&v);
		else if (strcmp(v.field[0], "pub") == 0)
			check_pub(&v);
	}
	cr_assert_geq(v.lines, 60, "%zu", v.lines);
}

/* ---- Integrated Mapping, Doc 9303-11, 4.4.3.3.2, of field functions. ---- */

struct field {
	const struct perso_group *g;
	struct perso_num p, a, b, root, one, zero;
};

static struct perso_num
mul(const struct field *f, struct perso_num x, struct perso_num y)
{
	cr_ok(perso_field_mul(f->g, &x, &y, &x));
	return x;
}

static struct perso_num
add(const struct field *f, struct perso_num x, struct perso_num y)
{
	cr_ok(perso_field_add(f->g, &x, &y, &x));
	return x;
}

static struct perso_num
neg(const struct field *f, struct perso_num x)
{
	cr_ok(perso_field_sub(f->g, &f->zero, &x, &x));
	return x;
}

static struct perso_num
inv(const struct field *f, struct perso_num x)
{
	cr_ok(perso_field_inv(f->g, &x, &x));
	return x;
}

static struct field
field_of(const struct perso_group *g)
{
	static const uint8_t one = 1;
	struct field f = { .g = g };

	cr_ok(perso_group_num(g, PERSO_GROUP_P, &f.p));
	cr_ok(perso_field_reduce(g, perso_span(&one, 1), &f.one));
	cr_ok(perso_field_reduce(g, PERSO_SPAN_EMPTY, &f.zero));
	if (perso_group_kind(g) == PERSO_AGREE_DH)
		return f;
	cr_ok(perso_group_num(g, PERSO_GROUP_A, &f.a));
	cr_ok(perso_group_num(g, PERSO_GROUP_B, &f.b));
	cr_ok(perso_group_num(g, PERSO_GROUP_ROOT, &f.root));
	return f;
}

static struct perso_elem *
point(
    const struct field *f, const struct perso_num *x, const struct perso_num *y)
{
	struct perso_elem *e = NULL;
	PERSO_BUF(b, 256);

	cr_ok(perso_buf_append_u8(&b, 4));
	cr_ok(perso_buf_append(&b, perso_num_span(x)));
	cr_ok(perso_buf_append(&b, perso_num_span(y)));
	cr_ok(perso_elem_decode(f->g, perso_buf_span(&b), &e));
	return e;
}

static struct perso_elem *
encode_point(const struct field *f, struct perso_num t)
{
	struct perso_num alpha = neg(f, mul(f, t, t)), x2, x3, h2, u, s, y;

	x2 = add(f, f->one, inv(f, add(f, alpha, mul(f, alpha, alpha))));
	x2 = mul(f, mul(f, neg(f, f->b), inv(f, f->a)), x2);
	x3 = mul(f, alpha, x2);
	h2 = add(f, mul(f, mul(f, x2, x2), x2), mul(f, f->a, x2));
	h2 = add(f, h2, f->b);
	u = mul(f, mul(f, mul(f, t, t), t), h2);
	cr_ok(perso_field_exp(f->g, &h2, &f->root, &s));
	y = mul(f, mul(f, s, s), h2);
	if (memcmp(y.p, f->one.p, y.n) == 0) {
		y = mul(f, s, h2);
		return point(f, &x2, &y);
	}
	y = mul(f, s, u);
	return point(f, &x3, &y);
}

static void
check_im(const struct rows *v)
{
	const struct perso_group *g = group_of(v);
	struct field f = field_of(g);
	PERSO_BUF(b, 256);
	PERSO_NUM(t);
	PERSO_NUM(h);
	PERSO_NUM(y);
	PERSO_ELEM(mapped);

	cr_ok(perso_field_reduce(g, rows_hex(v, 2, &b), &t));
	if (perso_group_kind(g) == PERSO_AGREE_ECDH) {
		mapped = encode_point(&f, t);
	} else {
		cr_ok(perso_group_num(g, PERSO_GROUP_COFACTOR, &h));
		cr_ok(perso_field_exp(g, &t, &h, &y));
		cr_ok(perso_elem_decode(g, perso_num_span(&y), &mapped));
	}
	expect_elem(g, mapped, v, 3);
}

Test(agree, field_functions_make_integrated_mapping)
{
	static struct rows v;
	size_t seen = 0;

	rows_open(&v, "tests/vectors/agree.txt");
	while (rows_next(&v)) {
		if (strcmp(v.field[0], "im") != 0)
			continue;
		check_im(&v);
		seen++;
	}
	cr_assert_eq(seen, 2);
}

Test(agree, every_curve_but_p224_encodes_points_for_integrated_mapping)
{
	const struct perso_group *g;
	PERSO_ELEM(e);
	PERSO_NUM(t);

	for (uint64_t id = PERSO_P192; id <= PERSO_P521; id++) {
		cr_ok(perso_group_get(id, &g));
		if (id == PERSO_P224) {
			cr_rc(perso_group_num(g, PERSO_GROUP_ROOT, &t),
			    PERSO_E_UNSUPPORTED);
			continue;
		}
		struct field f = field_of(g);
		/* Some t take the first branch, some the second. */
		for (uint8_t i = 2; i < 12; i++) {
			cr_ok(perso_field_reduce(g, perso_span(&i, 1), &t));
			e = encode_point(&f, t);
			perso_elem_free(&e);
		}
	}
}

/* ---- Random scalars. ---- */

struct tape {
	const uint8_t *p;
	size_t n, at;
};

static perso_rc
play(void *ctx, uint8_t *dst, size_t n)
{
	struct tape *t = ctx;

	if (t->n - t->at < n)
		return PERSO_E_CRYPTO;
	memcpy(dst, t->p + t->at, n);
	t->at += n;
	return PERSO_OK;
}

static perso_rc
ones(void *ctx, uint8_t *dst, size_t n)
{
	(void)ctx;
	memset(dst, 0xFF, n);
	return PERSO_OK;
}

Test(agree, a_pinned_generator_gives_the_private_value)
{
	const struct perso_group *g;
	uint8_t bytes[3 * 32];
	struct tape t = { bytes, sizeof(bytes), 0 };
	PERSO_NUM(k);
	PERSO_NUM(order);

	cr_ok(perso_group_get(PERSO_BP256, &g));
	cr_ok(perso_group_num(g, PERSO_GROUP_ORDER, &order));
	/* 0 and the order are thrown away. */
	memset(bytes, 0, 32);
	memcpy(bytes + 32, order.p, 32);
	memset(bytes + 64, 0x5A, 32);
	perso_rng_set(play, &t);
	cr_ok(perso_scalar_random(g, &k));
	perso_rng_set(NULL, NULL);
	cr_assert_eq(t.at, 96);
	cr_assert_eq(k.n, 32);
	cr_assert_arr_eq(k.p, bytes + 64, 32);
}

Test(agree, bits_above_the_order_are_cleared)
{
	const struct perso_group *g;
	uint8_t bytes[66];
	struct tape t = { bytes, sizeof(bytes), 0 };
	PERSO_NUM(k);

	cr_ok(perso_group_get(PERSO_P521, &g));
	memset(bytes, 0x81, sizeof(bytes));
	bytes[0] = 0xFE;
	perso_rng_set(play, &t);
	cr_ok(perso_scalar_random(g, &k));
	perso_rng_set(NULL, NULL);
	cr_assert_eq(k.n, 66);
	cr_assert_eq(k.p[0], 0);
	cr_assert_arr_eq(k.p + 1, bytes + 1, 65);
}

Test(agree, a_broken_generator_is_noticed)
{
	const struct perso_group *g;
	struct tape none = { NULL, 0, 0 };
	PERSO_NUM(k);

	cr_ok(perso_group_get(PERSO_BP256, &g));
	perso_rng_set(ones, NULL);
	cr_rc(perso_scalar_random(g, &k), PERSO_E_CRYPTO);
	perso_rng_set(play, &none);
	cr_rc(perso_scalar_random(g, &k), PERSO_E_CRYPTO);
	perso_rng_set(NULL, NULL);
	cr_assert_eq(k.n, 0);
}

Test(agree, random_scalars_differ_and_fit)
{
	static const uint64_t ids[] = { 0, 1, 2, 8, 10, 13, 18 };
	const struct perso_group *g;
	struct perso_num a, b, c;

	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		cr_ok(perso_group_get(ids[i], &g));
		cr_ok(perso_scalar_random(g, &a));
		cr_ok(perso_scalar_random(g, &b));
		cr_ok(perso_scalar_set(g, perso_num_span(&a), &c));
		cr_assert_arr_neq(a.p, b.p, a.n);
	}
}
