/*
 * The pages of a job: their state is what the journal says last.
 */
#include <inttypes.h>

#include "store_int.h"

static const struct {
	const char *kind;
	enum perso_store_pages state;
} kinds[] = {
	{ "job-locked", PERSO_PAGES_NONE },
	{ "pages-printing", PERSO_PAGES_PRINTING },
	{ "pages-again", PERSO_PAGES_PRINTING },
	{ "pages-printed", PERSO_PAGES_PRINTED },
	{ "pages-failed", PERSO_PAGES_FAILED },
};

static const char *const names[] = { "not begun", "begun", "printed",
	"failed" };

/* From the end: a job at which there is work is not far from it. */
static perso_rc
last_state(struct perso_store *s, int64_t job, enum perso_store_pages *ret)
{
	STORE_STMT(st);
	bool there = false;
	const char *kind;

	*ret = PERSO_PAGES_NONE;
	PERSO_TRY(perso_store_query(s, &st,
	    "SELECT kind FROM journal WHERE job = ? AND kind IN ('job-locked',"
	    " 'pages-printing', 'pages-again', 'pages-printed',"
	    " 'pages-failed') ORDER BY seq DESC LIMIT 1",
	    "i", job));
	PERSO_TRY(perso_store_step(s, st, &there));
	kind = there ? (const char *)sqlite3_column_text(st, 0) : "";
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kinds[i].kind, kind) == 0)
			*ret = kinds[i].state;
	return PERSO_OK;
}

static bool
may_become(enum perso_store_pages from, enum perso_store_pages to)
{
	if (to == PERSO_PAGES_PRINTING)
		return from != PERSO_PAGES_PRINTED;
	return from == PERSO_PAGES_PRINTING && to != PERSO_PAGES_NONE;
}

struct pages {
	int64_t job;
	enum perso_store_pages to;
	const char *text;
};

static const char *
kind_of(enum perso_store_pages from, enum perso_store_pages to)
{
	if (to == PERSO_PAGES_PRINTING)
		return from == PERSO_PAGES_NONE ? "pages-printing"
						: "pages-again";
	return to == PERSO_PAGES_PRINTED ? "pages-printed" : "pages-failed";
}

static perso_rc
change(struct perso_store *s, void *arg)
{
	const struct pages *p = arg;
	enum perso_store_pages from;
	struct perso_store_job j;

	PERSO_TRY(perso_store_job_get(s, p->job, &j));
	if (j.state != PERSO_JOB_LOCKED)
		PERSO_FAIL(PERSO_E_STATE,
		    "job %" PRId64 " is %s: pages are printed when it is "
		    "locked",
		    p->job, perso_job_state_name(j.state));
	PERSO_TRY(last_state(s, p->job, &from));
	if (!may_become(from, p->to))
		PERSO_FAIL(PERSO_E_STATE,
		    "the pages of job %" PRId64 " are %s and cannot be %s",
		    p->job, names[from], names[p->to]);
	return perso_store_note(
	    s, &(struct store_note){ .kind = kind_of(from, p->to),
		   .order = j.order,
		   .blank = j.blank,
		   .job = p->job,
		   .text = p->text });
}

/* see perso/store.h */
perso_rc
perso_store_job_pages(struct perso_store *s, int64_t job,
    enum perso_store_pages to, const char *text)
{
	struct pages p = { job, to, text };

	return perso_store_tx(s, change, &p);
}

/* see perso/store.h */
perso_rc
perso_store_job_pages_get(struct perso_store *s, int64_t job,
    enum perso_store_pages *ret, char verdict[PERSO_REASON_MAX])
{
	STORE_STMT(st);
	bool there = false;

	verdict[0] = '\0';
	PERSO_TRY(last_state(s, job, ret));
	if (*ret == PERSO_PAGES_NONE)
		return PERSO_OK;
	PERSO_TRY(perso_store_query(s, &st,
	    "SELECT text FROM journal WHERE job = ? AND"
	    " kind = 'pages-printing' ORDER BY seq DESC LIMIT 1",
	    "i", job));
	PERSO_TRY(perso_store_step(s, st, &there));
	return there ? perso_store_text(st, 0, verdict, PERSO_REASON_MAX)
		     : PERSO_OK;
}
