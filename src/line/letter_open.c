/*
 * The letter of a job: sealed at its good end, opened to be drawn.
 *
 *	length(1) PIN length(1) PUK
 */
#include "perso/rd.h"
#include "perso/wr.h"
#include "line_int.h"

#define PLAIN_MAX (2 + PERSO_PIN_MAX + PERSO_PUK_MAX)
#define BOUND_MAX 16

/* No other secret of the job opens as its letter. */
static perso_rc
bind(int64_t job, struct perso_buf *ret)
{
	struct perso_wr w = perso_wr(ret);

	perso_wr_str(&w, "letter");
	perso_wr_u32(&w, (uint32_t)((uint64_t)job >> 32));
	perso_wr_u32(&w, (uint32_t)job);
	return perso_wr_end(&w);
}

/* see line_int.h */
perso_rc
perso_work_letter(const struct perso_work *w, struct perso_buf *ret)
{
	const struct line_secrets *s = &w->secrets;
	PERSO_BUF(plain, PLAIN_MAX);
	PERSO_BUF(bound, BOUND_MAX);
	struct perso_wr wr = perso_wr(&plain);

	if (s->pin.n == 0 && w->doc != NULL && w->doc->pace.pin_digits != 0)
		PERSO_FAIL(PERSO_E_STATE, "PIN and PUK were not drawn");
	if (s->pin.n == 0)
		return PERSO_OK;
	perso_wr_u8(&wr, (uint8_t)s->pin.n);
	perso_wr_bytes(&wr, line_code_span(&s->pin));
	perso_wr_u8(&wr, (uint8_t)s->puk.n);
	perso_wr_bytes(&wr, line_code_span(&s->puk));
	PERSO_TRY(perso_wr_end(&wr));
	PERSO_TRY(bind(w->job.id, &bound));
	return line_box_seal(w->line->cfg.wrap_key, perso_buf_span(&bound),
	    perso_buf_span(&plain), ret);
}

/* Digits, into cap bytes with a terminator. */
static perso_rc
take_digits(struct perso_rd *rd, char *dst, size_t cap)
{
	struct perso_span digits;
	uint8_t n = 0;

	PERSO_TRY(perso_rd_u8(rd, &n));
	PERSO_TRY(perso_rd_take(rd, n, &digits));
	if (n >= cap)
		PERSO_FAIL(PERSO_E_RANGE, "%u digits", n);
	PERSO_TRY(perso_span_copy(dst, cap, digits));
	dst[n] = '\0';
	return PERSO_OK;
}

/* see line_int.h */
perso_rc
line_letter_open(struct perso_span wrap_key, int64_t job,
    struct perso_span sealed, struct line_letter *ret)
{
	PERSO_BUF(plain, PLAIN_MAX);
	PERSO_BUF(bound, BOUND_MAX);
	struct perso_rd rd;

	PERSO_TRY(bind(job, &bound));
	PERSO_TRY(
	    line_box_open(wrap_key, perso_buf_span(&bound), sealed, &plain));
	rd = perso_rd(perso_buf_span(&plain));
	PERSO_TRY_CTX(take_digits(&rd, ret->pin, sizeof(ret->pin)), "PIN");
	PERSO_TRY_CTX(take_digits(&rd, ret->puk, sizeof(ret->puk)), "PUK");
	return perso_rd_finish(&rd);
}

/* see line_int.h */
void
line_letter_wipe(struct line_letter *l)
{
	perso_wipe(l, sizeof(*l));
}
