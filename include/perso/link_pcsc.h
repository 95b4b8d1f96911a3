/*
 * Readers of the machine through PC/SC (card). All calls of the PC/SC
 * library run in a child process: a card that never answers blocks them for
 * ever, and only a process can be ended. The parent waits with a time
 * limit, kills the child when it is over, and reaps it.
 *
 * The child is forked without exec, keeps no descriptor but its socket,
 * ignores Ctrl-C, and ends with its parent. It dies with the *thread* that
 * opened the link: open and use a link in one thread. PCSCLITE_CSOCK_NAME
 * chooses the service as usual.
 */
#ifndef PERSO_LINK_PCSC_H
#define PERSO_LINK_PCSC_H

#include "perso/link.h"

#define PERSO_READER_NAME 128 /* with its terminator */
#define PERSO_READERS 16      /* pcscd before 2.5.0 has no more */

struct perso_reader {
	char name[PERSO_READER_NAME];
	bool has_card;
	bool is_mute; /* a card that gave no ATR */
	bool in_use;  /* by another program */
};

struct perso_readers {
	struct perso_reader list[PERSO_READERS];
	size_t count;
};

/* timeout_ms 0: 5 000. PERSO_E_LINK: no service; PERSO_E_TIMEOUT. No
 * reader is count 0. */
PERSO_MUST perso_rc perso_link_pcsc_list(
    unsigned timeout_ms, struct perso_readers *ret);

struct perso_pcsc_params {
	const char *reader;   /* exact name */
	unsigned connect_ms;  /* 0: 10 000 */
	unsigned transmit_ms; /* per command; 0: 60 000 (keys are made) */
	bool eject;	      /* at the end; otherwise power off */
};

/* Connects exclusively to the card in the reader and fills in the ATR.
 * PERSO_E_NO_READER, PERSO_E_NO_CARD, PERSO_E_LINK, PERSO_E_TIMEOUT.
 * transmit: PERSO_E_TIMEOUT when the limit is over (the child is gone then,
 * and everything PERSO_E_TORN until a reset, which starts a new one),
 * PERSO_E_TORN when the card or the child went away. reset: a card that is
 * not there may come back within connect_ms. */
PERSO_MUST perso_rc perso_link_pcsc_open(
    const struct perso_pcsc_params *p, struct perso_link **ret);

/* Whether to eject (or only power off) when the link is freed. */
void perso_link_pcsc_eject(struct perso_link *l, bool eject);

struct perso_pcsc_wait {
	const char *reader;	 /* NULL: any */
	bool absent;		 /* wait until there is no card instead */
	unsigned timeout_ms;	 /* 0: no limit */
	bool (*stop)(void *ctx); /* asked every 100 ms; may be NULL */
	void *ctx;
};

/* Waits for a card; the reader's name goes to name (may be NULL).
 * PERSO_E_TIMEOUT, PERSO_E_INTERRUPTED (stop said so), PERSO_E_LINK,
 * PERSO_E_NO_READER (with absent: the reader does not exist). A reader that
 * appears while waiting is seen. */
PERSO_MUST perso_rc perso_link_pcsc_wait(
    const struct perso_pcsc_wait *w, char name[PERSO_READER_NAME]);

#endif
