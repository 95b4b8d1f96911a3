#include <criterion/criterion.h>
#include <stdio.h>

#include "perso/bac.h"
#include "perso/kdf.h"
#include "perso/mac.h"
#include "wire.h"

#define BAC "tests/vectors/bac.txt"

static void
free_card(struct perso_card *card)
{
	perso_card_done(card);
	perso_link_free(&card->link);
}

#define CARD(name)                                                  \
	__attribute__((cleanup(free_card))) struct perso_card name; \
	perso_card_init(&name, wire_open())

static const char *
join(const char *a, const char *b, const char *c)
{
	static char text[512];

	snprintf(text, sizeof(text), "%s%s%s", a, b, c);
	return text;
}

static void
pin(const struct vec *v)
{
	wire_random(join(vec_text(v, "RND_IFD"), vec_text(v, "K_IFD"), ""));
}

Test(bac, keys_of_doc_9303_11_appendix_d)
{
	VEC(v, BAC);
	PERSO_SECRET(seed);
	PERSO_SECRET(k);

	cr_assert_eq(perso_bac_seed(vec_hex(v, "mrz_information"), &seed), 0);
	cr_assert_str_eq(
	    hx_text(perso_secret_span(&seed)), vec_text(v, "key_seed"));
	cr_assert_eq(
	    perso_kdf(PERSO_3DES, perso_secret_span(&seed), PERSO_KDF_ENC, &k),
	    0);
	cr_assert_str_eq(hx_text(perso_secret_span(&k)), vec_text(v, "KEnc"));
	cr_assert_eq(
	    perso_kdf(PERSO_3DES, perso_secret_span(&seed), PERSO_KDF_MAC, &k),
	    0);
	cr_assert_str_eq(hx_text(perso_secret_span(&k)), vec_text(v, "KMac"));
	cr_assert_eq(perso_kdf(PERSO_3DES, vec_hex(v, "session_seed"),
			 PERSO_KDF_ENC, &k),
	    0);
	cr_assert_str_eq(hx_text(perso_secret_span(&k)), vec_text(v, "KSEnc"));
	cr_assert_eq(perso_kdf(PERSO_3DES, vec_hex(v, "session_seed"),
			 PERSO_KDF_MAC, &k),
	    0);
	cr_assert_str_eq(hx_text(perso_secret_span(&k)), vec_text(v, "KSMac"));
}

Test(bac, tokens_of_doc_9303_11_appendix_d)
{
	VEC(v, BAC);
	struct perso_span e;
	uint8_t mac[8];

	e = vec_hex(v, "E_IFD");
	cr_assert_eq(perso_retail_mac(vec_hex(v, "KMac"), &e, 1, mac), 0);
	cr_assert_str_eq(hx_text(perso_span_of(mac)), vec_text(v, "M_IFD"));
	e = vec_hex(v, "E_IC");
	cr_assert_eq(perso_retail_mac(vec_hex(v, "KMac"), &e, 1, mac), 0);
	cr_assert_str_eq(hx_text(perso_span_of(mac)), vec_text(v, "M_IC"));
}

/* Challenge, mutual authentication, three commands under the session keys:
 * every byte on the wire. */
Test(bac, session_of_doc_9303_11_appendix_d)
{
	VEC(v, BAC);
	CARD(card);
	PERSO_BUF(com, 64);

	wire_add(
	    card.link, "0084000008", join(vec_text(v, "RND_IC"), "9000", ""));
	wire_add(card.link, vec_text(v, "external_authenticate"),
	    join(vec_text(v, "E_IC"), vec_text(v, "M_IC"), "9000"));
	for (int i = 1; i <= 3; i++)
		wire_add(card.link, vec_text(v, "sm%d_protected", i),
		    vec_text(v, "sm%d_rapdu", i));
	pin(v);
	cr_assert_eq(perso_bac_open(&card, vec_hex(v, "mrz_information")), 0);
	cr_assert_eq(perso_card_select_ef(&card, 0x011E), 0);
	cr_assert_eq(perso_card_read_at(&card, 0, 4, &com), 0);
	cr_assert_eq(perso_card_read_at(&card, 4, 18, &com), 0);
	cr_assert_str_eq(hx_text(perso_buf_span(&com)), vec_text(v, "ef_com"));
	cr_assert(wire_is_over(card.link));
}

Test(bac, a_chip_that_cannot_prove_is_refused)
{
	VEC(v, BAC);
	struct perso_span good =
	    hx(join(vec_text(v, "E_IC"), vec_text(v, "M_IC"), "9000"));

	for (size_t i = 0; i < 8 * 40; i++) {
		CARD(card);
		PERSO_BUF(bad, 64);

		cr_assert_eq(perso_buf_append(&bad, good), 0);
		bad.p[i / 8] ^= (uint8_t)(1 << i % 8);
		wire_add(card.link, "0084000008",
		    join(vec_text(v, "RND_IC"), "9000", ""));
		wire_add(card.link, vec_text(v, "external_authenticate"),
		    hx_text(perso_buf_span(&bad)));
		pin(v);
		cr_assert_eq(perso_bac_open_seed(&card, vec_hex(v, "key_seed")),
		    PERSO_E_CARD_AUTH, "bit %zu", i);
		cr_assert_null(card.channel);
	}
}

/* S with the random numbers exchanged: a reflected or replayed answer. */
Test(bac, an_answer_with_other_random_numbers_is_refused)
{
	VEC(v, BAC);
	static const char *const order[2][2] = { { "RND_IFD", "RND_IC" },
		{ "RND_IC", "K_IFD" } };

	for (int i = 0; i < 2; i++) {
		CARD(card);
		PERSO_BUF(s, 32);
		PERSO_BUF(rsp, 64);
		struct perso_span e;
		uint8_t mac[8];

		cr_assert_eq(
		    perso_buf_append(&s, vec_hex(v, "%s", order[i][0])), 0);
		cr_assert_eq(
		    perso_buf_append(&s,
			perso_span_sub(vec_hex(v, "%s", order[i][1]), 0, 8)),
		    0);
		cr_assert_eq(perso_buf_append(&s, vec_hex(v, "K_IC")), 0);
		cr_assert_eq(perso_cbc_encrypt(PERSO_3DES, vec_hex(v, "KEnc"),
				 PERSO_SPAN_EMPTY, perso_buf_span(&s), &rsp),
		    0);
		e = perso_buf_span(&rsp);
		cr_assert_eq(
		    perso_retail_mac(vec_hex(v, "KMac"), &e, 1, mac), 0);
		cr_assert_eq(perso_buf_append(&rsp, perso_span_of(mac)), 0);
		cr_assert_eq(perso_buf_append(&rsp, hx("9000")), 0);
		wire_add(card.link, "0084000008",
		    join(vec_text(v, "RND_IC"), "9000", ""));
		wire_add(card.link, vec_text(v, "external_authenticate"),
		    hx_text(perso_buf_span(&rsp)));
		pin(v);
		cr_assert_eq(perso_bac_open_seed(&card, vec_hex(v, "key_seed")),
		    PERSO_E_CARD_AUTH);
	}
}

Test(bac, refusals_and_malformed_answers)
{
	static const struct {
		const char *challenge, *token;
		perso_rc rc;
	} cases[] = {
		{ "6982", NULL, PERSO_E_SW },
		{ "4608F919887022129000", "6300", PERSO_E_CARD_AUTH },
		{ "4608F919887022129000", "6982", PERSO_E_CARD_AUTH },
		{ "4608F919887022129000", "6988", PERSO_E_CARD_AUTH },
		{ "4608F919887022129000", "6D00", PERSO_E_SW },
		{ "4608F919887022129000", "00009000", PERSO_E_ANSWER },
		{ "4608F9198870229000", NULL, PERSO_E_ANSWER },
		{ "4608F91988702212009000", NULL, PERSO_E_ANSWER },
	};
	VEC(v, BAC);

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		CARD(card);

		wire_add(card.link, "0084000008", cases[i].challenge);
		if (cases[i].token != NULL)
			wire_add(card.link,
			    vec_text(v, "external_authenticate"),
			    cases[i].token);
		pin(v);
		cr_expect_eq(perso_bac_open_seed(&card, vec_hex(v, "key_seed")),
		    cases[i].rc, "%zu", i);
		cr_expect(wire_is_over(card.link));
		cr_expect_null(card.channel);
	}
}

Test(bac, a_seed_has_16_bytes)
{
	CARD(card);

	cr_assert_eq(perso_bac_open_seed(&card, hx("00")), PERSO_E_ARG);
	cr_assert_eq(card.link->commands, 0);
}
