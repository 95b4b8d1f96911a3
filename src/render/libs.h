/*
 * The libraries that render draws with. Their headers use calls that this
 * project's own code may not make, so the Makefile puts this file ahead of
 * base/banned.h.
 */
#ifndef PERSO_RENDER_LIBS_H
#define PERSO_RENDER_LIBS_H

#include <cairo-ft.h>
#include <cairo-pdf.h>
#include <cairo.h>
#include <fontconfig/fontconfig.h>
#include <glib.h>
#include <malloc.h>
#include <pango/pangocairo.h>
#include <pango/pangofc-fontmap.h>

#endif
