/* perso job list|show: attempts to make documents, and their evidence. */
#include "cli_int.h"
#include "perso/evidence.h"

#define EVIDENCE_MAX (1u << 20)

static json_t *
job_json(const struct perso_store_job *j)
{
	char from[24], to[24];

	return json_pack(
	    "{s:I, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:I, s:I, s:o, s:o}",
	    "job", (json_int_t)j->id, "order", j->order, "blank", j->blank,
	    "document", j->profile, "product", j->product, "state",
	    perso_job_state_name(j->state), "started",
	    cli_time(j->started_at, from), "finished",
	    cli_time(j->finished_at, to), "apdus", (json_int_t)j->apdus,
	    "bytes", (json_int_t)j->bytes, "ms", (json_int_t)j->ms, "verdict",
	    cli_json_text(j->verdict), "error", cli_json_text(j->error));
}

static perso_rc
list_jobs(struct cli *c, struct perso_store *store, unsigned states)
{
	const char *order = cli_value(c, "order");
	struct perso_store_job j;
	CLI_TABLE(table);
	char when[24];
	bool there = true;

	PERSO_TRY(cli_list_begin(c, &table,
	    "JOB\tORDER\tBLANK\tSTATE\tSTARTED\tAPDUS\tSECONDS\tRESULT"));
	for (int64_t after = 0;; after = j.id) {
		PERSO_TRY(perso_store_job_next(
		    store, states, order, after, &j, &there));
		if (!there)
			break;
		if (c->json)
			PERSO_TRY(cli_json_line(job_json(&j)));
		else
			PERSO_TRY(cli_table_row(&table,
			    "%lld\t%s\t%s\t%s\t%s\t%llu\t%.2f\t%.200s",
			    (long long)j.id, j.order, j.blank,
			    perso_job_state_name(j.state),
			    cli_time(j.started_at, when),
			    (unsigned long long)j.apdus, (double)j.ms / 1e3,
			    j.error[0] != '\0' ? j.error : j.verdict));
	}
	cli_table_end(&table);
	return PERSO_OK;
}

/* see cli_int.h */
perso_rc
cli_run_job_list(struct cli *c)
{
	const char *state = cli_value(c, "state");
	enum perso_job_state one = PERSO_JOB_GOOD;
	CLI_STORE(store);

	if (state != NULL && perso_job_state_from_name(state, &one) != PERSO_OK)
		PERSO_FAIL(PERSO_E_ARG,
		    "no job state '%s': begun, keyed, sealed, locking, "
		    "locked, good or spoiled",
		    state);
	PERSO_TRY(cli_load_store(c, &store));
	return list_jobs(
	    c, store, state != NULL ? (unsigned)one : PERSO_JOB_ANY);
}

/* see cli_int.h */
perso_rc
cli_job_number(const char *text, int64_t *ret)
{
	int64_t v = 0;

	if (text[0] == '\0')
		PERSO_FAIL(PERSO_E_ARG, "a job is a number");
	for (const char *p = text; *p != '\0'; p++) {
		if (*p < '0' || *p > '9' || p - text >= 18)
			PERSO_FAIL(PERSO_E_ARG,
			    "a job is a number; perso job list has them");
		v = v * 10 + (*p - '0');
	}
	*ret = v;
	return PERSO_OK;
}

static perso_rc
print_steps(const json_t *steps)
{
	CLI_TABLE(table);
	const json_t *s;
	size_t i;

	cli_table_begin(&table);
	PERSO_TRY(cli_table_row(
	    &table, "STEP\tRESULT\tAPDUS\tOUT\tIN\tMS\tSTATUS WORDS"));
	json_array_foreach(steps, i, s)
	{
		const char *sw = json_string_value(json_object_get(s, "sw"));

		PERSO_TRY(cli_table_row(&table,
		    "%s\t%s\t%lld\t%lld\t%lld\t%.1f\t%s",
		    json_string_value(json_object_get(s, "step")),
		    json_string_value(json_object_get(s, "result")),
		    (long long)json_integer_value(json_object_get(s, "apdus")),
		    (long long)json_integer_value(
			json_object_get(s, "bytes-out")),
		    (long long)json_integer_value(
			json_object_get(s, "bytes-in")),
		    (double)json_integer_value(json_object_get(s, "us")) / 1e3,
		    sw != NULL ? sw : ""));
	}
	cli_table_end(&table);
	return PERSO_OK;
}

/* see cli_int.h */
perso_rc
cli_run_job_show(struct cli *c)
{
	json_t *evidence, *steps;
	int64_t job = 0;
	perso_rc rc = PERSO_OK;
	PERSO_BUF(text, EVIDENCE_MAX);
	CLI_STORE(store);

	PERSO_TRY(cli_job_number(c->argv[0], &job));
	PERSO_TRY(cli_load_store(c, &store));
	PERSO_TRY_CTX(
	    perso_evidence_json(store, job, &text), "job %s", c->argv[0]);
	evidence = json_loadb((const char *)text.p, text.n, 0, NULL);
	if (evidence == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for the evidence");
	if (c->json)
		return cli_json(evidence);
	steps = json_incref(json_object_get(evidence, "steps"));
	json_object_del(evidence, "steps");
	json_object_del(evidence, "perso-evidence");
	cli_print_tree(evidence, 0);
	if (json_array_size(steps) > 0) {
		cli_print("\n");
		rc = print_steps(steps);
	}
	json_decref(steps);
	json_decref(evidence);
	return rc;
}
