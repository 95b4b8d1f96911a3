#include "lds_test.h"

#define S(text) perso_span((text), sizeof(text) - 1)
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Builds of values that the specification does not allow leave the buffer
 * as it was. */
#define REFUSED(call)                                                 \
	do {                                                          \
		cr_assert_eq((call), PERSO_E_ARG, "%s", lds_trail()); \
		cr_assert_eq(out.n, 1);                               \
	} while (0)

static void
begin(struct perso_buf *out)
{
	cr_assert_eq(perso_buf_append_u8(out, 0x55), PERSO_OK);
}

Test(build, dg11_with_everything_comes_back)
{
	PERSO_BUF(out, 65536);
	PERSO_BUF(again, 65536);
	PERSO_BUF(image, 65536);
	struct perso_dg11 v = { .name = S("B\xC4\x93rzi\xC5\x86\xC5\xA1<<Anna"),
		.other_names = { S("ONE<<A"), S("TWO<<B") },
		.other_name_count = 2,
		.personal_number = S("123"),
		.has_birth = true,
		.birth = { 1990, 0, 0 },
		.place_of_birth = S("HERE<THERE"),
		.address = S("STREET 1<TOWN"),
		.telephone = S("+1"),
		.profession = S("SMITH"),
		.title = S("DR"),
		.summary = S("TALL"),
		.other_documents = S("A<B"),
		.custody = S("NONE") };
	struct perso_dg11 p;

	lds_load(SYN "images/portrait_413x531.jp2", &image);
	v.citizenship_proof = perso_buf_span(&image);
	cr_assert_eq(perso_dg11_build(&v, &out), PERSO_OK, "%s", lds_trail());
	cr_assert_eq(perso_dg11_parse(perso_buf_span(&out), &p), PERSO_OK, "%s",
	    lds_trail());
	cr_assert_eq(p.order.count, 13);
	cr_assert_eq(p.order.tags[1], 0xA0);
	cr_assert_eq(p.birth.year, 1990);
	cr_assert_eq(p.birth.month, 0);
	cr_assert_eq(p.other_name_count, 2);
	cr_assert(perso_span_equal(p.other_names[1], v.other_names[1]));
	cr_assert(perso_span_equal(p.name, v.name));
	cr_assert_eq(perso_dg11_build(&p, &again), PERSO_OK);
	cr_assert(
	    perso_span_equal(perso_buf_span(&out), perso_buf_span(&again)));
}

Test(build, dg12_with_everything_comes_back)
{
	PERSO_BUF(out, 65536);
	PERSO_BUF(again, 65536);
	PERSO_BUF(image, 65536);
	struct perso_dg12 v = { .authority = S("OFFICE"),
		.has_issued = true,
		.issued = { 2026, 2, 28 },
		.other_persons = { S("CHILD<<C") },
		.other_person_count = 1,
		.endorsements = S("NOTE"),
		.tax_exit = S("PAID"),
		.has_personalised = true,
		.personalised = { { 2026, 3, 1 }, 23, 59, 58 },
		.system_serial = S("STATION-1") };
	struct perso_dg12 p;

	lds_load(SYN "images/portrait_413x531.jp2", &image);
	v.front = v.rear = perso_buf_span(&image);
	cr_assert_eq(perso_dg12_build(&v, &out), PERSO_OK, "%s", lds_trail());
	cr_assert_eq(perso_dg12_parse(perso_buf_span(&out), &p), PERSO_OK, "%s",
	    lds_trail());
	cr_assert_eq(p.personalised.second, 58);
	cr_assert_eq(p.order.count, 9);
	cr_assert_eq(perso_dg12_build(&p, &again), PERSO_OK);
	cr_assert(
	    perso_span_equal(perso_buf_span(&out), perso_buf_span(&again)));
}

Test(build, bcd_dates_of_older_chips_are_read_and_written_as_digits)
{
	PERSO_BUF(file, 256);
	PERSO_BUF(want, 256);
	PERSO_BUF(out, 256);
	struct perso_dg12 v;

	lds_hex("6C175C045F265F555F2604202402295F550720240229235958", &file);
	cr_assert_eq(perso_dg12_parse(perso_buf_span(&file), &v), PERSO_OK,
	    "%s", lds_trail());
	cr_assert(v.bcd_dates);
	cr_assert_eq(v.issued.day, 29);
	cr_assert_eq(v.personalised.minute, 59);
	cr_assert_eq(perso_dg12_build(&v, &out), PERSO_OK);
	lds_hex("6C225C045F265F555F260832303234303232395F550E3230323430323239"
		"323335393538",
	    &want);
	cr_assert(
	    perso_span_equal(perso_buf_span(&want), perso_buf_span(&out)));
}

Test(build, a_tag_list_order_that_was_read_is_kept)
{
	PERSO_BUF(file, 256);
	PERSO_BUF(out, 256);
	struct perso_dg11 v;

	/* 5F10 before 5F0F in A0 before 5F0E; the group listed as 5F0F */
	lds_hex(
	    "6B195C065F105F0F5F0E5F100131A0070201015F0F01425F0E0141", &file);
	cr_assert_eq(perso_dg11_parse(perso_buf_span(&file), &v), PERSO_OK,
	    "%s", lds_trail());
	cr_assert_eq(perso_dg11_build(&v, &out), PERSO_OK);
	cr_assert(
	    perso_span_equal(perso_buf_span(&file), perso_buf_span(&out)));
	v.order.tags[0] = 0x5F11;
	perso_buf_clear(&out);
	begin(&out);
	REFUSED(perso_dg11_build(&v, &out));
}

Test(build, dg7_comes_back_and_counts_its_images)
{
	PERSO_BUF(image, 65536);
	PERSO_BUF(out, 131072);
	PERSO_BUF(again, 131072);
	struct perso_dg7 v = { .count = 2 }, p;

	lds_load(SYN "images/portrait_413x531.jpg", &image);
	v.images[0] = v.images[1] = perso_buf_span(&image);
	cr_assert_eq(perso_dg7_build(&v, &out), PERSO_OK, "%s", lds_trail());
	cr_assert_eq(perso_dg7_parse(perso_buf_span(&out), &p), PERSO_OK, "%s",
	    lds_trail());
	cr_assert_eq(p.count, 2);
	cr_assert_eq(perso_dg7_build(&p, &again), PERSO_OK);
	cr_assert(
	    perso_span_equal(perso_buf_span(&out), perso_buf_span(&again)));
}

Test(build, values_outside_the_specification_change_nothing)
{
	PERSO_BUF(out, 65536);
	struct perso_com com = { "0107", "040000", { 1, 2 }, 2 };
	struct perso_dg11 dg11 = { .name = S("A\nB") };
	struct perso_dg12 dg12 = { .has_issued = true,
		.issued = { 2026, 2, 30 } };
	struct perso_atr_info atr = { .has_limits = true, .max_command = 1 };
	struct perso_dir dir = { .count = 1 };

	begin(&out);
	REFUSED(perso_dg1_build(&(struct perso_dg1){ S("P<") }, &out));
	com.dgs[1] = 1;
	REFUSED(perso_com_build(&com, &out));
	com.dgs[1] = 17;
	REFUSED(perso_com_build(&com, &out));
	com.dgs[1] = 3;
	REFUSED(perso_com_build(&com, &out));
	com.dgs[1] = 2;
	com.lds_version[0] = 'x';
	REFUSED(perso_com_build(&com, &out));
	REFUSED(perso_dg7_build(&(struct perso_dg7){ .count = 0 }, &out));
	REFUSED(perso_dg11_build(&dg11, &out));
	dg11.name = S("\xFF");
	REFUSED(perso_dg11_build(&dg11, &out));
	dg11.name = PERSO_SPAN_EMPTY;
	REFUSED(perso_dg11_build(&dg11, &out));
	dg11.other_name_count = 1;
	REFUSED(perso_dg11_build(&dg11, &out));
	REFUSED(perso_dg12_build(&dg12, &out));
	REFUSED(
	    perso_dg14_build(&(struct perso_lds_infos){ .count = 0 }, &out));
	REFUSED(perso_card_access_build(
	    &(struct perso_lds_infos){ .count = 1, .infos = { S("x") } },
	    &out));
	REFUSED(perso_card_access_build(
	    &(struct perso_lds_infos){ .set = S("x") }, &out));
	REFUSED(perso_dg14_build(
	    &(struct perso_lds_infos){ .set = S("\x31\x00") }, &out));
	REFUSED(perso_dg15_build(&(struct perso_dg15){ S("x") }, &out));
	REFUSED(perso_atr_info_build(&atr, &out));
	REFUSED(perso_atr_info_build(
	    &(struct perso_atr_info){ .other_count = 1 }, &out));
	REFUSED(perso_dir_build(&dir, &out));
	REFUSED(perso_dg2_build(
	    &(struct perso_dg2){ .bit = { .owner = 0 } }, &out));
}

Test(build, a_buffer_that_is_too_small_is_left_as_it_was)
{
	static const char *const files[][2] = {
		{ "com", TD3 "EF.COM.bin" },
		{ "dg1", TD3 "EF.DG1.bin" },
		{ "dg2", TD3 "EF.DG2.bin" },
		{ "dg11", TD3 "EF.DG11.bin" },
		{ "dg12", TD3 "EF.DG12.bin" },
		{ "dg14", TD3 "EF.DG14.bin" },
		{ "dg15", TD3 "EF.DG15.bin" },
		{ "card_access", TD3 "EF.CardAccess.bin" },
		{ "atr_info", TD3 "EF.ATR_INFO.bin" },
		{ "dir", TD3 "EF.DIR.bin" },
		{ "sod", TD3 "EF.SOD.bin" },
	};

	for (size_t i = 0; i < COUNT(files); i++) {
		PERSO_BUF(file, 65536);

		lds_load(files[i][1], &file);
		for (size_t max = 1; max < file.n + 1; max += 1 + max / 8) {
			PERSO_BUF(out, max);

			begin(&out);
			cr_assert_eq(
			    lds_cycle(files[i][0])(perso_buf_span(&file), &out),
			    PERSO_E_NOMEM, "%s in %zu", files[i][1], max);
			cr_assert_eq(out.n, 1);
		}
	}
}

Test(build, every_cut_and_every_longer_file_is_refused)
{
	static const char *const files[][2] = {
		{ "com", TD3 "EF.COM.bin" },
		{ "dg1", TD3 "EF.DG1.bin" },
		{ "dg2", TD3 "alt/EF.DG2.jpeg.bin" },
		{ "dg11", TD3 "EF.DG11.bin" },
		{ "dg12", TD3 "EF.DG12.bin" },
		{ "dg14", TD3 "EF.DG14.bin" },
		{ "dg15", TD3 "EF.DG15.bin" },
		{ "card_access", TD3 "EF.CardAccess.bin" },
		{ "sod", TD3 "EF.SOD.bin" },
	};

	for (size_t i = 0; i < COUNT(files); i++) {
		PERSO_BUF(file, 65536);

		lds_load(files[i][1], &file);
		for (size_t n = 0; n < file.n; n += 1 + n / 64)
			cr_assert_neq(
			    lds_cycle(files[i][0])(perso_span(file.p, n), NULL),
			    PERSO_OK, "%s cut to %zu", files[i][1], n);
		cr_assert_eq(perso_buf_append_u8(&file, 0), PERSO_OK);
		cr_assert_eq(
		    lds_cycle(files[i][0])(perso_buf_span(&file), NULL),
		    PERSO_E_TRAILING, "%s", files[i][1]);
	}
}
