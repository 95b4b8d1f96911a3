/* Result codes, hex, base64, UTF-8, dates, files, hooks. */
#include <criterion/criterion.h>

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "perso/date.h"
#include "perso/file.h"
#include "perso/hex.h"
#include "perso/hooks.h"
#include "perso/log.h"

static perso_rc
fail_deep(void)
{
	PERSO_FAIL(PERSO_E_DATA, "byte %d is not a digit", 3);
}

static perso_rc
fail_with_context(void)
{
	PERSO_TRY_CTX(fail_deep(), "LDS version");
	return PERSO_OK;
}

Test(trail, tells_root_cause_first_then_context)
{
	char text[200], cut[10];

	perso_trail_reset();
	cr_assert_eq(fail_with_context(), PERSO_E_DATA);
	cr_assert_eq(perso_trail_count(), 2);
	cr_assert_str_eq(perso_trail_get(0), "byte 3 is not a digit");
	cr_assert_str_eq(perso_trail_get(1), "LDS version");
	cr_assert_str_eq(perso_trail_get(2), "");
	perso_trail_text(text, sizeof(text));
	cr_assert_str_eq(text, "LDS version: byte 3 is not a digit");
	perso_trail_text(cut, sizeof(cut));
	cr_assert_str_eq(cut, "LDS versi");
	for (int i = 0; i < 40; i++)
		perso_trail_add("level %d", i);
	cr_assert_eq(perso_trail_count(), PERSO_TRAIL_MAX);
	cr_assert_str_eq(perso_trail_get(PERSO_TRAIL_MAX - 1), "(27 more)");
	cr_assert_eq(perso_rc_category(PERSO_E_SW), PERSO_CAT_CARD);
	cr_assert_str_eq(perso_rc_name(PERSO_E_SW), "sw");
}

Test(hex, decodes_what_it_encodes_and_refuses_the_rest)
{
	static const char *const bad[] = { "0", "0G", "01 2", "0x01" };
	PERSO_BUF(b, 64);
	char s[5];

	cr_assert_eq(
	    perso_hex_decode(perso_span_str("00 fF:10\n"), &b), PERSO_OK);
	cr_assert(perso_span_equal(
	    perso_buf_span(&b), perso_span("\x00\xFF\x10", 3)));
	perso_hex_str(perso_buf_span(&b), s, sizeof(s));
	cr_assert_str_eq(s, "00FF");
	for (size_t i = 0; i < 4; i++) {
		cr_assert_eq(
		    perso_hex_decode(perso_span_str(bad[i]), &b), PERSO_E_DATA);
		cr_assert_eq(b.n, 3);
	}
}

Test(base64, follows_rfc_4648)
{
	static const char *const pairs[][2] = { { "", "" }, { "f", "Zg==" },
		{ "fo", "Zm8=" }, { "foo", "Zm9v" }, { "foob", "Zm9vYg==" },
		{ "fooba", "Zm9vYmE=" }, { "foobar", "Zm9vYmFy" } };
	static const char *const bad[] = { "Zg=", "Zh==", "Zm9=", "Z===",
		"====", "Zg==Zg==", "Zm9v\n", "Zm 9" };

	for (size_t i = 0; i < 7; i++) {
		PERSO_BUF(b, 64);

		cr_assert_eq(
		    perso_base64_encode(perso_span_str(pairs[i][0]), &b),
		    PERSO_OK);
		cr_assert(perso_span_equal(
		    perso_buf_span(&b), perso_span_str(pairs[i][1])));
		perso_buf_clear(&b);
		cr_assert_eq(
		    perso_base64_decode(perso_span_str(pairs[i][1]), &b),
		    PERSO_OK);
		cr_assert(perso_span_equal(
		    perso_buf_span(&b), perso_span_str(pairs[i][0])));
	}
	for (size_t i = 0; i < 8; i++) {
		PERSO_BUF(b, 64);

		cr_assert_eq(perso_base64_decode(perso_span_str(bad[i]), &b),
		    PERSO_E_DATA, "%s", bad[i]);
		cr_assert_eq(b.n, 0);
	}
}

Test(utf8, refuses_overlong_surrogate_and_cut_forms)
{
	static const char *const bad[] = { "\xC0\x80", "\xED\xA0\x80",
		"\xF4\x90\x80\x80", "\xC4", "\x80", "\xF8\x88\x80\x80\x80",
		"\xE0\x80\xAF" };
	PERSO_BUF(b, 64);
	size_t n = 0;

	for (size_t i = 0; i < 7; i++)
		cr_assert_eq(
		    perso_utf8_count(perso_span_str(bad[i]), &n), PERSO_E_DATA);
	cr_assert_eq(perso_utf8_append(&b, 0x41), PERSO_OK);
	cr_assert_eq(perso_utf8_append(&b, 0x100), PERSO_OK);
	cr_assert_eq(perso_utf8_append(&b, 0x20AC), PERSO_OK);
	cr_assert_eq(perso_utf8_append(&b, 0x1F600), PERSO_OK);
	cr_assert(perso_span_equal(perso_buf_span(&b),
	    perso_span_str("A\xC4\x80\xE2\x82\xAC\xF0\x9F\x98\x80")));
	cr_assert_eq(perso_utf8_count(perso_buf_span(&b), &n), PERSO_OK);
	cr_assert_eq(n, 4);
}

Test(date, knows_the_calendar)
{
	struct perso_date d = { 0 };
	char text[PERSO_TIME_LEN];
	time_t t = 0;

	cr_assert_eq(
	    perso_date_parse(perso_span_str("2024-02-29"), &d), PERSO_OK);
	d = perso_date_add_years(d, 1);
	cr_assert(d.year == 2025 && d.month == 2 && d.day == 28);
	d = perso_date_add_days(d, 1);
	cr_assert(d.month == 3 && d.day == 1);
	cr_assert_eq(
	    perso_date_parse(perso_span_str("2023-02-29"), &d), PERSO_E_DATA);
	cr_assert_eq(
	    perso_date_parse(perso_span_str("1900-02-29"), &d), PERSO_E_DATA);
	cr_assert_eq(
	    perso_date_parse(perso_span_str("2023-1-01"), &d), PERSO_E_DATA);
	cr_assert_eq(
	    perso_time_parse(perso_span_str("2026-11-22T12:13:14Z"), &t),
	    PERSO_OK);
	cr_assert_eq(t, 1795349594);
	perso_time_text(t, text);
	cr_assert_str_eq(text, "2026-11-22T12:13:14Z");
	cr_assert_eq(
	    perso_time_parse(perso_span_str("2026-11-22T24:00:00Z"), &t),
	    PERSO_E_DATA);
	cr_assert_eq(
	    perso_date_time((struct perso_date){ 1969, 12, 31 }), -86400);
}

static perso_rc
count_name(void *ctx, const char *name)
{
	(void)name;
	++*(int *)ctx;
	return PERSO_OK;
}

Test(file, is_replaced_whole_and_read_within_its_limit)
{
	char dir[] = "/tmp/perso-base-XXXXXX", path[64], sub[64];
	int names = 0;
	PERSO_BUF(b, 8);

	cr_assert_not_null(mkdtemp(dir));
	cr_assert_eq(perso_path_join(path, sizeof(path), dir, "f"), PERSO_OK);
	cr_assert_eq(perso_path_join(sub, sizeof(sub), dir, "a/b"), PERSO_OK);
	cr_assert_eq(
	    perso_file_write(path, perso_span_str("12345678"), 0600), PERSO_OK);
	cr_assert_eq(perso_file_read(path, &b), PERSO_OK);
	cr_assert_eq(perso_file_read(path, &b), PERSO_E_RANGE);
	cr_assert_eq(b.n, 8);
	cr_assert_eq(perso_file_read(dir, &b), PERSO_E_IO);
	cr_assert_eq(perso_dir_make(sub, 0700), PERSO_OK);
	cr_assert_eq(perso_dir_make(sub, 0700), PERSO_OK);
	cr_assert_eq(perso_dir_make(path, 0700), PERSO_E_IO);
	cr_assert_eq(perso_dir_each(dir, count_name, &names), PERSO_OK);
	cr_assert_eq(names, 2);
	cr_assert_eq(rmdir(sub), 0);
	sub[strlen(sub) - 2] = '\0';
	cr_assert_eq(rmdir(sub), 0);
	cr_assert_eq(unlink(path), 0);
	cr_assert_eq(rmdir(dir), 0);
}

static time_t
fixed_clock(void *ctx)
{
	return *(time_t *)ctx;
}

static perso_rc
fixed_rng(void *ctx, uint8_t *dst, size_t n)
{
	(void)ctx;
	memset(dst, 0x5A, n);
	return PERSO_OK;
}

static void
keep_line(void *ctx, enum perso_log_level level, const char *text)
{
	(void)level;
	snprintf(ctx, 32, "%s", text);
}

Test(hooks, can_be_pinned)
{
	time_t t = 42;
	uint8_t r[4] = { 0 };
	char line[32] = "";

	perso_clock_set(fixed_clock, &t);
	perso_rng_set(fixed_rng, NULL);
	cr_assert_eq(perso_now(), 42);
	cr_assert_eq(perso_random(r, 4), PERSO_OK);
	cr_assert_eq(r[3], 0x5A);
	perso_clock_set(NULL, NULL);
	perso_rng_set(NULL, NULL);
	cr_assert_gt(perso_now(), 1700000000);
	perso_log_set(keep_line, line, PERSO_LOG_INFO);
	perso_log(PERSO_LOG_DEBUG, "hidden");
	cr_assert_str_eq(line, "");
	perso_log(PERSO_LOG_WARN, "seen %d", 1);
	cr_assert_str_eq(line, "seen 1");
	perso_log(PERSO_LOG_INFO, "%s", "a\nb\x1B[2J\xFF");
	cr_assert_str_eq(line, "a?b?[2J?");
}

static void *
write_often(void *path)
{
	static char text[4096];
	intptr_t bad = 0;

	for (int i = 0; i < 60; i++)
		bad += perso_file_write(path,
			   perso_span((const uint8_t *)text, sizeof(text)),
			   0600) != PERSO_OK;
	return (void *)bad;
}

/* The last one wins; none fails, none is mixed. */
Test(file, threads_that_write_one_path_do_not_disturb_each_other)
{
	char dir[] = "/tmp/perso-base-XXXXXX", path[64];
	pthread_t threads[4];
	PERSO_BUF(b, 8192);
	int names = 0;

	cr_assert_not_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/one", dir);
	for (size_t i = 0; i < 4; i++)
		cr_assert_eq(
		    pthread_create(&threads[i], NULL, write_often, path), 0);
	for (size_t i = 0; i < 4; i++) {
		void *bad = NULL;

		pthread_join(threads[i], &bad);
		cr_assert_null(bad);
	}
	cr_assert_eq(perso_file_read(path, &b), PERSO_OK);
	cr_assert_eq(b.n, 4096);
	cr_assert_eq(perso_dir_each(dir, count_name, &names), PERSO_OK);
	cr_assert_eq(names, 1); /* no temporary file is left */
	cr_assert_eq(unlink(path), 0);
	cr_assert_eq(rmdir(dir), 0);
}

Test(utf8, cleaned_text_has_no_control_characters_and_is_utf8)
{
	static const struct {
		const char *in, *keep, *want;
	} rows[] = { { "", "", "" }, { "a\xC4\x81", "", "a\xC4\x81" },
		{ "\x1B[2J\x7F", "", "?[2J?" }, { "a\tb\nc", "\n", "a?b\nc" },
		{ "\xC2\x9Bm", "", "??m" }, { "\xC2\xA0", "", "\xC2\xA0" },
		{ "\x9B", "", "?" }, { "cut \xE2\x82", "", "cut ??" },
		{ "\xC0\x8A", "\n", "??" }, { "\xED\xA0\x80", "", "???" } };
	char text[16];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(text, sizeof(text), "%s", rows[i].in);
		perso_utf8_clean(text, rows[i].keep);
		cr_assert_str_eq(text, rows[i].want, "row %zu", i);
	}
}

Test(trail, strange_texts_in_it_are_harmless)
{
	char long_text[400];

	perso_trail_reset();
	perso_trail_add("%s", "\x1B]0;x\x07");
	cr_assert_str_eq(perso_trail_get(0), "?]0;x?");
	memset(long_text, 'a', sizeof(long_text));
	long_text[PERSO_TRAIL_LEN - 2] = '\xC4'; /* cut in two */
	long_text[PERSO_TRAIL_LEN - 1] = '\x81';
	long_text[399] = '\0';
	perso_trail_add("%s", long_text);
	cr_assert_eq(perso_trail_get(1)[PERSO_TRAIL_LEN - 2], '?');
}

Test(text, has_letters_of_all_scripts_and_nothing_that_hides)
{
	static const uint32_t good[] = { ' ', 'A', '-', '\'', 0x0136, 0x0301,
		0x042F, 0x05D0, 0x0634, 0x064B, 0x0915, 0x2019, 0x2116, 0x4E2D,
		0x20000 };
	static const uint32_t wrong[] = { 0, 0x1F, '<', 0x7F, 0x9F, 0xA0, 0xAD,
		0x0378, 0x200B, 0x200D, 0x200E, 0x202E, 0x2069, 0x20E3, 0x2764,
		0x3164, 0xD800, 0xE000, 0xFE0F, 0xFEFF, 0xFFFD, 0xFFFF, 0x1F600,
		0xE0041, 0x10FFFF, 0x110000, UINT32_MAX };

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		cr_assert_null(
		    perso_text_fault(good[i]), "U+%04X", (unsigned)good[i]);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		cr_assert_not_null(
		    perso_text_fault(wrong[i]), "U+%04X", (unsigned)wrong[i]);
	cr_assert(perso_text_is_mark(0x0301));
	cr_assert(perso_text_is_mark(0x093F));
	cr_assert_not(perso_text_is_mark('A'));
	cr_assert_not(perso_text_is_mark(0x0200));
}
