/* Private to base: ranges of code points, ascending (letters.c is made by
 * tools/gen-letters). */
#ifndef PERSO_LETTERS_H
#define PERSO_LETTERS_H

#include <stddef.h>
#include <stdint.h>

struct letter_range {
	uint32_t first, last;
};

extern const struct letter_range base_letters[]; /* what a text may have */
extern const size_t base_letters_n;
extern const struct letter_range base_marks[]; /* combining, among them */
extern const size_t base_marks_n;

#endif
