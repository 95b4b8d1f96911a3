/*
 * Keys of a run beside the signer's: whom chips trust, the inspection system
 * that reads them back, and the key under which the line keeps secrets.
 */
#include <unistd.h>

#include "run_int.h"

/* see run_int.h */
perso_rc
cli_run_trust_point(
    void *ctx, const struct perso_doc_profile *profile, struct perso_buf *ret)
{
	const struct cli_run *r = ctx;

	return cli_trust_point(&r->cfg, profile, ret);
}

/* see run_int.h */
const struct perso_inspect_terminal *
cli_run_terminal(void *ctx, const struct perso_doc_profile *profile)
{
	struct cli_run *r = ctx;
	struct run_terminal *t;
	char why[PERSO_REASON_MAX];

	if (profile->ta.data_groups == 0)
		return NULL;
	for (size_t i = 0; i < r->terminal_count; i++)
		if (strcmp(r->terminals[i]->issuer, profile->issuer) == 0)
			return r->terminals[i]->t.key != NULL
				   ? &r->terminals[i]->t.t
				   : NULL;
	t = r->terminal_count < RUN_SIGNERS ? calloc(1, sizeof(*t)) : NULL;
	if (t == NULL)
		return NULL;
	snprintf(t->issuer, sizeof(t->issuer), "%s", profile->issuer);
	r->terminals[r->terminal_count++] = t;
	if (cli_terminal_of(&r->cfg, profile->issuer, &t->t) == PERSO_OK)
		return &t->t.t;
	perso_trail_text(why, sizeof(why));
	cli_note(r->cli, "  %s\n", why);
	cli_terminal_close(&t->t);
	return NULL;
}

/* see run_int.h */
perso_rc
cli_run_wrap_key(struct cli_run *r)
{
	if (r->cfg.wrap_key[0] == '\0' || access(r->cfg.wrap_key, F_OK) != 0)
		return PERSO_OK; /* orders that need it are refused */
	return perso_wrap_key_load(r->cfg.wrap_key, &r->wrap_key);
}

/* see run_int.h */
void
cli_run_keys_done(struct cli_run *r)
{
	for (size_t i = 0; i < r->terminal_count; i++) {
		cli_terminal_close(&r->terminals[i]->t);
		free(r->terminals[i]);
	}
	r->terminal_count = 0;
	perso_secret_wipe(&r->wrap_key);
}
