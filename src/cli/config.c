#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli_int.h"
#include "perso/settings.h"
#include "perso/wr.h"

#define CONFIG_MAX 65536

#define AT(member)                                 \
	.at = offsetof(struct cli_config, member), \
	.size = sizeof(((struct cli_config *)0)->member)

static const struct perso_setting settings[] = {
	{ "store", true, AT(store) },
	{ "profiles", true, AT(profiles) },
	{ "trust", true, AT(trust) },
	{ "approvers", true, AT(approvers) },
	{ "signers", true, AT(signers) },
	{ "chip-keys", true, AT(chip_keys) },
	{ "wrap-key", false, AT(wrap_key) },
	{ "reader", false, AT(reader) },
	{ "print-folder", false, AT(print_folder) },
	{ "print-command", false, AT(print_command) },
	{ "print-format", false, AT(print_format) },
	{ "print-dpi", false, AT(print_dpi) },
	{ "print-time-limit", false, AT(print_time_limit) },
	{ "letter-folder", false, AT(letter_folder) },
	{ "letter-command", false, AT(letter_command) },
	{ 0 },
};

static const char *const comments[] = {
	"SQLite file: orders, blanks, jobs, journal",
	"documents/ and chips/, one YAML file each",
	"certificates of the CSCAs a finished document may lead to",
	"certificates of the approvers and approvers.txt, who may approve what",
	"per issuing state a folder with ds.key and ds.cer, seal.key and "
	"seal.cer",
	"SCP03 keys of the delivered blanks",
	"key file that seals what unfinished orders keep, as the CAN drawn",
	"name of the reader; without it the first one with a chip",
	"pages of finished documents are written there; or:",
	"run for each page, which is on its standard input; knows PERSO_ORDER, "
	"PERSO_JOB,\n# PERSO_BLANK, PERSO_PAGE (front), PERSO_TYPE (png)",
	"of the pages: png, one for each side, or pdf",
	"of the pages, as png: 300 or 600",
	"seconds that the command may take for a page",
	"letters with PIN and PUK are written there, as PDF; or:",
	"run for each letter, which is on its standard input as PDF; knows "
	"PERSO_JOB,\n# PERSO_ORDER, PERSO_ENVELOPE; exit 0: it is printed",
};

static bool
is_file(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

static perso_rc
find_config(const struct cli *c, char dst[PERSO_PATH_MAX])
{
	const char *path = c->config_path;

	if (path == NULL)
		path = getenv("PERSO_CONFIG");
	if (path == NULL && is_file("perso.yaml"))
		path = "perso.yaml";
	if (path == NULL && is_file("/etc/perso/perso.yaml"))
		path = "/etc/perso/perso.yaml";
	if (path == NULL)
		PERSO_FAIL(PERSO_E_CONFIG,
		    "no configuration: perso init makes "
		    "one here, --config FILE or PERSO_CONFIG name another");
	return perso_path_join(dst, PERSO_PATH_MAX, "", path);
}

/* see cli_int.h */
bool
cli_has_config(const struct cli *c)
{
	char path[PERSO_PATH_MAX];

	return find_config(c, path) == PERSO_OK;
}

/* Paths in the file are relative to the file. */
static perso_rc
anchor(const char *dir, char path[PERSO_PATH_MAX])
{
	char full[PERSO_PATH_MAX];

	PERSO_TRY(perso_path_join(full, sizeof(full), dir, path));
	return perso_span_copy(
	    path, PERSO_PATH_MAX, perso_span(full, strlen(full) + 1));
}

static perso_rc
anchor_all(struct cli_config *cfg)
{
	char dir[PERSO_PATH_MAX];
	char *paths[] = { cfg->store, cfg->profiles, cfg->trust, cfg->approvers,
		cfg->signers, cfg->chip_keys, cfg->wrap_key, cfg->print_folder,
		cfg->letter_folder };
	const char *slash = strrchr(cfg->path, '/');

	if (slash == NULL)
		return PERSO_OK;
	PERSO_TRY(perso_span_copy(dir, sizeof(dir),
	    perso_span(cfg->path, (size_t)(slash - cfg->path))));
	dir[slash - cfg->path] = '\0';
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		if (paths[i][0] != '\0')
			PERSO_TRY(anchor(dir[0] == '\0' ? "/" : dir, paths[i]));
	return PERSO_OK;
}

/* see cli_int.h */
perso_rc
cli_config_load(const struct cli *c, struct cli_config *ret)
{
	char why[PERSO_PATH_MAX];
	PERSO_BUF(text, CONFIG_MAX);

	*ret = (struct cli_config){ 0 };
	PERSO_TRY(find_config(c, ret->path));
	if (perso_file_read(ret->path, &text) != PERSO_OK) {
		snprintf(why, sizeof(why), "%s", perso_trail_get(0));
		PERSO_FAIL(PERSO_E_CONFIG,
		    "no configuration: %s; perso init makes one", why);
	}
	PERSO_TRY(perso_settings_parse(
	    perso_buf_span(&text), ret->path, settings, ret, sizeof(*ret)));
	return anchor_all(ret);
}

/* For what is not set. */
static const char *
example(size_t i)
{
	static const char *const values[][2] = {
		{ "reader", "Virtual PCD 00 00" },
		{ "print-folder", "pages" },
		{ "print-command", "lp -s -t $PERSO_JOB-$PERSO_PAGE" },
		{ "print-format", "png" },
		{ "print-dpi", "300" },
		{ "print-time-limit", "120" },
		{ "letter-folder", "letters" },
		{ "letter-command", "lp -s -t letter-$PERSO_JOB" },
	};

	for (size_t k = 0; k < sizeof(values) / sizeof(values[0]); k++)
		if (strcmp(settings[i].key, values[k][0]) == 0)
			return values[k][1];
	return "pki/wrap.key";
}

/* see cli_int.h */
perso_rc
cli_config_text(const struct cli_config *cfg, struct perso_buf *ret)
{
	struct perso_wr w = perso_wr(ret);

	perso_wr_str(&w, "# Perso. Paths are relative to this file.\n");
	for (size_t i = 0; settings[i].key != NULL; i++) {
		const char *v = (const char *)cfg + settings[i].at;

		perso_wr_str(&w, "\n# ");
		perso_wr_str(&w, comments[i]);
		perso_wr_str(&w, v[0] == '\0' ? "\n# " : "\n");
		perso_wr_str(&w, settings[i].key);
		perso_wr_str(&w, ": \"");
		perso_wr_str(&w, v[0] == '\0' ? example(i) : v);
		perso_wr_str(&w, "\"\n");
	}
	return perso_wr_end(&w);
}

/* see cli_int.h */
perso_rc
cli_open_store(const struct cli_config *cfg, struct perso_store **ret)
{
	struct perso_store_config sc = { .path = cfg->store, .create = true };

	PERSO_TRY_CTX(perso_store_open(&sc, ret), "store");
	return PERSO_OK;
}

/* see cli_int.h */
perso_rc
cli_load_store(struct cli *c, struct perso_store **ret)
{
	struct cli_config cfg;

	PERSO_TRY(cli_config_load(c, &cfg));
	return cli_open_store(&cfg, ret);
}

/* see cli_int.h */
perso_rc
cli_open_profiles(const struct cli_config *cfg, struct perso_profiles **ret)
{
	PERSO_TRY_CTX(perso_profile_load_dir(cfg->profiles, ret), "profiles");
	return PERSO_OK;
}

/* see cli_int.h */
void
cli_close_store(struct perso_store **s)
{
	perso_store_close(s);
}

/* see cli_int.h */
void
cli_free_profiles(struct perso_profiles **p)
{
	perso_profiles_free(p);
}
