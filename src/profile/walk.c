/*
 * From YAML nodes into structs, by a const field table.
 */
#include "perso/hex.h"

#include "profile_int.h"

#define FIELDS_MAX 40

static perso_rc
need_scalar(const struct yaml_file *f, const yaml_node_t *node)
{
	if (node->type != YAML_SCALAR_NODE)
		return perso_yaml_fail(
		    f, node->start_mark, "a single value is expected");
	return PERSO_OK;
}

static struct perso_span
scalar(const yaml_node_t *node)
{
	return perso_span(node->data.scalar.value, node->data.scalar.length);
}

perso_rc
perso_yaml_text(
    const struct yaml_file *f, const yaml_node_t *node, char *dst, size_t cap)
{
	PERSO_TRY(need_scalar(f, node));
	struct perso_span s = scalar(node);
	size_t points = 0;
	if (s.n == 0)
		return perso_yaml_fail(f, node->start_mark, "value is empty");
	if (s.n >= cap)
		return perso_yaml_fail(
		    f, node->start_mark, "longer than %zu bytes", cap - 1);
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < ' ' || s.p[i] == 0x7F)
			return perso_yaml_fail(
			    f, node->start_mark, "control character in a text");
	if (perso_utf8_count(s, &points) != PERSO_OK)
		return perso_yaml_fail(f, node->start_mark, "not UTF-8");
	PERSO_TRY(perso_span_copy(dst, cap, s));
	dst[s.n] = '\0';
	return PERSO_OK;
}

perso_rc
perso_yaml_uint(const struct yaml_file *f, const yaml_node_t *node,
    uint64_t min, uint64_t max, uint64_t *ret)
{
	uint64_t v = 0;

	PERSO_TRY(need_scalar(f, node));
	struct perso_span s = scalar(node);
	bool plain = node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	if (!plain || s.n == 0 || s.n > 18 || (s.n > 1 && s.p[0] == '0'))
		return perso_yaml_fail(
		    f, node->start_mark, "a decimal integer is expected");
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return perso_yaml_fail(f, node->start_mark,
			    "a decimal integer is expected");
		v = v * 10 + (uint64_t)(s.p[i] - '0');
	}
	if (v < min || v > max)
		return perso_yaml_fail(f, node->start_mark,
		    "must be from %llu to %llu", (unsigned long long)min,
		    (unsigned long long)max);
	*ret = v;
	return PERSO_OK;
}

perso_rc
perso_yaml_list(const struct yaml_file *f, const yaml_node_t *node, size_t max,
    size_t *ret_count)
{
	if (node->type != YAML_SEQUENCE_NODE)
		return perso_yaml_fail(
		    f, node->start_mark, "a list is expected");
	size_t n = (size_t)(node->data.sequence.items.top -
			    node->data.sequence.items.start);
	if (n == 0 || n > max)
		return perso_yaml_fail(f, node->start_mark,
		    "a list of 1 to %zu items is expected", max);
	*ret_count = n;
	return PERSO_OK;
}

static perso_rc
store_uint(void *dst, size_t size, uint64_t v)
{
	uint8_t u8 = (uint8_t)v;
	uint16_t u16 = (uint16_t)v;
	uint32_t u32 = (uint32_t)v;

	switch (size) {
	case 1:
		return perso_span_copy(dst, size, perso_span(&u8, size));
	case 2:
		return perso_span_copy(dst, size, perso_span(&u16, size));
	case 4:
		return perso_span_copy(dst, size, perso_span(&u32, size));
	case 8:
		return perso_span_copy(dst, size, perso_span(&v, size));
	default:
		PERSO_FAIL(PERSO_E_ARG, "integer of %zu bytes", size);
	}
}

static perso_rc
read_bool(const struct yaml_file *f, const yaml_node_t *node, bool *ret)
{
	PERSO_TRY(need_scalar(f, node));
	bool plain = node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	if (plain && perso_span_equal(scalar(node), perso_span_str("true")))
		*ret = true;
	else if (plain &&
		 perso_span_equal(scalar(node), perso_span_str("false")))
		*ret = false;
	else
		return perso_yaml_fail(
		    f, node->start_mark, "true or false is expected");
	return PERSO_OK;
}

/* The names that are allowed go into the message. */
static perso_rc
read_choice(const struct yaml_file *f, const yaml_node_t *node,
    const struct yaml_name *names, uint64_t *ret)
{
	char list[140] = "";

	PERSO_TRY(need_scalar(f, node));
	for (size_t i = 0; names[i].name; i++) {
		size_t n = strlen(list);
		if (perso_span_equal(
			scalar(node), perso_span_str(names[i].name))) {
			*ret = names[i].value;
			return PERSO_OK;
		}
		snprintf(list + n, sizeof(list) - n, "%s%s", i ? ", " : "",
		    names[i].name);
	}
	return perso_yaml_fail(f, node->start_mark, "must be one of: %s", list);
}

static perso_rc
read_bits(const struct yaml_file *f, const yaml_node_t *node,
    const struct yaml_name *names, uint64_t *ret)
{
	uint64_t bits = 0, bit = 0;
	size_t n = 0;

	PERSO_TRY(perso_yaml_list(f, node, 32, &n));
	for (size_t i = 0; i < n; i++) {
		const yaml_node_t *item = perso_yaml_item(f, node, i);
		PERSO_TRY(read_choice(f, item, names, &bit));
		if (bits & bit)
			return perso_yaml_fail(
			    f, item->start_mark, "named twice");
		bits |= bit;
	}
	*ret = bits;
	return PERSO_OK;
}

static perso_rc
read_field(const struct yaml_file *f, const yaml_node_t *node,
    const struct yaml_field *d, void *base)
{
	char *dst = (char *)base + d->at;
	uint64_t v = 0;
	bool b = false;

	switch (d->kind) {
	case Y_TEXT:
		return perso_yaml_text(f, node, dst, d->size);
	case Y_UINT:
		PERSO_TRY(perso_yaml_uint(f, node, d->min, d->max, &v));
		return store_uint(dst, d->size, v);
	case Y_BOOL:
		PERSO_TRY(read_bool(f, node, &b));
		return perso_span_copy(dst, d->size, perso_span(&b, sizeof b));
	case Y_CHOICE:
		PERSO_TRY(read_choice(f, node, d->names, &v));
		return store_uint(dst, d->size, v);
	case Y_BITS:
		PERSO_TRY(read_bits(f, node, d->names, &v));
		return store_uint(dst, d->size, v);
	case Y_MAP:
		return perso_yaml_map(f, node, d->sub, base);
	case Y_CUSTOM:
		return d->fn(f, node, base);
	}
	PERSO_FAIL(PERSO_E_ARG, "field %s has no kind", d->key);
}

static perso_rc
find_field(const struct yaml_file *f, const yaml_node_t *key,
    const struct yaml_field *fields, size_t *ret)
{
	PERSO_TRY(need_scalar(f, key));
	for (size_t i = 0; fields[i].key; i++)
		if (perso_span_equal(
			scalar(key), perso_span_str(fields[i].key))) {
			*ret = i;
			return PERSO_OK;
		}
	return perso_yaml_fail(f, key->start_mark, "unknown key %.40s",
	    (const char *)key->data.scalar.value);
}

/* Reads the keys of one mapping, except those that another file has. */
static perso_rc
read_keys(const struct yaml_file *f, const yaml_node_t *node,
    const struct yaml_field *fields, void *dst, const struct yaml_file *except,
    bool seen[FIELDS_MAX])
{
	bool here[FIELDS_MAX] = { false };
	size_t at = 0;

	if (node->type != YAML_MAPPING_NODE)
		return perso_yaml_fail(
		    f, node->start_mark, "a mapping is expected");
	yaml_node_pair_t *p = node->data.mapping.pairs.start;
	for (; p < node->data.mapping.pairs.top; p++) {
		const yaml_node_t *key = f->doc.nodes.start + p->key - 1;
		const yaml_node_t *val = f->doc.nodes.start + p->value - 1;
		PERSO_TRY(find_field(f, key, fields, &at));
		if (here[at])
			return perso_yaml_fail(f, key->start_mark,
			    "key %s appears twice", fields[at].key);
		here[at] = true;
		if (except && perso_yaml_file_of(except, fields[at].key))
			continue;
		seen[at] = true;
		PERSO_TRY(read_field(f, val, &fields[at], dst));
	}
	return PERSO_OK;
}

static perso_rc
check_seen(const struct yaml_file *f, const yaml_node_t *node,
    const struct yaml_field *fields, const bool seen[FIELDS_MAX])
{
	for (size_t i = 0; fields[i].key; i++)
		if (fields[i].required && !seen[i])
			return perso_yaml_fail(f, node->start_mark,
			    "key %s is missing", fields[i].key);
	return PERSO_OK;
}

perso_rc
perso_yaml_map(const struct yaml_file *f, const yaml_node_t *node,
    const struct yaml_field *fields, void *dst)
{
	bool seen[FIELDS_MAX] = { false };

	PERSO_TRY(read_keys(f, node, fields, dst, NULL, seen));
	return check_seen(f, node, fields, seen);
}

perso_rc
perso_yaml_walk(
    const struct yaml_file *f, const struct yaml_field *fields, void *dst)
{
	bool seen[FIELDS_MAX] = { false };
	struct yaml_file alone = *f;

	alone.base = NULL;
	if (f->base)
		PERSO_TRY(read_keys(f->base, f->base->doc.nodes.start, fields,
		    dst, &alone, seen));
	PERSO_TRY(read_keys(f, f->doc.nodes.start, fields, dst, NULL, seen));
	return check_seen(f, f->doc.nodes.start, fields, seen);
}

perso_rc
perso_profile_rules(const struct profile_rule *rules, const void *profile,
    const struct yaml_file *f)
{
	for (size_t i = 0; rules[i].key; i++) {
		if (!rules[i].broken(profile))
			continue;
		if (!f)
			PERSO_FAIL(PERSO_E_CONFIG, "%s: %s", rules[i].key,
			    rules[i].text);
		const struct yaml_file *at =
		    perso_yaml_file_of(f, rules[i].key);
		at = at ? at : f;
		return perso_yaml_fail(at, perso_yaml_mark(at, rules[i].key),
		    "%s: %s", rules[i].key, rules[i].text);
	}
	return PERSO_OK;
}
