#include "chips.h"

#include <dirent.h>
#include <errno.h>

#include "link_sim.h"
#include "perso/file.h"
#include "perso/link_pcsc.h"

struct cli_chips {
	char reader[PERSO_READER_NAME]; /* "": any */
	unsigned wait_ms;
	bool used; /* a chip was in the reader and must leave it first */
	char last[PERSO_READER_NAME];
	char dir[PERSO_PATH_MAX];
	DIR *stream; /* of dir; NULL: a reader */
	struct perso_link *link;
};

static perso_rc
copy_name(char *dst, size_t cap, const char *s)
{
	return perso_span_copy(dst, cap, perso_span(s, strlen(s) + 1));
}

/* see chips.h */
perso_rc
cli_chips_reader(const char *reader, unsigned wait_ms, struct cli_chips **ret)
{
	struct cli_chips *c = calloc(1, sizeof(*c));
	perso_rc rc;

	if (c == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory");
	c->wait_ms = wait_ms;
	rc = copy_name(c->reader, sizeof(c->reader), reader);
	if (rc != PERSO_OK) {
		free(c);
		return rc;
	}
	*ret = c;
	return PERSO_OK;
}

/* see chips.h */
perso_rc
cli_chips_sim(const char *dir, struct cli_chips **ret)
{
	struct cli_chips *c = calloc(1, sizeof(*c));
	perso_rc rc;

	if (c == NULL)
		PERSO_FAIL(PERSO_E_NOMEM, "no memory");
	rc = copy_name(c->dir, sizeof(c->dir), dir);
	if (rc == PERSO_OK)
		c->stream = opendir(dir);
	if (rc != PERSO_OK || c->stream == NULL) {
		free(c);
		PERSO_FAIL(PERSO_E_IO, "%s: %s", dir, strerror(errno));
	}
	*ret = c;
	return PERSO_OK;
}

/* see chips.h */
void
cli_chips_free(struct cli_chips **c)
{
	if (*c == NULL)
		return;
	cli_chips_done(*c);
	if ((*c)->stream != NULL)
		closedir((*c)->stream);
	free(*c);
	*c = NULL;
}

static bool
is_chip_name(const char *name)
{
	size_t n = strlen(name);

	return n > 5 && strcmp(name + n - 5, ".chip") == 0;
}

static perso_rc
next_file(struct cli_chips *c, bool locked, bool (*stop)(void *ctx))
{
	struct dirent *e;

	while ((e = readdir(c->stream)) != NULL) {
		char path[PERSO_PATH_MAX];

		if (stop(NULL))
			PERSO_FAIL(PERSO_E_INTERRUPTED, "stopped");
		if (!is_chip_name(e->d_name))
			continue;
		PERSO_TRY(
		    perso_path_join(path, sizeof(path), c->dir, e->d_name));
		PERSO_TRY(perso_link_sim_open(path, &c->link));
		if (locked || !perso_link_sim_is_locked(c->link))
			return PERSO_OK;
		perso_link_free(&c->link);
	}
	PERSO_FAIL(PERSO_E_NO_CARD, "no blank chip is left in %s", c->dir);
}

/* The chip before must have left: an ejected one may still lie there. */
static perso_rc
wait_until_gone(struct cli_chips *c, bool (*stop)(void *ctx))
{
	struct perso_pcsc_wait w = { .reader = c->last,
		.absent = true,
		.timeout_ms = c->wait_ms,
		.stop = stop };
	perso_rc rc;

	if (!c->used)
		return PERSO_OK;
	rc = perso_link_pcsc_wait(&w, NULL);
	if (rc == PERSO_E_TIMEOUT)
		PERSO_FAIL(PERSO_E_NO_CARD,
		    "the finished chip is still in %s: "
		    "take it out",
		    c->last);
	PERSO_TRY(rc);
	c->used = false;
	return PERSO_OK;
}

static perso_rc
next_card(struct cli_chips *c, bool (*stop)(void *ctx))
{
	struct perso_pcsc_wait w = { .reader = c->reader[0] != '\0' ? c->reader
								    : NULL,
		.timeout_ms = c->wait_ms,
		.stop = stop };
	struct perso_pcsc_params p = { .reader = c->last, .eject = true };
	perso_rc rc;

	PERSO_TRY(wait_until_gone(c, stop));
	rc = perso_link_pcsc_wait(&w, c->last);
	if (rc == PERSO_E_TIMEOUT)
		PERSO_FAIL(PERSO_E_NO_CARD, "no chip came into %s within %u s",
		    c->reader[0] != '\0' ? c->reader : "any reader",
		    c->wait_ms / 1000);
	PERSO_TRY(rc);
	PERSO_TRY_CTX(perso_link_pcsc_open(&p, &c->link), "%s", c->last);
	c->used = true;
	return PERSO_OK;
}

/* see chips.h */
perso_rc
cli_chips_next(struct cli_chips *c, bool locked, bool (*stop)(void *ctx),
    struct perso_link **ret)
{
	if (c->link == NULL && c->stream != NULL)
		PERSO_TRY(next_file(c, locked, stop));
	if (c->link == NULL)
		PERSO_TRY(next_card(c, stop));
	*ret = c->link;
	return PERSO_OK;
}

/* see chips.h */
void
cli_chips_done(struct cli_chips *c)
{
	if (c->link != NULL)
		perso_link_free(&c->link);
}

/* see chips.h */
void
cli_chips_rewind(struct cli_chips *c)
{
	if (c->stream != NULL)
		rewinddir(c->stream);
}

/* see chips.h */
bool
cli_chips_is_reader(const struct cli_chips *c)
{
	return c->stream == NULL;
}
