#include "perso/hex.h"

#include "roles_int.h"

#define DIGEST_WORD "sha256:"

/* Without leading zeros; zero itself keeps one byte. */
static struct perso_span
significant(struct perso_span s)
{
	while (s.n > 1 && s.p[0] == 0)
		s = perso_span_sub(s, 1, s.n - 1);
	return s;
}

static perso_rc
parse_serial(struct perso_rd *line, struct role_entry *e)
{
	PERSO_BUF(text, 2 * ROLE_SERIAL_MAX + 2);
	PERSO_BUF(bytes, ROLE_SERIAL_MAX + 1);
	struct perso_span word = { 0 }, serial;

	if (!pki_word(line, &word) || !pki_is_word(word) ||
	    word.n > 2 * ROLE_SERIAL_MAX)
		PERSO_FAIL(PERSO_E_CONFIG, "no serial number");
	if (word.n % 2 != 0)
		PERSO_TRY(perso_buf_append_u8(&text, '0'));
	PERSO_TRY(perso_buf_append(&text, word));
	if (perso_hex_decode(perso_buf_span(&text), &bytes) != PERSO_OK)
		PERSO_FAIL(PERSO_E_CONFIG, "serial number is not hexadecimal");
	serial = significant(perso_buf_span(&bytes));
	PERSO_TRY(perso_span_copy(e->serial, sizeof(e->serial), serial));
	e->serial_len = serial.n;
	return PERSO_OK;
}

/* "..." with \" and \\ inside. */
static perso_rc
parse_quoted(struct perso_rd *line, struct role_entry *e)
{
	size_t n = 0;
	uint8_t c = 0;

	PERSO_TRY(perso_rd_skip(line, 1));
	for (;;) {
		if (perso_rd_u8(line, &c) != PERSO_OK)
			PERSO_FAIL(
			    PERSO_E_CONFIG, "issuer has no closing quote");
		if (c == '"')
			break;
		if (c == '\\' && perso_rd_peek(line, &c) == PERSO_OK) {
			if (c == '"' || c == '\\')
				PERSO_TRY(perso_rd_skip(line, 1));
			else
				c = '\\';
		}
		if (c == '\0' || n + 1 == sizeof(e->issuer))
			PERSO_FAIL(PERSO_E_CONFIG, "issuer is too long");
		e->issuer[n++] = (char)c;
	}
	e->issuer[n] = '\0';
	if (n == 0)
		PERSO_FAIL(PERSO_E_CONFIG, "issuer is empty");
	return PERSO_OK;
}

static perso_rc
parse_digest(struct perso_rd *line, struct role_entry *e)
{
	PERSO_BUF(bytes, PERSO_HASH_MAX);
	struct perso_span word = { 0 };
	size_t head = strlen(DIGEST_WORD);

	if (!pki_word(line, &word) || word.n != head + 64 ||
	    !perso_span_equal(
		perso_span_sub(word, 0, head), perso_span_str(DIGEST_WORD)) ||
	    perso_hex_decode(perso_span_sub(word, head, 64), &bytes) !=
		PERSO_OK ||
	    bytes.n != 32)
		PERSO_FAIL(PERSO_E_CONFIG,
		    "issuer is neither a quoted name "
		    "nor " DIGEST_WORD " and 64 hexadecimal digits");
	PERSO_TRY(perso_span_copy(
	    e->digest.p, sizeof(e->digest.p), perso_buf_span(&bytes)));
	e->digest.n = bytes.n;
	e->by_digest = true;
	return PERSO_OK;
}

static perso_rc
parse_issuer(struct perso_rd *line, struct role_entry *e)
{
	uint8_t c = 0;

	while (perso_rd_peek(line, &c) == PERSO_OK && (c == ' ' || c == '\t'))
		PERSO_TRY(perso_rd_skip(line, 1));
	if (c != '"')
		return parse_digest(line, e);
	PERSO_TRY(parse_quoted(line, e));
	if (perso_rd_peek(line, &c) == PERSO_OK && c != ' ' && c != '\t')
		PERSO_FAIL(PERSO_E_CONFIG, "no blank after the issuer");
	return PERSO_OK;
}

static perso_rc
parse_types(struct perso_rd *line, struct role_entry *e)
{
	struct perso_span word = { 0 };

	while (pki_word(line, &word)) {
		if (e->type_count == ROLE_TYPES)
			PERSO_FAIL(PERSO_E_CONFIG,
			    "more than %d document types", ROLE_TYPES);
		if (!pki_is_word(word) ||
		    !pki_text(word, e->types[e->type_count], ROLE_WORD))
			PERSO_FAIL(PERSO_E_CONFIG,
			    "document type %zu is no "
			    "name",
			    e->type_count + 1);
		for (size_t i = 0; i < e->type_count; i++)
			if (strcmp(e->types[i], e->types[e->type_count]) == 0)
				PERSO_FAIL(PERSO_E_CONFIG,
				    "document type "
				    "%s stands twice",
				    e->types[i]);
		e->type_count++;
	}
	if (e->type_count == 0)
		PERSO_FAIL(PERSO_E_CONFIG, "no document type");
	return PERSO_OK;
}

static perso_rc
parse_entry(struct perso_span text, struct role_entry *e)
{
	struct perso_rd line = perso_rd(text);
	struct perso_span word = { 0 };

	PERSO_TRY(parse_serial(&line, e));
	PERSO_TRY(parse_issuer(&line, e));
	if (!pki_word(&line, &word) || !pki_is_word(word) ||
	    !pki_text(word, e->role, sizeof(e->role)))
		PERSO_FAIL(PERSO_E_CONFIG, "no role");
	return parse_types(&line, e);
}

static bool
same_entry(const struct role_entry *a, const struct role_entry *b)
{
	return perso_span_equal(perso_span(a->serial, a->serial_len),
		   perso_span(b->serial, b->serial_len)) &&
	       a->by_digest == b->by_digest &&
	       perso_span_equal(
		   perso_md_span(&a->digest), perso_md_span(&b->digest)) &&
	       strcmp(a->issuer, b->issuer) == 0 &&
	       strcmp(a->role, b->role) == 0;
}

static perso_rc
add_line(struct perso_span line, struct role_list *l)
{
	struct role_entry *e = &l->entries[l->count];

	PERSO_TRY(parse_entry(line, e));
	for (size_t i = 0; i < l->count; i++)
		if (same_entry(&l->entries[i], e))
			PERSO_FAIL(PERSO_E_CONFIG,
			    "the same certificate and role stand twice");
	l->count++;
	return PERSO_OK;
}

static size_t
count_lines(struct perso_span text)
{
	struct perso_rd rd = perso_rd(text);
	struct perso_span line = { 0 };
	size_t n = 0;

	while (pki_line(&rd, &line))
		n += line.n != 0;
	return n;
}

/* see roles_int.h */
perso_rc
role_list_parse(struct perso_span text, struct role_list *ret)
{
	__attribute__((cleanup(role_list_done))) struct role_list l = { 0 };
	struct perso_rd rd = perso_rd(text);
	struct perso_span line = { 0 };
	size_t max = count_lines(text);

	if (max > ROLES_MAX)
		PERSO_FAIL(PERSO_E_CONFIG, "more than %d lines", ROLES_MAX);
	l.entries = calloc(max + 1, sizeof(*l.entries));
	if (l.entries == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "role list");
	for (size_t no = 1; pki_line(&rd, &line); no++)
		if (line.n != 0)
			PERSO_TRY_CTX(add_line(line, &l), "line %zu", no);
	*ret = l;
	l = (struct role_list){ 0 };
	return PERSO_OK;
}

/* see roles_int.h */
void
role_list_done(struct role_list *l)
{
	free(l->entries);
	*l = (struct role_list){ 0 };
}

/* see roles_int.h */
bool
role_entry_names(const struct role_entry *e, const struct perso_cert *c)
{
	char issuer[PERSO_NAME_TEXT];
	struct perso_md md;

	if (!perso_span_equal(
		significant(c->serial), perso_span(e->serial, e->serial_len)))
		return false;
	if (e->by_digest)
		return perso_digest(PERSO_SHA256, c->issuer, &md) == PERSO_OK &&
		       perso_span_equal(
			   perso_md_span(&md), perso_md_span(&e->digest));
	return perso_name_text(c->issuer, issuer, sizeof(issuer)) == PERSO_OK &&
	       strcmp(issuer, e->issuer) == 0;
}
