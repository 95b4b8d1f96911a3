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
	const struct perso_verify_input *in = v->in;
	const struct perso_inspection *x = in->expect;

	v->terminal = in->terminal;
	if (x == NULL) {
		v->can = in->can;
		v->pin = in->pin;
		if (in->mrz.n > 0 || (in->can.n == 0 && in->pin.n == 0))
			return verify_access_key(
			    in->mrz, v->access_key, v->expected);
		return PERSO_OK;
	}
	if (x->terminal != NULL)
		v->terminal = x->terminal;
	v->can = x->can;
	v->pin = x->pin;
	v->puk = x->puk;
	PERSO_TRY_CTX(perso_verify_expected_mrz(x, v->expected),
	    "MRZ of order %s", x->order != NULL ? x->order : "");
	return verify_access_key(
	    perso_span_str(v->expected), v->access_key, v->expected);
}

/* What needs a session, as far as it comes. */
static perso_rc
read_all(struct verify *v)
{
	PERSO_TRY(verify_read_first(v));
	verify_passive(v);
	verify_card_security(v);
	PERSO_TRY(verify_chip_auth(v));
	PERSO_TRY(verify_terminal_auth(v));
	return verify_read_rest(v);
}

static perso_rc
judge(struct verify *v)
{
	PERSO_TRY(read_all(v));
	verify_hashes(v);
	verify_contents(v);
	verify_infos(v);
	verify_expectations(v);
	verify_pictures(v);
	PERSO_TRY(verify_active(v));
	return verify_others(v);
}

/* A session that breaks is the chip's failure, wherever it happens. */
static perso_rc
run(struct verify *v)
{
	perso_rc rc = verify_open(v);

	if (rc == PERSO_E_CARD_AUTH)
		return PERSO_OK; /* a check says so; nothing can be read */
	PERSO_TRY(rc);
	rc = judge(v);
	if (rc != PERSO_E_SM)
		return rc;
	verify_fail_trail(v, "secure-messaging");
	return PERSO_OK;
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

/* What in a report is a failure of reading. */
static perso_rc
reading_code(const struct perso_check *c)
{
	static const struct {
		const char *id;
		perso_rc rc;
	} rows[] = {
		{ "read", PERSO_E_ANSWER },
		{ "read-mf", PERSO_E_ANSWER },
		{ "pace", PERSO_E_CARD_AUTH },
		{ "bac", PERSO_E_CARD_AUTH },
		{ "chip-auth", PERSO_E_CARD_AUTH },
		{ "terminal-auth", PERSO_E_CARD_AUTH },
	};

	if (c->state != PERSO_CHECK_FAILED)
		return PERSO_OK;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strcmp(c->id, rows[i].id) == 0)
			return rows[i].rc;
	return PERSO_OK;
}

static perso_rc
read_result(const struct perso_report *r, const struct perso_lds_image *files)
{
	for (size_t i = 0; i < r->count; i++) {
		perso_rc rc = reading_code(&r->checks[i]);

		if (rc != PERSO_OK)
			PERSO_FAIL(rc, "%s", r->checks[i].text);
	}
	if (files->count == 0)
		PERSO_FAIL(PERSO_E_MISSING, "no file could be read");
	return PERSO_OK;
}

static perso_rc
read_only(struct verify *v)
{
	perso_rc rc = verify_open(v);

	if (v->downgraded)
		PERSO_FAIL(PERSO_E_TRUST,
		    "the chip announces PACE, but only BAC opened it");
	if (rc == PERSO_E_CARD_AUTH)
		return PERSO_OK; /* the report says it */
	PERSO_TRY(rc);
	PERSO_TRY(verify_read_first(v));
	/* Nobody is trusted here: Chip Authentication leads to Terminal
	 * Authentication only. */
	v->infos_believed = v->has_infos && v->has_sod &&
			    perso_sod_check(&v->sod.object, 14,
				perso_lds_image_find(
				    v->files, perso_lds_by_dg(14))) == PERSO_OK;
	if (v->terminal != NULL) {
		PERSO_TRY(verify_chip_auth(v));
		PERSO_TRY(verify_terminal_auth(v));
	}
	return verify_read_rest(v);
}

/* see perso/verify.h */
perso_rc
perso_verify_files(
    const struct perso_verify_input *in, struct perso_lds_image *files)
{
	struct perso_verify_input only = { .link = in->link,
		.protocol = in->protocol,
		.mrz = in->mrz,
		.can = in->can,
		.pin = in->pin,
		.terminal = in->terminal };
	struct perso_report *r = calloc(1, sizeof(*r));
	struct verify *v = calloc(1, sizeof(*v));
	perso_rc rc;

	if (r == NULL || v == NULL) {
		free(r);
		free(v);
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for reading");
	}
	v->in = &only;
	v->r = r;
	v->files = files;
	v->read_only = true;
	rc = prepare(v);
	if (rc == PERSO_OK) {
		perso_card_init(&v->card, in->link);
		rc = read_only(v);
		perso_card_done(&v->card);
	}
	if (rc == PERSO_OK)
		rc = read_result(r, files);
	if (rc != PERSO_OK)
		perso_lds_image_done(files);
	perso_wipe(v, sizeof(*v));
	free(v);
	free(r);
	return rc;
}

/* see perso/verify.h */
perso_rc
perso_verify_read(struct perso_link *link, struct perso_span mrz,
    struct perso_lds_image *files)
{
	const struct perso_verify_input in = { .link = link, .mrz = mrz };

	return perso_verify_files(&in, files);
}

/* see verify_int.h
 * Data groups that stayed shut are no fault, but not read either. */
void
verify_verdict_text(const struct perso_report *r, char *dst, size_t cap)
{
	const char *first = "", *shut = "";

	for (size_t i = r->count; i-- > 0;) {
		const struct perso_check *c = &r->checks[i];

		if (c->state == PERSO_CHECK_FAILED)
			first = c->id;
		if (c->state == PERSO_CHECK_SKIPPED &&
		    strncmp(c->id, "hash-", 5) == 0)
			shut = c->text;
	}
	snprintf(dst, cap, "%zu checks, %zu failed%s%s%s%s", r->count,
	    r->failed, first[0] != '\0' ? ": first " : "", first,
	    shut[0] != '\0' ? "; " : "", shut);
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
	PERSO_LDS_IMAGE(files);
	perso_rc rc;

	if (what->terminal == NULL && vi->terminal != NULL)
		in.terminal = vi->terminal(vi->ctx, what->profile);

	if (r == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for a report");
	rc = perso_verify(&in, r, &files);
	if (rc == PERSO_OK) {
		ret->ok = r->ok;
		verify_verdict_text(r, ret->text, sizeof(ret->text));
		if (vi->reported != NULL)
			vi->reported(vi->ctx, what, r);
		if (vi->seen != NULL)
			vi->seen(vi->ctx, what, r, &files);
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
