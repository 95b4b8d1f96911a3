/* Jobs, numbers and documents. */
#include "store_fix.h"

static void
prepare(struct fix *f)
{
	char serial[16];

	fix_open(f);
	fix_order(f, "A");
	fix_order(f, "B");
	for (int i = 1; i <= 4; i++) {
		snprintf(serial, sizeof(serial), "B%d", i);
		OK(perso_store_blank_receive(
		    f->s, serial, "sim", i == 1 ? "LV0000001" : NULL));
	}
}

Test(store_job, goes_its_whole_way)
{
	struct perso_store_step steps[2] = { { "open", PERSO_OK, 3, 30, 40, 500,
						 "9000*3" },
		{ "lock", PERSO_E_SW, 1, 8, 2, 9, "6985" } };
	struct perso_store_step back[PERSO_STORE_STEPS];
	struct perso_store_end end = { "12 checks passed", NULL, 40, 9000, 1234,
		steps, 2, { NULL, 0 } };
	struct perso_store_order *o = calloc(1, sizeof(*o));
	struct perso_store_document d;
	struct perso_store_counts c;
	struct perso_store_blank b;
	struct perso_store_job j;
	size_t n = 0;
	struct fix f;
	int64_t id;

	prepare(&f);
	id = fix_job(&f, "A", "B1", PERSO_JOB_LOCKED);
	OK(perso_store_job_finish(f.s, id, &end));
	OK(perso_store_job_get(f.s, id, &j));
	cr_assert_eq(j.state, PERSO_JOB_GOOD);
	cr_assert_str_eq(j.number, "UT0000001");
	cr_assert_str_eq(j.product, "sim");
	cr_assert_str_eq(j.verdict, "12 checks passed");
	cr_assert_eq(j.clock, 1700000000);
	cr_assert_eq(j.apdus, 40);
	cr_assert_eq(j.bytes, 9000);
	cr_assert_eq(j.ms, 1234);
	cr_assert(j.has_sod_hash);
	OK(perso_store_order_get(f.s, "A", o));
	cr_assert_eq(o->state, PERSO_ORDER_DONE);
	OK(perso_store_blank_get(f.s, "B1", &b));
	cr_assert_eq(b.state, PERSO_BLANK_GOOD);
	OK(perso_store_document_of(f.s, "A", &d));
	cr_assert_str_eq(d.number, "UT0000001");
	cr_assert_str_eq(d.blank, "B1");
	RC(perso_store_document_of(f.s, "B", &d), PERSO_E_NOT_FOUND);
	OK(perso_store_job_steps(f.s, id, back, &n));
	cr_assert_eq(n, 2);
	cr_assert_str_eq(back[1].sw, "6985");
	cr_assert_eq(back[1].rc, PERSO_E_SW);
	OK(perso_store_count(f.s, &c));
	cr_assert_eq(c.orders[2], 1);
	cr_assert_eq(c.blanks[3], 1);
	cr_assert_eq(c.jobs[5], 1);
	cr_assert_eq(c.documents, 1);
	OK(perso_store_check(f.s));
	free(o);
	fix_close(&f);
}

Test(store_job, keeps_what_a_restart_needs)
{
	struct perso_store_file files[PERSO_STORE_FILES];
	PERSO_BUF(sod, 4096);
	PERSO_BUF(spki, 4096);
	struct perso_store_job j;
	bool there = false;
	size_t n = 0;
	struct fix f;
	int64_t id;

	prepare(&f);
	id = fix_job(&f, "A", "B1", PERSO_JOB_SEALED);
	fix_reopen(&f);
	OK(perso_store_job_next(
	    f.s, PERSO_JOB_UNFINISHED, NULL, 0, &j, &there));
	cr_assert(there);
	cr_assert_eq(j.id, id);
	cr_assert_eq(j.state, PERSO_JOB_SEALED);
	OK(perso_store_job_sod(f.s, id, &sod));
	OK(perso_store_job_spki(f.s, id, &spki));
	OK(perso_store_job_files(f.s, id, files, &n));
	cr_assert_eq(sod.n, 35);
	cr_assert_eq(spki.n, 21);
	cr_assert_eq(n, 2);
	cr_assert_eq(files[1].fid, 0x011D);
	cr_assert_eq(files[0].hash[5], 0xD1);
	OK(perso_store_job_next(f.s, PERSO_JOB_UNFINISHED, "B", 0, &j, &there));
	cr_assert_not(there);
	fix_close(&f);
}

/* A secret once, while the job is begun; EF.CardSecurity once, when it is
 * keyed; both gone with the job's end. */
Test(store_job, keeps_each_thing_once_and_until_its_end)
{
	static const enum perso_job_state states[] = { PERSO_JOB_BEGUN,
		PERSO_JOB_KEYED, PERSO_JOB_SEALED, PERSO_JOB_LOCKED };
	struct perso_store_end end = { .error = "torn" };
	struct perso_span one = perso_span("KEPT-MARK", 9);
	struct fix f;

	for (size_t s = 0; s < 4; s++)
		for (int what = 1; what <= 2; what++) {
			bool fits = (int)s + 1 == what;
			PERSO_BUF(b, 64);
			int64_t id;

			prepare(&f);
			id = fix_job(&f, "A", "B1", states[s]);
			RC(perso_store_job_keep(f.s, id, what, one),
			    fits ? PERSO_OK : PERSO_E_STATE);
			RC(perso_store_job_keep(f.s, id, what, one),
			    PERSO_E_STATE);
			RC(perso_store_job_keep(
			       f.s, id, what, PERSO_SPAN_EMPTY),
			    PERSO_E_ARG);
			fix_reopen(&f);
			RC(perso_store_job_kept(f.s, id, what, &b),
			    fits ? PERSO_OK : PERSO_E_NOT_FOUND);
			cr_assert_eq(b.n, fits ? 9 : 0);
			OK(perso_store_job_spoil(f.s, id, &end));
			RC(perso_store_job_kept(f.s, id, what, &b),
			    PERSO_E_NOT_FOUND);
			OK(perso_store_check(f.s));
			fix_close(&f);
		}
}

/* Every verb in every state: allowed exactly where the picture says. */
Test(store_job, changes_state_only_along_its_picture)
{
	static const enum perso_job_state states[] = { PERSO_JOB_BEGUN,
		PERSO_JOB_KEYED, PERSO_JOB_SEALED, PERSO_JOB_LOCKING,
		PERSO_JOB_LOCKED };
	struct perso_store_end end = { 0 };
	struct perso_store_file file = { 0x0101, false, { 0 } };
	struct perso_span one = perso_span("x", 1);
	struct fix f;
	perso_rc rc = PERSO_OK;

	for (size_t s = 0; s < 5; s++)
		for (size_t verb = 0; verb < 5; verb++) {
			int64_t id;

			prepare(&f);
			id = fix_job(&f, "A", "B1", states[s]);
			switch (verb) {
			case 0:
				rc = perso_store_job_keys(f.s, id, one);
				break;
			case 1:
				rc = perso_store_job_sealed(
				    f.s, id, one, &file, 1);
				break;
			case 2:
				rc = perso_store_job_locking(f.s, id);
				break;
			case 3:
				rc = perso_store_job_locked(f.s, id);
				break;
			default:
				rc = perso_store_job_finish(f.s, id, &end);
			}
			cr_assert_eq(rc, s == verb ? PERSO_OK : PERSO_E_STATE,
			    "state %zu verb %zu: %d", s, verb, (int)rc);
			OK(perso_store_check(f.s));
			fix_close(&f);
		}
}

Test(store_job, can_be_spoiled_once_from_every_state)
{
	static const enum perso_job_state states[] = { PERSO_JOB_BEGUN,
		PERSO_JOB_KEYED, PERSO_JOB_SEALED, PERSO_JOB_LOCKING,
		PERSO_JOB_LOCKED };
	struct perso_store_end end = { .error = "the chip went away" };
	struct perso_store_order *o = calloc(1, sizeof(*o));
	struct perso_store_blank b;
	struct fix f;

	for (size_t s = 0; s < 5; s++) {
		int64_t id;

		prepare(&f);
		id = fix_job(&f, "A", "B1", states[s]);
		OK(perso_store_job_spoil(f.s, id, &end));
		RC(perso_store_job_spoil(f.s, id, &end), PERSO_E_STATE);
		RC(perso_store_job_finish(f.s, id, &end), PERSO_E_STATE);
		OK(perso_store_order_get(f.s, "A", o));
		cr_assert_eq(o->state, PERSO_ORDER_FAILED);
		cr_assert_str_eq(o->error, "the chip went away");
		OK(perso_store_blank_get(f.s, "B1", &b));
		cr_assert_eq(b.state, PERSO_BLANK_SPOILED);
		cr_assert_str_eq(b.reason, "the chip went away");
		OK(perso_store_check(f.s));
		fix_close(&f);
	}
	free(o);
}

Test(store_job, takes_an_order_and_a_blank_once)
{
	struct perso_store_end end = { 0 };
	struct perso_store_counts c;
	struct perso_store_job j;
	struct fix f;
	int64_t id;

	prepare(&f);
	id = fix_job(&f, "A", "B1", PERSO_JOB_LOCKED);
	RC(perso_store_job_begin(f.s, "A", "B2", 1, &fix_range, &j),
	    PERSO_E_STATE);
	RC(perso_store_job_begin(f.s, "B", "B1", 1, &fix_range, &j),
	    PERSO_E_STATE);
	OK(perso_store_job_finish(f.s, id, &end));
	RC(perso_store_job_begin(f.s, "A", "B2", 1, &fix_range, &j),
	    PERSO_E_STATE);
	RC(perso_store_job_begin(f.s, "B", "B1", 1, &fix_range, &j),
	    PERSO_E_STATE);
	RC(perso_store_job_begin(f.s, "Z", "B2", 1, &fix_range, &j),
	    PERSO_E_NOT_FOUND);
	RC(perso_store_job_begin(f.s, "B", "B9", 1, &fix_range, &j),
	    PERSO_E_NOT_FOUND);
	OK(perso_store_count(f.s, &c));
	cr_assert_eq(c.documents, 1);
	cr_assert_eq(c.blanks[0], 3);
	/* nothing was drawn by the refused ones */
	OK(perso_store_job_begin(f.s, "B", "B2", 1, &fix_range, &j));
	cr_assert_str_eq(j.number, "UT0000002");
	fix_close(&f);
}

Test(store_number, of_a_range_is_drawn_once_and_void_when_spoiled)
{
	struct perso_store_end end = { .error = "x" };
	struct perso_store_number tight = fix_range;
	struct perso_store_counts c;
	struct perso_store_job j;
	struct fix f;

	prepare(&f);
	tight.first = 1;
	tight.last = 2;
	OK(perso_store_job_begin(f.s, "A", "B1", 1, &tight, &j));
	cr_assert_str_eq(j.number, "UT0000001");
	OK(perso_store_job_spoil(f.s, j.id, &end));
	OK(perso_store_job_begin(f.s, "A", "B2", 1, &tight, &j));
	cr_assert_str_eq(j.number, "UT0000002");
	OK(perso_store_job_spoil(f.s, j.id, &end));
	RC(perso_store_job_begin(f.s, "A", "B3", 1, &tight, &j), PERSO_E_RANGE);
	OK(perso_store_count(f.s, &c));
	cr_assert_eq(c.void_numbers, 2);
	OK(perso_store_check(f.s));
	fix_close(&f);
}

Test(store_number, of_a_blank_is_its_own_and_void_when_spoiled)
{
	struct perso_store_number q = { .source = PERSO_STORE_FROM_BLANK };
	struct perso_store_end end = { .error = "x" };
	struct perso_store_counts c;
	struct perso_store_job j;
	struct fix f;

	prepare(&f);
	RC(perso_store_job_begin(f.s, "A", "B2", 1, &q, &j), PERSO_E_MISSING);
	OK(perso_store_job_begin(f.s, "A", "B1", 1, &q, &j));
	cr_assert_str_eq(j.number, "LV0000001");
	OK(perso_store_job_spoil(f.s, j.id, &end));
	OK(perso_store_count(f.s, &c));
	cr_assert_eq(c.void_numbers, 1);
	/* another product may have a blank with the same number */
	OK(perso_store_blank_receive(f.s, "C1", "other", "LV0000001"));
	RC(perso_store_job_begin(f.s, "B", "C1", 1, &q, &j), PERSO_E_CONFLICT);
	fix_close(&f);
}

Test(store_number, of_an_order_stays_its_own)
{
	struct perso_store_number q = { .source = PERSO_STORE_FROM_ORDER,
		.text = "X1234567" };
	struct perso_store_end end = { .error = "x" };
	struct perso_store_counts c;
	struct perso_store_job j;
	struct fix f;

	prepare(&f);
	OK(perso_store_job_begin(f.s, "A", "B1", 1, &q, &j));
	OK(perso_store_job_spoil(f.s, j.id, &end));
	RC(perso_store_job_begin(f.s, "B", "B2", 1, &q, &j), PERSO_E_CONFLICT);
	OK(perso_store_job_begin(f.s, "A", "B2", 1, &q, &j));
	cr_assert_str_eq(j.number, "X1234567");
	OK(perso_store_count(f.s, &c));
	cr_assert_eq(c.void_numbers, 0);
	q.text = "";
	RC(perso_store_job_begin(f.s, "B", "B3", 1, &q, &j), PERSO_E_ARG);
	fix_close(&f);
}

Test(store_number, of_a_range_skips_numbers_that_are_taken)
{
	struct perso_store_number q = { .source = PERSO_STORE_FROM_ORDER,
		.text = "UT0000001" };
	struct perso_store_job j;
	struct fix f;

	prepare(&f);
	OK(perso_store_job_begin(f.s, "A", "B1", 1, &q, &j));
	OK(perso_store_job_begin(f.s, "B", "B2", 1, &fix_range, &j));
	cr_assert_str_eq(j.number, "UT0000002");
	fix_close(&f);
}
