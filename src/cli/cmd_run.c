/*
 * perso run: orders that are ready, through the line, one chip at a time.
 */
#include <signal.h>

#include "run_int.h"
#include "perso/hooks.h"

static volatile sig_atomic_t stop_asked;

/* see run_int.h */
void
cli_run_ask_stop(void)
{
	stop_asked = 1;
}

static void
on_signal(int n)
{
	(void)n;
	stop_asked = 1;
}

/* see run_int.h */
bool
cli_run_stop(void *ctx)
{
	(void)ctx;
	return stop_asked != 0;
}

/* see run_int.h */
void
cli_run_close(struct cli_run *r)
{
	perso_line_free(&r->line);
	cli_chips_free(&r->chips);
	cli_sheet_done(&r->sheet);
	for (size_t i = 0; i < r->signer_count; i++)
		cli_signer_close(&r->signers[i].s);
	cli_run_keys_done(r);
	cli_run_stickers_close(r);
	perso_scp03_keys_free(&r->keys);
	perso_trust_free(&r->trust);
	perso_profiles_free(&r->profiles);
	perso_store_close(&r->store);
	if (r->output != NULL && r->output != stdout)
		fclose(r->output);
}

static perso_rc
open_output(struct cli_run *r)
{
	const char *path = cli_value(r->cli, "output");

	if (path == NULL)
		return PERSO_OK;
	r->output = strcmp(path, "-") == 0 ? stdout : fopen(path, "a");
	if (r->output == NULL)
		PERSO_FAIL(PERSO_E_IO, "cannot write %s", path);
	return PERSO_OK;
}

static perso_rc
open_chips(struct cli_run *r)
{
	const char *sim = cli_value(r->cli, "sim");
	const char *reader = cli_value(r->cli, "reader");
	uint64_t wait = 60, limit = 60;

	PERSO_TRY(cli_number(r->cli, "wait", 86400, &wait));
	PERSO_TRY(cli_number(r->cli, "time-limit", 3600, &limit));
	if (sim != NULL && reader != NULL)
		PERSO_FAIL(PERSO_E_ARG, "either --sim or --reader");
	if (sim != NULL)
		return cli_chips_sim(sim, &r->chips);
	return cli_chips_reader(reader != NULL ? reader : r->cfg.reader,
	    (unsigned)wait * 1000, (unsigned)limit * 1000, &r->chips);
}

/* With stickers alone no reader is needed. */
static perso_rc
need_chips(struct cli_run *r)
{
	return r->chips != NULL ? PERSO_OK : open_chips(r);
}

static perso_rc
open_line(struct cli_run *r)
{
	struct perso_line_config lc = { .store = r->store,
		.profiles = r->profiles,
		.keys = r->keys,
		.signer = cli_run_signer,
		.trust_point = cli_run_trust_point,
		.signer_ctx = r,
		.wrap_key = perso_secret_span(&r->wrap_key),
		.print_pdf = r->printer.is_pdf,
		.print_dpi = r->printer.dpi,
		.lds_dir = cli_value(r->cli, "lds-dir"),
		.pki_dir = r->cfg.signers };

	r->verify.trust = r->trust;
	r->verify.terminal = cli_run_terminal;
	r->verify.reported = cli_run_reported;
	r->verify.seen = cli_run_seen;
	r->verify.ctx = r;
	lc.inspector = perso_verify_inspector(&r->verify);
	lc.inspector_draws = cli_value(r->cli, "sheet") != NULL;
	lc.events = cli_run_events(r);
	lc.sealer = cli_run_sealer;
	lc.page_inspector = cli_run_pages(r);
	if (r->printer.base.name != NULL)
		lc.printer = &r->printer.base;
	return perso_line_new(&lc, &r->line);
}

/* see run_int.h */
perso_rc
cli_run_open(struct cli_run *r)
{
	PERSO_TRY(cli_config_load(r->cli, &r->cfg));
	PERSO_TRY(cli_printer_open(r->cli, &r->cfg, &r->printer));
	PERSO_TRY(cli_open_profiles(&r->cfg, &r->profiles));
	PERSO_TRY_CTX(
	    perso_scp03_keys_load(r->cfg.chip_keys, &r->keys), "chip keys");
	PERSO_TRY_CTX(perso_trust_open(r->cfg.trust, &r->trust), "trust");
	PERSO_TRY(cli_open_store(&r->cfg, &r->store));
	PERSO_TRY(cli_run_wrap_key(r));
	return open_line(r);
}

static perso_rc
open_run(struct cli_run *r)
{
	PERSO_TRY(cli_run_open(r));
	PERSO_TRY(cli_run_stickers_open(r));
	if (!cli_flag(r->cli, "dry-run") && !cli_run_has_stickers(r))
		PERSO_TRY(open_chips(r));
	return open_output(r);
}

static void
advise_print(struct cli_run *r, const struct perso_line_result *res)
{
	cli_note(r->cli,
	    "  perso job print %lld prints its pages, perso job spoil %lld "
	    "gives it up\n",
	    (long long)res->job, (long long)res->job);
}

static void
each_recovered(void *ctx, const struct perso_line_result *res)
{
	struct cli_run *r = ctx;

	if (res->outcome == PERSO_LINE_UNPRINTED && r->heard_unprinted)
		return;
	cli_note(r->cli, "recovered: order %s, blank %s: %s%s%s\n", res->order,
	    res->blank, perso_line_outcome_name(res->outcome),
	    res->text[0] != '\0' ? ", " : "", res->text);
	if (res->outcome == PERSO_LINE_UNPRINTED)
		advise_print(r, res);
	/* one that only waits, as before, is no result of this run */
	if (res->outcome != PERSO_LINE_UNPRINTED || res->rc != PERSO_E_STATE)
		cli_run_result(r, res);
}

/* What an earlier run left: its chips may be here. */
static perso_rc
recover(struct cli_run *r)
{
	struct perso_line_result res;
	struct perso_link *link = NULL;
	bool there = false, found = false;
	perso_rc rc = PERSO_OK;

	PERSO_TRY(perso_line_recover_pages(r->line, each_recovered, r, &there));
	r->heard_unprinted = true;
	if (!there)
		return PERSO_OK;
	cli_note(r->cli, "an earlier run was interrupted; recovering\n");
	PERSO_TRY(need_chips(r));
	while (there) {
		rc = cli_chips_next(r->chips, true, cli_run_stop, &link);
		if (rc != PERSO_OK)
			break;
		rc = perso_line_recover_chip(r->line, link, &res, &found);
		if (found) {
			each_recovered(r, &res);
			cli_chips_done(r->chips);
		}
		if (!found && cli_chips_is_reader(r->chips))
			break; /* another chip: it may be a blank for us */
		cli_chips_done(r->chips);
		PERSO_TRY(
		    perso_line_recover_pages(r->line, NULL, NULL, &there));
	}
	if (rc == PERSO_E_INTERRUPTED)
		return rc;
	cli_chips_rewind(r->chips);
	return perso_line_recover(r->line, NULL, each_recovered, r);
}

/* One order; chips that are refused are passed over. */
static perso_rc
run_order(struct cli_run *r, const char *order)
{
	struct perso_line_result res;
	struct perso_link *link = NULL;
	unsigned tries;
	bool passed_over = false;

	PERSO_TRY(need_chips(r));
	tries = cli_chips_is_reader(r->chips) ? 3 : 1000000;

	for (;;) {
		perso_rc rc =
		    cli_chips_next(r->chips, false, cli_run_stop, &link);

		if (rc == PERSO_E_NO_CARD && passed_over)
			break; /* none of the chips here is for this order */
		PERSO_TRY(rc);
		cli_note(r->cli, "order %s\n", order);
		rc = perso_line_run_order(r->line, order, link, &res);
		if (rc != PERSO_OK && res.text[0] == '\0')
			perso_trail_text(res.text, sizeof(res.text));
		if (res.outcome != PERSO_LINE_FAILED)
			cli_chips_done(r->chips);
		if (res.outcome != PERSO_LINE_REFUSED || --tries == 0 ||
		    cli_run_stop(NULL))
			break;
		passed_over = true;
		cli_note(
		    r->cli, "  chip %s refused: %s\n", res.blank, res.text);
	}
	if (passed_over) /* the next order may have use for them */
		cli_chips_rewind(r->chips);
	cli_run_result(r, &res);
	if (res.outcome == PERSO_LINE_UNPRINTED) {
		advise_print(r, &res);
		stop_asked = 1; /* the next pages would fare no better */
	}
	if (res.outcome == PERSO_LINE_NOTHING ||
	    res.outcome == PERSO_LINE_UNFINISHED)
		return res.rc; /* the next order would fare no better */
	return PERSO_OK;
}

static perso_rc
dry_run_order(struct cli_run *r, const char *order)
{
	perso_rc rc = perso_line_check_order(r->line, order);
	char text[PERSO_REASON_MAX] = "ready";

	if (rc != PERSO_OK) {
		perso_trail_text(text, sizeof(text));
		r->bad++;
	} else {
		r->good++;
	}
	if (r->cli->json)
		return cli_json_line(json_pack("{s:s, s:b, s:s}", "order",
		    order, "ok", rc == PERSO_OK, "text", text));
	cli_print("%s: %s\n", order, text);
	return PERSO_OK;
}

static bool
is_chipless(const struct cli_run *r, const char *profile)
{
	const struct perso_doc_profile *d =
	    perso_profiles_doc(r->profiles, profile);

	return d != NULL && perso_doc_profile_is_chipless(d);
}

/* named: an order that was named is not passed over in silence. */
static perso_rc
take_order(
    struct cli_run *r, const char *order, const char *profile, bool named)
{
	bool chipless = is_chipless(r, profile),
	     dry = cli_flag(r->cli, "dry-run");
	bool passed_over = chipless && dry && r->printer.base.name == NULL;

	if (dry && !passed_over)
		return dry_run_order(r, order);
	if (!chipless)
		return run_order(r, order);
	if (passed_over)
		cli_run_no_sticker(r, order, profile);
	else
		PERSO_TRY(cli_run_sticker(r, order, profile, &passed_over));
	if (passed_over && named)
		r->bad++;
	return PERSO_OK;
}

static perso_rc
take_named(struct cli_run *r, const char *order)
{
	struct perso_store_order *o = calloc(1, sizeof(*o));
	perso_rc rc;

	if (o == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for an order");
	if (perso_store_order_get(r->store, order, o) != PERSO_OK)
		perso_trail_reset(); /* the line says what is wrong */
	rc = take_order(r, order, o->profile, true);
	free(o);
	return rc;
}

static perso_rc
take_orders(struct cli_run *r)
{
	unsigned states = PERSO_ORDER_IMPORTED;
	struct perso_store_order *o;
	bool there = true;
	perso_rc rc = PERSO_OK;

	for (int i = 0; i < r->cli->argc && !cli_run_stop(NULL); i++)
		PERSO_TRY(take_named(r, r->cli->argv[i]));
	if (r->cli->argc > 0)
		return PERSO_OK;
	if (cli_flag(r->cli, "failed"))
		states |= PERSO_ORDER_FAILED;
	o = calloc(1, sizeof(*o));
	if (o == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for an order");
	while (rc == PERSO_OK && there && !cli_run_stop(NULL)) {
		rc =
		    perso_store_order_next(r->store, states, o->seq, o, &there);
		if (rc == PERSO_OK && there)
			rc = take_order(r, o->id, o->profile, false);
	}
	free(o);
	return rc;
}

/* see cli_int.h */
perso_rc
cli_run_run(struct cli *c)
{
	/* restarted calls: a signal loses no line of output */
	struct sigaction sa = { .sa_handler = on_signal,
		.sa_flags = SA_RESTART };
	struct cli_run *r = calloc(1, sizeof(*r));
	perso_rc rc;

	if (r == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory");
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGHUP, &sa, NULL);
	r->cli = c;
	r->begun = perso_ticks_us();
	rc = open_run(r);
	if (rc == PERSO_OK && !cli_flag(c, "dry-run"))
		rc = recover(r);
	if (rc == PERSO_OK)
		rc = take_orders(r);
	if (rc == PERSO_E_INTERRUPTED ||
	    (rc == PERSO_OK && cli_run_stop(NULL))) {
		cli_note(c, "stopped: the chip in hand is finished\n");
		rc = PERSO_OK;
	}
	if (rc == PERSO_OK || r->good + r->bad > 0)
		cli_run_summary(r);
	if (r->bad > 0)
		c->exit = CLI_EXIT_CHECK;
	cli_run_close(r);
	free(r);
	return rc;
}
