/* perso pki init-dev|show. */
#include "cli_int.h"
#include "dev_access.h"
#include "perso/date.h"
#include "perso/devpki.h"
#include "perso/hex.h"
#include "perso/hooks.h"

static perso_rc
find_conf(const struct cli *c, char dst[PERSO_PATH_MAX])
{
	static const char *const places[] = { "certs/dev.conf",
		"/usr/local/share/perso/certs/dev.conf",
		"/usr/share/perso/certs/dev.conf" };
	const char *path = cli_value(c, "conf");
	PERSO_BUF(probe, 1 << 20);

	for (size_t i = 0; path == NULL && i < 3; i++)
		if (perso_file_read(places[i], &probe) == PERSO_OK)
			path = places[i];
	if (path == NULL)
		PERSO_FAIL(PERSO_E_CONFIG, "certs/dev.conf is not here: name "
					   "one with --conf");
	return perso_path_join(dst, PERSO_PATH_MAX, "", path);
}

/* see cli_int.h */
perso_rc
cli_run_pki_init_dev(struct cli *c)
{
	const char *dir = c->argc > 0 ? c->argv[0] : "pki";
	struct perso_devpki_conf *conf = calloc(1, sizeof(*conf));
	char path[PERSO_PATH_MAX];
	size_t states;
	perso_rc rc;

	if (conf == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory");
	rc = find_conf(c, path);
	if (rc == PERSO_OK)
		rc = perso_devpki_conf_load(path, conf);
	if (rc == PERSO_OK)
		rc = perso_devpki_init(dir, conf, perso_now());
	if (rc == PERSO_OK)
		rc = cli_dev_access(dir, conf, perso_now());
	states = conf->state_count;
	free(conf);
	PERSO_TRY(rc);
	if (c->json)
		return cli_json(
		    json_pack("{s:s, s:i}", "pki", dir, "states", (int)states));
	cli_print("made a development PKI in %s: CSCA, DS and seal signer of "
		  "%zu state%s, an approver, chip keys\n",
	    dir, states, states == 1 ? "" : "s");
	return PERSO_OK;
}

static const char *
cert_role(const struct perso_cert *c)
{
	if (perso_cert_is_ca(c))
		return perso_cert_is_self_issued(c) ? "CSCA" : "CSCA link";
	if (perso_cert_has_purpose(c, "2.23.136.1.1.11.1"))
		return "seal signer";
	return c->type_count > 0 ? "document signer" : "other";
}

static perso_rc
show_cert(struct cli *c, const struct perso_cert *cert, const char *path)
{
	char subject[PERSO_NAME_TEXT], issuer[PERSO_NAME_TEXT], serial[64];
	char from[PERSO_TIME_LEN], to[PERSO_TIME_LEN];
	struct perso_pubkey *key = NULL;
	const char *kind = "?";
	json_t *types;

	PERSO_TRY(perso_name_text(cert->subject, subject, sizeof(subject)));
	PERSO_TRY(perso_name_text(cert->issuer, issuer, sizeof(issuer)));
	perso_hex_str(cert->serial, serial, sizeof(serial));
	perso_time_text(cert->not_before, from);
	perso_time_text(cert->not_after, to);
	if (perso_cert_key(cert, &key) == PERSO_OK)
		kind = perso_pubkey_kind(key) == PERSO_KEY_RSA
			   ? "RSA"
			   : perso_curve_name(perso_pubkey_curve(key));
	types = json_array();
	for (size_t i = 0; i < cert->type_count; i++)
		json_array_append_new(types, json_string(cert->types[i]));
	if (c->json) {
		perso_rc rc = cli_json_line(json_pack(
		    "{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:i, s:o}",
		    "file", path, "role", cert_role(cert), "subject", subject,
		    "issuer", issuer, "serial", serial, "from", from, "to", to,
		    "key", kind, "bits",
		    key != NULL ? (int)perso_pubkey_bits(key) : 0, "types",
		    types));
		perso_pubkey_free(&key);
		return rc;
	}
	cli_print(
	    "%s\n  role     %s\n  subject  %s\n  issuer   %s\n"
	    "  serial   %s\n  valid    %s .. %s\n  key      %s, %zu bits\n",
	    path, cert_role(cert), subject, issuer, serial, from, to, kind,
	    key != NULL ? perso_pubkey_bits(key) : 0);
	for (size_t i = 0; i < cert->type_count; i++)
		cli_print("%s%s%s", i == 0 ? "  types    " : " ",
		    cert->types[i], i + 1 == cert->type_count ? "\n" : "");
	json_decref(types);
	perso_pubkey_free(&key);
	return PERSO_OK;
}

struct folder {
	struct cli *c;
	const char *dir;
	size_t shown;
};

static bool
is_cert_name(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot != NULL &&
	       (strcmp(dot, ".cer") == 0 || strcmp(dot, ".crt") == 0 ||
		   strcmp(dot, ".pem") == 0 || strcmp(dot, ".der") == 0);
}

static perso_rc
show_path(struct cli *c, const char *path)
{
	PERSO_CERT(cert);

	PERSO_TRY_CTX(perso_cert_load(path, &cert), "%s", path);
	return show_cert(c, &cert, path);
}

static perso_rc
show_entry(void *ctx, const char *name)
{
	struct folder *f = ctx;
	char path[PERSO_PATH_MAX];

	if (!is_cert_name(name))
		return PERSO_OK;
	PERSO_TRY(perso_path_join(path, sizeof(path), f->dir, name));
	f->shown++;
	return show_path(f->c, path);
}

static perso_rc
show_folder(struct cli *c, const char *dir)
{
	struct folder f = { c, dir, 0 };

	PERSO_TRY(perso_dir_each(dir, show_entry, &f));
	if (f.shown == 0)
		cli_note(
		    c, "%s: no certificate, so nobody is trusted by it\n", dir);
	return PERSO_OK;
}

/* see cli_int.h */
perso_rc
cli_run_pki_show(struct cli *c)
{
	struct cli_config cfg;

	for (int i = 0; i < c->argc; i++)
		PERSO_TRY(show_path(c, c->argv[i]));
	if (c->argc > 0)
		return PERSO_OK;
	PERSO_TRY(cli_config_load(c, &cfg));
	PERSO_TRY(show_folder(c, cfg.trust));
	return show_folder(c, cfg.approvers);
}
