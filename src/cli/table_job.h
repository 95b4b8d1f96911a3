/* The commands of jobs: a part of table.c, included there once. */
#ifndef PERSO_CLI_TABLE_JOB_H
#define PERSO_CLI_TABLE_JOB_H

static const struct cli_option job_options[] = {
	{ "state", "STATE",
	    "only these: begun, keyed, sealed, locking, locked, printing, "
	    "printed, good or spoiled" },
	{ "order", "NUMBER", "only of this order" }, NO_MORE
};
static const struct cli_option job_print_options[] = { PAGES_OPTION, NO_MORE };

/* clang-format off */
#define JOB_COMMANDS \
	{ "job list", "", 0, 0, "attempts to make documents", NULL, job_options, \
	    "  perso job list\n  perso job list --state spoiled\n", \
	    cli_run_job_list }, \
	{ "job show", "JOB", 1, 1, "the evidence of one job", NULL, none, \
	    "  perso job show 17\n", cli_run_job_show }, \
	{ "job print", "JOB", 1, 1, "print the pages of a document", \
	    "For a job that is unprinted: its chip is good, and the printer " \
	    "failed or was\nstopped. The pages are drawn again and printed; " \
	    "then the document is good. Put\nits blank into the printer, " \
	    "unless what it printed on is spoiled.", \
	    job_print_options, \
	    "  perso job print 17\n  perso job print 17 --pages pages\n", \
	    cli_run_job_print }, \
	{ "job spoil", "JOB", 1, 1, "give a document up that is not printed", \
	    "For a job that is unprinted: its blank is spoiled, its order may " \
	    "run again on\nanother one. --reason is wanted.", \
	    mark_options, \
	    "  perso job spoil 17 --reason \"ink over the portrait\"\n", \
	    cli_run_job_spoil }
/* clang-format on */

#endif
