/* Jobs that a stop left behind: what may be taken up again, and what not. */
#include <sqlite3.h>
#include <unistd.h>

#include "world.h"

static const char *const kinds[] = { "job-begun", "job-keyed", "job-sealed",
	"job-locking", "job-locked" };
#define KINDS 5

struct heard {
	size_t count;
	struct perso_line_result last;
};

static void
hear(void *ctx, const struct perso_line_result *r)
{
	struct heard *h = ctx;

	h->count++;
	h->last = *r;
}

/* A job stopped after kinds[i], and a second blank. */
static void
stop_at(struct world *w, size_t i)
{
	world_open(w);
	world_order(w, "lv-eid", "T-1");
	(void)world_blank(w, NULL);
	(void)world_blank(w, NULL);
	world_run_until(w, 0, "T-1", kinds[i]);
	world_check(w, true, kinds[i]);
}

static void
recover(struct world *w, size_t chip, struct heard *h)
{
	struct station st;

	memset(h, 0, sizeof(*h));
	world_start(w, chip, &st);
	OK(perso_line_recover(st.line, st.link, hear, h));
	world_stop(&st);
	cr_assert_eq(h->count, 1);
	world_check(w, false, h->last.text);
}

Test(recover, finishes_what_was_begun_from_every_state)
{
	struct heard h;
	struct world w;

	for (size_t i = 0; i < KINDS; i++) {
		stop_at(&w, i);
		recover(&w, 0, &h);
		cr_assert_eq(h.last.outcome, PERSO_LINE_GOOD, "%s: %s",
		    kinds[i], h.last.text);
		cr_assert_str_eq(h.last.order, "T-1");
		cr_assert_str_eq(h.last.blank, w.serial[0]);
		world_close(&w);
	}
}

Test(recover, spoils_the_blank_when_another_chip_is_there)
{
	struct heard h;
	struct station st;
	struct perso_line_result r;
	struct world w;

	for (size_t i = 0; i < KINDS; i++) {
		stop_at(&w, i);
		recover(&w, 1, &h);
		cr_assert_eq(
		    h.last.outcome, PERSO_LINE_SPOILED, "%s", kinds[i]);
		/* the other one was not touched */
		world_start(&w, 1, &st);
		cr_assert_not(perso_sim_is_operational(st.sim));
		OK(perso_line_run_order(st.line, "T-1", st.link, &r));
		cr_assert_str_eq(r.blank, w.serial[1]);
		world_stop(&st);
		world_check(&w, false, kinds[i]);
		world_close(&w);
	}
}

Test(recover, spoils_the_blank_when_an_image_is_gone)
{
	struct heard h;
	struct world w;
	char path[160];

	for (size_t i = 0; i < KINDS; i++) {
		stop_at(&w, i);
		snprintf(path, sizeof(path), "%s/portrait.jp2", w.dir);
		cr_assert_eq(unlink(path), 0);
		recover(&w, 0, &h);
		cr_assert_eq(
		    h.last.outcome, PERSO_LINE_SPOILED, "%s", kinds[i]);
		cr_assert_not_null(
		    strstr(h.last.text, "E-IMAGE"), "%s", h.last.text);
		world_close(&w);
	}
}

static void
sql(const struct world *w, const char *text)
{
	sqlite3 *db = NULL;
	char *msg = NULL;

	cr_assert_eq(sqlite3_open(w->db, &db), SQLITE_OK);
	cr_assert_eq(
	    sqlite3_exec(db, text, NULL, NULL, &msg), SQLITE_OK, "%s", msg);
	sqlite3_close(db);
}

Test(recover, spoils_the_blank_when_a_hash_differs)
{
	static const char *const changes[] = {
		"UPDATE job_files SET hash = zeroblob(32) WHERE fid = 257",
		"DELETE FROM job_files WHERE fid = 258",
		"UPDATE jobs SET clock = clock + 86400",
		("UPDATE jobs SET number = 'PA7777777';"
		 "UPDATE numbers SET number = 'PA7777777'"),
		"DELETE FROM job_sods",
		"UPDATE job_sods SET sod = substr(sod, 1, length(sod) - 1)",
	};
	struct heard h;
	struct world w;

	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		stop_at(&w, 2);
		sql(&w, changes[i]);
		recover(&w, 0, &h);
		cr_assert_eq(h.last.outcome, PERSO_LINE_SPOILED, "%s: %s",
		    changes[i], h.last.text);
		world_close(&w);
	}
}

Test(recover, leaves_jobs_of_other_readers_alone)
{
	struct perso_line_result r;
	struct station st;
	struct world w;
	bool found = true;

	for (size_t i = 0; i < KINDS; i++) {
		stop_at(&w, i);
		world_start(&w, 1, &st);
		OK(perso_line_recover_chip(st.line, st.link, &r, &found));
		cr_assert_not(found, "%s: %s", kinds[i], r.text);
		world_stop(&st);
		world_start(&w, 0, &st);
		OK(perso_line_recover_chip(st.line, st.link, &r, &found));
		cr_assert(found);
		cr_assert_eq(
		    r.outcome, PERSO_LINE_GOOD, "%s: %s", kinds[i], r.text);
		world_stop(&st);
		world_check(&w, false, kinds[i]);
		world_close(&w);
	}
}

Test(recover, never_gives_a_drawn_number_again)
{
	struct perso_line_result r;
	struct station st;
	struct heard h;
	struct world w;
	char first[PERSO_NUMBER_MAX];

	stop_at(&w, 2);
	recover(&w, SIZE_MAX, &h);
	cr_assert_eq(h.last.outcome, PERSO_LINE_SPOILED);
	snprintf(first, sizeof(first), "%s", h.last.number);
	world_start(&w, 1, &st);
	OK(perso_line_run_order(st.line, "T-1", st.link, &r));
	world_stop(&st);
	cr_assert_str_eq(first, "PA1000001");
	cr_assert_str_eq(r.number, "PA1000002");
	world_close(&w);
}

/* DG12 has the time of personalisation (5F55): the job's, not that of the
 * try, or the image would differ from what was signed. */
Test(recover, builds_the_same_document_an_hour_later)
{
	struct heard h;
	struct world w;

	for (size_t i = 0; i < KINDS; i++) {
		world_open(&w);
		world_order(&w, "uto-passport-full", "T-2026-000001");
		(void)world_blank(&w, NULL);
		world_run_until(&w, 0, "T-2026-000001", kinds[i]);
		world_clock += 3600;
		recover(&w, 0, &h);
		cr_assert_eq(h.last.outcome, PERSO_LINE_GOOD, "%s: %s",
		    kinds[i], h.last.text);
		world_close(&w);
		world_clock -= 3600;
	}
}

Test(recover, keeps_the_number_of_an_order)
{
	struct perso_line_result r;
	struct station st;
	struct heard h;
	struct world w;

	world_open(&w);
	world_order(&w, "uto-passport", "T-2026-000001");
	(void)world_blank(&w, NULL);
	(void)world_blank(&w, NULL);
	world_run_until(&w, 0, "T-2026-000001", "job-locked");
	recover(&w, SIZE_MAX, &h);
	cr_assert_eq(h.last.outcome, PERSO_LINE_SPOILED);
	world_start(&w, 1, &st);
	OK(perso_line_run_order(st.line, "T-2026-000001", st.link, &r));
	world_stop(&st);
	cr_assert_str_eq(r.number, h.last.number);
	world_check(&w, false, "order's number");
	world_close(&w);
}
