/* perso pki cvc show: what card-verifiable certificates say. */
#include "cvc_int.h"
#include "perso/hex.h"

#define CHAIN_MAX 16

void
cvc_key_done(struct perso_keyref **k)
{
	perso_keyref_free(k);
}

void
cvc_pubkey_done(struct perso_pubkey **k)
{
	perso_pubkey_free(k);
}

/* see cvc_int.h */
void
cvc_name_utf8(const char *name, char dst[CVC_UTF8])
{
	size_t n = 0;

	for (; *name != '\0' && n + 2 < CVC_UTF8; name++) {
		uint8_t c = (uint8_t)*name;

		if (c >= 0x80)
			dst[n++] = (char)(0xC0 | c >> 6);
		dst[n++] = (char)(c < 0x80 ? c : 0x80 | (c & 0x3F));
	}
	dst[n] = '\0';
}

static json_t *
name_json(const char *name)
{
	char text[CVC_UTF8];

	cvc_name_utf8(name, text);
	return json_string(text);
}

static json_t *
date_json(struct perso_date d)
{
	return json_sprintf("%04d-%02d-%02d", d.year, d.month, d.day);
}

/* see cvc_int.h */
json_t *
cvc_rights_json(const struct perso_cvc_auth *a)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < perso_cvc_right_count(a->type); i++) {
		const char *name = perso_cvc_right_name(a->type, i);

		if (!perso_cvc_has_right(a, i))
			continue;
		json_array_append_new(list, name != NULL
						? json_string(name)
						: json_sprintf("bit-%u", i));
	}
	return list;
}

/* The key in words; nothing where the domain parameters are elsewhere. */
static void
add_key(json_t *o, const struct perso_cvc *c)
{
	CVC_PUBKEY(key);

	json_object_set_new(
	    o, "algorithm", json_string(perso_cvc_alg_name(c->key.alg)));
	if (c->key.kind == PERSO_KEY_EC && !c->key.has_domain) {
		json_object_set_new(o, "curve", json_string("inherited"));
		return;
	}
	if (perso_cvc_pubkey(c, NULL, &key) != PERSO_OK) {
		json_object_set_new(o, "key", json_string("not usable"));
		return;
	}
	if (c->key.kind == PERSO_KEY_EC)
		json_object_set_new(o, "curve",
		    json_string(perso_curve_name(perso_pubkey_curve(key))));
	json_object_set_new(
	    o, "bits", json_integer((json_int_t)perso_pubkey_bits(key)));
}

/* see cvc_int.h */
json_t *
cvc_json(const struct perso_cvc *c)
{
	json_t *o = json_object();

	if (c->car[0] != '\0')
		json_object_set_new(o, "car", name_json(c->car));
	json_object_set_new(o, "chr", name_json(c->chr));
	if (!c->is_request) {
		json_object_set_new(o, "role",
		    json_string(
			perso_cvc_is_link(c)
			    ? "CVCA link"
			    : perso_cvc_role_name(perso_cvc_role(&c->chat))));
		json_object_set_new(
		    o, "type", json_string(perso_cvc_type_name(c->chat.type)));
		json_object_set_new(o, "rights", cvc_rights_json(&c->chat));
		json_object_set_new(o, "effective", date_json(c->effective));
		json_object_set_new(o, "expires", date_json(c->expires));
	}
	add_key(o, c);
	if (c->extensions.n > 0)
		json_object_set_new(
		    o, "extensions", cli_json_hex(c->extensions));
	return o;
}

static perso_rc
print_one(struct cli *c, const char *path, json_t *o)
{
	json_object_set_new(o, "file", json_string(path));
	if (c->json)
		return cli_json_line(o);
	json_object_del(o, "file");
	cli_print("%s\n", path);
	cli_print_tree(o, 1);
	json_decref(o);
	return PERSO_OK;
}

static perso_rc
show_request(struct cli *c, const char *path, struct perso_span der)
{
	PERSO_CVC_REQUEST(r);
	bool right;
	json_t *o;

	PERSO_TRY_CTX(perso_cvc_request_parse(der, &r), "%s", path);
	o = cvc_json(&r.inner);
	json_object_set_new(o, "request",
	    json_string(r.authenticated ? "authenticated" : "initial"));
	if (r.authenticated)
		json_object_set_new(o, "outer_car", name_json(r.outer_car));
	right = perso_cvc_request_verify(&r) == PERSO_OK;
	if (!right)
		c->exit = CLI_EXIT_CHECK;
	json_object_set_new(
	    o, "inner_signature", json_string(right ? "right" : "wrong"));
	return print_one(c, path, o);
}

static perso_rc
show_file(struct cli *c, const char *path)
{
	PERSO_BUF(der, PERSO_CVC_MAX);
	PERSO_CVC(cert);
	perso_rc rc;

	PERSO_TRY_CTX(perso_file_read(path, &der), "%s", path);
	rc = perso_cvc_parse(perso_buf_span(&der), &cert);
	if (rc == PERSO_OK)
		return print_one(c, path, cvc_json(&cert));
	if (der.n > 0 && der.p[0] == 0x67)
		return show_request(c, path, perso_buf_span(&der));
	if (rc == PERSO_E_MISSING &&
	    show_request(c, path, perso_buf_span(&der)) == PERSO_OK)
		return PERSO_OK;
	PERSO_TRY_CTX(perso_cvc_parse(perso_buf_span(&der), &cert), "%s", path);
	return PERSO_OK;
}

static perso_rc
print_chain(struct cli *c, const struct perso_cvc_chain *r, perso_rc rc)
{
	json_t *o = json_object();
	char why[400];

	perso_trail_text(why, sizeof(why));
	json_object_set_new(o, "chain",
	    json_string(rc == PERSO_OK ? "right" : perso_rc_name(rc)));
	if (rc == PERSO_OK) {
		json_object_set_new(
		    o, "effective_rights", cvc_rights_json(&r->effective));
		json_object_set_new(
		    o, "wider_than_issuer", json_boolean(r->wider));
	} else {
		json_object_set_new(
		    o, "certificate", json_integer((json_int_t)r->at + 1));
		json_object_set_new(o, "why", json_string(why));
		c->exit = CLI_EXIT_CHECK;
	}
	if (c->json)
		return cli_json_line(o);
	cli_print_tree(o, 0);
	json_decref(o);
	return PERSO_OK;
}

struct chain {
	struct perso_cvc certs[CHAIN_MAX];
	size_t count;
};

static void
chain_done(struct chain *ch)
{
	for (size_t i = 0; i < ch->count; i++)
		perso_cvc_done(&ch->certs[i]);
}

static perso_rc
show_chain(struct cli *c, int first)
{
	__attribute__((cleanup(chain_done))) struct chain ch = { .count = 0 };
	PERSO_CVC_CHAIN(r);
	const char *at = cli_value(c, "at");
	struct perso_date day = { 0, 0, 0 };

	if (c->argc - first > CHAIN_MAX)
		PERSO_FAIL(PERSO_E_ARG, "a chain has at most %d certificates",
		    CHAIN_MAX);
	if (at != NULL)
		PERSO_TRY_CTX(
		    perso_date_parse(perso_span_str(at), &day), "--at");
	for (int i = first; i < c->argc; i++) {
		perso_buf_init(&ch.certs[ch.count].der, PERSO_CVC_MAX);
		PERSO_TRY(perso_cvc_load(c->argv[i], &ch.certs[ch.count]));
		ch.count++;
	}
	return print_chain(c, &r,
	    perso_cvc_chain_check(
		ch.certs, ch.count, at != NULL ? &day : NULL, &r));
}

/* see cli_int.h */
perso_rc
cli_run_pki_cvc(struct cli *c)
{
	if (strcmp(c->argv[0], "show") != 0)
		PERSO_FAIL(PERSO_E_ARG, "usage: perso pki cvc show FILE...");
	for (int i = 1; i < c->argc; i++)
		PERSO_TRY(show_file(c, c->argv[i]));
	return cli_flag(c, "chain") ? show_chain(c, 1) : PERSO_OK;
}
