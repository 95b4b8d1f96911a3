/* Jobs of documents without a chip: sealed, printed, good. */
#include <sqlite3.h>

#include "perso/digest.h"
#include "store_fix.h"

static const enum perso_job_state states[] = { PERSO_JOB_BEGUN,
	PERSO_JOB_SEALED, PERSO_JOB_PRINTING, PERSO_JOB_PRINTED };
#define STATES 4
static const uint8_t seal[] = "SEAL-MARK-0123456789-SEAL-MARK";

static int64_t
sticker_job(struct fix *f, enum perso_job_state state)
{
	struct perso_store_job j;

	fix_open(f);
	fix_order(f, "A");
	OK(perso_store_blank_receive(f->s, "LV0000001", "visa", "LV0000001"));
	OK(perso_store_job_begin(
	    f->s, "A", "LV0000001", 1700000000, &fix_range, &j));
	if (state == PERSO_JOB_BEGUN)
		return j.id;
	OK(perso_store_job_seal(f->s, j.id, perso_span_of(seal)));
	if (state == PERSO_JOB_SEALED)
		return j.id;
	OK(perso_store_job_printing(f->s, j.id));
	if (state == PERSO_JOB_PRINTED)
		OK(perso_store_job_printed(f->s, j.id));
	return j.id;
}

Test(store_sticker, goes_from_begun_to_good)
{
	struct perso_store_end end = { .verdict = "12 checks, 0 failed" };
	struct perso_store_job j;
	struct perso_md md;
	struct fix f;
	int64_t id = sticker_job(&f, PERSO_JOB_PRINTED);
	PERSO_BUF(b, 128);

	OK(perso_store_job_seal_get(f.s, id, &b));
	cr_assert(perso_span_equal(perso_buf_span(&b), perso_span_of(seal)));
	OK(perso_store_job_finish(f.s, id, &end));
	OK(perso_store_job_get(f.s, id, &j));
	cr_assert_eq(j.state, PERSO_JOB_GOOD);
	cr_assert(j.has_seal_hash && !j.has_sod_hash);
	OK(perso_digest(PERSO_SHA256, perso_span_of(seal), &md));
	cr_assert_arr_eq(j.seal_hash, md.p, 32);
	RC(perso_store_job_seal_get(f.s, id, &b), PERSO_E_NOT_FOUND);
	OK(perso_store_check(f.s));
	fix_close(&f);
}

/* Every verb in every state: allowed exactly where the picture says. */
Test(store_sticker, changes_state_only_along_its_picture)
{
	struct perso_store_end end = { 0 };
	struct perso_span one = perso_span("x", 1);
	struct perso_store_file file = { 0x0101, false, { 0 } };
	struct fix f;
	perso_rc rc = PERSO_OK;

	for (size_t s = 0; s < STATES; s++)
		for (size_t verb = 0; verb < 7; verb++) {
			int64_t id = sticker_job(&f, states[s]);

			switch (verb) {
			case 0:
				rc = perso_store_job_seal(f.s, id, one);
				break;
			case 1:
				rc = perso_store_job_printing(f.s, id);
				break;
			case 2:
				rc = perso_store_job_printed(f.s, id);
				break;
			case 3:
				rc = perso_store_job_finish(f.s, id, &end);
				break;
			case 4: /* what chips do */
				rc = perso_store_job_locking(f.s, id);
				break;
			case 5:
				rc = perso_store_job_locked(f.s, id);
				break;
			default:
				rc = perso_store_job_sealed(
				    f.s, id, one, &file, 1);
			}
			cr_assert_eq(rc, s == verb ? PERSO_OK : PERSO_E_STATE,
			    "state %zu verb %zu: %d", s, verb, (int)rc);
			OK(perso_store_check(f.s));
			fix_close(&f);
		}
}

Test(store_sticker, is_spoiled_from_every_state_and_keeps_no_seal)
{
	struct perso_store_end end = { .error = "stopped" };
	struct perso_store_blank b;
	struct fix f;
	PERSO_BUF(kept, 128);

	for (size_t s = 0; s < STATES; s++) {
		int64_t id = sticker_job(&f, states[s]);

		OK(perso_store_job_spoil(f.s, id, &end));
		OK(perso_store_blank_get(f.s, "LV0000001", &b));
		cr_assert_eq(b.state, PERSO_BLANK_SPOILED);
		RC(perso_store_job_seal_get(f.s, id, &kept), PERSO_E_NOT_FOUND);
		OK(perso_store_check(f.s));
		fix_close(&f);
	}
}

static void
refused(const struct fix *f, const char *text)
{
	sqlite3 *db = NULL;

	cr_assert_eq(sqlite3_open(f->path, &db), SQLITE_OK);
	cr_assert_eq(sqlite3_exec(db, text, NULL, NULL, NULL),
	    SQLITE_CONSTRAINT, "%s", text);
	sqlite3_close(db);
}

/* Whatever code intends. */
Test(store_sticker, rules_stand_in_the_database_itself)
{
	struct fix f;

	(void)sticker_job(&f, PERSO_JOB_BEGUN);
	refused(&f, "UPDATE jobs SET state = 'printing'");
	refused(&f, "UPDATE jobs SET state = 'locking'");
	refused(&f, "UPDATE jobs SET state = 'good'");
	fix_close(&f);
	(void)sticker_job(&f, PERSO_JOB_SEALED);
	refused(&f, "UPDATE jobs SET state = 'printed'");
	refused(&f, "UPDATE jobs SET state = 'good'");
	refused(&f, "UPDATE jobs SET seal_hash = zeroblob(32)");
	refused(&f, "UPDATE jobs SET sod_hash = zeroblob(32)");
	fix_close(&f);
	(void)sticker_job(&f, PERSO_JOB_PRINTING);
	refused(&f, "UPDATE jobs SET state = 'good'");
	refused(&f, "INSERT INTO jobs(order_id, blank, profile, state, clock,"
		    " number, source, started_at) VALUES('A', 'LV0000001',"
		    " 'p', 'begun', 1, 'N', 1, 1)");
	fix_close(&f);
}
