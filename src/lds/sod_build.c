#include "lds_int.h"

#define OBJECT_MAX 2048
#define TAG_SOD 0x77
#define SOD_TYPICAL 1024 /* beside the certificate; only room, no limit */

static struct perso_cms_values
cms_values(const struct perso_sod_values *v, struct perso_span object)
{
	return (struct perso_cms_values){
		.content_type = PERSO_OID_LDS_OBJECT,
		.content = object,
		.cert = v->cert,
		.issuer = v->issuer,
		.serial = v->serial,
		.alg = v->alg,
		.sid_ski = v->sid_ski,
		.has_signing_time = v->has_signing_time,
		.signing_time = v->signing_time,
		.digest_null = v->digest_null,
	};
}

/* 77 around ContentInfo: signed with key, or with a value that is there. */
static perso_rc
build(const struct perso_sod_values *v, struct perso_keyref *key,
    struct perso_span signature, struct perso_buf *ret)
{
	PERSO_BUF(object, OBJECT_MAX);
	struct perso_wr w = perso_wr(ret);
	struct perso_cms_values c;
	size_t mark = ret->n, sod;
	perso_rc rc;

	PERSO_TRY(sod_object(&v->object, key == NULL, &object));
	c = cms_values(v, perso_buf_span(&object));
	PERSO_TRY(perso_buf_reserve(ret, ret->n + SOD_TYPICAL + 2 * v->cert.n));
	sod = perso_wr_open(&w, TAG_SOD);
	rc = key != NULL ? perso_cms_build(&c, key, ret)
			 : perso_cms_assemble(&c, signature, ret);
	perso_wr_close(&w, sod);
	if (rc == PERSO_OK)
		rc = perso_wr_end(&w);
	if (rc != PERSO_OK)
		perso_buf_remove(ret, mark, ret->n - mark);
	return rc;
}

/* see perso/sod.h */
perso_rc
perso_sod_build(const struct perso_sod_values *v, struct perso_keyref *key,
    struct perso_buf *ret)
{
	if (key == NULL)
		PERSO_FAIL(PERSO_E_ARG, "EF.SOD: no key");
	if (v->alg.hash == PERSO_SHA1)
		PERSO_FAIL(PERSO_E_ARG, "EF.SOD: signature with SHA-1");
	PERSO_TRY_CTX(build(v, key, PERSO_SPAN_EMPTY, ret), "EF.SOD");
	return PERSO_OK;
}

/* see perso/sod.h */
perso_rc
perso_sod_assemble(const struct perso_sod_values *v,
    struct perso_span signature, struct perso_buf *ret)
{
	PERSO_TRY_CTX(build(v, NULL, signature, ret), "EF.SOD");
	return PERSO_OK;
}
