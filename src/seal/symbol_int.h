/*
 * Private to seal: images of symbols.
 */
#ifndef SYMBOL_INT_H
#define SYMBOL_INT_H

#include "perso/symbol.h"

/* A gray image: width * height bytes, 0 is black. */
struct symbol_image {
	unsigned width, height;
	struct perso_buf gray;
};

/* symbol_image.c: a PNG within the limits of perso/symbol.h; colour becomes
 * gray, what is transparent white. *ret was zeroed. */
PERSO_MUST perso_rc symbol_image_read(
    struct perso_span png, struct symbol_image *ret);
void symbol_image_done(struct symbol_image *im);

/* symbol_find.c: what is in the image, in this process; as
 * perso_symbol_read. */
PERSO_MUST perso_rc symbol_find(const struct symbol_image *im,
    enum perso_symbol_kind kind, struct perso_buf *ret);
/* Both steps, in this process. */
PERSO_MUST perso_rc symbol_read_here(
    struct perso_span png, enum perso_symbol_kind kind, struct perso_buf *ret);

#endif
