/*
 * Card-verifiable certificates: signatures, dates, roles, chains.
 * TR-03110-3, 2.3 to 2.5.
 */
#include <string.h>

#include "cvc_int.h"

/* see perso/cvc.h */
bool
perso_cvc_is_self_signed(const struct perso_cvc *c)
{
	return !c->is_request && strcmp(c->car, c->chr) == 0 &&
	       perso_cvc_role(&c->chat) == PERSO_CVC_CVCA;
}

/* see perso/cvc.h */
bool
perso_cvc_is_link(const struct perso_cvc *c)
{
	return !c->is_request && strcmp(c->car, c->chr) != 0 &&
	       perso_cvc_role(&c->chat) == PERSO_CVC_CVCA;
}

/* see perso/cvc.h */
perso_rc
perso_cvc_verify(const struct perso_cvc *c, const struct perso_pubkey *issuer,
    struct perso_sig_alg alg)
{
	PERSO_TRY(cvc_alg_normalise(alg, &alg));
	return perso_pubkey_verify(issuer, alg, &c->body, 1, c->signature);
}

/* see perso/cvc.h */
perso_rc
perso_cvc_check_date(const struct perso_cvc *c, struct perso_date at)
{
	if (!perso_date_is_valid(at) || c->is_request)
		PERSO_FAIL(PERSO_E_ARG, "no date");
	if (perso_date_compare(at, c->effective) < 0)
		PERSO_FAIL(PERSO_E_EXPIRED,
		    "not effective before %04d-%02d-%02d", c->effective.year,
		    c->effective.month, c->effective.day);
	if (perso_date_compare(at, c->expires) > 0)
		PERSO_FAIL(PERSO_E_EXPIRED, "expired after %04d-%02d-%02d",
		    c->expires.year, c->expires.month, c->expires.day);
	return PERSO_OK;
}

static bool
may_sign(enum perso_cvc_role issuer, enum perso_cvc_role subject)
{
	if (issuer == PERSO_CVC_CVCA)
		return subject != PERSO_CVC_TERMINAL;
	return issuer != PERSO_CVC_TERMINAL && subject == PERSO_CVC_TERMINAL;
}

/* see perso/cvc.h */
perso_rc
perso_cvc_check_role(
    const struct perso_cvc_auth *issuer, const struct perso_cvc_auth *subject)
{
	enum perso_cvc_role by = perso_cvc_role(issuer);
	enum perso_cvc_role of = perso_cvc_role(subject);

	if (issuer->type != subject->type)
		PERSO_FAIL(PERSO_E_ROLE, "type %s under type %s",
		    perso_cvc_type_name(subject->type),
		    perso_cvc_type_name(issuer->type));
	if (!may_sign(by, of))
		PERSO_FAIL(PERSO_E_ROLE, "a %s may not sign a %s",
		    perso_cvc_role_name(by), perso_cvc_role_name(of));
	return PERSO_OK;
}

/* see perso/cvc.h */
void
perso_cvc_chain_done(struct perso_cvc_chain *r)
{
	perso_pubkey_free(&r->key);
	*r = (struct perso_cvc_chain){ .key = NULL };
}

/* The trust point into an empty *r. */
static perso_rc
begin(const struct perso_cvc *c, struct perso_cvc_chain *r)
{
	if (perso_cvc_role(&c->chat) != PERSO_CVC_CVCA)
		PERSO_FAIL(PERSO_E_ROLE, "a %s is no trust point",
		    perso_cvc_role_name(perso_cvc_role(&c->chat)));
	PERSO_TRY(perso_cvc_pubkey(c, NULL, &r->key));
	if (perso_cvc_is_self_signed(c))
		PERSO_TRY(perso_cvc_verify(c, r->key, c->key.alg));
	r->alg = c->key.alg;
	r->effective = c->chat;
	return PERSO_OK;
}

static perso_rc
check_step(const struct perso_cvc *issuer, const struct perso_cvc *c,
    const struct perso_cvc_chain *r, struct perso_pubkey **ret)
{
	__attribute__((cleanup(perso_pubkey_free))) struct perso_pubkey *key =
	    NULL;

	if (strcmp(c->car, issuer->chr) != 0)
		PERSO_FAIL(
		    PERSO_E_TRUST, "CAR is not the CHR of the one before");
	PERSO_TRY(perso_cvc_check_role(&issuer->chat, &c->chat));
	if (!perso_cvc_is_link(c) && c->key.kind != issuer->key.kind)
		PERSO_FAIL(PERSO_E_MISMATCH,
		    "key is of another kind than its issuer's");
	PERSO_TRY(perso_cvc_verify(c, r->key, r->alg));
	PERSO_TRY(perso_cvc_pubkey(c, r->key, &key));
	*ret = key;
	key = NULL;
	return PERSO_OK;
}

/* c, signed by the last one in *r. */
static perso_rc
step(const struct perso_cvc *issuer, const struct perso_cvc *c,
    const struct perso_date *at, struct perso_cvc_chain *r)
{
	bool link = perso_cvc_is_link(c);
	struct perso_pubkey *key = NULL;

	if (at != NULL && !link)
		PERSO_TRY(perso_cvc_check_date(c, *at));
	PERSO_TRY(check_step(issuer, c, r, &key));
	perso_pubkey_free(&r->key);
	r->key = key;
	r->alg = c->key.alg;
	if (!link && !perso_cvc_rights_within(&c->chat, &issuer->chat))
		r->wider = true;
	r->effective = link ? c->chat : cvc_auth_and(&r->effective, &c->chat);
	return PERSO_OK;
}

static perso_rc
check_all(const struct perso_cvc *certs, size_t count,
    const struct perso_date *at, struct perso_cvc_chain *r)
{
	for (r->at = 0; r->at < count; r->at++) {
		const struct perso_cvc *c = &certs[r->at];
		perso_rc rc;

		if (c->is_request || c->der.n == 0)
			PERSO_FAIL(PERSO_E_ARG, "no certificate");
		rc = r->at == 0 ? begin(c, r) : step(c - 1, c, at, r);
		PERSO_TRY_CTX(
		    rc, "CV certificate %zu of %zu", r->at + 1, count);
	}
	return PERSO_OK;
}

/* see perso/cvc.h */
perso_rc
perso_cvc_chain_check(const struct perso_cvc *certs, size_t count,
    const struct perso_date *at, struct perso_cvc_chain *r)
{
	PERSO_CVC_CHAIN(work);
	perso_rc rc;

	if (count == 0)
		PERSO_FAIL(PERSO_E_ARG, "no certificate");
	rc = check_all(certs, count, at, &work);
	if (rc != PERSO_OK) {
		r->at = work.at;
		return rc;
	}
	perso_cvc_chain_done(r);
	*r = work;
	r->at = count - 1;
	work.key = NULL;
	return PERSO_OK;
}
