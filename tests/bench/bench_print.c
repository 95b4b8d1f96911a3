/*
 * `perso run` that prints, beside the slower of the two: the same run without
 * pages, and drawing the same pages alone. The chip answers at the speed of a
 * contactless one: 424 kbit/s, 64 bytes programmed in 3 ms. (With a chip that
 * takes no time the pages are the slower part, and check, lock and read-back
 * come on top of them: they cannot be done beside.)
 *
 * Wall-clock time; files lie in memory where the machine has a folder for it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "bench.h"
#include "cli/link_sim.h"
#include "cli/run_int.h"
#include "perso/picture.h"
#include "perso/render.h"
#include "perso/sim.h"

#define ROUNDS 7 /* of which the first, which opens fonts, does not count */
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

static double
documents(bool pages, struct perso_sim_speed speed)
{
	struct run run = { .r = NULL };
	double best = 1e9;

	open_run(&run, pages);
	for (int i = 0; i < ROUNDS; i++) {
		double t = one_document(&run, speed);

		if (i > 0 && t < best)
			best = t;
	}
	close_run(&run);
	return best;
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

static double
pages_alone(void)
{
	struct perso_profiles *set = bench_profiles();
	struct perso_order *o = bench_order(set, "lv-eid.json", 0);
	const struct perso_layout *l =
	    perso_profiles_layout(set, o->record.profile->layout);
	double best = 1e9;
	PERSO_RENDER(render);

	bench_need(perso_record_bind(&o->record, "PA1000001"), "number");
	bench_need(perso_render_open(l, &render), "fonts");
	for (int i = 0; i < ROUNDS; i++) {
		double t = draw(render, l, &o->record);

		best = t < best ? t : best;
	}
	perso_render_close(&render);
	perso_order_free(&o);
	perso_profiles_free(&set);
	return best;
}

/* Two lines: `perso run` over a chip of this speed beside the slower of two. */
static void
compare(const char *name, struct perso_sim_speed speed, double alone)
{
	double chip = documents(false, speed);
	double both = documents(true, speed);
	double slower = chip > alone ? chip : alone;

	bench_print(&(struct bench_result){ .name = name,
	    .ratio = both / slower,
	    .goal = 1.05,
	    .ours = both * 1e3,
	    .reference = slower * 1e3,
	    .unit = "ms" });
}

int
main(void)
{
	char command[320];
	double alone;

	prepare(4 * ROUNDS);
	alone = pages_alone();
	compare("run-with-pages", (struct perso_sim_speed){ 424000, 500, 3000 },
	    alone);
	compare("run-with-pages-instant-chip",
	    (struct perso_sim_speed){ .bits_per_second = 0 }, alone);
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	shell(command);
	return 0;
}
