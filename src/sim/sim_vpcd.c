/*
 * Client of a vpcd reader: the chip connects by TCP; each message is two
 * bytes of length and then that many bytes. A message of one byte is for
 * the power supply, any other a command APDU.
 */
#include "sim_int.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#define POWER_OFF 0x00
#define POWER_ON 0x01
#define RESET 0x02
#define GET_ATR 0x04

#define POLL_MS 100
#define SEND_MS 5000
#define CONNECT_MS 5000

struct vpcd {
	struct perso_sim *s;
	int fd;
	const volatile bool *stop;
	bool once;
	bool read; /* operational and read, at any time */
	bool done; /* taken out of the hopper */
	struct perso_buf in;
	struct perso_buf out;
};

static void
close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* 1: ready, 0: time is up, -1: broken or told to stop */
static int
wait_fd(int fd, short events, int ms, const volatile bool *stop)
{
	struct pollfd p = { .fd = fd, .events = events };

	for (; ms > 0 && (stop == NULL || !*stop); ms -= POLL_MS) {
		int n = poll(&p, 1, POLL_MS);

		if (n > 0)
			return 1;
		if (n < 0 && errno != EINTR)
			return -1;
	}
	return stop != NULL && *stop ? -1 : 0;
}

static bool
connect_one(const struct addrinfo *a, const volatile bool *stop, int *ret)
{
	__attribute__((cleanup(close_fd))) int fd = -1;
	socklen_t len = sizeof(int);
	int one = 1, err = 0;

	fd = socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK,
	    a->ai_protocol);
	if (fd < 0)
		return false;
	if (connect(fd, a->ai_addr, a->ai_addrlen) != 0) {
		if (errno != EINPROGRESS ||
		    wait_fd(fd, POLLOUT, CONNECT_MS, stop) != 1 ||
		    getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &len) != 0 ||
		    err != 0)
			return false;
	}
	if (setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one)) != 0)
		return false;
	*ret = fd;
	fd = -1;
	return true;
}

static perso_rc
connect_to(const char *host, unsigned port, const volatile bool *stop, int *ret)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	struct addrinfo *list = NULL;
	char service[12];
	bool ok = false;

	if (port == 0 || port > 65535)
		PERSO_FAIL(PERSO_E_ARG, "port %u", port);
	(void)snprintf(service, sizeof(service), "%u", port);
	if (getaddrinfo(host, service, &hints, &list) != 0)
		PERSO_FAIL(PERSO_E_LINK, "no address for %s", host);
	for (struct addrinfo *a = list; a != NULL && !ok; a = a->ai_next)
		ok = connect_one(a, stop, ret);
	freeaddrinfo(list);
	if (!ok)
		PERSO_FAIL(PERSO_E_LINK, "no vpcd reader at %s:%u", host, port);
	return PERSO_OK;
}

/* Length and bytes in one write. False if the reader is gone. */
static bool
send_message(struct vpcd *v, struct perso_span msg)
{
	struct perso_wr w = perso_wr(&v->out);
	size_t at = 0;

	perso_buf_clear(&v->out);
	perso_wr_u16(&w, (uint16_t)msg.n);
	perso_wr_bytes(&w, msg);
	if (msg.n > 65535 || perso_wr_end(&w) != PERSO_OK)
		return false;
	while (at < v->out.n) {
		ssize_t n =
		    send(v->fd, v->out.p + at, v->out.n - at, MSG_NOSIGNAL);

		if (n > 0)
			at += (size_t)n;
		else if (errno == EAGAIN || errno == EINTR) {
			if (wait_fd(v->fd, POLLOUT, SEND_MS, v->stop) != 1)
				return false;
		} else
			return false;
	}
	return true;
}

static bool
is_read(const struct perso_sim *s)
{
	return perso_sim_is_operational(s) && perso_sim_was_read(s);
}

/* *ret_gone: the reader doesn't listen any more. */
static perso_rc
power(struct vpcd *v, uint8_t what, bool *ret_gone)
{
	switch (what) {
	case POWER_OFF:
	case POWER_ON:
	case RESET:
		v->read = v->read || is_read(v->s);
		v->done = v->once && v->read && what == POWER_OFF;
		(void)perso_sim_reset(v->s);
		break;
	case GET_ATR:
		*ret_gone =
		    !send_message(v, perso_span(v->s->atr, v->s->atr_len));
		break;
	default:
		break;
	}
	return PERSO_OK;
}

static perso_rc
message(struct vpcd *v, struct perso_span msg, bool *ret_gone)
{
	PERSO_BUF(rsp, 65535);
	perso_rc rc;

	if (v->s->mute || msg.n == 0)
		return PERSO_OK;
	if (msg.n == 1)
		return power(v, msg.p[0], ret_gone);
	rc = perso_sim_transmit(v->s, msg, &rsp);
	if (rc == PERSO_E_TIMEOUT)
		return PERSO_OK;
	PERSO_TRY(rc);
	*ret_gone = !send_message(v, perso_buf_span(&rsp));
	return PERSO_OK;
}

/* All whole messages that have come. */
static perso_rc
messages(struct vpcd *v, bool *ret_gone)
{
	struct perso_rd rd = perso_rd(perso_buf_span(&v->in));
	struct perso_span msg;
	uint16_t n = 0;
	size_t used = 0;

	while (!*ret_gone && !v->done && perso_rd_u16(&rd, &n) == PERSO_OK &&
	       perso_rd_take(&rd, n, &msg) == PERSO_OK) {
		used = rd.at;
		PERSO_TRY(message(v, msg, ret_gone));
	}
	perso_buf_remove(&v->in, 0, used);
	return PERSO_OK;
}

static perso_rc
receive(struct vpcd *v, bool *ret_gone)
{
	uint8_t chunk[16384];
	ssize_t n = recv(v->fd, chunk, sizeof(chunk), 0);
	int one = 1;

	/* The reader writes length and data apart and waits in between for our
	 * ACK (Nagle's algorithm): a delayed one costs 40 ms per command. The
	 * kernel forgets this option, so it is set each time. */
	(void)setsockopt(v->fd, IPPROTO_TCP, TCP_QUICKACK, &one, sizeof(one));
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return PERSO_OK;
	if (n <= 0) {
		*ret_gone = true;
		return PERSO_OK;
	}
	PERSO_TRY(perso_buf_append(&v->in, perso_span(chunk, (size_t)n)));
	return messages(v, ret_gone);
}

static perso_rc
serve(struct vpcd *v)
{
	bool gone = false;

	while (!gone && !v->done && (v->stop == NULL || !*v->stop)) {
		int n = wait_fd(v->fd, POLLIN, POLL_MS, v->stop);

		if (n < 0)
			break;
		if (n > 0)
			PERSO_TRY(receive(v, &gone));
	}
	return PERSO_OK;
}

static perso_rc
run(struct vpcd *v, const char *host, unsigned port)
{
	perso_rc rc;

	v->fd = -1;
	PERSO_TRY(connect_to(host, port, v->stop, &v->fd));
	perso_buf_init(&v->in, 65537 + 16384);
	perso_buf_init(&v->out, 65537);
	(void)perso_sim_reset(v->s);
	rc = serve(v);
	perso_buf_done(&v->in);
	perso_buf_done(&v->out);
	close_fd(&v->fd);
	return rc;
}

/* see perso/sim.h */
perso_rc
perso_sim_vpcd(struct perso_sim *s, const char *host, unsigned port,
    const volatile bool *stop)
{
	struct vpcd v = { .s = s, .stop = stop };

	return run(&v, host, port);
}

/* see perso/sim.h */
perso_rc
perso_sim_vpcd_once(struct perso_sim *s, const char *host, unsigned port,
    const volatile bool *stop)
{
	struct vpcd v = { .s = s, .stop = stop, .once = true };

	return run(&v, host, port);
}
