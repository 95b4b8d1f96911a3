/* Active Authentication with ECDSA: every hash, curves of every size. */
#include "pace_test.h"

#include "perso/aa.h"
#include "perso/keyref.h"

Test(aa, ecdsa_with_every_hash_plain_and_der)
{
	static const enum perso_hash hashes[] = { PERSO_SHA1, PERSO_SHA224,
		PERSO_SHA256, PERSO_SHA384, PERSO_SHA512 };
	static const enum perso_curve curves[] = { PERSO_P192, PERSO_BP224,
		PERSO_P256, PERSO_BP320, PERSO_P384, PERSO_BP512, PERSO_P521 };

	for (size_t i = 0; i < 7 * 5; i++) {
		struct perso_key_spec spec = { .kind = PERSO_KEY_EC,
			.curve = curves[i / 5] };
		struct perso_sig_alg alg = { PERSO_SIG_ECDSA_PLAIN,
			hashes[i % 5], 0 };
		struct perso_span rnd = hx("F173589974BF40C6");
		struct perso_keyref *k = NULL;
		const struct perso_pubkey *pk;
		PERSO_BUF(plain, 256);
		PERSO_BUF(der, 256);

		ok(perso_keyref_generate(spec, &k));
		pk = perso_keyref_pubkey(k);
		ok(perso_keyref_sign(k, alg, &rnd, 1, &plain));
		ok(perso_ecdsa_to_der(perso_buf_span(&plain), &der));
		ok(perso_aa_check(pk, alg.hash, rnd, perso_buf_span(&plain)));
		ok(perso_aa_check(pk, alg.hash, rnd, perso_buf_span(&der)));
		is_rc(perso_aa_check(
			  pk, hashes[(i + 1) % 5], rnd, perso_buf_span(&plain)),
		    PERSO_E_SIGNATURE, "another hash");
		is_rc(perso_aa_check(
			  pk, alg.hash, hx("00"), perso_buf_span(&plain)),
		    PERSO_E_SIGNATURE, "another challenge");
		plain.p[plain.n - 1] ^= 1;
		der.p[der.n - 1] ^= 1;
		is_rc(perso_aa_check(pk, alg.hash, rnd, perso_buf_span(&plain)),
		    PERSO_E_SIGNATURE, "plain");
		is_rc(perso_aa_check(pk, alg.hash, rnd, perso_buf_span(&der)),
		    PERSO_E_SIGNATURE, "DER");
		perso_keyref_free(&k);
	}
}
