/*
 * Names in their parts, and lists of objects.
 */
#include "order_int.h"

bool
perso_order_name(json_t *v, const struct order_field *f, void *dst,
    const char *path, struct perso_findings *ret)
{
	if (json_is_string(v))
		return perso_order_value(v, &f->sub[0], dst, path, ret);
	if (json_is_object(v))
		return perso_order_members(v, f->sub, dst, path, ret);
	perso_findings_add(
	    ret, "E-ORDER-TYPE", path, "a string or an object is expected");
	return false;
}

static bool
read_item(json_t *v, const struct order_field *f, void *dst, const char *path,
    struct perso_findings *ret)
{
	if (f->kind == K_NAMES)
		return perso_order_name(v, f, dst, path, ret);
	return perso_order_type(v, JSON_OBJECT, path, ret) &&
	       perso_order_members(v, f->sub, dst, path, ret);
}

bool
perso_order_list(json_t *v, const struct order_field *f, void *base,
    const char *path, struct perso_findings *ret)
{
	size_t n = json_array_size(v), count;
	char *items = (char *)base + f->at;
	char sub[PATH_MAX_LEN];
	bool ok = true;

	if (n < 1 || n > f->max) {
		perso_findings_add(ret, "E-ORDER-LENGTH", path,
		    "%zu items, 1 to %u are allowed", n, f->max);
		return false;
	}
	for (size_t i = 0; i < n; i++) {
		snprintf(sub, sizeof(sub), "%s[%zu]", path, i);
		if (!read_item(
			json_array_get(v, i), f, items + i * f->size, sub, ret))
			ok = false;
	}
	count = ok ? n : 0;
	return perso_span_copy((char *)base + f->count_at, sizeof(count),
		   perso_span(&count, sizeof(count))) == PERSO_OK &&
	       ok;
}
