/*
 * PC/SC without a card: against no service, and against one that accepts
 * and never says a word. What needs a card is tested through pcscd.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "perso/hooks.h"
#include "perso/link_pcsc.h"

static char dir[64], path[96];

/* A folder of our own and, if listening, a mute service in it. */
static int
set_service(bool listening)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd;

	snprintf(dir, sizeof(dir), "/tmp/perso-pcsc-XXXXXX");
	cr_assert_not_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/pcscd.comm", dir);
	setenv("PCSCLITE_CSOCK_NAME", path, 1);
	if (!listening)
		return -1;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	snprintf(a.sun_path, sizeof(a.sun_path), "%s", path);
	cr_assert_eq(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	cr_assert_eq(listen(fd, 8), 0);
	return fd;
}

static void
end_service(int fd)
{
	if (fd >= 0)
		close(fd);
	unlink(path);
	rmdir(dir);
	/* every child was reaped */
	cr_assert_eq(waitpid(-1, NULL, WNOHANG), -1);
	cr_assert_eq(errno, ECHILD);
}

Test(link_pcsc, no_service_is_a_link_error)
{
	struct perso_pcsc_params p = { .reader = "Any 00 00" };
	struct perso_readers list = { .count = 7 };
	struct perso_link *l = NULL;
	int fd = set_service(false);

	cr_assert_eq(perso_link_pcsc_list(5000, &list), PERSO_E_LINK);
	cr_assert_eq(list.count, 7);
	cr_assert_eq(perso_link_pcsc_open(&p, &l), PERSO_E_LINK);
	cr_assert_null(l);
	end_service(fd);
}

Test(link_pcsc, a_mute_service_is_a_timeout)
{
	struct perso_pcsc_params p = { .reader = "Any 00 00",
		.connect_ms = 200 };
	struct perso_readers list;
	struct perso_link *l = NULL;
	int fd = set_service(true);
	uint64_t start = perso_ticks_us();

	cr_assert_eq(perso_link_pcsc_list(200, &list), PERSO_E_TIMEOUT);
	cr_assert_eq(perso_link_pcsc_open(&p, &l), PERSO_E_TIMEOUT);
	cr_assert_null(l);
	cr_assert_lt(perso_ticks_us() - start, 5000000);
	end_service(fd);
}

static bool
stop_soon(void *ctx)
{
	return ++*(int *)ctx > 3;
}

Test(link_pcsc, waiting_ends_by_time_or_by_wish)
{
	char name[PERSO_READER_NAME] = "untouched";
	int asked = 0, fd = set_service(true);
	struct perso_pcsc_wait w = { .timeout_ms = 250 };

	cr_assert_eq(perso_link_pcsc_wait(&w, name), PERSO_E_TIMEOUT);
	w.timeout_ms = 0;
	w.stop = stop_soon;
	w.ctx = &asked;
	cr_assert_eq(perso_link_pcsc_wait(&w, name), PERSO_E_INTERRUPTED);
	cr_assert_eq(asked, 4);
	cr_assert_str_eq(name, "untouched");
	end_service(fd);
}

Test(link_pcsc, reader_names_have_a_length)
{
	char longname[200];
	struct perso_pcsc_params p = { .reader = longname };
	struct perso_link *l = NULL;

	memset(longname, 'x', sizeof(longname));
	longname[199] = '\0';
	cr_assert_eq(perso_link_pcsc_open(&p, &l), PERSO_E_ARG);
	p.reader = "";
	cr_assert_eq(perso_link_pcsc_open(&p, &l), PERSO_E_ARG);
}

/* The socket to the child is then one of them. */
Test(link_pcsc, closed_standard_streams_do_no_harm)
{
	for (int n = 1; n <= 3; n++) {
		int fd = set_service(false), status = -1;
		pid_t pid = fork();

		if (pid == 0) {
			struct perso_readers list;

			for (int i = 0; i < n; i++)
				close(i);
			_exit(perso_link_pcsc_list(5000, &list) == PERSO_E_LINK
				  ? 0
				  : 1);
		}
		cr_assert_eq(waitpid(pid, &status, 0), pid);
		cr_assert_eq(status, 0, "%d streams closed", n);
		end_service(fd);
	}
}
