/* A link around the link, which counts. */
#include "perso/hooks.h"
#include "line_int.h"

static void
copy_atr(struct perso_meter *m)
{
	struct perso_span atr = perso_link_atr(m->inner);

	if (perso_span_copy(m->base.atr, sizeof(m->base.atr), atr) == PERSO_OK)
		m->base.atr_len = atr.n;
}

/* The last place stands for all that have no place of their own. */
static void
count_sw(struct perso_meter *m, uint16_t sw)
{
	size_t i = 0;

	while (i < m->sw_count && m->sws[i].sw != sw)
		i++;
	if (i == METER_SWS)
		i--;
	if (i == m->sw_count) {
		m->sws[m->sw_count].sw = sw;
		m->sws[m->sw_count++].count = 0;
	}
	m->sws[i].count++;
}

static perso_rc
meter_transmit(
    struct perso_link *l, struct perso_span cmd, struct perso_buf *rsp)
{
	struct perso_meter *m = (struct perso_meter *)l;

	PERSO_TRY(perso_link_transmit(m->inner, cmd, rsp));
	count_sw(m, (uint16_t)(rsp->p[rsp->n - 2] << 8 | rsp->p[rsp->n - 1]));
	if (m->tick != NULL)
		m->tick(m->ctx);
	return PERSO_OK;
}

static perso_rc
meter_reset(struct perso_link *l)
{
	struct perso_meter *m = (struct perso_meter *)l;

	PERSO_TRY(perso_link_reset(m->inner));
	copy_atr(m);
	return PERSO_OK;
}

static void
meter_destroy(struct perso_link *l)
{
	(void)l; /* part of its owner */
}

static const struct perso_link_ops meter_ops = {
	.name = "meter",
	.transmit = meter_transmit,
	.reset = meter_reset,
	.destroy = meter_destroy,
};

/* see line_int.h */
void
perso_meter_init(struct perso_meter *m, struct perso_link *inner)
{
	*m = (struct perso_meter){ .inner = inner };
	m->base.ops = &meter_ops;
	copy_atr(m);
}

/* see line_int.h */
void
perso_meter_mark(struct perso_meter *m)
{
	m->sw_count = 0;
	m->mark_commands = m->base.commands;
	m->mark_out = m->base.bytes_out;
	m->mark_in = m->base.bytes_in;
	m->mark_us = perso_ticks_us();
}

/* see line_int.h */
void
perso_meter_step(const struct perso_meter *m, struct perso_store_step *ret)
{
	size_t n = 0;

	ret->apdus = (uint32_t)(m->base.commands - m->mark_commands);
	ret->bytes_out = m->base.bytes_out - m->mark_out;
	ret->bytes_in = m->base.bytes_in - m->mark_in;
	ret->us = perso_ticks_us() - m->mark_us;
	ret->sw[0] = '\0';
	for (size_t i = 0; i < m->sw_count && n < sizeof(ret->sw); i++)
		n += (size_t)snprintf(ret->sw + n, sizeof(ret->sw) - n,
		    "%s%04X*%u", i > 0 ? " " : "", m->sws[i].sw,
		    (unsigned)m->sws[i].count);
}
