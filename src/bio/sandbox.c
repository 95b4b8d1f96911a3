/*
 * A process that can only compute. JPEG 2000 from strangers is decoded in it:
 * whoever takes openjpeg over finds no file, no socket, no other process and
 * no way to make memory executable; what comes back is pixels, as many as the
 * parent has room for.
 *
 *	parent --- fork ---> child: limits, filter, work, result, exit
 *	   |  shared anonymous memory: struct page, then the result
 *	   |  (other work)
 *	   wait, at most timeout_ms; kill; check; take; wipe
 *
 * The child has no thread and never returns. Input goes along by fork; the
 * result and the reason of a refusal come back in shared memory and are taken
 * as a stranger's bytes.
 */
#include "picture_int.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <seccomp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "perso/secret.h"

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

#define PAGE 4096
#define WHY_MAX 160

/* First page of the shared memory. */
struct page {
	uint32_t done; /* work came to an end with rc */
	uint32_t rc;
	char why[WHY_MAX];
};

/* ---- the child ----------------------------------------------------------- */

static bool
limit(int what, rlim_t soft, rlim_t hard)
{
	struct rlimit r = { soft, hard };

	return setrlimit((__rlimit_resource_t)what, &r) == 0;
}

/* Address space counts what the parent had already; sanitizers map
 * terabytes for their shadow, so that limit is not for them. */
static bool
set_limits(const struct bio_sandbox *s, size_t mapped)
{
	size_t memory = mapped + s->memory + s->result;

	return limit(RLIMIT_CORE, 0, 0) && limit(RLIMIT_FSIZE, 0, 0) &&
	       limit(RLIMIT_NOFILE, 0, 0) && limit(RLIMIT_NPROC, 0, 0) &&
	       limit(RLIMIT_CPU, s->cpu_s, s->cpu_s + 1) &&
	       (SANITIZED || limit(RLIMIT_AS, memory, memory));
}

/* Memory may come and go, but from no file and never to be executed. */
static bool
allow_memory(scmp_filter_ctx f)
{
	return seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2,
		   SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0),
		   SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, MAP_ANONYMOUS)) ==
		   0 &&
	       seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
		   SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) == 0;
}

static bool
set_filter(void)
{
	static const int calls[] = { SCMP_SYS(brk), SCMP_SYS(munmap),
		SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(futex),
		SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(getrandom),
		SCMP_SYS(rt_sigreturn), SCMP_SYS(sched_yield),
		SCMP_SYS(sched_getaffinity), SCMP_SYS(clock_gettime) };
	scmp_filter_ctx f = seccomp_init(SCMP_ACT_KILL_PROCESS);
	bool good = f != NULL && allow_memory(f);

	for (size_t i = 0; good && i < sizeof(calls) / sizeof(calls[0]); i++)
		good = seccomp_rule_add(f, SCMP_ACT_ALLOW, calls[i], 0) == 0;
	/* AddressSanitizer asks for it before a function that never returns */
	if (SANITIZED)
		good = good && seccomp_rule_add(f, SCMP_ACT_ALLOW,
				   SCMP_SYS(sigaltstack), 0) == 0;
	good = good && seccomp_load(f) == 0;
	if (f != NULL)
		seccomp_release(f);
	return good;
}

static void
say(struct page *p, perso_rc rc, const char *why)
{
	snprintf(p->why, sizeof(p->why), "%s", why);
	p->rc = rc;
	p->done = 1;
}

__attribute__((noreturn)) static void
become_child(const struct bio_sandbox *s, const struct bio_sandbox_child *c,
    size_t mapped, pid_t parent)
{
	static char *no_environment[] = { NULL };
	struct page *p = (struct page *)(void *)c->shared;
	perso_rc rc;

	/* openjpeg would start threads that OPJ_NUM_THREADS asks for */
	environ = no_environment;
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent ||
	    prctl(PR_SET_DUMPABLE, 0) != 0 || close_range(0, ~0U, 0) != 0 ||
	    !set_limits(s, mapped) || !set_filter()) {
		say(p, PERSO_E_IO, "limits and system-call filter not set");
		_exit(0);
	}
	rc = s->work(s->ctx, c->shared + PAGE);
	say(p, rc, rc == PERSO_OK ? "" : perso_trail_get(0));
	_exit(0);
}

/* ---- the parent ---------------------------------------------------------- */

/* Bytes of address space; a generous guess where /proc is not to be had. */
static size_t
mapped_now(void)
{
	char text[64] = "";
	int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd >= 0 ? read(fd, text, sizeof(text) - 1) : -1;
	unsigned long long pages = n > 0 ? strtoull(text, NULL, 10) : 0;

	if (fd >= 0)
		(void)close(fd);
	return pages > 0 ? (size_t)pages * (size_t)sysconf(_SC_PAGESIZE)
			 : (size_t)2 << 30;
}

static uint64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* Sleeps until the child ends, at most ms milliseconds. */
static void
doze(int pidfd, uint64_t ms)
{
	struct pollfd p = { .fd = pidfd, .events = POLLIN };

	if (pidfd >= 0)
		(void)poll(&p, 1, (int)ms);
	else
		(void)poll(NULL, 0, 2);
}

/* Where ASan is in the program, a child that is forked while another thread is
 * in the allocator finds its lock taken for ever: such a child is started
 * anew. (The C library's own allocator knows of fork.) */
#define TRIES (SANITIZED ? 3 : 1)

/* Reaps the child; kills it when its part of the time is over. */
static perso_rc
wait_for(struct bio_sandbox_child *c, unsigned timeout_ms, int *status)
{
	int pidfd = pidfd_open(c->pid, 0);
	pid_t got;
	bool late = false;

	for (;;) {
		uint64_t now = now_ms();

		got = waitpid(c->pid, status, late ? 0 : WNOHANG);
		if (got == c->pid || (got < 0 && errno != EINTR))
			break;
		late = late || now >= c->until;
		if (late)
			(void)kill(c->pid, SIGKILL);
		else
			doze(pidfd, c->until - now);
	}
	if (pidfd >= 0)
		(void)close(pidfd);
	c->pid = 0;
	if (got < 0)
		PERSO_FAIL(
		    PERSO_E_DATA, "helper process was reaped by somebody else");
	if (late)
		PERSO_FAIL(
		    PERSO_E_TIMEOUT, "not decoded within %u ms", timeout_ms);
	return PERSO_OK;
}

static perso_rc
check_end(int status)
{
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS)
		PERSO_FAIL(PERSO_E_DATA,
		    "helper process killed: it made a forbidden system call");
	if (WIFSIGNALED(status) &&
	    (WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL))
		PERSO_FAIL(PERSO_E_TIMEOUT,
		    "helper process killed by signal %d: too much time or "
		    "memory",
		    WTERMSIG(status));
	if (WIFSIGNALED(status))
		PERSO_FAIL(PERSO_E_DATA,
		    "helper process crashed with signal %d", WTERMSIG(status));
	if (WEXITSTATUS(status) != 0)
		PERSO_FAIL(PERSO_E_DATA, "helper process ended with %d",
		    WEXITSTATUS(status));
	return PERSO_OK;
}

/* The words of a refusal: a stranger's bytes. */
static void
clean(char *text, const char *from)
{
	size_t i;

	for (i = 0; i + 1 < WHY_MAX && from[i] != '\0'; i++)
		text[i] = from[i] >= ' ' && from[i] <= '~' ? from[i] : '?';
	text[i] = '\0';
}

static perso_rc
check_page(const struct page *p)
{
	perso_rc rc = (perso_rc)p->rc;
	char why[WHY_MAX];

	if (p->done != 1)
		PERSO_FAIL(PERSO_E_DATA, "helper process left no result");
	if (rc == PERSO_OK)
		return PERSO_OK;
	clean(why, p->why);
	switch (rc) {
	case PERSO_E_NOMEM:
	case PERSO_E_IO:
	case PERSO_E_RANGE:
	case PERSO_E_UNSUPPORTED:
		PERSO_FAIL(rc, "%s", why);
	default:
		PERSO_FAIL(PERSO_E_DATA, "%s", why);
	}
}

static perso_rc
share(size_t result, struct bio_sandbox_child *ret)
{
	size_t n = PAGE + result;
	void *p = mmap(
	    NULL, n, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for %zu bytes", n);
	ret->shared = p;
	ret->shared_n = n;
	return PERSO_OK;
}

static perso_rc
start(const struct bio_sandbox *s, struct bio_sandbox_child *c)
{
	size_t mapped = mapped_now();
	pid_t parent = getpid();

	c->until = now_ms() + s->timeout_ms / TRIES;
	(void)madvise(c->shared, c->shared_n, MADV_DOFORK);
	c->pid = fork();
	if (c->pid == 0)
		become_child(s, c, mapped, parent);
	if (c->pid < 0) {
		c->pid = 0;
		PERSO_FAIL(PERSO_E_NOMEM, "fork: %m");
	}
	/* nobody else's child sees it */
	if (madvise(c->shared, c->shared_n, MADV_DONTFORK) != 0)
		PERSO_FAIL(PERSO_E_NOMEM, "memory of a helper process: %m");
	return PERSO_OK;
}

/* see picture_int.h */
void
bio_sandbox_drop(struct bio_sandbox_child *c)
{
	if (c->pid != 0) {
		(void)kill(c->pid, SIGKILL);
		while (waitpid(c->pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	if (c->shared != NULL) {
		perso_wipe(c->shared, c->shared_n);
		(void)munmap(c->shared, c->shared_n);
	}
	*c = (struct bio_sandbox_child){ .pid = 0 };
}

/* see picture_int.h */
perso_rc
bio_sandbox_begin(const struct bio_sandbox *s, struct bio_sandbox_child *ret)
{
	PERSO_TRY(share(s->result, ret));
	return start(s, ret);
}

/* see picture_int.h */
perso_rc
bio_sandbox_end(const struct bio_sandbox *s, struct bio_sandbox_child *c,
    struct perso_span *ret)
{
	int status = 0;
	perso_rc rc = wait_for(c, s->timeout_ms, &status);

	for (int i = 1; i < TRIES && rc == PERSO_E_TIMEOUT; i++) {
		PERSO_TRY(start(s, c));
		rc = wait_for(c, s->timeout_ms, &status);
	}
	PERSO_TRY(rc);
	PERSO_TRY(check_end(status));
	PERSO_TRY(check_page((const struct page *)(void *)c->shared));
	*ret = perso_span(c->shared + PAGE, s->result);
	return PERSO_OK;
}
