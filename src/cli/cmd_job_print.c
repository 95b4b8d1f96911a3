/*
 * perso job print|spoil: documents whose chip is good and whose pages the
 * printer did not take.
 */
#include "perso/hooks.h"
#include "run_int.h"

static void
free_run(struct cli_run **r)
{
	if (*r == NULL)
		return;
	cli_run_close(*r);
	free(*r);
}

#define AUTO_RUN(name) \
	__attribute__((cleanup(free_run))) struct cli_run *name = NULL

static perso_rc
open_run(struct cli *c, int64_t *ret_job, struct cli_run **ret)
{
	PERSO_TRY(cli_job_number(c->argv[0], ret_job));
	*ret = calloc(1, sizeof(**ret));
	if (*ret == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory");
	(*ret)->cli = c;
	(*ret)->begun = perso_ticks_us();
	return cli_run_open(*ret);
}

static perso_rc
tell(struct cli *c, const struct perso_line_result *res)
{
	if (c->json)
		return cli_json(json_pack("{s:I, s:s, s:s, s:s, s:o}", "job",
		    (json_int_t)res->job, "order", res->order, "blank",
		    res->blank, "outcome",
		    perso_line_outcome_name(res->outcome), "text",
		    cli_json_text(res->text)));
	cli_print("job %lld, order %s, blank %s: %s, %s\n", (long long)res->job,
	    res->order, res->blank, perso_line_outcome_name(res->outcome),
	    res->text);
	return PERSO_OK;
}

/* see cli_int.h */
perso_rc
cli_run_job_print(struct cli *c)
{
	struct perso_line_result res;
	int64_t job = 0;
	perso_rc rc;
	AUTO_RUN(r);

	PERSO_TRY(open_run(c, &job, &r));
	if (r->printer.base.name == NULL)
		PERSO_FAIL(PERSO_E_CONFIG,
		    "no printer: print-folder or print-command in %s, or "
		    "--pages",
		    r->cfg.path);
	rc = perso_line_print_job(r->line, job, &res);
	if (res.outcome != PERSO_LINE_GOOD &&
	    res.outcome != PERSO_LINE_UNPRINTED)
		return rc;
	if (rc != PERSO_OK)
		c->exit = CLI_EXIT_CHECK;
	return tell(c, &res);
}

/* see cli_int.h */
perso_rc
cli_run_job_spoil(struct cli *c)
{
	const char *reason = cli_value(c, "reason");
	struct perso_line_result res;
	int64_t job = 0;
	AUTO_RUN(r);

	if (reason == NULL || reason[0] == '\0')
		PERSO_FAIL(PERSO_E_ARG, "--reason is wanted");
	PERSO_TRY(open_run(c, &job, &r));
	PERSO_TRY(perso_line_spoil_job(r->line, job, reason, &res));
	return tell(c, &res);
}
