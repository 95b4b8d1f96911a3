#include "wire.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "perso/hex.h"
#include "perso/hooks.h"

#define ARENA (1 << 20)
#define STEPS 512

static uint8_t arena[ARENA];
static size_t arena_at;

static void *
take(size_t n)
{
	if (n > ARENA / 2)
		abort();
	if (arena_at + n > ARENA)
		arena_at = 0;
	arena_at += n;
	return arena + arena_at - n;
}

struct perso_span
hx(const char *hex)
{
	PERSO_BUF(b, ARENA / 2);
	uint8_t *p;

	if (perso_hex_decode(perso_span_str(hex), &b) != PERSO_OK)
		abort();
	p = take(b.n + 1);
	if (b.n > 0)
		memcpy(p, b.p, b.n);
	return perso_span(p, b.n);
}

const char *
hx_text(struct perso_span s)
{
	char *p = take(2 * s.n + 1);

	perso_hex_str(s, p, 2 * s.n + 1);
	return p;
}

struct vec {
	char *text;
	size_t count;
	struct {
		const char *name;
		const char *value;
	} line[512];
};

static char *
trimmed(char *s)
{
	size_t n;

	while (*s == ' ')
		s++;
	n = strlen(s);
	while (n > 0 && s[n - 1] == ' ')
		s[--n] = '\0';
	return s;
}

static void
add_line(struct vec *v, char *s)
{
	char *eq = strchr(s, '=');

	if (*s == '#' || *s == '\0')
		return;
	if (eq == NULL || v->count == 512)
		abort();
	*eq = '\0';
	v->line[v->count].name = trimmed(s);
	v->line[v->count++].value = trimmed(eq + 1);
}

struct vec *
vec_open(const char *path)
{
	struct vec *v = calloc(1, sizeof(*v));
	FILE *f = fopen(path, "r");
	char *save = NULL;
	size_t n;

	if (v == NULL || f == NULL)
		abort();
	v->text = calloc(1, ARENA);
	if (v->text == NULL)
		abort();
	n = fread(v->text, 1, ARENA - 1, f);
	fclose(f);
	if (n == 0)
		abort();
	for (char *s = strtok_r(v->text, "\n", &save); s != NULL;
	     s = strtok_r(NULL, "\n", &save))
		add_line(v, s);
	return v;
}

void
vec_close(struct vec **v)
{
	if (*v != NULL)
		free((*v)->text);
	free(*v);
	*v = NULL;
}

PERSO_PRINTF(2, 0)
static const char *
find(const struct vec *v, const char *fmt, va_list ap)
{
	char name[128];

	vsnprintf(name, sizeof(name), fmt, ap);
	for (size_t i = 0; i < v->count; i++)
		if (strcmp(v->line[i].name, name) == 0)
			return v->line[i].value;
	fprintf(stderr, "no vector %s\n", name);
	abort();
}

const char *
vec_text(const struct vec *v, const char *name, ...)
{
	const char *text;
	va_list ap;

	va_start(ap, name);
	text = find(v, name, ap);
	va_end(ap);
	return text;
}

struct perso_span
vec_hex(const struct vec *v, const char *name, ...)
{
	const char *text;
	va_list ap;

	va_start(ap, name);
	text = find(v, name, ap);
	va_end(ap);
	return hx(text);
}

static struct perso_span rng_left;

static perso_rc
rng(void *ctx, uint8_t *dst, size_t n)
{
	(void)ctx;
	if (n > rng_left.n)
		PERSO_FAIL(PERSO_E_CRYPTO, "no pinned random bytes left");
	memcpy(dst, rng_left.p, n);
	rng_left = perso_span_sub(rng_left, n, rng_left.n - n);
	return PERSO_OK;
}

void
wire_random(const char *hex)
{
	rng_left = hex == NULL ? PERSO_SPAN_EMPTY : hx(hex);
	perso_rng_set(hex == NULL ? NULL : rng, NULL);
}

struct wire {
	struct perso_link base;
	size_t count, at;
	struct {
		char *cmd;
		char *rsp;
		bool torn;
	} step[STEPS];
};

static perso_rc
wire_transmit(
    struct perso_link *l, struct perso_span cmd, struct perso_buf *rsp)
{
	struct wire *w = (struct wire *)l;

	if (w->at == w->count) {
		fprintf(stderr, "wire: unexpected %s\n", hx_text(cmd));
		PERSO_FAIL(PERSO_E_LINK, "more commands than expected");
	}
	if (!perso_span_equal(cmd, hx(w->step[w->at].cmd))) {
		fprintf(stderr, "wire: step %zu\n  want %s\n  got  %s\n",
		    w->at + 1, w->step[w->at].cmd, hx_text(cmd));
		PERSO_FAIL(PERSO_E_LINK, "another command expected");
	}
	if (w->step[w->at++].torn)
		PERSO_FAIL(PERSO_E_TORN, "torn as planned");
	return perso_buf_append(rsp, hx(w->step[w->at - 1].rsp));
}

static perso_rc
wire_reset(struct perso_link *l)
{
	(void)l;
	return PERSO_OK;
}

static void
wire_destroy(struct perso_link *l)
{
	struct wire *w = (struct wire *)l;

	for (size_t i = 0; i < w->count; i++) {
		free(w->step[i].cmd);
		free(w->step[i].rsp);
	}
	free(w);
}

static const struct perso_link_ops wire_ops = {
	.name = "wire",
	.transmit = wire_transmit,
	.reset = wire_reset,
	.destroy = wire_destroy,
};

struct perso_link *
wire_open(void)
{
	struct wire *w = calloc(1, sizeof(*w));

	if (w == NULL)
		abort();
	w->base.ops = &wire_ops;
	return &w->base;
}

void
wire_add(struct perso_link *l, const char *cmd, const char *rsp)
{
	struct wire *w = (struct wire *)l;

	if (w->count == STEPS)
		abort();
	w->step[w->count].cmd = strdup(cmd);
	w->step[w->count].rsp = strdup(rsp == NULL ? "" : rsp);
	w->step[w->count++].torn = rsp == NULL;
}

bool
wire_is_over(const struct perso_link *l)
{
	const struct wire *w = (const struct wire *)l;

	return w->at == w->count;
}
