/*
 * The printer of the configuration. A folder gets files that only their owner
 * reads; a command gets each page on its standard input, and no page is
 * written to a disk.
 */
#include "printer.h"

#include <ctype.h>

#define SAID_MAX 2048

/* ---- a folder ------------------------------------------------------------ */

static perso_rc
write_page(const struct cli_printer *p, const struct perso_print *what,
    const struct perso_print_page *page)
{
	char dir[PERSO_PATH_MAX], path[PERSO_PATH_MAX], name[80];

	if (what->order[0] == '.' || strchr(what->order, '/') != NULL)
		PERSO_FAIL(
		    PERSO_E_ARG, "order %s cannot name a folder", what->order);
	snprintf(name, sizeof(name), "%lld-%s.%s", (long long)what->job,
	    page->name, page->type);
	PERSO_TRY(perso_path_join(dir, sizeof(dir), p->folder, what->order));
	PERSO_TRY(perso_dir_make(dir, 0700));
	PERSO_TRY(perso_path_join(path, sizeof(path), dir, name));
	return perso_file_write(path, page->bytes, 0600);
}

static perso_rc
print_to_folder(void *ctx, const struct perso_print *what)
{
	for (size_t i = 0; i < what->count; i++)
		PERSO_TRY_CTX(
		    write_page(ctx, what, &what->pages[i]), "print folder");
	return PERSO_OK;
}

/* ---- a command ----------------------------------------------------------- */

/* see printer.h */
void
cli_printer_told(const struct cli *c, const struct perso_buf *said)
{
	char line[200];
	size_t n = 0;

	for (size_t i = 0; i <= said->n; i++) {
		unsigned char b = i < said->n ? said->p[i] : '\n';

		if (b != '\n' && n < sizeof(line) - 1)
			line[n++] = (char)(b < 0x20 || b == 0x7F ? '?' : b);
		else if (n > 0) {
			cli_note(c, "  printer: %.*s\n", (int)n, line);
			n = 0;
		}
	}
}

#define VARIABLES 5
#define VARIABLE_MAX 128

static perso_rc
send_page(const struct cli_printer *p, const struct perso_print *what,
    const struct perso_print_page *page)
{
	char text[VARIABLES][VARIABLE_MAX];
	char *variables[VARIABLES + 1] = { NULL };
	struct cli_shell s = { .command = p->command,
		.variables = variables,
		.input = page->bytes,
		.time_limit_s = p->time_limit_s };
	PERSO_BUF(said, SAID_MAX);
	perso_rc rc;

	snprintf(text[0], VARIABLE_MAX, "PERSO_ORDER=%s", what->order);
	snprintf(text[1], VARIABLE_MAX, "PERSO_JOB=%lld", (long long)what->job);
	snprintf(text[2], VARIABLE_MAX, "PERSO_BLANK=%s", what->blank);
	snprintf(text[3], VARIABLE_MAX, "PERSO_PAGE=%s", page->name);
	snprintf(text[4], VARIABLE_MAX, "PERSO_TYPE=%s", page->type);
	for (size_t i = 0; i < VARIABLES; i++)
		variables[i] = text[i];
	rc = cli_shell_run(&s, &said);
	cli_printer_told(p->cli, &said);
	PERSO_TRY_CTX(rc, "print command, %s", page->name);
	return PERSO_OK;
}

static perso_rc
print_by_command(void *ctx, const struct perso_print *what)
{
	for (size_t i = 0; i < what->count; i++)
		PERSO_TRY(send_page(ctx, what, &what->pages[i]));
	return PERSO_OK;
}

/* ---- the configuration ---------------------------------------------------- */

static perso_rc
read_number(const char *key, const char *text, unsigned max, unsigned *ret)
{
	unsigned v = 0;

	if (text[0] == '\0')
		return PERSO_OK;
	for (const char *c = text; *c != '\0'; c++) {
		if (!isdigit((unsigned char)*c) || v > max)
			PERSO_FAIL(PERSO_E_CONFIG,
			    "%s is a number from 1 to %u", key, max);
		v = v * 10 + (unsigned)(*c - '0');
	}
	if (v == 0 || v > max)
		PERSO_FAIL(
		    PERSO_E_CONFIG, "%s is a number from 1 to %u", key, max);
	*ret = v;
	return PERSO_OK;
}

static perso_rc
read_values(const struct cli_config *cfg, struct cli_printer *ret)
{
	const char *format = cfg->print_format;

	ret->dpi = 300;
	ret->time_limit_s = 120;
	ret->is_pdf = strcmp(format, "pdf") == 0;
	if (format[0] != '\0' && !ret->is_pdf && strcmp(format, "png") != 0)
		PERSO_FAIL(PERSO_E_CONFIG, "print-format is png or pdf");
	PERSO_TRY(read_number("print-dpi", cfg->print_dpi, 600, &ret->dpi));
	if (ret->dpi != 300 && ret->dpi != 600)
		PERSO_FAIL(PERSO_E_CONFIG, "print-dpi is 300 or 600");
	return read_number("print-time-limit", cfg->print_time_limit, 3600,
	    &ret->time_limit_s);
}

/* see printer.h */
perso_rc
cli_printer_open(
    struct cli *c, const struct cli_config *cfg, struct cli_printer *ret)
{
	const char *folder = cli_value(c, "pages");

	*ret = (struct cli_printer){ .cli = c, .command = cfg->print_command };
	PERSO_TRY_CTX(read_values(cfg, ret), "%s", cfg->path);
	if (cfg->print_folder[0] != '\0' && cfg->print_command[0] != '\0')
		PERSO_FAIL(PERSO_E_CONFIG,
		    "%s: either print-folder or print-command", cfg->path);
	if (folder == NULL && cfg->print_folder[0] != '\0')
		folder = cfg->print_folder;
	if (folder != NULL) {
		snprintf(ret->folder, sizeof(ret->folder), "%s", folder);
		ret->base =
		    (struct perso_printer){ "folder", ret, print_to_folder };
	} else if (cfg->print_command[0] != '\0') {
		ret->base =
		    (struct perso_printer){ "command", ret, print_by_command };
	}
	return PERSO_OK;
}
