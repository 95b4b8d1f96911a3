/*
 * Every way to stop, at every place: the link tears before, after or inside
 * each APDU of a whole run, the chip comes back or does not; the process is
 * killed before and after each APDU and each durable write, the chip is in
 * the reader at the next start or is not, and the next start is killed, too.
 * After each the independent judge looks at database and chip files.
 */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "world.h"

#define ORDER "T-2026-000001"

/* ---- a link that counts, and can lose its chip ----------------------- */

struct leash {
	struct perso_link base;
	struct perso_link *inner;
	unsigned *events; /* counts; the process dies at zero */
	unsigned transmitted;
	bool gone_after_fault;
	bool gone;
};

static void
event(unsigned *left)
{
	if (left != NULL && --*left == 0)
		kill(getpid(), SIGKILL);
}

static perso_rc
leash_transmit(
    struct perso_link *l, struct perso_span cmd, struct perso_buf *rsp)
{
	struct leash *k = (struct leash *)l;
	perso_rc rc;

	if (k->gone)
		PERSO_FAIL(PERSO_E_NO_CARD, "no card");
	event(k->events);
	k->transmitted++;
	rc = perso_link_transmit(k->inner, cmd, rsp);
	event(k->events);
	if (rc != PERSO_OK && k->gone_after_fault)
		k->gone = true;
	return rc;
}

static perso_rc
leash_reset(struct perso_link *l)
{
	struct leash *k = (struct leash *)l;

	if (k->gone)
		PERSO_FAIL(PERSO_E_NO_CARD, "no card");
	PERSO_TRY(perso_link_reset(k->inner));
	memcpy(k->base.atr, k->inner->atr, sizeof(k->base.atr));
	k->base.atr_len = k->inner->atr_len;
	return PERSO_OK;
}

static void
leash_destroy(struct perso_link *l)
{
	(void)l;
}

static const struct perso_link_ops leash_ops = { "leash", leash_transmit,
	leash_reset, leash_destroy };

static void
leash_init(struct leash *k, struct perso_link *inner)
{
	memset(k, 0, sizeof(*k));
	k->base.ops = &leash_ops;
	k->inner = inner;
	memcpy(k->base.atr, inner->atr, sizeof(k->base.atr));
	k->base.atr_len = inner->atr_len;
}

static void
on_write(void *ctx, const char *kind, bool committed)
{
	(void)kind;
	(void)committed;
	event(ctx);
}

/* ---- the cases ------------------------------------------------------- */

static void
prepare(struct world *w)
{
	world_open(w);
	world_order(w, "lv-eid", ORDER);
	(void)world_blank(w, NULL);
	(void)world_blank(w, NULL);
	world_save(w);
}

static enum perso_line_outcome
run_on(struct world *w, size_t chip)
{
	struct perso_line_result r;
	struct station st;

	world_start(w, chip, &st);
	LET(perso_line_run_order(st.line, ORDER, st.link, &r));
	world_stop(&st);
	return r.outcome;
}

static enum perso_order_state
order_state(struct world *w)
{
	struct perso_store_order *o = calloc(1, sizeof(*o));
	struct perso_store *s = world_store(w);
	enum perso_order_state state;

	OK(perso_store_order_get(s, ORDER, o));
	state = o->state;
	OK(perso_store_check(s));
	perso_store_close(&s);
	free(o);
	return state;
}

/* Whatever happened to the first blank, the order ends as one document. */
static void
settle(struct world *w, const char *what)
{
	enum perso_line_outcome o;

	world_check(w, false, what);
	if (order_state(w) == PERSO_ORDER_DONE) {
		o = run_on(w, 1);
		cr_assert_eq(o, PERSO_LINE_NOTHING, "%s: made twice", what);
	} else {
		o = run_on(w, 1);
		cr_assert_eq(o, PERSO_LINE_GOOD, "%s: second blank: %s", what,
		    perso_line_outcome_name(o));
	}
	cr_assert_eq(order_state(w), PERSO_ORDER_DONE, "%s", what);
	world_check(w, false, what);
}

static unsigned
count_apdus(struct world *w)
{
	struct perso_line_result r;
	struct station st;
	struct leash k;

	world_load(w);
	world_start(w, 0, &st);
	leash_init(&k, st.link);
	OK(perso_line_run_order(st.line, ORDER, &k.base, &r));
	world_stop(&st);
	return k.transmitted;
}

static void
tear(struct world *w, enum perso_sim_fault fault, unsigned at, bool gone)
{
	struct perso_line_result r;
	struct station st;
	struct leash k;
	char what[80];

	snprintf(what, sizeof(what), "tear %d at APDU %u%s", (int)fault, at,
	    gone ? ", chip gone" : "");
	world_load(w);
	world_start(w, 0, &st);
	leash_init(&k, st.link);
	k.gone_after_fault = gone;
	perso_sim_fault(st.sim, fault, at);
	LET(perso_line_run_order(st.line, ORDER, &k.base, &r));
	cr_assert_neq(r.outcome, PERSO_LINE_UNFINISHED, "%s", what);
	cr_assert_neq(r.outcome, PERSO_LINE_FAILED, "%s", what);
	/* a chip that comes back is never wasted once its job began */
	if (!gone && r.job != 0)
		cr_assert_eq(
		    r.outcome, PERSO_LINE_GOOD, "%s: %s", what, r.text);
	world_stop(&st);
	settle(w, what);
}

/* A passport with every key that a chip can be given; the keys, and then
 * every fifteenth command. */
static void
tear_with_keys(enum perso_sim_fault fault)
{
	struct world w;
	unsigned n;

	world_open(&w);
	w.reader = true;
	w.extended = true;
	world_order(&w, "lv-passport-eac", ORDER);
	(void)world_blank(&w, "LV1234567");
	(void)world_blank(&w, "LV1234568");
	world_save(&w);
	n = count_apdus(&w);
	cr_assert_gt(n, 60);
	for (unsigned at = 1; at <= n; at += at < 14 ? 1 : 15)
		tear(&w, fault, at, false);
	world_close(&w);
}

Test(matrix, survives_a_tear_while_keys_and_passwords_are_loaded)
{
	tear_with_keys(PERSO_SIM_TEAR_BEFORE);
	tear_with_keys(PERSO_SIM_TEAR_INSIDE);
	tear_with_keys(PERSO_SIM_TEAR_AFTER);
}

static void
tear_everywhere(enum perso_sim_fault fault, bool gone, bool extended)
{
	struct world w;
	unsigned n;

	world_open(&w);
	w.extended = extended;
	world_order(&w, "lv-eid", ORDER);
	(void)world_blank(&w, NULL);
	(void)world_blank(&w, NULL);
	world_save(&w);
	n = count_apdus(&w);
	cr_assert_gt(n, 30);
	for (unsigned at = 1; at <= n; at++)
		tear(&w, fault, at, gone);
	world_close(&w);
}

Test(matrix, survives_a_tear_before_every_apdu)
{
	tear_everywhere(PERSO_SIM_TEAR_BEFORE, false, true);
}

static perso_rc
print_nothing(void *ctx, const struct perso_print *what)
{
	(void)ctx;
	cr_assert_geq(what->count, 1);
	return PERSO_OK;
}

/* The pages are drawn while the chip is taken up again. */
Test(matrix, survives_a_tear_with_pages)
{
	static const struct perso_printer sink = { "sink", NULL,
		print_nothing };
	struct world w;
	unsigned n;

	prepare(&w);
	w.printer = &sink;
	n = count_apdus(&w);
	for (unsigned at = 1; at <= n; at += 4) {
		tear(&w, PERSO_SIM_TEAR_BEFORE, at, false);
		tear(&w, PERSO_SIM_TEAR_INSIDE, at, true);
	}
	world_close(&w);
}

Test(matrix, survives_a_tear_after_every_apdu)
{
	tear_everywhere(PERSO_SIM_TEAR_AFTER, false, true);
}

Test(matrix, survives_a_tear_inside_every_apdu)
{
	tear_everywhere(PERSO_SIM_TEAR_INSIDE, false, true);
}

Test(matrix, spoils_a_chip_taken_out_before_any_apdu)
{
	tear_everywhere(PERSO_SIM_TEAR_BEFORE, true, true);
}

Test(matrix, spoils_a_chip_taken_out_after_any_apdu)
{
	tear_everywhere(PERSO_SIM_TEAR_AFTER, true, true);
}

Test(matrix, spoils_a_chip_taken_out_inside_any_apdu)
{
	tear_everywhere(PERSO_SIM_TEAR_INSIDE, true, true);
}

/* ---- kill -9 --------------------------------------------------------- */

/* Counts as a leash does; only set in the child. */
static unsigned *printing;

/* The child runs the order, or a recovery, and dies at its n-th event; true
 * if it lived. left 0: never dies, *ret_events says how many there were. */
static bool
child(struct world *w, bool recover, unsigned left, unsigned *ret_events)
{
	struct perso_line_result r;
	struct station st;
	struct leash k;
	unsigned count = left == 0 ? UINT32_MAX : left;
	int fds[2], status = 0;
	pid_t pid;

	cr_assert_eq(pipe(fds), 0);
	pid = fork();
	cr_assert_geq(pid, 0);
	if (pid == 0) {
		world_start(w, 0, &st);
		leash_init(&k, st.link);
		k.events = printing = &count;
		perso_store_hook(st.store, on_write, &count);
		if (recover)
			LET(perso_line_recover(st.line, &k.base, NULL, NULL));
		else
			LET(perso_line_run_order(st.line, ORDER, &k.base, &r));
		count = UINT32_MAX - count;
		(void)!write(fds[1], &count, sizeof(count));
		_exit(0);
	}
	close(fds[1]);
	if (ret_events != NULL)
		(void)!read(fds[0], ret_events, sizeof(*ret_events));
	close(fds[0]);
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_assert(WIFSIGNALED(status) ? WTERMSIG(status) == SIGKILL
				      : WEXITSTATUS(status) == 0);
	return !WIFSIGNALED(status);
}

static void
restart(struct world *w, bool with_chip, const char *what)
{
	struct station st;
	perso_rc rc;

	world_start(w, with_chip ? 0 : SIZE_MAX, &st);
	rc = perso_line_recover(st.line, st.link, NULL, NULL);
	cr_assert_eq(rc, PERSO_OK, "%s: recover: %d %s", what, (int)rc,
	    perso_trail_get(0));
	world_stop(&st);
}

enum after { WITH_CHIP, WITHOUT_CHIP, KILLED_AGAIN };

/* A printer that can be killed with the first page in it, and after the
 * last. */
static perso_rc
print_and_die(void *ctx, const struct perso_print *what)
{
	(void)ctx;
	cr_assert_geq(what->count, 1);
	event(printing);
	event(printing);
	return PERSO_OK;
}

static const struct perso_printer mortal = { "mortal", NULL, print_and_die };

/* With pages only each third event before the lock. */
static void
kill_everywhere(enum after after, const struct perso_printer *printer)
{
	char what[80];
	unsigned n = 0;
	struct world w;

	prepare(&w);
	w.printer = printer;
	cr_assert(child(&w, false, 0, &n));
	cr_assert_gt(n, 60);
	for (unsigned at = 1; at <= n;
	     at += printer != NULL && at + 24 < n ? 3 : 1) {
		snprintf(what, sizeof(what), "kill at event %u, case %d", at,
		    (int)after);
		world_load(&w);
		cr_assert_not(child(&w, false, at, NULL), "%s", what);
		world_check(&w, true, what);
		if (after == KILLED_AGAIN)
			(void)child(&w, true, 1 + at * 7 % 61, NULL);
		world_check(&w, true, what);
		restart(&w, after != WITHOUT_CHIP, what);
		/* a chip that is there at the next start is not wasted */
		if (after != WITHOUT_CHIP &&
		    order_state(&w) != PERSO_ORDER_IMPORTED)
			cr_assert_eq(
			    order_state(&w), PERSO_ORDER_DONE, "%s", what);
		settle(&w, what);
	}
	world_close(&w);
}

Test(matrix, survives_kill_9_between_all_writes_with_the_chip)
{
	kill_everywhere(WITH_CHIP, NULL);
}

Test(matrix, survives_kill_9_between_all_writes_without_the_chip)
{
	kill_everywhere(WITHOUT_CHIP, NULL);
}

Test(matrix, survives_kill_9_of_the_recovery)
{
	kill_everywhere(KILLED_AGAIN, NULL);
}

Test(matrix, survives_kill_9_with_pages_and_the_chip)
{
	kill_everywhere(WITH_CHIP, &mortal);
}

Test(matrix, survives_kill_9_with_pages_without_the_chip)
{
	kill_everywhere(WITHOUT_CHIP, &mortal);
}

Test(matrix, survives_kill_9_of_the_recovery_with_pages)
{
	kill_everywhere(KILLED_AGAIN, &mortal);
}
