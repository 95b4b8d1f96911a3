/*
 * For protocol tests: vector files, pinned random bytes, and a link that
 * expects given commands and gives given answers.
 */
#ifndef WIRE_H
#define WIRE_H

#include "perso/link.h"

/* Bytes of hexadecimal text; lives until the program ends or some hundred
 * thousand bytes later. */
struct perso_span hx(const char *hex);
/* The same as hexadecimal text. */
const char *hx_text(struct perso_span s);

/* A file of lines "name = value"; # starts a comment. */
struct vec;
struct vec *vec_open(const char *path); /* aborts when it cannot */
void vec_close(struct vec **v);
/* Aborts when there is no such name; the format is printf's. */
const char *vec_text(const struct vec *v, const char *name, ...)
    PERSO_PRINTF(2, 3);
struct perso_span vec_hex(const struct vec *v, const char *name, ...)
    PERSO_PRINTF(2, 3);

#define VEC(name, path) \
	__attribute__((cleanup(vec_close))) struct vec *name = vec_open(path)

/* perso_random() gives these bytes, then fails. wire_random(NULL): as
 * usual again. */
void wire_random(const char *hex);

/* A link that plays commands and answers (hexadecimal). A command that is
 * not the next is PERSO_E_LINK, and is told on stderr. Answer NULL: the
 * card is torn. */
struct perso_link *wire_open(void);
void wire_add(struct perso_link *l, const char *cmd, const char *rsp);
/* Every command was sent. */
bool wire_is_over(const struct perso_link *l);

#endif
