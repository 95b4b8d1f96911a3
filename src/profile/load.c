/*
 * All profiles of a folder.
 */
#include <stdio.h>
#include <stdlib.h>

#include "perso/file.h"

#include "layout_int.h"
#include "profile_int.h"

#define SET_MAX 64

struct perso_profiles {
	size_t doc_count;
	size_t chip_count;
	struct perso_doc_profile *docs[SET_MAX];
	struct perso_chip_profile *chips[SET_MAX];
	struct perso_layouts *layouts; /* NULL: there is no folder of them */
};

struct loading {
	struct perso_profiles *set;
	const char *dir;  /* dir/documents */
	const char *part; /* "documents", for the trail */
	bool is_chip;
};

/* see perso/profile.h */
void
perso_profiles_free(struct perso_profiles **p)
{
	if (!p || !*p)
		return;
	for (size_t i = 0; i < (*p)->doc_count; i++)
		free((*p)->docs[i]);
	for (size_t i = 0; i < (*p)->chip_count; i++)
		free((*p)->chips[i]);
	layouts_free(&(*p)->layouts);
	free(*p);
	*p = NULL;
}

static perso_rc
check_id(const char *label, const char *name, const char *id)
{
	size_t n = strlen(id);

	if (strncmp(name, id, n) != 0 || strcmp(name + n, ".yaml") != 0)
		PERSO_FAIL(
		    PERSO_E_CONFIG, "%s:1:1: id is not the file's name", label);
	return PERSO_OK;
}

static perso_rc
add_doc(struct loading *l, const char *name, const char *label,
    struct perso_span text)
{
	struct perso_doc_profile *p = calloc(1, sizeof(*p));

	if (!p)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for profiles");
	perso_rc rc = perso_doc_profile_parse(text, label, p);
	if (rc == PERSO_OK)
		rc = check_id(label, name, p->id);
	if (rc != PERSO_OK) {
		free(p);
		return rc;
	}
	l->set->docs[l->set->doc_count++] = p;
	return PERSO_OK;
}

static perso_rc
add_chip(struct loading *l, const char *name, const char *label,
    struct perso_span text)
{
	struct perso_chip_profile *p = calloc(1, sizeof(*p));

	if (!p)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for profiles");
	perso_rc rc = perso_chip_profile_parse(text, label, p);
	if (rc == PERSO_OK)
		rc = check_id(label, name, p->id);
	if (rc != PERSO_OK) {
		free(p);
		return rc;
	}
	l->set->chips[l->set->chip_count++] = p;
	return PERSO_OK;
}

static perso_rc
load_one(void *ctx, const char *name)
{
	struct loading *l = ctx;
	char path[PERSO_PATH_MAX], label[PERSO_PATH_MAX];
	size_t n = strlen(name);
	PERSO_BUF(text, PERSO_PROFILE_FILE_MAX);

	if (n <= 5 || strcmp(name + n - 5, ".yaml") != 0 || name[0] == '.')
		return PERSO_OK;
	if (l->set->doc_count == SET_MAX || l->set->chip_count == SET_MAX)
		PERSO_FAIL(PERSO_E_CONFIG, "more than %d profiles in %s",
		    SET_MAX, l->part);
	PERSO_TRY(perso_path_join(path, sizeof(path), l->dir, name));
	PERSO_TRY(perso_path_join(label, sizeof(label), l->part, name));
	PERSO_TRY(perso_file_read(path, &text));
	return l->is_chip ? add_chip(l, name, label, perso_buf_span(&text))
			  : add_doc(l, name, label, perso_buf_span(&text));
}

static perso_rc
load_part(struct perso_profiles *set, const char *dir, const char *part)
{
	char path[PERSO_PATH_MAX];
	struct loading l = { .set = set,
		.dir = path,
		.part = part,
		.is_chip = strcmp(part, "chips") == 0 };

	PERSO_TRY(perso_path_join(path, sizeof(path), dir, part));
	return perso_dir_each(path, load_one, &l);
}

/* Each chip that a document names exists and can carry it. */
static perso_rc
check_chips(const struct perso_profiles *set)
{
	for (size_t i = 0; i < set->doc_count; i++) {
		const struct perso_doc_profile *d = set->docs[i];
		for (size_t k = 0; k < d->chip_count; k++) {
			const struct perso_chip_profile *c =
			    perso_profiles_chip(set, d->chips[k]);
			if (!c)
				PERSO_FAIL(PERSO_E_CONFIG,
				    "documents/%s.yaml:%zu:1: chips: no "
				    "profile %s",
				    d->id, d->chips_line, d->chips[k]);
			PERSO_TRY_CTX(perso_chip_profile_suits(c, d),
			    "documents/%s.yaml:%zu:1: chips", d->id,
			    d->chips_line);
		}
	}
	return PERSO_OK;
}

static perso_rc
check_layouts(const struct perso_profiles *set)
{
	for (size_t i = 0; i < set->doc_count; i++)
		PERSO_TRY(layouts_suit(set->layouts, set->docs[i]));
	return PERSO_OK;
}

static perso_rc
load_all(struct perso_profiles *set, const char *dir)
{
	PERSO_TRY(layouts_load(dir, &set->layouts));
	PERSO_TRY(load_part(set, dir, "chips"));
	PERSO_TRY(load_part(set, dir, "documents"));
	if (set->doc_count == 0)
		PERSO_FAIL(PERSO_E_CONFIG, "no document profile in %s", dir);
	PERSO_TRY(check_layouts(set));
	return check_chips(set);
}

/* see perso/profile.h */
perso_rc
perso_profile_load_dir(const char *dir, struct perso_profiles **ret)
{
	struct perso_profiles *set = calloc(1, sizeof(*set));

	if (!set)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for profiles");
	perso_rc rc = load_all(set, dir);
	if (rc != PERSO_OK) {
		perso_profiles_free(&set);
		return rc;
	}
	*ret = set;
	return PERSO_OK;
}

/* see perso/profile.h */
const struct perso_doc_profile *
perso_profiles_doc(const struct perso_profiles *p, const char *id)
{
	for (size_t i = 0; i < p->doc_count; i++)
		if (strcmp(p->docs[i]->id, id) == 0)
			return p->docs[i];
	return NULL;
}

/* see perso/profile.h */
const struct perso_chip_profile *
perso_profiles_chip(const struct perso_profiles *p, const char *id)
{
	for (size_t i = 0; i < p->chip_count; i++)
		if (strcmp(p->chips[i]->id, id) == 0)
			return p->chips[i];
	return NULL;
}

/* see perso/profile.h */
size_t
perso_profiles_doc_count(const struct perso_profiles *p)
{
	return p->doc_count;
}

/* see perso/profile.h */
size_t
perso_profiles_chip_count(const struct perso_profiles *p)
{
	return p->chip_count;
}

/* see perso/profile.h */
const struct perso_doc_profile *
perso_profiles_doc_at(const struct perso_profiles *p, size_t i)
{
	return i < p->doc_count ? p->docs[i] : NULL;
}

/* see perso/profile.h */
const struct perso_chip_profile *
perso_profiles_chip_at(const struct perso_profiles *p, size_t i)
{
	return i < p->chip_count ? p->chips[i] : NULL;
}

/* see perso/layout.h */
const struct perso_layout *
perso_profiles_layout(const struct perso_profiles *p, const char *id)
{
	return layouts_find(p->layouts, id);
}
