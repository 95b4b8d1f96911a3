/* perso init: a configuration and a store, ready for the first order. */
#include <sys/stat.h>
#include <unistd.h>

#include "cli_int.h"

static perso_rc
set(char *dst, const char *v)
{
	return perso_span_copy(
	    dst, PERSO_PATH_MAX, perso_span(v, strlen(v) + 1));
}

/* Where the profiles of an installation are, seen from here. */
static const char *
default_profiles(void)
{
	static const char *const places[] = { "profiles",
		"/usr/local/share/perso/profiles",
		"/usr/share/perso/profiles" };

	for (size_t i = 0; i < 3; i++)
		if (access(places[i], R_OK) == 0)
			return places[i];
	return "profiles";
}

static perso_rc
fill_config(const struct cli *c, struct cli_config *cfg)
{
	const char *pki = cli_value(c, "pki");
	const char *profiles = cli_value(c, "profiles");
	const char *reader = cli_value(c, "reader");
	char full[PERSO_PATH_MAX];

	if (pki == NULL)
		pki = "pki";
	PERSO_TRY(set(cfg->store, "perso.db"));
	if (profiles == NULL)
		profiles = default_profiles();
	if (realpath(profiles, full) == NULL)
		PERSO_FAIL(PERSO_E_CONFIG,
		    "no profiles at %s: name their "
		    "folder with --profiles",
		    profiles);
	PERSO_TRY(set(cfg->profiles, full));
	PERSO_TRY(perso_path_join(cfg->trust, PERSO_PATH_MAX, pki, "trust"));
	PERSO_TRY(
	    perso_path_join(cfg->approvers, PERSO_PATH_MAX, pki, "approver"));
	PERSO_TRY(set(cfg->signers, pki));
	PERSO_TRY(perso_path_join(
	    cfg->chip_keys, PERSO_PATH_MAX, pki, "chip-keys.txt"));
	PERSO_TRY(
	    perso_path_join(cfg->wrap_key, PERSO_PATH_MAX, pki, "wrap.key"));
	if (reader != NULL)
		PERSO_TRY(perso_span_copy(cfg->reader, sizeof(cfg->reader),
		    perso_span(reader, strlen(reader) + 1)));
	return PERSO_OK;
}

/* see cli_int.h */
perso_rc
cli_run_init(struct cli *c)
{
	const char *dir = c->argc > 0 ? c->argv[0] : ".";
	struct cli_config cfg = { 0 };
	struct perso_store *store = NULL;
	char path[PERSO_PATH_MAX], db[PERSO_PATH_MAX];
	struct stat st;
	PERSO_BUF(text, 65536);

	PERSO_TRY(fill_config(c, &cfg));
	PERSO_TRY(perso_path_join(path, sizeof(path), dir, "perso.yaml"));
	if (stat(path, &st) == 0)
		PERSO_FAIL(PERSO_E_CONFIG,
		    "%s exists already; nothing was "
		    "changed",
		    path);
	PERSO_TRY(cli_config_text(&cfg, &text));
	PERSO_TRY(perso_dir_make(dir, 0755));
	PERSO_TRY(perso_path_join(db, sizeof(db), dir, cfg.store));
	PERSO_TRY(set(cfg.store, db));
	PERSO_TRY(cli_open_store(&cfg, &store));
	perso_store_close(&store);
	PERSO_TRY(perso_file_write(path, perso_buf_span(&text), 0644));
	if (c->json)
		return cli_json(json_pack(
		    "{s:s, s:s}", "config", path, "store", cfg.store));
	cli_print("made %s and %s\nnext: perso pki init-dev %s/pki (a "
		  "development PKI), perso doctor\n",
	    path, cfg.store, dir);
	return PERSO_OK;
}
