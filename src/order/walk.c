/*
 * From JSON to a record, by the field table.
 */
#include "order_int.h"

/* A member's name, as far as it is harmless, under its parent's path. */
static void
sub_path(char dst[PATH_MAX_LEN], const char *path, const char *name)
{
	char clean[33];
	size_t n = 0;

	for (; n < sizeof(clean) - 1 && name[n]; n++) {
		char c = name[n];
		bool ok = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			  (c >= '0' && c <= '9') || c == '-' || c == '_';
		clean[n] = ok ? c : '?';
	}
	clean[n] = '\0';
	snprintf(dst, PATH_MAX_LEN, "%s.%s", path, clean);
}

static const struct order_field *
find(const struct order_field *fields, const char *name)
{
	for (; fields->name; fields++)
		if (strcmp(fields->name, name) == 0)
			return fields;
	return NULL;
}

/* Unknown members and those that the format demands. */
static void
check_members(json_t *obj, const struct order_field *fields, const char *path,
    struct perso_findings *ret)
{
	char sub[PATH_MAX_LEN];
	const char *key;
	json_t *v;

	json_object_foreach(obj, key, v)
	{
		if (find(fields, key))
			continue;
		sub_path(sub, path, key);
		perso_findings_add(ret, "E-ORDER-UNKNOWN", sub,
		    "the format has no such member");
	}
	for (; fields->name; fields++) {
		if (!fields->required || json_object_get(obj, fields->name))
			continue;
		sub_path(sub, path, fields->name);
		perso_findings_add(
		    ret, "E-ORDER-MISSING", sub, "%s is missing", fields->name);
	}
}

bool
perso_order_members(json_t *obj, const struct order_field *fields, void *base,
    const char *path, struct perso_findings *ret)
{
	size_t before = ret->count + ret->dropped;
	char sub[PATH_MAX_LEN];

	check_members(obj, fields, path, ret);
	for (; fields->name; fields++) {
		json_t *v = json_object_get(obj, fields->name);

		sub_path(sub, path, fields->name);
		if (v)
			(void)perso_order_value(v, fields, base, sub, ret);
	}
	return ret->count + ret->dropped == before;
}

static void
walk_fields(json_t *obj, const struct order_field *fields, const char *path,
    struct order_json *o)
{
	char sub[PATH_MAX_LEN];

	for (; fields->name; fields++) {
		json_t *v = json_object_get(obj, fields->name);
		if (!v)
			continue;
		sub_path(sub, path, fields->name);
		if (!perso_order_value(v, fields, o->record, sub, o->findings))
			continue;
		o->record->given |= fields->bit;
		if (fields->kind != K_OBJECT)
			continue;
		check_members(v, fields->sub, sub, o->findings);
		walk_fields(v, fields->sub, sub, o);
	}
}

static void
walk_eyes(json_t *v, const struct order_field *f, const char *path,
    struct order_image_json *img, struct perso_findings *ret)
{
	char sub[PATH_MAX_LEN];

	check_members(v, f->sub, path, ret);
	for (f = f->sub; f->name; f++) {
		json_t *m = json_object_get(v, f->name);
		if (!m)
			continue;
		sub_path(sub, path, f->name);
		(void)perso_order_value(m, f, img, sub, ret);
	}
	img->has_eyes = true;
}

static void
walk_image(json_t *v, size_t i, struct order_json *o)
{
	struct order_image_json *img = &o->images[i];
	const struct order_field *f = perso_order_image_fields;
	char path[PATH_MAX_LEN], sub[PATH_MAX_LEN];
	size_t before = o->findings->count + o->findings->dropped;

	snprintf(path, sizeof(path), "$.images[%zu]", i);
	img->quality = PERSO_FINGER_NO_QUALITY;
	img->is_bad = !perso_order_type(v, JSON_OBJECT, path, o->findings);
	if (img->is_bad)
		return;
	check_members(v, f, path, o->findings);
	for (; f->name; f++) {
		json_t *m = json_object_get(v, f->name);
		if (!m)
			continue;
		sub_path(sub, path, f->name);
		if (!perso_order_value(m, f, img, sub, o->findings))
			continue;
		if (f->kind == K_OBJECT)
			walk_eyes(m, f, sub, img, o->findings);
		if (f->kind == K_BASE64) {
			img->data = perso_span(
			    json_string_value(m), json_string_length(m));
			img->has_data = true;
		}
	}
	img->is_bad = o->findings->count + o->findings->dropped != before;
}

static void
walk_images(json_t *v, const struct order_field *f, struct order_json *o)
{
	const char *path = "$.images";
	size_t n = json_array_size(v);

	if (!perso_order_type(v, JSON_ARRAY, path, o->findings))
		return;
	if (n < f->min || n > f->max) {
		perso_findings_add(o->findings, "E-ORDER-LENGTH", path,
		    "%zu items, %u to %u are allowed", n, f->min, f->max);
		return;
	}
	o->image_count = n;
	for (size_t i = 0; i < n; i++)
		walk_image(json_array_get(v, i), i, o);
}

static void
walk_top(json_t *v, const struct order_field *f, struct order_json *o)
{
	char path[PATH_MAX_LEN];
	void *dst = o->record;

	sub_path(path, "$", f->name);
	if (f->kind == K_IMAGES) {
		walk_images(v, f, o);
		return;
	}
	if (strcmp(f->name, "document") == 0)
		dst = o->document;
	if (!perso_order_value(v, f, dst, path, o->findings))
		return;
	o->record->given |= f->bit;
	if (f->kind != K_OBJECT)
		return;
	check_members(v, f->sub, path, o->findings);
	walk_fields(v, f->sub, path, o);
}

void
perso_order_walk(json_t *root, struct order_json *o)
{
	if (!perso_order_type(root, JSON_OBJECT, "$", o->findings))
		return;
	check_members(root, perso_order_fields, "$", o->findings);
	for (const struct order_field *f = perso_order_fields; f->name; f++) {
		json_t *v = json_object_get(root, f->name);
		if (v)
			walk_top(v, f, o);
	}
	o->record->has_birth = (o->record->given & PERSO_FIELD_BIRTH_DATE) != 0;
}
