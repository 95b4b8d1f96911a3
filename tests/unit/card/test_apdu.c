#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

#include "perso/apdu.h"
#include "perso/file.h"
#include "wire.h"

Test(apdu, all_seven_forms_are_written)
{
	static const struct {
		const char *hex;
		size_t n;
		uint32_t le;
		bool extended;
	} cases[] = {
		{ "00A40000", 0, 0, false },
		{ "00A400000A", 0, 10, false },
		{ "00A4000000", 0, 256, false },
		{ "00A40000020102", 2, 0, false },
		{ "00A4000002010200", 2, 256, false },
		{ "00A400000001F4", 0, 500, false },
		{ "00A40000000000", 0, 65536, false },
		{ "00A400000000020102", 2, 0, true },
		{ "00A4000000000201020005", 2, 5, true },
		{ "00A40000", 0, 0, true },
	};
	uint8_t data[] = { 1, 2 };

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct perso_apdu a = { .ins = 0xA4,
			.le = cases[i].le,
			.data = perso_span(data, cases[i].n) };
		struct perso_apdu back;
		bool extended;
		PERSO_BUF(b, 64);

		cr_assert_eq(perso_apdu_encode(&a, cases[i].extended, &b), 0);
		cr_assert_str_eq(hx_text(perso_buf_span(&b)), cases[i].hex);
		cr_assert_eq(
		    perso_apdu_decode(perso_buf_span(&b), &back, &extended), 0,
		    "%s", cases[i].hex);
		cr_assert_eq(back.le, a.le);
		cr_assert(perso_span_equal(back.data, a.data));
		cr_assert_eq(extended, b.n > 5 && b.p[4] == 0);
	}
}

Test(apdu, the_longest_command_has_65544_bytes)
{
	PERSO_BUF(data, 65536);
	PERSO_BUF(b, PERSO_APDU_MAX);
	struct perso_apdu a = { .ins = 0xD6, .le = 65536 }, back;
	bool extended;

	cr_assert_eq(perso_buf_resize(&data, 65535), 0);
	a.data = perso_buf_span(&data);
	cr_assert_eq(perso_apdu_encode(&a, false, &b), 0);
	cr_assert_eq(b.n, PERSO_APDU_MAX);
	cr_assert_eq(
	    perso_apdu_decode(perso_buf_span(&b), &back, &extended), 0);
	cr_assert_eq(back.data.n, 65535);
	cr_assert_eq(back.le, 65536);
	cr_assert_eq(perso_buf_resize(&data, 65536), 0);
	a.data = perso_buf_span(&data);
	cr_assert_eq(perso_apdu_encode(&a, false, &b), PERSO_E_ARG);
	a.data.n = 0;
	a.le = 65537;
	cr_assert_eq(perso_apdu_encode(&a, false, &b), PERSO_E_ARG);
	cr_assert_eq(b.n, PERSO_APDU_MAX);
}

Test(apdu, encoding_into_too_small_a_buffer_changes_nothing)
{
	uint8_t data[] = { 1, 2, 3 };
	struct perso_apdu a = { .data = perso_span_of(data) };
	PERSO_BUF(b, 6);

	cr_assert_eq(perso_buf_append_u8(&b, 7), 0);
	cr_assert_eq(perso_apdu_encode(&a, false, &b), PERSO_E_NOMEM);
	cr_assert_eq(b.n, 1);
}

Test(apdu, malformed_commands_are_refused_and_nothing_is_stored)
{
	static const struct {
		const char *hex;
		perso_rc rc;
	} cases[] = {
		{ "", PERSO_E_TRUNCATED },
		{ "00A400", PERSO_E_TRUNCATED },
		{ "00A40000020A", PERSO_E_TRUNCATED },
		{ "00A40000020A0B0001", PERSO_E_TRAILING },
		{ "00A400000001", PERSO_E_TRUNCATED },
		{ "00A4000000000101", 0 },
		{ "00A400000000000A", PERSO_E_DATA },
		{ "00A400000000030A0B", PERSO_E_TRUNCATED },
		{ "00A400000000010A00", PERSO_E_TRUNCATED },
		{ "00A400000000010A000000", PERSO_E_TRAILING },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct perso_apdu a = { .ins = 0x77 };
		bool extended = true;

		cr_expect_eq(perso_apdu_decode(hx(cases[i].hex), &a, &extended),
		    cases[i].rc, "%s", cases[i].hex);
		if (cases[i].rc != PERSO_OK)
			cr_expect_eq(a.ins, 0x77);
	}
}

Test(apdu, status_words_have_words)
{
	cr_assert_str_eq(
	    perso_sw_text(0x6982), "security status not satisfied");
	cr_assert_str_eq(perso_sw_text(0x1234), "");
}

#define GOLDEN "tests/golden/card"

static perso_rc
one_golden(void *ctx, const char *name)
{
	char path[256], text[512], want[640], got[640];
	struct perso_apdu a = { .ins = 0x77 };
	size_t n = strlen(name);
	bool extended = false;
	perso_rc rc;
	PERSO_BUF(in, 8192);
	PERSO_BUF(expect, 640);

	if (n < 6 || strcmp(name + n - 5, ".apdu") != 0)
		return PERSO_OK;
	++*(int *)ctx;
	snprintf(path, sizeof(path), GOLDEN "/%s", name);
	cr_assert_eq(perso_file_read(path, &in), 0);
	snprintf(path, sizeof(path), GOLDEN "/%.*s.expect", (int)n - 5, name);
	cr_assert_eq(perso_file_read(path, &expect), 0, "%s", path);
	rc = perso_apdu_decode(perso_buf_span(&in), &a, &extended);
	cr_assert_eq(a.ins, 0x77);
	perso_trail_text(text, sizeof(text));
	snprintf(got, sizeof(got), "%s\n%s\n", perso_rc_name(rc), text);
	snprintf(want, sizeof(want), "%.*s", (int)expect.n, expect.p);
	cr_expect_str_eq(got, want, "%s: %s", name, got);
	return PERSO_OK;
}

Test(apdu, refusals_are_the_golden_ones)
{
	int count = 0;

	cr_assert_eq(perso_dir_each(GOLDEN, one_golden, &count), 0);
	cr_assert_geq(count, 7);
}
