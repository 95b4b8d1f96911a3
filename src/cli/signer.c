/* Document signers of the configuration: one folder per issuing state. */
#include <unistd.h>

#include "cli_int.h"

/* see cli_int.h */
perso_rc
cli_signer_path(const struct cli_config *cfg, const char *issuer,
    const char *name, char dst[PERSO_PATH_MAX])
{
	char file[64];
	int n = snprintf(file, sizeof(file), "%s/%s", issuer, name);

	if (n < 0 || (size_t)n >= sizeof(file))
		PERSO_FAIL(PERSO_E_RANGE, "name of a signer's file is too "
					  "long");
	for (char *p = file; *p != '/' && *p != '\0'; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p + 32);
	return perso_path_join(dst, PERSO_PATH_MAX, cfg->signers, file);
}

/* see cli_int.h */
perso_rc
cli_signer_open(
    const struct cli_config *cfg, const char *issuer, struct cli_signer *ret)
{
	char key[PERSO_PATH_MAX], cert[PERSO_PATH_MAX];
	struct cli_signer s = { NULL, NULL };
	perso_rc rc;
	PERSO_CERT(c);

	PERSO_TRY(cli_signer_path(cfg, issuer, "ds.key", key));
	PERSO_TRY(cli_signer_path(cfg, issuer, "ds.cer", cert));
	if (access(key, F_OK) != 0)
		PERSO_FAIL(PERSO_E_NOT_FOUND,
		    "no document signer for %s: %s is not there", issuer, key);
	PERSO_TRY(perso_keyref_open(key, &s.key));
	rc = perso_cert_load(cert, &c);
	if (rc == PERSO_OK)
		rc = perso_signer_new(s.key, perso_buf_span(&c.der), &s.signer);
	if (rc != PERSO_OK) {
		perso_trail_add("document signer of %s", issuer);
		cli_signer_close(&s);
		return rc;
	}
	*ret = s;
	return PERSO_OK;
}

/* see cli_int.h */
void
cli_signer_close(struct cli_signer *s)
{
	perso_signer_free(&s->signer);
	perso_keyref_free(&s->key);
}

/* see cli_int.h */
perso_rc
cli_trust_point(const struct cli_config *cfg,
    const struct perso_doc_profile *profile, struct perso_buf *ret)
{
	char path[PERSO_PATH_MAX];

	PERSO_TRY(cli_signer_path(
	    cfg, profile->issuer, profile->ta.trust_point, path));
	PERSO_TRY_CTX(
	    perso_file_read(path, ret), "trust point of %s", profile->issuer);
	return PERSO_OK;
}

/* see cli_int.h */
perso_rc
cli_sealer_open(
    const struct cli_config *cfg, const char *issuer, struct cli_sealer *ret)
{
	char key[PERSO_PATH_MAX], cert[PERSO_PATH_MAX];
	perso_rc rc;

	*ret = (struct cli_sealer){ .cert.der.max = PERSO_CERT_MAX };
	PERSO_TRY(cli_signer_path(cfg, issuer, "seal.key", key));
	PERSO_TRY(cli_signer_path(cfg, issuer, "seal.cer", cert));
	if (access(key, F_OK) != 0)
		PERSO_FAIL(PERSO_E_NOT_FOUND,
		    "no seal signer for %s: %s is not there", issuer, key);
	rc = perso_keyref_open(key, &ret->key);
	if (rc == PERSO_OK)
		rc = perso_cert_load(cert, &ret->cert);
	if (rc != PERSO_OK)
		cli_sealer_close(ret);
	return rc;
}

/* see cli_int.h */
void
cli_sealer_close(struct cli_sealer *s)
{
	perso_keyref_free(&s->key);
	perso_cert_done(&s->cert);
}
