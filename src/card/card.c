#include "perso/card.h"

#include "card_int.h"
#include "perso/rd.h"
#include "perso/wr.h"

#define CLA_CHAIN 0x10	 /* more parts follow */
#define CLA_CHANNEL 0x03 /* logical channel bits */
#define INS_GET_RESPONSE 0xC0
#define GATHER_MAX 1024 /* GET RESPONSE after one command */

static _Thread_local uint16_t last_sw;

/* see perso/card.h */
void
perso_channel_free(struct perso_channel **c)
{
	if (c == NULL || *c == NULL)
		return;
	perso_buf_done(&(*c)->data);
	perso_buf_done(&(*c)->cmd);
	perso_buf_done(&(*c)->raw);
	(*c)->ops->destroy(*c);
	*c = NULL;
}

/* see perso/card.h */
void
perso_card_init(struct perso_card *card, struct perso_link *link)
{
	*card = (struct perso_card){
		.link = link,
		.limits = { .max_command = PERSO_LC_SHORT,
		    .max_response = PERSO_LE_SHORT },
	};
}

/* see perso/card.h */
void
perso_card_done(struct perso_card *card)
{
	perso_channel_free(&card->channel);
}

/* see perso/card.h */
void
perso_card_set_channel(struct perso_card *card, struct perso_channel *c)
{
	perso_channel_free(&card->channel);
	card->channel = c;
	if (c == NULL)
		return;
	perso_buf_init(&c->data, PERSO_LC_MAX);
	perso_buf_init(&c->cmd, PERSO_APDU_MAX);
	perso_buf_init(&c->raw, PERSO_RSP_MAX);
}

/* see perso/card.h */
perso_rc
perso_card_reset(struct perso_card *card)
{
	perso_channel_free(&card->channel);
	return perso_link_reset(card->link);
}

/* The longest data field of a command like a, with an Lc of at most lc. */
static size_t
max_data(const struct perso_card *card, const struct perso_apdu *a, size_t lc)
{
	if (card->channel == NULL)
		return lc;
	return card->channel->ops->max_data(card->channel, lc, a);
}

static size_t
max_lc(const struct perso_card *card)
{
	size_t lc = card->limits.max_command;

	if (!card->limits.extended && lc > PERSO_LC_SHORT)
		lc = PERSO_LC_SHORT;
	return lc > PERSO_LC_MAX ? PERSO_LC_MAX : lc;
}

static size_t
max_answer(const struct perso_card *card, size_t n)
{
	if (card->channel == NULL)
		return n;
	return card->channel->ops->max_answer(card->channel, n);
}

/* see perso/card.h */
size_t
perso_card_max_payload(const struct perso_card *card)
{
	struct perso_apdu a = { 0 };

	return max_data(card, &a, max_lc(card));
}

/* see perso/card.h */
size_t
perso_card_max_answer(const struct perso_card *card)
{
	size_t n = card->limits.max_response;

	if (!card->limits.extended && n > PERSO_LE_SHORT)
		n = PERSO_LE_SHORT;
	return max_answer(card, n > PERSO_LE_MAX ? PERSO_LE_MAX : n);
}

static bool
needs_extended(const struct perso_card *card, const struct perso_apdu *a)
{
	if (!card->limits.extended)
		return false;
	return a->data.n > max_data(card, a, PERSO_LC_SHORT) ||
	       a->le > max_answer(card, PERSO_LE_SHORT);
}

/* Takes the status word off a raw answer. */
static uint16_t
split_sw(struct perso_buf *rsp)
{
	uint16_t sw = (uint16_t)(rsp->p[rsp->n - 2] << 8 | rsp->p[rsp->n - 1]);

	perso_buf_remove(rsp, rsp->n - 2, 2);
	return sw;
}

/* Fetches what 61xx announces: ISO/IEC 7816-4, 11.8.1. */
static perso_rc
gather(struct perso_card *card, uint8_t cla, struct perso_buf *answer,
    uint16_t *sw)
{
	PERSO_BUF(cmd, PERSO_APDU_MAX);
	PERSO_BUF(rsp, PERSO_RSP_MAX);
	struct perso_apdu a = {
		.cla = cla & CLA_CHANNEL,
		.ins = INS_GET_RESPONSE,
	};

	for (int i = 0; *sw >> 8 == 0x61 || (*sw >> 8 == 0x6C && i > 0); i++) {
		if (i == GATHER_MAX)
			PERSO_FAIL(PERSO_E_ANSWER, "61xx without an end");
		a.le = *sw & 0xFF ? *sw & 0xFF : PERSO_LE_SHORT;
		perso_buf_clear(&cmd);
		PERSO_TRY(perso_apdu_encode(&a, false, &cmd));
		PERSO_TRY(perso_link_transmit(
		    card->link, perso_buf_span(&cmd), &rsp));
		*sw = split_sw(&rsp);
		PERSO_TRY_CTX(perso_buf_append(answer, perso_buf_span(&rsp)),
		    "answer after 61xx");
	}
	return PERSO_OK;
}

/* Sends one command as it is; the raw answer and its status word. */
static perso_rc
send_part(struct perso_card *card, const struct perso_apdu *a, bool extended,
    struct perso_buf *answer, uint16_t *ret_sw)
{
	PERSO_BUF(own, PERSO_APDU_MAX);
	struct perso_buf *cmd =
	    card->channel == NULL ? &own : &card->channel->cmd;

	perso_buf_clear(cmd);
	PERSO_TRY(perso_apdu_encode(a, extended, cmd));
	PERSO_TRY(perso_link_transmit(card->link, perso_buf_span(cmd), answer));
	*ret_sw = split_sw(answer);
	if (*ret_sw >> 8 != 0x61)
		return PERSO_OK;
	return gather(card, a->cla, answer, ret_sw);
}

/* Splits what is too long for one command: ISO/IEC 7816-4, 5.3.3. Ends with
 * the answer to a part that was refused. */
static perso_rc
send_raw(struct perso_card *card, const struct perso_apdu *a, bool extended,
    struct perso_buf *answer, uint16_t *ret_sw)
{
	struct perso_apdu part = *a;
	struct perso_span left = a->data;
	size_t most = max_lc(card);

	part.cla |= CLA_CHAIN;
	part.le = 0;
	while (left.n > most) {
		part.data = perso_span_sub(left, 0, most);
		left = perso_span_sub(left, most, left.n - most);
		PERSO_TRY(send_part(card, &part, extended, answer, ret_sw));
		if (*ret_sw != 0x9000)
			return PERSO_OK;
		if (answer->n > 0)
			PERSO_FAIL(PERSO_E_ANSWER,
			    "%zu bytes of answer within a chain", answer->n);
	}
	part = *a;
	part.data = left;
	return send_part(card, &part, extended, answer, ret_sw);
}

static perso_rc
wrap_send_unwrap(struct perso_card *card, const struct perso_apdu *plain,
    struct perso_buf *answer, uint16_t *ret_sw)
{
	struct perso_channel *c = card->channel;
	bool extended = needs_extended(card, plain);
	struct perso_apdu out = { 0 };
	uint16_t sw = 0;

	PERSO_TRY(c->ops->wrap(c, plain, extended, &c->data, &out));
	PERSO_TRY(send_raw(card, &out, extended, &c->raw, &sw));
	return c->ops->unwrap(c, perso_buf_span(&c->raw), sw, answer, ret_sw);
}

static perso_rc
send_protected(struct perso_card *card, const struct perso_apdu *plain,
    struct perso_buf *answer, uint16_t *ret_sw)
{
	struct perso_channel *c = card->channel;
	perso_rc rc = wrap_send_unwrap(card, plain, answer, ret_sw);

	perso_buf_clear(&c->data);
	perso_buf_clear(&c->cmd);
	perso_buf_clear(&c->raw);
	return rc;
}

static perso_rc
check_length(const struct perso_card *card, const struct perso_apdu *a)
{
	size_t most = max_data(
	    card, a, card->limits.chaining ? PERSO_LC_MAX : max_lc(card));

	if (a->data.n > most || max_lc(card) == 0)
		PERSO_FAIL(PERSO_E_ARG,
		    "%zu bytes of command data are too "
		    "long for this card",
		    a->data.n);
	if (a->le > PERSO_LE_SHORT && !card->limits.extended)
		PERSO_FAIL(PERSO_E_ARG, "Le %u needs extended length",
		    (unsigned)a->le);
	return PERSO_OK;
}

/* One command and an answer of any status. */
static perso_rc
exchange(struct perso_card *card, const struct perso_apdu *a,
    struct perso_buf *answer, uint16_t *ret_sw)
{
	perso_rc rc;

	perso_buf_clear(answer);
	PERSO_TRY(check_length(card, a));
	if (card->channel == NULL)
		return send_raw(
		    card, a, needs_extended(card, a), answer, ret_sw);
	if (card->channel->dead)
		PERSO_FAIL(PERSO_E_SM, "the %s channel has ended",
		    card->channel->ops->name);
	rc = send_protected(card, a, answer, ret_sw);
	if (rc != PERSO_OK) {
		card->channel->dead = true;
		perso_trail_add("%s", card->channel->ops->name);
	}
	return rc;
}

/* As exchange, repeated once with the Le that 6Cxx asks for. */
static perso_rc
run_one(struct perso_card *card, const struct perso_apdu *a,
    struct perso_buf *answer, uint16_t *ret_sw)
{
	struct perso_apdu again = *a;

	PERSO_TRY(exchange(card, a, answer, ret_sw));
	if (*ret_sw >> 8 != 0x6C || a->le == 0)
		return PERSO_OK;
	again.le = *ret_sw & 0xFF ? *ret_sw & 0xFF : PERSO_LE_SHORT;
	if (again.le == a->le || (card->channel != NULL && card->channel->dead))
		return PERSO_OK;
	return exchange(card, &again, answer, ret_sw);
}

/* see perso/card.h */
perso_rc
perso_card_transmit(struct perso_card *card, const struct perso_apdu *cmd,
    struct perso_buf *ret_data, uint16_t *ret_sw)
{
	PERSO_BUF(answer, PERSO_RSP_MAX);
	uint16_t sw = 0;

	PERSO_TRY_CTX(run_one(card, cmd, &answer, &sw), "INS %02X", cmd->ins);
	if (ret_data == NULL && answer.n > 0)
		PERSO_FAIL(PERSO_E_ANSWER,
		    "INS %02X: %zu bytes of answer "
		    "where none belong",
		    cmd->ins, answer.n);
	if (ret_data != NULL)
		PERSO_TRY_CTX(
		    perso_buf_append(ret_data, perso_buf_span(&answer)),
		    "INS %02X: answer", cmd->ins);
	*ret_sw = sw;
	return PERSO_OK;
}

/* see perso/card.h */
perso_rc
perso_card_expect(struct perso_card *card, const struct perso_apdu *cmd,
    struct perso_buf *ret_data)
{
	size_t before = ret_data == NULL ? 0 : ret_data->n;
	const char *text;
	uint16_t sw = 0;

	PERSO_TRY(perso_card_transmit(card, cmd, ret_data, &sw));
	if (sw == 0x9000)
		return PERSO_OK;
	if (ret_data != NULL)
		perso_buf_remove(ret_data, before, ret_data->n - before);
	last_sw = sw;
	text = perso_sw_text(sw);
	PERSO_FAIL(PERSO_E_SW, "INS %02X: SW %04X%s%s", cmd->ins, sw,
	    *text ? ", " : "", text);
}

/* see card_int.h */
void
card_note_sw(uint16_t sw)
{
	last_sw = sw;
}

/* see perso/card.h */
uint16_t
perso_card_last_sw(void)
{
	return last_sw;
}

static perso_rc
select_file(struct perso_card *card, uint8_t p1, struct perso_span name)
{
	struct perso_apdu a = {
		.cla = card->cla,
		.ins = 0xA4,
		.p1 = p1,
		.p2 = 0x0C,
		.data = name,
	};

	return perso_card_expect(card, &a, NULL);
}

/* see perso/card.h */
perso_rc
perso_card_select_app(struct perso_card *card, struct perso_span aid)
{
	PERSO_TRY_CTX(select_file(card, 0x04, aid), "SELECT application");
	return PERSO_OK;
}

/* see perso/card.h */
perso_rc
perso_card_select_mf(struct perso_card *card)
{
	static const uint8_t mf[] = { 0x3F, 0x00 };

	PERSO_TRY_CTX(select_file(card, 0x00, perso_span_of(mf)), "SELECT MF");
	return PERSO_OK;
}

/* see perso/card.h */
perso_rc
perso_card_select_ef(struct perso_card *card, uint16_t fid)
{
	uint8_t name[] = { (uint8_t)(fid >> 8), (uint8_t)fid };

	PERSO_TRY_CTX(select_file(card, 0x02, perso_span_of(name)),
	    "SELECT file %04X", fid);
	return PERSO_OK;
}
