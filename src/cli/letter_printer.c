/* Where letters go. */
#include "letter_int.h"

#define VARIABLES 4
#define VARIABLE_MAX 128
#define SAID_MAX 2048
#define TIME_LIMIT_S 120

/* ---- a folder -------------------------------------------------------- */

static perso_rc
print_to_folder(void *ctx, const struct perso_print *what)
{
	const struct cli_letter_printer *p = ctx;
	char name[128], path[PERSO_PATH_MAX];

	PERSO_TRY(perso_dir_make(p->folder, 0700));
	for (size_t i = 0; i < what->count; i++) {
		snprintf(name, sizeof(name), "%s-%lld-%s.%s",
		    what->pages[i].name, (long long)what->job, what->blank,
		    what->pages[i].type);
		PERSO_TRY(perso_path_join(path, sizeof(path), p->folder, name));
		PERSO_TRY(perso_file_write(path, what->pages[i].bytes, 0600));
	}
	return PERSO_OK;
}

/* ---- a command ------------------------------------------------------- */

static perso_rc
send_page(const struct cli_letter_printer *p, struct perso_span page,
    char *const *variables)
{
	struct cli_shell s = { .command = p->command,
		.variables = variables,
		.input = page,
		.time_limit_s = TIME_LIMIT_S };
	PERSO_BUF(said, SAID_MAX);
	perso_rc rc = cli_shell_run(&s, &said);

	cli_printer_told(p->cli, &said);
	PERSO_TRY_CTX(rc, "letter command");
	return PERSO_OK;
}

static perso_rc
print_by_command(void *ctx, const struct perso_print *what)
{
	char text[VARIABLES][VARIABLE_MAX];
	char *variables[VARIABLES + 1] = { text[0], text[1], text[2], text[3],
		NULL };

	for (size_t i = 0; i < what->count; i++) {
		snprintf(text[0], VARIABLE_MAX, "PERSO_ORDER=%s", what->order);
		snprintf(text[1], VARIABLE_MAX, "PERSO_JOB=%lld",
		    (long long)what->job);
		snprintf(
		    text[2], VARIABLE_MAX, "PERSO_ENVELOPE=%s", what->blank);
		snprintf(text[3], VARIABLE_MAX, "PERSO_TYPE=%s",
		    what->pages[i].type);
		PERSO_TRY(send_page(ctx, what->pages[i].bytes, variables));
	}
	return PERSO_OK;
}

/* see letter_int.h */
perso_rc
cli_letter_printer_open(
    struct cli *c, const struct cli_config *cfg, struct cli_letter_printer *ret)
{
	const char *folder = cli_value(c, "out");

	*ret = (struct cli_letter_printer){ .cli = c };
	if (cfg->letter_folder[0] != '\0' && cfg->letter_command[0] != '\0')
		PERSO_FAIL(PERSO_E_CONFIG,
		    "%s: either letter-folder or letter-command", cfg->path);
	if (folder == NULL && cfg->letter_folder[0] != '\0')
		folder = cfg->letter_folder;
	if (folder != NULL) {
		snprintf(ret->folder, sizeof(ret->folder), "%s", folder);
		ret->base =
		    (struct perso_printer){ "folder", ret, print_to_folder };
	} else if (cfg->letter_command[0] != '\0') {
		snprintf(ret->command, sizeof(ret->command), "%s",
		    cfg->letter_command);
		ret->base =
		    (struct perso_printer){ "command", ret, print_by_command };
	}
	return PERSO_OK;
}
