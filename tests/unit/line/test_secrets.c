/* What is drawn, and the boxes that it is kept in. */
#include <criterion/criterion.h>
#include <string.h>

#include "line/line_int.h"
#include "perso/hooks.h"

#define OK(call) cr_assert_eq((call), PERSO_OK)

Test(digits, that_anybody_would_try_first_are_trivial)
{
	static const char *const trivial[] = { "0000", "111111", "1234",
		"123456", "456789", "9876", "7654321098", "8901234567",
		"0987654321" };
	static const char *const fine[] = { "1235", "123457", "1357", "112233",
		"1212", "246802", "161409", "0001", "1000", "9999999998" };

	for (size_t i = 0; i < sizeof(trivial) / sizeof(trivial[0]); i++)
		cr_assert(line_digits_trivial(perso_span_str(trivial[i])), "%s",
		    trivial[i]);
	for (size_t i = 0; i < sizeof(fine) / sizeof(fine[0]); i++)
		cr_assert_not(line_digits_trivial(perso_span_str(fine[i])),
		    "%s", fine[i]);
}

/* A source that gives these bytes in turn. */
struct source {
	const uint8_t *p;
	size_t at;
};

static perso_rc
give(void *ctx, uint8_t *dst, size_t n)
{
	struct source *s = ctx;

	for (size_t i = 0; i < n; i++)
		dst[i] = s->p[s->at++];
	return PERSO_OK;
}

Test(digits, that_are_trivial_or_known_are_drawn_again)
{
	/* 250 and more are no digit; 1111, 1234, the other one, 2580 */
	static const uint8_t bytes[] = { 255, 1, 250, 11, 121, 241, 1, 2, 3, 4,
		7, 3, 9, 1, 2, 5, 8, 10, 99 };
	struct source s = { bytes, 0 };
	uint8_t pin[4];

	perso_rng_set(give, &s);
	OK(line_digits_draw(pin, 4, perso_span_str("7391")));
	perso_rng_set(NULL, NULL);
	cr_assert_arr_eq(pin, "2580", 4);
	cr_assert_eq(s.at, 18);
}

static perso_rc
run_dry(void *ctx, uint8_t *dst, size_t n)
{
	(void)ctx;
	(void)dst;
	(void)n;
	PERSO_FAIL(PERSO_E_CRYPTO, "dry");
}

Test(digits, are_not_drawn_without_a_source)
{
	uint8_t pin[6];

	perso_rng_set(run_dry, NULL);
	cr_assert_eq(
	    line_digits_draw(pin, 6, PERSO_SPAN_EMPTY), PERSO_E_CRYPTO);
	perso_rng_set(NULL, NULL);
}

/* Each digit at each place: 20000 draws, chi-square with 9 degrees of
 * freedom; beyond 50 once in ten million. */
Test(digits, come_evenly_at_each_place)
{
	static unsigned seen[6][10];
	const unsigned draws = 20000;
	uint8_t pin[6];

	for (unsigned i = 0; i < draws; i++) {
		OK(line_digits_draw(pin, 6, PERSO_SPAN_EMPTY));
		for (size_t k = 0; k < 6; k++) {
			cr_assert(pin[k] >= '0' && pin[k] <= '9');
			seen[k][pin[k] - '0']++;
		}
	}
	for (size_t k = 0; k < 6; k++) {
		double chi = 0, mean = draws / 10.0;

		for (size_t d = 0; d < 10; d++)
			chi += (seen[k][d] - mean) * (seen[k][d] - mean) / mean;
		cr_assert_lt(chi, 50, "place %zu: %f", k, chi);
	}
}

static const uint8_t wrap[PERSO_WRAP_KEY] = { 1, 2, 3 };

Test(box, opens_with_its_key_and_for_its_purpose_only)
{
	static const uint8_t other[PERSO_WRAP_KEY] = { 1, 2, 4 };
	PERSO_BUF(box, 256);
	PERSO_BUF(again, 256);
	PERSO_BUF(got, 64);

	OK(line_box_seal(perso_span_of(wrap), perso_span_str("job 1"),
	    perso_span_str("161409"), &box));
	OK(line_box_seal(perso_span_of(wrap), perso_span_str("job 1"),
	    perso_span_str("161409"), &again));
	cr_assert_null(memmem(box.p, box.n, "161409", 6));
	cr_assert_neq(memcmp(box.p, again.p, 12), 0);
	cr_assert_neq(memcmp(box.p + 60, again.p + 60, 12), 0);
	cr_assert_eq(line_box_open(perso_span_of(other),
			 perso_span_str("job 1"), perso_buf_span(&box), &got),
	    PERSO_E_SIGNATURE);
	cr_assert_eq(line_box_open(perso_span_of(wrap), perso_span_str("job 2"),
			 perso_buf_span(&box), &got),
	    PERSO_E_SIGNATURE);
	cr_assert_eq(got.n, 0);
	OK(line_box_open(perso_span_of(wrap), perso_span_str("job 1"),
	    perso_buf_span(&box), &got));
	cr_assert_eq(got.n, 6);
	cr_assert_arr_eq(got.p, "161409", 6);
}

Test(box, that_was_changed_or_cut_anywhere_does_not_open)
{
	PERSO_BUF(box, 256);
	PERSO_BUF(got, 64);

	OK(line_box_seal(perso_span_of(wrap), perso_span_str("job 1"),
	    perso_span_str("161409"), &box));
	for (size_t i = 0; i < box.n; i++) {
		box.p[i] ^= 0x20;
		cr_assert_neq(
		    line_box_open(perso_span_of(wrap), perso_span_str("job 1"),
			perso_buf_span(&box), &got),
		    PERSO_OK, "byte %zu", i);
		box.p[i] ^= 0x20;
		cr_assert_neq(
		    line_box_open(perso_span_of(wrap), perso_span_str("job 1"),
			perso_span_sub(perso_buf_span(&box), 0, i), &got),
		    PERSO_OK, "length %zu", i);
	}
	cr_assert_eq(got.n, 0);
}

static void
draw_codes(struct perso_work *w)
{
	w->secrets.drawn = true;
	w->secrets.pin.n = 6;
	memcpy(w->secrets.pin.p, "161409", 6);
	w->secrets.puk.n = 10;
	memcpy(w->secrets.puk.p, "7250555376", 10);
}

Test(letter_box, tells_pin_and_puk_of_its_job)
{
	struct perso_line line = { .cfg.wrap_key = { wrap, sizeof(wrap) } };
	struct line_letter l = { .pin = "" };
	PERSO_BUF(sealed, 256);
	LINE_WORK(w);

	OK(perso_work_new(&line, NULL, &w));
	w->job.id = 7;
	OK(perso_work_letter(w, &sealed));
	cr_assert_eq(sealed.n, 0, "a letter without a PIN");
	draw_codes(w);
	OK(perso_work_letter(w, &sealed));
	cr_assert_eq(line_letter_open(
			 perso_span_of(wrap), 8, perso_buf_span(&sealed), &l),
	    PERSO_E_SIGNATURE);
	OK(line_letter_open(
	    perso_span_of(wrap), 7, perso_buf_span(&sealed), &l));
	cr_assert_str_eq(l.pin, "161409");
	cr_assert_str_eq(l.puk, "7250555376");
	line_letter_wipe(&l);
	cr_assert_eq(l.pin[0], 0);
}
