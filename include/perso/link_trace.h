/*
 * A link that reports every command and answer of another link (card),
 * with data masked by construction: the line holds header, Lc, Le, status
 * word and lengths, never a byte of data.
 *
 *	> 0C B0 00 00 Lc=13 Le=256
 *	< 9000 +26 1240us
 */
#ifndef PERSO_LINK_TRACE_H
#define PERSO_LINK_TRACE_H

#include "perso/link.h"

typedef void (*perso_trace_fn)(void *ctx, const char *line);

/* Takes inner, which is freed with the trace; on failure it is not taken. */
PERSO_MUST perso_rc perso_link_trace_open(struct perso_link *inner,
    perso_trace_fn fn, void *ctx, struct perso_link **ret);

#endif
