/* perso order list|show: orders as the store knows them. */
#include "cli_int.h"

static json_t *
order_json(const struct perso_store_order *o)
{
	char when[24];

	return json_pack("{s:s, s:s, s:s, s:s, s:i, s:s, s:o, s:o}", "order",
	    o->id, "document", o->profile, "state",
	    perso_order_state_name(o->state), "imported",
	    cli_time(o->imported_at, when), "attempts", (int)o->attempts,
	    "approver", o->approver, "path", cli_json_text(o->path), "error",
	    cli_json_text(o->error));
}

static perso_rc
list_orders(struct cli *c, struct perso_store *store, unsigned states)
{
	struct perso_store_order o;
	CLI_TABLE(table);
	char when[24];
	bool there = true;

	PERSO_TRY(cli_list_begin(
	    c, &table, "ORDER\tDOCUMENT\tSTATE\tIMPORTED\tATTEMPTS\tERROR"));
	for (int64_t after = 0;; after = o.seq) {
		PERSO_TRY(
		    perso_store_order_next(store, states, after, &o, &there));
		if (!there)
			break;
		if (c->json)
			PERSO_TRY(cli_json_line(order_json(&o)));
		else
			PERSO_TRY(cli_table_row(&table,
			    "%s\t%s\t%s\t%s\t%u\t%.200s", o.id, o.profile,
			    perso_order_state_name(o.state),
			    cli_time(o.imported_at, when), o.attempts,
			    o.error));
	}
	cli_table_end(&table);
	return PERSO_OK;
}

/* see cli_int.h */
perso_rc
cli_run_order_list(struct cli *c)
{
	const char *state = cli_value(c, "state");
	enum perso_order_state one = PERSO_ORDER_IMPORTED;
	CLI_STORE(store);

	if (state != NULL &&
	    perso_order_state_from_name(state, &one) != PERSO_OK)
		PERSO_FAIL(PERSO_E_ARG,
		    "no order state '%s': imported, in-work, done, failed "
		    "or cancelled",
		    state);
	PERSO_TRY(cli_load_store(c, &store));
	return list_orders(
	    c, store, state != NULL ? (unsigned)one : PERSO_ORDER_ANY);
}

static json_t *
jobs_json(struct perso_store *store, const char *order)
{
	json_t *list = json_array();
	struct perso_store_job j;
	bool there = true;

	for (int64_t after = 0;; after = j.id) {
		char from[24], to[24];

		if (perso_store_job_next(store, PERSO_JOB_ANY, order, after, &j,
			&there) != PERSO_OK ||
		    !there)
			return list;
		json_array_append_new(
		    list, json_pack("{s:I, s:s, s:s, s:s, s:s, s:o}", "job",
			      (json_int_t)j.id, "blank", j.blank, "state",
			      perso_job_state_name(j.state), "started",
			      cli_time(j.started_at, from), "finished",
			      cli_time(j.finished_at, to), "error",
			      cli_json_text(j.error)));
	}
}

/* see cli_int.h */
perso_rc
cli_run_order_show(struct cli *c)
{
	struct perso_store_order o;
	json_t *j, *jobs, *value;
	const char *key;
	size_t i;
	CLI_STORE(store);

	PERSO_TRY(cli_load_store(c, &store));
	PERSO_TRY_CTX(perso_store_order_get(store, c->argv[0], &o), "order %s",
	    c->argv[0]);
	j = order_json(&o);
	jobs = jobs_json(store, o.id);
	if (c->json) {
		json_object_set_new(j, "jobs", jobs);
		return cli_json(j);
	}
	json_object_foreach(j, key, value)
	{
		if (json_is_integer(value))
			cli_print(
			    "%-10s %d\n", key, (int)json_integer_value(value));
		else if (json_string_length(value) > 0)
			cli_print("%-10s %s\n", key, json_string_value(value));
	}
	json_array_foreach(jobs, i, value)
	{
		cli_print("job %-6d blank %s: %s %s\n",
		    (int)json_integer_value(json_object_get(value, "job")),
		    json_string_value(json_object_get(value, "blank")),
		    json_string_value(json_object_get(value, "state")),
		    json_string_value(json_object_get(value, "error")));
	}
	json_decref(j);
	json_decref(jobs);
	return PERSO_OK;
}

/* see cli_int.h */
perso_rc
cli_run_order_cancel(struct cli *c)
{
	const char *reason = cli_value(c, "reason");
	CLI_STORE(store);

	if (reason == NULL)
		PERSO_FAIL(
		    PERSO_E_ARG, "--reason TEXT says why; it is journalled");
	PERSO_TRY(cli_load_store(c, &store));
	PERSO_TRY_CTX(perso_store_order_cancel(store, c->argv[0], reason),
	    "order %s", c->argv[0]);
	if (c->json)
		return cli_json(json_pack(
		    "{s:s, s:s}", "order", c->argv[0], "state", "cancelled"));
	cli_print("order %s is cancelled\n", c->argv[0]);
	return PERSO_OK;
}
