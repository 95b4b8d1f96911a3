/*
 * libyaml with marks, made strict.
 */
#include <stdarg.h>

#include "profile_int.h"

perso_rc
perso_yaml_fail(
    const struct yaml_file *f, yaml_mark_t mark, const char *fmt, ...)
{
	char text[PERSO_TRAIL_LEN];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	PERSO_FAIL(PERSO_E_CONFIG, "%s:%zu:%zu: %s", f->name, mark.line + 1,
	    mark.column + 1, text);
}

static perso_rc
fail_syntax(const struct yaml_file *f, const yaml_parser_t *p)
{
	if (p->error == YAML_MEMORY_ERROR)
		PERSO_FAIL(PERSO_E_NOMEM, "%s: no memory", f->name);
	if (p->error == YAML_READER_ERROR)
		PERSO_FAIL(PERSO_E_CONFIG, "%s: byte %zu: %s", f->name,
		    p->problem_offset, p->problem ? p->problem : "unreadable");
	return perso_yaml_fail(
	    f, p->problem_mark, "%s", p->problem ? p->problem : "not YAML");
}

/* What an event shows that profiles do not have. */
static perso_rc
check_event(const struct yaml_file *f, const yaml_event_t *e)
{
	const yaml_char_t *anchor = NULL, *tag = NULL;

	switch (e->type) {
	case YAML_ALIAS_EVENT:
		return perso_yaml_fail(
		    f, e->start_mark, "aliases are not allowed");
	case YAML_SCALAR_EVENT:
		anchor = e->data.scalar.anchor;
		tag = e->data.scalar.tag;
		break;
	case YAML_SEQUENCE_START_EVENT:
		anchor = e->data.sequence_start.anchor;
		tag = e->data.sequence_start.tag;
		break;
	case YAML_MAPPING_START_EVENT:
		anchor = e->data.mapping_start.anchor;
		tag = e->data.mapping_start.tag;
		break;
	case YAML_DOCUMENT_START_EVENT:
		if (e->data.document_start.version_directive ||
		    e->data.document_start.tag_directives.start !=
			e->data.document_start.tag_directives.end)
			return perso_yaml_fail(
			    f, e->start_mark, "directives are not allowed");
		break;
	default:
		break;
	}
	if (anchor)
		return perso_yaml_fail(
		    f, e->start_mark, "anchors are not allowed");
	if (tag)
		return perso_yaml_fail(
		    f, e->start_mark, "tags are not allowed");
	return PERSO_OK;
}

/* Counts documents and depth. */
struct census {
	unsigned documents;
	unsigned depth;
	bool end;
};

static perso_rc
count_event(const struct yaml_file *f, const yaml_event_t *e, struct census *c)
{
	PERSO_TRY(check_event(f, e));
	switch (e->type) {
	case YAML_DOCUMENT_START_EVENT:
		if (++c->documents > 1)
			return perso_yaml_fail(
			    f, e->start_mark, "only one document is allowed");
		break;
	case YAML_SEQUENCE_START_EVENT:
	case YAML_MAPPING_START_EVENT:
		if (++c->depth > YAML_DEPTH_MAX)
			return perso_yaml_fail(
			    f, e->start_mark, "nested too deeply");
		break;
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		c->depth--;
		break;
	case YAML_STREAM_END_EVENT:
		c->end = true;
		break;
	default:
		break;
	}
	return PERSO_OK;
}

/* yaml_parser_load() resolves aliases and drops anchors without a trace, so
 * the events are looked at first. */
static perso_rc
scan_events(const struct yaml_file *f, yaml_parser_t *p)
{
	struct census c = { 0 };

	while (!c.end) {
		yaml_event_t e;
		if (!yaml_parser_parse(p, &e))
			return fail_syntax(f, p);
		perso_rc rc = count_event(f, &e, &c);
		yaml_event_delete(&e);
		PERSO_TRY(rc);
	}
	if (c.documents == 0)
		PERSO_FAIL(
		    PERSO_E_CONFIG, "%s:1:1: the file is empty", f->name);
	return PERSO_OK;
}

static perso_rc
check_text(struct perso_span text, const char *name)
{
	if (text.n > PERSO_PROFILE_FILE_MAX)
		PERSO_FAIL(PERSO_E_CONFIG, "%s: longer than %d bytes", name,
		    PERSO_PROFILE_FILE_MAX);
	if (text.n == 0)
		PERSO_FAIL(PERSO_E_CONFIG, "%s:1:1: the file is empty", name);
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] == 0)
			PERSO_FAIL(
			    PERSO_E_CONFIG, "%s: byte %zu is zero", name, i);
	return PERSO_OK;
}

typedef perso_rc (*parser_fn)(struct yaml_file *f, yaml_parser_t *p);

static perso_rc
scan(struct yaml_file *f, yaml_parser_t *p)
{
	return scan_events(f, p);
}

static perso_rc
build(struct yaml_file *f, yaml_parser_t *p)
{
	if (!yaml_parser_load(p, &f->doc))
		return fail_syntax(f, p);
	f->loaded = true;
	return PERSO_OK;
}

static perso_rc
with_parser(struct yaml_file *f, struct perso_span text, parser_fn fn)
{
	yaml_parser_t p;

	if (!yaml_parser_initialize(&p))
		PERSO_FAIL(PERSO_E_NOMEM, "%s: no memory", f->name);
	yaml_parser_set_encoding(&p, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&p, text.p, text.n);
	perso_rc rc = fn(f, &p);
	yaml_parser_delete(&p);
	return rc;
}

perso_rc
perso_yaml_load(struct perso_span text, const char *name, struct yaml_file *ret)
{
	struct yaml_file f = { .name = name };

	PERSO_TRY(check_text(text, name));
	PERSO_TRY(with_parser(&f, text, scan));
	PERSO_TRY(with_parser(&f, text, build));
	*ret = f;
	return PERSO_OK;
}

void
perso_yaml_done(struct yaml_file *f)
{
	if (f->loaded)
		yaml_document_delete(&f->doc);
	f->loaded = false;
}

/* documents are not changed, but libyaml's functions take them so */
static const yaml_node_t *
node_of(const struct yaml_file *f, int id)
{
	if (id < 1 || id > f->doc.nodes.top - f->doc.nodes.start)
		return NULL;
	return f->doc.nodes.start + id - 1;
}

const yaml_node_t *
perso_yaml_item(const struct yaml_file *f, const yaml_node_t *node, size_t i)
{
	return node_of(f, node->data.sequence.items.start[i]);
}

static bool
key_is(const yaml_node_t *key, const char *name, size_t n)
{
	return key->type == YAML_SCALAR_NODE && key->data.scalar.length == n &&
	       strncmp((const char *)key->data.scalar.value, name, n) == 0;
}

yaml_mark_t
perso_yaml_mark(const struct yaml_file *f, const char *path)
{
	const yaml_node_t *node = node_of(f, 1);
	yaml_mark_t mark = node ? node->start_mark : (yaml_mark_t){ 0 };

	while (node && node->type == YAML_MAPPING_NODE && *path != '\0') {
		size_t n = strcspn(path, ".");
		const yaml_node_t *next = NULL;
		yaml_node_pair_t *p = node->data.mapping.pairs.start;
		for (; p < node->data.mapping.pairs.top; p++) {
			const yaml_node_t *key = node_of(f, p->key);
			if (!key_is(key, path, n))
				continue;
			mark = key->start_mark;
			next = node_of(f, p->value);
		}
		node = next;
		path += n + (path[n] == '.');
	}
	return mark;
}

/* Of the path's first key, in the mapping at the top. */
const yaml_node_t *
perso_yaml_value(const struct yaml_file *f, const char *path)
{
	const yaml_node_t *top = node_of(f, 1);
	size_t n = strcspn(path, ".");

	if (!top || top->type != YAML_MAPPING_NODE)
		return NULL;
	yaml_node_pair_t *p = top->data.mapping.pairs.start;
	for (; p < top->data.mapping.pairs.top; p++)
		if (key_is(node_of(f, p->key), path, n))
			return node_of(f, p->value);
	return NULL;
}

const struct yaml_file *
perso_yaml_file_of(const struct yaml_file *f, const char *path)
{
	for (; f; f = f->base)
		if (perso_yaml_value(f, path))
			return f;
	return NULL;
}
