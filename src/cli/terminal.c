#include "terminal.h"

#include <string.h>
#include <unistd.h>

#include "perso/file.h"
#include "perso/tlv.h"

#define CHAIN_FILE_MAX (CLI_TERMINAL_CERTS * PERSO_CVC_MAX)

/* All certificates of one file, one after the other. */
static perso_rc
load_file(const char *path, struct cli_terminal *t)
{
	struct perso_tlv tlv;
	struct perso_rd rd;
	PERSO_BUF(file, CHAIN_FILE_MAX);

	PERSO_TRY(perso_file_read(path, &file));
	rd = perso_rd(perso_buf_span(&file));
	do {
		struct perso_cvc *c = &t->certs[t->t.cert_count];

		if (t->t.cert_count == CLI_TERMINAL_CERTS)
			PERSO_FAIL(PERSO_E_ARG, "more than %d certificates",
			    CLI_TERMINAL_CERTS);
		PERSO_TRY_CTX(perso_tlv_next(&rd, &tlv), "%s", path);
		c->der.max = PERSO_CVC_MAX;
		PERSO_TRY_CTX(perso_cvc_parse(tlv.raw, c), "%s", path);
		t->t.cert_count++;
	} while (perso_rd_left(&rd) > 0);
	return PERSO_OK;
}

static perso_rc
load_chain(const char *chain, struct cli_terminal *t)
{
	char path[PERSO_PATH_MAX];

	while (*chain != '\0') {
		size_t n = strcspn(chain, ",");

		if (n == 0 || n >= sizeof(path))
			PERSO_FAIL(PERSO_E_ARG,
			    "the terminal's chain is a list of files, parted "
			    "by commas");
		PERSO_TRY(perso_span_copy(
		    path, sizeof(path) - 1, perso_span(chain, n)));
		path[n] = '\0';
		PERSO_TRY(load_file(path, t));
		chain += n + (chain[n] == ',');
	}
	if (t->t.cert_count == 0)
		PERSO_FAIL(PERSO_E_ARG, "the terminal's chain is empty");
	return PERSO_OK;
}

/* see terminal.h */
perso_rc
cli_terminal_open(const char *key, const char *chain, struct cli_terminal *ret)
{
	PERSO_TRY_CTX(perso_keyref_open(key, &ret->key), "terminal's key");
	PERSO_TRY(load_chain(chain, ret));
	ret->t.key = ret->key;
	ret->t.certs = ret->certs;
	return PERSO_OK;
}

/* see terminal.h */
perso_rc
cli_terminal_of(
    const struct cli_config *cfg, const char *issuer, struct cli_terminal *ret)
{
	char key[PERSO_PATH_MAX], dv[PERSO_PATH_MAX], is[PERSO_PATH_MAX];
	char chain[2 * PERSO_PATH_MAX];

	PERSO_TRY(cli_signer_path(cfg, issuer, "is.key", key));
	PERSO_TRY(cli_signer_path(cfg, issuer, "dv.cvcert", dv));
	PERSO_TRY(cli_signer_path(cfg, issuer, "is.cvcert", is));
	if (access(key, F_OK) != 0)
		PERSO_FAIL(PERSO_E_NOT_FOUND,
		    "no inspection system for %s: %s is not there", issuer,
		    key);
	snprintf(chain, sizeof(chain), "%s,%s", dv, is);
	return cli_terminal_open(key, chain, ret);
}

/* see terminal.h */
void
cli_terminal_close(struct cli_terminal *t)
{
	perso_keyref_free(&t->key);
	for (size_t i = 0; i < CLI_TERMINAL_CERTS; i++)
		perso_cvc_done(&t->certs[i]);
	t->t = (struct perso_inspect_terminal){ 0 };
}
