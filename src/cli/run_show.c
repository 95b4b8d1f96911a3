/*
 * What `perso run` shows and writes: steps, reports, results.
 */
#include <unistd.h>

#include "perso/evidence.h"
#include "perso/hooks.h"
#include "run_int.h"

#define BAR 24

static bool
on_terminal(const struct cli_run *r)
{
	return !r->cli->quiet && isatty(STDERR_FILENO);
}

static void
step_begin(void *ctx, enum perso_line_step step)
{
	struct cli_run *r = ctx;

	(void)step;
	r->step_begun = perso_ticks_us();
	r->bar = false;
}

static void
step_end(void *ctx, enum perso_line_step step, perso_rc rc)
{
	struct cli_run *r = ctx;

	cli_note(r->cli, "%s  %-8s %-6s %8.3f s%s\n", r->bar ? "\r" : "",
	    perso_line_step_name(step), rc == PERSO_OK ? "ok" : "FAILED",
	    (double)(perso_ticks_us() - r->step_begun) / 1e6,
	    r->bar ? "                          " : "");
	r->bar = false;
}

static void
step_progress(
    void *ctx, enum perso_line_step step, uint64_t done, uint64_t total)
{
	static const char full[] = "########################";
	static const char none[] = "........................";
	struct cli_run *r = ctx;
	int n = total > 0 ? (int)(done * BAR / total) : 0;

	if (!on_terminal(r))
		return;
	cli_note(r->cli, "\r  %-8s [%.*s%.*s] %llu of %llu bytes",
	    perso_line_step_name(step), n, full, BAR - n, none,
	    (unsigned long long)done, (unsigned long long)total);
	r->bar = true;
}

static void
step_torn(void *ctx, enum perso_line_step step, perso_rc rc)
{
	struct cli_run *r = ctx;
	char text[PERSO_REASON_MAX];

	perso_trail_text(text, sizeof(text));
	cli_note(r->cli, "  %-8s torn (%s): %s\n", perso_line_step_name(step),
	    perso_rc_name(rc), text);
}

/* see run_int.h */
struct perso_line_events
cli_run_events(struct cli_run *r)
{
	return (struct perso_line_events){ .ctx = r,
		.begin = step_begin,
		.end = step_end,
		.progress = step_progress,
		.torn = step_torn };
}

/* see run_int.h */
perso_rc
cli_run_signer(void *ctx, const struct perso_doc_profile *profile,
    struct perso_signer **ret)
{
	struct cli_run *r = ctx;
	struct run_signer s = { 0 };

	for (size_t i = 0; i < r->signer_count; i++) {
		if (strcmp(r->signers[i].issuer, profile->issuer) == 0) {
			*ret = r->signers[i].s.signer;
			return PERSO_OK;
		}
	}
	if (r->signer_count == RUN_SIGNERS)
		PERSO_FAIL(PERSO_E_CONFIG, "more than %d signers", RUN_SIGNERS);
	snprintf(s.issuer, sizeof(s.issuer), "%s", profile->issuer);
	PERSO_TRY(cli_signer_open(&r->cfg, profile->issuer, &s.s));
	r->signers[r->signer_count++] = s;
	*ret = s.s.signer;
	return PERSO_OK;
}

/* reports/<order>/<name>; failures are told, they stop nothing. */
static void
write_report(struct cli_run *r, const char *order, const char *name,
    struct perso_span text)
{
	const char *dir = cli_value(r->cli, "reports");
	char folder[PERSO_PATH_MAX], path[PERSO_PATH_MAX];

	if (perso_path_join(folder, sizeof(folder), dir, order) != PERSO_OK ||
	    perso_dir_make(folder, 0755) != PERSO_OK ||
	    perso_path_join(path, sizeof(path), folder, name) != PERSO_OK ||
	    perso_file_write(path, text, 0644) != PERSO_OK) {
		char why[PERSO_REASON_MAX];

		perso_trail_text(why, sizeof(why));
		cli_note(r->cli, "  report not written: %s\n", why);
	}
}

/* see run_int.h */
void
cli_run_report(
    struct cli_run *r, const char *order, const struct perso_report *report)
{
	PERSO_BUF(text, 1 << 20);
	PERSO_BUF(json, 1 << 20);

	if (cli_value(r->cli, "reports") == NULL)
		return;
	if (perso_report_text(report, &text) == PERSO_OK)
		write_report(
		    r, order, "verification.txt", perso_buf_span(&text));
	if (perso_report_json(report, &json) == PERSO_OK)
		write_report(
		    r, order, "verification.json", perso_buf_span(&json));
}

/* see run_int.h */
void
cli_run_reported(void *ctx, const struct perso_inspection *what,
    const struct perso_report *report)
{
	cli_run_report(ctx, what->order, report);
}

static void
output_line(struct cli_run *r, const struct perso_line_result *res)
{
	json_t *j = json_pack("{s:s, s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:o}",
	    "order", res->order, "blank", res->blank, "outcome",
	    perso_line_outcome_name(res->outcome), "number", res->number, "job",
	    (json_int_t)res->job, "bytes", (json_int_t)res->bytes, "apdus",
	    (json_int_t)res->apdus, "us", (json_int_t)res->us, "text",
	    cli_json_text(res->text));

	if (j != NULL && r->output != NULL) {
		json_dumpf(j, r->output, JSON_COMPACT);
		fputc('\n', r->output);
		if ((fflush(r->output) != 0 || ferror(r->output)) &&
		    r->output != stdout && !r->output_bad) {
			r->output_bad = true;
			cli_note(r->cli, "  results not written: %s\n",
			    cli_value(r->cli, "output"));
		}
	}
	if (j != NULL && r->cli->json && r->output != stdout)
		(void)!(cli_json_line(j) == PERSO_OK);
	else
		json_decref(j);
}

static void
keep_row(struct cli_run *r, const struct perso_line_result *res)
{
	struct run_row *row;

	if (r->row_count == RUN_ROWS)
		return;
	row = &r->rows[r->row_count++];
	snprintf(row->order, sizeof(row->order), "%s", res->order);
	snprintf(row->number, sizeof(row->number), "%s", res->number);
	snprintf(row->verdict, sizeof(row->verdict), "%s: %.90s",
	    perso_line_outcome_name(res->outcome), res->text);
	row->bytes = res->bytes;
	row->apdus = res->apdus;
	row->us = res->us;
}

/* see run_int.h */
void
cli_run_result(struct cli_run *r, const struct perso_line_result *res)
{
	PERSO_BUF(evidence, 1 << 20);

	if (res->outcome == PERSO_LINE_GOOD)
		r->good++;
	else
		r->bad++;
	if (res->outcome != PERSO_LINE_GOOD)
		cli_note(r->cli, "  order %s: %s: %s\n", res->order,
		    perso_line_outcome_name(res->outcome), res->text);
	keep_row(r, res);
	output_line(r, res);
	if (res->job != 0 && cli_value(r->cli, "reports") != NULL &&
	    perso_evidence_json(r->store, res->job, &evidence) == PERSO_OK)
		write_report(
		    r, res->order, "evidence.json", perso_buf_span(&evidence));
}

/* see run_int.h */
void
cli_run_passed_over(struct cli_run *r, const struct perso_line_result *res)
{
	r->passed_over++;
	cli_note(r->cli, "order %s passed over: %s\n", res->order, res->text);
	keep_row(r, res);
	output_line(r, res);
}

/* see run_int.h */
void
cli_run_summary(struct cli_run *r)
{
	double seconds = (double)(perso_ticks_us() - r->begun) / 1e6;
	CLI_TABLE(t);

	if (r->cli->json || (r->output == stdout))
		return;
	cli_table_begin(&t);
	if (r->row_count > 0 &&
	    cli_table_row(&t,
		"ORDER\tNUMBER\tBYTES\tAPDUS\tSECONDS\tVERDICT") != PERSO_OK)
		return;
	for (size_t i = 0; i < r->row_count; i++) {
		const struct run_row *row = &r->rows[i];

		if (cli_table_row(&t, "%s\t%s\t%llu\t%llu\t%.3f\t%s",
			row->order, row->number, (unsigned long long)row->bytes,
			(unsigned long long)row->apdus, (double)row->us / 1e6,
			row->verdict) != PERSO_OK)
			break;
	}
	cli_table_end(&t);
	if (r->row_count == RUN_ROWS && r->good + r->bad > RUN_ROWS)
		cli_print(
		    "... and %zu more\n", r->good + r->bad - r->row_count);
	if (r->passed_over > 0)
		cli_print("%zu without a chip, passed over\n", r->passed_over);
	if (r->good + r->bad + r->passed_over == 0)
		cli_note(r->cli,
		    "no order is ready: perso order list shows all, "
		    "perso run --failed takes failed ones again\n");
	cli_print("%zu %s, %zu not, in %.1f s\n", r->good,
	    cli_flag(r->cli, "dry-run") ? "ready" : "good", r->bad, seconds);
}
