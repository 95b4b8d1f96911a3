#include <criterion/criterion.h>
#include <stdio.h>

#include "perso/scp03.h"
#include "wire.h"

#define VECTORS "tests/vectors/scp03.txt"

static void
free_card(struct perso_card *card)
{
	perso_card_done(card);
	perso_link_free(&card->link);
}

#define CARD(name)                                                  \
	__attribute__((cleanup(free_card))) struct perso_card name; \
	perso_card_init(&name, wire_open())
#define KEYS(name, v)                                                        \
	__attribute__((                                                      \
	    cleanup(perso_scp03_keys_free))) struct perso_scp03_keys *name = \
	    open_keys(v)

static struct perso_scp03_keys *
open_keys(const struct vec *v)
{
	struct perso_scp03_keys *k = NULL;

	cr_assert_eq(perso_scp03_keys_new(48, vec_hex(v, "enc"),
			 vec_hex(v, "mac"), vec_hex(v, "dek"), &k),
	    0);
	return k;
}

static const char *
with_sw(struct perso_span s, const char *sw)
{
	static char text[2048];

	snprintf(text, sizeof(text), "%s%s", hx_text(s), sw);
	return text;
}

/* The handshake of the session with that level, as recorded. */
static perso_rc
handshake(struct perso_card *card, const struct vec *v, const char *level,
    const struct perso_scp03_keys *k, struct perso_scp03_info *info)
{
	struct perso_span init = vec_hex(v, "l%s_init_upd_cmd", level);
	uint8_t bits = hx(level).p[0];

	wire_add(card->link, hx_text(init),
	    with_sw(vec_hex(v, "l%s_init_upd_rsp", level), "9000"));
	wire_add(card->link, vec_text(v, "l%s_ext_auth_cmd", level), "9000");
	wire_random(hx_text(perso_span_sub(init, 5, 8)));
	return perso_scp03_open(card, k, bits, info);
}

static void
run_session(const char *level)
{
	VEC(v, VECTORS);
	KEYS(k, v);
	CARD(card);
	struct perso_scp03_info info;
	struct perso_apdu a;
	bool extended;
	PERSO_BUF(got, 300);
	PERSO_BUF(data, 300);

	cr_assert_eq(handshake(&card, v, level, k, &info), 0);
	cr_assert_eq(info.kvn, 48);
	cr_assert_eq(info.i, 0x70);
	cr_assert_leq(info.sequence, 3);
	wire_add(card.link, vec_text(v, "l%s_get_eid_cmd", level),
	    with_sw(vec_hex(v, "l%s_get_eid_rsp", level), "9000"));
	cr_assert_eq(
	    perso_apdu_decode(vec_hex(v, "plain_get_eid"), &a, &extended), 0);
	cr_assert_eq(perso_card_expect(&card, &a, &got), 0);
	cr_assert_str_eq(
	    hx_text(perso_buf_span(&got)), vec_text(v, "plain_get_eid_rsp"));
	cr_assert(wire_is_over(card.link));

	/* of the other commands only our side was recorded */
	for (int i = 1; i <= 4; i++) {
		struct perso_apdu out;
		PERSO_BUF(cmd, 300);

		cr_assert_eq(perso_apdu_decode(
				 vec_hex(v, "plain_case_%d", i), &a, &extended),
		    0);
		cr_assert_eq(card.channel->ops->wrap(
				 card.channel, &a, false, &data, &out),
		    0);
		cr_assert_eq(perso_apdu_encode(&out, false, &cmd), 0);
		cr_assert_str_eq(hx_text(perso_buf_span(&cmd)),
		    vec_text(v, "l%s_case_%d_apdu", level, i));
	}
}

Test(scp03, recorded_session_with_c_mac_and_r_mac)
{
	run_session("11");
}

Test(scp03, recorded_session_with_c_mac_and_c_decryption)
{
	run_session("03");
}

Test(scp03, recorded_session_with_everything)
{
	run_session("33");
}

Test(scp03, host_authentication_is_not_sent_to_a_chip_that_cannot_prove)
{
	VEC(v, VECTORS);
	KEYS(k, v);
	struct perso_span rsp = vec_hex(v, "l33_init_upd_rsp");
	struct perso_span cmd = vec_hex(v, "l33_init_upd_cmd");

	/* any bit of challenge or cryptogram */
	for (size_t i = 8 * 13; i < 8 * 29; i++) {
		CARD(card);
		PERSO_BUF(bad, 64);

		cr_assert_eq(perso_buf_append(&bad, rsp), 0);
		bad.p[i / 8] ^= (uint8_t)(1 << i % 8);
		wire_add(card.link, hx_text(cmd),
		    with_sw(perso_buf_span(&bad), "9000"));
		wire_random(hx_text(perso_span_sub(cmd, 5, 8)));
		cr_assert_eq(perso_scp03_open(&card, k, 0x33, NULL),
		    PERSO_E_CARD_AUTH, "bit %zu", i);
		cr_assert_eq(card.link->commands, 1);
		cr_assert_null(card.channel);
	}
}

Test(scp03, answers_to_initialize_update_are_checked)
{
	static const struct {
		const char *rsp;
		perso_rc rc;
	} cases[] = {
		{ "6A88", PERSO_E_SW },
		{ "9000", PERSO_E_ANSWER },
		{ "00000000000000000000300370"
		  "9000",
		    PERSO_E_ANSWER },
		/* one byte less, one more */
		{ "000000000000000000003003703B1ACA81E821F219081CDC01C26B372D"
		  "00009000",
		    PERSO_E_ANSWER },
		{ "000000000000000000003003703B1ACA81E821F219081CDC01C26B372D"
		  "000003009000",
		    PERSO_E_ANSWER },
		/* SCP02; i = 60; another key version */
		{ "000000000000000000003002703B1ACA81E821F219081CDC01C26B372D"
		  "0000039000",
		    PERSO_E_UNSUPPORTED },
		{ "000000000000000000003003603B1ACA81E821F219081CDC01C26B372D"
		  "0000039000",
		    PERSO_E_UNSUPPORTED },
		{ "000000000000000000003103703B1ACA81E821F219081CDC01C26B372D"
		  "0000039000",
		    PERSO_E_KEY },
	};
	VEC(v, VECTORS);
	KEYS(k, v);
	struct perso_span cmd = vec_hex(v, "l33_init_upd_cmd");

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		CARD(card);
		struct perso_scp03_info info = { .kvn = 9 };

		wire_add(card.link, hx_text(cmd), cases[i].rsp);
		wire_random(hx_text(perso_span_sub(cmd, 5, 8)));
		cr_expect_eq(perso_scp03_open(&card, k, 0x33, &info),
		    cases[i].rc, "%zu", i);
		cr_expect_eq(info.kvn, 9);
		cr_expect_null(card.channel);
	}
}

Test(scp03, a_refused_host_is_an_authentication_error)
{
	VEC(v, VECTORS);
	KEYS(k, v);
	CARD(card);
	struct perso_span cmd = vec_hex(v, "l33_init_upd_cmd");

	wire_add(card.link, hx_text(cmd),
	    with_sw(vec_hex(v, "l33_init_upd_rsp"), "9000"));
	wire_add(card.link, vec_text(v, "l33_ext_auth_cmd"), "6300");
	wire_random(hx_text(perso_span_sub(cmd, 5, 8)));
	cr_assert_eq(perso_scp03_open(&card, k, 0x33, NULL), PERSO_E_CARD_AUTH);
	cr_assert_null(card.channel);
	cr_assert_eq(perso_scp03_open(&card, k, 0x30, NULL), PERSO_E_ARG);
}

Test(scp03, a_broken_answer_is_refused_and_ends_the_channel)
{
	VEC(v, VECTORS);
	KEYS(k, v);
	struct perso_span good =
	    hx(with_sw(vec_hex(v, "l33_get_eid_rsp"), "9000"));

	for (size_t i = 0; i < 8 * good.n; i++) {
		CARD(card);
		struct perso_apdu a;
		bool extended;
		PERSO_BUF(bad, 300);
		PERSO_BUF(got, 300);
		uint16_t sw = 7;

		cr_assert_eq(handshake(&card, v, "33", k, NULL), 0);
		cr_assert_eq(perso_buf_append(&bad, good), 0);
		bad.p[i / 8] ^= (uint8_t)(1 << i % 8);
		wire_add(card.link, vec_text(v, "l33_get_eid_cmd"),
		    hx_text(perso_buf_span(&bad)));
		cr_assert_eq(perso_apdu_decode(
				 vec_hex(v, "plain_get_eid"), &a, &extended),
		    0);
		cr_assert_eq(perso_card_transmit(&card, &a, &got, &sw),
		    PERSO_E_SM, "bit %zu", i);
		cr_assert_eq(sw, 7);
		cr_assert_eq(got.n, 0);
		cr_assert(card.channel->dead);
		cr_assert_eq(
		    perso_card_transmit(&card, &a, &got, &sw), PERSO_E_SM);
	}
}

Test(scp03, an_error_is_bare_and_the_channel_goes_on)
{
	VEC(v, VECTORS);
	KEYS(k, v);
	CARD(card);
	struct perso_apdu a;
	bool extended;
	PERSO_BUF(got, 300);

	cr_assert_eq(handshake(&card, v, "33", k, NULL), 0);
	cr_assert_eq(
	    perso_apdu_decode(vec_hex(v, "plain_get_eid"), &a, &extended), 0);
	wire_add(card.link, vec_text(v, "l33_get_eid_cmd"), "6A88");
	cr_assert_eq(perso_card_expect(&card, &a, &got), PERSO_E_SW);
	cr_assert_eq(perso_card_last_sw(), 0x6A88);
	cr_assert_not(card.channel->dead);
	/* but not with data, and not a success */
	cr_assert_eq(card.channel->ops->unwrap(card.channel, hx("00"), 0x6A88,
			 &got, &(uint16_t){ 0 }),
	    PERSO_E_SM);
	cr_assert_eq(card.channel->ops->unwrap(card.channel, PERSO_SPAN_EMPTY,
			 0x9000, &got, &(uint16_t){ 0 }),
	    PERSO_E_SM);
	cr_assert_eq(card.channel->ops->unwrap(card.channel, PERSO_SPAN_EMPTY,
			 0x6310, &got, &(uint16_t){ 0 }),
	    PERSO_E_SM);
}

Test(scp03, the_largest_payload_is_exact)
{
	static const struct {
		uint8_t level;
		size_t payload, answer;
	} cases[] = { { 0x01, 247, 256 }, { 0x03, 239, 256 },
		{ 0x11, 247, 248 }, { 0x13, 239, 248 }, { 0x33, 239, 239 } };
	VEC(v, VECTORS);
	KEYS(k, v);

	for (size_t i = 0; i < 5; i++) {
		struct perso_scp03_session s = { .level = cases[i].level };
		struct perso_channel *c = NULL;
		CARD(card);

		cr_assert_eq(perso_scp03_channel(k, &s, &c), 0);
		perso_card_set_channel(&card, c);
		cr_assert_eq(perso_card_max_payload(&card), cases[i].payload);
		cr_assert_eq(perso_card_max_answer(&card), cases[i].answer);
		for (size_t lc = 30; lc < 600; lc++) {
			struct perso_apdu a = { .ins = 0xD6 }, out;
			size_t n = c->ops->max_data(c, lc, &a);
			PERSO_BUF(data, 700);
			PERSO_BUF(wrapped, 700);

			cr_assert_eq(perso_buf_resize(&data, n + 1), 0);
			a.data = perso_span(data.p, n);
			cr_assert_eq(
			    c->ops->wrap(c, &a, false, &wrapped, &out), 0);
			cr_assert_leq(out.data.n, lc);
			a.data.n++;
			cr_assert_eq(
			    c->ops->wrap(c, &a, false, &wrapped, &out), 0);
			cr_assert_gt(out.data.n, lc);
		}
	}
}

Test(scp03, keys_are_wrapped_under_the_dek)
{
	VEC(v, VECTORS);
	KEYS(k, v);
	PERSO_BUF(a, 64);
	PERSO_BUF(b, 64);
	static const char *const name[] = { "enc", "mac", "dek" };
	struct perso_keyref *key[] = { k->enc, k->mac, k->dek };
	uint8_t kcv[3];

	for (int i = 0; i < 3; i++) {
		cr_assert_eq(perso_keyref_kcv(key[i], kcv), 0);
		cr_assert_str_eq(hx_text(perso_span_of(kcv)),
		    vec_text(v, "kcv_%s", name[i]));
	}
	cr_assert_eq(perso_scp03_wrap_key(k,
			 hx("0102030405060708090A0B0C0D0E"
			    "0F10"),
			 false, &a),
	    0);
	cr_assert_eq(a.n, 16);
	cr_assert_eq(perso_cbc_decrypt(PERSO_AES128, vec_hex(v, "dek"),
			 PERSO_SPAN_EMPTY, perso_buf_span(&a), &b),
	    0);
	cr_assert_str_eq(
	    hx_text(perso_buf_span(&b)), "0102030405060708090A0B0C0D0E0F10");
	perso_buf_clear(&b);
	cr_assert_eq(
	    perso_scp03_wrap_key(k, hx("0102"), false, &a), PERSO_E_ARG);
	cr_assert_eq(a.n, 16);
	cr_assert_eq(perso_scp03_wrap_key(k, hx("0102"), true, &b), 0);
	cr_assert_eq(perso_cbc_decrypt(PERSO_AES128, vec_hex(v, "dek"),
			 PERSO_SPAN_EMPTY, perso_buf_span(&b), &b),
	    0);
	cr_assert_str_eq(hx_text(perso_span_sub(perso_buf_span(&b), 16, 16)),
	    "01028000000000000000000000000000");
}
