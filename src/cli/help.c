/*
 * Help texts, man pages and bash completion, all from the command table.
 */
#include "cli_int.h"
#include "perso/wr.h"

#define MAN_MAX 65536

/* The text beside an option, within 80 columns. */
static void
print_wrapped(FILE *f, const char *s)
{
	const size_t width = 80 - 27;

	while (strlen(s) > width) {
		size_t n = width;

		while (n > 0 && s[n] != ' ')
			n--;
		if (n == 0)
			break;
		fprintf(f, "%.*s\n%27s", (int)n, s, "");
		s += n + 1;
	}
	fprintf(f, "%s\n", s);
}

static void
print_options(FILE *f, const struct cli_option *o)
{
	for (; o != NULL && o->name != NULL; o++) {
		char left[64];

		snprintf(left, sizeof(left), "--%s%s%s", o->name,
		    o->value != NULL ? " " : "",
		    o->value != NULL ? o->value : "");
		fprintf(f, "  %-24s ", left);
		if (strlen(left) > 24)
			fprintf(f, "\n%27s", "");
		print_wrapped(f, o->help);
	}
}

/* see cli_int.h */
void
cli_help_all(FILE *f)
{
	fputs("perso: from an approved order to a verified identity document\n"
	      "\nusage: perso COMMAND [options] [operands]\n\ncommands:\n",
	    f);
	for (const struct cli_command *k = cli_commands; k->name; k++)
		fprintf(f, "  %-17s %s\n", k->name, k->summary);
	fputs("\noptions of every command:\n", f);
	print_options(f, cli_common_options);
	fputs("\nexit codes: 0 ok, 1 a check failed, 2 usage or configuration, "
	      "3 data,\n4 link or card, 5 trust or crypto, 6 store\n"
	      "perso COMMAND --help shows examples.\n",
	    f);
}

/* see cli_int.h */
bool
cli_help_group(FILE *f, const char *group)
{
	size_t n = strlen(group);
	bool found = false;

	for (const struct cli_command *k = cli_commands; k->name; k++) {
		if (strncmp(k->name, group, n) != 0 || k->name[n] != ' ')
			continue;
		if (!found)
			fprintf(f, "usage: perso %s COMMAND\n\n", group);
		fprintf(f, "  %-17s %s\n", k->name, k->summary);
		found = true;
	}
	return found;
}

/* see cli_int.h */
void
cli_help_command(FILE *f, const struct cli_command *cmd)
{
	fprintf(f, "usage: perso %s [options]%s%s\n\n%s\n", cmd->name,
	    cmd->operands[0] ? " " : "", cmd->operands, cmd->summary);
	if (cmd->about != NULL)
		fprintf(f, "\n%s\n", cmd->about);
	fputs("\noptions:\n", f);
	print_options(f, cmd->options);
	print_options(f, cli_common_options);
	if (cmd->examples != NULL)
		fprintf(f, "\nexamples:\n%s", cmd->examples);
}

/* Text into a man page: backslashes, and dots that begin a line. */
static void
man_text(struct perso_wr *w, const char *s)
{
	bool start = true;

	for (; *s != '\0'; s++) {
		if (start && (*s == '.' || *s == '\''))
			perso_wr_str(w, "\\&");
		if (*s == '\\')
			perso_wr_str(w, "\\e");
		else if (*s == '-')
			perso_wr_str(w, "\\-");
		else
			perso_wr_bytes(w, perso_span(s, 1));
		start = *s == '\n';
	}
}

static void
man_options(struct perso_wr *w, const struct cli_option *o)
{
	for (; o != NULL && o->name != NULL; o++) {
		perso_wr_str(w, ".TP\n.B \\-\\-");
		man_text(w, o->name);
		if (o->value != NULL) {
			perso_wr_str(w, " ");
			man_text(w, o->value);
		}
		perso_wr_str(w, "\n");
		man_text(w, o->help);
		perso_wr_str(w, "\n");
	}
}

static void
man_head(struct perso_wr *w, const char *name, const char *summary)
{
	perso_wr_str(w, ".TH ");
	for (; *name != '\0'; name++)
		perso_wr_u8(
		    w, (uint8_t)(*name == ' '			? '-'
				 : *name >= 'a' && *name <= 'z' ? *name - 32
								: *name));
	perso_wr_str(w, " 1 \"\" \"perso " PERSO_VERSION "\"\n.SH NAME\n");
	perso_wr_str(w, "perso \\- ");
	man_text(w, summary);
	perso_wr_str(w, "\n");
}

static void
man_command(struct perso_wr *w, const struct cli_command *k)
{
	char title[64];

	snprintf(title, sizeof(title), "perso %s", k->name);
	man_head(w, title, k->summary);
	perso_wr_str(w, ".SH SYNOPSIS\n.B perso ");
	man_text(w, k->name);
	perso_wr_str(w, " [options] ");
	man_text(w, k->operands);
	perso_wr_str(w, "\n.SH DESCRIPTION\n");
	man_text(w, k->about != NULL ? k->about : k->summary);
	perso_wr_str(w, "\n.SH OPTIONS\n");
	man_options(w, k->options);
	man_options(w, cli_common_options);
	if (k->examples != NULL) {
		perso_wr_str(w, ".SH EXAMPLES\n.nf\n");
		man_text(w, k->examples);
		perso_wr_str(w, ".fi\n");
	}
	perso_wr_str(w, ".SH SEE ALSO\n.BR perso (1)\n");
}

static void
man_overview(struct perso_wr *w)
{
	man_head(w, "perso",
	    "from an approved order to a verified identity document");
	perso_wr_str(w, ".SH SYNOPSIS\n.B perso\nCOMMAND [options] "
			"[operands]\n.SH COMMANDS\n");
	for (const struct cli_command *k = cli_commands; k->name; k++) {
		perso_wr_str(w, ".TP\n.B ");
		man_text(w, k->name);
		perso_wr_str(w, "\n");
		man_text(w, k->summary);
		perso_wr_str(w, "\n");
	}
	perso_wr_str(w, ".SH OPTIONS\n");
	man_options(w, cli_common_options);
	perso_wr_str(w, ".SH EXIT STATUS\n0 ok, 1 a check failed, 2 usage or "
			"configuration, 3 data, 4 link or card, 5 trust or "
			"crypto, 6 store\n");
}

static perso_rc
man_file(const char *dir, const struct cli_command *k)
{
	char name[64], path[PERSO_PATH_MAX];
	struct perso_wr w;
	PERSO_BUF(text, MAN_MAX);

	w = perso_wr(&text);
	snprintf(name, sizeof(name), "perso%s%s.1", k != NULL ? "-" : "",
	    k != NULL ? k->name : "");
	for (char *p = name; *p != '\0'; p++)
		*p = *p == ' ' ? '-' : *p;
	if (k != NULL)
		man_command(&w, k);
	else
		man_overview(&w);
	PERSO_TRY(perso_wr_end(&w));
	PERSO_TRY(perso_path_join(path, sizeof(path), dir, name));
	return perso_file_write(path, perso_buf_span(&text), 0644);
}

static void
print_words(const struct cli_option *o)
{
	for (; o != NULL && o->name != NULL; o++)
		printf(" --%s", o->name);
}

static void
print_completion(void)
{
	fputs("# bash completion for perso, made by perso help --completion\n"
	      "_perso()\n{\n"
	      "\tlocal cur=${COMP_WORDS[COMP_CWORD]} i key= words=\n"
	      "\tfor ((i = 1; i < COMP_CWORD && i < 3; i++)); do\n"
	      "\t\t[[ ${COMP_WORDS[i]} == -* ]] && break\n"
	      "\t\tkey=\"$key${key:+ }${COMP_WORDS[i]}\"\n\tdone\n"
	      "\tcase $key in\n",
	    stdout);
	fputs("\t'') words='", stdout);
	for (const struct cli_command *k = cli_commands; k->name; k++)
		printf("%s%.*s", k == cli_commands ? "" : " ",
		    (int)strcspn(k->name, " "), k->name);
	fputs(" --help --version' ;;\n", stdout);
	for (const struct cli_command *k = cli_commands; k->name; k++) {
		printf("\t'%s'%s) words='", k->name,
		    strchr(k->name, ' ') ? "" : "*");
		print_words(k->options);
		print_words(cli_common_options);
		fputs("' ;;\n", stdout);
	}
	for (const struct cli_command *k = cli_commands; k->name; k++)
		if (strchr(k->name, ' ') != NULL)
			printf("\t'%.*s') words=\"$words %s\" ;;&\n",
			    (int)strcspn(k->name, " "), k->name,
			    strchr(k->name, ' ') + 1);
	fputs("\tesac\n"
	      "\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
	      "}\ncomplete -o default -F _perso perso\n",
	    stdout);
}

/* see cli_int.h */
perso_rc
cli_run_help(struct cli *c)
{
	const char *dir = cli_value(c, "man-dir");
	char name[128];

	if (dir != NULL) {
		PERSO_TRY(perso_dir_make(dir, 0755));
		PERSO_TRY(man_file(dir, NULL));
		for (const struct cli_command *k = cli_commands; k->name; k++)
			PERSO_TRY(man_file(dir, k));
		return PERSO_OK;
	}
	if (cli_flag(c, "completion")) {
		print_completion();
		return PERSO_OK;
	}
	if (c->argc == 0) {
		cli_help_all(stdout);
		return PERSO_OK;
	}
	snprintf(name, sizeof(name), "%s%s%s", c->argv[0],
	    c->argc > 1 ? " " : "", c->argc > 1 ? c->argv[1] : "");
	for (const struct cli_command *k = cli_commands; k->name; k++) {
		if (strcmp(k->name, name) == 0) {
			cli_help_command(stdout, k);
			return PERSO_OK;
		}
	}
	if (!cli_help_group(stdout, name))
		PERSO_FAIL(PERSO_E_ARG, "perso has no command '%s'", name);
	return PERSO_OK;
}
