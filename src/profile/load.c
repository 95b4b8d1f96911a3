/*
 * All profiles of a folder.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "perso/file.h"

#include "layout_int.h"
#include "profile_int.h"

#define SET_MAX 64

struct perso_profiles {
	size_t doc_count;
	size_t chip_count;
	struct perso_doc_profile *docs[SET_MAX];
	struct perso_chip_profile *chips[SET_MAX];
	size_t seal_count;
	struct perso_seal_definition *seals[SET_MAX];
	struct perso_layouts *layouts; /* NULL: there is no folder of them */
	bool has_policy;
	struct perso_policy policy;
};

/* A folder in hand. Without wrong() the first fault ends it. */
struct loading {
	struct perso_profiles *set;
	const char *top;  /* dir */
	const char *dir;  /* dir/documents */
	const char *part; /* "documents", for the trail */
	perso_rc (*add)(struct loading *l, const char *name, const char *label,
	    struct perso_span text);
	void (*wrong)(void *ctx, perso_rc rc);
	void *ctx;
};

static perso_rc
judge(const struct loading *l, perso_rc rc)
{
	if (rc == PERSO_OK || !l->wrong || rc == PERSO_E_NOMEM)
		return rc;
	l->wrong(l->ctx, rc);
	perso_trail_reset();
	return PERSO_OK;
}

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
	for (size_t i = 0; i < (*p)->seal_count; i++)
		free((*p)->seals[i]);
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
parse_doc(const struct loading *l, const char *label, struct perso_span text,
    struct perso_doc_profile *ret)
{
	char id[PERSO_PROFILE_ID_MAX + 1], name[PERSO_PROFILE_ID_MAX + 16];
	char path[PERSO_PATH_MAX];
	PERSO_BUF(common, PERSO_PROFILE_FILE_MAX);

	PERSO_TRY(perso_doc_profile_extends(text, label, id));
	if (id[0] == '\0')
		return perso_doc_profile_parse(text, label, ret);
	snprintf(name, sizeof(name), "common/%s.yaml", id);
	PERSO_TRY(perso_path_join(path, sizeof(path), l->top, name));
	PERSO_TRY_CTX(perso_file_read(path, &common), "%s: extends", label);
	return perso_doc_profile_parse_on(
	    text, label, perso_buf_span(&common), name, ret);
}

static perso_rc
add_doc(struct loading *l, const char *name, const char *label,
    struct perso_span text)
{
	struct perso_doc_profile *p = calloc(1, sizeof(*p));

	if (!p)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for profiles");
	perso_rc rc = parse_doc(l, label, text, p);
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
add_seal(struct loading *l, const char *name, const char *label,
    struct perso_span text)
{
	struct perso_seal_definition *p = calloc(1, sizeof(*p));

	if (!p)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for profiles");
	perso_rc rc = perso_seal_definition_parse(text, label, p);
	if (rc == PERSO_OK)
		rc = check_id(label, name, p->id);
	if (rc != PERSO_OK) {
		free(p);
		return rc;
	}
	l->set->seals[l->set->seal_count++] = p;
	return PERSO_OK;
}

static perso_rc
load_file(struct loading *l, const char *name)
{
	char path[PERSO_PATH_MAX], label[PERSO_PATH_MAX];
	PERSO_BUF(text, PERSO_PROFILE_FILE_MAX);

	if (l->set->doc_count == SET_MAX || l->set->chip_count == SET_MAX ||
	    l->set->seal_count == SET_MAX)
		PERSO_FAIL(PERSO_E_CONFIG, "more than %d profiles in %s",
		    SET_MAX, l->part);
	PERSO_TRY(perso_path_join(path, sizeof(path), l->dir, name));
	PERSO_TRY(perso_path_join(label, sizeof(label), l->part, name));
	PERSO_TRY(perso_file_read(path, &text));
	return l->add(l, name, label, perso_buf_span(&text));
}

static perso_rc
load_one(void *ctx, const char *name)
{
	struct loading *l = ctx;
	size_t n = strlen(name);

	if (n <= 5 || strcmp(name + n - 5, ".yaml") != 0 || name[0] == '.')
		return PERSO_OK;
	return judge(l, load_file(l, name));
}

/* The parts of a folder; those that need not be there come empty. */
static const struct {
	const char *name;
	bool optional;
	perso_rc (*add)(struct loading *l, const char *name, const char *label,
	    struct perso_span text);
} parts[] = {
	{ "chips", false, add_chip },
	{ "documents", false, add_doc },
	{ "seals", true, add_seal },
};
#define PARTS (sizeof(parts) / sizeof(parts[0]))

static perso_rc
load_part(struct loading *l, size_t i)
{
	char path[PERSO_PATH_MAX];

	l->dir = path;
	l->part = parts[i].name;
	l->add = parts[i].add;
	PERSO_TRY(perso_path_join(path, sizeof(path), l->top, parts[i].name));
	if (parts[i].optional && access(path, F_OK) != 0)
		return PERSO_OK;
	return perso_dir_each(path, load_one, l);
}

static perso_rc
read_policy(struct perso_profiles *set, const char *path)
{
	PERSO_BUF(text, PERSO_PROFILE_FILE_MAX);

	PERSO_TRY(perso_file_read(path, &text));
	PERSO_TRY(perso_policy_parse(
	    perso_buf_span(&text), "policy.yaml", &set->policy));
	set->has_policy = true;
	return PERSO_OK;
}

static perso_rc
load_policy(struct loading *l)
{
	char path[PERSO_PATH_MAX];

	PERSO_TRY(perso_path_join(path, sizeof(path), l->top, "policy.yaml"));
	if (access(path, F_OK) != 0)
		return PERSO_OK;
	return judge(l, read_policy(l->set, path));
}

/* Each chip that a document names exists and can carry it. */
static perso_rc
check_doc_chips(
    const struct perso_profiles *set, const struct perso_doc_profile *d)
{
	for (size_t k = 0; k < d->chip_count; k++) {
		const struct perso_chip_profile *c =
		    perso_profiles_chip(set, d->chips[k]);
		if (!c)
			PERSO_FAIL(PERSO_E_CONFIG, "%s: chips: no profile %s",
			    d->chips_place, d->chips[k]);
		PERSO_TRY_CTX(perso_chip_profile_suits(c, d), "%s: chips",
		    d->chips_place);
	}
	return PERSO_OK;
}

static perso_rc
check_doc(const struct perso_profiles *set, const struct perso_doc_profile *d)
{
	PERSO_TRY(check_doc_chips(set, d));
	PERSO_TRY(layouts_suit(set->layouts, d));
	return perso_profile_seal_suits(set, d);
}

/* Two definitions with one code would be two meanings of one seal. */
static perso_rc
check_seal(
    const struct perso_profiles *set, const struct perso_seal_definition *s)
{
	if (perso_profiles_seal_by_code(set, s->definition, s->category) != s)
		PERSO_FAIL(PERSO_E_CONFIG,
		    "seals/%s.yaml:1:1: code %02X%02X is another seal's, too",
		    s->id, s->definition, s->category);
	return PERSO_OK;
}

static perso_rc
load_all(struct loading *l)
{
	const struct perso_profiles *set = l->set;

	PERSO_TRY(load_policy(l));
	PERSO_TRY(judge(l, layouts_load(l->top, &l->set->layouts)));
	for (size_t i = 0; i < PARTS; i++)
		PERSO_TRY(load_part(l, i));
	if (set->doc_count == 0)
		PERSO_FAIL(PERSO_E_CONFIG, "no document profile in %s", l->top);
	for (size_t i = 0; i < set->doc_count; i++)
		PERSO_TRY(judge(l, check_doc(set, set->docs[i])));
	for (size_t i = 0; i < set->seal_count; i++)
		PERSO_TRY(judge(l, check_seal(set, set->seals[i])));
	return PERSO_OK;
}

/* see perso/profile.h */
perso_rc
perso_profile_load_each(const char *dir, void (*wrong)(void *ctx, perso_rc rc),
    void *ctx, struct perso_profiles **ret)
{
	struct perso_profiles *set = calloc(1, sizeof(*set));
	struct loading l = {
		.set = set, .top = dir, .wrong = wrong, .ctx = ctx
	};

	if (!set)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for profiles");
	perso_rc rc = load_all(&l);
	if (rc != PERSO_OK) {
		perso_profiles_free(&set);
		return rc;
	}
	*ret = set;
	return PERSO_OK;
}

/* see perso/profile.h */
perso_rc
perso_profile_load_dir(const char *dir, struct perso_profiles **ret)
{
	return perso_profile_load_each(dir, NULL, NULL, ret);
}

/* see perso/profile.h */
const struct perso_policy *
perso_profiles_policy(const struct perso_profiles *p)
{
	return p->has_policy ? &p->policy : NULL;
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
const struct perso_doc_profile *
perso_profiles_doc_on(const struct perso_profiles *p, const char *blanks,
    const struct perso_doc_profile *after)
{
	bool past = after == NULL;

	for (size_t i = 0; i < p->doc_count; i++) {
		if (past && p->docs[i]->blanks[0] != '\0' &&
		    strcmp(p->docs[i]->blanks, blanks) == 0)
			return p->docs[i];
		past = past || p->docs[i] == after;
	}
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

/* see perso/profile.h */
const struct perso_seal_definition *
perso_profiles_seal(const struct perso_profiles *p, const char *id)
{
	for (size_t i = 0; i < p->seal_count; i++)
		if (strcmp(p->seals[i]->id, id) == 0)
			return p->seals[i];
	return NULL;
}

/* see perso/profile.h */
const struct perso_seal_definition *
perso_profiles_seal_by_code(
    const struct perso_profiles *p, uint8_t definition, uint8_t category)
{
	for (size_t i = 0; i < p->seal_count; i++)
		if (p->seals[i]->definition == definition &&
		    p->seals[i]->category == category)
			return p->seals[i];
	return NULL;
}

/* see perso/profile.h */
const struct perso_seal_definition *
perso_profiles_seal_at(const struct perso_profiles *p, size_t i)
{
	return i < p->seal_count ? p->seals[i] : NULL;
}

/* see perso/layout.h */
const struct perso_layout *
perso_profiles_layout(const struct perso_profiles *p, const char *id)
{
	return layouts_find(p->layouts, id);
}
