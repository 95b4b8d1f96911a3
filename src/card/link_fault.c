#include "perso/link_fault.h"

struct fault {
	struct perso_link base;
	struct perso_link *inner;
	struct perso_fault_plan plan;
	uint64_t left; /* commands until the strike; 0: none planned */
	bool struck;
	bool torn; /* until the next reset */
};

static void
copy_atr(struct fault *f)
{
	struct perso_span atr = perso_link_atr(f->inner);

	if (perso_span_copy(f->base.atr, sizeof(f->base.atr), atr) == PERSO_OK)
		f->base.atr_len = atr.n;
}

/* The command that was chosen. */
static perso_rc
strike(struct fault *f, struct perso_span cmd, struct perso_buf *rsp)
{
	f->struck = true;
	f->torn = true;
	if (f->plan.fault != PERSO_FAULT_BEFORE) {
		perso_rc rc = perso_link_transmit(f->inner, cmd, rsp);

		perso_buf_clear(rsp);
		if (rc != PERSO_OK)
			return rc;
	}
	if (f->plan.fault == PERSO_FAULT_TIMEOUT)
		PERSO_FAIL(PERSO_E_TIMEOUT, "no answer from the card");
	PERSO_FAIL(PERSO_E_TORN, "card was torn out");
}

static perso_rc
fault_transmit(
    struct perso_link *l, struct perso_span cmd, struct perso_buf *rsp)
{
	struct fault *f = (struct fault *)l;

	if (f->torn)
		PERSO_FAIL(PERSO_E_TORN, "card is gone");
	if (f->plan.fault != PERSO_FAULT_NONE && f->left > 0 && --f->left == 0)
		return strike(f, cmd, rsp);
	return perso_link_transmit(f->inner, cmd, rsp);
}

static perso_rc
fault_reset(struct perso_link *l)
{
	struct fault *f = (struct fault *)l;

	if (f->torn && f->plan.for_good)
		PERSO_FAIL(PERSO_E_TORN, "card is gone");
	PERSO_TRY(perso_link_reset(f->inner));
	f->torn = false;
	copy_atr(f);
	return PERSO_OK;
}

static void
fault_destroy(struct perso_link *l)
{
	struct fault *f = (struct fault *)l;

	perso_link_free(&f->inner);
	free(f);
}

static const struct perso_link_ops fault_ops = {
	.name = "fault",
	.transmit = fault_transmit,
	.reset = fault_reset,
	.destroy = fault_destroy,
};

/* see perso/link_fault.h */
void
perso_link_fault_plan(struct perso_link *l, struct perso_fault_plan plan)
{
	struct fault *f = (struct fault *)l;

	f->plan = plan;
	f->left = plan.at;
	f->struck = false;
}

/* see perso/link_fault.h */
bool
perso_link_fault_struck(const struct perso_link *l)
{
	return ((const struct fault *)l)->struck;
}

/* see perso/link_fault.h */
perso_rc
perso_link_fault_open(struct perso_link *inner, struct perso_fault_plan plan,
    struct perso_link **ret)
{
	struct fault *f = calloc(1, sizeof(*f));

	if (f == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for a link");
	f->base.ops = &fault_ops;
	f->inner = inner;
	copy_atr(f);
	perso_link_fault_plan(&f->base, plan);
	*ret = &f->base;
	return PERSO_OK;
}
