/* Printing letters: the envelope is bound before, and void if it may be. */
#include "perso/letter.h"

#include <inttypes.h>

#include "line_int.h"
#include "perso/printer.h"

/* see perso/letter.h */
perso_rc
perso_letter_recover(
    struct perso_store *store, perso_letter_each_fn each, void *ctx)
{
	struct perso_store_letter l;
	bool there = false;
	int64_t after = 0;

	for (;;) {
		PERSO_TRY(perso_store_letter_next(
		    store, PERSO_LETTER_PRINTING, after, &l, &there));
		if (!there)
			return PERSO_OK;
		after = l.job;
		PERSO_TRY(perso_store_letter_void(
		    store, l.job, "the program stopped while it was printed"));
		if (each != NULL)
			each(ctx, &l);
	}
}

/* The printer failed with rc, which stays the result. */
static perso_rc
give_up(struct perso_store *s, int64_t job, const char *envelope, perso_rc rc)
{
	char why[PERSO_REASON_MAX], reason[64];

	perso_trail_text(why, sizeof(why));
	(void)snprintf(reason, sizeof(reason), "the printer failed: %s",
	    perso_rc_name(rc));
	PERSO_TRY_CTX(perso_store_letter_void(s, job, reason),
	    "letter of job %" PRId64, job);
	perso_trail_reset();
	perso_trail_add("%s", why);
	perso_trail_add(
	    "letter of job %" PRId64 ": envelope %s is void", job, envelope);
	return rc;
}

/* see perso/letter.h */
perso_rc
perso_letter_print(
    const struct perso_letter_config *c, int64_t job, const char *envelope)
{
	struct perso_store_letter l;
	struct perso_print what = { .job = job, .count = 1 };
	PERSO_BUF(page, PERSO_LETTER_MAX);
	perso_rc rc;

	if (c->printer == NULL)
		PERSO_FAIL(PERSO_E_ARG, "there is no printer");
	PERSO_TRY(perso_store_letter_get(c->store, job, &l));
	if (l.state != PERSO_LETTER_WAITING)
		PERSO_FAIL(PERSO_E_STATE, "the letter of job %" PRId64 " is %s",
		    job, perso_letter_state_name(l.state));
	PERSO_TRY(perso_store_envelope_free(c->store, envelope));
	PERSO_TRY(perso_letter_draw(c, job, envelope, &page));
	what.order = l.order;
	what.blank = envelope;
	what.profile = l.profile;
	what.pages[0].name = "letter";
	what.pages[0].type = "pdf";
	what.pages[0].bytes = perso_buf_span(&page);
	PERSO_TRY(perso_store_letter_begin(c->store, job, envelope));
	rc = c->printer->print(c->printer->ctx, &what);
	if (rc != PERSO_OK)
		return give_up(c->store, job, envelope, rc);
	return perso_store_letter_printed(c->store, job);
}
