#include "perso/keyref.h"
#include "rows.h"

static enum perso_sig_kind
kind_of(const char *s)
{
	return strcmp(s, "pss") == 0	 ? PERSO_SIG_RSA_PSS
	       : strcmp(s, "pkcs1") == 0 ? PERSO_SIG_RSA_PKCS1
					 : PERSO_SIG_ECDSA;
}

static void
check_plain(const struct perso_pubkey *k, struct perso_sig_alg alg,
    struct perso_span msg, struct perso_span sig)
{
	size_t len = (perso_pubkey_bits(k) + 7) / 8;
	PERSO_BUF(plain, 200);
	PERSO_BUF(der, 200);

	cr_ok(perso_ecdsa_to_plain(sig, len, &plain));
	cr_assert_eq(plain.n, 2 * len);
	cr_ok(perso_ecdsa_to_der(perso_buf_span(&plain), &der));
	cr_assert(perso_span_equal(perso_buf_span(&der), sig));
	alg.kind = PERSO_SIG_ECDSA_PLAIN;
	cr_ok(perso_pubkey_verify(k, alg, &msg, 1, perso_buf_span(&plain)));
	cr_rc(perso_pubkey_verify(
		  k, alg, &msg, 1, perso_span(plain.p, plain.n - 1)),
	    PERSO_E_SIGNATURE);
	cr_ok(perso_buf_insert(&plain, 0, perso_span("", 1)));
	cr_ok(perso_buf_insert(&plain, len + 1, perso_span("", 1)));
	cr_rc(perso_pubkey_verify(k, alg, &msg, 1, perso_buf_span(&plain)),
	    PERSO_E_SIGNATURE);
	perso_buf_clear(&plain);
	cr_rc(perso_ecdsa_to_plain(sig, len / 2, &plain), PERSO_E_RANGE);
	cr_assert_eq(plain.n, 0);
}

Test(verify, accepts_what_the_openssl_program_signed)
{
	static struct rows v;
	PERSO_BUF(msg, 64);
	PERSO_BUF(spki, 8192);
	PERSO_BUF(sig, 8192);
	struct perso_pubkey *k = NULL;

	rows_open(&v, "tests/vectors/sign.txt");
	while (rows_next(&v)) {
		struct perso_sig_alg a = { kind_of(v.field[1]), PERSO_SHA1,
			strtoul(v.field[3], NULL, 10) };
		struct perso_span m = rows_hex(&v, 4, &msg);

		cr_ok(perso_hash_from_name(v.field[2], &a.hash));
		rows_hex(&v, 6, &sig);
		cr_ok(perso_pubkey_from_spki(rows_hex(&v, 5, &spki), &k));
		cr_ok(perso_pubkey_verify(k, a, &m, 1, perso_buf_span(&sig)));
		if (a.kind == PERSO_SIG_ECDSA)
			check_plain(k, a, m, perso_buf_span(&sig));
		sig.p[sig.n - 1] ^= 1;
		cr_rc(perso_pubkey_verify(k, a, &m, 1, perso_buf_span(&sig)),
		    PERSO_E_SIGNATURE);
		sig.p[sig.n - 1] ^= 1;
		msg.p[0] ^= 1;
		cr_rc(perso_pubkey_verify(k, a, &m, 1, perso_buf_span(&sig)),
		    PERSO_E_SIGNATURE);
		perso_pubkey_free(&k);
	}
	cr_assert_eq(v.lines, 49);
}

/* The order of P-256: neither r nor s may reach it. */
#define N256 "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551"

Test(verify, refuses_r_and_s_out_of_range)
{
	static const char *const bad[] = { "0000", "01", "00", N256,
		"30060201000201",
		/* truncated */ };
	struct perso_pubkey *k = load_spki("named_P-256");
	struct perso_sig_alg plain = { PERSO_SIG_ECDSA_PLAIN, PERSO_SHA256, 0 };
	struct perso_sig_alg der = { PERSO_SIG_ECDSA, PERSO_SHA256, 0 };
	struct perso_span msg = perso_span("m", 1);
	PERSO_BUF(n, 32);
	uint8_t sig[64];

	cr_ok(perso_hex_decode(perso_span_str(N256), &n));
	for (int r = 0; r < 3; r++)
		for (int s = 0; s < 3; s++) {
			PERSO_BUF(d, 100);

			memset(sig, 0, sizeof(sig));
			sig[31] = r == 1;
			sig[63] = s == 1;
			if (r == 2)
				memcpy(sig, n.p, 32);
			if (s == 2)
				memcpy(sig + 32, n.p, 32);
			cr_rc(perso_pubkey_verify(
				  k, plain, &msg, 1, perso_span_of(sig)),
			    PERSO_E_SIGNATURE);
			cr_ok(perso_ecdsa_to_der(perso_span_of(sig), &d));
			cr_rc(perso_pubkey_verify(
				  k, der, &msg, 1, perso_buf_span(&d)),
			    PERSO_E_SIGNATURE);
		}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		PERSO_BUF(d, 100);

		cr_ok(perso_hex_decode(perso_span_str(bad[i]), &d));
		cr_rc(perso_pubkey_verify(k, der, &msg, 1, perso_buf_span(&d)),
		    PERSO_E_SIGNATURE);
		cr_rc(
		    perso_pubkey_verify(k, plain, &msg, 1, perso_buf_span(&d)),
		    PERSO_E_SIGNATURE);
	}
	cr_rc(perso_pubkey_verify(k, der, &msg, 1, PERSO_SPAN_EMPTY),
	    PERSO_E_SIGNATURE);
	perso_pubkey_free(&k);
}

Test(verify, refuses_a_key_of_the_wrong_kind)
{
	struct perso_pubkey *ec = load_spki("named_P-256");
	struct perso_pubkey *rsa = load_spki("rsa_2048");
	struct perso_pubkey *any = load_spki("pss_any");
	struct perso_pubkey *lim = load_spki("pss_sha256_32");
	const struct {
		struct perso_pubkey *k;
		struct perso_sig_alg alg;
		perso_rc want;
	} t[] = {
		{ ec, { PERSO_SIG_RSA_PKCS1, PERSO_SHA256, 0 }, PERSO_E_KEY },
		{ ec, { PERSO_SIG_RSA_PSS, PERSO_SHA256, 32 }, PERSO_E_KEY },
		{ rsa, { PERSO_SIG_ECDSA, PERSO_SHA256, 0 }, PERSO_E_KEY },
		{ rsa, { PERSO_SIG_ECDSA_PLAIN, PERSO_SHA256, 0 },
		    PERSO_E_KEY },
		{ rsa, { PERSO_SIG_RSA_PKCS1, PERSO_SHA256, 0 },
		    PERSO_E_SIGNATURE },
		{ any, { PERSO_SIG_RSA_PKCS1, PERSO_SHA256, 0 }, PERSO_E_KEY },
		{ any, { PERSO_SIG_RSA_PSS, PERSO_SHA512, 20 },
		    PERSO_E_SIGNATURE },
		{ any, { PERSO_SIG_RSA_PSS, PERSO_SHA512, 500 }, PERSO_E_KEY },
		{ any, { PERSO_SIG_RSA_PSS, PERSO_SHA512, SIZE_MAX },
		    PERSO_E_KEY },
		{ lim, { PERSO_SIG_RSA_PSS, PERSO_SHA512, 64 }, PERSO_E_KEY },
		{ lim, { PERSO_SIG_RSA_PSS, PERSO_SHA256, 31 }, PERSO_E_KEY },
		{ lim, { PERSO_SIG_RSA_PSS, PERSO_SHA256, 32 },
		    PERSO_E_SIGNATURE },
		{ rsa, { PERSO_SIG_RSA_PKCS1, PERSO_HASH_NONE, 0 },
		    PERSO_E_ARG },
	};
	uint8_t sig[256] = { 1 };
	struct perso_span msg = perso_span("m", 1);

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		cr_assert_eq(perso_pubkey_verify(
				 t[i].k, t[i].alg, &msg, 1, perso_span_of(sig)),
		    t[i].want, "case %zu", i);
	perso_pubkey_free(&ec);
	perso_pubkey_free(&rsa);
	perso_pubkey_free(&any);
	perso_pubkey_free(&lim);
}

Test(verify, raw_rsa_wants_a_block_below_the_modulus)
{
	struct perso_pubkey *k = load_spki("mock_rsa_2048_e3");
	struct perso_pubkey *ec = load_spki("named_P-256");
	uint8_t two[256] = { 0 };
	PERSO_BUF(out, 256);
	PERSO_BUF(n, 256);

	two[255] = 2;
	cr_ok(perso_pubkey_rsa_raw(k, perso_span_of(two), &out));
	cr_assert_eq(out.n, 256);
	cr_assert_eq(out.p[255], 8);
	cr_assert_eq(out.p[254], 0);
	perso_buf_clear(&out);
	cr_ok(perso_pubkey_point(k, &n));
	cr_rc(perso_pubkey_rsa_raw(k, perso_buf_span(&n), &out), PERSO_E_RANGE);
	cr_rc(
	    perso_pubkey_rsa_raw(k, perso_span(two, 255), &out), PERSO_E_RANGE);
	cr_rc(perso_pubkey_rsa_raw(ec, perso_span_of(two), &out), PERSO_E_KEY);
	cr_assert_eq(out.n, 0);
	perso_pubkey_free(&k);
	perso_pubkey_free(&ec);
}

Test(verify, plain_form_must_be_two_halves)
{
	PERSO_BUF(out, 100);
	uint8_t z[200] = { 0 };

	cr_rc(perso_ecdsa_to_der(PERSO_SPAN_EMPTY, &out), PERSO_E_DATA);
	cr_rc(perso_ecdsa_to_der(perso_span(z, 63), &out), PERSO_E_DATA);
	cr_rc(perso_ecdsa_to_der(perso_span_of(z), &out), PERSO_E_DATA);
	cr_assert_eq(out.n, 0);
}
