/* Contact sheets of a run: --sheet. */
#include "run_int.h"

/* see run_int.h */
void
cli_run_seen(void *ctx, const struct perso_inspection *what,
    const struct perso_report *report, const struct perso_lds_image *files)
{
	struct cli_run *r = ctx;
	const char *dir = cli_value(r->cli, "sheet");
	const struct cli_sheet_values v = { .report = report,
		.files = files,
		.record = what->record,
		.order = what->order,
		.number = what->number,
		.blank = what->blank,
		.can = what->can };
	char why[PERSO_REASON_MAX];

	if (dir == NULL)
		return;
	r->sheet.profiles = r->profiles;
	if (cli_sheet_write(&r->sheet, &v, dir) == PERSO_OK)
		return;
	perso_trail_text(why, sizeof(why));
	perso_trail_reset();
	cli_note(r->cli, "  sheet not written: %s\n", why);
}
