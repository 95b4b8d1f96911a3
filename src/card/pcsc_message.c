#include "pcsc_int.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/uio.h>

/* see pcsc_int.h */
bool
pcsc_send(int fd, unsigned code, struct perso_span payload)
{
	uint8_t head[] = { (uint8_t)(code >> 8), (uint8_t)code };
	struct iovec parts[] = {
		{ .iov_base = head, .iov_len = sizeof(head) },
		/* sendmsg reads only */
		{ .iov_base = (void *)(uintptr_t)payload.p,
		    .iov_len = payload.n },
	};
	struct msghdr m = { .msg_iov = parts, .msg_iovlen = 2 };
	ssize_t n;

	do {
		n = sendmsg(fd, &m, MSG_NOSIGNAL);
	} while (n < 0 && errno == EINTR);
	return n == (ssize_t)(sizeof(head) + payload.n);
}

/* see pcsc_int.h */
bool
pcsc_receive(int fd, struct perso_buf *b, unsigned *ret_code,
    struct perso_span *ret_payload)
{
	ssize_t n;

	do {
		n = recv(fd, b->p, b->n, 0);
	} while (n < 0 && errno == EINTR);
	if (n < 2)
		return false;
	*ret_code = (unsigned)(b->p[0] << 8 | b->p[1]);
	*ret_payload = perso_span(b->p + 2, (size_t)n - 2);
	return true;
}
