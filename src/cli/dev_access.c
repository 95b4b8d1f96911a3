#include "dev_access.h"

#include <stdio.h>

#include "cli_int.h"
#include "perso/cvc.h"
#include "perso/line.h"

#define DAYS 1095
#define ROLES 3

/* Authority, document verifier, inspection system. */
static const struct {
	const char *name;     /* of the files */
	const char *mnemonic; /* in the holder reference */
	enum perso_cvc_role role;
} roles[ROLES] = { { "cvca", "CVCADEV", PERSO_CVC_CVCA },
	{ "dv", "DVDEV", PERSO_CVC_DV_DOMESTIC },
	{ "is", "ISDEV", PERSO_CVC_TERMINAL } };

struct party {
	struct perso_keyref *key[ROLES];
	struct perso_cvc cert[ROLES];
};

static void
close_party(struct party *p)
{
	for (size_t i = 0; i < ROLES; i++) {
		perso_keyref_free(&p->key[i]);
		perso_cvc_done(&p->cert[i]);
	}
}

static perso_rc
issue(struct party *p, size_t i, const char *country, time_t now)
{
	const struct perso_key_spec spec = { PERSO_KEY_EC, PERSO_BP256, 0 };
	size_t by = i == 0 ? 0 : i - 1;
	char chr[PERSO_CVC_NAME_MAX + 1];
	struct perso_cvc_values v = { .chr = chr,
		.alg = { PERSO_SIG_ECDSA_PLAIN, PERSO_SHA256, 0 },
		.chat = perso_cvc_auth(PERSO_CVC_IS, roles[i].role),
		.effective = perso_date_of(now),
		.expires = perso_date_of(now + (time_t)DAYS * 86400) };
	PERSO_BUF(der, PERSO_CVC_MAX);

	snprintf(chr, sizeof(chr), "%s%s00001", country, roles[i].mnemonic);
	perso_cvc_set_right(&v.chat, PERSO_CVC_DG3);
	perso_cvc_set_right(&v.chat, PERSO_CVC_DG4);
	PERSO_TRY(perso_keyref_generate(spec, &p->key[i]));
	v.key = perso_keyref_pubkey(p->key[i]);
	PERSO_TRY_CTX(
	    perso_cvc_issue(&v, i == 0 ? NULL : &p->cert[by], p->key[by], &der),
	    "%s", chr);
	p->cert[i].der.max = PERSO_CVC_MAX;
	return perso_cvc_parse(perso_buf_span(&der), &p->cert[i]);
}

static perso_rc
save(const struct party *p, const char *dir)
{
	char path[PERSO_PATH_MAX], name[32];

	for (size_t i = 0; i < ROLES; i++) {
		snprintf(name, sizeof(name), "%s.key", roles[i].name);
		PERSO_TRY(perso_path_join(path, sizeof(path), dir, name));
		PERSO_TRY(perso_keyref_save(p->key[i], path));
		snprintf(name, sizeof(name), "%s.cvcert", roles[i].name);
		PERSO_TRY(perso_path_join(path, sizeof(path), dir, name));
		PERSO_TRY(perso_file_write(
		    path, perso_buf_span(&p->cert[i].der), 0644));
	}
	return PERSO_OK;
}

static perso_rc
make_state(const char *pki, const struct perso_devpki_state *state, time_t now)
{
	__attribute__((cleanup(close_party))) struct party p = { 0 };
	char dir[PERSO_PATH_MAX], name[sizeof(state->state)];

	for (size_t i = 0; i < sizeof(name); i++)
		name[i] =
		    (char)(state->state[i] >= 'A' && state->state[i] <= 'Z'
			       ? state->state[i] + 32
			       : state->state[i]);
	PERSO_TRY(perso_path_join(dir, sizeof(dir), pki, name));
	for (size_t i = 0; i < ROLES; i++)
		PERSO_TRY(issue(&p, i, state->country, now));
	return save(&p, dir);
}

/* see dev_access.h */
perso_rc
cli_dev_access(
    const char *pki, const struct perso_devpki_conf *conf, time_t now)
{
	char path[PERSO_PATH_MAX];

	for (size_t i = 0; i < conf->state_count; i++)
		PERSO_TRY(make_state(pki, &conf->states[i], now));
	PERSO_TRY(perso_path_join(path, sizeof(path), pki, "wrap.key"));
	return perso_wrap_key_make(path);
}
