/*
 * Letters with PIN and PUK, from the order to the envelope: what is on the
 * page is what is in the chip, and a stop at any durable change loses neither
 * letter nor envelope.
 */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "line/line_int.h"
#include "perso/file.h"
#include "perso/letter.h"
#include "perso/printer.h"
#include "world.h"

/* ---- a printer that keeps what it gets -------------------------------- */

struct tray {
	unsigned calls;
	bool fail;
	bool die; /* with the page in the printer */
	char envelope[PERSO_ENVELOPE_MAX];
	size_t bytes;
};

static perso_rc
keep_page(void *ctx, const struct perso_print *what)
{
	struct tray *t = ctx;

	t->calls++;
	cr_assert_eq(what->count, 1);
	cr_assert_str_eq(what->pages[0].name, "letter");
	cr_assert_str_eq(what->pages[0].type, "pdf");
	cr_assert_eq(memcmp(what->pages[0].bytes.p, "%PDF-", 5), 0);
	t->bytes = what->pages[0].bytes.n;
	snprintf(t->envelope, sizeof(t->envelope), "%s", what->blank);
	if (t->die)
		kill(getpid(), SIGKILL);
	if (t->fail)
		PERSO_FAIL(PERSO_E_IO, "out of paper");
	return PERSO_OK;
}

static struct perso_letter_config
letter_config(
    struct world *w, struct perso_store *s, const struct perso_printer *printer)
{
	return (struct perso_letter_config){ .store = s,
		.profiles = w->profiles,
		.wrap_key = world_config(w, s).wrap_key,
		.printer = printer };
}

/* ---- a card with a letter ---------------------------------------------- */

static int64_t
make(struct world *w, const char *id)
{
	struct perso_line_result r;
	struct station st;

	world_order(w, "lv-eid-eac", id);
	world_start(w, world_blank(w, NULL), &st);
	LET(perso_line_run_order(st.line, id, st.link, &r));
	world_stop(&st);
	cr_assert_eq(r.outcome, PERSO_LINE_GOOD, "%s", r.text);
	return r.job;
}

/* The letter's digits are those with which the reader opened the chip. */
static void
check_letter(struct world *w, int64_t job, enum perso_letter_state state)
{
	struct perso_store *s = world_store(w);
	struct perso_store_letter l;
	struct line_letter told;
	PERSO_BUF(sealed, 256);

	OK(perso_store_letter_get(s, job, &l));
	cr_assert_eq(l.state, state, "%s", perso_letter_state_name(l.state));
	OK(perso_store_letter_sealed(s, job, &sealed));
	OK(line_letter_open(
	    world_config(w, s).wrap_key, job, perso_buf_span(&sealed), &told));
	cr_assert_str_eq(told.pin, w->pin);
	cr_assert_str_eq(told.puk, w->puk);
	cr_assert_eq(strlen(told.pin), 6);
	cr_assert_eq(strlen(told.puk), 10);
	OK(perso_store_check(s));
	perso_store_close(&s);
}

Test(pin_letter, has_the_codes_of_the_chip)
{
	struct world w;
	int64_t job;

	world_open(&w);
	w.reader = true;
	job = make(&w, "T-1");
	check_letter(&w, job, PERSO_LETTER_WAITING);
	world_check(&w, false, "letter");
	world_close(&w);
}

/* Stopped at each durable change of the job and taken up again: the letter
 * has what is in the chip. */
Test(pin_letter, has_the_codes_of_a_chip_that_was_taken_up_again)
{
	static const char *const kinds[] = { "job-begun", "job-secrets",
		"job-keyed", "job-sealed", "job-locking", "job-locked" };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct perso_store_job j;
		struct station st;
		struct world w;
		bool there = false;

		world_open(&w);
		w.reader = true;
		world_order(&w, "lv-eid-eac", "T-1");
		(void)world_blank(&w, NULL);
		world_run_until(&w, 0, "T-1", kinds[i]);
		world_start(&w, 0, &st);
		OK(perso_line_recover(st.line, st.link, NULL, NULL));
		OK(perso_store_job_next(
		    st.store, PERSO_JOB_GOOD, NULL, 0, &j, &there));
		cr_assert(there, "%s", kinds[i]);
		world_stop(&st);
		check_letter(&w, j.id, PERSO_LETTER_WAITING);
		world_close(&w);
	}
}

Test(pin_letter, of_a_spoiled_blank_is_not_there)
{
	struct perso_store_counts n;
	struct station st;
	struct world w;

	world_open(&w);
	world_order(&w, "lv-eid-eac", "T-1");
	(void)world_blank(&w, NULL);
	world_run_until(&w, 0, "T-1", "job-keyed");
	world_start(&w, SIZE_MAX, &st);
	OK(perso_line_recover(st.line, NULL, NULL, NULL));
	OK(perso_store_count(st.store, &n));
	cr_assert_eq(n.jobs[6], 1);
	cr_assert_eq(n.letters[0], 0);
	world_stop(&st);
	world_close(&w);
}

static perso_rc
yes(void *ctx, const struct perso_print *what)
{
	(void)ctx;
	(void)what;
	return PERSO_OK;
}

/* Its pages are printed, then a stop, then the order's files are gone: the
 * job is good all the same, with its letter. */
Test(pin_letter, is_there_when_only_the_jobs_end_was_missing)
{
	/* pages are not looked at here */
	const struct perso_printer printer = { "yes", NULL, yes };
	struct perso_store_letter l;
	struct station st;
	struct world w;
	char path[160];
	bool there = false;

	world_open(&w);
	w.reader = true;
	world_order(&w, "lv-eid-eac", "T-1");
	(void)world_blank(&w, NULL);
	w.printer = &printer;
	world_run_until(&w, 0, "T-1", "pages-printed");
	snprintf(path, sizeof(path), "%s/T-1.json", w.dir);
	cr_assert_eq(unlink(path), 0);
	world_start(&w, SIZE_MAX, &st);
	OK(perso_line_recover(st.line, NULL, NULL, NULL));
	OK(perso_store_letter_next(
	    st.store, PERSO_LETTER_WAITING, 0, &l, &there));
	cr_assert(there);
	cr_assert_str_eq(l.order, "T-1");
	world_stop(&st);
	world_close(&w);
}

/* ---- printing ----------------------------------------------------------- */

static void
die_at(void *ctx, const char *kind, bool committed)
{
	if (committed && strcmp(kind, ctx) == 0)
		kill(getpid(), SIGKILL);
}

/* Prints and confirms in a process that dies after this kind of change, or
 * (NULL) with the page in the printer. */
static void
print_until(
    struct world *w, int64_t job, const char *envelope, const char *kind)
{
	int status = 0;
	char copy[24];
	pid_t pid = fork();

	cr_assert_geq(pid, 0);
	if (pid == 0) {
		struct tray t = { .die = kind == NULL };
		const struct perso_printer printer = { "tray", &t, keep_page };
		struct perso_store *s = world_store(w);
		struct perso_letter_config c = letter_config(w, s, &printer);

		snprintf(copy, sizeof(copy), "%s", kind != NULL ? kind : "");
		perso_store_hook(s, die_at, copy);
		LET(perso_letter_print(&c, job, envelope));
		LET(perso_store_letter_confirm(s, job));
		_exit(1);
	}
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL,
	    "%s never came", kind);
}

static void
count_torn(void *ctx, const struct perso_store_letter *l)
{
	cr_assert_str_eq(l->envelope, "E-1");
	++*(size_t *)ctx;
}

/* The next start, into the next envelope where the first may be in use. */
static void
go_on(struct world *w, int64_t job, size_t want_torn)
{
	struct tray t = { .calls = 0 };
	const struct perso_printer printer = { "tray", &t, keep_page };
	struct perso_store *s = world_store(w);
	struct perso_letter_config c = letter_config(w, s, &printer);
	struct perso_store_letter l;
	size_t torn = 0;

	OK(perso_store_lock_letters(s));
	OK(perso_letter_recover(s, count_torn, &torn));
	cr_assert_eq(torn, want_torn);
	OK(perso_store_letter_get(s, job, &l));
	if (l.state == PERSO_LETTER_WAITING) {
		cr_assert_eq(
		    perso_letter_print(&c, job, "E-1"), PERSO_E_CONFLICT);
		cr_assert_eq(t.calls, 0);
		OK(perso_letter_print(&c, job, "E-2"));
		cr_assert_eq(t.calls, 1);
		cr_assert_str_eq(t.envelope, "E-2");
	}
	OK(perso_store_letter_confirm(s, job));
	OK(perso_store_letter_get(s, job, &l));
	cr_assert_eq(l.state, PERSO_LETTER_CONFIRMED);
	cr_assert_str_eq(l.envelope, want_torn != 0 ? "E-2" : "E-1");
	OK(perso_store_check(s));
	perso_store_close(&s);
}

Test(pin_letter, survives_a_stop_at_each_change)
{
	static const struct {
		const char *kind;
		size_t torn;
	} stops[] = { { "letter-printing", 1 }, { NULL, 1 },
		{ "letter-printed", 0 }, { "letter-confirmed", 0 } };
	struct world w;
	int64_t job;

	world_open(&w);
	w.reader = true;
	job = make(&w, "T-1");
	world_save(&w);
	for (size_t i = 0; i < 4; i++) {
		world_load(&w);
		print_until(&w, job, "E-1", stops[i].kind);
		if (i < 3)
			check_letter(&w, job,
			    i < 2 ? PERSO_LETTER_PRINTING
				  : PERSO_LETTER_PRINTED);
		go_on(&w, job, stops[i].torn);
	}
	world_close(&w);
}

Test(pin_letter, that_the_printer_refuses_waits_for_another_envelope)
{
	struct tray t = { .fail = true };
	const struct perso_printer printer = { "tray", &t, keep_page };
	struct perso_letter_config c;
	struct perso_store *s;
	struct world w;
	char why[512];
	int64_t job;

	world_open(&w);
	w.reader = true;
	job = make(&w, "T-1");
	s = world_store(&w);
	c = letter_config(&w, s, &printer);
	cr_assert_eq(perso_letter_print(&c, job, "E-1"), PERSO_E_IO);
	perso_trail_text(why, sizeof(why));
	cr_assert_not_null(strstr(why, "envelope E-1 is void"), "%s", why);
	cr_assert_not_null(strstr(why, "out of paper"), "%s", why);
	perso_store_close(&s);
	check_letter(&w, job, PERSO_LETTER_WAITING);
	world_close(&w);
}

/* What cannot be drawn spends no envelope. */
Test(pin_letter, that_cannot_be_drawn_changes_nothing)
{
	static const uint8_t other[PERSO_WRAP_KEY] = { 9 };
	struct tray t = { .calls = 0 };
	const struct perso_printer printer = { "tray", &t, keep_page };
	struct perso_letter_config c, bad;
	PERSO_BUF(page, PERSO_LETTER_MAX);
	struct perso_store *s;
	struct world w;
	char path[160];
	int64_t job;

	world_open(&w);
	w.reader = true;
	job = make(&w, "T-1");
	s = world_store(&w);
	bad = c = letter_config(&w, s, &printer);
	bad.wrap_key = perso_span_of(other);
	cr_assert_eq(perso_letter_print(&bad, job, "E-1"), PERSO_E_SIGNATURE);
	bad.wrap_key = PERSO_SPAN_EMPTY;
	cr_assert_eq(perso_letter_print(&bad, job, "E-1"), PERSO_E_CONFIG);
	cr_assert_eq(perso_letter_print(&c, job, "E 1"), PERSO_E_DATA);
	cr_assert_eq(perso_letter_print(&c, job + 1, "E-1"), PERSO_E_NOT_FOUND);
	OK(perso_letter_draw(&c, job, "E-1", &page));
	snprintf(path, sizeof(path), "%s/T-1.json", w.dir);
	cr_assert_eq(unlink(path), 0);
	cr_assert_eq(perso_letter_print(&c, job, "E-1"), PERSO_E_IO);
	cr_assert_eq(t.calls, 0);
	OK(perso_store_envelope_free(s, "E-1"));
	perso_store_close(&s);
	check_letter(&w, job, PERSO_LETTER_WAITING);
	world_close(&w);
}
