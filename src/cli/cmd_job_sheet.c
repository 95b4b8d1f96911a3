/* perso job sheet: a finished document on one page, its chip read again. */
#include "cli_int.h"
#include "perso/hooks.h"
#include "perso/order.h"
#include "perso/secret.h"
#include "reader.h"
#include "secret_arg.h"
#include "sheet.h"
#include "terminal.h"

struct again {
	struct cli_config cfg;
	struct perso_profiles *profiles;
	struct perso_trust *trust;
	struct perso_order *order;
	struct perso_link *link;
	struct cli_terminal terminal;
	struct perso_store_job job;
	struct perso_doc_profile on; /* of the day of issue */
	struct perso_buf can;
	struct perso_inspect_file sod;
	struct perso_report report;
	struct cli_sheet sheet;
};

static void
close_again(struct again **a)
{
	if (*a == NULL)
		return;
	cli_sheet_done(&(*a)->sheet);
	perso_buf_done(&(*a)->can);
	cli_terminal_close(&(*a)->terminal);
	perso_link_free(&(*a)->link);
	perso_order_free(&(*a)->order);
	perso_trust_free(&(*a)->trust);
	perso_profiles_free(&(*a)->profiles);
	perso_wipe(*a, sizeof(**a));
	free(*a);
	*a = NULL;
}

/* The order's file as it was imported, at the time of the job. */
static perso_rc
load_file(struct again *a, const struct perso_store_order *o)
{
	const struct perso_order_input in = { .profiles = a->profiles,
		.now = (time_t)a->job.clock,
		.imported = true };

	a->order = perso_order_new();
	if (a->order == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for an order");
	PERSO_TRY(perso_order_check_file(o->path, in, a->order));
	if (!perso_span_equal(perso_md_span(&a->order->sha256),
		perso_span(o->json_hash, sizeof(o->json_hash))))
		PERSO_FAIL(PERSO_E_MISMATCH,
		    "the order file is not the one that was imported");
	PERSO_TRY(perso_record_bind(&a->order->record, a->job.number));
	perso_doc_profile_on(
	    a->order->record.profile, a->order->record.issue, &a->on);
	return PERSO_OK;
}

static perso_rc
load_order(struct again *a, struct perso_store *store)
{
	struct perso_store_order *o = calloc(1, sizeof(*o));

	if (o == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for an order");
	perso_rc rc = perso_store_order_get(store, a->job.order, o);
	if (rc == PERSO_OK)
		rc = load_file(a, o);
	free(o);
	PERSO_TRY_CTX(rc, "order %s", a->job.order);
	return PERSO_OK;
}

/* Only a job that has ended: a chip in work belongs to the line. */
static perso_rc
find_job(struct cli *c, struct again *a)
{
	int64_t number = 0;
	CLI_STORE(store);

	PERSO_TRY(cli_job_number(c->argv[0], &number));
	PERSO_TRY(cli_config_load(c, &a->cfg));
	PERSO_TRY(cli_open_profiles(&a->cfg, &a->profiles));
	PERSO_TRY(cli_open_store(&a->cfg, &store));
	PERSO_TRY_CTX(
	    perso_store_job_get(store, number, &a->job), "job %s", c->argv[0]);
	if (((unsigned)a->job.state & PERSO_JOB_UNFINISHED) != 0)
		PERSO_FAIL(PERSO_E_STATE, "job %s is not finished: it is %s",
		    c->argv[0], perso_job_state_name(a->job.state));
	if (!a->job.has_sod_hash)
		PERSO_FAIL(PERSO_E_STATE,
		    "job %s has made no document: it ended before EF.SOD",
		    c->argv[0]);
	return load_order(a, store);
}

/* Without the CAN, which the line has forgotten, it is not tried. */
static perso_rc
take_can(struct cli *c, struct again *a)
{
	bool stdin_used = false;

	a->can.max = PERSO_SECRET_MAX;
	PERSO_TRY(cli_secret(c, "can", &stdin_used, &a->can));
	for (size_t i = 0; i < a->can.n; i++)
		if (a->can.p[i] < '0' || a->can.p[i] > '9')
			PERSO_FAIL(PERSO_E_ARG,
			    "--can: character %zu is no digit", i + 1);
	if (a->can.n == 0)
		a->on.pace.passwords &= ~(unsigned)PERSO_PASSWORD_CAN;
	return PERSO_OK;
}

static void
take_terminal(struct cli *c, struct again *a)
{
	char why[PERSO_REASON_MAX];

	if (a->on.ta.data_groups == 0 ||
	    cli_terminal_of(&a->cfg, a->on.issuer, &a->terminal) == PERSO_OK)
		return;
	perso_trail_text(why, sizeof(why));
	perso_trail_reset();
	cli_note(c, "%s\n", why);
}

/* What the store still knows of the files is EF.SOD's hash, and by it all
 * data groups. */
static perso_rc
inspect(struct again *a, struct perso_inspection *what,
    struct perso_lds_image *files)
{
	*what = (struct perso_inspection){ .record = &a->order->record,
		.profile = &a->on,
		.can = perso_buf_span(&a->can),
		.terminal = a->terminal.key != NULL ? &a->terminal.t : NULL,
		.number = a->job.number,
		.files = &a->sod,
		.file_count = 1,
		.partial = true,
		.order = a->job.order,
		.blank = a->job.blank };
	const struct perso_verify_input in = { .link = a->link,
		.trust = a->trust,
		.now = perso_now(),
		.expect = what };

	a->sod.fid = PERSO_FID_SOD;
	a->sod.hash.n = sizeof(a->job.sod_hash);
	PERSO_TRY(perso_span_copy(a->sod.hash.p, sizeof(a->sod.hash.p),
	    perso_span(a->job.sod_hash, sizeof(a->job.sod_hash))));
	return perso_verify(&in, &a->report, files);
}

static perso_rc
write_sheet(struct cli *c, struct again *a, const struct perso_inspection *what,
    const struct perso_lds_image *files)
{
	const char *out = cli_value(c, "out");
	const struct cli_sheet_values v = { .report = &a->report,
		.files = files,
		.record = what->record,
		.order = what->order,
		.number = what->number,
		.blank = what->blank,
		.can = what->can };

	a->sheet.profiles = a->profiles;
	PERSO_TRY(cli_sheet_write(&a->sheet, &v, out != NULL ? out : "."));
	if (c->json)
		return cli_json_line(json_pack("{s:s, s:b, s:I, s:I}", "order",
		    what->order, "ok", a->report.ok, "checks",
		    (json_int_t)a->report.count, "failed",
		    (json_int_t)a->report.failed));
	cli_print("%s: %s, %zu checks, %zu failed\n", what->order,
	    a->report.ok ? "GOOD" : "BAD", a->report.count, a->report.failed);
	return PERSO_OK;
}

/* see cli_int.h */
perso_rc
cli_run_job_sheet(struct cli *c)
{
	__attribute__((cleanup(close_again))) struct again *a =
	    calloc(1, sizeof(*a));
	struct perso_inspection what;
	PERSO_LDS_IMAGE(files);

	if (a == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for a job");
	PERSO_TRY(find_job(c, a));
	PERSO_TRY(take_can(c, a));
	PERSO_TRY_CTX(perso_trust_open(a->cfg.trust, &a->trust), "trust");
	take_terminal(c, a);
	PERSO_TRY(cli_open_link(c, a->cfg.reader, &a->link));
	PERSO_TRY(inspect(a, &what, &files));
	PERSO_TRY(write_sheet(c, a, &what, &files));
	if (!a->report.ok)
		c->exit = CLI_EXIT_CHECK;
	return PERSO_OK;
}
