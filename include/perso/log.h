/*
 * The log sink. Libraries report events through it and never print. No
 * personal data, no secrets: order numbers and blank serials only.
 */
#ifndef PERSO_LOG_H
#define PERSO_LOG_H

#include "perso/rc.h"

enum perso_log_level {
	PERSO_LOG_ERROR,
	PERSO_LOG_WARN,
	PERSO_LOG_INFO,
	PERSO_LOG_DEBUG
};

typedef void (*perso_log_fn)(
    void *ctx, enum perso_log_level level, const char *text);

/* NULL: discard (the default). Set before threads start. */
void perso_log_set(perso_log_fn fn, void *ctx, enum perso_log_level max);
/* One line; control characters and what is not UTF-8 become question marks. */
void perso_log(enum perso_log_level level, const char *fmt, ...)
    PERSO_PRINTF(2, 3);

#endif
