/*
 * Arithmetic modulo a prime order, for CA_IC of Chip Authentication Mapping.
 * Plain and short; its time depends on the values, which is well enough for
 * a chip that keeps its keys in a file.
 */
#include "sim_int.h"

static bool
is_below(const struct perso_num *a, const struct perso_num *n)
{
	for (size_t i = 0; i < n->n; i++)
		if (a->p[i] != n->p[i])
			return a->p[i] < n->p[i];
	return false;
}

static bool
is_one(const struct perso_num *a)
{
	uint8_t high = 0;

	for (size_t i = 0; i + 1 < a->n; i++)
		high |= a->p[i];
	return high == 0 && a->p[a->n - 1] == 1;
}

/* a += b; the carry. */
static unsigned
add(struct perso_num *a, const struct perso_num *b)
{
	unsigned carry = 0;

	for (size_t i = a->n; i-- > 0;) {
		carry += (unsigned)a->p[i] + b->p[i];
		a->p[i] = (uint8_t)carry;
		carry >>= 8;
	}
	return carry;
}

static void
sub(struct perso_num *a, const struct perso_num *b)
{
	int borrow = 0;

	for (size_t i = a->n; i-- > 0;) {
		int v = (int)a->p[i] - b->p[i] - borrow;

		borrow = v < 0;
		a->p[i] = (uint8_t)v;
	}
}

static void
halve(struct perso_num *a, unsigned carry)
{
	for (size_t i = 0; i < a->n; i++) {
		unsigned v = carry << 8 | a->p[i];

		carry = v & 1;
		a->p[i] = (uint8_t)(v >> 1);
	}
}

static void
add_mod(
    struct perso_num *a, const struct perso_num *b, const struct perso_num *n)
{
	if (add(a, b) != 0 || !is_below(a, n))
		sub(a, n);
}

static void
sub_mod(
    struct perso_num *a, const struct perso_num *b, const struct perso_num *n)
{
	if (is_below(a, b))
		(void)add(a, n);
	sub(a, b);
}

static void
halve_mod(struct perso_num *a, const struct perso_num *n)
{
	unsigned carry = (a->p[a->n - 1] & 1) ? add(a, n) : 0;

	halve(a, carry);
}

/* see sim_int.h */
void
sim_mul_mod(const struct perso_num *a, const struct perso_num *b,
    const struct perso_num *n, struct perso_num *ret)
{
	struct perso_num r = { .n = n->n };

	for (size_t i = 0; i < 8 * a->n; i++) {
		add_mod(&r, &r, n);
		if (a->p[i / 8] & (0x80u >> (i % 8)))
			add_mod(&r, b, n);
	}
	*ret = r;
	perso_num_wipe(&r);
}

/* see sim_int.h; binary extended Euclid */
void
sim_inv_mod(
    const struct perso_num *a, const struct perso_num *n, struct perso_num *ret)
{
	struct perso_num u = *a, v = *n, x = { .n = n->n }, y = { .n = n->n };

	x.p[x.n - 1] = 1;
	while (!is_one(&u) && !is_one(&v)) {
		while ((u.p[u.n - 1] & 1) == 0) {
			halve(&u, 0);
			halve_mod(&x, n);
		}
		while ((v.p[v.n - 1] & 1) == 0) {
			halve(&v, 0);
			halve_mod(&y, n);
		}
		if (is_below(&u, &v)) {
			sub(&v, &u);
			sub_mod(&y, &x, n);
		} else {
			sub(&u, &v);
			sub_mod(&x, &y, n);
		}
	}
	*ret = is_one(&u) ? x : y;
	perso_num_wipe(&u);
	perso_num_wipe(&v);
	perso_num_wipe(&x);
	perso_num_wipe(&y);
}
