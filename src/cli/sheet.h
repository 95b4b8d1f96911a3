/*
 * Contact sheets: the finished document as it was read, its order and the
 * verdict on one page, as PNG and PDF. Files of mode 0600, only where they
 * are asked for.
 */
#ifndef PERSO_CLI_SHEET_H
#define PERSO_CLI_SHEET_H

#include "cli_int.h"
#include "perso/sheet.h"
#include "perso/verify.h"

/* What stays open from one sheet to the next; all 0 to begin with. */
struct cli_sheet {
	const struct perso_profiles *profiles; /* borrowed */
	struct perso_sheet_maker *maker;
	const struct perso_layout *layout; /* of render */
	struct perso_render *render;
};
void cli_sheet_done(struct cli_sheet *s);

/* One document; all borrowed, NULL or empty where there is none. */
struct cli_sheet_values {
	const struct perso_report *report;
	const struct perso_lds_image *files;
	/* The order's, its number bound: the printed faces. */
	const struct perso_record *record;
	const char *order, *number, *blank;
	struct perso_span can;
	/* Symbol of the printed seal, and what the seal says. */
	const struct perso_render_symbol *symbol;
	const struct perso_sheet_row *seal;
	size_t seal_count;
};

/* Writes dir/<order>.png and .pdf; the folder is made (mode 0700) if need
 * be. PERSO_E_ARG: an order that cannot name a file; PERSO_E_IO; codes of
 * perso/sheet.h. A face that cannot be drawn is no failure: the sheet says
 * why. */
PERSO_MUST perso_rc cli_sheet_write(
    struct cli_sheet *s, const struct cli_sheet_values *v, const char *dir);
/* The PNG (a path that ends in .png) or the PDF alone. */
PERSO_MUST perso_rc cli_sheet_file(
    struct cli_sheet *s, const struct cli_sheet_values *v, const char *path);

/* Before anything is read for it. PERSO_E_ARG: another ending. */
PERSO_MUST perso_rc cli_sheet_check_path(const char *path, bool *ret_is_pdf);

/* ---- Its texts (sheet_rows.c). ---- */

#define CLI_SHEET_ROWS 512

struct cli_sheet_rows {
	size_t count;
	struct perso_sheet_row row[CLI_SHEET_ROWS]; /* owns its texts */
};
/* Wipes. */
void cli_sheet_rows_done(struct cli_sheet_rows *r);
/* What the chip's files say, a group for each, and how it was opened. What
 * cannot be parsed says so. */
PERSO_MUST perso_rc cli_sheet_rows_take(struct cli_sheet_rows *r,
    const struct perso_report *report, const struct perso_lds_image *files);
/* A row, copied; value NULL: a heading. Beyond the last one: left out. */
PERSO_MUST perso_rc cli_sheet_rows_add(
    struct cli_sheet_rows *r, const char *key, const char *value);

#endif
