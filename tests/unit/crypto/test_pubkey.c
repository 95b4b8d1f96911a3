#include "rows.h"

static enum perso_curve
curve(const char *name)
{
	enum perso_curve c = PERSO_CURVE_NONE;

	if (strcmp(name, "-") != 0)
		cr_ok(perso_curve_from_name(name, &c));
	return c;
}

static void
check_key(const struct rows *v)
{
	struct perso_pubkey *k = NULL, *again = NULL;
	const char *form = v->field[3];
	PERSO_BUF(der, 8192);
	PERSO_BUF(out, 8192);

	rows_hex(v, 4, &der);
	cr_ok(perso_pubkey_from_spki(perso_buf_span(&der), &k));
	cr_assert_eq(
	    perso_pubkey_curve(k), curve(v->field[1]), "%s", v->field[0]);
	cr_assert_eq(perso_pubkey_bits(k), strtoul(v->field[2], NULL, 10), "%s",
	    v->field[0]);
	cr_ok(perso_pubkey_spki(k, strcmp(form, "named") != 0, &out));
	if (strcmp(form, "seed") != 0 && strcmp(form, "compressed") != 0)
		cr_assert(perso_span_equal(
			      perso_buf_span(&out), perso_buf_span(&der)),
		    "%s", v->field[0]);
	for (int ex = 0; ex < 2; ex++) {
		perso_buf_clear(&out);
		cr_ok(perso_pubkey_spki(k, ex == 1, &out));
		cr_ok(perso_pubkey_from_spki(perso_buf_span(&out), &again));
		cr_assert(perso_pubkey_equal(k, again), "%s", v->field[0]);
		cr_assert_eq(perso_pubkey_curve(again), perso_pubkey_curve(k));
		perso_pubkey_free(&again);
	}
	perso_pubkey_free(&k);
	cr_assert_null(k);
}

Test(pubkey, of_real_certificates_is_read_and_rebuilt)
{
	static struct rows v;

	rows_open(&v, "tests/vectors/spki.txt");
	while (rows_next(&v))
		check_key(&v);
	cr_assert_eq(v.lines, 25);
}

Test(pubkey, every_truncation_is_refused)
{
	static struct rows v;
	struct perso_pubkey *k = NULL;
	PERSO_BUF(der, 8192);

	rows_open(&v, "tests/vectors/spki.txt");
	while (rows_next(&v)) {
		struct perso_span s = rows_hex(&v, 4, &der);

		for (size_t n = 0; n < s.n; n++)
			cr_rc(perso_pubkey_from_spki(perso_span(s.p, n), &k),
			    PERSO_E_TRUNCATED);
		cr_ok(perso_buf_append_u8(&der, 0));
		cr_rc(perso_pubkey_from_spki(perso_buf_span(&der), &k),
		    PERSO_E_TRAILING);
	}
	cr_assert_null(k);
}

Test(pubkey, any_bit_of_an_explicit_key_altered_is_refused_or_another_key)
{
	struct perso_pubkey *k = load_spki("csca_explicit_256"), *x = NULL;
	size_t taken = 0;
	PERSO_BUF(der, 8192);

	spki_bytes("csca_explicit_256", &der);
	for (size_t i = 0; i < 8 * der.n; i++) {
		der.p[i / 8] ^= (uint8_t)(1 << i % 8);
		if (perso_pubkey_from_spki(perso_buf_span(&der), &x) ==
		    PERSO_OK) {
			taken++;
			perso_pubkey_free(&x);
		}
		cr_assert_null(x);
		der.p[i / 8] ^= (uint8_t)(1 << i % 8);
	}
	/* The version number's bits are not judged; little else passes. */
	cr_assert_leq(taken, 16, "%zu", taken);
	perso_pubkey_free(&k);
}

Test(pubkey, curve_names_lead_back)
{
	static const char *const same[][2] = { { "P-256", "secp256r1" },
		{ "prime256v1", "p-256" }, { "BP-256", "brainpoolP256r1" },
		{ "P-521", "secp521r1" }, { "P-384", "P384" } };
	enum perso_curve a = PERSO_CURVE_NONE, b = PERSO_CURVE_NONE;

	for (int c = PERSO_P192; c <= PERSO_P521; c++) {
		cr_ok(perso_curve_from_name(
		    perso_curve_name((enum perso_curve)c), &a));
		cr_assert_eq((int)a, c);
		cr_assert_eq(perso_curve_field(a), perso_curve_order(a));
	}
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		cr_ok(perso_curve_from_name(same[i][0], &a));
		cr_ok(perso_curve_from_name(same[i][1], &b));
		cr_assert_eq(a, b);
	}
	cr_rc(perso_curve_from_name("secp256k1", &a), PERSO_E_UNSUPPORTED);
	cr_assert_eq(perso_curve_field(PERSO_P521), 66);
	cr_assert_eq(perso_curve_field(PERSO_CURVE_NONE), 0);
}

Test(pubkey, point_must_be_uncompressed_and_on_the_curve)
{
	struct perso_pubkey *k = load_spki("named_P-256"), *x = NULL;
	PERSO_BUF(pt, 100);
	uint8_t off[65];

	cr_ok(perso_pubkey_point(k, &pt));
	cr_assert_eq(pt.n, 65);
	cr_ok(perso_pubkey_from_point(PERSO_P256, perso_buf_span(&pt), &x));
	cr_assert(perso_pubkey_equal(k, x));
	perso_pubkey_free(&x);
	memcpy(off, pt.p, 65);
	off[64] ^= 1;
	cr_rc(perso_pubkey_from_point(PERSO_P256, perso_span_of(off), &x),
	    PERSO_E_KEY);
	cr_rc(perso_pubkey_from_point(PERSO_BP256, perso_buf_span(&pt), &x),
	    PERSO_E_KEY);
	cr_rc(perso_pubkey_from_point(PERSO_P256, perso_span(pt.p, 64), &x),
	    PERSO_E_KEY);
	cr_rc(perso_pubkey_from_point(PERSO_P256, PERSO_SPAN_EMPTY, &x),
	    PERSO_E_KEY);
	cr_rc(perso_pubkey_from_point(PERSO_P256, perso_span("", 1), &x),
	    PERSO_E_KEY);
	off[0] = 2;
	cr_rc(perso_pubkey_from_point(PERSO_P256, perso_span(off, 33), &x),
	    PERSO_E_KEY);
	memset(off, 0, sizeof(off));
	off[0] = 4;
	cr_rc(perso_pubkey_from_point(PERSO_P256, perso_span_of(off), &x),
	    PERSO_E_KEY);
	memset(off + 1, 0xFF, 64);
	cr_rc(perso_pubkey_from_point(PERSO_P256, perso_span_of(off), &x),
	    PERSO_E_KEY);
	cr_rc(
	    perso_pubkey_from_point(PERSO_CURVE_NONE, perso_buf_span(&pt), &x),
	    PERSO_E_UNSUPPORTED);
	cr_assert_null(x);
	perso_pubkey_free(&k);
}

Test(pubkey, degenerate_rsa_is_refused)
{
	static const struct {
		const char *name;
		size_t bytes;
		uint8_t first, last;
		const char *e;
		size_t e_len;
		perso_rc want;
	} t[] = {
		{ "good", 256, 0xC1, 1, "\1\0\1", 3, PERSO_OK },
		{ "exponent 3", 256, 0xC1, 1, "\3", 1, PERSO_OK },
		{ "even modulus", 256, 0xC1, 2, "\1\0\1", 3, PERSO_E_KEY },
		{ "zero modulus", 256, 0, 0, "\1\0\1", 3, PERSO_E_KEY },
		{ "no modulus", 0, 0, 0, "\1\0\1", 3, PERSO_E_KEY },
		{ "short", 127, 0xC1, 1, "\1\0\1", 3, PERSO_E_KEY },
		{ "long", 2049, 0xC1, 1, "\1\0\1", 3, PERSO_E_KEY },
		{ "exponent 1", 256, 0xC1, 1, "\1", 1, PERSO_E_KEY },
		{ "exponent 0", 256, 0xC1, 1, "\0", 1, PERSO_E_KEY },
		{ "no exponent", 256, 0xC1, 1, "", 0, PERSO_E_KEY },
		{ "even exponent", 256, 0xC1, 1, "\4", 1, PERSO_E_KEY },
		{ "64-bit exponent of 4096 bits", 512, 0xC1, 1,
		    "\xFF\1\1\1\1\1\1\1", 8, PERSO_OK },
		{ "72-bit exponent of 4096 bits", 512, 0xC1, 1,
		    "\xFF\1\1\1\1\1\1\1\1", 9, PERSO_E_KEY },
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		uint8_t n[2049] = { 0 };
		struct perso_pubkey *k = NULL;

		if (t[i].bytes != 0) {
			n[0] = t[i].first;
			n[t[i].bytes - 1] = t[i].last;
		}
		cr_assert_eq(perso_pubkey_from_rsa(perso_span(n, t[i].bytes),
				 perso_span(t[i].e, t[i].e_len), &k),
		    t[i].want, "%s", t[i].name);
		cr_assert_eq(k != NULL, t[i].want == PERSO_OK);
		perso_pubkey_free(&k);
	}
}

Test(pubkey, exponent_and_modulus_are_handed_out)
{
	struct perso_pubkey *rsa = load_spki("mock_rsa_2048_e3");
	struct perso_pubkey *ec = load_spki("named_P-256");
	PERSO_BUF(b, 4096);

	cr_ok(perso_pubkey_exponent(rsa, &b));
	cr_assert_eq(b.n, 1);
	cr_assert_eq(b.p[0], 3);
	cr_ok(perso_pubkey_point(rsa, &b));
	cr_assert_eq(b.n, 257);
	cr_rc(perso_pubkey_exponent(ec, &b), PERSO_E_KEY);
	cr_assert(!perso_pubkey_equal(rsa, ec));
	cr_assert_eq(perso_pubkey_kind(rsa), PERSO_KEY_RSA);
	cr_assert_eq(perso_pubkey_kind(ec), PERSO_KEY_EC);
	perso_pubkey_free(&rsa);
	perso_pubkey_free(&ec);
}
