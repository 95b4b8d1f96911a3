/* Commands that print: what they get, how they end. */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/printer.h"
#include "perso/hooks.h"

static char order[] = "PERSO_ORDER=A-1", mark[] = "HOME=/ours";
static char *variables[] = { order, mark, NULL };
static uint8_t page[300000];

/* Its code; what it said is in said, terminated. */
static perso_rc
run(const char *command, size_t n, struct perso_buf *said)
{
	struct cli_shell s = { command, variables, perso_span(page, n), 1 };
	perso_rc rc;

	for (size_t i = 0; i < n; i++)
		page[i] = (uint8_t)(i * 7 + i / 251);
	perso_buf_clear(said);
	rc = cli_shell_run(&s, said);
	cr_assert_lt(said->n, said->max);
	cr_assert_eq(perso_buf_append_u8(said, 0), PERSO_OK);
	return rc;
}

static void
is_refused(const char *command, const char *why)
{
	PERSO_BUF(said, 4096);

	cr_assert_eq(
	    run(command, sizeof(page), &said), PERSO_E_IO, "%s", command);
	cr_assert_str_eq(perso_trail_get(0), why);
}

Test(shell, gives_a_command_the_page_and_its_variables)
{
	PERSO_BUF(said, 4096);

	cr_assert_eq(run("cksum >&2; echo $PERSO_ORDER $HOME >&2; echo lost",
			 sizeof(page), &said),
	    PERSO_OK, "%s", perso_trail_get(0));
	cr_assert_not_null(
	    strstr((char *)said.p, " 300000\nA-1 /ours\n"), "%s", said.p);
	cr_assert_null(strstr((char *)said.p, "lost"));
	cr_assert_eq(run("true", 0, &said), PERSO_OK);
}

Test(shell, says_how_a_command_ended)
{
	is_refused("cat >/dev/null; exit 3", "ended with exit code 3");
	is_refused("exit 4", "ended with exit code 4");
	is_refused("kill -9 $$", "ended by signal 9");
	is_refused("no-such-command-anywhere", "ended with exit code 127");
	is_refused("head -c 10 >/dev/null; exec <&-; exit 0",
	    "ended without reading the whole page");
}

Test(shell, stops_a_command_that_takes_too_long)
{
	uint64_t begun = perso_ticks_us();

	is_refused("sleep 30", "took too long and was stopped");
	is_refused("trap '' TERM INT; sleep 30 | sleep 30; true",
	    "took too long and was stopped");
	cr_assert_lt(perso_ticks_us() - begun, 10000000);
}

/* Who ends well but leaves something running is not waited for. */
Test(shell, does_not_wait_for_what_a_command_leaves_behind)
{
	uint64_t begun = perso_ticks_us();
	PERSO_BUF(said, 4096);

	cr_assert_eq(run("cat >/dev/null; sleep 3 & exit 0", 1000, &said),
	    PERSO_OK, "%s", perso_trail_get(0));
	cr_assert_lt(perso_ticks_us() - begun, 2500000);
}

Test(shell, takes_no_more_of_what_is_said_than_there_is_room_for)
{
	struct cli_shell s = { "yes words >&2 & yes words | head -c 1000000 "
			       ">&2; kill $!; cat >/dev/null",
		variables, perso_span(page, sizeof(page)), 5 };
	PERSO_BUF(said, 100);

	cr_assert_eq(
	    cli_shell_run(&s, &said), PERSO_OK, "%s", perso_trail_get(0));
	cr_assert_eq(said.n, 100);
}

/* Neither the store nor a reader is open in it, and a pipe that breaks is a
 * signal again afterwards. */
Test(shell, leaves_nothing_open_and_nothing_changed)
{
	struct sigaction before, after;
	PERSO_BUF(said, 4096);

	cr_assert_neq(dup2(1, 77), -1);
	sigaction(SIGPIPE, NULL, &before);
	cr_assert_eq(
	    run("cat >/dev/null; ls /proc/$$/fd >&2", 100, &said), PERSO_OK);
	cr_assert_null(strstr((char *)said.p, "77"), "%s", said.p);
	sigaction(SIGPIPE, NULL, &after);
	cr_assert_eq(before.sa_handler, after.sa_handler);
	close(77);
}
