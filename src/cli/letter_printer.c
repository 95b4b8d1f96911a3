/* Where letters go. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "letter_int.h"

#define VARIABLES 4
#define VARIABLE_MAX 128

/* ---- a folder -------------------------------------------------------- */

static perso_rc
print_to_folder(void *ctx, const struct perso_print *what)
{
	const struct cli_letter_printer *p = ctx;
	char name[128], path[PERSO_PATH_MAX];

	PERSO_TRY(perso_dir_make(p->folder, 0700));
	for (size_t i = 0; i < what->count; i++) {
		snprintf(name, sizeof(name), "%s-%lld-%s.%s",
		    what->pages[i].name, (long long)what->job, what->blank,
		    what->pages[i].type);
		PERSO_TRY(perso_path_join(path, sizeof(path), p->folder, name));
		PERSO_TRY(perso_file_write(path, what->pages[i].bytes, 0600));
	}
	return PERSO_OK;
}

/* ---- a command ------------------------------------------------------- */

/* In the child. Ctrl-C is the parent's to judge: the letter in hand is
 * finished. */
static _Noreturn void
become(const struct cli_letter_printer *p, int input,
    char texts[VARIABLES][VARIABLE_MAX])
{
	signal(SIGINT, SIG_IGN);
	signal(SIGPIPE, SIG_DFL);
	for (size_t i = 0; i < VARIABLES; i++)
		if (putenv(texts[i]) != 0)
			_exit(127);
	if (dup2(input, STDIN_FILENO) < 0 ||
	    dup2(STDERR_FILENO, STDOUT_FILENO) < 0)
		_exit(127);
	execl("/bin/sh", "sh", "-c", p->command, (char *)NULL);
	_exit(127);
}

static perso_rc
send_all(int fd, struct perso_span bytes)
{
	while (bytes.n > 0) {
		ssize_t n = write(fd, bytes.p, bytes.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			PERSO_FAIL(PERSO_E_IO,
			    "letter command: it did not read the letter");
		bytes = perso_span_sub(bytes, (size_t)n, bytes.n - (size_t)n);
	}
	return PERSO_OK;
}

static perso_rc
wait_for(pid_t pid)
{
	int status = 0;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			PERSO_FAIL(PERSO_E_IO, "letter command: lost");
	if (WIFSIGNALED(status))
		PERSO_FAIL(PERSO_E_IO, "letter command: ended by signal %d",
		    WTERMSIG(status));
	if (WEXITSTATUS(status) != 0)
		PERSO_FAIL(
		    PERSO_E_IO, "letter command: exit %d", WEXITSTATUS(status));
	return PERSO_OK;
}

static perso_rc
send_page(const struct cli_letter_printer *p, struct perso_span page,
    char texts[VARIABLES][VARIABLE_MAX])
{
	int ends[2];
	perso_rc sent, done;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) != 0)
		PERSO_FAIL(PERSO_E_IO, "letter command: no pipe");
	pid = fork();
	if (pid == 0)
		become(p, ends[0], texts);
	(void)close(ends[0]);
	if (pid < 0) {
		(void)close(ends[1]);
		PERSO_FAIL(PERSO_E_IO, "letter command: no process");
	}
	sent = send_all(ends[1], page);
	(void)close(ends[1]);
	done = wait_for(pid);
	return done != PERSO_OK ? done : sent;
}

static perso_rc
print_by_command(void *ctx, const struct perso_print *what)
{
	char texts[VARIABLES][VARIABLE_MAX];

	for (size_t i = 0; i < what->count; i++) {
		snprintf(texts[0], VARIABLE_MAX, "PERSO_ORDER=%s", what->order);
		snprintf(texts[1], VARIABLE_MAX, "PERSO_JOB=%lld",
		    (long long)what->job);
		snprintf(
		    texts[2], VARIABLE_MAX, "PERSO_ENVELOPE=%s", what->blank);
		snprintf(texts[3], VARIABLE_MAX, "PERSO_TYPE=%s",
		    what->pages[i].type);
		PERSO_TRY(send_page(ctx, what->pages[i].bytes, texts));
	}
	return PERSO_OK;
}

/* see letter_int.h */
perso_rc
cli_letter_printer_open(const struct cli *c, const struct cli_config *cfg,
    struct cli_letter_printer *ret)
{
	const char *folder = cli_value(c, "out");

	*ret = (struct cli_letter_printer){ 0 };
	if (cfg->letter_folder[0] != '\0' && cfg->letter_command[0] != '\0')
		PERSO_FAIL(PERSO_E_CONFIG,
		    "%s: either letter-folder or letter-command", cfg->path);
	if (folder == NULL && cfg->letter_folder[0] != '\0')
		folder = cfg->letter_folder;
	if (folder != NULL) {
		snprintf(ret->folder, sizeof(ret->folder), "%s", folder);
		ret->base =
		    (struct perso_printer){ "folder", ret, print_to_folder };
	} else if (cfg->letter_command[0] != '\0') {
		snprintf(ret->command, sizeof(ret->command), "%s",
		    cfg->letter_command);
		ret->base =
		    (struct perso_printer){ "command", ret, print_by_command };
	}
	return PERSO_OK;
}
