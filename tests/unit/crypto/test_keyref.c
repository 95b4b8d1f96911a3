#include <sys/stat.h>
#include <unistd.h>

#include "perso/file.h"
#include "perso/keyref.h"
#include "rows.h"

static const enum perso_hash all[] = { PERSO_SHA1, PERSO_SHA224, PERSO_SHA256,
	PERSO_SHA384, PERSO_SHA512 };

static void
round_trip(struct perso_keyref *k, struct perso_sig_alg alg)
{
	struct perso_span parts[] = { perso_span("per", 3),
		perso_span("so", 2) },
			  whole = perso_span("perso", 5);
	const struct perso_pubkey *pub = perso_keyref_pubkey(k);
	PERSO_BUF(sig, 1024);

	for (int twice = 0; twice < 2; twice++) {
		perso_buf_clear(&sig);
		cr_ok(perso_keyref_sign(k, alg, parts, 2, &sig));
		cr_ok(perso_pubkey_verify(
		    pub, alg, &whole, 1, perso_buf_span(&sig)));
		for (size_t i = 0; i < 8 * sig.n; i += 37) {
			sig.p[i / 8] ^= (uint8_t)(1 << i % 8);
			cr_rc(perso_pubkey_verify(
				  pub, alg, &whole, 1, perso_buf_span(&sig)),
			    PERSO_E_SIGNATURE);
			sig.p[i / 8] ^= (uint8_t)(1 << i % 8);
		}
	}
}

static void
every_hash(struct perso_keyref *k)
{
	bool rsa = perso_pubkey_kind(perso_keyref_pubkey(k)) == PERSO_KEY_RSA;

	for (size_t i = 0; i < 5; i++) {
		struct perso_sig_alg a = {
			rsa ? PERSO_SIG_RSA_PKCS1 : PERSO_SIG_ECDSA, all[i], 0
		};

		round_trip(k, a);
		a.kind = rsa ? PERSO_SIG_RSA_PSS : PERSO_SIG_ECDSA_PLAIN;
		a.salt = perso_hash_size(all[i]);
		round_trip(k, a);
	}
}

/* Through PKCS#8 and back it is the same key. */
static void
through_pkcs8(struct perso_keyref *k)
{
	PERSO_BUF(der, 8192);
	PERSO_BUF(again, 8192);
	struct perso_keyref *copy = NULL;

	cr_ok(perso_keyref_pkcs8(k, &der));
	cr_ok(perso_keyref_from_pkcs8(perso_buf_span(&der), &copy));
	cr_assert(perso_pubkey_equal(
	    perso_keyref_pubkey(k), perso_keyref_pubkey(copy)));
	cr_ok(perso_keyref_pkcs8(copy, &again));
	cr_assert(
	    perso_span_equal(perso_buf_span(&der), perso_buf_span(&again)));
	perso_keyref_free(&copy);
}

Test(keyref, signs_on_every_curve_with_every_hash)
{
	for (int c = PERSO_P192; c <= PERSO_P521; c++) {
		struct perso_key_spec spec = { PERSO_KEY_EC,
			(enum perso_curve)c, 0 };
		struct perso_keyref *k = NULL;

		cr_ok(perso_keyref_generate(spec, &k));
		cr_assert_eq(
		    (int)perso_pubkey_curve(perso_keyref_pubkey(k)), c);
		every_hash(k);
		through_pkcs8(k);
		perso_keyref_free(&k);
	}
}

Test(keyref, signs_with_rsa_in_both_paddings)
{
	struct perso_key_spec spec = { PERSO_KEY_RSA, PERSO_CURVE_NONE, 2048 };
	struct perso_keyref *k = NULL;

	cr_ok(perso_keyref_generate(spec, &k));
	cr_assert_eq(perso_pubkey_bits(perso_keyref_pubkey(k)), 2048);
	every_hash(k);
	through_pkcs8(k);
	perso_keyref_free(&k);
}

Test(keyref, reads_the_keys_of_the_openssl_program)
{
	static struct rows v;
	PERSO_BUF(der, 8192);
	PERSO_BUF(out, 8192);
	struct perso_keyref *k = NULL;

	rows_open(&v, "tests/vectors/pkcs8.txt");
	while (rows_next(&v)) {
		enum perso_curve c = PERSO_CURVE_NONE;
		struct perso_sig_alg a = { PERSO_SIG_RSA_PSS, PERSO_SHA256,
			32 };

		rows_hex(&v, 2, &der);
		cr_ok(perso_keyref_from_pkcs8(perso_buf_span(&der), &k));
		if (strcmp(v.field[1], "-") != 0)
			cr_ok(perso_curve_from_name(v.field[1], &c));
		cr_assert_eq(perso_pubkey_curve(perso_keyref_pubkey(k)), c);
		if (perso_pubkey_kind(perso_keyref_pubkey(k)) == PERSO_KEY_EC)
			a.kind = PERSO_SIG_ECDSA;
		round_trip(k, a);
		through_pkcs8(k);
		perso_buf_clear(&out);
		cr_ok(perso_keyref_pkcs8(k, &out));
		if (strncmp(v.field[0], "explicit_", 9) != 0)
			cr_assert(perso_span_equal(perso_buf_span(&der),
				      perso_buf_span(&out)),
			    "%s", v.field[0]);
		perso_keyref_free(&k);
	}
	cr_assert_eq(v.lines, 17);
}

static void
load_pkcs8(const char *name, struct perso_buf *ret)
{
	static struct rows v;

	rows_open(&v, "tests/vectors/pkcs8.txt");
	while (rows_next(&v))
		if (strcmp(v.field[0], name) == 0)
			rows_hex(&v, 2, ret);
	cr_assert(ret->n != 0);
}

Test(keyref, refuses_every_truncation_and_altered_rsa_value)
{
	static const char *const names[] = { "named_P-256", "explicit_bp512",
		"rsa_2048", "pss_sha256_32" };
	struct perso_keyref *k = NULL;

	for (size_t i = 0; i < 4; i++) {
		PERSO_BUF(der, 8192);

		load_pkcs8(names[i], &der);
		for (size_t n = 0; n < der.n; n++)
			cr_assert_neq(
			    perso_keyref_from_pkcs8(perso_span(der.p, n), &k),
			    PERSO_OK);
		/* A damaged part must not become a key that signs. */
		for (size_t at = 60; i == 2 && at < der.n; at += 97) {
			der.p[at] ^= 0x10;
			cr_assert_neq(
			    perso_keyref_from_pkcs8(perso_buf_span(&der), &k),
			    PERSO_OK, "%zu", at);
			der.p[at] ^= 0x10;
		}
	}
	cr_assert_null(k);
}

Test(keyref, refuses_a_private_value_that_is_not_of_its_point)
{
	struct perso_keyref *k = NULL;
	PERSO_BUF(der, 8192);

	load_pkcs8("named_P-256", &der);
	der.p[40] ^= 1; /* inside the private value */
	cr_rc(perso_keyref_from_pkcs8(perso_buf_span(&der), &k), PERSO_E_KEY);
	cr_assert_null(k);
}

Test(keyref, file_is_private_and_opens_again)
{
	struct perso_key_spec spec = { PERSO_KEY_EC, PERSO_BP384, 0 };
	char dir[] = "/tmp/perso-key-XXXXXX", path[64];
	struct perso_keyref *k = NULL, *again = NULL;
	struct stat st;

	cr_assert_not_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/key.pem", dir);
	cr_ok(perso_keyref_generate(spec, &k));
	cr_ok(perso_keyref_save(k, path));
	cr_assert_eq(stat(path, &st), 0);
	cr_assert_eq(st.st_mode & 0777, 0600);
	cr_ok(perso_keyref_open(path, &again));
	cr_assert(perso_pubkey_equal(
	    perso_keyref_pubkey(k), perso_keyref_pubkey(again)));
	perso_keyref_free(&k);
	perso_keyref_free(&again);
	unlink(path);
	rmdir(dir);
}

Test(keyref, refuses_files_that_hold_no_plain_key)
{
	static const struct {
		const char *text;
		perso_rc want;
	} t[] = {
		{ "", PERSO_E_KEY },
		{ "hello", PERSO_E_KEY },
		{ "0", PERSO_E_KEY },
		{ "-----BEGIN PRIVATE KEY-----\n", PERSO_E_KEY },
		{ "-----BEGIN PRIVATE KEY-----\n"
		  "-----END PRIVATE KEY-----\n",
		    PERSO_E_KEY },
		{ "-----BEGIN PRIVATE KEY-----\n!!!!\n"
		  "-----END PRIVATE KEY-----\n",
		    PERSO_E_KEY },
		{ "-----BEGIN PRIVATE KEY-----\nAAAA\n"
		  "-----END PRIVATE KEY-----\n",
		    PERSO_E_KEY },
		{ "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n"
		  "-----END ENCRYPTED PRIVATE KEY-----\n",
		    PERSO_E_KEY },
	};
	char dir[] = "/tmp/perso-key-XXXXXX", path[64], text[512];
	struct perso_keyref *k = NULL;

	cr_assert_not_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/key.pem", dir);
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		cr_ok(perso_file_write(path, perso_span_str(t[i].text), 0600));
		cr_rc(perso_keyref_open(path, &k), t[i].want);
		perso_trail_text(text, sizeof(text));
		cr_assert_not_null(strstr(text, path), "%s", text);
	}
	unlink(path);
	cr_rc(perso_keyref_open(path, &k), PERSO_E_IO);
	rmdir(dir);
	cr_assert_null(k);
}

Test(keyref, refuses_kinds_it_cannot_make)
{
	static const struct perso_key_spec bad[] = {
		{ PERSO_KEY_RSA, PERSO_CURVE_NONE, 512 },
		{ PERSO_KEY_RSA, PERSO_CURVE_NONE, 8192 },
		{ PERSO_KEY_RSA, PERSO_CURVE_NONE, 2049 },
		{ PERSO_KEY_EC, PERSO_CURVE_NONE, 256 },
	};
	struct perso_key_spec ec = { PERSO_KEY_EC, PERSO_P256, 0 };
	struct perso_sig_alg rsa = { PERSO_SIG_RSA_PKCS1, PERSO_SHA256, 0 };
	struct perso_keyref *k = NULL;
	uint8_t mac[16];
	PERSO_BUF(out, 1024);

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		cr_assert_neq(perso_keyref_generate(bad[i], &k), PERSO_OK);
	cr_assert_null(k);
	cr_ok(perso_keyref_generate(ec, &k));
	cr_rc(perso_keyref_sign(k, rsa, NULL, 0, &out), PERSO_E_KEY);
	cr_rc(perso_keyref_cmac(k, NULL, 0, mac), PERSO_E_KEY);
	cr_rc(perso_keyref_kcv(k, mac), PERSO_E_KEY);
	cr_rc(perso_keyref_rsa_raw(k, PERSO_SPAN_EMPTY, &out), PERSO_E_KEY);
	cr_assert_eq(out.n, 0);
	perso_keyref_free(&k);
}

Test(keyref, raw_rsa_is_undone_by_the_public_key)
{
	struct perso_key_spec spec = { PERSO_KEY_RSA, PERSO_CURVE_NONE, 1024 };
	struct perso_keyref *k = NULL;
	uint8_t block[128] = { 0x6A };
	PERSO_BUF(sig, 128);
	PERSO_BUF(back, 128);

	cr_ok(perso_keyref_generate(spec, &k));
	cr_ok(perso_keyref_rsa_raw(k, perso_span_of(block), &sig));
	cr_assert_eq(sig.n, 128);
	cr_ok(perso_pubkey_rsa_raw(
	    perso_keyref_pubkey(k), perso_buf_span(&sig), &back));
	cr_assert_arr_eq(back.p, block, 128);
	cr_rc(perso_keyref_rsa_raw(k, perso_span(block, 127), &sig),
	    PERSO_E_RANGE);
	perso_keyref_free(&k);
}

/* What we signed, judged by a program that is not ours. */
Test(keyref, openssl_program_accepts_our_signatures_and_keys)
{
	struct perso_key_spec specs[] = { { PERSO_KEY_EC, PERSO_P256, 0 },
		{ PERSO_KEY_EC, PERSO_BP512, 0 },
		{ PERSO_KEY_RSA, PERSO_CURVE_NONE, 2048 } };
	char dir[] = "/tmp/perso-key-XXXXXX", cmd[512], path[64];
	struct perso_span msg = perso_span("perso", 5);

	cr_assert_not_null(mkdtemp(dir));
	cr_assert_eq(chdir(dir), 0);
	snprintf(path, sizeof(path), "%s", "key.pem");
	cr_ok(perso_file_write("m", msg, 0600));
	for (size_t i = 0; i < 3; i++) {
		bool rsa = specs[i].kind == PERSO_KEY_RSA;
		struct perso_sig_alg alg = { rsa ? PERSO_SIG_RSA_PSS
						 : PERSO_SIG_ECDSA,
			PERSO_SHA384, 48 };
		struct perso_keyref *k = NULL;
		PERSO_BUF(sig, 512);
		PERSO_BUF(spki, 1024);

		cr_ok(perso_keyref_generate(specs[i], &k));
		cr_ok(perso_keyref_save(k, path));
		cr_ok(perso_keyref_sign(k, alg, &msg, 1, &sig));
		cr_ok(perso_file_write("s", perso_buf_span(&sig), 0600));
		cr_ok(perso_pubkey_spki(perso_keyref_pubkey(k), true, &spki));
		cr_ok(perso_file_write("p", perso_buf_span(&spki), 0600));
		snprintf(cmd, sizeof(cmd),
		    "openssl dgst -sha384 -verify p "
		    "-keyform DER %s -signature s m >out 2>&1 && "
		    "openssl pkey -in key.pem -noout -check >out 2>&1",
		    rsa ? "-sigopt rsa_padding_mode:pss "
			  "-sigopt rsa_pss_saltlen:48"
			: "");
		cr_assert_eq(system(cmd), 0, "case %zu", i);
		perso_keyref_free(&k);
	}
	cr_assert_eq(system("rm -f key.pem m s p out"), 0);
	rmdir(dir);
}
