/*
 * The child process of a PC/SC link: the only file that knows PC/SC.
 * Blocking is allowed here; the parent ends it.
 */
#include "pcsc_int.h"

#include <unistd.h>
#include <winscard.h>

#include "perso/link.h"
#include "perso/link_pcsc.h"
#include "perso/wr.h"

#define POLL_MS 500
#define CONNECT_TRIES 20
#define CONNECT_PAUSE_US 50000
#define NAMES_MAX (PERSO_READERS * PERSO_READER_NAME + 1)
#define PROTOCOLS (SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1)

struct child {
	SCARDCONTEXT ctx;
	SCARDHANDLE card;
	DWORD protocol;
	bool has_ctx;
	bool has_card;
	char reader[PERSO_READER_NAME];
};

/* pcsc-lite's own words for its codes. */
#define FAIL_PCSC(rc, what, rv) \
	PERSO_FAIL(rc, "%s: %s", what, pcsc_stringify_error(rv))

static perso_rc
need_context(struct child *c)
{
	LONG rv;

	if (c->has_ctx)
		return PERSO_OK;
	rv = SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &c->ctx);
	if (rv != SCARD_S_SUCCESS)
		PERSO_FAIL(PERSO_E_LINK, "PC/SC service: %s Is pcscd running?",
		    pcsc_stringify_error(rv));
	c->has_ctx = true;
	return PERSO_OK;
}

/* All readers and their states; the names live in names. */
static perso_rc
look(struct child *c, char names[NAMES_MAX],
    SCARD_READERSTATE states[PERSO_READERS], DWORD *ret_count)
{
	DWORD len = NAMES_MAX, count = 0;
	LONG rv;

	PERSO_TRY(need_context(c));
	rv = SCardListReaders(c->ctx, NULL, names, &len);
	if (rv == SCARD_E_NO_READERS_AVAILABLE) {
		*ret_count = 0;
		return PERSO_OK;
	}
	if (rv != SCARD_S_SUCCESS)
		FAIL_PCSC(PERSO_E_LINK, "list of readers", rv);
	for (char *at = names; *at != '\0' && count < PERSO_READERS;
	     at += strlen(at) + 1)
		states[count++] = (SCARD_READERSTATE){ .szReader = at };
	rv = SCardGetStatusChange(c->ctx, 0, states, count);
	if (rv != SCARD_S_SUCCESS && rv != SCARD_E_TIMEOUT)
		FAIL_PCSC(PERSO_E_LINK, "state of readers", rv);
	*ret_count = count;
	return PERSO_OK;
}

static uint8_t
flags_of(DWORD state)
{
	unsigned f = 0;

	if (state & SCARD_STATE_PRESENT)
		f |= PCSC_HAS_CARD;
	if (state & SCARD_STATE_MUTE)
		f |= PCSC_IS_MUTE;
	if (state & (SCARD_STATE_EXCLUSIVE | SCARD_STATE_INUSE))
		f |= PCSC_IN_USE;
	return (uint8_t)f;
}

static perso_rc
do_list(struct child *c, struct perso_buf *ret)
{
	SCARD_READERSTATE states[PERSO_READERS];
	char names[NAMES_MAX];
	struct perso_wr w = perso_wr(ret);
	DWORD count = 0;

	PERSO_TRY(look(c, names, states, &count));
	for (DWORD i = 0; i < count; i++) {
		perso_wr_u8(&w, flags_of(states[i].dwEventState));
		perso_wr_u8(&w, (uint8_t)strlen(states[i].szReader));
		perso_wr_str(&w, states[i].szReader);
	}
	return perso_wr_end(&w);
}

/* The reader that is waited for is among the states, or any fits. */
static const char *
find_fitting(const SCARD_READERSTATE *states, DWORD count, const char *name,
    bool absent, bool *ret_known)
{
	*ret_known = name[0] == '\0';
	for (DWORD i = 0; i < count; i++) {
		unsigned f = flags_of(states[i].dwEventState);
		bool here = (f & PCSC_HAS_CARD) && !(f & PCSC_IS_MUTE);

		if (name[0] != '\0' && strcmp(name, states[i].szReader) != 0)
			continue;
		*ret_known = true;
		if (absent ? !(f & PCSC_HAS_CARD)
			   : here && (name[0] != '\0' || !(f & PCSC_IN_USE)))
			return states[i].szReader;
	}
	return NULL;
}

/* Sleeps until a reader changes, or a while: readers come and go. */
static perso_rc
sleep_for_change(struct child *c, SCARD_READERSTATE *states, DWORD count)
{
	LONG rv;

	if (count == 0) {
		usleep(POLL_MS * 1000);
		return PERSO_OK;
	}
	for (DWORD i = 0; i < count; i++)
		states[i].dwCurrentState = states[i].dwEventState;
	rv = SCardGetStatusChange(c->ctx, POLL_MS, states, count);
	if (rv != SCARD_S_SUCCESS && rv != SCARD_E_TIMEOUT &&
	    rv != SCARD_E_UNKNOWN_READER && rv != SCARD_E_READER_UNAVAILABLE)
		FAIL_PCSC(PERSO_E_LINK, "state of readers", rv);
	return PERSO_OK;
}

static perso_rc
do_wait(struct child *c, struct perso_span request, struct perso_buf *ret)
{
	SCARD_READERSTATE states[PERSO_READERS];
	char names[NAMES_MAX], name[PERSO_READER_NAME] = "";
	struct perso_span want = perso_span_sub(request, 1, request.n);
	bool absent = request.n > 0 && request.p[0] != 0, known = false;
	const char *found = NULL;
	DWORD count = 0;

	PERSO_TRY(perso_span_copy(name, sizeof(name) - 1, want));
	for (;;) {
		PERSO_TRY(look(c, names, states, &count));
		found = find_fitting(states, count, name, absent, &known);
		if (found != NULL)
			return perso_buf_append(ret, perso_span_str(found));
		if (!known && absent)
			PERSO_FAIL(PERSO_E_NO_READER, "no such reader");
		PERSO_TRY(sleep_for_change(c, states, count));
	}
}

static perso_rc
answer_atr(struct child *c, struct perso_buf *ret)
{
	DWORD len = MAX_ATR_SIZE, name = 0, state = 0, protocol = 0;
	uint8_t atr[MAX_ATR_SIZE];
	LONG rv =
	    SCardStatus(c->card, NULL, &name, &state, &protocol, atr, &len);

	if (rv != SCARD_S_SUCCESS)
		FAIL_PCSC(PERSO_E_NO_CARD, "card status", rv);
	return perso_buf_append(ret, perso_span(atr, len));
}

static perso_rc
connect_code(LONG rv)
{
	switch (rv) {
	case SCARD_E_UNKNOWN_READER:
	case SCARD_E_READER_UNAVAILABLE:
		return PERSO_E_NO_READER;
	case SCARD_E_NO_SMARTCARD:
	case SCARD_W_REMOVED_CARD:
	case SCARD_W_UNRESPONSIVE_CARD:
	case SCARD_W_UNPOWERED_CARD:
		return PERSO_E_NO_CARD;
	default:
		return PERSO_E_LINK;
	}
}

/* A card that has just come may be neither here nor powered yet, and
 * another program may be about to let go of it. */
static bool
is_passing(LONG rv)
{
	return rv == SCARD_W_UNRESPONSIVE_CARD ||
	       rv == SCARD_W_UNPOWERED_CARD || rv == SCARD_W_RESET_CARD ||
	       rv == SCARD_E_SHARING_VIOLATION;
}

static perso_rc
open_card(struct child *c, struct perso_buf *ret)
{
	LONG rv = SCARD_S_SUCCESS;

	PERSO_TRY(need_context(c));
	for (int i = 0; i < CONNECT_TRIES; i++) {
		if (i > 0)
			usleep(CONNECT_PAUSE_US);
		rv = SCardConnect(c->ctx, c->reader, SCARD_SHARE_EXCLUSIVE,
		    PROTOCOLS, &c->card, &c->protocol);
		if (!is_passing(rv))
			break;
	}
	if (rv != SCARD_S_SUCCESS)
		FAIL_PCSC(connect_code(rv), "connecting", rv);
	c->has_card = true;
	return answer_atr(c, ret);
}

static perso_rc
do_connect(struct child *c, struct perso_span name, struct perso_buf *ret)
{
	char text[PERSO_READER_NAME] = "";

	PERSO_TRY(perso_span_copy(text, sizeof(text) - 1, name));
	PERSO_TRY(
	    perso_span_copy(c->reader, sizeof(c->reader), perso_span_of(text)));
	return open_card(c, ret);
}

/* After any failure but these nobody knows what the chip has done. */
static perso_rc
transmit_code(LONG rv)
{
	if (rv == SCARD_E_INSUFFICIENT_BUFFER ||
	    rv == SCARD_E_INVALID_PARAMETER || rv == SCARD_E_PROTO_MISMATCH)
		return PERSO_E_LINK;
	return PERSO_E_TORN;
}

static perso_rc
do_transmit(struct child *c, struct perso_span cmd, struct perso_buf *ret)
{
	static uint8_t answer[MAX_BUFFER_SIZE_EXTENDED];
	SCARD_IO_REQUEST pci = {
		.dwProtocol = c->protocol,
		.cbPciLength = sizeof(pci),
	};
	DWORD len = sizeof(answer);
	LONG rv;

	if (!c->has_card)
		PERSO_FAIL(PERSO_E_TORN, "no card is connected");
	rv = SCardTransmit(c->card, &pci, cmd.p, cmd.n, NULL, answer, &len);
	if (rv != SCARD_S_SUCCESS)
		FAIL_PCSC(transmit_code(rv), "card", rv);
	/* some drivers call it a success when the card leaves meanwhile */
	if (len < 2)
		PERSO_FAIL(PERSO_E_TORN, "card: no answer");
	return perso_buf_append(ret, perso_span(answer, len));
}

static perso_rc
do_reset(struct child *c, struct perso_buf *ret)
{
	LONG rv;

	if (c->has_card) {
		rv = SCardReconnect(c->card, SCARD_SHARE_EXCLUSIVE, PROTOCOLS,
		    SCARD_UNPOWER_CARD, &c->protocol);
		if (rv == SCARD_S_SUCCESS)
			return answer_atr(c, ret);
		(void)SCardDisconnect(c->card, SCARD_LEAVE_CARD);
		c->has_card = false;
	}
	return open_card(c, ret);
}

static perso_rc
do_close(struct child *c, struct perso_span eject)
{
	bool out = eject.n > 0 && eject.p[0] != 0;

	if (c->has_card)
		(void)SCardDisconnect(
		    c->card, out ? SCARD_EJECT_CARD : SCARD_UNPOWER_CARD);
	c->has_card = false;
	if (c->has_ctx)
		(void)SCardReleaseContext(c->ctx);
	c->has_ctx = false;
	return PERSO_OK;
}

static perso_rc
serve(struct child *c, unsigned op, struct perso_span request,
    struct perso_buf *ret)
{
	switch (op) {
	case PCSC_LIST:
		return do_list(c, ret);
	case PCSC_WAIT:
		return do_wait(c, request, ret);
	case PCSC_CONNECT:
		return do_connect(c, request, ret);
	case PCSC_TRANSMIT:
		return do_transmit(c, request, ret);
	case PCSC_RESET:
		return do_reset(c, ret);
	case PCSC_CLOSE:
		return do_close(c, request);
	default:
		PERSO_FAIL(PERSO_E_ARG, "unknown request");
	}
}

/* see pcsc_int.h */
void
pcsc_child_run(int fd)
{
	PERSO_BUF(in, PCSC_MESSAGE_MAX);
	PERSO_BUF(out, PCSC_MESSAGE_MAX);
	struct child c = { 0 };
	struct perso_span request = PERSO_SPAN_EMPTY, answer;
	unsigned op = PCSC_LIST;

	if (perso_buf_resize(&in, PCSC_MESSAGE_MAX) != PERSO_OK)
		return;
	while (op != PCSC_CLOSE && pcsc_receive(fd, &in, &op, &request)) {
		perso_rc rc;

		perso_buf_clear(&out);
		perso_trail_reset();
		rc = serve(&c, op, request, &out);
		answer = rc == PERSO_OK ? perso_buf_span(&out)
					: perso_span_str(perso_trail_get(0));
		if (!pcsc_send(fd, rc, answer))
			break;
	}
	(void)do_close(&c, PERSO_SPAN_EMPTY);
}
