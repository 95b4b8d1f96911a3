#include <openssl/evp.h>

#include "perso/keyed.h"
#include "rows.h"

static void
fill(uint8_t *p, size_t n, unsigned seed)
{
	for (size_t i = 0; i < n; i++) {
		seed = seed * 1103515245 + 12345;
		p[i] = (uint8_t)(seed >> 16);
	}
}

static struct perso_keyed *
keyed(enum perso_cipher c, struct perso_span key, enum perso_keyed_use use)
{
	struct perso_keyed *k = NULL;

	cr_ok(perso_keyed_new(c, key, use, &k));
	return k;
}

/* What OpenSSL's own CMAC says. */
static void
judge_cmac(struct perso_span key, struct perso_span text, uint8_t ret[16])
{
	static const char *const name[] = { "AES-128-CBC", "AES-192-CBC",
		"AES-256-CBC" };
	size_t n = 0;

	cr_assert_not_null(EVP_Q_mac(NULL, "CMAC", NULL, name[key.n / 8 - 2],
	    NULL, key.p, key.n, text.p, text.n, ret, 16, &n));
	cr_assert_eq(n, 16);
}

/* What OpenSSL says about a chain of its own; n bytes to out. */
static void
judge_cbc(enum perso_cipher c, struct perso_span key, const uint8_t *iv,
    struct perso_span in, int encrypt, uint8_t *out)
{
	static const char *const name[] = { "DES-EDE3-CBC", "DES-EDE3-CBC",
		"AES-128-CBC", "AES-192-CBC", "AES-256-CBC" };
	EVP_CIPHER *alg = EVP_CIPHER_fetch(NULL, name[c], NULL);
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	uint8_t full[32];
	int n = 0;

	for (size_t i = 0; i < sizeof(full); i++)
		full[i] = key.p[i % key.n];
	cr_assert_eq(EVP_CipherInit_ex2(ctx, alg, full, iv, encrypt, NULL), 1);
	EVP_CIPHER_CTX_set_padding(ctx, 0);
	cr_assert_eq(EVP_CipherUpdate(ctx, out, &n, in.p, (int)in.n), 1);
	cr_assert_eq((size_t)n, in.n);
	EVP_CIPHER_CTX_free(ctx);
	EVP_CIPHER_free(alg);
}

#define TEXT 2100

/* One message of n bytes each way under k, with text before it that stays. */
static void
check_cbc(struct perso_keyed *k, enum perso_cipher c, struct perso_span key,
    size_t n, bool with_iv)
{
	static const uint8_t zero[16];
	uint8_t iv[16], in[TEXT], want[TEXT];
	struct perso_span i =
	    with_iv ? perso_span(iv, perso_cipher_block(c)) : PERSO_SPAN_EMPTY;
	PERSO_BUF(b, TEXT + 3);

	fill(iv, sizeof(iv), (unsigned)n);
	fill(in, n, (unsigned)n + 7);
	for (int encrypt = 1; encrypt >= 0; encrypt--) {
		perso_buf_clear(&b);
		cr_ok(perso_buf_append(&b, perso_span_str("abc")));
		cr_ok(perso_buf_append(&b, perso_span(in, n)));
		judge_cbc(c, key, with_iv ? iv : zero, perso_span(in, n),
		    encrypt, want);
		cr_ok(encrypt ? perso_keyed_encrypt(k, i, &b, 3)
			      : perso_keyed_decrypt(k, i, &b, 3));
		cr_assert_eq(b.n, 3 + n);
		cr_assert_arr_eq(b.p, "abc", 3);
		cr_assert_arr_eq(
		    b.p + 3, want, n, "%s, %zu bytes", perso_cipher_name(c), n);
	}
}

/* No message feels the one before: the contexts are never set back. */
Test(keyed, messages_one_after_another_are_independent)
{
	static const size_t blocks[] = { 1, 2, 1, 5, 0, 64, 3, 130, 1 };
	uint8_t key[32], x[16], y[16];

	fill(key, sizeof(key), 99);
	for (int i = PERSO_DES; i <= PERSO_AES256; i++) {
		enum perso_cipher c = (enum perso_cipher)i;
		struct perso_span s = perso_span(key, perso_cipher_key(c));
		struct perso_keyed *k = keyed(c, s, PERSO_KEYED_CIPHER);

		for (size_t j = 0; j < sizeof(blocks) / sizeof(*blocks); j++) {
			size_t n = blocks[j] * perso_cipher_block(c);

			check_cbc(k, c, s, n, true);
			check_cbc(k, c, s, n, false);
			fill(x, sizeof(x), (unsigned)j);
			cr_ok(perso_block_encrypt(c, s, x, y));
			cr_ok(perso_keyed_block(k, x, x));
			cr_assert_arr_eq(x, y, perso_cipher_block(c));
		}
		perso_keyed_free(&k);
		cr_assert_null(k);
	}
	perso_keyed_free(&(struct perso_keyed *){ NULL });
}

/* Lengths around blocks and around what goes to OpenSSL at once, in parts
 * that begin and end anywhere; between two of them the key is used for
 * something else. */
Test(keyed, cmac_of_any_length_in_any_parts)
{
	static const size_t lengths[] = { 0, 1, 15, 16, 17, 31, 32, 33, 500,
		511, 512, 513, 528, 1023, 1024, 1025, TEXT };
	uint8_t key[32], text[TEXT], mac[16], want[16];

	fill(key, sizeof(key), 5);
	fill(text, sizeof(text), 6);
	for (size_t bytes = 16; bytes <= 32; bytes += 8) {
		struct perso_span s = perso_span(key, bytes);
		enum perso_cipher c =
		    (enum perso_cipher)(PERSO_AES128 + bytes / 8 - 2);
		struct perso_keyed *k = keyed(c, s, PERSO_KEYED_MAC);

		for (size_t i = 0; i < sizeof(lengths) / sizeof(*lengths);
		     i++) {
			size_t n = lengths[i], cut = n * 3 / 7;
			struct perso_span parts[] = { perso_span(text, cut),
				PERSO_SPAN_EMPTY,
				perso_span(text + cut, n - cut) };

			judge_cmac(s, perso_span(text, n), want);
			cr_ok(perso_keyed_cmac(k, parts, 3, mac));
			cr_assert_arr_eq(mac, want, 16, "%zu bytes", n);
			cr_ok(perso_cmac(s, parts, 3, mac));
			cr_assert_arr_eq(mac, want, 16, "%zu bytes", n);
			check_cbc(k, c, s, 16 * (i + 1), i % 2 == 0);
		}
		perso_keyed_free(&k);
	}
}

Test(keyed, refuses_what_does_not_fit_and_stays_usable)
{
	uint8_t z[40] = { 0 }, mac[16] = { 9 };
	PERSO_BUF(b, 64);

	for (int i = PERSO_DES; i <= PERSO_AES256; i++) {
		enum perso_cipher c = (enum perso_cipher)i;
		size_t block = perso_cipher_block(c);
		struct perso_span s = perso_span(z, perso_cipher_key(c));
		struct perso_keyed *k = NULL;

		for (size_t n = 0; n <= sizeof(z); n++)
			if (n != s.n && !(c == PERSO_3DES && n == 24))
				cr_rc(perso_keyed_new(c, perso_span(z, n),
					  PERSO_KEYED_CIPHER, &k),
				    PERSO_E_KEY);
		cr_assert_null(k);
		k = keyed(c, s, PERSO_KEYED_MAC);
		perso_buf_clear(&b);
		cr_ok(perso_buf_append(&b, perso_span(z, block + 1)));
		cr_rc(perso_keyed_encrypt(k, PERSO_SPAN_EMPTY, &b, 0),
		    PERSO_E_ARG);
		cr_rc(perso_keyed_decrypt(k, perso_span(z, block - 1), &b, 1),
		    PERSO_E_ARG);
		cr_assert_eq(b.n, block + 1);
		cr_assert_arr_eq(b.p, z, block + 1);
		if (block == 8)
			cr_rc(perso_keyed_cmac(k, NULL, 0, mac), PERSO_E_ARG);
		cr_assert_eq(mac[0], 9);
		check_cbc(k, c, s, block, true);
		perso_keyed_free(&k);
	}
}

Test(keyed, agrees_with_sp_800_38b)
{
	static struct rows v;
	PERSO_BUF(key, 32);
	PERSO_BUF(msg, 64);
	PERSO_BUF(want, 16);
	uint8_t mac[PERSO_CMAC_SIZE];

	rows_open(&v, "tests/vectors/mac.txt");
	while (rows_next(&v)) {
		struct perso_span s = rows_hex(&v, 0, &key);
		struct perso_span m = rows_hex(&v, 1, &msg);
		struct perso_keyed *k =
		    keyed((enum perso_cipher)(PERSO_AES128 + s.n / 8 - 2), s,
			PERSO_KEYED_CIPHER);

		for (int twice = 0; twice < 2; twice++) {
			cr_ok(perso_keyed_cmac(k, &m, 1, mac));
			cr_assert(perso_span_equal(perso_span_of(mac),
				      rows_hex(&v, 2, &want)),
			    "line %zu", v.lines);
		}
		perso_keyed_free(&k);
	}
	cr_assert_eq(v.lines, 12);
}
