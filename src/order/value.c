/*
 * Single values of an order.
 */
#include "perso/hex.h"

#include "order_int.h"

static const char *
type_name(json_type t)
{
	switch (t) {
	case JSON_OBJECT:
		return "an object";
	case JSON_ARRAY:
		return "an array";
	case JSON_INTEGER:
		return "an integer";
	default:
		return "a string";
	}
}

bool
perso_order_type(
    json_t *v, json_type want, const char *path, struct perso_findings *ret)
{
	if (json_typeof(v) == want)
		return true;
	perso_findings_add(
	    ret, "E-ORDER-TYPE", path, "%s is expected", type_name(want));
	return false;
}

/* In a set like "A-Z0-9-"? A hyphen at the end stands for itself. */
static bool
in_set(char c, const char *set)
{
	for (; *set; set++) {
		if (set[1] == '-' && set[2] != '\0') {
			if (c >= set[0] && c <= set[2])
				return true;
			set += 2;
		} else if (c == *set) {
			return true;
		}
	}
	return false;
}

static bool
is_length(size_t n, const struct order_field *f, const char *path,
    struct perso_findings *ret)
{
	if (n >= f->min && n <= f->max)
		return true;
	if (f->min == f->max)
		perso_findings_add(ret, "E-ORDER-LENGTH", path,
		    "%zu characters, %u are expected", n, f->max);
	else
		perso_findings_add(ret, "E-ORDER-LENGTH", path,
		    "%zu characters, %u to %u are allowed", n, f->min, f->max);
	return false;
}

static bool
read_code(json_t *v, const struct order_field *f, char *dst, const char *path,
    struct perso_findings *ret)
{
	const char *s = json_string_value(v);
	size_t n = json_string_length(v);

	for (size_t i = 0; i < n; i++)
		if (!in_set(s[i], f->set)) {
			perso_findings_add(ret, "E-ORDER-TEXT", path,
			    "character %zu is not one of %s", i + 1, f->set);
			return false;
		}
	if (!is_length(n, f, path, ret))
		return false;
	snprintf(dst, f->size, "%s", s);
	return true;
}

#define MARKS_MAX 6 /* on one letter; no script has more */

/* What is wrong with a character, and the one before it, if anything. */
static const char *
fault(uint32_t c, uint32_t before, size_t *marks)
{
	const char *why = perso_text_fault(c);

	if (why != NULL)
		return why;
	*marks = perso_text_is_mark(c) ? *marks + 1 : 0;
	if (*marks == 1 && (before == 0 || before == ' '))
		return "a mark without a letter";
	if (*marks > MARKS_MAX)
		return "too many marks on a letter";
	if (c == ' ' && before == ' ')
		return "a second space";
	return NULL;
}

/* Code points of a text, all of which are allowed. */
static bool
count_text(struct perso_span s, size_t *ret, const char *path,
    struct perso_findings *f)
{
	size_t at = 0, n = 0, marks = 0;
	uint32_t c = 0, before = 0;

	for (; at < s.n; n++, before = c) {
		const char *why = "no UTF-8";

		if (perso_utf8_next(s, &at, &c) == PERSO_OK)
			why = fault(c, before, &marks);
		if (why == NULL)
			continue;
		perso_findings_add(f, "E-ORDER-TEXT", path,
		    "character %zu is not allowed: %s", n + 1, why);
		return false;
	}
	*ret = n;
	return true;
}

static bool
read_text(json_t *v, const struct order_field *f, char *dst, const char *path,
    struct perso_findings *ret)
{
	struct perso_span s =
	    perso_span(json_string_value(v), json_string_length(v));
	size_t n = 0;

	if (!count_text(s, &n, path, ret))
		return false;
	if (s.n && (s.p[0] == ' ' || s.p[s.n - 1] == ' ')) {
		perso_findings_add(
		    ret, "E-ORDER-TEXT", path, "begins or ends with a space");
		return false;
	}
	if (!is_length(n, f, path, ret))
		return false;
	snprintf(dst, f->size, "%s", (const char *)s.p);
	return true;
}

static bool
read_texts(json_t *v, const struct order_field *f, void *dst, const char *path,
    struct perso_findings *ret)
{
	size_t n = json_array_size(v), count = 0;
	char *items = (char *)dst + f->at;
	char sub[PATH_MAX_LEN];
	bool ok = true;

	if (n < 1 || n > PERSO_ADDRESS_MAX) {
		perso_findings_add(ret, "E-ORDER-LENGTH", path,
		    "%zu items, 1 to %d are allowed", n, PERSO_ADDRESS_MAX);
		return false;
	}
	for (size_t i = 0; i < n; i++) {
		json_t *item = json_array_get(v, i);
		snprintf(sub, sizeof(sub), "%s[%zu]", path, i);
		if (!perso_order_type(item, JSON_STRING, sub, ret) ||
		    !read_text(item, f, items + i * f->size, sub, ret))
			ok = false;
	}
	count = ok ? n : 0;
	return perso_span_copy((char *)dst + f->count_at, sizeof(count),
		   perso_span(&count, sizeof(count))) == PERSO_OK &&
	       ok;
}

static bool
read_hex(json_t *v, const struct order_field *f, void *base, const char *path,
    struct perso_findings *ret)
{
	struct perso_span text =
	    perso_span(json_string_value(v), json_string_length(v));
	PERSO_BUF(bytes, 4096);

	if (text.n < 2 || text.n > 2 * (size_t)f->max) {
		perso_findings_add(ret, "E-ORDER-LENGTH", path,
		    "%zu characters, 2 to %u are allowed", text.n, 2 * f->max);
		return false;
	}
	if (perso_hex_decode(text, &bytes) != PERSO_OK) {
		perso_findings_add(ret, "E-ORDER-TEXT", path,
		    "pairs of hexadecimal digits are expected");
		return false;
	}
	return perso_span_copy((char *)base + f->count_at, sizeof(bytes.n),
		   perso_span(&bytes.n, sizeof(bytes.n))) == PERSO_OK &&
	       perso_span_copy((char *)base + f->at, f->size,
		   perso_buf_span(&bytes)) == PERSO_OK;
}

/* n digits, or n times X for unknown (0). */
static bool
read_part(const char *s, size_t n, int *ret)
{
	int v = 0;
	size_t unknown = 0;

	for (size_t i = 0; i < n; i++) {
		if (s[i] == 'X')
			unknown++;
		else if (s[i] >= '0' && s[i] <= '9')
			v = v * 10 + (s[i] - '0');
		else
			return false;
	}
	if (unknown != 0 && unknown != n)
		return false;
	*ret = unknown ? 0 : v;
	return unknown || v != 0;
}

perso_rc
perso_order_birth(const char *s, struct perso_date *ret)
{
	struct perso_date d = { 0 };

	if (strlen(s) != 10 || s[4] != '-' || s[7] != '-' ||
	    !read_part(s, 4, &d.year) || !read_part(s + 5, 2, &d.month) ||
	    !read_part(s + 8, 2, &d.day))
		PERSO_FAIL(PERSO_E_DATA,
		    "YYYY-MM-DD is expected, X for unknown digits");
	struct perso_date probe = { d.year ? d.year : 2000,
		d.month ? d.month : 1, d.day ? d.day : 1 };
	if (!perso_date_is_valid(probe))
		PERSO_FAIL(PERSO_E_DATA, "no such day in the calendar");
	*ret = d;
	return PERSO_OK;
}

static bool
read_date(json_t *v, struct perso_date *dst, bool may_be_unknown,
    const char *path, struct perso_findings *ret)
{
	const char *s = json_string_value(v);
	struct perso_span text = perso_span(s, json_string_length(v));
	struct perso_date d = { 0 };
	perso_rc rc = may_be_unknown ? perso_order_birth(s, &d)
				     : perso_date_parse(text, &d);

	if (rc != PERSO_OK) {
		perso_findings_add(ret, "E-ORDER-DATE", path, "%s",
		    may_be_unknown ? perso_trail_get(0)
				   : "not an existing day YYYY-MM-DD");
		return false;
	}
	*dst = d;
	return true;
}

static bool
fail_value(const char *path, const char *list, struct perso_findings *ret)
{
	perso_findings_add(
	    ret, "E-ORDER-VALUE", path, "must be one of: %s", list);
	return false;
}

static bool
read_uint(json_t *v, const struct order_field *f, unsigned *dst,
    const char *path, struct perso_findings *ret)
{
	json_int_t n = json_integer_value(v);

	if (n < (json_int_t)f->min || n > (json_int_t)f->max) {
		perso_findings_add(ret, "E-ORDER-VALUE", path,
		    "must be from %u to %u", f->min, f->max);
		return false;
	}
	*dst = (unsigned)n;
	return true;
}

static bool
read_point(json_t *v, const struct order_field *f, uint32_t dst[2],
    const char *path, struct perso_findings *ret)
{
	char sub[PATH_MAX_LEN];
	unsigned at[2] = { 0, 0 };
	bool ok = true;

	if (json_array_size(v) != 2) {
		perso_findings_add(ret, "E-ORDER-LENGTH", path,
		    "%zu items, two are expected: x and y", json_array_size(v));
		return false;
	}
	for (size_t i = 0; i < 2; i++) {
		json_t *item = json_array_get(v, i);

		snprintf(sub, sizeof(sub), "%s[%zu]", path, i);
		ok = perso_order_type(item, JSON_INTEGER, sub, ret) &&
		     read_uint(item, f, &at[i], sub, ret) && ok;
	}
	for (size_t i = 0; i < 2 && ok; i++)
		dst[i] = at[i];
	return ok;
}

static bool
read_sex(json_t *v, char *dst, const char *path, struct perso_findings *ret)
{
	const char *s = json_string_value(v);

	if (strlen(s) != 1 || !strchr("MFX", s[0]))
		return fail_value(path, "M, F, X", ret);
	*dst = s[0];
	return true;
}

static bool
read_reason(json_t *v, enum perso_reason *dst, const char *path,
    struct perso_findings *ret)
{
	unsigned bit = perso_reason_from_name(json_string_value(v));
	char list[140] = "";

	for (unsigned b = 1; bit == 0 && perso_reason_name(b); b <<= 1) {
		size_t n = strlen(list);
		snprintf(list + n, sizeof(list) - n, "%s%s", n ? ", " : "",
		    perso_reason_name(b));
	}
	if (bit == 0)
		return fail_value(path, list, ret);
	*dst = (enum perso_reason)bit;
	return true;
}

static bool
read_version(json_t *v, const char *path, struct perso_findings *ret)
{
	if (json_integer_value(v) == 1)
		return true;
	perso_findings_add(
	    ret, "E-ORDER-VERSION", path, "format version 1 is expected");
	return false;
}

static json_type
type_of(enum order_kind k)
{
	switch (k) {
	case K_VERSION:
	case K_UINT:
		return JSON_INTEGER;
	case K_TEXTS:
	case K_NAMES:
	case K_LIST:
	case K_IMAGES:
	case K_POINT:
		return JSON_ARRAY;
	case K_OBJECT:
		return JSON_OBJECT;
	default:
		return JSON_STRING;
	}
}

bool
perso_order_value(json_t *v, const struct order_field *f, void *base,
    const char *path, struct perso_findings *ret)
{
	void *dst = (char *)base + f->at;

	if (f->kind == K_NAME)
		return perso_order_name(v, f, dst, path, ret);
	if (!perso_order_type(v, type_of(f->kind), path, ret))
		return false;
	switch (f->kind) {
	case K_VERSION:
		return read_version(v, path, ret);
	case K_CODE:
		return read_code(v, f, dst, path, ret);
	case K_TEXT:
		return read_text(v, f, dst, path, ret);
	case K_TEXTS:
		return read_texts(v, f, base, path, ret);
	case K_NAMES:
	case K_LIST:
		return perso_order_list(v, f, base, path, ret);
	case K_HEX:
		return read_hex(v, f, base, path, ret);
	case K_DATE:
	case K_BIRTH:
		return read_date(v, dst, f->kind == K_BIRTH, path, ret);
	case K_SEX:
		return read_sex(v, dst, path, ret);
	case K_REASON:
		return read_reason(v, dst, path, ret);
	case K_UINT:
		return read_uint(v, f, dst, path, ret);
	case K_POINT:
		return read_point(v, f, dst, path, ret);
	case K_NAME:
	case K_OBJECT:
	case K_IMAGES:
	case K_BASE64:
		break;
	}
	return true;
}
