#include <criterion/criterion.h>

#include "perso/kdf.h"
#include "wire.h"

Test(kdf, session_keys_for_every_cipher)
{
	static const struct {
		const char *name;
		enum perso_cipher c;
	} cases[] = { { "3DES", PERSO_3DES }, { "AES128", PERSO_AES128 },
		{ "AES192", PERSO_AES192 }, { "AES256", PERSO_AES256 } };
	VEC(v, "tests/vectors/kdf.txt");

	for (size_t i = 0; i < 4; i++) {
		PERSO_SECRET(enc);
		PERSO_SECRET(mac);

		cr_assert_eq(
		    perso_kdf(cases[i].c, vec_hex(v, "K"), PERSO_KDF_ENC, &enc),
		    0);
		cr_assert_eq(
		    perso_kdf(cases[i].c, vec_hex(v, "K"), PERSO_KDF_MAC, &mac),
		    0);
		cr_assert_str_eq(hx_text(perso_secret_span(&enc)),
		    vec_text(v, "%s_enc", cases[i].name));
		cr_assert_str_eq(hx_text(perso_secret_span(&mac)),
		    vec_text(v, "%s_mac", cases[i].name));
	}
}

/* Doc 9303-11, appendix G: K_pi from the MRZ. */
Test(kdf, password_key_of_pace)
{
	PERSO_SECRET(k);

	cr_assert_eq(perso_kdf(PERSO_AES128,
			 hx("7E2D2A41C74EA0B38CD36F863939BFA8E9032AAD"),
			 PERSO_KDF_PACE, &k),
	    0);
	cr_assert_str_eq(
	    hx_text(perso_secret_span(&k)), "89DED1B26624EC1E634C1989302849DD");
}

Test(kdf, single_des_has_none)
{
	PERSO_SECRET(k);

	cr_assert_eq(
	    perso_kdf(PERSO_DES, hx("00"), PERSO_KDF_ENC, &k), PERSO_E_ARG);
	cr_assert_eq(k.n, 0);
}
