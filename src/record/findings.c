/*
 * Reasons for a refusal, collected.
 */
#include <stdarg.h>

#include "perso/record.h"

static void
add(struct perso_findings *f, const char *code, const char *path,
    const char *text)
{
	if (f->count == PERSO_FINDINGS_MAX) {
		f->dropped++;
		return;
	}
	struct perso_finding *v = &f->v[f->count++];
	snprintf(v->code, sizeof(v->code), "%s", code);
	snprintf(v->path, sizeof(v->path), "%s", path);
	snprintf(v->text, sizeof(v->text), "%s", text);
}

/* see perso/record.h */
void
perso_findings_add(struct perso_findings *f, const char *code, const char *path,
    const char *fmt, ...)
{
	char text[sizeof(f->v[0].text)];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	add(f, code, path, text);
}

/* see perso/record.h */
void
perso_findings_trail(
    struct perso_findings *f, const char *code, const char *path)
{
	char text[PERSO_TRAIL_LEN];

	perso_trail_text(text, sizeof(text));
	add(f, code, path, text);
}

/* see perso/record.h */
perso_rc
perso_findings_text(const struct perso_findings *f, struct perso_buf *ret)
{
	char line[sizeof(struct perso_finding) + 8];
	size_t start = ret->n;

	for (size_t i = 0; i < f->count; i++) {
		const struct perso_finding *v = &f->v[i];
		snprintf(line, sizeof(line), "%s %s: %s\n", v->code, v->path,
		    v->text);
		perso_rc rc = perso_buf_append(ret, perso_span_str(line));
		if (rc != PERSO_OK) {
			perso_buf_remove(ret, start, ret->n - start);
			return rc;
		}
	}
	if (f->dropped == 0)
		return PERSO_OK;
	snprintf(line, sizeof(line), "and %zu more\n", f->dropped);
	return perso_buf_append(ret, perso_span_str(line));
}
