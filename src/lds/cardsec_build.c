#include "lds_int.h"

#include "perso/cardsec.h"

#define INFOS_MAX 8192
#define CARDSEC_TYPICAL 512 /* beside certificate and infos; only room */

static perso_rc
build(const struct perso_cardsec_values *v, struct perso_keyref *key,
    struct perso_span signature, struct perso_buf *ret)
{
	struct perso_cms_values c = {
		.content_type = PERSO_OID_SECURITY_OBJECT,
		.cert = v->cert,
		.alg = v->alg,
		.sid_ski = v->sid_ski,
		.has_signing_time = v->has_signing_time,
		.signing_time = v->signing_time,
		.digest_null = v->digest_null,
	};
	PERSO_BUF(set, INFOS_MAX);

	PERSO_TRY(lds_infos_build(0, &v->infos, &set));
	c.content = perso_buf_span(&set);
	PERSO_TRY(perso_buf_reserve(
	    ret, ret->n + CARDSEC_TYPICAL + set.n + v->cert.n));
	return key != NULL ? perso_cms_build(&c, key, ret)
			   : perso_cms_assemble(&c, signature, ret);
}

/* see perso/cardsec.h */
perso_rc
perso_cardsec_build(const struct perso_cardsec_values *v,
    struct perso_keyref *key, struct perso_buf *ret)
{
	if (key == NULL)
		PERSO_FAIL(PERSO_E_ARG, "EF.CardSecurity: no key");
	if (v->alg.hash == PERSO_SHA1)
		PERSO_FAIL(
		    PERSO_E_ARG, "EF.CardSecurity: signature with SHA-1");
	PERSO_TRY_CTX(build(v, key, PERSO_SPAN_EMPTY, ret), "EF.CardSecurity");
	return PERSO_OK;
}

/* see perso/cardsec.h */
perso_rc
perso_cardsec_assemble(const struct perso_cardsec_values *v,
    struct perso_span signature, struct perso_buf *ret)
{
	PERSO_TRY_CTX(build(v, NULL, signature, ret), "EF.CardSecurity");
	return PERSO_OK;
}
