/*
 * Decoded chip data as rows of a contact sheet, from what `lds show` says.
 */
#include "perso/secret.h"
#include "sheet.h"

#define VALUE_MAX 1024

static void
drop(const char *text)
{
	/* Ours to change: copy() made it. */
	union {
		const char *c;
		char *p;
	} u = { text };

	if (text == NULL)
		return;
	perso_wipe(u.p, strlen(u.p));
	free(u.p);
}

/* see sheet.h */
void
cli_sheet_rows_done(struct cli_sheet_rows *r)
{
	for (size_t i = 0; i < r->count; i++) {
		drop(r->row[i].key);
		drop(r->row[i].value);
	}
	r->count = 0;
}

/* see sheet.h */
perso_rc
cli_sheet_rows_add(struct cli_sheet_rows *r, const char *key, const char *value)
{
	struct perso_sheet_row *row = &r->row[r->count];

	if (r->count == CLI_SHEET_ROWS)
		return PERSO_OK;
	row->key = strdup(key);
	row->value = value != NULL ? strdup(value) : NULL;
	r->count++;
	if (row->key == NULL || (value != NULL && row->value == NULL))
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for a contact sheet");
	return PERSO_OK;
}

/* ---- JSON. ---- */

/* What says nothing here: drawn elsewhere, or of no use to the eye. */
static bool
is_left_out(const char *key, const json_t *v)
{
	static const char *const keys[] = { "mrz", "hashes", "note",
		"value-bytes", "record-bytes", "type", "public-key", "gender",
		"colour-space", "unicode-version", "capabilities" };

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (strcmp(key, keys[i]) == 0)
			return true;
	return (json_is_integer(v) && json_integer_value(v) == 0) ||
	       (json_is_string(v) && json_string_length(v) == 0) ||
	       (json_is_array(v) && json_array_size(v) == 0) || json_is_null(v);
}

/* Appends, as much as there is room for. */
static void
append(char text[VALUE_MAX], const char *between, const char *more)
{
	size_t n = strlen(text);

	snprintf(text + n, VALUE_MAX - n, "%s%s", n > 0 ? between : "", more);
}

static void flat(json_t *v, char text[VALUE_MAX]);

/* Members whose value says what it is. */
static bool
needs_no_name(const char *key)
{
	return strcmp(key, "protocol") == 0 || strcmp(key, "format") == 0 ||
	       strcmp(key, "name") == 0 || strcmp(key, "oid") == 0;
}

static void
flat_object(json_t *v, char text[VALUE_MAX])
{
	const char *key;
	json_t *item;

	json_object_foreach(v, key, item)
	{
		char one[VALUE_MAX] = "";

		if (is_left_out(key, item))
			continue;
		if (!needs_no_name(key))
			snprintf(one, sizeof(one), "%s ", key);
		flat(item, one);
		append(text, ", ", one);
		perso_wipe(one, sizeof(one));
	}
}

/* On one line; appended. */
static void
flat(json_t *v, char text[VALUE_MAX])
{
	char number[32];
	json_t *item;
	size_t i;

	if (json_is_string(v))
		append(text, "", json_string_value(v));
	if (json_is_boolean(v))
		append(text, "", json_is_true(v) ? "yes" : "no");
	if (json_is_integer(v)) {
		snprintf(number, sizeof(number), "%lld",
		    (long long)json_integer_value(v));
		append(text, "", number);
	}
	if (json_is_object(v))
		flat_object(v, text);
	json_array_foreach(v, i, item)
	{
		char one[VALUE_MAX] = "";

		flat(item, one);
		append(text, ", ", one);
		perso_wipe(one, sizeof(one));
	}
}

static perso_rc
add_flat(
    struct cli_sheet_rows *r, const char *prefix, const char *key, json_t *v)
{
	char name[96], text[VALUE_MAX] = "";

	snprintf(
	    name, sizeof(name), "%s%s%s", prefix, prefix[0] ? " " : "", key);
	for (char *c = name; *c != '\0'; c++)
		if (*c == '-')
			*c = ' ';
	flat(v, text);
	perso_rc rc = cli_sheet_rows_add(r, name, text);
	perso_wipe(text, sizeof(text));
	return rc;
}

/* An image: its size as people write it. */
static perso_rc
add_image(struct cli_sheet_rows *r, const char *key, json_t *o)
{
	char text[96];

	snprintf(text, sizeof(text), "%s, %lld x %lld pixels, %lld bytes",
	    json_string_value(json_object_get(o, "format")),
	    (long long)json_integer_value(json_object_get(o, "width")),
	    (long long)json_integer_value(json_object_get(o, "height")),
	    (long long)json_integer_value(json_object_get(o, "bytes")));
	return cli_sheet_rows_add(r, key, text);
}

static bool
is_image(json_t *o)
{
	return json_object_get(o, "format") != NULL &&
	       json_object_get(o, "width") != NULL;
}

static bool
is_size(const char *key)
{
	return strcmp(key, "format") == 0 || strcmp(key, "width") == 0 ||
	       strcmp(key, "height") == 0 || strcmp(key, "bytes") == 0;
}

/* A SecurityInfo stands under its protocol's name. */
static perso_rc
add_info(struct cli_sheet_rows *r, json_t *o)
{
	const char *protocol =
	    json_string_value(json_object_get(o, "protocol"));
	json_t *rest = json_copy(o);

	json_object_del(rest, "protocol");
	perso_rc rc =
	    rest != NULL ? add_flat(r, "", protocol, rest) : PERSO_E_NOMEM;
	json_decref(rest);
	return rc;
}

/* A list of things: a row for each. */
static perso_rc
add_list(struct cli_sheet_rows *r, const char *key, json_t *list)
{
	char name[40];
	json_t *item;
	size_t i;

	json_array_foreach(list, i, item)
	{
		snprintf(name, sizeof(name), "%s %zu", key, i + 1);
		if (json_object_get(item, "protocol") != NULL)
			PERSO_TRY(add_info(r, item));
		else if (is_image(item))
			PERSO_TRY(add_image(r, "image", item));
		else
			PERSO_TRY(add_flat(r, "", name, item));
	}
	return PERSO_OK;
}

#define LARGE 4 /* members: more take a row each */

static perso_rc
add_members(struct cli_sheet_rows *r, const char *prefix, json_t *o)
{
	const bool image = is_image(o);
	const char *key;
	json_t *v;

	if (image)
		PERSO_TRY(add_image(r, "image", o));
	json_object_foreach(o, key, v)
	{
		json_t *first = json_array_get(v, 0);

		if (is_left_out(key, v) || (image && is_size(key)))
			continue;
		if (is_image(v))
			PERSO_TRY(add_image(r, key, v));
		else if (json_is_object(v) && json_object_size(v) > LARGE)
			PERSO_TRY(add_members(
			    r, strcmp(key, "fields") == 0 ? "" : key, v));
		else if (json_array_size(v) == 1 &&
			 json_object_size(first) > LARGE)
			PERSO_TRY(add_members(r, "", first));
		else if (json_is_object(first))
			PERSO_TRY(add_list(r, key, v));
		else
			PERSO_TRY(add_flat(r, prefix, key, v));
	}
	return PERSO_OK;
}

/* ---- Files. ---- */

static perso_rc
add_file(struct cli_sheet_rows *r, const struct perso_lds_file *f,
    struct perso_span bytes)
{
	static const char *const titles[17] = { NULL, "zone", "face", "fingers",
		"irises", "displayed portrait", NULL, "signature", NULL, NULL,
		NULL, "holder", "document", "issuer's details", "protocols",
		"Active Authentication", "persons to notify" };
	char head[80], why[PERSO_TRAIL_LEN];
	json_t *o = NULL;

	snprintf(head, sizeof(head), "%s%s%s   %zu bytes", f->name,
	    titles[f->dg] != NULL ? "  " : "",
	    titles[f->dg] != NULL ? titles[f->dg] : "", bytes.n);
	PERSO_TRY(cli_sheet_rows_add(r, head, NULL));
	if (cli_file_json(f, bytes, &o) != PERSO_OK) {
		snprintf(why, sizeof(why), "%s", perso_trail_get(0));
		perso_trail_reset();
		return cli_sheet_rows_add(r, "cannot be read", why);
	}
	perso_rc rc = add_members(r, "", o);
	json_decref(o);
	return rc;
}

/* What a person can judge; the others have checks. EF.CardAccess repeats
 * what EF.DG14 says. */
static bool
is_shown(const struct perso_lds_file *f, const struct perso_lds_image *files)
{
	if (f->mf)
		return f->fid == PERSO_FID_CARD_ACCESS &&
		       !perso_lds_image_has(files, perso_lds_by_dg(14));
	return f->dg == 0 && f->fid == PERSO_FID_SOD;
}

/* ---- How it was opened. ---- */

static perso_rc
add_authentication(
    struct cli_sheet_rows *r, const struct perso_authentication *a)
{
	const char *const parts[] = { a->mapping, a->agreement, a->parameters,
		a->cipher, a->password,
		a->state == PERSO_CHECK_PASSED ? "" : "FAILED" };
	char text[VALUE_MAX] = "";

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (parts[i][0] != '\0')
			append(text, ", ", parts[i]);
	return cli_sheet_rows_add(
	    r, a->name, text[0] != '\0' ? text : "passed");
}

static perso_rc
add_authentications(struct cli_sheet_rows *r, const struct perso_report *report)
{
	if (report == NULL || report->auth_count == 0)
		return PERSO_OK;
	PERSO_TRY(cli_sheet_rows_add(r, "Protocols that were run", NULL));
	for (size_t i = 0; i < report->auth_count; i++)
		PERSO_TRY(add_authentication(r, &report->auths[i]));
	return PERSO_OK;
}

/* see sheet.h */
perso_rc
cli_sheet_rows_take(struct cli_sheet_rows *r, const struct perso_report *report,
    const struct perso_lds_image *files)
{
	for (int dg = 1; dg <= 16; dg++) {
		const struct perso_lds_file *f = perso_lds_by_dg(dg);

		if (perso_lds_image_has(files, f))
			PERSO_TRY(
			    add_file(r, f, perso_lds_image_find(files, f)));
	}
	PERSO_TRY(add_authentications(r, report));
	for (size_t i = 0; i < files->count; i++)
		if (is_shown(files->files[i].file, files))
			PERSO_TRY(add_file(r, files->files[i].file,
			    perso_buf_span(&files->files[i].data)));
	return PERSO_OK;
}
