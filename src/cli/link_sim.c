#include "link_sim.h"

#include "perso/sim.h"

struct link_sim {
	struct perso_link base;
	struct perso_sim *sim; /* borrowed */
	struct perso_sim *own; /* the same, if the link owns it */
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
	perso_sim_free(&((struct link_sim *)l)->own);
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

/* see link_sim.h */
perso_rc
perso_link_sim_open(const char *path, struct perso_link **ret)
{
	struct perso_sim *sim = NULL;
	perso_rc rc;

	PERSO_TRY_CTX(perso_sim_open(path, &sim), "%s", path);
	rc = perso_link_sim(sim, ret);
	if (rc == PERSO_OK)
		((struct link_sim *)*ret)->own = sim;
	else
		perso_sim_free(&sim);
	return rc;
}

/* see link_sim.h */
bool
perso_link_sim_is_locked(const struct perso_link *l)
{
	return perso_sim_is_operational(((const struct link_sim *)l)->sim);
}
