#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <netinet/in.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "host.h"
#include "perso/hooks.h"

/* The reader's end of vpcd, and the chip in a thread. */
struct reader {
	struct host h;
	int listener, fd;
	unsigned port;
	volatile bool stop;
	bool once;
	perso_rc rc;
	pthread_t thread;
	uint8_t in[300];
};

static void *
chip(void *arg)
{
	struct reader *r = arg;

	r->rc =
	    r->once
		? perso_sim_vpcd_once(r->h.s, "127.0.0.1", r->port, &r->stop)
		: perso_sim_vpcd(r->h.s, "127.0.0.1", r->port, &r->stop);
	return NULL;
}

static void
plug_in(struct reader *r)
{
	struct timeval limit = { 5, 0 };

	cr_assert_eq(pthread_create(&r->thread, NULL, chip, r), 0);
	r->fd = accept(r->listener, NULL, NULL);
	cr_assert_geq(r->fd, 0);
	setsockopt(r->fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
}

static void
start(struct reader *r)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	socklen_t len = sizeof(a);

	memset(r, 0, sizeof(*r));
	host_new(&r->h, NULL);
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	r->listener = socket(AF_INET, SOCK_STREAM, 0);
	cr_assert_eq(bind(r->listener, (struct sockaddr *)&a, sizeof(a)), 0);
	cr_assert_eq(listen(r->listener, 1), 0);
	getsockname(r->listener, (struct sockaddr *)&a, &len);
	r->port = ntohs(a.sin_port);
}

static void
finish(struct reader *r, perso_rc want)
{
	pthread_join(r->thread, NULL);
	cr_assert_eq(r->rc, want, "%d", r->rc);
	close(r->fd);
	close(r->listener);
	host_done(&r->h);
}

static void
put(struct reader *r, const char *bytes)
{
	struct perso_span s = hex(bytes);

	cr_assert_eq(send(r->fd, s.p, s.n, MSG_NOSIGNAL), (ssize_t)s.n);
}

/* Bytes of the next message; 0: the chip is gone; -1: silence. */
static ssize_t
get(struct reader *r)
{
	uint8_t len[2];
	ssize_t n = recv(r->fd, len, 2, MSG_WAITALL);

	if (n != 2)
		return n;
	n = len[0] << 8 | len[1];
	return recv(r->fd, r->in, (size_t)n, MSG_WAITALL);
}

Test(sim_vpcd, answers_the_atr_and_commands)
{
	struct reader r;

	start(&r);
	plug_in(&r);
	put(&r, "000104");
	cr_assert_eq(get(&r), 17);
	cr_assert_eq(r.in[0], 0x3B);
	/* power on, ATR, a command and half of another in one write */
	put(&r, "000101 000104 0007 00A4000C023F00 0005 00CA");
	cr_assert_eq(get(&r), 17);
	cr_assert_eq(get(&r), 2);
	cr_assert_arr_eq(r.in, "\x90\x00", 2);
	put(&r, "006600");
	cr_assert_eq(get(&r), 0x34);
	put(&r, "000102 0000 000100");
	close(r.fd);
	finish(&r, PERSO_OK);
}

Test(sim_vpcd, stops_when_told)
{
	struct reader r;
	uint64_t t;

	start(&r);
	plug_in(&r);
	put(&r, "000104");
	cr_assert_eq(get(&r), 17);
	t = perso_ticks_us();
	r.stop = true;
	finish(&r, PERSO_OK);
	cr_assert_lt(perso_ticks_us() - t, 1000000);
}

Test(sim_vpcd, a_tear_takes_the_card_out_and_it_comes_back)
{
	struct reader r;

	start(&r);
	perso_sim_fault(r.h.s, PERSO_SIM_TEAR_BEFORE, 1);
	plug_in(&r);
	put(&r, "000700A4000C023F00");
	cr_assert_eq(get(&r), 0);
	pthread_join(r.thread, NULL);
	cr_assert_eq(r.rc, PERSO_E_TORN);
	close(r.fd);
	plug_in(&r);
	put(&r, "000700A4000C023F00");
	cr_assert_eq(get(&r), 2);
	r.stop = true;
	finish(&r, PERSO_OK);
}

Test(sim_vpcd, a_mute_chip_stays_connected)
{
	struct timeval limit = { 0, 300000 };
	struct reader r;

	start(&r);
	perso_sim_fault(r.h.s, PERSO_SIM_MUTE, 1);
	plug_in(&r);
	setsockopt(r.fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	put(&r, "000700A4000C023F00");
	cr_assert_eq(get(&r), -1);
	put(&r, "000104");
	cr_assert_eq(get(&r), -1);
	r.stop = true;
	finish(&r, PERSO_OK);
}

Test(sim_vpcd, leaves_the_reader_once_it_is_finished_with)
{
	struct reader r;

	start(&r);
	SHOULD_BE(&r.h, host_personalise(&r.h), 0x9000);
	r.once = true;
	plug_in(&r);
	put(&r, "000100 000101 000104");
	cr_assert_eq(get(&r), 17);
	/* as if read by the reader */
	host_reset(&r.h);
	SHOULD_BE(&r.h, host_select_app(&r.h), 0x9000);
	SHOULD_BE(&r.h, host_bac(&r.h), 0x9000);
	SHOULD_BE(&r.h, host_select(&r.h, 0x011E), 0x9000);
	SHOULD_BE(&r.h, host_read(&r.h, 0, 0), 0x9000);
	put(&r, "000102 000104");
	cr_assert_eq(get(&r), 17);
	put(&r, "000100");
	cr_assert_eq(get(&r), 0);
	finish(&r, PERSO_OK);
}

Test(sim_vpcd, says_when_there_is_no_reader)
{
	struct host h;

	host_new(&h, NULL);
	cr_assert_eq(perso_sim_vpcd(h.s, "127.0.0.1", 1, NULL), PERSO_E_LINK);
	cr_assert_eq(perso_sim_vpcd(h.s, "127.0.0.1", 0, NULL), PERSO_E_ARG);
	host_done(&h);
}
