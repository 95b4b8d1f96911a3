/*
 * Hexadecimal and base64 text, UTF-8 code points.
 */
#ifndef PERSO_HEX_H
#define PERSO_HEX_H

#include "perso/buf.h"

/* Upper-case, appended. */
PERSO_MUST perso_rc perso_hex_encode(struct perso_span s, struct perso_buf *b);

/* Into a C string of cap bytes, terminated; cut at the end if too long. */
void perso_hex_str(struct perso_span s, char *dst, size_t cap);

/* Either case; spaces, colons and newlines between bytes are skipped.
 * Appended to b; PERSO_E_DATA with the offset. */
PERSO_MUST perso_rc perso_hex_decode(
    struct perso_span text, struct perso_buf *b);

/* RFC 4648 base64 with padding, strict (no white space); appended. */
PERSO_MUST perso_rc perso_base64_decode(
    struct perso_span text, struct perso_buf *b);
PERSO_MUST perso_rc perso_base64_encode(
    struct perso_span s, struct perso_buf *b);

/* The next code point of UTF-8 text (RFC 3629: no overlong forms, no
 * surrogates, at most U+10FFFF); *at moves on. PERSO_E_DATA, offset. */
PERSO_MUST perso_rc perso_utf8_next(
    struct perso_span text, size_t *at, uint32_t *ret);
PERSO_MUST perso_rc perso_utf8_append(struct perso_buf *b, uint32_t cp);
/* Control characters (C0 but those in keep, DEL, C1) and what is not UTF-8
 * become question marks: strange text neither steers a terminal nor breaks
 * JSON. Does not touch the trail. */
void perso_utf8_clean(char *text, const char *keep);
/* NULL if a text for people may have this character (of Unicode 14: letters
 * and marks of any script, digits, punctuation, signs of currency and
 * mathematics, the space; not '<', which parts components). Otherwise why
 * not, for people; static. */
const char *perso_text_fault(uint32_t cp);
/* A mark that belongs to the letter before it. */
bool perso_text_is_mark(uint32_t cp);
/* Number of code points; PERSO_E_DATA if it is not UTF-8. */
PERSO_MUST perso_rc perso_utf8_count(struct perso_span text, size_t *ret);

#endif
