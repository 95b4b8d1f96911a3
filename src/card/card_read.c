/*
 * READ BINARY over a perso_card.
 */
#include "perso/card.h"

#include "card_int.h"
#include "perso/rd.h"
#include "perso/tlv.h"
#include "perso/wr.h"

#define INS_READ 0xB0
#define INS_READ_ODD 0xB1
#define OFFSET_B0_MAX 0x7FFF
#define TAG_OFFSET 0x54
#define TAG_DATA 0x53
#define TLV_HEAD_MAX 7 /* three bytes of tag, four of length */
#define SW_WRONG_LENGTH 0x6700

/* A chip may hold bytes back, but not so many that a file takes hours:
 * beyond the first commands each must have given so many on average. */
#define COMMANDS_FREE 64
#define BYTES_LEAST 32

struct reading {
	struct perso_card *card;
	uint64_t begun;	  /* commands on the link before the first */
	unsigned refused; /* lengths that the chip would not give */
};

static struct reading
begin(struct perso_card *card)
{
	return (struct reading){ card, card->link->commands, 0 };
}

/* Bytes that DO53 adds to n bytes of data. */
static size_t
do53_head(size_t n)
{
	if (n < 0x80)
		return 2;
	return n < 0x100 ? 3 : 4;
}

/* Bytes of the file from offset on that one answer without extended length
 * can have. */
static size_t
short_answer(const struct perso_card *card, size_t offset)
{
	struct perso_card c = *card;
	size_t n;

	c.limits.extended = false;
	n = perso_card_max_answer(&c);
	return offset <= OFFSET_B0_MAX ? n : n - do53_head(n);
}

static perso_rc
check_pace(const struct reading *r, size_t got)
{
	uint64_t commands = r->card->link->commands - r->begun;

	if (commands > COMMANDS_FREE + got / BYTES_LEAST)
		PERSO_FAIL(PERSO_E_ANSWER,
		    "READ BINARY: %llu commands gave %zu bytes only",
		    (unsigned long long)commands, got);
	return PERSO_OK;
}

static perso_rc
build_read(const struct perso_card *card, size_t offset, size_t *want,
    struct perso_buf *data, struct perso_apdu *ret)
{
	struct perso_apdu a = { .cla = card->cla, .ins = INS_READ };
	size_t most = perso_card_max_answer(card);
	struct perso_wr w = perso_wr(data);

	if (offset <= OFFSET_B0_MAX) {
		if (*want > most)
			*want = most;
		a.p1 = (uint8_t)(offset >> 8);
		a.p2 = (uint8_t)offset;
		a.le = (uint32_t)*want;
	} else {
		if (*want + do53_head(*want) > most)
			*want = most - do53_head(most);
		perso_wr_head(&w, TAG_OFFSET, offset > 0xFFFF ? 3 : 2);
		if (offset > 0xFFFF)
			perso_wr_u24(&w, (uint32_t)offset);
		else
			perso_wr_u16(&w, (uint16_t)offset);
		PERSO_TRY(perso_wr_end(&w));
		a.ins = INS_READ_ODD;
		a.data = perso_buf_span(data);
		a.le = (uint32_t)(*want + do53_head(*want));
	}
	*ret = a;
	return PERSO_OK;
}

/* The file's bytes in an answer. */
static perso_rc
open_answer(uint8_t ins, struct perso_span answer, struct perso_span *ret)
{
	struct perso_rd rd = perso_rd(answer);
	struct perso_tlv t = { 0 };

	if (ins == INS_READ || answer.n == 0) {
		*ret = answer;
		return PERSO_OK;
	}
	if (perso_tlv_expect(&rd, TAG_DATA, &t) != PERSO_OK ||
	    perso_rd_finish(&rd) != PERSO_OK)
		PERSO_FAIL(PERSO_E_ANSWER, "answer is not one DO53");
	*ret = t.val;
	return PERSO_OK;
}

/* The end of the file; not believed when it came without the protection
 * that the channel gives. */
static bool
is_end(const struct perso_card *card, size_t offset, uint16_t sw)
{
	if (card->channel != NULL && card->channel->dead)
		return false;
	return sw == 0x6282 || (sw == 0x6B00 && offset > 0);
}

/* An answer of extended length; a short one has to be given. */
static bool
is_refused(
    const struct perso_card *card, const struct perso_apdu *a, uint16_t sw)
{
	return sw == SW_WRONG_LENGTH && a->le > short_answer(card, 0) &&
	       (card->channel == NULL || !card->channel->dead);
}

/* One command for at most want bytes; *ret_sw: its status word, of which all
 * but the end of the file and a refused length are errors. */
static perso_rc
read_once(struct reading *r, size_t offset, size_t want, struct perso_buf *ret,
    uint16_t *ret_sw)
{
	struct perso_card *card = r->card;
	PERSO_BUF(data, 8);
	PERSO_BUF(answer, PERSO_RSP_MAX);
	struct perso_span got = PERSO_SPAN_EMPTY;
	struct perso_apdu a = { 0 };
	uint16_t sw = 0;

	PERSO_TRY(build_read(card, offset, &want, &data, &a));
	PERSO_TRY(perso_card_transmit(card, &a, &answer, &sw));
	*ret_sw = sw;
	if (is_refused(card, &a, sw))
		return PERSO_OK;
	if (sw != 0x9000 && !is_end(card, offset, sw)) {
		card_note_sw(sw);
		PERSO_FAIL(PERSO_E_SW, "READ BINARY at offset %zu: SW %04X",
		    offset, sw);
	}
	PERSO_TRY_CTX(open_answer(a.ins, perso_buf_span(&answer), &got),
	    "READ BINARY at offset %zu", offset);
	if (got.n > want)
		PERSO_FAIL(PERSO_E_ANSWER,
		    "READ BINARY at offset %zu: more "
		    "bytes than asked for",
		    offset);
	return perso_buf_append(ret, got);
}

/* Appends at most want bytes from offset; *ret_end: nothing follows. A chip
 * that refuses the length is asked for a short answer instead: some want no
 * Le beyond the end of the file, which the first bytes tell. One that then
 * refuses another has not got the room. */
static perso_rc
read_some(struct reading *r, size_t offset, size_t want, struct perso_buf *ret,
    bool *ret_end)
{
	size_t most = short_answer(r->card, offset), before = ret->n;
	uint16_t sw = 0;

	if (offset > 0xFFFFFF)
		PERSO_FAIL(PERSO_E_RANGE, "offset beyond 24 bits");
	if (r->refused > 1 && want > most)
		want = most;
	PERSO_TRY(read_once(r, offset, want, ret, &sw));
	if (sw == SW_WRONG_LENGTH) {
		r->refused++;
		PERSO_TRY(read_once(r, offset, most, ret, &sw));
	}
	*ret_end = sw != 0x9000 || ret->n == before;
	return *ret_end ? PERSO_OK : check_pace(r, ret->n);
}

/* Goes on until b holds n bytes. */
static perso_rc
read_until(struct reading *r, size_t offset, size_t n, struct perso_buf *b)
{
	bool end = false;

	while (b->n < n && !end)
		PERSO_TRY(read_some(r, offset + b->n, n - b->n, b, &end));
	if (b->n < n)
		PERSO_FAIL(PERSO_E_TRUNCATED,
		    "file ends at offset %zu of "
		    "%zu",
		    offset + b->n, offset + n);
	return PERSO_OK;
}

static perso_rc
read_tlv(struct perso_card *card, size_t max_total, struct perso_buf *b)
{
	size_t want = perso_card_max_answer(card), total = 0;
	struct reading r = begin(card);
	bool end = false;
	perso_rc rc = PERSO_E_TRUNCATED;

	/* The head is usually complete after the first command. */
	while (rc == PERSO_E_TRUNCATED && !end && b->n < TLV_HEAD_MAX) {
		if (want > max_total - b->n)
			want = max_total - b->n;
		if (want == 0)
			break;
		PERSO_TRY(read_some(&r, b->n, want, b, &end));
		rc = perso_tlv_total(perso_buf_span(b), &total);
	}
	if (rc != PERSO_OK)
		PERSO_FAIL(rc, "file has no complete tag and length");
	if (total > max_total)
		PERSO_FAIL(PERSO_E_RANGE, "file of %zu bytes, %zu allowed",
		    total, max_total);
	if (b->n < total && end)
		PERSO_FAIL(PERSO_E_TRUNCATED, "file ends at offset %zu of %zu",
		    b->n, total);
	PERSO_TRY(read_until(&r, 0, total, b));
	perso_buf_remove(b, total, b->n - total);
	return PERSO_OK;
}

/* see perso/card.h */
perso_rc
perso_card_read_ef(
    struct perso_card *card, size_t max_total, struct perso_buf *ret)
{
	PERSO_BUF(file, max_total);

	PERSO_TRY(read_tlv(card, max_total, &file));
	return perso_buf_append(ret, perso_buf_span(&file));
}

/* see perso/card.h */
perso_rc
perso_card_read_all(
    struct perso_card *card, size_t max_total, struct perso_buf *ret)
{
	PERSO_BUF(file, max_total + 1);
	struct reading r = begin(card);
	bool end = false;

	while (!end) {
		PERSO_TRY(
		    read_some(&r, file.n, max_total + 1 - file.n, &file, &end));
		if (file.n > max_total)
			PERSO_FAIL(PERSO_E_RANGE,
			    "file is longer than %zu "
			    "bytes",
			    max_total);
	}
	return perso_buf_append(ret, perso_buf_span(&file));
}

/* see perso/card.h */
perso_rc
perso_card_read_at(
    struct perso_card *card, size_t offset, size_t n, struct perso_buf *ret)
{
	PERSO_BUF(part, n);
	struct reading r = begin(card);

	PERSO_TRY(read_until(&r, offset, n, &part));
	return perso_buf_append(ret, perso_buf_span(&part));
}

/* see perso/card.h */
perso_rc
perso_card_read_file(struct perso_card *card, uint16_t fid, size_t max_total,
    struct perso_buf *ret)
{
	PERSO_TRY(perso_card_select_ef(card, fid));
	PERSO_TRY_CTX(
	    perso_card_read_ef(card, max_total, ret), "file %04X", fid);
	return PERSO_OK;
}
