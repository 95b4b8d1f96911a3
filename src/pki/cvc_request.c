/*
 * Requests for card-verifiable certificates: TR-03110-3, C.2.
 *
 *	67 { 7F21 { 7F4E, 5F37 }, 42 outer CAR, 5F37 outer signature }
 */
#include "cvc_int.h"
#include "perso/file.h"

/* see perso/cvc.h */
void
perso_cvc_request_done(struct perso_cvc_request *r)
{
	struct perso_buf der = r->der;

	perso_cvc_done(&r->inner);
	perso_buf_done(&der);
	*r = (struct perso_cvc_request){ .inner = r->inner, .der = der };
}

static perso_rc
parse_outer(struct perso_rd *rd, struct perso_cvc_request *r)
{
	struct perso_span contents, inner;
	struct perso_rd in;

	PERSO_TRY(
	    cvc_take(rd, CVC_REQUEST, "authenticated request", &contents));
	PERSO_TRY(perso_rd_finish(rd));
	in = perso_rd(contents);
	PERSO_TRY(cvc_take(&in, CVC_CERT, "request", &inner));
	PERSO_TRY(
	    cvc_parse(perso_span_sub(contents, 0, in.at), true, &r->inner));
	PERSO_TRY(cvc_take_name(&in, CVC_CAR, "outer CAR", r->outer_car));
	r->outer_tbs = perso_span_sub(contents, 0, in.at);
	PERSO_TRY(cvc_take(
	    &in, CVC_SIGNATURE, "outer signature", &r->outer_signature));
	PERSO_TRY(perso_rd_finish(&in));
	if (r->outer_signature.n == 0 ||
	    r->outer_signature.n > CVC_SIGNATURE_MAX)
		PERSO_FAIL(PERSO_E_RANGE, "outer signature of %zu bytes",
		    r->outer_signature.n);
	r->authenticated = true;
	return PERSO_OK;
}

static perso_rc
parse(struct perso_span der, struct perso_cvc_request *r)
{
	struct perso_rd rd;

	if (der.n > PERSO_CVC_MAX)
		PERSO_FAIL(PERSO_E_RANGE, "more than %d bytes", PERSO_CVC_MAX);
	PERSO_TRY(perso_buf_set(&r->der, der));
	if (der.n == 0 || der.p[0] != CVC_REQUEST)
		return cvc_parse(der, true, &r->inner);
	rd = perso_rd(perso_buf_span(&r->der));
	return parse_outer(&rd, r);
}

/* see perso/cvc.h */
perso_rc
perso_cvc_request_parse(struct perso_span der, struct perso_cvc_request *ret)
{
	PERSO_CVC_REQUEST(r);

	PERSO_TRY_CTX(parse(der, &r), "CV certificate request");
	perso_cvc_request_done(ret);
	*ret = r;
	perso_buf_init(&r.der, PERSO_CVC_MAX); /* moved */
	perso_buf_init(&r.inner.der, PERSO_CVC_MAX);
	return PERSO_OK;
}

/* see perso/cvc.h */
perso_rc
perso_cvc_request_load(const char *path, struct perso_cvc_request *ret)
{
	PERSO_BUF(der, PERSO_CVC_MAX);

	PERSO_TRY_CTX(perso_file_read(path, &der), "%s", path);
	PERSO_TRY_CTX(
	    perso_cvc_request_parse(perso_buf_span(&der), ret), "%s", path);
	return PERSO_OK;
}

/* see perso/cvc.h */
perso_rc
perso_cvc_request_verify(const struct perso_cvc_request *r)
{
	__attribute__((cleanup(perso_pubkey_free))) struct perso_pubkey *key =
	    NULL;

	PERSO_TRY_CTX(
	    perso_cvc_pubkey(&r->inner, NULL, &key), "CV certificate request");
	PERSO_TRY_CTX(perso_cvc_verify(&r->inner, key, r->inner.key.alg),
	    "CV certificate request");
	return PERSO_OK;
}

/* see perso/cvc.h */
perso_rc
perso_cvc_request_verify_outer(const struct perso_cvc_request *r,
    const struct perso_pubkey *key, struct perso_sig_alg alg)
{
	if (!r->authenticated)
		PERSO_FAIL(
		    PERSO_E_MISSING, "the request has no outer signature");
	PERSO_TRY(cvc_alg_normalise(alg, &alg));
	PERSO_TRY_CTX(
	    perso_pubkey_verify(key, alg, &r->outer_tbs, 1, r->outer_signature),
	    "outer signature");
	return PERSO_OK;
}

/* see perso/cvc.h */
perso_rc
perso_cvc_request_build(const struct perso_cvc_values *v,
    struct perso_keyref *key, struct perso_buf *ret)
{
	struct perso_cvc_values own = { .car = v->car,
		.chr = v->chr,
		.key = perso_keyref_pubkey(key),
		.alg = v->alg,
		.extensions = v->extensions };

	return perso_cvc_build(&own, key, v->alg, ret);
}

/* see perso/cvc.h */
perso_rc
perso_cvc_request_authenticate(struct perso_span request, const char *outer_car,
    struct perso_keyref *key, struct perso_sig_alg alg, struct perso_buf *ret)
{
	PERSO_BUF(out, PERSO_CVC_MAX);
	PERSO_BUF(tbs, PERSO_CVC_MAX);
	PERSO_BUF(sig, CVC_SIGNATURE_MAX);
	PERSO_CVC(inner);
	struct perso_wr w = perso_wr(&tbs);
	struct perso_span part;
	size_t mark;

	PERSO_TRY_CTX(cvc_parse(request, true, &inner), "inner request");
	PERSO_TRY_CTX(
	    perso_cvc_name_check(perso_span_str(outer_car)), "outer CAR");
	PERSO_TRY(cvc_alg_normalise(alg, &alg));
	perso_wr_bytes(&w, request);
	perso_wr_tlv(&w, CVC_CAR, perso_span_str(outer_car));
	PERSO_TRY(perso_wr_end(&w));
	part = perso_buf_span(&tbs);
	PERSO_TRY(perso_keyref_sign(key, alg, &part, 1, &sig));
	w = perso_wr(&out);
	mark = perso_wr_open(&w, CVC_REQUEST);
	perso_wr_bytes(&w, part);
	perso_wr_tlv(&w, CVC_SIGNATURE, perso_buf_span(&sig));
	perso_wr_close(&w, mark);
	PERSO_TRY(perso_wr_end(&w));
	return perso_buf_append(ret, perso_buf_span(&out));
}
