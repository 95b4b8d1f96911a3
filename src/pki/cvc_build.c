/*
 * Card-verifiable certificates: struct to bytes. TR-03110-3, C.1 and D.
 */
#include <string.h>

#include "cvc_int.h"

static void
write_date(struct perso_wr *w, uint32_t tag, struct perso_date d)
{
	int v[3] = { d.year % 100, d.month, d.day };

	perso_wr_head(w, tag, 6);
	for (size_t i = 0; i < 3; i++) {
		perso_wr_u8(w, (uint8_t)(v[i] / 10));
		perso_wr_u8(w, (uint8_t)(v[i] % 10));
	}
}

static perso_rc
check_date(struct perso_date d)
{
	if (!perso_date_is_valid(d) || d.year < 2000 || d.year > 2099)
		PERSO_FAIL(PERSO_E_RANGE, "no day of 2000 to 2099");
	return PERSO_OK;
}

static perso_rc
check_authority(const struct perso_cvc_values *v)
{
	if (v->chat.type < PERSO_CVC_IS || v->chat.type > PERSO_CVC_ST ||
	    v->chat.n != perso_cvc_auth(v->chat.type, PERSO_CVC_CVCA).n)
		PERSO_FAIL(PERSO_E_ARG, "CHAT: no such type");
	PERSO_TRY_CTX(check_date(v->effective), "effective date");
	PERSO_TRY_CTX(check_date(v->expires), "expiration date");
	if (perso_date_compare(v->expires, v->effective) < 0)
		PERSO_FAIL(PERSO_E_RANGE,
		    "expiration date lies before the effective date");
	return PERSO_OK;
}

static perso_rc
check_values(const struct perso_cvc_values *v)
{
	bool rsa;

	if (v->chr == NULL || v->key == NULL)
		PERSO_FAIL(PERSO_E_ARG, "CHR or key is not given");
	PERSO_TRY_CTX(perso_cvc_name_check(perso_span_str(v->chr)), "CHR");
	if (v->car != NULL)
		PERSO_TRY_CTX(
		    perso_cvc_name_check(perso_span_str(v->car)), "CAR");
	if (perso_cvc_alg_oid(v->alg) == NULL)
		PERSO_FAIL(PERSO_E_ARG, "no id-TA algorithm");
	rsa = v->alg.kind == PERSO_SIG_RSA_PKCS1 ||
	      v->alg.kind == PERSO_SIG_RSA_PSS;
	if (rsa != (perso_pubkey_kind(v->key) == PERSO_KEY_RSA))
		PERSO_FAIL(
		    PERSO_E_ARG, "algorithm is not for this kind of key");
	if (v->chat.type != PERSO_CVC_NONE)
		PERSO_TRY(check_authority(v));
	if (v->extensions.n > 0)
		PERSO_TRY(cvc_extensions_check(v->extensions));
	return PERSO_OK;
}

/* Self-signed and requests: always; link certificates: as wanted. */
static bool
has_domain(const struct perso_cvc_values *v)
{
	if (v->chat.type == PERSO_CVC_NONE)
		return true;
	if (perso_cvc_role(&v->chat) != PERSO_CVC_CVCA)
		return false;
	return v->car == NULL || strcmp(v->car, v->chr) == 0 || v->domain;
}

static void
write_body(struct perso_wr *w, const struct perso_cvc_values *v)
{
	bool request = v->chat.type == PERSO_CVC_NONE;
	const char *car = v->car != NULL || request ? v->car : v->chr;
	static const uint8_t profile[] = { 0 };
	size_t body = perso_wr_open(w, CVC_BODY);

	perso_wr_tlv(w, CVC_PROFILE, perso_span_of(profile));
	if (car != NULL)
		perso_wr_tlv(w, CVC_CAR, perso_span_str(car));
	cvc_key_write(w, v->key, v->alg, has_domain(v));
	perso_wr_tlv(w, CVC_CHR, perso_span_str(v->chr));
	if (!request) {
		cvc_chat_write(w, &v->chat);
		write_date(w, CVC_EFFECTIVE, v->effective);
		write_date(w, CVC_EXPIRES, v->expires);
	}
	if (v->extensions.n > 0)
		perso_wr_tlv(w, CVC_EXTENSIONS, v->extensions);
	perso_wr_close(w, body);
}

/* see perso/cvc.h */
perso_rc
perso_cvc_body(const struct perso_cvc_values *v, struct perso_buf *ret)
{
	PERSO_BUF(out, PERSO_CVC_MAX);
	struct perso_wr w = perso_wr(&out);

	PERSO_TRY_CTX(check_values(v), "CV certificate");
	write_body(&w, v);
	PERSO_TRY_CTX(perso_wr_end(&w), "CV certificate");
	return perso_buf_append(ret, perso_buf_span(&out));
}

/* see perso/cvc.h */
perso_rc
perso_cvc_assemble(
    struct perso_span body, struct perso_span signature, struct perso_buf *ret)
{
	PERSO_BUF(out, PERSO_CVC_MAX);
	struct perso_wr w = perso_wr(&out);
	size_t cert = perso_wr_open(&w, CVC_CERT);

	perso_wr_bytes(&w, body);
	perso_wr_tlv(&w, CVC_SIGNATURE, signature);
	perso_wr_close(&w, cert);
	PERSO_TRY(perso_wr_end(&w));
	return perso_buf_append(ret, perso_buf_span(&out));
}

/* see perso/cvc.h */
perso_rc
perso_cvc_build(const struct perso_cvc_values *v, struct perso_keyref *key,
    struct perso_sig_alg alg, struct perso_buf *ret)
{
	PERSO_BUF(body, PERSO_CVC_MAX);
	PERSO_BUF(sig, CVC_SIGNATURE_MAX);
	struct perso_span part;

	PERSO_TRY(cvc_alg_normalise(alg, &alg));
	PERSO_TRY(perso_cvc_body(v, &body));
	part = perso_buf_span(&body);
	PERSO_TRY(perso_keyref_sign(key, alg, &part, 1, &sig));
	return perso_cvc_assemble(part, perso_buf_span(&sig), ret);
}
