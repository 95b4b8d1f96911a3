/*
 * What the commands share: arguments, exit codes, configuration, tables,
 * names of files.
 */
#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli_int.h"

static perso_rc
parse(struct cli *c, int argc, const char *const *argv)
{
	static char text[16][64];
	static char *words[16];

	memset(c, 0, sizeof(*c));
	for (int i = 0; i < argc; i++) {
		snprintf(text[i], sizeof(text[i]), "%s", argv[i]);
		words[i] = text[i];
	}
	return cli_parse(c, argc, words);
}

#define PARSE(c, ...)                                                        \
	parse(c,                                                             \
	    (int)(sizeof((const char *[]){ __VA_ARGS__ }) / sizeof(char *)), \
	    (const char *[]){ __VA_ARGS__ })

Test(args, are_options_and_operands_in_any_order)
{
	struct cli c;

	cr_assert_eq(PARSE(&c, "perso", "stock", "receive", "AA", "--product",
			 "perso-sim", "BB", "--number=X1", "--json"),
	    PERSO_OK);
	cr_expect_str_eq(c.cmd->name, "stock receive");
	cr_expect_eq(c.argc, 2);
	cr_expect_str_eq(c.argv[0], "AA");
	cr_expect_str_eq(c.argv[1], "BB");
	cr_expect_str_eq(cli_value(&c, "product"), "perso-sim");
	cr_expect_str_eq(cli_value(&c, "number"), "X1");
	cr_expect_null(cli_value(&c, "list"));
	cr_expect(c.json);
	cr_expect_not(c.quiet);
}

Test(args, common_options_may_come_first)
{
	struct cli c;

	cr_assert_eq(
	    PARSE(&c, "perso", "--json", "--config", "a.yaml", "order", "list"),
	    PERSO_OK);
	cr_expect(c.json);
	cr_expect_str_eq(c.config_path, "a.yaml");
	cr_expect_str_eq(c.cmd->name, "order list");
	cr_assert_eq(
	    PARSE(&c, "perso", "--config=b.yaml", "--quiet", "run"), PERSO_OK);
	cr_expect_str_eq(c.config_path, "b.yaml");
	cr_expect(c.quiet);
}

Test(args, after_two_dashes_are_operands)
{
	struct cli c;

	cr_assert_eq(
	    PARSE(&c, "perso", "lds", "show", "--", "--json"), PERSO_OK);
	cr_expect_eq(c.argc, 1);
	cr_expect_str_eq(c.argv[0], "--json");
	cr_expect_not(c.json);
}

Test(args, refuses_what_is_not_in_the_table)
{
	struct cli c;

	cr_expect_eq(PARSE(&c, "perso", "fly"), PERSO_E_ARG);
	cr_expect_eq(PARSE(&c, "perso", "--config"), PERSO_E_ARG);
	cr_expect_eq(PARSE(&c, "perso", "run", "--fly"), PERSO_E_ARG);
	cr_expect_eq(PARSE(&c, "perso", "run", "--si", "x"), PERSO_E_ARG);
	cr_expect_eq(PARSE(&c, "perso", "run", "--failed=1"), PERSO_E_ARG);
	cr_expect_eq(PARSE(&c, "perso", "run", "--sim"), PERSO_E_ARG);
	cr_expect_eq(PARSE(&c, "perso", "order", "check"), PERSO_E_ARG);
	cr_expect_eq(PARSE(&c, "perso", "doctor", "now"), PERSO_E_ARG);
	cr_expect_eq(PARSE(&c, "perso", "--fly", "run"), PERSO_E_ARG);
}

Test(args, numbers_are_decimal_and_bounded)
{
	static const struct {
		const char *text;
		perso_rc rc;
		uint64_t v;
	} rows[] = { { "--wait=0", PERSO_OK, 0 }, { "--wait=007", PERSO_OK, 7 },
		{ "--wait=100", PERSO_OK, 100 },
		{ "--wait=101", PERSO_E_ARG, 5 },
		{ "--wait=99999999999999999999999", PERSO_E_ARG, 5 },
		{ "--wait=", PERSO_E_ARG, 5 }, { "--wait=-1", PERSO_E_ARG, 5 },
		{ "--wait=1x", PERSO_E_ARG, 5 },
		{ "--wait=0x10", PERSO_E_ARG, 5 } };
	struct cli c;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint64_t v = 5;

		cr_assert_eq(PARSE(&c, "perso", "run", rows[i].text), PERSO_OK);
		cr_expect_eq(cli_number(&c, "wait", 100, &v), rows[i].rc, "%s",
		    rows[i].text);
		cr_expect_eq(v, rows[i].v, "%s", rows[i].text);
	}
}

Test(table, is_whole)
{
	for (const struct cli_command *k = cli_commands; k->name; k++) {
		size_t n = 0;

		cr_expect_not_null(k->operands, "%s", k->name);
		cr_expect_not_null(k->summary, "%s", k->name);
		cr_expect_not_null(k->run, "%s", k->name);
		cr_expect_not_null(k->options, "%s", k->name);
		cr_expect_not_null(k->examples, "%s", k->name);
		for (; k->options != NULL && k->options[n].name != NULL; n++) {
			cr_expect_not_null(k->options[n].help, "%s --%s",
			    k->name, k->options[n].name);
			for (const struct cli_option *o = cli_common_options;
			     o->name != NULL; o++)
				cr_expect_str_neq(o->name, k->options[n].name);
		}
		cr_expect_lt(
		    n, CLI_OPTIONS, "%s has too many options", k->name);
	}
}

Test(exit_code, follows_the_category)
{
	cr_expect_eq(cli_exit_code(PERSO_OK), 0);
	cr_expect_eq(cli_exit_code(PERSO_E_INTERRUPTED), 1);
	cr_expect_eq(cli_exit_code(PERSO_E_ARG), 2);
	cr_expect_eq(cli_exit_code(PERSO_E_CONFIG), 2);
	cr_expect_eq(cli_exit_code(PERSO_E_DATA), 3);
	cr_expect_eq(cli_exit_code(PERSO_E_IO), 3);
	cr_expect_eq(cli_exit_code(PERSO_E_TORN), 4);
	cr_expect_eq(cli_exit_code(PERSO_E_SW), 4);
	cr_expect_eq(cli_exit_code(PERSO_E_KEY), 5);
	cr_expect_eq(cli_exit_code(PERSO_E_EXPIRED), 5);
	cr_expect_eq(cli_exit_code(PERSO_E_STATE), 6);
}

static void
folder(char dir[64])
{
	snprintf(dir, 64, "/tmp/perso-cli-XXXXXX");
	cr_assert_not_null(mkdtemp(dir));
}

static void
put(const char *dir, const char *name, const char *text)
{
	char path[200];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	cr_assert_eq(
	    perso_file_write(path, perso_span_str(text), 0644), PERSO_OK);
}

Test(config, paths_are_relative_to_its_folder)
{
	struct cli_config a = { .store = "perso.db",
		.profiles = "/usr/share/profiles",
		.trust = "pki/trust",
		.approvers = "pki/approver",
		.signers = "pki",
		.chip_keys = "pki/chip-keys.txt",
		.reader = "Reader \"one\" 00" },
			  b;
	struct cli c = { 0 };
	char dir[64], path[200], want[300];
	PERSO_BUF(text, 65536);

	a.reader[0] = 'r';
	snprintf(a.reader, sizeof(a.reader), "Reader one 00 00");
	folder(dir);
	cr_assert_eq(cli_config_text(&a, &text), PERSO_OK);
	cr_assert_eq(perso_buf_append_u8(&text, 0), PERSO_OK);
	put(dir, "perso.yaml", (const char *)text.p);
	snprintf(path, sizeof(path), "%s/perso.yaml", dir);
	c.config_path = path;
	cr_assert(cli_has_config(&c));
	cr_assert_eq(cli_config_load(&c, &b), PERSO_OK);
	snprintf(want, sizeof(want), "%s/perso.db", dir);
	cr_expect_str_eq(b.store, want);
	snprintf(want, sizeof(want), "%s/pki/chip-keys.txt", dir);
	cr_expect_str_eq(b.chip_keys, want);
	cr_expect_str_eq(b.profiles, "/usr/share/profiles");
	cr_expect_str_eq(b.reader, "Reader one 00 00");
	put(dir, "perso.yaml", "store: a\nstore: b\n");
	cr_expect_eq(cli_config_load(&c, &b), PERSO_E_CONFIG);
	put(dir, "perso.yaml", "store: a\n");
	cr_expect_eq(cli_config_load(&c, &b), PERSO_E_CONFIG);
	unlink(path);
	cr_expect_eq(cli_config_load(&c, &b), PERSO_E_CONFIG);
	rmdir(dir);
}

Test(signer, folder_is_the_state_in_lower_case)
{
	struct cli_config cfg = { .signers = "/etc/pki" };
	struct cli_signer s = { NULL, NULL };
	char path[PERSO_PATH_MAX];

	cr_assert_eq(cli_signer_path(&cfg, "ABC", "ds.key", path), PERSO_OK);
	cr_expect_str_eq(path, "/etc/pki/abc/ds.key");
	cr_expect_eq(cli_signer_open(&cfg, "ABC", &s), PERSO_E_NOT_FOUND);
	cr_expect_null(s.key);
}

Test(file, is_recognised_by_name_or_tag)
{
	static const struct {
		const char *path;
		const char *bytes;
		const char *want;
	} rows[] = { { "EF.DG1", "", "EF.DG1" },
		{ "a/b/EF.DG15.bin", "", "EF.DG15" },
		{ "ef_dg2.BIN", "", "EF.DG2" },
		{ "Datagroup14.bin", "", "EF.DG14" },
		{ "datagroup16", "", "EF.DG16" }, { "DG11.der", "", "EF.DG11" },
		{ "EF_SOD.bin", "", "EF.SOD" }, { "EF.COM", "", "EF.COM" },
		{ "EF.ATR-INFO.bin", "", "EF.ATR/INFO" },
		{ "EF.CardAccess.bin", "", "EF.CardAccess" },
		{ "EF.DIR", "", "EF.DIR" },
		{ "x.bin", "\x77\x01\x05", "EF.SOD" },
		{ "x.bin", "\x60\x01\x05", "EF.COM" },
		{ "x.bin", "\x61\x03\x5F\x1F\x01", "EF.DG1" },
		{ "x.bin", "\x61\x03\x4F\x01\x01", "EF.DIR" },
		{ "x.bin", "\x31\x01\x05", "EF.CardAccess" },
		{ "x.bin", "\x02\x01\x05", NULL }, { "x.bin", "", NULL },
		{ "DG17", "", NULL }, { "DG0", "", NULL }, { "", "", NULL },
		{ "portrait-of-a-very-long-name-indeed-DG1.bin", "", NULL } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct perso_lds_file *f =
		    cli_file_find(rows[i].path, perso_span_str(rows[i].bytes));

		if (rows[i].want == NULL)
			cr_expect_null(f, "%s", rows[i].path);
		else
			cr_expect(
			    f != NULL && strcmp(f->name, rows[i].want) == 0,
			    "%s is not %s", rows[i].path, rows[i].want);
	}
}

Test(file, name_outside_has_no_slash)
{
	for (size_t i = 0; i < PERSO_LDS_FILES; i++) {
		char name[CLI_FILE_NAME];

		cli_file_name(&perso_lds_files[i], name);
		cr_expect_null(strchr(name, '/'));
		cr_expect_eq(cli_file_find(name, PERSO_SPAN_EMPTY),
		    &perso_lds_files[i], "%s", name);
	}
}

Test(file, that_is_damaged_is_refused)
{
	json_t *j = NULL;

	for (size_t i = 0; i < PERSO_LDS_FILES; i++) {
		const struct perso_lds_file *f = &perso_lds_files[i];

		if (f->tag == 0 && f->fid != PERSO_FID_ATR_INFO)
			continue; /* EF.CVCA has no shape of its own */
		cr_expect_neq(cli_file_json(f, perso_span_str("\x5F"), &j),
		    PERSO_OK, "%s", f->name);
		cr_expect_null(j);
	}
}

Test(table, columns_are_as_wide_as_their_letters, .init = cr_redirect_stdout)
{
	struct cli_table t;

	cli_table_begin(&t);
	cr_assert_eq(cli_table_row(&t, "A\tB"), PERSO_OK);
	cr_assert_eq(cli_table_row(&t, "Rīga\tx"), PERSO_OK);
	cli_table_end(&t);
	fflush(stdout);
	cr_assert_stdout_eq_str("A     B\nRīga  x\n");
}

Test(tree, skips_what_is_empty, .init = cr_redirect_stdout)
{
	json_t *j = json_pack("{s:s, s:s, s:[s, {s:i}], s:{s:b}}", "name", "x",
	    "empty", "", "list", "one", "n", 2, "object", "yes", 1);

	cli_print_tree(j, 0);
	json_decref(j);
	fflush(stdout);
	cr_assert_stdout_eq_str("name   x\nlist\n  - one\n  -\n    n  2\n"
				"object\n  yes  yes\n");
}
