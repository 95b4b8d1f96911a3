/*
 * A link that fails on purpose (card), for tests and rehearsals: it counts
 * the commands that go through another link and strikes at one of them.
 */
#ifndef PERSO_LINK_FAULT_H
#define PERSO_LINK_FAULT_H

#include "perso/link.h"

enum perso_fault {
	PERSO_FAULT_NONE,
	PERSO_FAULT_BEFORE, /* torn: the command is not sent */
	PERSO_FAULT_AFTER,  /* torn: sent, the answer is lost */
	PERSO_FAULT_TIMEOUT /* sent, the answer comes too late */
};

struct perso_fault_plan {
	enum perso_fault fault;
	uint64_t at;   /* the n-th command from now; 1 is the next */
	bool for_good; /* a reset does not bring the chip back */
};

/* Takes inner; on failure it is not taken. */
PERSO_MUST perso_rc perso_link_fault_open(struct perso_link *inner,
    struct perso_fault_plan plan, struct perso_link **ret);

/* A new plan for a link made by perso_link_fault_open(). After the strike
 * every command is PERSO_E_TORN until the next reset. */
void perso_link_fault_plan(struct perso_link *l, struct perso_fault_plan plan);
bool perso_link_fault_struck(const struct perso_link *l);

#endif
