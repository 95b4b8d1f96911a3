/*
 * The parent's side of PC/SC: starts the child, asks it with a time limit,
 * ends it.
 */
#include "perso/link_pcsc.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pcsc_int.h"
#include "perso/hooks.h"
#include "perso/rd.h"

#define LIST_MS 5000
#define CONNECT_MS 10000
#define TRANSMIT_MS 60000
#define CLOSE_MS 3000
#define STOP_MS 100 /* how often stop is asked */
#define CHILD_FD 3

struct worker {
	pid_t pid;
	int fd;		     /* -1: there is no child */
	struct perso_buf in; /* messages, its whole length in use */
};

struct pcsc {
	struct perso_link base;
	struct worker w;
	char reader[PERSO_READER_NAME];
	unsigned connect_ms;
	unsigned transmit_ms;
	bool eject;
};

/* In the child: nothing of the parent but the socket. */
static _Noreturn void
become_child(int fd, pid_t parent)
{
	static const int ignored[] = { SIGINT, SIGQUIT, SIGTERM, SIGHUP,
		SIGPIPE, SIGTSTP };
	int sock = fcntl(fd, F_DUPFD, CHILD_FD + 1); /* may be one of 0..2 */
	int null = open("/dev/null", O_RDWR);

	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent)
		_exit(1);
	/* the memory holds what the parent held: no core of it */
	(void)prctl(PR_SET_DUMPABLE, 0);
	for (size_t i = 0; i < sizeof(ignored) / sizeof(*ignored); i++)
		(void)signal(ignored[i], SIG_IGN);
	for (int i = 0; i < CHILD_FD; i++)
		if (null < 0 || dup2(null, i) < 0)
			_exit(1);
	if (sock < 0 || dup2(sock, CHILD_FD) < 0)
		_exit(1);
	(void)close_range(CHILD_FD + 1, ~0U, 0);
	pcsc_child_run(CHILD_FD);
	_exit(0);
}

static perso_rc
start(struct worker *w)
{
	pid_t parent = getpid(), pid;
	int pair[2];

	if (w->in.n == 0)
		PERSO_TRY(perso_buf_resize(&w->in, PCSC_MESSAGE_MAX));
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
		PERSO_FAIL(PERSO_E_LINK, "socketpair: %m");
	pid = fork();
	if (pid == 0)
		become_child(pair[1], parent);
	(void)close(pair[1]);
	if (pid < 0) {
		(void)close(pair[0]);
		PERSO_FAIL(PERSO_E_LINK, "fork: %m");
	}
	w->pid = pid;
	w->fd = pair[0];
	return PERSO_OK;
}

/* Ends the child, whatever it does, and reaps it. */
static void
end(struct worker *w)
{
	if (w->fd < 0)
		return;
	(void)kill(w->pid, SIGKILL);
	while (waitpid(w->pid, NULL, 0) < 0 && errno == EINTR)
		continue;
	(void)close(w->fd);
	w->fd = -1;
}

static void
worker_done(struct worker *w)
{
	end(w);
	perso_buf_done(&w->in);
}

#define WORKER(name)                                                           \
	__attribute__((cleanup(worker_done))) struct worker name = { .fd = -1, \
		.in = { .max = PCSC_MESSAGE_MAX } }

static uint64_t
now_ms(void)
{
	return perso_ticks_us() / 1000;
}

/* Waits until the child has something to say, at most until a point in
 * time (0: none). */
static bool
is_ready(const struct worker *w, uint64_t until)
{
	struct pollfd p = { .fd = w->fd, .events = POLLIN };
	int n;

	do {
		uint64_t now = now_ms();

		n = poll(&p, 1, until > now ? (int)(until - now) : 0);
	} while (n < 0 && errno == EINTR);
	return n > 0;
}

/* The answer that is_ready() saw; borrowed from w->in. */
static perso_rc
take_answer(struct worker *w, struct perso_span *ret)
{
	struct perso_span payload = PERSO_SPAN_EMPTY;
	unsigned code = 0;

	if (!pcsc_receive(w->fd, &w->in, &code, &payload)) {
		end(w);
		PERSO_FAIL(PERSO_E_TORN, "the reader's process has ended");
	}
	if (code != PERSO_OK)
		PERSO_FAIL((perso_rc)code, "%.*s", (int)payload.n,
		    (const char *)payload.p);
	*ret = payload;
	return PERSO_OK;
}

static perso_rc
ask(struct worker *w, enum pcsc_op op, struct perso_span request,
    unsigned limit_ms, struct perso_span *ret)
{
	if (w->fd < 0)
		PERSO_FAIL(PERSO_E_TORN, "the card is gone");
	if (!pcsc_send(w->fd, op, request)) {
		end(w);
		PERSO_FAIL(PERSO_E_TORN, "the reader's process has ended");
	}
	if (!is_ready(w, now_ms() + limit_ms)) {
		end(w);
		PERSO_FAIL(PERSO_E_TIMEOUT, "no answer within %u ms", limit_ms);
	}
	return take_answer(w, ret);
}

static perso_rc
keep_atr(struct pcsc *p, struct perso_span atr)
{
	PERSO_TRY(perso_span_copy(p->base.atr, sizeof(p->base.atr), atr));
	p->base.atr_len = atr.n;
	return PERSO_OK;
}

static perso_rc
start_and_connect(struct pcsc *p)
{
	struct perso_span atr = PERSO_SPAN_EMPTY;

	PERSO_TRY(start(&p->w));
	PERSO_TRY(ask(&p->w, PCSC_CONNECT, perso_span_str(p->reader),
	    p->connect_ms, &atr));
	return keep_atr(p, atr);
}

static perso_rc
pcsc_transmit(
    struct perso_link *l, struct perso_span cmd, struct perso_buf *rsp)
{
	struct pcsc *p = (struct pcsc *)l;
	struct perso_span answer = PERSO_SPAN_EMPTY;

	PERSO_TRY_CTX(ask(&p->w, PCSC_TRANSMIT, cmd, p->transmit_ms, &answer),
	    "reader %s", p->reader);
	return perso_buf_append(rsp, answer);
}

static perso_rc
reset_once(struct pcsc *p)
{
	struct perso_span atr = PERSO_SPAN_EMPTY;

	if (p->w.fd < 0) {
		PERSO_TRY_CTX(start_and_connect(p), "reader %s", p->reader);
		return PERSO_OK;
	}
	PERSO_TRY_CTX(
	    ask(&p->w, PCSC_RESET, PERSO_SPAN_EMPTY, p->connect_ms, &atr),
	    "reader %s", p->reader);
	return keep_atr(p, atr);
}

/* A card that was torn out may come back; pcscd sees it some time later. */
static perso_rc
pcsc_reset(struct perso_link *l)
{
	struct pcsc *p = (struct pcsc *)l;
	uint64_t until = now_ms() + p->connect_ms;
	perso_rc rc = reset_once(p);

	while (rc == PERSO_E_NO_CARD && now_ms() < until) {
		struct perso_pcsc_wait w = { .reader = p->reader,
			.timeout_ms = (unsigned)(until - now_ms()) + 1 };

		rc = perso_link_pcsc_wait(&w, NULL);
		if (rc == PERSO_E_TIMEOUT)
			PERSO_FAIL(PERSO_E_NO_CARD,
			    "reader %s: torn out, and not put back in %u ms",
			    p->reader, p->connect_ms);
		PERSO_TRY(rc);
		rc = reset_once(p);
		if (rc == PERSO_E_NO_CARD)
			(void)poll(NULL, 0, STOP_MS);
	}
	return rc;
}

static void
pcsc_destroy(struct perso_link *l)
{
	struct pcsc *p = (struct pcsc *)l;
	struct perso_span nothing = PERSO_SPAN_EMPTY;
	uint8_t eject = p->eject;

	if (p->w.fd >= 0 &&
	    pcsc_send(p->w.fd, PCSC_CLOSE, perso_span(&eject, 1)) &&
	    is_ready(&p->w, now_ms() + CLOSE_MS))
		(void)pcsc_receive(
		    p->w.fd, &p->w.in, &(unsigned){ 0 }, &nothing);
	worker_done(&p->w);
	free(p);
}

static const struct perso_link_ops pcsc_ops = {
	.name = "pcsc",
	.transmit = pcsc_transmit,
	.reset = pcsc_reset,
	.destroy = pcsc_destroy,
};

/* see perso/link_pcsc.h */
void
perso_link_pcsc_eject(struct perso_link *l, bool eject)
{
	((struct pcsc *)l)->eject = eject;
}

static perso_rc
open_reader(struct pcsc *p, const char *reader)
{
	size_t n = strlen(reader);

	if (n == 0 || n >= sizeof(p->reader))
		PERSO_FAIL(PERSO_E_ARG, "reader name of %zu bytes", n);
	PERSO_TRY(perso_span_copy(
	    p->reader, sizeof(p->reader) - 1, perso_span(reader, n)));
	PERSO_TRY_CTX(start_and_connect(p), "reader %s", reader);
	return PERSO_OK;
}

/* see perso/link_pcsc.h */
perso_rc
perso_link_pcsc_open(
    const struct perso_pcsc_params *params, struct perso_link **ret)
{
	struct pcsc *p = calloc(1, sizeof(*p));
	perso_rc rc;

	if (p == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for a link");
	p->base.ops = &pcsc_ops;
	p->w.fd = -1;
	p->w.in.max = PCSC_MESSAGE_MAX;
	p->connect_ms = params->connect_ms ? params->connect_ms : CONNECT_MS;
	p->transmit_ms =
	    params->transmit_ms ? params->transmit_ms : TRANSMIT_MS;
	p->eject = params->eject;
	rc = open_reader(p, params->reader);
	if (rc != PERSO_OK) {
		pcsc_destroy(&p->base);
		return rc;
	}
	*ret = &p->base;
	return PERSO_OK;
}

static perso_rc
parse_list(struct perso_span s, struct perso_readers *ret)
{
	struct perso_rd rd = perso_rd(s);
	struct perso_readers list = { .count = 0 };

	while (perso_rd_left(&rd) > 0 && list.count < PERSO_READERS) {
		struct perso_reader *r = &list.list[list.count];
		struct perso_span name = PERSO_SPAN_EMPTY;
		uint8_t flags = 0, len = 0;

		PERSO_TRY(perso_rd_u8(&rd, &flags));
		PERSO_TRY(perso_rd_u8(&rd, &len));
		PERSO_TRY(perso_rd_take(&rd, len, &name));
		PERSO_TRY(perso_span_copy(r->name, sizeof(r->name) - 1, name));
		r->has_card = flags & PCSC_HAS_CARD;
		r->is_mute = flags & PCSC_IS_MUTE;
		r->in_use = flags & PCSC_IN_USE;
		list.count++;
	}
	*ret = list;
	return PERSO_OK;
}

/* see perso/link_pcsc.h */
perso_rc
perso_link_pcsc_list(unsigned timeout_ms, struct perso_readers *ret)
{
	struct perso_span answer = PERSO_SPAN_EMPTY;
	WORKER(w);

	PERSO_TRY(start(&w));
	PERSO_TRY_CTX(ask(&w, PCSC_LIST, PERSO_SPAN_EMPTY,
			  timeout_ms ? timeout_ms : LIST_MS, &answer),
	    "list of readers");
	return parse_list(answer, ret);
}

/* Until the child answers, the time is over or the caller says stop. */
static perso_rc
wait_answer(struct worker *w, const struct perso_pcsc_wait *wait)
{
	uint64_t until = now_ms() + wait->timeout_ms;

	for (;;) {
		uint64_t next = now_ms() + STOP_MS;

		if (wait->stop != NULL && wait->stop(wait->ctx))
			PERSO_FAIL(PERSO_E_INTERRUPTED, "stopped");
		if (wait->timeout_ms != 0 && next > until)
			next = until;
		if (is_ready(w, next))
			return PERSO_OK;
		if (wait->timeout_ms != 0 && now_ms() >= until)
			PERSO_FAIL(PERSO_E_TIMEOUT, "%s within %u ms",
			    wait->absent ? "card not removed" : "no card",
			    wait->timeout_ms);
	}
}

/* see perso/link_pcsc.h */
perso_rc
perso_link_pcsc_wait(
    const struct perso_pcsc_wait *wait, char name[PERSO_READER_NAME])
{
	struct perso_span found = PERSO_SPAN_EMPTY;
	PERSO_BUF(request, 1 + PERSO_READER_NAME);
	char text[PERSO_READER_NAME] = "";
	WORKER(w);

	PERSO_TRY(perso_buf_append_u8(&request, wait->absent));
	if (wait->reader != NULL)
		PERSO_TRY(
		    perso_buf_append(&request, perso_span_str(wait->reader)));
	PERSO_TRY(start(&w));
	if (!pcsc_send(w.fd, PCSC_WAIT, perso_buf_span(&request)))
		PERSO_FAIL(PERSO_E_LINK, "the reader's process has ended");
	PERSO_TRY_CTX(wait_answer(&w, wait), "waiting for a card");
	PERSO_TRY_CTX(take_answer(&w, &found), "waiting for a card");
	PERSO_TRY(perso_span_copy(text, sizeof(text) - 1, found));
	if (name != NULL)
		return perso_span_copy(
		    name, PERSO_READER_NAME, perso_span(text, sizeof(text)));
	return PERSO_OK;
}
