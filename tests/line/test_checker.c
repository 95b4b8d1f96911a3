/* The judge is judged: it must find what it is there for. */
#include <sqlite3.h>

#include "checker.h"
#include "perso/file.h"
#include "world.h"

static void
sql(const struct world *w, const char *text)
{
	sqlite3 *db = NULL;
	char *msg = NULL;

	cr_assert_eq(sqlite3_open(w->db, &db), SQLITE_OK);
	cr_assert_eq(sqlite3_exec(db, text, NULL, NULL, &msg), SQLITE_OK,
	    "%s: %s", text, msg);
	sqlite3_close(db);
}

#define FREE                                                \
	"DROP TRIGGER blank_ended; DROP TRIGGER job_ended;" \
	"DROP TRIGGER job_one_sod; DROP TRIGGER number_void;"

Test(checker, finds_what_must_never_be)
{
	static const char *const breaks[] = {
		FREE "UPDATE blanks SET state = 'in-work'",
		FREE "UPDATE blanks SET state = 'spoiled', reason = 'x'",
		FREE "DELETE FROM documents",
		FREE "UPDATE orders SET state = 'failed' WHERE id = 'T-1'",
		FREE "UPDATE orders SET state = 'in-work' WHERE id = 'T-2'",
		FREE "UPDATE orders SET state = 'done' WHERE id = 'T-2'",
		FREE "UPDATE jobs SET sod_hash = zeroblob(32)",
		FREE "UPDATE jobs SET sod_hash = NULL",
		FREE "UPDATE jobs SET state = 'locked'",
		FREE "INSERT INTO job_sods VALUES(1, x'00')",
		FREE "INSERT INTO job_seals VALUES(1, x'00')",
		FREE "UPDATE jobs SET sod_hash = NULL, seal_hash ="
		     " zeroblob(32)",
		"INSERT INTO journal(at, kind, blank, job, hash) VALUES(0,"
		" 'job-printed', (SELECT blank FROM jobs), 1, zeroblob(32))",
		FREE "INSERT INTO job_kept VALUES(1, 'secrets', x'00')",
		FREE "UPDATE numbers SET state = 'void'",
		"PRAGMA foreign_keys = OFF; DELETE FROM jobs;"
		"DELETE FROM documents; DELETE FROM blanks",
		"DROP INDEX documents_live; DROP TRIGGER number_kept;"
		"PRAGMA foreign_keys = OFF;"
		"INSERT INTO documents(profile, number, order_id, blank, job,"
		" issued_at) VALUES('lv-eid', 'X', 'T-1', 'other', 7, 0)",
		"INSERT INTO journal(at, kind, blank, hash) VALUES(0,"
		" 'job-sealed', (SELECT blank FROM jobs), zeroblob(32))",
	};
	struct perso_line_result r;
	const char *chip;
	struct station st;
	struct world w;
	char why[256];

	world_open(&w);
	world_order(&w, "lv-eid", "T-1");
	world_order(&w, "lv-eid", "T-2");
	world_start(&w, world_blank(&w, NULL), &st);
	OK(perso_line_run_order(st.line, "T-1", st.link, &r));
	world_stop(&st);
	chip = w.chip[0];
	world_save(&w);
	for (size_t i = 0; i < sizeof(breaks) / sizeof(breaks[0]); i++) {
		world_load(&w);
		cr_assert(checker_run(w.db, &chip, 1, false, why), "%s", why);
		sql(&w, breaks[i]);
		cr_assert_not(
		    checker_run(w.db, &chip, 1, false, why), "%s", breaks[i]);
	}
	world_close(&w);
}

Test(checker, finds_a_good_blank_that_is_not_locked)
{
	struct perso_line_result r;
	struct station st;
	struct world w;
	const char *chip;
	char why[256], fresh[160];
	PERSO_BUF(b, 1 << 20);

	world_open(&w);
	world_order(&w, "lv-eid", "T-1");
	(void)world_blank(&w, NULL);
	snprintf(fresh, sizeof(fresh), "%s.fresh", w.chip[0]);
	OK(perso_file_read(w.chip[0], &b));
	world_start(&w, 0, &st);
	OK(perso_line_run_order(st.line, "T-1", st.link, &r));
	world_stop(&st);
	OK(perso_file_write(w.chip[0], perso_buf_span(&b), 0600));
	chip = w.chip[0];
	cr_assert_not(checker_run(w.db, &chip, 1, false, why));
	cr_assert_not_null(strstr(why, "not locked"), "%s", why);
	world_close(&w);
}
