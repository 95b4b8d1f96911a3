/* perso letter print: PIN and PUK onto paper, each letter into an envelope. */
#include <signal.h>

#include "letter_int.h"
#include "perso/letter.h"
#include "perso/line.h"

#define ENVELOPES_MAX ((size_t)1 << 20) /* bytes of the file */

struct printing {
	struct cli *cli;
	struct cli_config cfg;
	struct perso_store *store;
	struct perso_profiles *profiles;
	struct perso_secret wrap_key;
	struct cli_letter_printer printer;
	struct perso_letter_config letters;
	struct perso_buf envelopes; /* the file */
	size_t at;		    /* in it: what was used */
	bool dry;
};

static volatile sig_atomic_t stop_asked;

static void
on_signal(int n)
{
	(void)n;
	stop_asked = 1;
}

static void
close_printing(struct printing *p)
{
	perso_buf_done(&p->envelopes);
	perso_secret_wipe(&p->wrap_key);
	perso_profiles_free(&p->profiles);
	perso_store_close(&p->store);
}

/* ---- envelopes ------------------------------------------------------- */

/* The next line that is a number; "" at the end. */
static perso_rc
next_line(struct printing *p, char ret[PERSO_ENVELOPE_MAX])
{
	const char *text = (const char *)p->envelopes.p;
	size_t n = 0;

	while (p->at < p->envelopes.n) {
		char c = text[p->at++];

		if (c == '\n' && n > 0)
			break;
		if (c == '\n' || c == '\r' || c == ' ' || c == '\t')
			continue;
		if (n + 1 >= PERSO_ENVELOPE_MAX)
			PERSO_FAIL(PERSO_E_RANGE,
			    "%s: a number of more than %d characters",
			    cli_value(p->cli, "envelopes"),
			    PERSO_ENVELOPE_MAX - 1);
		ret[n++] = c;
	}
	ret[n] = '\0';
	return PERSO_OK;
}

/* The next envelope that was never used. */
static perso_rc
next_envelope(struct printing *p, char ret[PERSO_ENVELOPE_MAX])
{
	for (;;) {
		perso_rc rc;

		PERSO_TRY(next_line(p, ret));
		if (ret[0] == '\0')
			PERSO_FAIL(PERSO_E_MISSING,
			    "there are not enough envelopes: each takes one "
			    "letter, once");
		rc = perso_store_envelope_free(p->store, ret);
		if (rc != PERSO_E_CONFLICT || cli_value(p->cli, "envelope"))
			return rc;
		perso_trail_reset();
	}
}

static perso_rc
open_envelopes(struct printing *p)
{
	const char *one = cli_value(p->cli, "envelope");
	const char *file = cli_value(p->cli, "envelopes");

	p->envelopes.max = ENVELOPES_MAX;
	if ((one == NULL) == (file == NULL))
		PERSO_FAIL(PERSO_E_ARG,
		    "--envelope NUMBER or --envelopes FILE is wanted: which "
		    "envelopes the letters go into");
	if (one != NULL && (p->cli->argc != 1 || cli_flag(p->cli, "all")))
		PERSO_FAIL(PERSO_E_ARG,
		    "--envelope is for one JOB; --envelopes for more");
	if (one != NULL)
		return perso_buf_append(&p->envelopes, perso_span_str(one));
	PERSO_TRY_CTX(perso_file_read(file, &p->envelopes), "envelopes");
	return PERSO_OK;
}

/* ---- letters --------------------------------------------------------- */

typedef perso_rc (*letter_fn)(
    struct printing *p, int64_t job, const char *envelope);

/* The jobs named, or all that wait, each with an envelope. */
static perso_rc
each_letter(struct printing *p, letter_fn fn)
{
	char envelope[PERSO_ENVELOPE_MAX];
	struct perso_store_letter l = { 0 };
	bool there = true;

	p->at = 0;
	for (int i = 0; !stop_asked; i++) {
		int64_t after = l.job;

		if (cli_flag(p->cli, "all"))
			PERSO_TRY(perso_store_letter_next(
			    p->store, PERSO_LETTER_WAITING, after, &l, &there));
		else if (i < p->cli->argc)
			PERSO_TRY(cli_job_number(p->cli->argv[i], &l.job));
		else
			there = false;
		if (!there)
			return PERSO_OK;
		PERSO_TRY(next_envelope(p, envelope));
		PERSO_TRY(fn(p, l.job, envelope));
	}
	PERSO_FAIL(PERSO_E_INTERRUPTED, "stopped");
}

/* Could it be printed? */
static perso_rc
try_letter(struct printing *p, int64_t job, const char *envelope)
{
	PERSO_BUF(page, PERSO_LETTER_MAX);
	struct perso_store_letter l;

	PERSO_TRY(perso_store_letter_get(p->store, job, &l));
	if (l.state != PERSO_LETTER_WAITING)
		PERSO_FAIL(PERSO_E_STATE, "the letter of job %lld is %s",
		    (long long)job, perso_letter_state_name(l.state));
	PERSO_TRY(perso_letter_draw(&p->letters, job, envelope, &page));
	if (!p->dry)
		return PERSO_OK;
	if (p->cli->json)
		return cli_json_line(
		    json_pack("{s:I, s:s, s:s, s:b}", "job", (json_int_t)job,
			"order", l.order, "envelope", envelope, "dry-run", 1));
	cli_print("job %lld, order %s: would go into envelope %s\n",
	    (long long)job, l.order, envelope);
	return PERSO_OK;
}

static perso_rc
print_letter(struct printing *p, int64_t job, const char *envelope)
{
	PERSO_TRY(perso_letter_print(&p->letters, job, envelope));
	if (cli_flag(p->cli, "confirm"))
		PERSO_TRY(perso_store_letter_confirm(p->store, job));
	return cli_letter_told(p->cli, p->store, job);
}

static void
tell_torn(void *ctx, const struct perso_store_letter *l)
{
	const struct printing *p = ctx;

	cli_note(p->cli,
	    "job %lld: envelope %s is void, the program stopped while it was "
	    "printed: find and destroy it\n",
	    (long long)l->job, l->envelope);
}

/* ---- the command ----------------------------------------------------- */

static perso_rc
check_options(const struct printing *p)
{
	if ((p->cli->argc == 0) != cli_flag(p->cli, "all"))
		PERSO_FAIL(PERSO_E_ARG, "which letters: JOB or --all");
	if (p->dry)
		return PERSO_OK;
	if (p->printer.base.name == NULL)
		PERSO_FAIL(PERSO_E_CONFIG,
		    "where to: --out DIR, or letter-command or letter-folder "
		    "in %s",
		    p->cfg.path);
	if (cli_flag(p->cli, "confirm") &&
	    strcmp(p->printer.base.name, "command") != 0)
		PERSO_FAIL(PERSO_E_ARG,
		    "--confirm is for letter-command: a file in a folder is "
		    "not printed yet");
	return PERSO_OK;
}

static perso_rc
open_printing(struct printing *p)
{
	PERSO_TRY(cli_config_load(p->cli, &p->cfg));
	PERSO_TRY(cli_letter_printer_open(p->cli, &p->cfg, &p->printer));
	PERSO_TRY(check_options(p));
	PERSO_TRY(open_envelopes(p));
	if (p->cfg.wrap_key[0] == '\0')
		PERSO_FAIL(
		    PERSO_E_CONFIG, "%s: wrap-key is missing", p->cfg.path);
	PERSO_TRY(perso_wrap_key_load(p->cfg.wrap_key, &p->wrap_key));
	PERSO_TRY(cli_open_profiles(&p->cfg, &p->profiles));
	PERSO_TRY(cli_open_store(&p->cfg, &p->store));
	p->letters = (struct perso_letter_config){ .store = p->store,
		.profiles = p->profiles,
		.wrap_key = perso_secret_span(&p->wrap_key),
		.printer = &p->printer.base };
	return PERSO_OK;
}

/* see cli_int.h */
perso_rc
cli_run_letter_print(struct cli *c)
{
	const struct sigaction sa = { .sa_handler = on_signal,
		.sa_flags = SA_RESTART };
	__attribute__((cleanup(close_printing))) struct printing p = { .cli = c,
		.dry = cli_flag(c, "dry-run") };

	perso_letter_wipe_memory();
	(void)sigaction(SIGINT, &sa, NULL);
	(void)sigaction(SIGTERM, &sa, NULL);
	PERSO_TRY(open_printing(&p));
	if (!p.dry) {
		PERSO_TRY(perso_store_lock_letters(p.store));
		PERSO_TRY(perso_letter_recover(p.store, tell_torn, &p));
	}
	/* Every one can be drawn and has its envelope, or none is printed. */
	PERSO_TRY(each_letter(&p, try_letter));
	return p.dry ? PERSO_OK : each_letter(&p, print_letter);
}
