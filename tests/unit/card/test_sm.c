#include <criterion/criterion.h>

#include "perso/sm.h"
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

static void
set_sm(struct perso_card *card, enum perso_cipher c, struct perso_span enc,
    struct perso_span mac, struct perso_span ssc)
{
	struct perso_channel *ch = NULL;

	cr_assert_eq(perso_sm_open(c, enc, mac, ssc, &ch), 0);
	perso_card_set_channel(card, ch);
}

static void
set_bac(struct perso_card *card, const struct vec *v)
{
	set_sm(card, PERSO_3DES, vec_hex(v, "KSEnc"), vec_hex(v, "KSMac"),
	    vec_hex(v, "SSC0"));
}

Test(sm, the_session_of_doc_9303_11_appendix_d)
{
	VEC(v, BAC);
	CARD(card);
	PERSO_BUF(com, 100);

	for (int i = 1; i <= 3; i++)
		wire_add(card.link, vec_text(v, "sm%d_protected", i),
		    vec_text(v, "sm%d_rapdu", i));
	set_bac(&card, v);
	for (int i = 1; i <= 3; i++) {
		struct perso_apdu a;
		bool extended;
		PERSO_BUF(got, 100);

		cr_assert_eq(perso_apdu_decode(
				 vec_hex(v, "sm%d_plain", i), &a, &extended),
		    0);
		cr_assert_eq(perso_card_expect(&card, &a, &got), 0);
		cr_assert_str_eq(hx_text(perso_buf_span(&got)),
		    vec_text(v, "sm%d_rdata", i));
		cr_assert_eq(perso_buf_append(&com, perso_buf_span(&got)), 0);
	}
	cr_assert_str_eq(hx_text(perso_buf_span(&com)), vec_text(v, "ef_com"));
	cr_assert(wire_is_over(card.link));
}

/* Only the first command's cryptogram and the answer are published. */
Test(sm, aes_session_of_the_eac_worked_example)
{
	VEC(v, "tests/vectors/sm_aes.txt");
	static const char *const name[] = { "ecdh", "dh" };

	for (int i = 0; i < 2; i++) {
		struct perso_channel *c = NULL;
		struct perso_apdu a = { .ins = 0x22,
			.p1 = 0x81,
			.p2 = 0xB6,
			.data = vec_hex(v, "%s_d1", name[i]) },
				  out;
		struct perso_span e1 = vec_hex(v, "%s_e1", name[i]);
		PERSO_BUF(data, 100);
		PERSO_BUF(answer, 100);
		PERSO_BUF(got, 100);
		uint16_t sw = 0;

		cr_assert_eq(
		    perso_sm_open(PERSO_AES128, vec_hex(v, "%s_k_enc", name[i]),
			vec_hex(v, "%s_k_mac", name[i]), PERSO_SPAN_EMPTY, &c),
		    0);
		cr_assert_eq(c->ops->wrap(c, &a, false, &data, &out), 0);
		cr_assert(
		    perso_span_equal(perso_span_sub(out.data, 3, e1.n), e1));
		cr_assert_eq(
		    perso_buf_append(&answer, vec_hex(v, "%s_ad1", name[i])),
		    0);
		cr_assert_eq(perso_buf_append(&answer, hx("8E08")), 0);
		cr_assert_eq(
		    perso_buf_append(&answer, vec_hex(v, "%s_a1", name[i])), 0);
		cr_assert_eq(c->ops->unwrap(
				 c, perso_buf_span(&answer), 0x9000, &got, &sw),
		    0);
		cr_assert_eq(sw, 0x9000);
		perso_channel_free(&c);
	}
}

static void
run_computed(const struct vec *v, const struct vec *keys, const char *name,
    enum perso_cipher cipher)
{
	CARD(card);

	set_sm(&card, cipher, vec_hex(keys, "%s_enc", name),
	    vec_hex(keys, "%s_mac", name), PERSO_SPAN_EMPTY);
	card.limits = (struct perso_card_limits){ 4096, 4096, true, false };
	for (int i = 1; i <= 7; i++) {
		struct perso_apdu a;
		bool extended;
		PERSO_BUF(got, 4096);
		struct perso_span r = vec_hex(v, "%s_r%d", name, i);
		uint16_t sw = 0;

		cr_assert_eq(perso_apdu_decode(
				 vec_hex(v, "%s_c%d", name, i), &a, &extended),
		    0);
		wire_add(card.link, vec_text(v, "%s_p%d", name, i),
		    vec_text(v, "%s_r%d", name, i));
		cr_assert_eq(perso_card_transmit(&card, &a, &got, &sw), 0,
		    "%s %d", name, i);
		cr_assert_eq(sw, r.p[r.n - 2] << 8 | r.p[r.n - 1]);
		cr_assert_str_eq(hx_text(perso_buf_span(&got)),
		    vec_text(v, "%s_d%d", name, i));
	}
}

Test(sm, aes_sessions_with_odd_ins_extended_length_and_errors)
{
	VEC(v, "tests/vectors/sm_computed.txt");
	VEC(keys, "tests/vectors/kdf.txt");

	run_computed(v, keys, "AES128", PERSO_AES128);
	run_computed(v, keys, "AES192", PERSO_AES192);
	run_computed(v, keys, "AES256", PERSO_AES256);
}

Test(sm, a_broken_answer_is_refused_and_ends_the_channel)
{
	VEC(v, BAC);
	struct perso_span good = vec_hex(v, "sm2_rapdu");

	/* every bit of every byte, the status word outside among them */
	for (size_t i = 0; i < 8 * good.n; i++) {
		CARD(card);
		PERSO_BUF(bad, 100);
		PERSO_BUF(got, 100);
		struct perso_apdu sel = {
			.ins = 0xA4, .p1 = 2, .p2 = 0x0C, .data = hx("011E")
		};
		struct perso_apdu rd = { .ins = 0xB0, .le = 4 };
		uint16_t sw = 7;

		cr_assert_eq(perso_buf_append(&bad, good), 0);
		bad.p[i / 8] ^= (uint8_t)(1 << i % 8);
		wire_add(card.link, vec_text(v, "sm1_protected"),
		    vec_text(v, "sm1_rapdu"));
		wire_add(card.link, vec_text(v, "sm2_protected"),
		    hx_text(perso_buf_span(&bad)));
		/* 61xx: GET RESPONSE is asked for */
		wire_add(card.link, "00C0000000", "6F00");
		set_bac(&card, v);
		cr_assert_eq(perso_card_expect(&card, &sel, NULL), 0);
		cr_assert_neq(perso_card_transmit(&card, &rd, &got, &sw), 0,
		    "bit %zu", i);
		cr_assert_eq(sw, 7);
		cr_assert_eq(got.n, 0);
		cr_assert(card.channel->dead);
		cr_assert_eq(
		    perso_card_transmit(&card, &rd, &got, &sw), PERSO_E_SM);
	}
}

Test(sm, answers_of_another_shape_are_refused)
{
	static const char *const bad[] = {
		"9000",		/* bare success */
		"6282",		/* bare warning */
		"990290009000", /* no checksum */
		"8E08AD55CC17140B2DED9000",
		/* order */
		"990290008709019FF0EC34F99226518E08AD55CC17140B2DED9000",
		/* DO85 where DO87 belongs */
		"8509019FF0EC34F9922651990290008E08AD55CC17140B2DED9000",
		/* something behind the checksum */
		"8709019FF0EC34F9922651990290008E08AD55CC17140B2DED00009000",
		/* trailing byte, truncated length */
		"8709019FF0EC34F9922651990290008E08AD55CC17140B2DED009000",
		"8709019FF0EC34F9922651990290008E7FAD55CC17140B2DED9000",
		/* DO87 empty; padding indicator 02 */
		"8700990290008E08AD55CC17140B2DED9000",
		"8709029FF0EC34F9922651990290008E08AD55CC17140B2DED9000",
		"87090",
	};
	VEC(v, BAC);

	for (size_t i = 0; i + 1 < sizeof(bad) / sizeof(*bad); i++) {
		CARD(card);
		PERSO_BUF(got, 100);
		struct perso_apdu sel = {
			.ins = 0xA4, .p1 = 2, .p2 = 0x0C, .data = hx("011E")
		};
		struct perso_apdu rd = { .ins = 0xB0, .le = 4 };
		uint16_t sw = 7;

		wire_add(card.link, vec_text(v, "sm1_protected"),
		    vec_text(v, "sm1_rapdu"));
		wire_add(card.link, vec_text(v, "sm2_protected"), bad[i]);
		set_bac(&card, v);
		cr_assert_eq(perso_card_expect(&card, &sel, NULL), 0);
		cr_assert_eq(perso_card_transmit(&card, &rd, &got, &sw),
		    PERSO_E_SM, "%s", bad[i]);
		cr_assert(card.channel->dead);
	}
}

Test(sm, a_bare_error_is_handed_on_and_ends_the_channel)
{
	VEC(v, BAC);
	CARD(card);
	struct perso_apdu sel = {
		.ins = 0xA4, .p1 = 2, .p2 = 0x0C, .data = hx("011E")
	};

	wire_add(card.link, vec_text(v, "sm1_protected"), "6988");
	set_bac(&card, v);
	cr_assert_eq(perso_card_expect(&card, &sel, NULL), PERSO_E_SW);
	cr_assert_eq(perso_card_last_sw(), 0x6988);
	cr_assert_eq(perso_card_expect(&card, &sel, NULL), PERSO_E_SM);
	cr_assert_eq(card.link->commands, 1);
}

Test(sm, a_torn_card_ends_the_channel)
{
	VEC(v, BAC);
	CARD(card);
	struct perso_apdu sel = {
		.ins = 0xA4, .p1 = 2, .p2 = 0x0C, .data = hx("011E")
	};

	wire_add(card.link, vec_text(v, "sm1_protected"), NULL);
	set_bac(&card, v);
	cr_assert_eq(perso_card_expect(&card, &sel, NULL), PERSO_E_TORN);
	cr_assert_eq(perso_card_expect(&card, &sel, NULL), PERSO_E_SM);
}

/* What fits is the largest that fits: one byte more does not. */
static void
check_fit(const struct perso_channel *c, size_t lc, uint32_t le, bool odd)
{
	struct perso_channel *ch = (struct perso_channel *)(uintptr_t)c;
	struct perso_apdu a = { .ins = odd ? 0xB1 : 0xB0, .le = le }, out;
	size_t n = c->ops->max_data(c, lc, &a);
	PERSO_BUF(data, 70000);
	PERSO_BUF(wrapped, 70000);

	cr_assert_eq(perso_buf_resize(&data, n + 1), 0);
	a.data = perso_span(data.p, n);
	cr_assert_eq(c->ops->wrap(ch, &a, false, &wrapped, &out), 0);
	if (n > 0)
		cr_assert_leq(out.data.n, lc);
	a.data.n = n + 1;
	cr_assert_eq(c->ops->wrap(ch, &a, false, &wrapped, &out), 0);
	cr_assert_gt(out.data.n, lc, "%zu %zu", n, lc);
}

Test(sm, the_largest_payload_is_exact)
{
	uint8_t key[32] = { 1 };
	static const struct {
		enum perso_cipher c;
		size_t key, payload, answer;
	} cases[] = {
		{ PERSO_3DES, 16, 239, 231 },
		{ PERSO_AES128, 16, 239, 223 },
		{ PERSO_AES192, 24, 239, 223 },
		{ PERSO_AES256, 32, 239, 223 },
	};

	for (size_t i = 0; i < 4; i++) {
		CARD(card);

		set_sm(&card, cases[i].c, perso_span(key, cases[i].key),
		    perso_span(key, cases[i].key), PERSO_SPAN_EMPTY);
		cr_assert_eq(perso_card_max_payload(&card), cases[i].payload);
		cr_assert_eq(perso_card_max_answer(&card), cases[i].answer);
		for (size_t lc = 20; lc < 700; lc++)
			for (int odd = 0; odd < 2; odd++) {
				check_fit(card.channel, lc, 0, odd);
				check_fit(card.channel, lc, 256, odd);
				check_fit(card.channel, lc, 4000, odd);
			}
		check_fit(card.channel, 65535, 0, false);
	}
}

Test(sm, wrong_keys_and_counters_are_refused)
{
	uint8_t k[32] = { 0 };
	struct perso_channel *c = NULL;

	cr_assert_eq(perso_sm_open(PERSO_DES, perso_span(k, 8),
			 perso_span(k, 8), PERSO_SPAN_EMPTY, &c),
	    PERSO_E_ARG);
	cr_assert_eq(perso_sm_open(PERSO_AES192, perso_span(k, 16),
			 perso_span(k, 24), PERSO_SPAN_EMPTY, &c),
	    PERSO_E_KEY);
	cr_assert_eq(perso_sm_open(PERSO_AES128, perso_span(k, 16),
			 perso_span(k, 16), perso_span(k, 8), &c),
	    PERSO_E_ARG);
	cr_assert_null(c);
}
