/*
 * Documents without a chip in `perso run`: the seal signers, who reads pages
 * back, and where sticker numbers come from.
 */
#include <unistd.h>

#include "run_int.h"
#include "seal_int.h"

/* ---- seal signers ---- */

/* see run_int.h */
perso_rc
cli_run_sealer(void *ctx, const struct perso_doc_profile *profile,
    struct perso_line_sealer *ret)
{
	struct cli_run *r = ctx;
	struct run_sealer *s = NULL;

	for (size_t i = 0; i < r->sealer_count && s == NULL; i++)
		if (strcmp(r->sealers[i].issuer, profile->issuer) == 0)
			s = &r->sealers[i];
	if (s == NULL) {
		if (r->sealer_count == RUN_SIGNERS)
			PERSO_FAIL(PERSO_E_CONFIG, "more than %d signers",
			    RUN_SIGNERS);
		s = &r->sealers[r->sealer_count];
		PERSO_TRY(cli_sealer_open(&r->cfg, profile->issuer, &s->s));
		snprintf(s->issuer, sizeof(s->issuer), "%s", profile->issuer);
		r->sealer_count++;
	}
	*ret = (struct perso_line_sealer){ s->s.key, &s->s.cert };
	return PERSO_OK;
}

/* ---- pages read back ---- */

static perso_rc
find_signer(void *ctx, const struct perso_seal *s, struct perso_cert *ret,
    bool *ret_found)
{
	const struct cli_run *r = ctx;

	return seal_signer_find(r->cli, s, ret, ret_found);
}

static void
page_reported(void *ctx, const struct perso_page_inspection *what,
    const struct perso_report *report)
{
	cli_run_report(ctx, what->order, report);
	cli_run_page_seen(ctx, what, report);
}

/* see run_int.h */
struct perso_page_inspector
cli_run_pages(struct cli_run *r)
{
	r->verify_page.in.profiles = r->profiles;
	r->verify_page.in.trust = r->trust;
	r->verify_page.in.signer = find_signer;
	r->verify_page.in.ctx = r;
	r->verify_page.reported = page_reported;
	r->verify_page.ctx = r;
	return perso_verify_page_inspector(&r->verify_page);
}

/* ---- numbers ---- */

/* see run_int.h */
perso_rc
cli_run_stickers_open(struct cli_run *r)
{
	const char *one = cli_value(r->cli, "sticker");
	const char *path = cli_value(r->cli, "stickers");

	if (one != NULL && (path != NULL || r->cli->argc != 1))
		PERSO_FAIL(PERSO_E_ARG, "--sticker goes with one order");
	r->ask = one == NULL && path == NULL && isatty(STDIN_FILENO) &&
		 isatty(STDERR_FILENO) && !r->cli->quiet && !r->cli->json;
	if (path == NULL)
		return PERSO_OK;
	r->stickers = strcmp(path, "-") == 0 ? stdin : fopen(path, "r");
	if (r->stickers == NULL)
		PERSO_FAIL(PERSO_E_IO, "cannot read %s", path);
	return PERSO_OK;
}

/* see run_int.h */
bool
cli_run_has_stickers(const struct cli_run *r)
{
	return cli_value(r->cli, "sticker") != NULL || r->stickers != NULL;
}

/* see run_int.h */
void
cli_run_stickers_close(struct cli_run *r)
{
	for (size_t i = 0; i < r->sealer_count; i++)
		cli_sealer_close(&r->sealers[i].s);
	r->sealer_count = 0;
	if (r->stickers != NULL && r->stickers != stdin)
		fclose(r->stickers);
	r->stickers = NULL;
}

/* A line that is not empty, without spaces around; false at the end. */
static bool
read_number(FILE *f, char dst[PERSO_ID_MAX])
{
	char line[256];

	while (fgets(line, sizeof(line), f) != NULL) {
		char *p = line + strspn(line, " \t");
		size_t n = strcspn(p, " \t\r\n");

		if (n == 0 || p[0] == '#')
			continue;
		snprintf(dst, PERSO_ID_MAX, "%.*s",
		    n < PERSO_ID_MAX ? (int)n : PERSO_ID_MAX - 1, p);
		return true;
	}
	return false;
}

static bool
ask_number(const char *order, char dst[PERSO_ID_MAX])
{
	char line[256];
	size_t n;

	fprintf(
	    stderr, "sticker number for order %s (none: pass over): ", order);
	if (fgets(line, sizeof(line), stdin) == NULL)
		return false;
	n = strcspn(line, " \t\r\n");
	snprintf(dst, PERSO_ID_MAX, "%.*s",
	    n < PERSO_ID_MAX ? (int)n : PERSO_ID_MAX - 1, line);
	return dst[0] != '\0';
}

/* The next number for the order; false: there is none. One that the order
 * before did not use comes first. */
static bool
next_number(struct cli_run *r, const char *order, char dst[PERSO_ID_MAX])
{
	const char *one = cli_value(r->cli, "sticker");
	bool there = false;

	dst[0] = '\0';
	if (r->held[0] != '\0') {
		snprintf(dst, PERSO_ID_MAX, "%s", r->held);
		r->held[0] = '\0';
		return true;
	}
	if (one != NULL && !r->one_taken) {
		snprintf(dst, PERSO_ID_MAX, "%.*s", PERSO_ID_MAX - 1, one);
		r->one_taken = there = true;
	} else if (r->stickers != NULL) {
		there = read_number(r->stickers, dst);
	} else if (r->ask) {
		there = ask_number(order, dst);
	}
	return there;
}

/* ---- orders ---- */

/* see run_int.h */
void
cli_run_no_sticker(struct cli_run *r, const char *order, const char *profile)
{
	struct perso_line_result res = { .outcome = PERSO_LINE_REFUSED,
		.rc = PERSO_E_UNSUPPORTED };

	snprintf(res.order, sizeof(res.order), "%s", order);
	snprintf(res.text, sizeof(res.text),
	    "%s has no chip: give a sticker's number with --sticker, or "
	    "several with --stickers",
	    profile);
	cli_run_passed_over(r, &res);
}

/* see run_int.h */
perso_rc
cli_run_sticker(struct cli_run *r, const char *order, const char *profile,
    bool *ret_passed_over)
{
	struct perso_line_result res = { .outcome = PERSO_LINE_REFUSED };
	char number[PERSO_ID_MAX];
	bool refused = false;

	*ret_passed_over = false;
	for (;;) {
		perso_rc rc;

		if (!next_number(r, order, number)) {
			if (refused)
				break;
			*ret_passed_over = true;
			cli_run_no_sticker(r, order, profile);
			return PERSO_OK;
		}
		cli_note(r->cli, "order %s\n", order);
		rc = perso_line_run_sticker(r->line, order, number, &res);
		if (rc != PERSO_OK && res.text[0] == '\0')
			perso_trail_text(res.text, sizeof(res.text));
		if (res.outcome != PERSO_LINE_REFUSED || cli_run_stop(NULL))
			break;
		refused = true;
		cli_note(
		    r->cli, "  sticker %s refused: %s\n", res.blank, res.text);
	}
	if (res.outcome == PERSO_LINE_FAILED)
		snprintf(r->held, sizeof(r->held), "%s", number);
	cli_run_result(r, &res);
	if (res.printer_failed)
		cli_run_ask_stop(); /* it would waste the next one, too */
	if (res.outcome == PERSO_LINE_NOTHING ||
	    res.outcome == PERSO_LINE_UNFINISHED)
		return res.rc;
	return PERSO_OK;
}
