/*
 * All layouts of a folder.
 */
#include <unistd.h>

#include "layout_int.h"
#include "perso/file.h"

#define LAYOUTS_MAX 64

struct perso_layouts {
	size_t count;
	struct perso_layout *v[LAYOUTS_MAX];
};

struct loading {
	struct perso_layouts *set;
	const char *dir;
};

void
layouts_free(struct perso_layouts **l)
{
	if (*l == NULL)
		return;
	for (size_t i = 0; i < (*l)->count; i++)
		free((*l)->v[i]);
	free(*l);
	*l = NULL;
}

static perso_rc
parse(const char *name, const char *label, struct perso_span text,
    struct perso_layout *l)
{
	PERSO_TRY(perso_layout_parse(text, label, l));
	size_t n = strlen(l->id);
	if (strncmp(name, l->id, n) != 0 || strcmp(name + n, ".yaml") != 0)
		PERSO_FAIL(
		    PERSO_E_CONFIG, "%s:1:1: id is not the file's name", label);
	return PERSO_OK;
}

static perso_rc
add(struct perso_layouts *set, const char *name, const char *label,
    struct perso_span text)
{
	struct perso_layout *l = calloc(1, sizeof(*l));

	if (l == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for profiles");
	perso_rc rc = parse(name, label, text, l);
	if (rc != PERSO_OK) {
		free(l);
		return rc;
	}
	set->v[set->count++] = l;
	return PERSO_OK;
}

static perso_rc
load_one(void *ctx, const char *name)
{
	const struct loading *l = ctx;
	char path[PERSO_PATH_MAX], label[PERSO_PATH_MAX];
	size_t n = strlen(name);
	PERSO_BUF(text, PERSO_PROFILE_FILE_MAX);

	if (n <= 5 || strcmp(name + n - 5, ".yaml") != 0 || name[0] == '.')
		return PERSO_OK;
	if (l->set->count == LAYOUTS_MAX)
		PERSO_FAIL(PERSO_E_CONFIG, "more than %d profiles in layouts",
		    LAYOUTS_MAX);
	PERSO_TRY(perso_path_join(path, sizeof(path), l->dir, name));
	PERSO_TRY(perso_path_join(label, sizeof(label), "layouts", name));
	PERSO_TRY(perso_file_read(path, &text));
	return add(l->set, name, label, perso_buf_span(&text));
}

perso_rc
layouts_load(const char *dir, struct perso_layouts **ret)
{
	char path[PERSO_PATH_MAX];
	struct loading l = { .dir = path };

	PERSO_TRY(perso_path_join(path, sizeof(path), dir, "layouts"));
	if (access(path, F_OK) != 0)
		return PERSO_OK;
	l.set = calloc(1, sizeof(*l.set));
	if (l.set == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory for profiles");
	perso_rc rc = perso_dir_each(path, load_one, &l);
	if (rc != PERSO_OK) {
		layouts_free(&l.set);
		return rc;
	}
	*ret = l.set;
	return PERSO_OK;
}

const struct perso_layout *
layouts_find(const struct perso_layouts *l, const char *id)
{
	for (size_t i = 0; l != NULL && i < l->count; i++)
		if (strcmp(l->v[i]->id, id) == 0)
			return l->v[i];
	return NULL;
}

/* The letter, which is no page of the document. */
static perso_rc
suit_letter(const struct perso_layouts *l, const struct perso_doc_profile *d)
{
	const struct perso_layout *found = layouts_find(l, d->letter);

	if (d->letter[0] == '\0')
		return PERSO_OK;
	if (found == NULL)
		PERSO_FAIL(PERSO_E_CONFIG,
		    "documents/%s.yaml: letter: there is no %s", d->id,
		    d->letter);
	if (found->page != PERSO_PAGE_LETTER)
		PERSO_FAIL(PERSO_E_CONFIG,
		    "documents/%s.yaml: letter: %s is not for page letter",
		    d->id, d->letter);
	if (d->pace.puk_digits != 0 &&
	    layout_count(found, PERSO_SOURCE_PUK) == 0)
		PERSO_FAIL(PERSO_E_CONFIG,
		    "documents/%s.yaml: letter: %s does not tell the PUK",
		    d->id, d->letter);
	return PERSO_OK;
}

perso_rc
layouts_suit(const struct perso_layouts *l, const struct perso_doc_profile *d)
{
	const struct perso_layout *found = layouts_find(l, d->layout);

	if (l == NULL)
		return PERSO_OK;
	PERSO_TRY(suit_letter(l, d));
	if (d->layout[0] == '\0')
		return PERSO_OK;
	if (found == NULL)
		PERSO_FAIL(PERSO_E_CONFIG,
		    "documents/%s.yaml: layout: there is no %s", d->id,
		    d->layout);
	/* Both enums count the MRZ formats alike. */
	if ((unsigned)found->page != (unsigned)d->format)
		PERSO_FAIL(PERSO_E_CONFIG,
		    "documents/%s.yaml: layout: %s is for another MRZ format",
		    d->id, d->layout);
	return PERSO_OK;
}
