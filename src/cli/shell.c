/*
 * A command of the configuration with bytes on its standard input. It runs in
 * a process group of its own: a Ctrl-C at the terminal is not for it, and
 * when its time is over all of it is killed.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "perso/hooks.h"
#include "printer.h"

struct child {
	pid_t pid; /* 0: none */
	int pidfd;
	int in;	 /* its standard input; -1: closed */
	int err; /* its standard error */
	struct perso_span left;
	struct sigaction pipe_before;
};

static void
close_fd(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
	*fd = -1;
}

/* Kills what is left of it; a pipe that breaks is an error again. */
static void
end_child(struct child *c)
{
	if (c->pid > 0) {
		(void)kill(-c->pid, SIGKILL);
		(void)waitpid(c->pid, NULL, 0);
	}
	close_fd(&c->in);
	close_fd(&c->err);
	close_fd(&c->pidfd);
	sigaction(SIGPIPE, &c->pipe_before, NULL);
}

static void
free_list(char ***list)
{
	free(*list);
}

static bool
is_same_name(const char *a, const char *b)
{
	size_t n = strcspn(a, "=");

	return n == strcspn(b, "=") && strncmp(a, b, n) == 0;
}

static bool
is_among(const char *v, char *const *list)
{
	for (; *list != NULL; list++)
		if (is_same_name(v, *list))
			return true;
	return false;
}

/* Ours and those of this process that are not of the same name. */
static perso_rc
join_environment(char *const *ours, char ***ret)
{
	size_t n = 0, k = 0;
	char **list;

	for (char **e = environ; *e != NULL; e++)
		n++;
	for (char *const *v = ours; *v != NULL; v++)
		n++;
	list = calloc(n + 1, sizeof(*list));
	if (list == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for an environment");
	for (char *const *v = ours; *v != NULL; v++)
		list[k++] = *v;
	for (char **e = environ; *e != NULL; e++)
		if (!is_among(*e, ours))
			list[k++] = *e;
	*ret = list;
	return PERSO_OK;
}

/* Nothing of ours stays open in it: neither store nor reader. */
static int
spawn(
    const struct cli_shell *s, char **environment, int in, int err, pid_t *ret)
{
	char sh[] = "/bin/sh", minus_c[] = "-c";
	char *command = strdup(s->command);
	char *argv[] = { sh, minus_c, command, NULL };
	posix_spawn_file_actions_t f;
	posix_spawnattr_t a;
	sigset_t none, all;
	int bad;

	if (command == NULL)
		return ENOMEM;
	sigemptyset(&none);
	sigfillset(&all);
	posix_spawn_file_actions_init(&f);
	posix_spawnattr_init(&a);
	posix_spawnattr_setflags(&a, POSIX_SPAWN_SETPGROUP |
					 POSIX_SPAWN_SETSIGMASK |
					 POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setpgroup(&a, 0);
	posix_spawnattr_setsigmask(&a, &none);
	posix_spawnattr_setsigdefault(&a, &all);
	bad = posix_spawn_file_actions_adddup2(&f, in, 0);
	bad |= posix_spawn_file_actions_adddup2(&f, err, 2);
	bad |=
	    posix_spawn_file_actions_addopen(&f, 1, "/dev/null", O_WRONLY, 0);
	bad |= posix_spawn_file_actions_addclosefrom_np(&f, 3);
	bad = bad ? ENOMEM : posix_spawn(ret, sh, &f, &a, argv, environment);
	posix_spawn_file_actions_destroy(&f);
	posix_spawnattr_destroy(&a);
	free(command);
	return bad;
}

/* The ends of the pipes that are ours do not block. */
static perso_rc
start(const struct cli_shell *s, struct child *c)
{
	__attribute__((cleanup(free_list))) char **environment = NULL;
	int in[2] = { -1, -1 }, err[2] = { -1, -1 };
	int bad;

	PERSO_TRY(join_environment(s->variables, &environment));
	bad =
	    pipe2(in, O_CLOEXEC) != 0 || pipe2(err, O_CLOEXEC) != 0 ? errno : 0;
	if (bad == 0)
		bad = spawn(s, environment, in[0], err[1], &c->pid);
	close_fd(&in[0]);
	close_fd(&err[1]);
	c->in = in[1];
	c->err = err[0];
	if (bad != 0)
		PERSO_FAIL(PERSO_E_IO, "cannot be started: %s", strerror(bad));
	(void)fcntl(c->in, F_SETFL, O_NONBLOCK);
	/* What lies in the pipe counts as read: let that be little. */
	(void)fcntl(c->in, F_SETPIPE_SZ, 4096);
	(void)fcntl(c->err, F_SETFL, O_NONBLOCK);
	c->pidfd = pidfd_open(c->pid, 0);
	if (c->pidfd < 0)
		PERSO_FAIL(
		    PERSO_E_IO, "cannot be watched: %s", strerror(errno));
	return PERSO_OK;
}

static void
feed(struct child *c)
{
	ssize_t n = write(c->in, c->left.p, c->left.n);

	if (n > 0)
		c->left = perso_span_sub(c->left, (size_t)n, c->left.n);
	if (c->left.n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		close_fd(&c->in);
}

/* What there is no room for is read and forgotten. */
static void
listen_to(struct child *c, struct perso_buf *said)
{
	uint8_t text[512];
	ssize_t n = read(c->err, text, sizeof(text));

	for (ssize_t i = 0; i < n && said->n < said->max; i++)
		if (perso_buf_append_u8(said, text[i]) != PERSO_OK)
			break;
	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		close_fd(&c->err);
}

static perso_rc
talk(struct child *c, uint64_t until_us, struct perso_buf *said)
{
	for (;;) {
		struct pollfd p[3] = { { .fd = c->in, .events = POLLOUT },
			{ .fd = c->err, .events = POLLIN },
			{ .fd = c->pidfd, .events = POLLIN } };
		uint64_t now = perso_ticks_us();

		if (now >= until_us)
			PERSO_FAIL(PERSO_E_IO, "took too long and was stopped");
		(void)poll(p, 3, (int)((until_us - now) / 1000 + 1));
		if (p[0].revents != 0)
			feed(c);
		if (p[1].revents != 0)
			listen_to(c, said);
		else if (p[2].revents != 0)
			return PERSO_OK;
	}
}

static perso_rc
judge(struct child *c)
{
	int status = 0;
	pid_t pid = waitpid(c->pid, &status, 0);

	c->pid = 0;
	if (pid < 0 || (!WIFEXITED(status) && !WIFSIGNALED(status)))
		PERSO_FAIL(PERSO_E_IO, "cannot say how it ended");
	if (WIFSIGNALED(status))
		PERSO_FAIL(PERSO_E_IO, "ended by signal %d", WTERMSIG(status));
	if (WEXITSTATUS(status) != 0)
		PERSO_FAIL(
		    PERSO_E_IO, "ended with exit code %d", WEXITSTATUS(status));
	if (c->left.n != 0)
		PERSO_FAIL(PERSO_E_IO, "ended without reading the whole page");
	return PERSO_OK;
}

/* see printer.h */
perso_rc
cli_shell_run(const struct cli_shell *s, struct perso_buf *said)
{
	const struct sigaction ignore = { .sa_handler = SIG_IGN };
	__attribute__((cleanup(end_child))) struct child c = {
		.pidfd = -1, .in = -1, .err = -1, .left = s->input
	};

	sigaction(SIGPIPE, &ignore, &c.pipe_before);
	PERSO_TRY(start(s, &c));
	PERSO_TRY(talk(
	    &c, perso_ticks_us() + (uint64_t)s->time_limit_s * 1000000, said));
	return judge(&c);
}
