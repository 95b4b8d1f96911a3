/* certs/dev.conf: a table of keys. */
#include <stddef.h>

#include "perso/devpki.h"
#include "perso/file.h"

#include "pki_int.h"

#define CONF_FILE_MAX 65536

enum kind { KEY, HASH, NUMBER, YES_NO, TEXT, WORDS, CODES, STATE };

static const struct field {
	const char *name;
	enum kind kind;
	size_t off;
	int min, max; /* NUMBER; TEXT: max is the room */
} fields[] = {
#define AT(f) offsetof(struct perso_devpki_conf, f)
#define ROOM(f) ((int)sizeof(((struct perso_devpki_conf *)0)->f))
	{ "csca_key", KEY, AT(csca_key), 0, 0 },
	{ "csca_hash", HASH, AT(csca_hash), 0, 0 },
	{ "csca_years", NUMBER, AT(csca_years), 1, 30 },
	{ "csca_use_years", NUMBER, AT(csca_use_years), 1, 30 },
	{ "ds_key", KEY, AT(ds_key), 0, 0 },
	{ "ds_days", NUMBER, AT(ds_days), 1, 10000 },
	{ "ds_use_days", NUMBER, AT(ds_use_days), 1, 10000 },
	{ "explicit_parameters", YES_NO, AT(explicit_params), 0, 0 },
	{ "approver_key", KEY, AT(approver_key), 0, 0 },
	{ "approver_hash", HASH, AT(approver_hash), 0, 0 },
	{ "approver_years", NUMBER, AT(approver_years), 1, 30 },
	{ "approver_country", TEXT, AT(approver_country), 0,
	    ROOM(approver_country) },
	{ "approver_name", TEXT, AT(approver_name), 0, ROOM(approver_name) },
	{ "seal_key", KEY, AT(seal_key), 0, 0 },
	{ "seal_days", NUMBER, AT(seal_days), 1, 10000 },
	{ "seal_name", TEXT, AT(seal_name), 0, ROOM(seal_name) },
	{ "seal_types", CODES, AT(seal_types), 0, 0 },
	{ "contact", TEXT, AT(contact), 0, ROOM(contact) },
	{ "crl_base", TEXT, AT(crl_base), 0, ROOM(crl_base) },
	{ "documents", WORDS, AT(documents), 0, 0 },
	{ "state", STATE, AT(states), 0, 0 },
};

#define FIELD_COUNT (sizeof(fields) / sizeof(fields[0]))

static bool
parse_number(struct perso_span s, unsigned *ret)
{
	unsigned v = 0;

	if (s.n == 0 || s.n > 6 || (s.n > 1 && s.p[0] == '0'))
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		v = 10 * v + (unsigned)(s.p[i] - '0');
	}
	*ret = v;
	return true;
}

static perso_rc
set_key(struct perso_span s, struct perso_key_spec *ret)
{
	struct perso_key_spec spec = { .kind = PERSO_KEY_RSA };
	char name[32];

	if (!pki_text(s, name, sizeof(name)))
		PERSO_FAIL(PERSO_E_CONFIG, "not a kind of key");
	if (strncmp(name, "RSA-", 4) == 0) {
		if (!parse_number(perso_span_sub(s, 4, s.n), &spec.bits) ||
		    spec.bits < 1024 || spec.bits > 4096)
			PERSO_FAIL(
			    PERSO_E_CONFIG, "RSA keys have 1024 to 4096 bits");
	} else {
		spec.kind = PERSO_KEY_EC;
		if (perso_curve_from_name(name, &spec.curve) != PERSO_OK)
			PERSO_FAIL(PERSO_E_CONFIG, "not a kind of key");
	}
	*ret = spec;
	return PERSO_OK;
}

static perso_rc
set_hash(struct perso_span s, enum perso_hash *ret)
{
	char name[32];
	enum perso_hash h = PERSO_HASH_NONE;

	if (!pki_text(s, name, sizeof(name)) ||
	    perso_hash_from_name(name, &h) != PERSO_OK || h == PERSO_SHA1)
		PERSO_FAIL(PERSO_E_CONFIG,
		    "not a digest to sign with: SHA-224 .. SHA-512");
	*ret = h;
	return PERSO_OK;
}

static perso_rc
set_number(const struct field *f, struct perso_span s, int *ret)
{
	unsigned v = 0;

	if (!parse_number(s, &v) || v < (unsigned)f->min ||
	    v > (unsigned)f->max)
		PERSO_FAIL(PERSO_E_CONFIG, "not a number from %d to %d", f->min,
		    f->max);
	*ret = (int)v;
	return PERSO_OK;
}

static perso_rc
set_bool(struct perso_span s, bool *ret)
{
	bool yes = perso_span_equal(s, perso_span_str("yes"));

	if (!yes && !perso_span_equal(s, perso_span_str("no")))
		PERSO_FAIL(PERSO_E_CONFIG, "neither yes nor no");
	*ret = yes;
	return PERSO_OK;
}

static perso_rc
set_text(const struct field *f, struct perso_span s, char *dst)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < 0x20 || s.p[i] > 0x7E)
			PERSO_FAIL(PERSO_E_CONFIG, "not plain ASCII");
	if (s.n == 0 || !pki_text(s, dst, (size_t)f->max))
		PERSO_FAIL(PERSO_E_CONFIG, "empty, or longer than %d bytes",
		    f->max - 1);
	return PERSO_OK;
}

static perso_rc
set_words(struct perso_span s, struct perso_devpki_conf *c)
{
	struct perso_rd rd = perso_rd(s);
	struct perso_span word = { 0 };

	while (pki_word(&rd, &word)) {
		if (c->document_count == PERSO_DEVPKI_DOCS ||
		    !pki_is_word(word) ||
		    !pki_text(word, c->documents[c->document_count],
			sizeof(c->documents[0])))
			PERSO_FAIL(PERSO_E_CONFIG,
			    "word %zu is no name, or "
			    "too much",
			    c->document_count + 1);
		c->document_count++;
	}
	if (c->document_count == 0)
		PERSO_FAIL(PERSO_E_CONFIG, "empty");
	return PERSO_OK;
}

static bool
next_code(struct perso_rd *rd, char *dst, size_t min, size_t cap)
{
	struct perso_span w = { 0 };

	if (!pki_word(rd, &w) || w.n < min || !pki_text(w, dst, cap))
		return false;
	for (size_t i = 0; i < w.n; i++)
		if (w.p[i] < 'A' || w.p[i] > 'Z')
			return false;
	return true;
}

static perso_rc
set_codes(struct perso_rd *rd, char (*types)[3], size_t *ret_count)
{
	size_t n = 0;

	while (perso_rd_left(rd) != 0) {
		if (n == PERSO_CERT_TYPES ||
		    !next_code(rd, types[n], 1, sizeof(types[0])))
			PERSO_FAIL(PERSO_E_CONFIG,
			    "document code %zu is "
			    "wrong or too much",
			    n + 1);
		n++;
	}
	if (n == 0)
		PERSO_FAIL(PERSO_E_CONFIG, "no document code");
	*ret_count = n;
	return PERSO_OK;
}

static perso_rc
set_seal_types(struct perso_span s, struct perso_devpki_conf *c)
{
	struct perso_rd rd = perso_rd(s);

	return set_codes(&rd, c->seal_types, &c->seal_type_count);
}

static perso_rc
add_state(struct perso_span s, struct perso_devpki_conf *c)
{
	struct perso_devpki_state st = { 0 };
	struct perso_rd rd = perso_rd(s);

	if (c->state_count == PERSO_DEVPKI_STATES)
		PERSO_FAIL(
		    PERSO_E_CONFIG, "more than %d states", PERSO_DEVPKI_STATES);
	if (!next_code(&rd, st.country, 2, sizeof(st.country)))
		PERSO_FAIL(PERSO_E_CONFIG, "no country code of two capitals");
	if (!next_code(&rd, st.state, 1, sizeof(st.state)))
		PERSO_FAIL(PERSO_E_CONFIG, "no code of the MRZ");
	PERSO_TRY(set_codes(&rd, st.types, &st.type_count));
	for (size_t i = 0; i < c->state_count; i++)
		if (strcmp(c->states[i].state, st.state) == 0)
			PERSO_FAIL(
			    PERSO_E_CONFIG, "state %s stands twice", st.state);
	c->states[c->state_count++] = st;
	return PERSO_OK;
}

static perso_rc
set_field(
    const struct field *f, struct perso_span s, struct perso_devpki_conf *c)
{
	void *at = (char *)c + f->off;

	switch (f->kind) {
	case KEY:
		return set_key(s, at);
	case HASH:
		return set_hash(s, at);
	case NUMBER:
		return set_number(f, s, at);
	case YES_NO:
		return set_bool(s, at);
	case TEXT:
		return set_text(f, s, at);
	case WORDS:
		return set_words(s, c);
	case CODES:
		return set_seal_types(s, c);
	case STATE:
		return add_state(s, c);
	}
	return PERSO_E_CONFIG;
}

static size_t
find_field(struct perso_span name)
{
	size_t i = 0;

	while (i < FIELD_COUNT &&
	       !perso_span_equal(name, perso_span_str(fields[i].name)))
		i++;
	return i;
}

/* "name = value"; seen[i] counts field i. */
static perso_rc
parse_line(struct perso_span line, struct perso_devpki_conf *c,
    unsigned seen[FIELD_COUNT])
{
	struct perso_rd rd = perso_rd(line);
	struct perso_span name = { 0 }, equals = { 0 };
	uint8_t b = 0;
	size_t i;

	if (!pki_word(&rd, &name) || !pki_word(&rd, &equals) ||
	    !perso_span_equal(equals, perso_span_str("=")))
		PERSO_FAIL(PERSO_E_CONFIG, "not of the form key = value");
	i = find_field(name);
	if (i == FIELD_COUNT)
		PERSO_FAIL(PERSO_E_CONFIG, "unknown key");
	if (seen[i]++ != 0 && fields[i].kind != STATE)
		PERSO_FAIL(PERSO_E_CONFIG, "%s stands twice", fields[i].name);
	while (perso_rd_peek(&rd, &b) == PERSO_OK && (b == ' ' || b == '\t'))
		PERSO_TRY(perso_rd_skip(&rd, 1));
	PERSO_TRY_CTX(
	    set_field(&fields[i], perso_rd_rest(&rd), c), "%s", fields[i].name);
	return PERSO_OK;
}

static perso_rc
check_whole(const struct perso_devpki_conf *c, const unsigned seen[FIELD_COUNT])
{
	for (size_t i = 0; i < FIELD_COUNT; i++)
		if (seen[i] == 0)
			PERSO_FAIL(
			    PERSO_E_CONFIG, "%s is missing", fields[i].name);
	if (c->csca_use_years > c->csca_years || c->ds_use_days > c->ds_days ||
	    c->ds_days > 365 * c->csca_years ||
	    c->seal_days > 365 * c->csca_years)
		PERSO_FAIL(PERSO_E_CONFIG,
		    "a usage period or a signer is longer than the validity "
		    "around it");
	if (c->seal_key.kind != PERSO_KEY_EC)
		PERSO_FAIL(
		    PERSO_E_CONFIG, "seal_key: seals are signed with EC keys");
	if (strlen(c->seal_name) != 2 ||
	    strspn(c->seal_name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != 2)
		PERSO_FAIL(
		    PERSO_E_CONFIG, "seal_name: not two capitals or digits");
	return PERSO_OK;
}

/* see perso/devpki.h */
perso_rc
perso_devpki_conf_parse(struct perso_span text, struct perso_devpki_conf *ret)
{
	struct perso_devpki_conf c = { 0 };
	struct perso_rd rd = perso_rd(text);
	struct perso_span line = { 0 };
	unsigned seen[FIELD_COUNT] = { 0 };

	for (size_t no = 1; pki_line(&rd, &line); no++)
		if (line.n != 0)
			PERSO_TRY_CTX(
			    parse_line(line, &c, seen), "line %zu", no);
	PERSO_TRY(check_whole(&c, seen));
	*ret = c;
	return PERSO_OK;
}

/* see perso/devpki.h */
perso_rc
perso_devpki_conf_load(const char *path, struct perso_devpki_conf *ret)
{
	PERSO_BUF(text, CONF_FILE_MAX);

	PERSO_TRY(perso_file_read(path, &text));
	PERSO_TRY_CTX(
	    perso_devpki_conf_parse(perso_buf_span(&text), ret), "%s", path);
	return PERSO_OK;
}
