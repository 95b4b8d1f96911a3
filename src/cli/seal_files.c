/* Where the seal commands find definitions, seals and signers. */
#include "seal_int.h"

/* see seal_int.h */
void
seal_close_keyref(struct perso_keyref **k)
{
	perso_keyref_free(k);
}

/* see seal_int.h */
void
seal_close_trust(struct perso_trust **t)
{
	perso_trust_free(t);
}

/* see seal_int.h */
perso_rc
seal_profiles(const struct cli *c, struct perso_profiles **ret)
{
	const char *dir = cli_value(c, "profiles");
	struct cli_config cfg;

	if (dir != NULL) {
		PERSO_TRY_CTX(perso_profile_load_dir(dir, ret), "profiles");
		return PERSO_OK;
	}
	if (!cli_has_config(c))
		return PERSO_OK;
	PERSO_TRY(cli_config_load(c, &cfg));
	return cli_open_profiles(&cfg, ret);
}

/* see seal_int.h */
perso_rc
seal_load(const char *path, struct perso_buf *ret)
{
	static const uint8_t png[] = { 0x89, 'P', 'N', 'G' };
	PERSO_BUF(file, PERSO_SYMBOL_FILE_MAX);
	struct perso_span s;

	PERSO_TRY(perso_file_read(path, &file));
	s = perso_buf_span(&file);
	if (perso_span_equal(
		perso_span_sub(s, 0, sizeof(png)), perso_span_of(png)))
		PERSO_TRY_CTX(perso_symbol_read(s, 0, ret), "%s", path);
	else if (s.n > PERSO_SEAL_MAX)
		PERSO_FAIL(PERSO_E_RANGE,
		    "%s: neither a PNG nor a seal: more than %d bytes", path,
		    PERSO_SEAL_MAX);
	else
		PERSO_TRY(perso_buf_append(ret, s));
	return PERSO_OK;
}

struct search {
	const struct perso_seal *seal;
	const char *dir;
	bool in_folders; /* look for dir/<name>/seal.cer */
	struct perso_cert *ret;
	bool found;
};

/* A file that is no certificate is no reason to stop. */
static perso_rc
try_name(void *ctx, const char *name)
{
	struct search *s = ctx;
	char path[PERSO_PATH_MAX], file[PERSO_PATH_MAX];
	PERSO_CERT(c);

	if (s->found || name[0] == '.')
		return PERSO_OK;
	snprintf(
	    file, sizeof(file), "%s%s", name, s->in_folders ? "/seal.cer" : "");
	PERSO_TRY(perso_path_join(path, sizeof(path), s->dir, file));
	if (perso_cert_load(path, &c) != PERSO_OK ||
	    !perso_seal_is_by(s->seal, &c))
		return PERSO_OK;
	PERSO_TRY(perso_cert_parse(perso_buf_span(&c.der), s->ret));
	s->found = true;
	return PERSO_OK;
}

static perso_rc
search(struct search *s, const char *dir, bool in_folders)
{
	s->dir = dir;
	s->in_folders = in_folders;
	PERSO_TRY_CTX(
	    perso_dir_each(dir, try_name, s), "certificates of seal signers");
	return PERSO_OK;
}

/* see seal_int.h */
perso_rc
seal_signer_find(const struct cli *c, const struct perso_seal *seal,
    struct perso_cert *ret, bool *ret_found)
{
	struct search s = { .seal = seal, .ret = ret };
	struct cli_config cfg;

	*ret_found = true;
	if (cli_value(c, "cert") != NULL)
		return perso_cert_load(cli_value(c, "cert"), ret);
	if (cli_value(c, "trust") != NULL)
		PERSO_TRY(search(&s, cli_value(c, "trust"), false));
	if (!s.found && cli_has_config(c)) {
		PERSO_TRY(cli_config_load(c, &cfg));
		PERSO_TRY(search(&s, cfg.signers, true));
	}
	*ret_found = s.found;
	return PERSO_OK;
}
