#include <stdarg.h>

#include "cli_int.h"
#include "perso/date.h"
#include "perso/hex.h"
#include "perso/secret.h"

#define TABLE_MAX (64u << 20)
#define COLUMNS 16

/* Names of readers, certificates, files and orders are strangers' texts: no
 * control characters of theirs reach the terminal. */
PERSO_PRINTF(2, 0)
static void
print_clean(FILE *f, const char *fmt, va_list ap)
{
	char *text = NULL;
	int n = vasprintf(&text, fmt, ap);

	if (n < 0)
		return;
	/* a progress line begins with a return */
	perso_utf8_clean(text + (text[0] == '\r'), "\n\t");
	fputs(text, f);
	perso_wipe(text, (size_t)n);
	free(text);
}

/* see cli_int.h */
void
cli_print(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	print_clean(stdout, fmt, ap);
	va_end(ap);
}

/* see cli_int.h */
void
cli_note(const struct cli *c, const char *fmt, ...)
{
	va_list ap;

	if (c->quiet)
		return;
	va_start(ap, fmt);
	print_clean(stderr, fmt, ap);
	va_end(ap);
}

static perso_rc
dump(json_t *value, size_t flags)
{
	int bad = value == NULL || json_dumpf(value, stdout,
				       flags | JSON_REAL_PRECISION(12)) != 0;

	json_decref(value);
	if (bad)
		PERSO_FAIL(PERSO_E_DATA,
		    "no JSON: a text is not UTF-8, or memory is short");
	putchar('\n');
	return PERSO_OK;
}

/* see cli_int.h */
perso_rc
cli_json(json_t *value)
{
	return dump(value, JSON_INDENT(2));
}

/* see cli_int.h */
perso_rc
cli_json_line(json_t *value)
{
	perso_rc rc = dump(value, JSON_COMPACT);

	fflush(stdout);
	return rc;
}

/* see cli_int.h */
int
cli_exit_code(perso_rc rc)
{
	switch (perso_rc_category(rc)) {
	case PERSO_CAT_OK:
		return CLI_EXIT_OK;
	case PERSO_CAT_CALLER:
		return rc == PERSO_E_INTERRUPTED ? CLI_EXIT_CHECK
						 : CLI_EXIT_USAGE;
	case PERSO_CAT_DATA:
		return CLI_EXIT_DATA;
	case PERSO_CAT_LINK:
	case PERSO_CAT_CARD:
		return CLI_EXIT_CARD;
	case PERSO_CAT_CRYPTO:
	case PERSO_CAT_TRUST:
		return CLI_EXIT_TRUST;
	case PERSO_CAT_STORE:
		return CLI_EXIT_STORE;
	}
	return CLI_EXIT_DATA;
}

/* The error, or the place before, begins with this place. */
static bool
is_said(size_t i)
{
	const char *place = perso_trail_get(i);
	size_t n = strlen(place);

	return strncmp(perso_trail_get(0), place, n) == 0 ||
	       strcmp(perso_trail_get(i - 1), place) == 0;
}

/* see cli_int.h */
void
cli_print_error(const struct cli *c, perso_rc rc)
{
	json_t *trail;

	if (!c->json) {
		fprintf(stderr, "perso: %s\n",
		    perso_trail_count() > 0 ? perso_trail_get(0)
					    : perso_rc_name(rc));
		for (size_t i = 1; i < perso_trail_count(); i++)
			if (!is_said(i))
				fprintf(
				    stderr, "  in %s\n", perso_trail_get(i));
		return;
	}
	trail = json_array();
	for (size_t i = 0; i < perso_trail_count(); i++)
		json_array_append_new(trail, json_string(perso_trail_get(i)));
	trail =
	    json_pack("{s:s, s:o}", "error", perso_rc_name(rc), "trail", trail);
	if (trail != NULL)
		json_dumpf(trail, stderr, JSON_COMPACT);
	fputc('\n', stderr);
	json_decref(trail);
}

/* see cli_int.h */
void
cli_table_begin(struct cli_table *t)
{
	perso_buf_init(&t->text, TABLE_MAX);
}

/* see cli_int.h */
perso_rc
cli_list_begin(const struct cli *c, struct cli_table *t, const char *head)
{
	cli_table_begin(t);
	return c->json ? PERSO_OK : cli_table_row(t, "%s", head);
}

/* see cli_int.h */
perso_rc
cli_table_row(struct cli_table *t, const char *fmt, ...)
{
	char line[1024];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	if (n < 0)
		PERSO_FAIL(PERSO_E_ARG, "row cannot be written");
	perso_utf8_clean(line, "\t");
	PERSO_TRY(perso_buf_append(&t->text, perso_span_str(line)));
	return perso_buf_append_u8(&t->text, '\n');
}

/* Characters of a cell on the screen: code points, not bytes. */
static size_t
cell_width(const uint8_t *p, size_t n)
{
	size_t w = 0;

	for (size_t i = 0; i < n; i++)
		w += (p[i] & 0xC0) != 0x80;
	return w;
}

/* Calls for each cell; with widths 0 it measures, otherwise it prints. */
static void
table_walk(const struct cli_table *t, size_t widths[COLUMNS], bool print)
{
	const uint8_t *p = t->text.p, *end = p + t->text.n, *cell = p;
	size_t col = 0;

	for (; p < end; p++) {
		size_t w;

		if (*p != '\t' && *p != '\n')
			continue;
		w = cell_width(cell, (size_t)(p - cell));
		if (!print && col < COLUMNS && w > widths[col])
			widths[col] = w;
		if (print)
			printf("%.*s%*s", (int)(p - cell), (const char *)cell,
			    *p == '\n' || col >= COLUMNS
				? 0
				: (int)(widths[col] - w + 2),
			    "");
		if (print && *p == '\n')
			putchar('\n');
		col = *p == '\n' ? 0 : col + 1;
		cell = p + 1;
	}
}

/* see cli_int.h */
void
cli_table_end(struct cli_table *t)
{
	size_t widths[COLUMNS] = { 0 };

	if (t->text.n > 0) {
		table_walk(t, widths, false);
		table_walk(t, widths, true);
	}
	perso_buf_done(&t->text);
}

/* see cli_int.h */
void
cli_table_drop(struct cli_table *t)
{
	perso_buf_done(&t->text);
}

/* see cli_int.h */
const char *
cli_time(int64_t t, char dst[24])
{
	dst[0] = '\0';
	if (t != 0)
		perso_time_text((time_t)t, dst);
	return dst;
}

/* see cli_int.h */
json_t *
cli_json_hex(struct perso_span s)
{
	PERSO_BUF(hex, 1 << 20);

	if (perso_hex_encode(s, &hex) != PERSO_OK)
		return NULL;
	return json_stringn((const char *)hex.p, hex.n);
}

/* see cli_int.h */
json_t *
cli_json_text(const char *s)
{
	json_t *j = json_string(s);
	char *copy = j == NULL ? strdup(s) : NULL;

	if (copy != NULL) {
		perso_utf8_clean(copy, "");
		j = json_string(copy);
		free(copy);
	}
	return j;
}

static bool
is_leaf(const json_t *v)
{
	return !json_is_object(v) && !json_is_array(v);
}

static void
print_leaf(const json_t *v)
{
	if (json_is_string(v))
		cli_print("%s\n", json_string_value(v));
	else if (json_is_integer(v))
		cli_print("%" JSON_INTEGER_FORMAT "\n", json_integer_value(v));
	else if (json_is_real(v))
		cli_print("%g\n", json_real_value(v));
	else
		cli_print("%s\n", json_is_true(v) ? "yes" : "no");
}

static void
print_list(const json_t *list, int indent)
{
	const json_t *v;
	size_t i;

	json_array_foreach(list, i, v)
	{
		if (is_leaf(v)) {
			cli_print("%*s- ", indent, "");
			print_leaf(v);
			continue;
		}
		cli_print("%*s-\n", indent, "");
		cli_print_tree(v, indent + 2);
	}
}

static int
name_width(const json_t *object)
{
	size_t w = 0;
	const char *key;
	json_t *v, *o = (json_t *)(uintptr_t)object;

	json_object_foreach(o, key, v) if (is_leaf(v) && strlen(key) > w) w =
	    strlen(key);
	return (int)w;
}

/* see cli_int.h */
void
cli_print_tree(const json_t *value, int indent)
{
	int w = name_width(value);
	json_t *o = (json_t *)(uintptr_t)value, *v;
	const char *key;

	if (json_is_array(value)) {
		print_list(value, indent);
		return;
	}
	json_object_foreach(o, key, v)
	{
		if (json_is_string(v) && json_string_length(v) == 0)
			continue;
		if (is_leaf(v)) {
			cli_print("%*s%-*s  ", indent, "", w, key);
			print_leaf(v);
			continue;
		}
		cli_print("%*s%s\n", indent, "", key);
		cli_print_tree(v, indent + 2);
	}
}
