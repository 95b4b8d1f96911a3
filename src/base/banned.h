/*
 * Force-included into every file of src/: calls that this project does not
 * make are compile errors.
 */
#ifndef PERSO_BANNED_H
#define PERSO_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#undef strcpy
#undef strcat
#undef strncpy
#undef strncat
#undef sprintf
#undef vsprintf
#undef gets
#undef strtok
#undef atoi
#undef atol
#undef atoll
#undef alloca
#undef realloc
#undef tmpnam
#undef mktemp
#pragma GCC poison strcpy strcat strncpy strncat sprintf vsprintf gets
#pragma GCC poison strtok atoi atol atoll alloca realloc tmpnam mktemp

#ifndef PERSO_RAW_BYTES
#undef memcpy
#undef memmove
#pragma GCC poison memcpy memmove
#endif

#endif
