/*
 * An image is decoded and searched by a child process: libpng, zbar and
 * libdmtx see hostile bytes, this process sees the answer. The child has
 * little memory, little time, no files, and no way to start anything.
 *
 *	answer: rc (4 bytes), then the symbol's bytes or what went wrong
 */
#include <errno.h>
#include <poll.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "perso/rd.h"
#include "perso/wr.h"

#include "symbol_int.h"

#define MEMORY ((rlim_t)1 << 30)
#define CPU_SECONDS 20
#define WALL_MS 30000
#define ANSWER_MAX (4 + PERSO_SYMBOL_BYTES_MAX + PERSO_TRAIL_LEN)

/* Under a sanitizer the shadow memory is larger than any limit, and its
 * reports need calls that are refused here. */
#if defined(__SANITIZE_ADDRESS__)
#define LOCKED_IN 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define LOCKED_IN 0
#endif
#endif
#ifndef LOCKED_IN
#define LOCKED_IN 1
#endif

static void
limit(__rlimit_resource_t what, rlim_t n)
{
	const struct rlimit l = { n, n };

	(void)setrlimit(what, &l);
}

/* Memory, this end of the pipe, the clock; anything else is refused (zbar asks
 * for a table of character sets and does without it). */
static bool
lock_in(int fd)
{
	static const int calls[] = { SCMP_SYS(brk), SCMP_SYS(mmap),
		SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise),
		SCMP_SYS(mprotect), SCMP_SYS(futex), SCMP_SYS(clock_gettime),
		SCMP_SYS(gettimeofday), SCMP_SYS(time), SCMP_SYS(close),
		SCMP_SYS(rt_sigreturn), SCMP_SYS(exit), SCMP_SYS(exit_group),
		SCMP_SYS(getrandom) };
	const struct scmp_arg_cmp to_us = {
		.arg = 0, .op = SCMP_CMP_EQ, .datum_a = (scmp_datum_t)fd
	};
	scmp_filter_ctx f = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	bool ok = f != NULL;

	for (size_t i = 0; ok && i < sizeof(calls) / sizeof(calls[0]); i++)
		ok = seccomp_rule_add(f, SCMP_ACT_ALLOW, calls[i], 0) == 0;
	ok = ok &&
	     seccomp_rule_add_array(
		 f, SCMP_ACT_ALLOW, SCMP_SYS(write), 1, &to_us) == 0 &&
	     seccomp_load(f) == 0;
	seccomp_release(f);
	return ok;
}

static bool
write_all(int fd, struct perso_span s)
{
	while (s.n != 0) {
		ssize_t n = write(fd, s.p, s.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		s = perso_span_sub(s, (size_t)n, s.n);
	}
	return true;
}

static void
answer(int fd, perso_rc rc, struct perso_span bytes)
{
	PERSO_BUF(out, ANSWER_MAX);
	struct perso_wr w = perso_wr(&out);

	perso_wr_u32(&w, (uint32_t)rc);
	if (rc == PERSO_OK)
		perso_wr_bytes(&w, bytes);
	else
		perso_wr_str(&w, perso_trail_get(0));
	if (perso_wr_end(&w) == PERSO_OK)
		(void)write_all(fd, perso_buf_span(&out));
}

static void __attribute__((noreturn))
child(int fd, struct perso_span png, enum perso_symbol_kind kind)
{
	PERSO_BUF(bytes, PERSO_SYMBOL_BYTES_MAX);
	perso_rc rc;

	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_CPU, CPU_SECONDS);
	if (LOCKED_IN) {
		limit(RLIMIT_AS, MEMORY);
		limit(RLIMIT_NOFILE, 0);
		if (!lock_in(fd))
			_exit(1);
	}
	rc = symbol_read_here(png, kind, &bytes);
	answer(fd, rc, perso_buf_span(&bytes));
	perso_buf_done(&bytes);
	_exit(0);
}

static int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* As in bio's sandbox: with ASan a child may be born locked. */
#define TRIES (LOCKED_IN ? 1 : 2)

/* All that the child writes, until it closes its end. */
static perso_rc
read_answer(int fd, struct perso_buf *ret)
{
	int64_t until = now_ms() + WALL_MS / TRIES;
	uint8_t block[1024];

	for (;;) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		int64_t left = until - now_ms();
		int ready = left > 0 ? poll(&p, 1, (int)left) : 0;
		ssize_t n;

		if (ready < 0 && errno == EINTR)
			continue;
		if (ready <= 0)
			PERSO_FAIL(PERSO_E_TIMEOUT,
			    "image was not read within %d s", WALL_MS / 1000);
		n = read(fd, block, sizeof(block));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return PERSO_OK;
		PERSO_TRY(perso_buf_append(ret, perso_span(block, (size_t)n)));
	}
}

/* What may come from a child that went astray is bytes, too. */
static perso_rc
take_answer(struct perso_span s, struct perso_buf *ret)
{
	struct perso_rd rd = perso_rd(s);
	char text[PERSO_TRAIL_LEN] = "";
	struct perso_span rest;
	uint32_t rc = 0;

	if (perso_rd_u32(&rd, &rc) != PERSO_OK)
		PERSO_FAIL(
		    PERSO_E_DATA, "image cannot be read: its reader was ended");
	rest = perso_rd_rest(&rd);
	if (rc == PERSO_OK)
		return perso_buf_append(ret, rest);
	PERSO_TRY(perso_span_copy(text, sizeof(text) - 1, rest));
	if (rc == PERSO_E_NOT_FOUND || rc == PERSO_E_CONFLICT ||
	    rc == PERSO_E_RANGE || rc == PERSO_E_NOMEM ||
	    rc == PERSO_E_UNSUPPORTED)
		PERSO_FAIL((perso_rc)rc, "%s", text);
	PERSO_FAIL(PERSO_E_DATA, "%s", text);
}

/* One child, and what it answers. */
static perso_rc
ask(struct perso_span png, enum perso_symbol_kind kind, struct perso_buf *ret)
{
	int fd[2];
	pid_t pid;
	perso_rc rc;

	if (pipe(fd) != 0)
		PERSO_FAIL(PERSO_E_IO, "no pipe for the image's reader");
	pid = fork();
	if (pid == 0) {
		(void)close(fd[0]);
		child(fd[1], png, kind);
	}
	(void)close(fd[1]);
	rc = pid < 0 ? PERSO_OK : read_answer(fd[0], ret);
	(void)close(fd[0]);
	if (pid < 0)
		PERSO_FAIL(PERSO_E_IO, "no process for the image's reader");
	(void)kill(pid, SIGKILL);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	return rc;
}

/* see perso/symbol.h */
perso_rc
perso_symbol_read(
    struct perso_span png, enum perso_symbol_kind kind, struct perso_buf *ret)
{
	PERSO_BUF(got, ANSWER_MAX);
	perso_rc rc = PERSO_E_TIMEOUT;

	for (int i = 0; i < TRIES && rc == PERSO_E_TIMEOUT; i++) {
		perso_buf_clear(&got);
		rc = ask(png, kind, &got);
	}
	PERSO_TRY(rc);
	PERSO_TRY_CTX(take_answer(perso_buf_span(&got), ret), "image");
	return PERSO_OK;
}
