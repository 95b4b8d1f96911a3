/* DG13 and DG16; DG11 and DG16 as Doc 9303-10 prints them. */
#include "lds_test.h"

#define S(text) perso_span((text), sizeof(text) - 1)
#define CONST(text)                                       \
	{                                                 \
		(const uint8_t *)(text), sizeof(text) - 1 \
	}

/* Doc 9303-10, 4.7.11.1. The lengths of the file (63) and of the telephone
 * (0E) are misprinted there; here they are those of the printed contents. */
#define PRINTED_DG11                                                           \
	"6B605C0A5F0E5F115F425F125F135F0E0D534D4954483C3C4A4F484E3C4A5F110A41" \
	"4E59544F574E3C4D4E5F4217313233204D41504C452052443C414E59544F574E3C4D" \
	"4E5F120B31363132353535313231325F130C54524156454C3C4147454E54"
/* Doc 9303-10, 4.7.16.1 */
#define PRINTED_DG16                                                           \
	"7081A2020102A14C5F500832303032303130315F5110534D4954483C3C434841524C" \
	"45533C525F520B31393532353535313231325F531D313233204D41504C452052443C" \
	"414E59544F574E3C4D4E3C3535313030A24F5F500832303032303331355F510D4252" \
	"4F574E3C3C4D4152593C4A5F520B31343135353535313231325F5323343920524544" \
	"574F4F44204C4E3C4F4345414E20425245455A453C43413C3934303030"

static void
same(const struct perso_buf *a, const struct perso_buf *b)
{
	cr_assert(perso_span_equal(perso_buf_span(a), perso_buf_span(b)));
}

Test(details, dg11_as_printed_is_read_and_built)
{
	PERSO_BUF(printed, 256);
	PERSO_BUF(built, 256);
	struct perso_dg11 read;
	struct perso_dg11 v = { .name = S("SMITH<<JOHN<J"),
		.place_of_birth = S("ANYTOWN<MN"),
		.address = S("123 MAPLE RD<ANYTOWN<MN"),
		.telephone = S("16125551212"),
		.profession = S("TRAVEL<AGENT") };

	lds_hex(PRINTED_DG11, &printed);
	cr_assert_eq(perso_dg11_build(&v, &built), PERSO_OK, "%s", lds_trail());
	same(&printed, &built);
	cr_assert_eq(perso_dg11_parse(perso_buf_span(&printed), &read),
	    PERSO_OK, "%s", lds_trail());
	cr_assert(perso_span_equal(read.telephone, v.telephone));
}

static const struct perso_dg16 printed_persons = { .count = 2,
	.persons = { { .has_recorded = true,
			 .recorded = { 2002, 1, 1 },
			 .name = CONST("SMITH<<CHARLES<R"),
			 .telephone = CONST("19525551212"),
			 .address = CONST("123 MAPLE RD<ANYTOWN<MN<55100") },
	    { .has_recorded = true,
		.recorded = { 2002, 3, 15 },
		.name = CONST("BROWN<<MARY<J"),
		.telephone = CONST("14155551212"),
		.address = CONST("49 REDWOOD LN<OCEAN BREEZE<CA<94000") } } };

Test(details, dg16_as_printed_is_read_and_built)
{
	PERSO_BUF(printed, 256);
	PERSO_BUF(built, 256);
	struct perso_dg16 v;

	lds_hex(PRINTED_DG16, &printed);
	cr_assert_eq(perso_dg16_build(&printed_persons, &built), PERSO_OK, "%s",
	    lds_trail());
	same(&printed, &built);
	cr_assert_eq(perso_dg16_parse(perso_buf_span(&printed), &v), PERSO_OK,
	    "%s", lds_trail());
	cr_assert_eq(v.count, 2);
	cr_assert_not(v.bcd_dates);
	cr_assert_eq(v.persons[1].recorded.month, 3);
	cr_assert(perso_span_equal(
	    v.persons[1].address, printed_persons.persons[1].address));
}

Test(details, dg16_has_no_empty_element_and_bcd_is_only_read)
{
	PERSO_BUF(file, 256);
	PERSO_BUF(built, 256);
	PERSO_BUF(want, 256);
	struct perso_dg16 v;

	lds_hex("7013020101A10E5F5004200203155F5104"
		"413C3C42",
	    &file);
	cr_assert_eq(perso_dg16_parse(perso_buf_span(&file), &v), PERSO_OK,
	    "%s", lds_trail());
	cr_assert(v.bcd_dates);
	cr_assert_eq(v.persons[0].telephone.n, 0);
	cr_assert_eq(perso_dg16_build(&v, &built), PERSO_OK);
	lds_hex("7017020101A1125F500832303032303331355F5104413C3C42", &want);
	same(&want, &built);
}

Test(details, dg13_carries_what_the_issuer_put_there)
{
	PERSO_BUF(built, 8192);
	static uint8_t bytes[PERSO_DG13_MAX + 1];
	struct perso_dg13 v = { .data = { bytes, PERSO_DG13_MAX } }, read;

	bytes[0] = 0xA5;
	cr_assert_eq(perso_dg13_build(&v, &built), PERSO_OK);
	cr_assert_eq(perso_dg13_parse(perso_buf_span(&built), &read), PERSO_OK);
	cr_assert(perso_span_equal(read.data, v.data));
	v.data.n++;
	cr_assert_eq(perso_dg13_build(&v, &built), PERSO_E_ARG);
	v.data.n = 0;
	cr_assert_eq(perso_dg13_build(&v, &built), PERSO_E_ARG);
	cr_assert_eq(built.n, 4 + PERSO_DG13_MAX);
}

#define REFUSED(change)                                                \
	do {                                                           \
		struct perso_dg16 v = printed_persons;                 \
		change;                                                \
		cr_assert_eq(                                          \
		    perso_dg16_build(&v, &out), PERSO_E_ARG, #change); \
		cr_assert_eq(out.n, 1);                                \
	} while (0)

Test(details, dg16_builds_nothing_that_is_not_allowed)
{
	PERSO_BUF(out, 4096);

	cr_assert_eq(perso_buf_append_u8(&out, 0x55), PERSO_OK);
	REFUSED(v.count = 0);
	REFUSED(v.count = PERSO_DG16_PERSONS + 1);
	REFUSED(v.persons[1].name = PERSO_SPAN_EMPTY);
	REFUSED(v.persons[1].name = S("A\nB"));
	REFUSED(v.persons[0].address = S("\xC3\x28"));
	REFUSED(v.persons[0].recorded.month = 0);
	out.max = 64;
	cr_assert_eq(perso_dg16_build(&printed_persons, &out), PERSO_E_NOMEM);
	cr_assert_eq(out.n, 1);
}
