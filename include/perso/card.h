/*
 * perso_card: a link, an optional secure channel and the length limits,
 * over which everything above sends its APDUs (card).
 *
 * perso_card_transmit() takes the plain command and returns the plain
 * answer. In between it protects the command through the channel, splits it
 * if it is then too long for one (command chaining: the parts carry the
 * protected command), fetches what a chip announces with 61xx, checks and
 * removes the protection of the answer, and repeats a command once with the
 * Le that 6Cxx asks for.
 *
 * The link is borrowed and outlives the card; the channel is owned.
 */
#ifndef PERSO_CARD_H
#define PERSO_CARD_H

#include "perso/apdu.h"
#include "perso/link.h"

struct perso_channel;

struct perso_channel_ops {
	const char *name; /* "SM 3DES", "SM AES-128", "SCP03" */
	/* Protect one command. data receives the protected data field, which
	 * ret->data points to. extended: the wire allows extended length and
	 * this command or its answer needs it. */
	perso_rc (*wrap)(struct perso_channel *c,
	    const struct perso_apdu *plain, bool extended,
	    struct perso_buf *data, struct perso_apdu *ret);
	/* Check and remove the protection of the answer to the last wrapped
	 * command. Appends the plain data; *ret_sw is the protected status
	 * word. PERSO_E_SM when the answer is broken. */
	perso_rc (*unwrap)(struct perso_channel *c, struct perso_span data,
	    uint16_t sw, struct perso_buf *ret_data, uint16_t *ret_sw);
	/* The longest plain data field whose protected form is at most lc
	 * bytes. */
	size_t (*max_data)(const struct perso_channel *c, size_t lc,
	    const struct perso_apdu *a);
	/* The longest plain answer whose protected form is at most n bytes. */
	size_t (*max_answer)(const struct perso_channel *c, size_t n);
	void (*destroy)(struct perso_channel *c); /* wipes keys, frees */
};

/* An implementation embeds this as its first member. */
struct perso_channel {
	const struct perso_channel_ops *ops;
	bool dead; /* a check failed or the chip ended it: every
				 * further command is PERSO_E_SM */
	/* perso_card's: the command under way and its answer. Empty between
	 * two commands; the memory is kept for the next. */
	struct perso_buf data, cmd, raw;
};

void perso_channel_free(struct perso_channel **c);

/* What one command on the wire can carry. */
struct perso_card_limits {
	size_t max_command;  /* data field; 255 if not extended, 1..65535 */
	size_t max_response; /* answer data; 256 if not extended, ..65536 */
	bool extended;	     /* extended length */
	bool chaining;	     /* command chaining, CLA bit 5 */
};

struct perso_card {
	struct perso_link *link;       /* borrowed */
	struct perso_channel *channel; /* owned; NULL: plain */
	struct perso_card_limits limits;
	uint8_t cla; /* class of SELECT and READ BINARY below: 00;
				 * a product driver may set 80 */
};

/* Short length, no chaining, no channel, class 00. */
void perso_card_init(struct perso_card *card, struct perso_link *link);
void perso_card_done(struct perso_card *card); /* frees the channel */

/* Replaces the channel by c (taken; NULL: plain). */
void perso_card_set_channel(struct perso_card *card, struct perso_channel *c);

/* Cold reset of the link; the channel is gone. */
PERSO_MUST perso_rc perso_card_reset(struct perso_card *card);

/* From the card capabilities in the ATR's historical bytes (compact TLV 7x,
 * ISO/IEC 7816-4, 12.1.1.9), and from DO 7F66 of EF.ATR/INFO (12.7.1), whose
 * numbers are lengths of whole APDUs. What is not announced stays as it is;
 * a malformed announcement announces nothing. */
bool perso_card_limits_from_atr(struct perso_span atr,
    struct perso_card_limits *limits); /* are there capabilities at all? */
void perso_card_limits_from_info(
    struct perso_span ef_atr_info, struct perso_card_limits *limits);

/* The longest data field one command without Le carries, for even INS:
 * 255 plain, 239 under SCP03 level 33 or SM, with short length. */
size_t perso_card_max_payload(const struct perso_card *card);
/* The longest answer one command can ask for: 256 plain; 231 under SM 3DES,
 * 223 under SM AES, 239 under SCP03 level 33, with short length. */
size_t perso_card_max_answer(const struct perso_card *card);

/* One command and its answer. Appends the answer's data to ret_data (NULL:
 * there must be none, PERSO_E_ANSWER) and stores the status word, whatever
 * it is. PERSO_E_ARG: command too long and no chaining. PERSO_E_SM: the
 * channel is dead from now on. Link errors as in link.h; they kill the
 * channel, too. */
PERSO_MUST perso_rc perso_card_transmit(struct perso_card *card,
    const struct perso_apdu *cmd, struct perso_buf *ret_data, uint16_t *ret_sw);

/* As transmit, but any status word other than 9000 is PERSO_E_SW with INS
 * and SW in the trail; ret_data is then untouched. */
PERSO_MUST perso_rc perso_card_expect(struct perso_card *card,
    const struct perso_apdu *cmd, struct perso_buf *ret_data);

/* The status word of the last PERSO_E_SW of perso_card_expect(), or of one of
 * the calls below, in this thread: for callers that branch on it. */
uint16_t perso_card_last_sw(void);

/* SELECT, without answer data: P2 = 0C. */
PERSO_MUST perso_rc perso_card_select_app(
    struct perso_card *card, struct perso_span aid);
PERSO_MUST perso_rc perso_card_select_mf(struct perso_card *card);
PERSO_MUST perso_rc perso_card_select_ef(struct perso_card *card, uint16_t fid);

/* The selected EF, appended. Reads with the largest Le; a chip that refuses
 * it (6700) is asked for a short answer, then for the rest of what is known
 * to be there, and if it refuses that as well for short answers only; bytes
 * that the chip holds back are asked for again; 6282 and 6B00 are the end of the file,
 * unless they came without the channel's protection. PERSO_E_ANSWER from a
 * chip that gives fewer than 32 bytes per command (the first 64 are free).
 * Offsets up to 32767 by READ BINARY B0, beyond by B1 with DO54 and DO53.
 *
 * read_ef: a file of one TLV; its length says how much to read; bytes after
 *     it are not part of it. PERSO_E_TRUNCATED if the file is shorter than
 *     its TLV; PERSO_E_RANGE if longer than max_total.
 * read_all: to the end of the file; PERSO_E_RANGE beyond max_total.
 * read_at: exactly n bytes from offset; PERSO_E_TRUNCATED.
 *
 * ret is untouched on failure. */
PERSO_MUST perso_rc perso_card_read_ef(
    struct perso_card *card, size_t max_total, struct perso_buf *ret);
PERSO_MUST perso_rc perso_card_read_all(
    struct perso_card *card, size_t max_total, struct perso_buf *ret);
PERSO_MUST perso_rc perso_card_read_at(
    struct perso_card *card, size_t offset, size_t n, struct perso_buf *ret);

/* select_ef and read_ef. */
PERSO_MUST perso_rc perso_card_read_file(struct perso_card *card, uint16_t fid,
    size_t max_total, struct perso_buf *ret);

#endif
