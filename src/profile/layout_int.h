/*
 * Private to the loader of layouts.
 */
#ifndef PERSO_LAYOUT_INT_H
#define PERSO_LAYOUT_INT_H

#include "perso/layout.h"

/* By its name; NULL: it is none of perso_font_at(). */
const struct perso_font *layout_font(const char *family);

/* layout_rules.c: geometry and fonts of a layout that has been read. */
PERSO_MUST perso_rc layout_check(const struct perso_layout *l);
/* How many fields say that. */
size_t layout_count(
    const struct perso_layout *l, enum perso_layout_source source);

/* layouts.c: every .yaml file of dir/layouts; *ret stays NULL without such a
 * folder. */
struct perso_layouts;
PERSO_MUST perso_rc layouts_load(const char *dir, struct perso_layouts **ret);
void layouts_free(struct perso_layouts **l);
const struct perso_layout *layouts_find(
    const struct perso_layouts *l, const char *id);
/* The layout that a document names is there and for its MRZ, and so is that
 * of its letter; PERSO_OK if there is no folder, or the document names
 * none. */
PERSO_MUST perso_rc layouts_suit(
    const struct perso_layouts *l, const struct perso_doc_profile *d);

#endif
