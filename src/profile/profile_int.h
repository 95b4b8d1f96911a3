/*
 * Walking a YAML document with a const field table.
 */
#ifndef PERSO_PROFILE_INT_H
#define PERSO_PROFILE_INT_H

#include <stddef.h>
#include <yaml.h>

#include "perso/profile.h"

#define YAML_DEPTH_MAX 8

/* A loaded document and what the trail calls it. */
struct yaml_file {
	const char *name;
	yaml_document_t doc;
	bool loaded;
	const struct yaml_file *base; /* gives the keys that are not here */
};

struct yaml_name {
	const char *name;
	uint64_t value;
};

enum yaml_kind {
	Y_TEXT, /* char[size], 1..size-1 bytes */
	Y_UINT, /* unsigned of size bytes, min..max */
	Y_BOOL,
	Y_CHOICE, /* one of names; unsigned of size bytes */
	Y_BITS,	  /* list of names; bits or-ed, unsigned of size bytes */
	Y_MAP,	  /* mapping, fields sub, same struct */
	Y_CUSTOM  /* fn */
};

struct yaml_field;
struct yaml_file;

/* node is the value; dst the struct that the table belongs to. */
typedef perso_rc (*yaml_fn)(
    const struct yaml_file *f, const yaml_node_t *node, void *dst);

struct yaml_field {
	const char *key; /* NULL ends a table */
	enum yaml_kind kind;
	bool required;
	size_t at;		       /* offset in the struct */
	size_t size;		       /* of the member */
	uint64_t min, max;	       /* Y_UINT */
	const struct yaml_name *names; /* ended by a NULL name */
	const struct yaml_field *sub;
	yaml_fn fn;
};

#define Y_AT(type, member) \
	.at = offsetof(type, member), .size = sizeof(((type *)0)->member)

/* Fails with PERSO_E_CONFIG and "name:line:column: text"; lines and columns
 * count from 1. */
PERSO_MUST perso_rc perso_yaml_fail(const struct yaml_file *f, yaml_mark_t mark,
    const char *fmt, ...) PERSO_PRINTF(3, 4);

/* Parses the bytes, refusing what profiles do not have: anchors, aliases,
 * tags, directives, several documents, depth. */
PERSO_MUST perso_rc perso_yaml_load(
    struct perso_span text, const char *name, struct yaml_file *ret);
void perso_yaml_done(struct yaml_file *f);

/* The top node is a mapping with these fields: fills dst. What it does not
 * have is taken from f->base. */
PERSO_MUST perso_rc perso_yaml_walk(
    const struct yaml_file *f, const struct yaml_field *fields, void *dst);
PERSO_MUST perso_rc perso_yaml_map(const struct yaml_file *f,
    const yaml_node_t *node, const struct yaml_field *fields, void *dst);

/* Pieces for Y_CUSTOM. */
PERSO_MUST perso_rc perso_yaml_text(
    const struct yaml_file *f, const yaml_node_t *node, char *dst, size_t cap);
PERSO_MUST perso_rc perso_yaml_uint(const struct yaml_file *f,
    const yaml_node_t *node, uint64_t min, uint64_t max, uint64_t *ret);
/* A sequence of at most max items, at least one. */
PERSO_MUST perso_rc perso_yaml_list(const struct yaml_file *f,
    const yaml_node_t *node, size_t max, size_t *ret_count);
/* Item i of a sequence (its node id is valid by construction). */
const yaml_node_t *perso_yaml_item(
    const struct yaml_file *f, const yaml_node_t *node, size_t i);

/* Where the key stands ("lds", "lds.dg11"); the top if it is not there. */
yaml_mark_t perso_yaml_mark(const struct yaml_file *f, const char *path);
/* The value of a key of the top level, NULL: it is not there. */
const yaml_node_t *perso_yaml_value(const struct yaml_file *f, const char *key);
/* The file that gives the path's first key; NULL: neither f nor its base. */
const struct yaml_file *perso_yaml_file_of(
    const struct yaml_file *f, const char *path);

/* A statement that must not be true of a finished profile. */
struct profile_rule {
	const char *key; /* dotted; where the trail points */
	const char *text;
	bool (*broken)(const void *profile);
};
PERSO_MUST perso_rc perso_profile_rules(const struct profile_rule *rules,
    const void *profile, const struct yaml_file *f);

/* All of them for documents, ended by NULL. */
extern const struct profile_rule *const perso_doc_checks[];
bool perso_profile_is_id(const char *s);

/* doc_number.c: a number's pattern of PERSO_PATTERN_MAX characters; the list
 * of alternatives of a national number into struct perso_doc_profile. */
PERSO_MUST perso_rc perso_profile_pattern(
    const struct yaml_file *f, const yaml_node_t *node, char *dst);
PERSO_MUST perso_rc perso_profile_number_rules(
    const struct yaml_file *f, const yaml_node_t *node, void *dst);

/* Numbers of enum perso_curve by name, hashes that are issued with. */
extern const struct yaml_name perso_profile_curves[];
extern const struct yaml_name perso_profile_mf_files[];
extern const struct yaml_name perso_profile_parameters[];
extern const struct yaml_name perso_profile_ciphers[];
extern const struct yaml_name perso_profile_mappings[];
extern const struct yaml_name perso_profile_passwords[];
extern const struct yaml_name perso_profile_symbols[]; /* of seals */
extern const struct yaml_name perso_profile_levels[];
extern const struct yaml_name perso_profile_seal_sources[];
extern const struct yaml_name perso_profile_origins[]; /* choices */

/* doc_access.c, doc_days.c, doc_validity.c, doc_images.c: fields of struct
 * perso_doc_profile, and what must hold of them. */
extern const struct yaml_field perso_pace_fields[];
extern const struct yaml_field perso_ca_fields[];
extern const struct yaml_field perso_ta_fields[];
extern const struct yaml_name perso_access_bits[];
extern const struct profile_rule perso_access_checks[];
extern const struct yaml_name perso_biometrics_names[]; /* choices */
PERSO_MUST perso_rc perso_profile_days(
    const struct yaml_file *f, const yaml_node_t *node, void *dst);
extern const struct profile_rule perso_day_checks[];
extern const struct yaml_field perso_validity_fields[];
extern const struct profile_rule perso_validity_checks[];
extern const struct yaml_field perso_image_fields[];
extern const struct yaml_name perso_image_kinds[];
extern const struct profile_rule perso_image_checks[];
bool perso_profile_code_fits(
    const struct perso_doc_profile *p, const char *code);
/* On any day, enum perso_access_kind. */
unsigned perso_profile_all_access(const struct perso_doc_profile *p);

/* doc_order.c: what an order has. */
extern const struct yaml_name perso_field_bits[];
extern const struct yaml_name perso_reason_bits[];
extern const struct yaml_field perso_order_rule_fields[];
extern const struct profile_rule perso_order_checks[];

/* doc_seal.c: the seal of a document, and what must hold of it; and that
 * definition and layout are there and fit. */
PERSO_MUST perso_rc perso_profile_seal(
    const struct yaml_file *f, const yaml_node_t *node, void *dst);
extern const struct profile_rule perso_seal_checks[];
PERSO_MUST perso_rc perso_profile_seal_suits(
    const struct perso_profiles *set, const struct perso_doc_profile *p);

/* doc_number.c */
PERSO_MUST perso_rc perso_profile_date(
    const struct yaml_file *f, const yaml_node_t *node, struct perso_date *ret);
bool perso_profile_is_hash(const char *name);

#endif
