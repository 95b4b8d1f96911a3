/* Nonces to generators: Doc 9303-11, 4.4.3.3 and appendix B. */
#include "pace_int.h"

#define BLOCKS_MAX 64 /* of Rp: 4096 bits and more */

static const uint8_t c0_128[] = { 0xA6, 0x68, 0x89, 0x2A, 0x7C, 0x41, 0xE3,
	0xCA, 0x73, 0x9F, 0x40, 0xB0, 0x57, 0xD8, 0x59, 0x04 };
static const uint8_t c1_128[] = { 0xA4, 0xE1, 0x36, 0xAC, 0x72, 0x5F, 0x73,
	0x8B, 0x01, 0xC1, 0xF6, 0x02, 0x17, 0xC1, 0x88, 0xAD };
static const uint8_t c0_256[] = { 0xD4, 0x63, 0xD6, 0x52, 0x34, 0x12, 0x4E,
	0xF7, 0x89, 0x70, 0x54, 0x98, 0x6D, 0xCA, 0x0A, 0x17, 0x4E, 0x28, 0xDF,
	0x75, 0x8C, 0xBA, 0xA0, 0x3F, 0x24, 0x06, 0x16, 0x41, 0x4D, 0x5A, 0x16,
	0x76 };
static const uint8_t c1_256[] = { 0x54, 0xBD, 0x72, 0x55, 0xF0, 0xAA, 0xF8,
	0x31, 0xBE, 0xC3, 0x42, 0x3F, 0xCF, 0x39, 0xD6, 0x9B, 0x6C, 0xBF, 0x06,
	0x66, 0x77, 0xD0, 0xFA, 0xAE, 0x5A, 0xAD, 0xD9, 0x9D, 0xF8, 0xE5, 0x35,
	0x17 };

/* see pace_int.h */
size_t
pace_t_len(enum perso_cipher c)
{
	return perso_cipher_key(c);
}

/* see pace_int.h */
size_t
pace_s_len(enum perso_cipher c)
{
	size_t key = perso_cipher_key(c), block = perso_cipher_block(c);

	return (key + block - 1) / block * block;
}

/* E(key, in) in CBC with IV 0, at most max bytes of it. */
static perso_rc
block_step(enum perso_cipher c, struct perso_span key, struct perso_span in,
    struct perso_secret *ret)
{
	PERSO_BUF(out, PERSO_SECRET_MAX);

	PERSO_TRY(perso_cbc_encrypt(c, key, PERSO_SPAN_EMPTY, in, &out));
	return perso_secret_set(ret, perso_buf_span(&out));
}

/* see pace_int.h */
perso_rc
pace_random_bits(const struct perso_group *g, enum perso_cipher c,
    struct perso_span s, struct perso_span t, struct perso_buf *ret)
{
	size_t key = perso_cipher_key(c), l = pace_s_len(c);
	bool wide = l == sizeof(c0_256);
	struct perso_span c0 =
	    wide ? perso_span_of(c0_256) : perso_span_of(c0_128);
	struct perso_span c1 =
	    wide ? perso_span_of(c1_256) : perso_span_of(c1_128);
	PERSO_BUF(x, BLOCKS_MAX * sizeof(c0_256));
	PERSO_SECRET(k);
	PERSO_SECRET(out);

	PERSO_TRY(block_step(c, t, s, &k));
	while (8 * x.n < perso_group_bits(g) + 64) {
		k.n = key;
		PERSO_TRY(block_step(c, perso_secret_span(&k), c1, &out));
		PERSO_TRY(perso_buf_append(&x, perso_secret_span(&out)));
		PERSO_TRY(block_step(c, perso_secret_span(&k), c0, &out));
		PERSO_TRY(perso_secret_set(&k, perso_secret_span(&out)));
	}
	return perso_buf_append(ret, perso_buf_span(&x));
}

/* see pace_int.h */
perso_rc
pace_random_map(const struct perso_group *g, enum perso_cipher c,
    struct perso_span s, struct perso_span t, struct perso_num *ret)
{
	PERSO_BUF(x, BLOCKS_MAX * sizeof(c0_256));

	PERSO_TRY(pace_random_bits(g, c, s, t, &x));
	return perso_field_reduce(g, perso_buf_span(&x), ret);
}

/* x^3 + a x + b. */
static perso_rc
curve_value(const struct perso_group *g, const struct perso_num *x,
    struct perso_num *ret)
{
	PERSO_NUM(a);
	PERSO_NUM(b);
	PERSO_NUM(v);

	PERSO_TRY(perso_group_num(g, PERSO_GROUP_A, &a));
	PERSO_TRY(perso_group_num(g, PERSO_GROUP_B, &b));
	PERSO_TRY(perso_field_mul(g, x, x, &v));
	PERSO_TRY(perso_field_add(g, &v, &a, &v));
	PERSO_TRY(perso_field_mul(g, &v, x, &v));
	return perso_field_add(g, &v, &b, ret);
}

static perso_rc
set_small(const struct perso_group *g, uint8_t v, struct perso_num *ret)
{
	return perso_field_reduce(g, perso_span(&v, 1), ret);
}

/* -b/a (1 + 1/(alpha + alpha^2)): B.2, step 2; with v = alpha + alpha^2 that
 * is -b (1 + v) / (a v), one inversion. */
static perso_rc
first_x(const struct perso_group *g, const struct perso_num *alpha,
    struct perso_num *ret)
{
	PERSO_NUM(v);
	PERSO_NUM(w);
	PERSO_NUM(num);
	PERSO_NUM(zero);

	PERSO_TRY(set_small(g, 0, &zero));
	PERSO_TRY(set_small(g, 1, &w));
	PERSO_TRY(perso_field_mul(g, alpha, alpha, &v));
	PERSO_TRY(perso_field_add(g, &v, alpha, &v));
	PERSO_TRY(perso_field_add(g, &v, &w, &num));
	PERSO_TRY(perso_group_num(g, PERSO_GROUP_B, &w));
	PERSO_TRY(perso_field_sub(g, &zero, &w, &w));
	PERSO_TRY(perso_field_mul(g, &num, &w, &num));
	PERSO_TRY(perso_group_num(g, PERSO_GROUP_A, &w));
	PERSO_TRY(perso_field_mul(g, &v, &w, &v));
	PERSO_TRY(perso_field_inv(g, &v, &v));
	return perso_field_mul(g, &num, &v, ret);
}

static perso_rc
make_point(const struct perso_group *g, const struct perso_num *x,
    const struct perso_num *y, struct perso_elem **ret)
{
	PERSO_BUF(b, PK_MAX);

	PERSO_TRY(perso_buf_append_u8(&b, 0x04));
	PERSO_TRY(perso_buf_append(&b, perso_num_span(x)));
	PERSO_TRY(perso_buf_append(&b, perso_num_span(y)));
	return perso_elem_decode(g, perso_buf_span(&b), ret);
}

/* Steps 4 to 8 of B.2: which of x2 and x3 is the point's. */
static perso_rc
pick_point(const struct perso_group *g, const struct perso_num *t,
    const struct perso_num *x2, const struct perso_num *x3,
    struct perso_elem **ret)
{
	PERSO_NUM(h2);
	PERSO_NUM(u);
	PERSO_NUM(a);
	PERSO_NUM(v);
	PERSO_NUM(one);

	PERSO_TRY(set_small(g, 1, &one));
	PERSO_TRY(curve_value(g, x2, &h2));
	PERSO_TRY(perso_field_mul(g, t, t, &u));
	PERSO_TRY(perso_field_mul(g, &u, t, &u));
	PERSO_TRY(perso_field_mul(g, &u, &h2, &u));
	PERSO_TRY(perso_group_num(g, PERSO_GROUP_ROOT, &v));
	PERSO_TRY(perso_field_exp(g, &h2, &v, &a));
	PERSO_TRY(perso_field_mul(g, &a, &a, &v));
	PERSO_TRY(perso_field_mul(g, &v, &h2, &v));
	if (perso_secret_equal(perso_num_span(&v), perso_num_span(&one))) {
		PERSO_TRY(perso_field_mul(g, &a, &h2, &v));
		return make_point(g, x2, &v, ret);
	}
	PERSO_TRY(perso_field_mul(g, &a, &u, &v));
	return make_point(g, x3, &v, ret);
}

static perso_rc
encode_ec(const struct perso_group *g, const struct perso_num *t,
    struct perso_elem **ret)
{
	PERSO_NUM(alpha);
	PERSO_NUM(x2);
	PERSO_NUM(x3);
	PERSO_NUM(zero);

	PERSO_TRY(set_small(g, 0, &zero));
	PERSO_TRY(perso_field_mul(g, t, t, &alpha));
	PERSO_TRY(perso_field_sub(g, &zero, &alpha, &alpha));
	PERSO_TRY(first_x(g, &alpha, &x2));
	PERSO_TRY(perso_field_mul(g, &alpha, &x2, &x3));
	return pick_point(g, t, &x2, &x3, ret);
}

static perso_rc
encode_dh(const struct perso_group *g, const struct perso_num *x,
    struct perso_elem **ret)
{
	PERSO_NUM(a);
	PERSO_NUM(y);

	PERSO_TRY(perso_group_num(g, PERSO_GROUP_COFACTOR, &a));
	PERSO_TRY(perso_field_exp(g, x, &a, &y));
	return perso_elem_decode(g, perso_num_span(&y), ret);
}

/* see pace_int.h */
perso_rc
pace_encode_point(const struct perso_group *g, const struct perso_num *x,
    struct perso_elem **ret)
{
	if (perso_group_kind(g) == PERSO_AGREE_DH)
		return encode_dh(g, x, ret);
	return encode_ec(g, x, ret);
}

/* see pace_int.h */
perso_rc
pace_generic_map(const struct perso_group *g, struct perso_span s,
    const struct perso_num *sk, const struct perso_elem *pk,
    struct perso_elem **ret)
{
	PERSO_NUM(k);
	PERSO_ELEM(h);
	PERSO_ELEM(sg);

	PERSO_TRY(perso_elem_mul(g, pk, sk, &h));
	PERSO_TRY_CTX(perso_scalar_reduce(g, s, &k), "nonce");
	PERSO_TRY(perso_elem_base_mul(g, &k, &sg));
	return perso_elem_add(g, sg, h, ret);
}
