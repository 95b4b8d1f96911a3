#include "perso/hex.h"

#include <stdlib.h>

#include "letters.h"

static int
compare(const void *key, const void *element)
{
	const uint32_t *cp = key;
	const struct letter_range *r = element;

	return *cp < r->first ? -1 : *cp > r->last;
}

static bool
is_in(const struct letter_range *ranges, size_t n, uint32_t cp)
{
	return bsearch(&cp, ranges, n, sizeof(ranges[0]), compare) != NULL;
}

/* Explicit directions: the marks, embeddings, overrides and isolates. */
static bool
turns_text(uint32_t cp)
{
	return cp == 0x061C || cp == 0x200E || cp == 0x200F ||
	       (cp >= 0x202A && cp <= 0x202E) || (cp >= 0x2066 && cp <= 0x2069);
}

static bool
is_invisible(uint32_t cp)
{
	return cp == 0x00AD || cp == 0x034F || cp == 0x115F || cp == 0x1160 ||
	       cp == 0x3164 || cp == 0xFFA0 || cp == 0xFEFF ||
	       (cp >= 0x180B && cp <= 0x180F) ||
	       (cp >= 0x200B && cp <= 0x200D) ||
	       (cp >= 0x2028 && cp <= 0x2029) ||
	       (cp >= 0x2060 && cp <= 0x206F) ||
	       (cp >= 0xFE00 && cp <= 0xFE0F) ||
	       (cp >= 0xE0000 && cp <= 0xE0FFF);
}

static bool
is_private(uint32_t cp)
{
	return (cp >= 0xE000 && cp <= 0xF8FF) || cp >= 0xF0000;
}

/* see perso/hex.h */
const char *
perso_text_fault(uint32_t cp)
{
	if (is_in(base_letters, base_letters_n, cp))
		return NULL;
	if (cp < 0x20 || (cp >= 0x7F && cp < 0xA0))
		return "a control character";
	if (cp == '<')
		return "a filler";
	if (turns_text(cp))
		return "it turns text around";
	if (is_invisible(cp))
		return "it is invisible";
	if (is_private(cp))
		return "for private use";
	return "an emoji, another symbol or unassigned";
}

/* see perso/hex.h */
bool
perso_text_is_mark(uint32_t cp)
{
	return is_in(base_marks, base_marks_n, cp);
}
