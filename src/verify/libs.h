/*
 * Seen before base/banned.h (Makefile), in page_glyphs.c alone: FreeType's
 * headers name functions that are not for us.
 */
#ifndef PERSO_VERIFY_LIBS_H
#define PERSO_VERIFY_LIBS_H

#include <ft2build.h>
#include FT_FREETYPE_H

#endif
