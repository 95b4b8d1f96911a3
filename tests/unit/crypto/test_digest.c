#include <pthread.h>

#include "perso/digest.h"
#include "perso/keyref.h"
#include "perso/wr.h"
#include "rows.h"

Test(digest, agrees_with_fips_180)
{
	static struct rows v;
	PERSO_BUF(msg, 4096);
	PERSO_BUF(want, 64);
	struct perso_md md;
	enum perso_hash h;

	rows_open(&v, "tests/vectors/digest.txt");
	while (rows_next(&v)) {
		cr_ok(perso_hash_from_name(v.field[0], &h));
		cr_ok(perso_digest(h, rows_hex(&v, 1, &msg), &md));
		cr_assert(perso_span_equal(
			      perso_md_span(&md), rows_hex(&v, 2, &want)),
		    "line %zu", v.lines);
		cr_assert_eq(md.n, perso_hash_size(h));
	}
	cr_assert_eq(v.lines, 20);
}

Test(digest, of_parts_is_that_of_the_whole)
{
	struct perso_span parts[] = { perso_span("a", 1), PERSO_SPAN_EMPTY,
		perso_span("bc", 2) };
	struct perso_md a, b;

	cr_ok(perso_digest_parts(PERSO_SHA256, parts, 3, &a));
	cr_ok(perso_digest(PERSO_SHA256, perso_span("abc", 3), &b));
	cr_assert(perso_span_equal(perso_md_span(&a), perso_md_span(&b)));
	cr_ok(perso_digest_parts(PERSO_SHA256, NULL, 0, &a));
	cr_assert_eq(a.p[0], 0xE3);
}

Test(digest, refuses_no_algorithm_and_leaves_the_output)
{
	struct perso_md md = { .n = 7 };

	cr_rc(
	    perso_digest(PERSO_HASH_NONE, PERSO_SPAN_EMPTY, &md), PERSO_E_ARG);
	cr_rc(perso_digest((enum perso_hash)99, PERSO_SPAN_EMPTY, &md),
	    PERSO_E_ARG);
	cr_assert_eq(md.n, 7);
}

Test(digest, names_and_oids_lead_back)
{
	enum perso_hash h = PERSO_HASH_NONE;

	for (int i = PERSO_SHA1; i <= PERSO_SHA512; i++) {
		cr_ok(perso_hash_from_name(
		    perso_hash_name((enum perso_hash)i), &h));
		cr_assert_eq((int)h, i);
		cr_ok(perso_hash_from_oid(
		    perso_hash_oid((enum perso_hash)i), &h));
		cr_assert_eq((int)h, i);
	}
	cr_ok(perso_hash_from_name("sha-256", &h));
	cr_assert_eq(h, PERSO_SHA256);
	cr_ok(perso_hash_from_name("Sha512", &h));
	cr_assert_eq(h, PERSO_SHA512);
	cr_rc(perso_hash_from_name("SHA", &h), PERSO_E_UNSUPPORTED);
	cr_rc(perso_hash_from_name("256", &h), PERSO_E_UNSUPPORTED);
	cr_rc(perso_hash_from_name("SHA--256", &h), PERSO_E_UNSUPPORTED);
	cr_rc(perso_hash_from_name("MD5", &h), PERSO_E_UNSUPPORTED);
	cr_rc(perso_hash_from_name("", &h), PERSO_E_UNSUPPORTED);
	cr_rc(perso_hash_from_name("none", &h), PERSO_E_UNSUPPORTED);
	cr_rc(perso_hash_from_oid("", &h), PERSO_E_UNSUPPORTED);
	cr_assert_eq(h, PERSO_SHA512);
	cr_assert_eq(perso_hash_size((enum perso_hash)77), 0);
}

Test(digest, encoded_oids_are_those_of_the_text)
{
	for (int i = PERSO_SHA1; i <= PERSO_SHA512; i++) {
		enum perso_hash h = (enum perso_hash)i;
		PERSO_BUF(der, 64);
		struct perso_wr w = perso_wr(&der);

		perso_wr_oid(&w, perso_hash_oid(h));
		cr_ok(perso_wr_end(&w));
		cr_assert(perso_span_equal(
		    perso_buf_span(&der), perso_hash_oid_der(h)));
	}
	cr_assert_eq(perso_hash_oid_der(PERSO_HASH_NONE).n, 0);
}

Test(cmac, agrees_with_sp_800_38b)
{
	static struct rows v;
	PERSO_BUF(key, 32);
	PERSO_BUF(msg, 64);
	PERSO_BUF(want, 16);
	uint8_t mac[PERSO_CMAC_SIZE];

	rows_open(&v, "tests/vectors/mac.txt");
	while (rows_next(&v)) {
		struct perso_span m = rows_hex(&v, 1, &msg);
		struct perso_span parts[] = { perso_span_sub(m, 0, 5),
			perso_span_sub(m, 5, 100) };

		rows_hex(&v, 0, &key);
		cr_ok(perso_cmac(perso_buf_span(&key), parts, 2, mac));
		cr_assert(perso_span_equal(
			      perso_span_of(mac), rows_hex(&v, 2, &want)),
		    "line %zu", v.lines);
	}
	cr_assert_eq(v.lines, 12);
}

Test(cmac, refuses_other_key_lengths)
{
	uint8_t key[40] = { 0 }, mac[PERSO_CMAC_SIZE] = { 5 };

	for (size_t n = 0; n <= sizeof(key); n++) {
		if (n == 16 || n == 24 || n == 32)
			continue;
		cr_rc(
		    perso_cmac(perso_span(key, n), NULL, 0, mac), PERSO_E_KEY);
	}
	cr_assert_eq(mac[0], 5);
}

Test(keyref_aes, macs_and_enciphers_with_its_key)
{
	static struct rows v;
	PERSO_BUF(key, 32);
	PERSO_BUF(msg, 64);
	PERSO_BUF(a, 64);
	PERSO_BUF(b, 64);
	uint8_t mac[16], want[16], kcv[3], ones[16];
	struct perso_keyref *k = NULL;

	memset(ones, 1, sizeof(ones));
	rows_open(&v, "tests/vectors/mac.txt");
	while (rows_next(&v)) {
		struct perso_span ks = rows_hex(&v, 0, &key);
		enum perso_cipher c = ks.n == 16   ? PERSO_AES128
				      : ks.n == 24 ? PERSO_AES192
						   : PERSO_AES256;

		rows_hex(&v, 1, &msg);
		cr_ok(perso_keyref_from_aes(ks, &k));
		cr_assert_null(perso_keyref_pubkey(k));
		cr_ok(perso_keyref_cmac(
		    k, &(struct perso_span){ msg.p, msg.n }, 1, mac));
		cr_ok(perso_cmac(
		    ks, &(struct perso_span){ msg.p, msg.n }, 1, want));
		cr_assert_arr_eq(mac, want, 16);
		perso_buf_clear(&a);
		perso_buf_clear(&b);
		cr_ok(perso_keyref_cbc_encrypt(
		    k, PERSO_SPAN_EMPTY, perso_span(ones, 16), &a));
		cr_ok(perso_cbc_encrypt(
		    c, ks, PERSO_SPAN_EMPTY, perso_span(ones, 16), &b));
		cr_assert_arr_eq(a.p, b.p, 16);
		cr_ok(perso_keyref_kcv(k, kcv));
		cr_assert_arr_eq(kcv, a.p, 3);
		perso_keyref_free(&k);
		cr_assert_null(k);
	}
}

Test(keyref_aes, refuses_what_needs_a_private_key)
{
	struct perso_keyref *k = NULL;
	uint8_t key[33] = { 0 };
	PERSO_BUF(b, 4096);
	struct perso_sig_alg alg = { PERSO_SIG_ECDSA, PERSO_SHA256, 0 };

	cr_rc(perso_keyref_from_aes(perso_span(key, 33), &k), PERSO_E_KEY);
	cr_rc(perso_keyref_from_aes(PERSO_SPAN_EMPTY, &k), PERSO_E_KEY);
	cr_assert_null(k);
	cr_ok(perso_keyref_from_aes(perso_span(key, 32), &k));
	cr_rc(perso_keyref_sign(k, alg, NULL, 0, &b), PERSO_E_KEY);
	cr_rc(perso_keyref_pkcs8(k, &b), PERSO_E_KEY);
	cr_rc(perso_keyref_rsa_raw(k, PERSO_SPAN_EMPTY, &b), PERSO_E_KEY);
	cr_assert_eq(b.n, 0);
	perso_keyref_free(&k);
}

static void *
digest_in_thread(void *ret)
{
	struct perso_md *md = ret;

	for (int i = 0; i < 1000; i++)
		if (perso_digest(PERSO_SHA256, perso_span("abc", 3), md) !=
		    PERSO_OK)
			md->n = 0;
	return NULL;
}

Test(digest, threads_do_not_disturb_each_other)
{
	struct perso_md md[8] = { { .n = 0 } };
	pthread_t t[8];

	for (size_t i = 0; i < 8; i++)
		cr_assert_eq(
		    pthread_create(&t[i], NULL, digest_in_thread, &md[i]), 0);
	for (size_t i = 0; i < 8; i++)
		cr_assert_eq(pthread_join(t[i], NULL), 0);
	for (size_t i = 0; i < 8; i++) {
		cr_assert_eq(md[i].n, 32);
		cr_assert_eq(md[i].p[31], 0xAD);
	}
}
