/*
 * `perso run` over many simulated orders: its peak of resident memory must
 * not grow with their number; and documents per second from order to
 * verdict.
 *
 *	bench_memory [few many]		500 and 10 000 orders
 *
 * Files lie in memory where the machine has a folder for it, so that the
 * disk is not what is measured. $PERSO names the program.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"
#include "perso/hooks.h"

struct run {
	double peak_kb;
	double seconds;
};

static const char *
program(void)
{
	const char *p = getenv("PERSO");

	return p != NULL ? p : "build/release/perso";
}

static _Noreturn void
die(const char *what)
{
	perror(what);
	exit(1);
}

static void
shell(const char *command)
{
	if (system(command) != 0) {
		fprintf(stderr, "failed: %s\n", command);
		exit(1);
	}
}

static void
prepare(const char *dir, int orders)
{
	char command[512], path[320];

	snprintf(command, sizeof(command), "tests/bench/prepare-run %s %d", dir,
	    orders);
	shell(command);
	snprintf(path, sizeof(path), "%s/line/perso.yaml", dir);
	setenv("PERSO_CONFIG", path, 1);
}

/* In the child: what it prints goes to a file. */
static void
start(const char *dir)
{
	char chips[320], out[320];

	snprintf(chips, sizeof(chips), "%s/chips", dir);
	snprintf(out, sizeof(out), "%s/output", dir);
	if (freopen(out, "w", stdout) == NULL)
		_exit(127);
	execl(program(), program(), "run", "--quiet", "--sim", chips,
	    (char *)NULL);
	_exit(127);
}

static struct run
measure(const char *dir)
{
	struct rusage usage;
	struct run r;
	uint64_t begun = perso_ticks_us();
	pid_t pid = fork();
	int status = 0;

	if (pid == 0)
		start(dir);
	if (pid < 0 || wait4(pid, &status, 0, &usage) != pid)
		die("perso run");
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
		fprintf(stderr, "perso run: status %d\n", status);
		exit(1);
	}
	r.peak_kb = (double)usage.ru_maxrss;
	r.seconds = (double)(perso_ticks_us() - begun) / 1e6;
	return r;
}

static struct run
run_orders(const char *base, int orders)
{
	char dir[256], command[320];
	struct run r;

	snprintf(dir, sizeof(dir), "%s/perso-bench-%ld-%d", base,
	    (long)getpid(), orders);
	prepare(dir, orders);
	r = measure(dir);
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	shell(command);
	return r;
}

static int
argument(char **argv, int argc, int i, int otherwise)
{
	long n = argc > i ? strtol(argv[i], NULL, 10) : otherwise;

	return n > 0 && n < 1000000 ? (int)n : otherwise;
}

/* A document may take a quarter of a second, which no chip on a real link
 * undercuts. */
#define SECONDS 0.25

int
main(int argc, char **argv)
{
	const char *base = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "build";
	int few = argument(argv, argc, 1, 500);
	int many = argument(argv, argc, 2, 10000);
	char name[64];
	struct run a = run_orders(base, few), b = run_orders(base, many);

	snprintf(name, sizeof(name), "memory-%d-to-%d-orders", few, many);
	bench_print(&(struct bench_result){ name, b.peak_kb / a.peak_kb, 1.05,
	    false, b.peak_kb, a.peak_kb, "kB" });
	bench_print(&(struct bench_result){ "run-documents-per-second",
	    many / b.seconds * SECONDS, 1, true, many / b.seconds, 1 / SECONDS,
	    "documents/s" });
	return 0;
}
