/*
 * A flat YAML file of settings (profile): a mapping of names to texts, read
 * as strictly as profiles are.
 */
#ifndef PERSO_SETTINGS_H
#define PERSO_SETTINGS_H

#include "perso/rc.h"
#include "perso/span.h"

struct perso_setting {
	const char *key; /* NULL ends a table */
	bool required;
	size_t at; /* offset in the struct: char[size], terminated */
	size_t size;
};

/* Fills dst; what is not given keeps its value. PERSO_E_CONFIG with
 * "name:line:column" for unknown, duplicate, missing or too long values;
 * dst is then untouched. */
PERSO_MUST perso_rc perso_settings_parse(struct perso_span yaml,
    const char *name, const struct perso_setting *table, void *dst,
    size_t dst_size);

#endif
