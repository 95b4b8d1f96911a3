/*
 * Making orders: numbering a template, approving.
 */
#include "order_int.h"

#define ID_DATA "1.2.840.113549.1.7.1"

static struct perso_sig_alg
alg_for(const struct perso_pubkey *k)
{
	struct perso_sig_alg a = { PERSO_SIG_ECDSA, PERSO_SHA256, 0 };
	size_t bits = perso_pubkey_bits(k);

	if (perso_pubkey_kind(k) == PERSO_KEY_RSA)
		return (struct perso_sig_alg){ PERSO_SIG_RSA_PSS, PERSO_SHA256,
			32 };
	if (bits > 384)
		a.hash = PERSO_SHA512;
	else if (bits > 256)
		a.hash = PERSO_SHA384;
	return a;
}

/* see perso/order.h */
perso_rc
perso_order_sign(struct perso_span json, struct perso_keyref *key,
    struct perso_span cert, time_t now, struct perso_buf *ret)
{
	const struct perso_pubkey *k = perso_keyref_pubkey(key);

	if (!k)
		PERSO_FAIL(PERSO_E_KEY, "a secret key cannot approve");
	struct perso_cms_values v = { .content_type = ID_DATA,
		.content = json,
		.detached = true,
		.cert = cert,
		.alg = alg_for(k),
		.has_signing_time = true,
		.signing_time = now };
	return perso_cms_build(&v, key, ret);
}

/* Each "#" of number by the last digits of order_id, zeros in front. */
static void
number_for(const char *number, const char *order_id, char *dst, size_t cap)
{
	size_t at = strlen(order_id);

	snprintf(dst, cap, "%s", number);
	for (size_t i = strlen(dst); i > 0; i--) {
		if (dst[i - 1] != '#')
			continue;
		while (at > 0 &&
		       (order_id[at - 1] < '0' || order_id[at - 1] > '9'))
			at--;
		dst[i - 1] = at > 0 ? order_id[--at] : '0';
	}
}

static bool
fill_number(json_t *t, const char *order_id)
{
	json_t *data = json_object_get(t, "document-data");
	const char *s = json_string_value(json_object_get(data, "number"));
	char text[PERSO_DOCNUM_MAX + 2];

	if (!s || strlen(s) > PERSO_DOCNUM_MAX || !strchr(s, '#'))
		return true;
	number_for(s, order_id, text, sizeof(text));
	return json_object_set_new(data, "number", json_string(text)) == 0;
}

/* "order" goes behind the version, for people's eyes. */
static json_t *
with_number(json_t *t, const char *order_id)
{
	json_t *out = json_object();
	json_t *version = json_object_get(t, "perso-order");
	int bad = out == NULL;

	if (version)
		bad |= json_object_set(out, "perso-order", version);
	bad |= json_object_set_new(out, "order", json_string(order_id));
	bad |= json_object_update_missing(out, t);
	if (!bad)
		return out;
	json_decref(out);
	return NULL;
}

static perso_rc
fill(json_t *t, const char *order_id, struct perso_buf *ret)
{
	if (!json_is_object(t) || json_object_get(t, "order"))
		PERSO_FAIL(PERSO_E_DATA,
		    "not a template: no object, or with an order number");
	json_t *out = with_number(t, order_id);
	if (!out || !fill_number(out, order_id)) {
		json_decref(out);
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for an order");
	}
	char *text = json_dumps(out, JSON_INDENT(2));
	json_decref(out);
	if (!text)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for an order");
	perso_rc rc = perso_buf_append(ret, perso_span_str(text));
	explicit_bzero(text, strlen(text));
	free(text);
	return rc;
}

/* see perso/order.h */
perso_rc
perso_order_fill(struct perso_span template_json, const char *order_id,
    struct perso_buf *ret)
{
	struct perso_findings f = { 0 };
	json_t *t = perso_order_json(template_json, &f);

	if (!t)
		PERSO_FAIL(PERSO_E_DATA, "%s: %s", f.v[0].code, f.v[0].text);
	perso_rc rc = fill(t, order_id, ret);
	json_decref(t);
	return rc;
}
