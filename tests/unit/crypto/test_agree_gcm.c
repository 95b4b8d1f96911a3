/*
 * AES-256-GCM: tests/vectors/gcm.txt.
 */
#include "perso/gcm.h"
#include "rows.h"

struct vector {
	struct perso_buf key, nonce, aad, plain, sealed;
};

static void
vector_done(struct vector *v)
{
	perso_buf_done(&v->key);
	perso_buf_done(&v->nonce);
	perso_buf_done(&v->aad);
	perso_buf_done(&v->plain);
	perso_buf_done(&v->sealed);
}

static void
check_opens(const struct vector *v)
{
	PERSO_BUF(out, 256);

	cr_ok(perso_buf_append_u8(&out, 0xAA));
	cr_ok(perso_gcm_open(perso_buf_span(&v->key), perso_buf_span(&v->nonce),
	    perso_buf_span(&v->aad), perso_buf_span(&v->sealed), &out));
	cr_assert_eq(out.n, 1 + v->plain.n);
	cr_assert(
	    v->plain.n == 0 || memcmp(out.p + 1, v->plain.p, v->plain.n) == 0);
}

/* Every byte of ciphertext and tag counts. */
static void
check_damage(struct vector *v)
{
	PERSO_BUF(out, 256);

	cr_ok(perso_buf_append_u8(&out, 0xAA));
	for (size_t i = 0; i < v->sealed.n; i++) {
		v->sealed.p[i] ^= 0x80;
		cr_rc(perso_gcm_open(perso_buf_span(&v->key),
			  perso_buf_span(&v->nonce), perso_buf_span(&v->aad),
			  perso_buf_span(&v->sealed), &out),
		    PERSO_E_SIGNATURE);
		v->sealed.p[i] ^= 0x80;
		cr_assert(out.n == 1 && out.p[0] == 0xAA);
	}
	cr_ok(perso_buf_append_u8(&v->aad, 0));
	cr_rc(perso_gcm_open(perso_buf_span(&v->key), perso_buf_span(&v->nonce),
		  perso_buf_span(&v->aad), perso_buf_span(&v->sealed), &out),
	    PERSO_E_SIGNATURE);
	cr_assert_eq(out.n, 1);
}

static void
check_line(const struct rows *r)
{
	__attribute__((cleanup(vector_done))) struct vector v;
	PERSO_BUF(out, 256);

	perso_buf_init(&v.key, 64);
	perso_buf_init(&v.nonce, 64);
	perso_buf_init(&v.aad, 256);
	perso_buf_init(&v.plain, 256);
	perso_buf_init(&v.sealed, 256);
	rows_hex(r, 0, &v.key);
	rows_hex(r, 1, &v.nonce);
	rows_hex(r, 2, &v.aad);
	rows_hex(r, 3, &v.plain);
	rows_hex(r, 4, &v.sealed);
	cr_ok(perso_gcm_seal(perso_buf_span(&v.key), perso_buf_span(&v.nonce),
	    perso_buf_span(&v.aad), perso_buf_span(&v.plain), &out));
	cr_assert(
	    perso_span_equal(perso_buf_span(&out), perso_buf_span(&v.sealed)));
	check_opens(&v);
	check_damage(&v);
}

Test(gcm, published_vectors_seal_and_open)
{
	static struct rows v;

	rows_open(&v, "tests/vectors/gcm.txt");
	while (rows_next(&v))
		check_line(&v);
	cr_assert_geq(v.lines, 4);
}

Test(gcm, refuses_wrong_lengths_and_full_buffers)
{
	static const uint8_t z[64];
	struct perso_span key = { z, 32 }, nonce = { z, 12 }, none = { 0 };
	struct perso_span text = { z, 20 };
	PERSO_BUF(out, 35);

	cr_rc(perso_gcm_seal(perso_span(z, 16), nonce, none, text, &out),
	    PERSO_E_KEY);
	cr_rc(perso_gcm_open(perso_span(z, 33), nonce, none, text, &out),
	    PERSO_E_KEY);
	cr_rc(perso_gcm_seal(key, perso_span(z, 16), none, text, &out),
	    PERSO_E_ARG);
	cr_rc(perso_gcm_open(key, perso_span(z, 0), none, text, &out),
	    PERSO_E_ARG);
	cr_rc(perso_gcm_open(key, nonce, none, perso_span(z, 15), &out),
	    PERSO_E_TRUNCATED);
	cr_rc(perso_gcm_open(key, nonce, none, none, &out), PERSO_E_TRUNCATED);
	cr_rc(perso_gcm_seal(key, nonce, none, text, &out), PERSO_E_NOMEM);
	cr_assert_eq(out.n, 0);
}
