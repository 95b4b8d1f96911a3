/* The pages of a job as the journal has them. */
#include "store_fix.h"

static const enum perso_store_pages all[] = { PERSO_PAGES_NONE,
	PERSO_PAGES_PRINTING, PERSO_PAGES_PRINTED, PERSO_PAGES_FAILED };

static enum perso_store_pages
now(struct fix *f, int64_t job, const char *verdict)
{
	char text[PERSO_REASON_MAX] = "?";
	enum perso_store_pages p = PERSO_PAGES_FAILED;

	OK(perso_store_job_pages_get(f->s, job, &p, text));
	cr_assert_str_eq(text, verdict);
	return p;
}

static int64_t
locked(struct fix *f)
{
	fix_open(f);
	fix_order(f, "A-1");
	OK(perso_store_blank_receive(f->s, "AB01", "perso-sim", NULL));
	return fix_job(f, "A-1", "AB01", PERSO_JOB_LOCKED);
}

Test(pages, go_from_printing_to_printed_and_stay)
{
	struct fix f;
	int64_t job = locked(&f);

	cr_assert_eq(now(&f, job, ""), PERSO_PAGES_NONE);
	OK(perso_store_job_pages(f.s, job, PERSO_PAGES_PRINTING, "28 checks"));
	cr_assert_eq(now(&f, job, "28 checks"), PERSO_PAGES_PRINTING);
	fix_reopen(&f);
	cr_assert_eq(now(&f, job, "28 checks"), PERSO_PAGES_PRINTING);
	OK(perso_store_job_pages(f.s, job, PERSO_PAGES_PRINTED, "folder"));
	for (size_t i = 0; i < 4; i++)
		RC(perso_store_job_pages(f.s, job, all[i], "x"), PERSO_E_STATE);
	cr_assert_eq(now(&f, job, "28 checks"), PERSO_PAGES_PRINTED);
	OK(perso_store_check(f.s));
	fix_close(&f);
}

Test(pages, that_failed_are_printed_again_with_the_first_verdict)
{
	struct fix f;
	int64_t job = locked(&f);

	for (size_t i = 0; i < 4; i++)
		if (all[i] != PERSO_PAGES_PRINTING)
			RC(perso_store_job_pages(f.s, job, all[i], "x"),
			    PERSO_E_STATE);
	OK(perso_store_job_pages(f.s, job, PERSO_PAGES_PRINTING, "28 checks"));
	OK(perso_store_job_pages(f.s, job, PERSO_PAGES_FAILED, "jammed"));
	cr_assert_eq(now(&f, job, "28 checks"), PERSO_PAGES_FAILED);
	RC(perso_store_job_pages(f.s, job, PERSO_PAGES_PRINTED, "x"),
	    PERSO_E_STATE);
	OK(perso_store_job_pages(f.s, job, PERSO_PAGES_PRINTING, "folder"));
	OK(perso_store_job_pages(f.s, job, PERSO_PAGES_PRINTING, "folder"));
	cr_assert_eq(now(&f, job, "28 checks"), PERSO_PAGES_PRINTING);
	fix_close(&f);
}

Test(pages, are_those_of_a_locked_job_and_of_no_other)
{
	static const enum perso_job_state states[] = { PERSO_JOB_BEGUN,
		PERSO_JOB_KEYED, PERSO_JOB_SEALED, PERSO_JOB_LOCKING };
	struct fix f;
	int64_t job, other;
	char id[8], serial[8];

	job = locked(&f);
	OK(perso_store_job_pages(f.s, job, PERSO_PAGES_PRINTING, "v"));
	for (size_t i = 0; i < 4; i++) {
		snprintf(id, sizeof(id), "B-%zu", i);
		snprintf(serial, sizeof(serial), "CD%02zu", i);
		fix_order(&f, id);
		OK(perso_store_blank_receive(f.s, serial, "perso-sim", NULL));
		other = fix_job(&f, id, serial, states[i]);
		RC(perso_store_job_pages(f.s, other, PERSO_PAGES_PRINTING, "x"),
		    PERSO_E_STATE);
		cr_assert_eq(now(&f, other, ""), PERSO_PAGES_NONE);
	}
	RC(perso_store_job_pages(f.s, 99, PERSO_PAGES_PRINTING, "x"),
	    PERSO_E_NOT_FOUND);
	fix_close(&f);
}
