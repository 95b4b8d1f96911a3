#include "perso/settings.h"

#include "profile_int.h"

#define SETTINGS_MAX 32

static void
done_file(struct yaml_file *f)
{
	perso_yaml_done(f);
}

static void
free_copy(void **p)
{
	free(*p);
}

/* see perso/settings.h */
perso_rc
perso_settings_parse(struct perso_span yaml, const char *name,
    const struct perso_setting *table, void *dst, size_t dst_size)
{
	struct yaml_field fields[SETTINGS_MAX + 1] = { 0 };
	__attribute__((cleanup(done_file))) struct yaml_file f = { 0 };
	__attribute__((cleanup(free_copy))) void *copy = malloc(dst_size);
	size_t n = 0;

	if (copy == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for settings");
	for (; table[n].key != NULL; n++) {
		if (n == SETTINGS_MAX)
			PERSO_FAIL(PERSO_E_ARG, "too many settings");
		fields[n] = (struct yaml_field){ .key = table[n].key,
			.kind = Y_TEXT,
			.required = table[n].required,
			.at = table[n].at,
			.size = table[n].size };
	}
	PERSO_TRY(perso_span_copy(copy, dst_size, perso_span(dst, dst_size)));
	PERSO_TRY(perso_yaml_load(yaml, name, &f));
	PERSO_TRY(perso_yaml_walk(&f, fields, copy));
	return perso_span_copy(dst, dst_size, perso_span(copy, dst_size));
}
