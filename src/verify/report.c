#include <jansson.h>
#include <stdarg.h>

#include "perso/date.h"
#include "perso/hex.h"
#include "perso/hooks.h"
#include "perso/wr.h"
#include "verify_int.h"

/* see perso/verify.h */
const char *
perso_check_state_name(enum perso_check_state s)
{
	return s == PERSO_CHECK_PASSED	 ? "passed"
	       : s == PERSO_CHECK_FAILED ? "FAILED"
					 : "skipped";
}

/* see verify_int.h */
void
verify_clean(char *text)
{
	perso_utf8_clean(text, "");
}

static void
add(struct verify *v, const char *id, enum perso_check_state state,
    const char *text)
{
	struct perso_report *r = v->r;
	uint64_t now = perso_ticks_us();
	struct perso_check *c;

	if (state == PERSO_CHECK_FAILED)
		r->failed++;
	if (state == PERSO_CHECK_SKIPPED)
		r->skipped++;
	if (r->count == PERSO_CHECKS) {
		r->failed++; /* never silently dropped */
		return;
	}
	c = &r->checks[r->count++];
	snprintf(c->id, sizeof(c->id), "%s", id);
	snprintf(c->text, sizeof(c->text), "%s", text);
	verify_clean(c->text);
	c->state = state;
	c->us = (uint32_t)(now - v->started);
	v->started = now;
}

#define ADD(state)                              \
	char text[224];                         \
	va_list ap;                             \
	va_start(ap, fmt);                      \
	vsnprintf(text, sizeof(text), fmt, ap); \
	va_end(ap);                             \
	add(v, id, state, text)

/* see verify_int.h */
void
verify_pass(struct verify *v, const char *id, const char *fmt, ...)
{
	ADD(PERSO_CHECK_PASSED);
}

/* see verify_int.h */
void
verify_skip(struct verify *v, const char *id, const char *fmt, ...)
{
	ADD(PERSO_CHECK_SKIPPED);
}

/* see verify_int.h */
void
verify_fail(struct verify *v, const char *id, const char *fmt, ...)
{
	ADD(PERSO_CHECK_FAILED);
}

/* see verify_int.h */
void
verify_fail_trail(struct verify *v, const char *id)
{
	char text[224];

	perso_trail_text(text, sizeof(text));
	add(v, id, PERSO_CHECK_FAILED, text);
}

/* see verify_int.h */
bool
verify_is_link(perso_rc rc)
{
	return perso_rc_category(rc) == PERSO_CAT_LINK;
}

/* see verify_int.h */
void
verify_auth(struct verify *v, struct perso_authentication *a,
    enum perso_check_state state)
{
	a->state = state;
	if (v->r->auth_count < PERSO_AUTHENTICATIONS)
		v->r->auths[v->r->auth_count++] = *a;
}

/* see verify_int.h */
const char *
verify_group_text(const struct perso_authentication *a)
{
	return a->parameters[0] != '\0' ? a->parameters : a->agreement;
}

/* see perso/verify.h */
perso_rc
perso_report_text(const struct perso_report *r, struct perso_buf *ret)
{
	struct perso_wr w = perso_wr(ret);
	char line[320];

	for (size_t i = 0; i < r->count; i++) {
		const struct perso_check *c = &r->checks[i];

		snprintf(line, sizeof(line), "%-8s %-18s %s\n",
		    perso_check_state_name(c->state), c->id, c->text);
		perso_wr_str(&w, line);
	}
	snprintf(line, sizeof(line),
	    "%s: %zu checks, %zu failed, %zu skipped;"
	    " %llu bytes in %llu APDUs, %.3f s\n",
	    r->ok ? "GOOD" : "BAD", r->count, r->failed, r->skipped,
	    (unsigned long long)r->bytes_read, (unsigned long long)r->commands,
	    (double)r->us / 1e6);
	perso_wr_str(&w, line);
	return perso_wr_end(&w);
}

static json_t *
auth_json(const struct perso_authentication *a)
{
	const struct {
		const char *name, *value;
	} rows[] = { { "mapping", a->mapping }, { "agreement", a->agreement },
		{ "parameters", a->parameters }, { "cipher", a->cipher },
		{ "password", a->password } };
	json_t *j = json_pack("{s:s, s:s, s:I}", "protocol", a->name, "result",
	    perso_check_state_name(a->state), "us", (json_int_t)a->us);

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].value[0] != '\0')
			json_object_set_new(
			    j, rows[i].name, json_string(rows[i].value));
	return j;
}

/* see perso/verify.h */
perso_rc
perso_report_json(const struct perso_report *r, struct perso_buf *ret)
{
	json_t *checks = json_array(), *auths = json_array(), *j;
	char at[PERSO_TIME_LEN], *text;
	perso_rc rc;

	perso_time_text(r->at, at);
	for (size_t i = 0; i < r->count; i++)
		json_array_append_new(checks,
		    json_pack("{s:s, s:s, s:s, s:I}", "check", r->checks[i].id,
			"result", perso_check_state_name(r->checks[i].state),
			"text", r->checks[i].text, "us",
			(json_int_t)r->checks[i].us));
	for (size_t i = 0; i < r->auth_count; i++)
		json_array_append_new(auths, auth_json(&r->auths[i]));
	j = json_pack("{s:b, s:b, s:s, s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:I,"
		      " s:o, s:o}",
	    "ok", r->ok, "complete", r->complete, "at", at, "access", r->access,
	    "signer", r->signer, "csca", r->csca, "failed",
	    (json_int_t)r->failed, "skipped", (json_int_t)r->skipped,
	    "commands", (json_int_t)r->commands, "bytes",
	    (json_int_t)r->bytes_read, "us", (json_int_t)r->us,
	    "authentications", auths, "checks", checks);
	text = j != NULL ? json_dumps(j, JSON_INDENT(2)) : NULL;
	json_decref(j);
	if (text == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for the report");
	rc = perso_buf_append(ret, perso_span_str(text));
	if (rc == PERSO_OK)
		rc = perso_buf_append_u8(ret, '\n');
	free(text);
	return rc;
}
