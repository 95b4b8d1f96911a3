/*
 * Chips with every access protocol, from the order to the reader.
 */
#include <sys/stat.h>
#include <unistd.h>

#include "perso/file.h"
#include "perso/hooks.h"

#include "world.h"

static enum perso_line_outcome
run(struct world *w, const char *template, const char *id, const char *number)
{
	struct perso_line_result r;
	struct station st;

	world_order(w, template, id);
	world_start(w, world_blank(w, number), &st);
	LET(perso_line_run_order(st.line, id, st.link, &r));
	world_stop(&st);
	if (r.outcome != PERSO_LINE_GOOD)
		fprintf(stderr, "%s: %s\n", template, r.text);
	return r.outcome;
}

Test(access_line, makes_a_passport_with_cam_and_fingers)
{
	struct world w;

	world_open(&w);
	w.reader = true;
	cr_assert_eq(
	    run(&w, "lv-passport-eac", "T-1", "LV1234567"), PERSO_LINE_GOOD);
	cr_assert_eq(w.can_len, 6);
	for (size_t i = 0; i < 6; i++)
		cr_assert(w.can[i] >= '0' && w.can[i] <= '9');
	world_check(&w, false, "passport");
	world_close(&w);
}

Test(access_line, makes_a_childs_passport_whose_dg3_is_empty)
{
	struct world w;

	world_open(&w);
	w.reader = true;
	cr_assert_eq(run(&w, "lv-passport-eac-child", "T-1", "LV1234567"),
	    PERSO_LINE_GOOD);
	world_check(&w, false, "child");
	world_close(&w);
}

Test(access_line, makes_a_card_without_bac)
{
	struct world w;

	world_open(&w);
	w.reader = true;
	cr_assert_eq(run(&w, "lv-eid-pace", "T-1", NULL), PERSO_LINE_GOOD);
	world_check(&w, false, "card");
	world_close(&w);
}

/* BAC in 2026, both in 2027, PACE only in 2028: the reader tries what the
 * profile says, and that BAC is closed where it says so. */
Test(access_line, follows_the_rules_of_the_day)
{
	static const time_t days[] = { 0, 40, 405 };

	for (size_t i = 0; i < 3; i++) {
		time_t was = world_clock;
		struct world w;

		world_clock += days[i] * 86400;
		world_open(&w);
		w.reader = true;
		cr_expect_eq(run(&w, "uto-passport-dh", "T-1", NULL),
		    PERSO_LINE_GOOD, "%zu", i);
		cr_expect_eq(w.opened, i == 1 ? 2 : 1, "%zu: %u", i, w.opened);
		world_check(&w, false, "rules");
		world_close(&w);
		world_clock = was;
	}
}

Test(access_line, makes_no_bac_in_2028)
{
	static const char *const templates[][2] = { { "lv-passport-adult",
							"LV1234567" },
		{ "lv-eid", NULL }, { "lv-residence-permit", "AB1234567" },
		{ "lv-passport-eac-child", "LV1234567" } };

	for (size_t i = 0; i < 4; i++) {
		time_t was = world_clock;
		struct world w;

		world_clock += 405 * 86400;
		world_open(&w);
		w.reader = true;
		cr_expect_eq(run(&w, templates[i][0], "T-1", templates[i][1]),
		    PERSO_LINE_GOOD, "%s", templates[i][0]);
		cr_expect_eq(w.opened, i == 3 ? 4 : 1, "%u", w.opened);
		world_close(&w);
		world_clock = was;
	}
}

/* ---- what is drawn --------------------------------------------------- */

static bool
holds(const char *path, const void *what, size_t n)
{
	PERSO_BUF(b, 1 << 22);

	if (perso_file_read(path, &b) != PERSO_OK) {
		perso_trail_reset();
		return false;
	}
	return memmem(b.p, b.n, what, n) != NULL;
}

static bool
store_holds(const struct world *w, const void *what, size_t n)
{
	char path[160];

	snprintf(path, sizeof(path), "%s-wal", w->db);
	return holds(w->db, what, n) || holds(path, what, n);
}

Test(access_line, loads_the_same_can_when_a_job_is_taken_up_again)
{
	static const char *const kinds[] = { "job-secrets", "job-keyed",
		"job-card-security", "job-sealed", "job-locking",
		"job-locked" };

	for (size_t i = 0; i < 6; i++) {
		struct perso_sim *sim = NULL;
		struct station st;
		struct world w;
		PERSO_BUF(kept, 256);
		uint8_t can[6];

		world_open(&w);
		w.reader = true;
		world_order(&w, "lv-passport-eac", "T-1");
		(void)world_blank(&w, "LV1234567");
		world_run_until(&w, 0, "T-1", kinds[i]);
		struct perso_store *s = world_store(&w);
		OK(perso_store_job_kept(s, 1, PERSO_KEPT_SECRETS, &kept));
		perso_store_close(&s);
		cr_assert(store_holds(&w, kept.p, kept.n), "%s", kinds[i]);
		world_start(&w, 0, &st);
		OK(perso_line_recover(st.line, st.link, NULL, NULL));
		world_stop(&st);
		cr_assert_eq(w.can_len, 6, "%s", kinds[i]);
		memcpy(can, w.can, 6);
		world_check(&w, false, kinds[i]);
		/* That CAN was never in the store, and is gone from it. */
		cr_assert_not(store_holds(&w, can, 6), "%s", kinds[i]);
		cr_assert_not(store_holds(&w, kept.p, kept.n), "%s", kinds[i]);
		OK(perso_sim_open(w.chip[0], &sim));
		cr_assert(perso_sim_is_operational(sim), "%s", kinds[i]);
		perso_sim_free(&sim);
		world_close(&w);
	}
}

/* AA, CA, BAC seed, K of the MRZ, CAN, trust point: a command for each. */
Test(access_line, gives_each_key_to_the_chip_with_one_command)
{
	struct perso_store_step steps[PERSO_STORE_STEPS];
	struct perso_store *s;
	size_t n = 0, at = 0;
	struct world w;

	world_open(&w);
	w.reader = true;
	cr_assert_eq(
	    run(&w, "lv-passport-eac", "T-1", "LV1234567"), PERSO_LINE_GOOD);
	s = world_store(&w);
	OK(perso_store_job_steps(s, 1, steps, &n));
	perso_store_close(&s);
	while (at < n && strcmp(steps[at].name, "keys") != 0)
		at++;
	cr_assert_lt(at, n);
	cr_assert_eq(steps[at].apdus, 6, "%u", steps[at].apdus);
	world_close(&w);
}

/* Six digits, evenly: what the generator gives counts, and of it only what
 * is below the highest multiple of a million. */
static size_t drawn;

static perso_rc
pinned(void *ctx, uint8_t *dst, size_t n)
{
	static const uint8_t three[][3] = { { 0xF4, 0x24, 0x00 },
		{ 0xFF, 0xFF, 0xFF }, { 0x00, 0x00, 0x07 } };

	(void)ctx;
	for (size_t i = 0; i < n; i++)
		dst[i] = n == 3 ? three[drawn % 3][i] : (uint8_t)rand();
	drawn += n == 3;
	return PERSO_OK;
}

Test(access_line, draws_six_digits_without_a_bias)
{
	struct world w;

	world_open(&w);
	w.reader = true;
	world_order(&w, "lv-eid-pace", "T-1");
	perso_rng_set(pinned, NULL);
	struct station st;
	struct perso_line_result r;
	world_start(&w, world_blank(&w, NULL), &st);
	LET(perso_line_run_order(st.line, "T-1", st.link, &r));
	perso_rng_set(NULL, NULL);
	world_stop(&st);
	cr_assert_eq(r.outcome, PERSO_LINE_GOOD, "%s", r.text);
	cr_assert_eq(drawn, 3);
	cr_assert(memcmp(w.can, "000007", 6) == 0);
	world_close(&w);
}

/* What was kept under another wrap key is of no use: the blank is spoiled,
 * and nothing is drawn anew. */
Test(access_line, does_not_go_on_with_another_wrap_key)
{
	static const uint8_t other[PERSO_WRAP_KEY] = { 9 };
	struct perso_line_result r;
	struct perso_line_config cfg;
	struct station st;
	struct world w;

	world_open(&w);
	w.reader = true;
	world_order(&w, "lv-passport-eac", "T-1");
	(void)world_blank(&w, "LV1234567");
	world_run_until(&w, 0, "T-1", "job-secrets");
	world_start(&w, 0, &st);
	perso_line_free(&st.line);
	cfg = world_config(&w, st.store);
	cfg.wrap_key = perso_span_of(other);
	OK(perso_line_new(&cfg, &st.line));
	bool found = false;
	LET(perso_line_recover_chip(st.line, st.link, &r, &found));
	cr_assert(found);
	cr_assert_eq(r.outcome, PERSO_LINE_SPOILED);
	cr_assert_eq(r.rc, PERSO_E_SIGNATURE, "%s", r.text);
	world_stop(&st);
	world_check(&w, false, "wrap key");
	world_close(&w);
}

Test(access_line, begins_nothing_without_wrap_key_or_trust_point)
{
	struct perso_line_result r;
	struct perso_line_config cfg;
	struct station st;
	struct world w;

	world_open(&w);
	world_order(&w, "lv-passport-eac", "T-1");
	world_start(&w, world_blank(&w, "LV1234567"), &st);
	for (int i = 0; i < 3; i++) {
		perso_line_free(&st.line);
		cfg = world_config(&w, st.store);
		if (i == 0)
			cfg.wrap_key = PERSO_SPAN_EMPTY;
		if (i == 1)
			cfg.wrap_key.n--;
		if (i == 2)
			cfg.trust_point = NULL;
		OK(perso_line_new(&cfg, &st.line));
		LET(perso_line_run_order(st.line, "T-1", st.link, &r));
		cr_expect_eq(r.outcome, PERSO_LINE_NOTHING, "%d", i);
		cr_expect_eq(r.rc, PERSO_E_CONFIG, "%d: %s", i, r.text);
		cr_expect_eq(r.apdus, 0);
	}
	world_stop(&st);
	world_close(&w);
}

Test(wrap_key, is_made_once_and_read_back_by_its_owner_only)
{
	char path[] = "/tmp/perso-wrap-XXXXXX";
	PERSO_SECRET(key);
	PERSO_BUF(text, 128);

	close(mkstemp(path));
	cr_assert_eq(perso_wrap_key_make(path), PERSO_E_CONFLICT);
	unlink(path);
	OK(perso_wrap_key_make(path));
	OK(perso_wrap_key_load(path, &key));
	cr_assert_eq(key.n, PERSO_WRAP_KEY);
	OK(perso_file_read(path, &text));
	cr_assert_eq(text.n, 65);
	chmod(path, 0640);
	cr_assert_eq(perso_wrap_key_load(path, &key), PERSO_E_KEY);
	OK(perso_file_write(path, perso_span("00", 2), 0600));
	cr_assert_eq(perso_wrap_key_load(path, &key), PERSO_E_KEY);
	OK(perso_file_write(path, perso_span("xyz\n", 4), 0600));
	cr_assert_eq(perso_wrap_key_load(path, &key), PERSO_E_KEY);
	unlink(path);
	cr_assert_neq(perso_wrap_key_load(path, &key), PERSO_OK);
}
