/* perso letter list|confirm|void: letters with PIN and PUK. */
#include "cli_int.h"

static json_t *
letter_json(const struct perso_store_letter *l)
{
	char when[24];

	return json_pack("{s:I, s:s, s:s, s:s, s:s, s:o, s:s}", "job",
	    (json_int_t)l->job, "order", l->order, "blank", l->blank,
	    "document", l->profile, "state", perso_letter_state_name(l->state),
	    "envelope", cli_json_text(l->envelope), "changed",
	    cli_time(l->changed_at, when));
}

static perso_rc
list_letters(struct cli *c, struct perso_store *store, unsigned states)
{
	struct perso_store_letter l;
	CLI_TABLE(table);
	char when[24];
	bool there = true;

	PERSO_TRY(cli_list_begin(
	    c, &table, "JOB\tORDER\tBLANK\tSTATE\tENVELOPE\tCHANGED"));
	for (int64_t after = 0;; after = l.job) {
		PERSO_TRY(
		    perso_store_letter_next(store, states, after, &l, &there));
		if (!there)
			break;
		if (c->json)
			PERSO_TRY(cli_json_line(letter_json(&l)));
		else
			PERSO_TRY(cli_table_row(&table,
			    "%lld\t%s\t%s\t%s\t%s\t%s", (long long)l.job,
			    l.order, l.blank, perso_letter_state_name(l.state),
			    l.envelope, cli_time(l.changed_at, when)));
	}
	cli_table_end(&table);
	return PERSO_OK;
}

/* see cli_int.h */
perso_rc
cli_run_letter_list(struct cli *c)
{
	const char *state = cli_value(c, "state");
	enum perso_letter_state one = PERSO_LETTER_WAITING;
	CLI_STORE(store);

	if (state != NULL &&
	    perso_letter_state_from_name(state, &one) != PERSO_OK)
		PERSO_FAIL(PERSO_E_ARG,
		    "no letter state '%s': waiting, printing, printed or "
		    "confirmed",
		    state);
	PERSO_TRY(cli_load_store(c, &store));
	return list_letters(
	    c, store, state != NULL ? (unsigned)one : PERSO_LETTER_ANY);
}

/* see cli_int.h */
perso_rc
cli_letter_told(struct cli *c, struct perso_store *store, int64_t job)
{
	struct perso_store_letter l;

	PERSO_TRY(perso_store_letter_get(store, job, &l));
	if (c->json)
		return cli_json_line(letter_json(&l));
	cli_print("job %lld, order %s: letter %s%s%s\n", (long long)job,
	    l.order, perso_letter_state_name(l.state),
	    l.envelope[0] != '\0' ? ", envelope " : "", l.envelope);
	return PERSO_OK;
}

typedef perso_rc (*letter_fn)(
    struct perso_store *store, int64_t job, const char *reason);

/* All are looked at before the first is changed. */
static perso_rc
each_letter(struct cli *c, letter_fn fn, const char *reason)
{
	struct perso_store_letter l;
	int64_t job = 0;
	CLI_STORE(store);

	PERSO_TRY(cli_load_store(c, &store));
	PERSO_TRY(perso_store_lock_letters(store));
	for (int i = 0; i < c->argc; i++) {
		PERSO_TRY(cli_job_number(c->argv[i], &job));
		PERSO_TRY(perso_store_letter_get(store, job, &l));
	}
	for (int i = 0; i < c->argc; i++) {
		PERSO_TRY(cli_job_number(c->argv[i], &job));
		PERSO_TRY(fn(store, job, reason));
		PERSO_TRY(cli_letter_told(c, store, job));
	}
	return PERSO_OK;
}

static perso_rc
confirm(struct perso_store *store, int64_t job, const char *reason)
{
	(void)reason;
	return perso_store_letter_confirm(store, job);
}

/* see cli_int.h */
perso_rc
cli_run_letter_confirm(struct cli *c)
{
	return each_letter(c, confirm, NULL);
}

/* see cli_int.h */
perso_rc
cli_run_letter_void(struct cli *c)
{
	const char *reason = cli_value(c, "reason");

	if (reason == NULL)
		PERSO_FAIL(PERSO_E_ARG, "--reason TEXT is wanted");
	return each_letter(c, perso_store_letter_void, reason);
}
