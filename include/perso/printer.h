/*
 * How finished pages leave the line: a function table that the program
 * fills in. Only types; line calls it, cli provides a folder or a command.
 *
 * Pages are personal data and, as PIN letters, secrets: they exist in memory
 * that is wiped, and wherever the printer puts them.
 */
#ifndef PERSO_PRINTER_H
#define PERSO_PRINTER_H

#include "perso/rc.h"
#include "perso/span.h"

struct perso_print_page {
	const char *name;	 /* "page", "front", "back", "letter"; "pages":
				  * a PDF with all sides */
	const char *type;	 /* "png", "pdf" */
	struct perso_span bytes; /* borrowed for the call */
};

#define PERSO_PRINT_PAGES 4

/* One act of printing: all pages of one document, or a letter. */
struct perso_print {
	const char *order;
	const char *blank;   /* serial; of a letter: the envelope's number */
	const char *profile; /* of the document */
	int64_t job;
	size_t count;
	struct perso_print_page pages[PERSO_PRINT_PAGES];
};

struct perso_printer {
	const char *name; /* "folder", "command": for evidence */
	void *ctx;
	/* PERSO_OK: all is printed, which cannot be undone. Anything else: the
	 * trail says why, and nobody knows how much of it was. */
	perso_rc (*print)(void *ctx, const struct perso_print *what);
};

#endif
