/*
 * A link carries single command APDUs to one chip and brings its answers
 * back (card). Implementations: "pcsc" (card), "sim" (cli/link_sim.c), and
 * the stacked ones "trace", "fault".
 *
 * An implementation embeds struct perso_link as its first member.
 */
#ifndef PERSO_LINK_H
#define PERSO_LINK_H

#include "perso/buf.h"

struct perso_link;

struct perso_link_ops {
	const char *name; /* "pcsc", "sim", "trace", "fault" */
	/* Send one command; append data and SW to rsp. No chaining, no GET
	 * RESPONSE, no retry: that is apdu.h's work. PERSO_E_TORN when the
	 * chip went away, PERSO_E_TIMEOUT, PERSO_E_LINK. */
	perso_rc (*transmit)(
	    struct perso_link *l, struct perso_span cmd, struct perso_buf *rsp);
	perso_rc (*reset)(struct perso_link *l); /* cold; refreshes the ATR */
	void (*destroy)(struct perso_link *l); /* copes with a half-built one */
};

struct perso_link {
	const struct perso_link_ops *ops;
	uint8_t atr[33];
	size_t atr_len;
	uint64_t commands; /* transmitted since it was made */
	uint64_t bytes_out;
	uint64_t bytes_in;
};

/* One command of 4..65544 bytes; rsp is cleared first and holds at least
 * the two bytes of SW afterwards (PERSO_E_ANSWER if not). */
PERSO_MUST perso_rc perso_link_transmit(
    struct perso_link *l, struct perso_span cmd, struct perso_buf *rsp);
PERSO_MUST perso_rc perso_link_reset(struct perso_link *l);
struct perso_span perso_link_atr(const struct perso_link *l);
void perso_link_free(struct perso_link **l);

#define PERSO_RSP_MAX 65538

#endif
