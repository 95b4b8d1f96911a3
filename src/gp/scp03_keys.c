/*
 * Static SCP03 key sets: the key file, key wrapping.
 */
#include "perso/scp03.h"

#include <sys/stat.h>

#include "perso/file.h"
#include "perso/hex.h"
#include "perso/mac.h"
#include "perso/secret.h"

#define KEY_FILE_MAX 4096
#define KEY_LEN 16 /* AES-128 */
#define BLOCK 16
#define KVN_MAX 127

enum { LINE_KVN, LINE_ENC, LINE_MAC, LINE_DEK, LINES };

static const char *const line_name[LINES] = { "kvn", "enc", "mac", "dek" };

/* The file as text so far. */
struct entries {
	bool seen[LINES];
	uint8_t kvn;
	struct perso_secret key[LINES]; /* [LINE_KVN] is not used */
};

static void
wipe_entries(struct entries *e)
{
	perso_wipe(e, sizeof(*e));
}

static bool
is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static struct perso_span
trim(struct perso_span s)
{
	while (s.n > 0 && is_blank(s.p[0]))
		s = perso_span_sub(s, 1, s.n - 1);
	while (s.n > 0 && is_blank(s.p[s.n - 1]))
		s.n--;
	return s;
}

/* Bytes before the first c, or all. */
static size_t
find(struct perso_span s, uint8_t c)
{
	size_t n = 0;

	while (n < s.n && s.p[n] != c)
		n++;
	return n;
}

static perso_rc
parse_kvn(struct perso_span v, uint8_t *ret)
{
	unsigned n = 0;

	if (v.n == 0 || v.n > 3)
		PERSO_FAIL(PERSO_E_CONFIG, "kvn is not 1..127");
	for (size_t i = 0; i < v.n; i++) {
		if (v.p[i] < '0' || v.p[i] > '9')
			PERSO_FAIL(PERSO_E_CONFIG, "kvn is not decimal");
		n = n * 10 + (unsigned)(v.p[i] - '0');
	}
	if (n < 1 || n > KVN_MAX || v.p[0] == '0')
		PERSO_FAIL(PERSO_E_CONFIG, "kvn is not 1..127");
	*ret = (uint8_t)n;
	return PERSO_OK;
}

static perso_rc
parse_key(struct perso_span v, struct perso_secret *ret)
{
	PERSO_BUF(key, KEY_LEN);

	if (v.n != 2 * KEY_LEN || perso_hex_decode(v, &key) != PERSO_OK ||
	    key.n != KEY_LEN)
		PERSO_FAIL(PERSO_E_CONFIG, "key is not %d hexadecimal digits",
		    2 * KEY_LEN);
	return perso_secret_set(ret, perso_buf_span(&key));
}

static perso_rc
parse_line(struct perso_span line, struct entries *e)
{
	size_t eq;
	struct perso_span name, value;
	int which = 0;

	line = trim(perso_span_sub(line, 0, find(line, '#')));
	if (line.n == 0)
		return PERSO_OK;
	eq = find(line, '=');
	if (eq == line.n)
		PERSO_FAIL(PERSO_E_CONFIG, "not of the form name = value");
	name = trim(perso_span_sub(line, 0, eq));
	value = trim(perso_span_sub(line, eq + 1, line.n));
	while (which < LINES &&
	       !perso_span_equal(name, perso_span_str(line_name[which])))
		which++;
	if (which == LINES)
		PERSO_FAIL(PERSO_E_CONFIG, "unknown entry");
	if (e->seen[which])
		PERSO_FAIL(
		    PERSO_E_CONFIG, "%s stands there twice", line_name[which]);
	if (which == LINE_KVN)
		PERSO_TRY(parse_kvn(value, &e->kvn));
	else
		PERSO_TRY_CTX(
		    parse_key(value, &e->key[which]), "%s", line_name[which]);
	e->seen[which] = true;
	return PERSO_OK;
}

/* see perso/scp03.h */
void
perso_scp03_keys_free(struct perso_scp03_keys **k)
{
	if (k == NULL || *k == NULL)
		return;
	perso_keyref_free(&(*k)->enc);
	perso_keyref_free(&(*k)->mac);
	perso_keyref_free(&(*k)->dek);
	free(*k);
	*k = NULL;
}

static perso_rc
fill(struct perso_scp03_keys *k, struct perso_span enc, struct perso_span mac,
    struct perso_span dek)
{
	if (enc.n != KEY_LEN || mac.n != KEY_LEN || dek.n != KEY_LEN)
		PERSO_FAIL(PERSO_E_KEY, "SCP03 keys are not AES-128");
	PERSO_TRY(perso_keyref_from_aes(enc, &k->enc));
	PERSO_TRY(perso_keyref_from_aes(mac, &k->mac));
	return perso_keyref_from_aes(dek, &k->dek);
}

/* see perso/scp03.h */
perso_rc
perso_scp03_keys_new(uint8_t kvn, struct perso_span enc, struct perso_span mac,
    struct perso_span dek, struct perso_scp03_keys **ret)
{
	struct perso_scp03_keys *k = calloc(1, sizeof(*k));
	perso_rc rc;

	if (k == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for a key set");
	k->kvn = kvn;
	rc = fill(k, enc, mac, dek);
	if (rc != PERSO_OK) {
		perso_scp03_keys_free(&k);
		return rc;
	}
	*ret = k;
	return PERSO_OK;
}

/* see perso/scp03.h */
perso_rc
perso_scp03_keys_parse(struct perso_span text, struct perso_scp03_keys **ret)
{
	__attribute__((cleanup(wipe_entries))) struct entries e = { 0 };
	unsigned number = 1;

	while (text.n > 0) {
		size_t n = find(text, '\n');

		PERSO_TRY_CTX(parse_line(perso_span_sub(text, 0, n), &e),
		    "line %u", number);
		text = perso_span_sub(text, n + 1, text.n);
		number++;
	}
	for (int i = 0; i < LINES; i++)
		if (!e.seen[i])
			PERSO_FAIL(PERSO_E_CONFIG, "%s is missing (%u lines)",
			    line_name[i], number - 1);
	return perso_scp03_keys_new(e.kvn, perso_secret_span(&e.key[LINE_ENC]),
	    perso_secret_span(&e.key[LINE_MAC]),
	    perso_secret_span(&e.key[LINE_DEK]), ret);
}

static perso_rc
load(const char *path, struct perso_scp03_keys **ret)
{
	PERSO_BUF(text, KEY_FILE_MAX);
	struct stat st;

	if (stat(path, &st) != 0)
		PERSO_FAIL(PERSO_E_IO, "cannot be opened: %m");
	if ((st.st_mode & 077) != 0)
		PERSO_FAIL(PERSO_E_KEY,
		    "may be read by others than its "
		    "owner (mode %03o, want 600)",
		    st.st_mode & 0777);
	if (st.st_size > KEY_FILE_MAX)
		PERSO_FAIL(
		    PERSO_E_KEY, "is longer than %d bytes", KEY_FILE_MAX);
	PERSO_TRY(perso_file_read(path, &text));
	return perso_scp03_keys_parse(perso_buf_span(&text), ret);
}

/* see perso/scp03.h */
perso_rc
perso_scp03_keys_load(const char *path, struct perso_scp03_keys **ret)
{
	PERSO_TRY_CTX(load(path, ret), "key file %s", path);
	return PERSO_OK;
}

/* see perso/scp03.h */
perso_rc
perso_scp03_wrap_key(const struct perso_scp03_keys *keys, struct perso_span key,
    bool pad, struct perso_buf *ret)
{
	PERSO_BUF(plain, key.n + BLOCK);

	PERSO_TRY(perso_buf_append(&plain, key));
	if (pad)
		PERSO_TRY(perso_pad2(&plain, 0, BLOCK));
	if (plain.n == 0 || plain.n % BLOCK != 0)
		PERSO_FAIL(
		    PERSO_E_ARG, "key of %zu bytes is not whole blocks", key.n);
	return perso_keyref_cbc_encrypt(
	    keys->dek, PERSO_SPAN_EMPTY, perso_buf_span(&plain), ret);
}
