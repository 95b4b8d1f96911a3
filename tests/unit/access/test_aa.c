#include <criterion/criterion.h>
#include <stdio.h>

#include "perso/aa.h"
#include "perso/keyref.h"
#include "wire.h"

#define AA "tests/vectors/aa.txt"
#define KEY(name)       \
	__attribute__(( \
	    cleanup(perso_pubkey_free))) struct perso_pubkey *name = NULL

static const char *const hashes[] = { "sha1", "sha224", "sha256", "sha384",
	"sha512" };

Test(aa, rsa_with_every_hash_in_both_forms)
{
	VEC(v, AA);
	KEY(key);
	struct perso_span rnd = vec_hex(v, "rnd");

	cr_assert_eq(perso_pubkey_from_rsa(
			 vec_hex(v, "rsa_n"), vec_hex(v, "rsa_e"), &key),
	    0);
	for (size_t i = 0; i < 5; i++) {
		struct perso_span full =
		    vec_hex(v, "rsa_%s_signature_full", hashes[i]);
		struct perso_span min =
		    vec_hex(v, "rsa_%s_signature_min_form", hashes[i]);

		cr_assert_eq(perso_aa_check(key, PERSO_HASH_NONE, rnd, full), 0,
		    "%s", hashes[i]);
		cr_assert_eq(perso_aa_check(key, PERSO_SHA256, rnd, min), 0);
		cr_assert_eq(perso_aa_check(key, PERSO_SHA256,
				 hx("2158CEA860CDFD1F"), full),
		    PERSO_E_SIGNATURE);
		cr_assert_eq(perso_aa_check(key, PERSO_SHA256, rnd,
				 perso_span_sub(full, 0, 127)),
		    PERSO_E_SIGNATURE);
	}
	cr_assert_eq(
	    perso_aa_check(key, PERSO_SHA256, rnd, vec_hex(v, "rsa_n")),
	    PERSO_E_SIGNATURE);
	cr_assert_eq(perso_aa_check(key, PERSO_SHA256, rnd, PERSO_SPAN_EMPTY),
	    PERSO_E_SIGNATURE);
}

Test(aa, the_block_printed_in_doc_9303_11_appendix_f)
{
	VEC(v, AA);
	struct perso_aa_block b;
	struct perso_md md;
	struct perso_span parts[2];

	cr_assert_eq(perso_aa_block_parse(vec_hex(v, "printed_F"), &b), 0);
	cr_assert_eq(b.hash, PERSO_SHA1);
	cr_assert_str_eq(hx_text(b.m1), vec_text(v, "printed_M1"));
	cr_assert_str_eq(hx_text(b.digest), vec_text(v, "printed_hash"));
	parts[0] = b.m1;
	parts[1] = vec_hex(v, "printed_RND_IFD");
	cr_assert_eq(perso_digest_parts(PERSO_SHA1, parts, 2, &md), 0);
	cr_assert(perso_span_equal(perso_md_span(&md), b.digest));
}

Test(aa, blocks_of_another_form_are_refused)
{
	static const char *const bad[] = { "", "6A", "6ABC", "6A0000BC",
		"4B000102030405060708090A0B0C0D0E0F10111213141516BC",
		"6A000102030405060708090A0B0C0D0E0F1011121314151699CC",
		"6A000102030405060708090A0B0C0D0E0F101112131415163399",
		"6A000102030405060708090A0B0C0D0E0F1011121334CC" };

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct perso_aa_block b = { .hash = PERSO_SHA512 };

		cr_expect_eq(perso_aa_block_parse(hx(bad[i]), &b),
		    PERSO_E_SIGNATURE, "%s", bad[i]);
		cr_expect_eq(b.hash, PERSO_SHA512);
	}
}

Test(aa, ecdsa_plain_and_der)
{
	static const struct {
		const char *name;
		enum perso_curve c;
	} cases[] = { { "brainpoolP256r1", PERSO_BP256 },
		{ "P-256", PERSO_P256 } };
	VEC(v, AA);

	for (size_t i = 0; i < 2; i++) {
		struct perso_span rnd = vec_hex(v, "%s_rnd", cases[i].name);
		struct perso_span sig = vec_hex(v, "%s_sig", cases[i].name);
		PERSO_BUF(der, 128);
		KEY(key);

		cr_assert_eq(perso_pubkey_from_point(cases[i].c,
				 vec_hex(v, "%s_pk", cases[i].name), &key),
		    0);
		cr_assert_eq(perso_aa_check(key, PERSO_SHA256, rnd, sig), 0);
		cr_assert_eq(perso_ecdsa_to_der(sig, &der), 0);
		cr_assert_eq(perso_aa_check(
				 key, PERSO_SHA256, rnd, perso_buf_span(&der)),
		    0);
		cr_assert_eq(perso_aa_check(key, PERSO_SHA384, rnd, sig),
		    PERSO_E_SIGNATURE);
		cr_assert_eq(perso_aa_check(key, PERSO_SHA256, hx("00"), sig),
		    PERSO_E_SIGNATURE);
		cr_assert_eq(perso_aa_check(key, PERSO_SHA256, rnd,
				 perso_span_sub(sig, 0, 63)),
		    PERSO_E_SIGNATURE);
		cr_assert_eq(perso_aa_check(key, PERSO_HASH_NONE, rnd, sig),
		    PERSO_E_ARG);
	}
}

Test(aa, the_chip_is_asked_with_a_random_challenge)
{
	__attribute__((cleanup(perso_link_free))) struct perso_link *l =
	    wire_open();
	struct perso_card card;
	VEC(v, AA);
	KEY(key);
	char rsp[600];

	snprintf(rsp, sizeof(rsp), "%s9000",
	    vec_text(v, "rsa_sha256_signature_full"));
	wire_add(l, vec_text(v, "command"), rsp);
	wire_add(l, "0088000008000000000000000000", rsp);
	wire_add(l, "0088000008000000000000000000", "6982");
	perso_card_init(&card, l);
	cr_assert_eq(perso_pubkey_from_rsa(
			 vec_hex(v, "rsa_n"), vec_hex(v, "rsa_e"), &key),
	    0);
	wire_random(vec_text(v, "rnd"));
	cr_assert_eq(perso_aa_authenticate(&card, key, PERSO_HASH_NONE), 0);
	wire_random("0000000000000000");
	cr_assert_eq(perso_aa_authenticate(&card, key, PERSO_HASH_NONE),
	    PERSO_E_SIGNATURE);
	wire_random("0000000000000000");
	cr_assert_eq(
	    perso_aa_authenticate(&card, key, PERSO_HASH_NONE), PERSO_E_SW);
	cr_assert(wire_is_over(l));
}
