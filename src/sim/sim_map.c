/*
 * The mappings of PACE, the chip's own: Doc 9303-11, 4.4.3.3 and appendix B.
 */
#include "sim_int.h"

#include "perso/hooks.h"

/* 4.4.3.3.2 */
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

/* see sim_int.h; for the Integrated Mapping the smallest number of blocks
 * that is not shorter than a key, and taken for all */
size_t
sim_nonce_size(enum perso_cipher cipher)
{
	return cipher == PERSO_AES192 || cipher == PERSO_AES256 ? 32 : 16;
}

static perso_rc
take_generator(
    const struct perso_group *g, struct perso_elem *e, struct perso_group **ret)
{
	return perso_group_with_generator(g, e, ret);
}

/* see sim_int.h; 4.4.3.3.1: s * G + H */
perso_rc
sim_map_generic(const struct perso_group *g, struct perso_span nonce,
    const struct perso_num *sk, const struct perso_elem *theirs,
    struct perso_group **ret)
{
	PERSO_NUM(s);
	PERSO_ELEM(h);
	PERSO_ELEM(sg);
	PERSO_ELEM(sum);

	PERSO_TRY(perso_scalar_reduce(g, nonce, &s));
	PERSO_TRY(perso_elem_mul(g, theirs, sk, &h));
	PERSO_TRY(perso_elem_base_mul(g, &s, &sg));
	PERSO_TRY(perso_elem_add(g, sg, h, &sum));
	return take_generator(g, sum, ret);
}

/* 4.4.3.3.2: R_p(s, t) */
static perso_rc
random_field(const struct perso_group *g, enum perso_cipher cipher,
    struct perso_span s, struct perso_span t, struct perso_num *ret)
{
	bool large = sim_nonce_size(cipher) == 32;
	struct perso_span c0 =
	    large ? perso_span_of(c0_256) : perso_span_of(c0_128);
	struct perso_span c1 =
	    large ? perso_span_of(c1_256) : perso_span_of(c1_128);
	size_t bits = perso_group_bits(g) + 64;
	PERSO_BUF(k, 64);
	PERSO_BUF(next, 64);
	PERSO_BUF(x, 1024);

	PERSO_TRY(perso_cbc_encrypt(cipher, t, PERSO_SPAN_EMPTY, s, &k));
	while (8 * x.n < bits) {
		struct perso_span key =
		    perso_span(k.p, perso_cipher_key(cipher));

		PERSO_TRY(
		    perso_cbc_encrypt(cipher, key, PERSO_SPAN_EMPTY, c1, &x));
		PERSO_TRY(perso_cbc_encrypt(
		    cipher, key, PERSO_SPAN_EMPTY, c0, &next));
		PERSO_TRY(perso_buf_set(&k, perso_buf_span(&next)));
		perso_buf_clear(&next);
	}
	return perso_field_reduce(g, perso_buf_span(&x), ret);
}

/* The values of appendix B.2, field elements. */
struct icart {
	struct perso_num a, b, alpha, x2, x3, h2;
};

static void
icart_wipe(struct icart *v)
{
	perso_wipe(v, sizeof(*v));
}

/* r = x^3 + a x + b */
static perso_rc
curve_at(const struct perso_group *g, const struct icart *v,
    const struct perso_num *x, struct perso_num *r)
{
	PERSO_NUM(t);

	PERSO_TRY(perso_field_mul(g, x, x, &t));
	PERSO_TRY(perso_field_add(g, &t, &v->a, &t));
	PERSO_TRY(perso_field_mul(g, &t, x, &t));
	return perso_field_add(g, &t, &v->b, r);
}

/* B.2, steps 1 to 4: alpha = -t^2, X2 = -b/a (1 + 1/(alpha + alpha^2)),
 * X3 = alpha X2, h2 = X2^3 + a X2 + b */
static perso_rc
candidates(
    const struct perso_group *g, const struct perso_num *t, struct icart *v)
{
	struct perso_num zero = { .n = perso_group_field_len(g) };
	struct perso_num one = zero;
	PERSO_NUM(u);
	PERSO_NUM(w);

	one.p[one.n - 1] = 1;
	PERSO_TRY(perso_field_mul(g, t, t, &u));
	PERSO_TRY(perso_field_sub(g, &zero, &u, &v->alpha));
	PERSO_TRY(perso_field_mul(g, &v->alpha, &v->alpha, &u));
	PERSO_TRY(perso_field_add(g, &u, &v->alpha, &u));
	PERSO_TRY(perso_field_inv(g, &u, &u));
	PERSO_TRY(perso_field_add(g, &u, &one, &u));
	PERSO_TRY(perso_field_inv(g, &v->a, &w));
	PERSO_TRY(perso_field_mul(g, &w, &v->b, &w));
	PERSO_TRY(perso_field_sub(g, &zero, &w, &w));
	PERSO_TRY(perso_field_mul(g, &u, &w, &v->x2));
	PERSO_TRY(perso_field_mul(g, &v->alpha, &v->x2, &v->x3));
	return curve_at(g, v, &v->x2, &v->h2);
}

static perso_rc
decode_point(const struct perso_group *g, const struct perso_num *x,
    const struct perso_num *y, struct perso_elem **ret)
{
	PERSO_BUF(b, SIM_POINT_MAX);
	struct perso_wr w = perso_wr(&b);

	perso_wr_u8(&w, 0x04);
	perso_wr_bytes(&w, perso_num_span(x));
	perso_wr_bytes(&w, perso_num_span(y));
	PERSO_TRY(perso_wr_end(&w));
	return perso_elem_decode(g, perso_buf_span(&b), ret);
}

/* B.2, steps 5 to 7 */
static perso_rc
encode_point(const struct perso_group *g, const struct perso_num *t,
    struct perso_elem **ret)
{
	struct perso_num one = { .n = perso_group_field_len(g) };
	__attribute__((cleanup(icart_wipe))) struct icart v = { .a.n = 0 };
	PERSO_NUM(root);
	PERSO_NUM(a);
	PERSO_NUM(u);

	one.p[one.n - 1] = 1;
	PERSO_TRY(perso_group_num(g, PERSO_GROUP_A, &v.a));
	PERSO_TRY(perso_group_num(g, PERSO_GROUP_B, &v.b));
	PERSO_TRY(perso_group_num(g, PERSO_GROUP_ROOT, &root));
	PERSO_TRY(candidates(g, t, &v));
	PERSO_TRY(perso_field_exp(g, &v.h2, &root, &a));
	PERSO_TRY(perso_field_mul(g, &a, &a, &u));
	PERSO_TRY(perso_field_mul(g, &u, &v.h2, &u));
	if (perso_span_equal(perso_num_span(&u), perso_num_span(&one))) {
		PERSO_TRY(perso_field_mul(g, &a, &v.h2, &a));
		return decode_point(g, &v.x2, &a, ret);
	}
	PERSO_TRY(perso_field_mul(g, t, t, &u));
	PERSO_TRY(perso_field_mul(g, &u, t, &u));
	PERSO_TRY(perso_field_mul(g, &u, &v.h2, &u));
	PERSO_TRY(perso_field_mul(g, &a, &u, &a));
	return decode_point(g, &v.x3, &a, ret);
}

/* 4.4.3.3.2: x^((p-1)/q) */
static perso_rc
encode_dh(const struct perso_group *g, const struct perso_num *x,
    struct perso_elem **ret)
{
	PERSO_NUM(cofactor);
	PERSO_NUM(y);

	PERSO_TRY(perso_group_num(g, PERSO_GROUP_COFACTOR, &cofactor));
	PERSO_TRY(perso_field_exp(g, x, &cofactor, &y));
	return perso_elem_decode(g, perso_num_span(&y), ret);
}

/* see sim_int.h */
perso_rc
sim_map_integrated(const struct perso_group *g, enum perso_cipher cipher,
    struct perso_span s, struct perso_span t, struct perso_group **ret)
{
	PERSO_NUM(x);
	PERSO_ELEM(e);

	PERSO_TRY(random_field(g, cipher, s, t, &x));
	if (perso_group_kind(g) == PERSO_AGREE_DH)
		PERSO_TRY(encode_dh(g, &x, &e));
	else
		PERSO_TRY(encode_point(g, &x, &e));
	return take_generator(g, e, ret);
}
