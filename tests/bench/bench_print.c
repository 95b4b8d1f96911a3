/*
 * `perso run` that prints, beside the slower of the two: the same run without
 * pages, and drawing the same pages alone, one side after the other. Once with
 * a chip that answers at the speed of a contactless one (424 kbit/s, 64 bytes
 * programmed in 3 ms), where the chip is the slower, and once with a chip that
 * takes no time, where the pages are.
 *
 * Wall-clock time, medians of rounds in which each comes once (two cores are
 * at work, so the best of many would be luck); files lie in memory where the
 * machine has a folder for it.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "bench.h"
#include "cli/link_sim.h"
#include "cli/run_int.h"
#include "perso/picture.h"
#include "perso/render.h"
#include "perso/sim.h"

#define CONTACTLESS_ROUNDS 7
#define INSTANT_ROUNDS 41
#define DPI 300

static char dir[256];
static int next_order = 1;

static void
shell(const char *command)
{
	if (system(command) != 0) {
		fprintf(stderr, "failed: %s\n", command);
		exit(1);
	}
}

static void
prepare(int orders)
{
	const char *base = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "build";
	char command[512];

	snprintf(
	    dir, sizeof(dir), "%s/perso-bench-print-%ld", base, (long)getpid());
	snprintf(command, sizeof(command), "tests/bench/prepare-run %s %d", dir,
	    orders);
	shell(command);
}

/* ---- a run, with what its command line says -------------------------------- */

struct run {
	struct cli cli;
	struct cli_run *r;
	char config[320], pages[320];
};

static void
open_run(struct run *run, bool pages)
{
	static char perso[] = "perso", name[] = "run", quiet[] = "--quiet",
		    config[] = "--config", out[] = "--pages";
	char *argv[] = { perso, name, quiet, config, run->config, out,
		run->pages, NULL };

	snprintf(run->config, sizeof(run->config), "%s/line/perso.yaml", dir);
	snprintf(run->pages, sizeof(run->pages), "%s/pages", dir);
	bench_need(cli_parse(&run->cli, pages ? 7 : 5, argv), "command line");
	run->r = calloc(1, sizeof(*run->r));
	run->r->cli = &run->cli;
	bench_need(cli_run_open(run->r), "run");
}

static void
close_run(struct run *run)
{
	cli_run_close(run->r);
	free(run->r);
}

static double
one_document(struct run *run, struct perso_sim_speed speed)
{
	struct perso_line_result res;
	struct perso_sim *sim = NULL;
	struct perso_link *link = NULL;
	char path[320], id[32];
	double begun;

	snprintf(
	    path, sizeof(path), "%s/chips/chip-%06d.chip", dir, next_order);
	snprintf(id, sizeof(id), "BENCH-%06d", next_order++);
	bench_need(perso_sim_open(path, &sim), path);
	perso_sim_no_sync(sim, true);
	perso_sim_speed(sim, speed);
	bench_need(perso_link_sim(sim, &link), "link");
	begun = bench_ticks();
	bench_need(perso_line_run_order(run->r->line, id, link, &res), id);
	begun = bench_ticks() - begun;
	perso_link_free(&link);
	perso_sim_free(&sim);
	return begun;
}

/* ---- the pages alone --------------------------------------------------------- */

static double
draw(struct perso_render *render, const struct perso_layout *l,
    const struct perso_record *r)
{
	double begun = bench_ticks();
	PERSO_PIXELS(portrait);
	PERSO_PIXELS(signature);
	struct perso_render_input in = {
		.record = r, .portrait = &portrait, .signature = &signature
	};

	bench_need(perso_picture_decode(
		       perso_buf_span(&r->portrait.bytes), NULL, &portrait),
	    "portrait");
	bench_need(perso_picture_decode(
		       perso_buf_span(&r->signature.bytes), NULL, &signature),
	    "signature");
	for (size_t i = 0; i < l->side_count; i++) {
		PERSO_BUF(png, PERSO_RENDER_MAX);

		bench_need(perso_render_png(render, i, DPI, &in, &png), "page");
	}
	return bench_ticks() - begun;
}

struct alone {
	struct perso_profiles *set;
	struct perso_order *order;
	struct perso_render *render;
	const struct perso_layout *layout;
};

static void
open_alone(struct alone *a)
{
	a->set = bench_profiles();
	a->order = bench_order(a->set, "lv-eid.json", 0);
	a->layout =
	    perso_profiles_layout(a->set, a->order->record.profile->layout);
	bench_need(perso_record_bind(&a->order->record, "PA1000001"), "number");
	bench_need(perso_render_open(a->layout, &a->render), "fonts");
}

static void
close_alone(struct alone *a)
{
	perso_render_close(&a->render);
	perso_order_free(&a->order);
	perso_profiles_free(&a->set);
}

/* ---- side by side ------------------------------------------------------------ */

struct times {
	double v[INSTANT_ROUNDS];
	int n;
};

static int
by_length(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static double
median(struct times *t)
{
	qsort(t->v, (size_t)t->n, sizeof(t->v[0]), by_length);
	return t->v[t->n / 2];
}

static void
compare(const char *name, struct perso_sim_speed speed, int rounds)
{
	struct run bare = { .r = NULL }, printing = { .r = NULL };
	struct alone a = { .set = NULL };
	struct times chip = { .n = 0 }, pages = { .n = 0 }, both = { .n = 0 };
	double slower, ours;

	open_alone(&a);
	open_run(&bare, false);
	open_run(&printing, true);
	for (int i = 0; i < rounds; i++) {
		pages.v[i] = draw(a.render, a.layout, &a.order->record);
		chip.v[i] = one_document(&bare, speed);
		both.v[i] = one_document(&printing, speed);
	}
	pages.n = chip.n = both.n = rounds;
	close_run(&printing);
	close_run(&bare);
	close_alone(&a);
	slower = fmax(median(&chip), median(&pages));
	ours = median(&both);
	bench_print(&(struct bench_result){ .name = name,
	    .ratio = ours / slower,
	    .goal = 1.05,
	    .ours = ours * 1e3,
	    .reference = slower * 1e3,
	    .unit = "ms" });
}

int
main(void)
{
	char command[320];

	prepare(2 * (CONTACTLESS_ROUNDS + INSTANT_ROUNDS));
	compare("run-with-pages", (struct perso_sim_speed){ 424000, 500, 3000 },
	    CONTACTLESS_ROUNDS);
	compare("run-with-pages-instant-chip",
	    (struct perso_sim_speed){ .bits_per_second = 0 }, INSTANT_ROUNDS);
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	shell(command);
	return 0;
}
