#include "perso/link.h"

#define COMMAND_MIN 4
#define COMMAND_MAX 65544

/* see perso/link.h */
perso_rc
perso_link_transmit(
    struct perso_link *l, struct perso_span cmd, struct perso_buf *rsp)
{
	if (cmd.n < COMMAND_MIN || cmd.n > COMMAND_MAX)
		PERSO_FAIL(PERSO_E_ARG, "command of %zu bytes", cmd.n);
	perso_buf_clear(rsp);
	l->commands++;
	l->bytes_out += cmd.n;
	PERSO_TRY(l->ops->transmit(l, cmd, rsp));
	l->bytes_in += rsp->n;
	if (rsp->n < 2)
		PERSO_FAIL(PERSO_E_ANSWER, "answer of %zu bytes", rsp->n);
	return PERSO_OK;
}

/* see perso/link.h */
perso_rc
perso_link_reset(struct perso_link *l)
{
	return l->ops->reset(l);
}

/* see perso/link.h */
struct perso_span
perso_link_atr(const struct perso_link *l)
{
	return perso_span(l->atr, l->atr_len);
}

/* see perso/link.h */
void
perso_link_free(struct perso_link **l)
{
	if (l == NULL || *l == NULL)
		return;
	(*l)->ops->destroy(*l);
	*l = NULL;
}
