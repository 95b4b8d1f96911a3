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

#endif
