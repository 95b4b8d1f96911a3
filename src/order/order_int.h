/*
 * Between the files of order: the field table, the walk over it, and the
 * check in hand.
 */
#ifndef PERSO_ORDER_INT_H
#define PERSO_ORDER_INT_H

#include <jansson.h>
#include <stddef.h>

#include "perso/order.h"

#define PATH_MAX_LEN sizeof(((struct perso_finding *)0)->path)

enum order_kind {
	K_VERSION, /* the integer 1 */
	K_CODE,	   /* ASCII string of characters in set */
	K_TEXT,	   /* UTF-8 for people */
	K_TEXTS,   /* array of K_TEXT */
	K_DATE,	   /* complete */
	K_BIRTH,   /* parts may be unknown: X */
	K_SEX,
	K_REASON,
	K_UINT,
	K_HEX,	  /* bytes; count_at: how many; max counts them */
	K_NAME,	  /* object sub in a struct of its own, or its first text */
	K_NAMES,  /* array of K_NAME, max items of size bytes */
	K_LIST,	  /* array of objects sub, likewise */
	K_OBJECT, /* sub, same struct */
	K_POINT,  /* array [x, y] of integers */
	K_IMAGES, /* array of image objects */
	K_BASE64
};

/* One member of an object. at and size are of the record's member (of the
 * image's, in that table). */
struct order_field {
	const char *name; /* NULL ends a table */
	enum order_kind kind;
	bool required; /* by the format; profiles ask for more */
	uint64_t bit;  /* PERSO_FIELD_, or 0 */
	size_t at;
	size_t size;	   /* bytes, with the terminator */
	unsigned min, max; /* characters, items or value */
	const char *set;   /* K_CODE: "A-Z0-9-" */
	size_t count_at;   /* offset of the number of items, for lists */
	const struct order_field *sub;
	const char *about; /* for the schema */
};

extern const struct order_field perso_order_fields[];
extern const struct order_field perso_order_image_fields[];

/* One image as the JSON names it. data is borrowed from the JSON. */
struct order_image_json {
	char role[24];
	unsigned resolution, quality, width, height; /* of fingers */
	char file[PERSO_ORDER_FILE_NAME];
	char sha256[65];
	struct perso_span data;
	bool has_data;
	uint32_t left_eye[2]; /* x, y */
	uint32_t right_eye[2];
	bool has_eyes;
	bool is_bad; /* a finding says why */
};

/* What the JSON gives beside the record. */
struct order_json {
	char document[PERSO_PROFILE_ID_MAX + 1];
	size_t image_count;
	struct order_image_json images[PERSO_ORDER_IMAGES];
	struct perso_record *record;
	struct perso_findings *findings;
};

/* Bytes to JSON, with a finding if it is none (then NULL). */
json_t *perso_order_json(struct perso_span bytes, struct perso_findings *f);

/* Walks the whole order; everything wrong becomes a finding. */
void perso_order_walk(json_t *root, struct order_json *o);

/* The members of one object into base; everything wrong becomes a finding,
 * false then. */
bool perso_order_members(json_t *obj, const struct order_field *fields,
    void *base, const char *path, struct perso_findings *ret);
/* K_NAME; K_NAMES, K_LIST: into base + f->at. */
bool perso_order_name(json_t *v, const struct order_field *f, void *dst,
    const char *path, struct perso_findings *ret);
bool perso_order_list(json_t *v, const struct order_field *f, void *base,
    const char *path, struct perso_findings *ret);
/* One value into dst (its member at f->at). False after a finding. */
bool perso_order_value(json_t *v, const struct order_field *f, void *dst,
    const char *path, struct perso_findings *ret);
bool perso_order_type(
    json_t *v, json_type want, const char *path, struct perso_findings *ret);
/* Date with unknown parts; PERSO_E_DATA. */
PERSO_MUST perso_rc perso_order_birth(const char *text, struct perso_date *ret);

/* Loads, digests and probes the images named in o into ret. */
void perso_order_images(const struct perso_order_input *in,
    struct order_json *o, struct perso_order *ret);

/* The approval; also sets ret->sha256. */
PERSO_MUST perso_rc perso_order_approval(const struct perso_order_input *in,
    const char *document, struct perso_order *ret);

#endif
