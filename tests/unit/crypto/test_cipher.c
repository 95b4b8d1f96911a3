#include "perso/cipher.h"
#include "rows.h"

static enum perso_cipher
by_name(const char *name)
{
	for (int c = PERSO_DES; c <= PERSO_AES256; c++)
		if (strcmp(perso_cipher_name((enum perso_cipher)c), name) == 0)
			return (enum perso_cipher)c;
	cr_assert(false, "%s", name);
	return PERSO_DES;
}

static void
check_line(const struct rows *v)
{
	enum perso_cipher c = by_name(v->field[0]);
	bool ecb = strcmp(v->field[1], "ecb") == 0;
	PERSO_BUF(key, 32);
	PERSO_BUF(iv, 16);
	PERSO_BUF(plain, 64);
	PERSO_BUF(ciph, 64);
	PERSO_BUF(out, 65);
	struct perso_span k = rows_hex(v, 2, &key), i = rows_hex(v, 3, &iv);
	struct perso_span p = rows_hex(v, 4, &plain);
	struct perso_span e = rows_hex(v, 5, &ciph);
	uint8_t block[16];

	if (ecb) {
		memcpy(block, p.p, p.n);
		cr_ok(perso_block_encrypt(c, k, block, block));
		cr_assert_arr_eq(block, e.p, e.n);
		cr_ok(perso_block_decrypt(c, k, block, block));
		cr_assert_arr_eq(block, p.p, p.n);
		return;
	}
	cr_ok(perso_buf_append_u8(&out, 0x77));
	cr_ok(perso_cbc_encrypt(c, k, i, p, &out));
	cr_assert_eq(out.n, 1 + e.n);
	cr_assert_eq(out.p[0], 0x77);
	cr_assert_arr_eq(out.p + 1, e.p, e.n, "%s", v->field[0]);
	perso_buf_clear(&out);
	cr_ok(perso_cbc_decrypt(c, k, i, e, &out));
	cr_assert(perso_span_equal(perso_buf_span(&out), p));
}

Test(cipher, agrees_with_published_answers)
{
	static struct rows v;

	rows_open(&v, "tests/vectors/cipher.txt");
	while (rows_next(&v))
		check_line(&v);
	cr_assert_eq(v.lines, 12);
}

Test(cipher, chain_of_nothing_is_nothing)
{
	uint8_t key[16] = { 0 };
	PERSO_BUF(out, 16);

	cr_ok(perso_cbc_encrypt(PERSO_AES128, perso_span_of(key),
	    PERSO_SPAN_EMPTY, PERSO_SPAN_EMPTY, &out));
	cr_assert_eq(out.n, 0);
}

Test(cipher, takes_24_bytes_for_triple_des_as_given)
{
	uint8_t key[24], a[8] = { 1 }, b[8] = { 1 };

	for (size_t i = 0; i < 24; i++)
		key[i] = (uint8_t)(i % 16 * 16 + 1);
	cr_ok(perso_block_encrypt(PERSO_3DES, perso_span(key, 24), a, a));
	cr_ok(perso_block_encrypt(PERSO_3DES, perso_span(key, 16), b, b));
	cr_assert_arr_eq(a, b, 8);
}

Test(cipher, refuses_wrong_lengths_and_leaves_the_output)
{
	uint8_t z[40] = { 0 };
	PERSO_BUF(out, 64);

	for (int c = PERSO_DES; c <= PERSO_AES256; c++) {
		enum perso_cipher e = (enum perso_cipher)c;
		size_t b = perso_cipher_block(e), k = perso_cipher_key(e);

		for (size_t n = 0; n <= sizeof(z); n++) {
			if (n == k || (e == PERSO_3DES && n == 24))
				continue;
			cr_rc(perso_cbc_encrypt(e, perso_span(z, n),
				  PERSO_SPAN_EMPTY, perso_span(z, b), &out),
			    PERSO_E_KEY);
			cr_rc(perso_block_decrypt(e, perso_span(z, n), z, z),
			    PERSO_E_KEY);
		}
		cr_rc(perso_cbc_decrypt(e, perso_span(z, k), PERSO_SPAN_EMPTY,
			  perso_span(z, b + 1), &out),
		    PERSO_E_ARG);
		cr_rc(perso_cbc_decrypt(e, perso_span(z, k),
			  perso_span(z, b - 1), perso_span(z, b), &out),
		    PERSO_E_ARG);
	}
	cr_assert_eq(out.n, 0);
}

Test(cipher, says_when_the_output_has_no_room)
{
	uint8_t z[32] = { 0 };
	PERSO_BUF(out, 16);

	cr_rc(perso_cbc_encrypt(PERSO_AES128, perso_span(z, 16),
		  PERSO_SPAN_EMPTY, perso_span(z, 32), &out),
	    PERSO_E_NOMEM);
	cr_assert_eq(out.n, 0);
}
