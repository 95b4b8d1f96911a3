/*
 * Bytes to JSON: bounded, strict, and silent about contents.
 */
#include "order_int.h"

/* jansson's own limit is 2048 levels: looked at before it builds anything. */
static bool
is_too_deep(struct perso_span s)
{
	unsigned depth = 0;
	bool in_string = false;

	for (size_t i = 0; i < s.n; i++) {
		uint8_t c = s.p[i];
		if (in_string) {
			if (c == '\\')
				i++;
			else if (c == '"')
				in_string = false;
		} else if (c == '"') {
			in_string = true;
		} else if (c == '{' || c == '[') {
			if (++depth > PERSO_ORDER_DEPTH)
				return true;
		} else if ((c == '}' || c == ']') && depth > 0) {
			depth--;
		}
	}
	return false;
}

/* jansson's texts quote the input, which is personal data. */
static const char *
reason(enum json_error_code code)
{
	switch (code) {
	case json_error_duplicate_key:
		return "a member appears twice";
	case json_error_premature_end_of_input:
		return "ends too early";
	case json_error_end_of_input_expected:
		return "goes on after its end";
	case json_error_invalid_utf8:
		return "not UTF-8";
	case json_error_null_character:
	case json_error_null_byte_in_key:
		return "a zero character";
	case json_error_numeric_overflow:
		return "a number is too large";
	default:
		return "not JSON";
	}
}

json_t *
perso_order_json(struct perso_span bytes, struct perso_findings *f)
{
	json_error_t e;

	if (bytes.n > PERSO_ORDER_MAX) {
		perso_findings_add(f, "E-ORDER-SIZE", "$",
		    "longer than %d bytes", PERSO_ORDER_MAX);
		return NULL;
	}
	if (bytes.n == 0) {
		perso_findings_add(f, "E-ORDER-JSON", "$", "nothing there");
		return NULL;
	}
	if (is_too_deep(bytes)) {
		perso_findings_add(f, "E-ORDER-DEPTH", "$",
		    "nested more than %d deep", PERSO_ORDER_DEPTH);
		return NULL;
	}
	json_t *root = json_loadb(
	    (const char *)bytes.p, bytes.n, JSON_REJECT_DUPLICATES, &e);
	if (root)
		return root;
	enum json_error_code code = json_error_code(&e);
	perso_findings_add(f,
	    code == json_error_duplicate_key ? "E-ORDER-DUPLICATE"
					     : "E-ORDER-JSON",
	    "$", "line %d, column %d: %s", e.line, e.column, reason(code));
	return NULL;
}
