/*
 * Between the parent (link_pcsc.c) and its child (pcsc_child.c): messages
 * over a SOCK_SEQPACKET pair, one at a time, each answered.
 *
 *	request  code(2) payload	code: enum pcsc_op
 *	answer   code(2) payload	code: perso_rc; 0: the payload below,
 *					otherwise a text for the trail
 */
#ifndef PCSC_INT_H
#define PCSC_INT_H

#include "perso/buf.h"

enum pcsc_op {
	PCSC_LIST,     /* -> { flags(1) length(1) name }* */
	PCSC_WAIT,     /* absent(1) reader name or nothing -> reader name */
	PCSC_CONNECT,  /* reader name -> ATR */
	PCSC_TRANSMIT, /* command -> answer with SW */
	PCSC_RESET,    /* -> ATR */
	PCSC_CLOSE     /* eject(1) -> nothing; the child ends */
};

enum pcsc_flag { PCSC_HAS_CARD = 1, PCSC_IS_MUTE = 2, PCSC_IN_USE = 4 };

#define PCSC_MESSAGE_MAX 65600

/* Serves requests from fd until PCSC_CLOSE or its other end is closed. */
void pcsc_child_run(int fd);

/* Sends code and payload as one message; false when the peer is gone. */
bool pcsc_send(int fd, unsigned code, struct perso_span payload);

/* Receives one message into b, whose memory is used as it is (at least
 * PCSC_MESSAGE_MAX bytes in use); the payload is borrowed from it. False
 * when the peer is gone. */
bool pcsc_receive(int fd, struct perso_buf *b, unsigned *ret_code,
    struct perso_span *ret_payload);

#endif
