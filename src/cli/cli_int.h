/*
 * What the commands of `perso` share: the command table, parsed arguments,
 * the configuration, output as text or JSON.
 *
 * A command's function returns a perso_rc; main prints the trail once and
 * maps the category to the exit code. A check that was carried out and
 * failed is no error: the command returns PERSO_OK and sets exit to
 * CLI_EXIT_CHECK.
 */
#ifndef PERSO_CLI_INT_H
#define PERSO_CLI_INT_H

#include <jansson.h>

#include "perso/file.h"
#include "perso/profile.h"
#include "perso/store.h"
#include "perso/trust.h"

enum cli_exit {
	CLI_EXIT_OK = 0,
	CLI_EXIT_CHECK = 1, /* a check failed, a document did not come out */
	CLI_EXIT_USAGE = 2, /* command line or configuration */
	CLI_EXIT_DATA = 3,  /* an order, image, profile, file */
	CLI_EXIT_CARD = 4,  /* reader, link, chip */
	CLI_EXIT_TRUST = 5, /* keys, signatures, certificates */
	CLI_EXIT_STORE = 6
};

#define CLI_OPTIONS 20

struct cli_option {
	const char *name;  /* "reader"; NULL ends a list */
	const char *value; /* "NAME"; NULL: a flag */
	const char *help;
};

struct cli;

struct cli_command {
	const char *name;     /* "order import" */
	const char *operands; /* "FILE...", "" */
	int min, max;	      /* number of operands; max < 0: any */
	const char *summary;
	const char *about; /* more; paragraphs parted by empty lines */
	const struct cli_option *options;
	const char *examples; /* lines: "command\n\twhat it does\n" */
	perso_rc (*run)(struct cli *c);
};

/* perso.yaml. Paths are relative to its folder until they are loaded. */
struct cli_config {
	char path[PERSO_PATH_MAX]; /* of the file itself */
	char store[PERSO_PATH_MAX];
	char profiles[PERSO_PATH_MAX];
	char trust[PERSO_PATH_MAX];
	char approvers[PERSO_PATH_MAX];
	char signers[PERSO_PATH_MAX]; /* <state>/ds.key, <state>/ds.cer */
	char chip_keys[PERSO_PATH_MAX];
	char reader[128]; /* "": any */
};

struct cli {
	const struct cli_command *cmd;
	int argc; /* operands */
	char **argv;
	const char *values[CLI_OPTIONS]; /* as cmd->options; flags: "" */
	const char *config_path;	 /* --config or NULL */
	bool json;
	bool quiet;
	int exit; /* enum cli_exit */
};

extern const struct cli_command cli_commands[];

/* Options that every command has; they are parsed by main. */
extern const struct cli_option cli_common_options[];

/* The value of an option, NULL if it was not given. */
const char *cli_value(const struct cli *c, const char *name);
bool cli_flag(const struct cli *c, const char *name);
/* A decimal number within bounds; def if it was not given. */
PERSO_MUST perso_rc cli_number(
    const struct cli *c, const char *name, uint64_t max, uint64_t *ret);

/* Fills c from the command line; PERSO_E_ARG. */
PERSO_MUST perso_rc cli_parse(struct cli *c, int argc, char **argv);

/* Help, man pages, completion: all from the table. */
void cli_help_all(FILE *f);
bool cli_help_group(FILE *f, const char *group);
void cli_help_command(FILE *f, const struct cli_command *cmd);
PERSO_MUST perso_rc cli_run_help(struct cli *c);

/* Finds perso.yaml: --config, $PERSO_CONFIG, ./perso.yaml, /etc/perso. */
PERSO_MUST perso_rc cli_config_load(
    const struct cli *c, struct cli_config *ret);
/* The text of a configuration with these paths, appended. */
PERSO_MUST perso_rc cli_config_text(
    const struct cli_config *cfg, struct perso_buf *ret);

/* What most commands open first. Owned by the caller. */
PERSO_MUST perso_rc cli_open_store(
    const struct cli_config *cfg, struct perso_store **ret);
PERSO_MUST perso_rc cli_open_profiles(
    const struct cli_config *cfg, struct perso_profiles **ret);

void cli_close_store(struct perso_store **s);
void cli_free_profiles(struct perso_profiles **p);
#define CLI_STORE(name)                                                      \
	__attribute__((cleanup(cli_close_store))) struct perso_store *name = \
	    NULL
#define CLI_PROFILES(name) \
	__attribute__((    \
	    cleanup(cli_free_profiles))) struct perso_profiles *name = NULL

/* Output. Text goes to stdout; with --json one document per command (or one
 * line per item where the command says so). */
PERSO_PRINTF(1, 2) void cli_print(const char *fmt, ...);
PERSO_MUST perso_rc cli_json(json_t *value); /* takes the reference */
PERSO_MUST perso_rc cli_json_line(json_t *value);
/* Warnings and progress go to stderr, not with --quiet. */
PERSO_PRINTF(2, 3) void cli_note(const struct cli *c, const char *fmt, ...);
/* The trail as the user sees it. */
void cli_print_error(const struct cli *c, perso_rc rc);
int cli_exit_code(perso_rc rc);

/* A table: columns separated by \t in each row, the first row is the head;
 * widths are found. Rows are kept until cli_table_end prints them. */
struct cli_table {
	struct perso_buf text;
};
void cli_table_begin(struct cli_table *t);
PERSO_MUST PERSO_PRINTF(2, 3) perso_rc
    cli_table_row(struct cli_table *t, const char *fmt, ...);
void cli_table_end(struct cli_table *t);

/* Text of a time, "" for 0. */
const char *cli_time(int64_t t, char dst[24]);
json_t *cli_json_hex(struct perso_span s);

/* The commands, one file each. */
perso_rc cli_run_init(struct cli *c);
perso_rc cli_run_doctor(struct cli *c);
perso_rc cli_run_order_check(struct cli *c);
perso_rc cli_run_order_sign(struct cli *c);
perso_rc cli_run_order_new(struct cli *c);
perso_rc cli_run_order_import(struct cli *c);
perso_rc cli_run_order_list(struct cli *c);
perso_rc cli_run_order_show(struct cli *c);
perso_rc cli_run_order_schema(struct cli *c);
perso_rc cli_run_run(struct cli *c);
perso_rc cli_run_job_list(struct cli *c);
perso_rc cli_run_job_show(struct cli *c);
perso_rc cli_run_stock_receive(struct cli *c);
perso_rc cli_run_stock_list(struct cli *c);
perso_rc cli_run_stock_mark(struct cli *c);
perso_rc cli_run_read(struct cli *c);
perso_rc cli_run_verify(struct cli *c);
perso_rc cli_run_lds_build(struct cli *c);
perso_rc cli_run_lds_show(struct cli *c);
perso_rc cli_run_mrz_make(struct cli *c);
perso_rc cli_run_mrz_check(struct cli *c);
perso_rc cli_run_pki_init_dev(struct cli *c);
perso_rc cli_run_pki_show(struct cli *c);
perso_rc cli_run_readers(struct cli *c);
perso_rc cli_run_sim_make(struct cli *c);
perso_rc cli_run_sim_serve(struct cli *c);
perso_rc cli_run_sim_show(struct cli *c);

#endif
