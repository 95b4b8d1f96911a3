#include "perso/link_trace.h"

#include "perso/apdu.h"
#include "perso/hooks.h"

struct trace {
	struct perso_link base;
	struct perso_link *inner;
	perso_trace_fn fn;
	void *ctx;
};

#define LINE_MAX_LEN 96

static void
copy_atr(struct trace *t)
{
	struct perso_span atr = perso_link_atr(t->inner);

	if (perso_span_copy(t->base.atr, sizeof(t->base.atr), atr) == PERSO_OK)
		t->base.atr_len = atr.n;
}

static void
say_command(struct trace *t, struct perso_span cmd)
{
	char line[LINE_MAX_LEN];
	struct perso_apdu a;
	bool extended;

	if (perso_apdu_decode(cmd, &a, &extended) != PERSO_OK) {
		perso_trail_reset();
		(void)snprintf(
		    line, sizeof(line), "> malformed, %zu bytes", cmd.n);
	} else {
		(void)snprintf(line, sizeof(line),
		    "> %02X %02X %02X %02X Lc=%zu Le=%u%s", a.cla, a.ins, a.p1,
		    a.p2, a.data.n, (unsigned)a.le,
		    extended ? " extended" : "");
	}
	t->fn(t->ctx, line);
}

static perso_rc
trace_transmit(
    struct perso_link *l, struct perso_span cmd, struct perso_buf *rsp)
{
	struct trace *t = (struct trace *)l;
	char line[LINE_MAX_LEN];
	uint64_t start = perso_ticks_us();
	unsigned long long us;
	perso_rc rc;

	say_command(t, cmd);
	rc = perso_link_transmit(t->inner, cmd, rsp);
	us = perso_ticks_us() - start;
	if (rc == PERSO_OK)
		(void)snprintf(line, sizeof(line), "< %02X%02X +%zu %lluus",
		    rsp->p[rsp->n - 2], rsp->p[rsp->n - 1], rsp->n - 2, us);
	else
		(void)snprintf(
		    line, sizeof(line), "< %s %lluus", perso_rc_name(rc), us);
	t->fn(t->ctx, line);
	return rc;
}

static perso_rc
trace_reset(struct perso_link *l)
{
	struct trace *t = (struct trace *)l;

	t->fn(t->ctx, "= reset");
	PERSO_TRY(perso_link_reset(t->inner));
	copy_atr(t);
	return PERSO_OK;
}

static void
trace_destroy(struct perso_link *l)
{
	struct trace *t = (struct trace *)l;

	perso_link_free(&t->inner);
	free(t);
}

static const struct perso_link_ops trace_ops = {
	.name = "trace",
	.transmit = trace_transmit,
	.reset = trace_reset,
	.destroy = trace_destroy,
};

/* see perso/link_trace.h */
perso_rc
perso_link_trace_open(struct perso_link *inner, perso_trace_fn fn, void *ctx,
    struct perso_link **ret)
{
	struct trace *t = calloc(1, sizeof(*t));

	if (t == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for a link");
	t->base.ops = &trace_ops;
	t->inner = inner;
	t->fn = fn;
	t->ctx = ctx;
	copy_atr(t);
	*ret = &t->base;
	return PERSO_OK;
}
