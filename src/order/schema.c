/*
 * The JSON Schema of an order, from the field table.
 */
#include "order_int.h"

static json_t *fields_schema(const struct order_field *f);

static json_t *
code_schema(const struct order_field *f)
{
	char pattern[96];

	snprintf(
	    pattern, sizeof(pattern), "^[%s]{%u,%u}$", f->set, f->min, f->max);
	return json_pack("{s:s, s:s}", "type", "string", "pattern", pattern);
}

static json_t *
text_schema(const struct order_field *f)
{
	return json_pack("{s:s, s:i, s:i}", "type", "string", "minLength",
	    (int)f->min, "maxLength", (int)f->max);
}

static json_t *
pattern_schema(const char *pattern)
{
	return json_pack("{s:s, s:s}", "type", "string", "pattern", pattern);
}

static json_t *
reason_schema(void)
{
	json_t *names = json_array();

	for (unsigned bit = 1; perso_reason_name(bit); bit <<= 1)
		json_array_append_new(
		    names, json_string(perso_reason_name(bit)));
	return json_pack("{s:o}", "enum", names);
}

static json_t *
images_schema(const struct order_field *f)
{
	json_t *item = fields_schema(f->sub);

	json_object_set_new(item, "oneOf",
	    json_pack(
		"[{s:[s]}, {s:[s]}]", "required", "file", "required", "data"));
	return json_pack("{s:s, s:i, s:i, s:o}", "type", "array", "minItems",
	    (int)f->min, "maxItems", (int)f->max, "items", item);
}

static json_t *
name_schema(const struct order_field *f)
{
	return json_pack("{s:[o, o]}", "anyOf", text_schema(&f->sub[0]),
	    fields_schema(f->sub));
}

static json_t *
list_schema(const struct order_field *f)
{
	return json_pack("{s:s, s:i, s:i, s:o}", "type", "array", "minItems", 1,
	    "maxItems", (int)f->max, "items",
	    f->kind == K_NAMES ? name_schema(f) : fields_schema(f->sub));
}

static json_t *
hex_schema(const struct order_field *f)
{
	char pattern[64];

	snprintf(pattern, sizeof(pattern), "^([0-9A-Fa-f]{2}){1,%u}$", f->max);
	return pattern_schema(pattern);
}

static json_t *
value_schema(const struct order_field *f)
{
	switch (f->kind) {
	case K_VERSION:
		return json_pack("{s:i}", "const", 1);
	case K_CODE:
		return code_schema(f);
	case K_TEXT:
		return text_schema(f);
	case K_TEXTS:
		return json_pack("{s:s, s:i, s:i, s:o}", "type", "array",
		    "minItems", 1, "maxItems", PERSO_ADDRESS_MAX, "items",
		    text_schema(f));
	case K_HEX:
		return hex_schema(f);
	case K_NAME:
		return name_schema(f);
	case K_NAMES:
	case K_LIST:
		return list_schema(f);
	case K_DATE:
		return pattern_schema("^[0-9]{4}-[0-9]{2}-[0-9]{2}$");
	case K_BIRTH:
		return pattern_schema(
		    "^([0-9]{4}|XXXX)-([0-9]{2}|XX)-([0-9]{2}|XX)$");
	case K_SEX:
		return json_pack("{s:[s, s, s]}", "enum", "M", "F", "X");
	case K_REASON:
		return reason_schema();
	case K_UINT:
		return json_pack("{s:s, s:i, s:i}", "type", "integer",
		    "minimum", (int)f->min, "maximum", (int)f->max);
	case K_OBJECT:
		return fields_schema(f->sub);
	case K_IMAGES:
		return images_schema(f);
	case K_POINT:
		return json_pack("{s:s, s:i, s:i, s:{s:s, s:i, s:i}}", "type",
		    "array", "minItems", 2, "maxItems", 2, "items", "type",
		    "integer", "minimum", (int)f->min, "maximum", (int)f->max);
	case K_BASE64:
		return json_pack("{s:s, s:s}", "type", "string",
		    "contentEncoding", "base64");
	}
	return NULL;
}

static json_t *
fields_schema(const struct order_field *f)
{
	json_t *properties = json_object(), *required = json_array();
	json_t *out = json_pack("{s:s, s:b, s:o}", "type", "object",
	    "additionalProperties", 0, "properties", properties);

	for (; f->name; f++) {
		json_t *v = value_schema(f);
		json_object_set_new(v, "description", json_string(f->about));
		json_object_set_new(properties, f->name, v);
		if (f->required)
			json_array_append_new(required, json_string(f->name));
	}
	if (json_array_size(required) != 0)
		json_object_set_new(out, "required", required);
	else
		json_decref(required);
	return out;
}

/* see perso/order.h */
perso_rc
perso_order_schema(struct perso_buf *ret)
{
	json_t *body = fields_schema(perso_order_fields);
	json_t *out = json_pack("{s:s, s:s}", "$schema",
	    "https://json-schema.org/draft/2020-12/schema", "title",
	    "Order for an identity document");
	char *text = NULL;

	if (json_object_update(out, body) == 0)
		text = json_dumps(out, JSON_INDENT(2));
	json_decref(body);
	json_decref(out);
	if (!text)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for the schema");
	perso_rc rc = perso_buf_append(ret, perso_span_str(text));
	free(text);
	if (rc == PERSO_OK)
		rc = perso_buf_append_u8(ret, '\n');
	return rc;
}
