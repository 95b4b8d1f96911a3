/*
 * Pages on the line: what the printer is given, when a page is refused, what
 * a printer that fails and a stop in the middle of printing leave.
 */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "perso/evidence.h"
#include "perso/file.h"
#include "perso/picture.h"
#include "perso/render.h"
#include "world.h"

/* ---- a printer that keeps what it gets ----------------------------------- */

struct tray {
	unsigned calls;
	unsigned fail; /* the next so many fail */
	bool die;      /* with the pages in the printer */
	char order[PERSO_ID_MAX], blank[PERSO_ID_MAX];
	int64_t job;
	size_t count;
	char name[PERSO_PRINT_PAGES][16], type[PERSO_PRINT_PAGES][8];
	struct perso_buf page[PERSO_PRINT_PAGES];
};

static perso_rc
keep_pages(void *ctx, const struct perso_print *what)
{
	struct tray *t = ctx;

	t->calls++;
	snprintf(t->order, sizeof(t->order), "%s", what->order);
	snprintf(t->blank, sizeof(t->blank), "%s", what->blank);
	t->job = what->job;
	t->count = what->count;
	for (size_t i = 0; i < what->count; i++) {
		snprintf(t->name[i], 16, "%s", what->pages[i].name);
		snprintf(t->type[i], 8, "%s", what->pages[i].type);
		t->page[i].max = PERSO_RENDER_MAX;
		OK(perso_buf_set(&t->page[i], what->pages[i].bytes));
	}
	if (t->die)
		kill(getpid(), SIGKILL);
	if (t->fail == 0)
		return PERSO_OK;
	t->fail--;
	PERSO_FAIL(PERSO_E_IO, "out of ribbon");
}

static void
tray_done(struct tray *t)
{
	for (size_t i = 0; i < PERSO_PRINT_PAGES; i++)
		perso_buf_done(&t->page[i]);
}

#define TRAY(name)                                                             \
	__attribute__((cleanup(tray_done))) struct tray name = { .calls = 0 }; \
	const struct perso_printer printer = { "tray", &name, keep_pages }

/* ---- what stands on them -------------------------------------------------- */

/* The pages of the order as perso render draws them. */
static void
check_pages(
    struct world *w, const struct tray *t, const char *number, const char *can)
{
	PERSO_ORDER(o);
	PERSO_RENDER(render);
	PERSO_PIXELS(portrait);
	PERSO_PIXELS(signature);
	struct perso_order_input in = {
		.profiles = w->profiles, .now = world_clock, .imported = true
	};
	struct perso_render_input page = { .record = &o->record, .can = can };
	const struct perso_layout *l;
	char path[128];

	snprintf(path, sizeof(path), "%s/%s.json", w->dir, t->order);
	OK(perso_order_check_file(path, in, o));
	OK(perso_record_bind(&o->record, number));
	l = perso_profiles_layout(w->profiles, o->record.profile->layout);
	OK(perso_render_open(l, &render));
	OK(perso_picture_decode(
	    perso_buf_span(&o->record.portrait.bytes), NULL, &portrait));
	page.portrait = &portrait;
	if (o->record.signature.bytes.n > 0) {
		OK(perso_picture_decode(
		    perso_buf_span(&o->record.signature.bytes), NULL,
		    &signature));
		page.signature = &signature;
	}
	cr_assert_eq(t->count, l->side_count);
	for (size_t i = 0; i < t->count; i++) {
		PERSO_BUF(png, PERSO_RENDER_MAX);

		OK(perso_render_png(render, i, 300, &page, &png));
		cr_assert_str_eq(t->name[i], l->sides[i].name);
		cr_assert_str_eq(t->type[i], "png");
		cr_assert(perso_span_equal(perso_buf_span(&png),
			      perso_buf_span(&t->page[i])),
		    "%s, %s: other bytes", t->order, t->name[i]);
	}
}

static void
journal_of(struct world *w, int64_t job, char *dst, size_t cap)
{
	struct perso_store *s = world_store(w);
	struct perso_store_entry e = { .seq = 0 };
	bool there = true;
	size_t n = 0;

	dst[0] = '\0';
	while (there) {
		OK(perso_store_journal_next(s, e.seq, &e, &there));
		if (there && e.job == job && strncmp(e.kind, "pages-", 6) == 0)
			n += (size_t)snprintf(dst + n, cap - n, "%s%s",
			    n > 0 ? " " : "", e.kind + 6);
	}
	perso_store_close(&s);
}

static void
check_journal(struct world *w, int64_t job, const char *expected)
{
	char text[200];

	journal_of(w, job, text, sizeof(text));
	cr_assert_str_eq(text, expected);
}

static enum perso_line_outcome
run(struct world *w, const char *id, size_t chip, struct perso_line_result *r)
{
	struct station st;

	world_start(w, chip, &st);
	LET(perso_line_run_order(st.line, id, st.link, r));
	OK(perso_store_check(st.store));
	world_stop(&st);
	return r->outcome;
}

/* ---- the tests ------------------------------------------------------------ */

Test(pages, arrive_once_and_are_those_of_the_order)
{
	static const struct {
		const char *template, *number;
	} all[] = { { "lv-passport-adult", "LV0000001" }, { "lv-eid", NULL },
		{ "lv-residence-permit", "PR0000001" },
		{ "uto-passport", NULL } };
	struct perso_line_result r;
	struct world w;
	char id[32];
	TRAY(t);

	world_open(&w);
	w.printer = &printer;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		snprintf(id, sizeof(id), "T-2026-%06zu", i);
		world_order(&w, all[i].template, id);
		cr_assert_eq(run(&w, id, world_blank(&w, all[i].number), &r),
		    PERSO_LINE_GOOD, "%s", r.text);
		cr_assert_eq(t.calls, i + 1);
		cr_assert_eq(t.job, r.job);
		cr_assert_str_eq(t.order, id);
		cr_assert_str_eq(t.blank, r.blank);
		check_pages(&w, &t, r.number, NULL);
		check_journal(&w, r.job, "printing printed");
		world_check(&w, false, id);
	}
	world_close(&w);
}

/* The CAN that opens the chip is the one on the face. */
Test(pages, show_the_can_of_the_chip)
{
	struct perso_line_result r;
	struct world w;
	char can[7] = "";
	TRAY(t);

	world_open(&w);
	w.printer = &printer;
	w.reader = true;
	world_order(&w, "lv-eid-pace", "T-1");
	cr_assert_eq(run(&w, "T-1", world_blank(&w, NULL), &r), PERSO_LINE_GOOD,
	    "%s", r.text);
	cr_assert_eq(w.can_len, 6);
	memcpy(can, w.can, 6);
	check_pages(&w, &t, r.number, can);
	world_close(&w);
}

Test(pages, are_one_pdf_if_that_is_wanted)
{
	struct perso_line_config cfg;
	struct perso_line_result r;
	struct perso_line *line = NULL;
	struct station st;
	struct world w;
	TRAY(t);

	world_open(&w);
	world_order(&w, "lv-eid", "T-1");
	world_start(&w, world_blank(&w, NULL), &st);
	cfg = world_config(&w, st.store);
	cfg.printer = &printer;
	cfg.print_dpi = 72;
	cr_assert_eq(perso_line_new(&cfg, &line), PERSO_E_ARG);
	cfg.print_dpi = 600;
	cfg.print_pdf = true;
	OK(perso_line_new(&cfg, &line));
	OK(perso_line_run_order(line, "T-1", st.link, &r));
	cr_assert_eq(t.count, 1);
	cr_assert_str_eq(t.name[0], "pages");
	cr_assert_str_eq(t.type[0], "pdf");
	cr_assert_eq(memcmp(t.page[0].p, "%PDF-", 5), 0);
	perso_line_free(&line);
	world_stop(&st);
	world_close(&w);
}

Test(pages, are_in_the_evidence_with_time_and_printer)
{
	struct perso_store_step steps[PERSO_STORE_STEPS];
	struct perso_line_result r;
	struct perso_store *s;
	struct world w;
	size_t n = 0, found = 0;
	TRAY(t);

	world_open(&w);
	w.printer = &printer;
	world_order(&w, "lv-eid", "T-1");
	cr_assert_eq(
	    run(&w, "T-1", world_blank(&w, NULL), &r), PERSO_LINE_GOOD);
	s = world_store(&w);
	OK(perso_store_job_steps(s, r.job, steps, &n));
	for (size_t i = 0; i < n; i++) {
		if (strcmp(steps[i].name, "render") == 0 && steps[i].us > 0)
			found |= 1;
		if (strcmp(steps[i].name, "pages") == 0 &&
		    strcmp(steps[i].sw, "tray") == 0)
			found |= 2;
	}
	cr_assert_eq(found, 3);
	perso_store_close(&s);
	world_close(&w);
}

/* ---- what is refused ------------------------------------------------------ */

/* The profiles, with a field of the card's layout so narrow and without its
 * caption. */
static void
narrow(struct world *w, const char *source, const char *mm)
{
	char dir[64], command[400];

	snprintf(dir, sizeof(dir), "%s/profiles", w->dir);
	OK(perso_dir_make(dir, 0700));
	snprintf(command, sizeof(command), "cp -r profiles/* %s/", dir);
	cr_assert_eq(system(command), 0);
	snprintf(command, sizeof(command),
	    "sed -i '/source: %s$/,/kind:/{/caption/d;"
	    "s/frame: \\[\\([^,]*\\), \\([^,]*\\), [^,]*,/"
	    "frame: [\\1, \\2, %s,/}' %s/layouts/td1-card.yaml",
	    source, mm, dir);
	cr_assert_eq(system(command), 0);
	perso_profiles_free(&w->profiles);
	OK(perso_profile_load_dir(dir, &w->profiles));
}

static void
is_untouched(struct world *w)
{
	struct perso_store *s = world_store(w);
	struct perso_store_counts n;
	struct perso_sim *sim = NULL;

	OK(perso_store_count(s, &n));
	cr_assert_eq(n.blanks[0], 1, "the blank was touched");
	perso_store_close(&s);
	OK(perso_sim_open(w->chip[0], &sim));
	cr_assert_not(perso_sim_is_operational(sim));
	perso_sim_free(&sim);
}

Test(pages, without_room_for_a_text_refuse_the_order_before_the_blank)
{
	struct perso_line_result r;
	struct station st;
	struct world w;
	TRAY(t);

	world_open(&w);
	w.printer = &printer;
	world_order(&w, "lv-eid", "T-1");
	(void)world_blank(&w, NULL);
	narrow(&w, "surname", "1");
	world_start(&w, 0, &st);
	cr_assert_eq(perso_line_check_order(st.line, "T-1"), PERSO_E_RANGE);
	cr_assert_eq(
	    perso_line_run_order(st.line, "T-1", st.link, &r), PERSO_E_RANGE);
	cr_assert_eq(r.outcome, PERSO_LINE_FAILED);
	cr_assert_eq(r.job, 0);
	cr_assert_not_null(
	    strstr(r.text, "surname: does not fit its frame"), "%s", r.text);
	world_stop(&st);
	cr_assert_eq(t.calls, 0);
	is_untouched(&w);
	world_check(&w, false, "refused");
	world_close(&w);
}

/* The CAN and the number are not known in check: the longest are tried. */
Test(pages, that_have_no_room_for_the_longest_number_refuse_the_order)
{
	struct perso_line_result r;
	struct world w;
	TRAY(t);

	world_open(&w);
	w.printer = &printer;
	world_order(&w, "lv-eid", "T-1");
	(void)world_blank(&w, NULL);
	narrow(&w, "number", "2");
	cr_assert_eq(run(&w, "T-1", 0, &r), PERSO_LINE_FAILED, "%s", r.text);
	cr_assert_not_null(
	    strstr(r.text, "number: does not fit"), "%s", r.text);
	is_untouched(&w);
	world_close(&w);
}

/* ---- a printer that fails -------------------------------------------------- */

Test(pages, that_the_printer_refuses_wait_for_the_operator)
{
	struct perso_line_result r;
	struct perso_store *s;
	struct station st;
	struct world w;
	PERSO_SECRET(can);
	TRAY(t);

	world_open(&w);
	w.printer = &printer;
	w.reader = true;
	world_order(&w, "lv-eid-pace", "T-1");
	t.fail = 2;
	cr_assert_eq(
	    run(&w, "T-1", world_blank(&w, NULL), &r), PERSO_LINE_UNPRINTED);
	cr_assert_eq(r.rc, PERSO_E_IO);
	cr_assert_not_null(strstr(r.text, "out of ribbon"), "%s", r.text);
	check_journal(&w, r.job, "printing failed");
	world_check(&w, true, "unprinted");

	/* no start touches it, with any chip or none */
	world_start(&w, 0, &st);
	OK(perso_line_recover(st.line, st.link, NULL, NULL));
	cr_assert_eq(
	    perso_line_run_order(st.line, "T-1", st.link, &r), PERSO_E_STATE);
	cr_assert_eq(r.outcome, PERSO_LINE_NOTHING);
	OK(perso_line_kept_can(
	    st.store, world_config(&w, st.store).wrap_key, 1, &can));
	cr_assert_eq(can.n, 6);
	cr_assert_eq(t.calls, 1);

	/* fails again; then it is printed, and nothing is kept */
	cr_assert_eq(perso_line_print_job(st.line, 1, &r), PERSO_E_IO);
	cr_assert_eq(r.outcome, PERSO_LINE_UNPRINTED);
	OK(perso_line_print_job(st.line, 1, &r));
	cr_assert_eq(r.outcome, PERSO_LINE_GOOD);
	cr_assert_not_null(strstr(r.text, "printed again"), "%s", r.text);
	check_pages(&w, &t, r.number, (const char *)can.p);
	cr_assert_eq(perso_line_print_job(st.line, 1, &r), PERSO_E_STATE);
	cr_assert_eq(perso_line_print_job(st.line, 9, &r), PERSO_E_NOT_FOUND);
	world_stop(&st);
	check_journal(&w, 1, "printing failed again failed again printed");
	s = world_store(&w);
	cr_assert_eq(
	    perso_line_kept_can(s, world_config(&w, s).wrap_key, 1, &can),
	    PERSO_E_NOT_FOUND);
	perso_store_close(&s);
	world_check(&w, false, "printed in the end");
	world_close(&w);
}

Test(pages, that_are_given_up_spoil_the_blank)
{
	struct perso_line_result r;
	struct station st;
	struct world w;
	TRAY(t);

	world_open(&w);
	w.printer = &printer;
	world_order(&w, "lv-eid", "T-1");
	(void)world_blank(&w, NULL);
	(void)world_blank(&w, NULL);
	t.fail = 1;
	cr_assert_eq(run(&w, "T-1", 0, &r), PERSO_LINE_UNPRINTED);
	world_start(&w, SIZE_MAX, &st);
	OK(perso_line_spoil_job(st.line, 1, "ink over it", &r));
	cr_assert_eq(r.outcome, PERSO_LINE_SPOILED);
	cr_assert_neq(perso_line_spoil_job(st.line, 1, "again", &r), PERSO_OK);
	world_stop(&st);
	world_check(&w, false, "given up");
	cr_assert_eq(run(&w, "T-1", 1, &r), PERSO_LINE_GOOD);
	world_check(&w, false, "on another blank");
	world_close(&w);
}

/* ---- a stop ---------------------------------------------------------------- */

static void
die_while_printing(struct world *w, struct tray *t)
{
	struct perso_line_result r;
	struct station st;
	int status = 0;
	pid_t pid = fork();

	cr_assert_geq(pid, 0);
	if (pid == 0) {
		t->die = true;
		world_start(w, 0, &st);
		LET(perso_line_run_order(st.line, "T-1", st.link, &r));
		_exit(0);
	}
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static void
hear(void *ctx, const struct perso_line_result *r)
{
	*(struct perso_line_result *)ctx = *r;
}

Test(pages, that_a_stop_interrupted_are_printed_again_without_the_chip)
{
	struct perso_line_result r = { .job = 0 };
	struct station st;
	struct world w;
	bool rest = true;
	TRAY(t);

	world_open(&w);
	w.printer = &printer;
	world_order(&w, "lv-eid", "T-1");
	(void)world_blank(&w, NULL);
	die_while_printing(&w, &t);
	check_journal(&w, 1, "printing");
	world_start(&w, SIZE_MAX, &st);
	OK(perso_line_recover_pages(st.line, hear, &r, &rest));
	cr_assert_not(rest);
	cr_assert_eq(r.outcome, PERSO_LINE_GOOD, "%s", r.text);
	cr_assert_not_null(strstr(r.text, "printed again"), "%s", r.text);
	world_stop(&st);
	cr_assert_eq(t.calls, 1, "the other process had its own");
	check_pages(&w, &t, r.number, NULL);
	check_journal(&w, 1, "printing again printed");
	world_check(&w, false, "printed again");
	world_close(&w);
}

Test(pages, that_are_printed_are_not_printed_again)
{
	struct perso_line_result r = { .job = 0 };
	struct station st;
	struct world w;
	TRAY(t);

	world_open(&w);
	w.printer = &printer;
	world_order(&w, "lv-eid", "T-1");
	(void)world_blank(&w, NULL);
	world_run_until(&w, 0, "T-1", "pages-printed");
	world_start(&w, SIZE_MAX, &st);
	OK(perso_line_recover(st.line, NULL, hear, &r));
	cr_assert_eq(r.outcome, PERSO_LINE_GOOD, "%s", r.text);
	world_stop(&st);
	cr_assert_eq(t.calls, 0);
	check_journal(&w, 1, "printing printed");
	world_check(&w, false, "printed before");
	world_close(&w);
}

/* Without a printer now: nothing is lost, nothing is called good. */
Test(pages, wait_when_there_is_no_printer_any_more)
{
	struct perso_line_result r = { .job = 0 };
	struct station st;
	struct world w;
	TRAY(t);

	world_open(&w);
	w.printer = &printer;
	world_order(&w, "lv-eid", "T-1");
	(void)world_blank(&w, NULL);
	die_while_printing(&w, &t);
	w.printer = NULL;
	world_start(&w, 0, &st);
	OK(perso_line_recover(st.line, st.link, hear, &r));
	cr_assert_eq(r.outcome, PERSO_LINE_UNPRINTED, "%s", r.text);
	world_stop(&st);
	world_check(&w, true, "no printer");
	w.printer = &printer;
	world_start(&w, SIZE_MAX, &st);
	OK(perso_line_print_job(st.line, 1, &r));
	world_stop(&st);
	world_check(&w, false, "a printer again");
	world_close(&w);
}
