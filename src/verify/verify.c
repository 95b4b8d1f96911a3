#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "perso/bac.h"
#include "perso/hooks.h"
#include "perso/secret.h"
#include "verify_int.h"

static perso_rc
prepare(struct verify *v)
{
	const struct perso_inspection *x = v->in->expect;

	if (x == NULL)
		return verify_access_key(
		    v->in->mrz, v->access_key, v->expected);
	PERSO_TRY_CTX(perso_verify_expected_mrz(x, v->expected),
	    "MRZ of order %s", x->order != NULL ? x->order : "");
	return verify_access_key(
	    perso_span_str(v->expected), v->access_key, v->expected);
}

static perso_rc
run(struct verify *v)
{
	perso_rc rc = verify_open(v);

	if (rc == PERSO_E_CARD_AUTH)
		return PERSO_OK; /* a check says so; nothing can be read */
	PERSO_TRY(rc);
	rc = verify_read_all(v);
	if (rc == PERSO_E_SM) {
		verify_fail_trail(v, "secure-messaging");
		return PERSO_OK;
	}
	PERSO_TRY(rc);
	verify_passive(v);
	verify_contents(v);
	verify_expectations(v);
	return verify_active(v);
}

static void
finish(struct verify *v, perso_rc rc, uint64_t begun, uint64_t commands)
{
	struct perso_report *r = v->r;

	if (rc != PERSO_OK)
		verify_fail_trail(v, "link");
	r->complete = rc == PERSO_OK;
	r->commands = v->in->link->commands - commands;
	r->us = perso_ticks_us() - begun;
	r->ok = r->complete && r->failed == 0 && r->count > 0 && v->has_sod;
}

/* see perso/verify.h */
perso_rc
perso_verify(const struct perso_verify_input *in, struct perso_report *ret,
    struct perso_lds_image *files)
{
	struct verify *v = calloc(1, sizeof(*v));
	uint64_t begun = perso_ticks_us(), commands = in->link->commands;
	PERSO_LDS_IMAGE(own);
	perso_rc rc;

	if (v == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for a verification");
	*ret = (struct perso_report){ .at = in->now };
	v->in = in;
	v->r = ret;
	v->files = files != NULL ? files : &own;
	v->ds.der.max = PERSO_CERT_MAX;
	v->started = begun;
	rc = prepare(v);
	if (rc == PERSO_OK) {
		perso_card_init(&v->card, in->link);
		rc = run(v);
		finish(v, rc, begun, commands);
		perso_card_done(&v->card);
	}
	perso_cert_done(&v->ds);
	perso_wipe(v, sizeof(*v));
	free(v);
	return rc;
}

/* A file that is there, but could not be read, is a failure here. */
static perso_rc
read_result(const struct perso_report *r, const struct perso_lds_image *files)
{
	for (size_t i = 0; i < r->count; i++)
		if (r->checks[i].state == PERSO_CHECK_FAILED &&
		    strncmp(r->checks[i].id, "read", 4) == 0)
			PERSO_FAIL(PERSO_E_ANSWER, "%s", r->checks[i].text);
	if (files->count == 0)
		PERSO_FAIL(PERSO_E_MISSING, "no file could be read");
	return PERSO_OK;
}

/* see perso/verify.h */
perso_rc
perso_verify_read(struct perso_link *link, struct perso_span mrz,
    struct perso_lds_image *files)
{
	struct perso_report *r = calloc(1, sizeof(*r));
	struct perso_verify_input in = { .link = link, .mrz = mrz };
	struct verify v = { .in = &in, .r = r, .files = files };
	perso_rc rc;

	if (r == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for a report");
	rc = verify_access_key(mrz, v.access_key, v.expected);
	if (rc == PERSO_OK) {
		perso_card_init(&v.card, link);
		rc = verify_open(&v);
		if (rc == PERSO_OK)
			rc = verify_read_all(&v);
		perso_card_done(&v.card);
	}
	if (rc == PERSO_OK)
		rc = read_result(r, files);
	if (rc != PERSO_OK)
		perso_lds_image_done(files);
	perso_wipe(&v, sizeof(v));
	free(r);
	return rc;
}

static perso_rc
inspect(void *ctx, struct perso_link *link, const struct perso_inspection *what,
    struct perso_verdict *ret)
{
	struct perso_verify_inspector *vi = ctx;
	struct perso_report *r = calloc(1, sizeof(*r));
	struct perso_verify_input in = { .link = link,
		.trust = vi->trust,
		.now = perso_now(),
		.expect = what };
	perso_rc rc;

	if (r == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for a report");
	rc = perso_verify(&in, r, NULL);
	if (rc == PERSO_OK) {
		const char *first = "";

		for (size_t i = r->count; i-- > 0;)
			if (r->checks[i].state == PERSO_CHECK_FAILED)
				first = r->checks[i].id;
		ret->ok = r->ok;
		snprintf(ret->text, sizeof(ret->text),
		    "%zu checks, %zu failed%s%s", r->count, r->failed,
		    first[0] != '\0' ? ": first " : "", first);
		if (vi->reported != NULL)
			vi->reported(vi->ctx, what, r);
	}
	free(r);
	return rc;
}

/* see perso/verify.h */
struct perso_inspector
perso_verify_inspector(struct perso_verify_inspector *v)
{
	return (struct perso_inspector){
		.name = "verify", .ctx = v, .inspect = inspect
	};
}
