/* perso seal show|check. */
#include "perso/hex.h"
#include "perso/hooks.h"
#include "seal_int.h"

static json_t *
date_json(struct perso_date d)
{
	return json_sprintf("%04d-%02d-%02d", d.year, d.month, d.day);
}

static perso_rc
message_json(const struct perso_seal *s, size_t i,
    const struct perso_seal_definition *d, json_t **ret)
{
	const struct perso_seal_feature *f =
	    d != NULL ? perso_seal_feature(d, s->message[i].tag) : NULL;
	PERSO_BUF(text, 4 * PERSO_SEAL_MAX);

	if (perso_seal_text(f, s->message[i].value, &text) != PERSO_OK) {
		perso_buf_clear(&text);
		f = NULL;
		PERSO_TRY(perso_hex_encode(s->message[i].value, &text));
	}
	PERSO_TRY(perso_buf_append_u8(&text, '\0'));
	*ret = json_pack("{s:i, s:o, s:s, s:o}", "tag", (int)s->message[i].tag,
	    "name", f != NULL ? json_string(f->name) : json_null(), "coding",
	    f != NULL && f->coding != PERSO_SEAL_BYTES ? "text" : "hex",
	    "value", cli_json_text((const char *)text.p));
	return PERSO_OK;
}

/* see seal_int.h */
perso_rc
seal_json(const struct perso_seal *s, const struct perso_seal_definition *d,
    json_t **ret)
{
	json_t *list = json_array(), *m = NULL;
	char code[8];

	for (size_t i = 0; i < s->message_count; i++) {
		perso_rc rc = message_json(s, i, d, &m);

		if (rc != PERSO_OK) {
			json_decref(list);
			return rc;
		}
		json_array_append_new(list, m);
	}
	snprintf(code, sizeof(code), "%02X%02X", s->definition, s->category);
	*ret = json_pack("{s:s, s:o, s:o, s:i, s:s, s:s, s:s, s:o, s:o, s:o, "
			 "s:o}",
	    "code", code, "definition",
	    d != NULL ? json_string(d->id) : json_null(), "title",
	    d != NULL ? json_string(d->title) : json_null(), "header-version",
	    (int)s->version, "country", s->country, "signer", s->signer.id,
	    "certificate", s->signer.reference, "issued", date_json(s->issued),
	    "signed", date_json(s->signed_on), "messages", list, "signature",
	    cli_json_hex(s->signature));
	return PERSO_OK;
}

static void
print_member(const json_t *j, const char *key, const char *title)
{
	const json_t *v = json_object_get(j, key);

	if (json_is_integer(v))
		cli_print("%-16s %d\n", title, (int)json_integer_value(v));
	else if (json_is_string(v))
		cli_print("%-16s %s\n", title, json_string_value(v));
}

static void
print_seal(const json_t *j)
{
	static const char *const members[] = { "definition", "title", "code",
		"header-version", "country", "signer", "certificate", "issued",
		"signed" };
	const json_t *m;
	size_t i;

	for (i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		print_member(j, members[i], members[i]);
	json_array_foreach(json_object_get(j, "messages"), i, m)
	{
		const char *name =
		    json_string_value(json_object_get(m, "name"));
		char tag[16];

		snprintf(tag, sizeof(tag), "tag %02X",
		    (unsigned)json_integer_value(json_object_get(m, "tag")));
		cli_print("  %-16s %s\n", name != NULL ? name : tag,
		    json_string_value(json_object_get(m, "value")));
	}
	print_member(j, "signature", "signature");
}

/* The seal of a file and its definition. */
struct opened {
	struct perso_buf bytes;
	struct perso_seal seal;
	struct perso_profiles *profiles;
	const struct perso_seal_definition *definition;
};

static void
close_opened(struct opened *o)
{
	perso_buf_done(&o->bytes);
	perso_profiles_free(&o->profiles);
}
#define OPENED(name)                                                  \
	__attribute__((cleanup(close_opened))) struct opened name = { \
		.bytes = { .max = PERSO_SEAL_MAX }                    \
	}

static perso_rc
open_seal(const struct cli *c, struct opened *o)
{
	const char *id = cli_value(c, "definition");

	PERSO_TRY(seal_profiles(c, &o->profiles));
	PERSO_TRY(seal_load(c->argv[0], &o->bytes));
	PERSO_TRY_CTX(perso_seal_parse(perso_buf_span(&o->bytes), &o->seal),
	    "%s", c->argv[0]);
	if (o->profiles != NULL)
		o->definition = id != NULL
				    ? perso_profiles_seal(o->profiles, id)
				    : perso_profiles_seal_by_code(o->profiles,
					  o->seal.definition, o->seal.category);
	if (id != NULL && o->definition == NULL)
		PERSO_FAIL(
		    PERSO_E_ARG, "no definition %s among the profiles", id);
	return PERSO_OK;
}

/* see cli_int.h */
perso_rc
cli_run_seal_show(struct cli *c)
{
	OPENED(o);
	json_t *j = NULL;

	PERSO_TRY(open_seal(c, &o));
	PERSO_TRY(seal_json(&o.seal, o.definition, &j));
	if (c->json)
		return cli_json(j);
	print_seal(j);
	json_decref(j);
	return PERSO_OK;
}

static const char *
result_of(const struct perso_seal_verdict *v, unsigned f)
{
	if (!v->fact[f].judged)
		return "not judged";
	return v->fact[f].rc == PERSO_OK ? "right" : "wrong";
}

static json_t *
facts_json(const struct perso_seal_verdict *v)
{
	json_t *list = json_array();

	for (unsigned f = 0; f < PERSO_SEAL_FACTS; f++)
		json_array_append_new(list,
		    json_pack("{s:s, s:s, s:s, s:o}", "fact",
			perso_seal_fact_name(f), "result", result_of(v, f),
			"code",
			v->fact[f].judged ? perso_rc_name(v->fact[f].rc) : "",
			"reason", cli_json_text(v->fact[f].text)));
	return list;
}

static perso_rc
print_verdict(struct cli *c, const struct opened *o,
    const struct perso_seal_verdict *v, bool good)
{
	json_t *seal = NULL;

	c->exit = good ? CLI_EXIT_OK : CLI_EXIT_CHECK;
	PERSO_TRY(seal_json(&o->seal, o->definition, &seal));
	if (c->json)
		return cli_json(json_pack("{s:s, s:b, s:o, s:o}", "file",
		    c->argv[0], "genuine", (int)good, "facts", facts_json(v),
		    "seal", seal));
	print_seal(seal);
	json_decref(seal);
	cli_print("\n");
	for (unsigned f = 0; f < PERSO_SEAL_FACTS; f++)
		cli_print("%-10s %-10s %s\n", perso_seal_fact_name(f),
		    result_of(v, f), v->fact[f].text);
	if (good && !v->fact[PERSO_SEAL_FACT_CHAIN].judged)
		cli_print("verdict    genuine if the certificate is: no CSCA "
			  "was asked\n");
	else
		cli_print("verdict    %s\n", good ? "genuine" : "NOT GENUINE");
	return PERSO_OK;
}

/* The CSCAs of --trust, else of the configuration. A certificate that was
 * named is believed without one. */
static perso_rc
open_trust(const struct cli *c, struct perso_trust **ret)
{
	const char *dir = cli_value(c, "trust");
	struct cli_config cfg;

	if (dir == NULL && !cli_has_config(c))
		return PERSO_OK;
	if (dir == NULL) {
		PERSO_TRY(cli_config_load(c, &cfg));
		dir = cfg.trust;
	}
	return perso_trust_open(dir, ret);
}

/* see cli_int.h */
perso_rc
cli_run_seal_check(struct cli *c)
{
	OPENED(o);
	PERSO_CERT(cert);
	__attribute__((cleanup(seal_close_trust))) struct perso_trust *trust =
	    NULL;
	struct perso_seal_question q = { .seal = &o.seal };
	struct perso_seal_verdict v;
	bool found = false, good;

	if (cli_value(c, "cert") == NULL && cli_value(c, "trust") == NULL &&
	    !cli_has_config(c))
		PERSO_FAIL(PERSO_E_ARG,
		    "whom to believe? --cert FILE, --trust DIR or a "
		    "configuration");
	PERSO_TRY(open_seal(c, &o));
	PERSO_TRY(seal_signer_find(c, &o.seal, &cert, &found));
	PERSO_TRY(open_trust(c, &trust));
	q.definition = o.definition;
	q.cert = found ? &cert : NULL;
	q.trust = trust;
	q.now = perso_now();
	good = perso_seal_judge(&q, &v);
	return print_verdict(c, &o, &v, good);
}
