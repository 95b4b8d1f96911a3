#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../../src/sim/sim_int.h"
#include "host.h"
#include "perso/file.h"
#include "perso/hooks.h"

struct file {
	char dir[32];
	char path[64];
};

static void
make_chip(struct file *f)
{
	strcpy(f->dir, "/tmp/perso-sim-XXXXXX");
	cr_assert_not_null(mkdtemp(f->dir));
	snprintf(f->path, sizeof(f->path), "%s/chip", f->dir);
	cr_assert_eq(perso_sim_create(f->path, &test_config), PERSO_OK);
}

static void
remove_chip(struct file *f)
{
	unlink(f->path);
	cr_assert_eq(rmdir(f->dir), 0, "something is left behind");
}

static void
snapshot(const char *path, struct perso_buf *b)
{
	perso_buf_clear(b);
	cr_assert_eq(perso_file_read(path, b), PERSO_OK);
}

Test(sim_fault, a_blank_is_made_once)
{
	struct perso_sim_config bad = test_config;
	struct file f;

	make_chip(&f);
	cr_assert_eq(perso_sim_create(f.path, &test_config), PERSO_E_CONFLICT);
	cr_assert_eq(perso_sim_create(NULL, &test_config), PERSO_E_ARG);
	remove_chip(&f);
	bad.product[0] ^= 1;
	cr_assert_eq(perso_sim_create(f.path, &bad), PERSO_E_ARG);
	bad = test_config;
	bad.memory = 0xFFFFFFFF;
	cr_assert_eq(perso_sim_create(f.path, &bad), PERSO_E_ARG);
	bad = test_config;
	bad.extended = false;
	bad.max_command = 256;
	cr_assert_eq(perso_sim_create(f.path, &bad), PERSO_E_ARG);
	cr_assert_neq(access(f.path, F_OK), 0);
}

Test(sim_fault, what_was_written_is_there_after_opening_again)
{
	struct file f;
	struct host h;

	make_chip(&f);
	host_new(&h, f.path);
	perso_sim_no_sync(h.s, false);
	SHOULD_BE(&h, host_personalise(&h), 0x9000);
	host_done(&h);
	host_new(&h, f.path);
	cr_assert(perso_sim_is_operational(h.s));
	SHOULD_BE(&h, host_select_app(&h), 0x9000);
	SHOULD_BE(&h, host_bac(&h), 0x9000);
	SHOULD_BE(&h, host_select(&h, 0x0101), 0x9000);
	SHOULD_BE(&h, host_read(&h, 0, 300), 0x9000);
	cr_assert_eq(h.n, 300);
	SHOULD_BE(&h,
	    host_send(&h, (struct cmd){ 0, 0x88, 0, 0, hex("0102030405060708"),
			      0, false }),
	    0x9000);
	host_done(&h);
	remove_chip(&f);
}

Test(sim_fault, the_block_of_the_key_set_is_remembered)
{
	struct file f;
	struct host h;

	make_chip(&f);
	for (int i = 0; i < 10; i++) {
		host_new(&h, f.path);
		h.damage = 5;
		SHOULD_BE(&h, host_scp(&h, 0x33), 0x6300);
		host_done(&h);
	}
	host_new(&h, f.path);
	SHOULD_BE(&h, host_scp(&h, 0x33), 0x6983);
	host_done(&h);
	remove_chip(&f);
}

/* Commands of host_personalise, those of the handshake counted. */
#define COMMANDS 15

Test(sim_fault, a_tear_before_leaves_the_chip_as_it_was)
{
	for (unsigned n = 1; n <= COMMANDS; n++) {
		PERSO_BUF(before, SIM_STATE_MAX);
		PERSO_BUF(after, SIM_STATE_MAX);
		struct file f;
		struct host h;

		make_chip(&f);
		host_new(&h, f.path);
		perso_sim_fault(h.s, PERSO_SIM_TEAR_BEFORE, n);
		host_personalise(&h);
		cr_assert_eq(h.rc, PERSO_E_TORN, "%u", n);
		snapshot(f.path, &before);
		host_select(&h, 0x3F00);
		cr_assert_eq(h.rc, PERSO_E_TORN);
		snapshot(f.path, &after);
		cr_assert(perso_span_equal(
		    perso_buf_span(&before), perso_buf_span(&after)));
		cr_assert(!perso_sim_is_operational(h.s));
		host_reset(&h);
		SHOULD_BE(&h, host_select(&h, 0x3F00), 0x9000);
		host_done(&h);
		host_new(&h, f.path);
		SHOULD_BE(&h, host_scp(&h, 0x33), 0x9000);
		host_done(&h);
		remove_chip(&f);
	}
}

/* The state after a tear at command n, without the parts that are random. */
static void
torn_state(enum perso_sim_fault fault, unsigned n, struct sim_nv *ret)
{
	PERSO_BUF(b, SIM_STATE_MAX);
	struct file f;
	struct host h;

	make_chip(&f);
	host_new(&h, f.path);
	perso_sim_fault(h.s, fault, n);
	host_personalise(&h);
	cr_assert_eq(h.rc, PERSO_E_TORN, "%u", n);
	host_done(&h);
	snapshot(f.path, &b);
	cr_assert_eq(sim_state_decode(perso_buf_span(&b), ret), PERSO_OK);
	remove_chip(&f);
}

static bool
same(const struct sim_nv *a, const struct sim_nv *b)
{
	for (size_t i = 0; i < SIM_EFS; i++)
		if (a->files[i].there != b->files[i].there ||
		    !perso_span_equal(perso_buf_span(&a->files[i].data),
			perso_buf_span(&b->files[i].data)))
			return false;
	return a->has_seed == b->has_seed && (a->aa.n > 0) == (b->aa.n > 0) &&
	       a->operational == b->operational && a->sequence == b->sequence;
}

Test(sim_fault, a_tear_after_is_what_the_next_command_finds)
{
	for (unsigned n = 1; n < COMMANDS; n++) {
		struct sim_nv after, before;

		torn_state(PERSO_SIM_TEAR_AFTER, n, &after);
		torn_state(PERSO_SIM_TEAR_BEFORE, n + 1, &before);
		cr_assert(same(&after, &before), "%u", n);
		sim_nv_done(&after);
		sim_nv_done(&before);
	}
}

Test(sim_fault, a_tear_inside_halves_a_write)
{
	const size_t com = sim_find(SIM_APP, 0x011E);
	const size_t info = sim_find(SIM_MF, 0x2F01);
	unsigned seen = 0;

	for (unsigned n = 1; n <= COMMANDS; n++) {
		struct sim_nv in, after;

		torn_state(PERSO_SIM_TEAR_INSIDE, n, &in);
		torn_state(PERSO_SIM_TEAR_AFTER, n, &after);
		if (!same(&in, &after)) {
			seen |= 1u << n;
			cr_assert_eq(in.operational, false);
		}
		if (n == 4)
			cr_assert_arr_eq(
			    in.files[info].data.p, hex("43010000").p, 4);
		if (n == 7)
			cr_assert_arr_eq(in.files[com].data.p,
			    hex("60145F0104303130365F36000000").p, 14);
		cr_assert(n != 13 || !in.has_seed);
		cr_assert(n != 14 || in.aa.n > 0);
		sim_nv_done(&in);
		sim_nv_done(&after);
	}
	/* the UPDATE BINARY commands and PUT DATA */
	cr_assert_eq(seen,
	    1u << 4 | 1u << 7 | 1u << 9 | 1u << 10 | 1u << 12 | 1u << 13, "%X",
	    seen);
}

Test(sim_fault, a_mute_chip_stays_mute)
{
	struct file f;
	struct host h;

	make_chip(&f);
	host_new(&h, f.path);
	perso_sim_fault(h.s, PERSO_SIM_MUTE, 2);
	SHOULD_BE(&h, host_select(&h, 0x3F00), 0x9000);
	for (int i = 0; i < 3; i++) {
		host_select(&h, 0x3F00);
		cr_assert_eq(h.rc, PERSO_E_TIMEOUT);
		host_reset(&h);
	}
	host_done(&h);
	host_new(&h, f.path);
	SHOULD_BE(&h, host_select(&h, 0x3F00), 0x9000);
	host_done(&h);
	remove_chip(&f);
}

Test(sim_fault, a_disarmed_fault_does_not_strike)
{
	struct host h;

	host_new(&h, NULL);
	perso_sim_fault(h.s, PERSO_SIM_TEAR_BEFORE, 1);
	perso_sim_fault(h.s, PERSO_SIM_NONE, 1);
	SHOULD_BE(&h, host_select(&h, 0x3F00), 0x9000);
	host_done(&h);
}

Test(sim_fault, a_state_file_that_cannot_be_written_is_an_error)
{
	struct file f;
	struct host h;

	make_chip(&f);
	host_new(&h, f.path);
	cr_assert_eq(unlink(f.path), 0);
	cr_assert_eq(rmdir(f.dir), 0);
	SHOULD_BE(&h, host_hex(&h, "00CA006600"), 0x9000);
	SHOULD_BE(&h, host_scp(&h, 0x33), 0);
	cr_assert_eq(h.rc, PERSO_E_IO);
	host_select(&h, 0x3F00);
	cr_assert_eq(h.rc, PERSO_E_TORN);
	host_reset(&h);
	host_select(&h, 0x3F00);
	cr_assert_eq(h.rc, PERSO_E_TORN);
	host_done(&h);
}

Test(sim_fault, the_time_model_slows_a_command_down)
{
	struct perso_sim_speed speed = { 106000, 2000, 5000 };
	struct host h;
	uint64_t t;

	host_new(&h, NULL);
	SHOULD_BE(&h, host_scp(&h, 0x33), 0x9000);
	SHOULD_BE(&h, host_select_app(&h), 0x9000);
	SHOULD_BE(&h, host_create(&h, 0x0101, 1, 200), 0x9000);
	perso_sim_speed(h.s, speed);
	t = perso_ticks_us();
	SHOULD_BE(&h, host_update(&h, 60, hex("0102030405060708")), 0x9000);
	t = perso_ticks_us() - t;
	/* two pages, 39 bytes */
	cr_assert_geq(t, 2000 + 2 * 5000 + 39 * 8 * 1000 / 106);
	host_done(&h);
}
