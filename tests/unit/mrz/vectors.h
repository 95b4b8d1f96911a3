/*
 * Reads tests/vectors/mrz.txt: calls fn with the tab-separated words of each
 * line of one kind, the kind itself left out.
 */
#ifndef TEST_MRZ_VECTORS_H
#define TEST_MRZ_VECTORS_H

#include <stddef.h>

#include "perso/date.h"

#define VECTOR_WORDS 8

/* Fails the test if there is no such line. */
void each_vector(const char *kind, void (*fn)(char *const *word, size_t n));

/* The day on which these tests live. */
extern const struct perso_date today;

#endif
