#include <criterion/criterion.h>

#include "perso/card.h"
#include "wire.h"

#define LINK(name)                                                          \
	__attribute__((cleanup(perso_link_free))) struct perso_link *name = \
	    wire_open()

Test(card, an_answer_in_pieces_is_gathered)
{
	LINK(l);
	struct perso_card card;
	struct perso_apdu a = { .cla = 0x01, .ins = 0xCB, .le = 256 };
	PERSO_BUF(got, 64);

	wire_add(l, "01CB000000", "01026103");
	wire_add(l, "01C0000003", "03046C01");
	wire_add(l, "01C0000001", "056100");
	wire_add(l, "01C0000000", "069000");
	perso_card_init(&card, l);
	cr_assert_eq(perso_card_expect(&card, &a, &got), 0);
	cr_assert_str_eq(hx_text(perso_buf_span(&got)), "010203040506");
	cr_assert(wire_is_over(l));
}

Test(card, an_endless_61xx_comes_to_an_end)
{
	LINK(l);
	struct perso_card card;
	struct perso_apdu a = { .ins = 0xCB, .le = 256 };
	PERSO_BUF(got, 64);
	uint16_t sw = 7;

	wire_add(l, "00CB000000", "6101");
	for (int i = 0; i < 500; i++)
		wire_add(l, "00C0000001", "6101");
	perso_card_init(&card, l);
	cr_assert_eq(perso_card_transmit(&card, &a, &got, &sw), PERSO_E_LINK);
	cr_assert_eq(sw, 7);
	cr_assert_eq(got.n, 0);
}

Test(card, a_command_is_repeated_once_with_the_right_le)
{
	LINK(l);
	struct perso_card card;
	struct perso_apdu a = { .ins = 0xB0, .le = 256 };
	PERSO_BUF(got, 64);
	uint16_t sw;

	wire_add(l, "00B0000000", "6C02");
	wire_add(l, "00B0000002", "AABB9000");
	wire_add(l, "00B0000000", "6C02");
	wire_add(l, "00B0000002", "6C01");
	wire_add(l, "00B0000000", "6C00");
	perso_card_init(&card, l);
	cr_assert_eq(perso_card_expect(&card, &a, &got), 0);
	cr_assert_eq(got.n, 2);
	cr_assert_eq(perso_card_transmit(&card, &a, &got, &sw), 0);
	cr_assert_eq(sw, 0x6C01);
	cr_assert_eq(perso_card_transmit(&card, &a, &got, &sw), 0);
	cr_assert_eq(sw, 0x6C00);
	cr_assert(wire_is_over(l));
}

Test(card, long_commands_are_chained_where_the_chip_can)
{
	LINK(l);
	struct perso_card card;
	struct perso_apdu a = { .cla = 0x80,
		.ins = 0xDB,
		.p1 = 0x3F,
		.data = hx("0102030405"),
		.le = 1 };
	PERSO_BUF(got, 64);

	wire_add(l, "90DB3F00020102", "9000");
	wire_add(l, "90DB3F00020304", "9000");
	wire_add(l, "80DB3F00010501", "FF9000");
	wire_add(l, "90DB3F00020102", "6884");
	wire_add(l, "90DB3F00020102", "AA9000");
	perso_card_init(&card, l);
	card.limits.max_command = 2;
	cr_assert_eq(perso_card_expect(&card, &a, &got), PERSO_E_ARG);
	cr_assert_eq(l->commands, 0);
	card.limits.chaining = true;
	cr_assert_eq(perso_card_expect(&card, &a, &got), 0);
	cr_assert_eq(got.n, 1);
	cr_assert_eq(perso_card_expect(&card, &a, &got), PERSO_E_SW);
	cr_assert_eq(perso_card_last_sw(), 0x6884);
	cr_assert_eq(perso_card_expect(&card, &a, &got), PERSO_E_ANSWER);
	cr_assert_eq(got.n, 1);
	cr_assert(wire_is_over(l));
}

Test(card, extended_length_is_used_only_where_allowed_and_needed)
{
	LINK(l);
	struct perso_card card;
	struct perso_apdu a = { .ins = 0xB0, .le = 257 };
	PERSO_BUF(got, 64);

	wire_add(l, "00B00000000101", "9000");
	wire_add(l, "00B0000000", "9000");
	perso_card_init(&card, l);
	cr_assert_eq(perso_card_expect(&card, &a, &got), PERSO_E_ARG);
	card.limits.extended = true;
	cr_assert_eq(perso_card_expect(&card, &a, &got), 0);
	a.le = 256;
	cr_assert_eq(perso_card_expect(&card, &a, &got), 0);
	cr_assert(wire_is_over(l));
}

Test(card, an_error_names_instruction_and_status_word)
{
	LINK(l);
	struct perso_card card;
	struct perso_apdu a = { .ins = 0xB0, .le = 1 };
	PERSO_BUF(got, 64);
	char text[200];

	wire_add(l, "00B0000001", "AA6282");
	perso_card_init(&card, l);
	cr_assert_eq(perso_buf_append_u8(&got, 1), 0);
	cr_assert_eq(perso_card_expect(&card, &a, &got), PERSO_E_SW);
	cr_assert_eq(got.n, 1);
	perso_trail_text(text, sizeof(text));
	cr_assert_str_eq(text, "INS B0: SW 6282, end of file reached");
}

Test(card, an_answer_where_none_belongs_is_refused)
{
	LINK(l);
	struct perso_card card;

	wire_add(l, "00A4020C02011E", "6F009000");
	wire_add(l, "00A4020C02011E", "90");
	perso_card_init(&card, l);
	cr_assert_eq(perso_card_select_ef(&card, 0x011E), PERSO_E_ANSWER);
	cr_assert_eq(perso_card_select_ef(&card, 0x011E), PERSO_E_ANSWER);
}

Test(card, selects_application_master_file_and_file)
{
	LINK(l);
	struct perso_card card;

	wire_add(l, "00A4040C07A0000002471001", "9000");
	wire_add(l, "80A4000C023F00", "9000");
	wire_add(l, "80A4020C020101", "6A82");
	perso_card_init(&card, l);
	cr_assert_eq(perso_card_select_app(&card, hx("A0000002471001")), 0);
	card.cla = 0x80;
	cr_assert_eq(perso_card_select_mf(&card), 0);
	cr_assert_eq(perso_card_select_ef(&card, 0x0101), PERSO_E_SW);
	cr_assert_eq(perso_card_last_sw(), 0x6A82);
	cr_assert(wire_is_over(l));
}

Test(card, plain_limits)
{
	LINK(l);
	struct perso_card card;

	perso_card_init(&card, l);
	cr_assert_eq(perso_card_max_payload(&card), 255);
	cr_assert_eq(perso_card_max_answer(&card), 256);
	card.limits.max_command = card.limits.max_response = 4096;
	cr_assert_eq(perso_card_max_payload(&card), 255);
	cr_assert_eq(perso_card_max_answer(&card), 256);
	card.limits.extended = true;
	cr_assert_eq(perso_card_max_payload(&card), 4096);
	cr_assert_eq(perso_card_max_answer(&card), 4096);
}

Test(card, limits_are_read_from_the_atr)
{
	static const struct {
		const char *atr;
		bool known, chaining, extended;
	} cases[] = {
		{ "3B88800180730000C00000000A", true, true, true },
		{ "3B87800180730000400000", true, false, true },
		{ "3B868001807300008000", true, true, false },
		{ "3B8580018031FE7380", false, false, false },
		{ "3B", false, false, false },
		{ "3BFF", false, false, false },
		{ "3B8880018073", false, false, false },
		{ "3B848001317300C0", false, false, false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct perso_card_limits lim = { 255, 256, false, false };

		cr_expect_eq(perso_card_limits_from_atr(hx(cases[i].atr), &lim),
		    cases[i].known, "%s", cases[i].atr);
		cr_expect_eq(lim.chaining, cases[i].chaining);
		cr_expect_eq(lim.extended, cases[i].extended);
		cr_expect_eq(lim.max_command, lim.extended ? 65000 : 255);
		/* a file of 65000 bytes in one protected answer */
		cr_expect_eq(lim.max_response, lim.extended ? 65533 : 256);
	}
}

Test(card, limits_are_read_from_ef_atr_info)
{
	struct perso_card_limits lim = { 255, 256, false, false };

	perso_card_limits_from_info(hx("4703010203"), &lim);
	perso_card_limits_from_info(hx("7F6604020203E8"), &lim);
	cr_assert_not(lim.extended);
	perso_card_limits_from_info(
	    hx("47030102037F6608020203E802020400"), &lim);
	cr_assert(lim.extended);
	cr_assert_eq(lim.max_command, 991);
	cr_assert_eq(lim.max_response, 1022);
	perso_card_limits_from_info(hx("7F660A020300FFFF020300FFFF"), &lim);
	cr_assert_eq(lim.max_command, 65000);
	/* INTEGERs of four bytes and of one */
	perso_card_limits_from_info(hx("7F660C0204000008000204000010F2"), &lim);
	cr_assert_eq(lim.max_command, 2039);
	cr_assert_eq(lim.max_response, 4336);
	perso_card_limits_from_info(hx("7F6606020178020178"), &lim);
	cr_assert_eq(lim.max_command, PERSO_LC_SHORT);
	cr_assert_eq(lim.max_response, PERSO_LE_SHORT);
	perso_card_limits_from_info(
	    hx("7F660E0205000000080002050000001000"), &lim);
	cr_assert_eq(lim.max_command, PERSO_LC_SHORT);
}
