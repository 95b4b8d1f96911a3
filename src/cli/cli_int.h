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
#include "perso/image_build.h"
#include "perso/mrz.h"
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

#define CLI_COMMAND_MAX 1024 /* bytes of a shell's line */

/* perso.yaml. Paths are relative to its folder until they are loaded. */
struct cli_config {
	char path[PERSO_PATH_MAX]; /* of the file itself */
	char store[PERSO_PATH_MAX];
	char profiles[PERSO_PATH_MAX];
	char trust[PERSO_PATH_MAX];
	char approvers[PERSO_PATH_MAX];
	char signers[PERSO_PATH_MAX]; /* <state>/ds.key .cer, seal.key .cer */
	char chip_keys[PERSO_PATH_MAX];
	char wrap_key[PERSO_PATH_MAX];	   /* "": none */
	char reader[128];		   /* "": any */
	char print_folder[PERSO_PATH_MAX]; /* "": none, as the others */
	char print_command[CLI_COMMAND_MAX];
	char print_format[8];
	char print_dpi[8];
	char print_time_limit[8];
	char letter_folder[PERSO_PATH_MAX]; /* "": none */
	char letter_command[CLI_COMMAND_MAX];
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
/* There is one to load. */
bool cli_has_config(const struct cli *c);
/* The text of a configuration with these paths, appended. */
PERSO_MUST perso_rc cli_config_text(
    const struct cli_config *cfg, struct perso_buf *ret);

/* What most commands open first. Owned by the caller. */
PERSO_MUST perso_rc cli_open_store(
    const struct cli_config *cfg, struct perso_store **ret);
/* That of the configuration, of which no more is wanted. */
PERSO_MUST perso_rc cli_load_store(struct cli *c, struct perso_store **ret);
PERSO_MUST perso_rc cli_open_profiles(
    const struct cli_config *cfg, struct perso_profiles **ret);

/* The document signer of an issuing state, as in a profile: ds.key and ds.cer
 * in the folder <signers>/<state in lower case>. PERSO_E_NOT_FOUND: there is
 * no such folder; codes of keyref, cert and signer. */
struct cli_signer {
	struct perso_keyref *key;
	struct perso_signer *signer;
};
PERSO_MUST perso_rc cli_signer_open(
    const struct cli_config *cfg, const char *issuer, struct cli_signer *ret);
void cli_signer_close(struct cli_signer *s);
/* The seal signer likewise: seal.key and seal.cer. */
struct cli_sealer {
	struct perso_keyref *key;
	struct perso_cert cert;
};
PERSO_MUST perso_rc cli_sealer_open(
    const struct cli_config *cfg, const char *issuer, struct cli_sealer *ret);
void cli_sealer_close(struct cli_sealer *s);
/* The CVCA certificate that chips of a document are to trust, appended. */
PERSO_MUST perso_rc cli_trust_point(const struct cli_config *cfg,
    const struct perso_doc_profile *profile, struct perso_buf *ret);
/* The folder of a state and the name in it. */
PERSO_MUST perso_rc cli_signer_path(const struct cli_config *cfg,
    const char *issuer, const char *name, char dst[PERSO_PATH_MAX]);
#define CLI_SIGNER(name)        \
	__attribute__((cleanup( \
	    cli_signer_close))) struct cli_signer name = { NULL, NULL }

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
/* Begins with the head; with --json with none, as each row is then a line of
 * its own (cli_json_line) and cli_table_end prints nothing. */
PERSO_MUST perso_rc cli_list_begin(
    const struct cli *c, struct cli_table *t, const char *head);
PERSO_MUST PERSO_PRINTF(2, 3) perso_rc
    cli_table_row(struct cli_table *t, const char *fmt, ...);
void cli_table_end(struct cli_table *t);
/* Forgets the rows; a table declared with CLI_TABLE does it by itself. */
void cli_table_drop(struct cli_table *t);
#define CLI_TABLE(name) \
	__attribute__((cleanup(cli_table_drop))) struct cli_table name = { 0 }

/* Text of a time, "" for 0. */
const char *cli_time(int64_t t, char dst[24]);
json_t *cli_json_hex(struct perso_span s);
/* A string; what is not UTF-8 (a file's name, a text that was cut) becomes
 * question marks: one such row does not take the others away. */
json_t *cli_json_text(const char *s);
/* A JSON value as an indented tree of "name  value" lines. */
void cli_print_tree(const json_t *value, int indent);

/* Why an order was refused: all findings. One JSON line with --json. */
PERSO_MUST perso_rc cli_print_refusal(struct cli *c, const char *path,
    const struct perso_findings *f, perso_rc rc);
/* An order file, completed and checked but for its approval: nothing is
 * issued. *ret stays NULL if it is refused, which is printed, and the exit
 * code is set. */
struct perso_order;
struct perso_record;
PERSO_MUST perso_rc cli_load_order(struct cli *c, const char *path,
    const struct perso_profiles *profiles, time_t now,
    struct perso_order **ret);
/* --number, where the order has none. */
PERSO_MUST perso_rc cli_bind_number(
    const struct cli *c, struct perso_record *r);
/* A job's number. PERSO_E_ARG. */
PERSO_MUST perso_rc cli_job_number(const char *text, int64_t *ret);
/* The fields of a zone. */
json_t *cli_mrz_json(const struct perso_mrz *m);

/* The name that a chip's file has outside: "EF.DG1.bin". */
#define CLI_FILE_NAME 32
void cli_file_name(const struct perso_lds_file *f, char dst[CLI_FILE_NAME]);
/* Which file of a chip these bytes are: by the name of the file, else by
 * their tag; NULL if neither says. */
const struct perso_lds_file *cli_file_find(
    const char *path, struct perso_span bytes);
/* Parses one file of a chip and tells what it says; codes of lds.h. */
PERSO_MUST perso_rc cli_file_json(
    const struct perso_lds_file *f, struct perso_span bytes, json_t **ret);
/* Writes all files into a folder that is made if need be; mode 0600. */
PERSO_MUST perso_rc cli_image_write(
    const char *dir, const struct perso_lds_image *img);
/* Names and sizes, no digests: that of EF.DG1 can be guessed back. */
PERSO_MUST perso_rc cli_image_list(
    struct cli *c, const struct perso_lds_image *img);

/* The commands, one file each. */
perso_rc cli_run_init(struct cli *c);
perso_rc cli_run_doctor(struct cli *c);
perso_rc cli_run_order_check(struct cli *c);
perso_rc cli_run_order_sign(struct cli *c);
perso_rc cli_run_order_new(struct cli *c);
perso_rc cli_run_order_import(struct cli *c);
perso_rc cli_run_order_list(struct cli *c);
perso_rc cli_run_order_show(struct cli *c);
perso_rc cli_run_order_cancel(struct cli *c);
perso_rc cli_run_order_schema(struct cli *c);
PERSO_MUST perso_rc cli_run_verify_page(struct cli *c); /* --page */
PERSO_MUST perso_rc cli_run_order_mrz(struct cli *c);
PERSO_MUST perso_rc cli_run_profile_list(struct cli *c);
PERSO_MUST perso_rc cli_run_profile_check(struct cli *c);
PERSO_MUST perso_rc cli_run_profile_show(struct cli *c);
PERSO_MUST perso_rc cli_run_profile_diff(struct cli *c);
perso_rc cli_run_run(struct cli *c);
perso_rc cli_run_job_list(struct cli *c);
perso_rc cli_run_job_show(struct cli *c);
PERSO_MUST perso_rc cli_run_job_print(struct cli *c);
PERSO_MUST perso_rc cli_run_job_spoil(struct cli *c);
/* The number of a job. */
PERSO_MUST perso_rc cli_job_number(const char *text, int64_t *ret);
perso_rc cli_run_job_sheet(struct cli *c);
PERSO_MUST perso_rc cli_run_letter_list(struct cli *c);
PERSO_MUST perso_rc cli_run_letter_print(struct cli *c);
PERSO_MUST perso_rc cli_run_letter_confirm(struct cli *c);
PERSO_MUST perso_rc cli_run_letter_void(struct cli *c);
/* How the letter of that job stands now. */
PERSO_MUST perso_rc cli_letter_told(
    struct cli *c, struct perso_store *store, int64_t job);
perso_rc cli_run_stock_receive(struct cli *c);
perso_rc cli_run_stock_list(struct cli *c);
perso_rc cli_run_stock_mark(struct cli *c);
perso_rc cli_run_read(struct cli *c);
perso_rc cli_run_verify(struct cli *c);
perso_rc cli_run_lds_build(struct cli *c);
perso_rc cli_run_render(struct cli *c);
perso_rc cli_run_lds_show(struct cli *c);
perso_rc cli_run_bio_show(struct cli *c);
perso_rc cli_run_bio_convert(struct cli *c);
perso_rc cli_run_mrz_make(struct cli *c);
perso_rc cli_run_mrz_check(struct cli *c);
perso_rc cli_run_pki_init_dev(struct cli *c);
perso_rc cli_run_pki_show(struct cli *c);
perso_rc cli_run_pki_cvca(struct cli *c);
perso_rc cli_run_pki_dv(struct cli *c);
perso_rc cli_run_pki_is(struct cli *c);
perso_rc cli_run_pki_cvc(struct cli *c);
perso_rc cli_run_portrait_prepare(struct cli *c);
perso_rc cli_run_portrait_check(struct cli *c);
perso_rc cli_run_readers(struct cli *c);
perso_rc cli_run_seal_make(struct cli *c);
perso_rc cli_run_seal_show(struct cli *c);
perso_rc cli_run_seal_check(struct cli *c);
perso_rc cli_run_sim_make(struct cli *c);
perso_rc cli_run_sim_serve(struct cli *c);
perso_rc cli_run_sim_show(struct cli *c);

#endif
