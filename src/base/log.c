#include "perso/log.h"

#include <stdarg.h>
#include <stdio.h>

#include "perso/hex.h"

static perso_log_fn log_fn;
static void *log_ctx;
static enum perso_log_level log_max;

/* see perso/log.h */
void
perso_log_set(perso_log_fn fn, void *ctx, enum perso_log_level max)
{
	log_fn = fn;
	log_ctx = ctx;
	log_max = max;
}

/* see perso/log.h */
void
perso_log(enum perso_log_level level, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	if (log_fn == NULL || level > log_max)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	perso_utf8_clean(text, "");
	log_fn(log_ctx, level, text);
}
