#include "link_sim.h"

#include "perso/sim.h"

struct link_sim {
	struct perso_link base;
	struct perso_sim *sim; /* borrowed */
};

static perso_rc
sim_transmit(struct perso_link *l, struct perso_span cmd, struct perso_buf *rsp)
{
	return perso_sim_transmit(((struct link_sim *)l)->sim, cmd, rsp);
}

static perso_rc
sim_reset(struct perso_link *l)
{
	struct perso_span atr = perso_sim_reset(((struct link_sim *)l)->sim);

	PERSO_TRY(perso_span_copy(l->atr, sizeof(l->atr), atr));
	l->atr_len = atr.n;
	return PERSO_OK;
}

static void
sim_destroy(struct perso_link *l)
{
	free(l);
}

static const struct perso_link_ops sim_ops = {
	.name = "sim",
	.transmit = sim_transmit,
	.reset = sim_reset,
	.destroy = sim_destroy,
};

/* see link_sim.h */
perso_rc
perso_link_sim(struct perso_sim *sim, struct perso_link **ret)
{
	struct link_sim *l = calloc(1, sizeof(*l));
	perso_rc rc;

	if (l == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for a link");
	l->base.ops = &sim_ops;
	l->sim = sim;
	rc = sim_reset(&l->base);
	if (rc != PERSO_OK) {
		free(l);
		return rc;
	}
	*ret = &l->base;
	return PERSO_OK;
}
