/* perso seal make. */
#include <stdlib.h>

#include "perso/hooks.h"
#include "seal_int.h"

struct making {
	struct perso_profiles *profiles;
	const struct perso_seal_definition *definition;
	struct perso_keyref *key;
	struct perso_cert cert;
	struct perso_seal_messages messages;
	struct perso_buf seal;
	const char *out;
	bool png;
	struct perso_symbol_spec spec;
	struct perso_symbol_print print;
	unsigned side; /* of the symbol; 0: none was made */
};

static void
making_done(struct making *m)
{
	perso_profiles_free(&m->profiles);
	perso_keyref_free(&m->key);
	perso_cert_done(&m->cert);
	perso_seal_messages_done(&m->messages);
	perso_buf_done(&m->seal);
}

static perso_rc
wanted(const struct cli *c, const char *name, const char **ret)
{
	*ret = cli_value(c, name);
	if (*ret == NULL)
		PERSO_FAIL(PERSO_E_ARG, "--%s is wanted", name);
	return PERSO_OK;
}

static perso_rc
find_definition(const struct cli *c, struct making *m)
{
	const char *id = NULL;
	char list[PERSO_TRAIL_LEN - 40] = "";

	PERSO_TRY(wanted(c, "definition", &id));
	PERSO_TRY(seal_profiles(c, &m->profiles));
	if (m->profiles == NULL)
		PERSO_FAIL(PERSO_E_CONFIG,
		    "no definitions: name a folder of profiles with "
		    "--profiles, or make a configuration");
	m->definition = perso_profiles_seal(m->profiles, id);
	if (m->definition != NULL)
		return PERSO_OK;
	for (size_t i = 0; perso_profiles_seal_at(m->profiles, i); i++) {
		size_t n = strlen(list);

		snprintf(list + n, sizeof(list) - n, "%s%s", i ? ", " : "",
		    perso_profiles_seal_at(m->profiles, i)->id);
	}
	PERSO_FAIL(PERSO_E_ARG, "--definition is one of: %s", list);
}

/* An option, else the file of the configuration's signer. */
static perso_rc
signer_path(const struct cli *c, const char *option, const char *name,
    char dst[PERSO_PATH_MAX])
{
	const char *given = cli_value(c, option);
	struct cli_config cfg;

	if (given != NULL)
		return perso_path_join(dst, PERSO_PATH_MAX, "", given);
	if (!cli_has_config(c))
		PERSO_FAIL(PERSO_E_ARG,
		    "--%s is wanted where there is no configuration", option);
	PERSO_TRY(cli_config_load(c, &cfg));
	return cli_signer_path(&cfg, cli_value(c, "country"), name, dst);
}

static perso_rc
open_signer(const struct cli *c, struct making *m)
{
	char key[PERSO_PATH_MAX], cert[PERSO_PATH_MAX];
	struct perso_pubkey *pub = NULL;
	bool fits;

	PERSO_TRY(signer_path(c, "signer-key", "seal.key", key));
	PERSO_TRY(signer_path(c, "signer-cert", "seal.cer", cert));
	PERSO_TRY(perso_keyref_open(key, &m->key));
	PERSO_TRY(perso_cert_load(cert, &m->cert));
	PERSO_TRY_CTX(perso_cert_check_time(&m->cert, perso_now()), "%s", cert);
	PERSO_TRY_CTX(perso_cert_key(&m->cert, &pub), "%s", cert);
	fits = perso_pubkey_equal(pub, perso_keyref_pubkey(m->key));
	perso_pubkey_free(&pub);
	if (!fits)
		PERSO_FAIL(PERSO_E_KEY, "%s is not the key of %s", key, cert);
	return PERSO_OK;
}

/* NAME=TEXT, NAME=@FILE or NAME=- */
static perso_rc
set_value(const char *word, bool *stdin_used, struct making *m)
{
	const char *eq = strchr(word, '=');
	char name[PERSO_SEAL_NAME_MAX + 1];
	PERSO_BUF(text, 4 * PERSO_SEAL_MAX);

	if (eq == NULL || (size_t)(eq - word) >= sizeof(name))
		PERSO_FAIL(
		    PERSO_E_ARG, "'%s' is not of the form NAME=VALUE", word);
	snprintf(name, sizeof(name), "%.*s", (int)(eq - word), word);
	if (strcmp(eq, "=-") == 0) {
		if (*stdin_used)
			PERSO_FAIL(PERSO_E_ARG,
			    "only one value comes from standard input");
		*stdin_used = true;
		for (int ch = getchar(); ch != EOF; ch = getchar())
			PERSO_TRY_CTX(perso_buf_append_u8(&text, (uint8_t)ch),
			    "%s", name);
	} else if (eq[1] == '@') {
		PERSO_TRY_CTX(perso_file_read(eq + 2, &text), "%s", name);
	} else {
		PERSO_TRY(perso_buf_append(&text, perso_span_str(eq + 1)));
	}
	while (text.n > 0 &&
	       (text.p[text.n - 1] == '\n' || text.p[text.n - 1] == '\r'))
		PERSO_TRY(perso_buf_resize(&text, text.n - 1));
	return perso_seal_set(
	    m->definition, name, perso_buf_span(&text), &m->messages);
}

static perso_rc
date_option(const struct cli *c, const char *name, struct perso_date *ret)
{
	const char *v = cli_value(c, name);

	*ret = perso_date_of(perso_now());
	if (v != NULL)
		PERSO_TRY_CTX(
		    perso_date_parse(perso_span_str(v), ret), "--%s", name);
	return PERSO_OK;
}

/* What was made is held against the certificate before it goes out: a type of
 * document that the signer may not seal is found here. */
static perso_rc
check_own(const struct making *m)
{
	struct perso_seal s;
	struct perso_seal_verdict v;
	struct perso_seal_question q = { .seal = &s,
		.definition = m->definition,
		.cert = &m->cert,
		.now = perso_now() };

	PERSO_TRY(perso_seal_parse(perso_buf_span(&m->seal), &s));
	if (perso_seal_judge(&q, &v))
		return PERSO_OK;
	for (unsigned f = 0; f < PERSO_SEAL_FACTS; f++)
		if (v.fact[f].judged && v.fact[f].rc != PERSO_OK)
			PERSO_FAIL(v.fact[f].rc,
			    "the seal would be refused: %s: %s",
			    perso_seal_fact_name(f), v.fact[f].text);
	PERSO_FAIL(PERSO_E_SIGNATURE, "the seal would be refused");
}

static perso_rc
build(const struct cli *c, struct making *m)
{
	struct perso_seal_values v = { .definition = m->definition,
		.messages = &m->messages };
	uint64_t version = 4;

	PERSO_TRY(wanted(c, "country", &v.country));
	PERSO_TRY(cli_number(c, "header", 4, &version));
	v.version = (unsigned)version;
	PERSO_TRY(date_option(c, "issued", &v.issued));
	PERSO_TRY(date_option(c, "signed", &v.signed_on));
	PERSO_TRY(open_signer(c, m));
	PERSO_TRY(perso_seal_signer_of(&m->cert, v.version, &v.signer));
	PERSO_TRY(perso_seal_build(&v, m->key, &m->seal));
	return check_own(m);
}

static perso_rc
read_level(const struct cli *c, struct making *m)
{
	static const char letters[] = "LMQH";
	const char *v = cli_value(c, "level");
	const char *at =
	    v == NULL || v[0] == '\0' ? NULL : strchr(letters, v[0]);

	m->spec.level = PERSO_SYMBOL_LEVEL_M;
	if (v == NULL)
		return PERSO_OK;
	if (at == NULL || v[1] != '\0')
		PERSO_FAIL(PERSO_E_ARG, "--level is L, M, Q or H");
	if (m->spec.kind != PERSO_SYMBOL_QR)
		PERSO_FAIL(PERSO_E_ARG, "--level is for --symbol qr: a Data "
					"Matrix has one way of correction");
	m->spec.level = (enum perso_symbol_level)(at - letters);
	return PERSO_OK;
}

/* A PNG by the name of the file. */
static perso_rc
read_symbol(const struct cli *c, struct making *m)
{
	const char *kind = cli_value(c, "symbol");
	uint64_t module = 8, dpi = 600, side = 0;
	size_t n;

	PERSO_TRY(wanted(c, "out", &m->out));
	n = strlen(m->out);
	m->png = n > 4 && strcmp(m->out + n - 4, ".png") == 0;
	m->spec.kind = PERSO_SYMBOL_DATAMATRIX;
	if (kind != NULL && strcmp(kind, "qr") == 0)
		m->spec.kind = PERSO_SYMBOL_QR;
	else if (kind != NULL && strcmp(kind, "datamatrix") != 0)
		PERSO_FAIL(PERSO_E_ARG, "--symbol is qr or datamatrix");
	PERSO_TRY(read_level(c, m));
	PERSO_TRY(cli_number(c, "module", 64, &module));
	PERSO_TRY(cli_number(c, "dpi", 10000, &dpi));
	PERSO_TRY(cli_number(c, "max-side", PERSO_SYMBOL_SIDE_MAX, &side));
	if (!m->png && (kind != NULL || side != 0))
		PERSO_FAIL(
		    PERSO_E_ARG, "--symbol and --max-side need --out FILE.png");
	m->spec.max_side = (unsigned)side;
	m->print = (struct perso_symbol_print){ (unsigned)module,
		m->spec.kind == PERSO_SYMBOL_QR ? 4 : 2, (unsigned)dpi };
	return PERSO_OK;
}

static perso_rc
write_out(struct making *m)
{
	PERSO_SYMBOL(symbol);
	PERSO_BUF(png, PERSO_SYMBOL_PNG_MAX);

	if (!m->png)
		return perso_file_write(m->out, perso_buf_span(&m->seal), 0600);
	PERSO_TRY_CTX(
	    perso_symbol_make(&m->spec, perso_buf_span(&m->seal), &symbol),
	    "seal");
	PERSO_TRY(perso_symbol_png(&symbol, &m->print, &png));
	m->side = symbol.side;
	return perso_file_write(m->out, perso_buf_span(&png), 0600);
}

static perso_rc
print_made(const struct cli *c, const struct making *m)
{
	double mm = m->print.dpi == 0
			? 0
			: m->side * m->print.module * 25.4 / m->print.dpi;

	if (c->json && m->png)
		return cli_json(json_pack("{s:s, s:i, s:s, s:i, s:f}", "file",
		    m->out, "bytes", (int)m->seal.n, "symbol",
		    perso_symbol_name(m->spec.kind), "modules", (int)m->side,
		    "mm", mm));
	if (c->json)
		return cli_json(json_pack(
		    "{s:s, s:i}", "file", m->out, "bytes", (int)m->seal.n));
	cli_print(
	    "%s: seal of %s, %zu bytes", m->out, m->definition->id, m->seal.n);
	if (m->png)
		cli_print(", %s of %u x %u modules",
		    m->spec.kind == PERSO_SYMBOL_QR ? "QR code" : "Data Matrix",
		    m->side, m->side);
	if (m->png && m->print.dpi != 0)
		cli_print(", %.1f mm", mm);
	cli_print("\n");
	return PERSO_OK;
}

/* see cli_int.h */
perso_rc
cli_run_seal_make(struct cli *c)
{
	__attribute__((cleanup(making_done))) struct making m = {
		.cert = { .der = { .max = PERSO_CERT_MAX } },
		.messages = { .bytes = { .max = PERSO_SEAL_MAX } },
		.seal = { .max = PERSO_SEAL_MAX }
	};
	bool stdin_used = false;

	PERSO_TRY(read_symbol(c, &m));
	PERSO_TRY(find_definition(c, &m));
	for (int i = 0; i < c->argc; i++)
		PERSO_TRY(set_value(c->argv[i], &stdin_used, &m));
	PERSO_TRY(build(c, &m));
	PERSO_TRY(write_out(&m));
	return print_made(c, &m);
}
