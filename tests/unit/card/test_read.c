#include <criterion/criterion.h>

#include "perso/card.h"
#include "perso/rd.h"
#include "perso/tlv.h"
#include "perso/wr.h"
#include "wire.h"

/* A chip with one transparent file, and manners. */
struct chip {
	struct perso_link base;
	struct perso_buf file;
	size_t stingy; /* never gives more bytes at once; 0: does */
	bool warns;    /* 6282 when Le reaches beyond the end */
	bool corrects; /* 6Cxx instead */
	bool greedy;   /* gives one byte too many */
	bool exact;    /* 6700 when an extended Le reaches beyond the end */
	size_t room;   /* 6700 when Le is over it; 0: has all */
};

static perso_rc
answer(struct chip *c, size_t off, size_t le, bool odd, struct perso_buf *rsp)
{
	struct perso_span all = perso_buf_span(&c->file), part;
	struct perso_wr w = perso_wr(rsp);
	size_t head = !odd ? 0 : le > 259 ? 4 : le > 129 ? 3 : 2;
	size_t n = le - head + c->greedy;

	if (off >= all.n) {
		perso_wr_u16(&w, 0x6B00);
		return perso_wr_end(&w);
	}
	if ((c->exact && le > 256 && off + n > all.n) ||
	    (c->room && le > c->room)) {
		perso_wr_u16(&w, 0x6700);
		return perso_wr_end(&w);
	}
	if (c->stingy && n > c->stingy)
		n = c->stingy;
	part = perso_span_sub(all, off, n);
	if (part.n < n && c->corrects) {
		perso_wr_u16(&w, (uint16_t)(0x6C00 | part.n));
		return perso_wr_end(&w);
	}
	if (odd)
		perso_wr_tlv(&w, 0x53, part);
	else
		perso_wr_bytes(&w, part);
	perso_wr_u16(&w, part.n < n && c->warns ? 0x6282 : 0x9000);
	return perso_wr_end(&w);
}

static perso_rc
chip_transmit(
    struct perso_link *l, struct perso_span cmd, struct perso_buf *rsp)
{
	struct chip *c = (struct chip *)l;
	struct perso_apdu a;
	struct perso_tlv t;
	bool extended;
	size_t off = 0;

	PERSO_TRY(perso_apdu_decode(cmd, &a, &extended));
	if (a.ins == 0xB0)
		return answer(c, (size_t)a.p1 << 8 | a.p2, a.le, false, rsp);
	PERSO_TRY(perso_tlv_only(a.data, 0x54, &t));
	for (size_t i = 0; i < t.val.n; i++)
		off = off << 8 | t.val.p[i];
	return answer(c, off, a.le, true, rsp);
}

static const struct perso_link_ops chip_ops = { .name = "chip",
	.transmit = chip_transmit };

static void
chip_done(struct chip *c)
{
	perso_buf_done(&c->file);
}

/* A file of one TLV with n bytes in all, and slack behind it. */
static void
fill(struct chip *c, size_t n, size_t slack)
{
	size_t head = n > 65539 ? 5 : n > 259 ? 4 : n > 129 ? 3 : 2;
	struct perso_wr w;

	perso_buf_clear(&c->file);
	w = perso_wr(&c->file);
	perso_wr_head(&w, 0x75, n - head);
	for (size_t i = head; i < n + slack; i++)
		perso_wr_u8(&w, (uint8_t)(i * 31 >> 3));
	cr_assert_eq(perso_wr_end(&w), 0);
	cr_assert_eq(c->file.n, n + slack);
}

#define CHIP(name)                                                       \
	__attribute__((cleanup(chip_done))) struct chip name = {         \
		.base = { .ops = &chip_ops }, .file = { .max = 1 << 20 } \
	}

static void
check_file(struct chip *c, const struct perso_card_limits *limits, size_t n,
    uint64_t commands)
{
	struct perso_card card;
	PERSO_BUF(got, 1 << 20);
	uint64_t before = c->base.commands;

	perso_card_init(&card, &c->base);
	if (limits != NULL)
		card.limits = *limits;
	cr_assert_eq(perso_card_read_ef(&card, 200000, &got), 0);
	cr_assert(perso_span_equal(perso_buf_span(&got),
	    perso_span_sub(perso_buf_span(&c->file), 0, n)));
	if (commands != 0)
		cr_assert_eq(c->base.commands - before, commands, "%zu", n);
}

Test(read, a_file_of_any_size_is_read_whole)
{
	static const size_t sizes[] = { 2, 3, 128, 256, 257, 300, 1000, 5000,
		32767, 32768, 33000, 66000, 140000 };
	struct perso_card_limits ext = { 4096, 4096, true, false };

	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++)
		for (int slack = 0; slack < 2; slack++) {
			CHIP(c);

			fill(&c, sizes[i], slack ? 400 : 0);
			check_file(&c, NULL, sizes[i], 0);
			check_file(&c, &ext, sizes[i], 0);
			c.warns = true;
			check_file(&c, NULL, sizes[i], 0);
			c.stingy = 100;
			check_file(&c, &ext, sizes[i], 0);
		}
}

Test(read, no_more_commands_than_needed)
{
	struct perso_card_limits ext = { 4096, 4096, true, false };
	CHIP(c);

	fill(&c, 200, 0);
	check_file(&c, NULL, 200, 1);
	fill(&c, 256, 0);
	check_file(&c, NULL, 256, 1);
	fill(&c, 257, 0);
	check_file(&c, NULL, 257, 2);
	fill(&c, 5000, 0);
	check_file(&c, NULL, 5000, 20);
	check_file(&c, &ext, 5000, 2);
	fill(&c, 32768, 0);
	check_file(&c, NULL, 32768, 128);
	fill(&c, 33000, 0);
	check_file(&c, NULL, 33000, 129);
	c.corrects = true;
	fill(&c, 200, 0);
	check_file(&c, NULL, 200, 2);
}

Test(read, a_chip_that_refuses_the_length_is_asked_for_less)
{
	struct perso_card_limits ext = { 4096, 65000, true, false };
	CHIP(c);

	c.exact = true;
	fill(&c, 40000, 0);
	check_file(&c, &ext, 40000, 3); /* all, the head, the rest */
	fill(&c, 257, 0);
	check_file(&c, &ext, 257, 3);
	c.room = 256;
	fill(&c, 2000, 0);
	check_file(&c, &ext, 2000, 2 + 8);
	fill(&c, 34000, 0); /* beyond offset 32767 253 at once */
	check_file(&c, &ext, 34000, 2 + 128 + 5);
	check_file(&c, NULL, 34000, 0);
}

Test(read, a_refused_short_length_is_an_error)
{
	struct perso_card_limits ext = { 4096, 65000, true, false };
	struct perso_card card;
	PERSO_BUF(got, 1 << 16);
	CHIP(c);

	c.room = 10;
	fill(&c, 2000, 0);
	perso_card_init(&card, &c.base);
	cr_assert_eq(perso_card_read_ef(&card, 2000, &got), PERSO_E_SW);
	card.limits = ext;
	cr_assert_eq(perso_card_read_ef(&card, 2000, &got), PERSO_E_SW);
	cr_assert_eq(perso_card_last_sw(), 0x6700);
	cr_assert_eq(got.n, 0);
}

Test(read, a_file_shorter_than_its_tlv_is_truncated)
{
	struct perso_card card;
	CHIP(c);

	for (int warns = 0; warns < 2; warns++) {
		PERSO_BUF(got, 1 << 16);

		c.warns = warns;
		fill(&c, 1000, 0);
		perso_buf_remove(&c.file, 700, 300);
		perso_card_init(&card, &c.base);
		cr_assert_eq(
		    perso_card_read_ef(&card, 2000, &got), PERSO_E_TRUNCATED);
		cr_assert_eq(got.n, 0);
	}
}

Test(read, a_file_longer_than_allowed_is_refused)
{
	struct perso_card card;
	PERSO_BUF(got, 1 << 16);
	CHIP(c);

	fill(&c, 1000, 0);
	perso_card_init(&card, &c.base);
	cr_assert_eq(perso_card_read_ef(&card, 999, &got), PERSO_E_RANGE);
	cr_assert_eq(perso_card_read_all(&card, 999, &got), PERSO_E_RANGE);
	cr_assert_eq(got.n, 0);
	cr_assert_eq(perso_card_read_all(&card, 1000, &got), 0);
	cr_assert_eq(got.n, 1000);
	cr_assert_eq(perso_card_read_ef(&card, 1000, &got), 0);
	cr_assert_eq(got.n, 2000);
}

Test(read, a_part_is_read_exactly_or_not_at_all)
{
	struct perso_card card;
	PERSO_BUF(got, 1 << 16);
	CHIP(c);

	fill(&c, 40000, 0);
	perso_card_init(&card, &c.base);
	cr_assert_eq(perso_card_read_at(&card, 32700, 500, &got), 0);
	cr_assert(perso_span_equal(perso_buf_span(&got),
	    perso_span_sub(perso_buf_span(&c.file), 32700, 500)));
	cr_assert_eq(
	    perso_card_read_at(&card, 39900, 101, &got), PERSO_E_TRUNCATED);
	cr_assert_eq(got.n, 500);
}

Test(read, more_bytes_than_asked_for_are_refused)
{
	struct perso_card card;
	PERSO_BUF(got, 1 << 16);
	CHIP(c);

	c.greedy = true;
	fill(&c, 40000, 0);
	perso_card_init(&card, &c.base);
	cr_assert_eq(perso_card_read_at(&card, 0, 10, &got), PERSO_E_ANSWER);
	cr_assert_eq(
	    perso_card_read_at(&card, 33000, 10, &got), PERSO_E_ANSWER);
	cr_assert_eq(got.n, 0);
}

Test(read, refusals_of_the_chip_are_told)
{
	__attribute__((cleanup(perso_link_free))) struct perso_link *l =
	    wire_open();
	struct perso_card card;
	PERSO_BUF(got, 1 << 16);
	char text[200];

	wire_add(l, "00B0000000", "6982");
	wire_add(l, "00B0000000", "6B00");
	wire_add(l, "00B0000000", "1F9000");
	wire_add(l, "00B00001FF", "6B00");
	wire_add(l, "00B0000000", "80809000");
	perso_card_init(&card, l);
	cr_assert_eq(perso_card_read_ef(&card, 256, &got), PERSO_E_SW);
	perso_trail_text(text, sizeof(text));
	cr_assert_str_eq(text, "READ BINARY at offset 0: SW 6982");
	cr_assert_eq(perso_card_read_ef(&card, 256, &got), PERSO_E_SW);
	cr_assert_eq(perso_card_read_ef(&card, 256, &got), PERSO_E_TRUNCATED);
	cr_assert_eq(perso_card_read_ef(&card, 256, &got), PERSO_E_DATA);
	cr_assert(wire_is_over(l));
}

Test(read, a_refused_read_leaves_its_status_word)
{
	__attribute__((cleanup(perso_link_free))) struct perso_link *l =
	    wire_open();
	struct perso_card card;
	PERSO_BUF(got, 1 << 16);

	wire_add(l, "00A4020C020101", "6A82");
	wire_add(l, "00B0000000", "6988");
	perso_card_init(&card, l);
	cr_assert_eq(perso_card_select_ef(&card, 0x0101), PERSO_E_SW);
	cr_assert_eq(perso_card_last_sw(), 0x6A82);
	cr_assert_eq(perso_card_read_ef(&card, 256, &got), PERSO_E_SW);
	cr_assert_eq(perso_card_last_sw(), 0x6988);
}

Test(read, a_chip_that_gives_a_byte_at_a_time_is_not_followed_for_hours)
{
	struct perso_card card;
	PERSO_BUF(got, 1 << 20);
	char text[200];
	CHIP(c);

	c.stingy = 1;
	fill(&c, 60, 0); /* as many as the free commands allow */
	check_file(&c, NULL, 60, 60);
	fill(&c, 140000, 0);
	perso_card_init(&card, &c.base);
	for (int i = 0; i < 3; i++) {
		uint64_t before = c.base.commands;

		cr_assert_eq(
		    i == 0   ? perso_card_read_ef(&card, 200000, &got)
		    : i == 1 ? perso_card_read_all(&card, 200000, &got)
			     : perso_card_read_at(&card, 40000, 90000, &got),
		    PERSO_E_ANSWER);
		perso_trail_text(text, sizeof(text));
		cr_assert_not_null(strstr(text, "commands gave"), "%s", text);
		cr_assert_lt(c.base.commands - before, 80);
		cr_assert_eq(got.n, 0);
	}
}

/* The channel of a chip that has just ended it. */
static perso_rc
plain_wrap(struct perso_channel *ch, const struct perso_apdu *plain,
    bool extended, struct perso_buf *data, struct perso_apdu *ret)
{
	(void)ch, (void)extended, (void)data;
	*ret = *plain;
	return PERSO_OK;
}

static perso_rc
ending_unwrap(struct perso_channel *ch, struct perso_span data, uint16_t sw,
    struct perso_buf *ret_data, uint16_t *ret_sw)
{
	if (sw == 0x6B00)
		ch->dead = true;
	*ret_sw = sw;
	return perso_buf_append(ret_data, data);
}

static size_t
any_data(const struct perso_channel *ch, size_t lc, const struct perso_apdu *a)
{
	(void)ch, (void)a;
	return lc;
}

static size_t
any_answer(const struct perso_channel *ch, size_t n)
{
	(void)ch;
	return n;
}

static void
no_destroy(struct perso_channel *ch)
{
	(void)ch;
}

/* 6B00 without protection: somebody cuts the file short. */
Test(read, an_end_of_file_without_protection_is_not_believed)
{
	static const struct perso_channel_ops ops = { .name = "test",
		.wrap = plain_wrap,
		.unwrap = ending_unwrap,
		.max_data = any_data,
		.max_answer = any_answer,
		.destroy = no_destroy };
	__attribute__((cleanup(perso_link_free))) struct perso_link *l =
	    wire_open();
	struct perso_channel ch = { .ops = &ops };
	struct perso_card card;
	PERSO_BUF(got, 1 << 16);

	wire_add(l, "00B0000000", "0102039000");
	wire_add(l, "00B00003FE", "6B00");
	perso_card_init(&card, l);
	perso_card_set_channel(&card, &ch);
	cr_assert_eq(perso_card_read_all(&card, 256, &got), PERSO_E_SW);
	cr_assert_eq(got.n, 0);
	cr_assert(wire_is_over(l));
	perso_card_done(&card);
}
