/* Evidence of a job as JSON. */
#include <jansson.h>

#include "perso/date.h"
#include "perso/evidence.h"
#include "perso/hex.h"
#include "line_int.h"

static void
put_text(json_t *o, const char *key, const char *s)
{
	if (s != NULL && *s != '\0')
		(void)json_object_set_new(o, key, json_string(s));
}

static void
put_int(json_t *o, const char *key, uint64_t v)
{
	(void)json_object_set_new(o, key, json_integer((json_int_t)v));
}

static void
put_time(json_t *o, const char *key, int64_t t)
{
	char text[PERSO_TIME_LEN];

	if (t == 0)
		return;
	perso_time_text((time_t)t, text);
	put_text(o, key, text);
}

static void
put_job(json_t *o, const struct perso_store_job *j)
{
	char hash[2 * PERSO_STORE_HASH + 1];

	put_int(o, "perso-evidence", 1);
	put_int(o, "job", (uint64_t)j->id);
	put_text(o, "order", j->order);
	put_text(o, "blank", j->blank);
	put_text(o, "profile", j->profile);
	put_text(o, "product", j->product);
	put_text(o, "state", perso_job_state_name(j->state));
	put_text(o, "number-source", perso_store_source_name(j->source));
	put_time(o, "clock", j->clock);
	put_time(o, "started", j->started_at);
	put_time(o, "finished", j->finished_at);
	if (j->has_sod_hash) {
		perso_hex_str(perso_span_of(j->sod_hash), hash, sizeof(hash));
		put_text(o, "sod-sha256", hash);
	}
	if (j->has_seal_hash) {
		perso_hex_str(perso_span_of(j->seal_hash), hash, sizeof(hash));
		put_text(o, "seal-sha256", hash);
	}
	put_text(o, "verdict", j->verdict);
	put_text(o, "error", j->error);
	put_int(o, "apdus", j->apdus);
	put_int(o, "bytes", j->bytes);
	put_int(o, "ms", j->ms);
	put_text(o, "perso", PERSO_VERSION);
}

static void
put_steps(json_t *o, const struct perso_store_step *s, size_t n)
{
	json_t *all = json_array();

	for (size_t i = 0; i < n; i++, s++) {
		json_t *one = json_object();

		put_text(one, "step", s->name);
		put_text(one, "result", perso_rc_name(s->rc));
		put_int(one, "apdus", s->apdus);
		put_int(one, "bytes-out", s->bytes_out);
		put_int(one, "bytes-in", s->bytes_in);
		put_int(one, "us", s->us);
		put_text(one, "sw", s->sw);
		(void)json_array_append_new(all, one);
	}
	(void)json_object_set_new(o, "steps", all);
}

static perso_rc
dump(const json_t *o, struct perso_buf *ret)
{
	char *text = json_dumps(o, JSON_INDENT(2));
	perso_rc rc;

	if (text == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for evidence");
	rc = perso_buf_append(ret, perso_span_str(text));
	free(text);
	return rc;
}

/* see perso/evidence.h */
perso_rc
perso_evidence_json(struct perso_store *s, int64_t job, struct perso_buf *ret)
{
	struct perso_store_step steps[PERSO_STORE_STEPS];
	struct perso_store_job j;
	size_t n = 0;
	json_t *o;
	perso_rc rc;

	PERSO_TRY(perso_store_job_get(s, job, &j));
	PERSO_TRY(perso_store_job_steps(s, job, steps, &n));
	o = json_object();
	put_job(o, &j);
	put_steps(o, steps, n);
	rc = dump(o, ret);
	json_decref(o);
	return rc;
}
