#include "cli_int.h"

const struct cli_option cli_common_options[] = {
	{ "config", "FILE",
	    "configuration (default: $PERSO_CONFIG, "
	    "./perso.yaml, /etc/perso/perso.yaml)" },
	{ "json", NULL,
	    "print JSON: one document, or a line for each item of a "
	    "list; errors are JSON on standard error" },
	{ "quiet", NULL, "no progress, no notes" },
	{ "help", NULL, "help with examples" },
	{ NULL, NULL, NULL },
};

static int
option_index(const struct cli_command *cmd, const char *name, size_t n)
{
	for (int i = 0; cmd->options != NULL && cmd->options[i].name; i++)
		if (strlen(cmd->options[i].name) == n &&
		    memcmp(cmd->options[i].name, name, n) == 0)
			return i;
	return -1;
}

/* see cli_int.h */
const char *
cli_value(const struct cli *c, const char *name)
{
	int i = option_index(c->cmd, name, strlen(name));

	return i < 0 ? NULL : c->values[i];
}

/* see cli_int.h */
bool
cli_flag(const struct cli *c, const char *name)
{
	return cli_value(c, name) != NULL;
}

/* see cli_int.h */
perso_rc
cli_number(const struct cli *c, const char *name, uint64_t max, uint64_t *ret)
{
	const char *s = cli_value(c, name);
	uint64_t v = 0;

	if (s == NULL)
		return PERSO_OK;
	if (*s == '\0')
		PERSO_FAIL(PERSO_E_ARG, "--%s wants a number", name);
	for (; *s != '\0'; s++) {
		if (*s < '0' || *s > '9' || v > max)
			PERSO_FAIL(PERSO_E_ARG,
			    "--%s wants a number from 0 to %llu", name,
			    (unsigned long long)max);
		v = v * 10 + (uint64_t)(*s - '0');
	}
	if (v > max)
		PERSO_FAIL(PERSO_E_ARG, "--%s is at most %llu", name,
		    (unsigned long long)max);
	*ret = v;
	return PERSO_OK;
}

/* The command that the first one or two words name. */
static const struct cli_command *
find_command(int argc, char **argv, int *ret_words)
{
	const struct cli_command *one = NULL;

	for (const struct cli_command *k = cli_commands; k->name; k++) {
		const char *space = strchr(k->name, ' ');

		if (space == NULL && strcmp(k->name, argv[0]) == 0)
			one = k;
		if (space == NULL || argc < 2)
			continue;
		if (strlen(argv[0]) == (size_t)(space - k->name) &&
		    strncmp(k->name, argv[0], strlen(argv[0])) == 0 &&
		    strcmp(space + 1, argv[1]) == 0) {
			*ret_words = 2;
			return k;
		}
	}
	*ret_words = 1;
	return one;
}

static bool
common_option(
    struct cli *c, const char *name, const char *value, bool *ret_help)
{
	if (strcmp(name, "json") == 0)
		c->json = true;
	else if (strcmp(name, "quiet") == 0)
		c->quiet = true;
	else if (strcmp(name, "help") == 0)
		*ret_help = true;
	else if (strcmp(name, "config") == 0)
		c->config_path = value;
	else
		return false;
	return true;
}

/* One option; *i moves on when its value is the next word. */
static perso_rc
take_option(struct cli *c, int argc, char **argv, int *i, bool *ret_help)
{
	const char *name = argv[*i] + 2, *eq = strchr(name, '=');
	size_t n = eq != NULL ? (size_t)(eq - name) : strlen(name);
	const char *value = eq != NULL ? eq + 1 : NULL;
	bool wants = n == 6 && memcmp(name, "config", 6) == 0;
	int at = option_index(c->cmd, name, n);

	if (at >= 0)
		wants = c->cmd->options[at].value != NULL;
	if (wants && value == NULL) {
		if (*i + 1 >= argc)
			PERSO_FAIL(
			    PERSO_E_ARG, "--%.*s wants a value", (int)n, name);
		value = argv[++*i];
	}
	if (!wants && value != NULL)
		PERSO_FAIL(PERSO_E_ARG, "--%.*s takes no value", (int)n, name);
	if (at >= 0) {
		c->values[at] = wants ? value : "";
		return PERSO_OK;
	}
	if (!common_option(c, wants ? "config" : name, value, ret_help))
		PERSO_FAIL(PERSO_E_ARG, "perso %s has no option --%.*s",
		    c->cmd->name, (int)n, name);
	return PERSO_OK;
}

static perso_rc
take_words(struct cli *c, int argc, char **argv)
{
	bool options = true, help = false;

	c->argv = argv;
	for (int i = 0; i < argc; i++) {
		if (options && strcmp(argv[i], "--") == 0)
			options = false;
		else if (options && strcmp(argv[i], "-h") == 0)
			help = true;
		else if (options && strncmp(argv[i], "--", 2) == 0)
			PERSO_TRY(take_option(c, argc, argv, &i, &help));
		else if (options && argv[i][0] == '-' && argv[i][1] != '\0')
			PERSO_FAIL(PERSO_E_ARG, "perso %s has no option %s",
			    c->cmd->name, argv[i]);
		else
			c->argv[c->argc++] = argv[i];
	}
	if (help) {
		cli_help_command(stdout, c->cmd);
		c->cmd = NULL;
		return PERSO_OK;
	}
	if (c->argc < c->cmd->min ||
	    (c->cmd->max >= 0 && c->argc > c->cmd->max))
		PERSO_FAIL(PERSO_E_ARG, "usage: perso %s%s%s%s", c->cmd->name,
		    c->cmd->options != NULL ? " [options]" : "",
		    c->cmd->operands[0] ? " " : "", c->cmd->operands);
	return PERSO_OK;
}

static bool
is_group(const char *word)
{
	size_t n = strlen(word);

	for (const struct cli_command *k = cli_commands; k->name; k++)
		if (strncmp(k->name, word, n) == 0 && k->name[n] == ' ')
			return true;
	return false;
}

/* Common options may stand before the command, too. */
static perso_rc
take_leading(struct cli *c, int *argc, char ***argv)
{
	bool help = false;

	while (*argc > 1) {
		const char *word = (*argv)[1];

		if (strcmp(word, "--config") == 0 && *argc < 3)
			PERSO_FAIL(PERSO_E_ARG, "--config wants a value");
		if (strncmp(word, "--config=", 9) == 0)
			c->config_path = word + 9;
		else if (strcmp(word, "--config") == 0)
			c->config_path = (*argv)[2];
		else if ((strcmp(word, "--json") != 0 &&
			     strcmp(word, "--quiet") != 0) ||
			 !common_option(c, word + 2, NULL, &help))
			return PERSO_OK;
		*argv += strcmp(word, "--config") == 0 ? 2 : 1;
		*argc -= strcmp(word, "--config") == 0 ? 2 : 1;
	}
	return PERSO_OK;
}

/* see cli_int.h */
perso_rc
cli_parse(struct cli *c, int argc, char **argv)
{
	int words = 0;

	PERSO_TRY(take_leading(c, &argc, &argv));

	if (argc < 2 || strcmp(argv[1], "--help") == 0 ||
	    strcmp(argv[1], "-h") == 0) {
		cli_help_all(argc < 2 ? stderr : stdout);
		c->exit = argc < 2 ? CLI_EXIT_USAGE : CLI_EXIT_OK;
		return PERSO_OK;
	}
	if (strcmp(argv[1], "--version") == 0) {
		printf("perso %s\n", PERSO_VERSION);
		return PERSO_OK;
	}
	c->cmd = find_command(argc - 1, argv + 1, &words);
	if (c->cmd == NULL && argc > 2 && argv[2][0] != '-' &&
	    is_group(argv[1]))
		PERSO_FAIL(PERSO_E_ARG,
		    "perso %s has no command '%s'; perso %s --help lists them",
		    argv[1], argv[2], argv[1]);
	if (c->cmd == NULL &&
	    cli_help_group(
		argc > 2 && strcmp(argv[2], "--help") == 0 ? stdout : stderr,
		argv[1])) {
		c->exit = argc > 2 && strcmp(argv[2], "--help") == 0
			      ? CLI_EXIT_OK
			      : CLI_EXIT_USAGE;
		return PERSO_OK;
	}
	if (c->cmd == NULL)
		PERSO_FAIL(PERSO_E_ARG,
		    "perso has no command '%s'; "
		    "perso help lists them",
		    argv[1]);
	return take_words(c, argc - 1 - words, argv + 1 + words);
}
